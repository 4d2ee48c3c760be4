//! Fingerprints: of bytes (the same file?) and of pictures (the same picture, saved again?).

use crate::colour::LabPlanes;
use crate::pixels::{Pixels, resize};
use fast_image_resize::FilterType;
use std::array::from_fn;
use std::f32::consts::PI;

/// Both fingerprints of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hashes {
    /// BLAKE3 of the file's bytes.
    pub content: [u8; 32],
    /// Perceptual hash of its pixels; compare with [`hamming`].
    pub perceptual: u64,
}

impl Hashes {
    /// Both fingerprints of a file and the pixels in it.
    #[must_use]
    pub fn of(bytes: &[u8], pixels: &Pixels) -> Self {
        Self {
            content: content_hash(bytes),
            perceptual: perceptual_hash(pixels),
        }
    }
}

/// BLAKE3 of the bytes.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> [u8; 32] {
    *blake3::hash(bytes).as_bytes()
}

/// Side of the square the picture is squeezed into before the transform.
const SIDE: usize = 32;
/// Below this a coefficient is rounding noise (L is 0..100): its bit is 0, so that plain pictures agree.
const NOISE: f32 = 0.02;

/// A 64-bit hash that stays nearly the same when a picture is resized or saved again: the signs, against their median,
/// of the 64 lowest frequencies of a 32×32 DCT of lightness (Zauner, "Implementation and benchmarking of perceptual
/// image hash functions", 2010). At most about 10 of 64 bits apart means the same picture.
#[must_use]
pub fn perceptual_hash(pixels: &Pixels) -> u64 {
    let small = LabPlanes::of(&resize(
        pixels,
        SIDE as u32,
        SIDE as u32,
        FilterType::Bilinear,
    ))
    .l;
    const LOW: usize = 11;
    let basis: [[f32; SIDE]; LOW] = from_fn(|frequency| {
        from_fn(|at| (PI * (at as f32 + 0.5) * frequency as f32 / SIDE as f32).cos())
    });
    // rows first, only the frequencies that are used
    let mut rows = [[0.0f32; LOW]; SIDE];
    for (y, row) in rows.iter_mut().enumerate() {
        for (u, value) in row.iter_mut().enumerate() {
            *value = (0..SIDE).map(|x| small[y * SIDE + x] * basis[u][x]).sum();
        }
    }
    // by diagonals, the mean left out: of the 65 coefficients with u + v ≤ 10 the first 64
    let by_diagonals = (1..LOW).flat_map(|sum| (0..=sum).map(move |u| (u, sum - u)));
    let coefficient = |(u, v): (usize, usize)| {
        let sum: f32 = rows
            .iter()
            .enumerate()
            .map(|(y, row)| row[u] * basis[v][y])
            .sum();
        sum / (SIDE * SIDE) as f32
    };
    let low: Vec<f32> = by_diagonals.take(64).map(coefficient).collect();
    let mut sorted = low.clone();
    sorted.sort_by(f32::total_cmp);
    let median = (sorted[31] + sorted[32]) / 2.0;
    low.iter().enumerate().fold(0, |hash, (bit, value)| {
        hash | u64::from(value - median > NOISE) << bit
    })
}

/// In how many of 64 bits two perceptual hashes differ.
#[must_use]
pub fn hamming(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pixels::shrink;

    fn blobs(seed: f32) -> Pixels {
        Pixels::from_fn(300, 200, |x, y| {
            let (x, y) = (x as f32 / 30.0, y as f32 / 30.0);
            let v =
                (x * 0.9 + seed).sin() + (y * 1.3 - seed * 2.0).cos() + (x * 0.4 * seed + y).sin();
            [(v * 40.0 + 128.0) as u8, (v * 30.0 + 120.0) as u8, 90]
        })
    }

    #[test]
    fn survives_resize_and_light() {
        let picture = blobs(1.0);
        let darker = Pixels::new(
            300,
            200,
            picture
                .data()
                .iter()
                .map(|v| (f32::from(*v) * 0.9) as u8)
                .collect(),
        )
        .expect("same size");
        let hash = perceptual_hash(&picture);
        assert!(hamming(hash, perceptual_hash(&shrink(&picture, 120))) <= 6);
        assert!(hamming(hash, perceptual_hash(&darker)) <= 6);
        assert!(hamming(hash, perceptual_hash(&blobs(2.3))) >= 16);
    }

    #[test]
    fn plain_pictures_agree() {
        let plain = |v: u8| perceptual_hash(&Pixels::from_fn(50, 40, |_, _| [v; 3]));
        assert_eq!(plain(20), plain(200));
    }

    #[test]
    fn content_hash_is_blake3() {
        assert_eq!(content_hash(b"")[..4], [0xaf, 0x13, 0x49, 0xb9]);
        assert_ne!(content_hash(b"a"), content_hash(b"b"));
    }
}
