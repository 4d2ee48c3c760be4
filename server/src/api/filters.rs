//! The filters of a search as they stand in JSON.

use material::{Facet, Filters, Word};
use serde::Deserialize;
use url::form_urlencoded;
use utoipa::ToSchema;

use super::{problem::Problem, words};

/// Values of one filter are alternatives, all filters have to hold. `unknown` stands for materials of which
/// the library does not know the value.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterRequest {
    /// Kinds: `wood`, `wood/oak` …
    #[schema(schema_with = words::categories, required = false)]
    #[serde(default)]
    category: Vec<String>,
    /// Basic colours.
    #[schema(schema_with = words::colours, required = false)]
    #[serde(default)]
    colour: Vec<String>,
    /// Finishes.
    #[schema(schema_with = words::finishes, required = false)]
    #[serde(default)]
    finish: Vec<String>,
    /// Patterns.
    #[schema(schema_with = words::patterns, required = false)]
    #[serde(default)]
    pattern: Vec<String>,
    /// Textures.
    #[schema(schema_with = words::textures, required = false)]
    #[serde(default)]
    texture: Vec<String>,
    /// Where they may be used.
    #[schema(schema_with = words::uses, required = false)]
    #[serde(default)]
    application: Vec<String>,
    /// Makers, as the library names them.
    #[schema(schema_with = words::makers, required = false)]
    #[serde(default)]
    maker: Vec<String>,
    /// Reaction to fire.
    #[schema(schema_with = words::fire_classes, required = false)]
    #[serde(default)]
    fire: Vec<String>,
    /// Slip resistance.
    #[schema(schema_with = words::slip_ratings, required = false)]
    #[serde(default)]
    slip: Vec<String>,
    /// What they cost, in the currency.
    price: Option<RangeRequest>,
    /// The longer side, in whole millimetres.
    size: Option<RangeRequest>,
}

/// A range, both ends included.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeRequest {
    /// The least.
    #[schema(minimum = 0)]
    min: Option<f64>,
    /// The most.
    #[schema(minimum = 0)]
    max: Option<f64>,
    /// Whether materials without a value come too.
    #[serde(default)]
    unknown: bool,
}

impl FilterRequest {
    fn chosen(&self, facet: Facet) -> &[String] {
        match facet {
            Facet::Category => &self.category,
            Facet::Colour => &self.colour,
            Facet::Finish => &self.finish,
            Facet::Pattern => &self.pattern,
            Facet::Texture => &self.texture,
            Facet::Application => &self.application,
            Facet::Maker => &self.maker,
            Facet::Fire => &self.fire,
            Facet::Slip => &self.slip,
        }
    }

    /// Writes them as the query string of a page.
    ///
    /// # Errors
    /// A [`Problem`] about a value that is empty.
    pub fn append(&self, out: &mut form_urlencoded::Serializer<'_, String>) -> Result<(), Problem> {
        for facet in Facet::all() {
            if self.chosen(*facet).len() > Filters::MAX_CHOICES {
                return Err(Problem::value(format!(
                    "The filter {} has too many values: {} is what fits.",
                    facet.as_str(),
                    Filters::MAX_CHOICES
                )));
            }
            for value in self.chosen(*facet) {
                if value.trim().is_empty() {
                    return Err(Problem::value(format!(
                        "A value of the filter {} is empty.",
                        facet.as_str()
                    )));
                }
                out.append_pair(facet.as_str(), value);
            }
        }
        for (name, range) in [("price", &self.price), ("size", &self.size)] {
            let Some(range) = range else {
                continue;
            };
            for (end, value) in [("min", range.min), ("max", range.max)] {
                if let Some(value) = value {
                    out.append_pair(&format!("{name}_{end}"), &value.to_string());
                }
            }
            if range.unknown {
                out.append_pair(name, "unknown");
            }
        }
        Ok(())
    }
}
