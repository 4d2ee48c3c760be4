//! What a model said, read as data and nothing else.
//!
//! Only values of the closed lists become values; words outside them stay words. Text is bounded
//! and plain. Nothing in an answer can choose where the system goes next.

use material::{
    Application, BasicColour, Category, Estimated, Field, Finish, ParseError, Pattern, Texture,
    Word,
};
use serde_json::{Map, Value};

use super::{
    clean,
    prompt::{SYSTEM, is_list, look},
};
use crate::Depth;

/// Characters of an answer that are looked at; no answer of use is longer.
const MAX_TEXT: usize = 64 * 1024;
/// Values kept of a list.
const MAX_VALUES: usize = 4;
/// Words outside the lists that are kept.
const MAX_OTHER: usize = 8;
/// The longest of them.
const MAX_WORD: usize = 60;
/// Taken where an answer names a value and no confidence.
const UNSTATED: f32 = 0.5;

/// An answer that can be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reading {
    /// The surest first.
    pub(super) values: Vec<Estimated>,
    pub(super) sentence: String,
    pub(super) other: Vec<String>,
}

/// Reads an answer.
///
/// # Errors
/// What is wrong with it, in a sentence of ours that can be told to the model.
pub(super) fn read(text: &str, depth: Depth) -> Result<Reading, String> {
    let (object, mut reading) = read_fields(text)?;
    reading.sentence = match object.get("sentence") {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => clean::plain(text, look(depth).text),
        Some(_) => return Err("“sentence” has to be a text.".to_owned()),
    };
    if reading.sentence.is_empty() || repeats_the_rules(&reading.sentence) {
        if reading.values.is_empty() {
            return Err("It named neither a value of the lists nor a sentence.".to_owned());
        }
        reading.sentence = compose(&reading.values);
    }
    Ok(reading)
}

/// Reads an answer of which only the values of the closed lists count; none at all is an answer, too.
///
/// # Errors
/// As [`read`].
pub(super) fn read_values(text: &str) -> Result<Vec<Estimated>, String> {
    read_fields(text).map(|(_, reading)| reading.values)
}

/// The object of an answer, and the values in it, the surest first.
fn read_fields(text: &str) -> Result<(Map<String, Value>, Reading), String> {
    let object = find_object(text).ok_or("There was no complete JSON object in it.")?;
    let mut reading = Reading {
        values: Vec::new(),
        sentence: String::new(),
        other: Vec::new(),
    };
    for &field in Depth::Comprehensive.fields() {
        let found = object.get(field.as_str()).unwrap_or(&Value::Null);
        read_field(field, found, &mut reading)?;
    }
    reading
        .values
        .sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    Ok((object, reading))
}

/// The first object in the text that has a key of ours: alone, in a fence, after other words or
/// after thinking aloud.
fn find_object(text: &str) -> Option<Map<String, Value>> {
    let mut end = text.len().min(MAX_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = without_thinking(&text[..end]);
    text.match_indices('{').take(64).find_map(|(at, _)| {
        let mut values =
            serde_json::Deserializer::from_str(&text[at..]).into_iter::<Map<String, Value>>();
        let object = values.next()?.ok()?;
        let ours = Depth::Comprehensive
            .fields()
            .iter()
            .any(|f| object.contains_key(f.as_str()));
        (ours || object.contains_key("sentence")).then_some(object)
    })
}

/// What comes after `<think>…</think>`. Some servers keep the opening tag to themselves; an answer
/// that was cut off while thinking has nothing after it.
fn without_thinking(text: &str) -> &str {
    for (open, close) in [("<think>", "</think>"), ("<thinking>", "</thinking>")] {
        if let Some(at) = text.rfind(close) {
            return &text[at + close.len()..];
        }
        if let Some(at) = text.find(open) {
            return &text[..at];
        }
    }
    text
}

fn read_field(field: Field, found: &Value, reading: &mut Reading) -> Result<(), String> {
    let name = field.as_str();
    let items = match found {
        Value::Null => return Ok(()),
        Value::Array(items) => items.as_slice(),
        Value::Object(_) | Value::String(_) => std::slice::from_ref(found),
        Value::Bool(_) | Value::Number(_) => {
            return Err(format!("“{name}” has to be an object with a value."));
        }
    };
    let most = if is_list(field) { MAX_VALUES } else { 1 };
    let mut kept: Vec<Estimated> = Vec::new();
    // More than a few times too many are not worth reading.
    for item in items.iter().take(4 * MAX_VALUES) {
        let Some((word, confidence)) = value_of(name, item)? else {
            continue;
        };
        match parse(field, word) {
            Ok((value, label)) => {
                if kept.len() < most && kept.iter().all(|k| k.value != value) {
                    kept.push(Estimated {
                        field,
                        value: value.to_owned(),
                        label: label.to_owned(),
                        confidence,
                    });
                }
            }
            Err(_) => {
                let word = clean::plain(word, MAX_WORD);
                if !word.is_empty() && reading.other.len() < MAX_OTHER {
                    reading.other.push(format!("{field}: {word}"));
                }
            }
        }
    }
    reading.values.append(&mut kept);
    Ok(())
}

/// Word and confidence of one item; `None` for one that says nothing.
fn value_of<'a>(name: &str, item: &'a Value) -> Result<Option<(&'a str, f32)>, String> {
    let (value, confidence) = match item {
        Value::String(word) => (word.as_str(), UNSTATED),
        Value::Object(object) => {
            let word = match object.get("value") {
                Some(Value::String(word)) => word.as_str(),
                None | Some(Value::Null) => return Ok(None),
                Some(_) => return Err(format!("The value of “{name}” has to be a word.")),
            };
            let confidence = match object.get("confidence") {
                None | Some(Value::Null) => UNSTATED,
                Some(number) => number
                    .as_f64()
                    .filter(|c| c.is_finite())
                    .ok_or_else(|| {
                        format!("The confidence of “{name}” has to be a number from 0 to 1.")
                    })?
                    .clamp(0.0, 1.0) as f32,
            };
            (word, confidence)
        }
        Value::Null => return Ok(None),
        _ => return Err(format!("“{name}” has to hold objects with a value.")),
    };
    let silent = ["", "null", "none", "unknown", "n/a"];
    Ok((!silent.contains(&value.trim().to_lowercase().as_str())).then_some((value, confidence)))
}

/// Form and label of the word of a list that is meant: the whole phrase, a synonym, or the one
/// known word in it (“matte finish”, “light oak”).
fn parse(field: Field, phrase: &str) -> Result<(&'static str, &'static str), ParseError> {
    fn word<W: Word>(phrase: &str) -> Result<(&'static str, &'static str), ParseError> {
        let whole = W::parse(phrase);
        let found = match whole {
            Ok(word) => word,
            Err(error) => {
                let mut known = parts(phrase).filter_map(|part| W::parse(part).ok());
                let first = known.next().ok_or_else(|| error.clone())?;
                if known.any(|other| other != first) {
                    return Err(error);
                }
                first
            }
        };
        Ok((found.as_str(), found.label()))
    }
    match field {
        Field::Category => category(phrase).map(|c| (c.as_str(), c.label())),
        Field::Finish => word::<Finish>(phrase),
        Field::Texture => word::<Texture>(phrase),
        Field::Pattern => word::<Pattern>(phrase),
        Field::Colours => word::<BasicColour>(phrase),
        Field::Applications => word::<Application>(phrase),
        Field::Size | Field::Price | Field::Fire | Field::Slip => Err(ParseError::Empty {
            kind: field.label(),
        }),
    }
}

/// The kind that is meant; of “oak wood” the finer one.
fn category(phrase: &str) -> Result<Category, ParseError> {
    let whole = Category::parse(phrase);
    let Err(error) = whole else { return whole };
    let mut found: Option<Category> = None;
    for part in parts(phrase).filter_map(|part| Category::parse(part).ok()) {
        found = match found {
            None => Some(part),
            Some(known) if part.is_within(known) => Some(part),
            Some(known) if known.is_within(part) => Some(known),
            // Two kinds at once are none.
            Some(_) => return Err(error),
        };
    }
    found.ok_or(error)
}

/// The words of a short phrase; none of one that denies (“not glossy”) or goes on and on.
fn parts(phrase: &str) -> impl Iterator<Item = &str> {
    let words: Vec<&str> = phrase
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|w| !w.is_empty())
        .take(7)
        .collect();
    let denies = words.iter().any(|w| {
        ["not", "no", "non", "without", "un", "hardly", "or"].contains(&w.to_lowercase().as_str())
    });
    let usable = words.len() <= 6 && !denies;
    words.into_iter().filter(move |_| usable)
}

/// Whether a text repeats the rules it was given: six of their words in a row.
fn repeats_the_rules(text: &str) -> bool {
    fn folded(text: &str) -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|w| !w.is_empty())
            .map(str::to_lowercase)
            .collect()
    }
    let (rules, said) = (folded(SYSTEM), folded(text));
    said.windows(6)
        .any(|part| rules.windows(6).any(|rule| rule == part))
}

/// A sentence from the values, where the model gave none that can be shown.
fn compose(values: &[Estimated]) -> String {
    let label = |field: Field| values.iter().find(|v| v.field == field).map(|v| &v.label);
    let mut out = label(Field::Finish).map_or_else(String::new, |finish| format!("{finish} "));
    match label(Field::Category) {
        Some(kind) => out.push_str(&kind.to_lowercase()),
        None => out.push_str("surface"),
    }
    for field in [Field::Pattern, Field::Texture, Field::Colours] {
        if let Some(word) = label(field) {
            out.push_str(", ");
            out.push_str(word);
        }
    }
    out.push('.');
    let mut letters = out.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
