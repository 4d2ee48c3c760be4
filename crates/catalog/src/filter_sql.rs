//! Filters as SQL conditions on `materials m`. Every value is bound, none is written into the text.

use material::{Category, Choice, Facet, Filters, Range, Word};
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

/// A condition that is true or false, never NULL.
fn push_facet(sql: &mut Sql, facet: Facet, chosen: &[Choice]) {
    let known = known_values(facet, chosen);
    let unknown = chosen.contains(&Choice::Unknown);
    let mut written = false;
    sql.push("(");
    if !known.is_empty() {
        match column(facet) {
            Column::One(name) => sql
                .push(format_args!("coalesce(m.{name} = ANY("))
                .push_bind(known)
                .push("), false)"),
            Column::Many(name) => sql.push(format_args!("m.{name} && ")).push_bind(known),
        };
        written = true;
    }
    if unknown {
        if written {
            sql.push(" OR ");
        }
        match column(facet) {
            Column::One(name) => sql.push(format_args!("m.{name} IS NULL")),
            Column::Many(name) => sql.push(format_args!("m.{name} = '{{}}'")),
        };
        written = true;
    }
    if !written {
        sql.push("true");
    }
    sql.push(")");
}

/// A condition that is true or false, never NULL.
fn push_range(sql: &mut Sql, name: &str, range: Range) {
    if range.min.is_none() && range.max.is_none() {
        sql.push(if range.unknown {
            format!("(m.{name} IS NULL)")
        } else {
            "(true)".into()
        });
        return;
    }
    sql.push(format_args!("(coalesce(m.{name} >= "));
    sql.push_bind(range.min.unwrap_or(i64::MIN));
    sql.push(format_args!(" AND m.{name} <= "));
    sql.push_bind(range.max.unwrap_or(i64::MAX));
    sql.push(format_args!(", {}))", range.unknown));
}

/// `true` or all conditions joined by AND.
pub(crate) fn push_filters(sql: &mut Sql, filters: &Filters) {
    sql.push("true");
    for &facet in Facet::all() {
        let chosen = filters.chosen(facet);
        if !chosen.is_empty() {
            sql.push(" AND ");
            push_facet(sql, facet, chosen);
        }
    }
    for (name, range) in [(PRICE, filters.price), (SIZE, filters.size)] {
        if !range.is_open() {
            sql.push(" AND ");
            push_range(sql, name, range);
        }
    }
}
