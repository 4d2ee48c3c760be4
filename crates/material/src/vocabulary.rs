//! The closed lists of the trade. Synonyms map onto them; a word outside them is never a filter.

use serde::{Deserialize, Serialize};

use crate::{ParseError, shown};

/// A word of a closed list: its form in addresses and data, and its form on the page.
pub trait Word: Copy + Eq + 'static {
    /// What the list is called in an error sentence.
    const KIND: &'static str;
    /// Every word, in the order of the trade.
    fn all() -> &'static [Self];
    /// Lower case, dashes; stands in addresses, data and filters.
    fn as_str(self) -> &'static str;
    /// As shown to people.
    fn label(self) -> &'static str;
    /// Other names people use.
    fn synonyms(self) -> &'static [&'static str];

    /// Reads the word or one of its synonyms, whatever the case.
    ///
    /// # Errors
    /// [`ParseError::Unknown`] with the word shortened.
    fn parse(value: &str) -> Result<Self, ParseError> {
        let folded = value.trim().to_lowercase().replace([' ', '_'], "-");
        Self::all()
            .iter()
            .copied()
            .find(|w| w.as_str() == folded || w.synonyms().contains(&folded.as_str()))
            .ok_or_else(|| ParseError::Unknown {
                kind: Self::KIND,
                value: shown(value),
            })
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $kind:literal, { $($variant:ident = $slug:literal, $label:literal $(, [$($syn:literal),*])? ;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $(
                #[doc = $label]
                #[serde(rename = $slug)]
                $variant,
            )*
        }

        impl Word for $name {
            const KIND: &'static str = $kind;

            fn all() -> &'static [Self] {
                &[$(Self::$variant),*]
            }

            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),* }
            }

            fn synonyms(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($($syn),*)?]),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }
    };
}
pub(crate) use words;

words!(
    /// How a surface was finished: by gloss, or by the process that made it.
    Finish, "finish", {
        Raw = "raw", "raw", ["untreated", "natural", "unfinished"];
        Matt = "matt", "matt", ["matte", "mat", "flat"];
        Satin = "satin", "satin", ["silk", "eggshell"];
        SemiGloss = "semi-gloss", "semi-gloss", ["semigloss"];
        Gloss = "gloss", "gloss", ["glossy", "shiny", "high-gloss", "glazed"];
        Mirror = "mirror", "mirror", ["mirrored"];
        Honed = "honed", "honed";
        Polished = "polished", "polished";
        Brushed = "brushed", "brushed";
        Flamed = "flamed", "flamed", ["thermal"];
        BushHammered = "bush-hammered", "bush-hammered";
        Tumbled = "tumbled", "tumbled", ["antiqued"];
        Oiled = "oiled", "oiled", ["waxed"];
        Lacquered = "lacquered", "lacquered", ["varnished"];
        Sandblasted = "sandblasted", "sandblasted";
        Hammered = "hammered", "hammered";
        Patinated = "patinated", "patinated", ["oxidised", "weathered"];
        Embossed = "embossed", "embossed";
    }
);

impl Finish {
    /// Where the finish stands between raw (0) and mirror (5). A process stands where its usual
    /// result does.
    pub fn gloss(self) -> f32 {
        match self {
            Self::Raw | Self::Flamed | Self::BushHammered | Self::Sandblasted => 0.0,
            Self::Matt | Self::Tumbled | Self::Patinated | Self::Embossed => 1.0,
            Self::Honed | Self::Oiled => 1.5,
            Self::Satin | Self::Brushed | Self::Hammered => 2.0,
            Self::SemiGloss | Self::Lacquered => 3.0,
            Self::Gloss | Self::Polished => 4.0,
            Self::Mirror => 5.0,
        }
    }
}

words!(
    /// What a surface would feel like.
    Texture, "texture", {
        Smooth = "smooth", "smooth", ["even"];
        Grained = "grained", "grained", ["grainy", "grain"];
        Ribbed = "ribbed", "ribbed", ["fluted", "reeded"];
        Woven = "woven", "woven", ["weave"];
        Pile = "pile", "pile", ["fluffy", "plush"];
        Pitted = "pitted", "pitted", ["porous"];
        Rough = "rough", "rough", ["coarse"];
        Knotted = "knotted", "knotted", ["knotty"];
    }
);

words!(
    /// What repeats, or does not, across a surface.
    Pattern, "pattern", {
        Plain = "plain", "plain", ["solid", "uni", "unicolour"];
        Veined = "veined", "veined", ["veins", "veining", "marbled"];
        Speckled = "speckled", "speckled", ["flecked", "spotted", "speckles"];
        Striped = "striped", "striped", ["stripes", "stripe"];
        Checked = "checked", "checked", ["check", "plaid", "houndstooth", "tartan"];
        Herringbone = "herringbone", "herringbone", ["fishbone"];
        Chevron = "chevron", "chevron", ["hungarian-point"];
        Basket = "basket", "basket weave", ["basketweave", "basket-weave"];
        StackBond = "stack-bond", "stack bond", ["stacked", "grid"];
        RunningBond = "running-bond", "running bond", ["brick-bond", "stretcher-bond"];
        Hexagon = "hexagon", "hexagon", ["hex", "hexagonal", "honeycomb"];
        Floral = "floral", "floral", ["flowers", "botanical"];
        Geometric = "geometric", "geometric";
        Damask = "damask", "damask";
        Mottled = "mottled", "mottled", ["cloudy", "clouded"];
        Burl = "burl", "burl", ["burr"];
    }
);

words!(
    /// Where a material may be used.
    Application, "application", {
        Floor = "floor", "floor", ["flooring", "floors"];
        Wall = "wall", "wall", ["walls", "wallcovering"];
        Ceiling = "ceiling", "ceiling";
        Facade = "facade", "façade", ["façade", "cladding"];
        Worktop = "worktop", "worktop", ["countertop", "counter", "benchtop"];
        WetRoom = "wet-room", "wet room", ["bathroom", "shower"];
        Pool = "pool", "pool", ["swimming-pool"];
        Upholstery = "upholstery", "upholstery", ["seating"];
        Curtain = "curtain", "curtain", ["drapery", "curtains"];
        Furniture = "furniture", "furniture", ["joinery"];
        Outdoor = "outdoor", "outdoor", ["exterior", "patio", "terrace"];
        Residential = "residential", "residential", ["domestic", "home"];
        Contract = "contract", "contract", ["commercial", "hospitality"];
    }
);

words!(
    /// Slip resistance by the ramp test, shod (EN 16165 annex B).
    SlipRating, "slip rating", {
        R9 = "r9", "R9";
        R10 = "r10", "R10";
        R11 = "r11", "R11";
        R12 = "r12", "R12";
        R13 = "r13", "R13";
    }
);

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a failed parse is the failure of the test"
    )]

    use super::*;

    fn sound<W: Word + std::fmt::Debug>() {
        let mut seen = std::collections::HashSet::new();
        for word in W::all() {
            assert_eq!(W::parse(word.as_str()).unwrap(), *word);
            assert_eq!(W::parse(&word.as_str().to_uppercase()).unwrap(), *word);
            for form in std::iter::once(word.as_str()).chain(word.synonyms().iter().copied()) {
                assert!(seen.insert(form), "{form} stands twice in {}", W::KIND);
            }
        }
    }

    #[test]
    fn every_word_reads_back_and_no_synonym_means_two_things() {
        sound::<Finish>();
        sound::<Texture>();
        sound::<Pattern>();
        sound::<Application>();
        sound::<SlipRating>();
    }

    #[test]
    fn an_unknown_word_is_told_by_name() {
        assert_eq!(
            Finish::parse("shiny-ish").unwrap_err().to_string(),
            "There is no finish called “shiny-ish”."
        );
    }
}
