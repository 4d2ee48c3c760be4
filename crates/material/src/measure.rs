//! Sizes and prices: numbers with their unit.

use serde::{Deserialize, Serialize};

use crate::{ParseError, shown, vocabulary::Word, vocabulary::words};

/// Millimetres of a piece as it is sold.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Size {
    /// Width in mm.
    pub width_mm: f32,
    /// Length in mm; unknown or endless (rolls) is `None`.
    pub length_mm: Option<f32>,
    /// Thickness in mm.
    pub thickness_mm: Option<f32>,
    /// Recommended joint in mm.
    pub joint_mm: Option<f32>,
}

impl Size {
    /// Reads `200 x 1200 x 14`, `600×600`, `1400` (a roll's width); millimetres.
    ///
    /// # Errors
    /// [`ParseError::Number`] for anything else, and for sizes out of 0 to 100 m.
    pub fn parse(value: &str) -> Result<Self, ParseError> {
        let bad = || ParseError::Number {
            kind: "size",
            value: shown(value),
            expected: "write width × length × thickness in millimetres, such as 200 x 1200 x 14",
        };
        let text = value.trim().to_lowercase().replace("mm", "");
        let mut numbers = Vec::new();
        for part in text.split(['x', '×', '*']) {
            let number: f32 = part.trim().replace(',', ".").parse().map_err(|_| bad())?;
            if !(number > 0.0 && number <= 100_000.0) {
                return Err(bad());
            }
            numbers.push(number);
        }
        match numbers[..] {
            [width_mm] => Ok(Self {
                width_mm,
                length_mm: None,
                thickness_mm: None,
                joint_mm: None,
            }),
            [width_mm, length] => Ok(Self {
                width_mm,
                length_mm: Some(length),
                thickness_mm: None,
                joint_mm: None,
            }),
            [width_mm, length, thickness] => Ok(Self {
                width_mm,
                length_mm: Some(length),
                thickness_mm: Some(thickness),
                joint_mm: None,
            }),
            _ => Err(bad()),
        }
    }

    /// The longer of width and length in mm; what the size filter looks at.
    pub fn longest_mm(self) -> f32 {
        self.width_mm.max(self.length_mm.unwrap_or(0.0))
    }
}

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.width_mm)?;
        if let Some(length) = self.length_mm {
            write!(f, " × {length}")?;
        }
        if let Some(thickness) = self.thickness_mm {
            write!(f, " × {thickness}")?;
        }
        f.write_str(" mm")
    }
}

/// What a photo shows from its left to its right edge, measured by somebody: 1 mm to 100 m.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Width(f32);

impl Width {
    /// Reads centimetres such as `60` or `12.5`.
    ///
    /// # Errors
    /// [`ParseError::Number`] for anything else.
    pub fn parse_cm(value: &str) -> Result<Self, ParseError> {
        value
            .trim()
            .replace(',', ".")
            .parse::<f32>()
            .ok()
            .filter(|cm| (0.1..=10_000.0).contains(cm))
            .map(|cm| Self(cm * 10.0))
            .ok_or_else(|| ParseError::Number {
                kind: "width",
                value: shown(value),
                expected: "write centimetres from 0.1 to 10000, such as 60 or 12.5",
            })
    }

    /// In millimetres.
    pub fn millimetres(self) -> f32 {
        self.0
    }
}

words!(
    /// Money.
    Currency, "currency", {
        Eur = "EUR", "€", ["eur", "€", "euro"];
        Gbp = "GBP", "£", ["gbp", "£"];
        Usd = "USD", "$", ["usd", "$"];
        Chf = "CHF", "CHF", ["chf"];
    }
);

words!(
    /// What a price is for.
    PriceUnit, "price unit", {
        SquareMetre = "m2", "m²", ["m²", "sqm", "square-metre"];
        LinearMetre = "m", "m", ["lm", "linear-metre"];
        Piece = "piece", "piece", ["pc", "each"];
        Litre = "l", "litre", ["litre", "liter"];
    }
);

/// A price with its currency, unit and date.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Hundredths of the currency: exact, so that sums and filters do not drift.
    pub cents: i64,
    /// Money.
    pub currency: Currency,
    /// What it is for.
    pub unit: PriceUnit,
    /// The day the maker named it, `YYYY-MM-DD`.
    pub date: Option<String>,
}

impl Price {
    /// The most a price can be: a million of the currency.
    pub const LIMIT_CENTS: i64 = 100_000_000;

    /// Reads an amount such as `48`, `48.50` or `48,50` into hundredths.
    ///
    /// # Errors
    /// [`ParseError::Number`] for anything else, negative or over a million.
    pub fn parse_cents(value: &str) -> Result<i64, ParseError> {
        let bad = || ParseError::Number {
            kind: "price",
            value: shown(value),
            expected: "write an amount such as 48 or 48.50",
        };
        let text = value.trim().replace(',', ".");
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits = |s: &str| s.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || whole.len() > 7 || part.len() > 2 || !digits(whole) || !digits(part)
        {
            return Err(bad());
        }
        let cents: i64 = format!("{whole}{part:0<2}").parse().map_err(|_| bad())?;
        if cents > Self::LIMIT_CENTS {
            return Err(bad());
        }
        Ok(cents)
    }
}

impl std::fmt::Display for Price {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, part) = (self.cents / 100, self.cents % 100);
        write!(f, "{}\u{a0}{whole}", self.currency.label())?;
        if part != 0 {
            write!(f, ".{part:02}")?;
        }
        write!(f, " per {}", self.unit.label())
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
    fn widths_are_centimetres_within_reason() {
        let mm = |text| Width::parse_cm(text).map(Width::millimetres);
        assert_eq!(mm("12,5"), Ok(125.0));
        assert_eq!(mm(" 60 "), Ok(600.0));
        for bad in ["", "0", "-3", "NaN", "inf", "1e9", "ten"] {
            assert!(mm(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn prices_are_exact() {
        assert_eq!(Price::parse_cents("48").unwrap(), 4800);
        assert_eq!(Price::parse_cents("48,5").unwrap(), 4850);
        assert_eq!(Price::parse_cents("0.07").unwrap(), 7);
        for bad in ["", "-1", "1e9", "1.234", "12345678", "$$$", "NaN", "."] {
            assert!(Price::parse_cents(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_price_names_currency_and_unit() {
        let price = Price {
            cents: 4850,
            currency: Currency::Eur,
            unit: PriceUnit::SquareMetre,
            date: None,
        };
        assert_eq!(price.to_string(), "€\u{a0}48.50 per m²");
    }

    #[test]
    fn sizes_read_the_ways_people_write_them() {
        let size = Size::parse("200 x 1200 × 14 mm").unwrap();
        assert_eq!(size.to_string(), "200 × 1200 × 14 mm");
        assert_eq!(size.longest_mm(), 1200.0);
        for bad in ["", "x", "10x20x30x40", "-5", "NaN", "inf", "1e9"] {
            assert!(Size::parse(bad).is_err(), "{bad}");
        }
    }
}
