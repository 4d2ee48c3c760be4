//! People who look after the library, and who of them is signed in. What browsers and links hold is known here by
//! its hash alone.

use std::time::Duration;

use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Row};
use time::OffsetDateTime;

use crate::row::{seconds, short_text};
use crate::{Catalog, CatalogError, Reply};

/// An operator, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorId(pub i64);

/// Somebody who looks after the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Their number.
    pub id: OperatorId,
    /// What people call them; no two have the same, whatever the case.
    pub name: String,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// When they last signed in.
    pub last_sign_in: Option<OffsetDateTime>,
}

const OPERATOR: &str = "id, name, created_at, last_sign_in";

fn read(row: &PgRow) -> Result<Operator, CatalogError> {
    Ok(Operator {
        id: OperatorId(row.try_get("id")?),
        name: row.try_get("name")?,
        created_at: row.try_get("created_at")?,
        last_sign_in: row.try_get("last_sign_in")?,
    })
}

impl Catalog {
    /// Attempts to sign in that may fail within [`Self::SIGN_INS_WITHIN`], per address and per name.
    pub const MOST_SIGN_INS: i64 = 5;
    /// How long a failed attempt counts.
    pub const SIGN_INS_WITHIN: Duration = Duration::from_secs(15 * 60);

    /// Everybody, in the order in which they came.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn operators(&self) -> Reply<'_, Vec<Operator>> {
        Box::pin(async move {
            let sql = format!("SELECT {OPERATOR} FROM operators ORDER BY id LIMIT 1000");
            let rows = sqlx::query(AssertSqlSafe(sql))
                .fetch_all(self.pool())
                .await?;
            rows.iter().map(read).collect()
        })
    }

    /// Whether there is anybody.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn has_operators(&self) -> Reply<'_, bool> {
        Box::pin(async move {
            let there = sqlx::query_scalar("SELECT EXISTS (SELECT FROM operators)");
            Ok(there.fetch_one(self.pool()).await?)
        })
    }

    /// The operator of that name with the hash of the password.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn operator_called<'a>(&'a self, name: &'a str) -> Reply<'a, Option<(Operator, String)>> {
        Box::pin(async move {
            let Ok(name) = short_text(name) else {
                return Ok(None);
            };
            let sql =
                format!("SELECT {OPERATOR}, password FROM operators WHERE lower(name) = lower($1)");
            let row = sqlx::query(AssertSqlSafe(sql))
                .bind(name)
                .fetch_optional(self.pool())
                .await?;
            row.map(|row| Ok((read(&row)?, row.try_get("password")?)))
                .transpose()
        })
    }

    /// Notes that somebody signed in now.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn operator_signed_in(&self, id: OperatorId) -> Reply<'_, ()> {
        Box::pin(async move {
            sqlx::query("UPDATE operators SET last_sign_in = now() WHERE id = $1")
                .bind(id.0)
                .execute(self.pool())
                .await?;
            Ok(())
        })
    }

    /// Takes somebody out; whoever is signed in under that name is not any more. False when there is none.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn remove_operator<'a>(&'a self, name: &'a str) -> Reply<'a, bool> {
        Box::pin(async move {
            let Ok(name) = short_text(name) else {
                return Ok(false);
            };
            let done = sqlx::query("DELETE FROM operators WHERE lower(name) = lower($1)")
                .bind(name)
                .execute(self.pool())
                .await?;
            Ok(done.rows_affected() > 0)
        })
    }

    /// Keeps a link; those that are past go.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn add_operator_link(&self, hash: [u8; 32], first: bool, lasts: Duration) -> Reply<'_, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM operator_links WHERE expires_at <= now()")
                .execute(self.pool())
                .await?;
            sqlx::query(
                "INSERT INTO operator_links (hash, first, expires_at)
                 VALUES ($1, $2, now() + make_interval(secs => $3))",
            )
            .bind(&hash[..])
            .bind(first)
            .bind(seconds(lasts))
            .execute(self.pool())
            .await?;
            Ok(())
        })
    }

    /// Whether a link works.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn operator_link_works(&self, hash: [u8; 32]) -> Reply<'_, bool> {
        Box::pin(async move {
            let works = sqlx::query_scalar(
                "SELECT EXISTS (SELECT FROM operator_links WHERE hash = $1 AND expires_at > now()
                    AND NOT (first AND EXISTS (SELECT FROM operators)))",
            );
            Ok(works.bind(&hash[..]).fetch_one(self.pool()).await?)
        })
    }

    /// Uses a link up: whoever has this name gets this password and is signed out everywhere; a new name is
    /// somebody new. `None` for a link that does not work (any more).
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a name that is none.
    pub fn welcome_operator<'a>(
        &'a self,
        hash: [u8; 32],
        name: &'a str,
        password: &'a str,
    ) -> Reply<'a, Option<Operator>> {
        Box::pin(async move {
            let name = short_text(name)?;
            let mut tx = self.pool().begin().await?;
            // Of two who come at once the second sees what the first has done.
            sqlx::query("LOCK TABLE operators IN SHARE ROW EXCLUSIVE MODE")
                .execute(&mut *tx)
                .await?;
            let used = sqlx::query(
                "DELETE FROM operator_links WHERE hash = $1 AND expires_at > now()
                    AND NOT (first AND EXISTS (SELECT FROM operators))",
            )
            .bind(&hash[..])
            .execute(&mut *tx)
            .await?;
            if used.rows_affected() == 0 {
                return Ok(None);
            }
            let sql = format!(
                "INSERT INTO operators (name, password) VALUES ($1, $2)
                 ON CONFLICT (lower(name)) DO UPDATE SET password = excluded.password RETURNING {OPERATOR}"
            );
            let row = sqlx::query(AssertSqlSafe(sql))
                .bind(name)
                .bind(password)
                .fetch_one(&mut *tx)
                .await?;
            let operator = read(&row)?;
            sqlx::query("DELETE FROM operator_sessions WHERE operator = $1")
                .bind(operator.id.0)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(Some(operator))
        })
    }

    /// Begins to count an attempt to sign in against all of these; `None` when one of them has failed too often of
    /// late. An attempt counts until [`Self::sign_in_worked`].
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn begin_sign_in<'a>(&'a self, who: &'a [[u8; 16]]) -> Reply<'a, Option<Vec<i64>>> {
        Box::pin(async move {
            let who: Vec<&[u8]> = who.iter().map(|one| &one[..]).collect();
            let mut tx = self.pool().begin().await?;
            // However many come at once, they are counted one after the other.
            sqlx::query("LOCK TABLE sign_ins IN SHARE ROW EXCLUSIVE MODE")
                .execute(&mut *tx)
                .await?;
            sqlx::query(
                "DELETE FROM sign_ins WHERE at < clock_timestamp() - make_interval(secs => $1)",
            )
            .bind(seconds(Self::SIGN_INS_WITHIN))
            .execute(&mut *tx)
            .await?;
            let most: i64 = sqlx::query_scalar(
                "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM sign_ins WHERE who = ANY($1) GROUP BY who) c",
            )
            .bind(&who)
            .fetch_one(&mut *tx)
            .await?;
            if most >= Self::MOST_SIGN_INS {
                tx.commit().await?;
                return Ok(None);
            }
            let counted = sqlx::query_scalar(
                "INSERT INTO sign_ins (who) SELECT unnest($1::bytea[]) RETURNING id",
            )
            .bind(&who)
            .fetch_all(&mut *tx)
            .await?;
            tx.commit().await?;
            Ok(Some(counted))
        })
    }

    /// Forgets an attempt: it was no failure.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn sign_in_worked<'a>(&'a self, counted: &'a [i64]) -> Reply<'a, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM sign_ins WHERE id = ANY($1)")
                .bind(counted)
                .execute(self.pool())
                .await?;
            Ok(())
        })
    }

    /// What is kept of a session with its end, as long as that has not come.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn session(&self, hash: [u8; 32]) -> Reply<'_, Option<(Value, OffsetDateTime)>> {
        Box::pin(async move {
            let found: Option<(Json<Value>, OffsetDateTime)> = sqlx::query_as(
                "SELECT data, expires_at FROM operator_sessions WHERE hash = $1 AND expires_at > now()",
            )
            .bind(&hash[..])
            .fetch_optional(self.pool())
            .await?;
            Ok(found.map(|(Json(data), ends)| (data, ends)))
        })
    }

    /// Begins a session; those that are past go.
    ///
    /// # Errors
    /// [`Conflict::Gone`](crate::Conflict::Gone) when there is no such operator.
    pub fn begin_session<'a>(
        &'a self,
        hash: [u8; 32],
        operator: Option<OperatorId>,
        data: &'a Value,
        ends: OffsetDateTime,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM operator_sessions WHERE expires_at <= now()")
                .execute(self.pool())
                .await?;
            sqlx::query(
                "INSERT INTO operator_sessions (hash, operator, data, expires_at) VALUES ($1, $2, $3, $4)",
            )
            .bind(&hash[..])
            .bind(operator.map(|id| id.0))
            .bind(Json(data))
            .bind(ends)
            .execute(self.pool())
            .await?;
            Ok(())
        })
    }

    /// Changes what is kept of a session. One that was ended meanwhile stays ended.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn keep_session<'a>(
        &'a self,
        hash: [u8; 32],
        operator: Option<OperatorId>,
        data: &'a Value,
        ends: OffsetDateTime,
    ) -> Reply<'a, ()> {
        Box::pin(async move {
            sqlx::query(
                "UPDATE operator_sessions SET operator = $2, data = $3, expires_at = $4 WHERE hash = $1",
            )
            .bind(&hash[..])
            .bind(operator.map(|id| id.0))
            .bind(Json(data))
            .bind(ends)
            .execute(self.pool())
            .await?;
            Ok(())
        })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn end_session(&self, hash: [u8; 32]) -> Reply<'_, ()> {
        Box::pin(async move {
            sqlx::query("DELETE FROM operator_sessions WHERE hash = $1")
                .bind(&hash[..])
                .execute(self.pool())
                .await?;
            Ok(())
        })
    }
}
