//! Keys of programs, for administrators.

use axum::{
    Json,
    extract::{FromRequest, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use catalog::Pace;
use material::Name;
use search::{KeyInfo, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answered,
    problem::{self, Problem, ProblemBody},
    words,
};
use crate::router::AppState;

/// A key; the key itself is told once, when it is made.
#[derive(Debug, Serialize, ToSchema)]
pub struct Key {
    /// What people call it.
    name: String,
    /// What it may.
    #[schema(schema_with = words::scopes)]
    scopes: Vec<&'static str>,
    /// Searches and changes in any minute; 0 for any number.
    per_minute: u32,
    /// Searches and changes in any hour; 0 for any number.
    per_hour: u32,
    /// Searches and changes at once; 0 for as many as the minute and the hour let.
    burst: u32,
    /// The day it was made, `YYYY-MM-DD` in UTC.
    made: String,
    /// The last day it was used.
    used: Option<String>,
    /// The day it was revoked; it does not work any more.
    revoked: Option<String>,
}

impl From<KeyInfo> for Key {
    fn from(key: KeyInfo) -> Self {
        Self {
            name: key.name,
            scopes: key.scopes.into_iter().map(Scope::as_str).collect(),
            per_minute: key.pace.minute,
            per_hour: key.pace.hour,
            burst: key.pace.burst,
            made: key.made,
            used: key.used,
            revoked: key.revoked,
        }
    }
}

/// The keys.
#[derive(Debug, Serialize, ToSchema)]
pub struct Keys {
    /// The latest first, those that are revoked among them.
    keys: Vec<Key>,
}

/// The keys of programs
#[utoipa::path(
    get, path = "/keys", tag = "keys", operation_id = "list_keys",
    responses(
        (status = 200, body = Keys),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<AppState>) -> Answered<Keys> {
    let keys = state.veneer.keys().await?;
    Ok(Json(Keys {
        keys: keys.into_iter().map(Into::into).collect(),
    }))
}

/// A key as it is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyRequest {
    /// What people call it; no two keys that work have the same.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What it may: `admin` may everything.
    #[schema(schema_with = words::scopes)]
    scopes: Vec<String>,
    /// Searches and changes in any minute; 0 for any number.
    #[serde(default = "per_minute")]
    #[schema(maximum = 10000)]
    per_minute: u32,
    /// Searches and changes in any hour; 0 for any number.
    #[serde(default)]
    #[schema(maximum = 10000)]
    per_hour: u32,
    /// Searches and changes at once; 0 for as many as the minute and the hour let.
    #[serde(default)]
    #[schema(maximum = 10000)]
    burst: u32,
}

fn per_minute() -> u32 {
    crate::keys::PER_MINUTE
}

/// A key that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyMade {
    /// The key. It is not told again.
    key: String,
    /// What is known of it.
    info: Key,
}

impl KeyRequest {
    fn read(&self) -> Result<(Name, Vec<Scope>, Pace), Problem> {
        let scopes: Option<Vec<Scope>> = self.scopes.iter().map(|s| Scope::parse(s)).collect();
        let scopes = scopes
            .filter(|scopes| (1..=Scope::ALL.len()).contains(&scopes.len()))
            .ok_or_else(|| {
                Problem::value("Scopes are read, search, write and admin: name one or more.")
            })?;
        let pace = Pace {
            minute: self.per_minute,
            hour: self.per_hour,
            burst: self.burst,
        };
        if [pace.minute, pace.hour, pace.burst]
            .iter()
            .any(|count| *count > Pace::MOST)
        {
            return Err(Problem::value(format!(
                "A limit is at most {}.",
                Pace::MOST
            )));
        }
        Ok((Name::parse(&self.name)?, scopes, pace))
    }
}

/// Make a key
#[utoipa::path(
    post, path = "/keys", tag = "keys", operation_id = "create_key",
    request_body = KeyRequest,
    responses(
        (status = 201, body = KeyMade),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let Json(body) = Json::<KeyRequest>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    let (name, scopes, pace) = body.read()?;
    let (key, info) = state.veneer.new_key(&name, &scopes, pace).await?;
    let made = KeyMade {
        key,
        info: info.into(),
    };
    Ok((
        StatusCode::CREATED,
        [(header::CACHE_CONTROL, "no-store")],
        Json(made),
    )
        .into_response())
}

/// Revoke a key
///
/// It works no more, at once and in every process.
#[utoipa::path(
    delete, path = "/keys/{name}", tag = "keys", operation_id = "revoke_key",
    params(("name" = String, Path, description = "What people call it.")),
    responses(
        (status = 204, description = "It works no more."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn revoke(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    state.veneer.revoke_key(&name).await?;
    Ok(StatusCode::NO_CONTENT)
}
