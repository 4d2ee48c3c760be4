//! Who may in: somebody who is signed in, with forms of this site alone.

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use search::{Error, Veneer};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use tower_sessions::Session;

use super::{FORM, frame, origin};
use crate::{respond, router::AppState};

/// A session ends after so long, whatever is asked in it: a week.
const LONGEST: i64 = 7 * 24 * 3600;
/// That somebody is still there is written down so often.
const SEEN_EVERY: i64 = 5 * 60;
/// The header in which the script carries the token of forms.
const TOKEN: &str = "x-form-token";

/// What a session holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signed {
    /// The operator's number.
    pub operator: i64,
    /// Their name.
    pub name: String,
    /// When they signed in, in seconds since 1970.
    pub since: i64,
    /// When they were last seen.
    pub seen: i64,
}

impl Signed {
    /// Where it lies in the session.
    pub const KEY: &'static str = "signed";

    /// Signed in now.
    pub fn now(operator: i64, name: String) -> Self {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        Self {
            operator,
            name,
            since: now,
            seen: now,
        }
    }
}

/// Somebody who is signed in. Handlers take it as an extractor.
#[derive(Clone)]
pub(crate) struct Operator {
    /// Their name.
    pub name: String,
    /// The token of their forms.
    pub token: String,
    /// The use cases, with what is done noted under their name.
    pub veneer: Veneer,
    number: i128,
    session: Session,
}

impl Operator {
    /// Says something on the next page.
    pub async fn say(&self, sentence: &str) {
        if let Err(error) = self.session.insert("said", sentence).await {
            tracing::warn!(%error, "what was done could not be said");
        }
    }

    /// What there is to say.
    pub async fn said(&self) -> Option<String> {
        let said = async {
            // Taking it out writes the session, so it is looked first.
            let said: Option<String> = self.session.get("said").await?;
            if said.is_some() {
                self.session.remove_value("said").await?;
            }
            Ok::<_, tower_sessions::session::Error>(said)
        };
        said.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what was done could not be read");
            None
        })
    }

    /// Whether a form carries the token of this session.
    pub fn sent(&self, token: &str) -> bool {
        self.veneer.is_form_token(self.number, token)
    }

    /// Signs out.
    pub async fn leave(&self) -> Result<(), tower_sessions::session::Error> {
        self.session.flush().await
    }
}

/// The fields of a form that has passed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form.
    pub fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// The first field of that name, without spaces around it; blank is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|v| !v.is_empty())
    }

    /// The first field of that name, as it was typed.
    pub fn raw(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// All fields of that name, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of = self.0.iter().filter(move |(key, _)| key == name);
        of.map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Operator {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let there = parts.extensions.get::<Self>().cloned();
        // Only routes behind the guard ask.
        there.ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let there = parts.extensions.get::<Self>().cloned();
        // A form of another sort than this handler reads.
        there.ok_or(StatusCode::UNSUPPORTED_MEDIA_TYPE)
    }
}

/// Who is signed in under the session of a request. A session that is too old ends here.
///
/// # Errors
/// [`Error::Unavailable`] when it cannot be looked up.
async fn whose(state: &AppState, session: &Session) -> Result<Option<Operator>, Error> {
    let signed: Option<Signed> = session.get(Signed::KEY).await.map_err(|error| {
        tracing::warn!(%error, "a session could not be read");
        Error::Unavailable
    })?;
    let (Some(signed), Some(number)) = (signed, session.id()) else {
        return Ok(None);
    };
    let number = number.0;
    let now = OffsetDateTime::now_utc().unix_timestamp();
    if now - signed.since > LONGEST {
        if let Err(error) = session.flush().await {
            tracing::warn!(%error, "a session could not be ended");
        }
        return Ok(None);
    }
    if now - signed.seen > SEEN_EVERY {
        let seen = Signed {
            seen: now,
            ..signed.clone()
        };
        if let Err(error) = session.insert(Signed::KEY, seen).await {
            tracing::warn!(%error, "a session could not be kept");
        }
    }
    Ok(Some(Operator {
        token: state.veneer.form_token(number),
        veneer: state.veneer.acting_as(&format!("operator {}", signed.name)),
        name: signed.name,
        number,
        session: session.clone(),
    }))
}

/// Lets those in who are signed in. A request that changes something comes from a page of this site and carries the
/// token of its session: in a header, or in the form, which is read here. A form with files is left to its handler,
/// which asks [`Operator::sent`].
pub async fn signed_in(
    State(state): State<AppState>,
    session: Session,
    request: Request,
    next: Next,
) -> Response {
    let operator = match whose(&state, &session).await {
        Ok(Some(operator)) => operator,
        Ok(None) => return ask_in(&state, &request),
        Err(error) => return unknown(&state, &error),
    };
    let (mut parts, mut body) = request.into_parts();
    if changes(&parts.method) {
        if !origin::is_ours(&parts.headers, &state.site.public_url, false) {
            return foreign(&state);
        }
        if let Some(token) = text(&parts.headers, TOKEN) {
            if !operator.sent(token) {
                return foreign(&state);
            }
        } else if is(&parts.headers, "application/x-www-form-urlencoded") {
            let Ok(bytes) = to_bytes(body, FORM).await else {
                return StatusCode::PAYLOAD_TOO_LARGE.into_response();
            };
            let fields = Fields::read(&bytes);
            if !operator.sent(fields.raw("token")) {
                return foreign(&state);
            }
            parts.extensions.insert(fields);
            body = Body::empty();
        } else if !is(&parts.headers, "multipart/form-data") {
            return foreign(&state);
        }
    }
    parts.extensions.insert(operator);
    next.run(Request::from_parts(parts, body)).await
}

fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn is(headers: &HeaderMap, kind: &str) -> bool {
    text(headers, header::CONTENT_TYPE.as_str()).is_some_and(|value| value.starts_with(kind))
}

/// A form that was not sent from a page of this session.
pub(crate) fn foreign(state: &AppState) -> Response {
    let sentence = "This form is not from this page, or from before you signed in. Go back, load the page anew, and try again.";
    frame::refused(state, StatusCode::FORBIDDEN, sentence)
}

/// It cannot be told whether somebody is signed in.
fn unknown(state: &AppState, error: &Error) -> Response {
    frame::refused(state, StatusCode::SERVICE_UNAVAILABLE, &error.to_string())
}

/// To the door, and back to where one wanted to go.
fn ask_in(state: &AppState, request: &Request) -> Response {
    if changes(request.method()) || respond::wants_json(request.headers()) {
        let sentence = "You are not signed in (any more). Sign in and try again.";
        return frame::refused(state, StatusCode::UNAUTHORIZED, sentence);
    }
    let back = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    Redirect::to(&format!("/admin/sign-in?back={back}")).into_response()
}

/// Lets only those who are signed in see the site at all, where it is set so.
pub async fn private(
    State(state): State<AppState>,
    session: Session,
    request: Request,
    next: Next,
) -> Response {
    match whose(&state, &session).await {
        Ok(Some(_)) => return next.run(request).await,
        Ok(None) => {}
        Err(error) => return unknown(&state, &error),
    }
    if respond::wants_json(request.headers()) {
        let body = serde_json::json!({ "error": "This library is open to those who sign in." });
        return (StatusCode::UNAUTHORIZED, axum::Json(body)).into_response();
    }
    ask_in(&state, &request)
}

/// Where to go after signing in: an address of this site and no other.
pub(crate) fn safe_back(back: &str) -> &str {
    let plain = back.starts_with('/')
        && !back.starts_with("//")
        && !back.contains(['\\', '\r', '\n'])
        && !back.starts_with("/admin/sign-");
    if plain { back } else { "/admin/jobs" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_back_to_this_site_alone() {
        assert_eq!(safe_back("/library?q=oak"), "/library?q=oak");
        for bad in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/admin/sign-in",
        ] {
            assert_eq!(safe_back(bad), "/admin/jobs", "{bad}");
        }
    }

    #[test]
    fn fields_are_read_as_they_were_typed() {
        let fields = Fields::read(b"name=+ada+&password=+a%26b+&field=x&field=y&blank=+");
        assert_eq!(fields.get("name"), Some("ada"));
        assert_eq!(fields.raw("password"), " a&b ");
        assert_eq!(fields.all("field").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!((fields.get("blank"), fields.get("none")), (None, None));
    }
}
