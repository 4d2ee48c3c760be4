//! What comes back: hits with their reasons, and the pages built from them. All of it travels
//! between server and browser, so numbers have fixed widths.

use serde::{Deserialize, Serialize};

use crate::{
    Category, Colour, Description, ExampleCard, FacetCounts, Field, Finish, Leg, LegScores, Name,
    Pattern, Price, Properties, Slug, SwatchId, Texture, Token, View,
};

/// How near a hit is, from calibrated scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Band {
    /// Could be the same thing.
    Strong,
    /// A relative.
    Related,
    /// There because nothing nearer is.
    Weak,
}

impl Band {
    /// Every band, nearest first.
    pub const ALL: [Self; 3] = [Self::Strong, Self::Related, Self::Weak];
}

/// A picture of a material, as the pages need it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SwatchRef {
    /// Names the picture: `/swatch/{id}/{320|640|full}`.
    pub id: SwatchId,
    /// Pixels across of the full picture.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The colour of the box before the picture is there, `#rrggbb`.
    pub ground: String,
    /// Which view it is: `face`, `close-up` …
    pub view: String,
}

/// A material, as short as a wall of swatches needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaterialCard {
    /// Its address.
    pub slug: Slug,
    /// Its name.
    pub name: Name,
    /// Who makes it.
    pub maker: Option<Name>,
    /// The kind.
    pub category: Option<Category>,
    /// Finish.
    pub finish: Option<Finish>,
    /// Pattern.
    pub pattern: Option<Pattern>,
    /// Texture.
    pub texture: Option<Texture>,
    /// Price.
    pub price: Option<Price>,
    /// Its colours, largest share first.
    pub colours: Vec<Colour>,
    /// Its pictures; the first is the one to show.
    pub swatches: Vec<SwatchRef>,
}

impl MaterialCard {
    /// What one would see, for `alt`: “herringbone oak, matt, honey”.
    pub fn alt(&self) -> String {
        let mut parts = Vec::new();
        let kind = self
            .category
            .map_or("material", Category::label)
            .to_lowercase();
        match self.pattern {
            Some(p) if p != Pattern::Plain => parts.push(format!("{p} {kind}")),
            _ => parts.push(kind),
        }
        parts.extend(self.finish.map(|f| f.to_string()));
        parts.extend(
            self.colours
                .first()
                .map(|c| crate::trade_name(c.lab).to_owned()),
        );
        parts.join(", ")
    }
}

/// Why a hit is here, for one leg.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Which leg it speaks for.
    pub leg: Leg,
    /// In words: “6 ΔE warmer”.
    pub text: String,
    /// 0 to 1, for a bar.
    pub agreement: f32,
}

/// Why a material stands under another and not beside it, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Likeness {
    /// Their picture is the same file.
    File,
    /// Their picture is the same, saved again.
    Picture,
    /// Another maker's, and one cannot tell them apart by their looks.
    Look,
}

/// A material that stands under a hit because it is the same to the eye.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Double {
    /// What it is.
    pub material: MaterialCard,
    /// How it is the same.
    pub likeness: Likeness,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// What it is.
    pub material: MaterialCard,
    /// How near.
    pub band: Band,
    /// The reason in one line.
    pub summary: String,
    /// The reasons one by one.
    pub reasons: Vec<Reason>,
    /// The numbers behind them.
    pub scores: LegScores,
    /// The fused score, comparable within one answer only.
    pub score: f32,
    /// Materials that are the same to the eye, nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Double>,
}

/// What the search started from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Origin {
    /// A photo, which is not kept.
    Photo,
    /// The library itself: browsing, or words alone.
    #[default]
    Library,
    /// A swatch of the library: “more like this”.
    Swatch {
        /// The material it belongs to.
        material: Slug,
        /// Its name.
        name: Name,
        /// The picture.
        swatch: SwatchRef,
    },
}

/// What can be measured in the photo without knowing what it shows.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LookFacts {
    /// Up to 8 colours with shares.
    pub palette: Vec<Colour>,
    /// Light reflectance value, 0–100.
    pub lrv: f32,
    /// Standard deviation of lightness, in L units.
    pub contrast: f32,
    /// Period of the pattern as a fraction of the width, when it is regular.
    pub period: Option<f32>,
    /// 0 (none) to 1 (a grid).
    pub regularity: f32,
    /// Direction of the grain in degrees from the horizontal, when there is one.
    pub direction: Option<f32>,
    /// Size of a typical feature as a fraction of the width.
    pub coarseness: f32,
    /// How strongly one direction prevails, 0 to 1. This and what follows was not measured always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anisotropy: Option<f32>,
    /// Share of the area under thin lines that stand out: veins, joints, cracks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub veins: Option<f32>,
    /// Share of the area under round spots that stand out: speckles, chips, knots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speckle: Option<f32>,
    /// How far hues stray from their mean, in CIELAB units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variety: Option<f32>,
    /// How unlike the parts of the picture are; above a third it is hardly one surface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unevenness: Option<f32>,
    /// How much changes from one pixel to the next; about 1 for noise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grain: Option<f32>,
    /// What the picture shows from its left to its right edge, in millimetres, where somebody measured it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_mm: Option<f32>,
}

/// One value of an analysis with its confidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimated {
    /// Which property.
    pub field: Field,
    /// Standard form; a filter's value where the property has a filter.
    pub value: String,
    /// As shown to people.
    pub label: String,
    /// 0 to 1.
    pub confidence: f32,
}

/// What a photo shows, in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Who says so: a provider and model, or the built-in estimate.
    pub model: String,
    /// Whether it was worked out from similar materials rather than seen by a vision model.
    pub estimate: bool,
    /// Property by property, the surest first.
    pub values: Vec<Estimated>,
    /// In one sentence.
    pub sentence: String,
    /// What did not go as it should, for the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many hits a band has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandCount {
    /// Which.
    pub band: Band,
    /// How many materials, over all pages.
    pub count: u32,
    /// How many of them stand under another that is the same to the eye.
    #[serde(default)]
    pub folded: u32,
}

/// Where the time of an answer went, in microseconds, and which way the rows were found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timing {
    /// `exact` (every surviving row is compared) or `index`.
    pub path: String,
    /// Counting what survives the filters, and the facets.
    pub count_us: u64,
    /// Fetching candidates.
    pub candidates_us: u64,
    /// Scoring, fusing, reasons.
    pub rank_us: u64,
    /// All of it.
    pub total_us: u64,
}

/// A page of answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The search; the library itself has none.
    pub id: Option<Token>,
    /// What it started from.
    pub origin: Origin,
    /// How it is looked at.
    pub view: View,
    /// What it goes towards and away from, as far as the library still has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<ExampleCard>,
    /// What a model suggests that the words mean beyond what they say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suggested: Vec<Estimated>,
    /// How many photos were to count and are not kept any more; the view is without them.
    #[serde(default)]
    pub gone: u32,
    /// What was measured in the photo or swatch.
    pub look: Option<LookFacts>,
    /// What it shows.
    pub analysis: Option<Analysis>,
    /// Whether a vision model is still looking at the photo.
    #[serde(default)]
    pub awaiting: bool,
    /// The hits of this page, best first.
    pub hits: Vec<Hit>,
    /// Materials that pass the filters.
    pub total: u32,
    /// How many of those stand under another that is the same to the eye.
    #[serde(default)]
    pub folded: u32,
    /// Materials in the library.
    pub library: u32,
    /// How many of them in which band.
    pub bands: Vec<BandCount>,
    /// When nothing is close: a sentence that says so, and why.
    pub nothing_close: Option<String>,
    /// Counts for the filters.
    pub facets: Vec<FacetCounts>,
    /// Materials without a price among those the other filters let through.
    pub without_price: u32,
    /// Materials without a size among those the other filters let through.
    pub without_size: u32,
    /// Where the time went.
    pub timing: Timing,
}

impl Results {
    /// The address of this answer looked at in another way: `/s/{id}?…` or `/library?…`.
    pub fn address(&self, view: &View) -> String {
        match &self.id {
            Some(id) => format!("/s/{id}{}", view.query()),
            None => format!("/library{}", view.query()),
        }
    }

    /// How many pages there are; at least one.
    pub fn pages(&self) -> u32 {
        let places = self.total.saturating_sub(self.folded);
        places.div_ceil(crate::PAGE_SIZE).max(1)
    }
}

/// Where two relatives differ: “finish: honed here, polished there”.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Of what.
    pub label: String,
    /// On this material.
    pub here: String,
    /// On the other.
    pub there: String,
}

/// Everything about one material.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MaterialPage {
    /// Name, maker, swatches.
    pub card: MaterialCard,
    /// One or two sentences.
    pub description: Description,
    /// All that is known.
    pub properties: Properties,
    /// Its nearest relatives with where they differ.
    pub relatives: Vec<(Hit, Vec<Difference>)>,
}

/// A kind with how many there are and a picture of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CategoryTile {
    /// The kind.
    pub category: Category,
    /// Materials of it.
    pub count: u32,
    /// One of them.
    pub swatch: Option<SwatchRef>,
}

/// What the home page shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Home {
    /// Photos to try at once.
    pub examples: Vec<MaterialCard>,
    /// The room.
    pub categories: Vec<CategoryTile>,
    /// Materials in the library.
    pub materials: u32,
    /// Swatches in the library.
    pub swatches: u32,
}

/// What a share says of itself beside its frozen results.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShareInfo {
    /// Its unguessable name.
    pub slug: Token,
    /// When it was made, `YYYY-MM-DD`.
    pub made: String,
    /// “Honed light marble: 48 materials, 3 close”.
    pub title: String,
    /// Frozen results.
    pub results: Results,
}
