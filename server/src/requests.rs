//! Every request has a number, is timed, and is logged under what it matched: never under its address, which
//! names searches and holds words.

use std::{net::SocketAddr, time::Instant};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::HeaderValue,
    middleware::Next,
    response::Response,
};
use eyes::eyes;
use tracing::Instrument;
use uuid::Uuid;

use crate::router::AppState;

/// The header that carries the number.
pub const HEADER: &str = "x-request-id";

tokio::task_local! {
    static NUMBER: String;
}

/// The number of the request that is being answered.
pub fn number() -> Option<String> {
    NUMBER.try_with(Clone::clone).ok()
}

/// What a request matched, for logs and metrics: a closed list.
fn route(request: &Request) -> String {
    request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "files".to_owned(), |path| path.as_str().to_owned())
}

fn method(request: &Request) -> &'static str {
    match request.method().as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}

/// The number that a proxy of ours gave a request.
fn given(state: &AppState, request: &Request) -> Option<String> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    if !state.limits.is_trusted(peer.ip()) {
        return None;
    }
    let given = request.headers().get(HEADER)?.to_str().ok()?;
    is_number(given).then(|| given.to_owned())
}

/// Letters, digits, dashes and dots, not too many: nothing that could make a line of a log look like two.
fn is_number(text: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || b"-_.".contains(&letter);
    (1..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// Gives a request its number. One that it brings along is taken from a proxy of ours alone: one from elsewhere
/// could be made to look like another's in the log.
pub async fn watched(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let (route, method) = (route(&request), method(&request));
    let text = given(&state, &request).unwrap_or_else(|| Uuid::now_v7().simple().to_string());
    let header = HeaderValue::from_str(&text).ok();
    request.headers_mut().remove(HEADER);
    let span = tracing::info_span!("request", id = text, method, route);
    let under_way = eyes().request_begins();
    let started = Instant::now();
    let answering = async {
        let response = next.run(request).await;
        let (status, took) = (response.status().as_u16(), started.elapsed());
        let ms = took.as_millis() as u64;
        if status >= 500 {
            tracing::warn!(status, ms, "a request failed");
        } else {
            tracing::debug!(status, ms, "answered");
        }
        eyes().request(&route, method, status, took);
        response
    };
    let mut response = NUMBER.scope(text, answering.instrument(span)).await;
    drop(under_way);
    if let Some(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn a_number_is_one_word() {
        assert!(is_number("0199-aB_c.1"));
        for bad in ["", "a b", "a\nb", "a\u{1b}[31m", "ä", &"x".repeat(65)] {
            assert!(!is_number(bad), "{bad:?}");
        }
    }
}
