//! sRGB to CIELAB for whole pictures.

use crate::pixels::Pixels;
use std::sync::OnceLock;

/// CIELAB under D65, as everywhere in this project.
pub type Lab = palette::Lab<palette::white_point::D65, f32>;

/// Steps in the table of the CIELAB cube root; with linear interpolation the error stays below 0.05 ΔE (see the test).
const ROOT_STEPS: usize = 2048;

struct Tables {
    /// sRGB byte to linear light, 0..1 (IEC 61966-2-1).
    linear: [f32; 256],
    /// f(t) of CIELAB for t in 0..1, sampled evenly in √t so that dark tones get enough steps.
    root: [f32; ROOT_STEPS + 2],
}

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let linear = std::array::from_fn(|i| {
            let v = i as f32 / 255.0;
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        });
        let root = std::array::from_fn(|i| {
            let s = i as f32 / ROOT_STEPS as f32;
            let t = s * s;
            if t > 216.0 / 24389.0 {
                t.cbrt()
            } else {
                (24389.0 / 27.0 * t + 16.0) / 116.0
            }
        });
        Tables { linear, root }
    })
}

impl Tables {
    fn root(&self, t: f32) -> f32 {
        let at = t.clamp(0.0, 1.0).sqrt() * ROOT_STEPS as f32;
        let i = at as usize;
        let rest = at - i as f32;
        self.root[i] * (1.0 - rest) + self.root[i + 1] * rest
    }

    fn lab(&self, rgb: [u8; 3]) -> (Lab, f32) {
        let [r, g, b] = rgb.map(|v| self.linear[usize::from(v)]);
        // sRGB primaries to XYZ, each row divided by the D65 white point (0.95047, 1, 1.08883)
        let x = 0.433_953 * r + 0.376_219 * g + 0.189_828 * b;
        let y = 0.212_673 * r + 0.715_152 * g + 0.072_175 * b;
        let z = 0.017_758 * r + 0.109_477 * g + 0.872_765 * b;
        let (fx, fy, fz) = (self.root(x), self.root(y), self.root(z));
        (
            Lab::new(116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)),
            y,
        )
    }
}

/// Linear light, 0..1, by sRGB byte.
pub(crate) fn linear() -> &'static [f32; 256] {
    &tables().linear
}

/// A picture in CIELAB, one value a pixel and plane.
pub(crate) struct LabPlanes {
    pub width: usize,
    pub height: usize,
    /// Lightness 0..100.
    pub l: Vec<f32>,
    /// Green to red.
    pub a: Vec<f32>,
    /// Blue to yellow.
    pub b: Vec<f32>,
    /// Mean relative luminance 0..1 (linear light, not the mean of L).
    pub mean_y: f32,
}

impl LabPlanes {
    pub(crate) fn of(pixels: &Pixels) -> Self {
        let tables = tables();
        let count = pixels.data().len() / 3;
        let mut planes = Self {
            width: pixels.width() as usize,
            height: pixels.height() as usize,
            l: Vec::with_capacity(count),
            a: Vec::with_capacity(count),
            b: Vec::with_capacity(count),
            mean_y: 0.0,
        };
        let mut sum = 0.0f64;
        for rgb in pixels.data().chunks_exact(3) {
            let (lab, y) = tables.lab([rgb[0], rgb[1], rgb[2]]);
            planes.l.push(lab.l);
            planes.a.push(lab.a);
            planes.b.push(lab.b);
            sum += f64::from(y);
        }
        planes.mean_y = (sum / count as f64) as f32;
        planes
    }

    /// Number of pixels, at least 1.
    pub(crate) fn len(&self) -> usize {
        self.l.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use palette::{IntoColor, Srgb};

    #[test]
    fn agrees_with_the_palette_crate() {
        for r in (0..=255u8).step_by(17) {
            for g in (0..=255u8).step_by(17) {
                for b in (0..=255u8).step_by(17) {
                    let exact: Lab = Srgb::new(r, g, b).into_format::<f32>().into_color();
                    let (fast, _) = tables().lab([r, g, b]);
                    let off = ((exact.l - fast.l).powi(2)
                        + (exact.a - fast.a).powi(2)
                        + (exact.b - fast.b).powi(2))
                    .sqrt();
                    assert!(off < 0.05, "{r} {g} {b}: {exact:?} against {fast:?}");
                }
            }
        }
    }
}
