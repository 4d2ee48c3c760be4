//! A captioner's folder: which files there are and what they say.
//!
//! ```text
//! blip-image-captioning-base/
//!   config.json                 text_config: the tokens that begin and end a caption
//!   generation_config.json      how to search; may be missing
//!   preprocessor_config.json    size and normalisation of pictures
//!   tokenizer.json
//!   vision_model.onnx           pixel_values → last_hidden_state; may lie in onnx/
//!   text_decoder_model.onnx     input_ids, attention_mask, encoder_hidden_states,
//!                               encoder_attention_mask → logits
//! ```

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{CaptionError, Generation};
use crate::clip::{
    ClipError, Precision, Preprocess,
    folder::{find, read, require},
};

const SETTINGS_BYTES: u64 = 1 << 20;
const TOKENIZER_BYTES: u64 = 16 << 20;
/// The most positions a text model has.
const MOST_POSITIONS: usize = 4096;

/// A captioner on disk whose settings have been read and make sense. Its networks are opened when
/// they are first needed.
#[derive(Debug, Clone)]
pub struct CaptionFolder {
    folder: PathBuf,
    name: String,
    preprocess: Preprocess,
    pub(crate) generation: Generation,
    pub(super) tokenizer_file: PathBuf,
    pub(super) tokenizer: Vec<u8>,
    pub(super) tokens: TextConfig,
}

/// The part of `config.json` that captions need. Numbers that are not written are BLIP's.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default)]
pub(super) struct TextConfig {
    /// Begins a caption.
    pub bos_token_id: u32,
    /// Ends a caption.
    pub sep_token_id: u32,
    /// The most tokens the model takes.
    pub max_position_embeddings: usize,
    /// How many tokens there are.
    pub vocab_size: usize,
}

impl Default for TextConfig {
    fn default() -> Self {
        Self {
            bos_token_id: 30_522,
            sep_token_id: 102,
            max_position_embeddings: 512,
            vocab_size: 30_524,
        }
    }
}

#[derive(Deserialize)]
struct RawConfig {
    model_type: Option<String>,
    #[serde(default)]
    text_config: TextConfig,
}

/// `preprocessor_config.json` as it is written.
#[derive(Deserialize)]
struct RawPreprocess {
    size: RawSize,
    image_mean: Vec<f32>,
    image_std: Vec<f32>,
    resample: Option<u8>,
    rescale_factor: Option<f64>,
    do_resize: Option<bool>,
    do_rescale: Option<bool>,
    do_normalize: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawSize {
    Side(u32),
    Sides { height: u32, width: u32 },
}

impl CaptionFolder {
    /// Reads a captioner's settings.
    ///
    /// # Errors
    /// Says which file is missing, unreadable or senseless. The networks are not opened yet.
    pub fn open(path: &Path) -> Result<Self, CaptionError> {
        if !path.is_dir() {
            return Err(ClipError::NoFolder(path.to_owned()).into());
        }
        // `models/x/.` and links are named as what they are.
        let folder = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let name = folder
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .ok_or_else(|| ClipError::NoFolder(path.to_owned()))?;
        let (file, bytes) = require(&folder, &["config.json"], SETTINGS_BYTES)?;
        let tokens = parse_config(&bytes).map_err(|detail| settings(&file, detail))?;
        let (file, bytes) = require(&folder, &["preprocessor_config.json"], SETTINGS_BYTES)?;
        let preprocess = parse_preprocess(&bytes).map_err(|detail| settings(&file, detail))?;
        let generation = match find(&folder, &["generation_config.json"]) {
            None => Generation::default(),
            Some(file) => Generation::parse(&read(&file, SETTINGS_BYTES)?)
                .map_err(|detail| settings(&file, detail))?,
        };
        let (tokenizer_file, tokenizer) = require(&folder, &["tokenizer.json"], TOKENIZER_BYTES)?;
        Ok(Self {
            folder,
            name,
            preprocess,
            generation,
            tokenizer_file,
            tokenizer,
            tokens,
        })
    }

    /// The folder's name, which is the model's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Steps from a picture to the vision network's input.
    #[must_use]
    pub fn preprocess(&self) -> &Preprocess {
        &self.preprocess
    }

    /// The network that looks.
    ///
    /// # Errors
    /// [`ClipError::Missing`] if there is none of this precision.
    pub fn vision(&self, precision: Precision) -> Result<PathBuf, CaptionError> {
        self.network(precision, &["vision_model", "encoder_model"])
    }

    /// The network that speaks.
    ///
    /// # Errors
    /// [`ClipError::Missing`] if there is none of this precision.
    pub fn decoder(&self, precision: Precision) -> Result<PathBuf, CaptionError> {
        self.network(precision, &["text_decoder_model", "decoder_model"])
    }

    fn network(&self, precision: Precision, stems: &[&str]) -> Result<PathBuf, CaptionError> {
        let endings: &[&str] = match precision {
            Precision::F32 => &[""],
            Precision::Int8 => &["_quantized", "_int8"],
        };
        let names: Vec<String> = ["onnx/", ""]
            .iter()
            .flat_map(|place| {
                stems.iter().flat_map(move |stem| {
                    endings
                        .iter()
                        .map(move |end| format!("{place}{stem}{end}.onnx"))
                })
            })
            .collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let missing = || ClipError::Missing {
            folder: self.folder.clone(),
            names: names.clone(),
        };
        Ok(find(&self.folder, &known).ok_or_else(missing)?)
    }
}

fn parse_config(json: &[u8]) -> Result<TextConfig, String> {
    let raw: RawConfig = serde_json::from_slice(json).map_err(|e| e.to_string())?;
    if let Some(kind) = raw.model_type.filter(|kind| kind != "blip") {
        return Err(format!("its `model_type` is “{kind}”, not “blip”"));
    }
    let tokens = raw.text_config;
    if !(2..=MOST_POSITIONS).contains(&tokens.max_position_embeddings) {
        return Err(format!(
            "`max_position_embeddings` is 2 to {MOST_POSITIONS}"
        ));
    }
    let known = |id: u32| (id as usize) < tokens.vocab_size;
    if !known(tokens.bos_token_id) || !known(tokens.sep_token_id) {
        return Err("its first or last token is not in its vocabulary".to_owned());
    }
    Ok(tokens)
}

/// BLIP's pictures are made to fit on both sides, whatever becomes of their proportions, which is
/// “squash” in the terms of [`Preprocess`].
fn parse_preprocess(json: &[u8]) -> Result<Preprocess, String> {
    let raw: RawPreprocess = serde_json::from_slice(json).map_err(|e| e.to_string())?;
    if [raw.do_resize, raw.do_rescale, raw.do_normalize].contains(&Some(false)) {
        return Err(
            "pictures that are not resized, rescaled and normalised are not supported".to_owned(),
        );
    }
    if raw
        .rescale_factor
        .is_some_and(|f| (f * 255.0 - 1.0).abs() > 1e-3)
    {
        return Err("a `rescale_factor` other than 1/255 is not supported".to_owned());
    }
    let (height, width) = match raw.size {
        RawSize::Side(side) => (side, side),
        RawSize::Sides { height, width } => (height, width),
    };
    // The numbers are Pillow's.
    let interpolation = match raw.resample {
        Some(1) => "lanczos",
        Some(2) => "bilinear",
        None | Some(3) => "bicubic",
        Some(other) => return Err(format!("`resample` {other} is not supported")),
    };
    let steps = serde_json::json!({
        "size": [height, width],
        "mean": raw.image_mean,
        "std": raw.image_std,
        "interpolation": interpolation,
        "resize_mode": "squash",
    });
    Preprocess::parse(steps.to_string().as_bytes())
}

fn settings(file: &Path, detail: String) -> ClipError {
    ClipError::Settings {
        file: file.to_owned(),
        detail,
    }
}
