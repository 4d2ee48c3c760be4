//! Small filters on one plane, borders mirrored (the first and last sample are not repeated).

/// A plane of numbers, rows from the top.
#[derive(Clone)]
pub(crate) struct Plane {
    pub width: usize,
    pub height: usize,
    pub data: Vec<f32>,
}

/// Binomial smoothing, close to a Gaussian of σ = 1.
const BINOMIAL: [f32; 5] = [0.0625, 0.25, 0.375, 0.25, 0.0625];

/// Index of a sample up to a filter's reach outside, folded back inside.
fn mirror(at: isize, side: usize) -> usize {
    if side == 1 {
        return 0;
    }
    let period = 2 * (side as isize - 1);
    let at = at.rem_euclid(period);
    (if at < side as isize { at } else { period - at }) as usize
}

impl Plane {
    /// Correlates with `across` along rows, then with `down` along columns; both have the same odd length.
    pub(crate) fn separable(&self, across: &[f32], down: &[f32]) -> Self {
        self.across(across).down(down)
    }

    fn across(&self, taps: &[f32]) -> Self {
        let (w, h) = (self.width, self.height);
        let reach = taps.len() / 2;
        let mut out = vec![0.0; self.data.len()];
        let mut padded = vec![0.0; w + 2 * reach];
        for y in 0..h {
            let row = &self.data[y * w..(y + 1) * w];
            for (i, value) in padded.iter_mut().enumerate() {
                *value = row[mirror(i as isize - reach as isize, w)];
            }
            let to = &mut out[y * w..(y + 1) * w];
            for (k, tap) in taps.iter().enumerate() {
                for (t, v) in to.iter_mut().zip(&padded[k..]) {
                    *t += tap * v;
                }
            }
        }
        Self {
            width: w,
            height: h,
            data: out,
        }
    }

    fn down(&self, taps: &[f32]) -> Self {
        let (w, h) = (self.width, self.height);
        let reach = (taps.len() / 2) as isize;
        let mut out = vec![0.0; self.data.len()];
        for y in 0..h {
            let to = &mut out[y * w..(y + 1) * w];
            for (tap, d) in taps.iter().zip(-reach..) {
                let from = mirror(y as isize + d, h) * w;
                for (t, v) in to.iter_mut().zip(&self.data[from..from + w]) {
                    *t += tap * v;
                }
            }
        }
        Self {
            width: w,
            height: h,
            data: out,
        }
    }

    /// Binomial smoothing.
    pub(crate) fn blur(&self) -> Self {
        self.separable(&BINOMIAL, &BINOMIAL)
    }

    /// The next level of a pyramid: smoothed, every other sample.
    pub(crate) fn half(&self) -> Self {
        let soft = self.blur();
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let data = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| soft.data[2 * y * self.width + 2 * x])
            .collect();
        Self {
            width,
            height,
            data,
        }
    }

    /// Mean and standard deviation.
    pub(crate) fn mean_and_deviation(&self) -> (f32, f32) {
        mean_and_deviation(&self.data)
    }
}

/// Mean and standard deviation.
pub(crate) fn mean_and_deviation(values: &[f32]) -> (f32, f32) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / count;
    let variance = values
        .iter()
        .map(|v| (f64::from(*v) - mean).powi(2))
        .sum::<f64>()
        / count;
    (mean as f32, variance.sqrt() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_plane_stays_plain_at_any_size() {
        for (width, height) in [(1, 1), (1, 9), (2, 3), (40, 1), (17, 16)] {
            let plane = Plane {
                width,
                height,
                data: vec![7.0; width * height],
            };
            let half = plane.half();
            assert_eq!(
                (half.width, half.height),
                (width.div_ceil(2), height.div_ceil(2))
            );
            assert!(half.data.iter().all(|v| (v - 7.0).abs() < 1e-5));
        }
    }

    #[test]
    fn correlation_has_the_right_side() {
        // taps (1, 0, 0) look one sample to the left, mirrored at the border
        let plane = Plane {
            width: 3,
            height: 1,
            data: vec![1.0, 2.0, 3.0],
        };
        assert_eq!(
            plane.separable(&[1.0, 0.0, 0.0], &[0.0, 1.0, 0.0]).data,
            vec![2.0, 1.0, 2.0]
        );
    }
}
