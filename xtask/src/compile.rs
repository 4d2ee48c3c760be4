//! Cargo's part of a build: the server for this machine and the browser's part for `wasm32`.

use std::{
    io::{BufRead, BufReader, IsTerminal},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::workspace::{self, Workspace, on_path, output, say};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// The crates that become modules for the browser, with what their files are called. The first wakes every page.
pub const MODULES: [(&str, &str); 3] =
    [("frontend", "veneer"), ("mixer", "mixer"), ("desk", "desk")];
const OLDEST_RUSTC: (u32, u32) = (1, 95);

/// How a build weighs speed of compiling against speed and size of the result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// What people use and what tests test.
    Release,
    /// Compiles fast, checks more, is slow and large.
    Debug,
}

impl Mode {
    /// The folder under `target/` of the server's build.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug => "debug",
        }
    }

    fn wasm_folder(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Debug => "debug",
        }
    }
}

/// What cargo built.
pub struct Compiled {
    /// The server's binary.
    pub server: PathBuf,
    /// The modules of the browser's part as rustc leaves them, by what their files are called.
    pub modules: Vec<(&'static str, PathBuf)>,
}

/// Says in plain words what is missing, and lets rustup add the WebAssembly target.
pub fn check_toolchain(ws: &Workspace) -> Result<()> {
    let version = output(ws.command("rustc").arg("--version"))
        .context("rustc is missing. Install Rust with rustup (https://rustup.rs).")?;
    let (major, minor) = rustc_version(&version)
        .with_context(|| format!("cannot read rustc's version from \"{version}\""))?;
    if (major, minor) < OLDEST_RUSTC {
        bail!(
            "rustc {major}.{minor} is too old: Veneer needs {}.{} or newer. Run `rustup update stable`.",
            OLDEST_RUSTC.0,
            OLDEST_RUSTC.1
        );
    }
    if on_path("cc").is_none() {
        bail!(
            "There is no C compiler (`cc`). Install one, on Debian with `apt-get install build-essential`."
        );
    }
    let installed =
        output(
            ws.command("rustc")
                .args(["--print", "target-libdir", "--target", WASM_TARGET]),
        )
        .is_some_and(|folder| PathBuf::from(folder).is_dir());
    if installed {
        return Ok(());
    }
    say("The WebAssembly target of Rust is missing; rustup adds it now.");
    if on_path("rustup").is_none() {
        bail!(
            "Rust cannot compile to WebAssembly here and there is no rustup to change that. Install the target {WASM_TARGET} with your system's package manager, or Rust with rustup."
        );
    }
    workspace::run(
        ws.command("rustup").args(["target", "add", WASM_TARGET]),
        "`rustup target add`",
    )
}

/// Reads `(1, 95)` from `rustc 1.95.0 (59807616e 2026-04-14)`.
fn rustc_version(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Compiles the server and the browser's part at the same time.
///
/// Both end in long stretches that keep one core busy (linking, link-time optimisation);
/// side by side they fill each other's gaps. They lock different folders, so neither waits.
pub fn compile(ws: &Workspace, mode: Mode) -> Result<Compiled> {
    let mut server = ws.cargo();
    // Not `--package server`: its dependencies would have other features than in the tests, and
    // would be compiled twice.
    server.args(["build", "--bin", "veneer"]);
    let mut browser = ws.cargo();
    browser.args(["build", "--target", WASM_TARGET]);
    for (package, _) in MODULES {
        browser.args(["--package", package]);
    }
    if mode == Mode::Release {
        server.arg("--release");
        browser.args(["--profile", "wasm-release"]);
    }
    both(&mut server, &mut browser)?;
    let folder = ws.target.join(WASM_TARGET).join(mode.wasm_folder());
    Ok(Compiled {
        server: ws.target.join(mode.folder()).join("veneer"),
        modules: MODULES
            .map(|(package, name)| (name, folder.join(format!("{package}.wasm"))))
            .to_vec(),
    })
}

/// Runs both to the end; when one fails the other is stopped, since it cannot help any more.
fn both(server: &mut Command, browser: &mut Command) -> Result<()> {
    let colour = if std::io::stderr().is_terminal() {
        "always"
    } else {
        "never"
    };
    let mut server = server.spawn().context("cannot start cargo")?;
    let mut browser = browser
        .env("CARGO_TERM_COLOR", colour)
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start cargo")?;
    let lines = browser.stderr.take().context("cargo gave no output")?;
    let printer = thread::spawn(move || {
        // The server's progress bar stands on the current line: wipe it before writing.
        let wipe = if std::io::stderr().is_terminal() {
            "\r\x1b[K"
        } else {
            ""
        };
        for line in BufReader::new(lines).lines().map_while(Result::ok) {
            eprintln!("{wipe}browser | {line}");
        }
    });
    let result = wait_for_both(&mut server, &mut browser);
    if result.is_err() {
        // One of the two has ended already; ending it again is harmless.
        let _ = server.kill();
        let _ = browser.kill();
        let _ = server.wait();
        let _ = browser.wait();
    }
    let _ = printer.join();
    result
}

fn wait_for_both(server: &mut Child, browser: &mut Child) -> Result<()> {
    loop {
        let first = server.try_wait()?;
        let second = browser.try_wait()?;
        if first.is_some_and(|s| !s.success()) {
            bail!("The server does not compile; cargo's messages above say why.");
        }
        if second.is_some_and(|s| !s.success()) {
            bail!("The browser's part does not compile; cargo's messages above say why.");
        }
        if first.is_some() && second.is_some() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::rustc_version;

    #[test]
    fn reads_the_version_of_rustc() {
        assert_eq!(
            rustc_version("rustc 1.95.0 (59807616e 2026-04-14)"),
            Some((1, 95))
        );
        assert_eq!(rustc_version("rustc 1.97.0-nightly"), Some((1, 97)));
        assert_eq!(rustc_version("zsh: command not found"), None);
    }
}
