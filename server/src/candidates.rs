//! What a page asks for once, so that its sliders need no request each.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use material::{Token, View};
use search::Error;

use crate::{respond, router::AppState};

/// `GET /s/{id}/candidates?…`: the scored candidates of a search, looked at as the query string says.
pub async fn of_search(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    match Token::parse(&id) {
        Ok(id) => answer(&state, Some(&id), query).await,
        Err(_) => {
            let missing = Error::NotFound("There is no such search. The address may be cut off.");
            respond::error(&state, true, &missing).await
        }
    }
}

/// `GET /library/candidates?…`: the same for what words or a palette find in the library.
pub async fn of_library(State(state): State<AppState>, RawQuery(query): RawQuery) -> Response {
    answer(&state, None, query).await
}

async fn answer(state: &AppState, id: Option<&Token>, query: Option<String>) -> Response {
    match read(state, id, &query.unwrap_or_default()).await {
        // what a vision model says changes them, and so does the library
        Ok(found) => ([(header::CACHE_CONTROL, "no-store")], Json(found)).into_response(),
        Err(error) => respond::error(state, true, &error).await,
    }
}

async fn read(state: &AppState, id: Option<&Token>, query: &str) -> Result<app::Candidates, Error> {
    let view = View::parse(query)?.first_page();
    let results = match id {
        Some(id) => state.veneer.results(id, &view).await?,
        None => state.veneer.library(&view).await?,
    };
    let contest = state.veneer.contest(id, &view).await?;
    Ok(app::Candidates::of(&results, &contest))
}
