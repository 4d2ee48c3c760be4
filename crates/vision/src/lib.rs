//! What a model sees in a picture.
//!
//! An embedder turns pictures into vectors whose cosine says how alike they look ([`Embed`]); the
//! built-in one is [`LookEmbedder`], which needs no model file and no service. With the feature
//! `onnx` there are CLIP models (`clip`), which know words, too. What a picture *shows* is, with
//! nothing configured, worked out from similar materials ([`estimate`]).

#[cfg(feature = "onnx")]
pub mod clip;
mod embed;
pub mod estimate;

pub use embed::{Answer, Embed, Embedding, LookEmbedder, Model, VisionError};
