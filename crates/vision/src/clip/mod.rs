//! CLIP and SigLIP models: pictures and words in one space.
//!
//! A model is a folder as published on model hubs ([`ClipFolder`]); its two towers are networks in
//! the ONNX format, run by ONNX Runtime, which is looked for when the program starts ([`Runtime`]),
//! or by tract with the feature `tract`. [`ClipEmbedder`] puts a queue and a thread before each.
//!
//! ```text
//! pictures ─ Preprocess ─┐                      ┌─ Network ─ Backend (ONNX Runtime | tract)
//!                        ├─ Queue ─ Tower thread ┤
//! words ──── Tokeniser ──┘                      └─ unit vectors, or an error for those who asked
//! ```

pub(crate) mod backend;
mod check;
mod embedder;
mod error;
pub(crate) mod folder;
mod network;
mod onnx;
mod preprocess;
mod runtime;
#[cfg(test)]
mod tests;
mod tokenise;
mod tower;
#[cfg(feature = "tract")]
mod tract;

pub use crate::models::Precision;
pub use check::Report;
pub use embedder::{ClipEmbedder, Settings};
pub use error::ClipError;
pub use folder::ClipFolder;
pub use preprocess::{Preprocess, ResizeMode};
pub use runtime::{Engine, Places, Runtime};
