//! How far two models see the library alike.

use std::collections::HashSet;

use material::Filters;
use pgvector::Vector;

use crate::candidates::Among;
use crate::{Catalog, CatalogError, MaterialId, ModelId};

impl Catalog {
    /// The most swatches [`Self::agreement`] asks about.
    pub const MAX_AGREEMENT_SAMPLE: u32 = 1_000;
    /// The most neighbours it compares.
    pub const MAX_AGREEMENT_NEIGHBOURS: u32 = 100;

    /// For a sample of swatches that both models know: the mean share of the `k` materials nearest to
    /// each (its own left out) that both models name, 0 to 1. Where there are fewer materials, of all of
    /// them. The same seed on the same library gives the same sample. `None` when there is nothing to
    /// compare: no swatch that both know, or no other material.
    ///
    /// Every swatch takes short statements of its own, so that others get their turn in between; above
    /// [`Settings::exact_below`](crate::Settings::exact_below) materials the neighbours come from the
    /// index where there is one.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn agreement(
        &self,
        a: ModelId,
        b: ModelId,
        sample: u32,
        k: u32,
        seed: u64,
    ) -> Result<Option<f32>, CatalogError> {
        let k = k.clamp(1, Self::MAX_AGREEMENT_NEIGHBOURS);
        let swatches: Vec<i64> = sqlx::query_scalar(
            "SELECT a.swatch_id FROM embeddings a
             JOIN embeddings b ON b.swatch_id = a.swatch_id AND b.model_id = $2
             WHERE a.model_id = $1
             ORDER BY hashint8extended(a.swatch_id, $3), a.swatch_id LIMIT $4",
        )
        .bind(a.0)
        .bind(b.0)
        .bind(seed as i64)
        .bind(i64::from(sample.min(Self::MAX_AGREEMENT_SAMPLE)))
        .fetch_all(self.pool())
        .await?;
        let filters = Filters::default();
        let shelf = self.shelf().await?;
        let among = Among::new(shelf, &filters);
        let (mut sum, mut count) = (0.0_f64, 0_u32);
        for swatch in swatches {
            let pair: Option<(i64, Vector, Vector)> = sqlx::query_as(
                "SELECT a.material_id, a.embedding, b.embedding FROM embeddings a
                 JOIN embeddings b ON b.swatch_id = a.swatch_id AND b.model_id = $2
                 WHERE a.model_id = $1 AND a.swatch_id = $3",
            )
            .bind(a.0)
            .bind(b.0)
            .bind(swatch)
            .fetch_optional(self.pool())
            .await?;
            // It may have gone since the sample was drawn.
            let Some((own, by_a, by_b)) = pair else {
                continue;
            };
            let own = MaterialId(own);
            let by_a = self.neighbours(own, a, &by_a, k, &among).await?;
            let by_b = self.neighbours(own, b, &by_b, k, &among).await?;
            let most = by_a.len().max(by_b.len());
            if most > 0 {
                sum += by_a.intersection(&by_b).count() as f64 / most as f64;
                count += 1;
            }
        }
        Ok((count > 0).then(|| (sum / f64::from(count)) as f32))
    }

    /// The `k` materials nearest to a vector, apart from the one it belongs to.
    async fn neighbours(
        &self,
        own: MaterialId,
        model: ModelId,
        vector: &Vector,
        k: u32,
        among: &Among<'_>,
    ) -> Result<HashSet<MaterialId>, CatalogError> {
        let mut found = self.nearest(among, model, vector, k + 1).await?.ids;
        found.retain(|id| *id != own);
        found.truncate(k as usize);
        Ok(found.into_iter().collect())
    }
}
