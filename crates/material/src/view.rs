//! How a person looks at a search: words beside the photo, filters, weights, page. All of it lives
//! in the query string, so that the address is the view.

use serde::{Deserialize, Serialize};

use crate::{Example, Filters, Leg, Palette, ParseError, SearchText, SwatchId, scheme, shown};

/// Hits on one page.
pub const PAGE_SIZE: u32 = 48;

/// How much each leg counts, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// The look of the picture.
    pub visual: u8,
    /// Agreement of properties.
    pub properties: u8,
    /// The words typed.
    pub words: u8,
    /// The palette.
    pub colours: u8,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            visual: 100,
            properties: 60,
            words: 80,
            colours: 20,
        }
    }
}

impl Weights {
    /// The weight of a leg, 0 to 1.
    pub fn of(self, leg: Leg) -> f32 {
        f32::from(match leg {
            Leg::Visual => self.visual,
            Leg::Properties => self.properties,
            Leg::Words => self.words,
            Leg::Colours => self.colours,
        }) / 100.0
    }

    fn slot(&mut self, leg: Leg) -> &mut u8 {
        match leg {
            Leg::Visual => &mut self.visual,
            Leg::Properties => &mut self.properties,
            Leg::Words => &mut self.words,
            Leg::Colours => &mut self.colours,
        }
    }
}

/// How the legs become one order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fusion {
    /// The weighted mean of their calibrated scores.
    #[default]
    Scores,
    /// Weighted reciprocal ranks: deaf to how far one hit is from the next.
    Ranks,
}

/// The query string of a results page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// Words that refine the search.
    pub text: Option<SearchText>,
    /// Swatches to be more, or less, like.
    pub examples: Vec<Example>,
    /// Colours to look for.
    pub palette: Option<Palette>,
    /// What was chosen.
    pub filters: Filters,
    /// How much each leg counts.
    pub weights: Weights,
    /// How they become one order.
    pub fusion: Fusion,
    /// From 0.
    pub page: u32,
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
            "like" | "unlike" if !text.is_empty() => {
                let example = Example::parse(text, key == "unlike")?;
                // Said twice, the last word counts.
                self.examples.retain(|e| e.swatch != example.swatch);
                if self.examples.len() >= Example::MAX {
                    return Err(ParseError::TooMany {
                        kind: "examples",
                        limit: Example::MAX,
                    });
                }
                self.examples.push(example);
            }
            "fusion" if !text.is_empty() => {
                self.fusion = match text {
                    "scores" => Fusion::Scores,
                    "ranks" => Fusion::Ranks,
                    _ => {
                        return Err(ParseError::Unknown {
                            kind: "fusion",
                            value: shown(text),
                        });
                    }
                };
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
                if let Some(leg) = Leg::ALL.iter().find(|leg| leg.weight_key() == key) {
                    if !text.is_empty() {
                        *self.weights.slot(*leg) = number(
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
        if self.fusion == Fusion::Ranks {
            out.push(("fusion", "ranks".to_owned()));
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

    /// The same view with a swatch to be more, or less, like; from its first page. Past
    /// [`Example::MAX`] the oldest example goes.
    #[must_use]
    pub fn with_example(&self, swatch: &SwatchId, away: bool) -> Self {
        let mut view = self.without_example(swatch);
        if view.examples.len() >= Example::MAX {
            view.examples.remove(0);
        }
        view.examples.push(Example {
            swatch: swatch.clone(),
            weight: Example::WHOLE,
            away,
        });
        view
    }

    /// The same view without an example, from its first page.
    #[must_use]
    pub fn without_example(&self, swatch: &SwatchId) -> Self {
        let mut view = self.first_page();
        view.examples.retain(|e| e.swatch != *swatch);
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

    #[test]
    fn a_view_reads_back_from_its_query() {
        let view = View::parse(
            "q=light+oak%20plank&category=wood&finish=oiled&finish=unknown&w_visual=60&fusion=ranks&page=3&price_max=60&utm_x=1",
        )
        .unwrap();
        assert_eq!(view.page, 2);
        assert_eq!(view.weights.visual, 60);
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
    fn nonsense_is_told_in_words() {
        for (query, part) in [
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=99999999999", "page"),
            ("w_words=101", "weight"),
            ("fusion=magic", "fusion"),
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
