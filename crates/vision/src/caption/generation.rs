//! How a caption is looked for, as `generation_config.json` says.

use serde::Deserialize;

/// The most tokens of a caption.
const MOST_TOKENS: usize = 512;
/// The most beams.
const MOST_BEAMS: usize = 16;
/// New tokens where the file does not say, as Hugging Face's `transformers` has it.
const NEW_TOKENS: usize = 20;

/// When a search with several beams stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EarlyStopping {
    /// When no running beam is likely to become better than the finished ones.
    #[default]
    Heuristic,
    /// As soon as there are as many finished captions as beams.
    Full,
    /// When no running beam can become better than the finished ones.
    Never,
}

/// The settings of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Generation {
    /// The most tokens, those of the prompt included.
    pub max_length: Option<usize>,
    /// The most tokens after the prompt; wins over `max_length`.
    pub max_new_tokens: Option<usize>,
    /// The least tokens, those of the prompt included.
    pub min_length: usize,
    /// 1 searches greedily.
    pub beams: usize,
    /// Exponent of the length by which a score is divided: above 0 favours long captions.
    pub length_penalty: f32,
    /// When to stop.
    pub early_stopping: EarlyStopping,
    /// Above 1 makes tokens that were said less likely.
    pub repetition_penalty: f32,
    /// No run of so many tokens is said twice; 0 allows any.
    pub no_repeat_ngram: usize,
}

impl Default for Generation {
    fn default() -> Self {
        Self {
            max_length: None,
            max_new_tokens: None,
            min_length: 0,
            beams: 1,
            length_penalty: 1.0,
            early_stopping: EarlyStopping::default(),
            repetition_penalty: 1.0,
            no_repeat_ngram: 0,
        }
    }
}

#[derive(Deserialize)]
struct Raw {
    max_length: Option<usize>,
    max_new_tokens: Option<usize>,
    min_length: Option<usize>,
    num_beams: Option<usize>,
    length_penalty: Option<f32>,
    early_stopping: Option<RawStopping>,
    repetition_penalty: Option<f32>,
    no_repeat_ngram_size: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawStopping {
    Flag(bool),
    Word(String),
}

impl Generation {
    /// Reads a `generation_config.json`. What says nothing of interest is passed over: sampling is
    /// never done, so that a picture always gets the same caption. An error says what is wrong.
    pub(crate) fn parse(json: &[u8]) -> Result<Self, String> {
        let raw: Raw = serde_json::from_slice(json).map_err(|e| e.to_string())?;
        let defaults = Self::default();
        let out = Self {
            max_length: raw.max_length,
            max_new_tokens: raw.max_new_tokens,
            min_length: raw.min_length.unwrap_or(defaults.min_length),
            beams: raw.num_beams.unwrap_or(defaults.beams),
            length_penalty: raw.length_penalty.unwrap_or(defaults.length_penalty),
            early_stopping: match raw.early_stopping {
                None | Some(RawStopping::Flag(false)) => EarlyStopping::Heuristic,
                Some(RawStopping::Flag(true)) => EarlyStopping::Full,
                Some(RawStopping::Word(word)) if word == "never" => EarlyStopping::Never,
                Some(RawStopping::Word(word)) => {
                    return Err(format!("`early_stopping` “{word}” is not supported"));
                }
            },
            repetition_penalty: raw
                .repetition_penalty
                .unwrap_or(defaults.repetition_penalty),
            no_repeat_ngram: raw.no_repeat_ngram_size.unwrap_or(defaults.no_repeat_ngram),
        };
        out.check()?;
        Ok(out)
    }

    /// Says what makes no sense.
    pub(crate) fn check(&self) -> Result<(), String> {
        let tokens = [self.max_length, self.max_new_tokens];
        if tokens
            .iter()
            .flatten()
            .any(|t| !(1..=MOST_TOKENS).contains(t))
            || self.min_length > MOST_TOKENS
        {
            return Err(format!("captions have 1 to {MOST_TOKENS} tokens"));
        }
        if !(1..=MOST_BEAMS).contains(&self.beams) {
            return Err(format!("`num_beams` is 1 to {MOST_BEAMS}"));
        }
        if !self.length_penalty.is_finite() || self.length_penalty.abs() > 10.0 {
            return Err("`length_penalty` is −10 to 10".to_owned());
        }
        if !(self.repetition_penalty > 0.0 && self.repetition_penalty <= 10.0) {
            return Err("`repetition_penalty` is above 0 and at most 10".to_owned());
        }
        Ok(())
    }

    /// The most tokens after a prompt of so many, for a model that has `positions`.
    pub(crate) fn longest(&self, prompt: usize, positions: usize) -> usize {
        let asked = match (self.max_new_tokens, self.max_length) {
            (Some(new), _) => prompt + new,
            (None, Some(all)) => all,
            (None, None) => prompt + NEW_TOKENS,
        };
        asked.min(positions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_counts_and_passes_over_the_rest() {
        let json = br#"{"_from_model_config": true, "bos_token_id": 30522, "num_beams": 3, "max_length": 30,
            "min_length": 5, "early_stopping": "never", "length_penalty": -1, "repetition_penalty": 1.1}"#;
        let read = Generation::parse(json).expect("reads");
        assert_eq!((read.beams, read.min_length), (3, 5));
        assert_eq!(read.early_stopping, EarlyStopping::Never);
        assert_eq!(read.longest(1, 512), 30);
        assert_eq!(
            Generation::parse(b"{}").expect("reads"),
            Generation::default()
        );
        assert_eq!(Generation::default().longest(4, 512), 24);
        assert_eq!(Generation::default().longest(4, 10), 10);
    }

    #[test]
    fn nonsense_is_named() {
        for (json, word) in [
            (r#"{"num_beams": 0}"#, "num_beams"),
            (r#"{"num_beams": 1000}"#, "num_beams"),
            (r#"{"max_length": 100000}"#, "tokens"),
            (r#"{"max_new_tokens": 0}"#, "tokens"),
            (r#"{"repetition_penalty": 0}"#, "repetition_penalty"),
            (r#"{"length_penalty": 1e9}"#, "length_penalty"),
            (r#"{"early_stopping": "soon"}"#, "soon"),
            (r#"{"num_beams": -1}"#, "invalid"),
            ("[]", "invalid"),
        ] {
            let error = Generation::parse(json.as_bytes()).expect_err(json);
            assert!(error.contains(word), "{json}: {error}");
        }
    }
}
