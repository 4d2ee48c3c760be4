//! `veneer log`: who changed what.

use catalog::{Catalog, Change};
use clap::Args;
use search::Veneer;

use crate::config::LibrarySettings;

/// Arguments of `veneer log`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// How many of the last changes
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=i64::from(Catalog::MOST_CHANGES)))]
    count: u32,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// Prints the last changes, the latest first.
///
/// # Errors
/// When the library does not answer.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let catalog = Catalog::open(arguments.library.for_catalog()).await?;
    let changes = catalog.changes(None, arguments.count).await;
    catalog.close().await;
    let changes = changes?;
    if changes.is_empty() {
        println!("Nothing was changed yet, or nothing of late.");
    }
    for change in &changes {
        println!("{}", line(change));
    }
    Ok(())
}

fn line(change: &Change) -> String {
    let at = change.at;
    format!(
        "{} {:02}:{:02} UTC  {}  {}: {}",
        at.date(),
        at.hour(),
        at.minute(),
        change.who,
        change.what,
        change.detail
    )
}

/// Who sits at the command line, as the system calls them.
pub(crate) fn at_the_command_line() -> String {
    let name = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|name| !name.is_empty());
    name.map_or_else(
        || "command line".to_owned(),
        |name| format!("command line ({name})"),
    )
}

/// Writes down what was done at the command line.
pub(crate) async fn note(veneer: &Veneer, what: &str, detail: &str) {
    veneer
        .note_change(&at_the_command_line(), what, detail)
        .await;
}
