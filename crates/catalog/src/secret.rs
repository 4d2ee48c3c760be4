//! What this library alone knows: keys for hashing what must not be told by its hash.

use crate::row::short_text;
use crate::{Catalog, CatalogError};

impl Catalog {
    /// The secret of that name. It is made by the machine's randomness when it is asked for first, and
    /// is the same ever after, for everybody who uses this library.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a name that is empty or longer than 200 bytes,
    /// [`CatalogError::Internal`] when the machine has no randomness.
    pub async fn secret(&self, name: &str) -> Result<[u8; 32], CatalogError> {
        let name = short_text(name)?;
        if let Some(known) = self.known_secret(name).await? {
            return Ok(known);
        }
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh).map_err(|error| {
            tracing::error!(%error, "the machine gave no randomness");
            CatalogError::Internal
        })?;
        // Of several who make one at once the first wins, and all read that one.
        sqlx::query("INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(&fresh[..])
            .execute(self.pool())
            .await?;
        let known = self.known_secret(name).await?;
        known.ok_or(CatalogError::Internal)
    }

    async fn known_secret(&self, name: &str) -> Result<Option<[u8; 32]>, CatalogError> {
        let found: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT value FROM secrets WHERE name = $1")
                .bind(name)
                .fetch_optional(self.pool())
                .await?;
        found
            .map(|value| value.try_into().map_err(|_| CatalogError::Internal))
            .transpose()
    }
}
