//! `veneer bench load`: many people at once over HTTP, with words and with photos.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use clap::Args;
use futures::future::join_all;
use reqwest::{Client, StatusCode, header, multipart};
use tokio::{runtime::Builder, sync::oneshot};

use crate::{
    bench::{Stage, machine},
    config::{Demo, LibrarySettings, LimitSettings, ServeSettings},
    serve,
};

/// Arguments of `veneer bench load`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// People who search at the same time; each begins the next search when the last one is answered
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    users: u32,

    /// Seconds of each part
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,

    /// Folder of the built site
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    site_root: std::path::PathBuf,

    /// Where the library lives; an empty one is filled with the demo library first
    #[command(flatten)]
    library: LibrarySettings,
}

/// Different photos that are sent.
const PHOTOS: usize = 32;
const KINDS: [&str; 8] = [
    "oak", "marble", "velvet", "concrete", "tile", "brass", "cork", "wool",
];
const TRAITS: [&str; 8] = [
    "light",
    "dark",
    "matt",
    "polished",
    "green",
    "warm grey",
    "veined",
    "brushed",
];

/// What people were told, in milliseconds.
#[derive(Default)]
struct Told {
    answered: Vec<f64>,
    refused: Vec<f64>,
    /// Everything else, in words.
    wrong: Vec<String>,
}

/// Starts a server on a port of its own, asks it, and prints tables. The people are one thread of the same process, so
/// what they need is taken from the server.
///
/// # Errors
/// A sentence when the server does not start.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = ServeSettings {
        metrics_listen: None,
        drain_seconds: 0,
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        site_root: arguments.site_root.clone(),
        demo: Demo::Auto,
        private: false,
        model: None,
        access: Default::default(),
        limits: LimitSettings::none(),
        library: LibrarySettings {
            // Answers from memory would measure the memory.
            cached_answers: 0,
            ..arguments.library.clone()
        },
    };
    let photos = search::example_photos(PHOTOS, 1280, 960).context("no photo was rendered")?;
    println!(
        "Photos of {} KB on average.",
        photos.iter().map(Bytes::len).sum::<usize>() / PHOTOS / 1000
    );
    let running = serve(settings).await?;
    let site = format!("http://{}", running.address);
    let counts = running.veneer().counts().await?;
    println!("{}; {}", machine(), running.veneer().engine());
    println!(
        "Library: {} materials, {} swatches. {} people for {} s each.\n",
        counts.materials, counts.swatches, arguments.users, arguments.seconds
    );
    let measured = measured(&arguments, &site, &photos).await;
    running.stop().await?;
    measured
}

async fn measured(arguments: &Arguments, site: &str, photos: &[Bytes]) -> anyhow::Result<()> {
    println!("| {:<44} |     p50 |     p95 |     p99 |", "milliseconds");
    println!("| {} | ------: | ------: | ------: |", "-".repeat(44));
    for with_photos in [false, true] {
        let what = if with_photos { "a photo" } else { "words" };
        let mut told = part(arguments, site, with_photos.then_some(photos)).await?;
        let seconds = arguments.seconds as f64;
        println!(
            "{}",
            row(format!("{what}: page of results"), &told.answered)
        );
        if !told.refused.is_empty() {
            println!(
                "{}",
                row(format!("{what}: told to come again (503)"), &told.refused)
            );
        }
        println!(
            "{what}: {} answered, {:.0} a second; {} told to come again; {} wrong",
            told.answered.len(),
            told.answered.len() as f64 / seconds,
            told.refused.len(),
            told.wrong.len()
        );
        told.wrong.sort();
        told.wrong.dedup();
        for wrong in told.wrong.iter().take(5) {
            println!("  {wrong}");
        }
    }
    Ok(())
}

fn row(name: String, ms: &[f64]) -> String {
    let mut stage = Stage::new(name);
    ms.iter().for_each(|ms| stage.push(*ms));
    stage.row()
}

/// Everybody asks for as long as it lasts.
async fn part(arguments: &Arguments, site: &str, photos: Option<&[Bytes]>) -> anyhow::Result<Told> {
    // Made before the time runs, and once: it reads every certificate the system trusts.
    let client = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let (users, site) = (arguments.users as usize, site.to_owned());
    let photos = photos.map(<[Bytes]>::to_vec);
    let until = Instant::now() + Duration::from_secs(arguments.seconds);
    let (tell, told) = oneshot::channel();
    // On a thread of their own: among the tasks of the server they would wait for those, and so be slow to notice that
    // they were answered.
    std::thread::Builder::new()
        .name("people".to_owned())
        .spawn(move || {
            let people = || {
                let runtime = Builder::new_current_thread().enable_all().build()?;
                let person = |who| person(&client, &site, photos.as_deref(), who, until);
                Ok::<_, std::io::Error>(runtime.block_on(join_all((0..users).map(person))))
            };
            // Nobody listens any more where the bench was ended.
            let _ = tell.send(people());
        })?;
    let mut all = Told::default();
    for told in told.await?? {
        all.answered.extend(told.answered);
        all.refused.extend(told.refused);
        all.wrong.extend(told.wrong);
    }
    Ok(all)
}

/// One person, for whom there is always a connection: as many as there are people stay open.
async fn person(
    client: &Client,
    site: &str,
    photos: Option<&[Bytes]>,
    who: usize,
    until: Instant,
) -> Told {
    let mut told = Told::default();
    let mut turn = who;
    while Instant::now() < until {
        turn += 1;
        let since = Instant::now();
        let answer = match photos {
            None => words(client, site, turn).await,
            Some(photos) => photo(client, site, &photos[turn % photos.len()]).await,
        };
        let ms = since.elapsed().as_secs_f64() * 1000.0;
        match answer {
            Ok(Answer::Page) => told.answered.push(ms),
            Ok(Answer::Later(wait)) => {
                told.refused.push(ms);
                tokio::time::sleep(wait).await;
            }
            Err(error) => told.wrong.push(format!("{error:#}")),
        }
    }
    told
}

enum Answer {
    /// A page of results came.
    Page,
    /// Too many ask; when to come again.
    Later(Duration),
}

async fn words(client: &Client, site: &str, turn: usize) -> anyhow::Result<Answer> {
    let (kind, as_it_is) = (KINDS[turn % 8], TRAITS[turn / 8 % 8]);
    page(client, &format!("{site}/library?q={as_it_is}+{kind}")).await
}

async fn photo(client: &Client, site: &str, photo: &Bytes) -> anyhow::Result<Answer> {
    let part = multipart::Part::stream(photo.clone())
        .file_name("photo.jpg")
        .mime_str("image/jpeg")?;
    let response = client
        .post(format!("{site}/search"))
        .multipart(multipart::Form::new().part("photo", part))
        .send()
        .await?;
    if let Some(later) = later(&response)? {
        return Ok(later);
    }
    ensure!(
        response.status() == StatusCode::SEE_OTHER,
        "{} instead of a search",
        response.status()
    );
    let found = response
        .headers()
        .get(header::LOCATION)
        .and_then(|found| found.to_str().ok())
        .context("a search without an address")?;
    page(client, &format!("{site}{found}")).await
}

async fn page(client: &Client, address: &str) -> anyhow::Result<Answer> {
    // Browsers ask for compressed pages; packing them is part of the work.
    let response = client
        .get(address)
        .header(header::ACCEPT_ENCODING, "br")
        .send()
        .await?;
    if let Some(later) = later(&response)? {
        return Ok(later);
    }
    let status = response.status();
    let page = response.bytes().await?;
    ensure!(status == StatusCode::OK && !page.is_empty(), "{status}");
    Ok(Answer::Page)
}

/// Whether somebody is told to come again, and when.
fn later(response: &reqwest::Response) -> anyhow::Result<Option<Answer>> {
    if response.status() != StatusCode::SERVICE_UNAVAILABLE {
        return Ok(None);
    }
    let seconds = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|seconds| seconds.to_str().ok()?.parse().ok())
        .context("503 without a word on when to come again")?;
    Ok(Some(Answer::Later(Duration::from_secs(seconds))))
}
