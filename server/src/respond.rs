//! Answers to what cannot be done: a page for people, JSON for programs, the same sentence in both.

use std::any::Any;

use app::{Failure, Reference, shell};
use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use eyes::eyes;
use leptos::prelude::provide_context;
use search::Error;

use crate::{requests, router::AppState};

/// Whether the caller asked for JSON.
pub fn wants_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("application/json"))
}

/// A failure in the form the caller asked for.
pub async fn failure(
    state: &AppState,
    json: bool,
    status: StatusCode,
    sentence: String,
) -> Response {
    if json {
        return (status, Json(serde_json::json!({ "error": sentence }))).into_response();
    }
    let failure = Failure { status, sentence };
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.veneer.clone());
            provide_context(state.site.clone());
            provide_context(failure.clone());
            provide_context(Reference(requests::number()));
        }
    };
    let options = state.leptos.clone();
    let render =
        leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    let mut response = render(Request::new(Body::empty())).await;
    *response.status_mut() = status;
    response
}

/// The same for an error of the use cases.
pub async fn error(state: &AppState, json: bool, error: &Error) -> Response {
    eyes().error(error.kind());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    failure(state, json, status, error.to_string()).await
}

/// A page for every address that leads nowhere.
pub async fn missing(state: AppState, request: Request) -> Response {
    let options = state.leptos.clone();
    let context = move || {
        provide_context(state.veneer.clone());
        provide_context(state.site.clone());
    };
    let render =
        leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    let mut response = render(request).await;
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}

/// A panic is a fault of ours: logged whole, answered in one sentence, and the server goes on.
pub fn panicked(cause: Box<dyn Any + Send + 'static>) -> Response {
    let detail = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(detail, "a handler panicked");
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        Error::Internal.to_string(),
    )
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages_and_programs_json() {
        let mut headers = HeaderMap::new();
        assert!(!wants_json(&headers));
        headers.insert(
            header::ACCEPT,
            header::HeaderValue::from_static("text/html,*/*"),
        );
        assert!(!wants_json(&headers));
        headers.insert(
            header::ACCEPT,
            header::HeaderValue::from_static("application/json"),
        );
        assert!(wants_json(&headers));
    }
}
