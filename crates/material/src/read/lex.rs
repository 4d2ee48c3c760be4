//! Text as folded words, numbers and signs, each with the bytes it came from.

use std::ops::Range;

/// What stood between a token and the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing: `60` and `cm` of “60cm”.
    Glued,
    /// A dash without white space, as in “bush-hammered”.
    Hyphen,
    /// White space.
    Space,
    /// A dash set off by white space: a range between numbers, a break between words.
    Dash,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Lower case, without accents, in British spelling.
    Word(String),
    /// ASCII digits with points and commas between them, as they were written.
    Number(String),
    /// Anything else, one character.
    Sign(char),
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Bytes in the text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// What stood before it.
    pub gap: Gap,
}

impl Token {
    /// The folded word, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            Kind::Number(_) | Kind::Sign(_) => None,
        }
    }

    /// The digits, if it is a number.
    pub fn number(&self) -> Option<&str> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            Kind::Word(_) | Kind::Sign(_) => None,
        }
    }

    /// Whether it is this sign.
    pub fn is_sign(&self, sign: char) -> bool {
        self.kind == Kind::Sign(sign)
    }
}

/// American spellings and what they are here.
const SPELLINGS: &[(&str, &str)] = &[
    ("aluminum", "aluminium"),
    ("center", "centre"),
    ("color", "colour"),
    ("colored", "coloured"),
    ("colors", "colours"),
    ("fiber", "fibre"),
    ("fibers", "fibres"),
    ("gray", "grey"),
    ("grayish", "greyish"),
    ("grays", "greys"),
    ("liter", "litre"),
    ("liters", "litres"),
    ("meter", "metre"),
    ("meters", "metres"),
    ("oxidized", "oxidised"),
    ("woolen", "woollen"),
];

/// Splits a text. Every byte of it is in at most one token.
pub(super) fn lex(text: &str) -> Vec<Token> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|&(_, c)| c);
    let byte = |i: usize| chars.get(i).map_or(text.len(), |&(byte, _)| byte);
    let mut out: Vec<Token> = Vec::new();
    let (mut space, mut dash) = (false, false);
    let mut i = 0;
    while let Some(c) = at(i) {
        let start = i;
        let kind = if c.is_whitespace() || c.is_control() || c == '_' {
            space = true;
            i += 1;
            continue;
        } else if matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '−') {
            // A long dash stands between thoughts even where no spaces are set around it.
            space |= c == '—';
            dash = true;
            i += 1;
            continue;
        } else if c.is_ascii_digit() {
            i = number_end(&chars, i);
            Kind::Number(text[byte(start)..byte(i)].to_owned())
        } else if c.is_alphanumeric() {
            i = word_end(&chars, i);
            Kind::Word(fold(&text[byte(start)..byte(i)]))
        } else {
            i += 1;
            Kind::Sign(c)
        };
        let gap = match (space, dash) {
            (false, false) => Gap::Glued,
            (false, true) => Gap::Hyphen,
            (true, false) => Gap::Space,
            (true, true) => Gap::Dash,
        };
        out.push(Token {
            span: byte(start)..byte(i),
            kind,
            gap,
        });
        (space, dash) = (false, false);
    }
    out
}

/// Digits, and points and commas that have a digit on either side.
fn number_end(chars: &[(usize, char)], mut i: usize) -> usize {
    let digit = |i: usize| chars.get(i).is_some_and(|(_, c)| c.is_ascii_digit());
    loop {
        match chars.get(i) {
            Some((_, c)) if c.is_ascii_digit() => i += 1,
            Some((_, '.' | ',')) if digit(i + 1) => i += 1,
            _ => return i,
        }
    }
}

/// Letters and digits that began with a letter, with apostrophes and combining accents inside. The
/// cross of “60x60” is a word of its own, and “w/o” is one word.
fn word_end(chars: &[(usize, char)], start: usize) -> usize {
    let at = |i: usize| chars.get(i).map(|&(_, c)| c);
    let letter = |i: usize| at(i).is_some_and(char::is_alphanumeric);
    let digit = |i: usize| at(i).is_some_and(|c| c.is_ascii_digit());
    let after_digit = start > 0 && digit(start - 1);
    if after_digit && matches!(at(start), Some('x' | 'X')) && digit(start + 1) {
        return start + 1;
    }
    if matches!(at(start), Some('w' | 'W'))
        && at(start + 1) == Some('/')
        && matches!(at(start + 2), Some('o' | 'O'))
        && !letter(start + 3)
    {
        return start + 3;
    }
    let mut i = start;
    while let Some(c) = at(i) {
        let inside = c.is_alphanumeric()
            || is_combining(c)
            || (matches!(c, '\'' | '’') && letter(i + 1) && i > start);
        if !inside {
            break;
        }
        i += 1;
    }
    i
}

fn is_combining(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Lower case, without accents and apostrophes, in British spelling.
pub(super) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => out.push('a'),
            'ç' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => out.push('u'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ß' => out.push_str("ss"),
            '²' => out.push('2'),
            '\'' | '’' => {}
            c if is_combining(c) => {}
            c => out.push(c),
        }
    }
    if out == "w/o" {
        return "without".to_owned();
    }
    match SPELLINGS.binary_search_by_key(&out.as_str(), |(american, _)| american) {
        Ok(found) => SPELLINGS[found].1.to_owned(),
        Err(_) => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<String> {
        lex(text)
            .into_iter()
            .map(|t| match t.kind {
                Kind::Word(w) => w,
                Kind::Number(n) => format!("#{n}"),
                Kind::Sign(c) => format!("'{c}"),
            })
            .collect()
    }

    #[test]
    fn words_numbers_and_signs_come_apart() {
        assert_eq!(shapes("60x60cm"), ["#60", "x", "#60", "cm"]);
        assert_eq!(shapes("€48,50/m²"), ["'€", "#48,50", "'/", "m2"]);
        assert_eq!(shapes("Bfl-s1, R10."), ["bfl", "s1", "',", "r10", "'."]);
        assert_eq!(shapes("Bouclé w/o gray"), ["boucle", "without", "grey"]);
        assert_eq!(
            shapes("Boucle\u{301} isn’t grayish"),
            ["boucle", "isnt", "greyish"]
        );
        assert_eq!(shapes("٣ 日本 _"), ["٣", "日本"]);
    }

    #[test]
    fn gaps_tell_hyphens_from_dashes() {
        let gaps: Vec<Gap> = lex("bush-hammered oak – 20-40 60cm a—b")
            .iter()
            .map(|t| t.gap)
            .collect();
        use Gap::{Dash, Glued, Hyphen, Space};
        assert_eq!(
            gaps,
            [
                Glued, Hyphen, Space, Dash, Hyphen, Space, Glued, Space, Dash
            ]
        );
    }

    #[test]
    fn the_spellings_are_in_order() {
        assert!(SPELLINGS.is_sorted_by_key(|(american, _)| *american));
    }
}
