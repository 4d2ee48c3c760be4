//! Searching, and coming back to a search.

use axum::{
    Json,
    extract::{Path, RawQuery, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use material::Token;
use search::{Begun, Error};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answered,
    form::SearchForm,
    problem::{Problem, ProblemBody},
    query::ListQuery,
    request::{Asked, SearchRequest},
    results::{Analysis, Results},
};
use crate::{access::Access, router::AppState};

/// Search with a photo, a swatch, words or colours
///
/// A photo or a swatch makes a search that can be come back to: it is answered with `201` and its address.
/// Words and colours alone need none: they are answered with `200`, and `next` lists the library with them.
/// The photo is not kept.
#[utoipa::path(
    post, path = "/search", tag = "search", operation_id = "search",
    request_body(content(
        (SearchRequest = "application/json"),
        (SearchForm = "multipart/form-data"),
    )),
    responses(
        (status = 200, body = Results, description = "What words and colours find."),
        (status = 201, body = Results, description = "The first part of what the search finds.",
            headers(("Location" = String, description = "Where the search is."))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn search(
    State(state): State<AppState>,
    access: Access,
    request: Request,
) -> Result<Response, Problem> {
    let Asked { question, list } = Asked::read(request).await?;
    let id = match question {
        Some(question) => {
            let begun = Begun::Picture(list.view.text.as_ref());
            let admitted = access.admit(&state.veneer, begun);
            admitted.await.map_err(Problem::refused)?;
            Some(state.veneer.ask(question).await?)
        }
        None => {
            list.admit(&state.veneer, &access).await?;
            None
        }
    };
    let results = list.answer(&state.veneer, id.as_ref()).await?;
    let headers = [(header::CACHE_CONTROL, "no-store")];
    Ok(match results.id() {
        Some(id) => {
            let at = [(header::LOCATION, format!("/api/v1/search/{id}"))];
            (StatusCode::CREATED, headers, at, Json(results)).into_response()
        }
        None => (headers, Json(results)).into_response(),
    })
}

fn token(id: &str) -> Result<Token, Error> {
    Token::parse(id).map_err(|_| Error::NotFound("There is no such search."))
}

/// What a search finds, looked at in another way
#[utoipa::path(
    get, path = "/search/{id}", tag = "search", operation_id = "get_search",
    params(("id" = String, Path, description = "The search."), ListQuery),
    responses(
        (status = 200, body = Results),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn found(
    State(state): State<AppState>,
    access: Access,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answered<Results> {
    let list = ListQuery::parse(&query.unwrap_or_default())?;
    list.admit(&state.veneer, &access).await?;
    Ok(Json(list.answer(&state.veneer, Some(&token(&id)?)).await?))
}

/// What the photo of a search shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchAnalysis {
    /// In words; nothing for a search that started from a swatch, of which everything is known.
    analysis: Option<Analysis>,
    /// Whether a vision model is still looking at the photo.
    awaiting: bool,
}

/// What the photo of a search shows
#[utoipa::path(
    get, path = "/search/{id}/analysis", tag = "search", operation_id = "get_analysis",
    params(("id" = String, Path, description = "The search.")),
    responses(
        (status = 200, body = SearchAnalysis),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn analysis(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Answered<SearchAnalysis> {
    let id = token(&id)?;
    // Asked first: what is said between the two is in the analysis.
    let awaiting = !state.veneer.is_described(&id);
    let analysis = state.veneer.analysis(&id).await?;
    Ok(Json(SearchAnalysis {
        analysis: analysis.map(Into::into),
        awaiting,
    }))
}
