//! Which words of a text a material has, for its reason. How near it is by words the database says;
//! this is only worked out for the hits of a page.

use material::{MaterialCard, Properties, Word};

/// Words that carry no meaning in a search for a material.
const STOP: &[&str] = &[
    "a", "an", "and", "at", "by", "for", "from", "in", "is", "it", "like", "of", "on", "or", "the",
    "to", "with",
];

/// A text as the words that count: each stemmed, and as it was written.
pub struct Terms(Vec<(String, String)>);

/// Lower case, accents of Latin letters away, plural endings away: light stemming that makes
/// “stripes” meet “striped”.
fn stem(word: &str) -> String {
    let mut out: String = word
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            'ç' => 'c',
            'è' | 'é' | 'ê' | 'ë' => 'e',
            'ì' | 'í' | 'î' | 'ï' => 'i',
            'ñ' => 'n',
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
            'ù' | 'ú' | 'û' | 'ü' => 'u',
            c => c,
        })
        .collect();
    if out == "gray" {
        out = "grey".to_owned();
    }
    for ending in ["ings", "ing", "ies", "ed", "es", "s", "e", "y"] {
        if let Some(stem) = out.strip_suffix(ending)
            && stem.chars().count() >= 3
        {
            return stem.to_owned();
        }
    }
    out
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
}

impl Terms {
    /// Reads a search text.
    pub fn of(text: &str) -> Self {
        let mut terms: Vec<(String, String)> = Vec::new();
        for word in split(text) {
            if STOP.contains(&word.to_lowercase().as_str()) {
                continue;
            }
            let stem = stem(word);
            if terms.iter().all(|(known, _)| *known != stem) {
                terms.push((stem, word.to_lowercase()));
            }
        }
        Self(terms)
    }

    /// Whether there is no word that counts.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words that the material has, as they were written.
    pub fn matched(
        &self,
        card: &MaterialCard,
        properties: &Properties,
        description: &str,
    ) -> Vec<String> {
        let mut text = vec![card.name.to_string(), description.to_owned()];
        text.extend(card.maker.as_ref().map(ToString::to_string));
        if let Some(kind) = card.category {
            for kind in [kind, kind.top()] {
                text.push(kind.label().to_owned());
                text.extend(kind.synonyms().iter().map(ToString::to_string));
            }
        }
        fn word<W: Word>(text: &mut Vec<String>, word: Option<W>) {
            if let Some(word) = word {
                text.push(word.label().to_owned());
                text.extend(word.synonyms().iter().map(ToString::to_string));
            }
        }
        word(&mut text, properties.finish);
        word(&mut text, properties.pattern);
        word(&mut text, properties.texture);
        for application in &properties.applications {
            word(&mut text, Some(*application));
        }
        for colour in properties.colours.iter().filter(|c| c.share >= 0.08) {
            word(&mut text, Some(material::BasicColour::of(colour.lab)));
            text.push(material::trade_name(colour.lab).to_owned());
        }
        for spec in &properties.specs {
            text.push(format!("{} {}", spec.name, spec.value));
        }
        let stems: std::collections::HashSet<String> =
            text.iter().flat_map(|t| split(t)).map(stem).collect();
        self.0
            .iter()
            .filter(|(term, _)| {
                stems.contains(term)
                    || (term.chars().count() >= 4
                        && stems.iter().any(|s| s.starts_with(term.as_str())))
            })
            .map(|(_, word)| word.clone())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Category, Finish, Name, Pattern, Slug};

    fn oak() -> (MaterialCard, Properties) {
        let properties = Properties {
            category: Category::parse("oak").ok(),
            finish: Some(Finish::Oiled),
            pattern: Some(Pattern::Striped),
            ..Properties::default()
        };
        let card = MaterialCard {
            slug: Slug::parse("skane-oak").expect("a slug"),
            name: Name::parse("Skåne Plank").expect("a name"),
            maker: None,
            category: properties.category,
            finish: properties.finish,
            pattern: properties.pattern,
            texture: None,
            price: None,
            colours: Vec::new(),
            swatches: Vec::new(),
        };
        (card, properties)
    }

    fn covered(text: &str) -> f32 {
        let (card, properties) = oak();
        let terms = Terms::of(text);
        terms.matched(&card, &properties, "").len() as f32 / terms.0.len() as f32
    }

    #[test]
    fn words_meet_plurals_accents_synonyms_and_parents() {
        assert_eq!(covered("oak"), 1.0);
        assert_eq!(covered("skane planks"), 1.0);
        assert_eq!(covered("wooden stripes, waxed"), 1.0);
        assert_eq!(covered("oak for the velvet"), 0.5);
        assert_eq!(covered("marble"), 0.0);
    }

    #[test]
    fn what_was_found_is_quoted_as_it_was_written() {
        let (card, properties) = oak();
        let found = Terms::of("Stripes, oak").matched(&card, &properties, "");
        assert_eq!(found, ["stripes", "oak"]);
    }

    #[test]
    fn a_text_of_little_words_asks_for_nothing() {
        assert!(Terms::of("in the of").is_empty());
        assert!(Terms::of("!!! ---").is_empty());
    }
}
