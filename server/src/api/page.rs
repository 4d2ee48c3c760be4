//! The query string of a list that is no search: how much of it, and where it goes on.

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::problem::{Code, Problem};

/// The most entries of a part, and how many there are where nobody says.
pub const MOST: u32 = 100;

/// Reads parameters, each at most once.
///
/// # Errors
/// A [`Problem`] about the first that is unknown or repeated.
pub fn parameters(
    query: Option<String>,
    known: &[&'static str],
) -> Result<BTreeMap<&'static str, String>, Problem> {
    let mut out = BTreeMap::new();
    for (key, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let Some(name) = known.iter().find(|name| **name == key) else {
            let key: String = key.chars().take(40).collect();
            return Err(Problem::new(
                Code::UnknownParameter,
                format!("There is no parameter called “{key}”."),
            ));
        };
        if out.insert(*name, value.into_owned()).is_some() {
            return Err(Problem::value(format!("“{name}” stands there twice.")));
        }
    }
    Ok(out)
}

/// The part of a list that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// The most entries.
    pub limit: u32,
    /// Where it goes on, as the part before said.
    pub cursor: Option<u32>,
}

impl Page {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// A [`Problem`] about the value that is none.
    pub fn of(parameters: &BTreeMap<&'static str, String>) -> Result<Self, Problem> {
        let limit = match parameters.get("limit") {
            None => MOST,
            Some(text) => plain(text)
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| {
                    Problem::value(format!("A limit is a whole number from 1 to {MOST}."))
                })?,
        };
        let cursor = match parameters.get("cursor").filter(|text| !text.is_empty()) {
            None => None,
            Some(text) => Some(plain(text).ok_or_else(|| {
                Problem::new(
                    Code::InvalidCursor,
                    "This cursor belongs to another list, or is cut off. Leave it out to start anew.",
                )
            })?),
        };
        Ok(Self { limit, cursor })
    }
}

/// Digits alone: `+1` and ` 1` are no numbers here.
fn plain(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(query: &str) -> Result<Page, Problem> {
        Page::of(&parameters(Some(query.to_owned()), &["limit", "cursor"])?)
    }

    #[test]
    fn a_part_is_what_is_asked_for() {
        let of = |limit, cursor| Page { limit, cursor };
        assert_eq!(page("").expect("all"), of(MOST, None));
        assert_eq!(page("limit=5&cursor=").expect("five"), of(5, None));
        assert_eq!(page("cursor=7").expect("from seven"), of(MOST, Some(7)));
        for bad in [
            "limit=0",
            "limit=101",
            "limit=",
            "limit=+1",
            "limit=a",
            "limit=1&limit=2",
            "cursor=x",
            "cursor=-1",
            "cursor=99999999999",
            "page=1",
        ] {
            assert!(page(bad).is_err(), "{bad}");
        }
    }
}
