//! Answers as programs see them: hits with their reasons, counts, and where the list goes on.

use std::collections::BTreeMap;

use material::{Leg, Word};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    material_types::{Material, Swatch},
    words::{self, leg_name},
};

/// Why a material is here, for one way of being alike.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reason {
    /// Which way.
    #[schema(schema_with = words::leg)]
    leg: &'static str,
    /// In words: “6 ΔE warmer”.
    text: String,
    /// 0 to 1.
    agreement: f32,
}

impl From<material::Reason> for Reason {
    fn from(reason: material::Reason) -> Self {
        Self {
            leg: leg_name(reason.leg),
            text: reason.text,
            agreement: reason.agreement,
        }
    }
}

/// A material that is the same to the eye.
#[derive(Debug, Serialize, ToSchema)]
pub struct Double {
    /// What it is.
    material: Material,
    /// How it is the same: their picture is the same file, the same picture saved again, or another one
    /// that cannot be told apart by its look.
    #[schema(schema_with = words::likeness)]
    likeness: &'static str,
}

/// One answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hit {
    /// What it is.
    material: Material,
    /// How near it is; `weak` is there because nothing nearer is.
    #[schema(schema_with = words::band)]
    band: &'static str,
    /// The reason in one line.
    summary: String,
    /// The reasons one by one.
    reasons: Vec<Reason>,
    /// The agreement of every way of being alike that there is something to compare for, 0 to 1.
    scores: BTreeMap<&'static str, f32>,
    /// All of them together, comparable within one answer only.
    score: f32,
    /// Materials that are the same to the eye, nearest first.
    also: Vec<Double>,
}

/// The name of a band.
pub fn band(band: material::Band) -> &'static str {
    match band {
        material::Band::Strong => "strong",
        material::Band::Related => "related",
        material::Band::Weak => "weak",
    }
}

impl From<material::Hit> for Hit {
    fn from(hit: material::Hit) -> Self {
        let likeness = |likeness| match likeness {
            material::Likeness::File => "file",
            material::Likeness::Picture => "picture",
            material::Likeness::Look => "look",
        };
        let scores = Leg::ALL
            .into_iter()
            .filter_map(|leg| Some((leg_name(leg), hit.scores.of(leg)?)))
            .collect();
        Self {
            material: hit.material.into(),
            band: band(hit.band),
            summary: hit.summary,
            reasons: hit.reasons.into_iter().map(Into::into).collect(),
            scores,
            score: hit.score,
            also: hit
                .also
                .into_iter()
                .map(|double| Double {
                    material: double.material.into(),
                    likeness: likeness(double.likeness),
                })
                .collect(),
        }
    }
}

/// One value of an analysis.
#[derive(Debug, Serialize, ToSchema)]
pub struct Estimated {
    /// Which property.
    field: &'static str,
    /// Standard form; a filter's value where the property has a filter.
    value: String,
    /// As shown to people.
    label: String,
    /// 0 to 1.
    confidence: f32,
}

impl From<material::Estimated> for Estimated {
    fn from(value: material::Estimated) -> Self {
        Self {
            field: value.field.as_str(),
            value: value.value,
            label: value.label,
            confidence: value.confidence,
        }
    }
}

/// What a photo shows, in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct Analysis {
    /// Who says so: a provider and model, or the built-in estimate.
    model: String,
    /// Whether it was worked out from similar materials rather than seen by a vision model.
    estimate: bool,
    /// Property by property, the surest first.
    values: Vec<Estimated>,
    /// In one sentence.
    sentence: String,
    /// What did not go as it should.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl From<material::Analysis> for Analysis {
    fn from(analysis: material::Analysis) -> Self {
        Self {
            model: analysis.model,
            estimate: analysis.estimate,
            values: analysis.values.into_iter().map(Into::into).collect(),
            sentence: analysis.sentence,
            note: analysis.note,
        }
    }
}

/// What a search started from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Origin {
    /// A photo, which is not kept.
    Photo,
    /// The library itself, or words alone.
    Library,
    /// A swatch of the library.
    Swatch {
        /// The address of its material.
        material: String,
        /// Its material's name.
        name: String,
        /// The picture.
        swatch: Swatch,
    },
}

impl From<material::Origin> for Origin {
    fn from(origin: material::Origin) -> Self {
        match origin {
            material::Origin::Photo => Self::Photo,
            material::Origin::Library => Self::Library,
            material::Origin::Swatch {
                material,
                name,
                swatch,
            } => Self::Swatch {
                material: material.into(),
                name: name.into(),
                swatch: swatch.into(),
            },
        }
    }
}

/// How many hits a band has.
#[derive(Debug, Serialize, ToSchema)]
pub struct BandCount {
    /// Which.
    #[schema(schema_with = words::band)]
    band: &'static str,
    /// How many materials, over all pages.
    count: u32,
    /// How many of them stand under another that is the same to the eye.
    folded: u32,
}

/// One value of a filter.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetValue {
    /// As it is asked for; `unknown` for materials without a value.
    value: String,
    /// As shown to people.
    label: String,
    /// Materials that have it and pass the other filters.
    count: u32,
}

/// The values of a filter, most frequent first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// Which.
    #[schema(schema_with = words::facet)]
    facet: &'static str,
    /// Its values.
    values: Vec<FacetValue>,
}

/// Materials with reasons, best first; a part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Results {
    /// The search; the library itself, and words alone, have none.
    id: Option<String>,
    /// What it started from.
    origin: Origin,
    /// Materials that pass the filters.
    total: u32,
    /// How many of those stand under another that is the same to the eye.
    folded: u32,
    /// Materials in the library.
    library: u32,
    /// How many are how near; empty where nothing was asked that nearness could mean.
    bands: Vec<BandCount>,
    /// When nothing is close: a sentence that says so, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    nothing_close: Option<String>,
    /// What the photo shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    analysis: Option<Analysis>,
    /// Whether a vision model is still looking at the photo; analysis and order may change then.
    awaiting: bool,
    /// The hits of this part.
    hits: Vec<Hit>,
    /// Counts for the filters, when they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    facets: Option<Vec<Facet>>,
    /// Where the list goes on; nothing at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// The address of the next part.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Where a list goes on.
pub struct Next {
    /// For the parameter of that name.
    pub cursor: String,
    /// The whole address.
    pub address: String,
}

impl Results {
    /// A part of a list.
    pub fn of(results: material::Results, facets: bool, next: Option<Next>) -> Self {
        let (next_cursor, next) = next.map(|next| (next.cursor, next.address)).unzip();
        let counts = results.facets.into_iter().map(|counts| Facet {
            facet: counts.facet.as_str(),
            values: counts
                .values
                .into_iter()
                .map(|value| FacetValue {
                    value: value.choice.as_str().to_owned(),
                    label: value.label,
                    count: value.count,
                })
                .collect(),
        });
        Self {
            id: results.id.map(Into::into),
            origin: results.origin.into(),
            total: results.total,
            folded: results.folded,
            library: results.library,
            bands: results
                .bands
                .into_iter()
                .map(|count| BandCount {
                    band: band(count.band),
                    count: count.count,
                    folded: count.folded,
                })
                .collect(),
            nothing_close: results.nothing_close,
            analysis: results.analysis.map(Into::into),
            awaiting: results.awaiting,
            hits: results.hits.into_iter().map(Into::into).collect(),
            facets: facets.then(|| counts.collect()),
            next_cursor,
            next,
        }
    }

    /// The search, where there is one.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}
