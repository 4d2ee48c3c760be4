//! How near two palettes are: the colours leg.

use material::{Colour, Lab, delta_e};

/// No two colours are further apart than this for a palette's purposes (ΔE2000): past it,
/// different is different.
const FAR: f32 = 50.0;

/// What it costs to turn one palette into the other, in ΔE2000: every share travels to the nearest
/// colour that still has room. The earth mover's distance of Rubner, Tomasi and Guibas (2000), with
/// the transport found greedily, nearest pairs first; with at most 8 colours a side the difference
/// to the optimum is below what one sees.
///
/// `None` when one side has no colours.
pub fn distance(a: &[Colour], b: &[Colour]) -> Option<f32> {
    Some(
        transport(a, b)?
            .into_iter()
            .map(|(share, far)| share * far)
            .sum(),
    )
}

/// How well a surface has the colours somebody asked for, 0 to 1: for each, how far what stands in its place is
/// from it, weighed by the root of its share. An accent of a twentieth then counts a fifth.
///
/// `None` when one side has no colours.
pub fn asked(asked: &[Colour], found: &[Colour]) -> Option<f32> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (share, far) in transport(asked, found)? {
        let weight = share.max(0.0).sqrt();
        sum += weight * agreement(far);
        total += weight;
    }
    (total > 0.0).then(|| sum / total)
}

/// Each colour of `a` as its share of the whole, and how far (ΔE2000) the part of `b` is that stands in its
/// place. `None` when one side has no colours.
pub fn transport(a: &[Colour], b: &[Colour]) -> Option<Vec<(f32, f32)>> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let shares = |palette: &[Colour]| -> Vec<f32> {
        let total: f32 = palette.iter().map(|c| c.share.max(0.0)).sum();
        let even = 1.0 / palette.len() as f32;
        palette
            .iter()
            .map(|c| {
                if total > 0.0 {
                    c.share.max(0.0) / total
                } else {
                    even
                }
            })
            .collect()
    };
    let wanted = shares(a);
    let (mut left_a, mut left_b) = (wanted.clone(), shares(b));
    let mut pairs: Vec<(f32, usize, usize)> = Vec::with_capacity(a.len() * b.len());
    for (i, ca) in a.iter().enumerate() {
        for (j, cb) in b.iter().enumerate() {
            pairs.push((delta_e(ca.lab, cb.lab).min(FAR), i, j));
        }
    }
    pairs.sort_by(|x, y| x.0.total_cmp(&y.0));
    let mut cost = vec![0.0; a.len()];
    for (d, i, j) in pairs {
        let moved = left_a[i].min(left_b[j]);
        cost[i] += moved * d;
        left_a[i] -= moved;
        left_b[j] -= moved;
    }
    let far = |(share, cost): (f32, f32)| {
        let far = if share > 0.0 { cost / share } else { 0.0 };
        (share, far)
    };
    Some(wanted.into_iter().zip(cost).map(far).collect())
}

/// The distance as an agreement, 0 to 1: 1 at no difference, a half at about ΔE 12, where one still
/// speaks of the same colour family.
pub fn agreement(distance: f32) -> f32 {
    1.0 / (1.0 + (distance / 12.0).powi(2))
}

/// The area mean of a palette.
pub fn mean(palette: &[Colour]) -> Option<Lab> {
    let total: f32 = palette.iter().map(|c| c.share).sum();
    if total <= 0.0 {
        return None;
    }
    let sum = |channel: fn(&Lab) -> f32| {
        palette
            .iter()
            .map(|c| channel(&c.lab) * c.share)
            .sum::<f32>()
            / total
    };
    Some(Lab::new(sum(|c| c.l), sum(|c| c.a), sum(|c| c.b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn palette(colours: &[(f32, f32, f32, f32)]) -> Vec<Colour> {
        colours
            .iter()
            .map(|&(l, a, b, share)| Colour {
                lab: Lab::new(l, a, b),
                share,
            })
            .collect()
    }

    #[test]
    fn a_palette_is_no_distance_from_itself_however_it_is_split() {
        let whole = palette(&[(60.0, 5.0, 20.0, 1.0)]);
        let split = palette(&[(60.0, 5.0, 20.0, 0.7), (60.0, 5.0, 20.0, 0.3)]);
        assert!(distance(&whole, &split).is_some_and(|d| d < 1e-4));
    }

    #[test]
    fn an_accent_counts_by_its_share() {
        let plain = palette(&[(60.0, 0.0, 0.0, 1.0)]);
        let accent = palette(&[(60.0, 0.0, 0.0, 0.9), (50.0, 60.0, 30.0, 0.1)]);
        let d = distance(&plain, &accent).unwrap_or_default();
        assert!((2.0..6.0).contains(&d), "{d}");
    }

    #[test]
    fn an_accent_that_was_asked_for_matters() {
        let asked_for = palette(&[(60.0, 0.0, 0.0, 0.95), (50.0, 60.0, 30.0, 0.05)]);
        let with = palette(&[(61.0, 0.0, 0.0, 0.95), (50.0, 60.0, 30.0, 0.05)]);
        let without = palette(&[(60.0, 0.0, 0.0, 1.0)]);
        let other = palette(&[(30.0, 20.0, -40.0, 0.95), (50.0, 60.0, 30.0, 0.05)]);
        let of = |found: &[Colour]| asked(&asked_for, found).unwrap_or_default();
        assert!(of(&with) > 0.98, "{}", of(&with));
        assert!(
            of(&without) < of(&with) - 0.1,
            "{} {}",
            of(&without),
            of(&with)
        );
        assert!(
            of(&other) < of(&without),
            "the ground counts more than the accent"
        );
    }

    #[test]
    fn one_colour_asks_for_a_whole_surface_of_it() {
        let sage = palette(&[(69.0, -5.0, 14.0, 1.0)]);
        let half = palette(&[(69.0, -5.0, 14.0, 0.5), (20.0, 0.0, 0.0, 0.5)]);
        let of = |found: &[Colour]| asked(&sage, found).unwrap_or_default();
        assert!(of(&sage) > 0.999 && of(&half) < 0.5);
        assert_eq!(asked(&sage, &[]), None);
        assert_eq!(asked(&[], &sage), None);
    }

    #[test]
    fn nothing_to_compare_is_no_answer() {
        assert_eq!(distance(&[], &palette(&[(1.0, 0.0, 0.0, 1.0)])), None);
    }

    #[test]
    fn agreement_falls_with_distance() {
        assert!((agreement(0.0) - 1.0).abs() < 1e-6);
        assert!((agreement(12.0) - 0.5).abs() < 1e-6);
        assert!(agreement(50.0) < 0.06);
    }
}
