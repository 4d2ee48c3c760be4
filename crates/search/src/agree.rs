//! How well properties agree: word by word, each with how near two words of the trade are.

use std::collections::BTreeMap;

use material::{Analysis, Category, Field, Finish, Pattern, Properties};
use vision::estimate;

/// What is asked for, property by property.
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

    /// What an analysis of a photo says.
    pub fn guessed(analysis: &Analysis) -> Self {
        let (properties, confidence) = estimate::as_properties(analysis);
        Self {
            properties,
            confidence,
            kinds: estimate::kinds(analysis),
        }
    }

    /// How sure a property is, 0 to 1.
    pub fn sureness(&self, field: Field) -> f32 {
        let sure = self.confidence.get(&field).copied().unwrap_or(1.0);
        if sure.is_finite() {
            sure.clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// How well a kind agrees: with the likeliest wholly, with the others as far as they are likely.
    pub fn category(&self, found: Category) -> Option<f32> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Category {
        Category::parse(name).expect("a kind")
    }

    fn wood(name: &str) -> Properties {
        Properties {
            category: Some(kind(name)),
            ..Properties::default()
        }
    }

    #[test]
    fn kinds_agree_by_their_place_in_the_hierarchy() {
        let of = |name| Wanted::known(wood("oak")).category(kind(name));
        assert_eq!(of("oak"), Some(1.0));
        assert_eq!(of("wood"), Some(0.8));
        assert_eq!(of("ash"), Some(0.6));
        assert_eq!(of("marble"), Some(0.0));
        assert_eq!(Wanted::default().category(kind("oak")), None);
    }

    #[test]
    fn gloss_is_a_scale() {
        assert!(finish(Finish::Matt, Finish::Satin) > finish(Finish::Matt, Finish::Gloss));
        assert!(finish(Finish::Raw, Finish::Mirror) < 0.01);
        assert!(finish(Finish::Oiled, Finish::Honed) < 1.0);
    }

    #[test]
    fn what_is_not_named_is_sure_and_nonsense_is_not() {
        let wanted = Wanted {
            confidence: BTreeMap::from([(Field::Pattern, 0.1), (Field::Finish, f32::NAN)]),
            ..Wanted::default()
        };
        assert_eq!(wanted.sureness(Field::Pattern), 0.1);
        assert_eq!(wanted.sureness(Field::Finish), 0.0);
        assert_eq!(wanted.sureness(Field::Category), 1.0);
    }

    #[test]
    fn a_kind_agrees_as_far_as_it_is_likely() {
        let guess = Wanted {
            kinds: vec![(kind("wood"), 0.5), (kind("stone"), 0.25)],
            ..Wanted::known(wood("wood"))
        };
        assert_eq!(guess.category(kind("wood")), Some(1.0));
        assert_eq!(guess.category(kind("oak")), Some(0.8));
        assert_eq!(guess.category(kind("stone")), Some(0.5));
        assert_eq!(guess.category(kind("cork")), Some(0.0));
    }
}
