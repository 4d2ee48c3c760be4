//! Structure of lightness on three octaves: local shapes, marginal statistics, directions, repeats.

use crate::correlation::Correlation;
use crate::filters::Plane;
use std::f32::consts::{PI, SQRT_2};

/// Octaves measured: the picture of 128² and two halvings.
const OCTAVES: usize = 3;
/// Directions of the steerable filters.
const DIRECTIONS: usize = 8;
/// Radii of the autocorrelation rings, in pixels of the 128² picture.
const RINGS: [f32; 10] = [1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 16.0, 22.0, 32.0];
/// Angles on a ring (half a turn; the other half is the same).
const RING_ANGLES: usize = 36;

/// Measurements per part.
pub(super) const FEATURES: usize = 14 * OCTAVES;
pub(super) const BINARY: usize = 20 * OCTAVES;
pub(super) const MARGINALS: usize = 8 * OCTAVES + 1;
pub(super) const ORIENTATION: usize = 3 * OCTAVES + 3;
pub(super) const REPEAT: usize = 3 * RINGS.len();

/// Measures everything in the order of the parts; `contrast` is the standard deviation of L of the whole picture.
pub(super) fn measure(plane: Plane, contrast: f32, out: &mut Vec<f32>) {
    let correlation = Correlation::of(&plane, 33);
    let mut octaves = vec![plane];
    while octaves.len() < OCTAVES {
        octaves.extend(octaves.last().map(Plane::half));
    }
    for plane in &octaves {
        features(plane, contrast, out);
    }
    for plane in &octaves {
        binary(plane, 1, 0.0, out);
        binary(plane, 2, 0.5, out);
    }
    out.push((contrast + 0.3).ln());
    let mut harmonics = Vec::with_capacity(OCTAVES);
    for plane in &octaves {
        let energies = oriented_energies(plane);
        marginals(plane, &energies, contrast, out);
        harmonics.push(angular_harmonics(&energies));
    }
    orientation(&harmonics, out);
    rings(&correlation, out);
}

/// A Gaussian of σ = 1 and its derivatives, sampled to ±4.
fn gaussian_jets() -> [[f32; 9]; 3] {
    let bell: [f32; 9] = std::array::from_fn(|i| (-(i as f32 - 4.0).powi(2) / 2.0).exp());
    let sum: f32 = bell.iter().sum();
    let smooth = bell.map(|v| v / sum);
    let at = |i: usize| i as f32 - 4.0;
    [
        smooth,
        std::array::from_fn(|i| at(i) * smooth[i]),
        std::array::from_fn(|i| (at(i).powi(2) - 1.0) * smooth[i]),
    ]
}

/// Shares of the seven basic image features, square-rooted: first with a fixed flatness of half a unit of L, then with
/// one relative to the contrast, which light cannot change.
fn features(plane: &Plane, contrast: f32, out: &mut Vec<f32>) {
    let [g, d, dd] = gaussian_jets();
    let (x, y) = (plane.separable(&d, &g).data, plane.separable(&g, &d).data);
    let (xx, yy) = (plane.separable(&dd, &g).data, plane.separable(&g, &dd).data);
    let xy = plane.separable(&d, &d).data;
    let flatness = [0.5, 0.15 * contrast.max(1.0)];
    let mut counts = [[0u32; 7]; 2];
    for i in 0..x.len() {
        let sum = xx[i] + yy[i];
        let saddle = ((xx[i] - yy[i]).powi(2) + 4.0 * xy[i] * xy[i]).sqrt();
        let shapes = [
            2.0 * x[i].hypot(y[i]),
            sum,
            -sum,
            (saddle + sum) / SQRT_2,
            (saddle - sum) / SQRT_2,
            saddle,
        ];
        let (mut best, mut strongest) = (0, shapes[0]);
        for (k, shape) in shapes.iter().enumerate().skip(1) {
            if *shape > strongest {
                (best, strongest) = (k, *shape);
            }
        }
        for (count, flat) in counts.iter_mut().zip(flatness) {
            count[if strongest > flat { best + 1 } else { 0 }] += 1;
        }
    }
    out.extend(
        counts
            .iter()
            .flatten()
            .map(|n| (*n as f32 / x.len() as f32).sqrt()),
    );
}

/// Shares of the ten uniform rotation-invariant local binary patterns of 8 neighbours, square-rooted. A neighbour counts as
/// lighter from `threshold` units of L on.
fn binary(plane: &Plane, radius: usize, threshold: f32, out: &mut Vec<f32>) {
    let (w, h) = (plane.width, plane.height);
    let diagonal = radius as f32 / SQRT_2;
    // the four neighbours between pixels are bilinear mixes with these offsets and weights
    let (near, part) = (diagonal.floor() as usize, diagonal.fract());
    let mut counts = [0u32; 10];
    let mut total = 0u32;
    for y in radius..h.saturating_sub(radius) {
        for x in radius..w.saturating_sub(radius) {
            let level = plane.data[y * w + x] + threshold;
            let at = |x: usize, y: usize| plane.data[y * w + x];
            let mix = |right: bool, lower: bool| {
                let (x0, x1) = if right {
                    (x + near, x + near + 1)
                } else {
                    (x - near, x - near - 1)
                };
                let (y0, y1) = if lower {
                    (y + near, y + near + 1)
                } else {
                    (y - near, y - near - 1)
                };
                let inner = at(x0, y0) * (1.0 - part) + at(x1, y0) * part;
                let outer = at(x0, y1) * (1.0 - part) + at(x1, y1) * part;
                inner * (1.0 - part) + outer * part
            };
            let ring = [
                at(x + radius, y),
                mix(true, false),
                at(x, y - radius),
                mix(false, false),
                at(x - radius, y),
                mix(false, true),
                at(x, y + radius),
                mix(true, true),
            ];
            let bits = ring
                .iter()
                .enumerate()
                .fold(0u8, |bits, (k, v)| bits | u8::from(*v >= level) << k);
            let changes = (bits ^ bits.rotate_right(1)).count_ones();
            counts[if changes <= 2 {
                bits.count_ones() as usize
            } else {
                9
            }] += 1;
            total += 1;
        }
    }
    out.extend(
        counts
            .iter()
            .map(|n| (*n as f32 / total.max(1) as f32).sqrt()),
    );
}

/// Energy of the steerable quadrature pair (second derivative of a Gaussian and its Hilbert transform) in 8 directions.
fn oriented_energies(plane: &Plane) -> Vec<Vec<f32>> {
    let at = |i: usize| (i as f32 - 4.0) * 0.67;
    let taps = |f: fn(f32) -> f32| -> [f32; 9] {
        std::array::from_fn(|i| f(at(i)) * (-at(i) * at(i)).exp())
    };
    let bell = taps(|_| 1.0);
    let ramp = taps(|x| x);
    let even = taps(|x| 0.9213 * (2.0 * x * x - 1.0));
    let cross = taps(|x| 1.843 * x);
    let cubic = taps(|x| 0.978 * (x * x * x - 2.254 * x));
    let square = taps(|x| 0.978 * (x * x - 0.7515));
    let respond = |across: &[f32], down: &[f32]| plane.separable(across, down).data;
    let g = [
        respond(&even, &bell),
        respond(&cross, &ramp),
        respond(&bell, &even),
    ];
    let h = [
        respond(&cubic, &bell),
        respond(&square, &ramp),
        respond(&ramp, &square),
        respond(&bell, &cubic),
    ];
    let energy = |direction: usize| {
        let (s, c) = (PI * direction as f32 / DIRECTIONS as f32).sin_cos();
        let (g1, g2, g3) = (c * c, -2.0 * c * s, s * s);
        let (h1, h2, h3, h4) = (c * c * c, -3.0 * c * c * s, 3.0 * c * s * s, -s * s * s);
        (0..plane.data.len())
            .map(|i| {
                let even = g1 * g[0][i] + g2 * g[1][i] + g3 * g[2][i];
                let odd = h1 * h[0][i] + h2 * h[1][i] + h3 * h[2][i] + h4 * h[3][i];
                even * even + odd * odd
            })
            .collect()
    };
    (0..DIRECTIONS).map(energy).collect()
}

/// Burstiness, kurtosis and skew of the octave, correlation of amplitudes 1 to 4 directions apart, relative energy.
fn marginals(plane: &Plane, energies: &[Vec<f32>], contrast: f32, out: &mut Vec<f32>) {
    let count = plane.data.len() as f32;
    let (mut amplitude, mut power) = (0.0f32, 0.0f32);
    for i in 0..plane.data.len() {
        let mean = energies.iter().map(|e| e[i]).sum::<f32>() / DIRECTIONS as f32;
        amplitude += mean.sqrt();
        power += mean;
    }
    let (amplitude, power) = (amplitude / count, power / count);
    let soft = plane.blur().blur();
    let band: Vec<f32> = plane
        .data
        .iter()
        .zip(&soft.data)
        .map(|(v, s)| v - s)
        .collect();
    let (mean, deviation) = crate::filters::mean_and_deviation(&band);
    let (mut cube, mut fourth) = (0.0f32, 0.0f32);
    for value in &band {
        let z = (value - mean) / deviation.max(0.05);
        cube += z * z * z;
        fourth += z * z * z * z;
    }
    out.push(((power + 1e-4) / (amplitude * amplitude + 1e-4)).ln());
    out.push((fourth / count).max(1.0).ln());
    out.push((cube / count).cbrt());
    let centred: Vec<(Vec<f32>, f32)> = energies
        .iter()
        .map(|energy| {
            let mut values: Vec<f32> = energy.iter().map(|e| e.sqrt()).collect();
            let (mean, deviation) = crate::filters::mean_and_deviation(&values);
            values.iter_mut().for_each(|v| *v -= mean);
            (values, deviation + 1e-3)
        })
        .collect();
    for apart in 1..=4 {
        let pairs = (0..DIRECTIONS).map(|k| {
            let ((p, dp), (q, dq)) = (&centred[k], &centred[(k + apart) % DIRECTIONS]);
            p.iter().zip(q).map(|(p, q)| p * q).sum::<f32>() / count / dp / dq
        });
        out.push(pairs.sum::<f32>() / DIRECTIONS as f32);
    }
    out.push((amplitude + 0.1).ln() - (contrast + 0.3).ln());
}

/// Fourier coefficients 1 to 3 over the half turn of directions, as parts of the mean amplitude (real, imaginary).
fn angular_harmonics(energies: &[Vec<f32>]) -> [(f32, f32); 3] {
    let means: Vec<f32> = energies
        .iter()
        .map(|e| e.iter().map(|v| v.sqrt()).sum::<f32>() / e.len() as f32)
        .collect();
    let total = means.iter().sum::<f32>() + 1e-2;
    [1.0, 2.0, 3.0].map(|order| {
        let step = 2.0 * PI * order / DIRECTIONS as f32;
        let (mut re, mut im) = (0.0, 0.0);
        for (k, mean) in means.iter().enumerate() {
            re += mean * (step * k as f32).cos();
            im -= mean * (step * k as f32).sin();
        }
        (re / total, im / total)
    })
}

/// Strength of each harmonic per octave, and how far octaves agree in the first (aligned +, crossed −).
fn orientation(octaves: &[[(f32, f32); 3]], out: &mut Vec<f32>) {
    for harmonics in octaves {
        out.extend(harmonics.iter().map(|(re, im)| re.hypot(*im).sqrt()));
    }
    for (i, j) in [(0, 1), (1, 2), (0, 2)] {
        let (p, q) = (octaves[i][0], octaves[j][0]);
        let agreement = p.0 * q.0 + p.1 * q.1;
        out.push(agreement.abs().sqrt().copysign(agreement));
    }
}

/// Highest, lowest and spread of the autocorrelation over the angle, ring by ring.
fn rings(correlation: &Correlation, out: &mut Vec<f32>) {
    for radius in RINGS {
        let values: [f32; RING_ANGLES] = std::array::from_fn(|k| {
            let (s, c) = (PI * k as f32 / RING_ANGLES as f32).sin_cos();
            correlation.sample(radius * c, radius * s)
        });
        let (_, spread) = crate::filters::mean_and_deviation(&values);
        out.push(values.iter().copied().fold(-1.0, f32::max));
        out.push(values.iter().copied().fold(1.0, f32::min));
        out.push(spread);
    }
}
