//! What a model sees in a picture.
//!
//! An embedder turns pictures into vectors whose cosine says how alike they look ([`Embed`]); the
//! built-in one is [`LookEmbedder`], which needs no model file and no service. What a picture
//! *shows* is, with nothing configured, worked out from similar materials ([`estimate`]).

mod embed;
pub mod estimate;
pub mod models;

pub use embed::{Embed, Embedding, LookEmbedder, Model, VisionError};
