//! How units are laid: boards, bricks and tiles in the bonds of the trade.
//!
//! A layout answers, for a point of the surface, which unit holds it and where inside that unit it lies. All lengths are mm.

use crate::field::{floor, hash2, rand01};

/// The unit under a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// Along the unit's length, 0 to `length`.
    pub u: f32,
    /// Across the unit, 0 to `width`.
    pub v: f32,
    /// The unit's length.
    pub length: f32,
    /// The unit's width.
    pub width: f32,
    /// A hash that names the unit; the same at every point of it.
    pub id: u32,
    /// Whether its length runs across the picture's natural direction (every other unit of a herringbone).
    pub turned: bool,
}

impl Unit {
    /// Distance to the nearest edge of the unit.
    #[must_use]
    #[inline(always)]
    pub fn edge(&self) -> f32 {
        self.u
            .min(self.length - self.u)
            .min(self.v)
            .min(self.width - self.v)
    }

    /// Distance to the nearest edge with the corners rounded by `radius`.
    #[must_use]
    #[inline(always)]
    pub fn rounded_edge(&self, radius: f32) -> f32 {
        let qx = (self.u - self.length * 0.5).abs() - self.length * 0.5 + radius;
        let qy = (self.v - self.width * 0.5).abs() - self.width * 0.5 + radius;
        let outside = (qx.max(0.0) * qx.max(0.0) + qy.max(0.0) * qy.max(0.0)).sqrt();
        radius - outside - qx.max(qy).min(0.0)
    }

    /// A number from 0 to 1 that belongs to the unit; `k` picks which.
    #[must_use]
    #[inline(always)]
    pub fn luck(&self, k: i32) -> f32 {
        rand01(self.id, k, 77)
    }
}

#[inline(always)]
fn split(x: f32, step: f32) -> (i32, f32) {
    let i = floor(x / step);
    (i, x - i as f32 * step)
}

/// A layout: what lies where. Sizes are those of the pitch, joint included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lay {
    /// One endless piece, no joints.
    Slab,
    /// Units in straight rows and columns.
    Stack {
        /// Pitch along x.
        length: f32,
        /// Pitch along y.
        width: f32,
    },
    /// Rows shifted by a share of the length from row to row (0.5: running bond).
    Running {
        /// Pitch along x.
        length: f32,
        /// Pitch along y.
        width: f32,
        /// Shift of each row as a share of the length.
        shift: f32,
    },
    /// Floor boards: rows along y, each shifted by its own chance.
    Boards {
        /// Pitch along y.
        length: f32,
        /// Pitch along x.
        width: f32,
    },
    /// Flemish bond: header and stretcher in turn in every row.
    Flemish {
        /// Pitch of a stretcher along x; a header has half of it.
        length: f32,
        /// Pitch along y.
        width: f32,
    },
    /// Herringbone: every unit ends on the side of the next one; `ratio` is length ÷ width.
    Herringbone {
        /// Pitch across the unit.
        width: f32,
        /// Length in widths.
        ratio: i32,
    },
    /// Chevron: units cut at 45° meet in a line.
    Chevron {
        /// Width of a column.
        column: f32,
        /// Pitch across the unit.
        width: f32,
    },
    /// Basket weave: pairs of units, turned in every other square.
    Basket {
        /// Side of a square.
        side: f32,
        /// Units in a square.
        count: i32,
    },
}

impl Lay {
    /// The unit at (x, y). `seed` gives every floor or wall its own set of units.
    #[must_use]
    #[inline]
    pub fn at(&self, seed: u32, x: f32, y: f32) -> Unit {
        match *self {
            Self::Slab => Unit {
                u: y + 40_000.0,
                v: x + 40_000.0,
                length: 80_000.0,
                width: 80_000.0,
                id: hash2(seed, 0, 0),
                turned: false,
            },
            Self::Stack { length, width } => {
                let ((i, u), (j, v)) = (split(x, length), split(y, width));
                Unit {
                    u,
                    v,
                    length,
                    width,
                    id: hash2(seed, i, j),
                    turned: false,
                }
            }
            Self::Running {
                length,
                width,
                shift,
            } => {
                let (j, v) = split(y, width);
                let (i, u) = split(x + length * shift * (j & 0xffff) as f32, length);
                Unit {
                    u,
                    v,
                    length,
                    width,
                    id: hash2(seed, i, j),
                    turned: false,
                }
            }
            Self::Boards { length, width } => {
                let (i, v) = split(x, width);
                let (j, u) = split(y + length * rand01(seed, i, 9_001), length);
                Unit {
                    u,
                    v,
                    length,
                    width,
                    id: hash2(seed, i, j),
                    turned: false,
                }
            }
            Self::Flemish { length, width } => {
                let (j, v) = split(y, width);
                let period = length * 1.5;
                let (i, u) = split(x + if j & 1 == 0 { 0.0 } else { period * 0.5 }, period);
                if u < length {
                    Unit {
                        u,
                        v,
                        length,
                        width,
                        id: hash2(seed, i * 2, j),
                        turned: false,
                    }
                } else {
                    Unit {
                        u: u - length,
                        v,
                        length: length * 0.5,
                        width,
                        id: hash2(seed, i * 2 + 1, j),
                        turned: true,
                    }
                }
            }
            Self::Herringbone { width, ratio } => {
                // Laid on the picture's axes first, then the whole floor turned by 45°, as one sees it from the door.
                const R: f32 = core::f32::consts::FRAC_1_SQRT_2;
                let (x, y) = ((x + y) * R, (y - x) * R);
                let ((i, a), (j, b)) = (split(x, width), split(y, width));
                let m = (i - j).rem_euclid(2 * ratio);
                let length = width * ratio as f32;
                if m < ratio {
                    let id = hash2(seed, i - m, j);
                    Unit {
                        u: a + m as f32 * width,
                        v: b,
                        length,
                        width,
                        id,
                        turned: false,
                    }
                } else {
                    let k = 2 * ratio - 1 - m;
                    let id = hash2(seed ^ 0x5bd1, i, j - k);
                    Unit {
                        u: b + k as f32 * width,
                        v: a,
                        length,
                        width,
                        id,
                        turned: true,
                    }
                }
            }
            Self::Chevron { column, width } => {
                const ROOT2: f32 = core::f32::consts::SQRT_2;
                let (i, a) = split(x, column);
                let turned = i & 1 != 0;
                let slid = if turned { y - (column - a) } else { y - a };
                let (j, b) = split(slid, width * ROOT2);
                // Along the board from its mitre; the mitre itself is the line between columns.
                let along = if turned { column - a } else { a };
                Unit {
                    u: along * ROOT2,
                    v: b / ROOT2,
                    length: column * ROOT2,
                    width,
                    id: hash2(seed, i, j),
                    turned,
                }
            }
            Self::Basket { side, count } => {
                let ((i, a), (j, b)) = (split(x, side), split(y, side));
                let turned = (i + j) & 1 != 0;
                let (u, across) = if turned { (b, a) } else { (a, b) };
                let width = side / count as f32;
                let (k, v) = split(across, width);
                Unit {
                    u,
                    v,
                    length: side,
                    width,
                    id: hash2(seed ^ (k as u32).wrapping_mul(977), i, j),
                    turned,
                }
            }
        }
    }
}

/// The hexagon (flat sides left and right) under a point, side to side `pitch` mm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hexagon {
    /// From its middle along x.
    pub dx: f32,
    /// From its middle along y.
    pub dy: f32,
    /// Distance to the nearest side.
    pub edge: f32,
    /// A hash that names it.
    pub id: u32,
    /// Column and row of its middle, for patterns laid with several colours.
    pub at: (i32, i32),
}

/// The hexagon that holds (x, y) in a honeycomb.
#[must_use]
#[inline]
pub fn hexagon(seed: u32, pitch: f32, x: f32, y: f32) -> Hexagon {
    const ROOT3: f32 = 1.732_050_8;
    let rise = pitch * ROOT3;
    // Two rectangular lattices, one shifted by half a step: the nearer middle wins.
    let (i, a) = split(x + pitch * 0.5, pitch);
    let (j, b) = split(y + rise * 0.5, rise);
    let (ax, ay) = (a - pitch * 0.5, b - rise * 0.5);
    let (k, c) = split(x, pitch);
    let (l, d) = split(y, rise);
    let (bx, by) = (c - pitch * 0.5, d - rise * 0.5);
    let first = ax * ax + ay * ay < bx * bx + by * by;
    let (dx, dy, at) = if first {
        (ax, ay, (i * 2, j * 2))
    } else {
        (bx, by, (k * 2 + 1, l * 2 + 1))
    };
    let reach = (dx.abs()).max(dx.abs() * 0.5 + dy.abs() * (ROOT3 * 0.5));
    Hexagon {
        dx,
        dy,
        edge: pitch * 0.5 - reach,
        id: hash2(seed, at.0, at.1),
        at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Lay; 7] = [
        Lay::Stack {
            length: 100.0,
            width: 50.0,
        },
        Lay::Running {
            length: 215.0,
            width: 65.0,
            shift: 0.5,
        },
        Lay::Boards {
            length: 1200.0,
            width: 140.0,
        },
        Lay::Flemish {
            length: 220.0,
            width: 65.0,
        },
        Lay::Herringbone {
            width: 70.0,
            ratio: 5,
        },
        Lay::Chevron {
            column: 300.0,
            width: 90.0,
        },
        Lay::Basket {
            side: 200.0,
            count: 2,
        },
    ];

    #[test]
    fn every_point_lies_inside_its_unit() {
        for lay in ALL {
            for i in 0..4000 {
                let (x, y) = (i as f32 * 7.31 - 9000.0, i as f32 * -3.97 + 2000.0);
                let unit = lay.at(1, x, y);
                assert!(unit.edge() >= -0.01, "{lay:?} at {x} {y}: {unit:?}");
            }
        }
    }

    #[test]
    fn a_unit_changes_only_at_its_edge() {
        for lay in ALL {
            for i in 0..4000 {
                let (x, y) = (i as f32 * 1.731 - 900.0, i as f32 * -0.917 + 200.0);
                let (a, b) = (lay.at(1, x, y), lay.at(1, x + 0.4, y + 0.3));
                // A mitre is an edge too: there the distance along the board ends.
                if a.id != b.id {
                    assert!(
                        a.edge() < 0.75 && b.edge() < 0.75,
                        "{lay:?} at {x} {y}: {a:?} {b:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn hexagons_meet_at_their_sides() {
        for i in 0..4000 {
            let (x, y) = (i as f32 * 0.731, i as f32 * -0.417);
            let (a, b) = (hexagon(1, 50.0, x, y), hexagon(1, 50.0, x + 0.2, y));
            assert!(a.edge >= -0.01);
            if a.id != b.id {
                assert!(a.edge < 0.3 && b.edge < 0.3);
            }
        }
    }
}
