//! A second reading of what somebody wrote, by a vision model behind HTTP, where that is switched on.
//!
//! The vocabulary reads first, and what it read stands. The model gets the text alone and may only add: one value
//! of the closed lists for a property that the text did not mention in words of the vocabulary. The page shows it
//! as suggested, and it can be taken off. It brings materials forward and never filters. Who does not answer at
//! once is not waited for.

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use catalog::WordsQuery;
use material::{
    Application, Category, Estimated, Field, Finish, Pattern, Texture, View, Word,
    read::{Reading, Value, read},
};
use moka::{Expiry, future::Cache};

use crate::{Veneer, agree::Wanted};

/// The longest a search waits for it.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// How long an answer holds, and how long nobody is asked again about words that nobody answered.
const HOLDS: Duration = Duration::from_secs(24 * 3600);
const PAUSE: Duration = Duration::from_secs(60);
/// Texts that are remembered.
const TEXTS: u64 = 2_000;
/// From this confidence on a value is suggested.
const LIKELY: f32 = 0.45;

/// What a model made of a text; nothing where it did not answer.
type Answer = Option<Arc<Vec<Estimated>>>;

/// The readings of models, by text. Texts that are asked about at the same moment are asked about once.
pub(crate) struct Refiner {
    answers: Cache<String, Answer>,
}

struct Lasting;

impl Expiry<String, Answer> for Lasting {
    fn expire_after_create(&self, _: &String, answer: &Answer, _: Instant) -> Option<Duration> {
        Some(if answer.is_some() { HOLDS } else { PAUSE })
    }
}

impl Refiner {
    pub fn new() -> Self {
        Self {
            answers: Cache::builder()
                .max_capacity(TEXTS)
                .expire_after(Lasting)
                .build(),
        }
    }
}

impl Veneer {
    /// What a model thinks is meant beyond what the vocabulary read, without what was taken off; nothing where
    /// nobody is asked, or nobody answers in time.
    pub(crate) async fn suggested(
        &self,
        text: &str,
        reading: &Reading,
        declined: &BTreeSet<Field>,
    ) -> Vec<Estimated> {
        let inner = &self.inner;
        let (Some(refiner), Some(describers)) = (&inner.refiner, &inner.describers) else {
            return Vec::new();
        };
        let key = folded(text);
        if key.is_empty() {
            return Vec::new();
        }
        let patience = PATIENCE.min(inner.deadlines.search / 4);
        let asking = async {
            match describers.chain().read_words(&key, patience).await {
                Ok(values) => Some(Arc::new(values)),
                Err(error) => {
                    tracing::warn!(
                        kind = error.kind(),
                        detail = error.detail().as_str(),
                        "words were read by the vocabulary alone"
                    );
                    None
                }
            }
        };
        let answer = refiner.answers.get_with(key.clone(), asking).await;
        answer.map_or_else(Vec::new, |values| additions(&values, reading, declined))
    }
}

impl Veneer {
    /// Whether somebody was asked about the words of a view and did not answer, so that the answer to it is not
    /// the last word.
    pub(crate) async fn is_unread(&self, view: &View) -> bool {
        let (Some(refiner), Some(text)) = (&self.inner.refiner, &view.text) else {
            return false;
        };
        let answer = refiner.answers.get(&folded(text.as_str())).await;
        answer.is_some_and(|answer| answer.is_none())
    }
}

/// The same words in another case or spacing are the same text.
fn folded(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// One value a property: the surest, of those that the text said nothing of and nobody took off.
fn additions(
    values: &[Estimated],
    reading: &Reading,
    declined: &BTreeSet<Field>,
) -> Vec<Estimated> {
    let mut taken = declined.clone();
    let said = reading.wanted.iter().chain(&reading.unwanted);
    taken.extend(said.filter_map(|found| field_of(&found.value)));
    values
        .iter()
        .filter(|value| value.confidence >= LIKELY && taken.insert(value.field))
        .cloned()
        .collect()
}

/// Which property a value that was read speaks of.
fn field_of(value: &Value) -> Option<Field> {
    Some(match value {
        Value::Category(_) | Value::LooksLike(_) => Field::Category,
        Value::Finish(_) => Field::Finish,
        Value::Texture(_) => Field::Texture,
        Value::Pattern(_) => Field::Pattern,
        Value::Colour(_) | Value::Lightness(_) => Field::Colours,
        Value::Application(_) => Field::Applications,
        Value::Fire(_)
        | Value::Slip(_)
        | Value::Price { .. }
        | Value::Length { .. }
        | Value::Size(_) => return None,
    })
}

/// Wishes for what is suggested where nothing else is known or guessed.
pub(crate) fn wish_too(wanted: &mut Wanted, suggested: &[Estimated]) {
    for value in suggested {
        let text = value.value.as_str();
        let known = &mut wanted.properties;
        let filled = match value.field {
            Field::Category if !wanted.kinds.is_empty() => false,
            Field::Category => fill(&mut known.category, Category::parse(text).ok()),
            Field::Finish => fill(&mut known.finish, Finish::parse(text).ok()),
            Field::Texture => fill(&mut known.texture, Texture::parse(text).ok()),
            Field::Pattern => fill(&mut known.pattern, Pattern::parse(text).ok()),
            Field::Colours if known.colours.is_empty() => {
                // A basic colour is a word of the vocabulary, which knows how it looks.
                known.colours = read(text).wishes().0.colours;
                !known.colours.is_empty()
            }
            Field::Applications if known.applications.is_empty() => {
                known.applications.extend(Application::parse(text).ok());
                !known.applications.is_empty()
            }
            _ => false,
        };
        if filled {
            wanted.confidence.insert(value.field, value.confidence);
        }
    }
}

fn fill<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    if place.is_some() || value.is_none() {
        return false;
    }
    *place = value;
    true
}

/// The full-text search with the names of what is suggested beside what was written: nothing that was found
/// before is lost.
pub(crate) fn look_too(query: Option<WordsQuery>, suggested: &[Estimated]) -> Option<WordsQuery> {
    let names: Vec<Vec<&str>> = suggested
        .iter()
        .map(|value| vec![value.label.as_str()])
        .collect();
    match (query, WordsQuery::of_names(&names)) {
        (Some(query), Some(more)) => Some(query.and(more)),
        (query, more) => query.or(more),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(values: &[(Field, &str, f32)]) -> Vec<Estimated> {
        let values = values.iter().map(|(field, value, confidence)| Estimated {
            field: *field,
            value: (*value).to_owned(),
            label: (*value).to_owned(),
            confidence: *confidence,
        });
        values.collect()
    }

    fn kept(text: &str, values: &[(Field, &str, f32)], declined: &[Field]) -> Vec<String> {
        let declined = declined.iter().copied().collect();
        additions(&said(values), &read(text), &declined)
            .into_iter()
            .map(|value| value.value)
            .collect()
    }

    #[test]
    fn only_what_the_words_left_open_is_added() {
        let all = [
            (Field::Category, "wood/oak", 0.9),
            (Field::Category, "wood/pine", 0.8),
            (Field::Finish, "gloss", 0.9),
            (Field::Pattern, "veined", 0.7),
            (Field::Texture, "rough", 0.2),
        ];
        assert_eq!(
            kept("like driftwood", &all, &[]),
            ["wood/oak", "gloss", "veined"]
        );
        assert_eq!(
            kept("matt, without veins", &all, &[]),
            ["wood/oak"],
            "neither what was said nor what was refused"
        );
        assert_eq!(
            kept("like driftwood", &all, &[Field::Category]),
            ["gloss", "veined"]
        );
    }

    #[test]
    fn a_suggestion_gives_way_to_what_is_known() {
        let mut wanted = Wanted::default();
        wanted.properties.finish = Some(Finish::Matt);
        let suggested = said(&[
            (Field::Finish, "gloss", 0.9),
            (Field::Texture, "rough", 0.6),
            (Field::Colours, "grey", 0.8),
            (Field::Applications, "floor", 0.8),
        ]);
        wish_too(&mut wanted, &suggested);
        assert_eq!(wanted.properties.finish, Some(Finish::Matt));
        assert_eq!(wanted.properties.texture, Some(Texture::Rough));
        assert_eq!(wanted.confidence[&Field::Texture], 0.6);
        assert_eq!(wanted.properties.colours.len(), 1);
        assert_eq!(wanted.properties.applications.len(), 1);
        assert!(!wanted.confidence.contains_key(&Field::Finish));
    }

    #[test]
    fn spacing_and_case_are_the_same_text() {
        assert_eq!(folded("  Light\tOAK "), folded("light oak"));
    }
}
