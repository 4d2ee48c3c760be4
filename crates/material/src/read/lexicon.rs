//! Every form that is recognised, and what it means.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    Certainty,
    lex::fold,
    phrases,
    shade::{Named, Shade, colour_names, tints},
};
use crate::{
    Application, BasicColour, Category, Finish, FireClass, Pattern, SlipRating, Texture, Word,
};

/// What a form stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Meaning {
    /// A kind; some kinds are names of colours too.
    Kind(Category, Option<Named>),
    /// “tile”: a kind or only a shape.
    Tile(Category),
    Finish(Finish),
    Texture(Texture),
    Pattern(Pattern),
    Application(Application),
    Slip(SlipRating),
    Fire(FireClass),
    Colour(Named),
    /// “greenish”.
    Tint(Named),
    /// “light”.
    Shade(Shade),
    /// “coloured”: the word before is a colour.
    Coloured,
    LookAfter,
    LookBefore,
    /// What follows is not wanted; whether “and” goes on with it.
    Not {
        through_and: bool,
    },
    /// “-free”: what came before is not wanted.
    Free,
    /// A pattern that is not there: “veinless”.
    Lacks(Pattern),
    And,
    Or,
    /// “of”, “in”, “from” between a shape and its kind.
    Link,
    Skip,
    Stop,
}

/// A form's meaning and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Entry {
    pub meaning: Meaning,
    pub certainty: Certainty,
    /// Counts beside other words of the vocabulary only.
    pub weak: bool,
}

/// The most words of a form.
pub(super) const MAX_WORDS: usize = 4;

/// All forms.
pub(super) struct Lexicon {
    /// By the words of the form without what is between them.
    forms: HashMap<String, Entry>,
    /// Single words of the vocabulary's forms, which a typo may have meant.
    words: HashSet<String>,
}

/// The one lexicon.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

impl Lexicon {
    /// What a folded form means, in the singular or the plural.
    pub fn get(&self, key: &str) -> Option<Entry> {
        if let Some(entry) = self.forms.get(key) {
            return Some(*entry);
        }
        singulars(key).find_map(|form| {
            let entry = self.forms.get(form.as_str())?;
            // “ins” and “ands” are no plurals.
            is_of_vocabulary(entry.meaning).then_some(*entry)
        })
    }

    /// Whether a folded word stands in some form of the vocabulary or steers the reading.
    pub fn knows(&self, word: &str) -> bool {
        self.words.contains(word)
            || self.forms.contains_key(word)
            || singulars(word).any(|w| self.words.contains(&w))
    }

    /// Single words of the vocabulary's forms.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    fn build() -> Self {
        let mut out = Self {
            forms: HashMap::new(),
            words: HashSet::new(),
        };
        out.add_grammar();
        let colours = colour_names();
        out.add_kinds(&colours);
        out.add_words(Finish::all(), phrases::FINISHES, Meaning::Finish);
        out.add_words(Pattern::all(), phrases::PATTERNS, Meaning::Pattern);
        out.add_words(Texture::all(), phrases::TEXTURES, Meaning::Texture);
        out.add_words(
            Application::all(),
            phrases::APPLICATIONS,
            Meaning::Application,
        );
        for (name, colour) in colours {
            out.add(&name, Meaning::Colour(colour), Certainty::Exact);
        }
        for (rating, forms) in phrases::SLIP {
            for form in phrases::forms(forms) {
                out.add(form, Meaning::Slip(*rating), Certainty::Synonym);
            }
        }
        for (class, forms) in phrases::FIRE {
            if let Ok(class) = FireClass::parse(class) {
                for form in phrases::forms(forms) {
                    out.add(form, Meaning::Fire(class), Certainty::Synonym);
                }
            }
        }
        out
    }

    /// The words that steer. They come first, so that no name of a material takes their place.
    fn add_grammar(&mut self) {
        let lists: [(&str, Meaning); 10] = [
            (phrases::OF_THE_PICTURE, Meaning::Stop),
            (phrases::LOOK_BEFORE, Meaning::LookBefore),
            (phrases::LOOK_AFTER, Meaning::LookAfter),
            (phrases::WITHOUT, Meaning::Not { through_and: true }),
            (phrases::NOT, Meaning::Not { through_and: false }),
            ("and, und, et", Meaning::And),
            ("or, nor", Meaning::Or),
            (
                "in, of, from, made of, made from, made out of, out of",
                Meaning::Link,
            ),
            (phrases::SKIP, Meaning::Skip),
            (phrases::STOP, Meaning::Stop),
        ];
        for (list, meaning) in lists {
            for form in phrases::forms(list) {
                self.insert(form, meaning, Certainty::Exact);
            }
        }
        self.insert("free", Meaning::Free, Certainty::Exact);
        for form in ["coloured", "colour", "colours", "toned", "hue"] {
            self.insert(form, Meaning::Coloured, Certainty::Exact);
        }
        for (form, pattern) in [
            ("veinless", Pattern::Veined),
            ("unveined", Pattern::Veined),
            ("unspeckled", Pattern::Speckled),
        ] {
            self.insert(form, Meaning::Lacks(pattern), Certainty::Synonym);
        }
        for (shade, forms) in Shade::FORMS {
            for form in phrases::forms(forms) {
                self.insert(form, Meaning::Shade(*shade), Certainty::Exact);
            }
        }
        for &term in BasicColour::all() {
            for form in tints(term.as_str()) {
                self.insert(&form, Meaning::Tint(Named::typical(term)), Certainty::Exact);
            }
        }
    }

    fn add_kinds(&mut self, colours: &[(String, Named)]) {
        let colour = |name: &str| colours.iter().find(|(n, _)| *n == name).map(|(_, c)| *c);
        let meaning = |category: Category, form: &str| {
            let form = form.replace('-', " ");
            if matches!(form.as_str(), "tile" | "tiles") {
                Meaning::Tile(category)
            } else {
                Meaning::Kind(category, colour(&fold(&form)))
            }
        };
        // In two rounds, so that a label is never taken for a synonym of another kind.
        for category in Category::all() {
            let last = category.as_str().rsplit('/').next().unwrap_or_default();
            for form in [last, category.label()] {
                // “paper” means the kind above all papers, as it does when a category is parsed.
                if let Ok(read) = Category::parse(form) {
                    self.add(form, meaning(read, form), Certainty::Exact);
                }
            }
        }
        for category in Category::all() {
            for form in category.synonyms() {
                if let Ok(read) = Category::parse(form) {
                    self.add(form, meaning(read, form), Certainty::Synonym);
                }
            }
        }
        for (path, forms) in phrases::CATEGORIES {
            if let Ok(category) = Category::parse(path) {
                for form in phrases::forms(forms) {
                    self.add(form, meaning(category, form), Certainty::Synonym);
                }
            }
        }
    }

    fn add_words<W: Word>(
        &mut self,
        all: &[W],
        others: &[(W, &'static str)],
        meaning: impl Fn(W) -> Meaning,
    ) {
        for &word in all {
            for form in [word.as_str(), word.label()] {
                self.add(form, meaning(word), Certainty::Exact);
            }
        }
        for &word in all {
            for form in word.synonyms() {
                self.add(form, meaning(word), Certainty::Synonym);
            }
        }
        for (word, forms) in others {
            for form in phrases::forms(forms) {
                self.add(form, meaning(*word), Certainty::Synonym);
            }
        }
    }

    /// Adds a form of the vocabulary.
    fn add(&mut self, form: &str, meaning: Meaning, certainty: Certainty) {
        if phrases::forms(phrases::LEFT_OUT).any(|out| out == form) {
            return;
        }
        self.insert(form, meaning, certainty);
        for word in words_of(form) {
            self.words.insert(word);
        }
    }

    /// The first meaning of a form stays.
    fn insert(&mut self, form: &str, meaning: Meaning, certainty: Certainty) {
        let words: Vec<String> = words_of(form).collect();
        debug_assert!(words.len() <= MAX_WORDS, "{form}");
        let key = words.concat();
        let weak = phrases::forms(phrases::WEAK).any(|weak| weak == key);
        self.forms.entry(key).or_insert(Entry {
            meaning,
            certainty,
            weak,
        });
    }
}

/// The folded words of a form.
pub(super) fn words_of(form: &str) -> impl Iterator<Item = String> {
    form.split([' ', '-', '/'])
        .filter(|w| !w.is_empty())
        .map(fold)
}

/// What a word may be the plural of.
pub(super) fn singulars(word: &str) -> impl Iterator<Item = String> {
    let cut = |ending: &str, put: &str| {
        word.strip_suffix(ending)
            .filter(|stem| stem.len() >= 3 && !stem.ends_with('s'))
            .map(|stem| format!("{stem}{put}"))
    };
    [cut("s", ""), cut("es", ""), cut("ies", "y")]
        .into_iter()
        .flatten()
}

/// Whether it names something, rather than steer the reading.
fn is_of_vocabulary(meaning: Meaning) -> bool {
    use Meaning::*;
    matches!(
        meaning,
        Kind(..) | Tile(_) | Finish(_) | Texture(_) | Pattern(_) | Application(_) | Colour(_)
    )
}
