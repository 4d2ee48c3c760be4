//! From candidates to places on the wall.

use material::{Band, Fusion, LegScores, Likeness, View, Weights};
use serde::{Deserialize, Serialize};

use crate::{Candidate, band::band, diverse::spread, legs};

/// How much unlikeness counts beside nearness where nothing else is asked.
pub const DIVERSITY: f32 = 0.1;

/// How candidates become an order.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How much each leg counts.
    pub weights: Weights,
    /// How their scores become one.
    pub fusion: Fusion,
    /// How much unlikeness to what stands already counts beside nearness, 0 to 1.
    pub diversity: f32,
    /// How sure each leg is of what it asks for, 0 to 1; one that is not named is. What was guessed about a
    /// photo must not outvote the photo itself.
    pub sureness: LegScores,
    /// Whether it is known that nothing in the library looks close: then no hit is said to be, unless looks are
    /// not asked for.
    pub nothing_close: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            weights: Weights::default(),
            fusion: Fusion::default(),
            diversity: DIVERSITY,
            sureness: LegScores::default(),
            nothing_close: false,
        }
    }
}

impl Settings {
    /// These settings under the weights, fusion and diversity of a view.
    #[must_use]
    pub fn seen_through(self, view: &View) -> Self {
        Self {
            weights: view.weights,
            fusion: view.fusion,
            diversity: if view.diverse { DIVERSITY } else { 0.0 },
            ..self
        }
    }
}

/// A place on the wall.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Index into the candidates given.
    pub index: usize,
    /// Fused score, comparable within one answer.
    pub score: f32,
    /// Weighted mean of the agreements, 0 to 1 (a look beyond 1 may lift it beyond).
    pub closeness: f32,
    /// How near.
    pub band: Band,
    /// Indices of those that are the same to the eye, nearest first, and how they are.
    pub also: Vec<(usize, Likeness)>,
}

/// Orders candidates, nearest first: by band, within a band by fused score, spread by `diversity`. Doubles
/// stand under the nearest of their kind, so every candidate comes back once: as a place or under one.
///
/// The order is total and the same for the same candidates in whatever order they are given, provided
/// their ids differ. Where no leg has a say all are weak and stand by id.
#[must_use]
pub fn fuse(candidates: &[Candidate], settings: &Settings) -> Vec<Ranked> {
    let legs = legs::at_work(candidates, settings.weights, &settings.sureness);
    let scores = legs::fused(candidates, &legs, settings.fusion);
    let closeness: Vec<f32> = candidates
        .iter()
        .map(|c| legs::mean(&c.scores, &legs))
        .collect();
    let nothing_close = settings.nothing_close && settings.weights.look > 0;
    let best = closeness.iter().copied().fold(0.0, f32::max);
    let mut ranked: Vec<Ranked> = (0..candidates.len())
        .map(|index| Ranked {
            index,
            score: scores[index],
            closeness: closeness[index],
            band: if nothing_close {
                Band::Weak
            } else {
                band(closeness[index], best)
            },
            also: Vec::new(),
        })
        .collect();
    ranked.sort_by(|a, b| {
        a.band
            .cmp(&b.band)
            .then(b.score.total_cmp(&a.score))
            .then(b.closeness.total_cmp(&a.closeness))
            .then(candidates[a.index].id.cmp(&candidates[b.index].id))
    });
    let mut places = fold(ranked, candidates);
    for band in places.chunk_by_mut(|a, b| a.band == b.band) {
        spread(band, candidates, settings.diversity);
    }
    places
}

/// Puts doubles under the nearest of them.
fn fold(ranked: Vec<Ranked>, candidates: &[Candidate]) -> Vec<Ranked> {
    let mut places: Vec<Ranked> = Vec::with_capacity(ranked.len());
    // Places that something can be the same as.
    let mut leaders: Vec<usize> = Vec::new();
    for one in ranked {
        let kin = &candidates[one.index].kin;
        if kin.is_none() {
            places.push(one);
            continue;
        }
        let under = leaders
            .iter()
            .filter_map(|&place| {
                let leader: &Ranked = &places[place];
                Some((candidates[leader.index].kin.likeness(kin)?, place))
            })
            .min();
        match under {
            Some((likeness, place)) => places[place].also.push((one.index, likeness)),
            None => {
                leaders.push(places.len());
                places.push(one);
            }
        }
    }
    places
}
