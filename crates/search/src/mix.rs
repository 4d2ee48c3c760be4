//! Several pictures as one vector: some to go towards, some to go away from.

use vision::Embedding;

/// How much what is not wanted counts against what is, beside a whole wish.
pub(crate) const AGAINST: f32 = 0.5;

/// How a vector was mixed, so that its cosines can be read as those of its parts.
///
/// Nearness is linear in the cosine, and the rows are unit vectors: the weighted mean of the nearness to
/// several vectors is read off one cosine to their weighted sum. No row is compared twice, and an index
/// over one vector serves them all (Rocchio 1971 moves a query the same way).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mix {
    /// Length of the sum before it was brought to 1.
    length: f32,
    /// Sum of the weights.
    mass: f32,
    /// What is added: 1 where there is nothing but what to go away from.
    lift: f32,
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            length: 1.0,
            mass: 1.0,
            lift: 0.0,
        }
    }
}

impl Mix {
    /// The mean nearness to the parts, from the cosine to their sum; `near` says what a cosine means.
    pub fn nearness(self, cosine: f32, near: impl Fn(f32) -> f32) -> f32 {
        near(cosine * self.length) + (self.mass - 1.0) * near(0.0) + self.lift
    }
}

/// Mixes unit vectors by weight; those below 0 are gone away from. Wanted ones share a whole, unwanted
/// ones [`AGAINST`]. `None` when nothing is left of them, or their lengths differ.
pub(crate) fn mix(parts: &[(f32, &[f32])]) -> Option<(Embedding, Mix)> {
    let dims = parts.first()?.1.len();
    let towards: f32 = parts.iter().map(|(w, _)| w.max(0.0)).sum();
    let away: f32 = parts.iter().map(|(w, _)| (-w).max(0.0)).sum();
    let mut sum = vec![0.0f32; dims];
    for (weight, vector) in parts {
        if vector.len() != dims {
            return None;
        }
        let share = if *weight > 0.0 {
            weight / towards
        } else {
            AGAINST * weight / away
        };
        for (total, value) in sum.iter_mut().zip(*vector) {
            *total += share * value;
        }
    }
    let length = sum.iter().map(|v| v * v).sum::<f32>().sqrt();
    if !(length.is_finite() && length > 1e-4) {
        return None;
    }
    sum.iter_mut().for_each(|v| *v /= length);
    let has = |total: f32| f32::from(u8::from(total > 0.0));
    let mix = Mix {
        length,
        mass: has(towards) - AGAINST * has(away),
        lift: 1.0 - has(towards),
    };
    Some((sum, mix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(values: [f32; 3]) -> Vec<f32> {
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        values.iter().map(|v| v / length).collect()
    }

    #[test]
    fn one_cosine_tells_the_mean_nearness_to_all_parts() {
        let near = |cosine: f32| (cosine - 0.2) / 0.5;
        let (a, b, c) = (
            unit([1.0, 0.2, 0.0]),
            unit([0.3, 1.0, 0.1]),
            unit([0.0, 0.4, 1.0]),
        );
        let row = unit([0.5, 0.5, 0.7]);
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        let (vector, how) = mix(&[(1.0, &a), (0.5, &b), (-1.0, &c)]).expect("something is left");
        let told = how.nearness(dot(&row, &vector), near);
        let meant =
            (near(dot(&row, &a)) + 0.5 * near(dot(&row, &b))) / 1.5 - AGAINST * near(dot(&row, &c));
        assert!((told - meant).abs() < 1e-5, "{told} {meant}");
    }

    #[test]
    fn away_from_something_alone_everything_else_is_fine() {
        let near = |cosine: f32| (cosine - 0.2) / 0.8;
        let a = unit([1.0, 0.0, 0.0]);
        let (vector, how) = mix(&[(-1.0, &a)]).expect("something is left");
        let of =
            |row: &[f32]| how.nearness(row.iter().zip(&vector).map(|(x, y)| x * y).sum(), near);
        assert!((of(&a) - 0.5).abs() < 1e-5);
        assert!(of(&unit([0.2, 1.0, 0.0])) > 0.9);
    }

    #[test]
    fn what_takes_itself_away_leaves_nothing() {
        let (a, long) = (unit([1.0, 2.0, 3.0]), vec![1.0; 4]);
        assert!(mix(&[]).is_none());
        assert!(mix(&[(1.0, &a), (1.0, &long)]).is_none());
        assert!(mix(&[(1.0, &[f32::NAN, 0.0, 1.0])]).is_none());
        assert_eq!(mix(&[(1.0, &a)]).map(|m| m.1.mass), Some(1.0));
    }
}
