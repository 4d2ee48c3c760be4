//! Stone laid down in beds: travertine, limestone, sandstone, slate, onyx.

use crate::field::{
    fbm, floor, fract, gradient, lerp, rand01, smoothstep, turn, value, value1, worley,
};
use crate::shade::{Rgb, mix, ramp};
use crate::{Painter, Sample};

/// Travertine: bands of lime with holes along them, open or filled.
#[derive(Debug, Clone)]
pub struct Travertine {
    /// Which block.
    pub seed: u32,
    /// The colours of the bands.
    pub bands: Vec<Rgb>,
    /// Height of a band in mm.
    pub band_mm: f32,
    /// Cut across the beds (true: bands) or along them (false: clouds).
    pub vein_cut: bool,
    /// Holes: share of the surface, 0 to 1.
    pub holes: f32,
    /// The filler in the holes, if they are filled.
    pub filler: Option<Rgb>,
    /// Polish, 0 to 1.
    pub gloss: f32,
}

impl Painter for Travertine {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let b = self.band_mm;
        let stretch = if self.vein_cut { 9.0 } else { 1.6 };
        let sway = fbm(s, x / (b * stretch * 1.6), y / (b * 4.0), 3) * b * 1.5;
        let level = (y + sway) / b;
        let tone = if self.vein_cut {
            let i = value1(s ^ 1, level) * 0.55
                + value1(s ^ 2, level * 3.3) * 0.3
                + value1(s ^ 8, level * 9.1) * 0.15;
            i + gradient(s ^ 3, x / (b * 7.0), level * 1.3) * 0.22
        } else {
            0.5 + fbm(s ^ 1, x / (b * 2.4), (y + sway) / (b * 2.0), 4) * 0.75
        };
        let mut colour = ramp(&self.bands, tone);
        let grain = value(s ^ 4, x * 0.9, y * 0.9) - 0.5;
        colour = colour.shift(grain * 0.03);
        // Holes: long in the direction of the bed, thick where a bed is loose.
        let loose = smoothstep(
            0.42,
            0.75,
            if self.vein_cut {
                value1(s ^ 5, level * 0.9)
            } else {
                value(s ^ 5, x / 40.0, y / 40.0)
            },
        );
        let long = if self.vein_cut { 4.2 } else { 1.3 };
        let hole = value(s ^ 6, x / (3.1 * long), y / 3.1 + sway * 0.2) * 0.62
            + value(s ^ 7, x / (1.2 * long), y / 1.2) * 0.38;
        let limit = lerp(0.93, 0.60, self.holes * loose);
        let hole = smoothstep(limit, limit + 0.05, hole);
        let mut height = grain * 0.01;
        let mut gloss = self.gloss;
        match self.filler {
            Some(filler) => colour = mix(colour, filler.shift(grain * 0.06), hole * 0.85),
            None => {
                colour = mix(colour, self.bands[0].times(0.34), hole * 0.85);
                height -= hole * 1.3;
                gloss *= 1.0 - hole;
            }
        }
        Sample::new(colour, height, gloss)
    }
}

/// Limestone: nearly plain, with fine grain, and fossils where there are any.
#[derive(Debug, Clone)]
pub struct Limestone {
    /// Which block.
    pub seed: u32,
    /// Ground, dark to light.
    pub ground: [Rgb; 2],
    /// Shell fragments: share of cells that hold one.
    pub fossils: f32,
    /// Colour of a shell.
    pub shell: Rgb,
    /// Polish.
    pub gloss: f32,
    /// Roughness of the face in mm.
    pub rough_mm: f32,
}

impl Painter for Limestone {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let cloud = fbm(s, x / 130.0, y / 90.0, 4) * 0.5 + gradient(s ^ 1, x / 6.0, y / 6.0) * 0.14;
        let mut colour = mix(self.ground[0], self.ground[1], 0.5 + cloud);
        let grain = value(s ^ 2, x * 1.2, y * 1.2) + value(s ^ 3, x * 0.5, y * 0.5) - 1.0;
        colour = colour.shift(grain * 0.05);
        let mut height = grain * 0.015;
        for (k, size) in [(0_u32, 34.0_f32), (1, 15.0), (2, 6.5)] {
            let cell = worley(s ^ (0x40 + k), x / size, y / size);
            if rand01(cell.id, 0, 0) >= self.fossils {
                continue;
            }
            // A shell is a bent sliver: a piece of a ring, thin at both ends.
            let (a, b) = turn(cell.dx * size, cell.dy * size, rand01(cell.id, 1, 0));
            let radius = size * lerp(0.14, 0.30, rand01(cell.id, 2, 0));
            let (a, b) = (a, b - radius * 0.7);
            let r = (a * a + b * b * lerp(1.0, 2.2, rand01(cell.id, 3, 0))).sqrt();
            let thick = size * 0.032 * smoothstep(radius * 1.05, radius * 0.1, a.abs());
            let arc = if b < 0.0 {
                1.0 - smoothstep(thick * 0.5, thick + 0.25, (r - radius).abs())
            } else {
                0.0
            };
            let ghost = (1.0 - smoothstep(radius * 0.85, radius, r)) * 0.16;
            let light = if rand01(cell.id, 4, 0) < 0.7 {
                self.shell
            } else {
                self.ground[0].times(0.6)
            };
            colour = mix(colour, light, (arc * 0.75).max(ghost));
        }
        if self.rough_mm > 0.0 {
            height += self.rough_mm * fbm(s ^ 7, x / 14.0, y / 14.0, 4);
        }
        Sample::new(colour, height, self.gloss)
    }
}

/// Sandstone: grains of sand in beds that were tilted and rippled as they settled.
#[derive(Debug, Clone)]
pub struct Sandstone {
    /// Which block.
    pub seed: u32,
    /// Colours of the beds.
    pub beds: Vec<Rgb>,
    /// Height of a bed in mm.
    pub bed_mm: f32,
    /// How strongly beds show, 0 to 1.
    pub contrast: f32,
    /// Direction of the beds in turns.
    pub turns: f32,
    /// Roughness in mm.
    pub rough_mm: f32,
}

impl Painter for Sandstone {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let (a, b) = turn(x, y, self.turns);
        let sway = fbm(s, a / 260.0, b / 120.0, 3) * self.bed_mm * 3.0;
        let level = (b + sway) / self.bed_mm;
        let tone = value1(s ^ 1, level) * 0.6
            + value1(s ^ 2, level * 4.1) * 0.27
            + value1(s ^ 3, level * 11.0) * 0.13;
        let cloud = fbm(s ^ 4, x / 90.0, y / 90.0, 2) * 0.12;
        let mut colour = ramp(&self.beds, 0.5 + (tone - 0.5 + cloud) * 1.5 * self.contrast);
        let sand =
            value(s ^ 5, x * 1.6, y * 1.6) - 0.5 + (value(s ^ 6, x * 0.8, y * 0.8) - 0.5) * 0.7;
        colour = colour.shift(sand * 0.13);
        // Here and there a dark grain or a glint of mica.
        let fleck = value(s ^ 7, x * 1.1, y * 1.1);
        colour = colour
            .shift(smoothstep(0.93, 0.97, fleck) * 0.25 - smoothstep(0.07, 0.03, fleck) * 0.3);
        let height =
            self.rough_mm * (fbm(s ^ 8, x / 9.0, y / 9.0, 3) + (tone - 0.5) * 1.2 + sand * 0.35);
        Sample::new(colour, height, 0.02)
    }
}

/// Slate: split along its cleavage, so the face is made of thin steps.
#[derive(Debug, Clone)]
pub struct Slate {
    /// Which block.
    pub seed: u32,
    /// Colours, dark to light.
    pub tones: Vec<Rgb>,
    /// Rust along the cleavage, 0 to 1.
    pub rust: f32,
    /// Height of the steps in mm; 0 when honed.
    pub cleft_mm: f32,
    /// Polish.
    pub gloss: f32,
}

impl Painter for Slate {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let sway = (
            gradient(s, x / 70.0, y / 70.0) * 30.0,
            gradient(s ^ 1, x / 70.0, y / 70.0) * 30.0,
        );
        let ripple = fbm(s ^ 3, x / 17.0, y / 46.0, 4);
        let field = fbm(s ^ 2, (x + sway.0) / 170.0, (y + sway.1) / 110.0, 5) * 4.2 + ripple * 0.22;
        let level = floor(field);
        let t = field - level as f32;
        // A flake ends in a ragged, steep edge and thins out towards it.
        let edge = smoothstep(0.0, 0.05, t);
        let height = self.cleft_mm * (level as f32 + edge * 0.8 + ripple * 0.75 + t * 0.2);
        let tone = 0.5
            + ripple * 0.34
            + (rand01(s ^ 4, level, 0) - 0.5) * 0.12
            + fbm(s ^ 5, x / 210.0, y / 150.0, 4) * 0.45;
        let mut colour = ramp(&self.tones, tone);
        colour = colour.shift((value(s ^ 6, x * 0.9, y * 0.9) - 0.5) * 0.07);
        if self.rust > 0.0 {
            let stain = fbm(s ^ 7, (x + sway.0) / 120.0, (y + sway.1) / 60.0, 4);
            let stain = smoothstep(0.45 - self.rust * 0.45, 0.95 - self.rust * 0.4, stain);
            let hue = mix(
                Rgb([0.33, 0.14, 0.045]),
                Rgb([0.42, 0.27, 0.10]),
                value(s ^ 8, x / 23.0, y / 23.0),
            );
            colour = mix(colour, hue, stain * 0.8);
        }
        Sample::new(colour, height, self.gloss)
    }
}

/// Onyx and banded agate-like stone: growth bands around centres, translucent.
#[derive(Debug, Clone)]
pub struct Onyx {
    /// Which block.
    pub seed: u32,
    /// The colours a band may have.
    pub bands: Vec<Rgb>,
    /// Width of a band in mm.
    pub band_mm: f32,
    /// Kneading, 0 to 1.
    pub fold: f32,
    /// White healed cracks across the bands, 0 to 1.
    pub cracks: f32,
    /// Polish.
    pub gloss: f32,
}

impl Painter for Onyx {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let b = self.band_mm;
        let w = fbm(s, x / (b * 6.0), y / (b * 9.0), 4) * self.fold;
        let v = fbm(s ^ 1, x / (b * 2.1), y / (b * 3.0), 3) * self.fold;
        let level = (x * 0.34 + y * 0.94) / b + w * 9.0 + v * 0.9;
        let i = floor(level);
        let t = level - i as f32;
        let pick = |n: i32| rand01(s ^ 2, n, 0);
        let tone = lerp(pick(i), pick(i.wrapping_add(1)), smoothstep(0.25, 0.95, t));
        let fine = value1(s ^ 3, level * 5.3) - 0.5;
        let mut colour = ramp(&self.bands, tone + fine * 0.22);
        // Light comes back from below the face: brighter in the milky bands.
        colour = colour.shift(fbm(s ^ 4, x / 60.0, y / 60.0, 2) * 0.07 + fine * 0.05);
        if self.cracks > 0.0 {
            let c = gradient(s ^ 5, x / 75.0 + v * 0.4, y / 75.0)
                + gradient(s ^ 6, x / 15.0, y / 15.0) * 0.12;
            let line = 1.0 - smoothstep(0.0, 0.03, c.abs());
            colour = mix(
                colour,
                Rgb([0.86, 0.80, 0.68]),
                line * self.cracks * value(s ^ 7, x / 40.0, y / 40.0),
            );
        }
        let sugar = fract(value(s ^ 8, x * 1.1, y * 1.1)) - 0.5;
        Sample::new(colour.shift(sugar * 0.02), 0.0, self.gloss)
    }
}
