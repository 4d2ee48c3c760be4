//! Keys of programs. The library knows their hashes alone: whoever reads the table holds no key.

use futures::future::BoxFuture;
use sqlx::{Row, postgres::PgRow};

use crate::row::short_text;
use crate::{Catalog, CatalogError, Pace};

/// A key, by its number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub i64);

/// A key as it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey<'a> {
    /// What people call it; no two keys that work have the same.
    pub name: &'a str,
    /// Of the whole key.
    pub hash: [u8; 32],
    /// What it may.
    pub scopes: Vec<&'a str>,
    /// How often it may do what counts.
    pub pace: Pace,
}

/// A key as the library keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    /// Its number.
    pub id: KeyId,
    /// What people call it.
    pub name: String,
    /// What it may.
    pub scopes: Vec<String>,
    /// How often it may do what counts.
    pub pace: Pace,
    /// The day it was made, `YYYY-MM-DD` in UTC.
    pub made: String,
    /// The last day it was used.
    pub used: Option<String>,
    /// The day it was revoked; it does not work any more.
    pub revoked: Option<String>,
}

/// The columns [`stored`] reads.
macro_rules! columns {
    () => {
        "id, name, scopes, per_minute, per_hour, burst, made::text AS made, used::text AS used, revoked::text AS revoked"
    };
}

fn stored(row: &PgRow) -> Result<StoredKey, CatalogError> {
    let number = |column: &str| -> Result<u32, CatalogError> {
        let number: i32 = row.try_get(column)?;
        Ok(number.max(0) as u32)
    };
    Ok(StoredKey {
        id: KeyId(row.try_get("id")?),
        name: row.try_get("name")?,
        scopes: row.try_get("scopes")?,
        pace: Pace {
            minute: number("per_minute")?,
            hour: number("per_hour")?,
            burst: number("burst")?,
        },
        made: row.try_get("made")?,
        used: row.try_get("used")?,
        revoked: row.try_get("revoked")?,
    })
}

impl Catalog {
    /// Keeps a key.
    ///
    /// # Errors
    /// [`Conflict::KeyName`](crate::Conflict::KeyName) when a key that works has this name, [`CatalogError::Unfit`] for a name that is none.
    pub fn add_key<'a>(
        &'a self,
        key: NewKey<'a>,
    ) -> BoxFuture<'a, Result<StoredKey, CatalogError>> {
        Box::pin(async move {
            let most = |count: u32| count.min(Pace::MOST) as i32;
            let row = sqlx::query(concat!(
                "INSERT INTO api_keys (name, hash, scopes, per_minute, per_hour, burst)
                 VALUES ($1, $2, $3, $4, $5, $6) RETURNING ",
                columns!()
            ))
            .bind(short_text(key.name)?)
            .bind(&key.hash[..])
            .bind(key.scopes)
            .bind(most(key.pace.minute))
            .bind(most(key.pace.hour))
            .bind(most(key.pace.burst))
            .fetch_one(self.pool())
            .await?;
            stored(&row)
        })
    }

    /// The key of that hash, if it works, and notes that it is used today.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn key(&self, hash: [u8; 32]) -> BoxFuture<'_, Result<Option<StoredKey>, CatalogError>> {
        Box::pin(async move {
            let row = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                ", used IS DISTINCT FROM (now() AT TIME ZONE 'utc')::date AS stale
                 FROM api_keys WHERE hash = $1 AND revoked IS NULL"
            ))
            .bind(&hash[..])
            .fetch_optional(self.pool())
            .await?;
            let Some(row) = row else {
                return Ok(None);
            };
            let key = stored(&row)?;
            // Once a day, so that reading stays reading.
            if row.try_get("stale")? {
                sqlx::query(
                    "UPDATE api_keys SET used = (now() AT TIME ZONE 'utc')::date WHERE id = $1",
                )
                .bind(key.id.0)
                .execute(self.pool())
                .await?;
            }
            Ok(Some(key))
        })
    }

    /// Every key there ever was, the latest first.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn keys(&self) -> BoxFuture<'_, Result<Vec<StoredKey>, CatalogError>> {
        Box::pin(async move {
            let rows = sqlx::query(concat!(
                "SELECT ",
                columns!(),
                " FROM api_keys ORDER BY id DESC LIMIT 1000"
            ))
            .fetch_all(self.pool())
            .await?;
            rows.iter().map(stored).collect()
        })
    }

    /// Lets the key of that name work no more; false when there is none.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn revoke_key<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<bool, CatalogError>> {
        Box::pin(async move {
            let Ok(name) = short_text(name) else {
                return Ok(false);
            };
            let done = sqlx::query(
                "UPDATE api_keys SET revoked = (now() AT TIME ZONE 'utc')::date
                 WHERE name = $1 AND revoked IS NULL",
            )
            .bind(name)
            .execute(self.pool())
            .await?;
            Ok(done.rows_affected() > 0)
        })
    }
}
