//! Wood: a board is a plane cut through a trunk whose growth rings are a field in space.

use crate::field::{floor, fract, gradient, lerp, rand01, smoothstep, value, wave, worley_jitter};
use crate::lay::Lay;
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Sample};

/// How the board was cut from the trunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Tangential: arches ("cathedrals") in the middle, straight grain at the edges.
    Plain,
    /// Radial: straight grain, and ray flecks where the species has large rays.
    Quarter,
    /// Tangential through the butt, with swirls: burl.
    Burl,
    /// Strips pressed side by side, with the nodes of the cane.
    Bamboo,
}

/// What sets one species apart.
#[derive(Debug, Clone, Copy)]
pub struct Species {
    /// The soft wood of spring.
    pub early: Rgb,
    /// The dense wood of summer.
    pub late: Rgb,
    /// The open pores.
    pub pore: Rgb,
    /// Width of a year in mm.
    pub ring_mm: f32,
    /// How strongly years show, 0 to 1.
    pub contrast: f32,
    /// Pores gathered in spring wood (oak, ash), 0 to 1.
    pub ring_pores: f32,
    /// Fine pores all over (walnut, beech), 0 to 1.
    pub fine_pores: f32,
    /// Large rays: flecks on quarter-sawn boards, 0 to 1.
    pub rays: f32,
    /// Slow streaks of colour along the board, 0 to 1.
    pub streaks: f32,
    /// Curl that shimmers across the grain, 0 to 1.
    pub curl: f32,
    /// Knots, 0 to 1.
    pub knots: f32,
    /// How much boards differ from each other, 0 to 1.
    pub variety: f32,
}

impl Species {
    /// A species with all its effects at a middling strength.
    #[must_use]
    pub fn new(early: &str, late: &str, pore: &str) -> Self {
        Self {
            early: hex(early),
            late: hex(late),
            pore: hex(pore),
            ring_mm: 2.6,
            contrast: 0.8,
            ring_pores: 0.0,
            fine_pores: 0.3,
            rays: 0.0,
            streaks: 0.4,
            curl: 0.0,
            knots: 0.0,
            variety: 0.5,
        }
    }
}

/// What was done to the surface.
#[derive(Debug, Clone, Copy)]
pub struct Coat {
    /// 0 dead matt … 1 mirror.
    pub gloss: f32,
    /// How far brushing has worn the soft wood away, in mm.
    pub brushed_mm: f32,
    /// Lime or pigment left in the pores.
    pub filled: Option<Rgb>,
    /// Burnt black on the surface, cracked into scales.
    pub charred: bool,
}

impl Coat {
    /// Smooth, with this gloss.
    #[must_use]
    pub fn smooth(gloss: f32) -> Self {
        Self {
            gloss,
            brushed_mm: 0.0,
            filled: None,
            charred: false,
        }
    }
}

/// Boards of a species, cut and laid.
#[derive(Debug, Clone, Copy)]
pub struct Wood {
    /// Which trunk.
    pub seed: u32,
    /// The species.
    pub species: Species,
    /// The cut.
    pub cut: Cut,
    /// How boards are laid.
    pub lay: Lay,
    /// Width of the bevel or gap between boards, in mm; 0 for veneer.
    pub gap_mm: f32,
    /// The surface.
    pub coat: Coat,
}

impl Wood {
    /// Where the point lies in the growth of the trunk, in years from the pith.
    #[inline]
    fn years(&self, id: u32, u: f32, v: f32, width: f32) -> f32 {
        let ring = self.species.ring_mm;
        let slow = gradient(id, u / 310.0, v / 70.0);
        let near = gradient(id ^ 0x77, u / 70.0, v / 16.0);
        match self.cut {
            Cut::Plain => {
                let across = v - width * lerp(0.3, 0.7, rand01(id, 1, 1));
                let taper = lerp(0.016, 0.045, rand01(id, 2, 1))
                    * if rand01(id, 3, 1) < 0.5 { -1.0 } else { 1.0 };
                // From the pith: slowly drawn nearer along the board, so that rings close into arches.
                let depth = lerp(6.0, 34.0, rand01(id, 4, 1))
                    + fract(rand01(id, 5, 1)) * 20.0
                    + u * taper
                    + slow * 9.0;
                (across * across * 0.55 + depth * depth).sqrt() / ring + near * 0.45 + slow * 1.2
            }
            Cut::Quarter | Cut::Bamboo => {
                (v * 0.92 + u * 0.006 * (rand01(id, 2, 1) - 0.5)) / ring + slow * 2.4 + near * 0.3
            }
            Cut::Burl => {
                let swirl = gradient(id ^ 0x3, u / 42.0, v / 42.0) * 9.0
                    + gradient(id ^ 0x9, u / 16.0, v / 16.0) * 3.2;
                swirl + near * 0.7
            }
        }
    }

    #[inline]
    fn board(&self, id: u32, u: f32, v: f32, width: f32) -> (Rgb, f32) {
        let s = &self.species;
        let (mut u, mut v) = (u, v);
        let mut knot = 0.0;
        let mut knot_rings = 0.0;
        if s.knots > 0.0 {
            let cell = worley_jitter(id ^ 0xa11, u / 210.0, v / 105.0, 0.85);
            if rand01(cell.id, 0, 0) < s.knots {
                let size = lerp(4.0, 13.0, rand01(cell.id, 1, 0));
                let (kx, ky) = (cell.dx * 210.0, cell.dy * 105.0);
                let bent = gradient(cell.id, kx / 9.0, ky / 9.0) * 0.16 + 1.0;
                let d = (kx * kx * 0.75 + ky * ky).sqrt() * bent;
                let reach = size * 1.7;
                let near = 1.0 / (1.0 + (d / reach) * (d / reach));
                // Grain parts around the branch and closes again behind it.
                v -= ky * near * near * 0.9;
                u += kx * near * near * 0.25;
                knot = 1.0 - smoothstep(size * 0.86, size * 1.1, d);
                knot_rings = d / 1.5;
            }
        }
        let years = self.years(id, u, v, width);
        let year = floor(years);
        let t = years - year as f32;
        let strength = s.contrast * lerp(0.55, 1.15, rand01(id, year, 5));
        // Slowly darker through the summer, then winter ends it with a sharp line.
        let late =
            t * t * lerp(0.35, 1.0, smoothstep(0.45, 0.9, t)) * (1.0 - smoothstep(0.93, 1.0, t));
        let streak = gradient(id ^ 0x51, v / 24.0, u / 620.0) * 0.65
            + gradient(id ^ 0x52, v / 6.5, u / 240.0) * 0.45;
        let fibre =
            value(id ^ 0x53, v * 1.7, u * 0.035) + value(id ^ 0x54, v * 0.62, u * 0.012) - 1.0;
        let mut colour = mix(
            s.early,
            s.late,
            (late * strength + streak * 0.22 * s.streaks).clamp(0.0, 1.0),
        );
        colour = colour.shift(fibre * 0.075 + streak * 0.10 * s.streaks);
        let mut height = -self.coat.brushed_mm * (1.0 - late);

        if s.ring_pores > 0.0 {
            let spring = 1.0 - smoothstep(0.05, 0.5, t);
            let dash = value(id ^ 0x61, v * 1.9, u * 0.11) * 0.6
                + value(id ^ 0x62, v * 3.1 + 7.0, u * 0.21) * 0.4;
            let pore =
                smoothstep(lerp(0.78, 0.52, spring), lerp(0.9, 0.72, spring), dash) * s.ring_pores;
            colour = mix(colour, self.coat.filled.unwrap_or(s.pore), pore * 0.8);
            height -= pore * (0.05 + self.coat.brushed_mm * 0.5);
        }
        if s.fine_pores > 0.0 {
            let dash = value(id ^ 0x63, v * 2.3, u * 0.3);
            let pore = smoothstep(0.74, 0.93, dash) * s.fine_pores;
            colour = mix(colour, self.coat.filled.unwrap_or(s.pore), pore * 0.6);
            height -= pore * 0.03;
        }
        if s.rays > 0.0 {
            if self.cut == Cut::Quarter {
                // Ray flecks: silvery ribbons that wander across the grain.
                let bend = gradient(id ^ 0x71, u / 60.0, v / 40.0) * 14.0;
                let fleck = value(id ^ 0x72, (v + bend) / 8.5, (u + v * 0.4) / 5.0) * 0.7
                    + value(id ^ 0x73, v / 3.0, u / 2.2) * 0.3;
                let fleck = smoothstep(0.60, 0.70, fleck) * s.rays;
                colour = mix(
                    colour,
                    mix(s.early, Rgb([1.0, 0.93, 0.82]), 0.16),
                    fleck * 0.55,
                );
            } else {
                let dash = value(id ^ 0x74, v * 1.1, u * 0.19);
                colour = colour.shift(-0.10 * s.rays * smoothstep(0.72, 0.9, dash));
            }
        }
        if s.curl > 0.0 {
            let wobble = gradient(id ^ 0x81, u / 34.0, v / 90.0) * 1.4;
            let curl = wave(u / 11.0 + wobble)
                * smoothstep(-0.3, 0.5, gradient(id ^ 0x82, u / 120.0, v / 60.0));
            colour = colour.shift(curl * 0.085 * s.curl);
        }
        if knot > 0.0 {
            let rings = 0.5 + 0.5 * wave(knot_rings);
            let heart = mix(s.late.times(0.42), s.late.times(0.75), rings);
            colour = mix(colour, heart, knot * 0.88);
        }
        (colour, height)
    }
}

impl Painter for Wood {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let unit = self.lay.at(self.seed, x, y);
        let id = unit.id;
        // Each board comes from its own place in its own trunk.
        let u = unit.u + (id & 0xfff) as f32 * 0.9;
        let (mut colour, mut height) = if self.cut == Cut::Burl {
            self.board(id, u, unit.v + (id >> 20) as f32, unit.width.min(160.0))
        } else if self.lay == Lay::Slab {
            // A slab of veneer: leaves of 180 mm side by side, every second one turned over (book match).
            let leaf = floor(x / 180.0);
            let v = x - leaf as f32 * 180.0;
            let v = if leaf & 1 == 0 { v } else { 180.0 - v };
            self.board(id, y + 9000.0 - (leaf >> 1) as f32 * 37.0, v, 360.0)
        } else {
            self.board(id, u, unit.v, unit.width)
        };
        let s = &self.species;
        if self.lay != Lay::Slab {
            colour = colour
                .shift((unit.luck(3) - 0.5) * 0.30 * s.variety)
                .warm((unit.luck(4) - 0.5) * 0.10 * s.variety);
        }
        if self.cut == Cut::Bamboo {
            let strip = floor(unit.v / 20.0);
            let own = rand01(id ^ 0xb, strip, 2);
            colour = colour.shift((own - 0.5) * 0.09);
            let edge = fract(unit.v / 20.0) * 20.0;
            colour = colour.times(lerp(0.86, 1.0, smoothstep(0.0, 0.5, edge.min(20.0 - edge))));
            let along = fract((u + own * 300.0) / 300.0) * 300.0 - 150.0;
            let node = (1.0 - smoothstep(0.8, 3.4, along.abs())) * 0.5
                + (1.0 - smoothstep(0.0, 0.9, (along - 2.0).abs())) * 0.7;
            colour = mix(colour, s.late.times(0.6), node.min(1.0) * 0.65);
        }
        let mut gloss = self.coat.gloss;
        if self.coat.charred {
            let scale = worley_jitter(
                id ^ 0xc4,
                unit.v / 9.0 + gradient(id, u / 30.0, unit.v / 9.0) * 0.5,
                u / 26.0,
                0.9,
            );
            let crack = 1.0 - smoothstep(0.02, 0.16, scale.f2 - scale.f1);
            colour = mix(
                mix(hex_char(), colour, 0.05),
                Rgb([0.003, 0.003, 0.003]),
                crack * 0.9,
            );
            colour = colour.shift((rand01(scale.id, 0, 0) - 0.5) * 0.24);
            height -= crack * 0.9 - value(id ^ 0xd1, unit.v, u * 0.1) * 0.12;
            gloss = lerp(0.42, 0.05, crack);
        }
        if self.gap_mm > 0.0 {
            let edge = unit.edge();
            let gap = 1.0 - smoothstep(self.gap_mm * 0.15, self.gap_mm * 0.55, edge);
            colour = mix(colour, s.pore.times(0.22), gap * 0.88);
            height -= (1.0 - smoothstep(0.0, self.gap_mm * 1.3, edge)) * self.gap_mm * 0.4;
            gloss *= 1.0 - gap;
        }
        Sample::new(colour, height, gloss)
    }
}

fn hex_char() -> Rgb {
    Rgb([0.020, 0.020, 0.022])
}
