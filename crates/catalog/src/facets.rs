//! How many there are of each value.

use std::collections::HashMap;

use material::{Category, Choice, Facet, FacetCounts, FacetValue, Filters, Word};

use crate::{Catalog, CatalogError};

/// The counts beside a list of results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    /// Value by value, respecting the *other* filters.
    pub facets: Vec<FacetCounts>,
    /// Materials without any filter.
    pub library: u32,
    /// Materials that pass all filters.
    pub total: u32,
    /// Materials without a price among those the other filters let through.
    pub without_price: u32,
    /// Materials without a size among those the other filters let through.
    pub without_size: u32,
}

impl Catalog {
    /// Counts all values.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    #[tracing::instrument(skip_all)]
    pub async fn facets(&self, filters: &Filters) -> Result<Facets, CatalogError> {
        let shelf = self.shelf().await?;
        let counted = shelf.counts(filters);
        Ok(Facets {
            library: shelf.materials(),
            total: counted.total,
            without_price: counted.without_price,
            without_size: counted.without_size,
            facets: Facet::all()
                .iter()
                .zip(counted.facets)
                .map(|(&facet, counts)| FacetCounts {
                    facet,
                    values: values(facet, counts, filters),
                })
                .collect(),
        })
    }
}

fn values(facet: Facet, counts: Vec<(Option<String>, u32)>, filters: &Filters) -> Vec<FacetValue> {
    let mut found: HashMap<Choice, u32> = HashMap::new();
    for (value, count) in counts {
        match value {
            None => *found.entry(Choice::Unknown).or_default() += count,
            Some(value) => {
                // Oak counts as wood too.
                let parent = (facet == Facet::Category)
                    .then(|| Category::parse(&value).ok()?.parent())
                    .flatten();
                *found.entry(Choice::Known(value)).or_default() += count;
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
