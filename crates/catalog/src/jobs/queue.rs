//! Handing in, claiming and ending jobs.

use std::time::Duration;

use serde_json::Value;
use sqlx::{Postgres, Row, Transaction, types::Json};

use super::import::insert_items;
use super::{JOB, Job, JobClaim, JobId, NewItem, NewJob, Problem, read_job};
use crate::columns::Sql;
use crate::row::{seconds, short_text};
use crate::{Catalog, CatalogError, Conflict, Reply};

/// The wait after a failure doubles from here …
const FIRST_WAIT: f64 = 5.0;
/// … to here, in seconds.
const LONGEST_WAIT: f64 = 600.0;
/// Longer reasons are cut.
const MAX_REASON: usize = 2_000;

impl Catalog {
    /// How long a claim holds without a sign of life.
    pub const LEASE: Duration = Duration::from_secs(30);

    /// Hands a job in with its items and what is wrong with the rest, in one transaction. With a lease it is
    /// claimed at once, before anybody else can.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a kind or title that is none, [`CatalogError::Unavailable`].
    pub fn enqueue<'a>(
        &'a self,
        job: &'a NewJob,
        items: &'a [NewItem],
        problems: &'a [Problem],
        lease: Option<Duration>,
    ) -> Reply<'a, (JobId, Option<JobClaim>)> {
        Box::pin(async move {
            let mut tx = self.pool().begin().await?;
            let id: i64 = sqlx::query_scalar(
                "INSERT INTO jobs (kind, title, priority, payload, max_attempts, total, state, claim, attempts, lease_until, started_at, claimed_at)
                 SELECT $1, $2, $3, $4, $5, $6,
                        CASE WHEN x.claimed THEN 'running' ELSE 'waiting' END, x.claimed::integer, x.claimed::integer,
                        CASE WHEN x.claimed THEN now() + make_interval(secs => $7) END,
                        CASE WHEN x.claimed THEN now() END, CASE WHEN x.claimed THEN now() END
                 FROM (SELECT $7::double precision IS NOT NULL AS claimed) x
                 RETURNING id",
            )
            .bind(short_text(&job.kind)?)
            .bind(short_text(&job.title)?)
            .bind(job.priority)
            .bind(Json(&job.payload))
            .bind(job.max_attempts.clamp(1, 1_000) as i32)
            .bind(items.len() as i64)
            .bind(lease.map(seconds))
            .fetch_one(&mut *tx)
            .await?;
            insert_items(&mut tx, JobId(id), items, problems).await?;
            tx.commit().await?;
            let claim = lease.map(|_| JobClaim {
                job: JobId(id),
                number: 1,
            });
            Ok((JobId(id), claim))
        })
    }

    /// Claims the next job of these kinds: the one of highest priority, of equals the oldest, that waits and
    /// whose time has come, or whose worker has not been heard of. One that was claimed too often without any
    /// progress fails instead. However many ask, in however many processes, one gets it.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn claim_job<'a>(
        &'a self,
        kinds: &'a [&'a str],
        lease: Duration,
    ) -> Reply<'a, Option<(Job, JobClaim)>> {
        Box::pin(async move {
            sqlx::query(
                "UPDATE jobs SET state = 'failed', lease_until = NULL, ended_at = now(),
                    reason = coalesce(reason || ' ', '') || 'The process that worked on it ended ' || attempts || ' times without getting any further.'
                 WHERE state = 'running' AND lease_until <= now() AND attempts >= max_attempts",
            )
            .execute(self.pool())
            .await?;
            let row = sqlx::query(
                "WITH next AS (
                    SELECT id FROM jobs
                    WHERE kind = ANY($1) AND ((state = 'waiting' AND run_at <= now())
                       OR (state = 'running' AND lease_until <= now() AND attempts < max_attempts))
                    ORDER BY priority DESC, id LIMIT 1 FOR UPDATE SKIP LOCKED)
                 UPDATE jobs j SET state = 'running', claim = j.claim + 1, attempts = j.attempts + 1,
                    lease_until = now() + make_interval(secs => $2), started_at = coalesce(j.started_at, now()), ended_at = NULL,
                    claimed_at = now(), claimed_done = j.done
                 FROM next WHERE j.id = next.id
                 RETURNING j.*",
            )
            .bind(kinds)
            .bind(seconds(lease))
            .fetch_optional(self.pool())
            .await?;
            let Some(row) = row else { return Ok(None) };
            let job = read_job(&row)?;
            let claim = JobClaim {
                job: job.id,
                number: row.try_get("claim")?,
            };
            Ok(Some((job, claim)))
        })
    }

    /// Says that the worker lives; the lease starts anew.
    ///
    /// # Errors
    /// [`Conflict::ClaimLost`] when it is his no longer.
    pub fn keep_claim(&self, claim: JobClaim, lease: Duration) -> Reply<'_, ()> {
        Box::pin(async move {
            let done = sqlx::query(
                "UPDATE jobs SET lease_until = now() + make_interval(secs => $3)
                 WHERE id = $1 AND claim = $2 AND state = 'running'",
            )
            .bind(claim.job.0)
            .bind(claim.number)
            .bind(seconds(lease))
            .execute(self.pool())
            .await?;
            still_held(done.rows_affected())
        })
    }

    /// The job is done; `result` is what came of it.
    ///
    /// # Errors
    /// [`Conflict::ClaimLost`].
    pub fn finish_job<'a>(&'a self, claim: JobClaim, result: &'a Value) -> Reply<'a, ()> {
        Box::pin(async move {
            let done = sqlx::query(
                "UPDATE jobs SET state = 'done', lease_until = NULL, ended_at = now(), reason = NULL, result = $3
                 WHERE id = $1 AND claim = $2 AND state = 'running'",
            )
            .bind(claim.job.0)
            .bind(claim.number)
            .bind(Json(result))
            .execute(self.pool())
            .await?;
            still_held(done.rows_affected())
        })
    }

    /// The work failed. It is tried again after a wait that doubles with every attempt, or has failed for good
    /// when the attempts are used up or `lasting` says that trying again would not help.
    ///
    /// # Errors
    /// [`Conflict::ClaimLost`].
    pub fn fail_job<'a>(
        &'a self,
        claim: JobClaim,
        reason: &'a str,
        lasting: bool,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let reason: String = reason
                .chars()
                .filter(|c| *c != '\0')
                .take(MAX_REASON)
                .collect();
            let done = sqlx::query(
                "UPDATE jobs SET lease_until = NULL, reason = $3,
                    state = CASE WHEN $4 OR attempts >= max_attempts THEN 'failed' ELSE 'waiting' END,
                    ended_at = CASE WHEN $4 OR attempts >= max_attempts THEN now() END,
                    run_at = now() + make_interval(secs => least($5 * 2 ^ least(attempts - 1, 30), $6))
                 WHERE id = $1 AND claim = $2 AND state = 'running'",
            )
            .bind(claim.job.0)
            .bind(claim.number)
            .bind(reason)
            .bind(lasting)
            .bind(FIRST_WAIT)
            .bind(LONGEST_WAIT)
            .execute(self.pool())
            .await?;
            still_held(done.rows_affected())
        })
    }

    /// Gives a job back, for example because the process is asked to stop: it waits again, and the attempt
    /// does not count.
    ///
    /// # Errors
    /// [`Conflict::ClaimLost`].
    pub fn give_back(&self, claim: JobClaim) -> Reply<'_, ()> {
        Box::pin(async move {
            let done = sqlx::query(
                "UPDATE jobs SET state = 'waiting', lease_until = NULL, attempts = greatest(attempts - 1, 0), run_at = now()
                 WHERE id = $1 AND claim = $2 AND state = 'running'",
            )
            .bind(claim.job.0)
            .bind(claim.number)
            .execute(self.pool())
            .await?;
            still_held(done.rows_affected())
        })
    }

    /// A job as it stands.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`].
    pub fn job(&self, id: JobId) -> Reply<'_, Job> {
        Box::pin(async move {
            let mut sql = Sql::new(JOB);
            sql.push(" WHERE id = ").push_bind(id.0);
            let row = sql.build().fetch_optional(self.pool()).await?;
            let row = row.ok_or(CatalogError::NotFound { what: "job" })?;
            read_job(&row)
        })
    }
}

/// Locks the row of a job for this transaction; nobody can stop or claim it meanwhile.
pub(super) async fn hold(
    tx: &mut Transaction<'_, Postgres>,
    claim: JobClaim,
) -> Result<(), CatalogError> {
    let held = sqlx::query(
        "SELECT 1 FROM jobs WHERE id = $1 AND claim = $2 AND state = 'running' FOR UPDATE",
    )
    .bind(claim.job.0)
    .bind(claim.number)
    .fetch_optional(&mut **tx)
    .await?;
    still_held(u64::from(held.is_some()))
}

fn still_held(rows: u64) -> Result<(), CatalogError> {
    match rows {
        0 => Err(CatalogError::Conflict(Conflict::ClaimLost)),
        _ => Ok(()),
    }
}
