//! Jobs: how they stand, what went wrong, stopping them and taking them back.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use search::{Error, JobAction, JobId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answered,
    job_types::{Job, Row, job_id},
    page::{Page, parameters},
    problem::{Problem, ProblemBody},
    words,
};
use crate::{access::Access, router::AppState};

/// A part of the list of jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jobs {
    /// The newest first.
    jobs: Vec<Job>,
    /// For the parameter `cursor` of the next part; at the end there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// Jobs
///
/// Those that ended are kept for ninety days.
#[utoipa::path(
    get, path = "/jobs", tag = "imports", operation_id = "list_jobs",
    params(
        ("limit" = Option<u32>, Query, description = "The most jobs.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "Where to go on: `next_cursor` of the part before."),
    ),
    responses(
        (status = 200, body = Jobs),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<AppState>, RawQuery(query): RawQuery) -> Answered<Jobs> {
    let page = Page::of(&parameters(query, &["limit", "cursor"])?)?;
    let before = page.cursor.map(|id| JobId(i64::from(id)));
    let mut jobs = state.veneer.jobs(None, before, page.limit + 1).await?;
    let more = jobs.len() > page.limit as usize;
    jobs.truncate(page.limit as usize);
    let last = jobs.last().filter(|_| more);
    Ok(Json(Jobs {
        next_cursor: last.map(|job| job.id.to_string()),
        jobs: jobs.into_iter().map(Into::into).collect(),
    }))
}

/// A job
#[utoipa::path(
    get, path = "/jobs/{id}", tag = "imports", operation_id = "get_job",
    params(("id" = i64, Path, description = "Its number.", minimum = 1)),
    responses(
        (status = 200, body = Job),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn read(State(state): State<AppState>, Path(id): Path<String>) -> Answered<Job> {
    let job = state.veneer.job(job_id(&id)?).await?;
    Ok(Json(Job::read(&state.veneer, job).await?))
}

/// A part of what went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rows {
    /// In the order of the table.
    problems: Vec<Row>,
    /// For the parameter `cursor` of the next part; at the end there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// What went wrong in an import
#[utoipa::path(
    get, path = "/jobs/{id}/problems", tag = "imports", operation_id = "list_problems",
    params(
        ("id" = i64, Path, description = "The number of the job.", minimum = 1),
        ("limit" = Option<u32>, Query, description = "The most rows.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "Where to go on: `next_cursor` of the part before."),
    ),
    responses(
        (status = 200, body = Rows),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn problems(
    State(state): State<AppState>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answered<Rows> {
    let page = Page::of(&parameters(query, &["limit", "cursor"])?)?;
    let id = state.veneer.job(job_id(&id)?).await?.id;
    let skip = page.cursor.unwrap_or(0);
    let found = state.veneer.job_problems(id, skip, page.limit + 1).await?;
    let more = found.len() > page.limit as usize;
    let shown = found.into_iter().take(page.limit as usize);
    let next = u64::from(skip) + u64::from(page.limit);
    Ok(Json(Rows {
        problems: shown.map(Into::into).collect(),
        next_cursor: more.then(|| next.to_string()),
    }))
}

/// What did not come in, as a table
///
/// The columns of the import's own table and `problem` behind them: to be corrected and imported again.
#[utoipa::path(
    get, path = "/jobs/{id}/report", tag = "imports", operation_id = "get_report",
    params(("id" = i64, Path, description = "The number of the job.", minimum = 1)),
    responses(
        (status = 200, description = "The table.", body = String, content_type = "text/csv"),
        (status = 204, description = "All was well."),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn report(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = job_id(&id)?;
    let Some(table) = state.veneer.import_report(id).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let name = format!("attachment; filename=\"job-{id}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, table).into_response())
}

/// Pause, resume, cancel or retry a job
///
/// What is done stays.
#[utoipa::path(
    post, path = "/jobs/{id}/{action}", tag = "imports", operation_id = "act_on_job",
    params(
        ("id" = i64, Path, description = "The number of the job.", minimum = 1),
        ("action" = inline(words::JobActionWord), Path, description = "What to do."),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered as before and does nothing."),
    ),
    responses(
        (status = 200, body = Job),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn act(
    State(state): State<AppState>,
    access: Access,
    Path((id, action)): Path<(String, String)>,
) -> Answered<Job> {
    let action = JobAction::parse(&action).ok_or(Error::NotFound(
        "A job is paused, resumed, cancelled, retried or undone.",
    ))?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let veneer = access.acting(&state.veneer);
    let job = veneer.act_on_job(job_id(&id)?, action).await?;
    Ok(Json(Job::read(&veneer, job).await?))
}

/// What came of undoing an import.
#[derive(Debug, Serialize, ToSchema)]
pub struct Undone {
    /// Materials that the import had created, and that are gone.
    removed: u32,
    /// Materials that are again as they were.
    restored: u32,
    /// Keys of materials that somebody changed after the import; they stay as they are.
    left: Vec<String>,
}

/// Undo an import
///
/// What it created goes, what it changed or deleted is as it was. One that runs or waits has to be paused or
/// cancelled first.
#[utoipa::path(
    post, path = "/jobs/{id}/undo", tag = "imports", operation_id = "undo_import",
    params(
        ("id" = i64, Path, description = "The number of the job.", minimum = 1),
        ("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered as before and does nothing."),
    ),
    responses(
        (status = 200, body = Undone),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn undo(
    State(state): State<AppState>,
    access: Access,
    Path(id): Path<String>,
) -> Answered<Undone> {
    let id = job_id(&id)?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let veneer = access.acting(&state.veneer);
    // None only where no job is named.
    let undone = veneer.undo_import(Some(id)).await?;
    let (_, undone) = undone.ok_or(Error::NotFound("There is no such job."))?;
    Ok(Json(Undone {
        removed: undone.removed,
        restored: undone.restored,
        left: undone.left,
    }))
}

/// A job as it changes
///
/// Server-sent events called `job`, each with the job as `GET /api/v1/jobs/{id}` answers it. The stream ends when
/// the job is at rest.
#[utoipa::path(
    get, path = "/jobs/{id}/events", tag = "imports", operation_id = "watch_job",
    params(("id" = i64, Path, description = "The number of the job.", minimum = 1)),
    responses(
        (status = 200, description = "The events.", body = String, content_type = "text/event-stream"),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn events(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = state.veneer.job(job_id(&id)?).await?.id;
    let veneer = state.veneer.clone();
    let events = veneer.watch_job(id).then(move |job| {
        let veneer = veneer.clone();
        async move { Job::read(&veneer, job).await }
    });
    // A library that does not answer ends the stream; whoever listens comes back.
    let events = events
        .take_while(|job| futures::future::ready(job.is_ok()))
        .filter_map(|job| async move { Event::default().event("job").json_data(job.ok()?).ok() })
        .map(Ok::<_, Infallible>);
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}
