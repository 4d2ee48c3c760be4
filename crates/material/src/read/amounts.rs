//! Prices, lengths and formats: “under 60 €/m²”, “between 20 and 40 €”, “about 20 mm thick”,
//! “60x60 cm”.

use super::{
    Side, Value,
    lex::{Gap, Token},
    lexicon::{LEXICON, Meaning},
    units::{Measure, currency, format, length, price, price_unit, side_before, unit},
};

/// How an amount was put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Max,
    Min,
    About,
    Between,
}

/// Words that put a bound, with the side they speak of where they do.
const BOUNDS: &[(&str, Bound, Option<Side>)] = &[
    ("nomorethan", Bound::Max, None),
    ("notmorethan", Bound::Max, None),
    ("notover", Bound::Max, None),
    ("notabove", Bound::Max, None),
    ("nolessthan", Bound::Min, None),
    ("notlessthan", Bound::Min, None),
    ("notunder", Bound::Min, None),
    ("notbelow", Bound::Min, None),
    ("nothickerthan", Bound::Max, Some(Side::Thickness)),
    ("notthickerthan", Bound::Max, Some(Side::Thickness)),
    ("nolargerthan", Bound::Max, Some(Side::Longest)),
    ("notlargerthan", Bound::Max, Some(Side::Longest)),
    ("thickerthan", Bound::Min, Some(Side::Thickness)),
    ("thinnerthan", Bound::Max, Some(Side::Thickness)),
    ("widerthan", Bound::Min, Some(Side::Width)),
    ("narrowerthan", Bound::Max, Some(Side::Width)),
    ("longerthan", Bound::Min, Some(Side::Longest)),
    ("largerthan", Bound::Min, Some(Side::Longest)),
    ("biggerthan", Bound::Min, Some(Side::Longest)),
    ("smallerthan", Bound::Max, Some(Side::Longest)),
    ("shorterthan", Bound::Max, Some(Side::Longest)),
    ("cheaperthan", Bound::Max, None),
    ("lessthan", Bound::Max, None),
    ("morethan", Bound::Min, None),
    ("maximumof", Bound::Max, None),
    ("minimumof", Bound::Min, None),
    ("budgetof", Bound::Max, None),
    ("startingat", Bound::Min, None),
    ("startingfrom", Bound::Min, None),
    ("upto", Bound::Max, None),
    ("atmost", Bound::Max, None),
    ("atleast", Bound::Min, None),
    ("under", Bound::Max, None),
    ("below", Bound::Max, None),
    ("max", Bound::Max, None),
    ("maximum", Bound::Max, None),
    ("within", Bound::Max, None),
    ("budget", Bound::Max, None),
    ("over", Bound::Min, None),
    ("above", Bound::Min, None),
    ("min", Bound::Min, None),
    ("minimum", Bound::Min, None),
    ("from", Bound::Min, None),
    ("about", Bound::About, None),
    ("around", Bound::About, None),
    ("approx", Bound::About, None),
    ("approximately", Bound::About, None),
    ("circa", Bound::About, None),
    ("ca", Bound::About, None),
    ("roughly", Bound::About, None),
    ("between", Bound::Between, None),
];

/// A bound that begins at a token: where it ends and what it says.
pub(super) fn bound(tokens: &[Token], at: usize) -> Option<(usize, (Bound, Option<Side>))> {
    for length in [3, 2, 1] {
        let words = tokens.get(at..at + length).unwrap_or_default();
        if words.is_empty() || words.iter().any(|t| t.word().is_none()) {
            continue;
        }
        let key: String = words.iter().filter_map(Token::word).collect();
        if let Some(&(_, bound, side)) = BOUNDS.iter().find(|(form, _, _)| *form == key) {
            // “max. 30 €”, “ca. 20 mm”
            let dot = tokens.get(at + length).is_some_and(|t| t.is_sign('.'));
            return Some((at + length + usize::from(dot), (bound, side)));
        }
    }
    let sign = tokens.get(at)?;
    let bound = [
        ('<', Bound::Max),
        ('≤', Bound::Max),
        ('>', Bound::Min),
        ('≥', Bound::Min),
    ]
    .into_iter()
    .chain([('~', Bound::About), ('≈', Bound::About)])
    .find(|(c, _)| sign.is_sign(*c))?
    .1;
    let equal = tokens.get(at + 1).is_some_and(|t| t.is_sign('='));
    Some((at + 1 + usize::from(equal), (bound, None)))
}

/// Where “or better”, “or higher”, “and above” or `+` after a class ends.
pub(super) fn or_better(tokens: &[Token], at: usize) -> usize {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    if matches!(word(at), Some("or" | "and"))
        && matches!(
            word(at + 1),
            Some("better" | "higher" | "above" | "more" | "up")
        )
    {
        return at + 2;
    }
    at + usize::from(
        tokens
            .get(at)
            .is_some_and(|t| t.is_sign('+') && t.gap == Gap::Glued),
    )
}

/// “max”, “or less”, “or more”, `+` after an amount.
fn bound_after(tokens: &[Token], at: usize) -> Option<(usize, Bound)> {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    if tokens.get(at)?.is_sign('+') {
        return Some((at + 1, Bound::Min));
    }
    match (word(at)?, word(at + 1)) {
        ("max" | "maximum" | "tops", _) => Some((at + 1, Bound::Max)),
        ("min" | "minimum", _) => Some((at + 1, Bound::Min)),
        ("or" | "and", Some("less" | "under" | "below" | "cheaper")) => Some((at + 2, Bound::Max)),
        ("or" | "and", Some("more" | "over" | "above" | "up")) => Some((at + 2, Bound::Min)),
        ("at", Some("most")) => Some((at + 2, Bound::Max)),
        _ => None,
    }
}

/// An amount that begins at a token, and where it ends.
pub(super) fn at(tokens: &[Token], at: usize) -> Option<(usize, Value)> {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    let mut start = at;
    let mut side = side_before(tokens, start);
    if side.is_some() {
        start += 1;
        if word(start) == Some("of") || tokens.get(start).is_some_and(|t| t.is_sign(':')) {
            start += 1;
        }
    }
    let mut put = None;
    if let Some((end, (bound, of))) = bound(tokens, start) {
        (start, put, side) = (end, Some(bound), side.or(of));
    }
    if side.is_none()
        && let Some((end, size)) = format(tokens, start)
    {
        return Some((end, Value::Size(size)));
    }
    let (end, quantity) = quantity(tokens, start, put)?;
    let (mut end, unit_price) = match quantity.measure {
        Measure::Length(_) => (end, None),
        Measure::Money(_) | Measure::None => price_unit(tokens, end),
    };
    if put.is_none()
        && let Some((after, bound)) = bound_after(tokens, end)
    {
        (end, put) = (after, Some(bound));
    }
    match quantity.measure {
        Measure::Length(unit) => length(tokens, end, unit, &quantity, put, side),
        Measure::Money(currency) => {
            price(&quantity, put, Some(currency), unit_price).map(|value| (end, value))
        }
        Measure::None => {
            // “under 60” is a price; “60”, “over 100 years” and “thickness 20” say nothing.
            let bounded = put.is_some_and(|b| b != Bound::About);
            let closed = unit_price.is_some() || ends_amount(tokens, end);
            (bounded && closed && side.is_none())
                .then(|| price(&quantity, put, None, unit_price))
                .flatten()
                .map(|value| (end, value))
        }
    }
}

/// Whether nothing follows that the bare number could count.
fn ends_amount(tokens: &[Token], at: usize) -> bool {
    match tokens.get(at) {
        None => true,
        Some(token) => match token.word() {
            None => token.number().is_none() && !token.is_sign('%') && !token.is_sign('/'),
            Some(word) => LEXICON.get(word).is_some_and(|e| {
                matches!(
                    e.meaning,
                    Meaning::And
                        | Meaning::Or
                        | Meaning::Link
                        | Meaning::Stop
                        | Meaning::Not { .. }
                )
            }),
        },
    }
}

/// One number or two, with one unit.
pub(super) struct Quantity<'a> {
    pub first: &'a str,
    pub second: Option<&'a str>,
    pub measure: Measure,
}

/// Reads `20 mm`, `€20-40`, `20 € to 40 €`: the unit may stand at any of the numbers.
fn quantity(tokens: &[Token], at: usize, put: Option<Bound>) -> Option<(usize, Quantity<'_>)> {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    let (mut i, mut measure) = match currency(tokens, at) {
        Some((end, currency)) => (end, Measure::Money(currency)),
        None => (at, Measure::None),
    };
    let first = tokens.get(i)?.number()?;
    i += 1;
    if let Some((end, unit)) = unit(tokens, i)
        && measure == Measure::None
    {
        (i, measure) = (end, unit);
    }
    let next = match tokens.get(i) {
        Some(t) if matches!(t.word(), Some("to" | "until")) => Some(i + 1),
        Some(t) if t.word() == Some("and") && put == Some(Bound::Between) => Some(i + 1),
        Some(t) if t.word() == Some("up") && word(i + 1) == Some("to") => Some(i + 2),
        Some(t) if matches!(t.gap, Gap::Hyphen | Gap::Dash) => Some(i),
        _ => None,
    };
    let mut second = None;
    if let Some(next) = next {
        let start = currency(tokens, next).map_or(next, |(end, _)| end);
        if let Some(number) = tokens.get(start).and_then(Token::number) {
            (second, i) = (Some(number), start + 1);
            if let Some((end, unit)) = unit(tokens, i)
                && (measure == Measure::None || measure == unit)
            {
                (i, measure) = (end, unit);
            }
        }
    }
    Some((
        i,
        Quantity {
            first,
            second,
            measure,
        },
    ))
}
