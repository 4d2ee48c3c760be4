//! What people say of materials that look like one: two all the same, alternatives, or one.

use std::collections::HashMap;

use sqlx::Row;

use crate::models::WRITE_LOCK;
use crate::write::write_all;
use crate::{Catalog, CatalogError, Entry, MaterialId, Reply};

/// What a person said of two materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Two, and nothing more is to be said of it.
    Keep,
    /// Either may stand for the other.
    Alternative,
}

impl Verdict {
    /// As it stands in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Alternative => "alternative",
        }
    }

    fn parse(value: &str) -> Option<Self> {
        [Self::Keep, Self::Alternative]
            .into_iter()
            .find(|v| v.as_str() == value)
    }
}

impl Catalog {
    /// What was said of pairs, by the two numbers, the lower first.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn verdicts(&self) -> Reply<'_, HashMap<(MaterialId, MaterialId), Verdict>> {
        Box::pin(async move {
            let rows = sqlx::query("SELECT a, b, verdict FROM duplicate_verdicts")
                .fetch_all(self.pool())
                .await?;
            let mut out = HashMap::with_capacity(rows.len());
            for row in rows {
                let verdict = Verdict::parse(row.try_get(2)?).ok_or(CatalogError::Internal)?;
                let pair = (MaterialId(row.try_get(0)?), MaterialId(row.try_get(1)?));
                out.insert(pair, verdict);
            }
            Ok(out)
        })
    }

    /// Keeps what somebody says of two materials; what was said before is replaced.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a material and itself, [`Conflict::Gone`](crate::Conflict::Gone) for one that is
    /// not there.
    pub fn decide(&self, one: MaterialId, other: MaterialId, verdict: Verdict) -> Reply<'_, ()> {
        Box::pin(async move {
            if one == other {
                return Err(CatalogError::Unfit("That is one material already.".into()));
            }
            sqlx::query(
                "INSERT INTO duplicate_verdicts (a, b, verdict) VALUES ($1, $2, $3)
                 ON CONFLICT (a, b) DO UPDATE SET verdict = excluded.verdict, decided_at = now()",
            )
            .bind(one.0.min(other.0))
            .bind(one.0.max(other.0))
            .bind(verdict.as_str())
            .execute(self.pool())
            .await?;
            Ok(())
        })
    }

    /// Makes one material of two, in one transaction: pictures of `gone` move over with their vectors, `whole` is
    /// written over `kept` (it has its key, and names the pictures of both), and `gone` goes.
    ///
    /// # Errors
    /// Those of [`Self::upsert_many`].
    pub fn merge<'a>(
        &'a self,
        kept: MaterialId,
        gone: MaterialId,
        whole: &'a Entry,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            let mut tx = self.pool().begin().await?;
            sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
            sqlx::query(
                "WITH moved AS (
                    UPDATE swatches s SET material_id = $1 WHERE s.material_id = $2 AND NOT EXISTS (
                        SELECT 1 FROM swatches k WHERE k.material_id = $1 AND k.content_hash = s.content_hash)
                    RETURNING s.id)
                 UPDATE embeddings e SET material_id = $1 FROM moved WHERE e.swatch_id = moved.id",
            )
            .bind(kept.0)
            .bind(gone.0)
            .execute(&mut *tx)
            .await?;
            write_all(&mut tx, std::slice::from_ref(whole), &[]).await?;
            sqlx::query("DELETE FROM materials WHERE id = $1")
                .bind(gone.0)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(())
        })
    }
}
