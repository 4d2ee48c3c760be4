//! The look: 512 numbers of unit length whose cosine says how alike two materials look.
//!
//! Nothing here is learned from photos. Every number is a measurement with a name in the literature, brought to a common
//! scale by constants that come from rendered swatches (`cargo run --release -p photo --example look_constants`).
//!
//! # Working sizes
//! A photo of a material says nothing about its scale except by what it frames, so everything is measured relative to the
//! frame. The picture is brought to an *area* of 256² for colours (never enlarged) and of exactly 128² for structure: a small
//! tile and a large photo of the same framing then carry the same frequencies. Structure is measured on three octaves of it
//! (128, 64, 32), which also is what makes twice the zoom a shift by one place rather than another world.
//!
//! # Parts
//! Each part is made unit length, then multiplied by the square root of its weight, so the cosine of two looks is the weighted
//! mean of the cosines of their parts. Then what differs between photos of one material is taken out (`nuisance`), and
//! every block is brought back to the weight of its parts.
//!
//! | part | dims | weight | what and why |
//! | --- | --- | --- | --- |
//! | colour | 93 | 1.0 | Soft (trilinear) CIELAB histogram, 5 steps of L, 5×5 of log-compressed (a, b), square-rooted (Hellinger; Swain & Ballard 1991, Arandjelović & Zisserman 2012): the root keeps small accents; wide bins forgive white balance. |
//! | relation | 63 | 1.0 | The same on colours after von Kries adaptation to the grey world (Buchsbaum 1980; Finlayson 1998): log RGB over the picture's mean, as lightness, red–green, blue–yellow. Does not change with exposure or a colour cast. |
//! | tone | 18 | 0.6 | Contrast, skew and kurtosis of L (Motoyoshi et al. 2007: skew tells gloss), spread of a and b, and how L, a, b go together (in wood the dark is the red). |
//! | features | 84 | 1.0 | Basic image features (Crosier & Griffin 2010): share of flat, slope, dark/light spot, dark/light line, saddle pixels per octave, once against an absolute and once against a relative flatness. Unchanged by rotation and by a factor on the light. |
//! | binary | 120 | 0.7 | Uniform rotation-invariant local binary patterns (Ojala et al. 2002), radius 1 and radius 2 with a threshold that ignores noise, per octave. |
//! | marginals | 50 | 0.5 | Energy, kurtosis and skew of each octave's band, burstiness of its energy, and how orientations go together (Portilla & Simoncelli 2000). |
//! | orientation | 24 | 0.7 | Oriented energy of steerable quadrature filters (Freeman & Adelson 1991) in 8 directions: magnitudes of its angular harmonics 2, 4, 6 per octave and the agreement of octaves. Rotation only turns phases, which are dropped. |
//! | repeat | 60 | 0.7 | Autocorrelation on ten rings from 1.5 to 32 px of 128: highest, lowest and spread over the angle (Haralick 1979): regularity, scale of the pattern, direction. |
//!
//! # Encoding of measurements
//! A measurement z (mean 0, deviation 1 over rendered swatches) is stored as (cos ωz − e^(−ω²/2), sin ωz) with ω = 0.7, a random
//! Fourier feature with one fixed frequency (Rahimi & Recht 2007): the product of two codes is a bump around "equal" instead of
//! growing with the extremeness of both, and its mean over unrelated pictures is 0. That is why unrelated looks have a
//! cosine near 0 and not near 0.8 as with plain histograms.

mod constants;
mod histogram;
mod nuisance;
mod structure;

use crate::colour::LabPlanes;
use crate::error::PhotoError;
use crate::filters::Plane;
use crate::pixels::{Pixels, resize};
use fast_image_resize::FilterType;
use std::ops::Range;

/// Name of this descriptor; looks of different names are never compared.
pub const MODEL: &str = "veneer-look-2";
/// What the names of all these descriptors begin with, earlier ones too.
pub const FAMILY: &str = "veneer-look-";
/// Length of a look.
pub const DIMS: usize = 512;

/// A contiguous part of the vector that measures one aspect, so that similarity can be told per aspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The aspect.
    pub name: &'static str,
    /// Where it lies in the vector.
    pub range: Range<usize>,
    /// What it tells, in words for people.
    pub tells: &'static str,
}

/// The aspects of a look, in order; they cover all of it.
pub const BLOCKS: &[Block] = &[
    Block {
        name: "colour",
        range: 0..93,
        tells: "which colours there are, and how much of each",
    },
    Block {
        name: "tone",
        range: 93..174,
        tells: "contrast and how the colours relate, whatever the light",
    },
    Block {
        name: "texture",
        range: 174..428,
        tells: "grain, spots, lines and edges, fine to coarse",
    },
    Block {
        name: "pattern",
        range: 428..512,
        tells: "direction, repeat and scale of the pattern",
    },
];

/// Colours are counted on a picture of this side squared.
const COLOUR_SIDE: f64 = 256.0;
/// Structure is measured on a picture of this side squared.
const STRUCTURE_SIDE: f64 = 128.0;
/// Frequency of the encoding of measurements.
const OMEGA: f32 = 0.7;

/// What a part is made of and what it weighs.
struct Part {
    weight: f32,
    values: Kind,
}

/// Where the values of a part come from.
enum Kind {
    /// So many histogram bins, taken as they are after the usual value is subtracted.
    Bins(usize),
    /// So many measurements, each encoded in two numbers.
    Measured(usize),
}

/// The parts in the order of the table above.
const PARTS: [Part; 8] = [
    Part {
        weight: 1.0,
        values: Kind::Bins(histogram::ABSOLUTE),
    },
    Part {
        weight: 1.0,
        values: Kind::Bins(histogram::RELATIVE),
    },
    Part {
        weight: 0.6,
        values: Kind::Measured(histogram::TONE),
    },
    Part {
        weight: 1.0,
        values: Kind::Measured(structure::FEATURES),
    },
    Part {
        weight: 0.7,
        values: Kind::Measured(structure::BINARY),
    },
    Part {
        weight: 0.5,
        values: Kind::Measured(structure::MARGINALS),
    },
    Part {
        weight: 0.7,
        values: Kind::Measured(structure::ORIENTATION),
    },
    Part {
        weight: 0.7,
        values: Kind::Measured(structure::REPEAT),
    },
];

/// How many raw numbers [`measure`] gives.
pub const MEASUREMENTS: usize = histogram::ABSOLUTE
    + histogram::RELATIVE
    + histogram::TONE
    + structure::FEATURES
    + structure::BINARY
    + structure::MARGINALS
    + structure::ORIENTATION
    + structure::REPEAT;

/// A look: [`DIMS`] finite numbers of unit length.
#[derive(Debug, Clone, PartialEq)]
pub struct Look(Vec<f32>);

impl Look {
    /// Takes a stored vector and restores its unit length.
    ///
    /// # Errors
    /// [`PhotoError::NotALook`] if it has not [`DIMS`] finite numbers or no length.
    pub fn new(mut values: Vec<f32>) -> Result<Self, PhotoError> {
        let length = dot(&values, &values).sqrt();
        if values.len() != DIMS || !length.is_finite() || length < 1e-6 {
            return Err(PhotoError::NotALook {
                found: values.len(),
            });
        }
        values.iter_mut().for_each(|v| *v /= length);
        Ok(Self(values))
    }

    /// The numbers.
    #[must_use]
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// The numbers, without copying.
    #[must_use]
    pub fn into_vec(self) -> Vec<f32> {
        self.0
    }

    /// How alike two looks are, −1..1: about 0 for unrelated materials, 1 for the same picture.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        dot(&self.0, &other.0).clamp(-1.0, 1.0)
    }

    /// The cosine of every aspect by name, in the order of [`BLOCKS`]; 0 where one of the two has nothing to compare.
    #[must_use]
    pub fn aspects(&self, other: &Self) -> Vec<(&'static str, f32)> {
        let one = |block: &Block| {
            let (p, q) = (&self.0[block.range.clone()], &other.0[block.range.clone()]);
            let lengths = (dot(p, p) * dot(q, q)).sqrt();
            let cosine = if lengths > 0.0 {
                (dot(p, q) / lengths).clamp(-1.0, 1.0)
            } else {
                0.0
            };
            (block.name, cosine)
        };
        BLOCKS.iter().map(one).collect()
    }
}

fn dot(p: &[f32], q: &[f32]) -> f32 {
    p.iter().zip(q).map(|(p, q)| p * q).sum()
}

/// Describes how a picture of a material looks. Any picture has a look, also a single pixel.
#[must_use]
pub fn describe(pixels: &Pixels) -> Look {
    let mut values = encode(&measure(pixels), &constants::USUAL);
    nuisance::remove(&mut values);
    let weights = block_weights();
    for (block, weight) in BLOCKS.iter().zip(weights) {
        to_length(&mut values[block.range.clone()], weight.sqrt());
    }
    if !to_length(&mut values, 1.0) {
        // a picture that is exactly the usual one in every respect still needs a direction
        values[0] = 1.0;
    }
    Look(values)
}

/// Measurements as [`DIMS`] numbers of unit length, given what is usual (mean and standard deviation of each measurement): the
/// look before anything is taken out of it. For recomputing the constants.
#[must_use]
pub fn encode(measured: &[f32], usual: &[(f32, f32)]) -> Vec<f32> {
    let mut values = Vec::with_capacity(DIMS);
    let mut at = 0;
    for part in &PARTS {
        let start = values.len();
        let (Kind::Bins(count) | Kind::Measured(count)) = part.values;
        for (value, (mean, deviation)) in measured.iter().zip(usual).skip(at).take(count) {
            match part.values {
                Kind::Bins(_) => values.push(value - mean),
                Kind::Measured(_) => {
                    // beyond three deviations more is not more different
                    let z = ((value - mean) / deviation).clamp(-3.0, 3.0) * OMEGA;
                    values.push(z.cos() - (-OMEGA * OMEGA / 2.0).exp());
                    values.push(z.sin());
                }
            }
        }
        at += count;
        to_length(&mut values[start..], part.weight.sqrt());
    }
    to_length(&mut values, 1.0);
    values
}

/// What the parts of each block weigh together.
fn block_weights() -> [f32; BLOCKS.len()] {
    let mut weights = [0.0; BLOCKS.len()];
    let mut at = 0;
    for part in &PARTS {
        for (block, weight) in BLOCKS.iter().zip(&mut weights) {
            if block.range.contains(&at) {
                *weight += part.weight;
            }
        }
        at += match part.values {
            Kind::Bins(count) => count,
            Kind::Measured(count) => 2 * count,
        };
    }
    weights
}

/// Brings numbers to a length; says whether they had one.
fn to_length(values: &mut [f32], length: f32) -> bool {
    let is = dot(values, values).sqrt();
    if is <= 1e-9 {
        return false;
    }
    values.iter_mut().for_each(|v| *v *= length / is);
    true
}

/// The measurements behind a look, before any scaling: [`MEASUREMENTS`] finite numbers. For recomputing the constants
/// and for looking into single numbers.
#[must_use]
pub fn measure(pixels: &Pixels) -> Vec<f32> {
    let colours = to_area(pixels, COLOUR_SIDE, false);
    let planes = LabPlanes::of(&colours);
    let mut out = Vec::with_capacity(MEASUREMENTS);
    histogram::absolute(&planes, &mut out);
    histogram::relative(&colours, &mut out);
    let contrast = histogram::tone(&planes, &mut out);
    let small = to_area(&colours, STRUCTURE_SIDE, true);
    let lightness = LabPlanes::of(&small).l;
    let plane = Plane {
        width: small.width() as usize,
        height: small.height() as usize,
        data: lightness,
    };
    structure::measure(plane, contrast, &mut out);
    out.iter_mut()
        .filter(|v| !v.is_finite())
        .for_each(|v| *v = 0.0);
    out
}

/// Brings a picture to an area of `side`², keeping its proportions up to 1 : 64.
fn to_area(pixels: &Pixels, side: f64, enlarge: bool) -> Pixels {
    let (w, h) = (f64::from(pixels.width()), f64::from(pixels.height()));
    let scale = side / (w * h).sqrt();
    let target = |length: f64| (length * scale).round().clamp(side / 8.0, side * 8.0) as u32;
    let (width, height) = (target(w), target(h));
    if (scale >= 1.0 && !enlarge) || (width, height) == (pixels.width(), pixels.height()) {
        return pixels.clone();
    }
    resize(pixels, width, height, FilterType::CatmullRom)
}

#[cfg(test)]
mod tests;
