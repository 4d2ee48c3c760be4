//! The items of an import: what comes in, what became of it, and what went wrong.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{Postgres, Row, Transaction, types::Json};

use super::queue::hold;
use super::{JobClaim, JobId, undo};
use crate::models::WRITE_LOCK;
use crate::row::seconds;
use crate::swatch_analyses::SwatchAnalysis;
use crate::write::{changing, write_all};
use crate::{Catalog, CatalogError, Entry, Reply};

/// A material that is to come in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NewItem {
    /// Its key.
    pub key: String,
    /// What is to be done, and from where.
    pub work: Value,
}

/// A material that waits to come in.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportItem {
    /// Its place in the import.
    pub position: i32,
    /// Its key.
    pub key: String,
    /// What is to be done, and from where.
    pub work: Value,
}

/// A row or file that did not come in, or not as it stood there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The row of the table, or the place of the file.
    pub line: i32,
    /// What people call it: a file, a key.
    pub name: String,
    /// The row as it stood in the table.
    pub cells: Vec<String>,
    /// In a sentence.
    pub problem: String,
    /// Whether it came in all the same, without a value.
    pub came_in: bool,
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemOutcome {
    /// The key was new.
    Created,
    /// Something was written.
    Changed,
    /// It was there just so.
    Unchanged,
    /// It is gone.
    Deleted,
    /// It did not come in; problems say why.
    Refused,
}

impl ItemOutcome {
    const ALL: [Self; 5] = [
        Self::Created,
        Self::Changed,
        Self::Unchanged,
        Self::Deleted,
        Self::Refused,
    ];

    /// As it stands in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Deleted => "deleted",
            Self::Refused => "refused",
        }
    }
}

/// What is to be written of an item.
#[derive(Debug, Clone, PartialEq)]
pub enum BatchItem {
    /// The material of this place among the entries.
    Put(usize),
    /// The material of this key goes.
    Delete(String),
    /// Nothing.
    Refuse,
}

/// Items that come to their end together.
#[derive(Debug, Clone, Default)]
pub struct ImportBatch {
    /// The materials that are written.
    pub entries: Vec<Entry>,
    /// What models said about their pictures.
    pub said: Vec<SwatchAnalysis>,
    /// The items, by their places in the import.
    pub items: Vec<(i32, BatchItem)>,
    /// What went wrong with them.
    pub problems: Vec<Problem>,
}

/// How many items of an import came to which end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// New materials.
    pub created: u32,
    /// Materials that changed.
    pub changed: u32,
    /// Materials that were there just so.
    pub unchanged: u32,
    /// Materials that went.
    pub deleted: u32,
    /// What did not come in.
    pub refused: u32,
    /// What still waits.
    pub waiting: u32,
}

/// Rows in one statement.
const CHUNK: usize = 1_000;

pub(super) async fn insert_items(
    tx: &mut Transaction<'_, Postgres>,
    job: JobId,
    items: &[NewItem],
    problems: &[Problem],
) -> Result<(), CatalogError> {
    for (nth, chunk) in items.chunks(CHUNK).enumerate() {
        sqlx::query(
            "INSERT INTO import_items (job, position, key, work)
             SELECT $1, $2 + i.nth::integer, i.item->>'key', i.item->'work'
             FROM jsonb_array_elements($3) WITH ORDINALITY i(item, nth)",
        )
        .bind(job.0)
        .bind((nth * CHUNK) as i32)
        .bind(Json(chunk))
        .execute(&mut **tx)
        .await?;
    }
    insert_problems(tx, job, problems).await
}

async fn insert_problems(
    tx: &mut Transaction<'_, Postgres>,
    job: JobId,
    problems: &[Problem],
) -> Result<(), CatalogError> {
    for chunk in problems.chunks(CHUNK) {
        sqlx::query(
            "INSERT INTO import_problems (job, line, name, cells, problem, came_in)
             SELECT $1, line, name, cells, problem, came_in
             FROM jsonb_to_recordset($2) AS p(line integer, name text, cells jsonb, problem text, came_in boolean)",
        )
        .bind(job.0)
        .bind(Json(chunk))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

impl Catalog {
    /// The next items of an import that wait, those after a place alone, in its order.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn waiting_items(&self, job: JobId, after: i32, limit: u32) -> Reply<'_, Vec<ImportItem>> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT position, key, work FROM import_items
                 WHERE job = $1 AND position > $2 AND outcome IS NULL ORDER BY position LIMIT $3",
            )
            .bind(job.0)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(self.pool())
            .await?;
            rows.iter()
                .map(|row| {
                    Ok(ImportItem {
                        position: row.try_get(0)?,
                        key: row.try_get(1)?,
                        work: row.try_get(2)?,
                    })
                })
                .collect()
        })
    }

    /// Brings items to their end, in one transaction with what they write, what went wrong with them, and what
    /// there was before: after a crash an item is done with all it wrote, or waits and wrote nothing. An item
    /// that has come to its end already is left alone. The lease starts anew, and the attempts too.
    ///
    /// # Errors
    /// [`Conflict::ClaimLost`](crate::Conflict::ClaimLost) when the job was stopped or claimed by another,
    /// and those of [`Self::upsert_many`].
    pub fn complete_items<'a>(
        &'a self,
        claim: JobClaim,
        batch: &'a ImportBatch,
        lease: Duration,
    ) -> Reply<'a, Tally> {
        Box::pin(async move {
            let mut tx = self.pool().begin().await?;
            hold(&mut tx, claim).await?;
            sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
            let deleted: Vec<&str> = batch
                .items
                .iter()
                .filter_map(|(_, what)| match what {
                    BatchItem::Delete(key) => Some(key.as_str()),
                    BatchItem::Put(_) | BatchItem::Refuse => None,
                })
                .collect();
            let changing = changing(&mut tx, &batch.entries).await?;
            undo::remember(&mut tx, claim.job, &batch.entries, &changing, &deleted).await?;
            let written = write_all(&mut tx, &batch.entries, &batch.said).await?;
            let gone: Vec<String> =
                sqlx::query_scalar("DELETE FROM materials WHERE key = ANY($1) RETURNING key")
                    .bind(&deleted)
                    .fetch_all(&mut *tx)
                    .await?;
            undo::remember_after(&mut tx, claim.job, &changing).await?;
            let mut tally = Tally::default();
            let mut ends: Vec<(i32, &str, Option<i64>)> = Vec::with_capacity(batch.items.len());
            for (position, what) in &batch.items {
                let (outcome, id) = match what {
                    BatchItem::Put(place) => {
                        let written = written.get(*place).ok_or(CatalogError::Internal)?;
                        let outcome = match (written.created, written.changed) {
                            (true, _) => ItemOutcome::Created,
                            (false, true) => ItemOutcome::Changed,
                            (false, false) => ItemOutcome::Unchanged,
                        };
                        (outcome, Some(written.id.0))
                    }
                    BatchItem::Delete(key) if gone.contains(key) => (ItemOutcome::Deleted, None),
                    BatchItem::Delete(_) => (ItemOutcome::Unchanged, None),
                    BatchItem::Refuse => (ItemOutcome::Refused, None),
                };
                tally.add(outcome, 1);
                ends.push((*position, outcome.as_str(), id));
            }
            let ended = sqlx::query(
                "UPDATE import_items i SET outcome = e.outcome, material_id = e.id
                 FROM unnest($2::integer[], $3::text[], $4::bigint[]) e(position, outcome, id)
                 WHERE i.job = $1 AND i.position = e.position AND i.outcome IS NULL",
            )
            .bind(claim.job.0)
            .bind(ends.iter().map(|e| e.0).collect::<Vec<_>>())
            .bind(ends.iter().map(|e| e.1).collect::<Vec<_>>())
            .bind(ends.iter().map(|e| e.2).collect::<Vec<_>>())
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if ended != batch.items.len() as u64 {
                // Only whoever holds the claim ends items, so that none of these can have ended before.
                return Err(CatalogError::Internal);
            }
            insert_problems(&mut tx, claim.job, &batch.problems).await?;
            sqlx::query(
                "UPDATE jobs SET done = done + $2, attempts = least(attempts, 1),
                    lease_until = now() + make_interval(secs => $3) WHERE id = $1",
            )
            .bind(claim.job.0)
            .bind(ended as i64)
            .bind(seconds(lease))
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            Ok(tally)
        })
    }

    /// How many items of an import came to which end.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn import_tally(&self, job: JobId) -> Reply<'_, Tally> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT outcome, count(*) FROM import_items WHERE job = $1 GROUP BY outcome",
            )
            .bind(job.0)
            .fetch_all(self.pool())
            .await?;
            let mut tally = Tally::default();
            for row in rows {
                let count = row.try_get::<i64, _>(1)? as u32;
                let outcome: Option<&str> = row.try_get(0)?;
                let known = ItemOutcome::ALL
                    .into_iter()
                    .find(|o| Some(o.as_str()) == outcome);
                match known {
                    Some(outcome) => tally.add(outcome, count),
                    None => tally.waiting += count,
                }
            }
            Ok(tally)
        })
    }

    /// What went wrong in an import, in the order of its table, at most `limit` after the first `skip`.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn import_problems(&self, job: JobId, skip: u32, limit: u32) -> Reply<'_, Vec<Problem>> {
        Box::pin(async move {
            let rows = sqlx::query(
                "SELECT line, name, cells, problem, came_in FROM import_problems
                 WHERE job = $1 ORDER BY line, id OFFSET $2 LIMIT $3",
            )
            .bind(job.0)
            .bind(i64::from(skip))
            .bind(i64::from(limit))
            .fetch_all(self.pool())
            .await?;
            rows.iter()
                .map(|row| {
                    let Json(cells) = row.try_get(2)?;
                    Ok(Problem {
                        line: row.try_get(0)?,
                        name: row.try_get(1)?,
                        cells,
                        problem: row.try_get(3)?,
                        came_in: row.try_get(4)?,
                    })
                })
                .collect()
        })
    }

    /// The outcome of every item, by key: for reports of a few.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn import_outcomes(&self, job: JobId) -> Reply<'_, BTreeMap<String, Option<String>>> {
        Box::pin(async move {
            let rows = sqlx::query("SELECT key, outcome FROM import_items WHERE job = $1")
                .bind(job.0)
                .fetch_all(self.pool())
                .await?;
            let mut out = BTreeMap::new();
            for row in rows {
                out.insert(row.try_get(0)?, row.try_get(1)?);
            }
            Ok(out)
        })
    }
}

impl Tally {
    /// How many came to each end.
    pub fn outcomes(&self) -> [(ItemOutcome, u32); 5] {
        [
            (ItemOutcome::Created, self.created),
            (ItemOutcome::Changed, self.changed),
            (ItemOutcome::Unchanged, self.unchanged),
            (ItemOutcome::Deleted, self.deleted),
            (ItemOutcome::Refused, self.refused),
        ]
    }

    fn add(&mut self, outcome: ItemOutcome, count: u32) {
        let place = match outcome {
            ItemOutcome::Created => &mut self.created,
            ItemOutcome::Changed => &mut self.changed,
            ItemOutcome::Unchanged => &mut self.unchanged,
            ItemOutcome::Deleted => &mut self.deleted,
            ItemOutcome::Refused => &mut self.refused,
        };
        *place += count;
    }
}
