//! The marbles of the library.

use super::stone::{Marble, Vein};
use crate::Piece;
use crate::card::Card;
use crate::makers::SOLENNE;
use crate::shade::{Rgb, hex};

/// Colours from their web notation.
pub(super) fn tones(list: &[&str]) -> Vec<Rgb> {
    list.iter().map(|c| hex(c)).collect()
}

/// A vein of middling strength that runs up to the right.
pub(super) fn vein(colour: &str, every_mm: f32, width_mm: f32) -> Vein {
    Vein {
        colour: hex(colour),
        every_mm,
        width_mm,
        turns: 0.12,
        stretch: 2.0,
        strength: 0.8,
        presence: 0.6,
        halo: 0.4,
    }
}

/// The card of a polished or honed slab.
pub(super) fn slab(name: &str, category: &str) -> Card {
    Card::new(name, SOLENNE, category)
        .texture("smooth")
        .uses("floor wall worktop")
        .size("600x600x20")
        .joint(2.0)
        .fire("A1")
}

fn bianco(seed: u32, gloss: f32) -> Marble {
    Marble {
        seed,
        ground: tones(&["#c9cccd", "#e2e3e1", "#ecebe8", "#f1f0ec"]),
        cloud_mm: 150.0,
        fold: 0.9,
        veins: vec![
            Vein {
                strength: 0.5,
                halo: 1.0,
                presence: 0.55,
                ..vein("#9da3a6", 130.0, 4.5)
            },
            Vein {
                strength: 0.42,
                halo: 0.6,
                stretch: 1.6,
                ..vein("#8b9296", 60.0, 1.6)
            },
            Vein {
                strength: 0.3,
                halo: 0.2,
                stretch: 1.2,
                turns: 0.3,
                presence: 0.4,
                ..vein("#7d8589", 28.0, 0.7)
            },
        ],
        gloss,
        crystal_mm: 0.9,
    }
}

fn calacatta(seed: u32, gloss: f32, gold: bool) -> Marble {
    let (dark, warm) = if gold {
        ("#8d8578", "#b99a6b")
    } else {
        ("#6d7072", "#8f9394")
    };
    Marble {
        seed,
        ground: tones(&["#e2ded6", "#efece6", "#f4f2ee"]),
        cloud_mm: 260.0,
        fold: 1.0,
        veins: vec![
            Vein {
                strength: 0.62,
                halo: 1.0,
                presence: 0.5,
                stretch: 2.6,
                turns: 0.14,
                ..vein(warm, 330.0, 30.0)
            },
            Vein {
                strength: 0.85,
                halo: 0.3,
                presence: 0.62,
                stretch: 2.4,
                turns: 0.14,
                ..vein(dark, 290.0, 11.0)
            },
            Vein {
                strength: 0.45,
                presence: 0.4,
                stretch: 1.5,
                turns: 0.3,
                ..vein(dark, 90.0, 2.0)
            },
        ],
        gloss,
        crystal_mm: 0.9,
    }
}

fn nero(seed: u32, gloss: f32) -> Marble {
    Marble {
        seed,
        ground: tones(&["#141517", "#1b1c1f", "#26272a"]),
        cloud_mm: 120.0,
        fold: 0.45,
        veins: vec![
            Vein {
                strength: 0.95,
                halo: 0.1,
                presence: 0.6,
                stretch: 4.5,
                turns: 0.14,
                ..vein("#e9e6df", 210.0, 3.4)
            },
            Vein {
                strength: 0.7,
                halo: 0.05,
                presence: 0.5,
                stretch: 2.6,
                turns: 0.22,
                ..vein("#b9b7b2", 75.0, 0.9)
            },
            Vein {
                strength: 0.4,
                halo: 0.0,
                presence: 0.5,
                stretch: 1.1,
                turns: 0.05,
                ..vein("#8d8c89", 30.0, 0.4)
            },
        ],
        gloss,
        crystal_mm: 0.7,
    }
}

fn emperador(seed: u32, gloss: f32) -> Marble {
    Marble {
        seed,
        ground: tones(&["#33241b", "#4a3426", "#5c4433", "#6d5340"]),
        cloud_mm: 45.0,
        fold: 0.9,
        veins: vec![
            Vein {
                strength: 0.75,
                halo: 0.15,
                presence: 0.65,
                stretch: 1.1,
                ..vein("#c9ab85", 70.0, 1.8)
            },
            Vein {
                strength: 0.6,
                halo: 0.0,
                presence: 0.6,
                stretch: 1.0,
                turns: 0.4,
                ..vein("#a78661", 26.0, 0.7)
            },
        ],
        gloss,
        crystal_mm: 0.9,
    }
}

/// All marbles.
pub fn pieces() -> Vec<Piece> {
    let verde = Marble {
        seed: 231,
        ground: tones(&["#0f2a22", "#1c4234", "#2d5a48", "#456f5c"]),
        cloud_mm: 60.0,
        fold: 1.0,
        veins: vec![
            Vein {
                strength: 0.55,
                halo: 0.6,
                presence: 0.6,
                stretch: 1.4,
                ..vein("#8fb39d", 80.0, 2.6)
            },
            Vein {
                strength: 0.7,
                halo: 0.0,
                presence: 0.55,
                stretch: 1.1,
                turns: 0.35,
                ..vein("#d5e2d6", 45.0, 0.8)
            },
        ],
        gloss: 0.8,
        crystal_mm: 1.0,
    };
    let rosa = Marble {
        seed: 232,
        ground: tones(&["#cf9f8b", "#dfb6a3", "#e8c8b7", "#efd9cb"]),
        cloud_mm: 110.0,
        fold: 1.0,
        veins: vec![
            Vein {
                strength: 0.5,
                halo: 0.8,
                presence: 0.6,
                ..vein("#a8695a", 120.0, 2.6)
            },
            Vein {
                strength: 0.5,
                halo: 0.1,
                presence: 0.5,
                stretch: 1.3,
                ..vein("#7a5249", 48.0, 0.8)
            },
        ],
        gloss: 0.75,
        crystal_mm: 1.0,
    };
    let rosso = Marble {
        seed: 233,
        ground: tones(&["#5b1f1a", "#7a2e25", "#8f4033", "#a35a48"]),
        cloud_mm: 55.0,
        fold: 0.9,
        veins: vec![
            Vein {
                strength: 0.85,
                halo: 0.1,
                presence: 0.5,
                stretch: 1.5,
                ..vein("#e6d5c5", 95.0, 3.0)
            },
            Vein {
                strength: 0.6,
                halo: 0.0,
                presence: 0.5,
                turns: 0.38,
                stretch: 1.2,
                ..vein("#c9aa98", 34.0, 0.7)
            },
        ],
        gloss: 0.78,
        crystal_mm: 0.9,
    };
    let grigio = Marble {
        seed: 234,
        ground: tones(&["#5f646a", "#747a80", "#868c91", "#989da0"]),
        cloud_mm: 130.0,
        fold: 0.9,
        veins: vec![
            Vein {
                strength: 0.75,
                halo: 0.2,
                presence: 0.55,
                stretch: 2.4,
                ..vein("#d9dad8", 140.0, 2.6)
            },
            Vein {
                strength: 0.5,
                halo: 0.0,
                presence: 0.5,
                stretch: 1.4,
                turns: 0.33,
                ..vein("#c2c5c6", 50.0, 0.7)
            },
        ],
        gloss: 0.2,
        crystal_mm: 0.8,
    };
    let arabesque = Marble {
        seed: 235,
        ground: tones(&["#dcdcda", "#eceae6", "#f3f1ed"]),
        cloud_mm: 200.0,
        fold: 1.3,
        veins: vec![
            Vein {
                strength: 0.72,
                halo: 0.4,
                presence: 0.85,
                stretch: 1.0,
                ..vein("#787b7c", 150.0, 4.2)
            },
            Vein {
                strength: 0.5,
                halo: 0.3,
                presence: 0.6,
                stretch: 1.0,
                turns: 0.4,
                ..vein("#a0937f", 110.0, 2.2)
            },
        ],
        gloss: 0.75,
        crystal_mm: 0.9,
    };
    let viola = Marble {
        seed: 236,
        ground: tones(&["#ded5cd", "#ebe4dc", "#f2ede6"]),
        cloud_mm: 150.0,
        fold: 1.2,
        veins: vec![
            Vein {
                strength: 0.7,
                halo: 0.9,
                presence: 0.7,
                stretch: 1.2,
                ..vein("#6d3f48", 150.0, 9.0)
            },
            Vein {
                strength: 0.85,
                halo: 0.1,
                presence: 0.65,
                stretch: 1.1,
                turns: 0.3,
                ..vein("#3f2229", 80.0, 2.0)
            },
        ],
        gloss: 0.78,
        crystal_mm: 0.9,
    };
    vec![
        slab("Alba bianco marble, polished", "stone/marble").finish("polished").pattern("veined").scale(130.0)
            .about("White marble with soft grey clouds, polished. Acids etch it: wine and lemon leave matt marks.")
            .price("128").slip("r9").origin("Italy").piece(bianco(201, 0.8), 480.0),
        slab("Alba bianco marble, honed", "stone/marble").finish("honed").pattern("veined").scale(130.0)
            .about("The same block honed to a silky matt. Etching shows far less than on the polished face.")
            .price("124").slip("r9").uses("wet-room").origin("Italy").piece(bianco(202, 0.15), 480.0),
        slab("Corona calacatta gold", "stone/marble").finish("polished").pattern("veined").scale(320.0)
            .about("Bold diagonal veins in grey and ochre on a creamy white. Order slabs in sequence for book matching.")
            .size("1600x2800x20").price("340").slip("r9").origin("Italy").piece(calacatta(203, 0.8, true), 900.0),
        slab("Corona calacatta grey, honed", "stone/marble").finish("honed").pattern("veined").scale(320.0)
            .about("Large grey veins on white, honed.").size("1600x2800x20").price("310").slip("r9").origin("Italy")
            .piece(calacatta(204, 0.15, false), 900.0),
        slab("Noir de Brume marble, polished", "stone/marble").finish("polished").pattern("veined").scale(210.0)
            .about("Black with chalk-white veins that break off and start again.")
            .price("162").slip("r9").origin("Spain").piece(nero(205, 0.85), 520.0),
        slab("Noir de Brume marble, honed", "stone/marble").finish("honed").pattern("veined").scale(210.0)
            .about("Honed, the black turns to soft charcoal and fingerprints begin to show.")
            .price("158").origin("Spain").piece(Marble { ground: tones(&["#232427", "#2b2c2f", "#36373a"]), ..nero(206, 0.12) }, 520.0),
        slab("Castana emperador", "stone/marble").finish("polished").pattern("veined").scale(70.0)
            .about("Dark brown, broken and healed with a net of tan calcite.")
            .price("136").slip("r9").origin("Spain").piece(emperador(207, 0.8), 420.0),
        slab("Verde Selva serpentine", "stone/marble").finish("polished").pattern("veined").scale(80.0)
            .about("Deep green with a net of pale veins; sold as marble, in truth a serpentinite, and harder than one.")
            .price("187").origin("India").piece(verde, 440.0),
        slab("Rosa Aurora marble", "stone/marble").finish("polished").pattern("veined").scale(120.0)
            .about("Warm pink with brownish clouds.").price("142").origin("Portugal").piece(rosa, 480.0),
        slab("Rosso Vespro marble", "stone/marble").finish("polished").pattern("veined").scale(95.0)
            .about("Oxblood red with white calcite. A little goes a long way.").price("176").origin("Türkiye").piece(rosso, 460.0),
        slab("Grigio Lontano marble, honed", "stone/marble").finish("honed").pattern("veined").scale(140.0)
            .about("Mid grey with thin white veins running one way.").price("118").slip("r10").uses("wet-room").origin("Türkiye").piece(grigio, 500.0),
        slab("Arabesco Vela marble", "stone/marble").finish("polished").pattern("veined").scale(150.0)
            .about("White with grey loops like smoke rings.").price("205").origin("Italy").piece(arabesque, 640.0),
        slab("Viola Antica marble", "stone/marble").finish("polished").pattern("veined").scale(150.0)
            .about("Cream, torn and filled with wine-coloured veins. Quarried in small lots.").size("1400x2400x20").origin("Italy").piece(viola, 700.0),
    ]
}
