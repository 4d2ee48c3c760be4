//! Where what can be filtered by lies in the tables.

use material::{Category, Choice, Facet};
use sqlx::{Postgres, QueryBuilder};

pub(crate) type Sql = QueryBuilder<Postgres>;

/// Where a facet's values lie.
pub(crate) enum Column {
    /// One value or NULL.
    One(&'static str),
    /// An array; empty means not known.
    Many(&'static str),
}

pub(crate) fn column(facet: Facet) -> Column {
    match facet {
        Facet::Category => Column::One("category"),
        Facet::Colour => Column::Many("colour_names"),
        Facet::Finish => Column::One("finish"),
        Facet::Pattern => Column::One("pattern"),
        Facet::Texture => Column::One("texture"),
        Facet::Application => Column::Many("applications"),
        Facet::Maker => Column::One("maker"),
        Facet::Fire => Column::One("fire"),
        Facet::Slip => Column::One("slip"),
    }
}

/// The columns of the two ranges.
pub(crate) const PRICE: &str = "price_cents";
/// The longer side.
pub(crate) const SIZE: &str = "longest_mm";

/// The chosen values as they stand in the column. A category brings its kinds along, because the
/// hierarchy lives in the code and the database knows paths only.
pub(crate) fn known_values(facet: Facet, chosen: &[Choice]) -> Vec<String> {
    let known = chosen.iter().filter_map(|c| match c {
        Choice::Known(value) => Some(value.as_str()),
        Choice::Unknown => None,
    });
    if facet != Facet::Category {
        return known.map(str::to_owned).collect();
    }
    let mut out = Vec::new();
    for value in known {
        match Category::parse(value) {
            Ok(parent) => out.extend(
                Category::all()
                    .filter(|c| c.is_within(parent))
                    .map(|c| c.as_str().to_owned()),
            ),
            Err(_) => out.push(value.to_owned()),
        }
    }
    out
}
