//! Soft materials: fabric, leather, carpet, cork, rubber, linoleum, plastic, paper.

mod carpet;
mod draft;
mod grain;
mod knit;
mod leather;
mod motif;
mod ornament;
mod paper;
mod pile;
mod plastic;
mod resilient;
mod tile;
mod tufted;
mod wallpaper;
mod weave;
mod woollen;
mod woven;

use crate::Piece;

/// All of them, sorted by kind.
pub fn pieces() -> Vec<Piece> {
    [
        woven::pieces(),
        woollen::pieces(),
        pile::pieces(),
        knit::pieces(),
        leather::pieces(),
        carpet::pieces(),
        resilient::pieces(),
        plastic::pieces(),
        wallpaper::pieces(),
        paper::pieces(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::pieces;

    #[test]
    fn every_soft_kind_is_there_with_names_of_its_own() {
        let pieces = pieces();
        assert!(pieces.len() >= 85, "{} pieces", pieces.len());
        let slugs: BTreeSet<_> = pieces.iter().map(|p| p.material.slug.as_str()).collect();
        assert_eq!(slugs.len(), pieces.len(), "no two pieces share an address");
        let kinds: BTreeSet<_> = pieces
            .iter()
            .filter_map(|p| p.material.properties.category)
            .map(|c| c.as_str())
            .collect();
        for kind in [
            "fabric/linen",
            "fabric/wool",
            "fabric/cotton",
            "fabric/velvet",
            "fabric/boucle",
            "fabric/jacquard",
            "fabric/knit",
            "leather/full-grain",
            "leather/suede",
            "leather/vegan",
            "carpet/loop-pile",
            "carpet/cut-pile",
            "carpet/rug",
            "cork",
            "rubber/rubber",
            "rubber/linoleum",
            "plastic/laminate",
            "plastic/recycled",
            "paper/wallpaper",
            "paper/paper",
        ] {
            assert!(kinds.contains(kind), "{kind} is missing");
        }
    }

    #[test]
    fn every_view_is_a_picture_of_its_own() {
        for piece in pieces() {
            let name = piece.material.slug.as_str();
            assert!(piece.views.len() >= 2, "{name}");
            let shots: Vec<_> = (0..piece.views.len())
                .map(|v| crate::render(&piece, v, 40).rgb)
                .collect();
            for (i, shot) in shots.iter().enumerate() {
                let tones: BTreeSet<_> = shot.iter().collect();
                assert!(tones.len() > 6, "{name}, view {i}: {} tones", tones.len());
                for other in &shots[..i] {
                    let change: u64 = shot
                        .iter()
                        .zip(other)
                        .map(|(a, b)| u64::from(a.abs_diff(*b)))
                        .sum();
                    assert!(
                        change > shot.len() as u64,
                        "{name}: view {i} looks like another"
                    );
                }
            }
        }
    }

    #[test]
    fn the_same_piece_is_painted_the_same_twice() {
        for (a, b) in pieces().iter().zip(&pieces()).step_by(9) {
            assert_eq!(
                crate::render(a, 0, 24),
                crate::render(b, 0, 24),
                "{}",
                a.material.slug.as_str()
            );
        }
    }
}
