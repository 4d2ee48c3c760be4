//! What models said about pictures of the library. It stands beside the picture, whichever materials have it,
//! and stays: what was paid for once need not be paid for again.

use std::collections::{HashMap, HashSet};

use material::{Analysis, SwatchId};
use sqlx::types::Json;
use sqlx::{Postgres, Row, Transaction};

use crate::row::{hash_bytes, short_text, swatch_id};
use crate::{AnalysisKey, Catalog, CatalogError};

/// What a model said about a picture of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct SwatchAnalysis {
    /// Which picture.
    pub swatch: SwatchId,
    /// Who said it.
    pub source: AnalysisKey,
    /// What was said.
    pub analysis: Analysis,
}

impl Catalog {
    /// What was last said about each of these pictures; those nobody was asked about are missing.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn swatch_analyses(
        &self,
        ids: &[SwatchId],
    ) -> Result<HashMap<SwatchId, SwatchAnalysis>, CatalogError> {
        let hashes: Vec<Vec<u8>> = ids.iter().filter_map(hash_bytes).collect();
        let rows = sqlx::query(
            "SELECT DISTINCT ON (content_hash) content_hash, provider, model, prompt_version, result
             FROM analyses WHERE content_hash = ANY($1)
             ORDER BY content_hash, created_at DESC, id DESC",
        )
        .bind(hashes)
        .fetch_all(self.pool())
        .await?;
        let mut out = HashMap::with_capacity(rows.len());
        for row in rows {
            let swatch = swatch_id(row.try_get(0)?)?;
            let source = AnalysisKey {
                provider: row.try_get(1)?,
                model: row.try_get(2)?,
                prompt_version: row.try_get(3)?,
            };
            // One in a form that is not read any more counts as none.
            let Json(result): Json<serde_json::Value> = row.try_get(4)?;
            let Ok(analysis) = serde_json::from_value(result) else {
                continue;
            };
            let known = SwatchAnalysis {
                swatch: swatch.clone(),
                source,
                analysis,
            };
            out.insert(swatch, known);
        }
        Ok(out)
    }
}

/// Writes what was said, within the transaction that writes the pictures. Said again by the same model, the
/// newer stands.
pub(crate) async fn write_analyses(
    tx: &mut Transaction<'_, Postgres>,
    said: &[SwatchAnalysis],
) -> Result<(), CatalogError> {
    if said.is_empty() {
        return Ok(());
    }
    let mut named = HashSet::new();
    let (mut hashes, mut results) = (Vec::new(), Vec::new());
    let (mut providers, mut models, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    // One statement writes a row once: of two about one picture the later counts.
    for one in said.iter().rev() {
        let source = &one.source;
        let who = (&source.provider, &source.model, &source.prompt_version);
        if !named.insert((&one.swatch, who)) {
            continue;
        }
        let unfit = || CatalogError::Unfit("An analysis is of no proper picture.".into());
        let result = serde_json::to_value(&one.analysis).map_err(|_| CatalogError::Internal)?;
        if result.to_string().len() > Catalog::MAX_ANALYSIS {
            return Err(CatalogError::Unfit(
                "An analysis is longer than what fits.".into(),
            ));
        }
        hashes.push(hash_bytes(&one.swatch).ok_or_else(unfit)?);
        providers.push(short_text(&source.provider)?);
        models.push(short_text(&source.model)?);
        versions.push(short_text(&source.prompt_version)?);
        results.push(Json(result));
    }
    sqlx::query(
        "INSERT INTO analyses (content_hash, provider, model, prompt_version, result)
         SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::jsonb[])
         ON CONFLICT ON CONSTRAINT analyses_unique
         DO UPDATE SET result = excluded.result, created_at = now()",
    )
    .bind(hashes)
    .bind(providers)
    .bind(models)
    .bind(versions)
    .bind(results)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
