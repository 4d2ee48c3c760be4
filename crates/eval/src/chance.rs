//! What is chance and what is not: intervals of means, and whether two runs really differ.

use serde::{Deserialize, Serialize};

use crate::Dice;

/// Samples of a bootstrap.
const SAMPLES: usize = 2_000;
/// Relabellings of a permutation test.
const RELABELLINGS: usize = 10_000;

/// A mean and where it would lie in 95 of 100 repetitions with other questions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The mean itself.
    pub mean: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean of values with its percentile bootstrap (Efron 1979): questions are drawn again and again, with replacement,
/// from those that were asked. Nothing gives 0.
pub fn interval(values: &[f64], dice: &mut Dice) -> Interval {
    let mut means: Vec<f64> = (0..SAMPLES)
        .map(|_| {
            let sum: f64 = (0..values.len())
                .map(|_| values[dice.below(values.len())])
                .sum();
            sum / values.len().max(1) as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((SAMPLES - 1) as f64 * share).round() as usize];
    Interval {
        mean: mean(values),
        low: at(0.025),
        high: at(0.975),
    }
}

/// The difference between two runs over the same questions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Paired {
    /// Second minus first, with its interval.
    pub difference: Interval,
    /// How often chance alone would make as large a difference, 0 to 1.
    pub p: f64,
    /// Questions that came out better.
    pub better: u32,
    /// Questions that came out worse.
    pub worse: u32,
}

/// Compares two runs question by question: a paired bootstrap for the difference, and a permutation test (Fisher 1935; for
/// retrieval Smucker, Allan and Carterette 2007) that swaps the two answers of a question by the toss of a coin. Only as
/// many questions as both have are compared.
pub fn paired(first: &[f64], second: &[f64], dice: &mut Dice) -> Paired {
    let differences: Vec<f64> = second.iter().zip(first).map(|(b, a)| b - a).collect();
    let observed = differences.iter().sum::<f64>().abs();
    // Rounding must not decide whether a relabelling is as extreme.
    let least = observed - 1e-9;
    let extreme = (0..RELABELLINGS)
        .filter(|_| {
            let sum: f64 = differences
                .iter()
                .map(|d| if dice.chance(0.5) { *d } else { -*d })
                .sum();
            sum.abs() >= least
        })
        .count();
    Paired {
        difference: interval(&differences, dice),
        p: (extreme as f64 + 1.0) / (RELABELLINGS as f64 + 1.0),
        better: differences.iter().filter(|d| **d > 1e-9).count() as u32,
        worse: differences.iter().filter(|d| **d < -1e-9).count() as u32,
    }
}

/// Brings the chances of several tests to what they mean together (Holm 1979): with twenty tests one in twenty is found by
/// chance alone.
#[must_use]
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let mut out = vec![0.0; chances.len()];
    let mut most = 0.0f64;
    for (place, index) in order.into_iter().enumerate() {
        most = most.max((chances[index] * (chances.len() - place) as f64).min(1.0));
        out[index] = most;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn dice() -> Dice {
        Dice::about(1, "tests")
    }

    #[test]
    fn an_interval_holds_its_mean_and_narrows_with_more_questions() {
        let few: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
        let many: Vec<f64> = (0..2000).map(|i| f64::from(i % 2)).collect();
        let (few, many) = (interval(&few, &mut dice()), interval(&many, &mut dice()));
        assert!((few.mean - 0.5).abs() < 1e-12);
        assert!(few.low < 0.5 && few.high > 0.5);
        // the deviation of a mean of 20 coins is 0.112: about ±0.22
        assert!((0.15..0.30).contains(&(few.high - few.mean)), "{few:?}");
        assert!(many.high - many.low < (few.high - few.low) / 5.0);
        let alike = interval(&[0.25; 8], &mut dice());
        assert_eq!((alike.low, alike.high), (0.25, 0.25));
        assert_eq!(interval(&[], &mut dice()), Interval::default());
    }

    #[test]
    fn the_same_twice_is_no_difference() {
        let values = [0.0, 1.0, 0.5, 1.0];
        let same = paired(&values, &values, &mut dice());
        assert_eq!((same.difference.mean, same.better, same.worse), (0.0, 0, 0));
        assert!((same.p - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_coin_that_always_falls_the_same_way_is_no_chance() {
        // eight questions all better: of 256 relabellings two are as extreme
        let all = paired(&[0.0; 8], &[1.0; 8], &mut dice());
        assert!((all.p - 2.0 / 256.0).abs() < 0.004, "{}", all.p);
        assert_eq!((all.better, all.worse), (8, 0));
        // one better, one worse
        let none = paired(&[0.0, 1.0], &[1.0, 0.0], &mut dice());
        assert!((none.p - 1.0).abs() < 1e-9);
    }

    #[test]
    fn several_tests_are_held_to_more() {
        // Holm by hand: 0.01·3, 0.02·2, 0.5·1
        let adjusted = holm(&[0.02, 0.5, 0.01]);
        for (a, b) in adjusted.iter().zip([0.04, 0.5, 0.03]) {
            assert!((a - b).abs() < 1e-12);
        }
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
        assert!(holm(&[]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn an_interval_lies_within_the_values(values in proptest::collection::vec(0.0f64..1.0, 1..40)) {
            let all = interval(&values, &mut dice());
            let (least, most) = values.iter().fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(*v), b.max(*v)));
            prop_assert!(all.low >= least - 1e-12 && all.high <= most + 1e-12 && all.low <= all.high);
        }
    }
}
