//! Searches under their addresses, and what models said.

use std::time::Duration;

use material::{Analysis, LookFacts, Origin, SearchText, SwatchId, Token};
use pgvector::Vector;
use sqlx::{Row, types::Json};
use time::OffsetDateTime;

use crate::models::embedding;
use crate::row::{hash_bytes, seconds};
use crate::{Catalog, CatalogError, ModelId};

/// A search as it is asked. The photo is not part of it and never is.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSearch {
    /// Its unguessable name.
    pub token: Token,
    /// What it started from.
    pub origin: Origin,
    /// The words it was asked with.
    pub text: Option<SearchText>,
    /// The look, in the numbers of a model.
    pub embedding: Option<(ModelId, Vec<f32>)>,
    /// What was measured in the photo.
    pub look: Option<LookFacts>,
}

/// A search as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSearch {
    /// As it was asked.
    pub search: NewSearch,
    /// When.
    pub created_at: OffsetDateTime,
    /// What it shows: what was seen before what was estimated, the newer before the older.
    pub analysis: Option<Analysis>,
}

/// What an analysis is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A swatch of the library, by the hash of its picture.
    Swatch(SwatchId),
    /// A search; the analysis goes when the search goes.
    Search(Token),
}

/// Who said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnalysisKey {
    /// Whose service.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// Which version of the question.
    pub prompt_version: String,
}

impl Catalog {
    /// Keeps a search.
    ///
    /// # Errors
    /// [`Conflict::Token`](crate::Conflict::Token) when the name is taken, [`CatalogError::Unfit`]
    /// for an embedding that is none.
    pub async fn save_search(&self, search: &NewSearch) -> Result<(), CatalogError> {
        let vector = search
            .embedding
            .as_ref()
            .map(|(_, v)| embedding(v))
            .transpose()?;
        sqlx::query(
            "INSERT INTO searches (token, origin, text, model_id, embedding, look)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(search.token.as_str())
        .bind(Json(&search.origin))
        .bind(search.text.as_ref().map(SearchText::as_str))
        .bind(search.embedding.as_ref().map(|(model, _)| model.0))
        .bind(vector)
        .bind(search.look.as_ref().map(Json))
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// A search by its name.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn search(&self, token: &Token) -> Result<Option<StoredSearch>, CatalogError> {
        let row = sqlx::query(
            "SELECT origin, text, model_id, embedding, look, created_at,
                    (SELECT result FROM analyses WHERE search = token
                     ORDER BY (result->>'estimate')::boolean, created_at DESC, id DESC LIMIT 1)
             FROM searches WHERE token = $1",
        )
        .bind(token.as_str())
        .fetch_optional(self.pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let Json(origin) = row.try_get(0)?;
        let text: Option<&str> = row.try_get(1)?;
        let model: Option<i32> = row.try_get(2)?;
        let vector: Option<Vector> = row.try_get(3)?;
        let look: Option<Json<LookFacts>> = row.try_get(4)?;
        let analysis: Option<Json<Analysis>> = row.try_get(6)?;
        Ok(Some(StoredSearch {
            search: NewSearch {
                token: token.clone(),
                origin,
                text: text.and_then(|t| SearchText::parse(t).ok()),
                embedding: model.zip(vector).map(|(m, v)| (ModelId(m), v.into())),
                look: look.map(|Json(l)| l),
            },
            created_at: row.try_get(5)?,
            analysis: analysis.map(|Json(a)| a),
        }))
    }

    /// Forgets searches older than that, with what was said about them; says how many. Shares stay.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sweep_searches(&self, older_than: Duration) -> Result<u64, CatalogError> {
        let done = sqlx::query(
            "DELETE FROM searches WHERE created_at < now() - make_interval(secs => $1)",
        )
        .bind(seconds(older_than))
        .execute(self.pool())
        .await?;
        Ok(done.rows_affected())
    }

    /// Keeps what a model said; said again, the newer stands.
    ///
    /// # Errors
    /// [`Conflict::Gone`](crate::Conflict::Gone) when the search is not there any more.
    pub async fn save_analysis(
        &self,
        subject: &Subject,
        key: &AnalysisKey,
        analysis: &Analysis,
    ) -> Result<(), CatalogError> {
        let (hash, search) = columns(subject)?;
        sqlx::query(
            "INSERT INTO analyses (content_hash, search, provider, model, prompt_version, result)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT ON CONSTRAINT analyses_unique
             DO UPDATE SET result = excluded.result, created_at = now()",
        )
        .bind(hash)
        .bind(search)
        .bind(&key.provider)
        .bind(&key.model)
        .bind(&key.prompt_version)
        .bind(Json(analysis))
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// What that model said about it, if it was asked.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn analysis(
        &self,
        subject: &Subject,
        key: &AnalysisKey,
    ) -> Result<Option<Analysis>, CatalogError> {
        let (hash, search) = columns(subject)?;
        let found: Option<Json<Analysis>> = sqlx::query_scalar(
            "SELECT result FROM analyses
             WHERE content_hash IS NOT DISTINCT FROM $1 AND search IS NOT DISTINCT FROM $2
               AND provider = $3 AND model = $4 AND prompt_version = $5",
        )
        .bind(hash)
        .bind(search)
        .bind(&key.provider)
        .bind(&key.model)
        .bind(&key.prompt_version)
        .fetch_optional(self.pool())
        .await?;
        Ok(found.map(|Json(a)| a))
    }
}

fn columns(subject: &Subject) -> Result<(Option<Vec<u8>>, Option<&str>), CatalogError> {
    match subject {
        Subject::Swatch(id) => match hash_bytes(id) {
            Some(hash) => Ok((Some(hash), None)),
            None => Err(CatalogError::NotFound { what: "swatch" }),
        },
        Subject::Search(token) => Ok((None, Some(token.as_str()))),
    }
}
