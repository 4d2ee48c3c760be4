//! Pictures that say what is meant: “more like this”, “less like this”.

use serde::{Deserialize, Serialize};

use crate::{Colour, Name, ParseError, Slug, SwatchId, SwatchRef, Token, shown};

/// What an example is a picture of.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExampleOf {
    /// A swatch of the library.
    Swatch(SwatchId),
    /// A photo, by the search that was made with it.
    Photo(Token),
}

impl From<&SwatchId> for ExampleOf {
    fn from(swatch: &SwatchId) -> Self {
        Self::Swatch(swatch.clone())
    }
}

impl From<&Token> for ExampleOf {
    fn from(search: &Token) -> Self {
        Self::Photo(search.clone())
    }
}

impl From<&Self> for ExampleOf {
    fn from(other: &Self) -> Self {
        other.clone()
    }
}

/// A picture that a search should go towards, or away from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Example {
    /// Which picture.
    #[serde(flatten)]
    pub of: ExampleOf,
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
    /// Stands before the name of a search.
    const PHOTO: &'static str = "photo:";

    /// Reads the value of `like=` or `unlike=`: a swatch, or `photo:` and a search, and after a colon how much
    /// it counts.
    ///
    /// # Errors
    /// [`ParseError`] for what is neither, or a weight outside 1 to 100.
    pub fn parse(value: &str, away: bool) -> Result<Self, ParseError> {
        let value = value.trim();
        let search = value.strip_prefix(Self::PHOTO);
        let (name, weight) = match search.unwrap_or(value).split_once(':') {
            Some((name, weight)) => (name.trim(), read_weight(weight)?),
            None => (search.unwrap_or(value), Self::WHOLE),
        };
        let of = match search {
            Some(_) => ExampleOf::Photo(Token::parse(name)?),
            None => ExampleOf::Swatch(SwatchId::parse(name)?),
        };
        Ok(Self { of, weight, away })
    }

    /// The pair of a query string that reads back as this example.
    pub fn pair(&self) -> (&'static str, String) {
        let key = if self.away { "unlike" } else { "like" };
        let name = match &self.of {
            ExampleOf::Swatch(swatch) => swatch.to_string(),
            ExampleOf::Photo(search) => format!("{}{search}", Self::PHOTO),
        };
        if self.weight == Self::WHOLE {
            (key, name)
        } else {
            (key, format!("{name}:{}", self.weight))
        }
    }

    /// Whether it is a photo.
    pub fn is_photo(&self) -> bool {
        matches!(self.of, ExampleOf::Photo(_))
    }
}

/// An example as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExampleCard {
    /// What it does.
    pub example: Example,
    /// What there is to see of it.
    #[serde(flatten)]
    pub shown: ExampleShown,
}

/// What there is to see of an example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ExampleShown {
    /// A swatch of the library.
    Swatch {
        /// The material it belongs to.
        material: Slug,
        /// Its name.
        name: Name,
        /// The picture.
        swatch: SwatchRef,
    },
    /// A photo, which is not kept; its colours are.
    Photo {
        /// Largest share first.
        palette: Vec<Colour>,
    },
}

impl ExampleCard {
    /// What people call it.
    pub fn name(&self) -> &str {
        match &self.shown {
            ExampleShown::Swatch { name, .. } => name.as_str(),
            ExampleShown::Photo { .. } => "your photo",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::View;

    #[test]
    fn photos_are_named_by_their_search() -> Result<(), ParseError> {
        let view = View::parse("like=photo:abc234:40&unlike=photo:xyz567")?;
        assert_eq!(
            view.query(),
            "?like=photo%3Aabc234%3A40&unlike=photo%3Axyz567"
        );
        assert!(view.examples.iter().all(Example::is_photo));
        let again = view.with_example(&Token::parse("abc234")?, false);
        assert_eq!(again.query(), "?unlike=photo%3Axyz567&like=photo%3Aabc234");
        let (first, last) = (&again.examples[0].of, &again.examples[1].of);
        assert_eq!(
            again.without_example(first).without_example(last).query(),
            ""
        );
        for wrong in [
            "photo:",
            "photo:../x",
            "photo:abc:0",
            "photo:abc:1:2",
            "photo",
        ] {
            assert!(Example::parse(wrong, false).is_err(), "{wrong}");
        }
        Ok(())
    }

    #[test]
    fn what_was_kept_before_there_were_photos_is_read() -> Result<(), Box<dyn std::error::Error>> {
        let id = "a".repeat(64);
        let before = format!(
            r##"{{"example":{{"swatch":"{id}","weight":100,"away":false}},"material":"oak","name":"Oak",
            "swatch":{{"id":"{id}","width":9,"height":9,"ground":"#000000","view":"face"}}}}"##
        );
        let card: ExampleCard = serde_json::from_str(&before)?;
        assert_eq!(card.name(), "Oak");
        assert!(!card.example.is_photo());
        let photo = ExampleCard {
            example: Example::parse("photo:abc234:40", true)?,
            shown: ExampleShown::Photo {
                palette: Vec::new(),
            },
        };
        for card in [card, photo] {
            let text = serde_json::to_string(&card)?;
            assert_eq!(serde_json::from_str::<ExampleCard>(&text)?, card);
        }
        Ok(())
    }
}
