//! What cannot be done, as `application/problem+json` (RFC 9457): one list of codes, one home.

use axum::{
    extract::rejection::{BytesRejection, FailedToBufferBody, JsonRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use search::{Error, FetchError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::limits::Refused;

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
            Self::BodyTooLarge | Self::PhotoTooLarge | Self::AddressTooLarge => {
                StatusCode::PAYLOAD_TOO_LARGE
            }
            Self::InvalidRequest
            | Self::InvalidValue
            | Self::UnknownParameter
            | Self::InvalidCursor
            | Self::NothingAsked
            | Self::PhotoInvalid
            | Self::AddressInvalid => StatusCode::BAD_REQUEST,
            Self::PhotoDamaged => StatusCode::UNPROCESSABLE_ENTITY,
            Self::AddressUnreachable => StatusCode::BAD_GATEWAY,
            Self::AddressTooSlow => StatusCode::GATEWAY_TIMEOUT,
            Self::Overloaded | Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::TooSlow | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The kind of problem in a few words.
    fn title(self) -> &'static str {
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
            Self::Overloaded => "Too much work",
            Self::RateLimited => "Too many searches",
            Self::TooSlow => "Too slow",
            Self::Unavailable => "Library unavailable",
            Self::Internal => "Internal fault",
        }
    }

    fn of(error: &Error) -> Self {
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
            Error::Nothing => Self::NothingAsked,
            Error::Overloaded => Self::Overloaded,
            Error::TooSlow => Self::TooSlow,
            Error::Unavailable => Self::Unavailable,
            Error::Internal => Self::Internal,
        }
    }

    /// What a status says that something else than a handler answered with.
    fn of_status(status: StatusCode) -> Self {
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

    fn as_str(self) -> String {
        // A variant without fields is a string in JSON.
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}

/// A request that was not answered.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    /// When it makes sense to ask again.
    retry_after: Option<HeaderValue>,
}

/// Why a request was not answered (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// `urn:veneer:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:veneer:problem:not-found")]
    kind: String,
    /// The kind of problem in a few words; it may change.
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request, in a sentence for people.
    detail: String,
    /// The kind of problem by a name that stays.
    code: Code,
}

/// The media type of a [`ProblemBody`].
pub const MEDIA_TYPE: &str = "application/problem+json";
/// Seconds after which it makes sense to ask again what did not fit.
const A_MOMENT: HeaderValue = HeaderValue::from_static("2");

impl Problem {
    /// A problem that the use cases do not know.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let passes = matches!(code, Code::Overloaded | Code::TooSlow | Code::Unavailable);
        Self {
            code,
            detail: detail.into(),
            retry_after: passes.then_some(A_MOMENT),
        }
    }

    /// A value that does not have the form it needs.
    pub fn value(detail: impl Into<String>) -> Self {
        Self::new(Code::InvalidValue, detail)
    }
}

impl<E: Into<Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        let error = error.into();
        eyes::eyes().error(error.kind());
        Self::new(Code::of(&error), error.to_string())
    }
}

impl Problem {
    /// A search that does not begin. A method, because [`Refused`] is no error of the use cases.
    pub fn refused(refused: Refused) -> Self {
        match refused {
            Refused::Error(error) => error.into(),
            Refused::Wait(wait) => Self {
                retry_after: Some(wait.header()),
                ..Self::new(Code::RateLimited, wait.sentence())
            },
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = ProblemBody {
            kind: format!("urn:veneer:problem:{}", self.code.as_str()),
            title: self.code.title(),
            status: status.as_u16(),
            detail: self.detail,
            code: self.code,
        };
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, wait);
        }
        response
    }
}

/// What the body of a request was refused for.
pub fn body(rejection: &JsonRejection) -> Problem {
    match rejection {
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            Code::UnsupportedMediaType,
            "The body should be JSON, with the header Content-Type: application/json.",
        ),
        JsonRejection::BytesRejection(BytesRejection::FailedToBufferBody(
            FailedToBufferBody::LengthLimitError(_),
        )) => Problem::new(
            Code::BodyTooLarge,
            "The body is longer than is taken here. Send a smaller photo.",
        ),
        rejection => Problem::new(Code::InvalidRequest, rejection.body_text()),
    }
}

/// Gives the form of a problem to what something else than a handler answered: a method that is not
/// taken, a path that is no text, a handler that took too long.
pub async fn framed(response: Response) -> Response {
    let status = response.status();
    let is_problem = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == MEDIA_TYPE);
    if is_problem || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = Code::of_status(status);
    let detail = match code {
        Code::NotFound => {
            "There is nothing at this address. /api/openapi.json lists what there is."
        }
        Code::MethodNotAllowed => "This address does not take this method.",
        Code::UnsupportedMediaType => "A body of this kind is not taken here.",
        Code::BodyTooLarge => "The body is longer than is taken here.",
        Code::TooSlow => "That took longer than it should. Try again in a moment.",
        Code::Internal => "Something went wrong on our side. It has been noted.",
        _ => "The request cannot be read.",
    };
    let mut framed = Problem::new(code, detail).into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        framed.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    framed
}

/// For every address that leads nowhere.
pub async fn nowhere() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::ParseError;

    #[test]
    fn a_problem_has_the_status_of_its_error() {
        let parse = ParseError::Empty { kind: "name" };
        let all = [
            Error::NotFound("x"),
            Error::Parse(parse),
            Error::Photo(photo::PhotoError::CropOutside),
            Error::Fetch(FetchError::NotAnAddress),
            Error::Fetch(FetchError::Private),
            Error::Fetch(FetchError::Unreachable),
            Error::Fetch(FetchError::TooManyRedirects),
            Error::Fetch(FetchError::TooSlow),
            Error::Nothing,
            Error::Overloaded,
            Error::TooSlow,
            Error::Unavailable,
            Error::Internal,
        ];
        for error in all {
            assert_eq!(
                Code::of(&error).status().as_u16(),
                error.status(),
                "{error:?}"
            );
        }
    }

    #[tokio::test]
    async fn what_has_no_form_is_given_one_and_keeps_what_it_allows() {
        let answer = (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET")]).into_response();
        let answer = framed(answer).await;
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers()[header::CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(answer.headers()[header::ALLOW], "GET");
        let fine = framed(StatusCode::NOT_MODIFIED.into_response()).await;
        assert_eq!(fine.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(Code::PhotoTooLarge.as_str(), "photo-too-large");
    }
}
