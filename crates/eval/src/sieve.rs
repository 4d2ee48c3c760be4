//! Filters of a wanted sharpness, and a second opinion on what passes them.

use material::{Choice, Facet, Filters, NewMaterial, Word};

use crate::{Specimen, truth};

/// Shares of the library that filters are asked to leave.
pub const SELECTIVITIES: [f64; 4] = [0.5, 0.1, 0.01, 0.001];

/// The facets that are filtered by: what a material says of itself in one value.
const FACETS: [Facet; 5] = [
    Facet::Category,
    Facet::Finish,
    Facet::Pattern,
    Facet::Texture,
    Facet::Maker,
];

/// A filter and how many materials pass it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sieve {
    /// The filter.
    pub filters: Filters,
    /// Materials that pass, counted here.
    pub rows: usize,
}

impl Sieve {
    /// The filter that a material passes and that leaves a share of the library nearest to `share`: from all of what is known of
    /// it, and from widening one of its values to its neighbours' until enough pass. `None` for a library without materials.
    #[must_use]
    pub fn around(specimens: &[Specimen], subject: usize, share: f64) -> Option<Self> {
        let own = &specimens.get(subject)?.material;
        let target = (share * specimens.len() as f64).max(1.0);
        let far = |rows: usize| (rows as f64 / target).ln().abs();
        let mut best: Option<(f64, usize, Self)> = None;
        let mut offer = |filters: Filters| {
            let rows = count(specimens, &filters);
            let offered = (far(rows), filters.iter().count(), Self { filters, rows });
            let better = best
                .as_ref()
                .is_none_or(|b| (offered.0, offered.1) < (b.0, b.1));
            if rows > 0 && better {
                best = Some(offered);
            }
            rows
        };
        for chosen in 1..1usize << FACETS.len() {
            let mut filters = Filters::default();
            let some = FACETS
                .iter()
                .enumerate()
                .filter(|(i, _)| chosen >> i & 1 == 1);
            if some
                .into_iter()
                .all(|(_, facet)| filters.add(*facet, value(own, *facet)).is_ok())
            {
                offer(filters);
            }
        }
        for facet in FACETS {
            let mut filters = Filters::default();
            let first = value(own, facet);
            if filters.add(facet, first).is_err() {
                continue;
            }
            for choice in values(specimens, facet) {
                if offer(filters.clone()) as f64 >= target || filters.add(facet, choice).is_err() {
                    break;
                }
            }
        }
        best.map(|(_, _, sieve)| sieve)
    }
}

/// Whether a material passes, by the plainest reading of the words: one of the chosen values of every facet.
/// Facets that are not filtered by here let everything pass.
#[must_use]
pub fn passes(filters: &Filters, material: &NewMaterial) -> bool {
    FACETS.iter().all(|facet| {
        let chosen = filters.chosen(*facet);
        chosen.is_empty()
            || chosen.iter().any(|choice| match (facet, choice) {
                (Facet::Category, Choice::Known(wanted)) => {
                    match (
                        material.properties.category,
                        material::Category::parse(wanted),
                    ) {
                        (Some(kind), Ok(wanted)) => truth::is_a(kind, wanted),
                        _ => false,
                    }
                }
                _ => *choice == value(material, *facet),
            })
    })
}

fn count(specimens: &[Specimen], filters: &Filters) -> usize {
    specimens
        .iter()
        .filter(|s| passes(filters, &s.material))
        .count()
}

/// What a material says of a facet.
fn value(material: &NewMaterial, facet: Facet) -> Choice {
    let p = &material.properties;
    let known = match facet {
        Facet::Category => p.category.map(|v| v.as_str().to_owned()),
        Facet::Finish => p.finish.map(|v| v.as_str().to_owned()),
        Facet::Pattern => p.pattern.map(|v| v.as_str().to_owned()),
        Facet::Texture => p.texture.map(|v| v.as_str().to_owned()),
        Facet::Maker => material.maker.as_ref().map(|m| m.as_str().to_owned()),
        _ => None,
    };
    known.map_or(Choice::Unknown, Choice::Known)
}

/// All values of a facet, the rarest first, so that widening comes near a share rather than past it.
fn values(specimens: &[Specimen], facet: Facet) -> Vec<Choice> {
    let mut counts: std::collections::BTreeMap<Choice, usize> = std::collections::BTreeMap::new();
    for specimen in specimens {
        *counts.entry(value(&specimen.material, facet)).or_default() += 1;
    }
    let mut values: Vec<(Choice, usize)> = counts.into_iter().collect();
    values.sort_by_key(|(_, count)| *count);
    values.into_iter().map(|(choice, _)| choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::library;
    use material::{Category, Properties};

    #[test]
    fn a_filter_comes_near_the_share_and_lets_its_subject_through() {
        let specimens = library(120);
        for share in SELECTIVITIES {
            for subject in [0, 7, 31] {
                let sieve = Sieve::around(&specimens, subject, share).expect("a filter");
                assert!(passes(&sieve.filters, &specimens[subject].material));
                let passing = specimens
                    .iter()
                    .filter(|s| passes(&sieve.filters, &s.material))
                    .count();
                assert_eq!(sieve.rows, passing);
            }
        }
        let rows = |share| Sieve::around(&specimens, 7, share).expect("a filter").rows;
        assert!((40..=80).contains(&rows(0.5)), "{}", rows(0.5));
        assert!((8..=20).contains(&rows(0.1)), "{}", rows(0.1));
        assert!(rows(0.5) > rows(0.1) && rows(0.1) >= rows(0.01));
        assert!(Sieve::around(&[], 0, 0.5).is_none());
    }

    #[test]
    fn a_parent_lets_its_children_through_and_unknown_is_a_value() {
        let specimens = library(6);
        let mut filters = Filters::default();
        filters
            .add(Facet::Category, Choice::Known("wood".to_owned()))
            .expect("room");
        assert!(passes(&filters, &specimens[0].material));
        assert!(!passes(&filters, &specimens[2].material));
        let mut bare = specimens[0].material.clone();
        bare.properties = Properties::default();
        assert!(!passes(&filters, &bare));
        filters.add(Facet::Category, Choice::Unknown).expect("room");
        assert!(passes(&filters, &bare));
        let oak = Category::parse("oak").ok();
        assert_eq!(specimens[0].material.properties.category, oak);
    }
}
