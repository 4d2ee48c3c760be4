//! How many there are of each value.

use std::collections::HashMap;

use material::{Category, Choice, Facet, FacetCounts, FacetValue, Filters, Word};
use sqlx::Row;

use crate::filter_sql::{Column, PRICE, SIZE, Sql, column, push_facet, push_range};
use crate::{Catalog, CatalogError};

/// The counts beside a list of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    /// Value by value, respecting the *other* filters.
    pub facets: Vec<FacetCounts>,
    /// Materials that pass all filters.
    pub total: u32,
    /// Materials without a price among those the other filters let through.
    pub without_price: u32,
    /// Materials without a size among those the other filters let through.
    pub without_size: u32,
}

impl Catalog {
    /// Counts all values in one statement: each material carries a mask of the filters it fails, and a
    /// facet counts those that fail nothing but itself.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn facets(&self, filters: &Filters) -> Result<Facets, CatalogError> {
        let mut sql = statement(filters);
        let rows = sql.build().fetch_all(self.pool()).await?;
        let mut counts: HashMap<(i32, Option<String>), u32> = HashMap::new();
        for row in rows {
            let count: i64 = row.try_get(2)?;
            counts.insert((row.try_get(0)?, row.try_get(1)?), count as u32);
        }
        let one = |facet: i32| counts.get(&(facet, None)).copied().unwrap_or(0);
        let (price_bit, size_bit) = range_bits();
        Ok(Facets {
            total: one(-1),
            without_price: one(price_bit as i32),
            without_size: one(size_bit as i32),
            facets: Facet::all()
                .iter()
                .enumerate()
                .map(|(bit, &facet)| FacetCounts {
                    facet,
                    values: values(facet, bit as i32, &counts, filters),
                })
                .collect(),
        })
    }
}

fn range_bits() -> (usize, usize) {
    let facets = Facet::all().len();
    (facets, facets + 1)
}

fn statement(filters: &Filters) -> Sql {
    let (price_bit, size_bit) = range_bits();
    let mut sql = Sql::new("WITH m AS MATERIALIZED (SELECT 0");
    for (bit, &facet) in Facet::all().iter().enumerate() {
        let chosen = filters.chosen(facet);
        if !chosen.is_empty() {
            sql.push(" | CASE WHEN ");
            push_facet(&mut sql, facet, chosen);
            sql.push(format_args!(" THEN 0 ELSE {} END", 1 << bit));
        }
    }
    for (bit, name, range) in [
        (price_bit, PRICE, filters.price),
        (size_bit, SIZE, filters.size),
    ] {
        if !range.is_open() {
            sql.push(" | CASE WHEN ");
            push_range(&mut sql, name, range);
            sql.push(format_args!(" THEN 0 ELSE {} END", 1 << bit));
        }
    }
    sql.push(" AS fails");
    for &facet in Facet::all() {
        let (Column::One(name) | Column::Many(name)) = column(facet);
        sql.push(format_args!(", m.{name}"));
    }
    sql.push(format_args!(", m.{PRICE}, m.{SIZE} FROM materials m)"));
    sql.push(" SELECT -1, NULL::text, count(*) FROM m WHERE fails = 0");
    for (bit, &facet) in Facet::all().iter().enumerate() {
        let others = !(1 << bit);
        match column(facet) {
            Column::One(name) => sql.push(format_args!(
                " UNION ALL SELECT {bit}, {name}, count(*) FROM m WHERE fails & {others} = 0 GROUP BY {name}"
            )),
            // An empty array leaves one row of NULL: not known.
            Column::Many(name) => sql.push(format_args!(
                " UNION ALL SELECT {bit}, v, count(*) FROM m LEFT JOIN LATERAL unnest({name}) v ON true WHERE fails & {others} = 0 GROUP BY v"
            )),
        };
    }
    for (bit, name) in [(price_bit, PRICE), (size_bit, SIZE)] {
        let others = !(1 << bit);
        sql.push(format_args!(
            " UNION ALL SELECT {bit}, NULL, count(*) FROM m WHERE fails & {others} = 0 AND {name} IS NULL"
        ));
    }
    sql
}

fn values(
    facet: Facet,
    bit: i32,
    counts: &HashMap<(i32, Option<String>), u32>,
    filters: &Filters,
) -> Vec<FacetValue> {
    let mut found: HashMap<Choice, u32> = HashMap::new();
    for ((of, value), count) in counts {
        if *of != bit {
            continue;
        }
        match value {
            None => *found.entry(Choice::Unknown).or_default() += count,
            Some(value) => {
                *found.entry(Choice::Known(value.clone())).or_default() += count;
                // Oak counts as wood too.
                let parent = (facet == Facet::Category)
                    .then(|| Category::parse(value).ok()?.parent())
                    .flatten();
                if let Some(parent) = parent {
                    let parent = Choice::Known(parent.as_str().to_owned());
                    *found.entry(parent).or_default() += count;
                }
            }
        }
    }
    for choice in filters.chosen(facet) {
        found.entry(choice.clone()).or_default();
    }
    let mut out: Vec<FacetValue> = found
        .into_iter()
        .map(|(choice, count)| FacetValue {
            label: match &choice {
                Choice::Known(value) => facet.label_of(value),
                Choice::Unknown => "not known".to_owned(),
            },
            chosen: filters.has(facet, &choice),
            choice,
            count,
        })
        .collect();
    let place = |v: &FacetValue| match &v.choice {
        Choice::Known(value) => Category::parse(value).ok(),
        Choice::Unknown => None,
    };
    out.sort_by(|a, b| {
        let unknown = (a.choice == Choice::Unknown).cmp(&(b.choice == Choice::Unknown));
        let order = if facet == Facet::Category {
            place(a).cmp(&place(b))
        } else {
            b.count.cmp(&a.count)
        };
        unknown.then(order).then_with(|| a.choice.cmp(&b.choice))
    });
    out
}
