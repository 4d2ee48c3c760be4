//! The Veneer server: settings, every route on one screen, and the subcommands of `veneer`.

pub mod bench;
mod bench_import;
mod bench_scale;
mod bench_seed;
mod candidates;
pub mod config;
pub mod eval;
mod events;
pub mod import;
pub mod jobs;
pub mod models;
mod post;
mod progress;
mod respond;
mod router;
mod serve;
mod statics;

pub use router::{AppState, router};
pub use serve::{Running, serve};
