//! Which models there are, which one searches are made with, and forgetting one.

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row};
use time::OffsetDateTime;

use crate::columns::Sql;
use crate::indexing::index_of;
use crate::models::{MODEL, WRITE_LOCK, read_model};
use crate::{Catalog, CatalogError, Conflict, Model, ModelId};

/// A model with what the library holds of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRow {
    /// The model.
    pub model: Model,
    /// How many swatches have an embedding by it.
    pub vectors: u64,
    /// Whether searches are made with it.
    pub in_use: bool,
    /// When it was registered.
    pub created_at: OffsetDateTime,
}

/// Rows deleted or changed in one transaction while a model is forgotten: some milliseconds of work,
/// so that on the engine with one connection nobody waits long.
const BATCH: i64 = 1_000;

impl Catalog {
    /// Every model, the oldest first.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn models(&self) -> Result<Vec<ModelRow>, CatalogError> {
        let rows = sqlx::query(
            "SELECT m.id, m.name, m.dims, m.calibration, m.created_at,
                    coalesce(m.standing = 'in use', false) AS in_use,
                    (SELECT count(*) FROM embeddings e WHERE e.model_id = m.id) AS vectors
             FROM models m ORDER BY m.id",
        )
        .fetch_all(self.pool())
        .await?;
        let read = |row: &PgRow| {
            Ok(ModelRow {
                model: read_model(row)?,
                vectors: row.try_get::<i64, _>("vectors")? as u64,
                in_use: row.try_get("in_use")?,
                created_at: row.try_get("created_at")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// The model searches are made with; `None` until [`Self::use_model`] was called.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn model_in_use(&self) -> Result<Option<Model>, CatalogError> {
        self.model_standing("in use").await
    }

    /// The model that was in use before this one, as long as the library has not forgotten it.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn previous_model(&self) -> Result<Option<Model>, CatalogError> {
        self.model_standing("previous").await
    }

    async fn model_standing(&self, standing: &str) -> Result<Option<Model>, CatalogError> {
        let mut sql = Sql::new(MODEL);
        sql.push(" WHERE standing = ").push_bind(standing);
        let row = sql.build().fetch_optional(self.pool()).await?;
        row.as_ref().map(read_model).transpose()
    }

    /// Makes searches use this model from now on, and remembers the one before. It has to know every
    /// swatch; nobody writes swatches in the meantime. Naming the one in use changes nothing.
    ///
    /// # Errors
    /// [`CatalogError::NotCovered`] while swatches have no embedding by it, [`CatalogError::NotFound`]
    /// for a model that is not registered.
    pub async fn use_model(&self, model: ModelId) -> Result<(), CatalogError> {
        let mut tx = self.pool().begin().await?;
        sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
        let row = sqlx::query(
            "SELECT coalesce(standing = 'in use', false),
                    (SELECT count(*) FROM swatches)
                        - (SELECT count(*) FROM embeddings WHERE model_id = $1)
             FROM models WHERE id = $1",
        )
        .bind(model.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(CatalogError::NotFound { what: "model" })?;
        let (in_use, missing): (bool, i64) = (row.try_get(0)?, row.try_get(1)?);
        if in_use {
            return Ok(());
        }
        if missing > 0 {
            return Err(CatalogError::NotCovered {
                missing: missing as u64,
            });
        }
        // One after the other, so that the unique index never sees two of a kind.
        for step in [
            "UPDATE models SET standing = NULL WHERE standing = 'previous'",
            "UPDATE models SET standing = 'previous' WHERE standing = 'in use'",
            // What is kept in memory of the library is of the model in use.
            "UPDATE library SET version = version + 1, whole_since = version + 1",
        ] {
            sqlx::query(step).execute(&mut *tx).await?;
        }
        sqlx::query("UPDATE models SET standing = 'in use' WHERE id = $1")
            .bind(model.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Deletes a model that is not in use, with its embeddings and its index; says how many embeddings
    /// went. Searches that were asked in its numbers stay, and rank without the look. Stopped half way
    /// it goes on where it was when called again.
    ///
    /// # Errors
    /// [`Conflict::ModelInUse`], [`CatalogError::NotFound`] for a model that is not registered.
    pub async fn forget_model(&self, model: ModelId) -> Result<u64, CatalogError> {
        let mut gone = 0;
        let mut indexed = self.engine().has_indexes();
        loop {
            // Under the lock, and looked at every time: in between somebody may have put it to use, and
            // nobody can while rows of it go.
            let mut tx = self.pool().begin().await?;
            sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
            let in_use: bool = sqlx::query_scalar(
                "SELECT coalesce(standing = 'in use', false) FROM models WHERE id = $1",
            )
            .bind(model.0)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(CatalogError::NotFound { what: "model" })?;
            if in_use {
                return Err(CatalogError::Conflict(Conflict::ModelInUse));
            }
            if std::mem::take(&mut indexed) {
                // First, so that deleting rows leaves no work behind in it.
                sqlx::query(AssertSqlSafe(format!(
                    "DROP INDEX IF EXISTS {}",
                    index_of(model)
                )))
                .execute(&mut *tx)
                .await?;
            }
            let embeddings = sqlx::query(
                "DELETE FROM embeddings WHERE model_id = $1 AND swatch_id IN (
                    SELECT swatch_id FROM embeddings WHERE model_id = $1 ORDER BY swatch_id LIMIT $2)",
            )
            .bind(model.0)
            .bind(BATCH)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            let searches = sqlx::query(
                "UPDATE searches SET model_id = NULL, embedding = NULL WHERE token IN (
                    SELECT token FROM searches WHERE model_id = $1 LIMIT $2)",
            )
            .bind(model.0)
            .bind(BATCH)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            let last = embeddings.max(searches) < BATCH as u64;
            if last {
                sqlx::query("DELETE FROM models WHERE id = $1")
                    .bind(model.0)
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
            gone += embeddings;
            if last {
                return Ok(gone);
            }
        }
    }
}
