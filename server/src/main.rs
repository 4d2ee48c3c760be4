//! The `veneer` command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use server::{bench, config::ServeSettings, eval, import, jobs, models};
use tracing_subscriber::EnvFilter;

/// Finds materials by how they look
#[derive(Parser)]
#[command(name = "veneer", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
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
    /// Measure the stages of a search and print a table
    Bench(Box<bench::Arguments>),
    /// Measure how well a library is searched, or compare two such measurements
    Eval(Box<eval::Arguments>),
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("VENEER_LOG").unwrap_or_else(|_| {
            EnvFilter::new("warn,server=info,search=info,catalog=info,vision=info")
        }))
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return told(&error.into()),
    };
    let done = runtime.block_on(async {
        match Cli::parse().command {
            Command::Serve(settings) => server::serve(*settings).await?.until_stopped().await,
            Command::Import(arguments) => import::run(*arguments).await,
            Command::Export(arguments) => jobs::export(*arguments).await,
            Command::Undo(arguments) => jobs::undo(*arguments).await,
            Command::Duplicates(arguments) => jobs::duplicates(*arguments).await,
            Command::Worker(arguments) => jobs::worker(*arguments).await,
            Command::Jobs(arguments) => jobs::run(*arguments).await,
            Command::Models(arguments) => models::run(*arguments).await,
            Command::Bench(arguments) => bench::run(*arguments).await,
            Command::Eval(arguments) => eval::run(*arguments).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => told(&error),
    }
}

/// Says what went wrong, in the words of whoever noticed.
fn told(error: &anyhow::Error) -> ExitCode {
    eprintln!("veneer: {error:#}");
    ExitCode::FAILURE
}
