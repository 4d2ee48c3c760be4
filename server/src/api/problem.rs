//! What cannot be done, as `application/problem+json` (RFC 9457): one list of codes, one home.

use axum::{
    extract::rejection::{BytesRejection, FailedToBufferBody, JsonRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use search::{Error, ImportError, UploadError};
use serde::Serialize;
use utoipa::ToSchema;

pub use super::code::Code;
use crate::{access::Denied, limits::Refused, respond::A_MOMENT};

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
/// How one says who one is.
const BEARER: HeaderValue = HeaderValue::from_static("Bearer realm=\"Veneer\"");

impl Problem {
    /// A problem that the use cases do not know.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let passes = matches!(
            code,
            Code::Overloaded | Code::TooSlow | Code::Unavailable | Code::IdempotencyBusy
        );
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

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        let code = match denied {
            Denied::Error(error) => return error.into(),
            Denied::Unknown => Code::KeyUnknown,
            Denied::NoKey(_) => Code::KeyNeeded,
            Denied::Scope(_) => Code::ScopeMissing,
        };
        Self::new(code, denied.to_string())
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
    /// What a status says that something else than a handler answered with.
    pub fn status(status: StatusCode) -> Self {
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
        Self::new(code, detail)
    }

    /// What cannot be uploaded.
    pub fn upload(error: UploadError) -> Self {
        match error {
            UploadError::Library(error) => error.into(),
            error => Self::new(Code::of_upload(&error), error.to_string()),
        }
    }

    /// What cannot be imported.
    pub fn import(error: ImportError) -> Self {
        match error {
            ImportError::Library(error) => error.into(),
            error => Self::new(Code::ImportRefused, error.to_string()),
        }
    }

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
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, BEARER);
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
    let mut framed = Problem::status(status).into_response();
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
    use search::FetchError;

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
            Error::Taken("x"),
            Error::Changed,
            Error::Unfit("x"),
            Error::Nothing,
            Error::Refused(catalog::Conflict::JobState),
            Error::Overloaded,
            Error::TooSlow,
            Error::Unavailable,
            Error::DiskFull,
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

    #[test]
    fn an_upload_has_the_status_of_its_error() {
        let all = [
            UploadError::Missing,
            UploadError::Path(search::BadPath::Outside),
            UploadError::Taken("x".into()),
            UploadError::TooLarge { limit: 1 },
            UploadError::Full,
            UploadError::TooManyOpen,
            UploadError::DiskFull,
            UploadError::BrokenOff,
            UploadError::Empty,
            UploadError::NoTable("x".into()),
            UploadError::Tables("x".into()),
            UploadError::Mixed,
            UploadError::NoAddress("x".into()),
            UploadError::InUse,
            UploadError::Library(Error::Overloaded),
        ];
        for error in all {
            let (status, sentence) = (error.status(), error.to_string());
            let problem = Problem::upload(error);
            assert_eq!(problem.code.status().as_u16(), status, "{sentence}");
            assert_eq!(problem.detail, sentence);
        }
        let refused = Problem::import(ImportError::NoImageColumn);
        assert_eq!(
            refused.code.status().as_u16(),
            ImportError::NoImageColumn.status()
        );
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
