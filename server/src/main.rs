//! The `veneer` program.

use std::{process::ExitCode, time::Duration};

use clap::Parser;
use server::{EVENTS, cli::Cli, log};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // In the words of whoever noticed.
            eprintln!("veneer: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .event_interval(EVENTS)
        .build()?;
    let ends = {
        let _inside = runtime.enter();
        log::begin(cli.log_format, cli.otlp_endpoint.as_deref())?
    };
    let done = runtime.block_on(cli.run());
    ends.end();
    // What still computes for nobody does not hold the end up.
    runtime.shutdown_timeout(Duration::from_secs(5));
    done
}
