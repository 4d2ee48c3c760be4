//! What a view adds to a search: what is read in its words, and swatches to be more or less like.

use std::{collections::BTreeSet, sync::Arc};

use catalog::{ModelId, WordsQuery};
use material::{
    Category, Colour, Example, ExampleCard, Field, Filters, Leg, LegScores, Palette, Properties,
    View,
    read::{Certainty, PieceKind, Reading, Value, pieces, read},
};
use vision::Embedding;

use crate::{
    Error, Veneer,
    agree::Wanted,
    refine::{look_too, wish_too},
    subject::Subject,
    words::Terms,
};

/// How much what is not wanted counts against what is, beside a whole wish.
const AGAINST: f32 = 0.5;

/// How a vector was mixed, so that its cosines can be read as those of its parts.
///
/// Nearness is linear in the cosine, and the rows are unit vectors: the weighted mean of the nearness to
/// several vectors is read off one cosine to their weighted sum. No row is compared twice, and an index
/// over one vector serves them all (Rocchio 1971 moves a query the same way).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mix {
    /// Length of the sum before it was brought to 1.
    length: f32,
    /// Sum of the weights.
    mass: f32,
    /// What is added: 1 where there is nothing but what to go away from.
    lift: f32,
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            length: 1.0,
            mass: 1.0,
            lift: 0.0,
        }
    }
}

impl Mix {
    /// The mean nearness to the parts, from the cosine to their sum; `near` says what a cosine means.
    pub fn nearness(self, cosine: f32, near: impl Fn(f32) -> f32) -> f32 {
        near(cosine * self.length) + (self.mass - 1.0) * near(0.0) + self.lift
    }
}

/// Mixes unit vectors by weight; those below 0 are gone away from. Wanted ones share a whole, unwanted
/// ones [`AGAINST`]. `None` when nothing is left of them, or their lengths differ.
fn mix(parts: &[(f32, &[f32])]) -> Option<(Embedding, Mix)> {
    let dims = parts.first()?.1.len();
    let towards: f32 = parts.iter().map(|(w, _)| w.max(0.0)).sum();
    let away: f32 = parts.iter().map(|(w, _)| (-w).max(0.0)).sum();
    let mut sum = vec![0.0f32; dims];
    for (weight, vector) in parts {
        if vector.len() != dims {
            return None;
        }
        let share = if *weight > 0.0 {
            weight / towards
        } else {
            AGAINST * weight / away
        };
        for (total, value) in sum.iter_mut().zip(*vector) {
            *total += share * value;
        }
    }
    let length = sum.iter().map(|v| v * v).sum::<f32>().sqrt();
    if !(length.is_finite() && length > 1e-4) {
        return None;
    }
    sum.iter_mut().for_each(|v| *v /= length);
    let has = |total: f32| f32::from(u8::from(total > 0.0));
    let mix = Mix {
        length,
        mass: has(towards) - AGAINST * has(away),
        lift: 1.0 - has(towards),
    };
    Some((sum, mix))
}

/// Filters that were read fill in where none was chosen by hand.
fn fill_in(filters: &mut Filters, read: &Filters) {
    let chosen = filters.clone();
    for (facet, choice) in read.iter() {
        if chosen.chosen(facet).is_empty() {
            // What a reading holds is within the limits of filters.
            let _ = filters.add(facet, choice.clone());
        }
    }
    if filters.price.is_open() {
        filters.price = read.price;
    }
    if filters.size.is_open() {
        filters.size = read.size;
    }
}

/// What a full-text search looks for: each thing by the name it was given and by that of the vocabulary,
/// and the words that are in no list.
fn query(text: &str, reading: &Reading) -> Option<WordsQuery> {
    let mut things: Vec<(usize, Vec<String>)> = Vec::new();
    for found in &reading.wanted {
        let written = text.get(found.span.clone()).unwrap_or_default().to_owned();
        let names = match &found.value {
            Value::Category(_)
            | Value::LooksLike(_)
            | Value::Finish(_)
            | Value::Texture(_)
            | Value::Pattern(_)
            | Value::Application(_) => vec![written, found.value.label()],
            Value::Colour(colour) => vec![written, colour.basic.to_string()],
            Value::Lightness(_) => vec![written],
            // A condition, or an amount: no name of anything.
            _ => continue,
        };
        things.push((found.span.start, names));
    }
    for word in &reading.rest {
        things.push((word.span.start, vec![word.text.clone()]));
    }
    things.sort_by_key(|(start, _)| *start);
    let names: Vec<Vec<&str>> = things
        .iter()
        .map(|(_, names)| names.iter().map(String::as_str).collect())
        .collect();
    // Little words alone may still be the name of something.
    let nothing_read = reading.wanted.is_empty() && reading.unwanted.is_empty();
    WordsQuery::of_names(&names).or_else(|| nothing_read.then(|| WordsQuery::parse(text))?)
}

/// The text without what is a condition or not wanted: what a picture could show.
fn shown_of(text: &str) -> String {
    let mut out = text.to_owned();
    for _ in 0..pieces(text).len() {
        let hidden = |kind| matches!(kind, PieceKind::Condition | PieceKind::Unwanted);
        match pieces(&out).into_iter().find(|piece| hidden(piece.kind)) {
            Some(piece) => out = piece.without,
            None => break,
        }
    }
    out
}

/// What is said outweighs what is guessed, field by field.
fn wish(wanted: &mut Wanted, reading: &Reading) {
    let (said, sure) = reading.wishes();
    for (field, confidence) in sure {
        let properties = &mut wanted.properties;
        match field {
            Field::Category => {
                properties.category = said.category;
                wanted.kinds.clear();
            }
            Field::Finish => properties.finish = said.finish,
            Field::Pattern => properties.pattern = said.pattern,
            Field::Texture => properties.texture = said.texture,
            Field::Colours => properties.colours.clone_from(&said.colours),
            Field::Applications => properties.applications.clone_from(&said.applications),
            // Amounts and classes are conditions, or too loose to rank by.
            Field::Size | Field::Price | Field::Fire | Field::Slip => continue,
        }
        wanted.confidence.insert(field, confidence);
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

/// What of the unwanted a material has.
pub(crate) fn refused<'a>(unwanted: &'a [Value], properties: &Properties) -> Vec<&'a Value> {
    let holds = |value: &&Value| value.holds(properties) == Some(true);
    unwanted.iter().filter(holds).collect()
}

/// Every refused thing halves what speaks for a material.
pub(crate) fn count_against(scores: &mut LegScores, refused: usize) {
    let left = AGAINST.powi(refused.min(4) as i32);
    for leg in Leg::ALL {
        if let Some(score) = scores.slot(leg) {
            *score *= left;
        }
    }
}

impl Veneer {
    /// The subject as a view steers it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub(crate) async fn steered(
        &self,
        mut subject: Subject,
        view: &View,
    ) -> Result<Subject, Error> {
        subject.filters = view.filters.clone();
        subject.asked = view
            .palette
            .as_ref()
            .map_or_else(Vec::new, Palette::colours);
        if !view.examples.is_empty() {
            self.lead(&mut subject, &view.examples).await?;
        }
        if let Some(text) = &view.text {
            self.listen(&mut subject, text.as_str(), &view.declined)
                .await;
        }
        Ok(subject)
    }

    async fn listen(&self, subject: &mut Subject, text: &str, declined: &BTreeSet<Field>) {
        let reading = read(text);
        let suggested = self.suggested(text, &reading, declined).await;
        fill_in(&mut subject.filters, &reading.conditions());
        subject.query = look_too(query(text, &reading), &suggested);
        let shown = shown_of(text);
        subject.terms = Some(Terms::of(&shown)).filter(|terms| !terms.is_empty());
        wish(&mut subject.wanted, &reading);
        wish_too(&mut subject.wanted, &suggested);
        subject.suggested = suggested;
        if !subject.wanted.properties.colours.is_empty() {
            subject.palette = subject.wanted.properties.colours.clone();
        }
        let certain = |found: &&material::read::Found| found.certainty != Certainty::Typo;
        let unwanted = reading.unwanted.iter().filter(certain);
        subject.unwanted.extend(unwanted.map(|f| f.value.clone()));
        if subject.embedding.is_none() && !shown.is_empty() {
            let refused: Vec<&str> = reading
                .unwanted
                .iter()
                .filter_map(|found| text.get(found.span.clone()))
                .collect();
            self.imagine(subject, &shown, &refused.join(" ")).await;
        }
    }

    /// What pictures show of the words, where the model in use can tell. A model of pictures and words
    /// does not hear “without”: what is refused is a vector of its own, gone away from.
    async fn imagine(&self, subject: &mut Subject, shown: &str, refused: &str) {
        let Some((model, words)) = self.word_vector(shown).await else {
            return;
        };
        let against = match refused {
            "" => None,
            refused => self.word_vector(refused).await,
        };
        let mixed = against
            .filter(|(other, _)| *other == model)
            .and_then(|(_, refused)| mix(&[(1.0, &words), (-1.0, &refused)]));
        (subject.words, subject.words_mix) = match mixed {
            Some((vector, how)) => (Some((model, Arc::new(vector))), how),
            None => (Some((model, words)), Mix::default()),
        };
    }

    /// Goes towards some swatches and away from others. One that is not in the library any more is
    /// passed over.
    async fn lead(&self, subject: &mut Subject, examples: &[Example]) -> Result<(), Error> {
        let catalog = &self.inner.catalog;
        let model: ModelId = match &subject.embedding {
            Some((model, _)) => *model,
            None => self.inner.models.in_use().id(),
        };
        let mut parts: Vec<(f32, Embedding)> = Vec::new();
        parts.extend(
            subject
                .embedding
                .iter()
                .map(|(_, vector)| (1.0, vector.clone())),
        );
        let (mut like, mut unlike) = (Vec::new(), Vec::new());
        let (mut looks, mut colours) = (Vec::new(), Vec::new());
        for example in examples {
            let Some(found) = catalog.swatch(&example.swatch, Some(model)).await? else {
                continue;
            };
            let weight = f32::from(example.weight) / 100.0;
            let weight = if example.away { -weight } else { weight };
            parts.extend(found.embedding.map(|vector| (weight, vector)));
            if !example.away {
                looks.push(found.stored.facts.clone());
                colours.extend_from_slice(&found.stored.palette);
            }
            let known = catalog.material(&found.slug).await?;
            let properties = known.map(|m| m.material.properties).unwrap_or_default();
            if example.away { &mut unlike } else { &mut like }.push(properties);
            subject.examples.push(ExampleCard {
                example: example.clone(),
                material: found.slug,
                name: found.name,
                swatch: found.stored.swatch,
            });
        }
        let parts: Vec<(f32, &[f32])> = parts.iter().map(|(w, v)| (*w, v.as_slice())).collect();
        if let Some((vector, how)) = mix(&parts) {
            subject.embedding = Some((model, vector));
            subject.mix = how;
        }
        if subject.look.is_none() {
            // The colours of several lie side by side. What was measured in them does not mix: their
            // vectors speak for them.
            let share = 1.0 / looks.len().max(1) as f32;
            colours
                .iter_mut()
                .for_each(|colour: &mut Colour| colour.share *= share);
            subject.palette = colours;
            if let [look] = looks.as_mut_slice() {
                subject.look = look.take();
            }
        }
        if !like.is_empty() {
            let common = shared(&like.iter().collect::<Vec<_>>());
            let wanted = &mut subject.wanted;
            if common.category.is_some() {
                wanted.properties.category = common.category;
                wanted.kinds.clear();
                wanted.confidence.remove(&Field::Category);
            }
            if common.finish.is_some() {
                wanted.properties.finish = common.finish;
                wanted.confidence.remove(&Field::Finish);
            }
            if common.pattern.is_some() {
                wanted.properties.pattern = common.pattern;
                wanted.confidence.remove(&Field::Pattern);
            }
            if common.texture.is_some() {
                wanted.properties.texture = common.texture;
                wanted.confidence.remove(&Field::Texture);
            }
        }
        for properties in &unlike {
            subject
                .unwanted
                .extend(told_apart(&subject.wanted, properties));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Facet, Finish, Pattern};

    fn unit(values: [f32; 3]) -> Vec<f32> {
        let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
        values.iter().map(|v| v / length).collect()
    }

    #[test]
    fn one_cosine_tells_the_mean_nearness_to_all_parts() {
        let near = |cosine: f32| (cosine - 0.2) / 0.5;
        let (a, b, c) = (
            unit([1.0, 0.2, 0.0]),
            unit([0.3, 1.0, 0.1]),
            unit([0.0, 0.4, 1.0]),
        );
        let row = unit([0.5, 0.5, 0.7]);
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        let (vector, how) = mix(&[(1.0, &a), (0.5, &b), (-1.0, &c)]).expect("something is left");
        let told = how.nearness(dot(&row, &vector), near);
        let meant =
            (near(dot(&row, &a)) + 0.5 * near(dot(&row, &b))) / 1.5 - AGAINST * near(dot(&row, &c));
        assert!((told - meant).abs() < 1e-5, "{told} {meant}");
    }

    #[test]
    fn away_from_something_alone_everything_else_is_fine() {
        let near = |cosine: f32| (cosine - 0.2) / 0.8;
        let a = unit([1.0, 0.0, 0.0]);
        let (vector, how) = mix(&[(-1.0, &a)]).expect("something is left");
        let of =
            |row: &[f32]| how.nearness(row.iter().zip(&vector).map(|(x, y)| x * y).sum(), near);
        assert!((of(&a) - 0.5).abs() < 1e-5);
        assert!(of(&unit([0.2, 1.0, 0.0])) > 0.9);
    }

    #[test]
    fn what_takes_itself_away_leaves_nothing() {
        let (a, long) = (unit([1.0, 2.0, 3.0]), vec![1.0; 4]);
        assert!(mix(&[]).is_none());
        assert!(mix(&[(1.0, &a), (1.0, &long)]).is_none());
        assert!(mix(&[(1.0, &[f32::NAN, 0.0, 1.0])]).is_none());
        assert_eq!(mix(&[(1.0, &a)]).map(|m| m.1.mass), Some(1.0));
    }

    #[test]
    fn what_is_chosen_by_hand_stays() {
        let mut filters = Filters::default();
        filters
            .add(
                Facet::Finish,
                Facet::Finish.choice("gloss").expect("a finish"),
            )
            .expect("one is not too many");
        fill_in(
            &mut filters,
            &read("not matt, no veins, under 60 €").conditions(),
        );
        assert_eq!(filters.chosen(Facet::Finish).len(), 1);
        assert!(!filters.chosen(Facet::Pattern).is_empty());
        assert_eq!(filters.price.max, Some(6000));
    }

    #[test]
    fn a_picture_shows_neither_prices_nor_what_is_refused() {
        assert_eq!(
            shown_of("matt stone without veins or speckles, under 60 €"),
            "matt stone"
        );
        assert_eq!(shown_of("light oak"), "light oak");
    }

    #[test]
    fn things_are_looked_for_by_both_names() {
        let text = "waterproof marbel under 60 €";
        let found = query(text, &read(text)).map(|q| format!("{q:?}"));
        let told = found.unwrap_or_default();
        for part in ["waterproof", "wet & room", "marbel", "marble"] {
            assert!(told.contains(part), "{told}");
        }
        assert!(!told.contains("60"));
        assert_eq!(query("under 60 €", &read("under 60 €")), None);
    }

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
}
