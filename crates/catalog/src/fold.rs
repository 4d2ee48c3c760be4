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

/// A question in words, taken apart: what to look for, what to leave out. Each entry is a `to_tsquery`
/// text made of letters, digits and operators of its own, so nothing typed can be an operator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordsQuery {
    /// Things looked for, each a word or several ways to say one; long words also as a beginning
    /// (`herring:*` finds herringbone).
    wanted: Vec<String>,
    /// Words after a dash.
    unwanted: Vec<String>,
}

impl WordsQuery {
    /// Takes a question apart word by word; `None` when it holds no word to look for.
    pub fn parse(text: &str) -> Option<Self> {
        let mut query = Self::default();
        for part in text.split_whitespace() {
            let negative = part.len() > 1 && part.starts_with('-');
            for word in fold(part).split_whitespace().take(MAX_WORDS) {
                if negative {
                    push(&mut query.unwanted, word.to_owned());
                } else {
                    push(&mut query.wanted, term(word));
                }
            }
        }
        let says = |w: &String| !EMPTY_WORDS.contains(&w.as_str());
        if query.wanted.iter().any(says) {
            query.wanted.retain(says);
        }
        (!query.wanted.is_empty()).then_some(query)
    }

    /// Looks for things that go by several names: `[["waterproof", "wet room"], ["oak"]]`. A name of
    /// several words is there when all of them are. `None` when there is no word to look for.
    pub fn of_names(things: &[Vec<&str>]) -> Option<Self> {
        let mut query = Self::default();
        for names in things {
            let mut ways: Vec<String> = Vec::new();
            for name in names {
                let folded = fold(name);
                let words: Vec<String> = folded
                    .split_whitespace()
                    .filter(|word| !EMPTY_WORDS.contains(word))
                    .take(MAX_WORDS)
                    .map(term)
                    .collect();
                match words.as_slice() {
                    [] => {}
                    [word] => push(&mut ways, word.clone()),
                    words => push(&mut ways, format!("({})", words.join(" & "))),
                }
            }
            match ways.as_slice() {
                [] => {}
                [way] => push(&mut query.wanted, way.clone()),
                ways => push(&mut query.wanted, format!("({})", ways.join(" | "))),
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

    /// The things looked for, each a `to_tsquery` text.
    pub(crate) fn wanted(&self) -> &[String] {
        &self.wanted
    }

    /// `to_tsquery` texts to ask one after the other: all of the wanted, then all but one, and so on to any.
    pub(crate) fn levels(&self) -> Vec<String> {
        /// With more things than these only all of them and any of them are asked for.
        const FEW: usize = 5;
        let things = self.wanted.len();
        let all = || vec![format!("({})", self.wanted.join(" & "))];
        let mut out = Vec::new();
        if things > FEW {
            out.push(self.but(&all()));
        } else {
            for size in (2..=things).rev() {
                let ways: Vec<String> = (0..1_u32 << things)
                    .filter(|choice| choice.count_ones() as usize == size)
                    .map(|choice| {
                        let chosen = self.wanted.iter().enumerate();
                        let chosen = chosen.filter(|(place, _)| choice >> place & 1 == 1);
                        let chosen: Vec<&str> = chosen.map(|(_, word)| word.as_str()).collect();
                        format!("({})", chosen.join(" & "))
                    })
                    .collect();
                out.push(self.but(&ways));
            }
        }
        out.push(self.any());
        out
    }

    /// One `to_tsquery` text: any of the wanted, none of the unwanted.
    pub(crate) fn any(&self) -> String {
        self.but(&self.wanted)
    }

    fn but(&self, ways: &[String]) -> String {
        let mut out = format!("({})", ways.join(" | "));
        for word in &self.unwanted {
            out.push_str(" & !");
            out.push_str(word);
        }
        out
    }
}

/// A word as it is looked for. Beginnings of short words would find too much: `red` is no `reduced`.
fn term(word: &str) -> String {
    if word.chars().count() >= 5 {
        format!("{word}:*")
    } else {
        word.to_owned()
    }
}

fn push(list: &mut Vec<String>, term: String) {
    if list.len() < MAX_WORDS && !list.contains(&term) {
        list.push(term);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_more_of_the_words_is_asked_for_first() {
        let levels = |text: &str| WordsQuery::parse(text).map(|q| q.levels());
        assert_eq!(
            levels("red oak ash -pine").unwrap_or_default(),
            [
                "((red & oak & ash)) & !pine",
                "((red & oak) | (red & ash) | (oak & ash)) & !pine",
                "(red | oak | ash) & !pine",
            ]
        );
        assert_eq!(levels("oak").unwrap_or_default(), ["(oak)"]);
        assert_eq!(levels("ab cd ef gh ij kl").map(|l| l.len()), Some(2));
    }

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
        assert_eq!(query.wanted, ["light:*", "oak", "herringbone:*"]);
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
        assert_eq!(query.wanted, ["(waterproof:* | (wet & room))", "oak"]);
        assert_eq!(WordsQuery::of_names(&[vec![], vec!["!!"]]), None);
    }

    #[test]
    fn only_empty_words_are_better_than_none() {
        assert_eq!(
            WordsQuery::parse("the").map(|q| q.wanted),
            Some(vec!["the".into()])
        );
        assert_eq!(WordsQuery::parse("-oak"), None);
        assert_eq!(WordsQuery::parse(" !!! "), None);
    }

    proptest::proptest! {
        #[test]
        fn no_operator_comes_through(text in ".{0,200}") {
            if let Some(query) = WordsQuery::parse(&text) {
                for word in query.wanted.iter().chain(&query.unwanted) {
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
