//! Where uploads lie: `inbox/ID/files`, with `inbox/ID/parts` for what is still arriving.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use super::{UploadError, UploadId, UploadPath};
use crate::Error;

/// What is whole.
const FILES: &str = "files";
/// What is still arriving.
const PARTS: &str = "parts";
/// The disk is left with so many bytes: a database that cannot write is worse than an upload that does not fit.
const KEPT_FREE: u64 = 500_000_000;

/// What an upload takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub files: u32,
    pub bytes: u64,
}

/// A file that is arriving; what nobody kept is gone with it, also when nobody waits for it any more.
#[derive(Debug)]
pub(crate) struct Part(pub PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        // Kept, it is there no more.
        let _ = fs::remove_file(&self.0);
    }
}

/// The folder of all uploads.
#[derive(Debug)]
pub(crate) struct Inbox {
    folder: PathBuf,
    /// What the uploads take that were touched by this process; read from the disk at the first touch.
    usage: Mutex<HashMap<UploadId, Usage>>,
}

impl Inbox {
    pub fn new(data: &Path) -> Self {
        let folder = data.join("inbox");
        Self {
            // Paths of jobs are absolute, and are compared with this one.
            folder: std::path::absolute(&folder).unwrap_or(folder),
            usage: Mutex::default(),
        }
    }

    pub fn files(&self, id: &UploadId) -> PathBuf {
        self.folder.join(id.as_str()).join(FILES)
    }

    pub fn parts(&self, id: &UploadId) -> PathBuf {
        self.folder.join(id.as_str()).join(PARTS)
    }

    /// The upload that a file or folder belongs to.
    pub fn owner(&self, path: &Path) -> Option<UploadId> {
        let below = path.strip_prefix(&self.folder).ok()?;
        let name = below.components().next()?.as_os_str().to_str()?;
        UploadId::parse(name)
    }

    /// A path as people are told of it: without the place where uploads lie.
    pub fn shown(&self, path: &str) -> String {
        let Some(id) = self.owner(Path::new(path)) else {
            return path.to_owned();
        };
        let below = Path::new(path).strip_prefix(self.files(&id));
        match below.ok().and_then(Path::to_str) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ => "The upload".to_owned(),
        }
    }

    pub fn create(&self, id: &UploadId) -> Result<(), UploadError> {
        for folder in [self.files(id), self.parts(id)] {
            fs::create_dir_all(&folder).map_err(|e| failed("upload", &e))?;
        }
        self.set(id, Usage::default());
        Ok(())
    }

    /// Every upload, with the time since something was last added to it.
    pub fn all(&self) -> Vec<(UploadId, Duration)> {
        let Ok(entries) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        let ids = entries.filter_map(|e| UploadId::parse(e.ok()?.file_name().to_str()?));
        ids.filter_map(|id| {
            // Every file that arrives lies among the parts first. An upload that is just being made has none yet.
            let touched = fs::metadata(self.parts(&id))
                .or_else(|_| fs::metadata(self.folder.join(id.as_str())))
                .and_then(|m| m.modified())
                .ok()?;
            let age = SystemTime::now()
                .duration_since(touched)
                .unwrap_or_default();
            Some((id, age))
        })
        .collect()
    }

    /// Takes an upload away.
    pub fn remove(&self, id: &UploadId) -> Result<(), UploadError> {
        let mut usage = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        usage.remove(id);
        drop(usage);
        match fs::remove_dir_all(self.folder.join(id.as_str())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("upload", &error)),
            _ => Ok(()),
        }
    }

    /// What an upload takes.
    ///
    /// # Errors
    /// [`UploadError::Missing`].
    pub fn usage(&self, id: &UploadId) -> Result<Usage, UploadError> {
        // Another process may have taken it away.
        if !self.parts(id).is_dir() {
            return Err(UploadError::Missing);
        }
        let known = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(usage) = known.get(id) {
            return Ok(*usage);
        }
        drop(known);
        let mut usage = Usage::default();
        for (_, bytes) in self.listed(id)? {
            usage.files += 1;
            usage.bytes += bytes;
        }
        self.set(id, usage);
        Ok(usage)
    }

    fn set(&self, id: &UploadId, usage: Usage) {
        let mut all = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id.clone(), usage);
    }

    /// Puts a part that is whole where it belongs; one that was there before is replaced.
    pub fn keep(
        &self,
        id: &UploadId,
        part: &Part,
        path: &UploadPath,
        bytes: u64,
    ) -> Result<(), UploadError> {
        let to = path.below(&self.files(id));
        let taken = |error: io::Error| match error.kind() {
            io::ErrorKind::NotADirectory
            | io::ErrorKind::IsADirectory
            | io::ErrorKind::AlreadyExists => UploadError::Taken(path.to_string()),
            // Taken away meanwhile.
            io::ErrorKind::NotFound => UploadError::Missing,
            _ => failed("file of an upload", &error),
        };
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(taken)?;
        }
        let before = fs::symlink_metadata(&to).ok().map(|m| m.len());
        fs::rename(&part.0, &to).map_err(taken)?;
        let mut all = self.usage.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(usage) = all.get_mut(id) {
            usage.files += u32::from(before.is_none());
            usage.bytes = usage.bytes.saturating_sub(before.unwrap_or(0)) + bytes;
        }
        Ok(())
    }

    /// Every file with its size, in order.
    pub fn listed(&self, id: &UploadId) -> Result<Vec<(UploadPath, u64)>, UploadError> {
        let root = self.files(id);
        let mut out = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => UploadError::Missing,
                _ => failed("upload", &error),
            })?;
            for entry in entries {
                let entry = entry.map_err(|e| failed("upload", &e))?;
                let about = entry.metadata().map_err(|e| failed("upload", &e))?;
                if about.is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let path = entry.path();
                let name = path.strip_prefix(&root).ok().and_then(Path::to_str);
                if let Some(Ok(name)) = name.map(UploadPath::parse) {
                    out.push((name, about.len()));
                }
            }
        }
        out.sort();
        Ok(out)
    }

    /// Whether so many more bytes leave the disk with what it needs.
    pub fn has_room(&self, more: u64) -> bool {
        match rustix::fs::statvfs(&self.folder) {
            Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize) >= KEPT_FREE + more,
            // It shows when it is written.
            Err(_) => true,
        }
    }
}

/// What a file system says, in words for people.
pub(super) fn failed(what: &'static str, error: &io::Error) -> UploadError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => UploadError::DiskFull,
        _ => Error::internal(format!("{what}: {error}")).into(),
    }
}
