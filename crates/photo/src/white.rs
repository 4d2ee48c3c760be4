//! The light a photo was taken in, taken out of it again.

use crate::colour::linear;

/// Reflectance of white paper, matt and uncoated: what the paper in a photo is brought to.
const PAPER: f32 = 0.87;
/// Below this (linear light) the noise of the camera says more than the paper.
const DARK: u8 = 40;
/// From here on a channel may have been cut off, and its true value is not known.
const CLIPPED: u8 = 254;

/// sRGB primaries to XYZ under D65 (IEC 61966-2-1), row by row.
const TO_XYZ: Matrix = [
    [0.412_456, 0.357_576, 0.180_437],
    [0.212_673, 0.715_152, 0.072_175],
    [0.019_334, 0.119_192, 0.950_304],
];
/// XYZ to cone-like responses (Bradford; Lam 1985, as in ICC.1).
const BRADFORD: Matrix = [
    [0.8951, 0.2664, -0.1614],
    [-0.7502, 1.7135, 0.0367],
    [0.0389, -0.0685, 1.0296],
];

type Matrix = [[f32; 3]; 3];

/// Why a spot cannot tell the colour of the light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotWhite {
    /// Hardly any light.
    #[error(
        "That spot is too dark to tell the colour of the light. Pick a lighter part of the paper."
    )]
    Dark,
    /// At the end of the scale.
    #[error(
        "That spot is overexposed: its colour is lost. Pick a part of the paper that is a little darker."
    )]
    Clipped,
    /// Nothing that could be paper.
    #[error("That is too colourful to be white paper. Pick something white and matt.")]
    Colourful,
}

/// Brings colours to what they are under daylight (D65), known from a spot that is white paper: a von Kries
/// transform of Bradford responses in linear light, with the exposure that makes the paper as light as paper is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WhiteBalance(Matrix);

impl WhiteBalance {
    /// From the colour of white paper in the photo, sRGB.
    ///
    /// # Errors
    /// [`NotWhite`] when the spot cannot tell.
    pub fn from_paper(paper: [u8; 3]) -> Result<Self, NotWhite> {
        let (least, most) = (paper.iter().min(), paper.iter().max());
        let (least, most) = (*least.unwrap_or(&0), *most.unwrap_or(&0));
        if most < DARK {
            return Err(NotWhite::Dark);
        }
        if most >= CLIPPED {
            return Err(NotWhite::Clipped);
        }
        // Candle light at its worst leaves a fifth of the blue; a red wall leaves less.
        let light = paper.map(|byte| linear()[usize::from(byte)]);
        if linear()[usize::from(least)] < 0.08 * linear()[usize::from(most)] {
            return Err(NotWhite::Colourful);
        }
        let to_cones = product(BRADFORD, TO_XYZ);
        let from = applied(to_cones, light);
        let to = applied(to_cones, [PAPER; 3]);
        let mut gain = [[0.0; 3]; 3];
        for i in 0..3 {
            gain[i][i] = to[i] / from[i].max(1e-4);
        }
        Ok(Self(product(inverse(to_cones), product(gain, to_cones))))
    }

    /// One colour, sRGB.
    #[must_use]
    pub fn apply(&self, rgb: [u8; 3]) -> [u8; 3] {
        applied(self.0, rgb.map(|byte| linear()[usize::from(byte)])).map(byte)
    }

    /// A picture in place: red, green, blue, alpha; alpha stays.
    pub fn apply_all(&self, rgba: &mut [u8]) {
        // The root of 4096 steps: finer than a byte everywhere, and no power per pixel.
        let steps: Vec<u8> = (0..=4096u16)
            .map(|i| byte((f32::from(i) / 4096.0).powi(2)))
            .collect();
        for pixel in rgba.chunks_exact_mut(4) {
            let light = [0, 1, 2].map(|c| linear()[usize::from(pixel[c])]);
            let corrected = applied(self.0, light);
            for (channel, value) in pixel.iter_mut().zip(corrected) {
                *channel = steps[(value.clamp(0.0, 1.0).sqrt() * 4096.0 + 0.5) as usize];
            }
        }
    }
}

/// Linear light as an sRGB byte.
fn byte(light: f32) -> u8 {
    let light = light.clamp(0.0, 1.0);
    let value = if light <= 0.003_130_8 {
        12.92 * light
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    (value * 255.0 + 0.5) as u8
}

/// The mean colour of the square of `reach` pixels around a pixel, taken in linear light; what lies outside of
/// the picture is left out. `rgba` is a picture `width` pixels wide. `None` when the pixel is not in it.
#[must_use]
pub fn mean_colour(rgba: &[u8], width: usize, x: usize, y: usize, reach: usize) -> Option<[u8; 3]> {
    let height = rgba.len() / 4 / width.max(1);
    if x >= width || y >= height {
        return None;
    }
    let mut sum = [0.0f32; 3];
    let mut count = 0.0;
    for row in y.saturating_sub(reach)..=(y + reach).min(height - 1) {
        for column in x.saturating_sub(reach)..=(x + reach).min(width - 1) {
            let at = 4 * (row * width + column);
            for (sum, byte) in sum.iter_mut().zip(&rgba[at..at + 3]) {
                *sum += linear()[usize::from(*byte)];
            }
            count += 1.0;
        }
    }
    Some(sum.map(|light| byte(light / count)))
}

fn applied(matrix: Matrix, vector: [f32; 3]) -> [f32; 3] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

fn product(left: Matrix, right: Matrix) -> Matrix {
    let column = |j: usize| [right[0][j], right[1][j], right[2][j]];
    let columns = [0, 1, 2].map(|j| applied(left, column(j)));
    [0, 1, 2].map(|i| [columns[0][i], columns[1][i], columns[2][i]])
}

/// By Cramer's rule; both matrices above have a determinant far from 0.
fn inverse(m: Matrix) -> Matrix {
    let minor = |a: usize, b: usize, c: usize, d: usize| m[a][c] * m[b][d] - m[a][d] * m[b][c];
    let cofactors = [
        [minor(1, 2, 1, 2), -minor(0, 2, 1, 2), minor(0, 1, 1, 2)],
        [-minor(1, 2, 0, 2), minor(0, 2, 0, 2), -minor(0, 1, 0, 2)],
        [minor(1, 2, 0, 1), -minor(0, 2, 0, 1), minor(0, 1, 0, 1)],
    ];
    let determinant =
        m[0][0] * cofactors[0][0] + m[0][1] * cofactors[1][0] + m[0][2] * cofactors[2][0];
    cofactors.map(|row| row.map(|value| value / determinant))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// White paper under daylight, as a byte.
    fn paper() -> u8 {
        byte(PAPER)
    }

    #[test]
    fn paper_becomes_white_whatever_the_light() {
        for light in [
            [210, 190, 150],
            [150, 170, 205],
            [120, 118, 121],
            [90, 70, 50],
        ] {
            let balance = WhiteBalance::from_paper(light).expect("paper");
            for channel in balance.apply(light) {
                assert!(channel.abs_diff(paper()) <= 1, "{light:?}: {channel}");
            }
        }
    }

    #[test]
    fn daylight_stays_as_it_is() {
        let balance = WhiteBalance::from_paper([paper(); 3]).expect("paper");
        for rgb in [[200, 30, 40], [10, 10, 10], [255, 255, 255], [90, 120, 160]] {
            for (before, after) in rgb.into_iter().zip(balance.apply(rgb)) {
                assert!(u8::abs_diff(before, after) <= 2, "{rgb:?}");
            }
        }
    }

    #[test]
    fn a_surface_under_lamp_light_comes_back() {
        use palette::{IntoColor, Srgb, color_difference::Ciede2000};
        // A lamp multiplies linear light; the same lamp fell on the paper.
        let lamp = [0.9, 0.62, 0.35f32];
        let under = |rgb: [u8; 3]| {
            let mut out = [0; 3];
            for (i, out) in out.iter_mut().enumerate() {
                *out = byte(linear()[usize::from(rgb[i])] * lamp[i]);
            }
            out
        };
        let balance = WhiteBalance::from_paper(under([paper(); 3])).expect("paper");
        let lab = |rgb: [u8; 3]| -> crate::Lab {
            Srgb::new(rgb[0], rgb[1], rgb[2])
                .into_format::<f32>()
                .into_color()
        };
        for rgb in [
            [200, 181, 154],
            [74, 59, 42],
            [120, 140, 120],
            [60, 70, 110],
        ] {
            let (seen, corrected) = (under(rgb), balance.apply(under(rgb)));
            let (before, after) = (
                lab(rgb).difference(lab(seen)),
                lab(rgb).difference(lab(corrected)),
            );
            assert!(
                after < 4.0 && after < before / 3.0,
                "{rgb:?}: {before} → {after}"
            );
        }
    }

    #[test]
    fn what_cannot_tell_says_why() {
        assert_eq!(WhiteBalance::from_paper([12, 10, 9]), Err(NotWhite::Dark));
        assert_eq!(
            WhiteBalance::from_paper([255, 250, 240]),
            Err(NotWhite::Clipped)
        );
        assert_eq!(
            WhiteBalance::from_paper([200, 20, 10]),
            Err(NotWhite::Colourful)
        );
    }

    #[test]
    fn a_picture_gets_what_a_colour_gets() {
        let balance = WhiteBalance::from_paper([210, 190, 150]).expect("paper");
        let mut picture = Vec::new();
        for v in 0..=255u8 {
            picture.extend([v, 255 - v, v / 2, 77]);
        }
        let before = picture.clone();
        balance.apply_all(&mut picture);
        for (was, is) in before.chunks_exact(4).zip(picture.chunks_exact(4)) {
            let exact = balance.apply([was[0], was[1], was[2]]);
            assert!(
                exact.iter().zip(is).all(|(a, b)| a.abs_diff(*b) <= 1),
                "{exact:?} {is:?}"
            );
            assert_eq!(is[3], 77);
        }
    }

    #[test]
    fn the_mean_is_taken_in_light_and_inside_of_the_picture() {
        let mut picture = Vec::new();
        for i in 0..16u8 {
            let v = if i % 2 == 0 { 255 } else { 0 };
            picture.extend([v, v, v, 255]);
        }
        // black and white in equal parts: half the light is 188, not 128
        let mean = mean_colour(&picture, 4, 1, 1, 9).expect("inside");
        assert!(mean.iter().all(|v| v.abs_diff(188) <= 1), "{mean:?}");
        assert_eq!(mean_colour(&picture, 4, 1, 0, 0), Some([0; 3]));
        assert_eq!(mean_colour(&picture, 4, 4, 0, 1), None);
        assert_eq!(mean_colour(&picture, 4, 0, 4, 1), None);
        assert_eq!(mean_colour(&[], 0, 0, 0, 1), None);
    }
}
