//! Autocorrelation: 1 at no shift, high again where a surface repeats.

use crate::filters::Plane;
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// Normalised autocorrelation of a plane, for lags up to `reach` on both axes.
pub(crate) struct Correlation {
    columns: usize,
    rows: usize,
    values: Vec<f32>,
    /// Largest usable lag along x and along y.
    pub reach: (usize, usize),
}

impl Correlation {
    /// By the Wiener–Khinchin theorem on the zero-padded plane, divided by the number of overlapping samples, for lags
    /// up to `reach` (cut to the plane's own sides).
    pub(crate) fn of(plane: &Plane, reach: usize) -> Self {
        let (w, h) = (plane.width, plane.height);
        let reach = (reach.min(w - 1), reach.min(h - 1));
        // enough zeros that no lag within reach wraps around
        let (columns, rows) = (
            (w + reach.0 + 1).next_power_of_two(),
            (h + reach.1 + 1).next_power_of_two(),
        );
        let (mean, _) = plane.mean_and_deviation();
        let mut data = vec![Complex::new(0.0f32, 0.0); columns * rows];
        for y in 0..h {
            for x in 0..w {
                data[y * columns + x].re = plane.data[y * w + x] - mean;
            }
        }
        let mut planner = FftPlanner::new();
        planner.plan_fft_forward(columns).process(&mut data);
        let mut data = transpose(&data, columns, rows);
        planner.plan_fft_forward(rows).process(&mut data);
        data.iter_mut()
            .for_each(|z| *z = Complex::new(z.norm_sqr(), 0.0));
        planner.plan_fft_inverse(rows).process(&mut data);
        let mut data = transpose(&data, rows, columns);
        planner.plan_fft_inverse(columns).process(&mut data);
        let energy = data[0].re.max(1e-3 * (columns * rows) as f32);
        let mut values = vec![0.0; columns * rows];
        for dy in -(reach.1 as isize)..=reach.1 as isize {
            for dx in -(reach.0 as isize)..=reach.0 as isize {
                let at = dy.rem_euclid(rows as isize) as usize * columns
                    + dx.rem_euclid(columns as isize) as usize;
                let overlap = (w - dx.unsigned_abs()) as f32 * (h - dy.unsigned_abs()) as f32
                    / (w * h) as f32;
                values[at] = data[at].re / energy / overlap;
            }
        }
        Self {
            columns,
            rows,
            values,
            reach,
        }
    }

    /// At a whole lag; 0 beyond reach.
    pub(crate) fn at(&self, dx: isize, dy: isize) -> f32 {
        if dx.unsigned_abs() > self.reach.0 || dy.unsigned_abs() > self.reach.1 {
            return 0.0;
        }
        self.values[dy.rem_euclid(self.rows as isize) as usize * self.columns
            + dx.rem_euclid(self.columns as isize) as usize]
    }

    /// Between whole lags, bilinear.
    pub(crate) fn sample(&self, dx: f32, dy: f32) -> f32 {
        let (x, y) = (dx.floor(), dy.floor());
        let (fx, fy) = (dx - x, dy - y);
        let (x, y) = (x as isize, y as isize);
        (self.at(x, y) * (1.0 - fx) + self.at(x + 1, y) * fx) * (1.0 - fy)
            + (self.at(x, y + 1) * (1.0 - fx) + self.at(x + 1, y + 1) * fx) * fy
    }
}

fn transpose(data: &[Complex<f32>], columns: usize, rows: usize) -> Vec<Complex<f32>> {
    const TILE: usize = 16;
    let mut out = vec![Complex::new(0.0, 0.0); data.len()];
    for top in (0..rows).step_by(TILE) {
        for left in (0..columns).step_by(TILE) {
            for y in top..(top + TILE).min(rows) {
                for x in left..(left + TILE).min(columns) {
                    out[x * rows + y] = data[y * columns + x];
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wave_correlates_with_itself_after_a_period() {
        let data = (0..40 * 64)
            .map(|i| ((i % 64) as f32 / 8.0 * std::f32::consts::TAU).sin())
            .collect();
        let c = Correlation::of(
            &Plane {
                width: 64,
                height: 40,
                data,
            },
            20,
        );
        assert!(
            (c.at(0, 0) - 1.0).abs() < 1e-3
                && (c.at(8, 0) - 1.0).abs() < 0.02
                && (c.at(4, 0) + 1.0).abs() < 0.02
        );
        assert!(
            (c.at(0, 15) - 1.0).abs() < 0.02
                && (c.sample(2.0, 3.5)).abs() < 0.02
                && c.at(21, 0) == 0.0
        );
    }
}
