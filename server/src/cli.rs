//! The `veneer` command.

use clap::{Parser, Subcommand};

use crate::{
    audit, backup, bench, config::ServeSettings, doctor, eval, import, jobs, keys, log::LogFormat,
    models, operators, serve,
};

/// Finds materials by how they look
#[derive(Parser)]
#[command(name = "veneer", version)]
pub struct Cli {
    /// Whether the log is for people or for machines
    #[arg(long, env = "VENEER_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text, global = true)]
    pub log_format: LogFormat,

    /// Send traces to this OpenTelemetry collector: http://host:4318 (default: nowhere)
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT", global = true)]
    pub otlp_endpoint: Option<String>,

    /// What is to be done.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the site; fills the demo library on the first start
    Serve(Box<ServeSettings>),
    /// Bring photos of one's own into the library
    Import(Box<import::Arguments>),
    /// Write the library into a folder, for other programs and for another library
    Export(Box<jobs::ExportArguments>),
    /// Take an import back: what it created goes, what it changed is as it was
    Undo(Box<jobs::UndoArguments>),
    /// Show materials that may be one, and decide whether they are
    Duplicates(Box<jobs::DuplicatesArguments>),
    /// Work off what was handed in, until it is asked to stop
    Worker(Box<jobs::WorkerArguments>),
    /// List, pause, resume, cancel and retry jobs
    Jobs(Box<jobs::Arguments>),
    /// List, fetch, try and change the models that look at photos
    Models(Box<models::Arguments>),
    /// Make, list and revoke keys for programs
    Keys(Box<keys::Arguments>),
    /// Let people become operators, list and remove them
    Admin(Box<operators::Arguments>),
    /// Look at everything that a server needs, and say what to do about what is wrong
    Doctor(Box<doctor::Arguments>),
    /// Bring the tables of the library up to date, and end; `serve` does that as well
    Migrate(Box<backup::MigrateArguments>),
    /// Write the whole library into one file
    Backup(Box<backup::BackupArguments>),
    /// Bring such a file into an empty library
    Restore(Box<backup::RestoreArguments>),
    /// Tell who changed what in the library, the latest first
    Log(Box<audit::Arguments>),
    /// Measure the stages of a search and print a table
    Bench(Box<bench::Arguments>),
    /// Measure how well a library is searched, or compare two such measurements
    Eval(Box<eval::Arguments>),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// A sentence for whoever asked.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(settings) => serve::serve_until_stopped(*settings).await,
            Command::Import(arguments) => import::run(*arguments).await,
            Command::Export(arguments) => jobs::export(*arguments).await,
            Command::Undo(arguments) => jobs::undo(*arguments).await,
            Command::Duplicates(arguments) => jobs::duplicates(*arguments).await,
            Command::Worker(arguments) => jobs::worker(*arguments).await,
            Command::Jobs(arguments) => jobs::run(*arguments).await,
            Command::Models(arguments) => models::run(*arguments).await,
            Command::Keys(arguments) => keys::run(*arguments).await,
            Command::Admin(arguments) => operators::run(*arguments).await,
            Command::Doctor(arguments) => doctor::run(*arguments).await,
            Command::Migrate(arguments) => backup::migrate(*arguments).await,
            Command::Backup(arguments) => backup::back_up(*arguments).await,
            Command::Restore(arguments) => backup::restore(*arguments).await,
            Command::Log(arguments) => audit::run(*arguments).await,
            Command::Bench(arguments) => bench::run(*arguments).await,
            Command::Eval(arguments) => eval::run(*arguments).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    /// Every command and every flag of it, with where it stands.
    fn walk(command: &clap::Command, at: &str, seen: &mut dyn FnMut(&str, &clap::Command)) {
        for sub in command.get_subcommands() {
            let at = format!("{at} {}", sub.get_name());
            seen(&at, sub);
            walk(sub, &at, seen);
        }
    }

    #[test]
    fn every_command_and_every_flag_says_what_it_is() {
        Cli::command().debug_assert();
        walk(&Cli::command(), "veneer", &mut |at, command| {
            assert!(command.get_about().is_some(), "{at} has no help");
            for argument in command.get_arguments() {
                let told = argument.get_help().or(argument.get_long_help());
                assert!(told.is_some(), "{at} {} has no help", argument.get_id());
            }
        });
    }

    /// The guide lists the commands with the same words as `--help`.
    #[test]
    fn the_guide_knows_every_command() {
        let guide = include_str!("../../docs/running.md");
        for command in Cli::command().get_subcommands() {
            let about = command.get_about().map(ToString::to_string);
            let line = format!(
                "| `veneer {}` | {} |",
                command.get_name(),
                about.unwrap_or_default()
            );
            assert!(
                guide.contains(&line),
                "docs/running.md lacks the line\n{line}"
            );
        }
    }
}
