//! What pages are made of.

pub mod chosen;
pub mod facts;
pub mod filters;
pub mod head;
pub mod mixer;
pub mod page;
pub mod palette;
pub mod swatch;
pub mod wall;
