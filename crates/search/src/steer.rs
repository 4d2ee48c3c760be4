//! What a view adds to a search: filters, colours, and what is read in its words.

use std::{collections::BTreeSet, sync::Arc};

use catalog::WordsQuery;
use material::{
    Field, Filters, Leg, LegScores, Palette, Properties, View,
    read::{Certainty, PieceKind, Reading, Value, pieces, read},
};

use crate::{
    Error, Veneer,
    agree::Wanted,
    mix::{AGAINST, Mix, mix},
    refine::{look_too, wish_too},
    subject::Subject,
    words::Terms,
};

/// How much what a picture shows counts beside words that ask for another kind.
const OTHER_KIND: f32 = 0.25;

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

/// How much of what a picture shows is asked for beside words that name a kind: all of it where it shows that kind,
/// little where it shows another. “This, but in oak” asks for its colours; by its look, texture and pattern the
/// picture's own material would stand first. What the words say themselves is asked for wholly.
fn seen(subject: &Subject, reading: &Reading) -> LegScores {
    let (said, sure) = reading.wishes();
    let agrees = said
        .category
        .filter(|_| subject.embedding.is_some())
        .and_then(|kind| subject.wanted.category(kind));
    let Some(agrees) = agrees else {
        return LegScores::default();
    };
    let part = OTHER_KIND + (1.0 - OTHER_KIND) * agrees.clamp(0.0, 1.0);
    let unless_said = |field| (!sure.contains_key(&field)).then_some(part);
    LegScores {
        look: Some(part),
        texture: unless_said(Field::Texture),
        pattern: unless_said(Field::Pattern),
        scale: Some(part),
        ..LegScores::default()
    }
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
        subject.seen = seen(subject, &reading);
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Category, Facet};

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
    fn what_a_picture_of_another_kind_shows_counts_little() {
        let kind = |name: &str| Category::parse(name).expect("a kind");
        let of = |known: Option<&str>, text: &str| {
            let subject = Subject {
                embedding: Some((catalog::ModelId(1), vec![1.0])),
                wanted: Wanted::known(Properties {
                    category: known.map(kind),
                    ..Properties::default()
                }),
                ..Subject::default()
            };
            seen(&subject, &read(text))
        };
        let look = |known, text| of(known, text).look;
        assert_eq!(look(Some("marble"), "but in oak"), Some(OTHER_KIND));
        assert_eq!(look(Some("oak"), "oak, lighter"), Some(1.0));
        let ash = look(Some("ash"), "but in oak");
        assert!(ash > Some(OTHER_KIND) && ash < Some(1.0), "{ash:?}");
        // Nothing is said of a kind, or nothing is known of the picture's.
        assert_eq!(look(Some("marble"), "matt, under 60 €"), None);
        assert_eq!(look(None, "but in oak"), None);
        // Colours count as before, and so does a pattern that is said.
        let oak = of(Some("marble"), "but in oak");
        assert_eq!((oak.pattern, oak.colour), (Some(OTHER_KIND), None));
        let striped = of(Some("marble"), "but in striped oak");
        assert_eq!((striped.pattern, striped.texture), (None, Some(OTHER_KIND)));
        // Words alone have no picture.
        assert_eq!(
            seen(&Subject::default(), &read("oak")),
            LegScores::default()
        );
        // A guess counts as far as it is one.
        let guessed = Subject {
            embedding: Some((catalog::ModelId(1), vec![1.0])),
            wanted: Wanted {
                kinds: vec![(kind("stone"), 0.6), (kind("wood"), 0.3)],
                ..Wanted::default()
            },
            ..Subject::default()
        };
        let half = seen(&guessed, &read("but in oak")).look;
        assert!(half > Some(OTHER_KIND) && half < Some(1.0), "{half:?}");
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
        for part in ["waterproof", "wet", "room", "marbel", "marble"] {
            assert!(told.contains(part), "{told}");
        }
        assert!(!told.contains("60"));
        assert_eq!(query("under 60 €", &read("under 60 €")), None);
    }
}
