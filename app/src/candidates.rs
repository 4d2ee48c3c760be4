//! What a browser needs to bring results into another order by itself: the numbers the order depends on, and
//! what is to be shown, as the server draws it.

use leptos::prelude::*;
use material::{Band, Leg, Results, Weights};
use rank::{Contest, Kin};
use serde::Serialize;

use crate::{
    components::{
        swatch::{also_list, double, hit_swatch},
        wall::{band, nothing_close, pager},
    },
    wire,
};

/// The answer to `/s/{id}/candidates` and `/library/candidates`.
#[derive(Debug, Serialize)]
pub struct Candidates {
    /// Rows.
    ids: Vec<i64>,
    /// [`wire::scores`], one candidate after another.
    scores: Vec<f32>,
    /// [`wire::marks`], likewise.
    marks: Vec<i64>,
    /// How sure each leg is, as scores.
    sureness: [f32; Leg::ALL.len()],
    /// How much each leg counts in the view this belongs to.
    weights: [u8; Leg::ALL.len()],
    /// How scores become one.
    fusion: &'static str,
    /// How much unlikeness counts.
    diversity: f32,
    /// Whether nothing is close, however it is weighed.
    nothing_close: bool,
    /// Materials, scored or not.
    total: u32,
    /// Addresses of the materials.
    materials: Vec<String>,
    /// How each stands on the wall.
    cards: Vec<String>,
    /// How each that can be the same as another stands under it; nothing for the others.
    doubles: Vec<String>,
    /// The list of those, empty.
    also: String,
    /// The three bands without hits, nearest first.
    bands: [String; 3],
    /// The way to the other pages, from the first.
    pager: String,
    /// What is said when nothing is close.
    far: String,
}

impl Candidates {
    /// Of the first page of `results`, whose candidates are `contest`.
    pub fn of(results: &Results, contest: &Contest) -> Self {
        let candidates = &contest.candidates;
        let settings = &contest.settings;
        let mut weights: Weights = settings.weights;
        let far = Results {
            nothing_close: Some(contest.far.clone()),
            hits: Vec::new(),
            ..results.clone()
        };
        Self {
            ids: candidates.iter().map(|c| c.id).collect(),
            scores: candidates
                .iter()
                .flat_map(|c| wire::scores(&c.scores))
                .collect(),
            marks: candidates.iter().flat_map(wire::marks).collect(),
            sureness: wire::scores(&settings.sureness),
            weights: Leg::ALL.map(|leg| *weights.slot(leg)),
            fusion: settings.fusion.as_str(),
            diversity: settings.diversity,
            nothing_close: settings.nothing_close,
            total: contest.total,
            materials: contest
                .hits
                .iter()
                .map(|hit| format!("/m/{}", hit.material.slug))
                .collect(),
            cards: contest
                .hits
                .iter()
                .map(|hit| hit_swatch(results, hit, false).to_html())
                .collect(),
            doubles: contest
                .hits
                .iter()
                .zip(candidates)
                .map(|(hit, candidate)| match candidate.kin == Kin::default() {
                    true => String::new(),
                    false => double(&hit.material, "").to_html(),
                })
                .collect(),
            also: also_list(String::new(), Vec::new()).to_html(),
            bands: Band::ALL.map(|of| band(results, of, 0, false, Vec::new()).to_html()),
            pager: pager(results).map_or_else(String::new, |pager| pager.to_html()),
            far: nothing_close(&far).map_or_else(String::new, |far| far.to_html()),
        }
    }
}
