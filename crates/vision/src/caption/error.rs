//! What can be wrong with a captioner, in sentences for the person who set it up.

use std::path::PathBuf;

use crate::{DescribeError, Detail, clip::ClipError};

/// Why there is no caption.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CaptionError {
    /// A file is missing, unreadable or senseless, or there is no runtime.
    #[error(transparent)]
    Setup(#[from] ClipError),
    /// The network is something else.
    #[error("{} is not a BLIP captioner: {detail}.", .file.display())]
    NotCaptioner {
        /// The network.
        file: PathBuf,
        /// What gives it away.
        detail: String,
    },
    /// More pictures wait than the queue takes.
    #[error("More pictures wait for the captioner than its queue takes.")]
    Overloaded,
    /// The model ran and failed.
    #[error("The captioner failed: {0}.")]
    Failed(String),
}

impl From<CaptionError> for DescribeError {
    fn from(error: CaptionError) -> Self {
        let detail = Detail::new(&error.to_string());
        match error {
            CaptionError::Overloaded => Self::Overloaded(detail),
            CaptionError::Setup(_) | CaptionError::NotCaptioner { .. } => Self::Unreachable(detail),
            CaptionError::Failed(_) => Self::Invalid(detail),
        }
    }
}
