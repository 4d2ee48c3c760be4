//! The noise toolkit every painter draws on: hashes, value and gradient noise, sums of octaves, ridges, cells.
//!
//! Everything here uses only integer operations and `+ − × ÷ √` on floats. Those are exact by IEEE 754 on every machine,
//! so a swatch has the same bytes everywhere; the sine of the system's mathematics library would not promise that.
//! Sources: Perlin, *Improving Noise* (2002), for the quintic fade and gradient noise; Worley, *A Cellular Texture Basis
//! Function* (1996), for cells; Musgrave in *Texturing & Modeling* (2003) for octave sums and ridges.

use std::sync::LazyLock;

/// A well mixed 32-bit hash of a lattice point. The finaliser is the "lowbias32" integer permutation.
#[must_use]
#[inline(always)]
pub fn hash2(seed: u32, x: i32, y: i32) -> u32 {
    let mut h = seed
        .wrapping_mul(0x9e37_79b9)
        .wrapping_add((x as u32).wrapping_mul(0x85eb_ca6b))
        .wrapping_add((y as u32).wrapping_mul(0xc2b2_ae35));
    h ^= h >> 16;
    h = h.wrapping_mul(0x7feb_352d);
    h ^= h >> 15;
    h = h.wrapping_mul(0x846c_a68b);
    h ^ (h >> 16)
}

/// A hash as a number from 0 up to, not including, 1.
#[must_use]
#[inline(always)]
pub fn unit(hash: u32) -> f32 {
    (hash >> 8) as f32 * (1.0 / 16_777_216.0)
}

/// A number from 0 to 1 that belongs to a lattice point.
#[must_use]
#[inline(always)]
pub fn rand01(seed: u32, x: i32, y: i32) -> f32 {
    unit(hash2(seed, x, y))
}

/// Rounds down to an integer, without the call that `f32::floor` costs on older processors.
#[must_use]
#[inline(always)]
pub fn floor(x: f32) -> i32 {
    cell(x).0
}

/// The part of `x` after its floor, 0 to 1.
#[must_use]
#[inline(always)]
pub fn fract(x: f32) -> f32 {
    cell(x).1
}

/// 0 below `a`, 1 above `b`, a smooth cubic between them. `a` may be the larger one: then it falls.
#[must_use]
#[inline(always)]
pub fn smoothstep(a: f32, b: f32, t: f32) -> f32 {
    // As a product: with constant borders the compiler works the quotient out beforehand.
    let t = ((t - a) * (1.0 / (b - a))).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A straight line from `a` (at `t` = 0) to `b` (at `t` = 1).
#[must_use]
#[inline(always)]
pub fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Sine of an angle given in turns (1 = 360°), within 2e-4 of the true sine, the same on every machine.
#[must_use]
#[inline(always)]
pub fn wave(turns: f32) -> f32 {
    let t = fract(turns + 0.25) - 0.5;
    let q = 0.25 - t.abs();
    // q is the distance to the nearest zero in turns, −0.25 … 0.25; odd Taylor polynomial of sin(2πq).
    let a = q * core::f32::consts::TAU;
    let a2 = a * a;
    a * (1.0 - a2 * (1.0 / 6.0 - a2 * (1.0 / 120.0 - a2 * (1.0 / 5040.0))))
}

#[inline(always)]
fn fade(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

/// Splits a coordinate into its lattice cell and the place in it. Adding 1.5 · 2²³ makes the sum's own rounding do the
/// work, without a conversion that has to mind infinities; good for coordinates below four million.
#[inline(always)]
fn cell(x: f32) -> (i32, f32) {
    const MAGIC: f32 = 12_582_912.0;
    let near = x + MAGIC;
    let rounded = near - MAGIC;
    let i = (near.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32);
    let above = rounded > x;
    (
        i.wrapping_sub(i32::from(above)),
        x - rounded + if above { 1.0 } else { 0.0 },
    )
}

const STEP_X: u32 = 0x85eb_ca6b;
const STEP_Y: u32 = 0xc2b2_ae35;

/// The start of the hashes of one cell's corners: the next column is `+ STEP_X` further, the next row `+ STEP_Y`.
#[inline(always)]
fn corner_start(seed: u32, xi: i32, yi: i32) -> (u32, u32) {
    let y = (yi as u32)
        .wrapping_mul(STEP_Y)
        .wrapping_add(seed.wrapping_mul(0x9e37_79b9));
    ((xi as u32).wrapping_mul(STEP_X), y ^ (y >> 15))
}

/// Half of the work of [`hash2`]: enough for noise, whose values are never seen one by one.
#[inline(always)]
fn corner(x: u32, y: u32) -> u32 {
    let h = (x ^ y).wrapping_mul(0x7feb_352d);
    (h ^ (h >> 15)).wrapping_mul(0x846c_a68b)
}

/// Smooth value noise, 0 to 1, one feature per unit.
#[must_use]
#[inline]
pub fn value(seed: u32, x: f32, y: f32) -> f32 {
    let ((xi, u), (yi, v)) = (cell(x), cell(y));
    let (u, v) = (u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v));
    let (x0, y0) = corner_start(seed, xi, yi);
    let (_, y1) = corner_start(seed, xi, yi.wrapping_add(1));
    let x1 = x0.wrapping_add(STEP_X);
    lerp(
        lerp(unit(corner(x0, y0)), unit(corner(x1, y0)), u),
        lerp(unit(corner(x0, y1)), unit(corner(x1, y1)), u),
        v,
    )
}

/// Value noise along a line, 0 to 1: for what varies in one direction only, at a third of the cost.
#[must_use]
#[inline(always)]
pub fn value1(seed: u32, x: f32) -> f32 {
    let (xi, u) = cell(x);
    let u = u * u * (3.0 - 2.0 * u);
    lerp(rand01(seed, xi, 0), rand01(seed, xi.wrapping_add(1), 0), u)
}

/// 64 directions around the circle, length 1, for gradient noise.
static DIRECTIONS: [[f32; 2]; 64] = {
    let mut table = [[0.0; 2]; 64];
    let mut i = 0;
    while i < 64 {
        // A square walked around by a parameter, then pulled onto the circle by Newton's inverse root.
        let t = i as f32 / 16.0;
        let side = i / 16;
        let k = (t - side as f32) * 2.0 - 1.0;
        let (x, y) = match side {
            0 => (k, -1.0),
            1 => (1.0, k),
            2 => (-k, 1.0),
            _ => (-1.0, -k),
        };
        let square = x * x + y * y;
        let (mut r, mut n) = (0.8, 0);
        while n < 12 {
            r *= 1.5 - 0.5 * square * r * r;
            n += 1;
        }
        table[i] = [x * r, y * r];
        i += 1;
    }
    table
};

#[inline(always)]
fn slope(hash: u32, x: f32, y: f32) -> f32 {
    let [gx, gy] = DIRECTIONS[(hash >> 26) as usize];
    gx * x + gy * y
}

/// Gradient noise, about −1 to 1 (mean 0, standard deviation near 0.37), one feature per unit.
#[must_use]
#[inline]
pub fn gradient(seed: u32, x: f32, y: f32) -> f32 {
    let ((xi, fx), (yi, fy)) = (cell(x), cell(y));
    let (x0, y0) = corner_start(seed, xi, yi);
    let (_, y1) = corner_start(seed, xi, yi.wrapping_add(1));
    let x1 = x0.wrapping_add(STEP_X);
    let a = slope(corner(x0, y0), fx, fy);
    let b = slope(corner(x1, y0), fx - 1.0, fy);
    let c = slope(corner(x0, y1), fx, fy - 1.0);
    let d = slope(corner(x1, y1), fx - 1.0, fy - 1.0);
    let (u, v) = (fade(fx), fade(fy));
    lerp(lerp(a, b, u), lerp(c, d, u), v) * 1.4
}

/// Two independent [`gradient`] noises for the price of one: for bending a surface both ways.
#[must_use]
#[inline]
pub fn gradient2(seed: u32, x: f32, y: f32) -> (f32, f32) {
    let ((xi, fx), (yi, fy)) = (cell(x), cell(y));
    let (x0, y0) = corner_start(seed, xi, yi);
    let (_, y1) = corner_start(seed, xi, yi.wrapping_add(1));
    let x1 = x0.wrapping_add(STEP_X);
    let (u, v) = (fade(fx), fade(fy));
    let (a, b, c, d) = (
        corner(x0, y0),
        corner(x1, y0),
        corner(x0, y1),
        corner(x1, y1),
    );
    let blend = |shift: u32| {
        lerp(
            lerp(
                slope(a << shift, fx, fy),
                slope(b << shift, fx - 1.0, fy),
                u,
            ),
            lerp(
                slope(c << shift, fx, fy - 1.0),
                slope(d << shift, fx - 1.0, fy - 1.0),
                u,
            ),
            v,
        ) * 1.4
    };
    (blend(0), blend(6))
}

#[inline(always)]
fn slope3(hash: u32, x: f32, y: f32, z: f32) -> f32 {
    let gx = (hash & 0x3ff) as f32 * (2.0 / 1023.0) - 1.0;
    let gy = ((hash >> 10) & 0x3ff) as f32 * (2.0 / 1023.0) - 1.0;
    let gz = ((hash >> 20) & 0x3ff) as f32 * (2.0 / 1023.0) - 1.0;
    gx * x + gy * y + gz * z
}

/// Gradient noise in space, about −1 to 1: for bodies that are cut, such as a trunk or a block of stone.
#[must_use]
#[inline]
pub fn gradient3(seed: u32, x: f32, y: f32, z: f32) -> f32 {
    let ((xi, fx), (yi, fy), (zi, fz)) = (cell(x), cell(y), cell(z));
    let (u, v) = (fade(fx), fade(fy));
    let layer = |k: i32| {
        let zk = seed.wrapping_add((zi.wrapping_add(k) as u32).wrapping_mul(0x27d4_eb2f));
        let fz = fz - k as f32;
        let (x1, y1) = (xi.wrapping_add(1), yi.wrapping_add(1));
        let a = slope3(hash2(zk, xi, yi), fx, fy, fz);
        let b = slope3(hash2(zk, x1, yi), fx - 1.0, fy, fz);
        let c = slope3(hash2(zk, xi, y1), fx, fy - 1.0, fz);
        let d = slope3(hash2(zk, x1, y1), fx - 1.0, fy - 1.0, fz);
        lerp(lerp(a, b, u), lerp(c, d, u), v)
    };
    (lerp(layer(0), layer(1), fade(fz)) * 1.5).clamp(-1.0, 1.0)
}

/// Octave sums worked out once on a lattice that closes on itself; see [`fbm`].
struct Sheets {
    /// For 1 to [`Sheets::MOST`] octaves: `SIDE × SIDE` values, row by row.
    sums: Vec<Vec<f32>>,
}

impl Sheets {
    const MOST: u32 = 5;
    const SIDE: usize = 512;
    /// Features along a side; 32 places of the lattice to each.
    const PERIOD: i32 = 16;

    fn new() -> Self {
        let side = Self::SIDE;
        let mut sum = vec![0.0_f32; side * side];
        let (mut weight, mut total) = (1.0_f32, 0.0_f32);
        let mut sums = Vec::new();
        for octave in 0..Self::MOST {
            let period = Self::PERIOD << octave;
            let step = period as f32 / side as f32;
            // Each octave is shifted, so that the zeros of one do not lie on those of the next.
            let shift = 0.37 * octave as f32;
            for (at, slot) in sum.iter_mut().enumerate() {
                let (x, y) = (
                    (at % side) as f32 * step + shift,
                    (at / side) as f32 * step + shift * 1.7,
                );
                *slot += weight * closed_gradient(octave.wrapping_mul(1013) + 17, x, y, period);
            }
            total += weight;
            weight *= 0.5;
            sums.push(sum.iter().map(|v| v / total * 1.4).collect());
        }
        Self { sums }
    }
}

/// [`gradient`] on a lattice that repeats after `period`.
fn closed_gradient(seed: u32, x: f32, y: f32, period: i32) -> f32 {
    let ((xi, fx), (yi, fy)) = (cell(x), cell(y));
    let at = |i: i32, j: i32| {
        let h = hash2(
            seed,
            (xi + i).rem_euclid(period),
            (yi + j).rem_euclid(period),
        );
        slope(h, fx - i as f32, fy - j as f32)
    };
    let (u, v) = (fade(fx), fade(fy));
    lerp(lerp(at(0, 0), at(1, 0), u), lerp(at(0, 1), at(1, 1), u), v) * 1.4
}

static SHEETS: LazyLock<Sheets> = LazyLock::new(Sheets::new);

/// A sum of `octaves` (1 to 5) of gradient noise, each half as strong and twice as fine as the one before; about −1 to 1.
///
/// The sums are read from a table with a quadratic spline, six times faster than adding them up each time. The table
/// repeats after 16 units; `seed` turns and shifts it, and nothing in the library shows as many units at once.
#[must_use]
#[inline]
pub fn fbm(seed: u32, x: f32, y: f32, octaves: u32) -> f32 {
    const SIDE: usize = Sheets::SIDE;
    let table = &SHEETS.sums[(octaves.clamp(1, Sheets::MOST) - 1) as usize];
    let h = hash2(seed, 7, 3);
    let [c, s] = DIRECTIONS[(h >> 26) as usize];
    let scale = SIDE as f32 / Sheets::PERIOD as f32;
    let px = (c * x - s * y) * scale + (h & 0x1ff) as f32;
    let py = (s * x + c * y) * scale + ((h >> 9) & 0x1ff) as f32;
    let ((xi, u), (yi, v)) = (cell(px + 0.5), cell(py + 0.5));
    let weights = |t: f32| {
        let t = t - 0.5;
        [
            0.5 * (0.5 - t) * (0.5 - t),
            0.75 - t * t,
            0.5 * (0.5 + t) * (0.5 + t),
        ]
    };
    let (wx, wy) = (weights(u), weights(v));
    let column = |k: i32| (xi.wrapping_add(k) as usize) & (SIDE - 1);
    let (x0, x1, x2) = (column(-1), column(0), column(1));
    let mut sum = 0.0;
    for (k, w) in (-1..=1).zip(wy) {
        let row = ((yi.wrapping_add(k) as usize) & (SIDE - 1)) * SIDE;
        sum += w * (wx[0] * table[row + x0] + wx[1] * table[row + x1] + wx[2] * table[row + x2]);
    }
    sum
}

/// Sharp crests where gradient noise crosses zero, 0 to 1 (1 on the crest): veins, cracks, creases.
#[must_use]
#[inline]
pub fn ridge(seed: u32, x: f32, y: f32, octaves: u32) -> f32 {
    let (mut sum, mut weight, mut total) = (0.0, 1.0, 0.0);
    let (mut x, mut y) = (x, y);
    for octave in 0..octaves {
        let crest =
            (1.0 - gradient(seed.wrapping_add(octave.wrapping_mul(7919)), x, y).abs()).max(0.0);
        sum += weight * crest * crest;
        total += weight;
        weight *= 0.5;
        (x, y) = (1.597 * x - 1.204 * y + 5.7, 1.204 * x + 1.597 * y + 31.9);
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// The nearest of a scatter of points, one point per unit square.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Distance to the nearest point.
    pub f1: f32,
    /// Distance to the second nearest; `f2 − f1` is 0 on the border between two cells.
    pub f2: f32,
    /// A hash that names the nearest point.
    pub id: u32,
    /// From the nearest point to here, along x.
    pub dx: f32,
    /// From the nearest point to here, along y.
    pub dy: f32,
}

/// The cell that holds (x, y), among points scattered one to a unit square.
#[must_use]
#[inline]
pub fn worley(seed: u32, x: f32, y: f32) -> Cell {
    worley_jitter(seed, x, y, 1.0)
}

/// As [`worley`]; with `jitter` below 1 the points stay nearer to the middle of their squares and the cells grow even.
#[must_use]
#[inline]
pub fn worley_jitter(seed: u32, x: f32, y: f32, jitter: f32) -> Cell {
    let ((xi, fx), (yi, fy)) = (cell(x), cell(y));
    let (fx, fy) = (fx - 0.5, fy - 0.5);
    let (mut f1, mut f2, mut id, mut dx, mut dy) = (9.0_f32, 9.0_f32, 0, 0.0, 0.0);
    for (j, row) in [(0, 0.0_f32), (-1, -1.0), (1, 1.0)] {
        // A row whose nearest possible point is further than the second nearest so far cannot matter.
        let gap = (fy - row).abs() - 0.5 * jitter;
        if gap > 0.0 && gap * gap >= f2 {
            continue;
        }
        let (x0, y0) = corner_start(seed, xi, yi.wrapping_add(j));
        for (i, column) in [(0_i32, 0.0_f32), (-1, -1.0), (1, 1.0)] {
            let h = corner(x0.wrapping_add(STEP_X.wrapping_mul(i as u32)), y0);
            let h = h ^ (h >> 16);
            let px = ((h & 0xffff) as f32 * (1.0 / 65_536.0) - 0.5) * jitter + column;
            let py = ((h >> 16) as f32 * (1.0 / 65_536.0) - 0.5) * jitter + row;
            let (ax, ay) = (fx - px, fy - py);
            let d = ax * ax + ay * ay;
            if d < f1 {
                f2 = f1;
                (f1, id, dx, dy) = (d, h, ax, ay);
            } else if d < f2 {
                f2 = d;
            }
        }
    }
    // Mixed once more: the bits of `h` already placed the point and would tie colour to position.
    let id = hash2(id, 11, 5);
    Cell {
        f1: f1.sqrt(),
        f2: f2.sqrt(),
        id,
        dx,
        dy,
    }
}

/// Turns a point by `turns` of a full circle around the origin.
#[must_use]
#[inline]
pub fn turn(x: f32, y: f32, turns: f32) -> (f32, f32) {
    let (s, c) = (wave(turns), wave(turns + 0.25));
    (c * x - s * y, s * x + c * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wave_is_a_sine() {
        for i in -400..400 {
            let t = i as f32 * 0.01;
            assert!(
                (wave(t) - (t * core::f32::consts::TAU).sin()).abs() < 3e-4,
                "at {t}"
            );
        }
    }

    #[test]
    fn noise_stays_in_its_range_and_has_no_bias() {
        let (mut sum, mut low, mut high) = (0.0_f64, 9.0_f32, -9.0_f32);
        for i in 0..20_000 {
            let (x, y) = (i as f32 * 0.371, i as f32 * -0.217);
            let g = gradient(3, x, y);
            sum += f64::from(g);
            (low, high) = (low.min(g), high.max(g));
            assert!((0.0..=1.0).contains(&value(5, x, y)));
            assert!((0.0..=1.0).contains(&ridge(5, x, y, 3)));
            assert!(fbm(5, x, y, 1 + i % 5).abs() <= 1.5);
            assert!(gradient3(5, x, y, x * 0.3).abs() <= 1.0);
        }
        assert!((sum / 20_000.0).abs() < 0.03, "mean {}", sum / 20_000.0);
        assert!(low < -0.6 && high > 0.6, "from {low} to {high}");
    }

    #[test]
    fn noise_is_continuous_across_the_lattice() {
        for i in -5..5 {
            let at = i as f32;
            assert!((gradient(1, at - 1e-4, 0.3) - gradient(1, at + 1e-4, 0.3)).abs() < 2e-3);
            assert!((fbm(1, at - 1e-4, 0.3, 4) - fbm(1, at + 1e-4, 0.3, 4)).abs() < 5e-3);
            assert!((value(1, 0.7, at - 1e-4) - value(1, 0.7, at + 1e-4)).abs() < 2e-3);
        }
    }

    #[test]
    fn the_nearest_point_is_nearer_than_the_second() {
        for i in 0..2_000 {
            let c = worley(9, i as f32 * 0.113, i as f32 * 0.057);
            assert!(c.f1 <= c.f2);
            assert!((c.dx * c.dx + c.dy * c.dy - c.f1 * c.f1).abs() < 1e-3);
        }
    }
}
