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

/// A question in words, taken apart: what to look for, what to leave out. Each entry is one
/// `to_tsquery` term of letters and digits alone, so nothing typed can be an operator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordsQuery {
    /// Words looked for; long ones also as a beginning (`herring:*` finds herringbone).
    pub wanted: Vec<String>,
    /// Words after a dash.
    pub unwanted: Vec<String>,
}

/// Takes a question apart; `None` when it holds no word to look for.
pub fn tsquery(text: &str) -> Option<WordsQuery> {
    let mut query = WordsQuery::default();
    for part in text.split_whitespace() {
        let negative = part.len() > 1 && part.starts_with('-');
        for word in fold(part).split_whitespace().take(MAX_WORDS) {
            let list = if negative {
                &mut query.unwanted
            } else {
                &mut query.wanted
            };
            // Beginnings of short words would find too much: `red` is no `reduced`.
            let term = if word.chars().count() >= 5 && !negative {
                format!("{word}:*")
            } else {
                word.to_owned()
            };
            if list.len() < MAX_WORDS && !list.contains(&term) {
                list.push(term);
            }
        }
    }
    if query
        .wanted
        .iter()
        .any(|w| !EMPTY_WORDS.contains(&w.as_str()))
    {
        query.wanted.retain(|w| !EMPTY_WORDS.contains(&w.as_str()));
    }
    (!query.wanted.is_empty()).then_some(query)
}

impl WordsQuery {
    /// One `to_tsquery` text: any of the wanted, none of the unwanted.
    pub(crate) fn any(&self) -> String {
        let mut out = format!("({})", self.wanted.join(" | "));
        for word in &self.unwanted {
            out.push_str(" & !");
            out.push_str(word);
        }
        out
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
        let query = tsquery("a light oak -glossy with Herringbone").expect("there are words");
        assert_eq!(query.wanted, ["light:*", "oak", "herringbone:*"]);
        assert_eq!(query.unwanted, ["glossy"]);
        assert_eq!(query.any(), "(light:* | oak | herringbone:*) & !glossy");
    }

    #[test]
    fn only_empty_words_are_better_than_none() {
        assert_eq!(tsquery("the").map(|q| q.wanted), Some(vec!["the".into()]));
        assert_eq!(tsquery("-oak"), None);
        assert_eq!(tsquery(" !!! "), None);
    }

    proptest::proptest! {
        #[test]
        fn no_operator_comes_through(text in ".{0,200}") {
            if let Some(query) = tsquery(&text) {
                for word in query.wanted.iter().chain(&query.unwanted) {
                    let word = word.strip_suffix(":*").unwrap_or(word);
                    proptest::prop_assert!(word.chars().all(char::is_alphanumeric), "{}", word);
                }
            }
        }
    }
}
