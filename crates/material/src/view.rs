//! How a person looks at a search: words beside the photo, filters, weights, page. All of it lives
//! in the query string, so that the address is the view.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    Example, ExampleOf, Field, Filters, Fusion, Leg, Palette, ParseError, SearchText, Weights,
    Word, scheme, shown,
};

/// Hits on one page.
pub const PAGE_SIZE: u32 = 48;

/// The query string of a results page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Words that refine the search.
    pub text: Option<SearchText>,
    /// Properties of which nothing is to be suggested for the words.
    pub declined: BTreeSet<Field>,
    /// Pictures to be more, or less, like.
    pub examples: Vec<Example>,
    /// Colours to look for.
    pub palette: Option<Palette>,
    /// What was chosen.
    pub filters: Filters,
    /// How much each leg counts.
    pub weights: Weights,
    /// How they become one order.
    pub fusion: Fusion,
    /// Whether what is nearly the same makes way for something else.
    pub diverse: bool,
    /// From 0.
    pub page: u32,
}

impl Default for View {
    fn default() -> Self {
        Self {
            text: None,
            declined: BTreeSet::new(),
            examples: Vec::new(),
            palette: None,
            filters: Filters::default(),
            weights: Weights::default(),
            fusion: Fusion::default(),
            diverse: true,
            page: 0,
        }
    }
}

impl View {
    /// The last page one can ask for.
    pub const MAX_PAGE: u32 = 100_000;
    /// The longest query string that is read, in bytes.
    pub const MAX_QUERY: usize = 8_192;

    /// Reads a query string (without `?`). Foreign keys are passed over, empty values are none.
    ///
    /// # Errors
    /// The [`ParseError`] of the first value that is not one.
    pub fn parse(query: &str) -> Result<Self, ParseError> {
        if query.len() > Self::MAX_QUERY {
            return Err(ParseError::TooLong {
                kind: "address",
                length: query.len(),
                limit: Self::MAX_QUERY,
            });
        }
        let mut view = Self::default();
        let mut palette = scheme::Draft::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            if !palette.take_pair(&key, &value)? {
                view.take_pair(&key, &value)?;
            }
        }
        view.palette = palette.finish()?;
        Ok(view)
    }

    fn take_pair(&mut self, key: &str, value: &str) -> Result<(), ParseError> {
        let text = value.trim();
        match key {
            "q" if text.is_empty() => self.text = None,
            "q" => self.text = Some(SearchText::parse(value)?),
            "declined" if !text.is_empty() => {
                self.declined.insert(Field::parse(text)?);
            }
            "like" | "unlike" if !text.is_empty() => {
                let example = Example::parse(text, key == "unlike")?;
                // Said twice, the last word counts.
                self.examples.retain(|e| e.of != example.of);
                if self.examples.len() >= Example::MAX {
                    return Err(ParseError::TooMany {
                        kind: "examples",
                        limit: Example::MAX,
                    });
                }
                self.examples.push(example);
            }
            "fusion" if !text.is_empty() => {
                self.fusion = Fusion::ALL
                    .into_iter()
                    .find(|fusion| fusion.as_str() == text)
                    .ok_or_else(|| ParseError::Unknown {
                        kind: "fusion",
                        value: shown(text),
                    })?;
            }
            "diverse" if !text.is_empty() => {
                self.diverse = number(text, "choice", 0..=1, "write 0 or 1")? == 1;
            }
            "page" if !text.is_empty() => {
                // Pages are counted from 1 where people see them.
                self.page = number(
                    text,
                    "page",
                    1..=Self::MAX_PAGE,
                    "write a whole number from 1",
                )? - 1;
            }
            _ => {
                if let Some(leg) = Leg::of_weight_key(key) {
                    if !text.is_empty() {
                        *self.weights.slot(leg) = number(
                            text,
                            "weight",
                            0..=100,
                            "write a whole number from 0 to 100",
                        )? as u8;
                    }
                } else {
                    self.filters.take_pair(key, value)?;
                }
            }
        }
        Ok(())
    }

    /// The pairs that read back as this view; defaults are left out.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut out = Vec::new();
        out.extend(self.text.as_ref().map(|t| ("q", t.as_str().to_owned())));
        let declined = self.declined.iter().map(|field| field.as_str().to_owned());
        out.extend(declined.map(|field| ("declined", field)));
        out.extend(self.examples.iter().map(Example::pair));
        out.extend(self.palette.as_ref().map(|p| ("palette", p.to_string())));
        out.extend(self.filters.pairs());
        let (mut weights, mut defaults) = (self.weights, Weights::default());
        for leg in Leg::ALL {
            let value = *weights.slot(leg);
            if value != *defaults.slot(leg) {
                out.push((leg.weight_key(), value.to_string()));
            }
        }
        if self.fusion != Fusion::default() {
            out.push(("fusion", self.fusion.as_str().to_owned()));
        }
        if !self.diverse {
            out.push(("diverse", "0".to_owned()));
        }
        if self.page > 0 {
            out.push(("page", (self.page + 1).to_string()));
        }
        out
    }

    /// The query string, with its `?` unless it is empty.
    pub fn query(&self) -> String {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return String::new();
        }
        let mut out = form_urlencoded::Serializer::for_suffix("?".to_owned(), 1);
        out.extend_pairs(pairs);
        out.finish()
    }

    /// The same view with a picture to be more, or less, like; from its first page. Past
    /// [`Example::MAX`] the oldest example goes.
    #[must_use]
    pub fn with_example(&self, of: impl Into<ExampleOf>, away: bool) -> Self {
        let of = of.into();
        let mut view = self.without_example(&of);
        if view.examples.len() >= Example::MAX {
            view.examples.remove(0);
        }
        view.examples.push(Example {
            of,
            weight: Example::WHOLE,
            away,
        });
        view
    }

    /// The same view without an example, from its first page.
    #[must_use]
    pub fn without_example(&self, of: impl Into<ExampleOf>) -> Self {
        let (of, mut view) = (of.into(), self.first_page());
        view.examples.retain(|e| e.of != of);
        view
    }

    /// The same view from its first page: what every change of a filter leads to.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            page: 0,
            ..self.clone()
        }
    }
}

fn number(
    text: &str,
    kind: &'static str,
    range: std::ops::RangeInclusive<u32>,
    expected: &'static str,
) -> Result<u32, ParseError> {
    text.parse()
        .ok()
        .filter(|n| range.contains(n))
        .ok_or_else(|| ParseError::Number {
            kind,
            value: shown(text),
            expected,
        })
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;
    use crate::SwatchId;

    #[test]
    fn a_view_reads_back_from_its_query() {
        let view = View::parse(
            "q=light+oak%20plank&category=wood&finish=oiled&finish=unknown&w_look=60&w_scale=7&fusion=ranks&diverse=0&page=3&price_max=60&utm_x=1",
        )
        .unwrap();
        assert_eq!(view.page, 2);
        assert_eq!((view.weights.look, view.weights.scale), (60, 7));
        assert!(!view.diverse && View::default().diverse);
        assert_eq!(
            View::parse(view.query().trim_start_matches('?')).unwrap(),
            view
        );
        assert_eq!(View::default().query(), "");
        let grey = View::parse("q=grey").unwrap();
        assert_eq!(grey.query(), "?q=grey");
    }

    #[test]
    fn examples_live_in_the_address() {
        let (a, b) = ("a".repeat(64), "b".repeat(64));
        let view = View::parse(&format!("like={a}&unlike={b}:40&like={a}:50")).unwrap();
        assert_eq!(view.examples.len(), 2, "said twice counts once");
        assert_eq!(view.query(), format!("?unlike={b}%3A40&like={a}%3A50"));
        let again = View::parse(view.query().trim_start_matches('?')).unwrap();
        assert_eq!(again, view);
        let (a, b) = (SwatchId::parse(&a).unwrap(), SwatchId::parse(&b).unwrap());
        let turned = view.with_example(&b, false).without_example(&a);
        assert_eq!(turned.query(), format!("?like={b}"));
        for wrong in [
            "like=oak",
            "like=:50",
            &format!("like={b}:0"),
            &format!("unlike={b}:101"),
        ] {
            assert!(View::parse(wrong).is_err(), "{wrong}");
        }
        let many: String = (0..9).map(|i| format!("like={i:064}&")).collect();
        assert!(View::parse(&many).is_err());
    }

    #[test]
    fn declined_suggestions_live_in_the_address() {
        let view = View::parse("q=driftwood&declined=finish&declined=category&declined=").unwrap();
        assert_eq!(view.declined.len(), 2);
        assert_eq!(
            view.query(),
            "?q=driftwood&declined=category&declined=finish"
        );
        assert!(View::parse("declined=everything").is_err());
    }

    #[test]
    fn weights_of_earlier_addresses_are_read() {
        let view = View::parse("w_visual=1&w_colours=2&w_properties=3").unwrap();
        let weights = view.weights;
        assert_eq!((weights.look, weights.colour, weights.kind), (1, 2, 3));
        assert_eq!(view.query(), "?w_look=1&w_colour=2&w_kind=3");
    }

    #[test]
    fn nonsense_is_told_in_words() {
        for (query, part) in [
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=99999999999", "page"),
            ("w_words=101", "weight"),
            ("fusion=magic", "fusion"),
            ("diverse=maybe", "choice"),
            ("finish=%FF%FE", "finish"),
            ("q=%00%01", "search text"),
        ] {
            let error = View::parse(query).unwrap_err().to_string();
            assert!(error.contains(part), "{query}: {error}");
        }
        assert!(View::parse(&"q=a&".repeat(5000)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_query_string_panics(query in ".{0,300}") {
            if let Ok(view) = View::parse(&query) {
                let again = View::parse(view.query().trim_start_matches('?')).unwrap();
                proptest::prop_assert_eq!(again, view);
            }
        }
    }
}
