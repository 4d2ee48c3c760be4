//! The description of the API, and a page to try it.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use utoipa_swagger_ui::Config;

use crate::{respond, router::AppState};

/// Everything the page needs comes from here; it may neither be framed nor reach elsewhere. Swagger UI sets
/// styles on its elements and draws its icons from data URLs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// `GET /api/openapi.json`.
pub fn description(json: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

/// `GET /api`: the page's files are beside it, so its address ends in a slash.
pub async fn beside() -> Redirect {
    Redirect::permanent("/api/")
}

/// `GET /api/`: a page to try the API.
pub async fn page(state: State<AppState>) -> Response {
    file(state, Path("index.html".to_owned())).await
}

/// `GET /api/{file}`: the files of that page.
pub async fn file(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let config = Config::from("/api/openapi.json")
        .try_it_out_enabled(true)
        .use_base_layout()
        .validator_url("none");
    // As text, because the error cannot cross an await.
    let file = utoipa_swagger_ui::serve(&name, Arc::new(config)).map_err(|e| e.to_string());
    match file {
        Ok(Some(file)) => (
            [
                (header::CONTENT_TYPE, file.content_type.as_str()),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_FRAME_OPTIONS, "DENY"),
                (header::CACHE_CONTROL, "public, max-age=86400"),
            ],
            file.bytes.into_owned(),
        )
            .into_response(),
        Ok(None) => {
            let sentence = "There is nothing at this address.".to_owned();
            respond::failure(&state, false, StatusCode::NOT_FOUND, sentence).await
        }
        Err(error) => {
            tracing::error!(%error, "the page of the API could not be made");
            let error = search::Error::Internal;
            respond::error(&state, false, &error).await
        }
    }
}
