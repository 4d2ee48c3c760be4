//! A patch of surface made of stamped strands, joined to itself at its edges.
//!
//! Loops of bouclé, fibres of felt and paper or stray hairs on wool are far too many to ask for at every point. They are
//! laid once, strand over strand, into a patch; painters then look the patch up at two unrelated angles and take what lies
//! higher, so no repeat is seen.

use crate::field::{floor, fract, hash2, lerp, turn, unit, wave};

/// A stream of numbers from 0 to 1 in a fixed order.
pub struct Dice {
    seed: u32,
    thrown: i32,
}

impl Dice {
    /// Always the same stream for the same seed.
    pub fn new(seed: u32) -> Self {
        Self { seed, thrown: 0 }
    }

    /// The next number, 0 up to 1.
    pub fn next(&mut self) -> f32 {
        self.thrown += 1;
        unit(hash2(self.seed, self.thrown, 77))
    }

    /// The next number between two bounds.
    pub fn within(&mut self, low: f32, high: f32) -> f32 {
        lerp(low, high, self.next())
    }
}

/// What lies at a point of a [`Patch`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lie {
    /// Height in mm; 0 where nothing was laid.
    pub height: f32,
    /// What the strand there was given as its tone, −1 to 1, with its own shading.
    pub tone: f32,
}

/// A square of stamped strands that repeats in both directions.
pub struct Patch {
    /// Cells along a side; a power of two.
    side: usize,
    /// Cells per mm.
    per_mm: f32,
    cells: Vec<Lie>,
}

impl Patch {
    /// An empty patch of `mm` × `mm` with `side` cells (a power of two) along each side.
    pub fn new(side: usize, mm: f32) -> Self {
        assert!(side.is_power_of_two(), "the wrap is a bit mask");
        Self {
            side,
            per_mm: side as f32 / mm,
            cells: vec![
                Lie {
                    height: 0.0,
                    tone: 0.0
                };
                side * side
            ],
        }
    }

    /// Lays a round strand from `a` to `b` (x, y and height of its axis, mm). `radius` in mm; `tone` −1 to 1; the plies of a
    /// twisted yarn turn once in `twist` mm (0: smooth), starting at `run` mm along the yarn.
    pub fn strand(
        &mut self,
        a: [f32; 3],
        b: [f32; 3],
        radius: f32,
        tone: f32,
        twist: f32,
        run: f32,
    ) {
        let k = self.per_mm;
        let (low_x, high_x) = ((a[0].min(b[0]) - radius) * k, (a[0].max(b[0]) + radius) * k);
        let (low_y, high_y) = ((a[1].min(b[1]) - radius) * k, (a[1].max(b[1]) + radius) * k);
        let (ux, uy) = (b[0] - a[0], b[1] - a[1]);
        let length2 = (ux * ux + uy * uy).max(1e-9);
        let length = length2.sqrt();
        let mask = self.side as i32 - 1;
        for row in low_y.floor() as i32..=high_y.ceil() as i32 {
            for column in low_x.floor() as i32..=high_x.ceil() as i32 {
                let (px, py) = (column as f32 / k - a[0], row as f32 / k - a[1]);
                let t = ((px * ux + py * uy) / length2).clamp(0.0, 1.0);
                let (dx, dy) = (px - ux * t, py - uy * t);
                let d2 = (dx * dx + dy * dy) / (radius * radius);
                if d2 >= 1.0 {
                    continue;
                }
                let dome = (1.0 - d2).sqrt();
                let height = lerp(a[2], b[2], t) + radius * dome;
                let at = (row & mask) as usize * self.side + (column & mask) as usize;
                if height > self.cells[at].height {
                    let ply = if twist > 0.0 {
                        let across = (dx * -uy + dy * ux) / (length * radius);
                        wave((run + t * length) / twist + across * 0.3) * 0.22
                    } else {
                        0.0
                    };
                    // Darker towards its flanks, where light does not reach between strands.
                    self.cells[at] = Lie {
                        height,
                        tone: tone + ply - (1.0 - dome) * 0.5,
                    };
                }
            }
        }
    }

    /// Lays a strand that bends evenly: from (x, y) in direction `heading` (turns), `length` mm long, turning by `bend` turns
    /// in all, its axis at height `z` and arching up by `arch` in the middle.
    #[expect(
        clippy::too_many_arguments,
        reason = "a curved strand has this many measures"
    )]
    pub fn curl(
        &mut self,
        x: f32,
        y: f32,
        heading: f32,
        length: f32,
        bend: f32,
        z: [f32; 2],
        radius: f32,
        tone: f32,
        twist: f32,
    ) {
        let steps = ((bend.abs() * 14.0) as usize + 2).min(24);
        let step = length / steps as f32;
        let (mut at, mut run) = ([x, y, z[0]], 0.0);
        for i in 0..steps {
            let s = (i as f32 + 1.0) / steps as f32;
            let (dx, dy) = turn(step, 0.0, heading + bend * (s - 0.5 / steps as f32));
            let next = [at[0] + dx, at[1] + dy, z[0] + z[1] * 4.0 * s * (1.0 - s)];
            self.strand(at, next, radius, tone, twist, run);
            run += step;
            at = next;
        }
    }

    /// What lies at (x, y) in mm, between cells in proportion.
    #[inline(always)]
    pub fn at(&self, x: f32, y: f32) -> Lie {
        let side = self.side as f32;
        let (u, v) = (
            fract(x * self.per_mm / side) * side,
            fract(y * self.per_mm / side) * side,
        );
        let mask = self.side - 1;
        let (i, j) = (u as usize, v as usize);
        let (fu, fv) = (u - i as f32, v - j as f32);
        let (i0, j0) = (i & mask, (j & mask) * self.side);
        let (i1, j1) = ((i + 1) & mask, ((j + 1) & mask) * self.side);
        let (a, b) = (self.cells[j0 + i0], self.cells[j0 + i1]);
        let (c, d) = (self.cells[j1 + i0], self.cells[j1 + i1]);
        Lie {
            height: lerp(
                lerp(a.height, b.height, fu),
                lerp(c.height, d.height, fu),
                fv,
            ),
            tone: lerp(lerp(a.tone, b.tone, fu), lerp(c.tone, d.tone, fu), fv),
        }
    }

    /// The cell under (x, y) in mm, turned a little so that hairs do not repeat along the threads.
    #[inline(always)]
    pub fn nearest(&self, x: f32, y: f32) -> Lie {
        let mask = self.side as i32 - 1;
        let (p, q) = (
            x * (12.0 / 13.0) - y * (5.0 / 13.0),
            x * (5.0 / 13.0) + y * (12.0 / 13.0),
        );
        let (i, j) = (floor(p * self.per_mm) & mask, floor(q * self.per_mm) & mask);
        self.cells[j as usize * self.side + i as usize]
    }

    /// The patch laid over itself at an unrelated angle and size: whichever strand is higher. It has no visible repeat.
    #[inline(always)]
    pub fn piled(&self, x: f32, y: f32) -> Lie {
        let a = self.at(x, y);
        // A turn by atan(12/5) and a size of 13/14: the two lattices meet only far outside any picture.
        let (p, q) = (
            x * (5.0 / 14.0) - y * (12.0 / 14.0),
            x * (12.0 / 14.0) + y * (5.0 / 14.0),
        );
        let b = self.at(p + 3.7, q + 11.3);
        if a.height > b.height { a } else { b }
    }
}

/// Hairs that stand off a hairy yarn: sparse, fine, curled. Height says how much of a hair covers the point, 0 to 1.
pub fn hairs(seed: u32, count: usize) -> Patch {
    let mut dice = Dice::new(seed);
    let mut patch = Patch::new(512, 36.0);
    for _ in 0..count {
        let (x, y, heading) = (dice.next() * 36.0, dice.next() * 36.0, dice.next());
        let (length, bend) = (dice.within(1.2, 5.0), dice.within(-0.45, 0.45));
        let (radius, tone) = (dice.within(0.055, 0.09), dice.within(-0.6, 0.6));
        patch.curl(x, y, heading, length, bend, [0.1, 0.2], radius, tone, 0.0);
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strand_over_the_edge_comes_back_on_the_other_side() {
        let mut patch = Patch::new(64, 16.0);
        patch.strand([15.0, 8.0, 0.0], [17.0, 8.0, 0.0], 1.0, 0.0, 0.0, 0.0);
        assert!(patch.at(0.5, 8.0).height > 0.8);
        assert!((patch.at(0.5, 8.0).height - patch.at(16.5, 8.0).height).abs() < 1e-3);
        assert!(patch.at(8.0, 8.0).height == 0.0);
    }

    #[test]
    fn the_higher_strand_covers_the_lower_whatever_the_order() {
        let lay = |first: f32, second: f32| {
            let mut patch = Patch::new(64, 16.0);
            for z in [first, second] {
                patch.strand([2.0, 8.0, z], [14.0, 8.0, z], 1.0, z, 0.0, 0.0);
            }
            patch.at(8.0, 8.0)
        };
        assert_eq!(lay(0.2, 0.9), lay(0.9, 0.2));
        assert!(lay(0.2, 0.9).height > 1.7);
    }

    #[test]
    fn a_patch_has_no_seam() {
        let patch = hairs(5, 300);
        for i in 0..72 {
            let y = i as f32 * 0.5;
            assert!((patch.at(-1e-3, y).height - patch.at(1e-3, y).height).abs() < 0.02);
        }
    }
}
