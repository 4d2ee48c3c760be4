//! Colours by name, and “light”, “dark”, “warm” … and what they do to a colour.

use super::{Lightness, lex::fold, phrases};
use crate::{
    BasicColour, Lab, Word,
    colour::{parse_hex, trade_colours},
};

/// A colour by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Named {
    pub basic: BasicColour,
    pub lab: Lab,
    /// Whether the name is the basic term itself.
    pub is_term: bool,
}

impl Named {
    /// A basic term by its typical colour.
    pub fn typical(basic: BasicColour) -> Self {
        Self {
            basic,
            lab: parse_hex(basic.typical()).unwrap_or_default(),
            is_term: true,
        }
    }
}

/// Names of colours: the basic terms and their synonyms, trade names, and what people say besides.
pub(super) fn colour_names() -> Vec<(String, Named)> {
    let mut out: Vec<(String, Named)> = Vec::new();
    let trade = |name: &str| {
        trade_colours()
            .find(|(n, _)| *n == name)
            .map(|(_, lab)| lab)
    };
    for &basic in BasicColour::all() {
        out.push((basic.as_str().to_owned(), Named::typical(basic)));
        for form in basic.synonyms() {
            let lab = trade(form).unwrap_or_else(|| Named::typical(basic).lab);
            let is_term = fold(form) == basic.as_str();
            out.push((
                form.replace('-', " "),
                Named {
                    basic,
                    lab,
                    is_term,
                },
            ));
        }
    }
    for (name, basic, code) in phrases::COLOURS {
        if let Ok(basic) = BasicColour::parse(basic) {
            let lab = code.and_then(|code| parse_hex(code).ok());
            let lab = lab.unwrap_or_else(|| Named::typical(basic).lab);
            out.push((
                (*name).to_owned(),
                Named {
                    basic,
                    lab,
                    is_term: false,
                },
            ));
        }
    }
    for (name, lab) in trade_colours() {
        let basic = BasicColour::of(lab);
        out.push((
            name.to_owned(),
            Named {
                basic,
                lab,
                is_term: false,
            },
        ));
    }
    out
}

/// “greenish”, “reddish”, “bluish”, “whitish”.
pub(super) fn tints(term: &str) -> Vec<String> {
    let mut stem = term.trim_end_matches('e').to_owned();
    if stem.ends_with('d') {
        stem.push('d');
    }
    vec![format!("{term}ish"), format!("{stem}ish")]
}

/// A word that shifts a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shade {
    Light,
    Mid,
    Dark,
    Warm,
    Cool,
    Vivid,
    Muted,
}

impl Shade {
    pub const FORMS: &[(Self, &str)] = &[
        (Self::Light, "light, pale, lighter, lightest, pastel"),
        (Self::Mid, "mid, medium, mid tone"),
        (Self::Dark, "dark, deep, darker, darkest"),
        (Self::Warm, "warm, warmer"),
        (Self::Cool, "cool, cold, cooler"),
        (Self::Vivid, "bright, vivid, saturated, intense"),
        (Self::Muted, "muted, dusty, subdued, faded, smoky"),
    ];

    /// How light a thing is that is called so, whatever its colour: a third of the scale each, with
    /// some overlap, because “light” oak is darker than “light” paint.
    pub fn lightness(self) -> Option<Lightness> {
        match self {
            Self::Light => Some(Lightness {
                min: 62.0,
                max: 100.0,
            }),
            Self::Mid => Some(Lightness {
                min: 38.0,
                max: 70.0,
            }),
            Self::Dark => Some(Lightness {
                min: 0.0,
                max: 45.0,
            }),
            Self::Warm | Self::Cool | Self::Vivid | Self::Muted => None,
        }
    }

    /// The colour shifted: lightness a third of the way to white or black, hue a few units of b,
    /// chroma by a third. Returns the lightness asked for too, a band of 15 around the new one.
    pub fn apply(self, lab: Lab) -> (Lab, Option<Lightness>) {
        let mut out = lab;
        match self {
            Self::Light => out.l += (97.0 - lab.l).max(0.0) * 0.45,
            Self::Dark => out.l *= 0.55,
            Self::Mid => {}
            Self::Warm => {
                out.a += 1.5;
                out.b += 6.0;
            }
            Self::Cool => {
                out.a -= 1.0;
                out.b -= 6.0;
            }
            Self::Vivid => (out.a, out.b) = (lab.a * 1.35, lab.b * 1.35),
            Self::Muted => (out.a, out.b) = (lab.a * 0.6, lab.b * 0.6),
        }
        // Light colours are paler and dark ones duller: chroma goes with lightness.
        if matches!(self, Self::Light | Self::Dark) {
            (out.a, out.b) = (out.a * 0.75, out.b * 0.75);
        }
        let band = match self {
            Self::Light => Some(Lightness {
                min: (out.l - 15.0).max(lab.l - 2.0),
                max: 100.0,
            }),
            Self::Dark => Some(Lightness {
                min: 0.0,
                max: (out.l + 15.0).min(lab.l + 2.0),
            }),
            Self::Mid => Some(Lightness {
                min: (lab.l - 15.0).max(0.0),
                max: (lab.l + 15.0).min(100.0),
            }),
            Self::Warm | Self::Cool | Self::Vivid | Self::Muted => None,
        };
        (out, band)
    }
}

/// A colour shifted by a word such as “light” or “warm”; `None` for words that shift none.
pub(crate) fn shaded(word: &str, lab: Lab) -> Option<Lab> {
    Shade::FORMS
        .iter()
        .find(|(_, forms)| forms.split(", ").any(|form| form == word))
        .map(|(shade, _)| shade.apply(lab).0)
}
