//! Free text, read by the vocabulary: what a designer types or a model says becomes typed values.
//!
//! [`read`] finds the words of the trade — in plural, in American spelling, hyphenated or not, with
//! a slip of the finger — and amounts, classes and ratings, each with the bytes it came from and how
//! certain the match is. What is not wanted (“without veins”) stands apart from what is. Words that
//! nobody understood are left over for a full-text search. No model is asked and nothing is guessed
//! from context beyond the noun phrase: the same text always reads the same.
//!
//! What a phrase means, in short:
//! - “oak look tile”, “marble effect”, “faux concrete”: [`Value::LooksLike`], never the kind itself;
//! - “marble tile” is marble (tile is its shape), “wood tile” is a tile that looks like wood;
//! - “terracotta velvet” is velvet in the colour terracotta; “terracotta” alone is the kind;
//! - “light oak” asks for a lightness, “light beige” for a lighter beige;
//! - “waterproof” asks for a wet room, “frost-proof” for outdoors, “non-slip” for R10;
//! - “R10” and “class B” ask for that or better;
//! - “under 60 €/m²” is a condition, “about 60 €/m²” and a bare amount are wishes.

mod amounts;
mod ask;
mod classes;
mod compound;
mod lex;
mod lexicon;
mod negate;
mod phrases;
mod pieces;
mod scan;
mod shade;
#[cfg(test)]
mod tests;
mod typo;
mod units;

pub(crate) use phrases::COLOURS as SAID_COLOURS;
pub use pieces::{Piece, PieceKind, pieces};
pub(crate) use shade::shaded;

use std::ops::Range;

use crate::{
    Application, BasicColour, Category, Currency, Finish, FireClass, Lab, Pattern, PriceUnit, Size,
    SlipRating, Texture,
};

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The word itself, in any number or spelling; an amount; a class.
    Exact,
    /// Another name for it.
    Synonym,
    /// One or two slips away from a word or a name.
    Typo,
}

impl Certainty {
    /// 0 to 1, for ranking.
    pub fn confidence(self) -> f32 {
        match self {
            Self::Exact => 1.0,
            Self::Synonym => 0.9,
            Self::Typo => 0.7,
        }
    }
}

/// An amount asked for; both ends are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The least, if there is one.
    pub min: Option<i64>,
    /// The most, if there is one.
    pub max: Option<i64>,
    /// Whether it was put as a condition (“under”, “at least”, “between”). Otherwise it is a wish:
    /// ten per cent around what was said.
    pub strict: bool,
}

/// Which measure of a piece a length is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The longer side, which the size filter looks at.
    Longest,
    /// Across: of a plank or a roll.
    Width,
    /// Through.
    Thickness,
}

/// CIELAB lightness asked for, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lightness {
    /// The least.
    pub min: f32,
    /// The most.
    pub max: f32,
}

/// A colour asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColourWish {
    /// The basic term it falls under.
    pub basic: BasicColour,
    /// The colour itself, to rank by.
    pub lab: Lab,
    /// Set by “light”, “dark” and their like.
    pub lightness: Option<Lightness>,
}

/// One value of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The kind.
    Category(Category),
    /// A kind that it only looks like: “marble effect”.
    LooksLike(Category),
    /// Finish.
    Finish(Finish),
    /// Texture.
    Texture(Texture),
    /// Pattern.
    Pattern(Pattern),
    /// A colour.
    Colour(ColourWish),
    /// How light the whole is: “light oak”.
    Lightness(Lightness),
    /// Where it is to be used.
    Application(Application),
    /// Reaction to fire, this class or better.
    Fire(FireClass),
    /// Slip resistance, this rating or better.
    Slip(SlipRating),
    /// Price in hundredths of the currency.
    Price {
        /// How much.
        cents: Bounds,
        /// Money, where it was named.
        currency: Option<Currency>,
        /// What for, where it was named.
        unit: Option<PriceUnit>,
    },
    /// A length in mm.
    Length {
        /// Which.
        side: Side,
        /// How long.
        mm: Bounds,
    },
    /// A format such as 600 × 600 mm.
    Size(Size),
}

/// A value with where it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What.
    pub value: Value,
    /// Bytes of the text it came from.
    pub span: Range<usize>,
    /// How sure the match is.
    pub certainty: Certainty,
}

/// A word that is in no list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// As it was written.
    pub text: String,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// A text, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What is asked for or said, in the order of the text.
    pub wanted: Vec<Found>,
    /// What is asked not to be.
    pub unwanted: Vec<Found>,
    /// Words that were not understood, without the little ones.
    pub rest: Vec<Leftover>,
    /// Whether the text went on after [`MAX_CHARS`] and the remainder was not read.
    pub cut: bool,
}

/// The most characters that are read.
pub const MAX_CHARS: usize = 2_000;

/// Reads a text. Takes any text there is; a longer one is read up to [`MAX_CHARS`].
pub fn read(text: &str) -> Reading {
    let end = text.char_indices().nth(MAX_CHARS).map(|(byte, _)| byte);
    let text = &text[..end.unwrap_or(text.len())];
    let tokens = lex::lex(text);
    let mut items = scan::scan(&tokens);
    compound::resolve(&mut items, &tokens);
    negate::mark(&mut items);
    let mut reading = Reading {
        cut: end.is_some(),
        ..Reading::default()
    };
    for item in items {
        let span = tokens[item.tokens.start].span.start..tokens[item.tokens.end - 1].span.end;
        match item.role {
            scan::Role::Value(value) => {
                let list = if item.negated {
                    &mut reading.unwanted
                } else {
                    &mut reading.wanted
                };
                push(
                    list,
                    Found {
                        value,
                        span,
                        certainty: item.certainty,
                    },
                );
            }
            scan::Role::Unread => reading.rest.push(Leftover {
                text: text[span.clone()].to_owned(),
                span,
            }),
            _ => {}
        }
    }
    reading
}

/// A value said twice counts once, where it was surest.
fn push(list: &mut Vec<Found>, found: Found) {
    match list.iter_mut().find(|f| f.value == found.value) {
        Some(known) if found.certainty < known.certainty => *known = found,
        Some(_) => {}
        None => list.push(found),
    }
}
