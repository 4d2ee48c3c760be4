//! The calls of providers, for the operator's page.

use std::time::Duration;

use sqlx::Row;
use sqlx::postgres::PgRow;
use time::OffsetDateTime;

use crate::ledger::amount;
use crate::row::{seconds, short_text};
use crate::{Catalog, CatalogError};

/// One call of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Whose service.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// `analysis`, `embedding` …
    pub kind: String,
    /// Tokens that were read, where the provider says so.
    pub input_tokens: u64,
    /// Tokens that were written.
    pub output_tokens: u64,
    /// What it cost, in millionths of a US dollar.
    pub micro_usd: u64,
    /// How long it took.
    pub took: Duration,
    /// `ok`, or in a word why not.
    pub outcome: String,
}

/// Calls that have provider, model, kind and outcome in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSummary {
    /// Whose service.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// `analysis`, `embedding` …
    pub kind: String,
    /// `ok`, or in a word why not.
    pub outcome: String,
    /// How many.
    pub calls: u64,
    /// Tokens read and written.
    pub tokens: u64,
    /// What they cost together, in millionths of a US dollar.
    pub micro_usd: u64,
    /// Half of them took no longer.
    pub p50: Duration,
    /// All but one in twenty took no longer.
    pub p95: Duration,
    /// When the last one was.
    pub last: OffsetDateTime,
}

impl Catalog {
    /// Keeps a call. Money is counted by [`Self::settle`]; here it is only told.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a name that is empty or longer than 200 bytes.
    pub async fn record_call(&self, call: &Call) -> Result<(), CatalogError> {
        sqlx::query(
            "INSERT INTO calls (provider, model, kind, micro_usd, ms, outcome, input_tokens, output_tokens)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(short_text(&call.provider)?)
        .bind(short_text(&call.model)?)
        .bind(short_text(&call.kind)?)
        .bind(amount(call.micro_usd)?)
        .bind(i64::try_from(call.took.as_millis()).unwrap_or(i64::MAX))
        .bind(short_text(&call.outcome)?)
        .bind(i64::try_from(call.input_tokens).unwrap_or(i64::MAX))
        .bind(i64::try_from(call.output_tokens).unwrap_or(i64::MAX))
        .execute(self.pool())
        .await?;
        Ok(())
    }

    /// The calls of the last `within`, summed up by provider, model, kind and outcome, in that order.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn calls_summary(&self, within: Duration) -> Result<Vec<CallSummary>, CatalogError> {
        let rows = sqlx::query(
            "SELECT provider, model, kind, outcome, count(*) AS calls, sum(micro_usd)::bigint AS micro_usd,
                    sum(input_tokens + output_tokens)::bigint AS tokens,
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50,
                    percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) AS p95, max(at) AS last
             FROM calls WHERE at > now() - make_interval(secs => $1)
             GROUP BY provider, model, kind, outcome ORDER BY provider, model, kind, outcome",
        )
        .bind(seconds(within))
        .fetch_all(self.pool())
        .await?;
        rows.iter().map(summary).collect()
    }

    /// Forgets calls older than that; says how many.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sweep_calls(&self, older_than: Duration) -> Result<u64, CatalogError> {
        let done = sqlx::query("DELETE FROM calls WHERE at < now() - make_interval(secs => $1)")
            .bind(seconds(older_than))
            .execute(self.pool())
            .await?;
        Ok(done.rows_affected())
    }
}

fn summary(row: &PgRow) -> Result<CallSummary, CatalogError> {
    let number = |column: &str| Ok::<u64, CatalogError>(row.try_get::<i64, _>(column)? as u64);
    Ok(CallSummary {
        provider: row.try_get("provider")?,
        model: row.try_get("model")?,
        kind: row.try_get("kind")?,
        outcome: row.try_get("outcome")?,
        calls: number("calls")?,
        tokens: number("tokens")?,
        micro_usd: number("micro_usd")?,
        p50: Duration::from_millis(number("p50")?),
        p95: Duration::from_millis(number("p95")?),
        last: row.try_get("last")?,
    })
}
