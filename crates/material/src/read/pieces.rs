//! A text as its pieces, each to be shown and taken out alone.

use std::ops::Range;

use super::{Bounds, Certainty, Found, Lightness, Reading, Side, Value, read};
use crate::Word;

/// What a piece of a text does to a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// It lets only some materials through.
    Condition,
    /// It brings some forward.
    Wish,
    /// It is not wanted.
    Unwanted,
    /// It is in no list, and looked for as it was written.
    Word,
}

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it was read as, in the words of the vocabulary: “wet room” for “waterproof”.
    pub label: String,
    /// What it does.
    pub kind: PieceKind,
    /// The text without it.
    pub without: String,
}

/// Neighbouring words that may go with a piece: “without” of “without veins”, “for a” of “for a patio”.
const NEIGHBOURS: usize = 3;

/// The pieces of a text in the order they were written. Taking one out leaves the others as they are
/// read now, wherever the text allows it.
pub fn pieces(text: &str) -> Vec<Piece> {
    let reading = read(text);
    let mut out: Vec<(usize, Piece)> = Vec::new();
    let found = reading.wanted.iter().map(|f| (f, true));
    for (found, wanted) in found.chain(reading.unwanted.iter().map(|f| (f, false))) {
        let label = found.value.label();
        let (label, kind) = match (wanted, is_condition(found)) {
            (false, _) => (format!("not {label}"), PieceKind::Unwanted),
            (true, true) => (label, PieceKind::Condition),
            (true, false) => (label, PieceKind::Wish),
        };
        let mut rest = reading.clone();
        rest.wanted.retain(|f| !wanted || f.value != found.value);
        rest.unwanted.retain(|f| wanted || f.value != found.value);
        let without = cut(text, &found.span, &rest, usize::from(!wanted));
        let piece = Piece {
            label,
            kind,
            without,
        };
        out.push((found.span.start, piece));
    }
    for word in &reading.rest {
        let mut rest = reading.clone();
        rest.rest.retain(|w| w != word);
        let piece = Piece {
            label: format!("“{}”", word.text),
            kind: PieceKind::Word,
            without: cut(text, &word.span, &rest, 0),
        };
        out.push((word.span.start, piece));
    }
    out.sort_by_key(|(start, _)| *start);
    out.into_iter().map(|(_, piece)| piece).collect()
}

/// Whether a value lets only some materials through rather than bringing some forward; what
/// [`Reading::conditions`] makes filters of.
pub(super) fn is_condition(found: &Found) -> bool {
    let exact = found.certainty == Certainty::Exact;
    match &found.value {
        Value::Price { cents, .. } => cents.strict,
        Value::Length { side, mm } => *side == Side::Longest && mm.strict,
        Value::Slip(_) | Value::Fire(_) => exact,
        _ => false,
    }
}

/// The text without a span, and without the little words around it that would change how the rest is
/// read; it tries `left` words before the span first. Where no such cut leaves the rest as it was, the
/// span alone goes.
fn cut(text: &str, span: &Range<usize>, rest: &Reading, left: usize) -> String {
    let before = word_edges(text[..span.start].char_indices().rev());
    let after = word_edges(text[span.end..].char_indices());
    let start = |words: usize| match words {
        0 => Some(span.start),
        n => before.get(n - 1).copied(),
    };
    let end = |words: usize| match words {
        0 => Some(span.end),
        // An edge is where the last letter of the word stands.
        n => after.get(n - 1).map(|edge| {
            let last = span.end + edge;
            last + text[last..].chars().next().map_or(0, char::len_utf8)
        }),
    };
    let mut ways: Vec<(usize, usize)> = (0..=NEIGHBOURS)
        .flat_map(|left| (0..=1).map(move |right| (left, right)))
        .collect();
    ways.sort_by_key(|(words, right)| words.abs_diff(left) + right);
    for (left, right) in ways {
        let (Some(from), Some(to)) = (start(left), end(right)) else {
            continue;
        };
        let without = joined(text, from..to);
        if same(&read(&without), rest) {
            return without;
        }
    }
    joined(text, span.clone())
}

/// Byte positions of the far ends of the next few words, walking away from a span.
fn word_edges(chars: impl Iterator<Item = (usize, char)>) -> Vec<usize> {
    let mut edges = Vec::new();
    let mut last = None;
    for (byte, c) in chars {
        if c.is_whitespace() {
            edges.extend(last.take());
            if edges.len() == NEIGHBOURS {
                return edges;
            }
        } else {
            last = Some(byte);
        }
    }
    edges.extend(last);
    edges
}

/// What holds pieces together, and says nothing at either end of a text.
const JOINTS: &[&str] = &["and", "or", "with", "but"];

fn joined(text: &str, span: Range<usize>) -> String {
    let (before, after) = (&text[..span.start], &text[span.end..]);
    // The comma after a piece goes with it.
    let after = after.trim_start_matches([',', ';']);
    let words = before.split_whitespace().chain(after.split_whitespace());
    let mut out: Vec<&str> = words.collect();
    let joint = |word: &&str| {
        word.chars()
            .all(|c| matches!(c, ',' | ';' | ':' | '/' | '&' | '+' | '-' | '–'))
            || JOINTS.contains(&word.to_lowercase().as_str())
    };
    while out.last().is_some_and(joint) {
        out.pop();
    }
    let lead = out.iter().take_while(|w| joint(w)).count();
    out.split_off(lead).join(" ")
}

/// Whether two readings say the same, wherever it stands.
fn same(a: &Reading, b: &Reading) -> bool {
    let values = |found: &[Found]| found.iter().map(|f| f.value.clone()).collect::<Vec<_>>();
    let words = |r: &Reading| r.rest.iter().map(|w| w.text.clone()).collect::<Vec<_>>();
    values(&a.wanted) == values(&b.wanted)
        && values(&a.unwanted) == values(&b.unwanted)
        && words(a) == words(b)
}

impl Value {
    /// In the words people use: “light beige”, “up to € 60 per m²”.
    pub fn label(&self) -> String {
        match self {
            Value::Category(kind) => kind.label().to_lowercase(),
            Value::LooksLike(kind) => format!("looks like {}", kind.label().to_lowercase()),
            Value::Finish(finish) => finish.to_string(),
            Value::Texture(texture) => texture.to_string(),
            Value::Pattern(pattern) => pattern.to_string(),
            Value::Colour(colour) => {
                let shade = colour.lightness.map_or("", shade);
                format!("{shade} {}", colour.basic).trim().to_owned()
            }
            Value::Lightness(lightness) => shade(*lightness).to_owned(),
            Value::Application(application) => application.to_string(),
            Value::Fire(class) => format!("{class} or better"),
            Value::Slip(rating) => format!("{rating} or better"),
            Value::Price {
                cents,
                currency,
                unit,
            } => {
                let money = currency.map_or("", |c| c.label());
                let per = unit.map(|u| format!(" per {}", u.label()));
                let amount = bounds(*cents, |cents| {
                    let (whole, part) = (cents / 100, cents % 100);
                    let part = if part == 0 {
                        String::new()
                    } else {
                        format!(".{part:02}")
                    };
                    format!("{money}\u{a0}{whole}{part}")
                        .trim_start()
                        .to_owned()
                });
                format!("{amount}{}", per.unwrap_or_default())
            }
            Value::Length { side, mm } => {
                let what = match side {
                    Side::Longest => "",
                    Side::Width => " wide",
                    Side::Thickness => " thick",
                };
                format!("{}{what}", bounds(*mm, |mm| format!("{mm} mm")))
            }
            Value::Size(size) => size.to_string(),
        }
    }
}

fn shade(lightness: Lightness) -> &'static str {
    if lightness.max >= 100.0 {
        "light"
    } else if lightness.min <= 0.0 {
        "dark"
    } else {
        "medium"
    }
}

fn bounds(bounds: Bounds, show: impl Fn(i64) -> String) -> String {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if !bounds.strict => format!("about {}", show((min + max) / 2)),
        (Some(min), Some(max)) => format!("{} to {}", show(min), show(max)),
        (Some(min), None) => format!("from {}", show(min)),
        (None, Some(max)) => format!("up to {}", show(max)),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<String> {
        pieces(text).into_iter().map(|p| p.label).collect()
    }

    #[test]
    fn a_whole_wish_list_is_taken_apart() {
        let text = "waterproof matt light-beige tile for a patio under 60 €/m²";
        let pieces = pieces(text);
        let told: Vec<_> = pieces.iter().map(|p| (p.label.as_str(), p.kind)).collect();
        assert_eq!(
            told,
            [
                ("wet room", PieceKind::Wish),
                ("matt", PieceKind::Wish),
                ("light beige", PieceKind::Wish),
                ("ceramic", PieceKind::Wish),
                ("outdoor", PieceKind::Wish),
                ("up to €\u{a0}60 per m²", PieceKind::Condition),
            ]
        );
        assert_eq!(
            pieces[5].without,
            "waterproof matt light-beige tile for a patio"
        );
        assert_eq!(
            pieces[1].without,
            "waterproof light-beige tile for a patio under 60 €/m²"
        );
    }

    #[test]
    fn what_is_not_wanted_goes_with_its_no() {
        let found = pieces("matt stone without veins or speckles");
        let told: Vec<_> = found
            .iter()
            .map(|p| (p.label.as_str(), p.without.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("matt", "stone without veins or speckles"),
                ("stone", "matt without veins or speckles"),
                ("not veined", "matt stone without speckles"),
                ("not speckled", "matt stone without veins"),
            ]
        );
        assert_eq!(pieces("stone without veins, matt")[1].without, "stone matt");
    }

    #[test]
    fn words_in_no_list_are_pieces_too() {
        assert_eq!(labels("Skåne oak"), ["“Skåne”", "oak"]);
        assert_eq!(labels(""), Vec::<String>::new());
        assert_eq!(labels("in the of"), Vec::<String>::new());
    }

    #[test]
    fn slips_of_the_finger_show_what_they_were_taken_for() {
        assert_eq!(labels("marbel"), ["marble"]);
    }

    proptest::proptest! {
        #[test]
        fn taking_a_piece_out_always_makes_the_text_shorter(text in "[a-z0-9€ .,/²-]{0,80}") {
            for piece in pieces(&text) {
                let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
                proptest::prop_assert!(letters(&piece.without) < letters(&text));
            }
        }

        #[test]
        fn taking_one_out_leaves_the_others(
            words in proptest::sample::subsequence(
                vec!["matt", "beige", "oak", "herringbone", "Skåne", "under 60 €", "for the floor", "without veins"], 1..6)
        ) {
            let text = words.join(" ");
            let all = labels(&text);
            for (i, piece) in pieces(&text).into_iter().enumerate() {
                let mut left = all.clone();
                left.remove(i);
                proptest::prop_assert_eq!(labels(&piece.without), left, "{} without {}", text, piece.label);
            }
        }
    }
}
