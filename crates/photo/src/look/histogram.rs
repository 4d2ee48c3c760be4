//! Colours: counted as they are, counted against the picture's own mean, and how lightness and colour go together.

use crate::colour::{LabPlanes, linear};
use crate::filters::mean_and_deviation;
use crate::pixels::Pixels;

/// Steps of lightness, 0 to 100.
const L_STEPS: usize = 5;
/// Steps of a and of b. At black and white only the middle 3×3 exists.
const AB_STEPS: usize = 5;
/// Bins of [`absolute`].
pub(super) const ABSOLUTE: usize = (L_STEPS - 2) * AB_STEPS * AB_STEPS + 2 * 9;
/// Chroma where compression sets in: differences near grey count most.
const CHROMA_KNEE: f32 = 10.0;
/// Largest chroma kept apart.
const CHROMA_TOP: f32 = 70.0;

/// Steps of relative lightness and relative colour.
const RELATIVE_STEPS: [usize; 3] = [7, 3, 3];
/// Bins of [`relative`].
pub(super) const RELATIVE: usize = 63;
/// Photographic stops to both sides that [`relative`] keeps apart, and stops of colour.
const RELATIVE_RANGE: [f32; 3] = [2.0, 0.35, 0.35];

/// Measurements of [`tone`].
pub(super) const TONE: usize = 9;

/// Where a value falls among `steps` bin centres: lower bin and share of the next.
fn place(value: f32, low: f32, high: f32, steps: usize) -> (usize, f32) {
    let top = (steps - 1) as f32;
    let at = ((value - low) / (high - low) * top).clamp(0.0, top);
    let lower = (at as usize).min(steps - 2);
    (lower, at - lower as f32)
}

/// Shares a pixel among the eight bins around it.
fn share(places: [(usize, f32); 3], mut add: impl FnMut([usize; 3], f32)) {
    for corner in 0..8usize {
        let mut weight = 1.0;
        let mut index = [0; 3];
        for axis in 0..3 {
            let upper = corner >> axis & 1;
            let (lower, part) = places[axis];
            index[axis] = lower + upper;
            weight *= if upper == 1 { part } else { 1.0 - part };
        }
        if weight > 0.0 {
            add(index, weight);
        }
    }
}

/// Square roots of the shares of [`ABSOLUTE`] bins of CIELAB.
pub(super) fn absolute(planes: &LabPlanes, out: &mut Vec<f32>) {
    let mut bins = [0.0f32; L_STEPS * AB_STEPS * AB_STEPS];
    let top = (1.0 + CHROMA_TOP / CHROMA_KNEE).ln();
    for i in 0..planes.len() {
        let (a, b) = (planes.a[i], planes.b[i]);
        let chroma = a.hypot(b);
        let squeeze = if chroma > 1e-3 {
            (1.0 + chroma / CHROMA_KNEE).ln() / chroma
        } else {
            1.0 / CHROMA_KNEE
        };
        let places = [
            place(planes.l[i], 0.0, 100.0, L_STEPS),
            place(a * squeeze, -top, top, AB_STEPS),
            place(b * squeeze, -top, top, AB_STEPS),
        ];
        share(places, |[l, a, b], weight| {
            // black and white have no vivid neighbours: their outer bins fold inwards
            let (a, b) = if l == 0 || l == L_STEPS - 1 {
                (a.clamp(1, 3), b.clamp(1, 3))
            } else {
                (a, b)
            };
            bins[(l * AB_STEPS + a) * AB_STEPS + b] += weight;
        });
    }
    let count = planes.len() as f32;
    for (i, bin) in bins.iter().enumerate() {
        let (l, a, b) = (
            i / (AB_STEPS * AB_STEPS),
            i / AB_STEPS % AB_STEPS,
            i % AB_STEPS,
        );
        let inner = (1..=3).contains(&a) && (1..=3).contains(&b);
        if inner || (1..L_STEPS - 1).contains(&l) {
            out.push((bin / count).sqrt());
        }
    }
}

/// Square roots of the shares of [`RELATIVE`] bins of log colour over the picture's mean colour.
pub(super) fn relative(pixels: &Pixels, out: &mut Vec<f32>) {
    let table = linear();
    let mut means = [0.0f64; 3];
    for rgb in pixels.data().chunks_exact(3) {
        for (mean, v) in means.iter_mut().zip(rgb) {
            *mean += f64::from(table[usize::from(*v)]);
        }
    }
    let count = (pixels.data().len() / 3) as f64;
    // a third of the smallest step above black, so that black stays finite and mild
    const FLOOR: f32 = 1e-4;
    let stops = means.map(|sum| {
        let mean = (sum / count) as f32;
        std::array::from_fn::<f32, 256, _>(|v| (table[v].max(FLOOR) / mean.max(FLOOR)).log2())
    });
    let mut bins = [0.0f32; RELATIVE];
    for rgb in pixels.data().chunks_exact(3) {
        let [r, g, b] = [0, 1, 2].map(|k| stops[k][usize::from(rgb[k])]);
        let axes = [(r + g + b) / 3.0, r - g, b - (r + g) / 2.0];
        let places = [0, 1, 2].map(|k| {
            place(
                axes[k],
                -RELATIVE_RANGE[k],
                RELATIVE_RANGE[k],
                RELATIVE_STEPS[k],
            )
        });
        share(places, |[l, rg, by], weight| {
            bins[(l * 3 + rg) * 3 + by] += weight
        });
    }
    out.extend(bins.iter().map(|bin| (bin / count as f32).sqrt()));
}

/// Contrast, skew and kurtosis of L, spread of a, b, L, and the three correlations. Gives the standard deviation of L.
pub(super) fn tone(planes: &LabPlanes, out: &mut Vec<f32>) -> f32 {
    let count = planes.len() as f32;
    let stats = [&planes.l, &planes.a, &planes.b].map(|plane| mean_and_deviation(plane));
    let [(mean_l, contrast), (mean_a, spread_a), (mean_b, spread_b)] = stats;
    let (mut cube, mut fourth) = (0.0f32, 0.0f32);
    let (mut la, mut lb, mut ab) = (0.0f32, 0.0f32, 0.0f32);
    for i in 0..planes.len() {
        let (l, a, b) = (
            planes.l[i] - mean_l,
            planes.a[i] - mean_a,
            planes.b[i] - mean_b,
        );
        let z = l / contrast.max(0.1);
        cube += z * z * z;
        fourth += z * z * z * z;
        la += l * a;
        lb += l * b;
        ab += a * b;
    }
    // a third of a unit is quantisation noise: below it a correlation means nothing
    let (sl, sa, sb) = (contrast + 0.3, spread_a + 0.3, spread_b + 0.3);
    out.extend([
        (contrast + 0.5).ln(),
        (cube / count).clamp(-5.0, 5.0),
        (fourth / count).max(1.0).ln(),
        sa.ln(),
        sb.ln(),
        sl.ln(),
        la / count / sl / sa,
        lb / count / sl / sb,
        ab / count / sa / sb,
    ]);
    contrast
}
