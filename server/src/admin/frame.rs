//! Pages and refusals in the operator's frame.

use admin::{Frame, Section};
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use eyes::eyes;
use search::Error;

use super::guard::Operator;
use crate::router::AppState;

/// The frame for somebody who is signed in, with what there is to say.
pub(crate) async fn of(state: &AppState, operator: &Operator, at: Section) -> Frame {
    Frame {
        operator: Some(operator.name.clone()),
        token: operator.token.clone(),
        at: Some(at),
        said: operator.said().await,
        ..bare(state)
    }
}

/// The frame for somebody who is not.
pub(crate) fn bare(state: &AppState) -> Frame {
    Frame {
        stylesheet: state.desk.stylesheet.clone(),
        script: state.desk.script.clone(),
        ..Frame::default()
    }
}

/// A page as an answer.
pub(crate) fn page(html: String) -> Response {
    Html(html).into_response()
}

/// A page that could not be made: the same frame, and a sentence.
pub(crate) async fn error(
    state: &AppState,
    operator: &Operator,
    at: Section,
    error: &Error,
) -> Response {
    eyes().error(error.kind());
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let frame = of(state, operator, at).await;
    let html = frame.around(at.label(), admin::failure(&error.to_string()));
    (status, Html(html)).into_response()
}

/// A refusal, whoever it is for.
pub(crate) fn refused(state: &AppState, status: StatusCode, sentence: &str) -> Response {
    let html = bare(state).around("That did not work", admin::failure(sentence));
    (status, Html(html)).into_response()
}
