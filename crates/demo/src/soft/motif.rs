//! Drawn ornament: leaves, petals and stems in a repeat, as a pattern drawer lays them out.
//!
//! Shapes stay shapes and are asked point by point, so edges are clean at every size.

use super::tile::Dice;
use crate::field::{floor, lerp, turn};

/// How the outline of a shape swells from its foot to its tip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outline {
    /// Pointed at both ends.
    Leaf,
    /// Narrow foot, round tip.
    Petal,
    /// An ellipse; round when it is as wide as long.
    Round,
    /// The same width throughout.
    Stem,
}

/// One shape of the drawing.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Foot, mm.
    pub foot: (f32, f32),
    /// Direction in turns.
    pub heading: f32,
    /// Length from foot to tip, mm.
    pub length: f32,
    /// Greatest half width, mm.
    pub half: f32,
    /// How far the middle bows aside, as a share of the length.
    pub bow: f32,
    /// The outline.
    pub outline: Outline,
    /// Which ink.
    pub ink: u8,
}

/// Where a point lies on a shape.
#[derive(Debug, Clone, Copy)]
pub struct Stroke {
    /// 0 at the foot, 1 at the tip.
    pub along: f32,
    /// −1 to 1 from edge to edge.
    pub across: f32,
    /// Which ink.
    pub ink: u8,
    /// Which shape.
    pub id: u32,
}

#[derive(Clone, Copy)]
struct Placed {
    shape: Shape,
    cos: f32,
    sin: f32,
    id: u32,
}

impl Placed {
    #[inline]
    fn hit(&self, x: f32, y: f32) -> Option<Stroke> {
        let s = &self.shape;
        let (dx, dy) = (x - s.foot.0, y - s.foot.1);
        let along = (dx * self.cos + dy * self.sin) / s.length;
        if !(0.0..=1.0).contains(&along) {
            return None;
        }
        let swell = 4.0 * along * (1.0 - along);
        let across = -dx * self.sin + dy * self.cos - s.bow * s.length * swell;
        let width = s.half
            * match s.outline {
                Outline::Leaf => swell * (1.25 - 0.5 * along),
                Outline::Petal => (swell * along).max(0.0).sqrt() * 1.3,
                Outline::Round => swell.sqrt(),
                Outline::Stem => 1.0,
            };
        (across.abs() < width).then(|| Stroke {
            along,
            across: across / width,
            ink: s.ink,
            id: self.id,
        })
    }
}

/// Cells of the index along each side of a repeat.
const BINS: usize = 24;

/// A drawing that repeats every `width` × `height` mm, later shapes over earlier ones.
pub struct Motif {
    width: f32,
    height: f32,
    /// Every other column hangs half a repeat lower.
    half_drop: bool,
    placed: Vec<Placed>,
    bins: Vec<Vec<u16>>,
}

impl Motif {
    /// Lays the shapes out in their repeat.
    pub fn new(width: f32, height: f32, half_drop: bool, shapes: &[Shape]) -> Self {
        let mut placed = Vec::new();
        let mut bins = vec![Vec::new(); BINS * BINS];
        for (id, shape) in shapes.iter().enumerate() {
            let reach = shape.half * 1.3 + shape.bow.abs() * shape.length;
            let (ex, ey) = turn(shape.length, 0.0, shape.heading);
            for column in -1..=1 {
                for row in -2..=2 {
                    let drop = if half_drop && column != 0 {
                        height * 0.5
                    } else {
                        0.0
                    };
                    let foot = (
                        shape.foot.0 + column as f32 * width,
                        shape.foot.1 + row as f32 * height + drop,
                    );
                    let low = (
                        foot.0.min(foot.0 + ex) - reach,
                        foot.1.min(foot.1 + ey) - reach,
                    );
                    let high = (
                        foot.0.max(foot.0 + ex) + reach,
                        foot.1.max(foot.1 + ey) + reach,
                    );
                    if high.0 < 0.0 || low.0 > width || high.1 < 0.0 || low.1 > height {
                        continue;
                    }
                    let bin = |v: f32, size: f32| ((v / size * BINS as f32) as usize).min(BINS - 1);
                    for j in bin(low.1.max(0.0), height)..=bin(high.1.max(0.0), height) {
                        for i in bin(low.0.max(0.0), width)..=bin(high.0.max(0.0), width) {
                            bins[j * BINS + i].push(placed.len() as u16);
                        }
                    }
                    let (cos, sin) = turn(1.0, 0.0, shape.heading);
                    placed.push(Placed {
                        shape: Shape { foot, ..*shape },
                        cos,
                        sin,
                        id: id as u32,
                    });
                }
            }
        }
        Self {
            width,
            height,
            half_drop,
            placed,
            bins,
        }
    }

    /// The topmost shape at a point, if there is one.
    #[inline]
    pub fn at(&self, x: f32, y: f32) -> Option<Stroke> {
        let column = floor(x / self.width);
        let y = if self.half_drop && column & 1 == 1 {
            y - self.height * 0.5
        } else {
            y
        };
        let (u, v) = (
            x - column as f32 * self.width,
            y - floor(y / self.height) as f32 * self.height,
        );
        let (i, j) = (
            (u / self.width * BINS as f32) as usize,
            (v / self.height * BINS as f32) as usize,
        );
        let bin = &self.bins[j.min(BINS - 1) * BINS + i.min(BINS - 1)];
        bin.iter()
            .rev()
            .find_map(|&n| self.placed[usize::from(n)].hit(u, v))
    }
}

/// A pen that grows plants.
pub struct Pen {
    /// What was drawn so far.
    pub shapes: Vec<Shape>,
    dice: Dice,
}

impl Pen {
    /// An empty sheet.
    pub fn new(seed: u32) -> Self {
        Self {
            shapes: Vec::new(),
            dice: Dice::new(seed),
        }
    }

    /// A leaf, petal or round shape.
    #[expect(clippy::too_many_arguments, reason = "a shape has this many measures")]
    pub fn put(
        &mut self,
        foot: (f32, f32),
        heading: f32,
        length: f32,
        half: f32,
        bow: f32,
        outline: Outline,
        ink: u8,
    ) {
        self.shapes.push(Shape {
            foot,
            heading,
            length,
            half,
            bow,
            outline,
            ink,
        });
    }

    /// A dot.
    pub fn dot(&mut self, centre: (f32, f32), radius: f32, ink: u8) {
        self.put(
            (centre.0 - radius, centre.1),
            0.0,
            radius * 2.0,
            radius,
            0.0,
            Outline::Round,
            ink,
        );
    }

    /// A stem that bends by `bend` turns over its length; gives the points along it with their headings.
    pub fn stem(
        &mut self,
        foot: (f32, f32),
        heading: f32,
        length: f32,
        bend: f32,
        half: f32,
        ink: u8,
    ) -> Vec<((f32, f32), f32)> {
        const STEPS: usize = 16;
        let step = length / STEPS as f32;
        let mut at = foot;
        let mut out = vec![(at, heading)];
        for i in 0..STEPS {
            let s = (i as f32 + 0.5) / STEPS as f32;
            let towards = heading + bend * s;
            let thin = half * (1.0 - 0.55 * s);
            self.put(at, towards, step * 1.12, thin, 0.0, Outline::Stem, ink);
            let (dx, dy) = turn(step, 0.0, towards);
            at = (at.0 + dx, at.1 + dy);
            out.push((at, towards));
        }
        out
    }

    /// A branch with pairs of leaves.
    pub fn branch(
        &mut self,
        foot: (f32, f32),
        heading: f32,
        length: f32,
        bend: f32,
        leaf: f32,
        inks: (u8, u8),
    ) -> (f32, f32) {
        let path = self.stem(foot, heading, length, bend, leaf * 0.045, inks.0);
        for (n, &(at, towards)) in path.iter().enumerate().skip(2).step_by(2) {
            let size = leaf * lerp(1.0, 0.55, n as f32 / 16.0) * self.dice.within(0.85, 1.12);
            for side in [-1.0, 1.0] {
                let away = towards + side * self.dice.within(0.10, 0.16);
                self.put(
                    at,
                    away,
                    size,
                    size * 0.2,
                    side * 0.08,
                    Outline::Leaf,
                    inks.1,
                );
            }
        }
        let (tip, towards) = path.last().copied().unwrap_or((foot, heading));
        self.put(
            tip,
            towards,
            leaf * 0.6,
            leaf * 0.12,
            0.0,
            Outline::Leaf,
            inks.1,
        );
        tip
    }

    /// An open flower seen from above: two rings of petals and an eye.
    pub fn flower(&mut self, centre: (f32, f32), radius: f32, petals: u32, inks: (u8, u8, u8)) {
        let start = self.dice.next();
        for (ring, size, ink) in [(0.0, 1.0, inks.0), (0.5, 0.66, inks.1)] {
            for n in 0..petals {
                let heading = start + (n as f32 + ring) / petals as f32;
                let length = radius * size * self.dice.within(0.92, 1.06);
                let half = length * 2.1 / petals as f32;
                let bow = self.dice.within(-0.03, 0.03);
                self.put(centre, heading, length, half, bow, Outline::Petal, ink);
            }
        }
        self.dot(centre, radius * 0.17, inks.2);
    }

    /// Everything once more, mirrored across the upright line at `x`.
    pub fn mirror(&mut self, x: f32) {
        let copies: Vec<Shape> = self
            .shapes
            .iter()
            .map(|s| Shape {
                foot: (2.0 * x - s.foot.0, s.foot.1),
                heading: 0.5 - s.heading,
                bow: -s.bow,
                ..*s
            })
            .collect();
        self.shapes.extend(copies);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_is_hit_inside_and_missed_outside() {
        let leaf = Shape {
            foot: (10.0, 10.0),
            heading: 0.0,
            length: 20.0,
            half: 4.0,
            bow: 0.0,
            outline: Outline::Leaf,
            ink: 1,
        };
        let motif = Motif::new(50.0, 50.0, false, &[leaf]);
        assert!(
            motif
                .at(20.0, 10.0)
                .is_some_and(|s| (s.along - 0.5).abs() < 1e-3 && s.across.abs() < 1e-3)
        );
        assert!(motif.at(20.0, 15.0).is_none());
        assert!(motif.at(8.0, 10.0).is_none());
    }
}
