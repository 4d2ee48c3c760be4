//! Changing one material at a time, by its key, and only if it is what somebody believes it to be.

use std::fmt;

use futures::future::BoxFuture;
use material::{Name, Token};
use sqlx::{Postgres, Row, Transaction};

use crate::columns::Sql;
use crate::models::WRITE_LOCK;
use crate::row::{MATERIAL, SWATCH, material, swatch};
use crate::write::{digest, write_chunk};
use crate::{Catalog, CatalogError, Conflict, Entry, MaterialId, Stored, Upserted};

/// What a material was at some moment: a hash of all that is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version([u8; 32]);

impl Version {
    /// Reads 64 hexadecimal digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut out = [0; 32];
        let plain = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !plain {
            return None;
        }
        for (byte, at) in out.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(out))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl TryFrom<Vec<u8>> for Version {
    type Error = CatalogError;
    fn try_from(bytes: Vec<u8>) -> Result<Self, CatalogError> {
        let bytes = bytes.try_into().map_err(|_| CatalogError::Internal)?;
        Ok(Self(bytes))
    }
}

/// What somebody believes to change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// Whatever there is.
    Anything,
    /// Nothing: the key is new.
    Nothing,
    /// Something: the key is known.
    Something,
    /// One of these.
    Versions(Vec<Version>),
}

impl Expected {
    fn allows(&self, found: Option<Version>) -> bool {
        match self {
            Self::Anything => true,
            Self::Nothing => found.is_none(),
            Self::Something => found.is_some(),
            Self::Versions(known) => found.is_some_and(|found| known.contains(&found)),
        }
    }
}

/// Waits for other writers, then looks at what there is.
async fn expect(
    tx: &mut Transaction<'_, Postgres>,
    key: &Name,
    expected: &Expected,
) -> Result<(), CatalogError> {
    sqlx::query(WRITE_LOCK).execute(&mut **tx).await?;
    let found: Option<Vec<u8>> = sqlx::query_scalar("SELECT digest FROM materials WHERE key = $1")
        .bind(key.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    let found = found.map(Version::try_from).transpose()?;
    if expected.allows(found) {
        return Ok(());
    }
    Err(CatalogError::Conflict(Conflict::Changed))
}

impl Catalog {
    /// A material by its key, and its version.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn by_key<'a>(
        &'a self,
        key: &'a Name,
    ) -> BoxFuture<'a, Result<Option<(Stored, Version)>, CatalogError>> {
        Box::pin(async move {
            let mut sql = Sql::new("SELECT ");
            sql.push(MATERIAL)
                .push(", m.digest FROM materials m WHERE m.key = ")
                .push_bind(key.as_str());
            let Some(row) = sql.build().fetch_optional(self.pool()).await? else {
                return Ok(None);
            };
            let id: i64 = row.try_get("id")?;
            let mut sql = Sql::new("SELECT ");
            sql.push(SWATCH)
                .push(" FROM swatches s WHERE s.material_id = ")
                .push_bind(id)
                .push(" ORDER BY s.position, s.id");
            let swatches = sql.build().fetch_all(self.pool()).await?;
            let stored = Stored {
                id: MaterialId(id),
                material: material(&row)?,
                swatches: swatches.iter().map(swatch).collect::<Result<_, _>>()?,
            };
            let digest: Vec<u8> = row.try_get("digest")?;
            Ok(Some((stored, digest.try_into()?)))
        })
    }

    /// Writes one material if it is what is expected; the rules are those of [`Self::upsert_many`]. Pictures that are
    /// there already need no vectors: they keep theirs.
    ///
    /// # Errors
    /// [`Conflict::Changed`] when it is not, and those of [`Self::upsert_many`].
    pub fn upsert_expecting<'a>(
        &'a self,
        entry: &'a Entry,
        expected: &'a Expected,
    ) -> BoxFuture<'a, Result<(Upserted, Version), CatalogError>> {
        Box::pin(async move {
            let mut tx = self.pool().begin().await?;
            expect(&mut tx, &entry.material.key, expected).await?;
            let done = write_chunk(&mut tx, &[entry]).await?;
            tx.commit().await?;
            let (_, upserted) = done.into_iter().next().ok_or(CatalogError::Internal)?;
            Ok((upserted, digest(entry).try_into()?))
        })
    }

    /// Deletes a material with its pictures' rows, if it is what is expected; false when there is none. The pictures
    /// themselves stay: shares may show them.
    ///
    /// # Errors
    /// [`Conflict::Changed`], [`CatalogError::Unavailable`].
    pub fn delete_material<'a>(
        &'a self,
        key: &'a Name,
        expected: &'a Expected,
    ) -> BoxFuture<'a, Result<bool, CatalogError>> {
        Box::pin(async move {
            let mut tx = self.pool().begin().await?;
            expect(&mut tx, key, expected).await?;
            let done = sqlx::query("DELETE FROM materials WHERE key = $1")
                .bind(key.as_str())
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            Ok(done.rows_affected() > 0)
        })
    }

    /// Deletes a share; false when there is none.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn delete_share<'a>(
        &'a self,
        slug: &'a Token,
    ) -> BoxFuture<'a, Result<bool, CatalogError>> {
        Box::pin(async move {
            let done = sqlx::query("DELETE FROM shares WHERE slug = $1")
                .bind(slug.as_str())
                .execute(self.pool())
                .await?;
            Ok(done.rows_affected() > 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_it_is_written() {
        let version = Version([0xa5; 32]);
        assert_eq!(Version::parse(&version.to_string()), Some(version));
        for bad in ["", "a5", &"g".repeat(64), &"é".repeat(32)] {
            assert_eq!(Version::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_expected_is_held_against_what_is_there() {
        let (a, b) = (Version([1; 32]), Version([2; 32]));
        assert!(Expected::Anything.allows(None) && Expected::Anything.allows(Some(a)));
        assert!(Expected::Nothing.allows(None) && !Expected::Nothing.allows(Some(a)));
        assert!(!Expected::Something.allows(None) && Expected::Something.allows(Some(a)));
        let one = Expected::Versions(vec![a]);
        assert!(one.allows(Some(a)) && !one.allows(Some(b)) && !one.allows(None));
    }
}
