//! Materials that may be one, and what is said of them.

use axum::{
    Json,
    extract::{FromRequest, Path, RawQuery, Request, State},
    http::StatusCode,
};
use material::{Likeness, Name};
use search::{Duplicate, Error, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Answered,
    page::{Page, parameters},
    problem::{self, Problem, ProblemBody},
    words,
};
use crate::{access::Access, router::AppState};

/// One of two materials.
#[derive(Debug, Serialize, ToSchema)]
pub struct Twin {
    /// What the library's owner calls it.
    key: String,
    /// Its name.
    name: String,
}

/// Two materials that may be one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pair {
    /// The one that is older.
    one: Twin,
    /// The other.
    other: Twin,
    /// In what they are alike: the same `file`, the same `picture` saved again, or the same `look`.
    #[schema(schema_with = words::likeness)]
    likeness: &'static str,
    /// What was said of them; those without wait for somebody to look.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::decided, required = false)]
    verdict: Option<&'static str>,
}

impl From<Duplicate> for Pair {
    fn from(pair: Duplicate) -> Self {
        let twin = |(key, name): (Name, Name)| Twin {
            key: key.into(),
            name: name.into(),
        };
        Self {
            one: twin(pair.one_is),
            other: twin(pair.other_is),
            likeness: match pair.likeness {
                Likeness::File => "file",
                Likeness::Picture => "picture",
                Likeness::Look => "look",
            },
            verdict: pair.verdict.map(Verdict::as_str),
        }
    }
}

/// A part of the pairs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pairs {
    /// The pairs.
    pairs: Vec<Pair>,
    /// How many there are.
    total: usize,
    /// For the parameter `cursor` of the next part; at the end there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Materials that may be one
///
/// By the rules by which results stand under their like. Materials are compared when this is asked.
#[utoipa::path(
    get, path = "/duplicates", tag = "imports", operation_id = "list_duplicates",
    params(
        ("limit" = Option<u32>, Query, description = "The most pairs.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "Where to go on: `next_cursor` of the part before."),
        ("decided" = Option<bool>, Query, description = "Whether those that were decided come too."),
    ),
    responses(
        (status = 200, body = Pairs),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<AppState>, RawQuery(query): RawQuery) -> Answered<Pairs> {
    let given = parameters(query, &["limit", "cursor", "decided"])?;
    let page = Page::of(&given)?;
    let decided = match given.get("decided").map(String::as_str) {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(Problem::value("“decided” is true or false.")),
    };
    let all = state.veneer.duplicates(decided).await?;
    let (skip, limit) = (page.cursor.unwrap_or(0) as usize, page.limit as usize);
    let (total, next) = (all.len(), skip.saturating_add(limit));
    let shown = all.into_iter().skip(skip).take(limit);
    Ok(Json(Pairs {
        pairs: shown.map(Into::into).collect(),
        total,
        next_cursor: (next < total).then(|| next.to_string()),
    }))
}

/// What is to be done about two materials.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerdictRequest {
    /// `merge`: the first stays, with the pictures of both and what it leaves open of the other. `keep`: they are
    /// two. `alternative`: either may stand for the other.
    #[schema(schema_with = words::verdict)]
    verdict: String,
}

/// Decide about two materials
#[utoipa::path(
    post, path = "/duplicates/{one}/{other}", tag = "imports", operation_id = "decide_duplicate",
    params(
        ("one" = String, Path, description = "The key of one; it stays when both are merged."),
        ("other" = String, Path, description = "The key of the other."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered as before and does nothing."),
    ),
    request_body = VerdictRequest,
    responses(
        (status = 204, description = "It is done."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn decide(
    State(state): State<AppState>,
    access: Access,
    Path((one, other)): Path<(String, String)>,
    request: Request,
) -> Result<StatusCode, Problem> {
    let Json(body) = Json::<VerdictRequest>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    let verdict = match body.verdict.as_str() {
        "merge" => None,
        "keep" => Some(Verdict::Keep),
        "alternative" => Some(Verdict::Alternative),
        _ => return Err(Problem::value("A verdict is merge, keep or alternative.")),
    };
    let missing = |_| Error::NotFound("There is no material of one of these keys.");
    let (one, other) = (Name::parse(&one), Name::parse(&other));
    let (one, other) = (one.map_err(missing)?, other.map_err(missing)?);
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let veneer = access.acting(&state.veneer);
    match verdict {
        None => veneer.merge_duplicate(&one, &other).await?,
        Some(verdict) => veneer.decide_duplicate(&one, &other, verdict).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}
