//! From a caption to an analysis.

use material::{
    Analysis, Estimated, Field, Word as _,
    read::{Found, Value, read},
};

use super::Caption;
use crate::Depth;

/// What a caption says, by the vocabulary. A value is as sure as the words it was read from are
/// likely, times how well they match. Returns what only looks like something apart, in words.
pub(super) fn analysis(caption: &Caption, model: &str, depth: Depth) -> (Analysis, Vec<String>) {
    let reading = read(&caption.text);
    let mut values: Vec<Estimated> = Vec::new();
    let mut other = Vec::new();
    for found in &reading.wanted {
        let (field, value, label) = match &found.value {
            Value::Category(kind) => (Field::Category, kind.as_str(), kind.label()),
            Value::Finish(finish) => (Field::Finish, finish.as_str(), finish.label()),
            Value::Texture(texture) => (Field::Texture, texture.as_str(), texture.label()),
            Value::Pattern(pattern) => (Field::Pattern, pattern.as_str(), pattern.label()),
            Value::Colour(wish) => (Field::Colours, wish.basic.as_str(), wish.basic.label()),
            Value::Application(place) => (Field::Applications, place.as_str(), place.label()),
            Value::LooksLike(kind) => {
                other.push(format!("looks like: {}", kind.label().to_lowercase()));
                continue;
            }
            // Nobody sees a price or a rating in a picture.
            Value::Lightness(_)
            | Value::Fire(_)
            | Value::Slip(_)
            | Value::Price { .. }
            | Value::Length { .. }
            | Value::Size(_) => continue,
        };
        if depth >= least(field) && !values.iter().any(|v| v.field == field && v.value == value) {
            values.push(Estimated {
                field,
                value: value.to_owned(),
                label: label.to_owned(),
                confidence: confidence(found, caption),
            });
        }
    }
    values.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let analysis = Analysis {
        model: model.to_owned(),
        estimate: false,
        values,
        sentence: sentence(&caption.text),
        note: None,
    };
    (analysis, other)
}

/// From which depth on a property is told.
fn least(field: Field) -> Depth {
    match field {
        Field::Category | Field::Colours => Depth::Basic,
        Field::Applications => Depth::Comprehensive,
        _ => Depth::Detailed,
    }
}

/// The probability of the words that a value was read from, times the certainty of the match.
fn confidence(found: &Found, caption: &Caption) -> f32 {
    let words = caption.words.iter();
    let said: f32 = words
        .filter(|w| w.span.start < found.span.end && found.span.start < w.span.end)
        .map(|w| w.probability)
        .product();
    (said * found.certainty.confidence()).clamp(0.0, 1.0)
}

/// “a wooden floor” → “A wooden floor.”
fn sentence(caption: &str) -> String {
    let mut chars = caption.trim().chars();
    let mut out: String = chars
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    out.push_str(chars.as_str());
    if !out.is_empty() && !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}
