//! Slips of the finger: the word of the vocabulary that a misspelt word most likely meant.

use std::{collections::HashSet, sync::LazyLock};

use super::lexicon::{LEXICON, singulars};

/// English words that are one slip away from a word of the vocabulary and mean something else
/// (“plate” is no “slate”), one a line, sorted.
static ENGLISH: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("english.txt").lines().collect());

/// Words shorter than this are never corrected: too many others are one slip away.
const SHORTEST: usize = 5;
/// From this length two slips are forgiven.
const LONG: usize = 9;

/// The word of the vocabulary that `word` (folded) is a slip of, by Damerau–Levenshtein distance.
/// `None` for words that are spelt right, for English words that mean something else, and where two
/// words are equally near and mean different things.
pub(super) fn corrected(word: &str) -> Option<&'static str> {
    let length = word.chars().count();
    if length < SHORTEST || !word.chars().all(char::is_alphabetic) || LEXICON.knows(word) {
        return None;
    }
    if ENGLISH.contains(word) || singulars(word).any(|w| ENGLISH.contains(w.as_str())) {
        return None;
    }
    let mut best: Vec<&'static str> = Vec::new();
    let mut least = usize::MAX;
    for (candidate, distance) in near(word) {
        if distance < least {
            least = distance;
            best.clear();
        }
        if distance == least {
            best.push(candidate);
        }
    }
    best.sort_unstable();
    let (first, others) = best.split_first()?;
    let meaning = |word: &str| LEXICON.get(word).map(|entry| entry.meaning);
    others
        .iter()
        .all(|other| meaning(other).is_some() && meaning(other) == meaning(first))
        .then_some(*first)
}

/// Words of the vocabulary within reach of a word, with their distances.
fn near(word: &str) -> impl Iterator<Item = (&'static str, usize)> {
    let length = word.chars().count();
    LEXICON.words().filter_map(move |candidate| {
        let other = candidate.chars().count();
        let shorter = length.min(other);
        let limit = if shorter >= LONG { 2 } else { 1 };
        if shorter < SHORTEST || length.abs_diff(other) > limit {
            return None;
        }
        let distance = strsim::damerau_levenshtein(word, candidate);
        (distance <= limit).then_some((candidate, distance))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_word() {
        for (slip, word) in [
            ("terazzo", "terrazzo"),
            ("travertin", "travertine"),
            ("marbel", "marble"),
            ("concreet", "concrete"),
            ("herringbon", "herringbone"),
            ("porceline", "porcelain"),
            ("granit", "granite"),
            ("velvit", "velvet"),
            ("walnutt", "walnut"),
        ] {
            assert_eq!(corrected(slip), Some(word), "{slip}");
        }
    }

    #[test]
    fn words_that_are_right_stay() {
        for word in [
            "plate", "state", "trick", "table", "matter", "water", "paint", "painting", "planet",
            "window", "chair", "maple", "marble", "slates", "winter", "class", "leader", "copper",
            "person", "stage", "store", "cooper", "brace", "tree", "oak", "quarts",
        ] {
            assert_eq!(corrected(word), None, "{word}");
        }
    }

    #[test]
    fn no_word_of_the_vocabulary_is_kept_from_itself() {
        for word in ENGLISH.iter() {
            assert!(
                !word.is_empty() && !LEXICON.words().any(|w| w == *word),
                "{word}"
            );
        }
        let lines: Vec<&str> = include_str!("english.txt").lines().collect();
        assert!(lines.is_sorted(), "english.txt is sorted");
    }

    /// Writes `english.txt` anew from word lists (one word a line), such as Debian's `wbritish` and
    /// `wamerican`: `VENEER_WORD_LISTS=a:b cargo test -p material -- --ignored english_words`.
    #[test]
    #[ignore = "needs word lists; run by hand when the vocabulary grows"]
    fn english_words_near_the_vocabulary() {
        let lists = std::env::var("VENEER_WORD_LISTS").expect("VENEER_WORD_LISTS names the lists");
        let mut out = std::collections::BTreeSet::new();
        for path in lists.split(':') {
            let list = std::fs::read_to_string(path).expect("a readable word list");
            for word in list.lines() {
                let plain = word.chars().all(|c| c.is_ascii_lowercase());
                if plain && !LEXICON.knows(word) && near(word).next().is_some() {
                    out.insert(word.to_owned());
                }
            }
        }
        let lines: Vec<String> = out.into_iter().collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/read/english.txt");
        std::fs::write(path, lines.join("\n") + "\n").expect("a writable file");
    }
}
