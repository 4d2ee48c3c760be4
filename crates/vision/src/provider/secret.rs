//! Keys that never show.

use std::collections::HashSet;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::Detail;

/// The key of a provider. It is wiped from memory when dropped, has no `Display`, shows as
/// `Secret(…)` under `Debug`, and leaves only as a header.
#[derive(Clone)]
pub struct Secret(SecretString);

/// Why a key is none. Says nothing of the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing there.
    #[error("the key is empty")]
    Empty,
    /// Longer than any key.
    #[error("the key is longer than {} characters", Secret::LIMIT)]
    TooLong,
    /// Spaces, line ends or letters that cannot stand in a header.
    #[error("the key holds characters that no key has, such as a space or a line end")]
    Unprintable,
}

impl Secret {
    /// The longest key.
    pub const LIMIT: usize = 4096;
    /// So many characters in a row that are also in the key are taken for a part of it.
    const TELLTALE: usize = 8;

    /// Takes a key, without the white space around it.
    ///
    /// # Errors
    /// [`SecretError`], which never repeats the key.
    pub fn parse(value: &str) -> Result<Self, SecretError> {
        let value = value.trim();
        if value.is_empty() {
            return Err(SecretError::Empty);
        }
        if value.len() > Self::LIMIT {
            return Err(SecretError::TooLong);
        }
        if !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(SecretError::Unprintable);
        }
        Ok(Self(SecretString::from(value)))
    }

    /// `Bearer …`, marked so that no log of headers shows it.
    pub(super) fn bearer(&self) -> Option<HeaderValue> {
        let mut value =
            HeaderValue::from_str(&format!("Bearer {}", self.0.expose_secret())).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The text with every part of the key blotted out, also where only some of it is repeated or
    /// its case was changed.
    pub fn redact(&self, text: &str) -> String {
        let key = self.0.expose_secret().to_ascii_lowercase();
        let window = key.len().min(Self::TELLTALE);
        let parts: HashSet<&[u8]> = key.as_bytes().windows(window).collect();
        let folded = text.to_ascii_lowercase();
        let mut hidden = vec![false; text.len()];
        for (start, part) in folded.as_bytes().windows(window).enumerate() {
            if parts.contains(part) {
                hidden[start..start + window].fill(true);
            }
        }
        // Keys are ASCII, so a hidden stretch begins and ends between characters.
        let mut out = String::with_capacity(text.len());
        let mut inside = false;
        for (at, c) in text.char_indices() {
            if !hidden[at] {
                out.push(c);
            } else if !inside {
                out.push_str("[key]");
            }
            inside = hidden[at];
        }
        out
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A text for the log in which the key, if there is one, is blotted out first and only then what
/// is too long is cut off.
pub(super) fn detail(text: &str, key: Option<&Secret>) -> Detail {
    // Bounded before the search for the key, which looks at every character.
    let mut end = text.len().min(16 * Detail::LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    match key {
        Some(key) => Detail::new(&key.redact(&text[..end])),
        None => Detail::new(&text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "sk-test-AbCdEf0123456789";

    fn secret() -> Secret {
        Secret::parse(&format!("  {KEY}\n")).expect("a plain key")
    }

    #[test]
    fn debug_shows_nothing() {
        let shown = format!("{:?} {:#?}", secret(), Some(secret()));
        assert!(!shown.contains("AbCd") && !shown.contains("sk-"), "{shown}");
        let header = format!("{:?}", secret().bearer());
        assert!(!header.contains("AbCd"), "{header}");
    }

    #[test]
    fn no_error_repeats_the_key() {
        for bad in ["", "  ", "two words here", "line\u{7}bell", "clé"] {
            let error = Secret::parse(bad).expect_err("no key").to_string();
            assert!(bad.trim().is_empty() || !error.contains(bad));
        }
        assert_eq!(
            Secret::parse(&"x".repeat(5000)).err(),
            Some(SecretError::TooLong)
        );
    }

    #[test]
    fn echoes_are_blotted_out_whole_in_part_and_in_another_case() {
        let text = format!(
            "Key {KEY} is bad; you sent “{}…” or {}",
            &KEY[..12],
            KEY.to_uppercase()
        );
        let clean = secret().redact(&text);
        assert_eq!(clean, "Key [key] is bad; you sent “[key]…” or [key]");
        assert_eq!(secret().redact("nothing of it: é"), "nothing of it: é");
    }

    #[test]
    fn cutting_off_leaves_no_end_of_the_key() {
        let text = format!("{}{KEY}", "x".repeat(Detail::LIMIT - 4));
        assert!(!detail(&text, Some(&secret())).as_str().contains("sk-t"));
    }

    proptest::proptest! {
        #[test]
        fn wherever_the_key_stands_it_goes(before in ".{0,80}", after in ".{0,80}") {
            let clean = secret().redact(&format!("{before}{KEY}{after}"));
            proptest::prop_assert!(!clean.contains("AbCdEf01"));
        }
    }
}
