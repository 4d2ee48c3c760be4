//! `veneer import`: one's own photos into the library.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use search::{Analysed, DryRun, ImportError, ImportRequest, Known, Reading, Report, Veneer};
use vision::Depth;

use crate::{audit, config::LibrarySettings, models, progress, serve};

/// Arguments of `veneer import`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder of the pictures, or a ZIP of it: a folder per category inside, unless a table is given or the ZIP
    /// holds one
    pub folder: PathBuf,

    /// A table (CSV or XLSX) with a row per picture, or library.json of an export; columns such as image, key, name,
    /// maker, category, finish, texture, pattern, application, size, price, fire, slip, description. A row with a
    /// key and no image changes what is there; with "delete" in a column action it takes it away
    #[arg(long = "table", alias = "csv")]
    pub csv: Option<PathBuf>,

    /// What a column of the table means, for those that are guessed wrong; nothing behind the sign leaves it out
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = mapped)]
    pub mapping: Vec<(String, String)>,

    /// Read the columns as was kept under this name
    #[arg(long)]
    pub profile: Option<String>,

    /// Keep how the columns are read under this name
    #[arg(long, value_name = "NAME")]
    pub save_profile: Option<String>,

    /// Only say what would be done: how many, which are known, what rows lack, what it would cost and how long it
    /// would take
    #[arg(long)]
    pub dry_run: bool,

    /// Write what did not come in to this file, as a table that can be corrected and imported again
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Leave the work to a server or a `veneer worker`
    #[arg(long, conflicts_with_all = ["dry_run", "report"])]
    pub later: bool,

    /// Have vision models describe new materials that lack properties: basic, detailed or comprehensive. What
    /// the table says always wins; what is likely is kept as an estimate
    #[arg(long, value_name = "DEPTH", value_parser = crate::config::depth)]
    pub analyse: Option<Depth>,

    /// Where the library lives
    #[command(flatten)]
    pub library: LibrarySettings,
}

impl Arguments {
    /// A plain import of a folder, with a table or without.
    pub fn of(folder: PathBuf, csv: Option<PathBuf>, library: LibrarySettings) -> Self {
        Self {
            folder,
            csv,
            mapping: Vec::new(),
            profile: None,
            save_profile: None,
            dry_run: false,
            report: None,
            later: false,
            analyse: None,
            library,
        }
    }
}

fn mapped(text: &str) -> Result<(String, String), String> {
    let (column, field) = text
        .rsplit_once('=')
        .ok_or("it should look like COLUMN=FIELD")?;
    Ok((column.trim().to_owned(), field.trim().to_owned()))
}

/// Imports and says what came of it.
///
/// # Errors
/// A sentence when nothing can be read, or the library does not answer.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let veneer = Veneer::open(arguments.library.for_search()?).await?;
    let veneer = veneer.acting_as(&audit::at_the_command_line());
    let closed = veneer.clone();
    let done = import(&veneer, arguments).await;
    drop(veneer);
    closed.close().await;
    done
}

async fn import(veneer: &Veneer, arguments: Arguments) -> anyhow::Result<()> {
    models::renew(veneer).await?;
    let request = ImportRequest {
        folder: arguments.folder,
        csv: arguments.csv,
        analyse: arguments.analyse,
    };
    let reading = Reading {
        mapping: arguments.mapping.into_iter().collect(),
        profile: arguments.profile,
        save_as: arguments.save_profile,
    };
    if arguments.dry_run {
        let dry = progress::with_bar(|bar| veneer.plan_import(&request, &reading, bar)).await?;
        print!("{}", planned(&dry));
        return Ok(());
    }
    if arguments.later {
        let job = veneer.enqueue_import(&request, &reading).await?;
        println!("Job {job} waits for a server or a `veneer worker`.");
        return Ok(());
    }
    let stop = serve::stop_asked()?;
    let done = progress::with_bar(|bar| veneer.import_as(&request, &reading, stop, bar)).await;
    let (job, report) = match done {
        Err(ImportError::Stopped(job)) => {
            println!(
                "Stopped. Job {job} keeps what is done; a server or `veneer worker` does the rest."
            );
            return Ok(());
        }
        done => done?,
    };
    print!("{}", told(&report));
    if let Some(file) = arguments.report
        && let Some(table) = veneer.import_report(job).await?
    {
        std::fs::write(&file, table)
            .with_context(|| format!("{} cannot be written", file.display()))?;
        println!("What did not come in is in {}.", file.display());
    }
    Ok(())
}

/// How many rows are named before it says how many more there are.
const SHOWN: usize = 20;

/// A dry run as text.
fn planned(dry: &DryRun) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    // Writing to a string does not fail.
    if !dry.columns.is_empty() {
        let _ = writeln!(out, "Columns (correct them with --map COLUMN=FIELD):");
    }
    for one in &dry.columns {
        let how = match one.known {
            Known::Told => "as you said",
            Known::Header => "by its name",
            Known::Values => "by its values",
            Known::No => "left out",
        };
        let field = one.field.as_deref().unwrap_or("-");
        let samples = one.samples.join(" | ");
        let _ = writeln!(out, "  {} = {field} ({how}): {samples}", one.column);
    }
    let _ = writeln!(
        out,
        "{} materials with {} pictures, of which the library has {}; {} edits, {} deletions",
        dry.materials, dry.pictures, dry.known, dry.edits, dry.deletions
    );
    if dry.addresses > 0 {
        let _ = writeln!(
            out,
            "{} pictures lie behind addresses and were not opened",
            dry.addresses
        );
    }
    let minutes = (dry.seconds / 60.0).ceil();
    let _ = writeln!(out, "It would take about {minutes} min.");
    if dry.to_describe > 0 {
        let _ = writeln!(
            out,
            "{} materials would be described, for {:.2} US dollars at most",
            dry.to_describe,
            dry.micro_usd as f64 / 1e6
        );
    }
    let lacking = dry
        .lacking
        .iter()
        .map(|l| format!("row {} ({}): {}", l.line, l.key, l.fields.join(", ")));
    listed(&mut out, "Nothing is said of", lacking.collect());
    let problems = dry.problems.iter().filter(|p| !p.problem.is_empty());
    let problems = problems.map(|p| format!("row {} ({}): {}", p.line, p.name, p.problem));
    listed(
        &mut out,
        "Would not come in as it stands",
        problems.collect(),
    );
    out
}

fn listed(out: &mut String, heading: &str, lines: Vec<String>) {
    use std::fmt::Write;
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "{heading}:");
    for line in lines.iter().take(SHOWN) {
        let _ = writeln!(out, "  {line}");
    }
    if lines.len() > SHOWN {
        let _ = writeln!(out, "  and {} more", lines.len() - SHOWN);
    }
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
    if report.deleted > 0 {
        let _ = writeln!(out, "{} deleted", report.deleted);
    }
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
    fn a_column_is_mapped_by_the_last_sign() {
        assert_eq!(
            mapped("Preis = EUR=price"),
            Ok(("Preis = EUR".into(), "price".into()))
        );
        assert_eq!(mapped("Bild="), Ok(("Bild".into(), String::new())));
        assert!(mapped("Bild").is_err());
    }

    #[test]
    fn a_dry_run_says_what_there_is_and_what_is_wrong() {
        let dry = DryRun {
            columns: vec![search::ColumnUse {
                column: "Foto".into(),
                field: Some("image".into()),
                known: Known::Values,
                samples: vec!["a.jpg".into(), "b.jpg".into()],
            }],
            materials: 30,
            pictures: 40,
            known: 7,
            seconds: 61.0,
            lacking: (0..25)
                .map(|line| search::Lacking {
                    line,
                    key: "K".into(),
                    fields: vec!["price", "size"],
                })
                .collect(),
            ..DryRun::default()
        };
        let text = planned(&dry);
        for part in [
            "Foto = image (by its values): a.jpg | b.jpg\n",
            "30 materials with 40 pictures, of which the library has 7; 0 edits, 0 deletions\n",
            "about 2 min",
            "row 0 (K): price, size\n",
            "and 5 more\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

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
