//! What a look must withstand, on rendered textures.

use super::*;
use proptest::prelude::*;

/// Smooth repeatable noise from a few dozen waves of random direction.
fn wavy(x: f32, y: f32, finest: f32) -> f32 {
    (0..24)
        .map(|k| {
            let angle = k as f32 * 2.399;
            let pace = finest * (0.2 + 0.8 * (k as f32 * 0.618).fract());
            ((x * angle.cos() + y * angle.sin()) * pace + k as f32 * 1.7).sin()
        })
        .sum::<f32>()
        / 5.0
}

fn colour(base: [f32; 3], tone: f32) -> [u8; 3] {
    base.map(|v| (v * (1.0 + 0.25 * tone)).clamp(0.0, 255.0) as u8)
}

/// Four materials, seen at (x, y) in units of a frame.
fn surface(kind: usize, x: f32, y: f32) -> [u8; 3] {
    let cloud = wavy(x, y, 90.0);
    match kind {
        0 => colour([150.0, 100.0, 60.0], wavy(x * 60.0, y * 3.0, 3.0)),
        1 => {
            let (row, column) = (y * 9.0, x * 4.0 + 0.5 * ((y * 9.0).floor() % 2.0));
            if row.rem_euclid(1.0) < 0.12 || column.rem_euclid(1.0) < 0.06 {
                [190, 185, 175]
            } else {
                colour([140.0, 70.0, 55.0], cloud * 0.4)
            }
        }
        2 => colour([128.0, 130.0, 132.0], cloud * 0.3),
        _ => colour(
            [60.0, 90.0, 130.0],
            (x * 150.0).sin() * (y * 150.0).sin() * 1.5,
        ),
    }
}

/// A view: zoomed in by `zoom`, turned by `turn`, each channel times `light`.
fn view(kind: usize, side: u32, zoom: f32, turn: f32, light: [f32; 3]) -> Pixels {
    let (s, c) = turn.to_radians().sin_cos();
    Pixels::from_fn(side, side, |x, y| {
        let (u, v) = (x as f32 / side as f32 - 0.5, y as f32 / side as f32 - 0.5);
        let rgb = surface(
            kind,
            (u * c - v * s) / zoom + 3.0,
            (u * s + v * c) / zoom + 3.0,
        );
        std::array::from_fn(|k| (f32::from(rgb[k]) * light[k]).clamp(0.0, 255.0) as u8)
    })
}

const DAY: [f32; 3] = [1.0; 3];

fn looks(side: u32, zoom: f32, turn: f32, light: [f32; 3]) -> Vec<Look> {
    (0..4)
        .map(|kind| describe(&view(kind, side, zoom, turn, light)))
        .collect()
}

/// Every material's changed view must be nearer than any other material, and at least `floor`.
fn recognised(changed: &[Look], floor: f32) {
    let plain = looks(300, 1.0, 0.0, DAY);
    for (i, seen) in changed.iter().enumerate() {
        let own = seen.cosine(&plain[i]);
        assert!(own > floor, "material {i}: {own}");
        for (j, other) in plain.iter().enumerate() {
            assert!(
                j == i || seen.cosine(other) < own,
                "material {i} taken for {j}"
            );
        }
    }
}

#[test]
fn parts_and_blocks_cover_the_vector() {
    let length: usize = PARTS
        .iter()
        .map(|p| match p.values {
            Kind::Bins(n) => n,
            Kind::Measured(n) => 2 * n,
        })
        .sum();
    assert_eq!(length, DIMS);
    assert_eq!(BLOCKS[0].range.start, 0);
    assert_eq!(BLOCKS[BLOCKS.len() - 1].range.end, DIMS);
    assert!(
        BLOCKS
            .windows(2)
            .all(|pair| pair[0].range.end == pair[1].range.start)
    );
    assert_eq!(measure(&view(0, 64, 1.0, 0.0, DAY)).len(), MEASUREMENTS);
    assert_eq!(constants::USUAL.len(), MEASUREMENTS);
}

#[test]
fn survives_resize() {
    recognised(&looks(700, 1.0, 0.0, DAY), 0.9);
    recognised(&looks(140, 1.0, 0.0, DAY), 0.7);
}

#[test]
fn survives_rotation() {
    recognised(&looks(300, 1.0, 12.0, DAY), 0.6);
    recognised(&looks(300, 1.0, 90.0, DAY), 0.6);
}

#[test]
fn survives_light() {
    recognised(&looks(300, 1.0, 0.0, [0.8; 3]), 0.75);
    recognised(&looks(300, 1.0, 0.0, [1.0, 0.96, 0.85]), 0.75);
}

#[test]
fn survives_crop_and_zoom() {
    recognised(&looks(300, 1.4, 0.0, DAY), 0.5);
    recognised(&looks(300, 1.9, 5.0, [0.95, 0.92, 0.85]), 0.25);
}

#[test]
fn unrelated_materials_are_far_apart() {
    let all = looks(300, 1.0, 0.0, DAY);
    let pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)];
    let mean = pairs
        .iter()
        .map(|(i, j)| all[*i].cosine(&all[*j]))
        .sum::<f32>()
        / 6.0;
    assert!(mean < 0.25, "{mean}");
}

#[test]
fn aspects_tell_colour_from_pattern() {
    let brick = view(1, 300, 1.0, 0.0, DAY);
    // the same bricks painted blue: red and blue swapped
    let swapped = brick
        .data()
        .chunks_exact(3)
        .flat_map(|p| [p[2], p[1], p[0]])
        .collect();
    let blue = describe(&Pixels::new(300, 300, swapped).expect("same size"));
    let aspects = describe(&brick).aspects(&blue);
    let of = |name: &str| aspects.iter().find(|a| a.0 == name).expect("an aspect").1;
    assert!(of("pattern") > 0.9 && of("colour") < 0.7, "{aspects:?}");
}

#[test]
fn stored_vectors_are_checked() {
    assert_eq!(
        Look::new(vec![1.0; 3]),
        Err(PhotoError::NotALook { found: 3 })
    );
    assert!(Look::new(vec![0.0; DIMS]).is_err());
    assert!(Look::new(vec![f32::NAN; DIMS]).is_err());
    let look = Look::new(vec![2.0; DIMS]).expect("has a length");
    assert!((look.cosine(&look) - 1.0).abs() < 1e-5);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_picture_has_a_look(
        (w, h, data) in (1u32..=64, 1u32..=64).prop_flat_map(|(w, h)| {
            let bytes = prop_oneof![any::<u8>().boxed(), Just(0u8).boxed(), prop_oneof![Just(0u8), Just(255u8)].boxed()];
            (Just(w), Just(h), proptest::collection::vec(bytes, (w * h * 3) as usize))
        })
    ) {
        let pixels = Pixels::new(w, h, data).expect("fits");
        let look = describe(&pixels);
        prop_assert_eq!(look.as_slice().len(), DIMS);
        prop_assert!(look.as_slice().iter().all(|v| v.is_finite()));
        prop_assert!((dot(look.as_slice(), look.as_slice()) - 1.0).abs() < 1e-4);
        prop_assert!((look.cosine(&look) - 1.0).abs() < 1e-4);
        prop_assert_eq!(&describe(&pixels), &look);
        let palette = crate::palette(&pixels);
        prop_assert!((1..=8).contains(&palette.len()));
        prop_assert!((palette.iter().map(|c| c.share).sum::<f32>() - 1.0).abs() < 1e-4);
        let s = crate::surface(&pixels);
        for v in [s.lrv, s.contrast, s.chroma, s.variety, s.regularity, s.orientation, s.anisotropy, s.coarseness, s.veins, s.speckle] {
            prop_assert!(v.is_finite() && v >= 0.0, "{:?}", s);
        }
        prop_assert!(s.regularity <= 1.0 && s.anisotropy <= 1.0001 && s.coarseness <= 1.0);
        let _ = crate::perceptual_hash(&pixels);
    }
}
