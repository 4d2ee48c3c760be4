//! Answers to what cannot be done: a page for people, JSON for programs, the same sentence in both.

use std::any::Any;

use app::{Failure, Reference, shell};
use axum::{
    Json,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use eyes::eyes;
use leptos::prelude::provide_context;
use search::Error;

use crate::{requests, router::AppState};

/// Seconds after which it makes sense to ask again what did not fit.
pub const A_MOMENT: HeaderValue = HeaderValue::from_static("2");

/// More than a page with one sentence takes.
const BUSY_LIMIT: usize = 1 << 20;

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
    let mut response = rendered(state, failure, Reference(requests::number())).await;
    *response.status_mut() = status;
    response
}

/// The page of a failure.
async fn rendered(state: &AppState, failure: Failure, reference: Reference) -> Response {
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.veneer.clone());
            provide_context(state.site.clone());
            provide_context(failure.clone());
            provide_context(reference.clone());
        }
    };
    let options = state.leptos.clone();
    let render =
        leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    render(Request::new(Body::empty())).await
}

/// The same for an error of the use cases.
pub async fn error(state: &AppState, json: bool, error: &Error) -> Response {
    eyes().error(error.kind());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if matches!(error, Error::Overloaded) && !json {
        return busy(state, status, error).await;
    }
    failure(state, json, status, error.to_string()).await
}

/// The page that says that too many ask: the same for everybody, without the number of a request.
async fn busy(state: &AppState, status: StatusCode, error: &Error) -> Response {
    let page = state.busy.get_or_try_init(|| async {
        let failure = Failure {
            status,
            sentence: error.to_string(),
        };
        let response = rendered(state, failure, Reference(None)).await;
        axum::body::to_bytes(response.into_body(), BUSY_LIMIT).await
    });
    match page.await {
        Ok(page) => (status, Html(page.clone())).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page for those who come later could not be made");
            status.into_response()
        }
    }
}

/// Says of every answer that something does not fit now when it makes sense to ask again.
pub async fn come_again(mut response: Response) -> Response {
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        let headers = response.headers_mut();
        headers.entry(header::RETRY_AFTER).or_insert(A_MOMENT);
    }
    response
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

    #[tokio::test]
    async fn what_does_not_fit_now_says_when_to_come_again() {
        let of = async |status: StatusCode| {
            let response = come_again(status.into_response()).await;
            response.headers().get(header::RETRY_AFTER).cloned()
        };
        assert_eq!(of(StatusCode::SERVICE_UNAVAILABLE).await, Some(A_MOMENT));
        assert_eq!(of(StatusCode::OK).await, None);
        let own = [(header::RETRY_AFTER, "9")];
        let own = (StatusCode::SERVICE_UNAVAILABLE, own).into_response();
        assert_eq!(come_again(own).await.headers()[header::RETRY_AFTER], "9");
    }

    #[test]
    fn browsers_get_pages_and_programs_json() {
        let mut headers = HeaderMap::new();
        assert!(!wants_json(&headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html,*/*"));
        assert!(!wants_json(&headers));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        assert!(wants_json(&headers));
    }
}
