//! Conditional requests: what a program has already is not sent again.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::problem::Problem;

/// The longest answer that is hashed; pictures of swatches are far below.
const LONGEST: usize = 64 * 1024 * 1024;

/// Names every answer to a `GET` by a hash of its content, and answers `304` when the program has that
/// one. The tag is weak: the same content may be sent compressed.
pub async fn conditional(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET;
    let known = request.headers().get_all(header::IF_NONE_MATCH);
    let known: Vec<HeaderValue> = known.iter().cloned().collect();
    let response = next.run(request).await;
    if !reads || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match to_bytes(body, LONGEST).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(%error, "an answer could not be read back");
            return Problem::from(search::Error::Internal).into_response();
        }
    };
    let tag = match parts.headers.get(header::ETAG) {
        // A material says itself what it is.
        Some(tag) => tag.to_str().unwrap_or_default().to_owned(),
        None => format!("W/\"{}\"", &blake3::hash(&bytes).to_hex()[..32]),
    };
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    let headers = &mut parts.headers;
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    if is_known(&known, &tag) {
        let mut kept = HeaderMap::new();
        for name in [header::ETAG, header::CACHE_CONTROL] {
            if let Some(value) = headers.get(&name) {
                kept.insert(name, value.clone());
            }
        }
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// Whether one of the tags is this one, by the weak comparison of RFC 9110.
fn is_known(known: &[HeaderValue], tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|one| one.trim() == "*" || opaque(one) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_weakly() {
        let has = |text: &'static str| is_known(&[HeaderValue::from_static(text)], "W/\"abc\"");
        assert!(has("\"abc\"") && has("W/\"abc\"") && has("*") && has("\"x\", W/\"abc\""));
        assert!(!has("abc") && !has("\"abcd\"") && !has(""));
        assert!(!is_known(&[], "W/\"abc\""));
    }
}
