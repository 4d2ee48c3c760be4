//! From tokens to words: BERT's word pieces put together, with how sure the model was of each.

use std::ops::Range;

use tokenizers::Tokenizer;

use super::{CaptionError, folder::CaptionFolder, search::Tokens};
use crate::clip::ClipError;

/// Characters of a prompt that are looked at.
const MOST_CHARACTERS: usize = 300;

/// A word of a caption.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    /// Its bytes in the caption.
    pub span: Range<usize>,
    /// How likely the model found it after the words before, 0 to 1; 1 for words of the prompt.
    pub probability: f32,
}

/// The model's tokens.
pub(super) struct Vocabulary {
    tokenizer: Tokenizer,
    begin: u32,
}

impl Vocabulary {
    /// Reads a folder's `tokenizer.json`.
    pub fn read(folder: &CaptionFolder) -> Result<Self, CaptionError> {
        let mut tokenizer = Tokenizer::from_bytes(&folder.tokenizer)
            .map_err(|e| unusable(folder, e.to_string()))?;
        tokenizer.with_padding(None);
        tokenizer
            .with_truncation(None)
            .map_err(|e| unusable(folder, e.to_string()))?;
        let begin = folder.tokens.bos_token_id;
        let last = folder.tokens.sep_token_id;
        if tokenizer.id_to_token(last).is_none() {
            let detail = format!("it does not know the token {last} that ends a caption");
            return Err(unusable(folder, detail));
        }
        Ok(Self { tokenizer, begin })
    }

    /// The tokens a caption begins with: the model's own, then those of the prompt.
    pub fn prompt(&self, words: &str) -> Result<Vec<u32>, String> {
        let words: String = words.chars().take(MOST_CHARACTERS).collect();
        let encoding = self
            .tokenizer
            .encode(words, false)
            .map_err(|e| e.to_string())?;
        let mut ids = vec![self.begin];
        ids.extend(encoding.get_ids());
        Ok(ids)
    }

    /// The caption that tokens stand for; the first `given` of them are the prompt's.
    pub fn say(&self, tokens: &Tokens, given: usize) -> (String, Vec<Word>) {
        let known = self.tokenizer.get_added_vocabulary();
        let mut text = String::new();
        let mut words: Vec<Word> = Vec::new();
        for (place, &id) in tokens.ids.iter().enumerate() {
            // What the tokenizer does not know, or what marks an end, is not said.
            let Some(piece) = self.tokenizer.id_to_token(id) else {
                continue;
            };
            if known.is_special_token(&piece) || id == self.begin {
                continue;
            }
            let probability = match place.checked_sub(given) {
                None => 1.0,
                Some(place) => tokens.probabilities.get(place).copied().unwrap_or(0.0),
            };
            let (piece, goes_on) = match piece.strip_prefix("##") {
                Some(rest) if !words.is_empty() => (rest, true),
                _ => (piece.as_str(), false),
            };
            if goes_on || is_tied(&text, piece) {
                text.push_str(piece);
            } else {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(piece);
            }
            match words.last_mut().filter(|_| goes_on) {
                Some(word) => {
                    word.span.end = text.len();
                    word.probability *= probability;
                }
                None => words.push(Word {
                    span: text.len() - piece.len()..text.len(),
                    probability,
                }),
            }
        }
        (text, words)
    }
}

/// Whether no space stands between a text and the piece after it: stops and commas, and the two
/// sides of a hyphen or an apostrophe.
fn is_tied(text: &str, piece: &str) -> bool {
    let joint = |c: char| matches!(c, '-' | '\'' | '’' | '/');
    matches!(piece, "." | "," | ";" | ":" | "!" | "?")
        || piece.chars().all(joint)
        || text.ends_with(joint)
}

fn unusable(folder: &CaptionFolder, detail: String) -> CaptionError {
    CaptionError::Setup(ClipError::Settings {
        file: folder.tokenizer_file.clone(),
        detail,
    })
}
