//! How many swatches a model has looked at, and what it makes of the others.

use std::collections::HashSet;

use material::SwatchId;
use sqlx::Row;

use crate::models::{WRITE_LOCK, check_dims, embedding};
use crate::row::swatch_id;
use crate::{Catalog, CatalogError, ModelId};

/// A swatch, by its number in the database. The same picture in two materials has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SwatchRow(pub i64);

/// How much of the library a model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Swatches with an embedding by it.
    pub have: u64,
    /// Swatches.
    pub all: u64,
}

impl Coverage {
    /// Whether the model knows every swatch.
    pub fn is_complete(&self) -> bool {
        self.have >= self.all
    }
}

/// Embeddings in one statement.
const CHUNK: usize = 250;

impl Catalog {
    /// The most swatches one call of [`Self::without_embedding`] names.
    pub const MAX_WITHOUT: u32 = 10_000;

    /// How much of the library a model knows.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`] for a model that is not registered.
    pub async fn coverage(&self, model: ModelId) -> Result<Coverage, CatalogError> {
        let (have, all): (i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM embeddings WHERE model_id = $1), (SELECT count(*) FROM swatches)
             FROM models WHERE id = $1",
        )
        .bind(model.0)
        .fetch_optional(self.pool())
        .await?
        .ok_or(CatalogError::NotFound { what: "model" })?;
        Ok(Coverage {
            have: have as u64,
            all: all as u64,
        })
    }

    /// Up to `limit` (at most [`Self::MAX_WITHOUT`]) swatches that have no embedding by a model, oldest
    /// first, those after `after` alone. Going on after the last one of every answer visits each once,
    /// also those that stay without one because their picture cannot be read.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn without_embedding(
        &self,
        model: ModelId,
        after: Option<SwatchRow>,
        limit: u32,
    ) -> Result<Vec<(SwatchRow, SwatchId)>, CatalogError> {
        let rows = sqlx::query(
            // `after` twice, so that both sides of the comparison start there.
            "SELECT s.id, s.content_hash FROM swatches s
             WHERE s.id > $2 AND NOT EXISTS (
                SELECT 1 FROM embeddings e
                WHERE e.swatch_id = s.id AND e.model_id = $1 AND e.swatch_id > $2)
             ORDER BY s.id LIMIT $3",
        )
        .bind(model.0)
        .bind(after.map_or(0, |row| row.0))
        .bind(i64::from(limit.min(Self::MAX_WITHOUT)))
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| Ok((SwatchRow(row.try_get(0)?), swatch_id(row.try_get(1)?)?)))
            .collect()
    }

    /// Adds what a model makes of swatches, in one transaction; says how many embeddings are new. Those
    /// that are there already stay as they are, and swatches that have gone meanwhile are passed over.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for an embedding that is none, [`CatalogError::NotFound`] for a model
    /// that is not registered.
    pub async fn add_embeddings(
        &self,
        model: ModelId,
        embeddings: &[(SwatchRow, Vec<f32>)],
    ) -> Result<u64, CatalogError> {
        let lengths: HashSet<_> = embeddings.iter().map(|(_, v)| (model, v.len())).collect();
        let mut tx = self.pool().begin().await?;
        // While it is held nobody takes a swatch or the model away between finding and using it.
        sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
        check_dims(&mut *tx, lengths).await?;
        let mut added = 0;
        for chunk in embeddings.chunks(CHUNK) {
            let rows: Vec<i64> = chunk.iter().map(|(row, _)| row.0).collect();
            let vectors = chunk.iter().map(|(_, v)| embedding(v));
            let vectors = vectors.collect::<Result<Vec<_>, _>>()?;
            added += sqlx::query(
                "INSERT INTO embeddings (model_id, swatch_id, material_id, embedding)
                 SELECT $1, s.id, s.material_id, x.embedding
                 FROM unnest($2::bigint[], $3::vector[]) x(swatch, embedding)
                 JOIN swatches s ON s.id = x.swatch
                 ON CONFLICT (model_id, swatch_id) DO NOTHING",
            )
            .bind(model.0)
            .bind(rows)
            .bind(vectors)
            .execute(&mut *tx)
            .await?
            .rows_affected();
        }
        // What is kept in memory of the model in use follows the numbers of changes of materials.
        let rows: Vec<i64> = embeddings.iter().map(|(row, _)| row.0).collect();
        sqlx::query(
            "UPDATE materials SET changed = changed WHERE id IN (
                SELECT s.material_id FROM swatches s WHERE s.id = ANY($2))
             AND EXISTS (SELECT 1 FROM models WHERE id = $1 AND standing = 'in use')",
        )
        .bind(model.0)
        .bind(rows)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(added)
    }
}
