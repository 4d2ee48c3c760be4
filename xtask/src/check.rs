//! `cargo xtask check`: formatting, lints, what is deployed, and what the dependencies are allowed to be.

use anyhow::Result;

use crate::{
    compile, deploy, tools,
    workspace::{Workspace, headline, run, say, status},
};

/// Runs all checks; the first that fails ends it.
pub fn check(ws: &Workspace) -> Result<()> {
    compile::check_toolchain(ws)?;

    headline("Formatting");
    run(ws.cargo().args(["fmt", "--all", "--check"]), "cargo fmt")?;

    headline("Lints of all but the browser's part");
    run(
        ws.cargo()
            .args(["clippy", "--release", "--all-targets"])
            .args(["--", "-D", "warnings"]),
        "clippy",
    )?;

    headline("Lints of the browser's part");
    run(
        ws.cargo()
            .args([
                "clippy",
                "--package",
                "frontend",
                "--package",
                "mixer",
                "--package",
                "desk",
            ])
            .args(["--profile", "wasm-release"])
            .args(["--target", "wasm32-unknown-unknown"])
            .args(["--", "-D", "warnings"]),
        "clippy for the browser's part",
    )?;

    headline("What is deployed");
    deploy::check(ws)?;

    headline("Dependencies: licences, bans, sources");
    dependencies(ws)
}

fn dependencies(ws: &Workspace) -> Result<()> {
    let program = tools::cargo_deny(ws)?;
    let deny = || {
        let mut command = ws.cargo_environment(&program);
        command.args(["--all-features", "--workspace"]);
        command
    };
    run(
        deny().args(["check", "bans", "licenses", "sources"]),
        "cargo-deny",
    )?;
    headline("Dependencies: known vulnerabilities");
    let fetched = status(deny().args(["fetch", "db"]))?.success();
    if !fetched {
        say(
            "NOT CHECKED: the advisory database cannot be fetched from here. Everything else was checked.",
        );
        return Ok(());
    }
    run(
        deny().args(["check", "--disable-fetch", "advisories"]),
        "cargo-deny's advisories",
    )
}
