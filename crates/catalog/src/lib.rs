//! The library in PostgreSQL. All SQL of Veneer lives here.
//!
//! [`Catalog::open`] starts the PostgreSQL inside the process, or connects to a server of one's own,
//! checks it and brings its tables up to date. Everything else is a method of [`Catalog`]. The crate
//! knows materials, swatches, embeddings, searches, shares and what was spent; what a good answer is,
//! `search` knows.
//!
//! The embedded engine has one connection. Therefore no method holds a connection while it waits for
//! another, and what belongs together goes in few statements.

mod agreement;
mod audit;
mod backup;
mod calls;
mod candidates;
mod change;
mod columns;
mod coverage;
mod duplicates;
#[cfg(feature = "embedded")]
mod embedded;
mod engine;
mod error;
mod examine;
mod facets;
mod fold;
mod given;
mod images;
mod indexing;
mod jobs;
mod kept;
mod keys;
mod ledger;
mod lexicon;
mod model_use;
mod models;
mod nearest;
mod numbers;
mod operators;
mod pace;
mod quality;
mod read;
mod row;
mod sample;
mod score;
mod searches;
mod secret;
mod seen;
mod shares;
mod shelf;
mod shelf_load;
mod sketch;
mod sketch_load;
mod swatch_analyses;
mod write;
mod write_rows;

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::PgPool;

pub use audit::Change;
pub use backup::{BackupError, BackupProgress, BackupReport, restore};
pub use calls::{Call, CallSummary};
pub use candidates::{CandidateQuery, Candidates};
pub use change::{Expected, Version};
pub use coverage::{Coverage, SwatchRow};
pub use duplicates::Verdict;
pub use engine::{Engine, Place};
pub use error::{CatalogError, Conflict, StartError};
pub use examine::{Standing, Watched};
pub use facets::Facets;
pub use fold::{WordsQuery, fold};
pub use given::{Claim, GivenAnswer};
pub use images::{ImageSize, ImageStoreSettings};
pub use indexing::IndexProgress;
pub use jobs::{
    BatchItem, ImportBatch, ImportItem, ItemOutcome, Job, JobAction, JobClaim, JobId, JobState,
    NewItem, NewJob, Problem, Tally, Undone,
};
pub use keys::{KeyId, NewKey, StoredKey};
pub use ledger::{Reservation, Spent};
pub use model_use::ModelRow;
pub use models::{Calibration, LegScale, Model, Moments, TextScale};
pub use nearest::Path;
pub use operators::{Operator, OperatorId};
pub use pace::Pace;
pub use quality::{ImagesSize, KindQuality, Lack, LackingRow, TableSize};
pub use read::{Counts, Stored};
pub use row::StoredSwatch;
pub use score::{FoundSwatch, Scored};
pub use searches::{AnalysisKey, NewSearch, StoredSearch, Subject};
pub use seen::CachedAnalysis;
pub use swatch_analyses::SwatchAnalysis;
pub use write::{Entry, NewSwatch, Upserted};

/// Where the library lives.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A PostgreSQL server of one's own; without it the engine inside the process is used.
    pub database_url: Option<String>,
    /// The data folder; made when it is not there.
    pub data: PathBuf,
    /// Where pictures lie.
    pub images: ImageStoreSettings,
    /// When at most so many materials pass the filters, every one of them is compared. Above, whichever
    /// is quicker: that, or asking the nearest-neighbour index.
    pub exact_below: u32,
}

impl Settings {
    /// Up to here comparing every row takes a few milliseconds, and is complete.
    pub const EXACT_BELOW: u32 = 3_000;

    /// Everything inside one folder.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        Self {
            database_url: None,
            data: data.into(),
            images: ImageStoreSettings::Local,
            exact_below: Self::EXACT_BELOW,
        }
    }
}

/// A material, by its number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MaterialId(pub i64);

/// A model that makes embeddings, by its number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelId(pub i32);

/// The library, open. Clones share it.
#[derive(Debug, Clone)]
pub struct Catalog {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    // Dropped in this order: the connections go before the engine that serves them.
    pool: PgPool,
    engine: Engine,
    server: engine::Server,
    images: images::Images,
    exact_below: u32,
    shelves: shelf_load::Shelves,
    keep: kept::Keep,
}

impl Catalog {
    fn pool(&self) -> &PgPool {
        &self.inner.pool
    }

    fn images(&self) -> &images::Images {
        &self.inner.images
    }
}

/// What the library is asked comes back as. Boxed here, it is compiled once: the body of an `async fn`
/// would be compiled again in everything that awaits it.
pub type Reply<'a, T> = futures::future::BoxFuture<'a, Result<T, CatalogError>>;
