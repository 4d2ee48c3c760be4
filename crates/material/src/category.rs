//! The hierarchy of kinds: oak is wood.

use serde::{Deserialize, Serialize};

use crate::{ParseError, shown};

struct Node {
    path: &'static str,
    label: &'static str,
    synonyms: &'static [&'static str],
}

macro_rules! nodes {
    ($($path:literal, $label:literal $(, [$($syn:literal),*])? ;)*) => {
        &[$(Node { path: $path, label: $label, synonyms: &[$($($syn),*)?] }),*]
    };
}

/// Every kind; a child stands after its parent.
static NODES: &[Node] = nodes! {
    "wood", "Wood", ["timber", "parquet", "wooden"];
    "wood/oak", "Oak";
    "wood/walnut", "Walnut";
    "wood/ash", "Ash";
    "wood/maple", "Maple";
    "wood/beech", "Beech";
    "wood/pine", "Pine", ["spruce", "fir"];
    "wood/teak", "Teak";
    "wood/cherry", "Cherry";
    "wood/bamboo", "Bamboo";
    "stone", "Stone", ["natural-stone", "rock"];
    "stone/marble", "Marble";
    "stone/granite", "Granite";
    "stone/limestone", "Limestone";
    "stone/travertine", "Travertine";
    "stone/slate", "Slate";
    "stone/sandstone", "Sandstone";
    "stone/onyx", "Onyx";
    "stone/quartzite", "Quartzite";
    "engineered-stone", "Engineered stone", ["agglomerate"];
    "engineered-stone/terrazzo", "Terrazzo";
    "engineered-stone/quartz", "Quartz";
    "ceramic", "Ceramic", ["tile", "tiles", "ceramics"];
    "ceramic/porcelain", "Porcelain", ["porcelain-stoneware"];
    "ceramic/glazed-tile", "Glazed tile", ["metro-tile", "subway-tile"];
    "ceramic/zellige", "Zellige";
    "ceramic/terracotta", "Terracotta";
    "ceramic/mosaic", "Mosaic";
    "brick", "Brick and clay", ["bricks", "clay"];
    "brick/facing-brick", "Facing brick";
    "brick/roof-tile", "Roof tile", ["roof-tiles"];
    "concrete", "Concrete and cement", ["cement"];
    "concrete/cast", "Cast concrete";
    "concrete/cement-tile", "Cement tile";
    "plaster", "Plaster and render", ["render", "stucco"];
    "plaster/lime", "Lime plaster";
    "plaster/tadelakt", "Tadelakt";
    "plaster/microcement", "Microcement";
    "fabric", "Fabric", ["textile", "textiles", "cloth"];
    "fabric/linen", "Linen";
    "fabric/wool", "Wool", ["felt", "tweed"];
    "fabric/cotton", "Cotton", ["denim"];
    "fabric/velvet", "Velvet";
    "fabric/boucle", "Bouclé", ["bouclé"];
    "fabric/jacquard", "Jacquard";
    "fabric/knit", "Knit", ["knitted"];
    "leather", "Leather", ["hide"];
    "leather/full-grain", "Full grain leather";
    "leather/suede", "Suede";
    "leather/vegan", "Vegan leather", ["faux-leather"];
    "carpet", "Carpet and rug", ["rug", "rugs", "carpets"];
    "carpet/loop-pile", "Loop pile";
    "carpet/cut-pile", "Cut pile";
    "carpet/rug", "Rug";
    "metal", "Metal", ["metals"];
    "metal/steel", "Steel";
    "metal/stainless", "Stainless steel", ["stainless-steel"];
    "metal/brass", "Brass";
    "metal/copper", "Copper";
    "metal/aluminium", "Aluminium", ["aluminum"];
    "metal/zinc", "Zinc";
    "metal/corten", "Corten steel", ["weathering-steel", "rust"];
    "glass", "Glass";
    "glass/ribbed", "Ribbed glass", ["reeded-glass", "fluted-glass"];
    "glass/frosted", "Frosted glass";
    "plastic", "Laminate and plastic", ["laminate", "plastics"];
    "plastic/laminate", "High-pressure laminate", ["hpl"];
    "plastic/recycled", "Recycled plastic";
    "rubber", "Rubber and linoleum";
    "rubber/rubber", "Rubber floor";
    "rubber/linoleum", "Linoleum", ["lino"];
    "cork", "Cork";
    "paper", "Paper and wallpaper";
    "paper/wallpaper", "Wallpaper", ["wallcovering"];
    "paper/paper", "Paper";
    "paint", "Paint";
    "fibre", "Wicker and plant fibre", ["fiber"];
    "fibre/wicker", "Wicker", ["rattan", "cane"];
    "ground", "Ground and landscape", ["landscape"];
    "ground/asphalt", "Asphalt", ["tarmac"];
    "ground/gravel", "Gravel", ["pebbles"];
    "ground/paving", "Paving", ["cobblestone", "cobbles", "pavers"];
    "ground/grass", "Grass", ["turf", "lawn"];
};

/// The kinds that have no parent, in the order they are shown.
pub static TOP_CATEGORIES: std::sync::LazyLock<Vec<Category>> =
    std::sync::LazyLock::new(|| Category::all().filter(|c| c.parent().is_none()).collect());

/// A kind of material, such as `wood/oak`. Its path is its form in addresses and data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Category(u16);

impl Category {
    /// Every kind, parents before children.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..NODES.len() as u16).map(Self)
    }

    /// Reads a path (`wood/oak`), the last part alone (`oak`), a label or a synonym.
    ///
    /// # Errors
    /// [`ParseError::Unknown`] with the word shortened.
    pub fn parse(value: &str) -> Result<Self, ParseError> {
        let folded = value.trim().to_lowercase().replace([' ', '_'], "-");
        let found = NODES.iter().position(|n| n.path == folded).or_else(|| {
            // A parent wins over a child of the same name ("rubber"), because it stands first.
            NODES.iter().position(|n| {
                n.path.rsplit('/').next() == Some(folded.as_str())
                    || n.synonyms.contains(&folded.as_str())
                    || n.label.to_lowercase().replace(' ', "-") == folded
            })
        });
        found
            .map(|i| Self(i as u16))
            .ok_or_else(|| ParseError::Unknown {
                kind: "category",
                value: shown(value),
            })
    }

    fn node(self) -> &'static Node {
        &NODES[usize::from(self.0)]
    }

    /// The full path, e.g. `wood/oak`.
    pub fn as_str(self) -> &'static str {
        self.node().path
    }

    /// As shown to people, e.g. `Oak`.
    pub fn label(self) -> &'static str {
        self.node().label
    }

    /// Other names people use.
    pub fn synonyms(self) -> &'static [&'static str] {
        self.node().synonyms
    }

    /// The kind above, if there is one.
    pub fn parent(self) -> Option<Self> {
        let (parent, _) = self.as_str().split_once('/')?;
        NODES
            .iter()
            .position(|n| n.path == parent)
            .map(|i| Self(i as u16))
    }

    /// The topmost kind: itself, or what it hangs under.
    pub fn top(self) -> Self {
        self.parent().unwrap_or(self)
    }

    /// Whether `self` is `other` or one of its kinds: oak is wood, wood is not oak.
    pub fn is_within(self, other: Self) -> bool {
        self == other || self.parent() == Some(other)
    }
}

impl TryFrom<String> for Category {
    type Error = ParseError;
    fn try_from(value: String) -> Result<Self, ParseError> {
        Self::parse(&value)
    }
}

impl From<Category> for String {
    fn from(value: Category) -> Self {
        value.as_str().to_owned()
    }
}

impl std::fmt::Display for Category {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.label())
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
    fn every_path_reads_back_and_every_parent_exists() {
        for category in Category::all() {
            assert_eq!(Category::parse(category.as_str()).unwrap(), category);
            if category.as_str().contains('/') {
                assert!(category.parent().is_some(), "{}", category.as_str());
            }
        }
        assert!(TOP_CATEGORIES.len() >= 14);
    }

    #[test]
    fn oak_is_wood_and_wood_is_not_oak() {
        let oak = Category::parse("Oak").unwrap();
        let wood = Category::parse("timber").unwrap();
        assert!(oak.is_within(wood));
        assert!(!wood.is_within(oak));
        assert_eq!(oak.top(), wood);
    }

    #[test]
    fn json_holds_the_path() {
        let oak = Category::parse("oak").unwrap();
        assert_eq!(serde_json::to_string(&oak).unwrap(), "\"wood/oak\"");
        assert!(serde_json::from_str::<Category>("\"wood/plastic\"").is_err());
    }
}
