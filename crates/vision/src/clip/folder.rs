//! A model folder: which files there are and what they say.
//!
//! The layout is that of published CLIP repositories in ONNX:
//!
//! ```text
//! ViT-B-32__laion2b-s34b-b79k/
//!   config.json                    open_clip's description: width of the embedding, of the text
//!   visual/model.onnx              the image tower; visual/preprocess_cfg.json beside it
//!   textual/model.onnx             the text tower; textual/tokenizer.json, tokenizer_config.json
//! ```
//!
//! Settings may also lie at the folder's root, and the networks may be named `visual.onnx` and
//! `textual.onnx`. A model without a text tower is a model that knows no words.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{ClipError, Preprocess};
use crate::{Model, models::Precision};

/// Settings files are a few kilobytes.
const SETTINGS_BYTES: u64 = 1 << 20;
/// The largest tokenizer published with a CLIP model has 34 MB.
const TOKENIZER_BYTES: u64 = 128 << 20;
/// The widest embedding and the longest text any published model has, with room to spare.
const MOST_DIMS: u32 = 8192;
const MOST_TOKENS: usize = 2048;

/// Names of a tower's network; the first that is there is taken.
fn files(precision: Precision, tower: &str) -> Vec<String> {
    let flat = match precision {
        Precision::F32 => format!("{tower}.onnx"),
        Precision::Int8 => format!("{tower}.int8.onnx"),
    };
    let names = precision.file_names().iter();
    names
        .map(|name| format!("{tower}/{name}"))
        .chain([flat])
        .collect()
}

/// What is done to words before they are cut into tokens; open_clip's `clean`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Clean {
    /// Runs of white space become one space.
    #[default]
    Whitespace,
    /// That, and lower case.
    Lower,
    /// That, and no punctuation.
    Canonicalise,
}

/// The text tower's settings.
#[derive(Debug, Clone)]
pub(crate) struct TextSettings {
    /// Where `tokenizer.json` is.
    pub tokenizer_file: PathBuf,
    /// What it says.
    pub tokenizer: Vec<u8>,
    /// The token that fills up, if `tokenizer_config.json` says.
    pub pad_token: Option<String>,
    /// Its number, if `config.json` says.
    pub pad_id: Option<u32>,
    /// Tokens of a text, if `config.json` says.
    pub context_length: Option<usize>,
    /// What is done to words first.
    pub clean: Clean,
}

/// A CLIP model on disk whose settings have been read and make sense. The networks themselves are
/// opened when they are first needed.
#[derive(Debug, Clone)]
pub struct ClipFolder {
    folder: PathBuf,
    name: String,
    dims: u32,
    preprocess: Preprocess,
    text: Option<TextSettings>,
}

/// The part of open_clip's `config.json` that running a model needs.
#[derive(Deserialize)]
struct RawConfig {
    embed_dim: u32,
    #[serde(default)]
    text_cfg: Option<RawText>,
}

#[derive(Deserialize, Default)]
struct RawText {
    context_length: Option<usize>,
    pad_id: Option<u32>,
    tokenizer_kwargs: Option<RawTokenizer>,
}

#[derive(Deserialize)]
struct RawTokenizer {
    clean: Option<String>,
}

/// `tokenizer_config.json` writes a token as text or as an object.
#[derive(Deserialize)]
struct RawTokenizerConfig {
    pad_token: Option<RawToken>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawToken {
    Text(String),
    Object { content: String },
}

impl ClipFolder {
    /// Reads a model folder's settings.
    ///
    /// # Errors
    /// Says which file is missing, unreadable or senseless. The networks are not opened yet.
    pub fn open(path: &Path) -> Result<Self, ClipError> {
        if !path.is_dir() {
            return Err(ClipError::NoFolder(path.to_owned()));
        }
        // `models/x/.` and links are named as what they are.
        let folder = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = folder
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .ok_or_else(|| ClipError::NoFolder(path.to_owned()))?;
        let (file, bytes) = require(&folder, &["config.json"], SETTINGS_BYTES)?;
        let config = parse_config(&bytes).map_err(|detail| settings(&file, detail))?;
        let dims = config.embed_dim;
        if !(1..=MOST_DIMS).contains(&dims) {
            let detail = format!("`embed_dim` is {dims}, but it is 1 to {MOST_DIMS}");
            return Err(settings(&file, detail));
        }
        let names = ["visual/preprocess_cfg.json", "preprocess_cfg.json"];
        let (preprocess_file, bytes) = require(&folder, &names, SETTINGS_BYTES)?;
        let preprocess = Preprocess::parse(&bytes).map_err(|d| settings(&preprocess_file, d))?;
        let has_text = folder.join("textual").is_dir() || folder.join("textual.onnx").is_file();
        let text = if has_text {
            Some(read_text(
                &folder,
                &file,
                config.text_cfg.unwrap_or_default(),
            )?)
        } else {
            None
        };
        Ok(Self {
            folder,
            name,
            dims,
            preprocess,
            text,
        })
    }

    /// How vectors of this model are named in the library: the folder's name, and the precision
    /// where it is not the published one, because such vectors differ.
    #[must_use]
    pub fn model(&self, precision: Precision) -> Model {
        let name = match precision {
            Precision::F32 => self.name.clone(),
            Precision::Int8 => format!("{}/int8", self.name),
        };
        Model {
            name,
            dims: self.dims,
        }
    }

    /// Steps from a picture to the image tower's input.
    #[must_use]
    pub fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// Whether there is a text tower.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.text.is_some()
    }

    pub(crate) fn text(&self) -> Option<&TextSettings> {
        self.text.as_ref()
    }

    /// The image tower's network.
    ///
    /// # Errors
    /// [`ClipError::Missing`] if there is none of this precision.
    pub fn visual(&self, precision: Precision) -> Result<PathBuf, ClipError> {
        self.network(precision, "visual")
    }

    /// The text tower's network.
    ///
    /// # Errors
    /// [`ClipError::Missing`] if there is none of this precision.
    pub fn textual(&self, precision: Precision) -> Result<PathBuf, ClipError> {
        self.network(precision, "textual")
    }

    fn network(&self, precision: Precision, tower: &str) -> Result<PathBuf, ClipError> {
        let names = files(precision, tower);
        names
            .iter()
            .map(|name| self.folder.join(name))
            .find(|file| file.is_file())
            .ok_or_else(|| ClipError::Missing {
                folder: self.folder.clone(),
                names,
            })
    }
}

fn read_text(folder: &Path, config_file: &Path, raw: RawText) -> Result<TextSettings, ClipError> {
    let names = ["textual/tokenizer.json", "tokenizer.json"];
    let (tokenizer_file, tokenizer) = require(folder, &names, TOKENIZER_BYTES)?;
    let names = ["textual/tokenizer_config.json", "tokenizer_config.json"];
    let pad_token = match find(folder, &names) {
        None => None,
        Some(file) => {
            let bytes = read(&file, SETTINGS_BYTES)?;
            let raw: RawTokenizerConfig =
                serde_json::from_slice(&bytes).map_err(|e| settings(&file, e.to_string()))?;
            raw.pad_token.map(|token| match token {
                RawToken::Text(content) | RawToken::Object { content } => content,
            })
        }
    };
    if let Some(length) = raw.context_length
        && !(1..=MOST_TOKENS).contains(&length)
    {
        let detail = format!("`context_length` is {length}, but it is 1 to {MOST_TOKENS}");
        return Err(settings(config_file, detail));
    }
    let clean = match raw.tokenizer_kwargs.and_then(|k| k.clean).as_deref() {
        None | Some("whitespace") => Clean::Whitespace,
        Some("lower") => Clean::Lower,
        Some("canonicalize") => Clean::Canonicalise,
        Some(other) => {
            let detail = format!("`clean` “{other}” is not supported");
            return Err(settings(config_file, detail));
        }
    };
    Ok(TextSettings {
        tokenizer_file,
        tokenizer,
        pad_token,
        pad_id: raw.pad_id,
        context_length: raw.context_length,
        clean,
    })
}

/// Some repositories wrap the description in `model_cfg`.
fn parse_config(bytes: &[u8]) -> Result<RawConfig, String> {
    let mut value: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| e.to_string())?;
    let inner = value.get_mut("model_cfg").map(serde_json::Value::take);
    serde_json::from_value(inner.unwrap_or(value)).map_err(|e| e.to_string())
}

fn settings(file: &Path, detail: String) -> ClipError {
    ClipError::Settings {
        file: file.to_owned(),
        detail,
    }
}

pub(crate) fn find(folder: &Path, names: &[&str]) -> Option<PathBuf> {
    names
        .iter()
        .map(|name| folder.join(name))
        .find(|file| file.is_file())
}

pub(crate) fn require(
    folder: &Path,
    names: &[&str],
    most: u64,
) -> Result<(PathBuf, Vec<u8>), ClipError> {
    let file = find(folder, names).ok_or_else(|| ClipError::Missing {
        folder: folder.to_owned(),
        names: names.iter().map(|&n| n.to_owned()).collect(),
    })?;
    let bytes = read(&file, most)?;
    Ok((file, bytes))
}

pub(crate) fn read(file: &Path, most: u64) -> Result<Vec<u8>, ClipError> {
    let unreadable = |detail: String| ClipError::Unreadable {
        file: file.to_owned(),
        detail,
    };
    let mut bytes = Vec::new();
    fs::File::open(file)
        .and_then(|f| f.take(most + 1).read_to_end(&mut bytes))
        .map_err(|e| unreadable(e.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(unreadable(format!(
            "it has more than {most} bytes, which no such file has"
        )));
    }
    Ok(bytes)
}
