//! What comes as JSON, or as a form with the photo as a file.

use axum::{
    Json,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use super::{
    problem::{self, Code, Problem},
    request::SearchRequest,
};

/// A form with the photo as a file.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes a form; its fields are read as they come"
)]
pub struct SearchForm {
    /// A JPEG, PNG or WebP.
    #[schema(content_media_type = "application/octet-stream")]
    photo: Vec<u8>,
    /// Everything else, as JSON.
    request: Option<SearchRequest>,
}

/// Reads either form of a request: a form with the photo as a file, or JSON.
///
/// # Errors
/// A [`Problem`] about the body or one of its parts.
pub async fn either<T: DeserializeOwned + Default>(
    request: Request,
) -> Result<(Option<Bytes>, T), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let is_form = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if is_form {
        let form = Multipart::from_request(request, &())
            .await
            .map_err(|rejection| Problem::new(Code::InvalidRequest, rejection.body_text()))?;
        return parts(form).await;
    }
    let Json(body) = Json::<T>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    Ok((None, body))
}

/// The most parts a form has.
const MAX_PARTS: usize = 8;

async fn parts<T: DeserializeOwned + Default>(
    mut form: Multipart,
) -> Result<(Option<Bytes>, T), Problem> {
    let (mut photo, mut rest) = (None, T::default());
    for _ in 0..MAX_PARTS {
        let Some(field) = form.next_field().await.map_err(told)? else {
            return Ok((photo, rest));
        };
        match field.name().unwrap_or_default() {
            "photo" => photo = Some(bytes(field).await?),
            "request" => {
                let text = bytes(field).await?;
                rest = serde_json::from_slice(&text).map_err(|error| {
                    Problem::new(
                        Code::InvalidRequest,
                        format!("The part “request” is not as it should be: {error}."),
                    )
                })?;
            }
            other => {
                let other: String = other.chars().take(40).collect();
                return Err(Problem::new(
                    Code::UnknownParameter,
                    format!("There is no part called “{other}”: send photo and request."),
                ));
            }
        }
    }
    Err(Problem::new(
        Code::InvalidRequest,
        "The form has more parts than photo and request.",
    ))
}

async fn bytes(field: Field<'_>) -> Result<Bytes, Problem> {
    field.bytes().await.map_err(told)
}

fn told(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(
            Code::BodyTooLarge,
            "The photo is longer than is taken here.",
        )
    } else {
        Problem::new(Code::InvalidRequest, error.body_text())
    }
}
