//! Files and pictures, with the cache headers they deserve.

use std::path::Path;

use axum::{
    extract::{Path as PathOf, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use catalog::ImageSize;
use material::{SwatchId, Token};
use search::Error;
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::{respond, router::AppState};

/// For names that change with their content.
pub const FOREVER: &str = "public, max-age=31536000, immutable";
/// For the rest of the site's files.
const A_DAY: &str = "public, max-age=86400";

/// The built site, and the 404 page for everything else.
pub fn files(root: &Path, state: AppState) -> MethodRouter {
    let dir = ServeDir::new(root)
        .append_index_html_on_directories(false)
        .precompressed_br()
        .precompressed_gzip();
    axum::routing::any(move |request: Request| {
        let (dir, state) = (dir.clone(), state.clone());
        async move {
            let path = request.uri().path().to_owned();
            let (parts, _) = request.into_parts();
            let again = Request::from_parts(parts.clone(), axum::body::Body::empty());
            let looked_up = Request::from_parts(parts, axum::body::Body::empty());
            match dir.oneshot(looked_up).await {
                Ok(found)
                    if found.status().is_success()
                        || found.status() == StatusCode::NOT_MODIFIED =>
                {
                    let cache = if path.starts_with("/pkg/") {
                        FOREVER
                    } else {
                        A_DAY
                    };
                    let mut response = found.into_response();
                    response
                        .headers_mut()
                        .insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
                    response
                }
                _ => respond::missing(state, again).await,
            }
        }
    })
}

/// `GET /swatch/{id}/{320|640|full}`.
pub async fn swatch(
    State(state): State<AppState>,
    PathOf((id, size)): PathOf<(String, String)>,
) -> Response {
    let found = match (SwatchId::parse(&id), ImageSize::parse(&size)) {
        (Ok(id), Some(size)) => state.veneer.picture(&id, size).await,
        _ => Err(Error::NotFound("There is no such picture.")),
    };
    match found {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, search::content_type(&bytes)),
                (header::CACHE_CONTROL, FOREVER),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => respond::error(&state, false, &error).await,
    }
}

/// `GET /share/{slug}/preview.jpg`.
pub async fn preview(State(state): State<AppState>, PathOf(slug): PathOf<String>) -> Response {
    let found = match Token::parse(&slug) {
        Ok(slug) => state.veneer.preview(&slug).await,
        Err(error) => Err(error.into()),
    };
    match found {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "image/jpeg"),
                (header::CACHE_CONTROL, FOREVER),
            ],
            bytes,
        )
            .into_response(),
        // A link's preview that is not there is not there, whatever the reason.
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
