//! How well a material agrees with what is asked, leg by leg, from 0 (not at all) to 1 (the same).
//!
//! These are raw: what an agreement means beside another leg's is for `calibrate` to say. The look and the
//! words are not here, since the library works them out.

use material::{Colour, Field, LegScores, LookFacts, Properties};

use crate::{
    agree::{self, Wanted},
    colours,
    reason::Side,
};

/// Below this no feature has a size (fraction of the width).
const NO_SIZE: f32 = 0.004;

/// The agreement of every leg that both sides know something for. `looks` is what was measured in the
/// pictures that are searched with, and how much each counts; `palette` are the colours that are asked for.
///
/// Measures of several pictures have no sensible mean (between plain and checked lies nothing), so each is
/// compared by itself, and their agreements have the mean.
pub fn agreements(
    wanted: &Wanted,
    palette: &[Colour],
    looks: &[(f32, &LookFacts)],
    found: &Side<'_>,
) -> LegScores {
    let (asked, has) = (&wanted.properties, found.properties);
    let over_all = |leg: &dyn Fn(Option<&LookFacts>) -> Option<f32>| {
        if looks.is_empty() {
            return leg(None);
        }
        let mut mean = Mean::default();
        for (weight, look) in looks {
            mean.add(*weight, leg(Some(look)));
        }
        mean.value()
    };
    let scale = |look: Option<&LookFacts>| {
        let ratio = size_ratio(asked, look, has, found.facts)?;
        Some(fall(ratio.log2().abs(), 1.0))
    };
    LegScores {
        colour: colours::distance(palette, found.palette).map(colours::agreement),
        texture: over_all(&|look| texture(wanted, look, found)),
        pattern: over_all(&|look| pattern(wanted, look, found)),
        scale: over_all(&scale),
        finish: both(asked.finish, has.finish, agree::finish),
        kind: has.category.and_then(|kind| wanted.category(kind)),
        ..LegScores::default()
    }
}

/// How lively, lined, spotted and many-hued the surfaces are, and what they would feel like.
fn texture(wanted: &Wanted, look: Option<&LookFacts>, found: &Side<'_>) -> Option<f32> {
    let mut mean = Mean::default();
    if let Some((a, b)) = look.zip(found.facts) {
        mean.add(1.0, Some(fall(log_step(a.contrast, b.contrast, 1.0), 0.5)));
        mean.add(0.7, both(a.veins, b.veins, |a, b| fall(a - b, 0.06)));
        mean.add(0.7, both(a.speckle, b.speckle, |a, b| fall(a - b, 0.06)));
        mean.add(
            0.4,
            both(a.variety, b.variety, |a, b| fall(log_step(a, b, 1.0), 0.5)),
        );
    }
    let (asked, has) = (wanted.properties.texture, found.properties.texture);
    mean.add(
        wanted.sureness(Field::Texture),
        both(asked, has, |a, b| f32::from(u8::from(a == b))),
    );
    mean.value()
}

/// How regularly the surfaces repeat, how much they run one way, and what the pattern is called. Which way they
/// run is for whoever lays them to say.
fn pattern(wanted: &Wanted, look: Option<&LookFacts>, found: &Side<'_>) -> Option<f32> {
    let mut mean = Mean::default();
    if let Some((a, b)) = look.zip(found.facts) {
        mean.add(1.0, Some(fall(a.regularity - b.regularity, 0.2)));
        mean.add(
            0.7,
            both(a.anisotropy, b.anisotropy, |a, b| fall(a - b, 0.2)),
        );
    }
    let (asked, has) = (wanted.properties.pattern, found.properties.pattern);
    mean.add(
        2.0 * wanted.sureness(Field::Pattern),
        both(asked, has, agree::pattern),
    );
    mean.value()
}

/// How many times as large the found pattern is: in millimetres where both are known in them, else in the
/// pictures, whose framing is taken to be alike.
pub fn size_ratio(
    asked: &Properties,
    look: Option<&LookFacts>,
    has: &Properties,
    facts: Option<&LookFacts>,
) -> Option<f32> {
    let sound = |size: f32| (size.is_finite() && size > 0.0).then_some(size);
    let measured = look.and_then(|look| Some(look.period? * look.width_mm?));
    let millimetres = measured.or(asked.pattern_scale_mm).and_then(sound);
    if let Some((asked, has)) = millimetres.zip(has.pattern_scale_mm.and_then(sound)) {
        return Some(has / asked);
    }
    let (a, b) = look.zip(facts)?;
    if let Some((a, b)) = a.period.and_then(sound).zip(b.period.and_then(sound)) {
        return Some(b / a);
    }
    let sized = |facts: &LookFacts| sound(facts.coarseness).filter(|size| *size > NO_SIZE);
    let (a, b) = sized(a).zip(sized(b))?;
    Some(b / a)
}

/// 1 where there is no difference, a half at `half`, near 0 far beyond: what one sees fades, it does not stop.
fn fall(difference: f32, half: f32) -> f32 {
    1.0 / (1.0 + (difference / half).powi(2))
}

/// The natural logarithm of the ratio of two amounts, `floor` added to both so that two small ones are alike.
fn log_step(a: f32, b: f32, floor: f32) -> f32 {
    ((b.max(0.0) + floor) / (a.max(0.0) + floor)).ln()
}

fn both<T>(a: Option<T>, b: Option<T>, similarity: impl Fn(T, T) -> f32) -> Option<f32> {
    Some(similarity(a?, b?))
}

/// A weighted mean of what is known.
#[derive(Default)]
struct Mean {
    sum: f32,
    total: f32,
}

impl Mean {
    fn add(&mut self, weight: f32, value: Option<f32>) {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            self.sum += weight * value;
            self.total += weight;
        }
    }

    fn value(&self) -> Option<f32> {
        (self.total > 0.0).then(|| self.sum / self.total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Category, Finish, Lab, Pattern, Texture};

    fn facts() -> LookFacts {
        LookFacts {
            palette: vec![Colour {
                lab: Lab::new(60.0, 5.0, 20.0),
                share: 1.0,
            }],
            contrast: 8.0,
            period: Some(0.1),
            regularity: 0.5,
            coarseness: 0.03,
            anisotropy: Some(0.6),
            veins: Some(0.1),
            speckle: Some(0.0),
            variety: Some(3.0),
            ..LookFacts::default()
        }
    }

    fn oak() -> Properties {
        Properties {
            category: Category::parse("oak").ok(),
            finish: Some(Finish::Oiled),
            pattern: Some(Pattern::Striped),
            texture: Some(Texture::Grained),
            ..Properties::default()
        }
    }

    fn side<'a>(properties: &'a Properties, facts: Option<&'a LookFacts>) -> Side<'a> {
        Side {
            properties,
            palette: facts.map_or(&[][..], |f| &f.palette),
            facts,
        }
    }

    #[test]
    fn a_surface_agrees_with_itself_on_every_leg() {
        let (facts, oak) = (facts(), oak());
        let wanted = Wanted::known(oak.clone());
        let scores = agreements(
            &wanted,
            &facts.palette,
            &[(1.0, &facts)],
            &side(&oak, Some(&facts)),
        );
        for score in [
            scores.colour,
            scores.texture,
            scores.pattern,
            scores.scale,
            scores.finish,
            scores.kind,
        ] {
            assert!(score.is_some_and(|s| (s - 1.0).abs() < 1e-5), "{scores:?}");
        }
        assert_eq!((scores.look, scores.words), (None, None));
    }

    #[test]
    fn each_difference_is_heard_by_its_own_leg() {
        let (asked, oak) = (facts(), oak());
        let wanted = Wanted::known(oak.clone());
        let of = |facts: &LookFacts, properties: &Properties| {
            agreements(
                &wanted,
                &asked.palette,
                &[(1.0, &asked)],
                &side(properties, Some(facts)),
            )
        };
        let lively = LookFacts {
            contrast: 30.0,
            veins: Some(0.4),
            ..facts()
        };
        let irregular = LookFacts {
            regularity: 0.0,
            anisotropy: Some(0.0),
            ..facts()
        };
        let large = LookFacts {
            period: Some(0.4),
            ..facts()
        };
        let (a, b, c) = (of(&lively, &oak), of(&irregular, &oak), of(&large, &oak));
        assert!(a.texture < Some(0.7) && a.pattern > Some(0.99) && a.scale > Some(0.99));
        assert!(b.pattern < Some(0.8) && b.texture > Some(0.99));
        assert!(c.scale < Some(0.3) && c.texture > Some(0.99));
        let marble = Properties {
            category: Category::parse("marble").ok(),
            finish: Some(Finish::Polished),
            ..Properties::default()
        };
        let d = of(&facts(), &marble);
        assert!(d.kind == Some(0.0) && d.finish < Some(0.5));
    }

    #[test]
    fn of_several_pictures_each_is_agreed_with_by_itself() {
        let (fine, blank) = (facts(), Properties::default());
        let coarse = LookFacts {
            period: Some(0.4),
            ..facts()
        };
        let of = |looks: &[(f32, &LookFacts)]| {
            let found = side(&blank, Some(&fine));
            agreements(&Wanted::default(), &[], looks, &found).scale
        };
        let (same, other) = (of(&[(1.0, &fine)]), of(&[(1.0, &coarse)]));
        let both = of(&[(1.0, &fine), (0.5, &coarse)]);
        let mean = same
            .zip(other)
            .map(|(same, other)| (same + 0.5 * other) / 1.5);
        assert!(
            both.zip(mean)
                .is_some_and(|(both, mean)| (both - mean).abs() < 1e-6)
        );
    }

    #[test]
    fn what_neither_knows_is_no_agreement() {
        let blank = Properties::default();
        let nothing = agreements(&Wanted::default(), &[], &[], &side(&blank, None));
        assert_eq!(nothing, LegScores::default());
        let facts = facts();
        let some = agreements(
            &Wanted::default(),
            &facts.palette,
            &[(1.0, &facts)],
            &side(&blank, None),
        );
        assert_eq!(some, LegScores::default());
    }

    #[test]
    fn what_one_is_unsure_of_counts_less() {
        let (facts, oak) = (facts(), oak());
        let found = Properties {
            pattern: Some(Pattern::Floral),
            ..oak.clone()
        };
        let score = |sure| {
            let wanted = Wanted {
                confidence: [(Field::Pattern, sure)].into(),
                ..Wanted::known(oak.clone())
            };
            agreements(
                &wanted,
                &facts.palette,
                &[(1.0, &facts)],
                &side(&found, Some(&facts)),
            )
            .pattern
        };
        assert!(score(0.1) > score(1.0));
        assert_eq!(score(0.0), Some(1.0));
    }

    #[test]
    fn sizes_compare_in_millimetres_where_they_are_known() {
        let repeat = |mm| Properties {
            pattern_scale_mm: Some(mm),
            ..Properties::default()
        };
        let photo = LookFacts {
            width_mm: Some(1000.0),
            ..facts()
        };
        let swatch = LookFacts {
            period: Some(0.5),
            ..facts()
        };
        let blank = Properties::default();
        let ratio = |asked: &Properties, look, has: &Properties| {
            size_ratio(asked, Some(look), has, Some(&swatch)).expect("both have a size")
        };
        // A tenth of a metre against 200 mm, whatever the swatch shows.
        assert!((ratio(&blank, &photo, &repeat(200.0)) - 2.0).abs() < 1e-4);
        let plain = facts();
        assert!((ratio(&repeat(50.0), &plain, &repeat(200.0)) - 4.0).abs() < 1e-4);
        // No millimetres on one side: the pictures.
        assert!((ratio(&blank, &photo, &blank) - 5.0).abs() < 1e-4);
        let nonsense = repeat(f32::NAN);
        assert!((ratio(&nonsense, &facts(), &repeat(200.0)) - 5.0).abs() < 1e-4);
    }

    proptest::proptest! {
        #[test]
        fn agreements_stay_between_none_and_whole(
            contrast in proptest::num::f32::ANY, veins in proptest::num::f32::ANY,
            regularity in proptest::num::f32::ANY, period in proptest::num::f32::ANY,
        ) {
            let strange = LookFacts {
                contrast, regularity,
                veins: Some(veins),
                period: Some(period),
                ..facts()
            };
            let (facts, oak) = (facts(), oak());
            let wanted = Wanted::known(oak.clone());
            let scores = agreements(&wanted, &facts.palette, &[(1.0, &facts)], &side(&oak, Some(&strange)));
            for score in [scores.texture, scores.pattern, scores.scale].into_iter().flatten() {
                proptest::prop_assert!((0.0..=1.0).contains(&score), "{score}");
            }
        }
    }
}
