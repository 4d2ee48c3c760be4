//! From tokens to items: the longest form of the lexicon at each place, amounts and classes first.

use std::ops::Range;

use super::{
    Certainty, Value, amounts, classes,
    lex::{Gap, Kind, Token},
    lexicon::{Entry, LEXICON, MAX_WORDS, Meaning},
    typo,
};

/// What an item does in its sentence.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// Not yet worked out: depends on its neighbours.
    Open(Meaning),
    /// A value.
    Value(Value),
    /// A word in no list.
    Unread,
    /// Ends every phrase.
    Break,
    /// Carries nothing and ends nothing.
    Skip,
    /// A little word: carries nothing, ends a noun phrase.
    Stop,
    /// What follows is not wanted.
    Not {
        /// Whether “and” goes on with it.
        through_and: bool,
    },
    /// What came before is not wanted.
    Free,
    /// “and”
    And,
    /// “or”
    Or,
    /// “of”, “in”
    Link,
}

/// A stretch of tokens that is read as one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    /// Which tokens; never empty.
    pub tokens: Range<usize>,
    /// What it does.
    pub role: Role,
    /// How sure.
    pub certainty: Certainty,
    /// Counts beside other words of the vocabulary only.
    pub weak: bool,
    /// Whether it is asked not to be.
    pub negated: bool,
    /// Whether a dash parts it from what came before.
    pub after_dash: bool,
}

impl Item {
    fn new(tokens: Range<usize>, role: Role) -> Self {
        Self {
            tokens,
            role,
            certainty: Certainty::Exact,
            weak: false,
            negated: false,
            after_dash: false,
        }
    }
}

/// Reads tokens from left to right. Every token is in exactly one item.
pub(super) fn scan(tokens: &[Token]) -> Vec<Item> {
    let corrections: Vec<Option<&'static str>> = tokens
        .iter()
        .map(|t| t.word().and_then(typo::corrected))
        .collect();
    let mut out: Vec<Item> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let mut item = classes::at(tokens, at)
            .or_else(|| amounts::at(tokens, at))
            .map(|(end, value)| Item::new(at..end, Role::Value(value)))
            .or_else(|| form(tokens, &corrections, at))
            .unwrap_or_else(|| Item::new(at..at + 1, alone(&tokens[at])));
        item.after_dash = tokens[at].gap == Gap::Dash;
        at = item.tokens.end;
        out.push(item);
    }
    out
}

/// A token that begins no form.
fn alone(token: &Token) -> Role {
    match &token.kind {
        Kind::Sign('/' | '&' | '+') => Role::Or,
        Kind::Sign('"' | '“' | '”' | '\'' | '’' | '*' | '#') => Role::Skip,
        Kind::Sign(_) => Role::Break,
        Kind::Word(_) | Kind::Number(_) => Role::Unread,
    }
}

/// The longest form that begins here. A form as it was written wins over a corrected one.
fn form(tokens: &[Token], corrections: &[Option<&'static str>], at: usize) -> Option<Item> {
    let mut longest = 0;
    for token in tokens[at..].iter().take(MAX_WORDS) {
        if token.word().is_none() || (longest > 0 && token.gap == Gap::Dash) {
            break;
        }
        longest += 1;
    }
    for length in (1..=longest).rev() {
        let range = at..at + length;
        let written: String = tokens[range.clone()]
            .iter()
            .filter_map(Token::word)
            .collect();
        if let Some(entry) = LEXICON.get(&written) {
            return Some(item(range, entry, false));
        }
        if corrections[range.clone()].iter().any(Option::is_some) {
            let meant: String = range
                .clone()
                .filter_map(|i| corrections[i].or_else(|| tokens[i].word()))
                .collect();
            if let Some(entry) = LEXICON.get(&meant) {
                return Some(item(range, entry, true));
            }
        }
    }
    None
}

fn item(tokens: Range<usize>, entry: Entry, typo: bool) -> Item {
    let role = match entry.meaning {
        Meaning::Finish(finish) => Role::Value(Value::Finish(finish)),
        Meaning::Texture(texture) => Role::Value(Value::Texture(texture)),
        Meaning::Pattern(pattern) | Meaning::Lacks(pattern) => Role::Value(Value::Pattern(pattern)),
        Meaning::Application(application) => Role::Value(Value::Application(application)),
        Meaning::Slip(rating) => Role::Value(Value::Slip(rating)),
        Meaning::Fire(class) => Role::Value(Value::Fire(class)),
        Meaning::Not { through_and } => Role::Not { through_and },
        Meaning::Free => Role::Free,
        Meaning::And => Role::And,
        Meaning::Or => Role::Or,
        Meaning::Link => Role::Link,
        Meaning::Skip => Role::Skip,
        Meaning::Stop => Role::Stop,
        open => Role::Open(open),
    };
    Item {
        negated: matches!(entry.meaning, Meaning::Lacks(_)),
        certainty: if typo {
            Certainty::Typo
        } else {
            entry.certainty
        },
        weak: entry.weak,
        after_dash: false,
        tokens,
        role,
    }
}
