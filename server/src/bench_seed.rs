//! `veneer bench seed`: a library of any size to measure on.

use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use search::Veneer;

use crate::{config::LibrarySettings, progress};

/// Arguments of `veneer bench seed`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Made-up materials the library should have, with two pictures each on average
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    materials: u32,

    /// Another number makes other materials
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Fills and indexes.
///
/// # Errors
/// A sentence when the library does not open or does not answer.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let veneer = Veneer::open(arguments.library.for_search()?).await?;
    let done = fill(&veneer, &arguments).await;
    veneer.close().await;
    done
}

async fn fill(veneer: &Veneer, arguments: &Arguments) -> anyhow::Result<()> {
    let since = Instant::now();
    let added =
        progress::with_bar(|bar| veneer.fill_made_up(arguments.materials, arguments.seed, bar))
            .await?;
    let counts = veneer.counts().await?;
    println!(
        "{added} made-up materials were added in {:.0} s. The library has {} materials and {} swatches.",
        since.elapsed().as_secs_f32(),
        counts.materials,
        counts.swatches
    );
    let since = Instant::now();
    let built = index(veneer).await?;
    println!(
        "{built} indexes were built in {:.0} s.",
        since.elapsed().as_secs_f32()
    );
    Ok(())
}

/// Builds what indexes are wanting, with a bar.
async fn index(veneer: &Veneer) -> anyhow::Result<u32> {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} · {eta} left · {msg}") {
        bar.set_style(style);
    }
    let shown = bar.clone();
    let built = veneer
        .build_indexes(&move |at| {
            shown.set_length(at.all);
            shown.set_position(at.done);
            shown.set_message(at.of);
        })
        .await;
    bar.finish_and_clear();
    Ok(built?)
}
