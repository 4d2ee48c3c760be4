//! The wooden pieces of the library.

use super::wood::{Coat, Cut, Species, Wood};
use crate::Piece;
use crate::card::Card;
use crate::lay::Lay;
use crate::makers::{MARROW, TIDEWATER};
use crate::shade::hex;

fn oak() -> Species {
    Species {
        ring_mm: 3.1,
        ring_pores: 1.0,
        fine_pores: 0.15,
        rays: 0.9,
        ..Species::new("#c9a578", "#a97f50", "#6b4a2b")
    }
}

fn smoked_oak() -> Species {
    Species {
        ring_pores: 0.9,
        rays: 0.8,
        ring_mm: 3.1,
        ..Species::new("#7a5a41", "#553a28", "#2a1b12")
    }
}

fn walnut() -> Species {
    Species {
        ring_mm: 4.2,
        contrast: 0.75,
        ring_pores: 0.35,
        fine_pores: 0.6,
        streaks: 1.0,
        variety: 0.8,
        ..Species::new("#8a664a", "#553a29", "#2c1c13")
    }
}

fn ash() -> Species {
    Species {
        ring_mm: 3.6,
        ring_pores: 0.95,
        contrast: 0.95,
        ..Species::new("#e0cdb0", "#bd9d74", "#8a6c49")
    }
}

fn maple() -> Species {
    Species {
        ring_mm: 3.0,
        contrast: 0.35,
        fine_pores: 0.12,
        curl: 0.8,
        rays: 0.15,
        streaks: 0.25,
        variety: 0.3,
        ..Species::new("#e6d3b4", "#cfae84", "#a98a63")
    }
}

fn beech() -> Species {
    Species {
        ring_mm: 2.8,
        contrast: 0.35,
        fine_pores: 0.5,
        rays: 0.75,
        streaks: 0.25,
        variety: 0.35,
        ..Species::new("#d9b48e", "#c4946a", "#8e5f3c")
    }
}

fn pine() -> Species {
    Species {
        ring_mm: 4.4,
        contrast: 1.0,
        fine_pores: 0.0,
        knots: 0.55,
        streaks: 0.35,
        ..Species::new("#e9cf9f", "#c88f4e", "#8d5a2b")
    }
}

fn teak() -> Species {
    Species {
        ring_mm: 3.4,
        contrast: 0.7,
        ring_pores: 0.35,
        fine_pores: 0.45,
        streaks: 0.9,
        variety: 0.6,
        ..Species::new("#b98a52", "#86592e", "#4a2e17")
    }
}

fn cherry() -> Species {
    Species {
        ring_mm: 3.2,
        contrast: 0.55,
        fine_pores: 0.3,
        curl: 0.25,
        streaks: 0.5,
        variety: 0.45,
        ..Species::new("#bf8258", "#99593a", "#6b3a24")
    }
}

fn bamboo() -> Species {
    Species {
        ring_mm: 1.3,
        contrast: 0.35,
        fine_pores: 0.5,
        streaks: 0.3,
        variety: 0.2,
        ..Species::new("#dcbf87", "#c29d5f", "#96733f")
    }
}

fn caramel_bamboo() -> Species {
    Species {
        ..Species {
            early: hex("#b58650"),
            late: hex("#8f6234"),
            pore: hex("#5f3f20"),
            ..bamboo()
        }
    }
}

fn weathered() -> Species {
    Species {
        ring_mm: 3.3,
        contrast: 0.95,
        knots: 0.25,
        fine_pores: 0.5,
        streaks: 0.9,
        variety: 0.9,
        ..Species::new("#a39d93", "#706a62", "#3f3a35")
    }
}

fn stained(early: &str, late: &str, pore: &str, from: Species) -> Species {
    Species {
        early: hex(early),
        late: hex(late),
        pore: hex(pore),
        ..from
    }
}

const VENEER: Lay = Lay::Slab;
const PLANK: Lay = Lay::Boards {
    length: 1400.0,
    width: 180.0,
};
const WIDE: Lay = Lay::Boards {
    length: 2200.0,
    width: 260.0,
};
const STRIP: Lay = Lay::Boards {
    length: 420.0,
    width: 70.0,
};
const HERRING: Lay = Lay::Herringbone {
    width: 90.0,
    ratio: 5,
};
const FINE_HERRING: Lay = Lay::Herringbone {
    width: 60.0,
    ratio: 6,
};
const CHEVRON: Lay = Lay::Chevron {
    column: 380.0,
    width: 90.0,
};

fn boards(seed: u32, species: Species, cut: Cut, lay: Lay, coat: Coat) -> Wood {
    let gap_mm = if lay == Lay::Slab { 0.0 } else { 1.6 };
    Wood {
        seed,
        species,
        cut,
        lay,
        gap_mm,
        coat,
    }
}

fn floor(name: &str, category: &str) -> Card {
    Card::new(name, MARROW, category)
        .texture("grained")
        .uses("floor residential")
        .fire("Dfl-s1")
}

fn veneer(name: &str, category: &str) -> Card {
    Card::new(name, TIDEWATER, category)
        .texture("grained")
        .pattern("plain")
        .uses("wall furniture")
        .size("620x2500x0.6")
}

/// All wooden pieces.
pub fn pieces() -> Vec<Piece> {
    let brushed = |gloss: f32, mm: f32| Coat {
        brushed_mm: mm,
        ..Coat::smooth(gloss)
    };
    let limed = Coat {
        filled: Some(hex("#e9e4da")),
        ..brushed(0.06, 0.05)
    };
    vec![
        floor("Fenwick oak plank, oiled", "wood/oak")
            .about("Plain-sawn European oak with a hard-wax oil; lively grain, a few small knots. Goes honey-coloured within two years of daylight.")
            .finish("oiled").pattern("plain").scale(180.0).size("180x1400x14").price("84").slip("r9")
            .uses("contract").spec("Brinell hardness", "34 N/mm²").certificates("FSC").origin("Croatia")
            .piece(boards(101, oak(), Cut::Plain, PLANK, Coat::smooth(0.12)), 620.0),
        floor("Fenwick oak plank, lacquered", "wood/oak")
            .about("The same boards as the oiled Fenwick under six coats of water-based lacquer: a shade cooler and easier to wipe.")
            .finish("lacquered").pattern("plain").scale(180.0).size("180x1400x14").price("79").slip("r9")
            .uses("contract").spec("Brinell hardness", "34 N/mm²").certificates("FSC").origin("Croatia")
            .piece(boards(102, oak(), Cut::Plain, PLANK, Coat::smooth(0.55)), 620.0),
        floor("Fenwick oak plank, smoked", "wood/oak")
            .about("Fenwick boards fumed with ammonia to the core and oiled. The brown goes right through, so scratches do not show pale.")
            .finish("oiled").pattern("plain").scale(180.0).size("180x1400x14").price("98").slip("r9")
            .spec("Brinell hardness", "34 N/mm²").certificates("FSC").origin("Croatia")
            .piece(boards(103, smoked_oak(), Cut::Plain, PLANK, Coat::smooth(0.12)), 620.0),
        floor("Fenwick oak plank, limed", "wood/oak")
            .about("Brushed boards with white pigment left in the pores, for rooms that should stay pale.")
            .finish("brushed").pattern("plain").scale(180.0).size("180x1400x14").price("92").slip("r10")
            .spec("Brinell hardness", "34 N/mm²").origin("Croatia")
            .piece(boards(104, stained("#d8cbb8", "#bda98c", "#e8e2d6", oak()), Cut::Plain, PLANK, limed), 620.0),
        floor("Castle board oak, wide", "wood/oak")
            .about("Boards of 260 mm from old trees, brushed so that the summer rings stand up under bare feet.")
            .finish("brushed").pattern("plain").scale(260.0).size("260x2200x20").price("148").slip("r10")
            .spec("Brinell hardness", "35 N/mm²").certificates("PEFC").origin("Germany")
            .piece(boards(105, Species { knots: 0.18, ..oak() }, Cut::Plain, WIDE, brushed(0.06, 0.12)), 800.0),
        floor("Ludlow oak herringbone", "wood/oak")
            .about("Blocks of 90 × 450 mm in the classic pattern, rift and quarter cut so that light moves over it evenly.")
            .finish("oiled").pattern("herringbone").scale(127.0).size("90x450x16").price("112").slip("r9")
            .spec("Brinell hardness", "34 N/mm²").certificates("FSC").origin("Poland")
            .piece(boards(106, oak(), Cut::Quarter, HERRING, Coat::smooth(0.14)), 720.0),
        floor("Ludlow oak herringbone, smoked", "wood/oak")
            .about("The herringbone in fumed oak. Block by block the tone varies, from tobacco to black coffee.")
            .finish("oiled").pattern("herringbone").scale(127.0).size("90x450x16").price("126").slip("r9")
            .spec("Brinell hardness", "34 N/mm²").certificates("FSC").origin("Poland")
            .piece(boards(107, Species { variety: 0.9, ..smoked_oak() }, Cut::Plain, HERRING, Coat::smooth(0.14)), 720.0),
        floor("Marais oak chevron", "wood/oak")
            .about("Mitred at 45° and laid point to point, as in old Paris flats. Prime grade, almost no knots.")
            .finish("lacquered").pattern("chevron").scale(127.0).size("90x537x15").price("139").slip("r9")
            .spec("Brinell hardness", "34 N/mm²").origin("France")
            .piece(boards(108, oak(), Cut::Plain, CHEVRON, Coat::smooth(0.4)), 820.0),
        veneer("Quartered oak veneer", "wood/oak")
            .about("Radial cut with silvery ray flecks across a straight grain. Leaves are numbered in sequence.")
            .finish("raw").price("31").certificates("FSC").origin("Germany")
            .piece(boards(109, Species { rays: 1.0, ..oak() }, Cut::Quarter, VENEER, Coat::smooth(0.05)), 300.0),
        veneer("Crown-cut oak veneer", "wood/oak")
            .about("Flat-sliced leaves with full cathedrals, book matched.")
            .finish("matt").price("27").origin("Germany")
            .piece(boards(110, oak(), Cut::Plain, VENEER, Coat::smooth(0.08)), 420.0),
        floor("Holloway walnut plank", "wood/walnut")
            .about("American black walnut with its sapwood left out; chocolate with purple streaks when new, warmer later.")
            .finish("oiled").pattern("plain").scale(140.0).size("140x1400x15").price("132").slip("r9")
            .spec("Brinell hardness", "27 N/mm²").certificates("FSC").origin("United States")
            .piece(boards(111, walnut(), Cut::Plain, Lay::Boards { length: 1400.0, width: 140.0 }, Coat::smooth(0.18)), 600.0),
        floor("Holloway walnut chevron", "wood/walnut")
            .about("Walnut points for a formal room. Ordered by column, so that left and right match.")
            .finish("satin").pattern("chevron").scale(127.0).size("90x537x15").price("168")
            .spec("Brinell hardness", "27 N/mm²").origin("United States")
            .piece(boards(112, walnut(), Cut::Plain, CHEVRON, Coat::smooth(0.3)), 820.0),
        veneer("Crown-cut walnut veneer", "wood/walnut")
            .about("Flat-sliced leaves with wide arches and a slow colour drift from leaf to leaf.")
            .finish("satin").price("44").origin("United States")
            .piece(boards(113, walnut(), Cut::Plain, VENEER, Coat::smooth(0.25)), 420.0),
        veneer("Walnut burl veneer", "wood/walnut")
            .about("From the root: eyes and swirls, no direction. Leaves are small, plan for matching.")
            .finish("gloss").pattern("burl").size("300x600x0.6").origin("Italy")
            .piece(boards(114, Species { contrast: 1.0, ring_mm: 1.0, curl: 0.4, ..walnut() }, Cut::Burl, VENEER, Coat::smooth(0.7)), 300.0),
        floor("Skagen ash plank, white oil", "wood/ash")
            .about("Pale ash with a strong open grain, under an oil with a trace of white so that it does not yellow.")
            .finish("oiled").pattern("plain").scale(160.0).size("160x1800x14").price("76").slip("r9")
            .spec("Brinell hardness", "38 N/mm²").certificates("PEFC").origin("Denmark")
            .piece(boards(115, ash(), Cut::Plain, Lay::Boards { length: 1800.0, width: 160.0 }, Coat::smooth(0.1)), 600.0),
        veneer("Black-stained ash veneer", "wood/ash")
            .about("Ash dyed black with the pores left open: the grain is felt more than seen.")
            .finish("matt").price("36").origin("Denmark")
            .piece(boards(116, stained("#37332f", "#211e1c", "#0c0b0a", ash()), Cut::Plain, VENEER, brushed(0.22, 0.16)), 360.0),
        floor("Thermo-ash decking", "wood/ash")
            .about("Ash heated to 210 °C until it no longer takes up water; cocoa brown, turns silver if left alone.")
            .finish("raw").pattern("striped").scale(120.0).size("120x2100x20").joint(5.0).price("68").slip("r10")
            .uses("outdoor facade").spec("Durability class", "1").certificates("PEFC").origin("Estonia")
            .piece(Wood { gap_mm: 5.0, ..boards(117, stained("#8d6a4b", "#64462f", "#3a2719", ash()), Cut::Plain, Lay::Boards { length: 2100.0, width: 120.0 }, Coat::smooth(0.03)) }, 600.0),
        veneer("Curly maple veneer", "wood/maple")
            .about("Figured sycamore maple: bands of light travel across the leaf as one walks past.")
            .finish("gloss").price("62").origin("Canada")
            .piece(boards(118, Species { curl: 1.3, ..maple() }, Cut::Quarter, VENEER, Coat::smooth(0.6)), 300.0),
        floor("Rideau maple strip", "wood/maple")
            .about("Short strips of hard maple as in gymnasiums and dance halls; very even, very hard.")
            .finish("lacquered").pattern("plain").scale(70.0).size("70x420x20").price("71").slip("r9").uses("contract")
            .spec("Brinell hardness", "48 N/mm²").origin("Canada")
            .piece(boards(119, Species { curl: 0.15, variety: 0.5, ..maple() }, Cut::Plain, STRIP, Coat::smooth(0.45)), 520.0),
        floor("Thuringia beech parquet, basket", "wood/beech")
            .about("Five fingers to a square, turned in every other one: the schoolroom floor.")
            .finish("lacquered").pattern("basket").scale(120.0).size("24x120x8").price("46").slip("r9").uses("contract")
            .spec("Brinell hardness", "36 N/mm²").certificates("PEFC").origin("Germany")
            .piece(Wood { gap_mm: 0.7, ..boards(120, Species { variety: 0.7, ..beech() }, Cut::Plain, Lay::Basket { side: 120.0, count: 5 }, Coat::smooth(0.45)) }, 500.0),
        veneer("Steamed beech veneer", "wood/beech")
            .about("Pinkish and calm, with the small brown dashes that give beech away.")
            .finish("satin").price("19").certificates("FSC").origin("Germany")
            .piece(boards(121, beech(), Cut::Plain, VENEER, Coat::smooth(0.2)), 300.0),
        floor("Knotted pine board, soap", "wood/pine")
            .about("Nordic pine with sound knots, washed with soap. Soft: dents belong to it.")
            .finish("matt").texture("knotted").pattern("plain").scale(190.0).size("190x3600x26").price("39")
            .spec("Brinell hardness", "16 N/mm²").certificates("PEFC").origin("Sweden")
            .piece(boards(122, stained("#efdcb6", "#cfa066", "#8d5a2b", pine()), Cut::Plain, Lay::Boards { length: 3600.0, width: 190.0 }, Coat::smooth(0.06)), 640.0),
        Card::new("Pine panelling, clear", TIDEWATER, "wood/pine").texture("knotted").pattern("striped").scale(96.0)
            .about("Tongue-and-groove boards for walls and ceilings, clear varnish. It will turn orange; some want that.")
            .finish("semi-gloss").uses("wall ceiling residential").size("96x2700x14").price("22").fire("D-s2,d0")
            .certificates("FSC").origin("Finland")
            .piece(Wood { gap_mm: 4.0, ..boards(123, pine(), Cut::Plain, Lay::Boards { length: 2700.0, width: 96.0 }, Coat::smooth(0.4)) }, 480.0),
        floor("Porto teak deck", "wood/teak")
            .about("Plantation teak for decks and bathrooms, oily to the touch.")
            .finish("raw").pattern("striped").scale(90.0).size("90x1800x21").joint(4.0).price("154").slip("r11")
            .uses("outdoor wet-room pool").spec("Brinell hardness", "33 N/mm²").certificates("FSC").origin("Indonesia")
            .piece(Wood { gap_mm: 4.5, ..boards(124, teak(), Cut::Plain, Lay::Boards { length: 1800.0, width: 90.0 }, Coat::smooth(0.05)) }, 480.0),
        veneer("Quartered teak veneer", "wood/teak")
            .about("Straight golden-brown grain with darker lines, as used at sea and in the fifties.")
            .finish("oiled").pattern("striped").price("57").origin("Myanmar")
            .piece(boards(125, teak(), Cut::Quarter, VENEER, Coat::smooth(0.14)), 320.0),
        veneer("Black cherry veneer", "wood/cherry")
            .about("Fine and even, salmon when cut, red-brown after a summer. Keep lamps off it during fitting.")
            .finish("satin").price("39").certificates("FSC").origin("United States")
            .piece(boards(126, cherry(), Cut::Plain, VENEER, Coat::smooth(0.25)), 380.0),
        floor("Alder Hill cherry herringbone", "wood/cherry")
            .about("A small herringbone of 60 × 360 mm for narrow rooms.")
            .finish("oiled").pattern("herringbone").scale(85.0).size("60x360x12").price("119")
            .origin("United States")
            .piece(boards(127, cherry(), Cut::Plain, FINE_HERRING, Coat::smooth(0.16)), 540.0),
        floor("Anji bamboo, natural", "wood/bamboo")
            .about("Side-pressed strips with their nodes in view. A grass, filed with the woods because people look for it there.")
            .finish("lacquered").pattern("striped").scale(20.0).size("96x960x15").price("43").slip("r9")
            .spec("Brinell hardness", "40 N/mm²").origin("China")
            .piece(Wood { gap_mm: 0.8, ..boards(128, bamboo(), Cut::Bamboo, Lay::Boards { length: 960.0, width: 100.0 }, Coat::smooth(0.4)) }, 360.0),
        floor("Anji bamboo, caramel", "wood/bamboo")
            .about("The same strips steamed until the sugar in them turns brown.")
            .finish("lacquered").pattern("striped").scale(20.0).size("96x960x15").price("45").slip("r9")
            .origin("China")
            .piece(Wood { gap_mm: 0.8, ..boards(129, caramel_bamboo(), Cut::Bamboo, Lay::Boards { length: 960.0, width: 100.0 }, Coat::smooth(0.4)) }, 360.0),
        Card::new("Charred larch cladding", TIDEWATER, "wood").texture("rough").pattern("striped").scale(140.0)
            .about("Burnt until a crust of charcoal forms and left unbrushed; comes off on hands for the first year.")
            .finish("raw").uses("facade wall outdoor").size("140x3000x22").price("88").fire("B-s2,d0").origin("Austria")
            .piece(Wood { gap_mm: 5.0, ..boards(130, pine(), Cut::Plain, Lay::Boards { length: 3000.0, width: 140.0 }, Coat { charred: true, ..Coat::smooth(0.2) }) }, 480.0),
        Card::new("Barn boards, reclaimed", TIDEWATER, "wood").texture("rough").pattern("striped").scale(165.0)
            .about("Spruce from barns taken down in the Alps, de-nailed and brushed. Silver outside, no two boards alike.")
            .finish("brushed").uses("wall ceiling furniture").size("165x2500x20").price("96").recycled(100).origin("Austria")
            .piece(Wood { gap_mm: 4.0, ..boards(131, weathered(), Cut::Plain, Lay::Boards { length: 2500.0, width: 165.0 }, brushed(0.02, 0.35)) }, 640.0),
    ]
}
