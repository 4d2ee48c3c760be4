//! The nearest in look or in colours: by comparing every row, by sketches, or by asking the index, whichever is
//! quicker.

use std::collections::HashMap;
use std::sync::Arc;

use pgvector::Vector;
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::candidates::{Among, fetch_ids, numbers};
use crate::columns::Sql;
use crate::indexing::index_of;
use crate::score::Near;
use crate::sketch::Sketches;
use crate::{Catalog, CatalogError, MaterialId, ModelId};

/// How the rows nearest in look were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Every row that passes the filters was compared.
    Exact,
    /// Those that could be near by their sketches were compared.
    Sketch,
    /// The nearest-neighbour index was asked.
    Index,
}

impl Path {
    /// As it stands in logs and timings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Sketch => "sketch",
            Self::Index => "index",
        }
    }
}

/// What walking the index costs for a row it brings, against fetching and comparing one row. Measured
/// with vectors of 512 numbers; docs/scale.md says how.
const INDEX_ROW: f64 = 5.0;
/// What looking at a sketch costs, in the same measure.
const SKETCH_ROW: f64 = 0.006;
/// How many could be near by their sketches in a library of a hundred thousand pictures, and in any at most. The
/// more there are, the more lie between.
const SKETCHED: f64 = 450.0;
const MOST_SKETCHED: f64 = 3_000.0;
/// The most rows an index is asked for; where more would be needed, few pass the filters.
const MOST_ROWS: u32 = 60_000;
/// The least and the most neighbours the index keeps in mind while it walks.
const EF: (u32, u32) = (100, 1_000);
/// Rows fetched at once beyond the first.
const MORE: u32 = 2_000;

/// What was found nearest in look.
pub(crate) struct Nearest {
    /// Nearest first.
    pub ids: Vec<MaterialId>,
    pub path: Path,
    /// What the model says of these and of others, where it was asked on the way.
    pub near: HashMap<MaterialId, Near>,
}

/// An index to walk.
struct Walk {
    index: String,
    /// `FROM … WHERE …` with the columns `material` and what is ordered by.
    select: String,
    /// The rows that have to be walked for so many survivors, on average.
    first: u32,
}

impl Catalog {
    /// The materials nearest in look, nearest first; by sketches or the index at most [`Self::BY_INDEX`].
    pub(crate) async fn nearest(
        &self,
        among: &Among<'_>,
        model: ModelId,
        vector: &Vector,
        depth: u32,
    ) -> Result<Nearest, CatalogError> {
        let few = depth.min(Self::BY_INDEX);
        let has_sketches = among
            .shelf
            .looks
            .as_ref()
            .is_some_and(|(of, _)| *of == model);
        let sketched = has_sketches && among.len() > self.inner.exact_below;
        let sketch_costs = f64::from(among.len()) * among.pictures * SKETCH_ROW
            + f64::from(sketched_of(among)) * among.pictures;
        // How many rows have to be walked for those that pass filters is a guess, and a poor one where filters
        // and looks go together.
        let is_quicker = |rows: u32| {
            let sure = among.is_all() && f64::from(rows) * INDEX_ROW < sketch_costs;
            !sketched || self.inner.exact_below == 0 || sure
        };
        let walk = self.rows_to_walk(among, few, among.pictures);
        if let Some(first) = walk.filter(|rows| is_quicker(*rows)) {
            let dims = vector.as_slice().len();
            // Ordered by the distance alone, and by the very expression of the index: anything else, a
            // tie-break too, and the index is not used.
            let distance = format!(
                "e.embedding::halfvec({dims}) <=> {}::halfvec({dims})",
                literal(vector)
            );
            let walk = Walk {
                index: index_of(model),
                select: format!(
                    "SELECT e.material_id, {distance} FROM embeddings e WHERE e.model_id = {} ORDER BY {distance}",
                    model.0
                ),
                first,
            };
            if let Some(ids) = self.walk(&walk, among, few).await? {
                return Ok(Nearest {
                    ids,
                    path: Path::Index,
                    near: HashMap::new(),
                });
            }
        }
        if sketched && let Some(found) = self.sketched(among, model, vector, few).await? {
            return Ok(found);
        }
        Ok(Nearest {
            ids: self.nearest_exact(among, model, vector, depth).await?,
            path: Path::Exact,
            near: HashMap::new(),
        })
    }

    /// Compares those that could be near by their sketches. `None` when they are fewer than `few`: then
    /// pictures lack an embedding, and every row has to be looked at.
    async fn sketched(
        &self,
        among: &Among<'_>,
        model: ModelId,
        vector: &Vector,
        few: u32,
    ) -> Result<Option<Nearest>, CatalogError> {
        let looks = among.shelf.looks.as_ref().filter(|(of, _)| *of == model);
        let Some((_, looks)) = looks else {
            return Ok(None);
        };
        let likely = likeliest(among, looks, vector, sketched_of(among)).await?;
        if likely.len() < few as usize {
            return Ok(None);
        }
        let near = self
            .nearest_pictures(&among.shelf, &likely, model, vector)
            .await?;
        let mut found: Vec<(MaterialId, f32)> = near
            .iter()
            .map(|(id, near)| (*id, near.cosine.unwrap_or(f32::NEG_INFINITY)))
            .collect();
        found.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.truncate(few as usize);
        Ok(Some(Nearest {
            ids: found.into_iter().map(|(id, _)| id).collect(),
            path: Path::Sketch,
            near,
        }))
    }

    /// The same by comparing every row that passes.
    pub(crate) async fn nearest_exact(
        &self,
        among: &Among<'_>,
        model: ModelId,
        vector: &Vector,
        depth: u32,
    ) -> Result<Vec<MaterialId>, CatalogError> {
        let mut sql = Sql::new("SELECT e.material_id FROM embeddings e WHERE e.model_id = ");
        sql.push_bind(model.0);
        if !among.is_all() {
            sql.push(" AND e.material_id = ANY(")
                .push_bind(numbers(&among.set))
                .push(")");
        }
        // `+ 0` keeps the index out: here every row has to be looked at.
        sql.push(" GROUP BY e.material_id ORDER BY min((e.embedding <=> ")
            .push_bind(vector.clone())
            .push(") + 0), e.material_id LIMIT ")
            .push_bind(i64::from(depth));
        fetch_ids(self.pool(), sql).await
    }

    /// The materials whose colours are nearest, nearest first.
    pub(crate) async fn by_colours(
        &self,
        among: &Among<'_>,
        grid: &Vector,
        depth: u32,
    ) -> Result<Vec<MaterialId>, CatalogError> {
        let palettes = among.shelf.palettes.as_ref();
        if let Some(palettes) = palettes.filter(|_| among.len() > self.inner.exact_below) {
            return likeliest(among, palettes, grid, depth).await;
        }
        let mut sql = Sql::new("SELECT m.id FROM materials m WHERE m.colour_grid IS NOT NULL");
        if !among.is_all() {
            sql.push(" AND m.id = ANY(")
                .push_bind(numbers(&among.set))
                .push(")");
        }
        sql.push(" ORDER BY m.colour_grid <=> ")
            .push_bind(grid.clone())
            .push(", m.id LIMIT ")
            .push_bind(i64::from(depth));
        fetch_ids(self.pool(), sql).await
    }

    /// How many rows the index has to bring for `depth` survivors, by what is estimated; `None` where
    /// comparing every survivor is quicker, and where there is no index.
    fn rows_to_walk(&self, among: &Among<'_>, depth: u32, rows_each: f64) -> Option<u32> {
        if !self.engine().has_indexes() || among.len() <= self.inner.exact_below {
            return None;
        }
        let share = f64::from(among.len()) / f64::from(among.library.max(1));
        // The nearest are often of one material, and survivors come unevenly: a quarter more.
        let rows = f64::from(depth) * rows_each.max(1.0) * 1.25 / share.max(1e-9);
        let compared = f64::from(among.len()) * rows_each.max(1.0);
        let quicker = rows * INDEX_ROW < compared || self.inner.exact_below == 0;
        (quicker && rows <= f64::from(MOST_ROWS)).then_some(rows as u32)
    }

    /// Walks an index until it has brought `depth` survivors. `None` when there is no such index (any
    /// more, or yet), when its settings were not taken, or when it brought too few.
    async fn walk(
        &self,
        walk: &Walk,
        among: &Among<'_>,
        depth: u32,
    ) -> Result<Option<Vec<MaterialId>>, CatalogError> {
        let ef = walk.first.clamp(EF.0, EF.1).to_string();
        let scan = MOST_ROWS.max(walk.first).to_string();
        let mut tx = self.pool().begin().await?;
        // Without iterative scans a filter loses rows. What was set is read back: a server whose pgvector
        // does not know a setting would go on in silence. The vector is there so that pgvector is loaded and
        // looks at its settings before they are read.
        let row = sqlx::query(
            "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),
                    set_config('hnsw.ef_search', $1, true),
                    set_config('hnsw.max_scan_tuples', $2, true),
                    set_config('hnsw.scan_mem_multiplier', '4', true),
                    set_config('enable_seqscan', 'off', true),
                    coalesce((SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass($3)), false),
                    ('[1]'::vector)::text",
        )
        .bind(&ef)
        .bind(&scan)
        .bind(&walk.index)
        .fetch_one(&mut *tx)
        .await?;
        let taken = [
            row.try_get::<&str, _>(0)? == "relaxed_order",
            row.try_get::<&str, _>(1)? == ef,
            row.try_get::<&str, _>(2)? == scan,
        ];
        if !row.try_get::<bool, _>(5)? {
            return Ok(None);
        }
        if taken.contains(&false) {
            tracing::warn!(
                index = walk.index,
                "the settings of the index were not taken"
            );
            return Ok(None);
        }
        let declare = format!("DECLARE near NO SCROLL CURSOR FOR {}", walk.select);
        tx.execute(AssertSqlSafe(declare)).await?;
        let mut nearest: HashMap<u32, f64> = HashMap::new();
        let (mut walked, mut wanted) = (0, walk.first.max(depth));
        loop {
            let fetch = format!("FETCH {wanted} FROM near");
            let rows = tx.fetch_all(AssertSqlSafe(fetch)).await?;
            for row in &rows {
                let (id, distance): (i64, f64) = (row.try_get(0)?, row.try_get(1)?);
                if let Ok(id) = u32::try_from(id)
                    && among.set.contains(id)
                {
                    // Scans in relaxed order bring some rows a little late.
                    let known = nearest.entry(id).or_insert(distance);
                    *known = known.min(distance);
                }
            }
            walked += wanted;
            let ended = (rows.len() as u32) < wanted;
            if nearest.len() >= depth as usize || ended || walked >= MOST_ROWS {
                break;
            }
            wanted = MORE;
        }
        tx.commit().await?;
        if nearest.len() < depth as usize {
            return Ok(None);
        }
        let mut found: Vec<(u32, f64)> = nearest.into_iter().collect();
        found.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        found.truncate(depth as usize);
        Ok(Some(
            found
                .into_iter()
                .map(|(id, _)| MaterialId(i64::from(id)))
                .collect(),
        ))
    }
}

/// How many of the survivors are compared after their sketches. The size of the library counts, not theirs: where
/// filters keep what is nearest out, the rest is further away and tells itself apart less.
fn sketched_of(among: &Among<'_>) -> u32 {
    let hundreds = f64::from(among.library) * among.pictures / 100_000.0;
    (SKETCHED * hundreds.max(1.0).sqrt()).min(MOST_SKETCHED) as u32
}

/// The materials that are likely to be nearest by their sketches, likeliest first.
async fn likeliest(
    among: &Among<'_>,
    sketches: &Arc<Sketches>,
    vector: &Vector,
    most: u32,
) -> Result<Vec<MaterialId>, CatalogError> {
    let (sketches, set) = (Arc::clone(sketches), among.set.clone());
    let numbers = vector.as_slice().to_vec();
    // Some milliseconds of nothing but counting.
    let counting =
        tokio::task::spawn_blocking(move || sketches.nearest(&set, &numbers, most as usize));
    let likely = counting.await.map_err(|error| {
        tracing::error!(%error, "the sketches could not be looked through");
        CatalogError::Internal
    })?;
    let ids = likely.into_iter().map(|id| MaterialId(i64::from(id)));
    Ok(ids.collect())
}

/// A vector as it stands in a statement: numbers alone. A cursor takes no parameters.
fn literal(vector: &Vector) -> String {
    use std::fmt::Write;
    let mut out = String::from("'[");
    for (i, x) in vector.as_slice().iter().enumerate() {
        let comma = if i == 0 { "" } else { "," };
        // Writing to a text cannot fail.
        let _ = write!(out, "{comma}{x:?}");
    }
    out.push_str("]'");
    out
}
