//! `veneer migrate`, `veneer backup` and `veneer restore`: the tables up to date, the library in one file, and back.

use std::path::PathBuf;

use anyhow::Context;
use catalog::{BackupReport, Catalog};
use clap::Args;
use indicatif::ProgressBar;

use crate::{audit, config::LibrarySettings};

/// Arguments of `veneer migrate`.
#[derive(Debug, Args)]
pub struct MigrateArguments {
    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Brings the tables up to date before servers of a new version start: of several at once one does it, and the
/// others wait.
///
/// # Errors
/// A sentence about the library.
pub async fn migrate(arguments: MigrateArguments) -> anyhow::Result<()> {
    let catalog = Catalog::open(arguments.library.for_catalog()).await?;
    println!("The tables are up to date. {}.", catalog.engine());
    catalog.close().await;
    Ok(())
}

/// Arguments of `veneer backup`.
#[derive(Debug, Args)]
pub struct BackupArguments {
    /// The file that is written, such as veneer-2026-05-01.tar. It is not written over one that is there, and nobody
    /// else may read it
    file: PathBuf,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Arguments of `veneer restore`.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// A file that `veneer backup` wrote, from a library of either kind
    file: PathBuf,

    /// Where it is to go: an empty folder or database
    #[command(flatten)]
    library: LibrarySettings,
}

/// Writes the library into a file. A server may go on with a PostgreSQL server of its own; the one inside Veneer
/// has to be stopped before.
///
/// # Errors
/// A sentence about the library or the file.
pub async fn back_up(arguments: BackupArguments) -> anyhow::Result<()> {
    let settings = arguments.library.for_catalog();
    let catalog = Catalog::open(settings).await?;
    let bar = bar();
    let done = catalog.back_up(&arguments.file, &progress(&bar)).await;
    bar.finish_and_clear();
    catalog.close().await;
    let report = done?;
    println!("{}", told(&report));
    println!(
        "It is in {}: {}. It has everything in it, also what photos are hashed with; keep it safe.",
        arguments.file.display(),
        size(report.bytes)
    );
    if report.missing > 0 {
        println!(
            "{} pictures are not in the library's store in every size, and so not in the backup.",
            report.missing
        );
    }
    Ok(())
}

/// Brings a file into an empty library.
///
/// # Errors
/// A sentence about the library or the file.
pub async fn restore(arguments: RestoreArguments) -> anyhow::Result<()> {
    let settings = arguments.library.for_catalog();
    let bar = bar();
    let done = catalog::restore(settings, &arguments.file, &progress(&bar)).await;
    bar.finish_and_clear();
    let report =
        done.with_context(|| format!("{} was not brought back", arguments.file.display()))?;
    println!("{}", told(&report));
    note(&arguments).await;
    println!("The library is there. `veneer serve` serves it; `veneer doctor` looks it over.");
    Ok(())
}

/// Writes down that the library comes from a backup.
async fn note(arguments: &RestoreArguments) {
    let noted = async {
        let catalog = Catalog::open(arguments.library.for_catalog()).await?;
        let who = audit::at_the_command_line();
        let file = arguments.file.file_name().unwrap_or_default();
        let detail = format!("From {}.", file.display());
        let noted = catalog.note_change(&who, "restore", &detail).await;
        catalog.close().await;
        Ok::<_, anyhow::Error>(noted?)
    };
    if let Err(error) = noted.await {
        tracing::warn!(%error, "the restore is not among the changes");
    }
}

fn bar() -> ProgressBar {
    ProgressBar::new_spinner()
}

fn progress(bar: &ProgressBar) -> impl Fn(&str, u64) + Send + Sync {
    move |what, count| {
        bar.set_message(format!("{what}: {count}"));
        bar.tick();
    }
}

fn told(report: &BackupReport) -> String {
    let rows = |table: &str| report.rows.get(table).copied().unwrap_or(0);
    format!(
        "{} materials, {} swatches, {} pictures, {} searches, {} shares.",
        rows("materials"),
        rows("swatches"),
        report.images,
        rows("searches"),
        rows("shares"),
    )
}

/// In the unit that a person would choose.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} KB", bytes / 1_000),
        1_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_500), "1 KB");
        assert_eq!(size(25_400_000), "25 MB");
        assert_eq!(size(12_000_000_000), "12 GB");
    }
}
