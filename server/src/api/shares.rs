//! Shares: a frozen copy of what one sees.

use axum::{
    Json,
    extract::{FromRequest, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use material::Token;
use search::Error;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answered,
    problem::{self, Problem, ProblemBody},
    query::ListQuery,
    results::Results,
};
use crate::router::AppState;

/// What is shared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareRequest {
    /// The search; without it a view of the library.
    search: Option<String>,
    /// How it is looked at: the query string of the list, such as `q=oak&finish=matt`.
    #[serde(default)]
    #[schema(max_length = 8192)]
    view: String,
}

/// A share that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareMade {
    /// Its unguessable name.
    slug: String,
    /// Where people see it.
    url: String,
}

/// Share what one sees
///
/// Freezes the first page of a list under an address that lasts, also when the search has aged out.
#[utoipa::path(
    post, path = "/shares", tag = "shares", operation_id = "create_share",
    request_body = ShareRequest,
    responses(
        (status = 201, body = ShareMade,
            headers(("Location" = String, description = "Where the share is."))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn create(State(state): State<AppState>, request: Request) -> Result<Response, Problem> {
    let Json(body) = Json::<ShareRequest>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    let list = ListQuery::parse(body.view.trim_start_matches('?'))?;
    let id = match &body.search {
        None => None,
        Some(id) => {
            let missing = |_| Error::NotFound("There is no such search.");
            Some(Token::parse(id).map_err(missing)?)
        }
    };
    let slug = state.veneer.share(id.as_ref(), &list.view).await?;
    let made = ShareMade {
        url: format!("{}/share/{slug}", state.site.public_url),
        slug: slug.to_string(),
    };
    let at = [
        (header::LOCATION, format!("/api/v1/shares/{slug}")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((StatusCode::CREATED, at, Json(made)).into_response())
}

/// A share with its frozen results.
#[derive(Debug, Serialize, ToSchema)]
pub struct Share {
    /// Its unguessable name.
    slug: String,
    /// Where people see it.
    url: String,
    /// When it was made, `YYYY-MM-DD`.
    made: String,
    /// “Honed light marble: 48 materials, 3 close”.
    title: String,
    /// What was seen then.
    results: Results,
}

/// A share
#[utoipa::path(
    get, path = "/shares/{slug}", tag = "shares", operation_id = "get_share",
    params(("slug" = String, Path, description = "Its name.")),
    responses(
        (status = 200, body = Share),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn read(State(state): State<AppState>, Path(slug): Path<String>) -> Answered<Share> {
    let slug = Token::parse(&slug).map_err(|_| Error::NotFound("There is no such share."))?;
    let share = state.veneer.shared(&slug).await?;
    Ok(Json(Share {
        slug: share.slug.to_string(),
        url: format!("{}/share/{slug}", state.site.public_url),
        made: share.made,
        title: share.title,
        results: Results::of(share.results, true, None),
    }))
}
