//! What is known about a material, and from where.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Application, Category, Colour, Description, Finish, FireClass, Name, Pattern, Price, Size,
    SlipRating, Slug, Texture, vocabulary::Word, vocabulary::words,
};

words!(
    /// A property by name, to say where its value comes from and how sure it is.
    Field, "property", {
        Category = "category", "category";
        Finish = "finish", "finish";
        Texture = "texture", "texture";
        Pattern = "pattern", "pattern";
        Colours = "colours", "colours";
        Applications = "applications", "applications";
        Size = "size", "size";
        Price = "price", "price";
        Fire = "fire", "fire class";
        Slip = "slip", "slip rating";
    }
);

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "from")]
pub enum Source {
    /// The maker said so.
    Maker,
    /// It stood in an import.
    Import,
    /// Worked out, with a confidence of 0 to 1.
    Estimate {
        /// 0 to 1.
        confidence: f32,
    },
    /// A person entered it.
    Person,
}

/// A measure or certificate that has no field of its own, kept as text: `Martindale`, `PEI`, `Origin` …
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spec {
    /// What is measured.
    pub name: Name,
    /// The value with its unit.
    pub value: Name,
}

/// Everything that is known about how a material looks and what it can do. `None` and empty lists
/// mean *unknown*, never *no*.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Properties {
    /// The kind.
    pub category: Option<Category>,
    /// Surface finish.
    pub finish: Option<Finish>,
    /// What it would feel like.
    pub texture: Option<Texture>,
    /// What repeats.
    pub pattern: Option<Pattern>,
    /// Period of the repeat in mm.
    pub pattern_scale_mm: Option<f32>,
    /// Up to 8 colours, largest share first.
    pub colours: Vec<Colour>,
    /// Where it may be used.
    pub applications: Vec<Application>,
    /// As it is sold.
    pub size: Option<Size>,
    /// What it costs.
    pub price: Option<Price>,
    /// Reaction to fire.
    pub fire: Option<FireClass>,
    /// Slip resistance.
    pub slip: Option<SlipRating>,
    /// Everything else that is measured.
    pub specs: Vec<Spec>,
    /// Where each value comes from; a field that is not named came with the material.
    pub sources: BTreeMap<Field, Source>,
}

impl Properties {
    /// The most specs a material carries.
    pub const MAX_SPECS: usize = 40;
    /// The most colours a material carries.
    pub const MAX_COLOURS: usize = 8;
}

/// A material as it enters the library. Its swatches travel beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewMaterial {
    /// The librarian's key (a SKU, a file name): the same key is the same material.
    pub key: Name,
    /// Its address.
    pub slug: Slug,
    /// Its name.
    pub name: Name,
    /// Who makes it.
    pub maker: Option<Name>,
    /// One or two sentences.
    pub description: Description,
    /// What is known.
    pub properties: Properties,
}
