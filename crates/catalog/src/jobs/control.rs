//! What people see of jobs and do with them.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use sqlx::Row;

use super::{JOB, Job, JobAction, JobId, JobState, read_job};
use crate::columns::Sql;
use crate::row::seconds;
use crate::{Catalog, CatalogError, Conflict, Reply};

impl Catalog {
    /// Jobs, newest first, at most `limit` (at most 200): those in one state alone, those before `before` alone.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn jobs(
        &self,
        state: Option<JobState>,
        before: Option<JobId>,
        limit: u32,
    ) -> Reply<'_, Vec<Job>> {
        Box::pin(async move {
            let mut sql = Sql::new(JOB);
            sql.push(" WHERE id < ")
                .push_bind(before.map_or(i64::MAX, |id| id.0));
            if let Some(state) = state {
                sql.push(" AND state = ").push_bind(state.as_str());
            }
            sql.push(" ORDER BY id DESC LIMIT ")
                .push_bind(i64::from(limit.clamp(1, 200)));
            let rows = sql.build().fetch_all(self.pool()).await?;
            rows.iter().map(read_job).collect()
        })
    }

    /// How many jobs there are of every kind and state.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn job_counts(&self) -> Reply<'_, BTreeMap<(String, &'static str), u64>> {
        Box::pin(async move {
            let rows =
                sqlx::query("SELECT kind, state, count(*) FROM jobs GROUP BY 1, 2 ORDER BY 1, 2")
                    .fetch_all(self.pool())
                    .await?;
            let mut out = BTreeMap::new();
            for row in rows {
                let state = JobState::parse(row.try_get(1)?).ok_or(CatalogError::Internal)?;
                let key = (row.try_get(0)?, state.as_str());
                out.insert(key, row.try_get::<i64, _>(2)? as u64);
            }
            Ok(out)
        })
    }

    /// The uploads that jobs were made of, and whether one of them may still need it.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn uploads_of_jobs(&self) -> Reply<'_, HashMap<String, bool>> {
        Box::pin(async move {
            let rows: Vec<(String, bool)> = sqlx::query_as(
                "SELECT payload->>'upload', bool_or(state NOT IN ('done', 'cancelled')) FROM jobs
                 WHERE payload->>'upload' IS NOT NULL GROUP BY 1",
            )
            .fetch_all(self.pool())
            .await?;
            Ok(rows.into_iter().collect())
        })
    }

    /// Does to a job what a person wants, at once: a worker that is at it can write nothing more.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`], or [`Conflict::JobState`] where it makes no sense.
    pub fn act_on_job(&self, id: JobId, action: JobAction) -> Reply<'_, Job> {
        Box::pin(async move {
            let from: Vec<&str> = JobState::ALL
                .into_iter()
                .filter(|state| state.after(action).is_some())
                .map(JobState::as_str)
                .collect();
            let to = match action {
                JobAction::Pause => JobState::Paused,
                JobAction::Resume | JobAction::Retry => JobState::Waiting,
                JobAction::Cancel => JobState::Cancelled,
            };
            let row = sqlx::query(
                "UPDATE jobs SET state = $3, lease_until = NULL, run_at = now(),
                    attempts = CASE WHEN $3 = 'waiting' THEN 0 ELSE attempts END,
                    reason = CASE WHEN $3 = 'waiting' THEN NULL ELSE reason END,
                    ended_at = CASE WHEN $3 = 'cancelled' THEN now() END
                 WHERE id = $1 AND state = ANY($2) RETURNING *",
            )
            .bind(id.0)
            .bind(from)
            .bind(to.as_str())
            .fetch_optional(self.pool())
            .await?;
            match row {
                Some(row) => read_job(&row),
                None => {
                    self.job(id).await?;
                    Err(CatalogError::Conflict(Conflict::JobState))
                }
            }
        })
    }

    /// Forgets jobs that came to their end longer ago than `age`, with their reports; they cannot be undone any
    /// more. Says how many.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn sweep_jobs(&self, age: Duration) -> Reply<'_, u64> {
        Box::pin(async move {
            let done = sqlx::query(
                "DELETE FROM jobs WHERE ended_at < now() - make_interval(secs => $1) AND state IN ('done', 'failed', 'cancelled')",
            )
            .bind(seconds(age))
            .execute(self.pool())
            .await?;
            Ok(done.rows_affected())
        })
    }
}
