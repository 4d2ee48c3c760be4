//! What may be spent: caps that hold over all connections, processes and restarts.
//!
//! Before a call whatever it may cost at most is reserved; afterwards the reservation is settled with
//! what it did cost, or released when the call never went out. Payments and reservations count alike.
//! A reservation that nobody settles counts as spent: `migrations/0003_models_and_money.sql` says why.

use crate::row::short_text;
use crate::{Catalog, CatalogError};

/// Money put aside for one call. Settle or release it; dropped, it counts as spent.
#[must_use = "a reservation that is neither settled nor released counts as spent"]
#[derive(Debug, PartialEq, Eq)]
pub struct Reservation {
    id: i64,
    micro_usd: u64,
}

impl Reservation {
    /// What was put aside, in millionths of a US dollar.
    pub fn micro_usd(&self) -> u64 {
        self.micro_usd
    }
}

/// What was spent and is reserved, in millionths of a US dollar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Since midnight, UTC.
    pub day: u64,
    /// Since the first of the month, UTC.
    pub month: u64,
}

impl Catalog {
    /// The most one call can cost, in millionths of a US dollar: a thousand dollars.
    pub const MAX_MICRO_USD: u64 = 1_000_000_000;

    /// Puts money aside for a call of a provider, in millionths of a US dollar; `None` when with it more
    /// than `day_cap` on this day or more than `month_cap` in this month were spent, over all providers
    /// together. However many ask at once, in however many processes, the caps hold. What costs
    /// nothing is always granted.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] over [`Self::MAX_MICRO_USD`]; [`CatalogError::Unavailable`], in which case
    /// nothing may be spent.
    pub async fn reserve(
        &self,
        provider: &str,
        micro_usd: u64,
        day_cap: Option<u64>,
        month_cap: Option<u64>,
    ) -> Result<Option<Reservation>, CatalogError> {
        let provider = short_text(provider)?;
        let amount = amount(micro_usd)?;
        let cap = |cap: Option<u64>| cap.map(|c| i64::try_from(c).unwrap_or(i64::MAX));
        // The look at what is spent has to be a statement of its own, in a transaction whose statements
        // each see what is new: one begun before the lock was granted would not see what others
        // reserved while it waited.
        let mut tx = self
            .pool()
            .begin_with("BEGIN ISOLATION LEVEL READ COMMITTED")
            .await?;
        sqlx::query("SELECT id FROM wallet FOR UPDATE")
            .fetch_one(&mut *tx)
            .await?;
        let id: Option<i64> = sqlx::query_scalar(
            "WITH today AS (
                SELECT t::date AS day, date_trunc('month', t)::date AS month FROM (SELECT now() AT TIME ZONE 'UTC' AS t) n
             ), total AS (
                SELECT coalesce(sum(s.micro_usd) FILTER (WHERE s.day = today.day), 0) AS day,
                       coalesce(sum(s.micro_usd), 0) AS month
                FROM today LEFT JOIN spent s ON s.day >= today.month
             )
             INSERT INTO reservations (day, provider, micro_usd)
             SELECT today.day, $1, $2 FROM today, total
             WHERE $2 = 0 OR (($3::bigint IS NULL OR total.day + $2 <= $3)
                          AND ($4::bigint IS NULL OR total.month + $2 <= $4))
             RETURNING id",
        )
        .bind(provider)
        .bind(amount)
        .bind(cap(day_cap))
        .bind(cap(month_cap))
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(id.map(|id| Reservation { id, micro_usd }))
    }

    /// Books what a call did cost, on the day it was reserved. More than was reserved is booked too, and
    /// may go over a cap: it is spent.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] over [`Self::MAX_MICRO_USD`], [`CatalogError::NotFound`] for a reservation
    /// of another library. With any error the reservation stays as it was.
    pub async fn settle(
        &self,
        reservation: Reservation,
        actual_micro_usd: u64,
    ) -> Result<(), CatalogError> {
        let done = sqlx::query(
            "WITH gone AS (DELETE FROM reservations WHERE id = $1 RETURNING day, provider)
             INSERT INTO payments AS p (day, provider, micro_usd) SELECT day, provider, $2 FROM gone
             ON CONFLICT (day, provider) DO UPDATE SET micro_usd = p.micro_usd + excluded.micro_usd",
        )
        .bind(reservation.id)
        .bind(amount(actual_micro_usd)?)
        .execute(self.pool())
        .await?;
        found(done.rows_affected())
    }

    /// Gives back what was reserved for a call that never went out, or that the provider does not charge.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`] for a reservation of another library. With any error the reservation
    /// stays as it was.
    pub async fn release(&self, reservation: Reservation) -> Result<(), CatalogError> {
        let done = sqlx::query("DELETE FROM reservations WHERE id = $1")
            .bind(reservation.id)
            .execute(self.pool())
            .await?;
        found(done.rows_affected())
    }

    /// What counts against the caps today and this month, by one provider or by all.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn spent(&self, provider: Option<&str>) -> Result<Spent, CatalogError> {
        let (day, month): (i64, i64) = sqlx::query_as(
            "SELECT coalesce(sum(micro_usd) FILTER (WHERE day = t::date), 0)::bigint,
                    coalesce(sum(micro_usd), 0)::bigint
             FROM (SELECT now() AT TIME ZONE 'UTC' AS t) n
             LEFT JOIN spent ON day >= date_trunc('month', t)::date
                            AND ($1::text IS NULL OR provider = $1)",
        )
        .bind(provider.map(short_text).transpose()?)
        .fetch_one(self.pool())
        .await?;
        Ok(Spent {
            day: day as u64,
            month: month as u64,
        })
    }
}

/// An amount for a statement.
pub(crate) fn amount(micro_usd: u64) -> Result<i64, CatalogError> {
    if micro_usd > Catalog::MAX_MICRO_USD {
        return Err(CatalogError::Unfit(
            "A single call cannot cost more than a thousand dollars.".into(),
        ));
    }
    Ok(micro_usd as i64)
}

fn found(rows: u64) -> Result<(), CatalogError> {
    if rows == 0 {
        return Err(CatalogError::NotFound {
            what: "reservation",
        });
    }
    Ok(())
}
