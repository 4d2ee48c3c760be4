//! Measures of one ranked list. A list is given as the grades of its entries, best first: 3 is right, 2 and 1 are
//! relatives, 0 is anything else.

use serde::{Deserialize, Serialize};

/// The grade of a right answer.
pub const RIGHT: u8 = 3;
/// Grades from here count for precision.
pub const RELEVANT: u8 = 2;
/// Entries that a gain is counted over.
pub const GAIN_DEPTH: usize = 10;

/// What one leg made of one question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Place of the first right answer, from 1; none when it is beyond what was looked at.
    pub first: Option<u32>,
    /// Average precision over relevant answers, 0 to 1.
    pub precision: f64,
    /// Normalised discounted cumulative gain of the first ten, 0 to 1.
    pub ndcg: f64,
    /// Whether the leg had anything to judge by.
    pub told: bool,
}

impl Scores {
    /// Measures a list. `all` says how many materials of each grade the library has.
    #[must_use]
    pub fn of(list: &[u8], all: [u32; 4], told: bool) -> Self {
        let relevant = all[usize::from(RELEVANT)..].iter().sum::<u32>() as usize;
        Self {
            first: first_right(list),
            precision: average_precision(list, relevant),
            ndcg: ndcg(list, all),
            told,
        }
    }

    /// 1 when a right answer is among the first `depth`, else 0.
    #[must_use]
    pub fn found_within(&self, depth: u32) -> f64 {
        f64::from(u8::from(self.first.is_some_and(|place| place <= depth)))
    }
}

/// Where the first right answer is, from 1.
#[must_use]
pub fn first_right(list: &[u8]) -> Option<u32> {
    list.iter()
        .position(|g| *g >= RIGHT)
        .map(|at| at as u32 + 1)
}

/// The mean precision at every relevant answer (Buckley and Voorhees 2000), over as many as the list has room for:
/// a list that was cut cannot hold what is beyond it. 0 when nothing is relevant.
#[must_use]
pub fn average_precision(list: &[u8], relevant: usize) -> f64 {
    let room = relevant.min(list.len());
    if room == 0 {
        return 0.0;
    }
    let mut found = 0;
    let mut sum = 0.0;
    for (at, grade) in list.iter().enumerate() {
        if *grade >= RELEVANT {
            found += 1;
            sum += f64::from(found) / (at as f64 + 1.0);
        }
    }
    sum / room as f64
}

/// Gain 2^grade − 1 of the first ten, discounted by the binary logarithm of the place and divided by that of the best
/// possible order (Järvelin and Kekäläinen 2002; gains as in Burges 2005). 0 when there is nothing to gain.
#[must_use]
pub fn ndcg(list: &[u8], all: [u32; 4]) -> f64 {
    let gain = |at: usize, grade: u8| (f64::from(1u32 << grade) - 1.0) / (at as f64 + 2.0).log2();
    let sum = |grades: &mut dyn Iterator<Item = u8>| -> f64 {
        grades
            .take(GAIN_DEPTH)
            .enumerate()
            .map(|(at, grade)| gain(at, grade.min(RIGHT)))
            .sum()
    };
    let mut best = (1..=RIGHT)
        .rev()
        .flat_map(|grade| std::iter::repeat_n(grade, all[usize::from(grade)] as usize));
    let best = sum(&mut best);
    if best > 0.0 {
        sum(&mut list.iter().copied()) / best
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn the_first_right_one_counts_from_one() {
        assert_eq!(first_right(&[3, 0]), Some(1));
        assert_eq!(first_right(&[2, 1, 3, 3]), Some(3));
        assert_eq!(first_right(&[2, 2]), None);
        assert_eq!(first_right(&[]), None);
    }

    #[test]
    fn average_precision_by_hand() {
        // relevant at 1, 3 and 5 of three: (1 + 2/3 + 3/5) / 3
        near(
            average_precision(&[3, 0, 2, 1, 2], 3),
            (1.0 + 2.0 / 3.0 + 0.6) / 3.0,
        );
        // a fourth one exists and was not found
        near(
            average_precision(&[3, 0, 2, 1, 2], 4),
            (1.0 + 2.0 / 3.0 + 0.6) / 4.0,
        );
        // ten exist, two places: both right is all that fits
        near(average_precision(&[2, 3], 10), 1.0);
        near(average_precision(&[0, 0], 3), 0.0);
        near(average_precision(&[0], 0), 0.0);
    }

    #[test]
    fn gain_by_hand() {
        // one of each grade, the best order is 3 2 1; gains 7 3 1
        let all = [5, 1, 1, 1];
        let discount = |place: f64| (place + 1.0).log2();
        let best = 7.0 / discount(1.0) + 3.0 / discount(2.0) + 1.0 / discount(3.0);
        near(ndcg(&[3, 2, 1, 0], all), 1.0);
        near(
            ndcg(&[0, 3, 0, 2], all),
            (7.0 / discount(2.0) + 3.0 / discount(4.0)) / best,
        );
        near(ndcg(&[0, 0], all), 0.0);
        near(ndcg(&[0], [9, 0, 0, 0]), 0.0);
    }

    #[test]
    fn scores_take_all_three() {
        let scores = Scores::of(&[0, 3, 2], [1, 0, 1, 1], true);
        assert_eq!(scores.first, Some(2));
        near(scores.precision, (0.5 + 2.0 / 3.0) / 2.0);
        near(scores.found_within(1), 0.0);
        near(scores.found_within(2), 1.0);
    }

    proptest! {
        #[test]
        fn measures_stay_between_nothing_and_perfect(list in proptest::collection::vec(0u8..=3, 0..60), more in [0u32..5, 0u32..5, 0u32..5, 0u32..5]) {
            let mut all = more;
            for grade in &list {
                all[usize::from(*grade)] += 1;
            }
            let scores = Scores::of(&list, all, true);
            prop_assert!((0.0..=1.0 + 1e-12).contains(&scores.precision));
            prop_assert!((0.0..=1.0 + 1e-12).contains(&scores.ndcg));
            prop_assert!(scores.found_within(1) <= scores.found_within(5));
        }

        #[test]
        fn the_best_order_is_perfect_and_no_swap_betters_it(mut list in proptest::collection::vec(0u8..=3, 2..30), at in 0usize..28) {
            list.sort_unstable_by(|a, b| b.cmp(a));
            prop_assume!(list[0] >= 2);
            let mut all = [0u32; 4];
            list.iter().for_each(|g| all[usize::from(*g)] += 1);
            let best = Scores::of(&list, all, true);
            prop_assert!((best.precision - 1.0).abs() < 1e-9 && (best.ndcg - 1.0).abs() < 1e-9);
            let at = at % (list.len() - 1);
            list.swap(at, at + 1);
            let other = Scores::of(&list, all, true);
            prop_assert!(other.precision <= best.precision + 1e-12 && other.ndcg <= best.ndcg + 1e-12);
        }
    }
}
