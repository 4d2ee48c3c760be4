//! The metals of the library.

use super::metal::{
    Patina, brushed, corrugated, hammered, mesh, orbital, patina, perforated, rings, seamed, tread,
};
use crate::Piece;
use crate::card::Card;
use crate::makers::VANE;

fn card(name: &str, category: &str) -> Card {
    Card::new(name, VANE, category)
        .texture("smooth")
        .uses("wall furniture")
        .size("1250x2500x1.5")
        .fire("A1")
}

/// All metals.
pub fn pieces() -> Vec<Piece> {
    let weathering = |seed: u32, tones: &[&str]| Patina {
        crust_mm: 0.16,
        ..patina(seed, tones, 90.0)
    };
    vec![
        card("Vane stainless, brushed", "metal/stainless")
            .finish("brushed")
            .pattern("plain")
            .price("88")
            .origin("Germany")
            .recycled(70)
            .about(
                "Grain 240 along the sheet. Fingerprints wipe off along the grain, never across.",
            )
            .uses("worktop wet-room")
            .piece(brushed(701, "#b9babb", 1.0, 0.45), 240.0),
        card("Vane stainless, orbital", "metal/stainless")
            .finish("satin")
            .pattern("plain")
            .price("94")
            .origin("Germany")
            .recycled(70)
            .about("Non-directional scratches: hides the next thousand scratches.")
            .uses("worktop")
            .piece(orbital(702, "#b4b5b6", 0.4), 240.0),
        card("Vane stainless, mirror", "metal/stainless")
            .finish("mirror")
            .pattern("plain")
            .price("136")
            .origin("Germany")
            .about("Polished to number 8. What one sees is mostly the room.")
            .piece(brushed(703, "#c6c7c9", 0.12, 1.0), 240.0),
        card("Vane steel, blackened", "metal/steel")
            .finish("patinated")
            .pattern("mottled")
            .price("76")
            .origin("Sweden")
            .about("Hot-rolled skin, waxed. Blue-grey clouds and roller marks.")
            .piece(
                Patina {
                    runs: 0.5,
                    crust_mm: 0.015,
                    metal: 0.75,
                    gloss: 0.4,
                    ..patina(704, &["#26282b", "#34373b", "#474b50", "#5a5d60"], 150.0)
                },
                500.0,
            ),
        card("Vane tread plate", "metal/steel")
            .texture("rough")
            .finish("raw")
            .pattern("geometric")
            .scale(52.0)
            .uses("floor")
            .price("64")
            .slip("r13")
            .size("1250x2500x4")
            .about("Raised lozenges, galvanised. For stairs, vans and bars.")
            .piece(tread(705, "#9b9d9f"), 240.0),
        card("Vane perforated panel", "metal/aluminium")
            .finish("satin")
            .pattern("geometric")
            .scale(8.0)
            .uses("ceiling facade")
            .price("72")
            .recycled(60)
            .about("Holes of 5 mm on an 8 mm pitch, 35 % open, for acoustic ceilings.")
            .piece(perforated(706, "#c2c3c4", 8.0, 5.0), 150.0),
        card("Vane aluminium, brushed and anodised", "metal/aluminium")
            .finish("brushed")
            .pattern("plain")
            .uses("facade")
            .price("69")
            .recycled(75)
            .origin("Norway")
            .about("Pale, cool, light; anodised 20 µm.")
            .piece(brushed(707, "#cfd0d1", 0.7, 0.4), 240.0),
        card("Vane aluminium, bronze anodised", "metal/aluminium")
            .finish("brushed")
            .pattern("plain")
            .uses("facade")
            .price("78")
            .recycled(75)
            .origin("Norway")
            .about("The bronze of seventies office fronts, in fashion again.")
            .piece(brushed(708, "#79614a", 0.7, 0.4), 240.0),
        card("Vane brass, brushed", "metal/brass")
            .finish("brushed")
            .pattern("plain")
            .price("168")
            .origin("Italy")
            .about("Unlacquered: it will darken where nobody touches it.")
            .piece(brushed(709, "#c9a35c", 0.9, 0.5), 240.0),
        card("Vane brass, hammered", "metal/brass")
            .texture("pitted")
            .finish("hammered")
            .pattern("geometric")
            .scale(14.0)
            .price("230")
            .origin("Türkiye")
            .about("Beaten by hand, dish beside dish.")
            .piece(
                hammered(710, &["#a8823f", "#c9a35c", "#d8b46c"], 14.0, 1.3, 0.7),
                200.0,
            ),
        card("Vane brass, aged", "metal/brass")
            .finish("patinated")
            .pattern("mottled")
            .price("189")
            .origin("Italy")
            .about("Darkened with liver of sulphur and waxed.")
            .piece(
                Patina {
                    crust_mm: 0.01,
                    metal: 0.85,
                    gloss: 0.45,
                    ..patina(711, &["#4a3a20", "#6f5730", "#957440", "#b08c50"], 120.0)
                },
                420.0,
            ),
        card("Vane copper, brushed", "metal/copper")
            .finish("brushed")
            .pattern("plain")
            .price("174")
            .recycled(85)
            .origin("Germany")
            .about("Salmon pink for a week, then brown.")
            .uses("facade")
            .piece(brushed(712, "#c78564", 0.9, 0.5), 240.0),
        card("Vane copper, hammered", "metal/copper")
            .texture("pitted")
            .finish("hammered")
            .pattern("geometric")
            .scale(18.0)
            .origin("Türkiye")
            .about("For basins and bar fronts; lemon cleans it.")
            .piece(
                hammered(713, &["#8f5138", "#b87352", "#cf8f6c"], 18.0, 1.6, 0.7),
                240.0,
            ),
        card("Vane copper, verdigris", "metal/copper")
            .texture("rough")
            .finish("patinated")
            .pattern("mottled")
            .uses("facade outdoor")
            .price("212")
            .origin("Finland")
            .about("Factory patina, blue-green over brown. Evens out in twenty years of rain.")
            .piece(
                Patina {
                    runs: 0.8,
                    ..weathering(
                        714,
                        &["#4d3a2c", "#5f6f5c", "#6fa08c", "#86b8a3", "#a9cdbb"],
                    )
                },
                420.0,
            ),
        card("Vane zinc, pre-weathered", "metal/zinc")
            .finish("patinated")
            .pattern("striped")
            .scale(430.0)
            .uses("facade outdoor")
            .price("96")
            .size("1000x2000x0.8")
            .origin("Germany")
            .about("Standing seams every 430 mm, matt blue-grey from the first day.")
            .piece(
                seamed(715, &["#6d757c", "#79828a", "#868f96"], 430.0),
                1100.0,
            ),
        card("Vane zinc, bar top", "metal/zinc")
            .finish("patinated")
            .pattern("mottled")
            .uses("worktop")
            .price("138")
            .origin("France")
            .about("Rolled zinc with the rings of a hundred glasses.")
            .piece(rings(716), 480.0),
        card("Vane corten, weathered", "metal/corten")
            .texture("rough")
            .finish("patinated")
            .pattern("mottled")
            .uses("facade outdoor")
            .price("104")
            .origin("Sweden")
            .about(
                "Rust that protects what is under it. It bleeds for two winters: mind the paving.",
            )
            .piece(
                weathering(
                    717,
                    &["#3d2118", "#66321e", "#8d4a26", "#a8602f", "#bf7d45"],
                ),
                420.0,
            ),
        card("Vane corten, young", "metal/corten")
            .texture("rough")
            .finish("patinated")
            .pattern("mottled")
            .uses("facade outdoor")
            .price("98")
            .origin("Sweden")
            .about("Four weeks of weather: orange runs over dark mill scale.")
            .piece(
                Patina {
                    runs: 1.0,
                    ..weathering(
                        718,
                        &["#35302d", "#4a3a31", "#8a4d28", "#bf6a2c", "#cf8743"],
                    )
                },
                420.0,
            ),
        card("Vane corrugated sheet, galvanised", "metal/steel")
            .texture("ribbed")
            .finish("raw")
            .pattern("striped")
            .scale(76.0)
            .uses("facade outdoor")
            .price("26")
            .size("900x2500x0.7")
            .recycled(45)
            .about("The honest barn sheet with its frost flowers of zinc.")
            .piece(corrugated(719, "#aeb2b4", 76.0), 620.0),
        card("Vane wire mesh, brass", "metal/brass")
            .texture("woven")
            .finish("satin")
            .pattern("checked")
            .scale(6.0)
            .price("148")
            .about("Woven rods of 1.6 mm for cabinet doors.")
            .piece(mesh(720, "#c2a066", 6.0, 1.9), 90.0),
    ]
}
