//! What can be wrong with a model, in sentences for the person who set it up.

use std::path::PathBuf;

/// Why a CLIP model does not work.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ClipError {
    /// The folder is not there.
    #[error("There is no model folder {}.", .0.display())]
    NoFolder(PathBuf),
    /// The folder lacks a file.
    #[error("The model folder {} is not complete: it lacks {}.", .folder.display(), .names.join(" or "))]
    Missing {
        /// The model's folder.
        folder: PathBuf,
        /// Names under any of which the file would do, as seen from the folder.
        names: Vec<String>,
    },
    /// A file is there but cannot be read, or is larger than such a file ever is.
    #[error("{} cannot be read: {detail}.", .file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// The system's reason.
        detail: String,
    },
    /// A settings file says something that makes no sense or is not supported.
    #[error("{} is no use: {detail}.", .file.display())]
    Settings {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The settings and the network do not belong together.
    #[error("{} does not fit its settings: the {what} is {found} in the model and {said} in the settings.", .file.display())]
    WrongSize {
        /// The network.
        file: PathBuf,
        /// What differs.
        what: &'static str,
        /// What the settings say.
        said: String,
        /// What the network has.
        found: String,
    },
    /// The network is something else.
    #[error("{} is not a CLIP model: {detail}.", .file.display())]
    NotClip {
        /// The network.
        file: PathBuf,
        /// What gives it away.
        detail: String,
    },
    /// No ONNX Runtime was found.
    #[error(
        "ONNX Runtime was not found. Looked in: {}. Install it, for example with `pip install onnxruntime`, \
         and name its library with the environment variable ORT_DYLIB_PATH or in the settings.",
        .looked.join("; ")
    )]
    RuntimeMissing {
        /// Every place looked at, with what was wrong there if something was.
        looked: Vec<String>,
    },
    /// The runtime cannot load the network.
    #[error("The model {} cannot be loaded: {detail}.", .file.display())]
    Load {
        /// The network.
        file: PathBuf,
        /// What the runtime said.
        detail: String,
    },
    /// More requests wait than the queue takes.
    #[error("More requests wait for the model than its queue takes.")]
    Overloaded,
    /// The network ran and failed.
    #[error("The model failed: {0}.")]
    Failed(String),
}
