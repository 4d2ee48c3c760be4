//! What a model sees in a picture.
//!
//! An embedder turns pictures into vectors whose cosine says how alike they look ([`Embed`]); the
//! built-in one is [`LookEmbedder`], which needs no model file and no service. With the feature
//! `onnx` there are CLIP models (`clip`), which know words, too. What a picture *shows* is, with
//! nothing configured, worked out from similar materials ([`estimate`]).

#[cfg(feature = "onnx")]
pub mod caption;
#[cfg(feature = "onnx")]
pub mod clip;
mod compute;
mod describe;
mod embed;
pub mod estimate;
pub mod kind;
pub mod models;
#[cfg(feature = "onnx")]
mod open;
pub mod provider;

pub use compute::{compute, step_back};
pub use describe::{
    Depth, Describe, DescribeError, Described, Describing, Detail, Source, Usage, Wish,
};
pub use embed::{Answer, Embed, Embedding, LookEmbedder, Model, VisionError};
#[cfg(feature = "onnx")]
pub use open::{Models, OpenModelError};
