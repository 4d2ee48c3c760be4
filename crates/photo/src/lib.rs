//! Facts about pixels: what kind of file, how large, which way up; its palette, its surface in measured terms, its
//! fingerprints, and the *look*: 512 numbers whose cosine says how alike two materials look.
//!
//! No input or output happens here and nothing of ours is imported. Without the feature `decode` the crate compiles for
//! the browser, which decodes pictures itself.

mod colour;
mod colours;
mod correlation;
#[cfg(feature = "decode")]
mod decode;
mod error;
mod filters;
mod format;
mod hash;
#[cfg(feature = "decode")]
mod jpeg;
pub mod look;
mod parts;
mod pixels;
mod surface;
mod white;

pub use colour::Lab;
pub use colours::{PaletteColour, palette, palette_of_small};
#[cfg(feature = "decode")]
pub use decode::{Limits, decode};
pub use error::{OtherKind, PhotoError, StatusHint};
pub use format::{Format, sniff};
pub use hash::{Hashes, content_hash, hamming, perceptual_hash};
#[cfg(feature = "decode")]
pub use jpeg::jpeg_without_metadata;
pub use look::Look;
pub use pixels::{Crop, Pixels, crop, shrink, shrunk};
pub use surface::{Pattern, Surface, surface};
pub use white::{NotWhite, WhiteBalance, mean_colour};
