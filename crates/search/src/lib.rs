//! The use cases: search by photo, words and example, refine, share, ingest.
//!
//! This is the only room that sees both what a model sees (`vision`) and the library (`catalog`).
//! Pages and the HTTP API are thin doors to the methods of [`Veneer`].

mod agree;
mod analyse;
mod answer;
mod ask;
mod audit;
mod caches;
mod calibrate;
mod change;
mod collage;
mod colours;
mod compare;
mod demo_library;
mod describe;
mod duplicates;
mod error;
mod export;
mod exporting;
mod far;
mod fetch;
mod import;
mod inbox;
mod ingest;
mod jobs;
mod keys;
mod kin;
mod lead;
mod legs;
mod mix;
mod models;
mod once;
mod operator;
mod oversight;
mod pace;
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
mod turns;
mod upkeep;
mod veneer;
mod wallet;
mod watch;
mod words;

pub use analyse::Analysed;
pub use ask::Question;
pub use catalog::{
    CallSummary, Change, ImagesSize, IndexProgress, Job, JobAction, JobId, JobState, KindQuality,
    Lack, LackingRow, Operator, Problem, TableSize, Tally, Undone, Verdict,
};
pub use change::{Draft, DraftPicture, Record, Written};
pub use demo_library::example_photos;
pub use duplicates::Duplicate;
pub use error::Error;
pub use export::{ExportDone, ExportError};
pub use exporting::ExportForm;
pub use fetch::FetchError;
pub use import::{
    ColumnUse, DryRun, ImportError, ImportRequest, Known, Lacking, Mapping, Reading, Report,
    Skipped, import_fields,
};
pub use inbox::{
    Added, BadPath, MAX_ADDRESSES, MAX_FILES, MAX_OPEN, MAX_TABLE, MAX_TOTAL, MAX_ZIP,
    UPLOADS_LAST, Upload, UploadError, UploadId, UploadPath,
};
pub use ingest::{Progress, Step};
pub use jobs::{JobRate, Pace};
pub use keys::{KeyInfo, Scope};
pub use once::Ticket;
pub use operator::{Password, PasswordError, SignInError};
pub use oversight::{Pair, Providers, Room};
pub use pace::{Begun, Guest};
pub use pages::SwatchPage;
pub use picture::content_type;
pub use samples::Sample;
pub use shared::RedisAddress;
pub use switch::{ModelStanding, SwitchError, Switched};
pub use upkeep::Recall;
pub use veneer::{Counts, Deadlines, OpenError, Settings, Veneer};
pub use watch::Readiness;
