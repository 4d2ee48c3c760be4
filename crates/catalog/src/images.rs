//! Pictures, in a folder or in S3, named by their content.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use material::SwatchId;
use object_store::{
    ObjectStore, ObjectStoreExt, aws::AmazonS3Builder, local::LocalFileSystem, path::Path as Key,
};

use crate::{Catalog, CatalogError, StartError};

/// Where pictures lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ImageStoreSettings {
    /// `images` in the data folder.
    #[default]
    Local,
    /// An S3 bucket, or anything that speaks like one.
    S3 {
        /// Its name.
        bucket: String,
        /// Its region.
        region: String,
        /// The address, where it is not Amazon's.
        endpoint: Option<String>,
        /// Access key.
        key: String,
        /// Secret.
        secret: String,
        /// A folder inside the bucket; may be empty.
        prefix: String,
    },
}

/// The sizes a picture is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageSize {
    /// 320 pixels on the long side.
    Small,
    /// 640 pixels on the long side.
    Medium,
    /// As it came, within the limits of the import.
    Full,
}

impl ImageSize {
    /// Every size.
    pub const ALL: [Self; 3] = [Self::Small, Self::Medium, Self::Full];

    /// As it stands in addresses and file names: `320`, `640`, `full`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Small => "320",
            Self::Medium => "640",
            Self::Full => "full",
        }
    }

    /// Reads that form; `None` for any other.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == value)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Images(pub(crate) Arc<dyn ObjectStore>);

impl Images {
    pub(crate) fn open(settings: &ImageStoreSettings, data: &Path) -> Result<Self, StartError> {
        let bad = |e: object_store::Error| StartError::ImageStore(e.to_string());
        match settings {
            ImageStoreSettings::Local => {
                let folder = data.join("images");
                std::fs::create_dir_all(&folder)
                    .map_err(|e| crate::engine::folder_error(&folder, &e))?;
                let store = LocalFileSystem::new_with_prefix(&folder).map_err(bad)?;
                Ok(Self(Arc::new(store)))
            }
            ImageStoreSettings::S3 {
                bucket,
                region,
                endpoint,
                key,
                secret,
                prefix,
            } => {
                // The HTTP client takes the TLS the process has chosen; the first to choose wins,
                // and both candidates are the same one.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let mut builder = AmazonS3Builder::new()
                    .with_bucket_name(bucket)
                    .with_region(region)
                    .with_access_key_id(key)
                    .with_secret_access_key(secret);
                if let Some(endpoint) = endpoint {
                    builder = builder
                        .with_endpoint(endpoint)
                        .with_allow_http(endpoint.starts_with("http://"));
                }
                let store = builder.build().map_err(bad)?;
                Ok(Self(if prefix.is_empty() {
                    Arc::new(store)
                } else {
                    Arc::new(object_store::prefix::PrefixStore::new(
                        store,
                        prefix.as_str(),
                    ))
                }))
            }
        }
    }
}

/// `ab/cdef….640.webp`: two letters of folder keep each folder small. The ending is that of most pictures; what one is,
/// its first bytes say.
fn key(id: &SwatchId, size: ImageSize) -> Key {
    let (folder, rest) = id.as_str().split_at(id.as_str().len().min(2));
    Key::from(format!("{folder}/{rest}.{}.webp", size.as_str()))
}

impl Catalog {
    /// The largest picture that is taken, in bytes.
    pub const MAX_IMAGE: usize = 32 << 20;

    /// Keeps a picture (WebP or JPEG). Write pictures before the rows that name them: a crash in between
    /// leaves at worst a picture nobody names. Writing it again changes nothing.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] over [`Self::MAX_IMAGE`], [`CatalogError::Unavailable`] when the store
    /// does not answer.
    pub async fn put_image(
        &self,
        id: &SwatchId,
        size: ImageSize,
        image: Bytes,
    ) -> Result<(), CatalogError> {
        if image.is_empty() || image.len() > Self::MAX_IMAGE {
            return Err(CatalogError::Unfit(
                "A picture has to have 1 byte to 32 megabytes.".into(),
            ));
        }
        self.inner
            .images
            .0
            .put(&key(id, size), image.into())
            .await?;
        Ok(())
    }

    /// A picture (WebP).
    ///
    /// # Errors
    /// [`CatalogError::NotFound`], or [`CatalogError::Unavailable`] when the store does not answer.
    pub async fn image(&self, id: &SwatchId, size: ImageSize) -> Result<Bytes, CatalogError> {
        Ok(self
            .inner
            .images
            .0
            .get(&key(id, size))
            .await?
            .bytes()
            .await?)
    }

    /// Whether a picture is there.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`] when the store does not answer.
    pub async fn has_image(&self, id: &SwatchId, size: ImageSize) -> Result<bool, CatalogError> {
        match self.inner.images.0.head(&key(id, size)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(e) => Err(e.into()),
        }
    }
}
