//! What a page is told while it is open.

use std::convert::Infallible;

use axum::{
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::stream;
use material::Token;
use search::Error;

use crate::{respond, router::AppState};

/// `GET /s/{id}/described`: a stream with one event, `described`, sent when no vision model looks at the
/// photo of this search any more; its results may read differently then.
pub async fn described(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let Ok(token) = Token::parse(&id) else {
        let missing = Error::NotFound("There is no such search. The address may be cut off.");
        return respond::error(&state, true, &missing).await;
    };
    let told = stream::once(async move {
        state.veneer.described(&token).await;
        Ok::<_, Infallible>(Event::default().event("described").data("{}"))
    });
    Sse::new(told)
        .keep_alive(KeepAlive::default())
        .into_response()
}
