//! From words to the numbers of tokens, as the model's `tokenizer.json` says.

use tokenizers::{PaddingDirection, PaddingParams, PaddingStrategy, Tokenizer, TruncationParams};

use super::{
    ClipError,
    folder::{Clean, TextSettings},
    network::Row,
};

/// Characters that are looked at. No model reads more than a few hundred of them.
const MOST_CHARACTERS: usize = 4096;

/// Cuts words into tokens.
pub(crate) struct Tokeniser {
    inner: Tokenizer,
    clean: Clean,
}

impl Tokeniser {
    /// Tokens of a text, if the tokenizer's own file says.
    pub fn length(inner: &Tokenizer) -> Option<usize> {
        let padding = inner.get_padding().and_then(|p| match p.strategy {
            PaddingStrategy::Fixed(length) => Some(length),
            PaddingStrategy::BatchLongest => None,
        });
        padding.or_else(|| inner.get_truncation().map(|t| t.max_length))
    }

    /// Reads the tokenizer's file.
    pub fn read(settings: &TextSettings) -> Result<Tokenizer, ClipError> {
        Tokenizer::from_bytes(&settings.tokenizer).map_err(|e| unusable(settings, e.to_string()))
    }

    /// Makes every text `length` tokens long: longer ones are cut so that the tokens that mark the
    /// end stay, shorter ones are filled up.
    pub fn new(
        mut inner: Tokenizer,
        settings: &TextSettings,
        length: usize,
    ) -> Result<Self, ClipError> {
        let padding = padding(&inner, settings, length)?;
        inner
            .with_padding(Some(padding))
            .with_truncation(Some(TruncationParams {
                max_length: length,
                ..TruncationParams::default()
            }))
            .map_err(|e| unusable(settings, e.to_string()))?;
        let tokeniser = Self {
            inner,
            clean: settings.clean,
        };
        // A text of `length` tokens cannot hold fewer tokens than mark its ends; better now than at
        // the first question.
        match tokeniser.encode("") {
            Ok(Row::Text { ids, .. }) if ids.len() == length => Ok(tokeniser),
            Ok(_) => Err(unusable(
                settings,
                format!("it cannot make texts of {length} tokens"),
            )),
            Err(detail) => Err(unusable(settings, detail)),
        }
    }

    /// The tokens of one text.
    pub fn encode(&self, words: &str) -> Result<Row, String> {
        let words = clean(words, self.clean);
        let encoding = self
            .inner
            .encode_fast(words, true)
            .map_err(|e| e.to_string())?;
        Ok(Row::Text {
            ids: encoding.get_ids().iter().map(|id| i64::from(*id)).collect(),
            mask: encoding
                .get_attention_mask()
                .iter()
                .map(|m| i64::from(*m))
                .collect(),
        })
    }
}

/// What fills up: as the tokenizer's file says, else the token that `tokenizer_config.json` names,
/// else the number in `config.json`.
fn padding(
    inner: &Tokenizer,
    settings: &TextSettings,
    length: usize,
) -> Result<PaddingParams, ClipError> {
    let strategy = PaddingStrategy::Fixed(length);
    if let Some(configured) = inner.get_padding() {
        return Ok(PaddingParams {
            strategy,
            pad_to_multiple_of: None,
            ..configured.clone()
        });
    }
    let (pad_id, pad_token) = match (&settings.pad_token, settings.pad_id) {
        (Some(token), _) => {
            let id = inner.token_to_id(token).ok_or_else(|| {
                let detail = format!("it does not know “{token}”, which should fill up texts");
                unusable(settings, detail)
            })?;
            (id, token.clone())
        }
        (None, Some(id)) => (id, inner.id_to_token(id).unwrap_or_default()),
        (None, None) => {
            let detail = "neither it nor tokenizer_config.json says which token fills up texts";
            return Err(unusable(settings, detail.to_owned()));
        }
    };
    Ok(PaddingParams {
        strategy,
        direction: PaddingDirection::Right,
        pad_to_multiple_of: None,
        pad_id,
        pad_type_id: 0,
        pad_token,
    })
}

fn unusable(settings: &TextSettings, detail: String) -> ClipError {
    ClipError::Settings {
        file: settings.tokenizer_file.clone(),
        detail,
    }
}

/// What open_clip does to words before it cuts them into tokens.
fn clean(words: &str, how: Clean) -> String {
    let words: String = words.chars().take(MOST_CHARACTERS).collect();
    let words = match how {
        Clean::Whitespace => words,
        Clean::Lower => words.to_lowercase(),
        Clean::Canonicalise => words
            .replace('_', " ")
            .replace(|c: char| c.is_ascii_punctuation(), "")
            .to_lowercase(),
    };
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
