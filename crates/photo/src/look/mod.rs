//! The look.

use crate::error::PhotoError;
use crate::pixels::Pixels;
use std::ops::Range;

/// Name of this descriptor; vectors of different names are never compared.
pub const MODEL: &str = "veneer-look-1";
/// Length of a look.
pub const DIMS: usize = 512;

/// A contiguous part of the vector that measures one aspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The aspect.
    pub name: &'static str,
    /// Where it lies in the vector.
    pub range: Range<usize>,
}

/// The parts of a look.
pub const BLOCKS: &[Block] = &[Block {
    name: "colour",
    range: 0..512,
}];

/// A unit vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Look(Vec<f32>);

impl Look {
    /// Takes a stored vector.
    ///
    /// # Errors
    /// [`PhotoError::NotALook`] if it has not [`DIMS`] finite numbers or no length.
    pub fn new(mut values: Vec<f32>) -> Result<Self, PhotoError> {
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
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

    /// Cosine.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        dot(&self.0, &other.0).clamp(-1.0, 1.0)
    }

    /// Cosine per block.
    #[must_use]
    pub fn aspects(&self, other: &Self) -> Vec<(&'static str, f32)> {
        BLOCKS
            .iter()
            .map(|block| {
                let (p, q) = (&self.0[block.range.clone()], &other.0[block.range.clone()]);
                let lengths = (dot(p, p) * dot(q, q)).sqrt();
                (
                    block.name,
                    if lengths > 0.0 {
                        (dot(p, q) / lengths).clamp(-1.0, 1.0)
                    } else {
                        0.0
                    },
                )
            })
            .collect()
    }
}

fn dot(p: &[f32], q: &[f32]) -> f32 {
    p.iter().zip(q).map(|(p, q)| p * q).sum()
}

/// Describes.
#[must_use]
pub fn describe(pixels: &Pixels) -> Look {
    let planes = crate::colour::LabPlanes::of(&crate::pixels::shrink(pixels, 256));
    let mut bins = vec![0.0f32; DIMS];
    for i in 0..planes.len() {
        let cell =
            |v: f32, low: f32, high: f32| ((v - low) / (high - low) * 8.0).clamp(0.0, 7.0) as usize;
        bins[cell(planes.l[i], 0.0, 100.0) * 64
            + cell(planes.a[i], -60.0, 60.0) * 8
            + cell(planes.b[i], -60.0, 60.0)] += 1.0;
    }
    let total = planes.len() as f32;
    Look(bins.into_iter().map(|v| (v / total).sqrt()).collect())
}
