//! Fusing the legs into one order, and saying how near each hit is.

use material::{Band, Fusion, Leg, LegScores, Weights};

/// The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
const K: f32 = 60.0;

/// Closeness from which a hit could be the same thing.
const STRONG: f32 = 0.72;
/// Closeness from which a hit is a relative.
const RELATED: f32 = 0.40;

/// A candidate with the exact agreement of every leg, 0 to 1; the look may go beyond 1, where two
/// pictures are nearer than views of one material usually are.
pub struct Candidate {
    /// The row, also the last tie-break: the order never changes between two requests.
    pub id: i64,
    /// Agreement by leg.
    pub scores: LegScores,
}

/// Where a candidate stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranked {
    /// Index into the candidates given.
    pub index: usize,
    /// Fused score, comparable within one answer.
    pub score: f32,
    /// Weighted mean of the agreements, 0 to 1.
    pub closeness: f32,
    /// How near.
    pub band: Band,
}

/// The agreement of one leg.
pub fn of(scores: &LegScores, leg: Leg) -> Option<f32> {
    match leg {
        Leg::Visual => scores.visual,
        Leg::Properties => scores.properties,
        Leg::Words => scores.words,
        Leg::Colours => scores.colours,
    }
}

/// Orders candidates, nearest first: by band, within a band by the weighted mean of their scores or by
/// weighted reciprocal ranks.
///
/// Every candidate is scored exactly on every leg. One that a leg cannot judge is judged by the others,
/// and stands in the middle of that leg's ranks: unknown is neither good nor bad. A leg that can judge
/// none, or weighs nothing, drops out.
///
/// `sureness`, 0 to 1, is how sure the properties leg is of what it asks for: what was guessed from
/// the neighbours of a photo must not outvote the photo itself.
pub fn fuse(
    candidates: &[Candidate],
    weights: Weights,
    fusion: Fusion,
    sureness: f32,
) -> Vec<Ranked> {
    let legs: Vec<(Leg, f32)> = Leg::ALL
        .into_iter()
        .map(|leg| match leg {
            Leg::Properties => (leg, weights.of(leg) * sureness.clamp(0.0, 1.0)),
            _ => (leg, weights.of(leg)),
        })
        .filter(|(leg, weight)| {
            *weight > 0.0 && candidates.iter().any(|c| of(&c.scores, *leg).is_some())
        })
        .collect();
    let ranks = (fusion == Fusion::Ranks).then(|| reciprocal_ranks(candidates, &legs));
    let mut ranked: Vec<Ranked> = candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| {
            let closeness = closeness(&candidate.scores, &legs);
            Ranked {
                index,
                score: ranks.as_ref().map_or(closeness, |ranks| ranks[index]),
                closeness,
                band: band(closeness),
            }
        })
        .collect();
    ranked.sort_by(|a, b| {
        a.band
            .cmp(&b.band)
            .then(b.score.total_cmp(&a.score))
            .then(b.closeness.total_cmp(&a.closeness))
            .then(candidates[a.index].id.cmp(&candidates[b.index].id))
    });
    ranked
}

/// Weighted reciprocal ranks, 1 for the first of every leg.
fn reciprocal_ranks(candidates: &[Candidate], legs: &[(Leg, f32)]) -> Vec<f32> {
    let total: f32 = legs.iter().map(|(_, weight)| weight).sum();
    let mut fused = vec![0.0f32; candidates.len()];
    for (leg, weight) in legs {
        for (score, rank) in fused.iter_mut().zip(ranks(candidates, *leg)) {
            *score += weight / total * (K + 1.0) / (K + rank);
        }
    }
    fused
}

/// The rank of every candidate in one leg, from 1; equal agreements share a rank.
fn ranks(candidates: &[Candidate], leg: Leg) -> Vec<f32> {
    let mut order: Vec<(f32, usize)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(i, c)| Some((of(&c.scores, leg)?, i)))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let middle = (order.len() as f32 + 1.0) / 2.0;
    let mut out = vec![middle; candidates.len()];
    let mut shared = 1.0;
    for (place, (value, index)) in order.iter().enumerate() {
        if place == 0 || order[place - 1].0 != *value {
            shared = place as f32 + 1.0;
        }
        out[*index] = shared;
    }
    out
}

/// The weighted mean of the agreements a candidate has.
fn closeness(scores: &LegScores, legs: &[(Leg, f32)]) -> f32 {
    let mut sum = 0.0;
    let mut total = 0.0;
    for (leg, weight) in legs {
        if let Some(value) = of(scores, *leg) {
            sum += weight * value;
            total += weight;
        }
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

fn band(closeness: f32) -> Band {
    if closeness >= STRONG {
        Band::Strong
    } else if closeness >= RELATED {
        Band::Related
    } else {
        Band::Weak
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: i64, visual: Option<f32>, words: Option<f32>) -> Candidate {
        Candidate {
            id,
            scores: LegScores {
                visual,
                words,
                ..LegScores::default()
            },
        }
    }

    fn order(candidates: &[Candidate], weights: Weights) -> Vec<i64> {
        fuse(candidates, weights, Fusion::Scores, 1.0)
            .iter()
            .map(|r| candidates[r.index].id)
            .collect()
    }

    #[test]
    fn the_weights_decide_between_legs() {
        let candidates = [
            candidate(1, Some(0.9), Some(0.5)),
            candidate(2, Some(0.5), Some(0.9)),
            candidate(3, Some(0.1), Some(0.1)),
        ];
        let eyes = Weights {
            visual: 100,
            words: 10,
            ..Weights::default()
        };
        let ears = Weights {
            visual: 10,
            words: 100,
            ..Weights::default()
        };
        assert_eq!(order(&candidates, eyes), [1, 2, 3]);
        assert_eq!(order(&candidates, ears), [2, 1, 3]);
    }

    #[test]
    fn a_leg_that_weighs_nothing_says_nothing() {
        let candidates = [
            candidate(1, Some(0.2), Some(1.0)),
            candidate(2, Some(0.3), Some(0.0)),
        ];
        let weights = Weights {
            words: 0,
            ..Weights::default()
        };
        assert_eq!(order(&candidates, weights), [2, 1]);
    }

    #[test]
    fn what_is_guessed_does_not_outvote_what_is_seen() {
        let guess = |id, visual, properties| Candidate {
            id,
            scores: LegScores {
                visual: Some(visual),
                properties: Some(properties),
                ..LegScores::default()
            },
        };
        let mut candidates = vec![guess(1, 0.99, 0.8), guess(2, 0.9, 1.0)];
        candidates.extend((3..20).map(|id| guess(id, 0.85, 0.95)));
        let first = |sureness| {
            candidates[fuse(&candidates, Weights::default(), Fusion::Scores, sureness)[0].index].id
        };
        assert_eq!(first(0.0), 1);
        assert_eq!(first(1.0), 2);
    }

    #[test]
    fn ranks_do_not_hear_how_far_apart_two_are() {
        let candidates = [
            candidate(1, Some(0.70), Some(0.40)),
            candidate(2, Some(0.45), Some(0.41)),
        ];
        let even = Weights {
            visual: 50,
            words: 50,
            ..Weights::default()
        };
        let scores = |fusion| {
            fuse(&candidates, even, fusion, 1.0)
                .iter()
                .map(|r| r.score)
                .collect::<Vec<_>>()
        };
        let (by_score, by_rank) = (scores(Fusion::Scores), scores(Fusion::Ranks));
        assert!(by_score[0] > by_score[1] + 0.1);
        assert!((by_rank[0] - by_rank[1]).abs() < 1e-6);
    }

    #[test]
    fn unknown_stands_between_good_and_bad() {
        let candidates = [
            candidate(1, Some(0.6), Some(0.0)),
            candidate(2, Some(0.6), None),
            candidate(3, Some(0.6), Some(1.0)),
        ];
        assert_eq!(order(&candidates, Weights::default()), [3, 2, 1]);
    }

    #[test]
    fn equals_keep_the_order_of_their_rows() {
        let candidates: Vec<_> = [5, 3, 9, 1]
            .into_iter()
            .map(|id| candidate(id, Some(0.5), None))
            .collect();
        assert_eq!(order(&candidates, Weights::default()), [1, 3, 5, 9]);
    }

    #[test]
    fn bands_never_mix_on_the_wall() {
        let candidates: Vec<_> = (0..40)
            .map(|i| {
                candidate(
                    i,
                    Some((i * 7 % 40) as f32 / 40.0),
                    Some((i * 11 % 40) as f32 / 40.0),
                )
            })
            .collect();
        let bands: Vec<_> = fuse(&candidates, Weights::default(), Fusion::Ranks, 1.0)
            .iter()
            .map(|r| r.band)
            .collect();
        assert!(bands.is_sorted());
    }

    #[test]
    fn nothing_to_rank_is_no_hits() {
        assert!(fuse(&[], Weights::default(), Fusion::Scores, 1.0).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn every_candidate_comes_back_once(
            scores in proptest::collection::vec((proptest::option::of(0.0f32..1.0), proptest::option::of(0.0f32..1.0)), 0..60),
            visual in 0u8..=100, words in 0u8..=100,
        ) {
            let candidates: Vec<_> = scores
                .iter()
                .enumerate()
                .map(|(i, (v, w))| candidate(i as i64, *v, *w))
                .collect();
            let mut ids = order(&candidates, Weights { visual, words, ..Weights::default() });
            ids.sort_unstable();
            proptest::prop_assert_eq!(ids, (0..scores.len() as i64).collect::<Vec<_>>());
        }
    }
}
