//! `veneer bench`: where the time of a search goes, measured on this machine.

use std::{path::PathBuf, sync::Arc, time::Instant};

use anyhow::{Context, bail};
use bytes::Bytes;
use clap::{Args, Subcommand};
use material::{SearchText, View};
use search::{Question, Veneer};
use vision::Embed;

use crate::{
    bench_import, bench_load, bench_scale, bench_seed,
    config::{Demo, LibrarySettings, LimitSettings, ServeSettings},
    models, progress,
};

/// Arguments of `veneer bench`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    stages: Stages,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Fill a library with made-up materials, relatives of the demo library, and index it
    Seed(Box<bench_seed::Arguments>),
    /// Measure searches of a large library: times, recall, rows under filters, many at once
    Scale(Box<bench_scale::Arguments>),
    /// Measure how fast photos come in, what memory it takes, and what searches notice of it
    Import(Box<bench_import::Arguments>),
    /// Measure many people at once over HTTP, with words and with photos
    Load(Box<bench_load::Arguments>),
}

/// What is measured, and on what.
#[derive(Debug, Args)]
struct Stages {
    /// Photos to search with (default: rendered ones, 1280 × 960)
    #[arg(long)]
    photos: Option<PathBuf>,

    /// Searches of each kind
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(5..=10_000))]
    rounds: u32,

    /// Folder of the built site, to measure whole pages
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    site_root: PathBuf,

    /// Where the library lives; an empty one is filled with the demo library first
    #[command(flatten)]
    library: LibrarySettings,
}

/// Milliseconds of one stage, sorted on demand.
pub(crate) struct Stage {
    pub name: String,

    ms: Vec<f64>,
}

impl Stage {
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ms: Vec::new(),
        }
    }

    pub fn add(&mut self, since: Instant) {
        self.push(since.elapsed().as_secs_f64() * 1000.0);
    }

    pub fn push(&mut self, ms: f64) {
        self.ms.push(ms);
    }

    pub fn len(&self) -> usize {
        self.ms.len()
    }

    fn is_empty(&self) -> bool {
        self.ms.is_empty()
    }

    fn add_us(&mut self, us: u64) {
        self.push(us as f64 / 1000.0);
    }

    /// The time that a share `q` of them did not exceed; not a number where there are none.
    pub fn at(&mut self, q: f64) -> f64 {
        self.ms.sort_by(f64::total_cmp);
        let index = ((self.ms.len() as f64 - 1.0) * q).round() as usize;
        self.ms.get(index).copied().unwrap_or(f64::NAN)
    }

    pub fn row(&mut self) -> String {
        let (p50, p95, p99) = (self.at(0.50), self.at(0.95), self.at(0.99));
        format!(
            "| {:<44} | {p50:>7.1} | {p95:>7.1} | {p99:>7.1} |",
            self.name
        )
    }
}

/// Does what was asked; measures the stages of a search when nothing else was.
///
/// # Errors
/// A sentence when the library does not open or a photo cannot be read.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.what {
        Some(What::Import(import)) => bench_import::run(*import).await,
        Some(What::Load(load)) => bench_load::run(*load).await,
        Some(What::Seed(seed)) => bench_seed::run(*seed).await,
        Some(What::Scale(scale)) => bench_scale::run(*scale).await,
        None => stages(arguments.stages).await,
    }
}

/// Measures and prints a table.
///
/// # Errors
/// A sentence when the library does not open or a photo cannot be read.
async fn stages(arguments: Stages) -> anyhow::Result<()> {
    let photos = photos(arguments.photos.as_deref())?;
    let settings = ServeSettings {
        metrics_listen: None,
        drain_seconds: 0,
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        site_root: arguments.site_root.clone(),
        demo: Demo::Off,
        model: None,
        private: false,
        access: Default::default(),
        limits: LimitSettings::none(),
        library: LibrarySettings {
            // Answers from memory would measure the memory.
            cached_answers: 0,
            ..arguments.library.clone()
        },
    };
    let veneer = Veneer::open(settings.library.for_search()?).await?;
    models::renew(&veneer).await?;
    if veneer.wants_demo().await? {
        progress::with_bar(|bar| veneer.fill_demo(bar)).await?;
    }
    let counts = veneer.counts().await?;
    let model = InUse::open(&veneer, &settings)?;
    let mut decode = Stage::new("decode a 1280 px photo");
    let mut look = Stage::new("look descriptor of it");
    let mut palette = Stage::new("palette and surface of it");
    let mut vector = Stage::new(format!("vector of it by {}", model.name));
    let mut ask = Stage::new("photo → search saved (all of the above, vote)");
    let mut answer = Stage::new("results of it (legs, fusion, reasons)");
    let mut first = Stage::new("photo → first results");
    let mut words = Stage::new("words → results");
    let mut words_fetched = Stage::new("  of that: candidates and their rows");
    let mut words_ranked = Stage::new("  of that: scores, reasons");
    let mut filtered = Stage::new("photo results with two filters");

    for round in 0..arguments.rounds as usize + 3 {
        let photo = &photos[round % photos.len()];
        // The first rounds warm caches and are not counted.
        let warm = round < 3;
        let limits = photo::Limits::default();
        let since = Instant::now();
        let pixels = photo::decode(photo, &limits)?;
        if !warm {
            decode.add(since);
        }
        let since = Instant::now();
        std::hint::black_box(photo::look::describe(&pixels));
        if !warm {
            look.add(since);
        }
        let since = Instant::now();
        std::hint::black_box((photo::palette(&pixels), photo::surface(&pixels)));
        if !warm {
            palette.add(since);
        }
        if let Some(embedder) = &model.embedder {
            let pictures = vec![Arc::new(pixels)];
            let since = Instant::now();
            embedder.embed(pictures).await?;
            if !warm {
                vector.add(since);
            }
        }
        let since = Instant::now();
        let id = veneer
            .ask(Question::Photo {
                bytes: photo.clone(),
                crop: None,
                width: None,
            })
            .await?;
        if !warm {
            ask.add(since);
        }
        let begun = Instant::now();
        veneer.results(&id, &View::default()).await?;
        if !warm {
            answer.add(begun);
            first.add(since);
        }
        let view = View {
            text: Some(SearchText::parse(
                [
                    "light oak floor",
                    "veined marble",
                    "green velvet",
                    "matt concrete",
                ][round % 4],
            )?),
            ..View::default()
        };
        let since = Instant::now();
        let timing = veneer.library(&view).await?.timing;
        if !warm {
            words.add(since);
            words_fetched.add_us(timing.candidates_us);
            words_ranked.add_us(timing.rank_us);
        }
        let view =
            View::parse("category=stone&category=wood&finish=matt&finish=honed&finish=oiled")?;
        let since = Instant::now();
        veneer.results(&id, &view).await?;
        if !warm {
            filtered.add(since);
        }
    }
    let engine = veneer.engine();
    veneer.close().await;
    let mut page = pages(settings, &photos, arguments.rounds).await?;

    println!("{}; {engine}", machine());
    println!("Model in use: {}", model.name);
    println!(
        "Library: {} materials, {} swatches. {} rounds, milliseconds.\n",
        counts.materials, counts.swatches, arguments.rounds
    );
    println!(
        "| {:<44} | {:>7} | {:>7} | {:>7} |",
        "stage", "p50", "p95", "p99"
    );
    println!("| {} | ------: | ------: | ------: |", "-".repeat(44));
    for stage in [
        &mut decode,
        &mut look,
        &mut palette,
        &mut vector,
        &mut ask,
        &mut answer,
        &mut first,
        &mut filtered,
        &mut words,
        &mut words_fetched,
        &mut words_ranked,
        &mut page,
    ] {
        if !stage.is_empty() {
            println!("{}", stage.row());
        }
    }
    Ok(())
}

/// The model that searches are made with.
struct InUse {
    name: String,
    /// The model itself, to be measured alone: one on this machine that is not the built-in one.
    embedder: Option<Arc<dyn Embed>>,
}

impl InUse {
    fn open(veneer: &Veneer, settings: &ServeSettings) -> anyhow::Result<Self> {
        let name = veneer.model_in_use();
        let models = settings.library.for_search()?.models;
        let built_in = name.starts_with(photo::look::FAMILY);
        let here = !built_in && models.find(&name).is_ok_and(|(folder, _)| folder.is_dir());
        let embedder = here.then(|| models.open(&name)).transpose()?;
        Ok(Self { name, embedder })
    }
}

/// Whole result pages over HTTP, the search included.
async fn pages(settings: ServeSettings, photos: &[Bytes], rounds: u32) -> anyhow::Result<Stage> {
    let mut stage = Stage::new("result page over HTTP (search and rendering)");
    let veneer = Veneer::open(settings.library.for_search()?).await?;
    let id = veneer
        .ask(Question::Photo {
            bytes: photos[0].clone(),
            crop: None,
            width: None,
        })
        .await?;
    let app = crate::router(&settings, veneer.clone(), "http://127.0.0.1".to_owned())?;
    for round in 0..rounds + 3 {
        let request = http::Request::get(format!("/s/{id}")).body(axum::body::Body::empty())?;
        let since = Instant::now();
        let response = tower::ServiceExt::oneshot(app.clone(), request).await?;
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), 16 << 20).await?;
        if round >= 3 {
            stage.add(since);
        }
        if !status.is_success() || body.is_empty() {
            bail!("the result page answered {status}");
        }
    }
    veneer.close().await;
    Ok(stage)
}

/// The photos of a folder, or rendered ones as a phone's browser would send them.
fn photos(folder: Option<&std::path::Path>) -> anyhow::Result<Vec<Bytes>> {
    let Some(folder) = folder else {
        return rendered();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|e| e == "jpg" || e == "png" || e == "webp")
        })
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("there are no photos in {}", folder.display());
    }
    files
        .iter()
        .take(40)
        .map(|path| Ok(Bytes::from(std::fs::read(path)?)))
        .collect()
}

fn rendered() -> anyhow::Result<Vec<Bytes>> {
    search::example_photos(12, 1280, 960).context("the example photos could not be rendered")
}

/// The processor and how many of its cores are used.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let name = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            text.lines().find_map(|line| {
                Some(
                    line.strip_prefix("model name")?
                        .split(':')
                        .nth(1)?
                        .trim()
                        .to_owned(),
                )
            })
        })
        .unwrap_or_else(|| "unknown processor".to_owned());
    format!("{cores} cores, {name}")
}
