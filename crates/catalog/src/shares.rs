//! Frozen copies that last.

use bytes::Bytes;
use material::{ShareInfo, Token};
use sqlx::types::Json;

use crate::{Catalog, CatalogError};

impl Catalog {
    /// The largest preview picture, in bytes.
    pub const MAX_COLLAGE: usize = 4 << 20;

    /// Keeps a share with its preview picture.
    ///
    /// # Errors
    /// [`Conflict::Token`](crate::Conflict::Token) when the name is taken, [`CatalogError::Unfit`] for
    /// a picture over [`Self::MAX_COLLAGE`].
    pub async fn save_share(
        &self,
        info: &ShareInfo,
        collage: Option<Bytes>,
    ) -> Result<(), CatalogError> {
        if collage
            .as_ref()
            .is_some_and(|c| c.len() > Self::MAX_COLLAGE)
        {
            return Err(CatalogError::Unfit(
                "The preview picture of a share has to be under 4 megabytes.".into(),
            ));
        }
        sqlx::query("INSERT INTO shares (slug, info, collage) VALUES ($1, $2, $3)")
            .bind(info.slug.as_str())
            .bind(Json(info))
            .bind(collage.as_deref())
            .execute(self.pool())
            .await?;
        Ok(())
    }

    /// A share as it was made.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn share(&self, slug: &Token) -> Result<Option<ShareInfo>, CatalogError> {
        let found: Option<Json<ShareInfo>> =
            sqlx::query_scalar("SELECT info FROM shares WHERE slug = $1")
                .bind(slug.as_str())
                .fetch_optional(self.pool())
                .await?;
        Ok(found.map(|Json(info)| info))
    }

    /// The preview picture of a share; `None` when there is no share or it has none.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn share_image(&self, slug: &Token) -> Result<Option<Bytes>, CatalogError> {
        let found: Option<Option<Vec<u8>>> =
            sqlx::query_scalar("SELECT collage FROM shares WHERE slug = $1")
                .bind(slug.as_str())
                .fetch_optional(self.pool())
                .await?;
        Ok(found.flatten().map(Bytes::from))
    }
}
