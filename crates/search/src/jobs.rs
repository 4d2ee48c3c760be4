//! Work in the background: who does it, who watches it, and who stops it.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use catalog::{Catalog, Job, JobAction, JobId, JobState, Problem, Tally, Undone};
use futures::{
    future::BoxFuture,
    stream::{self, BoxStream, StreamExt},
};
use rayon::ThreadPool;
use tokio::sync::watch;

use crate::{Error, Progress, Veneer, import};

/// How hard work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// With every core: nobody else is here.
    Full,
    /// On one core, with as much rest as work: others search meanwhile.
    Gentle,
}

/// The one core of gentle work.
static ONE_CORE: LazyLock<Option<ThreadPool>> = LazyLock::new(|| {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .start_handler(|_| vision::step_back())
        .build();
    pool.inspect_err(|error| tracing::warn!(%error, "background work takes every core"))
        .ok()
});

impl Pace {
    /// Computes on as many cores as the pace has.
    pub(crate) fn compute<T: Send>(self, work: impl FnOnce() -> T + Send) -> T {
        match (self, ONE_CORE.as_ref()) {
            (Self::Gentle, Some(pool)) => pool.install(work),
            _ => work(),
        }
    }
}

/// How fast a job goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct JobRate {
    /// Materials that come to their end in a second.
    pub per_second: f64,
    /// Seconds until all of them have, at this rate.
    pub seconds_left: u64,
}

/// Before, a rate says nothing.
const FIRST_RATE: f64 = 1.0;

impl JobRate {
    /// How fast a job goes now: since its present worker took it, so that pauses do not count. `None` where nobody
    /// works on it, or nothing is known yet.
    pub fn of(job: &Job) -> Option<Self> {
        Self::at(job, time::OffsetDateTime::now_utc())
    }

    fn at(job: &Job, now: time::OffsetDateTime) -> Option<Self> {
        let since = job.claimed_at.filter(|_| job.state == JobState::Running)?;
        let seconds = (now - since).as_seconds_f64();
        let done = job.done.checked_sub(job.claimed_done)?;
        if seconds < FIRST_RATE || done == 0 {
            return None;
        }
        let per_second = done as f64 / seconds;
        let left = job.total.saturating_sub(job.done) as f64 / per_second;
        Some(Self {
            per_second,
            seconds_left: left.ceil() as u64,
        })
    }
}

impl std::fmt::Display for JobRate {
    /// `12.5 a second, about 4 min left`
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1} a second, about ", self.per_second)?;
        match self.seconds_left {
            seconds @ 0..=90 => write!(f, "{seconds} s left"),
            seconds @ 91..=5400 => write!(f, "{} min left", seconds.div_ceil(60)),
            seconds => write!(f, "{} h left", seconds.div_ceil(3600)),
        }
    }
}

/// How often an idle worker looks for work.
const LOOK: Duration = Duration::from_secs(1);
/// And after the library did not answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often somebody who watches a job is told.
const WATCH: Duration = Duration::from_millis(500);
/// Jobs that ended are kept so long, with their reports and what undoing them needs.
pub(crate) const JOBS_LAST: Duration = Duration::from_secs(90 * 24 * 3600);

impl Veneer {
    /// Works jobs off, one after the other, until `stop` says so; the job under way goes back then and waits for
    /// the next worker. With `until_idle` it ends when nothing waits any more.
    pub fn work(
        &self,
        pace: Pace,
        until_idle: bool,
        mut stop: watch::Receiver<bool>,
        progress: Progress,
    ) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            loop {
                let claimed = self
                    .inner
                    .catalog
                    .claim_job(&[import::KIND], Catalog::LEASE)
                    .await;
                let wait = match claimed {
                    Ok(Some((job, claim))) => {
                        tracing::info!(job = job.id.0, title = job.title, "a job begins");
                        let told = Arc::clone(&progress);
                        let done = self.run_import(&job, claim, pace, stop.clone(), told).await;
                        match done {
                            Ok(Some(_)) => tracing::info!(job = job.id.0, "the job is done"),
                            Ok(None) => tracing::info!(job = job.id.0, "the job was stopped"),
                            Err(error) => tracing::warn!(job = job.id.0, %error, "the job failed"),
                        }
                        Duration::ZERO
                    }
                    Ok(None) if until_idle => return,
                    Ok(None) => LOOK,
                    // Logged where it happened.
                    Err(_) => PATIENCE,
                };
                // Fails only when nobody could ask any more.
                let asked = tokio::time::timeout(wait, stop.wait_for(|stop| *stop))
                    .await
                    .is_ok();
                if asked || *stop.borrow() {
                    return;
                }
            }
        })
    }

    /// Jobs, newest first, at most `limit`: those in one state alone, those before `before` alone.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn jobs(
        &self,
        state: Option<JobState>,
        before: Option<JobId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<Job>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.jobs(state, before, limit).await?) })
    }

    /// A job as it stands.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn job(&self, id: JobId) -> BoxFuture<'_, Result<Job, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.job(id).await?) })
    }

    /// How many items of an import came to which end.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn job_tally(&self, id: JobId) -> BoxFuture<'_, Result<Tally, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.import_tally(id).await?) })
    }

    /// What went wrong in an import, at most `limit` after the first `skip`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn job_problems(
        &self,
        id: JobId,
        skip: u32,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<Problem>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.import_problems(id, skip, limit).await?) })
    }

    /// Pauses, resumes, cancels or retries a job.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] where it makes no sense.
    pub fn act_on_job(&self, id: JobId, action: JobAction) -> BoxFuture<'_, Result<Job, Error>> {
        Box::pin(async move {
            let job = self.inner.catalog.act_on_job(id, action).await?;
            let detail = format!("{} job {id}, {}", action.as_str(), job.title);
            self.noted("job", &detail).await;
            Ok(job)
        })
    }

    /// The job as it changes, until it comes to rest; the first answer comes at once. An end before that means
    /// that the library does not answer.
    pub fn watch_job(&self, id: JobId) -> BoxStream<'static, Job> {
        let veneer = self.clone();
        let last: Option<(JobState, u64)> = None;
        stream::unfold((veneer, last), move |(veneer, last)| async move {
            if last.is_some_and(|(state, _)| state.is_at_rest()) {
                return None;
            }
            loop {
                let job = veneer.job(id).await.ok()?;
                let now = Some((job.state, job.done));
                if now != last {
                    return Some((job, (veneer, now)));
                }
                tokio::time::sleep(WATCH).await;
            }
        })
        .boxed()
    }

    /// Undoes an import, the last one where none is named; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Refused`] while it runs or waits.
    pub fn undo_import(
        &self,
        id: Option<JobId>,
    ) -> BoxFuture<'_, Result<Option<(JobId, Undone)>, Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            let id = match id {
                Some(id) => Some(id),
                None => catalog.last_import().await?,
            };
            let Some(id) = id else { return Ok(None) };
            let undone = catalog.undo_import(id).await?;
            let detail = format!(
                "job {id}: {} removed, {} as they were, {} left alone",
                undone.removed,
                undone.restored,
                undone.left.len()
            );
            self.noted("undo", &detail).await;
            if undone.removed + undone.restored > 0 {
                self.calibrate().await?;
            }
            Ok(Some((id, undone)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::{OffsetDateTime, ext::NumericalDuration};

    fn job(state: JobState, claimed_done: u64, done: u64) -> Job {
        Job {
            id: JobId(1),
            kind: "import".into(),
            title: "photos".into(),
            priority: 0,
            payload: serde_json::Value::Null,
            state,
            attempts: 1,
            total: 1_000,
            done,
            reason: None,
            result: None,
            created_at: OffsetDateTime::UNIX_EPOCH,
            started_at: Some(OffsetDateTime::UNIX_EPOCH),
            claimed_at: Some(OffsetDateTime::UNIX_EPOCH + 1.hours()),
            claimed_done,
            ended_at: None,
            undone_at: None,
        }
    }

    #[test]
    fn the_rate_is_that_of_the_present_worker() {
        let now = OffsetDateTime::UNIX_EPOCH + 1.hours() + 20.seconds();
        let rate = JobRate::at(&job(JobState::Running, 500, 750), now).expect("a rate");
        assert_eq!(
            rate,
            JobRate {
                per_second: 12.5,
                seconds_left: 20
            }
        );
        assert_eq!(rate.to_string(), "12.5 a second, about 20 s left");
        for (state, before, done) in [
            (JobState::Running, 750, 750),
            (JobState::Paused, 500, 750),
            (JobState::Done, 500, 1_000),
        ] {
            assert_eq!(JobRate::at(&job(state, before, done), now), None);
        }
        let early = OffsetDateTime::UNIX_EPOCH + 1.hours();
        assert_eq!(JobRate::at(&job(JobState::Running, 0, 9), early), None);
    }

    #[test]
    fn what_is_left_is_told_in_words() {
        let told = |seconds_left| {
            let rate = JobRate {
                per_second: 0.25,
                seconds_left,
            };
            rate.to_string()
        };
        assert_eq!(told(0), "0.2 a second, about 0 s left");
        assert_eq!(told(91), "0.2 a second, about 2 min left");
        assert_eq!(told(7_000), "0.2 a second, about 2 h left");
    }
}
