//! How well the properties of two materials agree: the properties leg.

use std::collections::BTreeMap;

use material::{Category, Field, Finish, Pattern, Properties};

/// How much each property says about likeness. The kind says most; where a thing may be used says
/// little about how it looks.
fn weight(field: Field) -> f32 {
    match field {
        Field::Category => 3.0,
        Field::Pattern => 1.5,
        Field::Finish | Field::Texture => 1.0,
        Field::Applications => 0.3,
        Field::Colours | Field::Size | Field::Price | Field::Fire | Field::Slip => 0.0,
    }
}

/// What the properties leg asks for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The values.
    pub properties: Properties,
    /// How sure each of them is; a property that is not named is.
    pub confidence: BTreeMap<Field, f32>,
    /// Kinds it may be, the likeliest first, when there is more than one.
    pub kinds: Vec<(Category, f32)>,
}

impl Wanted {
    /// What is known and not guessed.
    pub fn known(properties: Properties) -> Self {
        Self {
            properties,
            ..Self::default()
        }
    }

    /// How well a kind agrees: with the likeliest wholly, with the others as far as they are likely.
    fn category(&self, found: Category) -> Option<f32> {
        let best = self.kinds.first().map_or(0.0, |(_, share)| *share);
        if best <= 0.0 {
            return Some(category(self.properties.category?, found));
        }
        self.kinds
            .iter()
            .map(|(kind, share)| category(*kind, found) * share / best)
            .reduce(f32::max)
    }
}

/// Weighted agreement, 0 to 1, over the properties that both sides know. `None` when they share none:
/// unknown neither agrees nor disagrees.
pub fn agreement(asked: &Wanted, found: &Properties) -> Option<f32> {
    let (wanted, confidence) = (&asked.properties, &asked.confidence);
    let mut sum = 0.0;
    let mut total = 0.0;
    let mut add = |field: Field, similarity: Option<f32>| {
        if let Some(similarity) = similarity {
            let weight = weight(field) * confidence.get(&field).copied().unwrap_or(1.0);
            sum += weight * similarity;
            total += weight;
        }
    };
    add(
        Field::Category,
        found.category.and_then(|found| asked.category(found)),
    );
    add(Field::Pattern, both(wanted.pattern, found.pattern, pattern));
    add(Field::Finish, both(wanted.finish, found.finish, finish));
    add(
        Field::Texture,
        both(wanted.texture, found.texture, |a, b| f32::from(a == b)),
    );
    add(Field::Applications, applications(wanted, found));
    (total > 0.0).then(|| sum / total)
}

fn both<T>(a: Option<T>, b: Option<T>, similarity: impl Fn(T, T) -> f32) -> Option<f32> {
    Some(similarity(a?, b?))
}

/// Oak is oak (1), oak is wood (0.8), oak and ash are both wood (0.6).
pub fn category(a: Category, b: Category) -> f32 {
    if a == b {
        1.0
    } else if a.is_within(b) || b.is_within(a) {
        0.8
    } else if a.top() == b.top() {
        0.6
    } else {
        0.0
    }
}

/// Finishes stand on a scale of gloss; two processes with the same gloss are near, not equal.
pub fn finish(a: Finish, b: Finish) -> f32 {
    if a == b {
        1.0
    } else {
        (0.9 - (a.gloss() - b.gloss()).abs() / 5.0).max(0.0)
    }
}

/// Patterns that are mistaken for each other, or stand in for each other, are near.
pub fn pattern(a: Pattern, b: Pattern) -> f32 {
    use Pattern as P;
    if a == b {
        return 1.0;
    }
    let near = |x: P, y: P| (a == x && b == y) || (a == y && b == x);
    if near(P::Herringbone, P::Chevron) {
        0.7
    } else if near(P::RunningBond, P::StackBond) || near(P::Checked, P::Basket) {
        0.5
    } else if near(P::Speckled, P::Mottled)
        || near(P::Veined, P::Mottled)
        || near(P::Floral, P::Damask)
        || near(P::Geometric, P::Hexagon)
        || near(P::Geometric, P::Checked)
        || near(P::Plain, P::Mottled)
        || near(P::Burl, P::Mottled)
    {
        0.4
    } else {
        0.0
    }
}

fn applications(wanted: &Properties, found: &Properties) -> Option<f32> {
    if wanted.applications.is_empty() || found.applications.is_empty() {
        return None;
    }
    let shared = wanted
        .applications
        .iter()
        .filter(|a| found.applications.contains(a))
        .count();
    Some(shared as f32 / wanted.applications.len() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wood(name: &str) -> Properties {
        Properties {
            category: Category::parse(name).ok(),
            ..Properties::default()
        }
    }

    #[test]
    fn kinds_agree_by_their_place_in_the_hierarchy() {
        let of = |name| agreement(&Wanted::known(wood("oak")), &wood(name));
        assert_eq!(of("oak"), Some(1.0));
        assert_eq!(of("wood"), Some(0.8));
        assert_eq!(of("ash"), Some(0.6));
        assert_eq!(of("marble"), Some(0.0));
    }

    #[test]
    fn gloss_is_a_scale() {
        assert!(finish(Finish::Matt, Finish::Satin) > finish(Finish::Matt, Finish::Gloss));
        assert!(finish(Finish::Raw, Finish::Mirror) < 0.01);
        assert!(finish(Finish::Oiled, Finish::Honed) < 1.0);
    }

    #[test]
    fn unknown_neither_agrees_nor_disagrees() {
        let oak = Wanted::known(wood("oak"));
        assert_eq!(agreement(&oak, &Properties::default()), None);
        let mut found = wood("oak");
        found.finish = Some(Finish::Oiled);
        assert_eq!(agreement(&oak, &found), Some(1.0));
    }

    #[test]
    fn what_one_is_unsure_of_counts_less() {
        let mut wanted = wood("oak");
        wanted.pattern = Some(Pattern::Herringbone);
        let mut found = wood("oak");
        found.pattern = Some(Pattern::Floral);
        let sure = Wanted::known(wanted);
        let unsure = Wanted {
            confidence: BTreeMap::from([(Field::Pattern, 0.1)]),
            ..sure.clone()
        };
        assert!(agreement(&unsure, &found) > agreement(&sure, &found));
    }

    #[test]
    fn a_kind_agrees_as_far_as_it_is_likely() {
        let kind = |name| Category::parse(name).expect("a kind");
        let guess = Wanted {
            kinds: vec![(kind("wood"), 0.5), (kind("stone"), 0.25)],
            ..Wanted::known(wood("wood"))
        };
        assert_eq!(agreement(&guess, &wood("wood")), Some(1.0));
        assert_eq!(agreement(&guess, &wood("oak")), Some(0.8));
        assert_eq!(agreement(&guess, &wood("stone")), Some(0.5));
        assert_eq!(agreement(&guess, &wood("cork")), Some(0.0));
    }
}
