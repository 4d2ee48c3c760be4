//! Bringing one's own photos in: a folder per category, a ZIP, or a table with a row per picture.
//!
//! An import is planned first, then handed to the queue with its items, and worked off batch by batch. So it
//! survives whatever ends the process, can be paused and undone, and its report can be read long afterwards.

mod dry;
mod mapping;
mod plan;
mod read;
mod report;
mod sheet;
mod source;
mod table;
mod work;

use std::path::{Path, PathBuf};

use catalog::{CatalogError, JobClaim, JobId, NewItem, NewJob};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use vision::Depth;

use crate::{Analysed, Error, Progress, Veneer, ask::blocking, jobs::Pace};

pub(crate) use dry::is_known;
pub use dry::{DryRun, Lacking};
pub use mapping::{ColumnUse, Known, Mapping, Reading};
pub(crate) use plan::{EXPORT_FORM, Exported, ExportedMaterial, ExportedPicture};
pub(crate) use source::is_address;
pub use table::fields as import_fields;
pub(crate) use table::slug;
pub(crate) use work::as_new;

/// The sort of job an import is.
pub(crate) const KIND: &str = "import";

/// What to bring in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The folder of the pictures, or a ZIP of it.
    pub folder: PathBuf,
    /// A table (CSV, XLSX) whose rows name pictures in that folder or addresses, or an export of Veneer
    /// (`library.json`). Without one, each folder in it is a category; a ZIP may bring its table along.
    pub csv: Option<PathBuf>,
    /// How much vision models are asked about materials that lack properties; without it nobody is asked.
    pub analyse: Option<Depth>,
}

/// Why an import does not start, or stops.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder or the table cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// The table has no column for the pictures.
    #[error("The table has no column that names the pictures. Call one “image” or “file”.")]
    NoImageColumn,
    /// What was said of the columns does not fit the table.
    #[error("{0}")]
    Mapping(String),
    /// No mapping is kept under this name.
    #[error("There is no profile “{0}”.")]
    NoProfile(String),
    /// More than one import takes.
    #[error("That is more than one import takes: {0} pictures. Split it.")]
    TooMany(usize),
    /// Pictures are to be described, and nobody is configured who could.
    #[error(
        "Nobody is configured who could describe pictures. Set a provider (--providers, or a key in the environment) or a model for captions (--captions)."
    )]
    NobodyToAsk,
    /// The files that were uploaded for it are not here.
    #[error(
        "What was uploaded for this import is gone, or lies on another machine. Upload it again."
    )]
    UploadGone,
    /// It was paused or cancelled, or another process works on it now.
    #[error("The import was stopped. Job {0} has what is done and what is left.")]
    Stopped(JobId),
    /// The library stopped answering.
    #[error(transparent)]
    Library(#[from] Error),
}

impl ImportError {
    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::Library(error) => error.status(),
            Self::Stopped(_) => 409,
            _ => 422,
        }
    }
}

impl From<CatalogError> for ImportError {
    fn from(error: CatalogError) -> Self {
        Self::Library(error.into())
    }
}

/// A picture or row that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file, or the row of the table.
    pub name: String,
    /// In a sentence.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Materials that are new.
    pub created: u32,
    /// Materials that changed.
    pub changed: u32,
    /// Materials that were there just so.
    pub unchanged: u32,
    /// Materials that went.
    pub deleted: u32,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// Values that were passed over while their row came in.
    pub remarks: Vec<Skipped>,
    /// What vision models said, where they were asked.
    pub analysed: Option<Analysed>,
}

/// The most pictures of one import.
const MAX_PICTURES: usize = 200_000;
/// Claims without any progress, after which an import has failed.
const ATTEMPTS: u32 = 5;

/// What a worker has to know of an import beside its items.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// Where the pictures are.
    pub from: PathBuf,
    /// The headers of its report.
    pub columns: Vec<String>,
    /// How much vision models are asked.
    pub depth: Option<String>,
    /// The upload that the pictures are, where they are one.
    #[serde(default)]
    pub upload: Option<String>,
}

impl Veneer {
    /// Imports pictures, here and now: hands the job in, works it off, and says what came of it. Damaged, huge
    /// and foreign files are reported by name and passed over; doing it twice changes nothing.
    ///
    /// # Errors
    /// [`ImportError`] when nothing can be read at all, the library stops answering, or somebody stops the job.
    pub fn import(
        &self,
        request: ImportRequest,
        progress: Progress,
    ) -> BoxFuture<'_, Result<Report, ImportError>> {
        Box::pin(async move {
            let reading = Reading::default();
            let (job, claim) = self.hand_in(&request, &reading, true).await?;
            // Nobody stops this one but by its number.
            let (_stop, stopped) = watch::channel(false);
            self.work_off(job, claim, stopped, progress).await
        })
    }

    /// Hands an import in and leaves it to whichever worker comes first.
    ///
    /// # Errors
    /// [`ImportError`] when nothing can be read at all.
    pub fn enqueue_import<'a>(
        &'a self,
        request: &'a ImportRequest,
        reading: &'a Reading,
    ) -> BoxFuture<'a, Result<JobId, ImportError>> {
        Box::pin(async move { Ok(self.hand_in(request, reading, false).await?.0) })
    }

    /// Hands an import in and works it off here, as [`Self::import`] does, until `stop` says so; it goes back to the
    /// queue then. The number of the job comes with it.
    ///
    /// # Errors
    /// Those of [`Self::import`].
    pub fn import_as<'a>(
        &'a self,
        request: &'a ImportRequest,
        reading: &'a Reading,
        stop: watch::Receiver<bool>,
        progress: Progress,
    ) -> BoxFuture<'a, Result<(JobId, Report), ImportError>> {
        Box::pin(async move {
            let (job, claim) = self.hand_in(request, reading, true).await?;
            Ok((job, self.work_off(job, claim, stop, progress).await?))
        })
    }

    async fn hand_in(
        &self,
        request: &ImportRequest,
        reading: &Reading,
        now: bool,
    ) -> Result<(JobId, Option<JobClaim>), ImportError> {
        if request.analyse.is_some() && self.inner.describers.is_none() {
            return Err(ImportError::NobodyToAsk);
        }
        let plan = self.planned(request, reading).await?;
        if let Some(name) = &reading.save_as {
            self.keep_profile(name, &plan.uses).await?;
        }
        // Whoever works on it may stand in another folder.
        let from =
            std::path::absolute(&request.folder).map_err(|e| unreadable(&request.folder, e))?;
        let of = request.csv.as_ref().unwrap_or(&request.folder);
        let upload = self.inner.inbox.owner(&from);
        let title = match of.file_name() {
            // The folder in which every upload lies.
            Some(_)
                if upload
                    .as_ref()
                    .is_some_and(|id| self.inner.inbox.files(id) == *of) =>
            {
                "upload".to_owned()
            }
            Some(name) => name.to_string_lossy().chars().take(60).collect(),
            None => "import".to_owned(),
        };
        let payload = Payload {
            from,
            upload: upload.map(|id| id.to_string()),
            columns: plan.columns,
            depth: request.analyse.map(|d| d.as_str().to_owned()),
        };
        let items = plan
            .items
            .iter()
            .map(|(key, work)| {
                let work = serde_json::to_value(work).map_err(Error::internal)?;
                Ok(NewItem {
                    key: key.clone(),
                    work,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let job = NewJob {
            kind: KIND.to_owned(),
            title,
            priority: 0,
            payload: serde_json::to_value(payload).map_err(Error::internal)?,
            max_attempts: ATTEMPTS,
        };
        let lease = now.then_some(catalog::Catalog::LEASE);
        let catalog = &self.inner.catalog;
        let (id, claim) = catalog.enqueue(&job, &items, &plan.problems, lease).await?;
        let detail = format!("job {id}, {}: {} materials", job.title, items.len());
        self.noted("import", &detail).await;
        Ok((id, claim))
    }

    /// An error without the place where uploads lie.
    fn for_people(&self, error: ImportError) -> ImportError {
        match error {
            ImportError::Unreadable { path, reason } => ImportError::Unreadable {
                path: self.inner.inbox.shown(&path),
                reason,
            },
            error => error,
        }
    }

    async fn planned(
        &self,
        request: &ImportRequest,
        reading: &Reading,
    ) -> Result<plan::Plan, ImportError> {
        let kept = match &reading.profile {
            None => Mapping::new(),
            Some(name) => match self.inner.catalog.profile(name).await {
                Ok(kept) => serde_json::from_value(kept).map_err(Error::internal)?,
                Err(CatalogError::NotFound { .. }) => {
                    return Err(ImportError::NoProfile(name.clone()));
                }
                Err(error) => return Err(error.into()),
            },
        };
        let (request, told) = (request.clone(), reading.mapping.clone());
        let plan = blocking(move || plan::plan(&request, &told, &kept)).await?;
        plan.map_err(|error| self.for_people(error))
    }

    /// The names under which ways to read columns are kept.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn import_profiles(&self) -> BoxFuture<'_, Result<Vec<String>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.profiles().await?) })
    }

    async fn keep_profile(&self, name: &str, uses: &[ColumnUse]) -> Result<(), ImportError> {
        let mapping: Mapping = uses
            .iter()
            .map(|one| (one.column.clone(), one.field.clone().unwrap_or_default()))
            .collect();
        let mapping = serde_json::to_value(mapping).map_err(Error::internal)?;
        match self.inner.catalog.save_profile(name, &mapping).await {
            Err(CatalogError::Unfit(why)) => Err(ImportError::Mapping(why)),
            other => Ok(other?),
        }
    }

    async fn work_off(
        &self,
        job: JobId,
        claim: Option<JobClaim>,
        stop: watch::Receiver<bool>,
        progress: Progress,
    ) -> Result<Report, ImportError> {
        let claim = claim.ok_or_else(|| Error::internal("a job that was to be claimed is not"))?;
        let row = self.inner.catalog.job(job).await?;
        let done = self
            .run_import(&row, claim, Pace::Full, stop, progress)
            .await?;
        match done {
            Some(analysed) => self.report(job, analysed).await,
            None => Err(ImportError::Stopped(job)),
        }
    }

    /// What an import did, as far as it is done.
    async fn report(&self, job: JobId, analysed: Option<Analysed>) -> Result<Report, ImportError> {
        let catalog = &self.inner.catalog;
        let tally = catalog.import_tally(job).await?;
        let problems = catalog.import_problems(job, 0, u32::MAX).await?;
        let (remarks, skipped): (Vec<_>, Vec<_>) = problems
            .into_iter()
            .filter(|p| !p.problem.is_empty())
            .partition(|p| p.came_in);
        let told = |problems: Vec<catalog::Problem>| {
            let told = problems.into_iter().map(|p| Skipped {
                name: p.name,
                reason: p.problem,
            });
            told.collect()
        };
        Ok(Report {
            created: tally.created,
            changed: tally.changed,
            unchanged: tally.unchanged,
            deleted: tally.deleted,
            skipped: told(skipped),
            remarks: told(remarks),
            analysed,
        })
    }
}

fn unreadable(path: &Path, reason: impl std::fmt::Display) -> ImportError {
    ImportError::Unreadable {
        path: path.display().to_string(),
        reason: reason.to_string(),
    }
}
