//! What can go wrong in a pull, in sentences for the person who asked for it.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a model was not fetched.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// Not a repository's name.
    #[error(
        "“{0}” is not a model's name. Write for example ViT-B-32__laion2b-s34b-b79k, or owner/name."
    )]
    Name(String),
    /// The configured address is none.
    #[error(
        "“{0}” is not the address of a model hub. HF_ENDPOINT should look like https://huggingface.co."
    )]
    Endpoint(String),
    /// The token has characters that cannot be sent, or the hub's address is not encrypted.
    #[error(
        "The access token cannot be used: it has characters no token has, or the hub's address does not start with https://."
    )]
    Token,
    /// The HTTP client cannot be set up; the text is for the log.
    #[error("Encrypted connections cannot be set up on this machine: {0}")]
    Tls(String),
    /// There is no such repository, or none that this token may see.
    #[error("There is no model “{0}” on the hub.")]
    NotFound(String),
    /// The hub asks who is asking, or does not accept the answer.
    #[error(
        "The hub does not let us see “{0}”: it may not exist, or need a valid access token in HF_TOKEN."
    )]
    Unauthorised(String),
    /// Its owner wants terms accepted first.
    #[error(
        "“{0}” is a gated model. Accept its terms on the hub's page for it, and set HF_TOKEN to a token of that account."
    )]
    Gated(String),
    /// Another status than the ones above.
    #[error("The hub answered with an error ({0}).")]
    Status(u16),
    /// No answer, for as long as we tried; the detail is for the log.
    #[error("{host} cannot be reached. Check the network, or set HF_ENDPOINT to a mirror.")]
    Unreachable {
        /// The hub.
        host: String,
        /// What the last attempt met.
        detail: String,
    },
    /// The connection was cut again and again; the detail is for the log.
    #[error(
        "The download of {file} was cut off after {done_mb} of {total_mb} MB. Try again: it goes on from there."
    )]
    Cut {
        /// Which.
        file: String,
        /// Megabytes that are here.
        done_mb: u64,
        /// Megabytes it has.
        total_mb: u64,
        /// What the last attempt met.
        detail: String,
    },
    /// The hub's listing is not what it should be; the detail is for the log.
    #[error("The hub's answer about this model could not be understood.")]
    NotUnderstood {
        /// What is odd.
        detail: String,
    },
    /// A file's path leads out of the model's folder.
    #[error(
        "The repository lists a file “{0}”, which does not stay in its folder. Nothing was fetched."
    )]
    UnsafePath(String),
    /// Not a CLIP model in ONNX.
    #[error("“{repository}” is not a CLIP model in ONNX: it has no {}.", missing.join(", no "))]
    NotAModel {
        /// Which.
        repository: String,
        /// Files that are not there.
        missing: Vec<String>,
    },
    /// Larger than a pull takes.
    #[error("{what} has {mb} MB; at most {limit_mb} MB are fetched.")]
    TooLarge {
        /// A file, or all of them.
        what: String,
        /// What it has.
        mb: u64,
        /// What fits.
        limit_mb: u64,
    },
    /// More files than a pull takes.
    #[error("The model has {files} files; at most {limit} are fetched.")]
    TooMany {
        /// What it has.
        files: usize,
        /// What fits.
        limit: usize,
    },
    /// More came than the hub announced.
    #[error("{0} is longer than the hub says it is. The part that came was deleted.")]
    WrongSize(String),
    /// What came is not what the hub holds.
    #[error("{0} arrived damaged: its checksum is wrong. It was deleted; try again.")]
    Checksum(String),
    /// Another pull works on the same folder.
    #[error("Another download into {} is under way.", .0.display())]
    InUse(PathBuf),
    /// Reading or writing files failed.
    #[error("{} cannot be written: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl PullError {
    /// Names the place of a failure of the file system.
    pub(super) fn disk(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Disk {
            path: path.clone(),
            source,
        }
    }
}
