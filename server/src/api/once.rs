//! `Idempotency-Key`: a request sent twice is done once, and answered the same twice.

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequest, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use catalog::{Claim, GivenAnswer};
use search::{Error, Guest, Veneer};

use super::problem::{Code, Problem};
use crate::{access::Access, router::AppState};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest key.
const LONGEST: usize = 200;
/// The longest answer that is kept.
const LARGEST: usize = 4 << 20;
/// The headers that belong to an answer.
const KEPT: [HeaderName; 5] = [
    header::CONTENT_TYPE,
    header::LOCATION,
    header::CACHE_CONTROL,
    header::ETAG,
    header::RETRY_AFTER,
];

/// Does a `POST` that has a key once: sent again within a day it is answered as before.
pub async fn once(
    State(state): State<AppState>,
    access: Access,
    request: Request,
    next: Next,
) -> Response {
    let key = request.headers().get(KEY).cloned();
    let Some(key) = key.filter(|_| request.method() == Method::POST) else {
        return next.run(request).await;
    };
    match keyed(state.veneer, access.guest(), &key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(
    veneer: Veneer,
    guest: &Guest,
    key: &HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let fits =
        |key: &[u8]| (1..=LONGEST).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
    if !fits(key.as_bytes()) {
        return Err(Problem::new(
            Code::InvalidRequest,
            format!("An Idempotency-Key has 1 to {LONGEST} letters, digits and signs."),
        ));
    }
    let (parts, body) = request.into_parts();
    // Through axum, so that the limit of bodies holds here too.
    let mut whole = Request::new(body);
    whole.extensions_mut().clone_from(&parts.extensions);
    let body = Bytes::from_request(whole, &())
        .await
        .map_err(|rejection| Problem::status(rejection.status()))?;
    let fingerprint = fingerprint(&parts.method, &parts.uri.to_string(), &parts.headers, &body);
    let (ticket, claim) = veneer
        .claim_request(guest, key.as_bytes(), fingerprint)
        .await?;
    match claim {
        Claim::Mine => {}
        Claim::Busy => {
            return Err(Problem::new(
                Code::IdempotencyBusy,
                "A request with this Idempotency-Key is under way. Ask again in a moment.",
            ));
        }
        Claim::Other => {
            return Err(Problem::new(
                Code::IdempotencyMismatch,
                "This Idempotency-Key stands for another request. Use a new one.",
            ));
        }
        Claim::Given(answer) => return Ok(again(answer)),
    }
    // On its own: whoever hangs up and asks again gets the answer of the first time.
    let working = tokio::spawn(async move {
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        let (response, answer) = kept(response).await;
        if let Err(error) = veneer.answer_request(ticket, answer).await {
            tracing::warn!(%error, "an answer could not be kept");
        }
        response
    });
    working.await.map_err(|error| {
        tracing::error!(%error, "a request with a key ended early");
        Error::Internal.into()
    })
}

/// An answer, and what is kept of it: nothing where asking again may do better.
async fn kept(response: Response) -> (Response, Option<GivenAnswer>) {
    let status = response.status();
    let passes = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    if passes {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return (Problem::from(Error::Internal).into_response(), None);
    };
    let headers = KEPT.iter().filter_map(|name| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some((name.as_str().to_owned(), value.to_owned()))
    });
    let answer = (body.len() <= LARGEST).then(|| GivenAnswer {
        status: status.as_u16(),
        headers: headers.collect(),
        body: body.clone(),
    });
    (Response::from_parts(parts, Body::from(body)), answer)
}

fn again(answer: GivenAnswer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(&value),
        ) {
            response.headers_mut().insert(name, value);
        }
    }
    let headers = response.headers_mut();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// A hash of a whole request. The boundary of a form is left out: programs draw a new one for every try.
fn fingerprint(method: &Method, uri: &str, headers: &HeaderMap, body: &[u8]) -> [u8; 32] {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let (kind, boundary) = match kind.split_once("boundary=") {
        Some((kind, boundary)) => (kind, boundary.trim_matches('"')),
        None => (kind, ""),
    };
    let mut hasher = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(method.as_str().as_bytes());
    add(uri.as_bytes());
    add(kind.as_bytes());
    for part in between(body, boundary.as_bytes()) {
        add(part);
    }
    *hasher.finalize().as_bytes()
}

/// The parts of a body between the places where a boundary stands.
fn between<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let (mut out, mut from, mut at) = (Vec::new(), 0, 0);
    if boundary.is_empty() {
        return vec![body];
    }
    while let Some(window) = body.get(at..at + boundary.len()) {
        if window == boundary {
            out.push(&body[from..at]);
            at += boundary.len();
            from = at;
        } else {
            at += 1;
        }
    }
    out.push(&body[from..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: &'static str, body: &str) -> [u8; 32] {
        let headers =
            HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
        fingerprint(&Method::POST, "/x", &headers, body.as_bytes())
    }

    #[test]
    fn a_form_is_the_same_whatever_its_boundary() {
        let a = of("multipart/form-data; boundary=abc", "--abc\r\nx\r\n--abc--");
        assert_eq!(
            a,
            of(
                "multipart/form-data; boundary=\"de\"",
                "--de\r\nx\r\n--de--"
            )
        );
        assert_ne!(
            a,
            of("multipart/form-data; boundary=abc", "--abc\r\ny\r\n--abc--")
        );
        assert_ne!(of("application/json", "{}"), of("application/json", "{ }"));
        assert_ne!(of("application/json", "{}"), of("text/plain", "{}"));
    }

    #[test]
    fn parts_lie_between_boundaries() {
        assert_eq!(between(b"xABy", b"AB"), [&b"x"[..], b"y"]);
        assert_eq!(between(b"ABAB", b"AB"), [&b""[..], b"", b""]);
        assert_eq!(between(b"A", b"AB"), [&b"A"[..]]);
        assert_eq!(between(b"", b""), [&b""[..]]);
    }
}
