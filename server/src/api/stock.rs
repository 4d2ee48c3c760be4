//! Changing the library: materials by the keys of their owner, and their pictures.

use axum::{
    Json,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use catalog::{Expected, Version};
use material::{Name, SwatchId, Token};
use search::Error;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    form,
    material_types::Swatch,
    picture::Picture,
    problem::{self, Problem, ProblemBody},
    record::{PictureRequest, Record, RecordRequest},
};
use crate::{access::Access, router::AppState};

/// What nothing can be called is not there either.
fn key(text: &str) -> Result<Name, Error> {
    Name::parse(text).map_err(|_| Error::NotFound("There is no material with this key."))
}

fn tag(version: Version) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// What `If-Match` and `If-None-Match` say (RFC 9110): weak tags and foreign ones are of no version.
fn expected(headers: &HeaderMap) -> Result<Expected, Problem> {
    let said = |name| {
        let all: Vec<&str> = headers
            .get_all(name)
            .iter()
            .flat_map(|value| value.to_str().unwrap_or_default().split(','))
            .map(str::trim)
            .collect();
        (!all.is_empty()).then_some(all)
    };
    match (said(header::IF_MATCH), said(header::IF_NONE_MATCH)) {
        (None, None) => Ok(Expected::Anything),
        (Some(tags), None) if tags == ["*"] => Ok(Expected::Something),
        (Some(tags), None) => Ok(Expected::Versions(
            tags.iter()
                .filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"'))
                .filter_map(Version::parse)
                .collect(),
        )),
        (None, Some(tags)) if tags == ["*"] => Ok(Expected::Nothing),
        _ => Err(Problem::value(
            "Changes take If-Match with an ETag or *, or If-None-Match: * where the key is to be new.",
        )),
    }
}

/// A material by its key
///
/// Its `ETag` names what it is now: sent back as `If-Match`, a change is made only if nobody else's came before.
#[utoipa::path(
    get, path = "/materials/by-key/{key}", tag = "stock", operation_id = "get_record",
    params(("key" = String, Path, description = "What the library's owner calls it: a SKU, a file name.")),
    responses(
        (status = 200, body = Record, headers(("ETag" = String, description = "What it is now."))),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn read(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let record = state.veneer.record(&key(&name)?).await?;
    Ok((tag(record.version), Json(Record::from(record))).into_response())
}

/// A material that was written.
#[derive(Debug, Serialize, ToSchema)]
pub struct Written {
    /// What the library's owner calls it.
    key: String,
    /// Its address.
    slug: String,
    /// Its pictures; the first is the one to show.
    pictures: Vec<Swatch>,
}

/// Write a material whole
///
/// The same key is the same material: it keeps its address, and without `pictures` its pictures. The same content
/// again changes nothing.
#[utoipa::path(
    put, path = "/materials/by-key/{key}", tag = "stock", operation_id = "put_record",
    params(
        ("key" = String, Path, description = "What the library's owner calls it: a SKU, a file name.", max_length = 120),
        ("If-Match" = Option<String>, Header, description = "Only if it still is what this `ETag` names; `*`: only if it is there."),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if it is not there."),
    ),
    request_body = RecordRequest,
    responses(
        (status = 200, body = Written, headers(("ETag" = String, description = "What it is now."))),
        (status = 201, body = Written, description = "The key was new.", headers(
            ("ETag" = String, description = "What it is now."),
            ("Location" = String, description = "Where the material is."),
        )),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn write(
    State(state): State<AppState>,
    access: Access,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let key = Name::parse(&name)?;
    let expected = expected(request.headers())?;
    let Json(body) = Json::<RecordRequest>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    let draft = body.draft()?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let pictures = body.pictures(&state.veneer).await?;
    let written = state
        .veneer
        .write_material(&key, draft, pictures, expected)
        .await?;
    let status = match written.created {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let at = [(
        header::LOCATION,
        format!("/api/v1/materials/{}", written.slug),
    )];
    let body = Json(Written {
        key: key.into(),
        slug: written.slug.into(),
        pictures: written.swatches.into_iter().map(Into::into).collect(),
    });
    Ok((status, at, tag(written.version), body).into_response())
}

/// Delete a material
///
/// Shares that show it stay as they are.
#[utoipa::path(
    delete, path = "/materials/by-key/{key}", tag = "stock", operation_id = "delete_record",
    params(
        ("key" = String, Path, description = "What the library's owner calls it."),
        ("If-Match" = Option<String>, Header, description = "Only if it still is what this `ETag` names."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<AppState>,
    access: Access,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let key = key(&name)?;
    let expected = expected(&headers)?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    state.veneer.delete_material(&key, expected).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A form with a picture as a file.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "describes a form; its fields are read as they come"
)]
pub struct PictureForm {
    /// A JPEG, PNG or WebP.
    #[schema(content_media_type = "application/octet-stream")]
    photo: Vec<u8>,
    /// Everything else, as JSON.
    request: Option<PictureRequest>,
}

/// Add a picture to a material
///
/// The same file again is the same picture.
#[utoipa::path(
    post, path = "/materials/by-key/{key}/swatches", tag = "stock", operation_id = "add_swatch",
    params(
        ("key" = String, Path, description = "What the library's owner calls the material."),
        ("If-Match" = Option<String>, Header, description = "Only if the material still is what this `ETag` names."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered as before and does nothing."),
    ),
    request_body(content(
        (PictureRequest = "application/json"),
        (PictureForm = "multipart/form-data"),
    )),
    responses(
        (status = 200, body = Swatch, description = "The material had this picture."),
        (status = 201, body = Swatch, description = "It is the last picture of the material.", headers(
            ("ETag" = String, description = "What the material is now."),
            ("Location" = String, description = "Where the picture is."),
        )),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn add(
    State(state): State<AppState>,
    access: Access,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let key = key(&name)?;
    let expected = expected(request.headers())?;
    let (file, body) = form::either::<PictureRequest>(request).await?;
    let view = body.view()?;
    let photo = match file {
        Some(_) if body.has_picture() => {
            return Err(Problem::value("There are two pictures. Send one."));
        }
        Some(file) => Picture::Bytes(file),
        None => body.photo()?,
    };
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let photo = photo.bytes(&state.veneer).await?;
    let (swatch, version, new) = state
        .veneer
        .add_picture(&key, photo, view, expected)
        .await?;
    let status = match new {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    let at = [(header::LOCATION, format!("/api/v1/swatches/{}", swatch.id))];
    Ok((status, at, tag(version), Json(Swatch::from(swatch))).into_response())
}

/// Take a picture away from a material
#[utoipa::path(
    delete, path = "/materials/by-key/{key}/swatches/{id}", tag = "stock", operation_id = "remove_swatch",
    params(
        ("key" = String, Path, description = "What the library's owner calls the material."),
        ("id" = String, Path, description = "The content hash of the picture: 64 hexadecimal digits."),
        ("If-Match" = Option<String>, Header, description = "Only if the material still is what this `ETag` names."),
    ),
    responses(
        (status = 204, description = "The material is without it."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(state): State<AppState>,
    access: Access,
    Path((name, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let key = key(&name)?;
    let missing = |_| Error::NotFound("This material has no such picture.");
    let id = SwatchId::parse(&id).map_err(missing)?;
    let expected = expected(&headers)?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let version = state.veneer.remove_picture(&key, &id, expected).await?;
    Ok((StatusCode::NO_CONTENT, tag(version)).into_response())
}

/// Delete a share
#[utoipa::path(
    delete, path = "/shares/{slug}", tag = "shares", operation_id = "delete_share",
    params(("slug" = String, Path, description = "Its name.")),
    responses(
        (status = 204, description = "Its address leads nowhere any more."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn unshare(
    State(state): State<AppState>,
    access: Access,
    Path(slug): Path<String>,
) -> Result<StatusCode, Problem> {
    let missing = |_| Error::NotFound("There is no share at this address.");
    let slug = Token::parse(&slug).map_err(missing)?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    state.veneer.delete_share(&slug).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn of(name: HeaderName, value: &'static str) -> Result<Expected, Problem> {
        expected(&HeaderMap::from_iter([(
            name,
            HeaderValue::from_static(value),
        )]))
    }

    #[test]
    fn conditions_say_what_is_expected() {
        let hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let version = Version::parse(hex).expect("64 digits");
        let one = format!("\"{hex}\"");
        let headers = HeaderMap::from_iter([(
            header::IF_MATCH,
            HeaderValue::from_str(&format!("\"x\", {one}")).expect("a header"),
        )]);
        assert_eq!(
            expected(&headers).ok(),
            Some(Expected::Versions(vec![version]))
        );
        assert_eq!(expected(&HeaderMap::new()).ok(), Some(Expected::Anything));
        assert_eq!(of(header::IF_MATCH, "*").ok(), Some(Expected::Something));
        assert_eq!(of(header::IF_NONE_MATCH, "*").ok(), Some(Expected::Nothing));
        assert_eq!(
            of(header::IF_MATCH, "W/\"x\"").ok(),
            Some(Expected::Versions(vec![]))
        );
        assert!(of(header::IF_NONE_MATCH, "\"x\"").is_err());
    }
}
