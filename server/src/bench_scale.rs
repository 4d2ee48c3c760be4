//! `veneer bench scale`: what searches of a large library cost, whether they find what is nearest, and how
//! many fit into a second.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use clap::Args;
use material::{FacetCounts, Filters, PAGE_SIZE, SearchText, Token, View, Word};
use search::{Question, Veneer};
use serde_json::{Value, json};

use crate::{
    bench::{Stage, machine},
    config::LibrarySettings,
};

/// Arguments of `veneer bench scale`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Searches of each kind
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(5..=100_000))]
    rounds: u32,

    /// Searches a second of the last part; 0 leaves it out
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    rate: u32,

    /// Seconds of it
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,

    /// Search with swatches of the library instead of photos, where another version of Veneer filled it
    #[arg(long)]
    swatches: bool,

    /// Also write the figures here, as JSON
    #[arg(long)]
    json: Option<PathBuf>,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Photos that are searched with.
const PHOTOS: usize = 60;
/// Shares of the library that filters are looked for which let through about as much.
const SHARES: [f64; 5] = [0.5, 0.1, 0.01, 0.001, 0.0001];
/// Candidates by look of which recall is measured, and the nearest that should be among them.
const DEPTH: u32 = 250;
const NEAREST: u32 = 10;
const WORDS: [&str; 6] = [
    "light oak floor",
    "veined marble",
    "green velvet",
    "matt concrete",
    "blue glazed tile",
    "brushed metal",
];

/// A kind of search.
struct Case {
    name: String,
    views: Vec<View>,
    photo: bool,
    /// Materials that pass its filters, where it has some.
    passes: Option<u32>,
}

/// Measures and prints tables.
///
/// # Errors
/// A sentence when the library does not open or does not answer, or when a search loses rows.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let settings = LibrarySettings {
        // Answers from memory would measure the memory.
        cached_answers: 0,
        ..arguments.library.clone()
    };
    let veneer = Veneer::open(settings.for_search()?).await?;
    let done = measure(&veneer, &arguments).await;
    veneer.close().await;
    let figures = done?;
    if let Some(file) = &arguments.json {
        std::fs::write(file, serde_json::to_string_pretty(&figures)?)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

async fn measure(veneer: &Veneer, arguments: &Arguments) -> anyhow::Result<Value> {
    let since = Instant::now();
    let counts = veneer.counts().await?;
    let loading = since.elapsed();
    let warming = Instant::now();
    veneer.warm().await?;
    println!("{}; {}", machine(), veneer.engine());
    println!(
        "Library: {} materials, {} swatches. Filters loaded in {:.2} s, index warmed in {:.2} s.\n",
        counts.materials,
        counts.swatches,
        loading.as_secs_f32(),
        warming.elapsed().as_secs_f32()
    );
    println!(
        "| {:<44} |     p50 |     p95 |     p99 |",
        "search, milliseconds"
    );
    println!("| {} | ------: | ------: | ------: |", "-".repeat(44));
    let (photos, mut asking) = ask(veneer, arguments.swatches).await?;
    let cases = cases(veneer).await?;
    let mut out = vec![stage(&mut asking)];
    let mut parts = [
        Stage::new("of it: counting"),
        Stage::new("of it: candidates, their data"),
        Stage::new("of it: scores, order, reasons"),
    ];
    for case in &cases {
        out.push(one(veneer, case, &photos, arguments.rounds, &mut parts).await?);
    }
    println!("\nOf all of these together:");
    for part in &mut parts {
        println!("{}", part.row());
    }
    let parts: Vec<Value> = parts.iter_mut().map(stage).collect();
    let recall = recall(veneer, &cases, &photos).await?;
    let many = match arguments.rate {
        0 => Value::Null,
        rate => many(veneer, &cases, &photos, rate, arguments.seconds).await?,
    };
    Ok(json!({
        "machine": machine(),
        "engine": veneer.engine(),
        "materials": counts.materials,
        "swatches": counts.swatches,
        "searches": photos.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "cases": out,
        "parts": parts,
        "recall": recall,
        "many": many,
        "peak_mb": peak_mb(),
    }))
}

fn stage(stage: &mut Stage) -> Value {
    json!({
        "name": stage.name,
        "p50": stage.at(0.50),
        "p95": stage.at(0.95),
        "p99": stage.at(0.99),
    })
}

/// Photos or swatches as searches, and how long asking took.
async fn ask(veneer: &Veneer, swatches: bool) -> anyhow::Result<(Vec<Token>, Stage)> {
    let questions = match swatches {
        true => from_library(veneer).await?,
        false => search::example_photos(PHOTOS, 1280, 960)
            .context("the example photos could not be rendered")?
            .into_iter()
            .map(|bytes| Question::Photo {
                bytes,
                crop: None,
                width: None,
            })
            .collect(),
    };
    let mut stage = Stage::new(match swatches {
        true => "swatch → search saved",
        false => "photo → search saved (decode, measure, vote)",
    });
    let mut tokens = Vec::new();
    for question in questions {
        let since = Instant::now();
        tokens.push(veneer.ask(question).await?);
        stage.add(since);
    }
    println!("{}", stage.row());
    Ok((tokens, stage))
}

/// Swatches from all over the library.
async fn from_library(veneer: &Veneer) -> anyhow::Result<Vec<Question>> {
    let pages = veneer.library(&View::default()).await?.pages();
    let mut out = Vec::new();
    for number in 0..PHOTOS as u32 {
        let page = u64::from(number) * u64::from(pages) / PHOTOS as u64;
        let view = View {
            page: (page as u32).min(View::MAX_PAGE),
            ..View::default()
        };
        let results = veneer.library(&view).await?;
        let swatch = results
            .hits
            .first()
            .and_then(|hit| hit.material.swatches.first());
        out.extend(swatch.map(|swatch| Question::Swatch(swatch.id.clone())));
    }
    Ok(out)
}

async fn cases(veneer: &Veneer) -> anyhow::Result<Vec<Case>> {
    let words: Vec<View> = WORDS
        .iter()
        .map(|words| {
            Ok(View {
                text: Some(SearchText::parse(words)?),
                ..View::default()
            })
        })
        .collect::<Result<_, material::ParseError>>()?;
    let mut cases = vec![
        Case {
            name: "photo".to_owned(),
            views: vec![View::default()],
            photo: true,
            passes: None,
        },
        Case {
            name: "photo and words".to_owned(),
            views: words.clone(),
            photo: true,
            passes: None,
        },
        Case {
            name: "words alone".to_owned(),
            views: words,
            photo: false,
            passes: None,
        },
    ];
    for share in SHARES {
        let (filters, passes) = filter(veneer, share).await?;
        cases.push(Case {
            name: format!("photo, filters let {} through", shown(share)),
            views: vec![View {
                filters,
                ..View::default()
            }],
            photo: true,
            passes: Some(passes),
        });
    }
    Ok(cases)
}

fn shown(share: f64) -> String {
    format!("{} %", share * 100.0)
}

/// Filters that let about such a share through: one value, or two of different facets.
async fn filter(veneer: &Veneer, share: f64) -> anyhow::Result<(Filters, u32)> {
    let everything = veneer.library(&View::default()).await?;
    let wanted = f64::from(everything.library) * share;
    let mut filters = Filters::default();
    let mut passes = everything.total;
    let mut facets = everything.facets;
    // A value narrows at most so far; the next takes the rest.
    for _ in 0..4 {
        let Some((next, count)) = nearest(&facets, &filters, wanted) else {
            break;
        };
        let gap = |count: u32| (f64::from(count.max(1)) / wanted).ln().abs();
        if gap(count) >= gap(passes) {
            break;
        }
        (filters, passes) = (next, count);
        if gap(passes) < 0.2 {
            break;
        }
        let view = View {
            filters: filters.clone(),
            ..View::default()
        };
        facets = veneer.library(&view).await?.facets;
    }
    Ok((filters, passes))
}

/// The value whose count is nearest to what is wanted, not below half of it.
fn nearest(facets: &[FacetCounts], filters: &Filters, wanted: f64) -> Option<(Filters, u32)> {
    let mut best: Option<(Filters, u32)> = None;
    for counts in facets {
        if !filters.chosen(counts.facet).is_empty() {
            continue;
        }
        for value in &counts.values {
            let ratio = f64::from(value.count) / wanted;
            let nearer = best.as_ref().is_none_or(|(_, count)| value.count < *count);
            if ratio >= 0.7 && nearer {
                let mut next = filters.clone();
                if next.add(counts.facet, value.choice.clone()).is_ok() {
                    best = Some((next, value.count));
                }
            }
        }
    }
    best
}

async fn one(
    veneer: &Veneer,
    case: &Case,
    photos: &[Token],
    rounds: u32,
    parts: &mut [Stage; 3],
) -> anyhow::Result<Value> {
    let name = match case.passes {
        Some(passes) => format!("{} ({passes})", case.name),
        None => case.name.clone(),
    };
    let mut times = Stage::new(name);
    let mut by_index = 0;
    for round in 0..rounds as usize + 3 {
        let since = Instant::now();
        let results = search(veneer, case, photos, round).await?;
        // The first rounds warm caches and are not counted.
        if round < 3 {
            continue;
        }
        times.add(since);
        by_index += u32::from(results.timing.path == "index");
        let ms = |micros: u64| micros as f64 / 1000.0;
        let timing = &results.timing;
        for (part, micros) in
            parts
                .iter_mut()
                .zip([timing.count_us, timing.candidates_us, timing.rank_us])
        {
            part.push(ms(micros));
        }
        let due = results.total.min(PAGE_SIZE);
        if results.hits.len() != due as usize {
            bail!(
                "“{}” lost rows: {} of {due} came",
                times.name,
                results.hits.len()
            );
        }
        if case.passes.is_some_and(|passes| passes != results.total) {
            bail!(
                "“{}” counts {} materials in another way",
                times.name,
                results.total
            );
        }
    }
    println!("{}", times.row());
    let mut figures = stage(&mut times);
    figures["passes"] = json!(case.passes);
    figures["by_index"] = json!(f64::from(by_index) / f64::from(rounds));
    Ok(figures)
}

async fn search(
    veneer: &Veneer,
    case: &Case,
    photos: &[Token],
    round: usize,
) -> anyhow::Result<material::Results> {
    let view = &case.views[round % case.views.len()];
    Ok(match case.photo {
        true => veneer.results(&photos[round % photos.len()], view).await?,
        false => veneer.library(view).await?,
    })
}

/// Whether the nearest are found, and how fast, of as many candidates as a search takes and of few.
async fn recall(veneer: &Veneer, cases: &[Case], photos: &[Token]) -> anyhow::Result<Vec<Value>> {
    println!(
        "\n| the {NEAREST} nearest in look | candidates | found by | rows | recall | p50 ms | p95 ms |"
    );
    println!("| --- | ---: | --- | ---: | ---: | ---: | ---: |");
    let mut out = Vec::new();
    for case in cases.iter().filter(|c| c.photo && c.views.len() == 1) {
        let view = &case.views[0];
        for depth in [DEPTH, NEAREST] {
            let (mut sum, mut least, mut path) = (0.0, u32::MAX, "");
            let mut times = Stage::new(case.name.clone());
            for photo in photos {
                let one = veneer.look_recall(photo, view, depth, NEAREST).await?;
                times.push(one.took.as_secs_f64() * 1000.0);
                sum += one.share;
                least = least.min(one.found);
                path = one.path;
            }
            let mean = sum / photos.len().max(1) as f32;
            let due = case.passes.map_or(depth, |passes| passes.min(depth));
            println!(
                "| {} | {depth} | {path} | {least} of {due} | {mean:.4} | {:.1} | {:.1} |",
                case.name,
                times.at(0.50),
                times.at(0.95)
            );
            if least < due {
                bail!("“{}” lost rows", case.name);
            }
            out.push(json!({
                "name": case.name,
                "filters": view.filters.iter().map(|(facet, choice)| (facet.as_str(), choice.as_str())).collect::<Vec<_>>(),
                "passes": case.passes,
                "candidates": depth,
                "path": path,
                "rows": least,
                "recall": mean,
                "p50": times.at(0.50),
                "p95": times.at(0.95),
            }));
        }
    }
    Ok(out)
}

/// Searches that come at a fixed rate, whether those before are answered or not.
async fn many(
    veneer: &Veneer,
    cases: &[Case],
    photos: &[Token],
    rate: u32,
    seconds: u64,
) -> anyhow::Result<Value> {
    let all = u64::from(rate) * seconds;
    let failed = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut running = tokio::task::JoinSet::new();
    let cases: Arc<[Case]> = cases
        .iter()
        .map(|case| Case {
            name: case.name.clone(),
            views: case.views.clone(),
            photo: case.photo,
            passes: case.passes,
        })
        .collect();
    let photos: Arc<[Token]> = photos.into();
    for number in 0..all {
        let due = began + Duration::from_secs_f64(number as f64 / f64::from(rate));
        tokio::time::sleep_until(due.into()).await;
        let (veneer, cases, photos) = (veneer.clone(), Arc::clone(&cases), Arc::clone(&photos));
        let failed = Arc::clone(&failed);
        running.spawn(async move {
            let place = number as usize;
            // Every kind as often as any other, with every photo.
            let case = &cases[place % cases.len()];
            if search(&veneer, case, &photos, place / cases.len())
                .await
                .is_err()
            {
                failed.fetch_add(1, Ordering::Relaxed);
            }
            due.elapsed().as_secs_f64() * 1000.0
        });
    }
    let mut times = Stage::new(format!("{rate} searches a second for {seconds} s"));
    while let Some(done) = running.join_next().await {
        times.push(done?);
    }
    let took = began.elapsed().as_secs_f64();
    let failed = failed.load(Ordering::Relaxed);
    println!("\n{}", times.row());
    println!(
        "{all} searches of all kinds in turns were answered in {took:.1} s: {:.0} a second, {failed} failed. Veneer took {:.0} MB at most.",
        all as f64 / took,
        peak_mb()
    );
    let mut figures = stage(&mut times);
    figures["rate"] = json!(rate);
    figures["answered_a_second"] = json!(all as f64 / took);
    figures["failed"] = json!(failed);
    Ok(figures)
}

/// The most memory this process has used, in megabytes; 0 where the system does not say.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .split_whitespace()
                .next()?
                .parse::<f64>()
                .ok()
        })
        .map_or(0.0, |kilobytes| kilobytes / 1024.0)
}
