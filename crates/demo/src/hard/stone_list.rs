//! Granite and the bedded stones of the library.

use super::marble_list::{slab, tones, vein};
use super::sediment::{Limestone, Onyx, Sandstone, Slate, Travertine};
use super::stone::{Granite, Marble, Mineral, Vein};
use crate::Piece;
use crate::card::Card;
use crate::makers::GRAYSTOKE;
use crate::shade::hex;

fn block(name: &str, category: &str) -> Card {
    Card::new(name, GRAYSTOKE, category)
        .uses("floor wall outdoor")
        .size("600x600x30")
        .joint(3.0)
        .fire("A1")
}

fn mineral(colour: &str, share: f32) -> Mineral {
    Mineral {
        colour: hex(colour),
        share,
        spread: 0.35,
    }
}

fn granite(seed: u32, minerals: Vec<Mineral>, grain_mm: f32, specks: f32) -> Granite {
    Granite {
        seed,
        minerals,
        grain_mm,
        speck: hex("#1d1d20"),
        specks,
        flow: 0.0,
        gloss: 0.75,
        rough_mm: 0.0,
    }
}

fn granites() -> Vec<Piece> {
    let grey = || {
        vec![
            mineral("#c9c9c6", 4.0),
            mineral("#9fa1a2", 3.0),
            mineral("#e0dfda", 2.0),
            mineral("#6e7072", 1.4),
        ]
    };
    let pink = || {
        vec![
            mineral("#c08a78", 4.0),
            mineral("#d4a593", 2.5),
            mineral("#b5b0aa", 2.0),
            mineral("#8d8580", 1.0),
            mineral("#3b3635", 0.6),
        ]
    };
    let black = || {
        vec![
            mineral("#17181a", 5.0),
            mineral("#232427", 3.0),
            mineral("#303236", 1.0),
            mineral("#45484c", 0.25),
        ]
    };
    vec![
        block("Harrow grey granite, polished", "stone/granite")
            .texture("smooth")
            .finish("polished")
            .pattern("speckled")
            .scale(4.0)
            .about("Even salt-and-pepper grey. Hard, acid-proof, unexciting in the best sense.")
            .uses("worktop")
            .price("86")
            .slip("r9")
            .origin("Portugal")
            .piece(granite(251, grey(), 4.2, 0.30), 230.0),
        block("Harrow grey granite, flamed", "stone/granite")
            .texture("rough")
            .finish("flamed")
            .pattern("speckled")
            .scale(4.0)
            .about("The same stone with its face burst by flame: safe in rain, no longer shiny.")
            .uses("pool")
            .price("79")
            .slip("r12")
            .origin("Portugal")
            .piece(
                Granite {
                    gloss: 0.05,
                    rough_mm: 0.5,
                    ..granite(252, grey(), 4.2, 0.30)
                },
                230.0,
            ),
        block("Balmoor pink granite", "stone/granite")
            .texture("smooth")
            .finish("polished")
            .pattern("speckled")
            .scale(8.0)
            .about("Coarse pink feldspar, clear quartz, black mica.")
            .uses("worktop")
            .price("98")
            .slip("r9")
            .origin("United Kingdom")
            .piece(granite(253, pink(), 7.5, 0.22), 260.0),
        block("Nightfall black granite", "stone/granite")
            .texture("smooth")
            .finish("polished")
            .pattern("plain")
            .about("As near to black as stone gets; trade name granite, by its minerals a gabbro.")
            .uses("worktop")
            .price("134")
            .slip("r9")
            .origin("Zimbabwe")
            .piece(
                Granite {
                    gloss: 0.85,
                    ..granite(254, black(), 2.6, 0.12)
                },
                200.0,
            ),
        block("Nightfall black granite, leathered", "stone/granite")
            .texture("rough")
            .finish("brushed")
            .pattern("plain")
            .about("Brushed with diamond bristles until it feels like a saddle.")
            .uses("worktop")
            .price("142")
            .slip("r10")
            .origin("Zimbabwe")
            .piece(
                Granite {
                    gloss: 0.32,
                    rough_mm: 0.22,
                    ..granite(255, black(), 2.6, 0.12)
                },
                200.0,
            ),
        block("Blue Fjord larvikite", "stone/granite")
            .texture("smooth")
            .finish("polished")
            .pattern("speckled")
            .scale(12.0)
            .about("Large feldspars that flash silver-blue as one walks past.")
            .uses("worktop")
            .price("188")
            .slip("r9")
            .origin("Norway")
            .piece(
                granite(
                    256,
                    vec![
                        mineral("#3a4450", 3.0),
                        mineral("#55677a", 2.0),
                        mineral("#7d93a8", 1.0),
                        mineral("#23282e", 2.0),
                        mineral("#a9bccb", 0.35),
                    ],
                    9.0,
                    0.25,
                ),
                260.0,
            ),
        block("Giallo Duna granite", "stone/granite")
            .texture("smooth")
            .finish("polished")
            .pattern("speckled")
            .scale(6.0)
            .about("Sand-yellow with garnets, from the worktops of the nineties and back again.")
            .uses("worktop")
            .price("92")
            .slip("r9")
            .origin("Brazil")
            .piece(
                granite(
                    257,
                    vec![
                        mineral("#d8bd8b", 4.0),
                        mineral("#c7a468", 2.0),
                        mineral("#e6d6b4", 2.0),
                        mineral("#9b8a72", 1.2),
                        mineral("#6a2b25", 0.35),
                    ],
                    6.0,
                    0.18,
                ),
                260.0,
            ),
        block("Rivermist gneiss", "stone/granite")
            .texture("grained")
            .finish("honed")
            .pattern("striped")
            .scale(60.0)
            .about("Grains drawn out into grey and white bands that swing around each other.")
            .price("104")
            .slip("r10")
            .origin("Switzerland")
            .piece(
                Granite {
                    flow: 1.0,
                    gloss: 0.15,
                    ..granite(258, grey(), 3.6, 0.5)
                },
                320.0,
            ),
        block("Porphyry setts, Etsch red", "stone/granite")
            .texture("rough")
            .finish("raw")
            .pattern("speckled")
            .scale(3.0)
            .about("Split porphyry: red-brown with pale crystals. For drives and squares.")
            .price("58")
            .slip("r13")
            .origin("Italy")
            .piece(
                Granite {
                    gloss: 0.03,
                    rough_mm: 0.9,
                    speck: hex("#d9c3b4"),
                    ..granite(
                        259,
                        vec![
                            mineral("#6f473d", 4.0),
                            mineral("#7d5246", 3.0),
                            mineral("#5c3a33", 2.0),
                        ],
                        3.2,
                        0.16,
                    )
                },
                220.0,
            ),
    ]
}

fn beds() -> Vec<Piece> {
    let classico = |seed: u32, vein_cut: bool, filled: bool, gloss: f32| Travertine {
        seed,
        bands: tones(&["#b99f7d", "#cfb999", "#dccbb0", "#e8dcc8", "#efe7d8"]),
        band_mm: 22.0,
        vein_cut,
        holes: 0.85,
        filler: filled.then(|| hex("#d9c9ae")),
        gloss,
    };
    let silver = Travertine {
        seed: 284,
        bands: tones(&["#6e6a66", "#8c8884", "#a5a19b", "#bfbab2", "#d0ccc4"]),
        band_mm: 18.0,
        vein_cut: true,
        holes: 0.6,
        filler: Some(hex("#a9a59f")),
        gloss: 0.6,
    };
    let lime = |seed: u32, a: &str, b: &str, fossils: f32| Limestone {
        seed,
        ground: [hex(a), hex(b)],
        fossils,
        shell: hex("#efe8da"),
        gloss: 0.08,
        rough_mm: 0.0,
    };
    let sand = |seed: u32, beds: &[&str], bed_mm: f32, contrast: f32| Sandstone {
        seed,
        beds: tones(beds),
        bed_mm,
        contrast,
        turns: 0.02,
        rough_mm: 0.12,
    };
    let slate = |seed: u32, list: &[&str], rust: f32, cleft_mm: f32| Slate {
        seed,
        tones: tones(list),
        rust,
        cleft_mm,
        gloss: 0.14,
    };
    let honey = |seed: u32, bands: &[&str]| Onyx {
        seed,
        bands: tones(bands),
        band_mm: 26.0,
        fold: 1.0,
        cracks: 0.7,
        gloss: 0.85,
    };
    let taj = Marble {
        seed: 296,
        ground: tones(&["#cdb997", "#ddceb3", "#e6dcc7", "#eee7d8"]),
        cloud_mm: 170.0,
        fold: 0.9,
        veins: vec![
            Vein {
                strength: 0.6,
                halo: 1.0,
                presence: 0.6,
                stretch: 3.4,
                turns: 0.10,
                ..vein("#b08f5f", 160.0, 7.0)
            },
            Vein {
                strength: 0.4,
                halo: 0.4,
                presence: 0.6,
                stretch: 3.0,
                turns: 0.10,
                ..vein("#8f8878", 70.0, 1.6)
            },
        ],
        gloss: 0.6,
        crystal_mm: 1.8,
    };
    let azul = Marble {
        seed: 297,
        ground: tones(&["#4f6f86", "#7797a8", "#a3b9bf", "#cfd6d2"]),
        cloud_mm: 120.0,
        fold: 1.2,
        veins: vec![
            Vein {
                strength: 0.7,
                halo: 0.7,
                presence: 0.6,
                stretch: 2.4,
                turns: 0.4,
                ..vein("#b98a4f", 190.0, 5.0)
            },
            Vein {
                strength: 0.6,
                halo: 0.2,
                presence: 0.6,
                stretch: 2.0,
                turns: 0.4,
                ..vein("#2f4a60", 70.0, 1.8)
            },
        ],
        gloss: 0.75,
        crystal_mm: 1.6,
    };
    vec![
        slab("Tivolo travertine, vein cut", "stone/travertine").texture("pitted").finish("honed").pattern("striped").scale(22.0)
            .about("Cut across the beds: long bands, holes left open. Collects dust outdoors and charm everywhere.")
            .uses("facade").price("94").slip("r10").origin("Italy").piece(classico(281, true, false, 0.1), 420.0),
        slab("Tivolo travertine, filled", "stone/travertine").finish("honed").pattern("striped").scale(22.0)
            .about("Vein cut with the holes filled in a matching cement: easy to clean, feels quiet.")
            .price("104").slip("r9").origin("Italy").piece(classico(282, true, true, 0.2), 420.0),
        slab("Tivolo travertine, cross cut", "stone/travertine").texture("pitted").finish("tumbled").pattern("mottled").scale(50.0)
            .about("Cut along the beds, so that it looks clouded instead of banded; tumbled edges.")
            .size("400x600x15").price("72").slip("r10").uses("outdoor pool").origin("Türkiye").piece(classico(283, false, false, 0.08), 420.0),
        slab("Silver travertine, polished", "stone/travertine").finish("polished").pattern("striped").scale(18.0)
            .about("Cool grey bands, filled and polished.").price("126").origin("Iran").piece(silver, 420.0),
        slab("Jurawell limestone", "stone/limestone").finish("honed").pattern("speckled").scale(30.0)
            .about("Beige with shells and sponges of a warm sea.").price("68").slip("r10").origin("Germany").piece(lime(285, "#c9b894", "#dccfb2", 0.5), 320.0),
        slab("Moulins limestone", "stone/limestone").finish("honed").pattern("plain")
            .about("Creamy, fine and even; the stone of French town houses.").price("89").slip("r10").uses("facade").origin("France").piece(lime(286, "#d9ccb4", "#e6dcc9", 0.06), 320.0),
        slab("Bluestone of Sprimel", "stone/limestone").finish("honed").pattern("speckled").scale(25.0)
            .about("Blue-grey crinoid limestone, darker when wet. Every fleck was a sea lily.").price("97").slip("r10").uses("outdoor").origin("Belgium")
            .piece(Limestone { shell: hex("#a7adb1"), ..lime(287, "#4a4f54", "#5d6368", 0.6) }, 300.0),
        block("Cotswell sandstone", "stone/sandstone").texture("grained").finish("sandblasted").pattern("striped").scale(30.0)
            .about("Honey-coloured with quiet beds.").uses("facade").price("74").slip("r11").origin("United Kingdom")
            .piece(sand(288, &["#b98f58", "#cda669", "#d9b981", "#e0c797"], 26.0, 0.75), 420.0),
        block("Red Mainfels sandstone", "stone/sandstone").texture("grained").finish("honed").pattern("plain")
            .about("The red of cathedrals along the river; soft, easy to carve, not for de-icing salt.").uses("facade").price("81").slip("r11").origin("Germany")
            .piece(sand(289, &["#86453a", "#96564a", "#a2665a", "#ad766a"], 40.0, 0.6), 420.0),
        block("Rainbow dune sandstone", "stone/sandstone").texture("grained").finish("honed").pattern("striped").scale(24.0)
            .about("Iron has drawn purple and yellow waves through the beds.").price("66").slip("r11").origin("India")
            .piece(Sandstone { turns: 0.06, ..sand(290, &["#7d4a4d", "#b97a58", "#d9b27c", "#c98f60", "#e6d0a5", "#9c5f57"], 30.0, 1.15) }, 420.0),
        block("Llanwen slate, riven", "stone/slate").texture("rough").finish("raw").pattern("mottled")
            .about("Blue-grey, split by hand; steps of half a millimetre catch low light.").uses("facade").size("300x600x10").price("64").slip("r11").origin("United Kingdom")
            .piece(slate(291, &["#33383e", "#434a51", "#545b62"], 0.0, 0.55), 380.0),
        block("Llanwen slate, honed", "stone/slate").texture("smooth").finish("honed").pattern("plain")
            .about("The same slate ground flat: a blackboard for a worktop.").uses("worktop").price("92").slip("r9").origin("United Kingdom")
            .piece(slate(292, &["#363b40", "#40464c", "#4a5056"], 0.0, 0.0), 380.0),
        block("Autumn slate, riven", "stone/slate").texture("rough").finish("raw").pattern("mottled").scale(120.0)
            .about("Grey-green with rust and plum stains along the cleavage; no two tiles agree.").price("48").slip("r11").origin("India")
            .piece(slate(293, &["#3d4240", "#565b56", "#6b6a60", "#5d4f52"], 0.75, 0.6), 420.0),
        slab("Miele onyx", "stone/onyx").finish("polished").pattern("striped").scale(26.0)
            .about("Honey bands, translucent: meant to be lit from behind.").uses("wall furniture").size("1200x2000x20").price("390").origin("Iran")
            .piece(honey(294, &["#8f5a24", "#c78a3c", "#dda95a", "#ecd09a", "#f3e6cc", "#d69a4c"]), 460.0),
        slab("Giada onyx", "stone/onyx").finish("polished").pattern("striped").scale(26.0)
            .about("Mint and sea green with white seams; very brittle, needs a backing.").size("1200x2000x20").price("410").origin("Pakistan")
            .piece(honey(295, &["#4f7a5b", "#86ad88", "#b5cfae", "#dbe6cf", "#9fbf8f", "#c9d6a5"]), 460.0),
        slab("Perla Taj quartzite", "stone/quartzite").finish("satin").pattern("veined").scale(160.0)
            .about("Looks like a warm marble, wears like granite.").size("1600x3000x20").price("295").origin("Brazil").piece(taj, 640.0),
        slab("Azzurro Rio quartzite", "stone/quartzite").finish("polished").pattern("veined").scale(190.0)
            .about("Blue with rust-gold veins; a slab is a landscape. Priced like one too.").size("1500x2800x20").origin("Brazil").piece(azul, 700.0),
    ]
}

/// All natural stones but marble.
pub fn pieces() -> Vec<Piece> {
    let mut all = granites();
    all.extend(beds());
    all
}
