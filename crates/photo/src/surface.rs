//! Measured facts about a surface, in units that can be put into words: "6 ΔE warmer", "veins twice as wide".

use crate::colour::{Lab, LabPlanes};
use crate::pixels::{Pixels, shrink};
use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// What was measured on a picture of a surface. Fractions of the width are of the *picture's* width: only pictures of
/// the same framing (or known size) compare in absolute terms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Mean colour.
    pub mean: Lab,
    /// Light reflectance value as the picture shows it: mean luminance Y, 0..100. A photo knows nothing of its exposure,
    /// so this is an estimate.
    pub lrv: f32,
    /// Standard deviation of lightness, 0..50.
    pub contrast: f32,
    /// Mean CIELAB chroma: 0 is grey, above 30 is vivid.
    pub chroma: f32,
    /// How far colours (a, b) stray from their mean: root mean square in CIELAB units. 0 is one hue throughout.
    pub variety: f32,
    /// The repeat, if the surface has a regular one.
    pub pattern: Option<Pattern>,
    /// How regular the surface repeats, 0..1, also where it is too little to name a repeat.
    pub regularity: f32,
    /// Direction along which the structure runs (grain, ribs, veins) in degrees, 0 = level, 90 = upright, counting
    /// anticlockwise, 0..180; meaningful where `anisotropy` is.
    pub orientation: f32,
    /// How strongly one direction prevails, 0..1: coherence of the structure tensor.
    pub anisotropy: f32,
    /// Characteristic size of features as a fraction of the width, 0..1; 0 for a plain picture.
    pub coarseness: f32,
    /// Share of the area covered by thin lines that stand out from their surroundings (veins, joints, cracks), 0..1.
    pub veins: f32,
    /// Share of the area covered by round spots that stand out (speckles, chips, knots), 0..1.
    pub speckle: f32,
}

/// A regular repeat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pattern {
    /// Distance from one repeat to the next, as a fraction of the width.
    pub period: f32,
    /// Direction of that step in degrees, 0 = level, 90 = upright, 0..180 anticlockwise.
    pub angle: f32,
}

/// Working size.
const SIDE: u32 = 192;
/// Side of the Fourier transform: at least [`SIDE`], so that nothing is cut.
const FFT: usize = 256;
/// Contrast (standard deviation of L) below which lightness is noise and structure is not looked for.
const PLAIN: f32 = 0.4;
/// Regularity from which a repeat is named.
const REGULAR: f32 = 0.25;

/// Measures a surface.
#[must_use]
pub fn surface(pixels: &Pixels) -> Surface {
    let planes = LabPlanes::of(&shrink(pixels, SIDE));
    let count = planes.len() as f32;
    let mean_of = |plane: &[f32]| {
        (plane.iter().map(|v| f64::from(*v)).sum::<f64>() / f64::from(count)) as f32
    };
    let mean = Lab::new(mean_of(&planes.l), mean_of(&planes.a), mean_of(&planes.b));
    let spread =
        |plane: &[f32], mean: f32| plane.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count;
    let contrast = spread(&planes.l, mean.l).sqrt();
    let mut surface = Surface {
        mean,
        lrv: planes.mean_y * 100.0,
        contrast,
        chroma: planes
            .a
            .iter()
            .zip(&planes.b)
            .map(|(a, b)| a.hypot(*b))
            .sum::<f32>()
            / count,
        variety: (spread(&planes.a, mean.a) + spread(&planes.b, mean.b)).sqrt(),
        pattern: None,
        regularity: 0.0,
        orientation: 0.0,
        anisotropy: 0.0,
        coarseness: 0.0,
        veins: 0.0,
        speckle: 0.0,
    };
    if contrast < PLAIN || planes.width.min(planes.height) < 16 {
        return surface;
    }
    let (orientation, anisotropy) = structure_tensor(&planes);
    surface.orientation = orientation;
    surface.anisotropy = anisotropy;
    (surface.veins, surface.speckle) = lines_and_spots(&planes);
    let correlation = Correlation::of(&planes, mean.l);
    surface.coarseness = correlation.feature_size() / planes.width as f32;
    if let Some((dx, dy, height)) = correlation.repeat() {
        surface.regularity = height;
        if height >= REGULAR {
            surface.pattern = Some(Pattern {
                period: dx.hypot(dy) / planes.width as f32,
                angle: degrees(-dy, dx),
            });
        }
    }
    surface
}

/// Direction of a vector as 0..180 degrees; y counts upwards.
fn degrees(y: f32, x: f32) -> f32 {
    let angle = y.atan2(x).to_degrees().rem_euclid(180.0);
    if angle >= 179.999 { 0.0 } else { angle }
}

/// Main direction and coherence from the structure tensor summed over the picture (Bigün & Granlund, 1987).
fn structure_tensor(planes: &LabPlanes) -> (f32, f32) {
    let (w, h) = (planes.width, planes.height);
    let (mut xx, mut yy, mut xy) = (0.0f64, 0.0f64, 0.0f64);
    for y in 1..h - 1 {
        for x in 1..w - 1 {
            let at = |dx: usize, dy: usize| planes.l[(y + dy - 1) * w + x + dx - 1];
            // Scharr's operator: the most rotation-true of the 3×3 gradients
            let gx =
                3.0 * (at(2, 0) + at(2, 2) - at(0, 0) - at(0, 2)) + 10.0 * (at(2, 1) - at(0, 1));
            let gy =
                3.0 * (at(0, 2) + at(2, 2) - at(0, 0) - at(2, 0)) + 10.0 * (at(1, 2) - at(1, 0));
            xx += f64::from(gx * gx);
            yy += f64::from(gy * gy);
            xy += f64::from(gx * gy);
        }
    }
    let total = xx + yy;
    if total <= 0.0 {
        return (0.0, 0.0);
    }
    let coherence = ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt() / total;
    // the gradient's main direction; structure runs across it, and rows count downwards
    let across = 0.5 * (2.0 * xy).atan2(xx - yy) as f32;
    (
        degrees(
            -(across + std::f32::consts::FRAC_PI_2).sin(),
            (across + std::f32::consts::FRAC_PI_2).cos(),
        ),
        coherence as f32,
    )
}

/// Shares of the area that are ridge-like and spot-like by the eigenvalues of the Hessian (Lindeberg, 1998), where the
/// curvature is more than three times what is usual in the picture: noise alone has next to none of that.
fn lines_and_spots(planes: &LabPlanes) -> (f32, f32) {
    let (w, h) = (planes.width, planes.height);
    let soft = blur(&blur(&planes.l, w, h), w, h);
    let mut curvature = Vec::with_capacity(planes.len());
    for y in 2..h - 2 {
        for x in 2..w - 2 {
            let at = |dx: usize, dy: usize| soft[(y + dy - 2) * w + x + dx - 2];
            let centre = 2.0 * at(2, 2);
            let (xx, yy) = (at(0, 2) + at(4, 2) - centre, at(2, 0) + at(2, 4) - centre);
            let xy = (at(0, 0) + at(4, 4) - at(4, 0) - at(0, 4)) / 4.0;
            let (half, root) = (
                (xx + yy) / 2.0,
                (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt(),
            );
            let (p, q) = (half + root, half - root);
            curvature.push(if p.abs() >= q.abs() { (p, q) } else { (q, p) });
        }
    }
    let mut sizes: Vec<f32> = curvature.iter().map(|(p, _)| p.abs()).collect();
    let middle = sizes.len() / 2;
    let (_, usual, _) = sizes.select_nth_unstable_by(middle, f32::total_cmp);
    let threshold = (*usual * 3.0).max(1.0);
    let (mut lines, mut spots) = (0u32, 0u32);
    for (p, q) in &curvature {
        if p.abs() > threshold {
            let ratio = q / p;
            lines += u32::from(ratio.abs() < 0.25);
            spots += u32::from(ratio > 0.5);
        }
    }
    let count = curvature.len() as f32;
    (lines as f32 / count, spots as f32 / count)
}

/// Binomial 1-4-6-4-1 smoothing with mirrored borders.
pub(crate) fn blur(plane: &[f32], w: usize, h: usize) -> Vec<f32> {
    const TAPS: [f32; 5] = [0.0625, 0.25, 0.375, 0.25, 0.0625];
    let mirror = |at: isize, side: usize| {
        let last = side as isize - 1;
        let at = at.abs();
        (if at > last {
            (2 * last - at).max(0)
        } else {
            at
        }) as usize
    };
    let mut rows = vec![0.0; plane.len()];
    for y in 0..h {
        for x in 0..w {
            rows[y * w + x] = TAPS
                .iter()
                .zip(-2isize..)
                .map(|(t, d)| t * plane[y * w + mirror(x as isize + d, w)])
                .sum();
        }
    }
    let mut out = vec![0.0; plane.len()];
    for y in 0..h {
        for (t, d) in TAPS.iter().zip(-2isize..) {
            let from = mirror(y as isize + d, h) * w;
            for x in 0..w {
                out[y * w + x] += t * rows[from + x];
            }
        }
    }
    out
}

/// The autocorrelation of lightness: 1 at no shift, high again where the surface repeats.
struct Correlation {
    /// Lags wrap around: index (dy mod FFT) × FFT + (dx mod FFT).
    values: Vec<f32>,
    /// Largest lag per axis at which enough of the picture still overlaps.
    reach: (usize, usize),
}

impl Correlation {
    /// By the Wiener–Khinchin theorem, with the fade-out of the zero-padded picture divided away.
    fn of(planes: &LabPlanes, mean: f32) -> Self {
        let (w, h) = (planes.width, planes.height);
        let mut values = vec![Complex::new(0.0f32, 0.0); FFT * FFT];
        for y in 0..h {
            for x in 0..w {
                // picture in the real part, its footprint in the imaginary part: one transform for both
                values[y * FFT + x] = Complex::new(planes.l[y * w + x] - mean, 1.0);
            }
        }
        let mut planner = FftPlanner::new();
        let mut spectrum = values;
        transform(&mut planner, &mut spectrum, false);
        // separate the two real signals by symmetry, take both power spectra
        let mut powers = vec![Complex::new(0.0f32, 0.0); FFT * FFT];
        for v in 0..FFT {
            for u in 0..FFT {
                let z = spectrum[v * FFT + u];
                let m = spectrum[(FFT - v) % FFT * FFT + (FFT - u) % FFT].conj();
                let signal = (z + m) * 0.5;
                let footprint = (z - m) * Complex::new(0.0, -0.5);
                powers[v * FFT + u] = Complex::new(signal.norm_sqr(), footprint.norm_sqr());
            }
        }
        // power spectra are even, so both correlations are real and come back in one transform
        transform(&mut planner, &mut powers, true);
        let area = powers[0].im.max(1.0);
        let variance = (powers[0].re / area).max(1e-6);
        let values = powers
            .iter()
            .map(|p| {
                if p.im > 0.1 * area {
                    p.re / p.im / variance
                } else {
                    0.0
                }
            })
            .collect();
        // beyond this lags of the padded transform run into their own wrap-around
        let reach = |side: usize| (side * 2 / 3).min(FFT - side).min(FFT / 2 - 1);
        Self {
            values,
            reach: (reach(w), reach(h)),
        }
    }

    fn at(&self, dx: isize, dy: isize) -> f32 {
        let wrap = |d: isize| d.rem_euclid(FFT as isize) as usize;
        self.values[wrap(dy) * FFT + wrap(dx)]
    }

    /// Twice the lag at which the correlation, averaged over directions, has fallen to a half: the width of a feature.
    fn feature_size(&self) -> f32 {
        let limit = self.reach.0.min(self.reach.1);
        let ring = |radius: f32| {
            (0..16)
                .map(|k| {
                    let angle = std::f32::consts::PI * k as f32 / 16.0;
                    self.at(
                        (radius * angle.cos()).round() as isize,
                        (radius * angle.sin()).round() as isize,
                    )
                })
                .sum::<f32>()
                / 16.0
        };
        let mut before = 1.0;
        for radius in 1..=limit {
            let value = ring(radius as f32);
            if value < 0.5 {
                return 2.0 * (radius as f32 - 1.0 + (before - 0.5) / (before - value).max(1e-6));
            }
            before = value;
        }
        2.0 * limit as f32
    }

    /// The repeat: the nearest of the strong peaks after the correlation has dipped. (dx, dy, height 0..1), where height
    /// is how far the peak stands above the dip before it.
    fn repeat(&self) -> Option<(f32, f32, f32)> {
        let (rx, ry) = (self.reach.0 as isize, self.reach.1 as isize);
        let mut peaks = Vec::new();
        for dy in 0..ry {
            for dx in -rx + 1..rx {
                if dy == 0 && dx <= 0 || dx * dx + dy * dy < 9 {
                    continue;
                }
                let value = self.at(dx, dy);
                if value < 0.05 {
                    continue;
                }
                let highest = (-1..=1).all(|j| (-1..=1).all(|i| self.at(dx + i, dy + j) <= value));
                if highest {
                    let dip = self.dip(dx, dy);
                    let height = (value - dip.max(0.0)).min(value);
                    if height > 0.05 {
                        peaks.push((dx as f32, dy as f32, height.clamp(0.0, 1.0)));
                    }
                }
            }
        }
        let best = peaks.iter().map(|p| p.2).fold(0.0, f32::max);
        // the second repeat is often a little higher than the first: of all good peaks the nearest is the period
        peaks
            .into_iter()
            .filter(|p| p.2 >= 0.8 * best)
            .min_by(|p, q| p.0.hypot(p.1).total_cmp(&q.0.hypot(q.1)))
    }

    /// The lowest correlation on the straight way from no shift to this one.
    fn dip(&self, dx: isize, dy: isize) -> f32 {
        let steps = dx.abs().max(dy.abs());
        (1..steps)
            .map(|i| {
                let t = i as f32 / steps as f32;
                self.at(
                    (dx as f32 * t).round() as isize,
                    (dy as f32 * t).round() as isize,
                )
            })
            .fold(1.0, f32::min)
    }
}

/// In-place transform of a FFT × FFT square, unnormalised.
fn transform(planner: &mut FftPlanner<f32>, data: &mut [Complex<f32>], inverse: bool) {
    let plan = if inverse {
        planner.plan_fft_inverse(FFT)
    } else {
        planner.plan_fft_forward(FFT)
    };
    for _ in 0..2 {
        plan.process(data);
        for y in 0..FFT {
            for x in 0..y {
                data.swap(y * FFT + x, x * FFT + y);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(v: f32) -> [u8; 3] {
        [v.clamp(0.0, 255.0) as u8; 3]
    }

    #[test]
    fn plain_white() {
        let s = surface(&Pixels::from_fn(300, 200, |_, _| [255; 3]));
        assert!((s.lrv - 100.0).abs() < 0.1 && (s.mean.l - 100.0).abs() < 0.1);
        assert!(s.contrast < 0.01 && s.chroma < 0.1 && s.pattern.is_none() && s.veins == 0.0);
    }

    #[test]
    fn mid_grey_reflects_a_fifth() {
        let s = surface(&Pixels::from_fn(64, 64, |_, _| [119; 3]));
        assert!((s.lrv - 18.4).abs() < 0.5, "{}", s.lrv);
    }

    #[test]
    fn stripes_have_period_and_direction() {
        // upright stripes, 16 across the width
        let s = surface(&Pixels::from_fn(640, 480, |x, _| {
            grey(128.0 + 60.0 * (x as f32 / 40.0 * std::f32::consts::TAU).sin())
        }));
        let pattern = s.pattern.expect("regular");
        assert!((pattern.period - 1.0 / 16.0).abs() < 0.004, "{pattern:?}");
        assert!(
            (s.orientation - 90.0).abs() < 2.0 && s.anisotropy > 0.95 && s.regularity > 0.8,
            "{s:?}"
        );
    }

    #[test]
    fn slanted_stripes_lean_the_right_way() {
        // constant along x + y: on screen they run from bottom left to top right
        let s = surface(&Pixels::from_fn(400, 400, |x, y| {
            grey(128.0 + 60.0 * ((x + y) as f32 / 15.0).sin())
        }));
        assert!((s.orientation - 45.0).abs() < 3.0, "{s:?}");
    }

    #[test]
    fn tiles_repeat_both_ways_and_noise_does_not() {
        let tiles = surface(&Pixels::from_fn(400, 400, |x, y| {
            if x % 50 < 4 || y % 50 < 4 {
                [60; 3]
            } else {
                [200; 3]
            }
        }));
        assert!((tiles.pattern.expect("regular").period - 0.125).abs() < 0.01);
        assert!(tiles.veins > 0.05 && tiles.anisotropy < 0.2, "{tiles:?}");
        let mut state = 1u32;
        let noise = surface(&Pixels::from_fn(400, 400, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            [(state >> 24) as u8; 3]
        }));
        assert!(
            noise.pattern.is_none() && noise.regularity < 0.2,
            "{noise:?}"
        );
        assert!(noise.coarseness < tiles.coarseness);
        assert!(noise.veins < 0.05 && noise.speckle < 0.05, "{noise:?}");
    }

    #[test]
    fn spots_are_speckle_not_veins() {
        let s = surface(&Pixels::from_fn(384, 384, |x, y| {
            let (cx, cy) = (
                x / 32 * 32 + 8 + (x / 32 * 7 + y / 32 * 5) % 16,
                y / 32 * 32 + 8 + (x / 32 * 3 + y / 32 * 11) % 16,
            );
            let d = (x as f32 - cx as f32).hypot(y as f32 - cy as f32);
            if d < 4.0 { [40; 3] } else { [210; 3] }
        }));
        assert!(s.speckle > 0.01 && s.speckle > 1.5 * s.veins, "{s:?}");
    }
}
