//! Fine noise from a table: for what varies within a thread or a fibre, where a hash for every corner would cost too much.

use std::sync::LazyLock;

use crate::field::{floor, hash2, lerp};

/// A square of random bytes, 256 × 256, joined at its edges.
pub struct Grain(Box<[u8; 65_536]>);

static GRAIN: LazyLock<Grain> = LazyLock::new(|| {
    let mut cells = Box::new([0; 65_536]);
    for (i, cell) in cells.iter_mut().enumerate() {
        *cell = (hash2(4711, i as i32, 0) >> 24) as u8;
    }
    Grain(cells)
});

/// The one table; painters keep the reference, so a point costs no look at the lock.
pub fn grain() -> &'static Grain {
    &GRAIN
}

impl Grain {
    #[inline(always)]
    fn cell(&self, i: i32, j: i32) -> f32 {
        f32::from(self.0[((j & 255) << 8 | i & 255) as usize]) * (1.0 / 255.0)
    }

    /// Noise in the plane, 0 to 1, one feature per unit, repeating every 256.
    #[inline(always)]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (i, j) = (floor(x), floor(y));
        let (u, v) = (x - i as f32, y - j as f32);
        lerp(
            lerp(self.cell(i, j), self.cell(i + 1, j), u),
            lerp(self.cell(i, j + 1), self.cell(i + 1, j + 1), u),
            v,
        )
    }

    /// Noise along a line, 0 to 1; `row` picks which of 256 lines. Smooth: it shapes widths.
    #[inline(always)]
    pub fn line(&self, row: i32, t: f32) -> f32 {
        let i = floor(t);
        let u = t - i as f32;
        lerp(
            self.cell(i, row),
            self.cell(i + 1, row),
            u * u * (3.0 - 2.0 * u),
        )
    }

    /// A number from 0 to 1 for each of 256 things and 256 questions about them.
    #[inline(always)]
    pub fn dice(&self, thing: i32, question: i32) -> f32 {
        self.cell(thing, question)
    }
}

/// `n` modulo `period`, never negative, without the division of integers; exact while |n| is below 2²².
#[inline(always)]
pub fn cycle(n: i32, period: i32, inverse: f32) -> usize {
    let r = n - floor((n as f32 + 0.5) * inverse) * period;
    r as usize
}
