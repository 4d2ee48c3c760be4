//! Where things are, and how xtask starts other programs.

use std::{
    env,
    ffi::OsStr,
    io::IsTerminal,
    path::{Path, PathBuf},
    process::{Command, ExitStatus},
};

use anyhow::{Context, Result, bail};

/// The folders that xtask reads and writes.
pub struct Workspace {
    /// The project's root, where the workspace's `Cargo.toml` is.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Tools that xtask installs for itself.
    pub tools: PathBuf,
}

impl Workspace {
    /// Finds the folders from the place of this program and of its manifest.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask's folder has no parent folder")?
            .to_path_buf();
        // <target>/<profile>/xtask: this way every setting of the target folder is honoured.
        let program = env::current_exe().context("cannot find out where xtask itself is")?;
        let target = program
            .ancestors()
            .nth(2)
            .context("xtask is not inside a target folder; start it with `cargo xtask`")?
            .to_path_buf();
        let tools = root.join(".tools");
        Ok(Self {
            root,
            target,
            tools,
        })
    }

    /// Cargo, as it would be started by hand in the project's root.
    pub fn cargo(&self) -> Command {
        self.cargo_environment(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// A program that starts cargo itself, without what `cargo run` set for xtask: build scripts
    /// that watch those variables would run again.
    pub fn cargo_environment(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command(program);
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        command.env_remove("LD_LIBRARY_PATH");
        command
    }

    /// A program that works in the project's root.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }
}

/// Prints a headline on standard error, where cargo's own progress goes.
pub fn headline(text: &str) {
    if std::io::stderr().is_terminal() {
        eprintln!("\x1b[1;36m== {text}\x1b[0m");
    } else {
        eprintln!("== {text}");
    }
}

/// Prints an indented line of news.
pub fn say(text: &str) {
    eprintln!("   {text}");
}

/// Runs a program with its output streaming through; an error names `what` failed.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = status(command)?;
    if !status.success() {
        bail!("{what} failed ({status})");
    }
    Ok(())
}

/// Runs a program with its output streaming through and gives its exit status.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    command
        .status()
        .with_context(|| format!("cannot start {}", name_of(command)))
}

/// Runs a program and gives its standard output, or nothing when it is missing or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|o| o.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The name of a program, for messages.
pub fn name_of(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}

/// Looks for a program in the folders of PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}
