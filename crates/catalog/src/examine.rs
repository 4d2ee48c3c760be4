//! How the library stands, for whoever looks after it.

use sqlx::Connection;

use crate::engine::{Place, check, missing_migrations, reach};
use crate::{Catalog, CatalogError, Engine, Settings, StartError};

/// What a server has of the library, looked at without changing anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// What it runs on.
    pub engine: Engine,
    /// Migrations that the next start will run; all of them where there is no library yet.
    pub missing: Vec<i64>,
    /// Whether there is a library at all.
    pub begun: bool,
}

/// Numbers of a library for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Connections that are used.
    pub used: u32,
    /// Connections that wait for work.
    pub idle: u32,
    /// Jobs by their state; none where there are no jobs.
    pub jobs: Vec<(String, u64)>,
}

impl Settings {
    /// Looks at the server that is set, and changes nothing but that pgvector is there: reachable, new enough, which
    /// migrations it lacks.
    ///
    /// # Errors
    /// A [`StartError`] that says in plain words what is wrong and what to do.
    pub async fn examine(url: &str) -> Result<Standing, StartError> {
        let failed = |e: sqlx::Error| StartError::Engine(e.to_string());
        let (mut connection, _, place) = reach(url).await?;
        let engine = check(&mut connection, Place::Server(place)).await?;
        let begun: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
            .fetch_one(&mut connection)
            .await
            .map_err(failed)?;
        let applied: Vec<i64> = if begun {
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
                .fetch_all(&mut connection)
                .await
                .map_err(failed)?
        } else {
            Vec::new()
        };
        let _ = connection.close().await;
        Ok(Standing {
            engine,
            missing: missing_migrations(&applied),
            begun,
        })
    }
}

impl Catalog {
    /// Whether the next search will be answered: the database says what changed last, and everything up to there is
    /// in memory.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn ready(&self) -> Result<(), CatalogError> {
        self.shelf().await.map(drop)
    }

    /// Numbers for an operator, read now.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn watched(&self) -> Result<Watched, CatalogError> {
        let pool = self.pool();
        let idle = pool.num_idle() as u32;
        let used = pool.size().saturating_sub(idle);
        let there: bool = sqlx::query_scalar("SELECT to_regclass('jobs') IS NOT NULL")
            .fetch_one(pool)
            .await?;
        let jobs: Vec<(String, i64)> = if there {
            sqlx::query_as("SELECT state::text, count(*) FROM jobs GROUP BY 1 ORDER BY 1")
                .fetch_all(pool)
                .await?
        } else {
            Vec::new()
        };
        Ok(Watched {
            used,
            idle,
            jobs: jobs
                .into_iter()
                .map(|(state, count)| (state, count as u64))
                .collect(),
        })
    }
}
