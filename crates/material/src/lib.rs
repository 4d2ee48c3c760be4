//! The words of the material trade, as types that cannot hold nonsense.
//!
//! Everything the other rooms say to each other is said in these words: what a material is
//! ([`NewMaterial`], [`Properties`]), what a person asks for ([`View`], [`Filters`], [`Weights`]),
//! and what comes back ([`Results`], [`Hit`], [`Reason`]). The crate does no I/O and compiles to
//! WebAssembly, so the server and the browser share one home for each rule.

mod category;
mod colour;
mod colour_name;
mod compare;
mod example;
mod facet;
mod fire;
mod leg;
mod measure;
mod property;
pub mod read;
mod results;
mod scheme;
mod text;
mod view;
mod vocabulary;

pub use category::{Category, TOP_CATEGORIES};
pub use colour::{BasicColour, Colour, Lab, delta_e, hex, lrv, parse_hex, trade_name};
pub use colour_name::{colour_named, colour_names};
pub use compare::{Compared, ComparedRow, Comparison, Kept};
pub use example::{Example, ExampleCard, ExampleOf, ExampleShown};
pub use facet::{Choice, Facet, FacetCounts, FacetValue, Filters, Range};
pub use fire::{Euroclass, FireClass};
pub use leg::{Fusion, Leg, LegScores, Weights};
pub use measure::{Currency, Price, PriceUnit, Size, Width};
pub use property::{Field, NewMaterial, Properties, Source, Spec};
pub use results::{
    Analysis, Band, BandCount, CategoryTile, Difference, Double, Estimated, Hit, Home, Likeness,
    LookFacts, MaterialCard, MaterialPage, Origin, Reason, Results, ShareInfo, SwatchRef, Timing,
};
pub use scheme::{Palette, Part, whole_shares, with_border, with_share};
pub use text::{Description, Name, SearchText, Slug, SwatchId, Token};
pub use view::{PAGE_SIZE, View};
pub use vocabulary::{Application, Finish, Pattern, SlipRating, Texture, Word};

/// Why a value was not accepted. Each variant reads as a sentence a designer understands.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseError {
    /// A word that is in none of the closed lists.
    #[error("There is no {kind} called “{value}”.")]
    Unknown {
        /// What kind of word was expected, e.g. `finish`.
        kind: &'static str,
        /// What was given, shortened.
        value: String,
    },
    /// Nothing where something is needed.
    #[error("The {kind} is empty.")]
    Empty {
        /// What was expected.
        kind: &'static str,
    },
    /// Longer than is taken.
    #[error("The {kind} is too long: {length} characters; {limit} is what fits.")]
    TooLong {
        /// What was expected.
        kind: &'static str,
        /// Characters given.
        length: usize,
        /// Characters taken.
        limit: usize,
    },
    /// More values than are taken.
    #[error("That is too many {kind} values: {limit} is what fits.")]
    TooMany {
        /// What was expected.
        kind: &'static str,
        /// How many are taken.
        limit: usize,
    },
    /// A number that is not one, or out of its range.
    #[error("“{value}” is not a {kind}: {expected}.")]
    Number {
        /// What was expected.
        kind: &'static str,
        /// What was given, shortened.
        value: String,
        /// The form that is taken, in words.
        expected: &'static str,
    },
}

/// Shortens foreign input for an error sentence and drops what cannot be printed.
pub(crate) fn shown(value: &str) -> String {
    let clean: String = value.chars().filter(|c| !c.is_control()).take(40).collect();
    if value.chars().count() > 40 {
        format!("{clean}…")
    } else {
        clean
    }
}
