//! Pile: loops and cut tufts in rows, each of the yarn its plan names.

use std::sync::LazyLock;

use super::grain::grain;
use super::tile::{Dice, Patch};
use crate::field::{fbm, floor, hash2, lerp, smoothstep, unit, wave};
use crate::shade::{Rgb, hex, mix};
use crate::{Painter, Sample};

/// Which yarn a place has: an index into the carpet's colours, given the foot of each tuft in mm.
pub type Plan = Box<dyn Fn(f32, f32) -> usize + Send + Sync>;

/// Ends of twisted yarn, leaning every way, seen from above.
static ENDS: LazyLock<Patch> = LazyLock::new(|| {
    let mut dice = Dice::new(321);
    let mut patch = Patch::new(512, 64.0);
    for n in 0..1700 {
        let z = 0.1 + 1.9 * n as f32 / 1700.0;
        let (x, y, heading) = (dice.next() * 64.0, dice.next() * 64.0, dice.next());
        let (length, bend) = (dice.within(1.6, 4.4), dice.within(-0.16, 0.16));
        let (radius, tone) = (dice.within(0.62, 0.92), dice.within(-0.3, 0.3));
        patch.curl(x, y, heading, length, bend, [z, 0.35], radius, tone, 1.7);
    }
    patch
});

/// How the pile ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Top {
    /// Closed loops along the rows.
    Loop,
    /// Cut, standing straight.
    Cut,
    /// Loops where the plan says 0, cut pile elsewhere.
    LoopAndCut,
}

/// A tufted carpet.
pub struct Tufted {
    seed: u32,
    top: Top,
    /// Between rows and between stitches in a row, mm.
    pitch: (f32, f32),
    /// Height of the pile, mm.
    pile: f32,
    colours: Vec<[Rgb; 2]>,
    plan: Plan,
}

impl Tufted {
    /// One yarn throughout.
    pub fn plain(seed: u32, top: Top, pitch: (f32, f32), pile: f32, colour: [&str; 2]) -> Self {
        Self {
            seed,
            top,
            pitch,
            pile,
            colours: vec![colour.map(|c| hex(c).saturate(0.88))],
            plan: Box::new(|_, _| 0),
        }
    }

    /// Several yarns, laid by a plan.
    pub fn planned(
        seed: u32,
        top: Top,
        pitch: (f32, f32),
        pile: f32,
        colours: &[[&str; 2]],
        plan: Plan,
    ) -> Self {
        let colours = colours
            .iter()
            .map(|c| c.map(|c| hex(c).saturate(0.88)))
            .collect();
        Self {
            seed,
            top,
            pitch,
            pile,
            colours,
            plan,
        }
    }

    /// A loop lies over its stitch like a small croissant; neighbours overlap along the row.
    #[inline(always)]
    fn looped(&self, x: f32, y: f32) -> Sample {
        let g = grain();
        let (u, v) = (x / self.pitch.0, y / self.pitch.1);
        let row = floor(u);
        let v = v + 0.5 * (row & 1) as f32 + (g.dice(row, 8) - 0.5) * 0.3;
        let base = floor(v);
        let mut best = (-1.0_f32, 0.0_f32, 0_u32, base);
        for stitch in [base - 1, base, base + 1] {
            let h = hash2(self.seed, row, stitch);
            let lean = (unit(h) - 0.5) * 0.26;
            let size = 0.88 + 0.3 * unit(h.wrapping_mul(0x9e37_79b9));
            let (p, q) = (
                (u - row as f32 - 0.5 - lean) / (0.53 * size),
                (v - stitch as f32 - 0.5) / (0.74 * size),
            );
            let d2 = p * p + q * q;
            if d2 < 1.0 {
                let z = (1.0 - d2).sqrt() * (0.8 + 0.35 * unit(h.wrapping_mul(0x85eb_ca6b)));
                if z > best.0 {
                    // Two plies wind around each other over the arch.
                    let ply = wave(q * 0.8 + p * 0.55 + unit(h));
                    best = (z, ply * 0.13 - d2 * 0.16, h, stitch);
                }
            }
        }
        let (z, tone, h, stitch) = best;
        let kind = (self.plan)(
            (row as f32 + 0.5) * self.pitch.0,
            stitch as f32 * self.pitch.1,
        )
        .min(self.colours.len() - 1);
        let [a, b] = self.colours[kind];
        let fibre = g.at(x * 4.6, y * 4.6) - 0.5;
        let yarn = mix(a, b, unit(h.wrapping_mul(0xc2b2_ae35)) * 0.8 + fibre * 0.5);
        if z < 0.0 {
            return Sample::new(a.times(0.16), 0.0, 0.0);
        }
        let shade = lerp(0.34, 1.05, smoothstep(0.0, 0.85, z));
        Sample::new(
            yarn.times(shade).shift(tone + fibre * 0.2),
            z * self.pile * 0.42,
            0.0,
        )
    }

    /// Cut tufts open at the tip and lean on each other: what one sees is the last millimetres of each twisted end.
    #[inline(always)]
    fn cut(&self, x: f32, y: f32) -> Sample {
        let g = grain();
        let lean = fbm(self.seed, x / 46.0, y / 33.0, 2);
        // Patterns are knotted end by end; fibres at the rim of a tuft cross over into its neighbours.
        let frayed = |at: f32| {
            (g.at(x * 0.5 + at, y * 0.5) - 0.5) * 0.8 + (g.at(x * 1.9 + at, y * 1.9) - 0.5) * 0.7
        };
        let (i, j) = (
            floor(x / self.pitch.0 + frayed(0.0)),
            floor(y / self.pitch.1 + frayed(90.0)),
        );
        let kind = (self.plan)(
            (i as f32 + 0.5) * self.pitch.0,
            (j as f32 + 0.5) * self.pitch.1,
        )
        .min(self.colours.len() - 1);
        let [a, b] = self.colours[kind];
        let scale = 3.2 / self.pitch.0;
        let lie = ENDS.piled(x * scale + self.seed as f32, y * scale);
        let ends = g.at(x * 4.2, y * 4.2) * 0.55 + g.at(x * 9.0 + 40.0, y * 9.0) * 0.45 - 0.5;
        let deep = smoothstep(0.5, 2.7, lie.height);
        let yarn = mix(a, b, 0.35 + lie.tone * 0.7 + ends * 0.4);
        let colour = yarn
            .times(lerp(0.42, 1.08, deep))
            .shift(lie.tone * 0.22 + ends * 0.32 + lean * 0.14);
        let spring = self.pile.min(12.0) * 0.05 / scale;
        Sample::new(colour, lie.height * spring + ends * 0.10 + lean * 0.6, 0.0)
    }
}

impl Painter for Tufted {
    fn sample(&self, x: f32, y: f32) -> Sample {
        match self.top {
            Top::Loop => self.looped(x, y),
            Top::Cut => self.cut(x, y),
            Top::LoopAndCut => {
                // The border runs along stitches, a little ragged.
                let (tx, ty) = (
                    floor(x / self.pitch.0) as f32 * self.pitch.0,
                    floor(y / self.pitch.1) as f32 * self.pitch.1,
                );
                if (self.plan)(tx + self.pitch.0 * 0.5, ty + self.pitch.1 * 0.5) == 0 {
                    self.looped(x, y)
                } else {
                    let s = self.cut(x, y);
                    Sample {
                        height: s.height + self.pile * 0.32,
                        ..s
                    }
                }
            }
        }
    }
}
