//! What can go wrong, said once for every door.

use catalog::{CatalogError, Conflict};
use material::ParseError;
use photo::{PhotoError, StatusHint};
use vision::VisionError;

use crate::fetch::FetchError;

/// Each variant reads as a sentence a designer understands; detail goes to the log where it happens.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The thing asked for is not there (any more).
    #[error("{0}")]
    NotFound(&'static str),
    /// Something typed or sent does not have the form it needs.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The photo cannot be taken.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// The address of an image does not lead to one.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// Somebody else has that name.
    #[error("{0}")]
    Taken(&'static str),
    /// It is not what the request says it is.
    #[error("This is not what the request expects it to be. Look at it anew.")]
    Changed,
    /// What the library does not keep.
    #[error("{0}")]
    Unfit(&'static str),
    /// What is asked contradicts what is there.
    #[error("{0}")]
    Refused(Conflict),
    /// Neither a photo nor words nor an address came with the request.
    #[error("There was nothing to search for. Choose a photo, or type what you are looking for.")]
    Nothing,
    /// More work than fits right now.
    #[error("Many people are searching right now. Try again in a moment.")]
    Overloaded,
    /// A stage took longer than it may.
    #[error("That took longer than it should. Try again in a moment.")]
    TooSlow,
    /// The library cannot be reached.
    #[error("The library cannot be reached right now. Try again in a moment.")]
    Unavailable,
    /// There is no room for what was to be kept.
    #[error("The disk of the library is full. What is in it is safe; make room, and go on.")]
    DiskFull,
    /// A fault of ours.
    #[error("Something went wrong on our side. It has been noted.")]
    Internal,
}

impl Error {
    /// The HTTP status that says the same.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotFound(_) => 404,
            Self::Parse(_) | Self::Nothing | Self::Unfit(_) => 400,
            Self::Photo(error) => match error.status_hint() {
                StatusHint::Unsupported => 415,
                StatusHint::TooLarge => 413,
                StatusHint::Damaged => 422,
                StatusHint::Invalid => 400,
            },
            Self::Fetch(error) => match error {
                FetchError::NotAnAddress | FetchError::Private => 400,
                FetchError::TooLarge { .. } => 413,
                FetchError::Unreachable | FetchError::Status(_) | FetchError::TooManyRedirects => {
                    502
                }
                FetchError::TooSlow => 504,
            },
            Self::Taken(_) | Self::Refused(_) => 409,
            Self::Changed => 412,
            Self::Overloaded | Self::Unavailable | Self::TooSlow => 503,
            Self::DiskFull => 507,
            Self::Internal => 500,
        }
    }

    /// In a word, for operators.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "not-found",
            Self::Parse(_) => "not-understood",
            Self::Photo(_) => "photo",
            Self::Fetch(_) => "address",
            Self::Taken(_) => "taken",
            Self::Changed => "changed",
            Self::Unfit(_) => "unfit",
            Self::Refused(_) => "refused",
            Self::Nothing => "nothing",
            Self::Overloaded => "overloaded",
            Self::TooSlow => "too-slow",
            Self::Unavailable => "unavailable",
            Self::DiskFull => "disk-full",
            Self::Internal => "internal",
        }
    }

    /// A fault of ours with its detail for the log.
    pub(crate) fn internal(detail: impl std::fmt::Display) -> Self {
        tracing::error!(%detail, "internal fault");
        Self::Internal
    }
}

impl From<CatalogError> for Error {
    /// The catalog has logged the detail already.
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::Unavailable => Self::Unavailable,
            CatalogError::DiskFull => Self::DiskFull,
            CatalogError::NotFound { .. } => {
                Self::NotFound("That is not in the library (any more).")
            }
            CatalogError::Conflict(Conflict::KeyName) => {
                Self::Taken("Another key that works has this name.")
            }
            CatalogError::Conflict(Conflict::Changed) => Self::Changed,
            CatalogError::Conflict(conflict @ (Conflict::JobState | Conflict::ClaimLost)) => {
                Self::Refused(conflict)
            }
            CatalogError::Conflict(_)
            | CatalogError::Unfit(_)
            | CatalogError::NotCovered { .. }
            | CatalogError::Internal => Self::Internal,
        }
    }
}

impl From<VisionError> for Error {
    fn from(error: VisionError) -> Self {
        match error {
            VisionError::Overloaded => Self::Overloaded,
            VisionError::Failed { .. } => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_now_is_no_fault_of_whoever_asks() {
        for error in [Error::Overloaded, Error::TooSlow, Error::Unavailable] {
            assert_eq!(error.status(), 503, "{error}");
        }
        assert_eq!(Error::Refused(Conflict::JobState).status(), 409);
    }
}
