//! Examples: swatches and photos that a search goes towards, or away from.

use std::collections::BTreeMap;

use catalog::{ModelId, StoredSearch};
use material::{
    Category, Colour, Example, ExampleCard, ExampleOf, ExampleShown, Field, LookFacts, Origin,
    Properties, read::Value,
};
use vision::Embedding;

use crate::{Error, Veneer, agree::Wanted, mix::mix, subject::Subject};

/// An example with all that is known of it.
struct Led {
    card: ExampleCard,
    /// How much it counts beside the picture of the search itself; below 0 where it is gone away from.
    weight: f32,
    vector: Option<Embedding>,
    look: Option<LookFacts>,
    palette: Vec<Colour>,
    wanted: Wanted,
}

impl Led {
    fn is_guessed(&self) -> bool {
        self.card.example.is_photo()
    }

    fn is_wanted(&self) -> bool {
        self.weight > 0.0
    }
}

/// What examples have in common is wanted; nothing is said where they differ.
fn shared(examples: &[&Properties]) -> Properties {
    fn all<T: PartialEq + Copy>(values: impl Iterator<Item = Option<T>>) -> Option<T> {
        let mut values = values;
        let first = values.next()??;
        values.all(|v| v == Some(first)).then_some(first)
    }
    let of = || examples.iter();
    // Oak and ash are both wood.
    let kinds = || of().map(|p| p.category);
    Properties {
        category: all(kinds()).or_else(|| all(kinds().map(|kind| kind.map(Category::top)))),
        finish: all(of().map(|p| p.finish)),
        pattern: all(of().map(|p| p.pattern)),
        texture: all(of().map(|p| p.texture)),
        ..Properties::default()
    }
}

/// What an unwanted example is and the wanted is not.
fn told_apart(wanted: &Wanted, unwanted: &Properties) -> Vec<Value> {
    let mut out = Vec::new();
    let asked = &wanted.properties;
    let may_be = |kind: Category| {
        let guessed = wanted
            .kinds
            .iter()
            .any(|(guess, _)| guess.top() == kind.top());
        guessed || asked.category.is_some_and(|asked| asked.is_within(kind))
    };
    if let Some(kind) = unwanted.category
        && asked.category.is_some()
        && !may_be(kind)
    {
        out.push(Value::Category(kind));
    }
    let differ = |a: bool, b: bool, same: bool| a && b && !same;
    if let Some(finish) = unwanted.finish
        && differ(asked.finish.is_some(), true, asked.finish == Some(finish))
    {
        out.push(Value::Finish(finish));
    }
    if let Some(pattern) = unwanted.pattern
        && differ(
            asked.pattern.is_some(),
            true,
            asked.pattern == Some(pattern),
        )
    {
        out.push(Value::Pattern(pattern));
    }
    out
}

/// What guesses about several pictures come to together. A kind is as likely as it is on the whole; of the rest,
/// what they agree on is as sure as the least sure of them, and nothing is said where they differ.
fn together(guesses: &[(f32, &Wanted)]) -> Wanted {
    let total: f32 = guesses.iter().map(|(weight, _)| weight).sum();
    let mut kinds: BTreeMap<Category, f32> = BTreeMap::new();
    for (weight, guess) in guesses {
        let sure = guess.sureness(Field::Category);
        let one: Vec<_> = guess
            .properties
            .category
            .map(|kind| (kind, sure))
            .into_iter()
            .collect();
        let may_be = if guess.kinds.is_empty() {
            &one
        } else {
            &guess.kinds
        };
        for (kind, share) in may_be {
            *kinds.entry(*kind).or_default() += weight * share / total;
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by(|a, b| b.1.total_cmp(&a.1));
    let properties: Vec<&Properties> = guesses.iter().map(|(_, guess)| &guess.properties).collect();
    let mut out = Wanted::known(Properties {
        category: kinds.first().map(|(kind, _)| *kind),
        ..shared(&properties)
    });
    let likeliest = kinds.first().map(|(_, share)| *share);
    out.confidence
        .extend(likeliest.map(|sure| (Field::Category, sure)));
    out.kinds = kinds;
    for (field, said) in [
        (Field::Finish, out.properties.finish.is_some()),
        (Field::Pattern, out.properties.pattern.is_some()),
        (Field::Texture, out.properties.texture.is_some()),
    ] {
        let sure = guesses
            .iter()
            .map(|(_, guess)| guess.sureness(field))
            .reduce(f32::min);
        out.confidence
            .extend(sure.filter(|_| said).map(|sure| (field, sure)));
    }
    out
}

/// The colours of several pictures side by side, each with its part of the whole.
fn side_by_side(palettes: &[(f32, &[Colour])]) -> Vec<Colour> {
    let seen = || palettes.iter().filter(|(_, colours)| !colours.is_empty());
    let total: f32 = seen().map(|(weight, _)| weight).sum();
    let part = |(weight, colours): &(f32, &[Colour])| {
        let of = weight / total;
        let own = colours.iter().map(move |colour| Colour {
            share: colour.share * of,
            ..*colour
        });
        own.collect::<Vec<_>>()
    };
    seen().flat_map(part).collect()
}

/// Mixes their vectors into that of the search.
fn move_to(subject: &mut Subject, model: ModelId, led: &[Led]) {
    let own = subject.embedding.take();
    let mut parts: Vec<(f32, &[f32])> = Vec::new();
    parts.extend(own.iter().map(|(_, vector)| (1.0, vector.as_slice())));
    parts.extend(
        led.iter()
            .filter_map(|one| Some((one.weight, one.vector.as_deref()?))),
    );
    match mix(&parts) {
        Some((vector, how)) => {
            subject.embedding = Some((model, vector));
            subject.mix = how;
        }
        None => subject.embedding = own,
    }
}

/// Takes in what was measured in those that are wanted.
fn look_like(subject: &mut Subject, led: &[Led]) {
    let own = subject
        .look
        .as_ref()
        .map(|look| (1.0, look.palette.as_slice()));
    let others = led.iter().map(|one| (one.weight, one.palette.as_slice()));
    let palettes: Vec<_> = own
        .into_iter()
        .chain(others.filter(|(w, _)| *w > 0.0))
        .collect();
    subject.palette = side_by_side(&palettes);
    let wanted = led.iter().filter(|one| one.is_wanted());
    let mut looks = wanted.filter_map(|one| Some((one.weight, one.look.clone()?)));
    let mut unit = 1.0;
    if subject.look.is_none()
        && let Some((weight, look)) = looks.next()
    {
        (unit, subject.look) = (weight, Some(look));
    }
    subject.other_looks = looks.map(|(weight, look)| (weight / unit, look)).collect();
}

/// Asks for what those that are wanted have in common. What is known of swatches outweighs what is guessed of
/// photos.
fn ask_for_common(subject: &mut Subject, led: &[Led]) {
    let wanted = || led.iter().filter(|one| one.is_wanted());
    let known: Vec<&Properties> = wanted()
        .filter(|one| !one.is_guessed())
        .map(|one| &one.wanted.properties)
        .collect();
    if !known.is_empty() {
        return ask_for_known(&mut subject.wanted, &shared(&known));
    }
    let mut guesses: Vec<_> = wanted().map(|one| (one.weight, &one.wanted)).collect();
    let own = std::mem::take(&mut subject.wanted);
    // A swatch that the search started from is known.
    let is_known = matches!(subject.origin, Origin::Swatch { .. });
    if is_known || guesses.is_empty() {
        subject.wanted = own;
        return;
    }
    if subject.is_guessed {
        guesses.push((1.0, &own));
    }
    subject.wanted = together(&guesses);
    subject.is_guessed = true;
}

fn ask_for_known(wanted: &mut Wanted, common: &Properties) {
    let properties = &mut wanted.properties;
    let mut sure = Vec::new();
    if common.category.is_some() {
        properties.category = common.category;
        wanted.kinds.clear();
        sure.push(Field::Category);
    }
    if common.finish.is_some() {
        properties.finish = common.finish;
        sure.push(Field::Finish);
    }
    if common.pattern.is_some() {
        properties.pattern = common.pattern;
        sure.push(Field::Pattern);
    }
    if common.texture.is_some() {
        properties.texture = common.texture;
        sure.push(Field::Texture);
    }
    for field in sure {
        wanted.confidence.remove(&field);
    }
}

impl Veneer {
    /// Goes towards some pictures and away from others. A swatch that is not in the library any more is passed
    /// over; a photo whose search has aged out is named in [`Subject::gone`].
    pub(crate) async fn lead(
        &self,
        subject: &mut Subject,
        examples: &[Example],
    ) -> Result<(), Error> {
        let mut searches = Vec::new();
        for example in examples {
            searches.push(match &example.of {
                ExampleOf::Photo(search) => self.inner.catalog.search(search).await?,
                ExampleOf::Swatch(_) => None,
            });
        }
        // Swatches have a vector by every model, photos by that of their day.
        let own = subject.embedding.as_ref().map(|(model, _)| *model);
        let theirs = || searches.iter().flatten().find_map(model_of);
        let in_use = || self.inner.models.in_use().id();
        let model = own.or_else(theirs).unwrap_or_else(in_use);

        let mut led = Vec::new();
        for (example, search) in examples.iter().zip(searches) {
            let found = match (&example.of, search) {
                (ExampleOf::Swatch(_), _) => self.swatch_led(example, model).await?,
                (ExampleOf::Photo(_), Some(search)) => Some(photo_led(example, search, model)),
                (ExampleOf::Photo(_), None) => {
                    subject.gone.push(example.of.clone());
                    None
                }
            };
            led.extend(found);
        }
        move_to(subject, model, &led);
        look_like(subject, &led);
        ask_for_common(subject, &led);
        for one in led
            .iter()
            .filter(|one| !one.is_wanted() && !one.is_guessed())
        {
            let refused = told_apart(&subject.wanted, &one.wanted.properties);
            subject.unwanted.extend(refused);
        }
        subject.examples.extend(led.into_iter().map(|one| one.card));
        Ok(())
    }

    async fn swatch_led(&self, example: &Example, model: ModelId) -> Result<Option<Led>, Error> {
        let (catalog, ExampleOf::Swatch(id)) = (&self.inner.catalog, &example.of) else {
            return Ok(None);
        };
        let Some(found) = catalog.swatch(id, Some(model)).await? else {
            return Ok(None);
        };
        let known = catalog.material(&found.slug).await?;
        let properties = known.map(|m| m.material.properties).unwrap_or_default();
        Ok(Some(Led {
            weight: weight_of(example),
            vector: found.embedding,
            look: found.stored.facts,
            palette: found.stored.palette.clone(),
            wanted: Wanted::known(properties),
            card: ExampleCard {
                example: example.clone(),
                shown: ExampleShown::Swatch {
                    material: found.slug,
                    name: found.name,
                    swatch: found.stored.swatch,
                },
            },
        }))
    }
}

fn model_of(search: &StoredSearch) -> Option<ModelId> {
    search.search.embedding.as_ref().map(|(model, _)| *model)
}

fn weight_of(example: &Example) -> f32 {
    let weight = f32::from(example.weight) / 100.0;
    if example.away { -weight } else { weight }
}

fn photo_led(example: &Example, stored: StoredSearch, model: ModelId) -> Led {
    let (search, analysis) = (stored.search, stored.analysis);
    let palette = search.look.as_ref().map(|look| look.palette.clone());
    let palette = palette.unwrap_or_default();
    let vector = search.embedding.filter(|(of, _)| *of == model);
    Led {
        weight: weight_of(example),
        vector: vector.map(|(_, vector)| vector),
        look: search.look,
        palette: palette.clone(),
        wanted: analysis
            .as_ref()
            .map_or_else(Wanted::default, Wanted::guessed),
        card: ExampleCard {
            example: example.clone(),
            shown: ExampleShown::Photo { palette },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Finish, Lab, Pattern};

    #[test]
    fn examples_want_what_they_share() {
        let of = |kind: &str, finish| Properties {
            category: Category::parse(kind).ok(),
            finish: Some(finish),
            ..Properties::default()
        };
        let (oak, ash) = (of("oak", Finish::Oiled), of("ash", Finish::Oiled));
        let both = shared(&[&oak, &ash]);
        assert_eq!(both.category, Category::parse("wood").ok());
        assert_eq!(both.finish, Some(Finish::Oiled));
        let marble = Properties {
            pattern: Some(Pattern::Veined),
            ..of("marble", Finish::Polished)
        };
        let apart = told_apart(&Wanted::known(oak), &marble);
        assert_eq!(
            apart,
            [
                Value::Category(Category::parse("marble").expect("a kind")),
                Value::Finish(Finish::Polished)
            ]
        );
    }

    fn guess(kinds: &[(&str, f32)], finish: Option<Finish>, sure: f32) -> Wanted {
        let kinds: Vec<_> = kinds
            .iter()
            .map(|(name, share)| (Category::parse(name).expect("a kind"), *share))
            .collect();
        Wanted {
            properties: Properties {
                category: kinds.first().map(|(kind, _)| *kind),
                finish,
                ..Properties::default()
            },
            confidence: [(Field::Finish, sure)].into(),
            kinds,
        }
    }

    #[test]
    fn guesses_are_joined_by_how_much_each_counts() {
        let wood = guess(&[("wood", 0.8), ("leather", 0.2)], Some(Finish::Matt), 0.6);
        let stone = guess(&[("stone", 0.5)], Some(Finish::Matt), 0.3);
        let both = together(&[(1.0, &wood), (1.0, &stone)]);
        let kind = |name: &str| Category::parse(name).expect("a kind");
        assert_eq!(both.properties.category, Some(kind("wood")));
        let shares: Vec<_> = both.kinds.iter().map(|(_, share)| *share).collect();
        assert_eq!(shares, [0.4, 0.25, 0.1]);
        assert_eq!(both.properties.finish, Some(Finish::Matt));
        assert_eq!(both.sureness(Field::Finish), 0.3);
        // A tenth of the say, and another finish.
        let gloss = guess(&[("stone", 0.5)], Some(Finish::Gloss), 0.9);
        let mostly = together(&[(1.0, &wood), (0.1, &gloss)]);
        assert_eq!(mostly.properties.finish, None);
        assert!(mostly.category(kind("wood")) > mostly.category(kind("stone")));
        assert!(mostly.category(kind("stone")) > Some(0.0));
        // Of nothing comes nothing.
        let nothing = together(&[(1.0, &Wanted::default())]);
        assert_eq!(nothing.properties.category, None);
        assert!(nothing.kinds.is_empty() && nothing.confidence.is_empty());
    }

    #[test]
    fn colours_share_the_whole_by_weight() {
        let one = |l: f32| Colour {
            lab: Lab::new(l, 0.0, 0.0),
            share: 1.0,
        };
        let (dark, light) = ([one(20.0)], [one(80.0)]);
        let sides = side_by_side(&[(1.0, &dark), (0.25, &light), (1.0, &[])]);
        let shares: Vec<_> = sides.iter().map(|colour| colour.share).collect();
        assert_eq!(shares, [0.8, 0.2]);
        assert!(side_by_side(&[]).is_empty());
    }
}
