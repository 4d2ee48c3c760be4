//! Metal: brushed, hammered, rusted, perforated, seamed.

use crate::field::{
    fbm, floor, fract, gradient, lerp, rand01, smoothstep, turn, value, value1, wave, worley,
    worley_jitter,
};
use crate::shade::{Rgb, hex, mix, ramp};
use crate::{Painter, Sample};

/// Sheet brushed along x: fine scratches of several lengths.
pub fn brushed(seed: u32, tone: &str, depth: f32, gloss: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let long = value(seed, x / 160.0, y * 2.2) - 0.5;
        let mid = value(seed ^ 1, x / 45.0, y * 3.7) - 0.5;
        let hair = value(seed ^ 2, x / 19.0, y * 1.3) - 0.5;
        let scratch = smoothstep(0.86, 0.97, value(seed ^ 3, x / 90.0, y * 1.9));
        let sheen = gradient(seed ^ 4, x / 900.0, y / 70.0) * 0.10;
        let colour = tone.shift(
            (long * 0.16 + mid * 0.12 + hair * 0.08) * depth + sheen + scratch * 0.06 * depth,
        );
        Sample::metal(
            colour,
            (long * 0.035 + mid * 0.02 + hair * 0.03) * depth,
            gloss,
        )
    }
}

/// Circular, overlapping scratches (vibration or orbital finish).
pub fn orbital(seed: u32, tone: &str, gloss: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let mut light = 0.0;
        for k in 0..4_u32 {
            let e = 38.0 - 6.0 * k as f32;
            let cell = worley(seed ^ (k * 57), x / e + 0.3 * k as f32, y / e);
            let r = cell.f1 * e;
            light += (value1(cell.id, r * 3.1) - 0.5) * smoothstep(0.0, 0.5, cell.f2 - cell.f1);
        }
        let cloud = fbm(seed ^ 9, x / 130.0, y / 130.0, 3);
        Sample::metal(tone.shift(light * 0.08 + cloud * 0.06), light * 0.02, gloss)
    }
}

/// Hammered sheet: shallow dishes that meet in creases.
pub fn hammered(
    seed: u32,
    tones: &[&str],
    dish_mm: f32,
    depth_mm: f32,
    gloss: f32,
) -> impl Painter + use<> {
    let tones: Vec<Rgb> = tones.iter().map(|c| hex(c)).collect();
    move |x: f32, y: f32| {
        let sway = gradient(seed ^ 3, x / dish_mm * 0.6, y / dish_mm * 0.6) * 0.16;
        let cell = worley_jitter(seed, x / dish_mm + sway, y / dish_mm - sway, 0.72);
        // A smooth minimum of the two nearest dishes rounds the crease between them.
        let (a, b) = (cell.f1 * cell.f1, cell.f2 * cell.f2);
        let k = 0.30;
        let h = (0.5 + 0.5 * (b - a) / k).clamp(0.0, 1.0);
        let dish = lerp(b, a, h) - k * h * (1.0 - h);
        let cloud = fbm(seed ^ 1, x / 90.0, y / 90.0, 4);
        let fine = value(seed ^ 2, x * 1.2, y * 1.2) - 0.5;
        let crease = 1.0 - smoothstep(0.0, 0.2, cell.f2 - cell.f1);
        let colour = ramp(&tones, 0.5 + cloud * 0.8)
            .shift(fine * 0.03 - crease * 0.10 + (rand01(cell.id, 0, 0) - 0.5) * 0.05);
        Sample::metal(colour, dish * depth_mm * 2.0 + fine * 0.004, gloss)
    }
}

/// Rolled sheet left to weather: a mottled skin from `clean` over several `stains`.
#[derive(Debug, Clone)]
pub struct Patina {
    /// Which sheet.
    pub seed: u32,
    /// From the deepest to the palest stain.
    pub tones: Vec<Rgb>,
    /// Size of the clouds in mm.
    pub cloud_mm: f32,
    /// How far it ran down the sheet, 0 to 1.
    pub runs: f32,
    /// Height of the crust in mm.
    pub crust_mm: f32,
    /// Share of metallic shine that is left.
    pub metal: f32,
    /// Shine, 0 to 1.
    pub gloss: f32,
}

impl Painter for Patina {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let c = self.cloud_mm;
        let bend = (
            fbm(s, x / c, y / c, 3) * c * 0.6,
            fbm(s ^ 1, x / c, y / c, 3) * c * 0.6,
        );
        let cloud = fbm(
            s ^ 2,
            (x + bend.0) / c,
            (y + bend.1) / (c * (1.0 + self.runs * 2.0)),
            5,
        );
        let run = fbm(s ^ 3, x / (c * 0.16), y / (c * 3.0), 3) * self.runs;
        let fine = fbm(s ^ 4, x / 5.0, y / 5.0, 3);
        let grit = value(s ^ 5, x * 1.1, y * 1.1) - 0.5;
        let t = 0.5 + cloud * 0.62 + run * 0.28 + fine * 0.20 * (1.0 - 0.8 * self.metal);
        let colour =
            ramp(&self.tones, t).shift((grit * 0.10 + fine * 0.05) * (1.0 - 0.7 * self.metal));
        let height = self.crust_mm * (fine * 0.7 + grit * 0.5 + cloud * 0.5);
        Sample {
            colour,
            height,
            gloss: self.gloss,
            metal: self.metal,
        }
    }
}

/// A weathered skin with middling values.
pub fn patina(seed: u32, tones: &[&str], cloud_mm: f32) -> Patina {
    Patina {
        seed,
        tones: tones.iter().map(|c| hex(c)).collect(),
        cloud_mm,
        runs: 0.0,
        crust_mm: 0.1,
        metal: 0.0,
        gloss: 0.05,
    }
}

/// Sheet with round holes in staggered rows.
pub fn perforated(seed: u32, tone: &str, pitch: f32, hole: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let h = crate::lay::hexagon(seed, pitch, x, y);
        let d = (h.dx * h.dx + h.dy * h.dy).sqrt();
        let open = smoothstep(hole * 0.5 + 0.06, hole * 0.5 - 0.06, d);
        let rim = smoothstep(hole * 0.5 + 0.7, hole * 0.5, d);
        let fine =
            value(seed, x / 3.0, y / 3.0) - 0.5 + fbm(seed ^ 1, x / 160.0, y / 160.0, 2) * 0.5;
        // Through a hole one sees the dark behind, and the lit lower wall of the sheet.
        let wall = smoothstep(0.1, 0.9, (h.dy + h.dx * 0.6) / (hole * 0.5))
            * smoothstep(hole * 0.34, hole * 0.5, d);
        let behind = mix(Rgb([0.012, 0.012, 0.014]), tone.times(0.5), wall);
        let colour = mix(tone.shift(fine * 0.05), behind, open);
        Sample {
            colour,
            height: -rim * 0.25 * (1.0 - open),
            gloss: 0.4 * (1.0 - open),
            metal: 1.0 - open,
        }
    }
}

/// Tread plate: raised lozenges, each across its neighbours.
pub fn tread(seed: u32, tone: &str) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let pitch = 26.0;
        let (i, j) = (floor(x / pitch), floor(y / pitch));
        let (a, b) = (x - (i as f32 + 0.5) * pitch, y - (j as f32 + 0.5) * pitch);
        let (a, b) = turn(a, b, if (i + j) & 1 == 0 { 0.125 } else { -0.125 });
        let reach = (a / 12.6) * (a / 12.6);
        let half = 3.5 * (1.0 - reach).max(0.0);
        let bump = smoothstep(0.0, 2.2, half - b.abs());
        let scuff = smoothstep(0.62, 0.9, fbm(seed, x / 60.0, y / 60.0, 4) + bump * 0.35);
        let long = value(seed ^ 1, x / 50.0, y * 1.4) - 0.5;
        let fine = value(seed ^ 2, x * 0.9, y * 0.9) - 0.5;
        Sample::metal(
            tone.shift(long * 0.06 + fine * 0.05 + scuff * 0.12 - (1.0 - bump) * 0.03),
            bump * 1.5 + fine * 0.03,
            0.45,
        )
    }
}

/// Standing-seam sheet for roofs and fronts.
pub fn seamed(seed: u32, tones: &[&str], bay_mm: f32) -> impl Painter + use<> {
    let skin = patina(seed, tones, 110.0);
    move |x: f32, y: f32| {
        let i = floor(x / bay_mm);
        let v = x - i as f32 * bay_mm;
        let mut s = skin.sample(x + rand01(seed, i, 0) * 900.0, y);
        let edge = v.min(bay_mm - v);
        let seam = smoothstep(7.0, 4.5, edge);
        s.colour = s
            .colour
            .shift((rand01(seed, i, 1) - 0.5) * 0.06)
            .times(1.0 - 0.25 * smoothstep(16.0, 6.0, v) * (1.0 - seam));
        s.height += seam * 6.0 + fbm(seed ^ 1, x / 300.0, y / 500.0, 2) * 2.2;
        s.metal = 0.75;
        s.gloss = 0.22;
        s
    }
}

/// Corrugated sheet.
pub fn corrugated(seed: u32, tone: &str, wave_mm: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let spangle = worley(seed, x / 17.0, y / 17.0);
        let tint = (rand01(spangle.id, 0, 0) - 0.5) * 0.13;
        let streak = value(seed ^ 1, x / 9.0, y / 220.0) - 0.5;
        let colour = tone.shift(tint + streak * 0.06);
        Sample::metal(colour, wave(x / wave_mm) * wave_mm * 0.085, 0.35)
    }
}

/// Wire mesh: woven rods in front of the dark.
pub fn mesh(seed: u32, tone: &str, pitch: f32, wire: f32) -> impl Painter + use<> {
    let tone = hex(tone);
    move |x: f32, y: f32| {
        let rod = |along: f32, across: f32, odd: i32| {
            let i = floor(across / pitch);
            let d = across - (i as f32 + 0.5) * pitch;
            let over = wave(along / (2.0 * pitch) + 0.25 + 0.5 * ((i + odd) & 1) as f32);
            let r = wire * 0.5;
            let body = if d.abs() < r {
                (r * r - d * d).sqrt()
            } else {
                -99.0
            };
            (body, over)
        };
        let (a, up_a) = rod(x, y, 0);
        let (b, up_b) = rod(y, x, 1);
        let (ha, hb) = (a + up_a * wire * 0.5, b + up_b * wire * 0.5);
        let top = if a < -9.0 && b < -9.0 {
            -99.0
        } else {
            ha.max(hb)
        };
        if top < -9.0 {
            let deep = fbm(seed, x / 60.0, y / 60.0, 2) * 0.3;
            return Sample::new(Rgb([0.02, 0.02, 0.022]).shift(deep), -wire, 0.0);
        }
        let along = if ha > hb { x } else { y };
        let fine = value(seed ^ 1, along / 6.0, if ha > hb { y } else { x } * 2.0) - 0.5;
        Sample::metal(
            tone.shift(fine * 0.09 + smoothstep(-wire, wire, top) * 0.14 - 0.1),
            top,
            0.5,
        )
    }
}

/// A zinc counter: soft blue-grey with the rings that glasses left.
pub fn rings(seed: u32) -> impl Painter {
    let skin = Patina {
        crust_mm: 0.012,
        metal: 0.7,
        gloss: 0.35,
        ..patina(seed, &["#767d83", "#8d9499", "#a2a8ab"], 170.0)
    };
    move |x: f32, y: f32| {
        let mut s = skin.sample(x, y);
        for k in 0..2_u32 {
            let e = 130.0 - 30.0 * k as f32;
            let cell = worley_jitter(seed ^ (k + 30), x / e, y / e, 0.9);
            if rand01(cell.id, 0, 0) < 0.75 {
                let r = (cell.f1 * e - lerp(29.0, 38.0, rand01(cell.id, 1, 0))).abs();
                let arc = fract(
                    rand01(cell.id, 2, 0)
                        + gradient(cell.id, cell.dx * 2.5, cell.dy * 2.5) * 0.5
                        + 0.25,
                );
                let mark = (1.0 - smoothstep(0.3, 1.6, r)) * smoothstep(0.25, 0.6, arc);
                s.colour = s.colour.shift(-0.12 * mark);
            }
        }
        let scratch = smoothstep(
            0.93,
            0.985,
            value(seed ^ 40, x / 26.0 + y / 70.0, y * 0.9 - x * 0.3),
        );
        s.colour = s.colour.shift(scratch * 0.08);
        s
    }
}
