//! The Veneer server: settings, every route on one screen, and the subcommands of `veneer`.

pub mod access;
mod admin;
mod api;
mod audit;
pub mod backup;
pub mod bench;
mod bench_import;
mod bench_load;
mod bench_scale;
mod bench_seed;
mod candidates;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod eval;
mod events;
mod gate;
pub mod import;
pub mod jobs;
pub mod keys;
mod limits;
pub mod log;
mod metrics;
pub mod models;
pub mod operators;
mod post;
mod progress;
mod requests;
mod respond;
mod router;
mod serve;
mod statics;
#[cfg(feature = "otlp")]
mod trace;

/// Steps of the async threads after which one looks whether something came over the network. A step can be a whole page
/// that is put together, so that the 61 of Tokio would be a long time.
pub const EVENTS: u32 = 4;

pub use router::{AppState, router};
pub use serve::{Running, serve};
