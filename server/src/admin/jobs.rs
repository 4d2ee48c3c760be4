//! Jobs: all of them, one of them, as they change.

use std::{convert::Infallible, time::Duration};

use admin::{JobPage, JobsPage, Section};
use axum::{
    extract::{Path, Query, State},
    http::header,
    response::{
        IntoResponse, Redirect, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use search::{Error, Job, JobAction, JobId, JobState, Veneer};
use serde::Deserialize;
use serde_json::json;

use super::{frame, guard::Operator};
use crate::router::AppState;

/// Jobs on a page.
const PAGE: u32 = 25;
/// Problems on a page.
const PROBLEMS: u32 = 200;
/// How often it is looked whether anything changed.
const LOOK: Duration = Duration::from_secs(1);
/// A stream ends after so long, so that who is still signed in is asked again; the browser comes back by itself.
const LASTS: Duration = Duration::from_secs(600);

#[derive(Deserialize)]
pub(crate) struct Asked {
    before: Option<i64>,
    state: Option<String>,
}

/// `GET /admin/jobs`.
pub(crate) async fn all(
    State(state): State<AppState>,
    Query(from): Query<Asked>,
    operator: Operator,
) -> Response {
    let veneer = &state.veneer;
    // What is no state is none that was asked for.
    let only = from.state.as_deref().and_then(JobState::parse);
    let asked = async {
        let counts = veneer.job_counts().await?;
        let before = from.before.map(JobId);
        let mut jobs = veneer.jobs(only, before, PAGE + 1).await?;
        let more = jobs.len() > PAGE as usize;
        jobs.truncate(PAGE as usize);
        Ok::<_, Error>(JobsPage {
            counts,
            only,
            jobs,
            more,
        })
    };
    match asked.await {
        Ok(page) => {
            let frame = frame::of(&state, &operator, Section::Jobs).await;
            frame::page(frame.around("Jobs", admin::jobs(&page, &frame.token)))
        }
        Err(error) => frame::error(&state, &operator, Section::Jobs, &error).await,
    }
}

#[derive(Deserialize)]
pub(crate) struct Skip {
    #[serde(default)]
    skip: u32,
}

/// The number in an address; what is no number is the number of no job.
fn number(id: &str) -> JobId {
    JobId(id.parse().unwrap_or(-1))
}

/// `GET /admin/jobs/{id}`.
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
    Query(from): Query<Skip>,
    operator: Operator,
) -> Response {
    let (veneer, id) = (&state.veneer, number(&id));
    let asked = async {
        let job = veneer.job(id).await?;
        let tally = veneer.job_tally(id).await?;
        let mut problems = veneer.job_problems(id, from.skip, PROBLEMS + 1).await?;
        let more = problems.len() > PROBLEMS as usize;
        problems.truncate(PROBLEMS as usize);
        Ok::<_, Error>(JobPage {
            job,
            tally,
            problems,
            skip: from.skip,
            more,
        })
    };
    match asked.await {
        Ok(page) => {
            let frame = frame::of(&state, &operator, Section::Jobs).await;
            let title = format!("Job {}: {}", page.job.id, page.job.title);
            frame::page(frame.around(&title, admin::job(&page, &frame.token)))
        }
        Err(error) => frame::error(&state, &operator, Section::Jobs, &error).await,
    }
}

/// `POST /admin/jobs/{id}/{action}`: pause, resume, cancel, retry or undo.
pub(crate) async fn act(
    State(state): State<AppState>,
    Path((id, action)): Path<(String, String)>,
    operator: Operator,
) -> Response {
    let id = number(&id);
    let done = match (JobAction::parse(&action), action.as_str()) {
        (Some(action), _) => operator
            .veneer
            .act_on_job(id, action)
            .await
            .map(|job| format!("Job {id} is {} now.", job.state.as_str())),
        (None, "undo") => operator.veneer.undo_import(Some(id)).await.map(undone),
        _ => Err(Error::NotFound("That cannot be done to a job.")),
    };
    match done {
        Ok(sentence) => operator.say(&sentence).await,
        // It was another state a moment ago: the page shows the present one.
        Err(error @ Error::Refused(_)) => operator.say(&error.to_string()).await,
        Err(error) => return frame::error(&state, &operator, Section::Jobs, &error).await,
    }
    Redirect::to(&format!("/admin/jobs/{id}")).into_response()
}

fn undone(done: Option<(JobId, search::Undone)>) -> String {
    let Some((job, undone)) = done else {
        return "There is nothing to undo.".to_owned();
    };
    let mut told = format!(
        "Job {job} is undone: {} removed, {} as they were before.",
        undone.removed, undone.restored
    );
    if !undone.left.is_empty() {
        let left: Vec<&str> = undone.left.iter().take(10).map(String::as_str).collect();
        told.push_str(&format!(
            " Left alone, because somebody changed them since: {}, {} in all.",
            left.join(", "),
            undone.left.len()
        ));
    }
    told
}

/// `GET /admin/jobs/{id}/report.csv`.
pub(crate) async fn report(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operator: Operator,
) -> Response {
    let id = number(&id);
    match state.veneer.import_report(id).await {
        Ok(table) => (
            [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"import-{id}-report.csv\""),
                ),
            ],
            table.unwrap_or_default(),
        )
            .into_response(),
        Err(error) => frame::error(&state, &operator, Section::Jobs, &error).await,
    }
}

/// What the page is told of a job.
fn told(job: &Job) -> serde_json::Value {
    let now = admin::now(job);
    json!({
        "id": now.id, "state": now.state, "done": now.done, "total": now.total.max(1), "line": now.line,
    })
}

fn sent(jobs: &[Job]) -> Event {
    let all: Vec<_> = jobs.iter().map(told).collect();
    Event::default()
        .event("jobs")
        .data(serde_json::Value::from(all).to_string())
}

fn streamed(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let until = tokio::time::sleep(LASTS);
    Sse::new(events.take_until(until).map(Ok::<_, Infallible>))
        .keep_alive(KeepAlive::default())
        .into_response()
}

/// `GET /admin/jobs/events`: the newest jobs, whenever one of them changed.
pub(crate) async fn all_events(State(state): State<AppState>) -> Response {
    let begin = (state.veneer, None::<Vec<(i64, &'static str, u64)>>);
    streamed(stream::unfold(begin, |(veneer, last)| async move {
        loop {
            let jobs = newest(&veneer).await?;
            let now = jobs
                .iter()
                .map(|job| (job.id.0, job.state.as_str(), job.done))
                .collect();
            let now = Some(now);
            if now != last {
                return Some((sent(&jobs), (veneer, now)));
            }
            tokio::time::sleep(LOOK).await;
        }
    }))
}

async fn newest(veneer: &Veneer) -> Option<Vec<Job>> {
    veneer.jobs(None, None, PAGE).await.ok()
}

/// `GET /admin/jobs/{id}/events`: one job, as it changes, until it comes to rest.
pub(crate) async fn one_events(State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let events = state.veneer.watch_job(number(&id));
    streamed(events.map(|job| sent(std::slice::from_ref(&job))))
}
