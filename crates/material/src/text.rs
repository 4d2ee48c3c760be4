//! Text from outside, each kind with its limit.

use serde::{Deserialize, Serialize};

use crate::ParseError;

/// Drops control characters (tabs and line ends become spaces) and folds runs of white space.
fn clean(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for word in value
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $limit:literal, empty: $empty:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The most characters it takes.
            pub const LIMIT: usize = $limit;

            /// Cleans white space and control characters away and checks the length.
            ///
            /// # Errors
            /// [`ParseError::TooLong`], or [`ParseError::Empty`] where text is needed.
            pub fn parse(value: &str) -> Result<Self, ParseError> {
                let length = value.chars().count();
                if length > Self::LIMIT {
                    return Err(ParseError::TooLong { kind: $kind, length, limit: Self::LIMIT });
                }
                let value = clean(value);
                if value.is_empty() && !$empty {
                    return Err(ParseError::Empty { kind: $kind });
                }
                Ok(Self(value))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(value: String) -> Result<Self, ParseError> {
                Self::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type!(
    /// The name of a material or a maker.
    Name, "name", 120, empty: false
);
text_type!(
    /// What a librarian writes about a material. May be empty.
    Description, "description", 2000, empty: true
);
text_type!(
    /// What a designer types into the search field.
    SearchText, "search text", 300, empty: false
);

macro_rules! token_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $limit:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks the form.
            ///
            /// # Errors
            /// [`ParseError::Unknown`]: what does not have the form cannot exist either.
            pub fn parse(value: &str) -> Result<Self, ParseError> {
                let accepts: fn(char) -> bool = $accepts;
                if value.is_empty() || value.len() > $limit || !value.chars().all(accepts) {
                    return Err(ParseError::Unknown { kind: $kind, value: crate::shown(value) });
                }
                Ok(Self(value.to_owned()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseError;
            fn try_from(value: String) -> Result<Self, ParseError> {
                Self::parse(&value)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

token_type!(
    /// The address part of a material: lower-case letters, digits and dashes.
    Slug, "material", 100, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
token_type!(
    /// The unguessable name of a search or a share: letters and digits.
    Token, "address", 40, |c| c.is_ascii_alphanumeric()
);
token_type!(
    /// A swatch, named by the content hash of its picture in hexadecimal (64 digits).
    SwatchId, "swatch", 64, |c| c.is_ascii_digit() || ('a'..='f').contains(&c)
);

impl Slug {
    /// A slug from any text: accents of Latin letters fold, the rest becomes dashes.
    ///
    /// # Errors
    /// [`ParseError::Empty`] when nothing of the text can stand in an address.
    pub fn from_text(text: &str) -> Result<Self, ParseError> {
        let mut out = String::new();
        for c in text.chars().flat_map(char::to_lowercase) {
            let folded = match c {
                'a'..='z' | '0'..='9' => {
                    out.push(c);
                    continue;
                }
                'à' | 'á' | 'â' | 'ã' | 'å' => "a",
                'ä' | 'æ' => "ae",
                'ç' => "c",
                'è' | 'é' | 'ê' | 'ë' => "e",
                'ì' | 'í' | 'î' | 'ï' => "i",
                'ñ' => "n",
                'ò' | 'ó' | 'ô' | 'õ' => "o",
                'ö' | 'ø' | 'œ' => "oe",
                'ù' | 'ú' | 'û' => "u",
                'ü' => "ue",
                'ß' => "ss",
                _ => {
                    if !out.is_empty() && !out.ends_with('-') {
                        out.push('-');
                    }
                    continue;
                }
            };
            out.push_str(folded);
        }
        out.truncate(90);
        let out = out.trim_matches('-');
        if out.is_empty() {
            return Err(ParseError::Empty { kind: "name" });
        }
        Ok(Self(out.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;

    #[test]
    fn names_lose_control_characters_and_keep_markup_as_text() {
        assert_eq!(
            Name::parse("  Oak\u{0}\n\tplank  <b> ").unwrap().as_str(),
            "Oak plank <b>"
        );
        assert!(matches!(Name::parse(" \n "), Err(ParseError::Empty { .. })));
    }

    #[test]
    fn a_text_of_ten_thousand_characters_is_refused_with_both_numbers() {
        let error = SearchText::parse(&"x".repeat(10_000)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The search text is too long: 10000 characters; 300 is what fits."
        );
    }

    #[test]
    fn slugs_fold_accents() {
        assert_eq!(
            Slug::from_text("Bouclé “Écru” — 40 %").unwrap().as_str(),
            "boucle-ecru-40"
        );
        assert!(Slug::from_text("日本").is_err());
    }

    #[test]
    fn tokens_take_nothing_that_means_something_elsewhere() {
        for bad in ["", "../etc", "a b", "x'--", "%00", "é"] {
            assert!(Token::parse(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_slug_made_parses_again(text in ".{0,200}") {
            if let Ok(slug) = Slug::from_text(&text) {
                proptest::prop_assert_eq!(Slug::parse(slug.as_str()).unwrap(), slug);
            }
        }
    }
}
