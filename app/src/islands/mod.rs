//! The parts of a page that come alive in the browser. Every page works without them.

mod density;
mod dropper;
mod filters;
mod keys;
mod preview;
mod share;
mod theme;

pub use density::Density;
pub use dropper::Dropper;
pub use filters::AutoSubmit;
pub use keys::Keys;
pub use preview::PhotoPreview;
pub use share::ShareButton;
pub use theme::ThemeSwitch;
