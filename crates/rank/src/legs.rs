//! Three ways to make one score of many.

use material::{Fusion, Leg, LegScores, Weights};

use crate::Candidate;

/// The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009).
const K: f32 = 60.0;

/// The legs that have a say, with how much: those that weigh something, ask for something they are at
/// all sure of, and can judge at least one candidate.
pub(crate) fn at_work(
    candidates: &[Candidate],
    weights: Weights,
    sureness: &LegScores,
) -> Vec<(Leg, f32)> {
    Leg::ALL
        .into_iter()
        .map(|leg| {
            let sure = sureness.of(leg).unwrap_or(1.0).clamp(0.0, 1.0);
            (leg, weights.of(leg) * sure)
        })
        .filter(|(leg, weight)| {
            *weight > 0.0 && candidates.iter().any(|c| c.scores.of(*leg).is_some())
        })
        .collect()
}

/// The fused score of every candidate.
pub(crate) fn fused(candidates: &[Candidate], legs: &[(Leg, f32)], fusion: Fusion) -> Vec<f32> {
    match fusion {
        Fusion::Scores => candidates.iter().map(|c| mean(&c.scores, legs)).collect(),
        Fusion::Ranks => reciprocal_ranks(candidates, legs),
        Fusion::Distribution => distribution(candidates, legs),
    }
}

/// The convex combination of the agreements a candidate has (Bruch, Gai and Ingber 2023); a leg that cannot
/// judge it leaves it to the others. 0 where none can.
pub(crate) fn mean(scores: &LegScores, legs: &[(Leg, f32)]) -> f32 {
    let known = legs
        .iter()
        .filter_map(|(leg, weight)| Some((scores.of(*leg)?, *weight)));
    weighted_mean(known)
}

fn weighted_mean(values: impl Iterator<Item = (f32, f32)>) -> f32 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (value, weight) in values {
        sum += weight * value;
        total += weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
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

/// The rank of every candidate in one leg, from 1; equal agreements share a rank. What the leg cannot
/// judge stands in the middle: unknown is neither good nor bad.
fn ranks(candidates: &[Candidate], leg: Leg) -> Vec<f32> {
    let mut order: Vec<(f32, usize)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(i, c)| Some((c.scores.of(leg)?, i)))
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

/// Distribution-based score fusion (Mazzeschi 2023): every leg is stretched so that its scores of this search, from
/// three standard deviations below their mean to three above, fill 0 to 1.
fn distribution(candidates: &[Candidate], legs: &[(Leg, f32)]) -> Vec<f32> {
    let spread: Vec<(Leg, f32, f32, f32)> = legs
        .iter()
        .map(|(leg, weight)| {
            let known = || candidates.iter().filter_map(|c| c.scores.of(*leg));
            let count = known().count().max(1) as f32;
            let mean = known().sum::<f32>() / count;
            let variance = known().map(|v| (v - mean) * (v - mean)).sum::<f32>() / count;
            (*leg, *weight, mean, variance.sqrt())
        })
        .collect();
    let stretched = |candidate: &Candidate| {
        weighted_mean(spread.iter().filter_map(|(leg, weight, mean, sd)| {
            let value = candidate.scores.of(*leg)?;
            // A leg that says the same of all says nothing.
            let place = if *sd > 1e-6 {
                0.5 + (value - mean) / (6.0 * sd)
            } else {
                0.5
            };
            Some((place.clamp(0.0, 1.0), *weight))
        }))
    };
    candidates.iter().map(stretched).collect()
}
