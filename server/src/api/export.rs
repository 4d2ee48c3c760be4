//! The whole library for other programs.

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use search::ExportForm;

use super::{
    page::parameters,
    problem::{Problem, ProblemBody},
};
use crate::router::AppState;

/// The whole library
///
/// As JSON, everything that is known: imported, it makes the same library. As CSV a row per picture, for
/// spreadsheets. Pictures are told by their addresses.
#[utoipa::path(
    get, path = "/export", tag = "imports", operation_id = "export",
    params(("form" = inline(Option<super::words::ExportFormWord>), Query, description = "`json` where nothing is said.")),
    responses(
        (status = 200, description = "The library.", content(
            (serde_json::Value = "application/json"),
            (String = "text/csv"),
        )),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn export(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let given = parameters(query, &["form"])?;
    let (form, kind, name) = match given.get("form").map(String::as_str) {
        None | Some("json") => (ExportForm::Json, "application/json", "library.json"),
        Some("csv") => (ExportForm::Csv, "text/csv; charset=utf-8", "library.csv"),
        Some(_) => return Err(Problem::value("The library is exported as json or csv.")),
    };
    let mut pieces = state.veneer.exported(form, state.site.public_url.clone());
    // A library that does not answer is told as a problem; later than this the answer breaks off.
    let first = match pieces.next().await {
        Some(first) => first?,
        None => return Err(search::Error::Internal.into()),
    };
    let whole = stream::once(async move { Ok(first) }).chain(pieces);
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(whole)).into_response())
}
