//! Glass: what one sees is the room behind it, bent and blurred.

use crate::Piece;
use crate::card::Card;
use crate::field::{fbm, floor, fract, gradient, lerp, rand01, smoothstep, value, wave, worley};
use crate::lay::Lay;
use crate::makers::ORLO;
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Sample};

/// The room behind the pane, out of focus: a window, a plant, a lamp, a dark chair; no detail finer than some 60 mm.
#[inline]
fn room(seed: u32, x: f32, y: f32) -> Rgb {
    let wall = Rgb([0.60, 0.59, 0.56]);
    let window = fbm(seed, x / 420.0, y / 520.0, 2);
    let mut colour = mix(
        wall.times(0.72),
        Rgb([0.92, 0.95, 0.97]),
        smoothstep(-0.15, 0.5, window),
    );
    let plant = fbm(seed ^ 1, x / 300.0 + 9.0, y / 380.0, 3);
    colour = mix(
        colour,
        Rgb([0.13, 0.22, 0.11]),
        smoothstep(0.18, 0.6, plant) * 0.75,
    );
    let wood = fbm(seed ^ 2, x / 500.0 - 5.0, y / 240.0, 2);
    colour = mix(
        colour,
        Rgb([0.36, 0.22, 0.12]),
        smoothstep(0.2, 0.65, wood) * 0.65,
    );
    let dark = fbm(seed ^ 3, x / 260.0, y / 420.0, 2);
    mix(
        colour,
        Rgb([0.07, 0.075, 0.085]),
        smoothstep(0.3, 0.8, dark) * 0.55,
    )
}

/// Upright flutes: each is a lens that turns the room around.
fn ribbed(seed: u32, rib_mm: f32, tint: &str, power: f32) -> impl Painter + use<> {
    let tint = hex(tint);
    move |x: f32, y: f32| {
        let i = floor(x / rib_mm);
        let t = fract(x / rib_mm) * 2.0 - 1.0;
        let wobble = gradient(seed ^ 8, x / 200.0, y / 260.0) * 4.0;
        // A cylinder lens: far more of the room in each rib than its own width, mirrored.
        let bent = (i as f32 + 0.5) * rib_mm - t * rib_mm * power + wobble;
        let mut colour = room(seed, bent, y + wobble).tint(tint);
        let edge = 1.0 - t.abs();
        colour = colour.times(lerp(0.60, 1.0, smoothstep(0.0, 0.16, edge)));
        let glint = smoothstep(0.10, 0.02, (t + 0.46).abs()) * 0.20
            + smoothstep(0.05, 0.0, (t - 0.62).abs()) * 0.09;
        colour = colour.plus(Rgb([glint, glint, glint]).times(0.7 + 0.3 * wave(y / 900.0)));
        Sample::new(colour, (1.0 - t * t) * rib_mm * 0.05, 0.5)
    }
}

/// Sand-blasted or etched: the room without edges, a fine grain in front.
fn frosted(seed: u32, tint: &str, veil: f32) -> impl Painter + use<> {
    let tint = hex(tint);
    move |x: f32, y: f32| {
        let grain = value(seed ^ 5, x * 1.6, y * 1.6) - 0.5
            + (value(seed ^ 6, x * 0.8, y * 0.8) - 0.5) * 0.6;
        // Things close behind the pane still show as soft shadows.
        let behind = room(seed, x * 2.1, y * 2.1).tint(tint);
        let colour = mix(behind, Rgb([0.80, 0.83, 0.84]).tint(tint), veil);
        Sample::new(colour.shift(grain * 0.05), grain * 0.03, 0.12)
    }
}

/// Cast or patterned glass: lumps that each hold a small picture of the room.
fn lumpy(seed: u32, lump_mm: f32, tint: &str, bubbles: f32) -> impl Painter + use<> {
    let tint = hex(tint);
    move |x: f32, y: f32| {
        let e = lump_mm;
        let h = |x: f32, y: f32| fbm(seed ^ 4, x / e, y / e, 2);
        let step = e * 0.06;
        let (gx, gy) = (
            h(x + step, y) - h(x - step, y),
            h(x, y + step) - h(x, y - step),
        );
        let colour = room(seed, x * 1.6 + gx * 420.0, y * 1.6 + gy * 420.0).tint(tint);
        let steep = (gx * gx + gy * gy).sqrt();
        let light = smoothstep(0.02, -0.16, gx * 0.7 + gy) * 0.10;
        let mut colour = colour
            .times(1.0 - smoothstep(0.10, 0.40, steep) * 0.3)
            .plus(Rgb([light, light, light]));
        if bubbles > 0.0 {
            let cell = worley(seed ^ 7, x / 16.0, y / 16.0);
            if rand01(cell.id, 0, 0) < bubbles {
                let r = cell.f1 * 16.0 / lerp(0.7, 2.8, rand01(cell.id, 1, 0));
                colour = colour.times(1.0 - 0.45 * smoothstep(0.3, 0.0, (r - 0.92).abs()));
                let spark = smoothstep(
                    0.35,
                    0.1,
                    ((cell.dx * 16.0 + 0.5).abs() + (cell.dy * 16.0 + 0.5).abs()) * 0.8,
                );
                colour = colour.plus(Rgb([0.3, 0.3, 0.3]).times(spark * smoothstep(1.0, 0.8, r)));
            }
        }
        Sample::new(colour, h(x, y) * 1.2, 0.7)
    }
}

/// Glass blocks in a wall: a waved lens in each, light at the rims.
fn blocks(seed: u32, side: f32, tint: &str) -> impl Painter + use<> {
    let tint = hex(tint);
    let lay = Lay::Stack {
        length: side,
        width: side,
    };
    move |x: f32, y: f32| {
        let unit = lay.at(seed, x, y);
        let edge = unit.rounded_edge(9.0) - 5.0;
        let grain = value(seed ^ 1, x, y) - 0.5;
        let joint = Sample::new(Rgb([0.62, 0.61, 0.58]).shift(grain * 0.12), -2.0, 0.0);
        if edge < 0.0 {
            return joint;
        }
        let (a, b) = (unit.u / side - 0.5, unit.v / side - 0.5);
        let ripple = wave((a * 1.3 + b * 0.25) * 3.0 + unit.luck(0)) * 26.0
            + gradient(unit.id, a * 3.0, b * 3.0) * 30.0;
        let mut colour = room(
            seed,
            x - a * side * 2.4 + ripple,
            y - b * side * 2.4 + ripple * 0.6,
        )
        .tint(tint);
        let rim = smoothstep(15.0, 2.0, edge);
        colour = mix(colour, tint.times(0.55), rim * 0.5);
        let bright = smoothstep(7.0, 10.0, edge) * smoothstep(15.0, 11.0, edge) * 0.16;
        colour = colour.plus(Rgb([bright, bright, bright]));
        let t = smoothstep(0.0, 0.5, edge);
        Sample::new(
            mix(joint.colour, colour, t),
            -2.0 + 3.5 * smoothstep(0.0, 9.0, edge) + ripple * 0.01,
            0.85 * t,
        )
    }
}

fn card(name: &str, category: &str) -> Card {
    Card::new(name, ORLO, category)
        .uses("wall furniture")
        .size("1000x2100x6")
        .fire("A1")
}

/// All glass.
pub fn pieces() -> Vec<Piece> {
    vec![
        card("Orlo reeded glass, 12 mm", "glass/ribbed")
            .texture("ribbed")
            .finish("gloss")
            .pattern("striped")
            .scale(12.0)
            .price("98")
            .origin("Czechia")
            .about("Fine upright reeds: light comes through, faces do not.")
            .piece(ribbed(801, 12.0, "#f2f6f3", 5.0), 260.0),
        card("Orlo fluted glass, 30 mm", "glass/ribbed")
            .texture("ribbed")
            .finish("gloss")
            .pattern("striped")
            .scale(30.0)
            .price("112")
            .origin("Czechia")
            .about("Wide flutes that cut the room into strips.")
            .piece(ribbed(802, 30.0, "#eef4f0", 3.0), 420.0),
        card("Orlo reeded glass, amber", "glass/ribbed")
            .texture("ribbed")
            .finish("gloss")
            .pattern("striped")
            .scale(18.0)
            .price("134")
            .origin("Czechia")
            .about("Honey-coloured in the mass.")
            .piece(ribbed(803, 18.0, "#e0a44c", 4.0), 320.0),
        card("Orlo satinato", "glass/frosted")
            .texture("smooth")
            .finish("matt")
            .pattern("plain")
            .price("86")
            .origin("Italy")
            .uses("wet-room")
            .about("Acid-etched on one side, silky; fingerprints stay away.")
            .piece(frosted(804, "#eef4f1", 0.38), 320.0),
        card("Orlo sandblast, sea", "glass/frosted")
            .texture("grained")
            .finish("sandblasted")
            .pattern("plain")
            .price("94")
            .origin("Italy")
            .uses("wet-room")
            .about("Blasted, blue-green, like glass from a beach.")
            .piece(frosted(805, "#9fc9c0", 0.33), 300.0),
        card("Orlo cathedral glass", "glass")
            .texture("smooth")
            .finish("gloss")
            .pattern("mottled")
            .scale(45.0)
            .price("128")
            .origin("Poland")
            .about("Rolled with a gentle swell, for doors and lanterns.")
            .piece(lumpy(806, 46.0, "#eaf2ee", 0.0), 320.0),
        card("Orlo recycled cast, bottle", "glass")
            .texture("pitted")
            .finish("semi-gloss")
            .pattern("mottled")
            .scale(60.0)
            .recycled(100)
            .origin("Netherlands")
            .uses("worktop")
            .about("Bottle cullet fused to slabs of 20 mm, with all its bubbles.")
            .piece(lumpy(807, 60.0, "#7fb58f", 0.6), 320.0),
        card("Orlo glass block, clear wave", "glass")
            .texture("smooth")
            .finish("gloss")
            .pattern("stack-bond")
            .scale(200.0)
            .size("190x190x80")
            .joint(10.0)
            .price("146")
            .origin("Czechia")
            .about("The block of clinics and corner bars, back in favour.")
            .piece(blocks(808, 200.0, "#dfeee8"), 820.0),
    ]
}
