//! Working an import off: a batch is read, decoded, measured, embedded and described while others are written. What
//! is written and that it was written come in one transaction.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use catalog::{
    BatchItem, Catalog, CatalogError, Conflict, Entry, ImageSize, ImportBatch, ImportItem, Job,
    JobClaim, JobId, NewSwatch, Problem, Stored, StoredSwatch, Tally,
};
use eyes::eyes;
use futures::{
    StreamExt,
    future::{BoxFuture, try_join_all},
    stream,
};
use material::Name;
use photo::Limits;
use serde_json::json;
use tokio::sync::{Mutex, watch};
use vision::Depth;

use super::{
    ImportError, Payload,
    plan::{What, Work},
    read::{Reading, read_all},
    source::{Source, is_address},
    table,
};
use crate::{Analysed, Error, Progress, Step, Veneer, analyse::Analyst, ask::blocking, jobs::Pace};

/// Materials a batch. Their decoded pictures are in memory together, those of a batch in every lane.
const BATCH: u32 = 4;
/// Batches at the same time: while one is read, looked up or written, the others have the cores.
const LANES: usize = 3;
/// The same where others use the machine.
const GENTLE_BATCH: u32 = 4;
/// Addresses that are opened at the same time.
const FETCHES: usize = 6;
/// How often a worker says that it lives, and looks whether the job is still his.
const SIGN_OF_LIFE: Duration = Duration::from_secs(2);

/// A batch that is ready to be written.
struct Ready {
    batch: ImportBatch,
    names: Vec<String>,
}

/// Why a lane ends before its time.
enum Halt {
    /// The job is not ours any more.
    Lost,
    /// Something is in the way.
    Error(ImportError),
}

impl From<ImportError> for Halt {
    fn from(error: ImportError) -> Self {
        Self::Error(error)
    }
}

/// How working a job off ended.
enum End {
    /// All of it is done.
    Finished,
    /// This process is asked to stop.
    Stopped,
    /// The job is not ours any more.
    Lost,
}

impl Veneer {
    /// Works an import off. The answer is what models said, or nothing where it was stopped, which the job's row
    /// tells more of.
    ///
    /// # Errors
    /// What is in the way; the job waits for its next attempt then, or has failed.
    pub(crate) async fn run_import(
        &self,
        job: &Job,
        claim: JobClaim,
        pace: Pace,
        mut stop: watch::Receiver<bool>,
        progress: Progress,
    ) -> Result<Option<Option<Analysed>>, ImportError> {
        let catalog = &self.inner.catalog;
        let payload: Payload =
            serde_json::from_value(job.payload.clone()).map_err(Error::internal)?;
        let depth = payload.depth.as_deref().and_then(Depth::parse);
        let analyst = match (depth, self.inner.describers.as_ref()) {
            (None, _) => None,
            (Some(_), None) => {
                let error = ImportError::NobodyToAsk;
                catalog.fail_job(claim, &error.to_string(), true).await?;
                return Err(error);
            }
            (Some(depth), Some(describers)) => Some(Analyst::new(
                describers,
                depth,
                self.inner.deadlines.analysis,
            )),
        };
        progress(Step::Total(job.total.saturating_sub(job.done)));
        let end = {
            let work = self.items(job.id, claim, &payload, pace, analyst.as_ref(), &progress);
            let alive = async {
                loop {
                    tokio::time::sleep(SIGN_OF_LIFE).await;
                    if is_lost(&catalog.keep_claim(claim, Catalog::LEASE).await) {
                        return;
                    }
                }
            };
            let stopped = async {
                // Fails only when nobody could ask any more.
                let _ = stop.wait_for(|stop| *stop).await;
            };
            tokio::select! {
                done = work => done,
                () = alive => Ok(End::Lost),
                () = stopped => Ok(End::Stopped),
            }
        };
        let end = match end {
            Ok(end) => end,
            Err(error) => {
                // An answer that cannot be given is given by the lease that runs out.
                let told = catalog.fail_job(claim, &error.to_string(), false).await;
                if let Err(error) = told {
                    tracing::warn!(%error, job = job.id.0, "a job could not be given back");
                }
                return Err(error);
            }
        };
        match end {
            End::Lost => Ok(None),
            End::Stopped => {
                let back = catalog.give_back(claim).await;
                if !is_lost(&back) {
                    back?;
                }
                Ok(None)
            }
            End::Finished => {
                let tally = catalog.import_tally(job.id).await?;
                if tally.created + tally.changed + tally.deleted > 0 {
                    self.calibrate().await?;
                }
                let analysed = analyst.map(Analyst::finish);
                let result = json!({"tally": tally, "analysed": analysed.as_ref().map(|a| json!({
                    "by": a.by, "without": a.without, "micro_usd": a.micro_usd }))});
                match catalog.finish_job(claim, &result).await {
                    Err(CatalogError::Conflict(Conflict::ClaimLost)) => Ok(None),
                    other => other.map(|()| Some(analysed)).map_err(ImportError::from),
                }
            }
        }
    }

    /// All items that wait, batch by batch.
    async fn items(
        &self,
        job: JobId,
        claim: JobClaim,
        payload: &Payload,
        pace: Pace,
        analyst: Option<&Analyst<'_>>,
        progress: &Progress,
    ) -> Result<End, ImportError> {
        let from = payload.from.clone();
        let source = match blocking(move || Source::open(&from)).await? {
            Ok(source) => Arc::new(source),
            Err(_) if payload.upload.is_some() && !payload.from.exists() => {
                return Err(ImportError::UploadGone);
            }
            Err(error) => return Err(self.for_people(error)),
        };
        let after = Mutex::new(0);
        let lanes = match pace {
            Pace::Full => LANES,
            Pace::Gentle => 1,
        };
        // Lanes share the library's connections. All of them are polled together: one that stood still with a
        // connection in its hands would stop the others.
        let lanes = (0..lanes).map(|_| {
            let lane = self.lane(job, claim, &after, &source, pace, analyst, progress);
            Box::pin(lane) as BoxFuture<'_, Result<(), Halt>>
        });
        match try_join_all(lanes).await {
            Ok(_) => Ok(End::Finished),
            Err(Halt::Lost) => Ok(End::Lost),
            Err(Halt::Error(error)) => Err(error),
        }
    }

    /// Batch after batch, until no item waits any more: made ready, and written.
    #[expect(clippy::too_many_arguments, reason = "what all lanes have in common")]
    async fn lane(
        &self,
        job: JobId,
        claim: JobClaim,
        after: &Mutex<i32>,
        source: &Arc<Source>,
        pace: Pace,
        analyst: Option<&Analyst<'_>>,
        progress: &Progress,
    ) -> Result<(), Halt> {
        let count = match pace {
            Pace::Full => BATCH,
            Pace::Gentle => GENTLE_BATCH,
        };
        loop {
            let started = Instant::now();
            let items = {
                let mut after = after.lock().await;
                let items = self.inner.catalog.waiting_items(job, *after, count).await;
                let items = items.map_err(ImportError::from)?;
                let Some(last) = items.last() else {
                    return Ok(());
                };
                *after = last.position;
                items
            };
            let ready = self.ready(items, source, pace, analyst).await;
            let ready = ready.map_err(ImportError::from)?;
            if !self.write(claim, ready, progress).await? {
                return Err(Halt::Lost);
            }
            if pace == Pace::Gentle {
                // As much rest as work: whoever searches finds the machine free every other moment.
                tokio::time::sleep(started.elapsed().min(Duration::from_secs(2))).await;
            }
        }
    }

    async fn ready(
        &self,
        items: Vec<ImportItem>,
        source: &Arc<Source>,
        pace: Pace,
        analyst: Option<&Analyst<'_>>,
    ) -> Result<Ready, Error> {
        let names = items.iter().map(|i| i.key.clone()).collect();
        let mut batch = ImportBatch::default();
        let mut works: Vec<(i32, String, Work)> = Vec::new();
        for item in items {
            match serde_json::from_value::<Work>(item.work) {
                Ok(work) => works.push((item.position, item.key, work)),
                Err(error) => return Err(Error::internal(error)),
            }
        }
        let stored = self.stored_for_edits(&works).await?;
        let mut reading = Vec::new();
        for (position, key, work) in works {
            let material = match &work.what {
                What::Delete => {
                    batch.items.push((position, BatchItem::Delete(key)));
                    continue;
                }
                What::Edit { row } => {
                    let edited = stored.get(&key).map(|known| edited(known, row, &key));
                    match edited {
                        Some(Ok(entry)) => {
                            batch
                                .items
                                .push((position, BatchItem::Put(batch.entries.len())));
                            batch.entries.push(entry);
                        }
                        other => {
                            let problem = match other {
                                Some(Err(problem)) => problem,
                                _ => format!(
                                    "There is no material “{key}” in the library yet, and this row names no picture."
                                ),
                            };
                            batch.problems.push(work.problem(&key, problem, false));
                            batch.items.push((position, BatchItem::Refuse));
                        }
                    }
                    continue;
                }
                What::Whole(material) => Ok((**material).clone()),
                What::Row { row, fallback } => {
                    table::material(row, &key, fallback).map(|(material, _)| material)
                }
            };
            match material {
                Ok(material) => reading.push((position, key, work, material)),
                Err(error) => {
                    batch
                        .problems
                        .push(work.problem(&key, error.to_string(), false));
                    batch.items.push((position, BatchItem::Refuse));
                }
            }
        }
        let fetched = self.fetched_pictures(&reading).await;
        let kept = self.kept(&reading).await?;
        let limits = self.import_limits();
        let source = Arc::clone(source);
        let read =
            blocking(move || pace.compute(|| read_all(reading, &fetched, &kept, &source, &limits)))
                .await?;
        let mut arrivals = Vec::new();
        for one in read {
            batch.problems.extend(one.problems);
            if one.arrival.pictures.is_empty() {
                batch.items.push((one.position, BatchItem::Refuse));
            } else {
                let place = batch.entries.len() + arrivals.len();
                batch.items.push((one.position, BatchItem::Put(place)));
                arrivals.push(one.arrival);
            }
        }
        if !arrivals.is_empty() {
            let (entries, said) = self.made(arrivals, analyst, pace).await?;
            batch.entries.extend(entries);
            batch.said = said;
        }
        Ok(Ready { batch, names })
    }

    /// What a picture of a library may be.
    pub(crate) fn import_limits(&self) -> Limits {
        let limits = self.inner.limits;
        Limits {
            // The librarian's own files may be larger than a guest's.
            max_bytes: limits.max_bytes.max(100_000_000),
            max_pixels: limits.max_pixels.max(120_000_000),
            ..limits
        }
    }

    /// What the library knows of the materials that rows change.
    async fn stored_for_edits(
        &self,
        works: &[(i32, String, Work)],
    ) -> Result<HashMap<String, Stored>, Error> {
        let keys: Vec<Name> = works
            .iter()
            .filter(|(_, _, work)| matches!(work.what, What::Edit { .. }))
            .filter_map(|(_, key, _)| Name::parse(key).ok())
            .collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let stored = self.inner.catalog.materials_of(&keys).await?;
        Ok(stored
            .into_iter()
            .map(|s| (s.material.key.to_string(), s))
            .collect())
    }

    /// What lies behind addresses, by address.
    async fn fetched_pictures(
        &self,
        reading: &[Reading],
    ) -> HashMap<String, Result<Bytes, String>> {
        let addresses: HashSet<String> = reading
            .iter()
            .flat_map(|(_, _, work, _)| &work.pictures)
            .filter(|p| is_address(&p.from))
            .map(|p| p.from.clone())
            .collect();
        stream::iter(addresses)
            .map(|address| async move {
                let fetched = self.inner.fetcher.fetch(&address).await;
                (address, fetched.map_err(|e| e.to_string()))
            })
            .buffer_unordered(FETCHES)
            .collect()
            .await
    }

    /// The pictures the library has under the names that an export gives: a name stands for one picture alone.
    async fn kept(&self, reading: &[Reading]) -> Result<HashMap<String, Bytes>, Error> {
        let mut kept = HashMap::new();
        for id in reading
            .iter()
            .flat_map(|(_, _, work, _)| &work.pictures)
            .filter_map(|p| p.id.as_ref())
        {
            match self.inner.catalog.image(id, ImageSize::Full).await {
                Ok(bytes) => {
                    kept.insert(id.as_str().to_owned(), bytes);
                }
                Err(CatalogError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(kept)
    }

    /// Writes a batch; whether the job is still ours. What the library does not take is refused item by item.
    async fn write(
        &self,
        claim: JobClaim,
        ready: Ready,
        progress: &Progress,
    ) -> Result<bool, ImportError> {
        let catalog = &self.inner.catalog;
        let done = catalog
            .complete_items(claim, &ready.batch, Catalog::LEASE)
            .await
            .inspect(counted);
        if is_lost(&done) {
            return Ok(false);
        }
        match done {
            Err(CatalogError::Unfit(_)) => {
                for mut one in singles(ready.batch) {
                    let done = catalog
                        .complete_items(claim, &one, Catalog::LEASE)
                        .await
                        .inspect(counted);
                    if is_lost(&done) {
                        return Ok(false);
                    }
                    if let Err(CatalogError::Unfit(problem)) = done {
                        refuse(&mut one, problem);
                        counted(&catalog.complete_items(claim, &one, Catalog::LEASE).await?);
                    } else {
                        done?;
                    }
                }
            }
            other => {
                other?;
            }
        }
        for name in ready.names {
            progress(Step::Done(name));
        }
        Ok(true)
    }
}

/// Tells operators what became of items.
fn counted(tally: &Tally) {
    for (outcome, count) in tally.outcomes() {
        eyes().items(outcome.as_str(), u64::from(count));
    }
}

fn is_lost<T>(done: &Result<T, CatalogError>) -> bool {
    matches!(done, Err(CatalogError::Conflict(Conflict::ClaimLost)))
}

/// The items of a batch, each by itself.
fn singles(batch: ImportBatch) -> Vec<ImportBatch> {
    let mut problems = batch.problems;
    let mut out = Vec::with_capacity(batch.items.len());
    for (position, item) in batch.items {
        let mut one = ImportBatch {
            // Problems are not tied to items; all of them go with the first.
            problems: std::mem::take(&mut problems),
            ..ImportBatch::default()
        };
        let item = match item {
            BatchItem::Put(place) => {
                if let Some(entry) = batch.entries.get(place) {
                    let own = |id| entry.swatches.iter().any(|s| s.id == id);
                    let said = batch.said.iter().filter(|s| own(s.swatch.clone()));
                    one.said = said.cloned().collect();
                    one.entries.push(entry.clone());
                }
                BatchItem::Put(0)
            }
            other => other,
        };
        one.items.push((position, item));
        out.push(one);
    }
    out
}

/// Makes an item that does not fit one that is refused.
fn refuse(one: &mut ImportBatch, problem: String) {
    let name = one.entries.first().map(|e| e.material.key.to_string());
    one.problems.push(Problem {
        line: one.items.first().map_or(0, |(position, _)| *position),
        name: name.unwrap_or_default(),
        cells: Vec::new(),
        problem,
        came_in: false,
    });
    one.entries.clear();
    one.said.clear();
    for (_, item) in &mut one.items {
        *item = BatchItem::Refuse;
    }
}

/// A stored material with what a row changes of it.
fn edited(stored: &Stored, row: &table::Row, key: &str) -> Result<Entry, String> {
    let (said, _) = table::material(row, key, key).map_err(|e| e.to_string())?;
    let mut material = stored.material.clone();
    table::edit(&mut material, row, said);
    let swatches = stored.swatches.iter().map(as_new).collect();
    Ok(Entry { material, swatches })
}

/// A stored picture as it is written again; the vectors that are there stay.
pub(crate) fn as_new(stored: &StoredSwatch) -> NewSwatch {
    NewSwatch {
        id: stored.swatch.id.clone(),
        view: stored.swatch.view.clone(),
        width: stored.swatch.width,
        height: stored.swatch.height,
        ground: stored.swatch.ground.clone(),
        phash: stored.phash,
        palette: stored.palette.clone(),
        facts: stored.facts.clone(),
        embeddings: Vec::new(),
    }
}
