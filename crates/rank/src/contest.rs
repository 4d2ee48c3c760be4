//! What a browser needs to bring an answer into another order by itself.

use material::Hit;
use serde::{Deserialize, Serialize};

use crate::{Candidate, Settings};

/// What is said when nothing is weighed.
pub const NOTHING_COUNTS: &str = "Nothing counts: all weights are at zero.";

/// All scored candidates of an answer. [`fuse`](crate::fuse) of `candidates` under `settings` gives the places that the
/// server gives for the same view; materials beyond the candidates follow them and need no score.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Contest {
    /// How the answer was ordered.
    pub settings: Settings,
    /// What the order depends on.
    pub candidates: Vec<Candidate>,
    /// What they are and why they are here, in the order of `candidates`; their bands mean nothing yet.
    pub hits: Vec<Hit>,
    /// Materials that pass the filters, scored or not.
    pub total: u32,
    /// What is said when nothing is close.
    pub far: String,
}
