//! The inbox: files that arrive one by one and become an import. They lie in the data folder until the import is
//! done; nobody names a place on the server's disk.

mod choice;
mod disk;
mod error;
mod path;

use std::{collections::HashMap, time::Duration};

use bytes::Bytes;
use futures::{
    StreamExt,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use material::{Name, Token};
use tokio::io::AsyncWriteExt;

use choice::{around, chosen, tables};
pub(crate) use disk::Inbox;
use disk::{Part, failed};
pub use error::UploadError;
use path::FileKind;
pub use path::{BadPath, UploadPath};

use crate::{
    Error, ImportRequest, Veneer,
    ask::{blocking, token},
};

/// The largest ZIP, in bytes.
pub const MAX_ZIP: u64 = 2_000_000_000;
/// The largest table, in bytes.
pub const MAX_TABLE: u64 = 200_000_000;
/// The most files of an upload.
pub const MAX_FILES: u32 = 50_000;
/// The most bytes of an upload.
pub const MAX_TOTAL: u64 = 50_000_000_000;
/// The most uploads at a time.
pub const MAX_OPEN: usize = 50;
/// An upload that nobody adds to and no job needs is taken away after this.
pub const UPLOADS_LAST: Duration = Duration::from_secs(24 * 3600);
/// The most addresses of one import.
pub const MAX_ADDRESSES: usize = 20_000;
/// Whoever sends nothing for so long has gone.
const IDLE: Duration = Duration::from_secs(30);
/// Bytes after which it is looked whether the disk has room.
const LOOK: u64 = 64_000_000;

/// An upload, by its unguessable name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadId(Token);

impl UploadId {
    /// Reads a name; `None` for what none is called.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == 26 && text.bytes().all(|b| b.is_ascii_alphanumeric());
        plain.then(|| Token::parse(text).ok().map(Self)).flatten()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl std::fmt::Display for UploadId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a file that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It lies in the inbox, with so many bytes.
    Kept(u64),
    /// It is hidden or litter of a system, and was passed over.
    PassedOver,
}

/// What an upload holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its name.
    pub id: UploadId,
    /// How many files.
    pub files: u32,
    /// How many bytes.
    pub bytes: u64,
    /// Those of them that may be its table.
    pub tables: Vec<UploadPath>,
}

impl Veneer {
    /// Begins an upload.
    ///
    /// # Errors
    /// [`UploadError::TooManyOpen`], [`UploadError::DiskFull`].
    pub fn begin_upload(&self) -> BoxFuture<'_, Result<UploadId, UploadError>> {
        Box::pin(async move {
            if self.open_uploads().await? >= MAX_OPEN {
                self.sweep_inbox().await?;
                if self.open_uploads().await? >= MAX_OPEN {
                    return Err(UploadError::TooManyOpen);
                }
            }
            let id = UploadId(token()?);
            let (inner, new) = (self.inner.clone(), id.clone());
            blocking(move || inner.inbox.create(&new)).await??;
            Ok(id)
        })
    }

    async fn open_uploads(&self) -> Result<usize, Error> {
        let inner = self.inner.clone();
        blocking(move || inner.inbox.all().len()).await
    }

    /// Takes a file as it arrives; one of the same name is replaced once the new one is whole. Nothing of it is held
    /// in memory but what has just arrived.
    ///
    /// # Errors
    /// [`UploadError`].
    pub fn add_to_upload<'a>(
        &'a self,
        id: &'a UploadId,
        path: &'a UploadPath,
        bytes: BoxStream<'a, std::io::Result<Bytes>>,
    ) -> BoxFuture<'a, Result<Added, UploadError>> {
        Box::pin(async move {
            let (inner, of) = (self.inner.clone(), id.clone());
            let usage = blocking(move || inner.inbox.usage(&of)).await??;
            if path.is_litter() {
                return Ok(Added::PassedOver);
            }
            if usage.files >= MAX_FILES || usage.bytes >= MAX_TOTAL {
                return Err(UploadError::Full);
            }
            let limit = match path.kind() {
                FileKind::Zip => MAX_ZIP,
                FileKind::Table => MAX_TABLE,
                FileKind::Picture => self.import_limits().max_bytes,
            };
            let part = Part(self.inner.inbox.parts(id).join(token()?.as_str()));
            let bytes = self
                .arrive(&part, bytes, limit, MAX_TOTAL - usage.bytes)
                .await?;
            let (inner, of, path) = (self.inner.clone(), id.clone(), path.clone());
            blocking(move || inner.inbox.keep(&of, &part, &path, bytes)).await??;
            Ok(Added::Kept(bytes))
        })
    }

    /// Writes what arrives; says how much it was.
    async fn arrive(
        &self,
        part: &Part,
        mut bytes: BoxStream<'_, std::io::Result<Bytes>>,
        limit: u64,
        left: u64,
    ) -> Result<u64, UploadError> {
        let inbox = &self.inner.inbox;
        if !inbox.has_room(0) {
            return Err(UploadError::DiskFull);
        }
        let created = tokio::fs::File::create_new(&part.0).await;
        let mut file = created.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => UploadError::Missing,
            _ => failed("file of an upload", &error),
        })?;
        let (mut all, mut looked) = (0_u64, 0_u64);
        loop {
            let next = tokio::time::timeout(IDLE, bytes.next()).await;
            let chunk = match next {
                Ok(Some(Ok(chunk))) => chunk,
                Ok(None) => break,
                Ok(Some(Err(error))) => {
                    tracing::debug!(%error, "an upload broke off");
                    return Err(UploadError::BrokenOff);
                }
                Err(_) => return Err(UploadError::BrokenOff),
            };
            all += chunk.len() as u64;
            if all > limit {
                return Err(UploadError::TooLarge { limit });
            }
            if all > left {
                return Err(UploadError::Full);
            }
            if all - looked > LOOK {
                looked = all;
                if !inbox.has_room(0) {
                    return Err(UploadError::DiskFull);
                }
            }
            let written = file.write_all(&chunk).await;
            written.map_err(|e| failed("file of an upload", &e))?;
        }
        let written = file.flush().await;
        written.map_err(|e| failed("file of an upload", &e))?;
        Ok(all)
    }

    /// What an upload holds.
    ///
    /// # Errors
    /// [`UploadError::Missing`].
    pub fn upload<'a>(&'a self, id: &'a UploadId) -> BoxFuture<'a, Result<Upload, UploadError>> {
        Box::pin(async move {
            let listed = self.listed(id).await?;
            Ok(Upload {
                id: id.clone(),
                files: listed.len() as u32,
                bytes: listed.iter().map(|(_, bytes)| bytes).sum(),
                tables: tables(&listed),
            })
        })
    }

    async fn listed(&self, id: &UploadId) -> Result<Vec<(UploadPath, u64)>, UploadError> {
        let (inner, of) = (self.inner.clone(), id.clone());
        blocking(move || inner.inbox.listed(&of)).await?
    }

    /// The import that an upload is: its folder or the ZIP in it, with the table that is named, or else the only one,
    /// or the `library.json` of an export. A folder around everything is no part of it, unless it is a category.
    ///
    /// # Errors
    /// [`UploadError`].
    pub fn upload_request<'a>(
        &'a self,
        id: &'a UploadId,
        table: Option<&'a UploadPath>,
    ) -> BoxFuture<'a, Result<ImportRequest, UploadError>> {
        Box::pin(async move {
            let listed = self.listed(id).await?;
            if listed.is_empty() {
                return Err(UploadError::Empty);
            }
            let table = chosen(&listed, table)?;
            let zips = listed.iter().filter(|(p, _)| p.kind() == FileKind::Zip);
            let zips: Vec<&UploadPath> = zips.map(|(p, _)| p).collect();
            let pictures = listed.iter().any(|(p, _)| p.kind() == FileKind::Picture);
            let root = self.inner.inbox.files(id);
            let folder = match zips.as_slice() {
                [] => around(root.clone(), &listed, table.is_some()),
                [zip] if !pictures => zip.below(&root),
                _ => return Err(UploadError::Mixed),
            };
            Ok(ImportRequest {
                folder,
                csv: table.map(|table| table.below(&root)),
                analyse: None,
            })
        })
    }

    /// An upload of addresses of pictures, a material each.
    ///
    /// # Errors
    /// [`UploadError::NoAddress`], and those of [`Self::begin_upload`].
    pub fn upload_addresses<'a>(
        &'a self,
        addresses: &'a [String],
    ) -> BoxFuture<'a, Result<UploadId, UploadError>> {
        Box::pin(async move {
            if addresses.is_empty() {
                return Err(UploadError::Empty);
            }
            if addresses.len() > MAX_ADDRESSES {
                return Err(UploadError::Full);
            }
            let mut table = csv::Writer::from_writer(Vec::new());
            let header = table.write_record(["key", "image"]);
            header.map_err(Error::internal)?;
            for address in addresses {
                let fits = crate::import::is_address(address) && address.len() <= 2_000;
                if !fits || url::Url::parse(address).is_err() {
                    let shown = address.chars().take(60).collect();
                    return Err(UploadError::NoAddress(shown));
                }
                let row = table.write_record([key_of(address).as_str(), address]);
                row.map_err(Error::internal)?;
            }
            let table = table.into_inner().map_err(Error::internal)?;
            let id = self.begin_upload().await?;
            let path = UploadPath::parse("addresses.csv")?;
            let bytes = stream::once(async move { Ok(Bytes::from(table)) }).boxed();
            self.add_to_upload(&id, &path, bytes).await?;
            Ok(id)
        })
    }

    /// Forgets an upload.
    ///
    /// # Errors
    /// [`UploadError::Missing`], [`UploadError::InUse`].
    pub fn drop_upload<'a>(&'a self, id: &'a UploadId) -> BoxFuture<'a, Result<(), UploadError>> {
        Box::pin(async move {
            let needed = self.needed_uploads().await?;
            if needed.get(id.as_str()) == Some(&true) {
                return Err(UploadError::InUse);
            }
            let (inner, of) = (self.inner.clone(), id.clone());
            blocking(move || {
                inner.inbox.usage(&of)?;
                inner.inbox.remove(&of)
            })
            .await?
        })
    }

    /// Whether the job of each upload may still need it; those that no job has are not there.
    async fn needed_uploads(&self) -> Result<HashMap<String, bool>, Error> {
        Ok(self.inner.catalog.uploads_of_jobs().await?)
    }

    /// Takes away uploads whose job is done or cancelled, and those that nobody added to for a day and no job needs;
    /// says how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn sweep_inbox(&self) -> BoxFuture<'_, Result<u64, Error>> {
        Box::pin(async move {
            let inner = self.inner.clone();
            let all = blocking(move || inner.inbox.all()).await?;
            if all.is_empty() {
                return Ok(0);
            }
            let needed = self.needed_uploads().await?;
            let mut gone = 0;
            for (id, age) in all {
                let over = match needed.get(id.as_str()) {
                    Some(needed) => !needed,
                    None => age > UPLOADS_LAST,
                };
                if over {
                    let inner = self.inner.clone();
                    match blocking(move || inner.inbox.remove(&id)).await? {
                        Ok(()) => gone += 1,
                        Err(error) => tracing::warn!(%error, "an upload could not be taken away"),
                    }
                }
            }
            Ok(gone)
        })
    }
}

/// What the material behind an address is called: its address, or what stands for one that is too long.
fn key_of(address: &str) -> String {
    if address.chars().count() <= Name::LIMIT {
        return address.to_owned();
    }
    format!("address {}", blake3::hash(address.as_bytes()).to_hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_an_upload_is_no_path() {
        assert!(UploadId::parse(&"a2".repeat(13)).is_some());
        for bad in [
            "",
            "..",
            "abc",
            &"a/".repeat(13),
            &"é".repeat(13),
            &"a".repeat(27),
        ] {
            assert!(UploadId::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn nobody_is_told_where_uploads_lie() {
        let inbox = Inbox::new(std::path::Path::new("/srv/data"));
        let id = UploadId::parse(&"a2".repeat(13)).expect("a name");
        let file = inbox.files(&id).join("oak/a.jpg");
        assert_eq!(inbox.owner(&file), Some(id.clone()));
        assert_eq!(inbox.shown(file.to_str().expect("text")), "oak/a.jpg");
        let folder = inbox.files(&id);
        assert_eq!(inbox.shown(folder.to_str().expect("text")), "The upload");
        assert_eq!(inbox.shown("/home/ada/list.csv"), "/home/ada/list.csv");
        assert_eq!(
            inbox.owner(std::path::Path::new("/srv/data/images/x")),
            None
        );
    }

    #[test]
    fn an_upload_that_is_just_being_made_is_new() {
        let data = tempfile::tempdir().expect("a folder");
        let inbox = Inbox::new(data.path());
        let id = UploadId::parse(&"a2".repeat(13)).expect("a name");
        std::fs::create_dir_all(inbox.files(&id)).expect("a folder");
        let all = inbox.all();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].0, id);
        assert!(all[0].1 < UPLOADS_LAST, "{:?}", all[0].1);
    }
}
