//! One order from many scores.
//!
//! Every candidate brings its exact, calibrated agreement with the question on every [`Leg`](material::Leg);
//! [`fuse`] makes one order of them, says how near each is, puts doubles under each other and spreads what is
//! nearly the same. It is pure and does nothing but add, multiply and compare, so that the browser, which
//! compiles it to WebAssembly, gives the very order that the server gives.

mod band;
mod candidate;
mod contest;
mod diverse;
mod fuse;
mod legs;
#[cfg(test)]
mod tests;

pub use band::{RELATED, STRONG};
pub use candidate::{Candidate, Kin, sketch};
pub use contest::{Contest, NOTHING_COUNTS};
pub use fuse::{DIVERSITY, Ranked, Settings, fuse};
