//! The palette a person asks for: up to five colours with their shares.

use serde::{Deserialize, Serialize};

use crate::{Colour, Lab, ParseError, colour_named, hex, lrv, parse_hex, shown};

/// One colour of a palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    code: String,
    share: u8,
}

impl Part {
    /// As screens name it, `#rrggbb`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Per cent of the whole, 1 to 100.
    pub fn share(&self) -> u8 {
        self.share
    }

    /// CIELAB, D65.
    pub fn lab(&self) -> Lab {
        parse_hex(&self.code).unwrap_or_default()
    }
}

/// One to five different colours whose shares make 100 per cent. Written `c8b59a:60,4a3b2a:40`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Palette(Vec<Part>);

impl Palette {
    /// The most colours it has.
    pub const MOST: usize = 5;

    /// Reads `c8b59a:60,4a3b2a:40`. A colour is a code or a name; shares are brought to 100 per cent,
    /// colours without one share evenly.
    ///
    /// # Errors
    /// The [`ParseError`] of the first colour or share that is none, and for more than [`Self::MOST`].
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let mut draft = Draft::default();
        draft.add(text)?;
        draft.finish()?.ok_or(ParseError::Empty { kind: "palette" })
    }

    /// A palette of these colours with these weights; what weighs nothing is left out.
    ///
    /// # Errors
    /// [`ParseError::TooMany`], [`ParseError::Empty`].
    pub fn of(colours: &[(Lab, f32)]) -> Result<Self, ParseError> {
        let mut draft = Draft::default();
        for (lab, weight) in colours {
            draft.0.push((hex(*lab), Some(weight.max(0.0))));
        }
        draft.finish()?.ok_or(ParseError::Empty { kind: "palette" })
    }

    /// The colours in the order they were asked for.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The same as measured palettes are written: shares from 0 to 1.
    pub fn colours(&self) -> Vec<Colour> {
        self.0
            .iter()
            .map(|part| Colour {
                lab: part.lab(),
                share: f32::from(part.share) / 100.0,
            })
            .collect()
    }

    /// Light reflectance of the whole: the mean of its colours by area, 0 to 100.
    pub fn lrv(&self) -> f32 {
        self.0
            .iter()
            .map(|part| lrv(part.lab()) * f32::from(part.share) / 100.0)
            .sum()
    }
}

impl std::fmt::Display for Palette {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, part) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            write!(f, "{}:{}", part.code.trim_start_matches('#'), part.share)?;
        }
        Ok(())
    }
}

impl TryFrom<String> for Palette {
    type Error = ParseError;
    fn try_from(value: String) -> Result<Self, ParseError> {
        Self::parse(&value)
    }
}

impl From<Palette> for String {
    fn from(value: Palette) -> Self {
        value.to_string()
    }
}

/// A palette as a query string brings it, pair by pair: `palette=c8b59a:60,4a3b2a:40`, or as a plain form
/// sends it, `palette=%23c8b59a&share=60&palette=%234a3b2a&share=40`. A field of shares that was left
/// blank leaves its colour out.
#[derive(Debug, Default)]
pub(crate) struct Draft(Vec<(String, Option<f32>)>);

impl Draft {
    /// Takes a pair if it is one of a palette; says whether it was.
    pub fn take_pair(&mut self, key: &str, value: &str) -> Result<bool, ParseError> {
        match key {
            "palette" => self.add(value)?,
            "share" => {
                let share = match value.trim() {
                    "" => 0.0,
                    text => share(text)?,
                };
                if let Some((_, last)) = self.0.last_mut() {
                    *last = Some(share);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn add(&mut self, text: &str) -> Result<(), ParseError> {
        for part in text.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let (name, weight) = match part.split_once(':') {
                Some((name, weight)) => (name, Some(share(weight.trim())?)),
                None => (part, None),
            };
            self.0.push((code(name)?, weight));
        }
        Ok(())
    }

    /// The palette; none where no colour has a share.
    pub fn finish(self) -> Result<Option<Palette>, ParseError> {
        let even = 100.0 / self.0.len().max(1) as f32;
        let mut parts: Vec<(String, f32)> = Vec::new();
        for (code, share) in self.0 {
            let share = share.unwrap_or(even);
            if share <= 0.0 {
                continue;
            }
            match parts.iter_mut().find(|(have, _)| *have == code) {
                Some((_, sum)) => *sum += share,
                None => parts.push((code, share)),
            }
        }
        if parts.len() > Palette::MOST {
            return Err(ParseError::TooMany {
                kind: "colour",
                limit: Palette::MOST,
            });
        }
        let weights: Vec<f32> = parts.iter().map(|(_, share)| *share).collect();
        let shares = whole_shares(&weights);
        let parts: Vec<Part> = parts
            .into_iter()
            .zip(shares)
            .map(|((code, _), share)| Part { code, share })
            .collect();
        Ok((!parts.is_empty()).then_some(Palette(parts)))
    }
}

/// A colour by code or by name, as `#rrggbb`.
fn code(text: &str) -> Result<String, ParseError> {
    parse_hex(text)
        .ok()
        .or_else(|| colour_named(text))
        .map(hex)
        .ok_or_else(|| ParseError::Unknown {
            kind: "colour",
            value: shown(text.trim()),
        })
}

fn share(text: &str) -> Result<f32, ParseError> {
    text.parse::<u8>()
        .ok()
        .filter(|share| *share <= 100)
        .map(f32::from)
        .ok_or_else(|| ParseError::Number {
            kind: "share",
            value: shown(text),
            expected: "write a whole number from 0 to 100",
        })
}

/// Weights as whole per cent that make 100, by the largest remainder; each gets at least 1. At most 100 of
/// them.
pub fn whole_shares(weights: &[f32]) -> Vec<u8> {
    let weight = |w: &f32| if w.is_finite() { w.max(0.0) } else { 0.0 };
    let sum: f32 = weights.iter().map(weight).sum();
    let even = 1.0 / weights.len().max(1) as f32;
    let exact: Vec<f32> = weights
        .iter()
        .map(|w| 100.0 * if sum > 0.0 { weight(w) / sum } else { even })
        .collect();
    let mut out: Vec<u8> = exact.iter().map(|e| (*e as u8).max(1)).collect();
    loop {
        let total: u32 = out.iter().map(|share| u32::from(*share)).sum();
        let owed = |i: &usize| exact[*i] - f32::from(out[*i]);
        let by_debt = |a: &usize, b: &usize| owed(a).total_cmp(&owed(b)).then(b.cmp(a));
        let next = match total {
            100 => return out,
            t if t < 100 => (0..out.len()).max_by(by_debt).map(|i| (i, out[i] + 1)),
            _ => (0..out.len())
                .filter(|i| out[*i] > 1)
                .min_by(by_debt)
                .map(|i| (i, out[i] - 1)),
        };
        match next {
            Some((i, share)) => out[i] = share,
            None => return out,
        }
    }
}

/// The shares after one of them was set to `to`: the others give or take in proportion.
pub fn with_share(shares: &[u8], which: usize, to: u8) -> Vec<u8> {
    let others = shares.len().saturating_sub(1) as u8;
    let Some(_) = shares.get(which).filter(|_| others > 0) else {
        return whole_shares(&vec![1.0; shares.len()]);
    };
    let to = to.clamp(1, 100 - others);
    let rest: f32 = shares
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != which)
        .map(|(_, share)| f32::from(*share))
        .sum();
    // Each keeps its 1; what is above that is divided.
    let free = f32::from(100 - to - others);
    let above = (rest - f32::from(others)).max(0.0);
    let mut out = shares.to_vec();
    let mut exact: Vec<(usize, f32)> = Vec::with_capacity(shares.len());
    for (i, share) in shares.iter().enumerate().filter(|(i, _)| *i != which) {
        let own = if above > 0.0 {
            free * f32::from(share.saturating_sub(1)) / above
        } else {
            free / f32::from(others)
        };
        out[i] = 1 + own as u8;
        exact.push((i, own.fract()));
    }
    out[which] = to;
    exact.sort_by(|a, b| b.1.total_cmp(&a.1));
    let total: u32 = out.iter().map(|share| u32::from(*share)).sum();
    for (i, _) in exact
        .into_iter()
        .take(100u32.saturating_sub(total) as usize)
    {
        out[i] += 1;
    }
    out
}

/// The shares after the border behind one of them was drawn to `to` per cent from the start: only the two
/// beside the border change.
pub fn with_border(shares: &[u8], border: usize, to: u8) -> Vec<u8> {
    let mut out = shares.to_vec();
    let (Some(left), Some(right)) = (shares.get(border), shares.get(border + 1)) else {
        return out;
    };
    let before: u8 = shares[..border].iter().sum();
    let both = left + right;
    let new = to.saturating_sub(before).clamp(1, both.max(2) - 1);
    out[border] = new;
    out[border + 1] = both - new;
    out
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;
    use crate::View;

    fn sum(shares: &[u8]) -> u32 {
        shares.iter().map(|s| u32::from(*s)).sum()
    }

    #[test]
    fn a_palette_reads_back_from_its_own_words() {
        let palette = Palette::parse("C8B59A:60, #4a3b2a:40").unwrap();
        assert_eq!(palette.to_string(), "c8b59a:60,4a3b2a:40");
        assert_eq!(Palette::parse(&palette.to_string()).unwrap(), palette);
        let view = View::parse("palette=c8b59a:60,4a3b2a:40&finish=matt").unwrap();
        assert_eq!(view.palette.as_ref(), Some(&palette));
        let again = View::parse(view.query().trim_start_matches('?')).unwrap();
        assert_eq!(again, view);
    }

    #[test]
    fn a_plain_form_says_the_same() {
        let form = "palette=%23c8b59a&share=60&palette=%234a3b2a&share=40&palette=%23000000&share=&palette=%23ffffff&share=0";
        let palette = View::parse(form).unwrap().palette.unwrap();
        assert_eq!(palette.to_string(), "c8b59a:60,4a3b2a:40");
        // what does not make 100 is brought there
        let palette = View::parse("palette=%23c8b59a&share=30&palette=%234a3b2a&share=30");
        assert_eq!(
            palette.unwrap().palette.unwrap().to_string(),
            "c8b59a:50,4a3b2a:50"
        );
        for nothing in ["palette=", "palette=%23c8b59a&share=", "share=40"] {
            assert_eq!(View::parse(nothing).unwrap().palette, None, "{nothing}");
        }
    }

    #[test]
    fn one_colour_is_the_whole_and_names_are_codes() {
        assert_eq!(Palette::parse("sage").unwrap().to_string(), "a3ab8d:100");
        assert_eq!(Palette::parse("c8b59a:7").unwrap().parts()[0].share(), 100);
        let two = Palette::parse("navy,c8b59a").unwrap();
        assert_eq!(two.to_string(), "232f4b:50,c8b59a:50");
        // twice the same colour is one
        assert_eq!(
            Palette::parse("000000:20,000000:60,ffffff:20")
                .unwrap()
                .to_string(),
            "000000:80,ffffff:20"
        );
    }

    #[test]
    fn nonsense_is_told_in_words() {
        for (text, part) in [
            ("bluurp:40", "no colour called “bluurp”"),
            ("c8b59a:-4", "“-4” is not a share"),
            ("c8b59a:101", "whole number from 0 to 100"),
            ("c8b59a:NaN", "share"),
            ("", "palette is empty"),
            (",,:,", "not a share"),
            (
                "111111,222222,333333,444444,555555,666666",
                "5 is what fits",
            ),
        ] {
            let error = Palette::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn the_light_a_palette_reflects_is_the_mean_by_area() {
        let half = Palette::parse("ffffff:50,000000:50").unwrap();
        assert!((half.lrv() - 50.0).abs() < 0.1);
        assert!(Palette::parse("ffffff").unwrap().lrv() > 99.9);
    }

    #[test]
    fn a_share_that_is_set_stays_and_the_others_give_in_proportion() {
        assert_eq!(with_share(&[60, 30, 10], 0, 30), [30, 53, 17]);
        assert_eq!(with_share(&[50, 50], 1, 100), [1, 99]);
        assert_eq!(with_share(&[100], 0, 3), [100]);
        assert_eq!(with_share(&[], 0, 3), [0u8; 0]);
        assert_eq!(with_share(&[98, 1, 1], 0, 1), [1, 50, 49]);
    }

    #[test]
    fn a_border_moves_between_its_neighbours_only() {
        assert_eq!(with_border(&[50, 30, 20], 1, 60), [50, 10, 40]);
        assert_eq!(with_border(&[50, 30, 20], 1, 0), [50, 1, 49]);
        assert_eq!(with_border(&[50, 30, 20], 0, 99), [79, 1, 20]);
        assert_eq!(with_border(&[50, 50], 1, 10), [50, 50]);
    }

    proptest::proptest! {
        #[test]
        fn shares_always_make_a_hundred(
            weights in proptest::collection::vec(0.0f32..1e6, 1..=5),
            which in 0usize..5, to in 0u8..=255, border in 0usize..5,
        ) {
            let shares = whole_shares(&weights);
            proptest::prop_assert_eq!(sum(&shares), 100);
            for changed in [with_share(&shares, which % shares.len(), to), with_border(&shares, border, to)] {
                proptest::prop_assert_eq!(sum(&changed), 100);
                proptest::prop_assert!(changed.iter().all(|s| *s >= 1));
            }
        }

        #[test]
        fn no_text_panics(text in ".{0,80}") {
            if let Ok(palette) = Palette::parse(&text) {
                proptest::prop_assert_eq!(Palette::parse(&palette.to_string()).unwrap(), palette);
            }
        }
    }
}
