//! Slip ratings and fire classes as they are written: `R10`, `Bfl-s1`, “class B”.

use super::{
    Value, amounts,
    lex::{Gap, Token},
};
use crate::{FireClass, SlipRating, Word};

/// A rating or class that begins at a token, and where it ends. “Min. R10” and “R10 or better” are
/// read whole: that or better is what a rating asks for anyway.
pub(super) fn at(tokens: &[Token], at: usize) -> Option<(usize, Value)> {
    let start = amounts::bound(tokens, at).map_or(at, |(end, _)| end);
    let (end, value) = slip(tokens, start).or_else(|| fire(tokens, start))?;
    Some((amounts::or_better(tokens, end), value))
}

/// `R10`, `R 10`, `R-10`.
fn slip(tokens: &[Token], at: usize) -> Option<(usize, Value)> {
    let word = tokens.get(at)?.word()?;
    if let Ok(rating) = SlipRating::parse(word) {
        return Some((at + 1, Value::Slip(rating)));
    }
    let next = tokens.get(at + 1)?;
    let number = next
        .number()
        .filter(|_| word == "r" && next.gap != Gap::Dash)?;
    let rating = SlipRating::parse(&format!("r{number}")).ok()?;
    Some((at + 2, Value::Slip(rating)))
}

/// Systems of classes that are not EN 13501-1, whose letters mean something else.
const OTHER_SYSTEMS: &[&str] = &[
    "astm", "e84", "barefoot", "slip", "wear", "abrasion", "light", "use", "energy", "pei", "din",
    "emission", "bs",
];

/// `A2-s1,d0`, `Bfl-s1`, `A1`; a single letter only after “class”, “Euroclass” or “fire rating”, and
/// not where another system is named beside it.
fn fire(tokens: &[Token], at: usize) -> Option<(usize, Value)> {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    let mut i = at;
    let mut named = false;
    let mut certain = false;
    if word(i) == Some("reaction") && word(i + 1) == Some("to") && word(i + 2) == Some("fire") {
        (i, certain) = (i + 3, true);
    } else if word(i) == Some("fire") {
        (i, certain) = (i + 1, true);
    }
    while matches!(
        word(i),
        Some("class" | "rating" | "rated" | "classification" | "euroclass")
    ) {
        certain |= word(i) == Some("euroclass");
        named = true;
        i += 1;
        if tokens.get(i).is_some_and(|t| t.is_sign(':')) {
            i += 1;
        }
    }
    if certain && !named {
        return None;
    }
    let mut text = word(i)?.to_owned();
    i += 1;
    if text.len() == 1 && word(i) == Some("fl") {
        text.push_str("fl");
        i += 1;
    }
    let letters = text.len();
    let mut subclass = |prefix: char, last: char| {
        let mut j = i;
        if tokens.get(j).is_some_and(|t| t.is_sign(',')) {
            j += 1;
        }
        let part = word(j).filter(|w| {
            let mut chars = w.chars();
            chars.next() == Some(prefix)
                && chars.next().is_some_and(|c| ('0'..=last).contains(&c))
                && chars.next().is_none()
        })?;
        text.push('-');
        text.push_str(part);
        i = j + 1;
        Some(())
    };
    subclass('s', '3');
    subclass('d', '2');
    let bare = letters == 1 && text.len() == 1;
    let foreign = |i: usize| word(i).is_some_and(|w| OTHER_SYSTEMS.contains(&w));
    let elsewhere = (at.saturating_sub(3)..at).chain(i..i + 1).any(foreign);
    if bare && (!named || (elsewhere && !certain)) {
        return None;
    }
    Some((i, Value::Fire(FireClass::parse(&text).ok()?)))
}
