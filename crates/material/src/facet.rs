//! Filters: what one may choose from, what was chosen, and how many there are of each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Application, BasicColour, Category, Finish, FireClass, Name, ParseError, Pattern, Price,
    SlipRating, Texture, shown, vocabulary::Word, vocabulary::words,
};

words!(
    /// A property one can filter by choosing values.
    Facet, "filter", {
        Category = "category", "Category";
        Colour = "colour", "Colour";
        Finish = "finish", "Finish";
        Pattern = "pattern", "Pattern";
        Texture = "texture", "Texture";
        Application = "application", "Application";
        Maker = "maker", "Maker";
        Fire = "fire", "Fire class";
        Slip = "slip", "Slip rating";
    }
);

/// One chosen value: a word of the facet in its standard form, or "not known".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Choice {
    /// The standard form, as it stands in the library.
    Known(String),
    /// Materials of which the library does not know the value.
    Unknown,
}

/// How *unknown* stands in addresses.
const UNKNOWN: &str = "unknown";

impl Choice {
    /// The form in addresses.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Known(value) => value,
            Self::Unknown => UNKNOWN,
        }
    }
}

impl Facet {
    /// Reads a value of this facet into its standard form.
    ///
    /// # Errors
    /// [`ParseError::Unknown`] for a word the facet does not have.
    pub fn choice(self, value: &str) -> Result<Choice, ParseError> {
        if value.trim().eq_ignore_ascii_case(UNKNOWN) {
            return Ok(Choice::Unknown);
        }
        Ok(Choice::Known(match self {
            Self::Category => Category::parse(value)?.as_str().to_owned(),
            Self::Colour => BasicColour::parse(value)?.as_str().to_owned(),
            Self::Finish => Finish::parse(value)?.as_str().to_owned(),
            Self::Pattern => Pattern::parse(value)?.as_str().to_owned(),
            Self::Texture => Texture::parse(value)?.as_str().to_owned(),
            Self::Application => Application::parse(value)?.as_str().to_owned(),
            Self::Maker => Name::parse(value)?.as_str().to_owned(),
            Self::Fire => FireClass::parse(value)?.to_string(),
            Self::Slip => SlipRating::parse(value)?.as_str().to_owned(),
        }))
    }

    /// How a standard form is shown to people.
    pub fn label_of(self, value: &str) -> String {
        fn label<W: Word>(value: &str) -> Option<String> {
            W::parse(value).ok().map(|w| w.label().to_owned())
        }
        match self {
            Self::Category => Category::parse(value).ok().map(|c| c.label().to_owned()),
            Self::Colour => label::<BasicColour>(value),
            Self::Finish => label::<Finish>(value),
            Self::Pattern => label::<Pattern>(value),
            Self::Texture => label::<Texture>(value),
            Self::Application => label::<Application>(value),
            Self::Slip => label::<SlipRating>(value),
            Self::Maker | Self::Fire => None,
        }
        .unwrap_or_else(|| value.to_owned())
    }
}

/// A range of whole numbers, both ends included. Prices count hundredths of the currency, sizes
/// millimetres.
#[derive(Debug, Clone, Copy, Default, PartialEq, Hash, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Range {
    /// The least, if there is one.
    pub min: Option<i64>,
    /// The most, if there is one.
    pub max: Option<i64>,
    /// Whether materials without a value come too, or — with neither end set — alone.
    pub unknown: bool,
}

impl Range {
    /// Whether it lets everything through.
    pub fn is_open(self) -> bool {
        self == Self::default()
    }
}

/// What was chosen. Values of one facet are alternatives, facets and ranges all have to hold.
#[derive(Debug, Clone, Default, PartialEq, Hash, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filters {
    chosen: BTreeMap<Facet, Vec<Choice>>,
    /// Price in hundredths.
    pub price: Range,
    /// The longer side in mm.
    pub size: Range,
}

impl Filters {
    /// The most values of one facet.
    pub const MAX_CHOICES: usize = 80;

    /// What was chosen of a facet; empty means everything.
    pub fn chosen(&self, facet: Facet) -> &[Choice] {
        self.chosen.get(&facet).map_or(&[], Vec::as_slice)
    }

    /// Whether one value was chosen.
    pub fn has(&self, facet: Facet, choice: &Choice) -> bool {
        self.chosen(facet).contains(choice)
    }

    /// Adds a value; adding it twice changes nothing.
    ///
    /// # Errors
    /// [`ParseError::TooMany`] past [`Self::MAX_CHOICES`].
    pub fn add(&mut self, facet: Facet, choice: Choice) -> Result<(), ParseError> {
        let values = self.chosen.entry(facet).or_default();
        if values.contains(&choice) {
            return Ok(());
        }
        if values.len() >= Self::MAX_CHOICES {
            return Err(ParseError::TooMany {
                kind: Facet::label(facet),
                limit: Self::MAX_CHOICES,
            });
        }
        values.push(choice);
        values.sort();
        Ok(())
    }

    /// Takes a value away.
    pub fn remove(&mut self, facet: Facet, choice: &Choice) {
        if let Some(values) = self.chosen.get_mut(&facet) {
            values.retain(|v| v != choice);
            if values.is_empty() {
                self.chosen.remove(&facet);
            }
        }
    }

    /// The same filters with one facet left out: facet counts respect the *other* filters.
    #[must_use]
    pub fn without(&self, facet: Facet) -> Self {
        let mut out = self.clone();
        out.chosen.remove(&facet);
        out
    }

    /// Whether nothing was chosen.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty() && self.price.is_open() && self.size.is_open()
    }

    /// Every chosen value, in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Facet, &Choice)> {
        self.chosen
            .iter()
            .flat_map(|(facet, choices)| choices.iter().map(move |c| (*facet, c)))
    }

    /// Takes one pair of a query string if it is a filter's; says whether it was.
    ///
    /// # Errors
    /// The value's own [`ParseError`].
    pub fn take_pair(&mut self, key: &str, value: &str) -> Result<bool, ParseError> {
        let empty = value.trim().is_empty();
        let end = |parsed: Result<i64, ParseError>| if empty { Ok(None) } else { parsed.map(Some) };
        match key {
            "price_min" => self.price.min = end(Price::parse_cents(value))?,
            "price_max" => self.price.max = end(Price::parse_cents(value))?,
            "size_min" => self.size.min = end(millimetres(value))?,
            "size_max" => self.size.max = end(millimetres(value))?,
            "price" | "size" if empty => {}
            "price" if value == UNKNOWN => self.price.unknown = true,
            "size" if value == UNKNOWN => self.size.unknown = true,
            _ => {
                let Some(facet) = Facet::all().iter().find(|f| f.as_str() == key) else {
                    return Ok(false);
                };
                if !empty {
                    self.add(*facet, facet.choice(value)?)?;
                }
            }
        }
        Ok(true)
    }

    /// The pairs of a query string that read back as these filters.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut out: Vec<(&'static str, String)> = self
            .iter()
            .map(|(facet, choice)| (facet.as_str(), choice.as_str().to_owned()))
            .collect();
        let price = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100).replace(".00", "");
        let mut range = |keys: [&'static str; 3], range: Range, show: &dyn Fn(i64) -> String| {
            out.extend(range.min.map(|v| (keys[0], show(v))));
            out.extend(range.max.map(|v| (keys[1], show(v))));
            if range.unknown {
                out.push((keys[2], UNKNOWN.to_owned()));
            }
        };
        range(["price_min", "price_max", "price"], self.price, &price);
        range(["size_min", "size_max", "size"], self.size, &|mm| {
            mm.to_string()
        });
        out
    }
}

fn millimetres(value: &str) -> Result<i64, ParseError> {
    value
        .trim()
        .parse()
        .ok()
        .filter(|mm| (0..=100_000).contains(mm))
        .ok_or_else(|| ParseError::Number {
            kind: "size",
            value: shown(value),
            expected: "write whole millimetres up to 100000",
        })
}

/// One value of a facet and how many materials have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// The value, or *unknown*.
    pub choice: Choice,
    /// As shown to people.
    pub label: String,
    /// Materials that have it and pass the other filters.
    pub count: u32,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// All values of a facet, most frequent first (categories in their own order).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCounts {
    /// Which.
    pub facet: Facet,
    /// Its values; chosen ones are there even at a count of 0.
    pub values: Vec<FacetValue>,
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;

    #[test]
    fn filters_read_back_from_their_own_pairs() {
        let mut filters = Filters::default();
        for (key, value) in [
            ("category", "Oak"),
            ("category", "stone"),
            ("finish", "unknown"),
            ("finish", "matte"),
            ("fire", "bfl-s1"),
            ("maker", "Nordhave & Søn"),
            ("price_max", "60.50"),
            ("price", "unknown"),
            ("size_min", "300"),
        ] {
            assert!(filters.take_pair(key, value).unwrap(), "{key}");
        }
        let mut again = Filters::default();
        for (key, value) in filters.pairs() {
            assert!(again.take_pair(key, &value).unwrap());
        }
        assert_eq!(filters, again);
        assert_eq!(filters.price.max, Some(6050));
        assert!(filters.has(Facet::Category, &Choice::Known("wood/oak".into())));
        assert!(filters.has(Facet::Finish, &Choice::Unknown));
    }

    #[test]
    fn an_empty_field_of_a_form_is_no_filter() {
        let mut filters = Filters::default();
        for key in [
            "category",
            "price_min",
            "price_max",
            "size_min",
            "maker",
            "price",
        ] {
            assert!(filters.take_pair(key, " ").unwrap());
        }
        assert!(filters.is_empty());
    }

    #[test]
    fn foreign_words_are_refused_and_foreign_keys_are_not_ours() {
        let mut filters = Filters::default();
        assert!(filters.take_pair("finish", "' OR 1=1 --").is_err());
        assert!(filters.take_pair("price_max", "cheap").is_err());
        assert!(!filters.take_pair("utm_source", "x").unwrap());
    }
}
