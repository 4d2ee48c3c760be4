//! Woven cloth at the level of its threads: a draft says which thread lies on top, a yarn says what a thread is like.

use std::sync::LazyLock;

use super::draft::Draft;
use super::grain::{Grain, cycle, grain};
use super::tile::{Patch, hairs};
use crate::field::{floor, hash2, lerp, smoothstep, unit, wave};
use crate::shade::{Rgb, mix};
use crate::{Painter, Sample};

/// One colour of yarn.
#[derive(Debug, Clone, Copy)]
pub struct Dye {
    /// The fibre's main colour.
    pub main: Rgb,
    /// The colour spun in with it, or the same.
    pub with: Rgb,
}

impl Dye {
    /// One colour throughout.
    pub fn solid(main: Rgb) -> Self {
        Self { main, with: main }
    }

    /// Two colours of fibre spun into one yarn.
    pub fn blend(main: Rgb, with: Rgb) -> Self {
        Self { main, with }
    }
}

/// What a thread is like.
#[derive(Debug, Clone)]
pub struct Yarn {
    /// Share of the pitch that the thread fills, up to 1.
    pub cover: f32,
    /// How much its thickness varies along it, 0 to 1, and over how many mm.
    pub slub: (f32, f32),
    /// How strongly its plies show, 0 to 1, and mm of one turn.
    pub ply: (f32, f32),
    /// How uneven single fibres are, 0 to 1.
    pub fibre: f32,
    /// How much threads differ from each other, 0 to 1.
    pub uneven: f32,
    /// 0 matt … 1; silk and viscose near 0.4.
    pub gloss: f32,
    /// Share of 4-mm stretches that carry a fleck, and the flecks' colours.
    pub flecks: (f32, &'static [Rgb]),
}

impl Yarn {
    /// A smooth worsted or cotton yarn.
    pub fn smooth() -> Self {
        Self {
            cover: 0.94,
            slub: (0.06, 6.0),
            ply: (0.16, 1.1),
            fibre: 0.12,
            uneven: 0.06,
            gloss: 0.04,
            flecks: (0.0, &[]),
        }
    }

    /// Flax: slubs, dry, uneven from thread to thread.
    pub fn flax() -> Self {
        Self {
            cover: 0.86,
            slub: (0.34, 9.0),
            ply: (0.07, 1.6),
            fibre: 0.2,
            uneven: 0.13,
            gloss: 0.05,
            flecks: (0.0, &[]),
        }
    }

    /// Carded wool: lofty, hairy, soft plies.
    pub fn woollen() -> Self {
        Self {
            cover: 1.0,
            slub: (0.16, 5.0),
            ply: (0.13, 1.8),
            fibre: 0.26,
            uneven: 0.09,
            gloss: 0.0,
            flecks: (0.0, &[]),
        }
    }

    /// Filament silk or viscose: even and shiny.
    pub fn silk() -> Self {
        Self {
            cover: 0.98,
            slub: (0.08, 10.0),
            ply: (0.0, 1.0),
            fibre: 0.09,
            uneven: 0.04,
            gloss: 0.34,
            flecks: (0.0, &[]),
        }
    }

    /// Chenille: a core with a short pile all around.
    pub fn chenille() -> Self {
        Self {
            cover: 1.0,
            slub: (0.14, 4.0),
            ply: (0.0, 1.0),
            fibre: 0.55,
            uneven: 0.1,
            gloss: 0.1,
            flecks: (0.0, &[]),
        }
    }
}

/// Which draft weaves at a place: jacquard cloth changes it with the figure.
pub type Figure = dyn Fn(f32, f32) -> bool + Send + Sync;

/// A woven cloth.
pub struct Cloth {
    /// Everything random about it.
    pub seed: u32,
    /// The weave, and for figured cloth the weave inside the figure.
    pub draft: Draft,
    /// Weave and place of the figure (mm), if there is one.
    pub figure: Option<(Draft, Box<Figure>)>,
    /// Ends and picks per cm.
    pub sett: (f32, f32),
    /// Warp yarn and the order of its colours.
    pub warp: (Yarn, Vec<Dye>),
    /// Weft yarn and the order of its colours.
    pub weft: (Yarn, Vec<Dye>),
    /// How far threads wander from straight, in mm.
    pub wander: f32,
    /// How much stray hair covers the face, 0 to 1.
    pub fuzz: f32,
}

static HAIRS: LazyLock<Patch> = LazyLock::new(|| hairs(901, 2600));

/// A cloth with the tables it is asked through.
pub struct Woven {
    cloth: Cloth,
    grain: &'static Grain,
    /// One over the number of dyes in warp and weft.
    inverse: (f32, f32),
}

impl Cloth {
    /// Ready to be photographed.
    pub fn woven(self) -> Woven {
        let inverse = (
            1.0 / self.warp.1.len() as f32,
            1.0 / self.weft.1.len() as f32,
        );
        Woven {
            cloth: self,
            grain: grain(),
            inverse,
        }
    }
}

/// What one system of threads shows at a point.
struct Thread {
    /// −1 to 1 across the thread; beyond is air.
    across: f32,
    /// Its radius in mm.
    radius: f32,
    /// Colour with everything that varies along it.
    colour: Rgb,
    /// Height of its plies, −1 to 1.
    ply: f32,
}

impl Woven {
    /// A thread: `n` its number, `offset` −0.5 to 0.5 across its pitch, `along` mm along it, `pinch` how it narrows under its
    /// neighbours (1: not at all).
    #[inline(always)]
    fn thread(&self, warp: bool, n: i32, offset: f32, along: f32, pinch: f32) -> Thread {
        let cloth = &self.cloth;
        let ((yarn, dyes), inverse, pitch, own) = if warp {
            (
                &cloth.warp,
                self.inverse.0,
                10.0 / cloth.sett.0,
                n + cloth.seed as i32 * 31,
            )
        } else {
            (
                &cloth.weft,
                self.inverse.1,
                10.0 / cloth.sett.1,
                n + cloth.seed as i32 * 57 + 129,
            )
        };
        let g = self.grain;
        // Every thread reads the table from a place of its own.
        let start = g.dice(own, 3) * 251.0 + g.dice(own, 5) * 17.0;
        let thick = 1.0 + yarn.slub.0 * (g.line(own, along / yarn.slub.1 + start) * 1.7 - 1.0);
        let half = (0.5 * yarn.cover * thick * pinch).min(0.56);
        let across = offset / half;
        let fibre = g.at(
            along * 2.1 + start,
            across * 1.8 + along * 0.8 + start * 3.0,
        ) - 0.5;
        let ply = if yarn.ply.0 > 0.0 {
            wave(along / yarn.ply.1 + across * 0.32 + start)
        } else {
            0.0
        };
        let dye = dyes[cycle(n, dyes.len() as i32, inverse)];
        let mut colour = mix(dye.main, dye.with, (fibre + 0.08) * 2.5);
        if yarn.flecks.0 > 0.0 {
            let stretch = floor(along * 0.25);
            let dice = hash2(own as u32, stretch, 9);
            if unit(dice) < yarn.flecks.0 {
                let at = (along * 0.25 - stretch as f32 - 0.5).abs();
                let fleck = yarn.flecks.1[(dice % 1013) as usize % yarn.flecks.1.len()];
                colour = mix(colour, fleck, smoothstep(0.34, 0.2, at + fibre * 0.2));
            }
        }
        let tone = yarn.uneven * (g.dice(own, 9) - 0.5) * 2.0
            + yarn.fibre * fibre * 1.4
            + yarn.ply.0 * ply;
        Thread {
            across,
            radius: half * pitch,
            colour: colour.shift(tone),
            ply,
        }
    }
}

impl Painter for Woven {
    fn sample(&self, x: f32, y: f32) -> Sample {
        let cloth = &self.cloth;
        // Wander is shared by neighbours, so threads bend together and never cross.
        let k = cloth.wander * 2.0;
        let row = cloth.seed as i32;
        let wx = x + k * (self.grain.line(row, y * 0.09 + x * 0.013) - 0.5);
        let wy = y + k * (self.grain.line(row + 1, x * 0.08 - y * 0.017) - 0.5);
        let (ends, picks) = (cloth.sett.0 * 0.1, cloth.sett.1 * 0.1);
        let (u, v) = (wx * ends, wy * picks);
        let (i, j) = (floor(u), floor(v));
        let (fu, fv) = (u - i as f32, v - j as f32);
        let crossing = match &cloth.figure {
            // The figure is decided per crossing, as the harness lifts whole threads.
            Some((inside, figure)) if figure((i as f32 + 0.5) / ends, (j as f32 + 0.5) / picks) => {
                inside.at(i, j)
            }
            _ => cloth.draft.at(i, j),
        };
        let along = f32::from(crossing.before) + if crossing.warp { fv } else { fu };
        let to_end = along.min(f32::from(crossing.length) - along);
        let rise = (to_end * 1.7).min(1.0);
        let bow = rise * (2.0 - rise);
        let pinch = lerp(0.84, 1.04, bow);

        let thread = |warp: bool, pinch| {
            if warp {
                self.thread(true, i, fu - 0.5, y, pinch)
            } else {
                self.thread(false, j, fv - 0.5, x, pinch)
            }
        };
        let top = thread(crossing.warp, pinch);
        let a2 = top.across * top.across;
        let yarn = if crossing.warp {
            &cloth.warp.0
        } else {
            &cloth.weft.0
        };
        let mut out = if a2 < 1.0 {
            let dome = (1.0 - a2).sqrt();
            let height = top.radius * (0.75 * dome + 0.9 * bow + 0.10 * top.ply * yarn.ply.0 * 4.0);
            let open = 0.62 + 0.38 * (0.55 * dome + 0.45 * bow);
            Sample::new(top.colour.times(open), height, yarn.gloss * dome)
        } else {
            let under = thread(!crossing.warp, 0.9);
            let b2 = under.across * under.across;
            if b2 < 1.0 {
                let dome = (1.0 - b2).sqrt();
                Sample::new(
                    under.colour.times(0.30 + 0.26 * dome),
                    under.radius * (0.5 * dome - 0.3),
                    0.0,
                )
            } else {
                Sample::new(under.colour.times(0.16), -under.radius * 0.6, 0.0)
            }
        };
        if cloth.fuzz > 0.0 {
            let hair = HAIRS.nearest(x, y);
            let cover = (hair.height * 4.0).min(1.0) * cloth.fuzz;
            if cover > 0.0 {
                out.colour = mix(out.colour, top.colour.shift(0.16 + hair.tone * 0.25), cover);
                out.height += cover * 0.06;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_of_a_gingham_carry_their_colours() {
        let (dark, pale) = (Dye::solid(Rgb([0.02; 3])), Dye::solid(Rgb([0.8; 3])));
        let yarn = Yarn {
            slub: (0.0, 1.0),
            uneven: 0.0,
            ..Yarn::smooth()
        };
        let order = vec![dark, dark, pale, pale];
        let cloth = Cloth {
            seed: 1,
            draft: Draft::plain(),
            figure: None,
            sett: (10.0, 10.0),
            warp: (yarn.clone(), order.clone()),
            weft: (yarn, order),
            wander: 0.0,
            fuzz: 0.0,
        }
        .woven();
        // The middle of a crossing: end 0 and pick 0 are both dark, end 2 and pick 2 both pale.
        assert!(cloth.sample(0.5, 0.5).colour.luminance() < 0.05);
        assert!(cloth.sample(2.5, 2.5).colour.luminance() > 0.4);
    }
}
