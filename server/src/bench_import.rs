//! `veneer bench import`: how fast photos come in, what memory that takes, and what searches notice of it.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use bytes::Bytes;
use clap::Args;
use material::View;
use search::{ImportRequest, JobState, Pace, Question, Reading, Settings, Veneer};
use tokio::sync::watch;

use crate::{bench::Stage, progress};

/// Arguments of `veneer bench import`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Photos that are imported, 1280 × 960
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    photos: u32,

    /// Searches that are timed, before and beside a second import at the pace of a server
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    searches: u32,

    /// A PostgreSQL server instead of the built-in one, with an empty database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,

    /// Cores that compute on pictures at the same time
    #[arg(long, default_value_t = 2)]
    threads: usize,

    /// Only render photos, into this folder
    #[arg(long, hide = true)]
    render: Option<PathBuf>,
}

/// Different photos; the others are the same pixels with other bytes behind them, which are other files.
const RENDERED: usize = 64;
/// The part of the photos that comes in beside searches.
const BESIDE: u32 = 4;

/// Measures in a folder of its own, which goes afterwards.
///
/// # Errors
/// A sentence when the library does not open or does not answer.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if let Some(folder) = &arguments.render {
        let photos =
            search::example_photos(RENDERED, 1280, 960).context("no photo was rendered")?;
        return write(folder, &photos, 0, RENDERED as u32);
    }
    let folder = tempfile::tempdir()?;
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let photos = rendered(&folder.path().join("photos"))?;
    write(&first, &photos, 0, arguments.photos)?;
    write(
        &second,
        &photos,
        arguments.photos,
        arguments.photos / BESIDE,
    )?;
    let mut settings = Settings::local(&folder.path().join("data"));
    settings
        .catalog
        .database_url
        .clone_from(&arguments.database_url);
    settings.threads = arguments.threads;
    settings.models.threads = arguments.threads;
    let veneer = Veneer::open(settings).await?;
    let measured = measured(&veneer, &arguments, &first, &second, &photos).await;
    veneer.close().await;
    measured
}

/// Photos that another process renders: what that takes of memory is no part of an import.
fn rendered(folder: &Path) -> anyhow::Result<Vec<Bytes>> {
    let status = Command::new(std::env::current_exe()?)
        .args(["bench", "import", "--render"])
        .arg(folder)
        .status()?;
    if !status.success() {
        bail!("the photos could not be rendered: {status}");
    }
    let files = std::fs::read_dir(folder)?;
    let mut files: Vec<PathBuf> = files
        .map(|file| file.map(|file| file.path()))
        .collect::<Result<_, _>>()?;
    files.sort();
    let photos = files
        .iter()
        .map(|file| std::fs::read(file).map(Bytes::from));
    Ok(photos.collect::<Result<_, _>>()?)
}

async fn measured(
    veneer: &Veneer,
    arguments: &Arguments,
    first: &Path,
    second: &Path,
    photos: &[Bytes],
) -> anyhow::Result<()> {
    let request = |folder: &Path| ImportRequest {
        folder: folder.to_owned(),
        csv: None,
        analyse: None,
    };
    let since = Instant::now();
    let report = progress::with_bar(|bar| veneer.import(request(first), bar)).await?;
    let seconds = since.elapsed().as_secs_f64();
    println!(
        "{} photos in {seconds:.1} s: {:.1} a second; {} MiB at most",
        report.created,
        f64::from(report.created) / seconds,
        peak_mib().unwrap_or(0)
    );
    if arguments.searches == 0 {
        return Ok(());
    }
    let mut idle = Stage::new("photo → results, nothing else going on");
    while idle.len() < arguments.searches as usize {
        ask(veneer, photos, &mut idle).await?;
    }
    let job = veneer
        .enqueue_import(&request(second), &Reading::default())
        .await?;
    let (stop, stopped) = watch::channel(false);
    let worker = veneer.clone();
    let silent = Arc::new(|_: search::Step| {});
    let working =
        tokio::spawn(async move { worker.work(Pace::Gentle, true, stopped, silent).await });
    let mut beside = Stage::new("photo → results, beside an import");
    let since = Instant::now();
    while veneer.job(job).await?.state != JobState::Done {
        ask(veneer, photos, &mut beside).await?;
    }
    let seconds = since.elapsed().as_secs_f64();
    stop.send_replace(true);
    working.await?;
    println!(
        "| {:<44} | {:>7} | {:>7} | {:>7} |",
        "ms", "p50", "p95", "p99"
    );
    println!("{}\n{}", idle.row(), beside.row());
    println!(
        "beside searches {:.1} photos a second came in; p95 is {:.1} times as long as without",
        f64::from(arguments.photos / BESIDE) / seconds,
        beside.at(0.95) / idle.at(0.95)
    );
    Ok(())
}

/// A search with a photo, and a moment to look at what was found.
async fn ask(veneer: &Veneer, photos: &[Bytes], stage: &mut Stage) -> anyhow::Result<()> {
    let photo = photos[stage.len() % photos.len()].clone();
    let since = Instant::now();
    let id = veneer
        .ask(Question::Photo {
            bytes: photo,
            crop: None,
            width: None,
        })
        .await?;
    veneer.results(&id, &View::default()).await?;
    stage.add(since);
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(())
}

fn write(folder: &Path, photos: &[Bytes], from: u32, count: u32) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for number in from..from + count {
        // What stands behind the end of a JPEG is no part of its picture.
        let mut file = photos[number as usize % photos.len()].to_vec();
        file.extend(number.to_le_bytes());
        std::fs::write(folder.join(format!("{number:06}.jpg")), file)?;
    }
    Ok(())
}

/// The most memory this process ever had, in MiB; nothing where the system does not say.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
