//! Which kind of material a look belongs to.
//!
//! Neighbours vote on what a photo shows ([`crate::estimate`]), but a rendered library is a small one, and the nearest
//! picture is often of another kind with the same colours. A linear map from looks to kinds looks only at what tells kinds
//! apart. It is fitted on rendered pictures alone (`examples/kind_weights.rs`).

use material::Category;
use photo::look;

/// The kinds it knows, in the order of its columns: every top category of the demo library.
pub const KINDS: [&str; 18] = [
    "brick",
    "carpet",
    "ceramic",
    "concrete",
    "cork",
    "engineered-stone",
    "fabric",
    "glass",
    "ground",
    "leather",
    "metal",
    "paint",
    "paper",
    "plaster",
    "plastic",
    "rubber",
    "stone",
    "wood",
];

/// 512 rows of 18 little-endian numbers.
static WEIGHTS: &[u8] = include_bytes!("weights.bin");

/// How far scores have to differ for one kind to be e times as likely as another. Chosen so that the likeliest kind
/// gets the share that it is right in, about a third.
const TEMPERATURE: f32 = 0.02;

/// How likely each kind is, most likely first; they add up to 1. Nothing for what is no look of
/// [`look::MODEL`].
pub fn kinds(look: &[f32]) -> Vec<(Category, f32)> {
    let width = KINDS.len() * 4;
    if look.len() != look::DIMS || WEIGHTS.len() != look::DIMS * width {
        return Vec::new();
    }
    let mut scores = [0.0f32; KINDS.len()];
    for (value, row) in look.iter().zip(WEIGHTS.chunks_exact(width)) {
        for (score, weight) in scores.iter_mut().zip(row.chunks_exact(4)) {
            *score += value * f32::from_le_bytes([weight[0], weight[1], weight[2], weight[3]]);
        }
    }
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    let shares = scores.map(|s| ((s - best) / TEMPERATURE).exp());
    let sum: f32 = shares.iter().sum();
    let mut kinds: Vec<(Category, f32)> = KINDS
        .iter()
        .zip(shares)
        .filter_map(|(name, share)| Some((Category::parse(name).ok()?, share / sum)))
        .collect();
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use photo::Pixels;

    #[test]
    fn every_kind_is_a_top_category() {
        for name in KINDS {
            let kind = Category::parse(name).expect("in the vocabulary");
            assert_eq!(kind.as_str(), name);
            assert_eq!(kind.top(), kind);
        }
        assert_eq!(WEIGHTS.len(), look::DIMS * KINDS.len() * 4);
    }

    #[test]
    fn rendered_pieces_are_of_their_kind() {
        let pieces = demo::library();
        let mut right = 0;
        let mut asked = 0;
        for piece in pieces.iter().step_by(5) {
            let picture = demo::render(piece, 0, 256);
            let pixels = Pixels::new(picture.width, picture.height, picture.rgb)
                .expect("a rendered picture");
            let kinds = kinds(&look::describe(&pixels).into_vec());
            let sum: f32 = kinds.iter().map(|(_, share)| share).sum();
            assert!((sum - 1.0).abs() < 1e-3);
            let top = piece.material.properties.category.map(Category::top);
            asked += 1;
            right += u32::from(kinds.first().map(|(k, _)| *k) == top);
        }
        assert!(right * 2 > asked, "{right} of {asked}");
    }

    #[test]
    fn what_is_no_look_has_no_kind() {
        assert!(kinds(&[0.1; 8]).is_empty());
        assert!(kinds(&[]).is_empty());
    }
}
