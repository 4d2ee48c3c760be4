//! Embeddings in memory, beside the rows they belong to.

use fearless_simd::{Level, Simd, dispatch};

use crate::score::Near;
use crate::{ModelId, SwatchRow};

/// An embedding in 16 bits a number: its cosines differ from those of the whole numbers by some millionths.
#[derive(Debug, Clone)]
pub(crate) struct Numbers {
    swatch: SwatchRow,
    numbers: Box<[i16]>,
    /// Length of the numbers as they stand here.
    length: f32,
    signs: Box<[u8]>,
}

impl Numbers {
    pub fn new(swatch: SwatchRow, vector: &[f32]) -> Self {
        let largest = vector.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let scale = f32::from(i16::MAX) / largest.max(f32::MIN_POSITIVE);
        // What is not a number becomes 0.
        let numbers: Box<[i16]> = vector.iter().map(|x| (x * scale).round() as i16).collect();
        let length = numbers.iter().map(|x| f32::from(*x).powi(2)).sum::<f32>();
        Self {
            swatch,
            length: length.sqrt(),
            numbers,
            signs: crate::sketch::signs(vector).into(),
        }
    }

    /// Not a number for a vector of zeros, which has no direction.
    #[inline(always)]
    fn cosine(&self, vector: &[f32]) -> f32 {
        // So many sums beside each other, of lengths that are known while compiling, as processors add.
        let mut sums = [0.0_f32; 32];
        let (xs, last_xs) = self.numbers.as_chunks::<32>();
        let (ys, last_ys) = vector.as_chunks::<32>();
        for (xs, ys) in xs.iter().zip(ys) {
            for (sum, (x, y)) in sums.iter_mut().zip(xs.iter().zip(ys)) {
                *sum += f32::from(*x) * y;
            }
        }
        for (sum, (x, y)) in sums.iter_mut().zip(last_xs.iter().zip(last_ys)) {
            *sum += f32::from(*x) * y;
        }
        sums.iter().sum::<f32>() / self.length
    }
}

/// What a model makes of a material's pictures.
#[derive(Debug, Clone)]
pub(crate) struct Looks {
    pub model: ModelId,
    pub pictures: Vec<Numbers>,
}

impl Looks {
    /// The picture that is nearest to a vector of length 1; of equals the one that was there first. `None`
    /// without pictures.
    pub fn nearest(&self, vector: &[f32]) -> Option<Near> {
        dispatch!(Level::new(), simd => simd.vectorize(
            #[inline(always)]
            || self.compare(vector)
        ))
    }

    #[inline(always)]
    fn compare(&self, vector: &[f32]) -> Option<Near> {
        let known = |cosine: f32| if cosine.is_finite() { cosine } else { -2.0 };
        let (picture, cosine) = self
            .pictures
            .iter()
            .map(|picture| (picture, known(picture.cosine(vector))))
            .reduce(|best, next| match next.1 > best.1 {
                true => next,
                false => best,
            })?;
        Some(Near {
            swatch: picture.swatch,
            cosine: (cosine >= -1.5).then_some(cosine),
            signs: picture.signs.to_vec(),
        })
    }
}

/// The same direction, of length 1.
pub(crate) fn unit(vector: &[f32]) -> Vec<f32> {
    let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    vector
        .iter()
        .map(|x| x / length.max(f32::MIN_POSITIVE))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(vectors: &[&[f32]]) -> Looks {
        let pictures = vectors.iter().enumerate();
        Looks {
            model: ModelId(1),
            pictures: pictures
                .map(|(i, vector)| Numbers::new(SwatchRow(i as i64 + 1), vector))
                .collect(),
        }
    }

    #[test]
    fn the_nearest_of_equals_is_the_first() {
        let looks = looks(&[&[0.0, 1.0], &[0.3, 0.4], &[0.6, 0.8]]);
        let near = looks
            .nearest(&unit(&[6.0, 8.0]))
            .expect("there are pictures");
        assert_eq!(near.swatch, SwatchRow(2));
        assert!((near.cosine.expect("they have lengths") - 1.0).abs() < 1e-5);
        assert_eq!(near.signs, [0b1100_0000]);
    }

    #[test]
    fn what_has_no_direction_has_no_cosine() {
        let near = looks(&[&[0.0, 0.0]]).nearest(&[1.0, 0.0]);
        assert_eq!(near.expect("there is a picture").cosine, None);
        assert!(looks(&[]).nearest(&[1.0, 0.0]).is_none());
        let broken = looks(&[&[f32::NAN, 1.0], &[1.0, 0.0]]).nearest(&[1.0, 0.0]);
        assert_eq!(broken.map(|near| near.swatch), Some(SwatchRow(2)));
    }

    proptest::proptest! {
        #[test]
        fn cosines_are_those_of_the_whole_numbers(
            a in proptest::collection::vec(-1.0_f32..1.0, 64),
            b in proptest::collection::vec(-1.0_f32..1.0, 64),
        ) {
            let (a, b) = (unit(&a), unit(&b));
            let exact: f32 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let near = looks(&[&a]).nearest(&b).and_then(|near| near.cosine);
            proptest::prop_assert!((near.unwrap_or(9.0) - exact).abs() < 2e-5);
        }
    }
}
