//! Materials as programs see them: the vocabulary's names, without what only pages need.

use std::collections::BTreeMap;

use material::{Category, FireClass, Word};
use serde::Serialize;
use utoipa::ToSchema;

use super::{results::band, words};

/// A colour of a surface.
#[derive(Debug, Serialize, ToSchema)]
pub struct Colour {
    /// As screens show it, `#rrggbb`.
    hex: String,
    /// As the trade calls it.
    name: &'static str,
    /// CIELAB under D65: L, a, b.
    #[schema(min_items = 3, max_items = 3)]
    lab: Vec<f32>,
    /// The share of the area it covers, 0 to 1.
    share: f32,
}

impl From<material::Colour> for Colour {
    fn from(colour: material::Colour) -> Self {
        let lab = colour.lab;
        Self {
            hex: material::hex(lab),
            name: material::trade_name(lab),
            lab: vec![lab.l, lab.a, lab.b],
            share: colour.share,
        }
    }
}

/// A picture of a material.
#[derive(Debug, Serialize, ToSchema)]
pub struct Swatch {
    /// The content hash of the picture.
    id: String,
    /// Pixels across of the full picture.
    width: u32,
    /// Pixels down.
    height: u32,
    /// The colour of the box before the picture is there, `#rrggbb`.
    ground: String,
    /// Which view it is: `face`, `close-up` …
    view: String,
    /// Where the picture is, at most 640 pixels wide.
    picture: String,
}

impl From<material::SwatchRef> for Swatch {
    fn from(swatch: material::SwatchRef) -> Self {
        Self {
            picture: format!("/api/v1/swatches/{}/pictures/640", swatch.id),
            id: swatch.id.into(),
            width: swatch.width,
            height: swatch.height,
            ground: swatch.ground,
            view: swatch.view,
        }
    }
}

/// What a material costs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Price {
    /// Hundredths of the currency.
    cents: i64,
    /// Money.
    #[schema(schema_with = words::currency)]
    currency: &'static str,
    /// What it is for.
    #[schema(schema_with = words::price_unit)]
    unit: &'static str,
    /// The day the maker named it, `YYYY-MM-DD`.
    date: Option<String>,
}

impl From<material::Price> for Price {
    fn from(price: material::Price) -> Self {
        Self {
            cents: price.cents,
            currency: price.currency.as_str(),
            unit: price.unit.as_str(),
            date: price.date,
        }
    }
}

/// A material, in short. What is not known is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Material {
    /// Its address.
    slug: String,
    /// Its name.
    name: String,
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    maker: Option<String>,
    /// The kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::category, required = false)]
    category: Option<&'static str>,
    /// How its surface was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::finish, required = false)]
    finish: Option<&'static str>,
    /// What repeats on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::pattern, required = false)]
    pattern: Option<&'static str>,
    /// What it would feel like.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::texture, required = false)]
    texture: Option<&'static str>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
    /// Its colours, largest share first.
    colours: Vec<Colour>,
    /// Its pictures; the first is the one to show.
    swatches: Vec<Swatch>,
}

impl From<material::MaterialCard> for Material {
    fn from(card: material::MaterialCard) -> Self {
        Self {
            slug: card.slug.into(),
            name: card.name.into(),
            maker: card.maker.map(Into::into),
            category: card.category.map(Category::as_str),
            finish: card.finish.map(Word::as_str),
            pattern: card.pattern.map(Word::as_str),
            texture: card.texture.map(Word::as_str),
            price: card.price.map(Into::into),
            colours: card.colours.into_iter().map(Into::into).collect(),
            swatches: card.swatches.into_iter().map(Into::into).collect(),
        }
    }
}

/// As it is sold, in millimetres.
#[derive(Debug, Serialize, ToSchema)]
pub struct Size {
    /// Across.
    width_mm: f32,
    /// Along.
    #[serde(skip_serializing_if = "Option::is_none")]
    length_mm: Option<f32>,
    /// Through.
    #[serde(skip_serializing_if = "Option::is_none")]
    thickness_mm: Option<f32>,
    /// Of the joint.
    #[serde(skip_serializing_if = "Option::is_none")]
    joint_mm: Option<f32>,
}

impl From<material::Size> for Size {
    fn from(size: material::Size) -> Self {
        Self {
            width_mm: size.width_mm,
            length_mm: size.length_mm,
            thickness_mm: size.thickness_mm,
            joint_mm: size.joint_mm,
        }
    }
}

/// A measure or certificate that has no field of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct Spec {
    /// What is measured.
    name: String,
    /// The value with its unit.
    value: String,
}

impl From<material::Spec> for Spec {
    fn from(spec: material::Spec) -> Self {
        Self {
            name: spec.name.into(),
            value: spec.value.into(),
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum Source {
    /// The maker said so.
    Maker,
    /// It stood in an import.
    Import,
    /// Worked out.
    Estimate {
        /// 0 to 1.
        confidence: f32,
    },
    /// A person entered it.
    Person,
}

/// A relative of a material, and where they differ.
#[derive(Debug, Serialize, ToSchema)]
pub struct Relative {
    /// What it is.
    material: Material,
    /// How near it is.
    #[schema(schema_with = words::band)]
    band: &'static str,
    /// The reason in one line.
    summary: String,
    /// Where they differ.
    differences: Vec<Difference>,
}

/// Where two materials differ.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    /// Of what.
    label: String,
    /// On this material.
    here: String,
    /// On the other.
    there: String,
}

/// Everything about one material. What is not known is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct MaterialDetail {
    /// Name, maker, swatches.
    material: Material,
    /// One or two sentences.
    description: String,
    /// Where it may be used.
    #[schema(schema_with = words::applications)]
    applications: Vec<&'static str>,
    /// As it is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<Size>,
    /// Period of what repeats, in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern_scale_mm: Option<f32>,
    /// Reaction to fire by EN 13501-1: `A2-s1,d0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    fire: Option<String>,
    /// Slip resistance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::slip, required = false)]
    slip: Option<&'static str>,
    /// Everything else that is measured.
    specs: Vec<Spec>,
    /// Where values come from, by property; what is not named came with the material.
    sources: BTreeMap<&'static str, Source>,
    /// Its nearest relatives.
    relatives: Vec<Relative>,
}

impl From<material::MaterialPage> for MaterialDetail {
    fn from(page: material::MaterialPage) -> Self {
        let properties = page.properties;
        let source = |source| match source {
            material::Source::Maker => Source::Maker,
            material::Source::Import => Source::Import,
            material::Source::Estimate { confidence } => Source::Estimate { confidence },
            material::Source::Person => Source::Person,
        };
        let specs = properties.specs.into_iter().map(Into::into);
        let sources = properties.sources.into_iter();
        let relatives = page.relatives.into_iter();
        Self {
            material: page.card.into(),
            description: page.description.into(),
            applications: properties.applications.iter().map(|a| a.as_str()).collect(),
            size: properties.size.map(Into::into),
            pattern_scale_mm: properties.pattern_scale_mm,
            fire: properties.fire.as_ref().map(FireClass::to_string),
            slip: properties.slip.map(Word::as_str),
            specs: specs.collect(),
            sources: sources.map(|(f, s)| (f.as_str(), source(s))).collect(),
            relatives: relatives
                .map(|(hit, differences)| Relative {
                    material: hit.material.into(),
                    band: band(hit.band),
                    summary: hit.summary,
                    differences: differences
                        .into_iter()
                        .map(|difference| Difference {
                            label: difference.label,
                            here: difference.here,
                            there: difference.there,
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}
