//! BLIP: a model that says in a sentence what a picture shows.
//!
//! A model is a folder with two networks in the ONNX format and the settings that Hugging Face's
//! `transformers` saves ([`CaptionFolder`]). [`Captioner`] runs them through the same runtimes as
//! CLIP models ([`crate::clip::Runtime`]) and reads the sentence by the vocabulary
//! ([`material::read`]), so that a caption becomes an analysis like any other.
//!
//! ```text
//! picture ─ Preprocess ─ vision network ─┐
//!                 tokens so far ─────────┴─ text decoder ─ search ─ words ─ reading ─ analysis
//! ```
//!
//! The decoder is run on all tokens so far at every step, and for every beam apart: that works with
//! every export there is, and keeping the past would save little, because most of the work is looking
//! at the picture again.

mod captioner;
mod error;
mod folder;
mod generation;
mod network;
mod search;
mod seen;
#[cfg(test)]
mod tests;
mod words;

pub use captioner::{Caption, CaptionSettings, Captioner};
pub use error::CaptionError;
pub use folder::CaptionFolder;
pub use generation::{EarlyStopping, Generation};
pub use words::Word;
