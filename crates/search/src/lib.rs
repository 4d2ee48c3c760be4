//! The use cases: search by photo, words and example, refine, share, ingest.
//!
//! This is the only room that sees both what a model sees (`vision`) and the library (`catalog`).
//! Pages and the HTTP API are thin doors to the methods of [`Veneer`].

mod agree;
mod analyse;
mod answer;
mod ask;
mod caches;
mod calibrate;
mod collage;
mod colours;
mod compare;
mod demo_library;
mod describe;
mod duplicates;
mod error;
mod export;
mod far;
mod fetch;
mod import;
mod ingest;
mod jobs;
mod kin;
mod lead;
mod legs;
mod mix;
mod models;
mod pages;
mod picture;
mod reason;
mod refine;
mod samples;
mod score;
mod seed;
mod share;
mod shared;
mod steer;
mod subject;
mod switch;
mod upkeep;
mod veneer;
mod wallet;
mod words;

pub use analyse::Analysed;
pub use ask::Question;
pub use catalog::{
    IndexProgress, Job, JobAction, JobId, JobState, Problem, Tally, Undone, Verdict,
};
pub use demo_library::example_photos;
pub use duplicates::Duplicate;
pub use error::Error;
pub use export::{ExportDone, ExportError};
pub use fetch::FetchError;
pub use import::{
    ColumnUse, DryRun, ImportError, ImportRequest, Known, Lacking, Mapping, Reading, Report,
    Skipped,
};
pub use ingest::{Progress, Step};
pub use jobs::Pace;
pub use samples::Sample;
pub use shared::RedisAddress;
pub use switch::{ModelStanding, SwitchError, Switched};
pub use upkeep::Recall;
pub use veneer::{Counts, Deadlines, OpenError, Settings, Veneer};
