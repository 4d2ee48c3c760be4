//! What can go wrong, by names that stay: one list, one home.

use axum::http::StatusCode;
use search::{Error, FetchError, UploadError};
use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong, by a name that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// The address leads nowhere, or what was there is gone.
    NotFound,
    /// The address does not take this method.
    MethodNotAllowed,
    /// The body is not of a kind that is taken.
    UnsupportedMediaType,
    /// The body is longer than is taken.
    BodyTooLarge,
    /// The request cannot be read.
    InvalidRequest,
    /// A value does not have the form it needs.
    InvalidValue,
    /// There is no parameter of that name.
    UnknownParameter,
    /// The cursor belongs to another list, or is cut off.
    InvalidCursor,
    /// Neither a photo nor words nor colours nor a swatch.
    NothingAsked,
    /// The photo is of a kind that is not taken.
    PhotoUnsupported,
    /// The photo has more bytes or more pixels than are taken.
    PhotoTooLarge,
    /// The photo cannot be decoded.
    PhotoDamaged,
    /// The part of the photo that was asked for is none.
    PhotoInvalid,
    /// The address of the image is none that is opened.
    AddressInvalid,
    /// The image at the address is longer than is taken.
    AddressTooLarge,
    /// Nobody answers there, or not with an image.
    AddressUnreachable,
    /// The image at the address takes too long.
    AddressTooSlow,
    /// There is no key, and one is needed.
    KeyNeeded,
    /// The key is cut off, unknown or revoked.
    KeyUnknown,
    /// The key may not do this.
    ScopeMissing,
    /// Somebody else has that name.
    Taken,
    /// A job does not take this in the state it is in.
    JobState,
    /// A name of an upload stands for a file and a folder, a job needs the upload, or too many uploads are open.
    UploadConflict,
    /// An upload has as many files or bytes as it takes.
    UploadFull,
    /// A file broke off on its way.
    BrokenOff,
    /// What was uploaded cannot be imported as it is.
    ImportRefused,
    /// The server's disk is full.
    DiskFull,
    /// It was changed meanwhile: it is not what `If-Match` or `If-None-Match` says.
    PreconditionFailed,
    /// A request with this `Idempotency-Key` is under way.
    IdempotencyBusy,
    /// This `Idempotency-Key` stands for another request.
    IdempotencyMismatch,
    /// More work than fits right now.
    Overloaded,
    /// Too many searches in a short while.
    RateLimited,
    /// A stage took longer than it may.
    TooSlow,
    /// The library cannot be reached.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Code {
    /// The status it is answered with.
    pub fn status(self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType | Self::PhotoUnsupported => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            Self::BodyTooLarge | Self::PhotoTooLarge | Self::AddressTooLarge | Self::UploadFull => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::InvalidRequest
            | Self::InvalidValue
            | Self::UnknownParameter
            | Self::InvalidCursor
            | Self::NothingAsked
            | Self::BrokenOff
            | Self::PhotoInvalid
            | Self::AddressInvalid => StatusCode::BAD_REQUEST,
            Self::PhotoDamaged | Self::IdempotencyMismatch | Self::ImportRefused => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::KeyNeeded | Self::KeyUnknown => StatusCode::UNAUTHORIZED,
            Self::ScopeMissing => StatusCode::FORBIDDEN,
            Self::Taken | Self::JobState | Self::UploadConflict | Self::IdempotencyBusy => {
                StatusCode::CONFLICT
            }
            Self::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::AddressUnreachable => StatusCode::BAD_GATEWAY,
            Self::AddressTooSlow => StatusCode::GATEWAY_TIMEOUT,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Overloaded | Self::TooSlow | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The kind of problem in a few words.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::BodyTooLarge => "Request too large",
            Self::InvalidRequest => "Invalid request",
            Self::InvalidValue => "Invalid value",
            Self::UnknownParameter => "Unknown parameter",
            Self::InvalidCursor => "Invalid cursor",
            Self::NothingAsked => "Nothing to search for",
            Self::PhotoUnsupported => "Unsupported photo",
            Self::PhotoTooLarge => "Photo too large",
            Self::PhotoDamaged => "Damaged photo",
            Self::PhotoInvalid => "Invalid part of a photo",
            Self::AddressInvalid => "Invalid image address",
            Self::AddressTooLarge => "Image too large",
            Self::AddressUnreachable => "Image address unreachable",
            Self::AddressTooSlow => "Image address too slow",
            Self::KeyNeeded => "Key needed",
            Self::KeyUnknown => "Unknown key",
            Self::ScopeMissing => "Missing scope",
            Self::Taken => "Taken",
            Self::JobState => "Not in this state",
            Self::UploadConflict => "Upload in the way",
            Self::UploadFull => "Upload full",
            Self::BrokenOff => "Broken off",
            Self::ImportRefused => "Cannot be imported",
            Self::DiskFull => "Disk full",
            Self::PreconditionFailed => "Changed meanwhile",
            Self::IdempotencyBusy => "Under way",
            Self::IdempotencyMismatch => "Another request",
            Self::Overloaded => "Too much work",
            Self::RateLimited => "Too many searches",
            Self::TooSlow => "Too slow",
            Self::Unavailable => "Library unavailable",
            Self::Internal => "Internal fault",
        }
    }

    pub(super) fn of(error: &Error) -> Self {
        use photo::StatusHint;
        match error {
            Error::NotFound(_) => Self::NotFound,
            Error::Parse(_) => Self::InvalidValue,
            Error::Photo(error) => match error.status_hint() {
                StatusHint::Unsupported => Self::PhotoUnsupported,
                StatusHint::TooLarge => Self::PhotoTooLarge,
                StatusHint::Damaged => Self::PhotoDamaged,
                StatusHint::Invalid => Self::PhotoInvalid,
            },
            Error::Fetch(error) => match error {
                FetchError::NotAnAddress | FetchError::Private => Self::AddressInvalid,
                FetchError::TooLarge { .. } => Self::AddressTooLarge,
                FetchError::Unreachable | FetchError::Status(_) | FetchError::TooManyRedirects => {
                    Self::AddressUnreachable
                }
                FetchError::TooSlow => Self::AddressTooSlow,
            },
            Error::Taken(_) => Self::Taken,
            Error::Refused(_) => Self::JobState,
            Error::Changed => Self::PreconditionFailed,
            Error::Unfit(_) => Self::InvalidValue,
            Error::Nothing => Self::NothingAsked,
            Error::Overloaded => Self::Overloaded,
            Error::TooSlow => Self::TooSlow,
            Error::Unavailable => Self::Unavailable,
            Error::DiskFull => Self::DiskFull,
            Error::Internal => Self::Internal,
        }
    }

    pub(super) fn of_upload(error: &UploadError) -> Self {
        match error {
            UploadError::Missing => Self::NotFound,
            UploadError::Path(_)
            | UploadError::Empty
            | UploadError::NoTable(_)
            | UploadError::Tables(_)
            | UploadError::Mixed
            | UploadError::NoAddress(_) => Self::InvalidValue,
            UploadError::BrokenOff => Self::BrokenOff,
            UploadError::Taken(_) | UploadError::TooManyOpen | UploadError::InUse => {
                Self::UploadConflict
            }
            UploadError::TooLarge { .. } => Self::BodyTooLarge,
            UploadError::Full => Self::UploadFull,
            UploadError::DiskFull => Self::DiskFull,
            UploadError::Library(error) => Self::of(error),
        }
    }

    /// What a status says that something else than a handler answered with.
    pub(super) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BodyTooLarge,
            StatusCode::SERVICE_UNAVAILABLE => Self::TooSlow,
            status if status.is_client_error() => Self::InvalidRequest,
            _ => Self::Internal,
        }
    }

    pub(super) fn as_str(self) -> String {
        // A variant without fields is a string in JSON.
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}
