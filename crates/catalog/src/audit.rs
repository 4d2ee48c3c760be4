//! Who changed what.

use std::time::Duration;

use sqlx::Row;
use time::OffsetDateTime;

use crate::row::{seconds, short_text};
use crate::{Catalog, CatalogError};

/// A change that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number; later ones are larger.
    pub id: i64,
    /// When, by the clock of the database.
    pub at: OffsetDateTime,
    /// Who: a person at the command line, a key, an operator. Never a guest.
    pub who: String,
    /// What, in a word or two.
    pub what: String,
    /// What exactly, in a sentence.
    pub detail: String,
}

impl Catalog {
    /// Most changes that are told at once.
    pub const MOST_CHANGES: u32 = 1_000;

    /// Writes down that somebody changed something.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a text that is empty or longer than 200 bytes.
    pub async fn note_change(
        &self,
        who: &str,
        what: &str,
        detail: &str,
    ) -> Result<(), CatalogError> {
        sqlx::query("INSERT INTO audit (who, what, detail) VALUES ($1, $2, $3)")
            .bind(short_text(who)?)
            .bind(short_text(what)?)
            .bind(short_text(detail)?)
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// The last changes before one, or the last of all; the latest first.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn changes(
        &self,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<Change>, CatalogError> {
        let rows = sqlx::query(
            "SELECT id, at, who, what, detail FROM audit
             WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(before)
        .bind(i64::from(most.min(Self::MOST_CHANGES)))
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(Change {
                    id: row.try_get("id")?,
                    at: row.try_get("at")?,
                    who: row.try_get("who")?,
                    what: row.try_get("what")?,
                    detail: row.try_get("detail")?,
                })
            })
            .collect()
    }

    /// Forgets changes older than that; says how many.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sweep_changes(&self, older_than: Duration) -> Result<u64, CatalogError> {
        let done = sqlx::query("DELETE FROM audit WHERE at < now() - make_interval(secs => $1)")
            .bind(seconds(older_than))
            .execute(self.pool())
            .await?;
        Ok(done.rows_affected())
    }
}
