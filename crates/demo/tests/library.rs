//! What the demo library promises to those who search it.

use std::collections::BTreeSet;

use demo::{Piece, library, makers, render};
use material::{Pattern, Texture};
use rayon::prelude::*;

/// Every view of every piece at a small size, in the order of the library.
fn pictures(pieces: &[Piece], side: u32) -> Vec<Vec<Vec<u8>>> {
    pieces
        .par_iter()
        .map(|p| (0..p.views.len()).map(|v| render(p, v, side).rgb).collect())
        .collect()
}

/// Standard deviation of lightness over a picture, in 8-bit steps.
fn spread(rgb: &[u8]) -> f64 {
    let grey: Vec<f64> = rgb
        .chunks_exact(3)
        .map(|p| 0.3 * f64::from(p[0]) + 0.6 * f64::from(p[1]) + 0.1 * f64::from(p[2]))
        .collect();
    let mean = grey.iter().sum::<f64>() / grey.len() as f64;
    (grey.iter().map(|g| (g - mean) * (g - mean)).sum::<f64>() / grey.len() as f64).sqrt()
}

/// Mean difference of two pictures, in 8-bit steps.
fn apart(a: &[u8], b: &[u8]) -> f64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| f64::from(a.abs_diff(*b)))
        .sum::<f64>()
        / a.len() as f64
}

/// Paint, and plain sheets as smooth as paint (laminate, linoleum in one colour): their pictures are meant to be calm.
fn is_calm(piece: &Piece) -> bool {
    let known = &piece.material.properties;
    let plain = known.pattern == Some(Pattern::Plain) && known.texture == Some(Texture::Smooth);
    known.category.is_some_and(|c| {
        c.as_str() == "paint" || (plain && ["plastic", "rubber"].contains(&c.top().as_str()))
    })
}

#[test]
fn it_is_large_and_broad() {
    let pieces = library();
    assert!(pieces.len() >= 210, "{} pieces", pieces.len());
    let swatches: usize = pieces.iter().map(|p| p.views.len()).sum();
    assert!(swatches > 420, "{swatches} swatches");
    let tops: BTreeSet<_> = pieces
        .iter()
        .filter_map(|p| p.material.properties.category)
        .map(|c| c.top())
        .collect();
    assert!(tops.len() >= 14, "{tops:?}");
    assert!(pieces.iter().all(|p| p.views.len() >= 2));
}

#[test]
fn no_two_pieces_share_an_address_a_name_or_a_key() {
    let pieces = library();
    let slugs: BTreeSet<_> = pieces.iter().map(|p| p.material.slug.as_str()).collect();
    let names: BTreeSet<_> = pieces
        .iter()
        .map(|p| p.material.name.as_str().to_lowercase())
        .collect();
    let keys: BTreeSet<_> = pieces.iter().map(|p| p.material.key.as_str()).collect();
    assert_eq!(slugs.len(), pieces.len());
    assert_eq!(names.len(), pieces.len());
    assert_eq!(keys.len(), pieces.len());
}

#[test]
fn every_piece_has_a_card() {
    let makers: BTreeSet<_> = makers::ALL.into_iter().collect();
    for piece in library() {
        let card = &piece.material;
        let name = card.name.as_str();
        assert!(
            card.maker
                .as_ref()
                .is_some_and(|m| makers.contains(m.as_str())),
            "{name} has a maker of the library"
        );
        assert!(card.description.as_str().len() > 20, "{name} is described");
        assert!(card.properties.finish.is_some(), "{name} has a finish");
        assert!(
            !card.properties.applications.is_empty(),
            "{name} can be used somewhere"
        );
        assert!(
            piece.mm_across > 10.0 && piece.mm_across < 5000.0,
            "{name} has a scale"
        );
        let uses: BTreeSet<_> = card.properties.applications.iter().collect();
        assert_eq!(
            uses.len(),
            card.properties.applications.len(),
            "{name} names a use twice"
        );
    }
}

#[test]
fn something_is_left_unknown_and_most_is_known() {
    let pieces = library();
    let count = |has: fn(&Piece) -> bool| pieces.iter().filter(|p| has(p)).count();
    for (what, known) in [
        ("price", count(|p| p.material.properties.price.is_some())),
        ("fire", count(|p| p.material.properties.fire.is_some())),
        ("size", count(|p| p.material.properties.size.is_some())),
        (
            "texture",
            count(|p| p.material.properties.texture.is_some()),
        ),
    ] {
        assert!(known * 2 > pieces.len(), "{what} is known for {known} only");
    }
    assert!(pieces.iter().any(|p| p.material.properties.price.is_none()));
    assert!(pieces.iter().any(|p| p.material.properties.fire.is_none()));
    assert!(pieces.iter().any(|p| p.material.properties.slip.is_none()));
}

#[test]
fn the_same_view_has_the_same_bytes() {
    let (first, second) = (library(), library());
    let (a, b) = (pictures(&first, 48), pictures(&second, 48));
    for ((piece, a), b) in first.iter().zip(&a).zip(&b) {
        assert!(
            a == b,
            "{} differs from itself",
            piece.material.slug.as_str()
        );
    }
}

#[test]
fn views_are_pictures_of_their_own() {
    let pieces = library();
    let mut alike = Vec::new();
    for (piece, shots) in pieces.iter().zip(pictures(&pieces, 96)) {
        for i in 0..shots.len() {
            assert_eq!(shots[i].len(), 96 * 96 * 3);
            for j in 0..i {
                let apart = apart(&shots[i], &shots[j]);
                if apart < if is_calm(piece) { 1.0 } else { 2.0 } {
                    alike.push(format!(
                        "{} views {j} and {i}: {apart:.2}",
                        piece.material.slug.as_str()
                    ));
                }
            }
        }
    }
    assert!(alike.is_empty(), "{alike:#?}");
}

#[test]
fn no_picture_is_nearly_uniform_unless_it_is_meant_to_be() {
    let pieces = library();
    let mut flat = Vec::new();
    for (piece, shots) in pieces.iter().zip(pictures(&pieces, 160)) {
        for (view, shot) in shots.iter().enumerate() {
            let spread = spread(shot);
            let least = if is_calm(piece) { 0.3 } else { 1.5 };
            if spread < least {
                flat.push(format!(
                    "{} view {view}: {spread:.2}",
                    piece.material.slug.as_str()
                ));
            }
        }
    }
    assert!(flat.is_empty(), "{flat:#?}");
}

#[test]
fn no_two_pieces_look_the_same() {
    let pieces = library();
    let shots: Vec<_> = pieces.par_iter().map(|p| render(p, 0, 48).rgb).collect();
    for i in 0..shots.len() {
        for j in 0..i {
            let same = apart(&shots[i], &shots[j]) < 0.5;
            assert!(
                !same,
                "{} and {}",
                pieces[i].material.slug.as_str(),
                pieces[j].material.slug.as_str()
            );
        }
    }
}

#[test]
fn no_picture_is_burnt_out_or_black() {
    let pieces = library();
    for (piece, shots) in pieces.iter().zip(pictures(&pieces, 64)) {
        for shot in &shots {
            let white = shot.iter().filter(|v| **v >= 254).count();
            let black = shot.iter().filter(|v| **v <= 1).count();
            assert!(
                white * 8 < shot.len(),
                "{} is burnt out",
                piece.material.slug.as_str()
            );
            assert!(
                black * 4 < shot.len(),
                "{} is black",
                piece.material.slug.as_str()
            );
        }
    }
}
