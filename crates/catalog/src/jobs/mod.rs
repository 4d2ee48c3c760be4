//! Work that outlives whoever asked for it: a queue in the database.
//!
//! A job is claimed by one worker at a time. The claim has a number and a lease; whoever writes under a claim
//! locks the job's row and compares the number, in the transaction in which he writes. So what was done and
//! that it was done come together or not at all, and a worker that was given up, paused or cancelled cannot
//! write any more, however late it wakes.

mod control;
mod import;
mod profiles;
mod queue;
mod undo;

use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use time::OffsetDateTime;

use crate::CatalogError;

pub use import::{BatchItem, ImportBatch, ImportItem, ItemOutcome, NewItem, Problem, Tally};
pub use undo::Undone;

/// A job, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub i64);

impl std::fmt::Display for JobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobState {
    /// Nobody works on it yet, or not any more.
    Waiting,
    /// Somebody works on it.
    Running,
    /// Stopped by a person; what is done stays, and the rest waits for him.
    Paused,
    /// All of it is done.
    Done,
    /// Given up after too many attempts; the reason says why.
    Failed,
    /// Given up by a person; what is done stays.
    Cancelled,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Running,
        Self::Paused,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    /// As it stands in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads that form; `None` for any other.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == value)
    }

    /// Whether nothing happens any more unless a person wants it.
    pub fn is_at_rest(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    /// Where an action leads from here; `None` where it makes no sense.
    pub fn after(self, action: JobAction) -> Option<Self> {
        match (action, self) {
            (JobAction::Pause, Self::Waiting | Self::Running) => Some(Self::Paused),
            (JobAction::Resume, Self::Paused)
            | (JobAction::Retry, Self::Failed | Self::Cancelled) => Some(Self::Waiting),
            (JobAction::Cancel, Self::Waiting | Self::Running | Self::Paused | Self::Failed) => {
                Some(Self::Cancelled)
            }
            _ => None,
        }
    }
}

/// What a person may do with a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobAction {
    /// Stop for now.
    Pause,
    /// Go on.
    Resume,
    /// Stop for good.
    Cancel,
    /// Once more, after a failure or a change of mind.
    Retry,
}

impl JobAction {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::Pause, Self::Resume, Self::Cancel, Self::Retry];

    /// As it stands in addresses and commands.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Retry => "retry",
        }
    }

    /// Reads that form; `None` for any other.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.as_str() == value)
    }
}

/// A job as it is handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// Which sort of work.
    pub kind: String,
    /// For people.
    pub title: String,
    /// Higher goes first.
    pub priority: i32,
    /// What is to be done.
    pub payload: Value,
    /// So many claims without any progress, and it has failed.
    pub max_attempts: u32,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Which sort of work.
    pub kind: String,
    /// For people.
    pub title: String,
    /// Higher goes first.
    pub priority: i32,
    /// What is to be done.
    pub payload: Value,
    /// Where it stands.
    pub state: JobState,
    /// Claims since something was last brought to an end.
    pub attempts: u32,
    /// Steps, as far as they are known.
    pub total: u64,
    /// Steps that are done.
    pub done: u64,
    /// Why it failed, or is tried again.
    pub reason: Option<String>,
    /// What came of it.
    pub result: Option<Value>,
    /// When it was handed in.
    pub created_at: OffsetDateTime,
    /// When somebody first worked on it.
    pub started_at: Option<OffsetDateTime>,
    /// When its present or last worker took it.
    pub claimed_at: Option<OffsetDateTime>,
    /// Steps that were done before him.
    pub claimed_done: u64,
    /// When it came to its end.
    pub ended_at: Option<OffsetDateTime>,
    /// When it was undone.
    pub undone_at: Option<OffsetDateTime>,
}

/// The right to work on a job, until somebody else claims it or a person stops it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobClaim {
    pub(crate) job: JobId,
    pub(crate) number: i64,
}

impl JobClaim {
    /// The job it is for.
    pub fn job(&self) -> JobId {
        self.job
    }
}

/// The columns [`read_job`] reads.
pub(crate) const JOB: &str = "SELECT id, kind, title, priority, payload, state, attempts, total, done, reason, result, created_at, started_at, claimed_at, claimed_done, ended_at, undone_at FROM jobs";

pub(crate) fn read_job(row: &PgRow) -> Result<Job, CatalogError> {
    let state: &str = row.try_get("state")?;
    Ok(Job {
        id: JobId(row.try_get("id")?),
        kind: row.try_get("kind")?,
        title: row.try_get("title")?,
        priority: row.try_get("priority")?,
        payload: row.try_get("payload")?,
        state: JobState::parse(state).ok_or(CatalogError::Internal)?,
        attempts: row.try_get::<i32, _>("attempts")? as u32,
        total: row.try_get::<i64, _>("total")? as u64,
        done: row.try_get::<i64, _>("done")? as u64,
        reason: row.try_get("reason")?,
        result: row.try_get("result")?,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        claimed_at: row.try_get("claimed_at")?,
        claimed_done: row.try_get::<i64, _>("claimed_done")? as u64,
        ended_at: row.try_get("ended_at")?,
        undone_at: row.try_get("undone_at")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Whatever people do, in whatever order: what is done stays done, only what was stopped goes on, and
        /// from everywhere else there is a way to go on or to give up.
        #[test]
        fn no_order_of_actions_leads_astray(actions in prop::collection::vec(0..JobAction::ALL.len(), 0..40), start in 0..JobState::ALL.len()) {
            let mut state = JobState::ALL[start];
            for action in actions {
                let action = JobAction::ALL[action];
                let Some(next) = state.after(action) else { continue };
                prop_assert_ne!(next, state);
                prop_assert_ne!(state, JobState::Done);
                prop_assert_ne!(next, JobState::Running, "only a worker makes a job run");
                prop_assert!(!matches!(next, JobState::Done | JobState::Failed), "only work ends work");
                if next == JobState::Waiting {
                    prop_assert!(state.is_at_rest());
                }
                state = next;
            }
            let ways = JobAction::ALL.iter().filter(|a| state.after(**a).is_some()).count();
            prop_assert_eq!(ways == 0, state == JobState::Done);
        }
    }

    #[test]
    fn names_read_back() {
        for state in JobState::ALL {
            assert_eq!(JobState::parse(state.as_str()), Some(state));
        }
        for action in JobAction::ALL {
            assert_eq!(JobAction::parse(action.as_str()), Some(action));
        }
        assert_eq!(JobState::parse("dead"), None);
    }
}
