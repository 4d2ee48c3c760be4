//! The nearest-neighbour indexes: built beside a running library, as soon as there is too much to compare
//! row by row.

use std::time::{Duration, Instant};

use material::Filters;
use pgvector::Vector;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::candidates::Among;
use crate::models::{WRITE_LOCK, embedding};
use crate::nearest::Path;
use crate::{Catalog, CatalogError, ModelId};

/// How far the building of an index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexProgress {
    /// What is indexed, for people.
    pub of: String,
    /// Pages of the table that are in.
    pub done: u64,
    /// Pages there are; 0 before the server has counted.
    pub all: u64,
}

/// An index there should be.
struct Wanted {
    /// For people.
    of: String,
    name: String,
    on: String,
}

/// One process at a time builds. Waiting would hold a snapshot that the building itself waits for.
const BUILD_LOCK: i64 = 7_046_029_254_386_353_132;
const LOOK: Duration = Duration::from_secs(1);
/// Neighbours of a search that only warms.
const WARMED: u32 = 100;

/// The name of a model's index.
pub(crate) fn index_of(model: ModelId) -> String {
    format!("embeddings_model_{}", model.0)
}

impl Catalog {
    /// Builds the indexes that are wanting: of every model with more vectors than are compared row by row
    /// ([`Settings::exact_below`](crate::Settings::exact_below)). Searches and writes go on meanwhile; until
    /// the index is whole, searches find what is near by sketches or by comparing every row. Says how many
    /// were built. Where another process is building, and on the engine inside, that is none.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`]; what was built of an index is thrown away at the next call.
    pub async fn build_indexes(
        &self,
        progress: &(dyn Fn(IndexProgress) + Send + Sync),
    ) -> Result<u32, CatalogError> {
        if !self.engine().has_indexes() {
            return Ok(0);
        }
        let wanted = self.wanted_indexes().await?;
        if wanted.is_empty() {
            return Ok(0);
        }
        let mut connection = self.unhurried().await?;
        let locked: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(BUILD_LOCK)
            .fetch_one(&mut connection)
            .await?;
        let mut built = 0;
        if locked {
            for index in &wanted {
                self.build(&mut connection, index, progress).await?;
                built += 1;
            }
        }
        let _ = connection.close().await;
        Ok(built)
    }

    async fn build(
        &self,
        connection: &mut PgConnection,
        index: &Wanted,
        progress: &(dyn Fn(IndexProgress) + Send + Sync),
    ) -> Result<(), CatalogError> {
        // One that was cut off stays behind, is kept up to date and serves nobody.
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", index.name);
        (&mut *connection).execute(AssertSqlSafe(drop)).await?;
        let create = format!("CREATE INDEX CONCURRENTLY {} ON {}", index.name, index.on);
        let building = (&mut *connection).execute(AssertSqlSafe(create));
        tokio::pin!(building);
        loop {
            tokio::select! {
                done = &mut building => {
                    done?;
                    return Ok(());
                }
                () = tokio::time::sleep(LOOK) => {
                    if let Some((done, all)) = self.building(&index.name).await? {
                        progress(IndexProgress { of: index.of.clone(), done, all });
                    }
                }
            }
        }
    }

    /// How far the server is with an index.
    async fn building(&self, name: &str) -> Result<Option<(u64, u64)>, CatalogError> {
        let row: Option<(i64, i64)> = sqlx::query_as(
            "SELECT blocks_done, blocks_total FROM pg_stat_progress_create_index
             WHERE index_relid = to_regclass($1)",
        )
        .bind(name)
        .fetch_optional(self.pool())
        .await?;
        Ok(row.map(|(done, all)| (done as u64, all as u64)))
    }

    async fn wanted_indexes(&self) -> Result<Vec<Wanted>, CatalogError> {
        let enough = i64::from(self.inner.exact_below);
        let mut wanted = Vec::new();
        // Counting stops at the bound: the whole would take seconds.
        let models = sqlx::query(
            "SELECT id, name, dims FROM models m
             WHERE (SELECT count(*) FROM (SELECT 1 FROM embeddings e WHERE e.model_id = m.id LIMIT $1 + 1) x) > $1
             ORDER BY standing = 'in use' DESC NULLS LAST, id",
        )
        .bind(enough)
        .fetch_all(self.pool())
        .await?;
        for row in models {
            let (id, dims): (i32, i32) = (row.try_get("id")?, row.try_get("dims")?);
            wanted.push(Wanted {
                of: format!("the vectors of {}", row.try_get::<String, _>("name")?),
                name: index_of(ModelId(id)),
                on: format!(
                    "embeddings USING hnsw ((embedding::halfvec({dims})) halfvec_cosine_ops) WHERE model_id = {id}"
                ),
            });
        }
        let names: Vec<&str> = wanted.iter().map(|w| w.name.as_str()).collect();
        let whole: Vec<String> = sqlx::query_scalar(
            "SELECT n FROM unnest($1::text[]) n JOIN pg_index i ON i.indexrelid = to_regclass(n) WHERE i.indisvalid",
        )
        .bind(names)
        .fetch_all(self.pool())
        .await?;
        wanted.retain(|w| !whole.contains(&w.name));
        Ok(wanted)
    }

    /// Reads rows into memory, and walks the index of a model from all over the library, so that both are there
    /// before the first guest comes; says how many searches that were.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn warm(&self, model: ModelId, searches: u32) -> Result<u32, CatalogError> {
        let filters = Filters::default();
        let shelf = self.shelf().await?;
        self.keep_first(&shelf).await?;
        let among = Among::new(shelf, &filters);
        let vectors: Vec<Vector> = sqlx::query_scalar(
            "SELECT e.embedding FROM (SELECT max(id) AS last FROM swatches) l,
                    generate_series(1, l.last, greatest(l.last / $2, 1)) g,
                    LATERAL (SELECT embedding FROM embeddings
                             WHERE model_id = $1 AND swatch_id >= g ORDER BY swatch_id LIMIT 1) e",
        )
        .bind(model.0)
        .bind(i64::from(searches.max(1)))
        .fetch_all(self.pool())
        .await?;
        for vector in &vectors {
            let path = self.nearest(&among, model, vector, WARMED).await?.path;
            if path == Path::Exact {
                // Comparing every row has read them all.
                return Ok(1);
            }
        }
        Ok(vectors.len() as u32)
    }

    /// The share of the `k` materials that comparing every row finds nearest which are among the `depth`
    /// candidates for a search; how they were found, how many came, and how long that took. To measure the
    /// index by.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    pub async fn recall(
        &self,
        filters: &Filters,
        (model, vector): (ModelId, &[f32]),
        depth: u32,
        k: u32,
    ) -> Result<(Path, u32, f32, Duration), CatalogError> {
        let vector = embedding(vector)?;
        let among = Among::new(self.shelf().await?, filters);
        let since = Instant::now();
        let found = self.nearest(&among, model, &vector, depth).await?;
        let took = since.elapsed();
        let exact = self.nearest_exact(&among, model, &vector, k).await?;
        let hits = exact.iter().filter(|id| found.ids.contains(id)).count();
        let share = hits as f32 / exact.len().max(1) as f32;
        Ok((found.path, found.ids.len() as u32, share, took))
    }

    /// Throws the indexes away, for filling a library with very many rows: adding a row to an index takes
    /// a hundred times as long as adding it to the table. [`Self::build_indexes`] makes them again.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn drop_indexes(&self) -> Result<(), CatalogError> {
        let models: Vec<i32> = sqlx::query_scalar("SELECT id FROM models")
            .fetch_all(self.pool())
            .await?;
        let names = models.into_iter().map(|id| index_of(ModelId(id)));
        let mut tx = self.pool().begin().await?;
        sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
        for name in names {
            let drop = format!("DROP INDEX IF EXISTS {name}");
            sqlx::query(AssertSqlSafe(drop)).execute(&mut *tx).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Brings the statistics up to date by which the server plans, after very many rows came in.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn analyse(&self) -> Result<(), CatalogError> {
        if !self.engine().has_indexes() {
            self.pool().execute("ANALYZE").await?;
            return Ok(());
        }
        let mut connection = self.unhurried().await?;
        for table in ["materials", "swatches", "embeddings"] {
            let statement = format!("VACUUM (ANALYZE) {table}");
            connection.execute(AssertSqlSafe(statement)).await?;
        }
        let _ = connection.close().await;
        Ok(())
    }

    /// A connection of one's own, without a limit on the time of a statement: what is set on it, and
    /// locks it holds, go when it goes.
    async fn unhurried(&self) -> Result<PgConnection, CatalogError> {
        let mut connection = self.pool().acquire().await?.detach();
        sqlx::query("SET statement_timeout = 0")
            .execute(&mut connection)
            .await?;
        Ok(connection)
    }
}
