//! Crystalline stone: marble and its kin with veins, granite and its kin with grains.

use crate::field::{Cell, fbm, gradient, gradient2, lerp, rand01, smoothstep, turn, value, worley};
use crate::shade::{Rgb, mix, ramp};
use crate::{Painter, Sample};

/// One family of veins.
#[derive(Debug, Clone, Copy)]
pub struct Vein {
    /// Its colour where it is strongest.
    pub colour: Rgb,
    /// Distance between veins in mm.
    pub every_mm: f32,
    /// Width in mm where it is widest.
    pub width_mm: f32,
    /// Direction as a share of a full turn, 0 along x.
    pub turns: f32,
    /// How much longer than wide its course is; 1 wanders everywhere.
    pub stretch: f32,
    /// 0 to 1.
    pub strength: f32,
    /// Share of the surface that has these veins at all, 0 to 1.
    pub presence: f32,
    /// 0: a sharp line, 1: it bleeds into the ground on both sides.
    pub halo: f32,
}

/// Marble, quartzite, onyx-like slabs: a clouded ground with veins.
#[derive(Debug, Clone)]
pub struct Marble {
    /// Which block.
    pub seed: u32,
    /// Ground, from its darkest to its lightest cloud.
    pub ground: Vec<Rgb>,
    /// Size of a cloud in mm.
    pub cloud_mm: f32,
    /// How far veins and clouds are kneaded, 0 to 1.
    pub fold: f32,
    /// The veins, drawn in this order.
    pub veins: Vec<Vein>,
    /// Polish, 0 to 1.
    pub gloss: f32,
    /// Size of the crystals in mm, a faint sparkle.
    pub crystal_mm: f32,
}

impl Marble {
    #[inline]
    fn vein(&self, k: usize, v: &Vein, x: f32, y: f32, bend: (f32, f32)) -> f32 {
        let seed = self.seed.wrapping_add(31 * k as u32 + 400);
        let (a, b) = turn(x, y, v.turns);
        let (a, b) = (a + bend.0 * v.every_mm * 0.7, b + bend.1 * v.every_mm * 0.7);
        let (a, b) = (a / (v.every_mm * v.stretch), b / v.every_mm);
        let there = smoothstep(
            1.0 - v.presence - 0.16,
            1.0 - v.presence + 0.16,
            value(seed ^ 0x4f, a * 0.9, b * 0.9),
        );
        let base = gradient(seed, a, b);
        // The noise rises by about 1.6 over one period: that makes its value a distance.
        let to_mm = v.every_mm * 0.62;
        let reach = v.width_mm * 7.0 + 4.0;
        if there <= 0.0 || (base.abs() - 0.29) * to_mm > reach {
            return 0.0;
        }
        let course = base
            + 0.22 * gradient(seed ^ 0x1f, a * 4.1, b * 3.7)
            + 0.07 * gradient(seed ^ 0x2f, a * 13.0, b * 12.0);
        // A vein keeps its width only if distance is measured across it: by the slope of the noise there.
        let step = 0.08;
        let (rise_a, rise_b) = (
            gradient(seed, a + step, b) - base,
            gradient(seed, a, b + step) - base,
        );
        let (rise_a, rise_b) = (rise_a / (step * v.stretch), rise_b / step);
        let slope = (rise_a * rise_a + rise_b * rise_b).sqrt().max(0.75);
        let distance = course.abs() * v.every_mm / slope;
        if distance > reach {
            return 0.0;
        }
        let body = value(seed ^ 0x3f, a * 2.3 + 9.0, b * 2.3);
        let width = v.width_mm * lerp(0.22, 1.25, body * body) + 0.12;
        let line = 1.0 - smoothstep(width * 0.25, width * 0.75, distance);
        let bleed = v.halo * (1.0 - smoothstep(0.0, width * 5.0 + 3.0, distance)) * 0.55;
        (line * lerp(0.55, 1.0, body)).max(bleed) * there * v.strength
    }
}

impl Painter for Marble {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let f = self.fold;
        let wide = self.cloud_mm * 1.6;
        let bend = (
            fbm(s, x / wide, y / wide, 3) * f,
            fbm(s ^ 0x55, x / wide + 4.0, y / wide, 3) * f,
        );
        let (cx, cy) = (
            x + bend.0 * self.cloud_mm * 1.4,
            y + bend.1 * self.cloud_mm * 1.4,
        );
        let cloud = fbm(s ^ 0xaa, cx / self.cloud_mm, cy / self.cloud_mm, 4);
        let mut colour = ramp(&self.ground, 0.5 + cloud * 0.85);
        for (k, v) in self.veins.iter().enumerate() {
            let t = self.vein(k, v, x, y, bend);
            if t > 0.0 {
                colour = mix(colour, v.colour, t);
            }
        }
        let grain = value(s ^ 0xbb, x / self.crystal_mm, y / self.crystal_mm) - 0.5;
        colour = colour.shift(grain * 0.022);
        // A honed face scatters light at its surface: a breath of white over all.
        let veil = 0.022 * (1.0 - self.gloss);
        colour = mix(colour, Rgb([0.85, 0.85, 0.85]), veil);
        Sample::new(colour, grain * 0.004 * (1.0 - self.gloss), self.gloss)
    }
}

/// One mineral of a granite.
#[derive(Debug, Clone, Copy)]
pub struct Mineral {
    /// Its colour.
    pub colour: Rgb,
    /// Its share of the stone; shares need not add up to one.
    pub share: f32,
    /// How much its grains differ, 0 to 1.
    pub spread: f32,
}

/// Granite and other grained stone.
#[derive(Debug, Clone)]
pub struct Granite {
    /// Which block.
    pub seed: u32,
    /// The minerals of the large grains.
    pub minerals: Vec<Mineral>,
    /// Size of a large grain in mm.
    pub grain_mm: f32,
    /// Colour of the small dark specks.
    pub speck: Rgb,
    /// Share of the surface they take.
    pub specks: f32,
    /// Flow of the grains along one direction (gneiss), 0 to 1.
    pub flow: f32,
    /// Polish, 0 to 1.
    pub gloss: f32,
    /// Height of a rough face (flamed, bush-hammered) in mm.
    pub rough_mm: f32,
}

impl Granite {
    #[inline]
    fn pick(&self, id: u32) -> Rgb {
        let total: f32 = self.minerals.iter().map(|m| m.share).sum();
        let mut at = rand01(id, 3, 1) * total;
        for m in &self.minerals {
            at -= m.share;
            if at <= 0.0 {
                return m.colour.shift((rand01(id, 4, 1) - 0.5) * 0.7 * m.spread);
            }
        }
        self.speck
    }
}

impl Painter for Granite {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let s = self.seed;
        let g = self.grain_mm;
        let (mut px, mut py, mut bed) = (x, y, 0.0);
        if self.flow > 0.0 {
            px = x * (1.0 - 0.6 * self.flow);
            py = y + fbm(s ^ 9, x / (g * 42.0), y / (g * 26.0), 3) * g * 6.0 * self.flow;
            bed = smoothstep(
                0.3,
                0.7,
                crate::field::value1(s ^ 10, py / (g * 3.4))
                    + gradient(s ^ 11, px / (g * 7.0), py / (g * 3.0)) * 0.25,
            ) - 0.5;
        }
        // Grains grew into each other: their borders are frayed, coarsely and finely.
        let (coarse, fine) = (
            gradient2(s, px / g * 2.3, py / g * 2.3),
            gradient2(s ^ 7, px / g * 6.3, py / g * 6.3),
        );
        let frayed = (
            coarse.0 * 0.32 + fine.0 * 0.13,
            coarse.1 * 0.32 + fine.1 * 0.13,
        );
        let cell: Cell = worley(s ^ 2, px / g + frayed.0, py / g + frayed.1);
        let mut colour = self.pick(cell.id);
        // Within a grain: cleavage planes and cloudiness.
        colour = colour
            .shift((value(s ^ cell.id, px / g * 3.0, py / g * 6.0) - 0.5) * 0.20 + bed * 0.12);
        let q = g * 0.42;
        let small = worley(s ^ 4, px / q + frayed.1 * 1.3, py / q + frayed.0 * 1.3);
        let clump = 0.5 + 0.5 * gradient(s ^ 5, px / (g * 3.0), py / (g * 3.0));
        if rand01(small.id, 8, 1) < self.specks * (0.35 + 1.3 * clump + bed * 1.6) {
            let soft = smoothstep(0.02, 0.16, small.f2 - small.f1);
            colour = mix(
                colour,
                self.speck.shift(rand01(small.id, 9, 1) * 0.5),
                soft * 0.95,
            );
        }
        let mut height = 0.0;
        if self.rough_mm > 0.0 {
            height = self.rough_mm
                * (fbm(s ^ 6, x / (g * 1.5), y / (g * 1.5), 3) + rand01(cell.id, 5, 1) * 0.3
                    - cell.f1 * 0.3);
            colour = mix(colour, Rgb([0.7, 0.7, 0.7]), 0.07);
        } else {
            colour = mix(colour, Rgb([0.6, 0.6, 0.6]), 0.03 * (1.0 - self.gloss));
        }
        Sample::new(colour, height, self.gloss)
    }
}
