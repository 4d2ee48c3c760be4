//! `veneer worker`, `veneer jobs`, `veneer undo`, `veneer export`: work that was handed in, and the way back.

use std::{path::PathBuf, sync::Arc};

use clap::{Args, Subcommand};
use material::{Likeness, Name};
use search::{Job, JobAction, JobId, JobRate, JobState, Pace, Step, Undone, Veneer, Verdict};

use crate::{audit, config::LibrarySettings, models, progress, serve};

/// Arguments of `veneer worker`.
#[derive(Debug, Args)]
pub struct WorkerArguments {
    /// End when no job waits any more, instead of looking for new ones
    #[arg(long)]
    pub until_idle: bool,

    /// Where the library lives
    #[command(flatten)]
    pub library: LibrarySettings,
}

/// Works jobs off until it is asked to stop; the job under way goes back to the queue then.
///
/// # Errors
/// A sentence when the library does not open.
pub async fn worker(arguments: WorkerArguments) -> anyhow::Result<()> {
    let stop = serve::stop_asked()?;
    let veneer = Veneer::open(arguments.library.for_search()?).await?;
    models::renew(&veneer).await?;
    println!("Working off jobs of the library in {}.", veneer.engine());
    progress::with_bar(|bar| veneer.work(Pace::Full, arguments.until_idle, stop, bar)).await;
    veneer.close().await;
    Ok(())
}

/// Works jobs off beside a server, without getting into the way of those who search.
pub(crate) async fn beside(veneer: Veneer, stop: tokio::sync::watch::Receiver<bool>) {
    let silent = Arc::new(|_: Step| {});
    veneer.work(Pace::Gentle, false, stop, silent).await;
}

/// Arguments of `veneer jobs`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Show the newest jobs
    List(All),
    /// Stop a job for now; what is done stays
    Pause(One),
    /// Let a paused job go on
    Resume(One),
    /// Stop a job for good; what is done stays
    Cancel(One),
    /// Try a job again that failed or was cancelled
    Retry(One),
    /// Print what did not come in, as a table that can be corrected and imported again
    Report(One),
}

#[derive(Debug, Args)]
struct All {
    /// Only those in this state: waiting, running, paused, done, failed or cancelled
    #[arg(long, value_parser = state)]
    state: Option<JobState>,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

#[derive(Debug, Args)]
struct One {
    /// Its number
    job: i64,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Does what was asked.
///
/// # Errors
/// A sentence when there is no such job, or it cannot be done to it.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let (one, action) = match arguments.what {
        What::List(all) => {
            let veneer = Veneer::open(all.library.for_search()?).await?;
            let jobs = veneer.jobs(all.state, None, 50).await;
            veneer.close().await;
            for job in jobs? {
                println!("{}", line(&job));
            }
            return Ok(());
        }
        What::Report(one) => {
            let veneer = Veneer::open(one.library.for_search()?).await?;
            let report = veneer.import_report(JobId(one.job)).await;
            veneer.close().await;
            print!("{}", report?.unwrap_or_default());
            return Ok(());
        }
        What::Pause(one) => (one, JobAction::Pause),
        What::Resume(one) => (one, JobAction::Resume),
        What::Cancel(one) => (one, JobAction::Cancel),
        What::Retry(one) => (one, JobAction::Retry),
    };
    let veneer = opened(&one.library).await?;
    let done = veneer.act_on_job(JobId(one.job), action).await;
    veneer.close().await;
    println!("{}", line(&done?));
    Ok(())
}

fn state(word: &str) -> Result<JobState, String> {
    JobState::parse(word).ok_or_else(|| {
        let known = JobState::ALL.map(JobState::as_str).join(", ");
        format!("the states are {known}")
    })
}

/// The library, for whoever sits at the terminal to change.
async fn opened(library: &LibrarySettings) -> anyhow::Result<Veneer> {
    let veneer = Veneer::open(library.for_search()?).await?;
    Ok(veneer.acting_as(&audit::at_the_command_line()))
}

/// A job in a line.
fn line(job: &Job) -> String {
    let reason = job.reason.as_deref().unwrap_or_default();
    let undone = if job.undone_at.is_some() {
        " (undone)"
    } else {
        ""
    };
    let rate = JobRate::of(job).map_or_else(String::new, |rate| format!("  ({rate})"));
    format!(
        "{:>5}  {:<9}  {:>6} of {:<6}  {}{undone}{rate}  {reason}",
        job.id,
        job.state.as_str(),
        job.done,
        job.total,
        job.title
    )
    .trim_end()
    .to_owned()
}

/// Arguments of `veneer undo`.
#[derive(Debug, Args)]
pub struct UndoArguments {
    /// The number of the import; the last one where none is given
    pub job: Option<i64>,

    /// Where the library lives
    #[command(flatten)]
    pub library: LibrarySettings,
}

/// Takes an import back.
///
/// # Errors
/// A sentence when there is no such import, or it still runs.
pub async fn undo(arguments: UndoArguments) -> anyhow::Result<()> {
    let veneer = opened(&arguments.library).await?;
    let done = veneer.undo_import(arguments.job.map(JobId)).await;
    veneer.close().await;
    match done? {
        None => println!("There is no import to undo."),
        Some((job, undone)) => print!("{}", told(job, &undone)),
    }
    Ok(())
}

fn told(job: JobId, undone: &Undone) -> String {
    let mut out = format!(
        "Job {job} is undone: {} removed, {} as they were\n",
        undone.removed, undone.restored
    );
    if !undone.left.is_empty() {
        out.push_str("Left alone, because somebody changed them since:\n");
        for key in &undone.left {
            out.push_str(&format!("  {key}\n"));
        }
    }
    out
}

/// Arguments of `veneer export`.
#[derive(Debug, Args)]
pub struct ExportArguments {
    /// The folder to write into: library.json, library.csv and the pictures
    pub folder: PathBuf,

    /// Where the library lives
    #[command(flatten)]
    pub library: LibrarySettings,
}

/// Writes the library into a folder.
///
/// # Errors
/// A sentence when a file cannot be written.
pub async fn export(arguments: ExportArguments) -> anyhow::Result<()> {
    let veneer = Veneer::open(arguments.library.for_search()?).await?;
    let done = progress::with_bar(|bar| veneer.export(&arguments.folder, bar)).await;
    veneer.close().await;
    let done = done?;
    let folder = arguments.folder.display();
    println!(
        "{} materials with {} pictures are in {folder}.",
        done.materials, done.pictures
    );
    println!(
        "The same library again: veneer import {folder} --table {folder}/library.json --data ANOTHER"
    );
    Ok(())
}

/// Arguments of `veneer duplicates`.
#[derive(Debug, Args)]
pub struct DuplicatesArguments {
    #[command(subcommand)]
    what: Duplicates,
}

#[derive(Debug, Subcommand)]
enum Duplicates {
    /// Show pairs of materials that may be one
    List(All),
    /// Make one material of two: the first stays, with the pictures of both
    Merge(Two),
    /// They are two; do not show them again
    Keep(Two),
    /// They are two, and either may stand for the other
    Link(Two),
}

#[derive(Debug, Args)]
struct Two {
    /// The key of one
    one: String,

    /// The key of the other
    other: String,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Shows and decides what may be one.
///
/// # Errors
/// A sentence when there is no such material.
pub async fn duplicates(arguments: DuplicatesArguments) -> anyhow::Result<()> {
    let (two, verdict) = match arguments.what {
        Duplicates::List(all) => {
            let veneer = Veneer::open(all.library.for_search()?).await?;
            let found = veneer.duplicates(false).await;
            veneer.close().await;
            for pair in found? {
                let ((a, name), (b, other)) = (pair.one_is, pair.other_is);
                let how = match pair.likeness {
                    Likeness::File => "same file",
                    Likeness::Picture => "saved again",
                    Likeness::Look => "same look",
                };
                println!("{how:<12}  {a} ({name})  {b} ({other})");
            }
            return Ok(());
        }
        Duplicates::Merge(two) => (two, None),
        Duplicates::Keep(two) => (two, Some(Verdict::Keep)),
        Duplicates::Link(two) => (two, Some(Verdict::Alternative)),
    };
    let (one, other) = (Name::parse(&two.one)?, Name::parse(&two.other)?);
    let veneer = opened(&two.library).await?;
    let done = match verdict {
        None => veneer.merge_duplicate(&one, &other).await,
        Some(verdict) => veneer.decide_duplicate(&one, &other, verdict).await,
    };
    veneer.close().await;
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_alone_is_named() {
        let undone = Undone {
            removed: 2,
            restored: 1,
            left: vec!["OAK-4".into()],
        };
        let text = told(JobId(7), &undone);
        assert!(text.starts_with("Job 7 is undone: 2 removed, 1 as they were\n"));
        assert!(text.ends_with("  OAK-4\n"), "{text}");
    }
}
