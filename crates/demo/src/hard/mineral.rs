//! Concrete, plaster and paint: what is poured or spread.

use crate::Piece;
use crate::card::Card;
use crate::field::{
    fbm, floor, fract, gradient, lerp, rand01, smoothstep, turn, value, wave, worley, worley_jitter,
};
use crate::makers::{NORDKAI, PARISH, QUIETA};
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Sample};

/// Air bubbles that stayed at the mould: how deep (0 to 1) at a point. `share` of the places of `every` mm hold one.
#[inline]
fn bubbles(seed: u32, every: f32, share: f32, x: f32, y: f32) -> f32 {
    let cell = worley(seed, x / every, y / every);
    if rand01(cell.id, 0, 0) >= share {
        return 0.0;
    }
    let luck = rand01(cell.id, 1, 0);
    let radius = lerp(0.04, 0.19, luck * luck * luck);
    let d = cell.f1 / radius * (1.0 + 0.25 * gradient(cell.id, cell.dx * 6.0, cell.dy * 6.0));
    smoothstep(1.0, 0.72, d)
}

/// Cast concrete from smooth formwork: clouds, bubbles, panel joints and tie holes every `panel_mm`, if any.
fn cast(seed: u32, tone: &str, cloud: f32, panel_mm: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let big = fbm(seed, x / 420.0, y / 300.0, 5);
        let fine = fbm(seed ^ 1, x / 34.0, y / 34.0, 4);
        let run = fbm(seed ^ 2, x / 60.0, y / 700.0, 3);
        let sand = value(seed ^ 3, x * 0.9, y * 0.9) - 0.5;
        let mut colour = tone
            .shift((big * 0.17 + fine * 0.05 + run * 0.06) * cloud + sand * 0.03)
            .warm(big * 0.02);
        let hole = bubbles(seed ^ 4, 23.0, 0.30, x, y).max(bubbles(seed ^ 5, 9.0, 0.10, x, y));
        let mut height = fine * 0.05 - hole * 0.9;
        colour = colour.times(1.0 - hole * 0.34);
        if panel_mm > 0.0 {
            let (px, py) = (
                fract(x / panel_mm) * panel_mm,
                fract(y / panel_mm) * panel_mm,
            );
            let joint = px.min(panel_mm - px).min(py).min(panel_mm - py);
            let seam = 1.0 - smoothstep(0.8, 2.4, joint);
            colour = colour.times(1.0 - seam * 0.42);
            height -= seam * 1.5;
            // Tie holes sit at a quarter of the panel.
            let q = panel_mm * 0.25;
            let (tx, ty) = (
                (px - q).abs().min((px - 3.0 * q).abs()),
                (py - q).abs().min((py - 3.0 * q).abs()),
            );
            let d = (tx * tx + ty * ty).sqrt();
            let plug = smoothstep(13.0, 12.0, d);
            colour = mix(colour, tone.times(0.55).shift(sand * 0.1), plug * 0.8);
            height -= plug * 2.5;
            let panel = rand01(seed ^ 6, floor(x / panel_mm), floor(y / panel_mm));
            colour = colour.shift((panel - 0.5) * 0.07);
        }
        Sample::new(colour, height, 0.08)
    }
}

/// Concrete poured against rough boards: their grain, their joints and their differing heights remain.
fn board_marked(seed: u32, tone: &str, board_mm: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let i = floor(x / board_mm);
        let v = x - i as f32 * board_mm;
        let id = crate::field::hash2(seed, i, 0);
        let slow = gradient(id, v / 30.0, y / 420.0);
        let years = ((v - board_mm * 0.5) * (v - board_mm * 0.5) * 0.7
            + (20.0 + y * 0.02 + slow * 16.0) * (20.0 + y * 0.02 + slow * 16.0))
            .sqrt()
            / 4.2;
        let grain = 0.5 + 0.5 * wave(years + slow * 1.5);
        let fibre = value(id ^ 1, v * 1.1, y * 0.03) - 0.5;
        let cloud = fbm(seed ^ 2, x / 240.0, y / 260.0, 4);
        let sand = value(seed ^ 3, x * 0.9, y * 0.9) - 0.5;
        let hole = bubbles(seed ^ 4, 19.0, 0.28, x, y);
        let edge = v.min(board_mm - v);
        let fin = 1.0 - smoothstep(0.4, 1.9, edge);
        let colour = tone
            .shift(
                cloud * 0.15 + sand * 0.04 + (rand01(id, 5, 0) - 0.5) * 0.13 - grain * 0.04
                    + fibre * 0.05,
            )
            .times(1.0 - hole * 0.5);
        let height =
            grain * 0.5 + fibre * 0.5 + (rand01(id, 6, 0) - 0.5) * 2.0 + fin * 1.2 - hole * 0.8;
        Sample::new(colour, height, 0.03)
    }
}

/// Washed or ground concrete: round aggregate in a cement skin.
fn exposed(
    seed: u32,
    cement: &str,
    stones: &[&str],
    stone_mm: f32,
    relief: f32,
) -> impl Painter + use<> {
    let cement = hex(cement);
    let stones: Vec<Rgb> = stones.iter().map(|c| hex(c)).collect();
    move |x: f32, y: f32| {
        let sand = value(seed ^ 3, x * 1.1, y * 1.1) - 0.5;
        let mut colour = cement.shift(sand * 0.12);
        let mut height = sand * 0.15 * relief;
        for (k, e) in [(0_u32, stone_mm), (1, stone_mm * 0.5)] {
            let bend = gradient(seed ^ k, x / e * 1.6, y / e * 1.6) * 0.10;
            let cell = worley_jitter(seed ^ (k + 20), x / e + bend, y / e - bend, 0.85);
            let radius = lerp(0.28, 0.52, rand01(cell.id, 0, 0));
            let t = smoothstep(radius, radius * 0.92, cell.f1);
            if rand01(cell.id, 1, 0) < 0.85 && t > 0.0 {
                let pick =
                    stones[(rand01(cell.id, 2, 0) * stones.len() as f32) as usize % stones.len()];
                let own = pick.shift(
                    (rand01(cell.id, 3, 0) - 0.5) * 0.2
                        + gradient(cell.id, cell.dx * 4.0, cell.dy * 4.0) * 0.1,
                );
                let dome = (1.0 - (cell.f1 / radius) * (cell.f1 / radius)).max(0.0);
                colour = mix(colour, own, t);
                height += t * dome * e * 0.16 * relief;
                break;
            }
        }
        Sample::new(colour, height, 0.10)
    }
}

/// A trowelled skin: overlapping strokes of a steel float, each with its own direction.
#[derive(Debug, Clone, Copy)]
struct Trowelled {
    seed: u32,
    tone: Rgb,
    /// Size of a stroke in mm.
    stroke_mm: f32,
    /// How far strokes differ in tone.
    mottle: f32,
    /// Height of the ridges between strokes in mm.
    ridge_mm: f32,
    /// Sand in the mix, 0 to 1.
    sand: f32,
    gloss: f32,
}

impl Painter for Trowelled {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let e = self.stroke_mm;
        let bend = (
            fbm(s, x / e, y / e, 2) * 0.55,
            fbm(s ^ 1, x / e, y / e, 2) * 0.55,
        );
        let cell = worley(s ^ 2, x / e + bend.0, y / e + bend.1);
        let (a, b) = turn(x, y, rand01(cell.id, 0, 0) * 0.5 + 0.06);
        let inner = smoothstep(0.0, 0.45, cell.f2 - cell.f1);
        let drag = (gradient(s ^ cell.id, a / (e * 1.3), b / (e * 0.10)) * 0.5
            + (value(s ^ cell.id ^ 1, a / (e * 0.6), b / 1.6) - 0.5) * 0.4)
            * inner;
        let cloud = fbm(s ^ 3, x / (e * 2.6), y / (e * 2.6), 5);
        let ridge = 1.0 - smoothstep(0.0, 0.07, cell.f2 - cell.f1);
        let lap = ridge * smoothstep(0.45, 0.9, value(s ^ 4, x / e * 1.7, y / e * 1.7));
        let sand = value(s ^ 5, x * 1.1, y * 1.1) - 0.5;
        let tone = cloud * 0.24 + (rand01(cell.id, 1, 0) - 0.5) * 0.06 * inner + drag * 0.06;
        let colour = self
            .tone
            .shift((tone - lap * 0.02) * self.mottle + sand * 0.09 * self.sand);
        let pit = smoothstep(0.955, 0.98, value(s ^ 6, x * 0.45, y * 0.45)) * self.sand;
        let height = self.ridge_mm * (lap * 0.55 + drag * 0.45 + cloud * 0.5)
            + sand * 0.16 * self.sand
            - pit * 0.35;
        Sample::new(
            colour.times(1.0 - pit * 0.2),
            height,
            self.gloss * (1.0 + drag * 0.3),
        )
    }
}

fn trowelled(seed: u32, tone: &str, stroke_mm: f32) -> Trowelled {
    Trowelled {
        seed,
        tone: hex(tone),
        stroke_mm,
        mottle: 1.0,
        ridge_mm: 0.12,
        sand: 0.2,
        gloss: 0.05,
    }
}

/// Thrown or scraped render with a coarse grain; `combed` draws it into lines.
fn render_coat(seed: u32, tone: &str, grain_mm: f32, combed: bool) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let cell = worley(seed, x / grain_mm, y / grain_mm);
        let lump = smoothstep(0.75, 0.1, cell.f1) * rand01(cell.id, 0, 0);
        let rough = fbm(seed ^ 1, x / (grain_mm * 2.4), y / (grain_mm * 2.4), 4);
        let cloud = fbm(seed ^ 2, x / 260.0, y / 260.0, 4);
        let sand = value(seed ^ 3, x * 1.1, y * 1.1) - 0.5;
        let mut height = grain_mm * (lump * 0.30 + rough * 0.22) + sand * 0.12;
        if combed {
            let sway = gradient(seed ^ 4, x / 190.0, y / 60.0) * 2.0;
            height += wave((y + sway) / 9.0) * 0.75
                + value(seed ^ 5, x / 16.0, floor((y + sway) / 9.0) as f32) * 0.7;
        }
        Sample::new(
            tone.shift(cloud * 0.06 + sand * 0.07 + lump * 0.03),
            height,
            0.0,
        )
    }
}

/// Clay plaster with chopped straw and flecks of earth.
fn clay(seed: u32, tone: &str) -> impl Painter + use<> {
    let tone = hex(tone);
    let straw = hex("#d3b877");
    move |x: f32, y: f32| {
        let base = Trowelled {
            seed,
            tone,
            stroke_mm: 210.0,
            mottle: 0.6,
            ridge_mm: 0.18,
            sand: 1.0,
            gloss: 0.0,
        }
        .sample(x, y);
        let mut colour = base.colour;
        let mut height = base.height;
        for k in 0..2_u32 {
            let e = 26.0 - 9.0 * k as f32;
            let cell = worley(seed ^ (50 + k), x / e, y / e);
            if rand01(cell.id, 0, 0) < 0.6 {
                let (a, b) = turn(cell.dx * e, cell.dy * e, rand01(cell.id, 1, 0));
                let b = b + a * a * 0.012 * (rand01(cell.id, 2, 0) - 0.5);
                let length = lerp(2.5, 10.0, rand01(cell.id, 3, 0));
                let t = smoothstep(length, length - 0.6, a.abs()) * smoothstep(0.75, 0.35, b.abs());
                colour = mix(
                    colour,
                    straw.shift((rand01(cell.id, 4, 0) - 0.5) * 0.4),
                    t * 0.8,
                );
                height += t * 0.12;
            }
        }
        Sample::new(colour, height, 0.0)
    }
}

/// Wall paint from a roller: an orange-peel stipple that only low light shows.
fn rolled(seed: u32, tone: &str, gloss: f32, stipple_mm: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let peel =
            gradient(seed, x / 2.6, y / 2.2) * 0.6 + gradient(seed ^ 1, x / 1.1, y / 1.1) * 0.4;
        let lap = fbm(seed ^ 2, x / 300.0, y / 900.0, 3);
        let wall = fbm(seed ^ 3, x / 120.0, y / 120.0, 3);
        Sample::new(
            tone.shift(lap * 0.025 + wall * 0.012 + peel * 0.010),
            peel * stipple_mm + wall * 0.12,
            gloss,
        )
    }
}

/// Limewash: crossing strokes of a wide brush, translucent, chalky.
fn limewash(seed: u32, tone: &str, strength: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let e = 170.0;
        let mut veil = 0.0;
        let mut height = 0.0;
        for (k, weight) in [(0_u32, 0.6_f32), (1, 0.4)] {
            let s = seed ^ (k * 71);
            let bend = gradient(s, x / e * 0.8, y / e * 0.8) * 0.5;
            let cell = worley(s ^ 1, x / e + bend + k as f32 * 0.5, y / e - bend);
            let (a, b) = turn(x, y, rand01(cell.id, 0, 0) * 0.5 - 0.05);
            let hair = gradient(s ^ cell.id, a / 130.0, b / 5.0) * 0.6
                + value(s ^ cell.id ^ 1, a / 90.0, b / 1.4)
                - 0.5;
            let blend = smoothstep(0.0, 0.35, cell.f2 - cell.f1);
            veil += weight * ((rand01(cell.id, 1, 0) - 0.5) * 0.8 + hair * 0.75) * blend;
            height += hair * 0.05;
        }
        let cloud = fbm(seed ^ 9, x / 330.0, y / 330.0, 5);
        Sample::new(
            tone.shift((veil * 0.13 + cloud * 0.16) * strength),
            height,
            0.0,
        )
    }
}

fn concrete(name: &str, category: &str) -> Card {
    Card::new(name, NORDKAI, category)
        .uses("wall floor furniture")
        .fire("A1")
        .origin("Germany")
}

fn plaster(name: &str, category: &str) -> Card {
    Card::new(name, QUIETA, category).uses("wall ceiling residential")
}

fn paint(name: &str) -> Card {
    Card::new(name, PARISH, "paint")
        .texture("smooth")
        .pattern("plain")
        .uses("wall ceiling residential")
        .price_per("38", "l")
        .spec("Coverage", "11 m² per litre")
}

/// All concrete, plaster and paint.
pub fn pieces() -> Vec<Piece> {
    vec![
        concrete("Kai fair-faced concrete", "concrete/cast").texture("smooth").finish("raw").pattern("mottled").size("2400x1200x80").price("142").uses("facade")
            .about("Smooth formwork, class SB3: clouds and a few bubbles are part of the bargain.")
            .piece(cast(601, "#9b9a97", 1.0, 0.0), 800.0),
        concrete("Kai panel with tie holes", "concrete/cast").texture("smooth").finish("raw").pattern("stack-bond").scale(500.0).size("1000x500x13").price("118")
            .about("Thin glass-fibre concrete with the joints and anchors of a Japanese wall.").recycled(20)
            .piece(cast(602, "#a8a6a2", 0.9, 500.0), 1100.0),
        concrete("Kai dark concrete", "concrete/cast").texture("smooth").finish("matt").pattern("mottled").price("156").size("2400x1200x80")
            .about("Through-coloured with iron oxide black; goes cloudy as it dries.")
            .piece(cast(603, "#4d4d4e", 1.2, 0.0), 800.0),
        concrete("Kai warm concrete", "concrete/cast").texture("smooth").finish("honed").pattern("plain").price("164").size("1200x600x20").uses("worktop")
            .about("White cement with yellow sand, ground to a silk.")
            .piece(cast(604, "#cbbda6", 0.6, 0.0), 700.0),
        concrete("Kai board-marked concrete", "concrete/cast").texture("ribbed").finish("raw").pattern("striped").scale(110.0).price("178").uses("facade outdoor").size("2400x1200x100")
            .about("Poured against sawn spruce. One can read the years of trees that are no longer there.")
            .piece(board_marked(605, "#94928d", 110.0), 760.0),
        concrete("Kai board-marked concrete, sand", "concrete/cast").texture("ribbed").finish("raw").pattern("striped").scale(75.0).price("184").uses("facade outdoor").size("2400x1200x100")
            .about("Narrow boards, sand-coloured cement.")
            .piece(board_marked(606, "#c2b196", 75.0), 640.0),
        concrete("Kai exposed aggregate, river", "concrete/cast").texture("rough").finish("raw").pattern("speckled").scale(12.0).price("94").slip("r13").uses("outdoor").size("500x500x50")
            .about("Washed so that the gravel stands proud.")
            .piece(exposed(607, "#8f8b84", &["#b5a791", "#8d8178", "#cfc6b6", "#6d6b69", "#a3755a"], 13.0, 1.0), 280.0),
        concrete("Kai ground concrete floor", "concrete/cast").texture("smooth").finish("polished").pattern("speckled").scale(14.0).price("89").slip("r9").uses("contract")
            .about("The slab itself, ground until the aggregate shows, then hardened and polished.")
            .piece(exposed(608, "#a09d97", &["#b9b0a2", "#8b8782", "#cfcac0", "#7a7570"], 16.0, 0.0), 420.0),
        plaster("Calce lime plaster, natural", "plaster/lime").texture("grained").finish("matt").pattern("mottled").price("48").fire("A1").origin("Italy")
            .about("Lime and marble sand in two coats, felted. Takes up moisture and gives it back.")
            .piece(Trowelled { sand: 1.0, mottle: 0.6, ridge_mm: 0.2, ..trowelled(611, "#e3d9c6", 160.0) }, 600.0),
        plaster("Calce lime plaster, olive", "plaster/lime").texture("grained").finish("matt").pattern("mottled").price("54").fire("A1").origin("Italy")
            .about("The same plaster with green earth in the last coat.")
            .piece(Trowelled { sand: 1.0, mottle: 0.8, ridge_mm: 0.2, ..trowelled(612, "#8f8f6d", 160.0) }, 600.0),
        plaster("Marmorino, rosé", "plaster/lime").texture("smooth").finish("satin").pattern("mottled").price("86").fire("A1").origin("Italy")
            .about("Ground marble in lime putty, pressed with a steel float until it shines a little.")
            .piece(Trowelled { gloss: 0.45, mottle: 1.3, ..trowelled(613, "#d9b3a0", 140.0) }, 600.0),
        plaster("Stucco lustro, smoke", "plaster/lime").texture("smooth").finish("gloss").pattern("mottled").price("124").fire("A1").origin("Italy")
            .about("Five coats, ironed and waxed: depth like stone.")
            .piece(Trowelled { gloss: 0.75, mottle: 1.9, sand: 0.0, ridge_mm: 0.03, ..trowelled(614, "#7b7c7d", 120.0) }, 600.0),
        plaster("Tadelakt, desert", "plaster/tadelakt").texture("smooth").finish("satin").pattern("mottled").price("148").uses("wet-room").origin("Morocco")
            .about("Lime polished with a pebble and sealed with olive soap: waterproof without a joint.")
            .piece(Trowelled { gloss: 0.6, mottle: 1.5, sand: 0.1, ridge_mm: 0.22, ..trowelled(615, "#c08a62", 70.0) }, 480.0),
        plaster("Tadelakt, indigo", "plaster/tadelakt").texture("smooth").finish("satin").pattern("mottled").price("156").uses("wet-room").origin("Morocco")
            .about("Night blue, in clouds. Every mason leaves another sky.")
            .piece(Trowelled { gloss: 0.6, mottle: 1.9, sand: 0.1, ridge_mm: 0.22, ..trowelled(616, "#34496b", 70.0) }, 480.0),
        plaster("Microcement, pebble", "plaster/microcement").texture("smooth").finish("matt").pattern("mottled").price("92").uses("floor wet-room").slip("r10").fire("Bfl-s1").origin("Spain")
            .about("Three millimetres over anything that does not move. No joints, a few trowel marks.")
            .piece(Trowelled { gloss: 0.18, mottle: 1.1, ridge_mm: 0.05, sand: 0.1, ..trowelled(617, "#a9a296", 260.0) }, 900.0),
        plaster("Microcement, graphite", "plaster/microcement").texture("smooth").finish("satin").pattern("mottled").price("92").uses("floor wet-room").slip("r10").fire("Bfl-s1").origin("Spain")
            .about("Dark, sealed with polyurethane; shows dust and candlelight.")
            .piece(Trowelled { gloss: 0.4, mottle: 1.4, ridge_mm: 0.05, sand: 0.1, ..trowelled(618, "#47484a", 260.0) }, 900.0),
        plaster("Clay plaster with straw", "plaster").texture("rough").finish("raw").pattern("speckled").price("42").certificates("Natureplus").origin("Germany")
            .about("Unfired earth with chopped barley straw. Repairs with a wet sponge.")
            .piece(clay(619, "#b59470"), 360.0),
        plaster("Scraped render, cream", "plaster").texture("rough").finish("raw").pattern("plain").uses("facade outdoor").price("36").fire("A2-s1,d0").origin("Austria")
            .about("Mineral render, 3 mm grain, scraped with a nail board.")
            .piece(render_coat(620, "#ddd0b4", 3.6, false), 320.0),
        plaster("Combed render, grey", "plaster").texture("ribbed").finish("raw").pattern("striped").scale(9.0).uses("facade outdoor").price("44").fire("A2-s1,d0").origin("Austria")
            .about("Drawn with a notched trowel into horizontal lines; dirt follows them.")
            .piece(render_coat(621, "#a5a39d", 2.4, true), 320.0),
        paint("Parish emulsion, Vellum").finish("matt").about("A white with a drop of ochre. Holds its colour by lamplight.").spec("Maker's code", "PP 04").spec("LRV", "82")
            .piece(rolled(631, "#eee6d6", 0.05, 0.035), 420.0),
        paint("Parish emulsion, Rainwater").finish("matt").about("Blue-grey with green in it, calm in north rooms.").spec("Maker's code", "PP 31").spec("LRV", "41")
            .piece(rolled(632, "#9fb0b0", 0.05, 0.035), 420.0),
        paint("Parish emulsion, Bilberry").finish("matt").about("Deep violet-blue; three coats.").spec("Maker's code", "PP 58").spec("LRV", "7")
            .piece(rolled(633, "#3c3a5a", 0.06, 0.035), 420.0),
        paint("Parish eggshell, Brick Dust").finish("satin").about("Earth red for doors and panelling.").spec("Maker's code", "PP 22").spec("LRV", "17")
            .piece(rolled(634, "#a85b45", 0.4, 0.03), 420.0),
        paint("Parish gloss, Pillar Box").finish("gloss").about("Linseed gloss in signal red, brushed out by hand.").uses("furniture outdoor").spec("Maker's code", "PP 70")
            .piece(rolled(635, "#b3211f", 0.85, 0.02), 420.0),
        paint("Parish gloss, Ink").finish("gloss").about("Blue-black enamel for front doors.").uses("furniture outdoor").spec("Maker's code", "PP 77")
            .piece(rolled(636, "#1a2233", 0.85, 0.02), 420.0),
        Card::new("Quieta limewash, chalk", QUIETA, "paint").texture("smooth").finish("matt").pattern("mottled").uses("wall ceiling").price_per("24", "l").origin("Italy").certificates("Natureplus")
            .about("Slaked lime with stone pigment, brushed crosswise in thin coats.")
            .piece(limewash(637, "#ddd5c6", 0.8), 800.0),
        Card::new("Quieta limewash, terracotta", QUIETA, "paint").texture("smooth").finish("matt").pattern("mottled").uses("wall ceiling").price_per("27", "l").origin("Italy")
            .about("Burnt earth, cloudy, chalks off a little on dark coats.")
            .piece(limewash(638, "#bf7a5a", 1.0), 800.0),
        Card::new("Quieta limewash, moss", QUIETA, "paint").texture("smooth").finish("matt").pattern("mottled").uses("wall ceiling").price_per("27", "l").origin("Italy")
            .about("Green earth over grey; darker when it rains.")
            .piece(limewash(639, "#6d7659", 1.0), 800.0),
    ]
}
