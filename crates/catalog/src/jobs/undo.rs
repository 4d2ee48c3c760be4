//! Back to what there was before an import.

use std::collections::HashSet;

use serde::Serialize;
use sqlx::{Postgres, Row, Transaction};

use super::{JobId, JobState};
use crate::models::WRITE_LOCK;
use crate::{Catalog, CatalogError, Conflict, Entry, Reply};

/// What came of undoing an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// Materials that the import had created, and that are gone.
    pub removed: u32,
    /// Materials that are again as they were.
    pub restored: u32,
    /// Keys of materials that somebody changed after the import; they stay as they are.
    pub left: Vec<String>,
}

/// Materials that go back in one transaction.
const CHUNK: i64 = 200;

/// Keeps what there is of materials that are about to change or go, once for every job and key.
pub(super) async fn remember(
    tx: &mut Transaction<'_, Postgres>,
    job: JobId,
    entries: &[Entry],
    changing: &HashSet<String>,
    deleted: &[&str],
) -> Result<(), CatalogError> {
    let keys: Vec<&str> = changing
        .iter()
        .map(String::as_str)
        .chain(deleted.iter().copied())
        .collect();
    if keys.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO import_befores (job, key, before)
         SELECT DISTINCT ON (k.key) $1, k.key, CASE WHEN m.id IS NOT NULL THEN jsonb_build_object(
            'material', to_jsonb(m), 'swatches', coalesce(
                (SELECT jsonb_agg(to_jsonb(s)) FROM swatches s WHERE s.material_id = m.id), '[]')) END
         FROM unnest($2::text[]) k(key) LEFT JOIN materials m ON m.key = k.key
         ON CONFLICT (job, key) DO NOTHING",
    )
    .bind(job.0)
    .bind(&keys)
    .execute(&mut **tx)
    .await?;
    // Pictures that stay keep their vectors.
    let (owners, hashes): (Vec<&str>, Vec<&str>) = entries
        .iter()
        .flat_map(|e| {
            let key = e.material.key.as_str();
            e.swatches.iter().map(move |s| (key, s.id.as_str()))
        })
        .unzip();
    sqlx::query(
        "INSERT INTO import_before_embeddings (job, model_id, swatch_id, material_id, embedding)
         SELECT $1, e.model_id, e.swatch_id, e.material_id, e.embedding
         FROM materials m JOIN swatches s ON s.material_id = m.id JOIN embeddings e ON e.swatch_id = s.id
         WHERE m.key = ANY($2) AND NOT EXISTS (
            SELECT 1 FROM unnest($3::text[], $4::text[]) n(key, hash)
            WHERE n.key = m.key AND decode(n.hash, 'hex') = s.content_hash)
         ON CONFLICT (job, model_id, swatch_id) DO NOTHING",
    )
    .bind(job.0)
    .bind(&keys)
    .bind(owners)
    .bind(hashes)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps what the import made of them, to know later whether somebody changed them since.
pub(super) async fn remember_after(
    tx: &mut Transaction<'_, Postgres>,
    job: JobId,
    changed: &HashSet<String>,
) -> Result<(), CatalogError> {
    let keys: Vec<&str> = changed.iter().map(String::as_str).collect();
    sqlx::query(
        "UPDATE import_befores b SET after = m.digest FROM materials m
         WHERE b.job = $1 AND b.key = ANY($2) AND m.key = b.key",
    )
    .bind(job.0)
    .bind(keys)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

impl Catalog {
    /// The last import that wrote something and was not undone.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn last_import(&self) -> Reply<'_, Option<JobId>> {
        Box::pin(async move {
            let id: Option<i64> = sqlx::query_scalar(
                "SELECT max(id) FROM jobs j
                 WHERE undone_at IS NULL AND EXISTS (SELECT 1 FROM import_befores b WHERE b.job = j.id)",
            )
            .fetch_one(self.pool())
            .await?;
            Ok(id.map(JobId))
        })
    }

    /// Undoes an import: what it created goes, what it changed or deleted is again as it was, with its number,
    /// pictures and vectors. What somebody changed after it is left alone and named. Cut off, it goes on where it
    /// stopped. An import that runs or waits has to be paused or cancelled first.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`], [`Conflict::JobState`].
    pub fn undo_import(&self, job: JobId) -> Reply<'_, Undone> {
        Box::pin(async move {
            let mut undone = Undone::default();
            loop {
                let mut tx = self.pool().begin().await?;
                sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
                let state: Option<String> =
                    sqlx::query_scalar("SELECT state FROM jobs WHERE id = $1 FOR UPDATE")
                        .bind(job.0)
                        .fetch_optional(&mut *tx)
                        .await?;
                let state = state.ok_or(CatalogError::NotFound { what: "job" })?;
                if !JobState::parse(&state).is_some_and(JobState::is_at_rest) {
                    return Err(CatalogError::Conflict(Conflict::JobState));
                }
                let more = undo_some(&mut tx, job, &mut undone).await?;
                if !more {
                    // What is paused must not go on, and bring in the rest of what was taken back.
                    sqlx::query(
                        "UPDATE jobs SET undone_at = now(), ended_at = coalesce(ended_at, now()),
                            state = CASE WHEN state = 'done' THEN 'done' ELSE 'cancelled' END WHERE id = $1",
                    )
                    .bind(job.0)
                    .execute(&mut *tx)
                    .await?;
                }
                tx.commit().await?;
                if !more {
                    return Ok(undone);
                }
            }
        })
    }
}

/// Takes back the next materials of a job; whether there were any.
async fn undo_some(
    tx: &mut Transaction<'_, Postgres>,
    job: JobId,
    undone: &mut Undone,
) -> Result<bool, CatalogError> {
    let rows = sqlx::query(
        "SELECT b.key, b.before IS NULL AS created, b.after IS NULL AS deleted, m.id,
                m.digest IS NOT DISTINCT FROM b.after AS untouched
         FROM import_befores b LEFT JOIN materials m ON m.key = b.key
         WHERE b.job = $1 ORDER BY b.key LIMIT $2",
    )
    .bind(job.0)
    .bind(CHUNK)
    .fetch_all(&mut **tx)
    .await?;
    if rows.is_empty() {
        return Ok(false);
    }
    let (mut all, mut created, mut former) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let key: String = row.try_get("key")?;
        all.push(key.clone());
        if !row.try_get::<bool, _>("untouched")? {
            undone.left.push(key);
        } else if row.try_get::<bool, _>("created")? {
            created.push(key);
        } else {
            former.push(key);
        }
    }
    undone.removed += sqlx::query("DELETE FROM materials WHERE key = ANY($1)")
        .bind(&created)
        .execute(&mut **tx)
        .await?
        .rows_affected() as u32;
    undone.restored += former.len() as u32;
    put_back(tx, job, &former).await?;
    sqlx::query("DELETE FROM import_befores WHERE job = $1 AND key = ANY($2)")
        .bind(job.0)
        .bind(&all)
        .execute(&mut **tx)
        .await?;
    Ok(true)
}

/// Writes rows as they were. A column that came later keeps what it has.
async fn put_back(
    tx: &mut Transaction<'_, Postgres>,
    job: JobId,
    keys: &[String],
) -> Result<(), CatalogError> {
    const STATEMENTS: [&str; 5] = [
        "UPDATE materials m SET
            slug = o.slug, name = o.name, maker = o.maker, description = o.description, category = o.category,
            finish = o.finish, texture = o.texture, pattern = o.pattern, pattern_scale_mm = o.pattern_scale_mm,
            colours = o.colours, colour_names = o.colour_names, colour_grid = o.colour_grid,
            applications = o.applications, width_mm = o.width_mm, length_mm = o.length_mm,
            thickness_mm = o.thickness_mm, joint_mm = o.joint_mm, longest_mm = o.longest_mm,
            price_cents = o.price_cents, currency = o.currency, price_unit = o.price_unit,
            price_date = o.price_date, fire = o.fire, slip = o.slip, specs = o.specs, sources = o.sources,
            words = o.words, digest = o.digest, created_at = o.created_at, updated_at = o.updated_at
         FROM import_befores b, jsonb_populate_record(NULL::materials, b.before->'material') o
         WHERE b.job = $1 AND b.key = ANY($2) AND m.key = b.key",
        "INSERT INTO materials OVERRIDING SYSTEM VALUE
         SELECT o.* FROM import_befores b, jsonb_populate_record(NULL::materials, b.before->'material') o
         WHERE b.job = $1 AND b.key = ANY($2)
         ON CONFLICT (key) DO NOTHING",
        "DELETE FROM swatches s USING materials m, import_befores b
         WHERE b.job = $1 AND b.key = ANY($2) AND m.key = b.key AND s.material_id = m.id
           AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(b.before->'swatches') o WHERE (o->>'id')::bigint = s.id)",
        // What nobody measured is a JSON null, which reads back as none at all.
        "INSERT INTO swatches (id, material_id, position, view, content_hash, phash, width, height, ground, palette, facts)
         OVERRIDING SYSTEM VALUE
         SELECT o.id, o.material_id, o.position, o.view, o.content_hash, o.phash, o.width, o.height, o.ground, o.palette,
            coalesce(o.facts, 'null') FROM import_befores b, jsonb_populate_recordset(NULL::swatches, b.before->'swatches') o
         WHERE b.job = $1 AND b.key = ANY($2)
         ON CONFLICT (id) DO UPDATE SET position = excluded.position, view = excluded.view,
            phash = excluded.phash, width = excluded.width, height = excluded.height,
            ground = excluded.ground, palette = excluded.palette, facts = excluded.facts",
        "INSERT INTO embeddings (model_id, swatch_id, material_id, embedding)
         SELECT e.model_id, e.swatch_id, e.material_id, e.embedding
         FROM import_before_embeddings e JOIN materials m ON m.id = e.material_id JOIN swatches s ON s.id = e.swatch_id
         WHERE e.job = $1 AND m.key = ANY($2)
         ON CONFLICT (model_id, swatch_id) DO NOTHING",
    ];
    for statement in STATEMENTS {
        sqlx::query(statement)
            .bind(job.0)
            .bind(keys)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}
