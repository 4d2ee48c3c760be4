//! `veneer import`: one's own photos into the library.

use std::path::PathBuf;

use clap::Args;
use search::{Analysed, ImportRequest, Report, Veneer};
use vision::Depth;

use crate::{audit, config::LibrarySettings, models, progress};

/// Arguments of `veneer import`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of the pictures: a folder per category inside, unless a table is given
    pub folder: PathBuf,

    /// A table with a row per picture; columns such as image, key, name, maker, category, finish,
    /// texture, pattern, application, size, price, fire, slip, description
    #[arg(long)]
    pub csv: Option<PathBuf>,

    /// Have vision models describe new materials that lack properties: basic, detailed or comprehensive. What
    /// the table says always wins; what is likely is kept as an estimate
    #[arg(long, value_name = "DEPTH", value_parser = crate::config::depth)]
    pub analyse: Option<Depth>,

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
        analyse: arguments.analyse,
    };
    let done = progress::with_bar(|bar| veneer.import(request, bar)).await;
    if let Ok(report) = &done {
        let told = told(report);
        audit::note(&veneer, "import", told.lines().next().unwrap_or_default()).await;
    }
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
    if let Some(analysed) = &report.analysed {
        tell(&mut out, analysed);
    }
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

/// Who described how many, how many stay without and why, and what it cost.
fn tell(out: &mut String, analysed: &Analysed) {
    use std::fmt::Write;
    let without: u32 = analysed.without.values().sum();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{} described for {:.4} US dollars, {without} not described",
        analysed.described(),
        analysed.micro_usd as f64 / 1e6
    );
    for (who, count) in &analysed.by {
        let _ = writeln!(out, "  by {who}: {count}");
    }
    for (why, count) in &analysed.without {
        let _ = writeln!(out, "  {count}: {why}");
    }
    if without > 0 {
        let _ = writeln!(out, "  The same import again asks about those alone.");
    }
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

    #[test]
    fn the_report_says_who_described_what_and_for_how_much() {
        let report = Report {
            analysed: Some(Analysed {
                by: [("together: llama".to_owned(), 3)].into(),
                without: [("The budget is used up.".to_owned(), 2)].into(),
                micro_usd: 2_500,
            }),
            ..Report::default()
        };
        let text = told(&report);
        for part in [
            "3 described for 0.0025 US dollars, 2 not described\n",
            "  by together: llama: 3\n",
            "  2: The budget is used up.\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
}
