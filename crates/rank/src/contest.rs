//! What a browser needs to bring an answer into another order by itself.

use material::MaterialCard;
use serde::{Deserialize, Serialize};

use crate::{Candidate, Settings};

/// All scored candidates of an answer. [`fuse`](crate::fuse) of `candidates` under `settings` gives the places that the
/// server gives for the same view; materials beyond the candidates follow them and need no score.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    /// How the answer was ordered.
    pub settings: Settings,
    /// What the order depends on.
    pub candidates: Vec<Candidate>,
    /// What they are, in the order of `candidates`.
    pub cards: Vec<Card>,
    /// Materials that pass the filters, scored or not.
    pub total: u32,
}

/// A candidate as it stands on the wall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// What it is.
    pub material: MaterialCard,
    /// Why it is here, in one line.
    pub summary: String,
}
