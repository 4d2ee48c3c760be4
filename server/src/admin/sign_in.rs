//! The way in and out.

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use bytes::Bytes;
use material::Name;
use search::{Error, Password, SignInError};
use serde::Deserialize;
use tower_sessions::Session;

use super::{
    frame,
    guard::{Fields, Operator, Signed, foreign, safe_back},
    origin,
};
use crate::{limits::FromGuest, router::AppState};

#[derive(Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    back: String,
}

/// `GET /admin/sign-in`.
pub(crate) async fn page(State(state): State<AppState>, Query(to): Query<Back>) -> Response {
    asked(&state, StatusCode::OK, "", &to.back, None)
}

fn asked(
    state: &AppState,
    status: StatusCode,
    name: &str,
    back: &str,
    trouble: Option<&str>,
) -> Response {
    let html = frame::bare(state).around("Sign in", admin::sign_in(name, back, trouble));
    (status, frame::page(html)).into_response()
}

/// `POST /admin/sign-in`. There is no session yet for a form to belong to: the browser has to say that the form is
/// from this site.
pub(crate) async fn sign_in(
    State(state): State<AppState>,
    FromGuest(guest): FromGuest,
    session: Session,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !origin::is_ours(&headers, &state.site.public_url, true) {
        return foreign(&state);
    }
    let fields = Fields::read(&body);
    let (name, back) = (fields.get("name").unwrap_or_default(), fields.raw("back"));
    let signed = state
        .veneer
        .sign_in(&guest, name, fields.raw("password"))
        .await;
    match signed {
        Ok(operator) => {
            let signed = Signed::now(operator.id.0, operator.name);
            enter(&state, &session, signed, safe_back(back)).await
        }
        Err(error) => {
            let status = match &error {
                SignInError::Wrong => {
                    tracing::info!("somebody could not sign in");
                    StatusCode::UNAUTHORIZED
                }
                SignInError::TooOften => {
                    tracing::warn!("somebody tries to sign in too often");
                    StatusCode::TOO_MANY_REQUESTS
                }
                SignInError::Error(error) => StatusCode::from_u16(error.status())
                    .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            };
            asked(&state, status, name, back, Some(&error.to_string()))
        }
    }
}

/// Begins a session under a new number, whatever number the browser came with.
async fn enter(state: &AppState, session: &Session, signed: Signed, to: &str) -> Response {
    let began = async {
        if session.id().is_some() {
            session.flush().await?;
        }
        session.insert(Signed::KEY, signed).await
    };
    if let Err(error) = began.await {
        tracing::error!(%error, "a session could not begin");
        let sentence = Error::Unavailable.to_string();
        return frame::refused(state, StatusCode::SERVICE_UNAVAILABLE, &sentence);
    }
    Redirect::to(to).into_response()
}

/// `GET /admin/welcome/{link}`.
pub(crate) async fn welcome_page(
    State(state): State<AppState>,
    Path(link): Path<String>,
) -> Response {
    match state.veneer.operator_link_works(&link).await {
        Ok(true) => welcomed(&state, StatusCode::OK, &link, "", None),
        Ok(false) => frame::refused(&state, StatusCode::NOT_FOUND, GONE),
        Err(error) => {
            let sentence = error.to_string();
            frame::refused(&state, StatusCode::SERVICE_UNAVAILABLE, &sentence)
        }
    }
}

const GONE: &str = "This link was used, or is past. “veneer admin link” prints a new one.";

fn welcomed(
    state: &AppState,
    status: StatusCode,
    link: &str,
    name: &str,
    trouble: Option<&str>,
) -> Response {
    let html = frame::bare(state).around("Welcome", admin::welcome(link, name, trouble));
    (status, frame::page(html)).into_response()
}

/// `POST /admin/welcome/{link}`: whoever has the link chooses a name and a password, once.
pub(crate) async fn welcome(
    State(state): State<AppState>,
    Path(link): Path<String>,
    session: Session,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !origin::is_ours(&headers, &state.site.public_url, true) {
        return foreign(&state);
    }
    let fields = Fields::read(&body);
    let typed = fields.get("name").unwrap_or_default();
    let wrong = |sentence: String| {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        welcomed(&state, status, &link, typed, Some(&sentence))
    };
    let name = match Name::parse(typed) {
        Ok(name) => name,
        Err(error) => return wrong(error.to_string()),
    };
    let password = match Password::parse(fields.raw("password"), &name) {
        Ok(password) => password,
        Err(error) => return wrong(error.to_string()),
    };
    match state.veneer.welcome_operator(&link, &name, password).await {
        Ok(operator) => {
            let who = format!("operator {}", operator.name);
            let veneer = &state.veneer;
            veneer
                .note_change(&who, "operator", "chose a name and a password by a link")
                .await;
            let signed = Signed::now(operator.id.0, operator.name);
            enter(&state, &session, signed, "/admin/jobs").await
        }
        Err(Error::NotFound(_)) => frame::refused(&state, StatusCode::NOT_FOUND, GONE),
        Err(error) => {
            let status = StatusCode::from_u16(error.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            welcomed(&state, status, &link, typed, Some(&error.to_string()))
        }
    }
}

/// `POST /admin/sign-out`.
pub(crate) async fn sign_out(State(state): State<AppState>, operator: Operator) -> Response {
    match operator.leave().await {
        Ok(()) => Redirect::to("/admin/sign-in").into_response(),
        Err(error) => {
            tracing::error!(%error, "a session could not end");
            let sentence = Error::Unavailable.to_string();
            frame::refused(&state, StatusCode::SERVICE_UNAVAILABLE, &sentence)
        }
    }
}
