//! What models said about guests' photos, so that the same photo is paid for once.
//!
//! Nothing here tells which photo it was: whoever calls hashes photo and bands with a secret of the
//! library ([`Catalog::secret`]) first. The picture, its plain hash and its perceptual hash never come here.

use std::time::Duration;

use material::Analysis;
use sqlx::postgres::PgRow;
use sqlx::{Row, types::Json};

use crate::row::{seconds, short_text};
use crate::{AnalysisKey, Catalog, CatalogError};

/// What a model said about a photo.
#[derive(Debug, Clone, PartialEq)]
pub struct CachedAnalysis {
    /// Keyed hash of the photo.
    pub key: [u8; 32],
    /// Keyed hashes of bands of its perceptual hash: photos that look the same have many in common.
    pub near: Vec<[u8; 8]>,
    /// Who said it.
    pub source: AnalysisKey,
    /// How much was asked: a short answer does not stand for a long one.
    pub depth: String,
    /// What was said.
    pub analysis: Analysis,
}

impl Catalog {
    /// The most bands of one photo.
    pub const MAX_BANDS: usize = 64;
    /// The longest analysis, in bytes of JSON.
    pub const MAX_ANALYSIS: usize = 64 << 10;

    /// Keeps what was said about a photo; said again by the same model, the newer stands.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] over [`Self::MAX_BANDS`] or [`Self::MAX_ANALYSIS`], or for a name that is
    /// empty or longer than 200 bytes.
    pub async fn remember_analysis(&self, cached: &CachedAnalysis) -> Result<(), CatalogError> {
        let size = serde_json::to_string(&cached.analysis).map_or(usize::MAX, |text| text.len());
        if size > Self::MAX_ANALYSIS {
            return Err(CatalogError::Unfit(
                "What a model said about a photo is longer than 64 kilobytes.".into(),
            ));
        }
        sqlx::query(
            "INSERT INTO seen_analyses (key, near, provider, model, prompt_version, depth, result)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (key, provider, model, prompt_version, depth)
             DO UPDATE SET near = excluded.near, result = excluded.result, created_at = now()",
        )
        .bind(&cached.key[..])
        .bind(bands(&cached.near)?)
        .bind(short_text(&cached.source.provider)?)
        .bind(short_text(&cached.source.model)?)
        .bind(short_text(&cached.source.prompt_version)?)
        .bind(short_text(&cached.depth)?)
        .bind(Json(&cached.analysis))
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// What was said about this very photo within `max_age`, when it was asked for in that depth.
    /// Of several `sources` the first that said something counts; without any named, the newest.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn recall_analysis(
        &self,
        key: [u8; 32],
        sources: Option<&[AnalysisKey]>,
        depth: &str,
        max_age: Duration,
    ) -> Result<Option<(AnalysisKey, Analysis)>, CatalogError> {
        let named = sources.unwrap_or_default();
        let part = |of: fn(&AnalysisKey) -> &str| -> Vec<&str> { named.iter().map(of).collect() };
        let row = sqlx::query(
            "SELECT a.provider, a.model, a.prompt_version, a.result FROM seen_analyses a
             LEFT JOIN unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY
                       AS w(provider, model, prompt_version, place)
                    ON (w.provider, w.model, w.prompt_version) = (a.provider, a.model, a.prompt_version)
             WHERE a.key = $1 AND a.depth = $5 AND a.created_at > now() - make_interval(secs => $6)
               AND (w.place IS NOT NULL OR $7)
             ORDER BY w.place, a.created_at DESC LIMIT 1",
        )
        .bind(&key[..])
        .bind(part(|s| &s.provider))
        .bind(part(|s| &s.model))
        .bind(part(|s| &s.prompt_version))
        .bind(depth)
        .bind(seconds(max_age))
        .bind(sources.is_none())
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map_or(Ok(None), read)
    }

    /// What was said within `max_age` about the photo that has the most bands in common with these, of
    /// any source and depth; at least `at_least` have to be. Of several the newest.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] over [`Self::MAX_BANDS`].
    pub async fn recall_near(
        &self,
        near: &[[u8; 8]],
        at_least: u32,
        max_age: Duration,
    ) -> Result<Option<(AnalysisKey, Analysis)>, CatalogError> {
        // `&&` asks the index for those with one in common; only those are counted.
        let row = sqlx::query(
            "SELECT a.provider, a.model, a.prompt_version, a.result FROM seen_analyses a
             CROSS JOIN LATERAL (SELECT count(*) FROM unnest(a.near) band WHERE band = ANY($1)) c(common)
             WHERE a.near && $1 AND a.created_at > now() - make_interval(secs => $3) AND c.common >= $2
             ORDER BY c.common DESC, a.created_at DESC LIMIT 1",
        )
        .bind(bands(near)?)
        .bind(i64::from(at_least))
        .bind(seconds(max_age))
        .fetch_optional(self.pool())
        .await?;
        row.as_ref().map_or(Ok(None), read)
    }

    /// Forgets what was said longer ago than that; says how many.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sweep_analyses(&self, older_than: Duration) -> Result<u64, CatalogError> {
        let done = sqlx::query(
            "DELETE FROM seen_analyses WHERE created_at < now() - make_interval(secs => $1)",
        )
        .bind(seconds(older_than))
        .execute(self.pool())
        .await?;
        Ok(done.rows_affected())
    }
}

/// Bands as the database keeps them, each once.
fn bands(near: &[[u8; 8]]) -> Result<Vec<i64>, CatalogError> {
    if near.len() > Catalog::MAX_BANDS {
        return Err(CatalogError::Unfit(format!(
            "A photo has {} bands where {} are what fits.",
            near.len(),
            Catalog::MAX_BANDS
        )));
    }
    let mut out: Vec<i64> = near.iter().map(|band| i64::from_le_bytes(*band)).collect();
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// An analysis in a form that is not read any more counts as none: it is a cache.
fn read(row: &PgRow) -> Result<Option<(AnalysisKey, Analysis)>, CatalogError> {
    let Json(result): Json<serde_json::Value> = row.try_get("result")?;
    let Ok(analysis) = serde_json::from_value(result) else {
        return Ok(None);
    };
    let source = AnalysisKey {
        provider: row.try_get("provider")?,
        model: row.try_get("model")?,
        prompt_version: row.try_get("prompt_version")?,
    };
    Ok(Some((source, analysis)))
}
