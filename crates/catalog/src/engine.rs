//! Opening: the engine inside the process or a server of one's own, checked and brought up to date.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    Catalog, Inner, Settings, StartError, images::Images, kept::Keep, shelf_load::Shelves,
};

/// The oldest PostgreSQL: 15 brought `UNIQUE NULLS NOT DISTINCT`.
const SERVER_NEEDED: u32 = 15;
/// The oldest pgvector: 0.8.0 brought iterative scans, without which filters lose rows.
const PGVECTOR_NEEDED: (u32, u32, u32) = (0, 8, 0);
/// Faults in building and vacuuming HNSW indexes were fixed up to here.
const PGVECTOR_SOUND: (u32, u32, u32) = (0, 8, 4);

/// So long a connection that lay idle is taken to be alive.
const TRUSTED: Duration = Duration::from_secs(1);

/// What the library runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// `17.5`.
    pub postgres: String,
    /// `0.8.2`.
    pub pgvector: String,
    /// Whether it runs inside this process; else where it is, without the password.
    pub place: Place,
}

/// Where an [`Engine`] runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Inside this process.
    Inside,
    /// `host:port/database`.
    Server(String),
}

impl Engine {
    /// Whether embeddings get a nearest-neighbour index. Inside this process they do not: adding one
    /// vector of 512 numbers to it takes 5 to 14 ms there (1 ms on a server), during which the one
    /// connection serves nobody else, while comparing all of 4,000 vectors takes 9 ms.
    pub(crate) fn has_indexes(&self) -> bool {
        matches!(self.place, Place::Server(_))
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PostgreSQL {} ", self.postgres)?;
        match &self.place {
            Place::Inside => f.write_str("inside this process")?,
            Place::Server(place) => write!(f, "at {place}")?,
        }
        write!(f, ", pgvector {}", self.pgvector)
    }
}

impl Catalog {
    /// Opens the library: starts or connects, checks versions, brings the tables up to date.
    ///
    /// # Errors
    /// A [`StartError`] that says in plain words what is wrong and what to do.
    pub async fn open(settings: Settings) -> Result<Self, StartError> {
        Self::open_as_of(settings, None).await
    }

    /// The same, with tables that are brought no further than a migration.
    pub(crate) async fn open_as_of(
        settings: Settings,
        migration: Option<i64>,
    ) -> Result<Self, StartError> {
        let data = settings.data.clone();
        run_blocking(move || check_folder(&data)).await??;
        let images = Images::open(&settings.images, &settings.data)?;
        let (pool, engine, server) = match &settings.database_url {
            Some(url) => connect(url, migration).await?,
            None => start(&settings.data, migration).await?,
        };
        Ok(Self {
            inner: Arc::new(Inner {
                pool,
                engine,
                server,
                images,
                exact_below: settings.exact_below,
                shelves: Shelves::default(),
                keep: Keep::new(),
            }),
        })
    }

    /// Closes the connections of every clone and shuts the embedded engine down, so that the next start
    /// finds nothing to recover. Dropping does the same in the background.
    pub async fn close(self) {
        if self.inner.engine.place == Place::Inside
            && let Err(error) = sqlx::query("CHECKPOINT").execute(self.pool()).await
        {
            tracing::warn!(%error, "the database inside Veneer could not tidy up");
        }
        self.pool().close().await;
        let inner = self.inner.clone();
        if run_blocking(move || inner.server.stop()).await.is_err() {
            tracing::warn!("the database inside Veneer did not stop cleanly");
        }
    }

    /// What the library runs on, for the log line at start.
    pub fn engine(&self) -> &Engine {
        &self.inner.engine
    }
}

pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, StartError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| StartError::Engine(e.to_string()))
}

/// Makes the folder and writes a megabyte into it, so that a full disk or a read-only folder is
/// told at start and not in the middle of an import.
fn check_folder(data: &Path) -> Result<(), StartError> {
    use std::io::Write;
    let probe = data.join(format!(".veneer-probe-{}", std::process::id()));
    let write = || {
        std::fs::create_dir_all(data)?;
        let mut file = std::fs::File::create(&probe)?;
        file.write_all(&vec![0; 1 << 20])?;
        file.sync_all()
    };
    let result = write();
    let _ = std::fs::remove_file(&probe);
    result.map_err(|e| folder_error(data, &e))
}

/// What an error of the file system means for the person at the keyboard.
pub(crate) fn folder_error(path: &Path, error: &std::io::Error) -> StartError {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StartError::DiskFull {
            path: path.to_owned(),
        },
        _ => StartError::FolderUnwritable {
            path: path.to_owned(),
            reason: error.to_string(),
        },
    }
}

async fn connect(
    url: &str,
    migration: Option<i64>,
) -> Result<(PgPool, Engine, Server), StartError> {
    let (mut connection, options, place) = reach(url).await?;
    let engine = check(&mut connection, Place::Server(place)).await?;
    migrate_now(&mut connection, migration).await?;
    let _ = connection.close().await;
    let pool = PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(10))
        // Asking each time whether somebody is still there would cost every statement another round trip.
        .test_before_acquire(false)
        .before_acquire(|connection, lately| {
            Box::pin(async move {
                if lately.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options.options([("statement_timeout", "60s")]));
    Ok((pool, engine, Server::none()))
}

/// One plain connection: a pool would go on trying, and its error would say less. It also has no time limit on
/// statements, which migrations of a large library may need.
pub(crate) async fn reach(
    url: &str,
) -> Result<(PgConnection, PgConnectOptions, String), StartError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| StartError::BadAddress)?
        .application_name("veneer");
    let place = place(&options);
    let connecting = PgConnection::connect_with(&options);
    match tokio::time::timeout(Duration::from_secs(10), connecting).await {
        Ok(Ok(connection)) => Ok((connection, options, place)),
        Ok(Err(error)) => Err(connect_error(&place, error)),
        Err(_) => Err(StartError::Unreachable {
            place,
            reason: "no answer within 10 seconds".into(),
        }),
    }
}

/// Host, port and database, never the password.
fn place(options: &PgConnectOptions) -> String {
    let host = options
        .get_socket()
        .map_or(options.get_host().to_owned(), |s| s.display().to_string());
    let database = options
        .get_database()
        .unwrap_or_else(|| options.get_username());
    format!("{host}:{}/{database}", options.get_port())
}

fn connect_error(place: &str, error: sqlx::Error) -> StartError {
    let place = place.to_owned();
    if let sqlx::Error::Database(e) = &error {
        match e.code().as_deref() {
            Some("28P01" | "28000") => return StartError::WrongPassword { place },
            Some("3D000") => return StartError::NoDatabase { place },
            _ => {}
        }
    }
    let reason = match error {
        sqlx::Error::Io(e) => e.to_string(),
        other => other.to_string(),
    };
    StartError::Unreachable { place, reason }
}

/// Checks the versions and sees to the extension.
pub(crate) async fn check(
    connection: &mut PgConnection,
    place: Place,
) -> Result<Engine, StartError> {
    let failed = |e: sqlx::Error| StartError::Engine(e.to_string());
    let (postgres, number): (String, String) = sqlx::query_as(
        "SELECT current_setting('server_version'), current_setting('server_version_num')",
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(failed)?;
    let postgres = postgres
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned();
    if number.parse::<u32>().unwrap_or(0) / 10_000 < SERVER_NEEDED {
        return Err(StartError::ServerTooOld {
            found: postgres,
            needed: SERVER_NEEDED,
        });
    }
    let installed = "SELECT extversion FROM pg_extension WHERE extname = 'vector'";
    let mut version: Option<String> = sqlx::query_scalar(installed)
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
    if version.is_none() {
        // Works for superusers, and for owners of the database since pgvector is "trusted" in many
        // packages. Everybody else is told what to do.
        let created = sqlx::query("CREATE EXTENSION IF NOT EXISTS vector")
            .execute(&mut *connection)
            .await;
        if let Err(error) = created {
            tracing::debug!(%error, "pgvector could not be created");
            return Err(StartError::ExtensionMissing {
                place: match place {
                    Place::Inside => "this folder".into(),
                    Place::Server(place) => place,
                },
            });
        }
        version = sqlx::query_scalar(installed)
            .fetch_optional(&mut *connection)
            .await
            .map_err(failed)?;
    }
    let pgvector = version.unwrap_or_default();
    check_pgvector(&pgvector, &place)?;
    Ok(Engine {
        postgres,
        pgvector,
        place,
    })
}

fn check_pgvector(version: &str, place: &Place) -> Result<(), StartError> {
    let number = version_number(version);
    if number < PGVECTOR_NEEDED {
        return Err(StartError::ExtensionTooOld {
            found: version.to_owned(),
            needed: "0.8.0",
        });
    }
    if number < PGVECTOR_SOUND && matches!(place, Place::Server(_)) {
        tracing::warn!(
            "pgvector {version} has faults in building and vacuuming HNSW indexes that 0.8.4 fixes; please update it"
        );
    }
    Ok(())
}

/// `0.8.2` as numbers; what cannot be read counts as 0.
fn version_number(text: &str) -> (u32, u32, u32) {
    let mut parts = text.split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next())
}

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The last migration that is known here.
pub(crate) fn newest_migration() -> i64 {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Migrations that a library with these has not seen, in their order.
pub(crate) fn missing_migrations(applied: &[i64]) -> Vec<i64> {
    let known = MIGRATIONS.iter().map(|m| m.version);
    known.filter(|version| !applied.contains(version)).collect()
}

/// Brings the tables up to date, or to what they were after a migration.
pub(crate) async fn migrate_now(
    connection: &mut PgConnection,
    up_to: Option<i64>,
) -> Result<(), StartError> {
    let done = match up_to {
        Some(migration) => MIGRATIONS.run_to(migration, connection).await,
        None => MIGRATIONS.run(connection).await,
    };
    done.map_err(|e| {
        StartError::Migration(match e {
            MigrateError::VersionMissing(n) | MigrateError::VersionTooNew(n, _) => format!(
                "they were made by a newer Veneer (step {n} is not known here); use that one"
            ),
            MigrateError::VersionMismatch(n) => {
                format!("step {n} is not the one that was run on this library")
            }
            other => other.to_string(),
        })
    })
}

#[cfg(feature = "embedded")]
pub(crate) use crate::embedded::Server;
#[cfg(feature = "embedded")]
use crate::embedded::start;

#[cfg(not(feature = "embedded"))]
mod elsewhere {
    //! Without an engine inside there is nothing to start or stop.

    use super::*;

    #[derive(Debug)]
    pub(crate) struct Server;

    impl Server {
        pub(crate) fn none() -> Self {
            Self
        }

        pub(crate) fn stop(&self) {}
    }

    pub(super) async fn start(
        _data: &Path,
        _migration: Option<i64>,
    ) -> Result<(PgPool, Engine, Server), StartError> {
        Err(StartError::NoEngine)
    }
}

#[cfg(not(feature = "embedded"))]
pub(crate) use elsewhere::Server;
#[cfg(not(feature = "embedded"))]
use elsewhere::start;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version_number("0.10.1") > version_number("0.8.4"));
        assert_eq!(version_number("0.8"), (0, 8, 0));
        assert_eq!(version_number("0.8.2-rc1"), (0, 8, 2));
        assert_eq!(version_number("?"), (0, 0, 0));
    }

    #[test]
    fn an_old_pgvector_is_told_by_its_number() {
        let error = check_pgvector("0.7.4", &Place::Inside).expect_err("0.7.4 is too old");
        let text = error.to_string();
        assert!(text.contains("0.7.4") && text.contains("0.8.0"), "{text}");
        assert!(check_pgvector("0.8.0", &Place::Inside).is_ok());
    }

    #[test]
    fn a_full_disk_is_called_that() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        let error = folder_error(Path::new("/data"), &full);
        assert!(matches!(error, StartError::DiskFull { .. }), "{error}");
    }
}
