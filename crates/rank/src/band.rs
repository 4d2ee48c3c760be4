//! How near is near.

use material::Band;

/// Closeness from which a hit could be the same thing.
pub const STRONG: f32 = 0.72;
/// Closeness from which a hit is a relative.
pub const RELATED: f32 = 0.32;
/// A relative has at least this part of the closeness of the best: where something is really close, what
/// is half as close is no relative of it.
const OF_THE_BEST: f32 = 0.5;

/// The band of a hit, given how close the best is.
pub(crate) fn band(closeness: f32, best: f32) -> Band {
    if closeness >= STRONG {
        Band::Strong
    } else if closeness >= RELATED && closeness >= OF_THE_BEST * best {
        Band::Related
    } else {
        Band::Weak
    }
}
