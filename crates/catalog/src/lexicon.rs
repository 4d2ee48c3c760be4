//! Which materials have which words, in memory: an inverted file of sets of bits. The database makes the words
//! (its dictionary stems them, for materials and questions alike) and says how well they stand in a material;
//! which materials those are, many times as quickly, is known here.

use std::collections::{BTreeMap, HashMap};

use roaring::RoaringBitmap;

use crate::fold::{Thing, WordsQuery};

/// What the dictionary makes of words.
pub(crate) type Lexemes = HashMap<String, Vec<String>>;

/// Stems, and the materials that have them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lexicon {
    having: BTreeMap<String, RoaringBitmap>,
}

impl Lexicon {
    /// Adds the stems of a material.
    pub fn add(&mut self, id: u32, stems: Vec<String>) {
        for stem in stems {
            self.having.entry(stem).or_default().insert(id);
        }
    }

    /// Takes materials out.
    pub fn forget(&mut self, ids: &RoaringBitmap) {
        self.having.retain(|_, having| {
            *having -= ids;
            !having.is_empty()
        });
    }

    /// Those of `among` that have any of the wanted things and none of the unwanted words, by how many they
    /// have: first those that have all.
    pub fn levels(
        &self,
        among: &RoaringBitmap,
        words: &WordsQuery,
        lexemes: &Lexemes,
    ) -> Vec<RoaringBitmap> {
        let mut among = among.clone();
        for word in words.unwanted() {
            among -= self.with_word(word, false, lexemes);
        }
        let things = words.things();
        // `at_least[n]`: those that have n of the things so far.
        let mut at_least = vec![RoaringBitmap::new(); things.len() + 1];
        at_least[0] = among;
        for (seen, thing) in things.iter().enumerate() {
            let having = self.with(thing, lexemes);
            for n in (1..=seen + 1).rev() {
                let more = &at_least[n - 1] & &having;
                at_least[n] |= more;
            }
        }
        let mut levels = Vec::with_capacity(things.len());
        for n in (1..=things.len()).rev() {
            levels.push(match at_least.get(n + 1) {
                Some(better) => &at_least[n] - better,
                None => at_least[n].clone(),
            });
        }
        levels
    }

    /// Those that have a thing, by one of its names.
    fn with(&self, thing: &Thing, lexemes: &Lexemes) -> RoaringBitmap {
        let mut out = RoaringBitmap::new();
        for name in thing.names() {
            let words = name
                .iter()
                .map(|term| self.with_word(&term.word, term.start, lexemes));
            out |= words.reduce(|all, next| all & next).unwrap_or_default();
        }
        out
    }

    fn with_word(&self, word: &str, start: bool, lexemes: &Lexemes) -> RoaringBitmap {
        let stems = lexemes.get(word).map(Vec::as_slice).unwrap_or_default();
        let sets = stems.iter().map(|stem| {
            let mut out = RoaringBitmap::new();
            for (_, having) in self.having.range(stem.clone()..).take_while(|(known, _)| {
                *known == stem || start && known.starts_with(stem.as_str())
            }) {
                out |= having;
            }
            out
        });
        sets.reduce(|all, next| all & next).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let mut lexicon = Lexicon::default();
        for (id, stems) in [
            (1, "light oak floor"),
            (2, "light oak"),
            (3, "lightweight concret"),
            (4, "oak floor herringbon"),
            (5, "wet room tile"),
        ] {
            lexicon.add(id, stems.split(' ').map(str::to_owned).collect());
        }
        lexicon
    }

    /// By words that are their own stems.
    fn levels(lexicon: &Lexicon, words: &WordsQuery) -> Vec<Vec<u32>> {
        let own = |word: &str| (word.to_owned(), vec![word.to_owned()]);
        let lexemes = words.words().into_iter().map(own).collect();
        let everything: RoaringBitmap = (1..=5).collect();
        let levels = lexicon.levels(&everything, words, &lexemes);
        levels.iter().map(|level| level.iter().collect()).collect()
    }

    fn asked(text: &str) -> Vec<Vec<u32>> {
        levels(&lexicon(), &WordsQuery::parse(text).expect("words"))
    }

    #[test]
    fn what_has_more_of_the_words_comes_first() {
        assert_eq!(asked("light oak floor"), [vec![1], vec![2, 4], vec![3]]);
        assert_eq!(asked("oak"), [vec![1, 2, 4]]);
        assert_eq!(asked("oak -floor"), [vec![2]]);
        assert_eq!(asked("nothing"), [Vec::<u32>::new()]);
    }

    #[test]
    fn long_words_are_found_by_their_beginning() {
        assert_eq!(asked("herring"), [vec![4]]);
        // A short word is no beginning.
        assert_eq!(asked("oa"), [Vec::<u32>::new()]);
    }

    #[test]
    fn a_name_of_several_words_needs_all_of_them() {
        let names = [vec!["waterproof", "wet room"]];
        let words = WordsQuery::of_names(&names).expect("words");
        assert_eq!(levels(&lexicon(), &words), [vec![5]]);
        let names = [vec!["wet floor"]];
        let words = WordsQuery::of_names(&names).expect("words");
        assert_eq!(levels(&lexicon(), &words), [Vec::<u32>::new()]);
    }

    #[test]
    fn what_was_forgotten_is_found_no_more() {
        let mut lexicon = lexicon();
        lexicon.forget(&RoaringBitmap::from_iter([1, 4]));
        lexicon.add(4, vec!["oak".to_owned()]);
        let words = WordsQuery::parse("oak floor").expect("words");
        assert_eq!(levels(&lexicon, &words), [vec![], vec![2, 4]]);
        assert!(!lexicon.having.contains_key("floor"));
    }

    #[test]
    fn a_word_the_dictionary_makes_nothing_of_is_in_nothing() {
        let words = WordsQuery::parse("oak").expect("words");
        let everything: RoaringBitmap = (1..=5).collect();
        let levels = lexicon().levels(&everything, &words, &Lexemes::new());
        assert_eq!(levels, [RoaringBitmap::new()]);
    }
}
