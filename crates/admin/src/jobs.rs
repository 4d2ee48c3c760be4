//! What is worked on, what waits, and what went wrong.

use leptos::prelude::*;
use search::{Job, JobAction, JobState, Problem, Tally};

use crate::{
    frame::{button, empty},
    text::{count, moment, now, of},
};

/// What the page of all jobs shows.
#[derive(Debug, Clone, Default)]
pub struct JobsPage {
    /// How many are in each state.
    pub counts: Vec<(&'static str, u64)>,
    /// The state that was asked for; all of them where there is none.
    pub only: Option<JobState>,
    /// Some of them, newest first.
    pub jobs: Vec<Job>,
    /// Whether there are older ones.
    pub more: bool,
}

/// All jobs.
#[must_use]
pub fn jobs(page: &JobsPage, token: &str) -> AnyView {
    let counts: Vec<AnyView> = page
        .counts
        .iter()
        .map(|(state, number)| {
            let chosen = page.only.is_some_and(|only| only.as_str() == *state);
            let name = if *number == 0 && !chosen {
                (*state).into_any()
            } else {
                // Chosen once more, all of them are back.
                let address = if chosen {
                    "/admin/jobs".to_owned()
                } else {
                    format!("/admin/jobs?state={state}")
                };
                view! {
                    <a href=address aria-current=chosen.then_some("true")>
                        {*state}
                    </a>
                }
                .into_any()
            };
            view! {
                <div>
                    <dt>{name}</dt>
                    <dd>{count(*number)}</dd>
                </div>
            }
            .into_any()
        })
        .collect();
    if page.jobs.is_empty()
        && let Some(only) = page.only
    {
        return view! {
            <dl class="desk-counts">{counts}</dl>
            {empty(&format!("No job is {} now.", only.as_str()))}
            <p>
                <a class="button" href="/admin/jobs">
                    "All jobs"
                </a>
            </p>
        }
        .into_any();
    }
    if page.jobs.is_empty() {
        return view! {
            {empty("Nothing was handed in yet. An import begins under Import, or with veneer import.")}
            <p>
                <a class="button button-main" href="/admin/import">
                    "Import photos"
                </a>
            </p>
        }
        .into_any();
    }
    let rows: Vec<AnyView> = page.jobs.iter().map(|job| row(job, token)).collect();
    let only = page
        .only
        .map(|only| format!("state={}&", only.as_str()))
        .unwrap_or_default();
    // Only the newest of all of them change as one looks on.
    let live = page.only.is_none().then_some("/admin/jobs/events");
    let older = page.jobs.last().filter(|_| page.more).map(|last| {
        view! {
            <p>
                <a class="button" href=format!("/admin/jobs?{only}before={}", last.id)>
                    "Older"
                </a>
            </p>
        }
    });
    view! {
        <dl class="desk-counts">{counts}</dl>
        <ul class="desk-jobs" data-live=live>
            {rows}
        </ul>
        {older}
    }
    .into_any()
}

fn row(job: &Job, token: &str) -> AnyView {
    view! {
        <li class="desk-job" data-job=job.id.to_string() data-state=job.state.as_str()>
            <h2>
                <a href=format!("/admin/jobs/{}", job.id)>{job.title.clone()}</a>
                <small>{format!("Job {}, {}", job.id, moment(job.created_at))}</small>
            </h2>
            {standing(job)}
            {actions(job, token)}
        </li>
    }
    .into_any()
}

/// State, bar, rate, time left and reason.
fn standing(job: &Job) -> AnyView {
    let now = now(job);
    let undone = job
        .undone_at
        .map(|at| view! { <p class="note">{format!("Undone {}.", moment(at))}</p> });
    let reason = job
        .reason
        .clone()
        .map(|reason| view! { <p class="desk-reason">{reason}</p> });
    view! {
        <div class="desk-standing">
            <span class=format!("desk-state desk-state-{}", now.state)>{now.state}</span>
            <progress
                max=now.total.max(1).to_string()
                value=now.done.to_string()
                aria-label=format!("Progress of job {}", now.id)
            ></progress>
            <span class="desk-line">{now.line}</span>
        </div>
        {reason}
        {undone}
    }
    .into_any()
}

/// What can be done with a job as it stands.
fn actions(job: &Job, token: &str) -> AnyView {
    let label = |action| match action {
        JobAction::Pause => "Pause",
        JobAction::Resume => "Resume",
        JobAction::Cancel => "Cancel",
        JobAction::Retry => "Retry",
    };
    let mut buttons: Vec<AnyView> = JobAction::ALL
        .into_iter()
        .filter(|action| job.state.after(*action).is_some())
        .map(|action| {
            let path = format!("/admin/jobs/{}/{}", job.id, action.as_str());
            button(path, label(action), token, Vec::new())
        })
        .collect();
    if may_be_undone(job) {
        let path = format!("/admin/jobs/{}/undo", job.id);
        buttons.push(button(path, "Undo", token, Vec::new()));
    }
    view! { <div class="desk-actions">{buttons}</div> }.into_any()
}

fn may_be_undone(job: &Job) -> bool {
    let over = matches!(
        job.state,
        JobState::Done | JobState::Failed | JobState::Cancelled
    );
    over && job.undone_at.is_none() && job.done > 0 && job.kind == "import"
}

/// What the page of one job shows.
#[derive(Debug, Clone)]
pub struct JobPage {
    /// The job.
    pub job: Job,
    /// What came of its items.
    pub tally: Tally,
    /// Some of what went wrong.
    pub problems: Vec<Problem>,
    /// Where they begin.
    pub skip: u32,
    /// Whether more went wrong.
    pub more: bool,
}

/// One job.
#[must_use]
pub fn job(page: &JobPage, token: &str) -> AnyView {
    let (job, tally) = (&page.job, &page.tally);
    let tallied: Vec<AnyView> = [
        ("new", tally.created),
        ("changed", tally.changed),
        ("as they were", tally.unchanged),
        ("deleted", tally.deleted),
        ("refused", tally.refused),
    ]
    .into_iter()
    .map(|(what, number)| {
        view! {
            <div>
                <dt>{what}</dt>
                <dd>{count(number.into())}</dd>
            </div>
        }
        .into_any()
    })
    .collect();
    view! {
        <div class="desk-jobs" data-live=format!("/admin/jobs/{}/events", job.id)>
            <div class="desk-job" data-job=job.id.to_string() data-state=job.state.as_str()>
                {standing(job)}
                {actions(job, token)}
            </div>
        </div>
        <dl class="desk-counts">{tallied}</dl>
        {problems(page)}
    }
    .into_any()
}

fn problems(page: &JobPage) -> AnyView {
    if page.problems.is_empty() {
        return empty("Nothing went wrong.");
    }
    let job = page.job.id;
    let rows: Vec<AnyView> = page
        .problems
        .iter()
        .filter(|problem| !problem.problem.is_empty())
        .map(|problem| {
            let what = if problem.came_in {
                "came in without it"
            } else {
                "did not come in"
            };
            view! {
                <tr>
                    <td>{problem.line}</td>
                    <td>{problem.name.clone()}</td>
                    <td>{problem.problem.clone()}</td>
                    <td>{what}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let next = page.more.then(|| {
        let skip = page.skip as usize + page.problems.len();
        view! {
            <a class="button" href=format!("/admin/jobs/{job}?skip={skip}")>
                "More"
            </a>
        }
    });
    let shown = of(page.problems.len() as u64, "row or file", "rows and files");
    view! {
        <h2>"What went wrong"</h2>
        <p>
            {format!("{shown} here. The report is a table: correct it, and import it again. ")}
            <a href=format!("/admin/jobs/{job}/report.csv") download>
                "Download the report"
            </a>
        </p>
        <div class="desk-table" tabindex="0" role="region" aria-label="What went wrong">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Row"</th>
                        <th scope="col">"File or key"</th>
                        <th scope="col">"Problem"</th>
                        <th scope="col">"Outcome"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {next}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use search::JobId;
    use time::OffsetDateTime;

    use super::*;

    fn a_job(state: JobState, done: u64) -> Job {
        Job {
            id: JobId(7),
            kind: "import".into(),
            title: "<script>".into(),
            priority: 0,
            payload: Default::default(),
            state,
            attempts: 1,
            total: 4,
            done,
            reason: None,
            result: None,
            created_at: OffsetDateTime::UNIX_EPOCH,
            started_at: None,
            claimed_at: None,
            claimed_done: 0,
            ended_at: None,
            undone_at: None,
        }
    }

    #[test]
    fn what_can_be_done_depends_on_where_a_job_stands() {
        let offered = |job: Job| {
            let page = JobsPage {
                jobs: vec![job],
                ..JobsPage::default()
            };
            let html = jobs(&page, "token").to_html();
            assert!(!html.contains("<script>"), "{html}");
            ["pause", "resume", "cancel", "retry", "undo"]
                .into_iter()
                .filter(|action| html.contains(&format!("/admin/jobs/7/{action}")))
                .collect::<Vec<_>>()
        };
        assert_eq!(offered(a_job(JobState::Running, 1)), ["pause", "cancel"]);
        assert_eq!(offered(a_job(JobState::Paused, 1)), ["resume", "cancel"]);
        assert_eq!(offered(a_job(JobState::Done, 4)), ["undo"]);
        assert_eq!(offered(a_job(JobState::Failed, 0)), ["cancel", "retry"]);
        let undone = Job {
            undone_at: Some(OffsetDateTime::UNIX_EPOCH),
            ..a_job(JobState::Done, 4)
        };
        assert!(offered(undone).is_empty());
    }
}
