//! Reaction to fire by EN 13501-1.

use serde::{Deserialize, Serialize};

use crate::{ParseError, shown};

/// The main class, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Euroclass {
    /// Does not burn.
    A1,
    /// Hardly burns.
    A2,
    /// Very little contribution to fire.
    B,
    /// Little.
    C,
    /// Some.
    D,
    /// A good deal.
    E,
    /// Failed, or not tested.
    F,
}

/// A class such as `A2-s1,d0`, or `Bfl-s1` for a floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FireClass {
    /// A1 to F.
    pub class: Euroclass,
    /// Smoke, s1 to s3.
    pub smoke: Option<u8>,
    /// Burning droplets, d0 to d2; floors have none.
    pub droplets: Option<u8>,
    /// Tested as a floor (suffix `fl`).
    pub floor: bool,
}

impl FireClass {
    /// Reads `A1`, `A2-s1,d0`, `bfl-s1` …, whatever the case and spacing.
    ///
    /// # Errors
    /// [`ParseError::Unknown`] for anything that EN 13501-1 does not know.
    pub fn parse(value: &str) -> Result<Self, ParseError> {
        let unknown = || ParseError::Unknown {
            kind: "fire class",
            value: shown(value),
        };
        let text = value.trim().to_lowercase().replace(' ', "");
        let mut parts = text.split(['-', ',']);
        let head = parts.next().ok_or_else(unknown)?;
        let (head, floor) = match head.strip_suffix("fl") {
            Some(head) => (head, true),
            None => (head, false),
        };
        let class = match head {
            "a1" => Euroclass::A1,
            "a2" => Euroclass::A2,
            "b" => Euroclass::B,
            "c" => Euroclass::C,
            "d" => Euroclass::D,
            "e" => Euroclass::E,
            "f" => Euroclass::F,
            _ => return Err(unknown()),
        };
        let mut out = Self {
            class,
            smoke: None,
            droplets: None,
            floor,
        };
        for part in parts {
            match part {
                "s1" | "s2" | "s3" if out.smoke.is_none() => {
                    out.smoke = Some(part.as_bytes()[1] - b'0');
                }
                "d0" | "d1" | "d2" if out.droplets.is_none() && !floor => {
                    out.droplets = Some(part.as_bytes()[1] - b'0');
                }
                _ => return Err(unknown()),
            }
        }
        Ok(out)
    }
}

impl std::fmt::Display for FireClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.class)?;
        if self.floor {
            f.write_str("fl")?;
        }
        match (self.smoke, self.droplets) {
            (Some(s), Some(d)) => write!(f, "-s{s},d{d}"),
            (Some(s), None) => write!(f, "-s{s}"),
            (None, Some(d)) => write!(f, "-d{d}"),
            (None, None) => Ok(()),
        }
    }
}

impl TryFrom<String> for FireClass {
    type Error = ParseError;
    fn try_from(value: String) -> Result<Self, ParseError> {
        Self::parse(&value)
    }
}

impl From<FireClass> for String {
    fn from(value: FireClass) -> Self {
        value.to_string()
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
    fn classes_read_back_in_their_standard_form() {
        for (given, standard) in [
            ("a1", "A1"),
            ("A2 - s1, d0", "A2-s1,d0"),
            ("bfl-s1", "Bfl-s1"),
            ("E", "E"),
        ] {
            assert_eq!(FireClass::parse(given).unwrap().to_string(), standard);
        }
        for bad in ["", "G", "A3", "B-s4", "Bfl-d0", "B-s1,s2", "B-s1,d0,x"] {
            assert!(FireClass::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn better_classes_come_first() {
        let mut classes: Vec<_> = ["E", "A2-s1,d0", "B-s1,d0", "A1"]
            .map(|c| FireClass::parse(c).unwrap())
            .into();
        classes.sort();
        assert_eq!(classes[0].to_string(), "A1");
        assert_eq!(classes[3].to_string(), "E");
    }
}
