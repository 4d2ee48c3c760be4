//! `cargo xtask`: builds, runs, tests and measures the whole of Veneer.

mod bench;
mod check;
mod compile;
mod count;
mod deploy;
mod fuzz;
mod model_tools;
mod postgres;
mod site;
mod style;
mod test;
mod tools;
mod wasm;
mod workspace;

use std::{
    path::PathBuf,
    process::{Command, ExitCode},
};

use anyhow::Result;
use clap::{Parser, Subcommand};

use compile::Mode;
use workspace::{Workspace, headline};

/// Builds, runs, tests and measures Veneer. Whatever is missing is set up or named.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the server and the site.
    Build {
        /// Compiles faster; the result is slow and large.
        #[arg(long)]
        debug: bool,
    },
    /// Builds, then serves; arguments after `--` go to `veneer serve`.
    Run {
        /// Compiles faster; the result is slow and large.
        #[arg(long)]
        debug: bool,
        /// For example `--listen 127.0.0.1:0 --data /tmp/veneer`.
        #[arg(last = true)]
        serve: Vec<String>,
    },
    /// Runs all tests: unit, SQL on two engines, HTTP, browser.
    Test {
        /// Only these parts.
        #[arg(long, value_delimiter = ',')]
        only: Vec<test::Part>,
        /// Only tests whose name contains this.
        filter: Option<String>,
    },
    /// Measures: the stages of a search, or with `import` an import and searches beside it, `load` many people at once,
    /// `look` the look descriptor, `browser` the browser, `clip` CLIP, `scale` a library of a hundred thousand swatches
    /// or more.
    Bench {
        /// `import`, `load`, `look`, `browser`, `clip`, `scale [MATERIALS]`, each with options of its own, or options
        /// of `veneer bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Checks formatting, lints and dependencies.
    Check,
}

/// What a build leaves behind.
pub struct Built {
    /// The server's binary.
    pub server: PathBuf,
    /// Sizes that have a budget, module by module.
    pub sizes: Vec<site::Size>,
}

/// Builds everything that is not up to date.
pub fn build(ws: &Workspace, mode: Mode) -> Result<Built> {
    headline("Building Veneer");
    compile::check_toolchain(ws)?;
    let compiled = compile::compile(ws, mode)?;
    let sizes = site::write(ws, &compiled.modules, mode)?;
    Ok(Built {
        server: compiled.server,
        sizes,
    })
}

fn mode(debug: bool) -> Mode {
    if debug { Mode::Debug } else { Mode::Release }
}

fn serve(ws: &Workspace, mode: Mode, arguments: &[String]) -> Result<()> {
    // Started where the person is: relative paths among the arguments mean what they say.
    use std::os::unix::process::CommandExt;
    let built = build(ws, mode)?;
    headline("Starting Veneer");
    let mut server = Command::new(&built.server);
    server
        .arg("serve")
        .args(arguments)
        .envs(tools::leptos_environment(ws));
    // The server takes this process's place: signals and the exit status are its own.
    let error = server.exec();
    Err(error).map_err(|e| anyhow::anyhow!("cannot start {}: {e}", built.server.display()))
}

fn perform(task: Task) -> Result<bool> {
    let ws = Workspace::find()?;
    match task {
        Task::Build { debug } => build(&ws, mode(debug)).map(drop)?,
        Task::Run { debug, serve: args } => serve(&ws, mode(debug), &args)?,
        Task::Test { only, filter } => return test::run(&ws, &only, filter.as_deref()),
        Task::Bench { arguments } => bench::bench(&ws, &arguments)?,
        Task::Check => check::check(&ws)?,
    }
    Ok(true)
}

fn main() -> ExitCode {
    match perform(Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
