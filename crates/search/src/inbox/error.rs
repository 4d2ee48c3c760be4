//! Why something cannot be uploaded, said once for every door.

use super::{BadPath, MAX_FILES, MAX_OPEN, MAX_TOTAL};
use crate::Error;

/// Why something cannot be uploaded, or cannot become an import.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// It never was, was dropped, or has aged out.
    #[error("There is no such upload (any more).")]
    Missing,
    /// A file cannot be called that.
    #[error(transparent)]
    Path(#[from] BadPath),
    /// There is a folder of that name, or a file where a folder would be.
    #[error("“{0}” is a file and a folder at once.")]
    Taken(String),
    /// A file is larger than such a file may be.
    #[error("This file is larger than {} MB, which is what fits.", .limit / 1_000_000)]
    TooLarge {
        /// What fits, in bytes.
        limit: u64,
    },
    /// More files or bytes than an upload takes.
    #[error("An upload takes {MAX_FILES} files and {} GB. Start this one, and send the rest in another.", MAX_TOTAL / 1_000_000_000)]
    Full,
    /// Others are open.
    #[error("{MAX_OPEN} uploads are waiting to be imported. Start or drop one of them.")]
    TooManyOpen,
    /// No room.
    #[error("The server's disk is full. Its operator has to make room.")]
    DiskFull,
    /// The sender stopped in the middle of a file.
    #[error("The file broke off on its way. Send it again.")]
    BrokenOff,
    /// Nothing was uploaded.
    #[error("This upload holds nothing yet.")]
    Empty,
    /// A table that is not there.
    #[error("There is no table “{0}” in this upload: a CSV, an XLSX or the JSON of an export.")]
    NoTable(String),
    /// More tables than one.
    #[error("There are several tables: {0}. Say which one is meant.")]
    Tables(String),
    /// ZIPs among other files.
    #[error("Send one ZIP, or the pictures as they are, but not both.")]
    Mixed,
    /// Something that is no address among addresses.
    #[error(
        "“{0}” is no address of a picture: it begins with https:// and has 2,000 letters at most."
    )]
    NoAddress(String),
    /// A job works on it or waits.
    #[error("A job needs this upload. Cancel the job first.")]
    InUse,
    /// The library stopped answering.
    #[error(transparent)]
    Library(#[from] Error),
}

impl UploadError {
    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::Missing => 404,
            Self::Path(_) | Self::Empty | Self::NoTable(_) | Self::Tables(_) => 400,
            Self::Mixed | Self::NoAddress(_) | Self::BrokenOff => 400,
            Self::Taken(_) | Self::TooManyOpen | Self::InUse => 409,
            Self::TooLarge { .. } | Self::Full => 413,
            Self::DiskFull => 507,
            Self::Library(error) => error.status(),
        }
    }
}
