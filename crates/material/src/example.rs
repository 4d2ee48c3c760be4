//! Swatches that say what is meant: “more like this”, “less like this”.

use serde::{Deserialize, Serialize};

use crate::{Name, ParseError, Slug, SwatchId, SwatchRef, shown};

/// A swatch that a search should go towards, or away from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Example {
    /// The swatch.
    pub swatch: SwatchId,
    /// How much it counts, 1 to 100.
    pub weight: u8,
    /// Whether the search goes away from it.
    pub away: bool,
}

impl Example {
    /// The most examples of one search, both ways together.
    pub const MAX: usize = 8;
    /// What an example counts where nothing is said.
    pub const WHOLE: u8 = 100;

    /// Reads the value of `like=` or `unlike=`: a swatch, and after a colon how much it counts.
    ///
    /// # Errors
    /// [`ParseError`] for what is no swatch, or a weight outside 1 to 100.
    pub fn parse(value: &str, away: bool) -> Result<Self, ParseError> {
        let (swatch, weight) = match value.split_once(':') {
            Some((swatch, weight)) => (swatch, read_weight(weight)?),
            None => (value, Self::WHOLE),
        };
        Ok(Self {
            swatch: SwatchId::parse(swatch.trim())?,
            weight,
            away,
        })
    }

    /// The pair of a query string that reads back as this example.
    pub fn pair(&self) -> (&'static str, String) {
        let key = if self.away { "unlike" } else { "like" };
        if self.weight == Self::WHOLE {
            (key, self.swatch.to_string())
        } else {
            (key, format!("{}:{}", self.swatch, self.weight))
        }
    }
}

/// An example as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExampleCard {
    /// What it does.
    pub example: Example,
    /// The material it belongs to.
    pub material: Slug,
    /// Its name.
    pub name: Name,
    /// The picture.
    pub swatch: SwatchRef,
}

fn read_weight(text: &str) -> Result<u8, ParseError> {
    text.trim()
        .parse()
        .ok()
        .filter(|weight| (1..=100).contains(weight))
        .ok_or_else(|| ParseError::Number {
            kind: "weight of an example",
            value: shown(text),
            expected: "write a whole number from 1 to 100",
        })
}
