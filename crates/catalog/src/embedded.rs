//! The one place that knows which engine is inside.

use std::path::Path;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use crate::StartError;
use crate::engine::{Engine, Place, check, folder_error, migrate_now, run_blocking};

/// The running engine with the lock on its folder; nothing when the server is elsewhere.
#[derive(Debug)]
pub(crate) struct Server(Mutex<Option<Running>>);

#[derive(Debug)]
struct Running {
    server: pglite_oxide::PgliteServer,
    _lock: std::fs::File,
}

impl Server {
    pub(crate) fn none() -> Self {
        Self(Mutex::new(None))
    }

    fn take(&self) -> Option<Running> {
        match self.0.lock() {
            Ok(mut slot) => slot.take(),
            Err(poisoned) => poisoned.into_inner().take(),
        }
    }

    /// Waits until the engine has stopped. Connections have to be closed before.
    pub(crate) fn stop(&self) {
        if let Some(Running { server, _lock }) = self.take()
            && let Err(error) = server.shutdown()
        {
            tracing::warn!(%error, "the database inside Veneer did not stop cleanly");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Stopping waits for the connections, which end in the background: not on this thread,
        // which may be the one they need.
        if let Some(running) = self.take() {
            std::thread::spawn(move || drop(running));
        }
    }
}

/// Holds `veneer.lock` as long as the file lives; the system lets go of it when a process dies.
fn lock(data: &Path) -> Result<std::fs::File, StartError> {
    let file =
        std::fs::File::create(data.join("veneer.lock")).map_err(|e| folder_error(data, &e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StartError::FolderLocked {
            path: data.to_owned(),
        }),
        Err(std::fs::TryLockError::Error(e)) => Err(folder_error(data, &e)),
    }
}

/// A socket in a folder only this user may enter: the engine asks for no password, and on a TCP
/// port anybody on the machine could knock. `None` where the system has no such sockets or the path
/// is longer than they take.
#[cfg(unix)]
fn socket(data: &Path) -> Result<Option<std::path::PathBuf>, StartError> {
    use std::os::unix::fs::DirBuilderExt;
    const LONGEST: usize = 100;
    let failed = |e: std::io::Error| folder_error(data, &e);
    let folder = std::path::absolute(data).map_err(failed)?.join("socket");
    let path = folder.join(".s.PGSQL.5432");
    if path.as_os_str().len() > LONGEST {
        return Ok(None);
    }
    std::fs::DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(&folder)
        .map_err(failed)?;
    Ok(Some(path))
}

#[cfg(not(unix))]
fn socket(_data: &Path) -> Result<Option<std::path::PathBuf>, StartError> {
    Ok(None)
}

fn run(data: &Path) -> Result<Running, StartError> {
    let lock = lock(data)?;
    let builder = pglite_oxide::PgliteServer::builder()
        .path(data.join("database"))
        // It runs without fsync, since it cannot sync folders: nothing committed is lost when the
        // process is killed, but a power cut may cost the last moments.
        .extension(pglite_oxide::extensions::VECTOR)
        // Half of what it takes by itself: a library that fits inside a process fits there, and what does not is
        // in the memory of the system.
        .postgres_config("shared_buffers", "64MB");
    let builder = match socket(data)? {
        #[cfg(unix)]
        Some(path) => builder.unix(path),
        _ => builder,
    };
    let server = builder
        .start()
        .map_err(|error| {
            let io = error.chain().find_map(|e| e.downcast_ref::<std::io::Error>());
            match io {
                Some(e) if e.kind() == std::io::ErrorKind::StorageFull => {
                    folder_error(data, e)
                }
                _ => StartError::Engine(format!(
                    "{error:#} (it keeps its program files in the user's cache folder; where that cannot be written, set XDG_CACHE_HOME)"
                )),
            }
        })?;
    Ok(Running {
        server,
        _lock: lock,
    })
}

fn options(server: &pglite_oxide::PgliteServer) -> Result<PgConnectOptions, sqlx::Error> {
    #[cfg(unix)]
    if let Some(folder) = server.socket_path().and_then(Path::parent) {
        // Its own address for a socket has no host, which sqlx does not read.
        return Ok(PgConnectOptions::new_without_pgpass()
            .socket(folder)
            .port(5432)
            .username("postgres")
            .database("template1"));
    }
    PgConnectOptions::from_str(&server.database_url())
}

pub(crate) async fn start(
    data: &Path,
    migration: Option<i64>,
) -> Result<(PgPool, Engine, Server), StartError> {
    let folder = data.to_owned();
    let running = run_blocking(move || run(&folder)).await??;
    let failed = |e: sqlx::Error| StartError::Engine(e.to_string());
    let options = options(&running.server)
        .map_err(failed)?
        .application_name("veneer");
    let server = Server(Mutex::new(Some(running)));
    // The engine serves one connection, and starts anew with each: so there is one, for good.
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options)
        .await
        .map_err(failed)?;
    let mut connection = pool.acquire().await.map_err(failed)?;
    let engine = check(&mut connection, Place::Inside).await?;
    migrate_now(&mut connection, migration).await?;
    drop(connection);
    Ok((pool, engine, server))
}
