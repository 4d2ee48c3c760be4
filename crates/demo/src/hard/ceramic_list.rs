//! The ceramic tiles of the library.

use super::ceramic::{
    Chip, Motif, cement_tile, chequer, fluted, glazed, mosaic, porcelain, terracotta,
    terracotta_hexagons, zellige,
};
use crate::Piece;
use crate::card::Card;
use crate::lay::Lay;
use crate::makers::{NADOUN, NORDKAI, OFENROT};

const METRO: Lay = Lay::Running {
    length: 152.0,
    width: 77.0,
    shift: 0.5,
};
const METRO_STACK: Lay = Lay::Stack {
    length: 77.0,
    width: 202.0,
};
const METRO_HERRING: Lay = Lay::Herringbone {
    width: 52.0,
    ratio: 3,
};
const SQUARE: Lay = Lay::Stack {
    length: 132.0,
    width: 132.0,
};
const LARGE: Lay = Lay::Stack {
    length: 600.0,
    width: 600.0,
};
const LONG: Lay = Lay::Running {
    length: 602.0,
    width: 302.0,
    shift: 0.33,
};

fn wall(name: &str) -> Card {
    Card::new(name, OFENROT, "ceramic/glazed-tile")
        .texture("smooth")
        .finish("gloss")
        .uses("wall wet-room")
        .fire("A1")
}

fn moroccan(name: &str) -> Card {
    Card::new(name, NADOUN, "ceramic/zellige")
        .texture("pitted")
        .finish("gloss")
        .pattern("stack-bond")
        .scale(101.0)
        .uses("wall wet-room")
        .size("100x100x12")
        .joint(1.0)
        .fire("A1")
        .origin("Morocco")
}

fn tile(name: &str) -> Card {
    Card::new(name, OFENROT, "ceramic/porcelain")
        .texture("smooth")
        .uses("floor wall contract")
        .joint(2.0)
        .fire("A1fl")
        .spec("Water absorption", "< 0.5 %")
}

/// All ceramic tiles.
pub fn pieces() -> Vec<Piece> {
    vec![
        wall("Kiosk metro tile, white").pattern("running-bond").scale(152.0).size("150x75x8").joint(2.0).price("34").spec("PEI", "II").origin("Germany")
            .about("The station tile, half bond, with the faint ripple of a real kiln.")
            .piece(glazed(401, METRO, "#efede6", "#c4c1ba", 0.05, 0.35), 480.0),
        wall("Kiosk metro tile, bottle green").pattern("running-bond").scale(152.0).size("150x75x8").joint(2.0).price("42").spec("PEI", "II").origin("Germany")
            .about("Dark green glaze that breaks pale at the edges.")
            .piece(glazed(402, METRO, "#1f5240", "#b9b5ab", 0.10, 1.0), 480.0),
        wall("Kiosk metro tile, oxblood").pattern("running-bond").scale(152.0).size("150x75x8").joint(2.0).price("44").origin("Germany")
            .about("A red-brown glaze that pools, as on the fronts of old pubs.")
            .piece(glazed(403, METRO, "#6d231b", "#5d554e", 0.10, 1.0), 480.0),
        wall("Kiosk stack tile, sky").pattern("stack-bond").scale(77.0).size("75x200x8").joint(2.0).price("46").origin("Germany")
            .about("Upright, joint on joint, a soft light blue.")
            .piece(glazed(404, METRO_STACK, "#a9c6d3", "#e3e0d9", 0.08, 0.8), 480.0),
        wall("Kiosk herringbone tile, sage").pattern("herringbone").scale(73.0).size("50x150x8").joint(2.0).price("52").origin("Germany")
            .about("Small bricks in herringbone under a grey-green satin glaze.").finish("satin")
            .piece(glazed(405, METRO_HERRING, "#9fae96", "#dcd8ce", 0.05, 0.8), 420.0),
        wall("Delfzand square, cobalt").pattern("stack-bond").scale(132.0).size("130x130x9").joint(2.0).price("58").origin("Netherlands")
            .about("Inky blue with lighter shoals where the glaze ran.")
            .piece(glazed(406, SQUARE, "#1f3f86", "#d9d5cb", 0.10, 1.3), 440.0),
        wall("Delfzand square, mustard").pattern("stack-bond").scale(132.0).size("130x130x9").joint(2.0).price("58").origin("Netherlands")
            .about("Egg-yolk to mustard, tile by tile.")
            .piece(glazed(407, SQUARE, "#c8932e", "#e0dace", 0.10, 1.2), 440.0),
        wall("Cannelé fluted tile, ivory").texture("ribbed").pattern("striped").scale(25.0).size("150x300x11").joint(2.0).price("78").origin("Portugal")
            .about("Half-round flutes; glaze gathers in the grooves.")
            .piece(fluted(408, "#e9e1cf", 25.0), 420.0),
        wall("Cannelé fluted tile, petrol").texture("ribbed").pattern("striped").scale(25.0).size("150x300x11").joint(2.0).price("82").origin("Portugal")
            .about("The same flutes under petrol blue.")
            .piece(fluted(409, "#1f5661", 25.0), 420.0),
        moroccan("Zellij Nadoun, snow").price("118").about("Tin-white, pinkish where the clay shows through. Laid almost without joints; no two lie in one plane.")
            .piece(zellige(411, 101.0, &["#ece7db", "#e6dfd0", "#f1ede3", "#dfd6c6"], 0.4), 480.0),
        moroccan("Zellij Nadoun, emerald").price("132").about("Copper green from bottle to grass.")
            .piece(zellige(412, 101.0, &["#0f5a42", "#1c7352", "#0b4636", "#2b8a60"], 0.8), 480.0),
        moroccan("Zellij Nadoun, lagoon").price("132").about("Turquoise and sea blue, mixed at the kiln.")
            .piece(zellige(413, 101.0, &["#2b8f9a", "#1c7487", "#4db0b3", "#136075"], 0.7), 480.0),
        moroccan("Zellij Nadoun, aubergine").price("128").about("Manganese brown that turns violet in the sun.").size("50x50x12").scale(51.0)
            .piece(zellige(414, 51.0, &["#3a2229", "#4b2b33", "#2c191f", "#5a3a3d"], 0.7), 340.0),
        Card::new("Cotto quadro", NADOUN, "ceramic/terracotta").texture("rough").finish("raw").pattern("stack-bond").scale(257.0)
            .about("Hand-pressed squares, sun-dried and wood-fired; needs wax before it meets wine.")
            .uses("floor outdoor").size("250x250x20").joint(7.0).price("62").slip("r11").fire("A1fl").origin("Spain")
            .piece(terracotta(415, Lay::Stack { length: 257.0, width: 257.0 }, &["#b8663f", "#c97c52", "#a95836", "#d39169"], "#b5a893"), 720.0),
        Card::new("Cotto esagono", NADOUN, "ceramic/terracotta").texture("rough").finish("oiled").pattern("hexagon").scale(180.0)
            .about("Hexagons from straw yellow to brick red, waxed.").uses("floor").size("175x200x18").joint(6.0).price("74").slip("r10").origin("France")
            .piece(terracotta_hexagons(416, 180.0, &["#b96f4b", "#c98a60", "#d6a57b", "#ad5f42"], "#a89a86"), 640.0),
        Card::new("Honeycomb mosaic, white", OFENROT, "ceramic/mosaic").texture("smooth").finish("matt").pattern("hexagon").scale(26.0)
            .about("Unglazed white hexagons with dark joints: bathrooms since 1910.").uses("floor wall wet-room pool").size("300x300x6").joint(2.0).price("69").slip("r11").spec("Barefoot slip", "B").origin("Poland")
            .piece(mosaic(417, Chip::Hexagon, 26.0, "#eceae4", None, "#6d6a66", 0.2), 300.0),
        Card::new("Honeycomb mosaic, flower", OFENROT, "ceramic/mosaic").texture("smooth").finish("matt").pattern("hexagon").scale(208.0)
            .about("White field with black rosettes; sheets come numbered.").uses("floor wall wet-room").size("300x300x6").joint(2.0).price("84").slip("r11").spec("Barefoot slip", "B").origin("Poland")
            .piece(mosaic(418, Chip::Hexagon, 26.0, "#e9e6df", Some("#1f2023"), "#8d8a85", 0.2), 460.0),
        Card::new("Penny mosaic, ink", OFENROT, "ceramic/mosaic").texture("smooth").finish("gloss").pattern("geometric").scale(21.0)
            .about("Coins of 19 mm, blue-black and glossy.").uses("wall wet-room pool").size("300x300x6").joint(2.0).price("76").spec("Barefoot slip", "A").origin("Poland")
            .piece(mosaic(419, Chip::Penny, 21.0, "#22304a", None, "#c9c6bf", 0.85), 240.0),
        Card::new("Penny mosaic, blush", OFENROT, "ceramic/mosaic").texture("smooth").finish("satin").pattern("geometric").scale(21.0)
            .about("The coins in a powdery pink, with a white joint.").uses("wall wet-room").size("300x300x6").joint(2.0).price("74").origin("Poland")
            .piece(mosaic(420, Chip::Penny, 21.0, "#dca797", None, "#f0ece5", 0.5), 240.0),
        tile("Basaltin porcelain, anthracite").finish("matt").pattern("mottled").size("600x600x10").price("39").slip("r10").spec("PEI", "IV").origin("Italy")
            .about("Dark, dry-looking stoneware that asks no questions.")
            .piece(porcelain(421, LARGE, "#46474a", "#3a3a3c", 0.08, 1.0), 900.0),
        tile("Basaltin porcelain, chalk").finish("matt").pattern("mottled").size("300x600x10").price("36").slip("r10").spec("PEI", "IV").origin("Italy")
            .about("Warm white, third bond.")
            .piece(porcelain(422, LONG, "#d9d4ca", "#bdb8ae", 0.08, 0.8), 900.0),
        tile("Basaltin porcelain, greige, lappato").finish("semi-gloss").pattern("mottled").size("600x600x10").price("48").slip("r9").origin("Italy")
            .about("Half polished: dull in the hollows, bright on the hills.")
            .piece(porcelain(423, LARGE, "#a59a8b", "#948a7c", 0.55, 1.2), 900.0),
        tile("Scacchi chequer, black and white").finish("polished").pattern("checked").scale(300.0).size("150x150x9").price("58").slip("r9").spec("PEI", "IV").origin("Italy")
            .about("Two porcelains laid in turn. Halls love it, and so do cats.")
            .piece(chequer(424, 150.0, ["#e9e6e0", "#232427"], 0.65), 720.0),
        Card::new("Hydraulic tile, Alcázar", NADOUN, "concrete/cement-tile").texture("smooth").finish("matt").pattern("geometric").scale(200.0)
            .about("Pigmented cement pressed under 100 bar, never fired. An eight-pointed star in ink and ochre.").uses("floor wall").size("200x200x16").joint(1.5).price("86").slip("r10").fire("A1fl").origin("Morocco")
            .piece(cement_tile(425, Motif::Star, ["#dcd4c3", "#2f4a5c", "#b9803e"]), 640.0),
        Card::new("Hydraulic tile, Onda", NADOUN, "concrete/cement-tile").texture("smooth").finish("matt").pattern("geometric").scale(400.0)
            .about("Quarter arcs; the layer decides whether they meet as circles or as waves.").uses("floor wall").size("200x200x16").joint(1.5).price("82").slip("r10").fire("A1fl").origin("Morocco")
            .piece(cement_tile(426, Motif::Arc, ["#e6dfd2", "#7d9488", "#3d5148"]), 820.0),
        Card::new("Hydraulic tile, Folha", NADOUN, "concrete/cement-tile").texture("smooth").finish("matt").pattern("floral").scale(200.0)
            .about("Leaves around a button, grey on rose.").uses("floor wall").size("200x200x16").joint(1.5).price("82").slip("r10").origin("Portugal")
            .piece(cement_tile(427, Motif::Leaf, ["#d7b3a4", "#6c7378", "#efe7dc"]), 640.0),
        Card::new("Breeze cement tile, smoke", NORDKAI, "concrete/cement-tile").texture("smooth").finish("matt").pattern("stack-bond").scale(202.0)
            .about("Plain cement tiles that come out of the press each a little different.").uses("floor wall").size("200x200x16").joint(1.5).price("64").slip("r10")
            .piece(porcelain(428, Lay::Stack { length: 201.6, width: 201.6 }, "#8f8d89", "#a5a19a", 0.06, 1.6), 640.0),
    ]
}
