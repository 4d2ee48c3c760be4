//! One thread that runs one tower, and the queue before it.
//!
//! A network runs best alone and on full batches, so that whatever waits is run together. What
//! fails, fails for those who waited for it; the thread goes on.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    thread::{self, JoinHandle},
};

use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot};

use super::{
    ClipError,
    network::{Network, Row},
};
use crate::Embedding;

/// Rows that go into one run, and the place for their answer.
struct Job {
    rows: Vec<Row>,
    reply: oneshot::Sender<Result<Vec<Embedding>, ClipError>>,
}

/// A tower that is running. Dropping it ends its thread, after the batch that is being computed.
pub(crate) struct Tower {
    jobs: Option<mpsc::UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Tower {
    /// Starts the thread and loads the network on it. At most `batch` rows wait together, and a few
    /// more when one job brings more.
    pub async fn start<T: Send + 'static>(
        name: &str,
        batch: usize,
        open: impl FnOnce() -> Result<(Network, T), ClipError> + Send + 'static,
    ) -> Result<(Self, T), ClipError> {
        // Unbounded, because whoever sends holds one of the places of a `Queue`.
        let (jobs, waiting) = mpsc::unbounded_channel();
        let (ready, opened) = oneshot::channel();
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || match guarded(open) {
                Ok((network, extra)) => {
                    if ready.send(Ok(extra)).is_ok() {
                        work(network, waiting, batch);
                    }
                }
                Err(error) => {
                    // Nobody is there to be told if the one who asked has gone.
                    let _ = ready.send(Err(error));
                }
            })
            .map_err(|e| ClipError::Failed(format!("its thread cannot start: {e}")))?;
        let extra = opened.await.map_err(|_| ended())??;
        let tower = Self {
            jobs: Some(jobs),
            thread: Some(thread),
        };
        Ok((tower, extra))
    }

    /// One vector a row, in order.
    pub async fn run(&self, rows: Vec<Row>) -> Result<Vec<Embedding>, ClipError> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        jobs.send(Job { rows, reply }).map_err(|_| ended())?;
        answer.await.map_err(|_| ended())?
    }
}

impl Drop for Tower {
    fn drop(&mut self) {
        // The thread ends when nobody can send any more. Waiting for it lets no network run while
        // the program takes its libraries down.
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn ended() -> ClipError {
    ClipError::Failed("its thread has ended".to_owned())
}

/// Loads a network; a panic in there is an error like any other.
fn guarded<T>(open: impl FnOnce() -> Result<T, ClipError>) -> Result<T, ClipError> {
    catch_unwind(AssertUnwindSafe(open))
        .unwrap_or_else(|panic| Err(ClipError::Failed(message(&*panic))))
}

fn work(mut network: Network, mut waiting: mpsc::UnboundedReceiver<Job>, batch: usize) {
    while let Some(first) = waiting.blocking_recv() {
        let mut count = first.rows.len();
        let mut jobs = vec![first];
        while count < batch
            && let Ok(next) = waiting.try_recv()
        {
            count += next.rows.len();
            jobs.push(next);
        }
        // Those who have gone away need no answer.
        jobs.retain(|job| !job.reply.is_closed());
        if !jobs.is_empty() {
            answer(&mut network, jobs);
        }
    }
}

fn answer(network: &mut Network, jobs: Vec<Job>) {
    let mut rows = Vec::new();
    let mut replies = Vec::with_capacity(jobs.len());
    for job in jobs {
        replies.push((job.rows.len(), job.reply));
        rows.extend(job.rows);
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| network.run(&rows)))
        .unwrap_or_else(|panic| Err(message(&*panic)));
    match outcome {
        Ok(vectors) => {
            let mut vectors = vectors.into_iter();
            for (count, reply) in replies {
                let own: Result<Vec<_>, _> = vectors.by_ref().take(count).collect();
                let _ = reply.send(own.map_err(ClipError::Failed));
            }
        }
        Err(detail) => {
            tracing::warn!("{} failed: {detail}", network.file().display());
            for (_, reply) in replies {
                let _ = reply.send(Err(ClipError::Failed(detail.clone())));
            }
        }
    }
}

/// What a panic said.
fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let said = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("it panicked: {}", said.unwrap_or_default())
}

/// A bounded number of places for pictures or texts that wait or are being computed. It bounds
/// the memory that waiting takes, too.
pub(crate) struct Queue {
    places: Semaphore,
    batch: usize,
}

impl Queue {
    /// A queue for `places` rows in jobs of at most `batch`.
    pub fn new(places: usize, batch: usize) -> Self {
        let batch = batch.max(1);
        Self {
            // One job must always fit.
            places: Semaphore::new(places.clamp(batch, Semaphore::MAX_PERMITS)),
            batch,
        }
    }

    /// Takes places for the rows of one job, of which there are at most a batch at a time, until
    /// the permit is dropped.
    pub fn enter(&self, rows: usize) -> Result<SemaphorePermit<'_>, ClipError> {
        let rows = rows.clamp(1, self.batch) as u32;
        self.places
            .try_acquire_many(rows)
            .map_err(|_| ClipError::Overloaded)
    }

    /// Rows of a job.
    pub fn batch(&self) -> usize {
        self.batch
    }
}
