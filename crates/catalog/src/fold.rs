//! Text as the full-text index sees it.

/// Folds text for storing and asking alike: lower case, Latin accents away, everything that is neither
/// letter nor digit a space. So the parser of PostgreSQL never takes `12/24` for a path or `a.com` for a
/// host, and `Bouclé` is found by `boucle`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        let plain = match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
            'æ' => "ae",
            'ç' | 'ć' | 'č' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
            'ğ' => "g",
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
            'ł' => "l",
            'ñ' | 'ń' | 'ň' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
            'œ' => "oe",
            'ř' => "r",
            'ś' | 'š' | 'ş' => "s",
            'ß' => "ss",
            'ť' | 'þ' => "t",
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            // Combining marks, as in text typed on some keyboards.
            '\u{300}'..='\u{36f}' => "",
            c if c.is_alphanumeric() => {
                out.push(c);
                continue;
            }
            _ => " ",
        };
        out.push_str(plain);
    }
    out
}

/// Words that stand in every sentence and say nothing of a surface.
const EMPTY_WORDS: &[&str] = &[
    "a",
    "an",
    "and",
    "any",
    "are",
    "as",
    "at",
    "be",
    "by",
    "for",
    "from",
    "i",
    "in",
    "is",
    "it",
    "like",
    "me",
    "my",
    "of",
    "on",
    "or",
    "some",
    "something",
    "that",
    "the",
    "this",
    "to",
    "want",
    "with",
];

/// The most words of a question that are looked at.
const MAX_WORDS: usize = 24;

/// A word that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Letters and digits alone, folded.
    pub word: String,
    /// Whether words that begin with it are found too (`herring` finds herringbone).
    pub start: bool,
}

impl Term {
    /// Beginnings of short words would find too much: `red` is no `reduced`.
    fn new(word: &str) -> Self {
        Self {
            word: word.to_owned(),
            start: word.chars().count() >= 5,
        }
    }
}

/// A thing that is looked for, by each of its names. A name of several words is there when all of them are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Thing(Vec<Vec<Term>>);

impl Thing {
    pub fn names(&self) -> &[Vec<Term>] {
        &self.0
    }

    /// As a `to_tsquery` text.
    fn query(&self) -> String {
        let term = |term: &Term| match term.start {
            true => format!("{}:*", term.word),
            false => term.word.clone(),
        };
        let names: Vec<String> = self
            .0
            .iter()
            .map(|name| match name.as_slice() {
                [one] => term(one),
                words => format!(
                    "({})",
                    words.iter().map(term).collect::<Vec<_>>().join(" & ")
                ),
            })
            .collect();
        match names.as_slice() {
            [one] => one.clone(),
            names => format!("({})", names.join(" | ")),
        }
    }
}

/// A question in words, taken apart: what to look for, what to leave out. What is handed to the full-text
/// search is made of letters, digits and operators of its own, so nothing typed can be an operator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordsQuery {
    wanted: Vec<Thing>,
    /// Words after a dash.
    unwanted: Vec<String>,
}

impl WordsQuery {
    /// Takes a question apart word by word; `None` when it holds no word to look for.
    pub fn parse(text: &str) -> Option<Self> {
        let mut query = Self::default();
        let mut wanted: Vec<String> = Vec::new();
        for part in text.split_whitespace() {
            let negative = part.len() > 1 && part.starts_with('-');
            let list = if negative {
                &mut query.unwanted
            } else {
                &mut wanted
            };
            for word in fold(part).split_whitespace().take(MAX_WORDS) {
                push(list, word.to_owned());
            }
        }
        let says = |w: &String| !EMPTY_WORDS.contains(&w.as_str());
        if wanted.iter().any(says) {
            wanted.retain(says);
        }
        let thing = |word: &String| Thing(vec![vec![Term::new(word)]]);
        query.wanted = wanted.iter().map(thing).collect();
        (!query.wanted.is_empty()).then_some(query)
    }

    /// Looks for things that go by several names: `[["waterproof", "wet room"], ["oak"]]`. A name of
    /// several words is there when all of them are. `None` when there is no word to look for.
    pub fn of_names(things: &[Vec<&str>]) -> Option<Self> {
        let mut query = Self::default();
        for names in things {
            let mut thing = Thing::default();
            for name in names {
                let folded = fold(name);
                let words: Vec<Term> = folded
                    .split_whitespace()
                    .filter(|word| !EMPTY_WORDS.contains(word))
                    .take(MAX_WORDS)
                    .map(Term::new)
                    .collect();
                if !words.is_empty() {
                    push(&mut thing.0, words);
                }
            }
            if !thing.0.is_empty() {
                push(&mut query.wanted, thing);
            }
        }
        (!query.wanted.is_empty()).then_some(query)
    }

    /// Looks for the things of another query as well; what is unwanted in either stays so.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for thing in other.wanted {
            push(&mut self.wanted, thing);
        }
        for word in other.unwanted {
            push(&mut self.unwanted, word);
        }
        self
    }

    /// What is looked for.
    pub(crate) fn things(&self) -> &[Thing] {
        &self.wanted
    }

    /// The words nothing may have.
    pub(crate) fn unwanted(&self) -> &[String] {
        &self.unwanted
    }

    /// Every word in it, some more than once.
    pub(crate) fn words(&self) -> Vec<&str> {
        let terms = self
            .wanted
            .iter()
            .flat_map(|thing| thing.0.iter().flatten());
        let wanted = terms.map(|term| term.word.as_str());
        wanted
            .chain(self.unwanted.iter().map(String::as_str))
            .collect()
    }

    /// The things looked for, each a `to_tsquery` text.
    pub(crate) fn wanted(&self) -> Vec<String> {
        self.wanted.iter().map(Thing::query).collect()
    }

    /// One `to_tsquery` text: any of the wanted, none of the unwanted.
    pub(crate) fn any(&self) -> String {
        let mut out = format!("({})", self.wanted().join(" | "));
        for word in &self.unwanted {
            out.push_str(" & !");
            out.push_str(word);
        }
        out
    }
}

fn push<T: PartialEq>(list: &mut Vec<T>, thing: T) {
    if list.len() < MAX_WORDS && !list.contains(&thing) {
        list.push(thing);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_signs_fold_alike_for_storing_and_asking() {
        assert_eq!(fold("Bouclé “Écru” 12/24"), "boucle  ecru  12 24");
        assert_eq!(fold("Bou\u{63}le\u{301}"), "boucle");
        assert_eq!(fold("Straße, Smörgås"), "strasse  smorgas");
    }

    #[test]
    fn a_question_is_taken_apart() {
        let query =
            WordsQuery::parse("a light oak -glossy with Herringbone").expect("there are words");
        assert_eq!(query.wanted(), ["light:*", "oak", "herringbone:*"]);
        assert_eq!(query.unwanted, ["glossy"]);
        assert_eq!(query.any(), "(light:* | oak | herringbone:*) & !glossy");
    }

    #[test]
    fn a_thing_has_several_names() {
        let things = [
            vec!["waterproof", "wet room"],
            vec!["the oak", "oak"],
            vec!["of"],
        ];
        let query = WordsQuery::of_names(&things).expect("there are words");
        assert_eq!(query.wanted(), ["(waterproof:* | (wet & room))", "oak"]);
        assert_eq!(WordsQuery::of_names(&[vec![], vec!["!!"]]), None);
    }

    #[test]
    fn only_empty_words_are_better_than_none() {
        assert_eq!(
            WordsQuery::parse("the").map(|q| q.wanted()),
            Some(vec!["the".into()])
        );
        assert_eq!(WordsQuery::parse("-oak"), None);
        assert_eq!(WordsQuery::parse(" !!! "), None);
    }

    proptest::proptest! {
        #[test]
        fn no_operator_comes_through(text in ".{0,200}") {
            if let Some(query) = WordsQuery::parse(&text) {
                for word in query.wanted().iter().chain(&query.unwanted) {
                    let word = word.strip_suffix(":*").unwrap_or(word);
                    proptest::prop_assert!(word.chars().all(char::is_alphanumeric), "{}", word);
                }
            }
            // One name of one thing: words and what stands between them, nothing else.
            if let Some(query) = WordsQuery::of_names(&[vec![&text]]) {
                let words = query.any().replace(":*", "").replace(['(', ')', '&'], " ");
                proptest::prop_assert!(words.split_whitespace().all(|w| w.chars().all(char::is_alphanumeric)), "{}", words);
            }
        }
    }
}
