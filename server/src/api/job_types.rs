//! Jobs as programs see them.

use search::{JobId, JobRate, Problem as RowProblem, Veneer};
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;

use super::words;

/// Work in the background.
#[derive(Debug, Serialize, ToSchema)]
pub struct Job {
    /// Its number.
    id: i64,
    /// Which sort of work: `import`.
    kind: String,
    /// For people: the name of a table, a ZIP, a folder.
    title: String,
    /// Where it stands; nothing happens any more to one that is paused, done, failed or cancelled.
    #[schema(schema_with = words::job_state)]
    state: &'static str,
    /// Materials.
    total: u64,
    /// Materials that came to their end.
    done: u64,
    /// How fast it goes, while somebody works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Rate>,
    /// What became of its materials.
    #[serde(skip_serializing_if = "Option::is_none")]
    tally: Option<Tally>,
    /// Why it failed, or is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// When it was handed in.
    #[schema(format = DateTime)]
    created_at: String,
    /// When somebody first worked on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    started_at: Option<String>,
    /// When it came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// When it was undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    undone_at: Option<String>,
}

/// How fast a job goes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rate {
    /// Materials a second.
    per_second: f64,
    /// Seconds until it is done, at this rate.
    seconds_left: u64,
}

/// What became of the materials of an import.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tally {
    /// New ones.
    created: u32,
    /// Those that changed.
    changed: u32,
    /// Those that were there just so.
    unchanged: u32,
    /// Those that went.
    deleted: u32,
    /// Those that did not come in.
    refused: u32,
    /// Those that still wait.
    waiting: u32,
}

fn told(at: OffsetDateTime) -> String {
    // Years of five digits alone have no such form.
    at.format(&Rfc3339).unwrap_or_default()
}

impl From<search::Job> for Job {
    fn from(job: search::Job) -> Self {
        let rate = JobRate::of(&job).map(|rate| Rate {
            per_second: rate.per_second,
            seconds_left: rate.seconds_left,
        });
        Self {
            id: job.id.0,
            kind: job.kind,
            title: job.title,
            state: job.state.as_str(),
            total: job.total,
            done: job.done,
            rate,
            tally: None,
            reason: job.reason,
            created_at: told(job.created_at),
            started_at: job.started_at.map(told),
            ended_at: job.ended_at.map(told),
            undone_at: job.undone_at.map(told),
        }
    }
}

impl Job {
    /// A job with what became of its materials.
    ///
    /// # Errors
    /// [`search::Error::Unavailable`].
    pub async fn read(veneer: &Veneer, job: search::Job) -> Result<Self, search::Error> {
        let tally = veneer.job_tally(job.id).await?;
        Ok(Self {
            tally: Some(Tally {
                created: tally.created,
                changed: tally.changed,
                unchanged: tally.unchanged,
                deleted: tally.deleted,
                refused: tally.refused,
                waiting: tally.waiting,
            }),
            ..Self::from(job)
        })
    }
}

/// A row or file that did not come in, or not as it stood there.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row {
    /// The row of the table, or the place of the file.
    line: i32,
    /// What people call it: a file, a key.
    name: String,
    /// The row as it stood in the table.
    cells: Vec<String>,
    /// What is wrong with it, in a sentence; empty where it only belongs to a row that has something wrong.
    problem: String,
    /// Whether it came in all the same, without a value.
    came_in: bool,
}

impl From<RowProblem> for Row {
    fn from(row: RowProblem) -> Self {
        Self {
            line: row.line,
            name: row.name,
            cells: row.cells,
            problem: row.problem,
            came_in: row.came_in,
        }
    }
}

/// What is called like no job is none.
pub fn job_id(text: &str) -> Result<JobId, search::Error> {
    let missing = search::Error::NotFound("There is no such job.");
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    let number = plain.then(|| text.parse().ok()).flatten();
    number.map(JobId).ok_or(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_a_number() {
        assert_eq!(job_id("17").ok(), Some(JobId(17)));
        for bad in ["", "-1", "+1", "1.0", "x", "99999999999999999999"] {
            assert!(job_id(bad).is_err(), "{bad}");
        }
        assert_eq!(told(OffsetDateTime::UNIX_EPOCH), "1970-01-01T00:00:00Z");
    }
}
