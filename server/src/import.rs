//! `veneer import`: one's own photos into the library.

use std::path::PathBuf;

use clap::Args;
use search::{ImportRequest, Report, Veneer};

use crate::{config::LibrarySettings, models, progress};

/// Arguments of `veneer import`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of the pictures: a folder per category inside, unless a table is given
    pub folder: PathBuf,

    /// A table with a row per picture; columns such as image, key, name, maker, category, finish,
    /// texture, pattern, application, size, price, fire, slip, description
    #[arg(long)]
    pub csv: Option<PathBuf>,

    /// Where the library lives
    #[command(flatten)]
    pub library: LibrarySettings,
}

/// Imports and says what came of it.
///
/// # Errors
/// A sentence when nothing can be read, or the library does not answer.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let veneer = Veneer::open(arguments.library.for_search()?).await?;
    models::renew(&veneer).await?;
    let request = ImportRequest {
        folder: arguments.folder,
        csv: arguments.csv,
    };
    let done = progress::with_bar(|bar| veneer.import(request, bar)).await;
    let closed = veneer.clone();
    let done = done.map(|report| print!("{}", told(&report)));
    drop(veneer);
    closed.close().await;
    Ok(done?)
}

/// The report as text.
fn told(report: &Report) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{} new, {} changed, {} unchanged, {} skipped",
        report.created,
        report.changed,
        report.unchanged,
        report.skipped.len()
    );
    for (heading, list) in [
        ("Skipped", &report.skipped),
        ("Passed over", &report.remarks),
    ] {
        if !list.is_empty() {
            let _ = writeln!(out, "{heading}:");
        }
        for entry in list {
            let _ = writeln!(out, "  {}: {}", entry.name, entry.reason);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use search::Skipped;

    #[test]
    fn the_report_names_every_file_it_passed_over() {
        let report = Report {
            created: 2,
            skipped: vec![Skipped {
                name: "a.txt".into(),
                reason: "That file is not an image.".into(),
            }],
            ..Report::default()
        };
        let text = told(&report);
        assert!(text.starts_with("2 new, 0 changed, 0 unchanged, 1 skipped\n"));
        assert!(text.contains("  a.txt: That file is not an image."));
    }
}
