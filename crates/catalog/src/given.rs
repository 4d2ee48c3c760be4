//! Answers to requests that have a key of their own, so that sending one twice does it once.

use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use sqlx::{Row, types::Json};

use crate::row::seconds;
use crate::{Catalog, CatalogError};

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to it.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Bytes,
}

/// What is known of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: whoever claimed it now answers it, and then calls [`Catalog::give_answer`] or
    /// [`Catalog::drop_claim`].
    Mine,
    /// Somebody is at it.
    Busy,
    /// The key stood for another request.
    Other,
    /// It was answered.
    Given(GivenAnswer),
}

impl Catalog {
    /// How long an answer is kept.
    pub const ANSWERS_LAST: Duration = Duration::from_secs(24 * 3600);
    /// After so long nobody is at it any more: longer than a request may take, and the process may have died.
    const CLAIM_LASTS: Duration = Duration::from_secs(90);

    /// Claims a request, named by a hash of who asks and of the key, unless it is known.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn claim_request(
        &self,
        name: [u8; 32],
        request: [u8; 32],
    ) -> BoxFuture<'_, Result<Claim, CatalogError>> {
        Box::pin(async move {
            // One statement, so that of several at once one claims it, in whichever process.
            let claimed = sqlx::query(
                "INSERT INTO given_answers AS g (name, request) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE
                 SET request = excluded.request, at = now(), status = NULL, headers = NULL, body = NULL
                 WHERE g.at < now() - make_interval(secs => CASE WHEN g.status IS NULL THEN $3 ELSE $4 END)
                 RETURNING 1",
            )
            .bind(&name[..])
            .bind(&request[..])
            .bind(seconds(Self::CLAIM_LASTS))
            .bind(seconds(Self::ANSWERS_LAST))
            .fetch_optional(self.pool())
            .await?;
            if claimed.is_some() {
                return Ok(Claim::Mine);
            }
            let found = sqlx::query(
                "SELECT request, status, headers, body FROM given_answers WHERE name = $1",
            )
            .bind(&name[..])
            .fetch_optional(self.pool())
            .await?;
            // Dropped in between: whoever had it could not answer, and neither is this one first.
            let Some(row) = found else {
                return Ok(Claim::Busy);
            };
            if row.try_get::<&[u8], _>("request")? != request {
                return Ok(Claim::Other);
            }
            let Some(status) = row.try_get::<Option<i16>, _>("status")? else {
                return Ok(Claim::Busy);
            };
            let headers: Option<Json<Vec<(String, String)>>> = row.try_get("headers")?;
            let body: Option<Vec<u8>> = row.try_get("body")?;
            Ok(Claim::Given(GivenAnswer {
                status: u16::try_from(status).map_err(|_| CatalogError::Internal)?,
                headers: headers.map(|Json(headers)| headers).unwrap_or_default(),
                body: body.unwrap_or_default().into(),
            }))
        })
    }

    /// Keeps the answer of a request that was claimed.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn give_answer<'a>(
        &'a self,
        name: [u8; 32],
        answer: &'a GivenAnswer,
    ) -> BoxFuture<'a, Result<(), CatalogError>> {
        Box::pin(async move {
            sqlx::query(
                "UPDATE given_answers SET status = $2, headers = $3, body = $4, at = now() WHERE name = $1",
            )
            .bind(&name[..])
            .bind(i16::try_from(answer.status).map_err(|_| CatalogError::Internal)?)
            .bind(Json(&answer.headers))
            .bind(&answer.body[..])
            .execute(self.pool())
            .await?;
            Ok(())
        })
    }

    /// Lets go of a request that could not be answered: it may be sent again.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn drop_claim(&self, name: [u8; 32]) -> BoxFuture<'_, Result<(), CatalogError>> {
        Box::pin(async move {
            sqlx::query("DELETE FROM given_answers WHERE name = $1 AND status IS NULL")
                .bind(&name[..])
                .execute(self.pool())
                .await?;
            Ok(())
        })
    }

    /// Forgets answers past their time; says how many.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn sweep_answers(&self) -> BoxFuture<'_, Result<u64, CatalogError>> {
        Box::pin(async move {
            let done = sqlx::query(
                "DELETE FROM given_answers WHERE at < now() - make_interval(secs => $1)",
            )
            .bind(seconds(Self::ANSWERS_LAST))
            .execute(self.pool())
            .await?;
            Ok(done.rows_affected())
        })
    }
}
