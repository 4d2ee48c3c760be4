//! How the columns of somebody's tables are read, under a name.

use serde_json::Value;
use sqlx::types::Json;

use crate::row::short_text;
use crate::{Catalog, CatalogError, Reply};

impl Catalog {
    /// Keeps a mapping under a name; what was there is replaced.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for a name that is none.
    pub fn save_profile<'a>(&'a self, name: &'a str, mapping: &'a Value) -> Reply<'a, ()> {
        Box::pin(async move {
            sqlx::query(
                "INSERT INTO import_profiles (name, mapping) VALUES ($1, $2)
                 ON CONFLICT (name) DO UPDATE SET mapping = excluded.mapping, updated_at = now()",
            )
            .bind(short_text(name)?)
            .bind(Json(mapping))
            .execute(self.pool())
            .await?;
            Ok(())
        })
    }

    /// The mapping of that name.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`].
    pub fn profile<'a>(&'a self, name: &'a str) -> Reply<'a, Value> {
        Box::pin(async move {
            let found: Option<Json<Value>> =
                sqlx::query_scalar("SELECT mapping FROM import_profiles WHERE name = $1")
                    .bind(name)
                    .fetch_optional(self.pool())
                    .await?;
            let Json(mapping) = found.ok_or(CatalogError::NotFound { what: "profile" })?;
            Ok(mapping)
        })
    }

    /// The names of all mappings.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn profiles(&self) -> Reply<'_, Vec<String>> {
        Box::pin(async move {
            let names = sqlx::query_scalar("SELECT name FROM import_profiles ORDER BY name")
                .fetch_all(self.pool())
                .await?;
            Ok(names)
        })
    }
}
