//! Units, and amounts in them: hundredths of a currency, millimetres.

use super::{
    Bounds, Side, Value,
    amounts::{Bound, Quantity},
    lex::{Gap, Token},
};
use crate::{Currency, Price, PriceUnit, Size, Word};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Measure {
    Money(Currency),
    /// A unit of so many millimetres.
    Length(f64),
    None,
}

/// Square feet in a square metre.
const SQUARE_FEET: f64 = 10.763_9;
/// A bare length up to this many millimetres is a thickness: no material is sold that narrow.
const THICK_MM: i64 = 40;
/// A format without a unit and with a number above this is in millimetres.
const LARGEST_IN_CM: f64 = 120.0;
/// The longest length there is, as for `Size`.
const LONGEST_MM: f64 = 100_000.0;
/// How far around an amount a wish reaches.
const AROUND: f64 = 0.1;

/// A currency's sign, code or name.
pub(super) fn currency(tokens: &[Token], at: usize) -> Option<(usize, Currency)> {
    let token = tokens.get(at)?;
    let currency = match token.word() {
        Some("eur" | "euro" | "euros") => Currency::Eur,
        Some("gbp" | "pound" | "pounds" | "quid") => Currency::Gbp,
        Some("usd" | "dollar" | "dollars") => Currency::Usd,
        Some("chf" | "francs" | "sfr") => Currency::Chf,
        Some(_) => return None,
        None => *Currency::all()
            .iter()
            .find(|c| c.label().chars().eq(token_sign(token)))?,
    };
    Some((at + 1, currency))
}

fn token_sign(token: &Token) -> Option<char> {
    ['€', '£', '$'].into_iter().find(|c| token.is_sign(*c))
}

/// What a number counts, when that stands right after it.
pub(super) fn unit(tokens: &[Token], at: usize) -> Option<(usize, Measure)> {
    if let Some((end, currency)) = currency(tokens, at) {
        return Some((end, Measure::Money(currency)));
    }
    let token = tokens.get(at)?;
    if token.gap == Gap::Dash {
        return None;
    }
    let mm = match token.word() {
        Some("mm" | "millimetre" | "millimetres") => 1.0,
        Some("cm" | "centimetre" | "centimetres") => 10.0,
        Some("m" | "metre" | "metres") => 1000.0,
        // “60 in oak” is no length; “12in” is.
        Some("in") if token.gap == Gap::Glued => 25.4,
        Some("inch" | "inches") => 25.4,
        Some("ft" | "foot" | "feet") => 304.8,
        Some(_) => return None,
        None if token.gap != Gap::Glued => return None,
        None if token.is_sign('"') || token.is_sign('″') || token.is_sign('”') => 25.4,
        None if token.is_sign('′') => 304.8,
        None => return None,
    };
    Some((at + 1, Measure::Length(mm)))
}

/// What a price is for, `/m²` or “per square metre”, and by what to multiply an amount to have it so.
pub(super) fn price_unit(tokens: &[Token], at: usize) -> (usize, Option<(PriceUnit, f64)>) {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    let slash = tokens.get(at).is_some_and(|t| t.is_sign('/'));
    let per = slash || matches!(word(at), Some("per" | "a" | "an" | "the" | "pro" | "je"));
    let start = at + usize::from(per);
    let (length, unit, factor) = match (word(start), word(start + 1)) {
        (Some("m2" | "sqm" | "qm"), _) => (1, PriceUnit::SquareMetre, 1.0),
        (Some("sq" | "square"), Some("m" | "metre" | "metres")) => (2, PriceUnit::SquareMetre, 1.0),
        (Some("sqft" | "ft2"), _) => (1, PriceUnit::SquareMetre, SQUARE_FEET),
        (Some("sq" | "square"), Some("ft" | "foot" | "feet")) => {
            (2, PriceUnit::SquareMetre, SQUARE_FEET)
        }
        (Some("lm"), _) => (1, PriceUnit::LinearMetre, 1.0),
        (Some("linear" | "running" | "lin"), Some("m" | "metre")) => {
            (2, PriceUnit::LinearMetre, 1.0)
        }
        (Some("each"), _) => (1, PriceUnit::Piece, 1.0),
        (Some("m" | "metre"), _) if per => (1, PriceUnit::LinearMetre, 1.0),
        (Some("piece" | "pc" | "pcs"), _) if per => (1, PriceUnit::Piece, 1.0),
        (Some("litre" | "l"), _) if per => (1, PriceUnit::Litre, 1.0),
        _ => return (at, None),
    };
    (start + length, Some((unit, factor)))
}

/// “thickness 20 mm”: the side named before the number.
pub(super) fn side_before(tokens: &[Token], at: usize) -> Option<Side> {
    match tokens.get(at)?.word()? {
        "thickness" => Some(Side::Thickness),
        "width" => Some(Side::Width),
        "length" | "size" | "format" => Some(Side::Longest),
        _ => None,
    }
}

/// “20 mm thick”, “140 cm wide”: the side named after it.
fn side_after(tokens: &[Token], at: usize) -> Option<(usize, Side)> {
    let word = |i: usize| tokens.get(i).and_then(Token::word);
    let start = at + usize::from(word(at) == Some("in"));
    let side = match word(start)? {
        "thick" | "thickness" => Side::Thickness,
        "wide" | "width" | "broad" => Side::Width,
        "long" | "length" | "high" | "tall" | "large" | "square" => Side::Longest,
        _ => return None,
    };
    Some((start + 1, side))
}

/// What a length may be of that is no measure of the piece.
const ELSEWHERE: &[&str] = &[
    "joint", "joints", "grout", "pile", "repeat", "fringe", "gap", "drop",
];

/// A length with its side.
pub(super) fn length(
    tokens: &[Token],
    end: usize,
    unit: f64,
    quantity: &Quantity<'_>,
    put: Option<Bound>,
    side: Option<Side>,
) -> Option<(usize, Value)> {
    let next = tokens.get(end).and_then(Token::word);
    if next.is_some_and(|w| ELSEWHERE.contains(&w)) {
        return None;
    }
    let mm = |number: &str| {
        let mm = decimal(number, unit == 1.0)? * unit;
        (mm > 0.0 && mm <= LONGEST_MM).then_some(mm)
    };
    let first = mm(quantity.first)?;
    let second = quantity.second.map(|n| mm(n).ok_or(())).transpose().ok()?;
    let bounds = bounds(first, second, put);
    let (end, side) = match (side, side_after(tokens, end)) {
        (Some(side), _) => (end, side),
        (None, Some((end, side))) => (end, side),
        (None, None) => {
            let most = bounds.max.or(bounds.min).unwrap_or_default();
            let side = if most <= THICK_MM {
                Side::Thickness
            } else {
                Side::Longest
            };
            (end, side)
        }
    };
    Some((end, Value::Length { side, mm: bounds }))
}

/// A price; the amounts become hundredths.
pub(super) fn price(
    quantity: &Quantity<'_>,
    put: Option<Bound>,
    currency: Option<Currency>,
    unit: Option<(PriceUnit, f64)>,
) -> Option<Value> {
    let factor = unit.map_or(1.0, |(_, factor)| factor);
    let cents = |number: &str| {
        let number = if is_grouped(number) {
            number.replace(['.', ','], "")
        } else {
            number.to_owned()
        };
        Some(Price::parse_cents(&number).ok()? as f64 * factor)
    };
    let first = cents(quantity.first)?;
    let second = quantity
        .second
        .map(|n| cents(n).ok_or(()))
        .transpose()
        .ok()?;
    Some(Value::Price {
        cents: bounds(first, second, put),
        currency,
        unit: unit.map(|(unit, _)| unit),
    })
}

/// One number with a bound, or two: as the ends of what is asked for. Two numbers, or a bound, make
/// a condition; “about” and a bare number a wish.
fn bounds(first: f64, second: Option<f64>, put: Option<Bound>) -> Bounds {
    let whole = |v: f64| v.round() as i64;
    let strict = put != Some(Bound::About);
    match (second, put) {
        (Some(second), _) => Bounds {
            min: Some(whole(first.min(second))),
            max: Some(whole(first.max(second))),
            strict,
        },
        (None, Some(Bound::Max)) => Bounds {
            min: None,
            max: Some(whole(first)),
            strict,
        },
        (None, Some(Bound::Min)) => Bounds {
            min: Some(whole(first)),
            max: None,
            strict,
        },
        (None, None | Some(Bound::About | Bound::Between)) => Bounds {
            min: Some(whole(first * (1.0 - AROUND))),
            max: Some(whole(first * (1.0 + AROUND))),
            strict: false,
        },
    }
}

/// `60x60 cm`, `60 cm x 1.2 m`, `20 by 120 by 1.4 cm`, `600×600`: two sides or three. Without a unit
/// they are centimetres up to 120, as tiles are spoken of, else millimetres.
pub(super) fn format(tokens: &[Token], at: usize) -> Option<(usize, Size)> {
    let mut sides: Vec<(&str, Option<f64>)> = Vec::new();
    let mut i = at;
    while let Some(number) = tokens.get(i).and_then(Token::number) {
        let (end, mm) = match unit(tokens, i + 1) {
            Some((end, Measure::Length(mm))) => (end, Some(mm)),
            _ => (i + 1, None),
        };
        sides.push((number, mm));
        i = end;
        let Some(cross) = tokens.get(i).filter(|_| sides.len() < 3) else {
            break;
        };
        let crossed =
            matches!(cross.word(), Some("x" | "by")) || cross.is_sign('×') || cross.is_sign('*');
        if !crossed || tokens.get(i + 1).and_then(Token::number).is_none() {
            break;
        }
        i += 1;
    }
    if sides.len() < 2 {
        return None;
    }
    // “12 x 24 in” at the end of a phrase
    if sides.iter().all(|(_, mm)| mm.is_none())
        && tokens.get(i).and_then(Token::word) == Some("in")
        && tokens.get(i + 1).is_none_or(|t| t.word().is_none())
    {
        i += 1;
        sides.iter_mut().for_each(|(_, mm)| *mm = Some(25.4));
    }
    let last = sides.iter().rev().find_map(|(_, mm)| *mm);
    let large = |number: &str| decimal(number, true).is_some_and(|v| v > LARGEST_IN_CM);
    let guess = if sides.iter().any(|(n, _)| large(n)) {
        1.0
    } else {
        10.0
    };
    let mut mm = Vec::new();
    for (number, own) in sides {
        let unit = own.or(last).unwrap_or(guess);
        let side = decimal(number, unit == 1.0)? * unit;
        if !(side > 0.0 && side <= LONGEST_MM) {
            return None;
        }
        // A tenth of a millimetre is as fine as makers say.
        mm.push((side * 10.0).round() as f32 / 10.0);
    }
    Some((
        i,
        Size {
            width_mm: mm[0],
            length_mm: mm.get(1).copied(),
            thickness_mm: mm.get(2).copied(),
            joint_mm: None,
        },
    ))
}

/// A number with a decimal point or comma; `1,200` is grouped where `grouping` is usual.
fn decimal(number: &str, grouping: bool) -> Option<f64> {
    if grouping && is_grouped(number) {
        return number.replace(['.', ','], "").parse().ok();
    }
    number
        .replace(',', ".")
        .parse()
        .ok()
        .filter(|v: &f64| v.is_finite())
}

/// `1,200` or `1.200.000`: groups of three digits after the first.
fn is_grouped(number: &str) -> bool {
    let mut groups = number.split(['.', ',']);
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    (1..=3).contains(&first.len())
        && first != "0"
        && rest.peek().is_some()
        && rest.all(|g| g.len() == 3)
}
