//! What there is to rank.

use material::{LegScores, Likeness};
use serde::{Deserialize, Serialize};

/// A material with all that its place depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The row, also the last tie-break: the order never changes between two requests.
    pub id: i64,
    /// Agreement by leg, 0 to 1; the look may go beyond 1, where two pictures are nearer than views of one
    /// material usually are. What is not a finite number counts as not known.
    pub scores: LegScores,
    /// What it is the same as.
    #[serde(default)]
    pub kin: Kin,
    /// A number for its maker; `None` where the maker is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maker: Option<u32>,
    /// 64 signs of its embedding: pictures that look alike differ in few. See [`sketch`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sketch: Option<[u32; 2]>,
}

/// Candidates that share a number here are the same to the eye.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kin {
    /// Their picture is the same file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<u32>,
    /// Their picture is the same, saved again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<u32>,
    /// They look the same and are of different makers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub look: Option<u32>,
}

impl Kin {
    /// How two are the same, if they are.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> Option<Likeness> {
        let shared = |a: Option<u32>, b: Option<u32>| a.is_some() && a == b;
        if shared(self.file, other.file) {
            Some(Likeness::File)
        } else if shared(self.picture, other.picture) {
            Some(Likeness::Picture)
        } else if shared(self.look, other.look) {
            Some(Likeness::Look)
        } else {
            None
        }
    }

    /// Whether it can be the same as any other.
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// 64 of the signs of an embedding, which come eight a byte, taken at even steps. The share of signs in which
/// two differ grows with the angle between them (Charikar 2002).
#[must_use]
pub fn sketch(signs: &[u8]) -> Option<[u32; 2]> {
    if signs.is_empty() {
        return None;
    }
    let count = signs.len() * 8;
    let mut out = [0u32; 2];
    for bit in 0..64 {
        let at = bit * count / 64;
        let sign = signs[at / 8] >> (7 - at % 8) & 1;
        out[bit / 32] |= u32::from(sign) << (bit % 32);
    }
    Some(out)
}
