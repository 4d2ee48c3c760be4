//! The nearest in look: by comparing every row, or by asking the index.

use material::Filters;
use pgvector::Vector;

use crate::candidates::fetch_ids;
use crate::filter_sql::{Sql, push_filters};
use crate::{Catalog, CatalogError, MaterialId, ModelId};

/// How the rows nearest in look were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Every row that passes the filters was compared.
    Exact,
    /// The nearest-neighbour index was asked.
    Index,
}

impl Path {
    /// As it stands in logs and timings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Index => "index",
        }
    }
}

impl Catalog {
    /// The materials nearest in look, nearest first: by the index when so many pass the filters
    /// (`total`) that comparing them all takes longer, else by comparing them all.
    pub(crate) async fn nearest(
        &self,
        filters: &Filters,
        model: ModelId,
        vector: &Vector,
        depth: u32,
        total: u32,
    ) -> Result<(Vec<MaterialId>, Path), CatalogError> {
        if total > self.inner.exact_below
            && self.engine().has_indexes()
            && let Some(found) = self.by_index(filters, model, vector, depth).await?
        {
            return Ok((found, Path::Index));
        }
        let exact = exact_statement(filters, model, vector, depth);
        Ok((fetch_ids(self.pool(), exact).await?, Path::Exact))
    }

    /// Asks the index; `None` when it brought fewer materials than were wanted, so that the caller
    /// compares them all instead.
    async fn by_index(
        &self,
        filters: &Filters,
        model: ModelId,
        vector: &Vector,
        depth: u32,
    ) -> Result<Option<Vec<MaterialId>>, CatalogError> {
        // A material has several swatches and counts once: ask for more rows than materials.
        let rows = i64::from(depth) * 4;
        let mut tx = self.pool().begin().await?;
        // One call, because on the embedded engine every round trip keeps all others waiting. Without
        // iterative scans a filter loses rows; the scan goes on until enough passed or the limits are hit.
        sqlx::query(
            "SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true),
                    set_config('hnsw.ef_search', $1, true),
                    set_config('hnsw.max_scan_tuples', '200000', true),
                    set_config('hnsw.scan_mem_multiplier', '4', true)",
        )
        .bind(rows.min(1_000).to_string())
        .execute(&mut *tx)
        .await?;
        let dims = vector.as_slice().len();
        let mut sql = Sql::new("WITH near AS MATERIALIZED (SELECT e.material_id, ");
        // Ordered by the distance alone, and by the very expression of the index: anything else, a
        // tie-break too, and the index is not used.
        let distance = format!("e.embedding::halfvec({dims}) <=> ");
        sql.push(&distance)
            .push_bind(vector.clone())
            .push(format_args!("::halfvec({dims}) AS distance FROM embeddings e JOIN materials m ON m.id = e.material_id WHERE e.model_id = {} AND ", model.0));
        push_filters(&mut sql, filters);
        sql.push(" ORDER BY ")
            .push(&distance)
            .push_bind(vector.clone())
            .push(format_args!("::halfvec({dims}) LIMIT {rows})"))
            .push(" SELECT material_id FROM near GROUP BY material_id ORDER BY min(distance), material_id LIMIT ")
            .push_bind(i64::from(depth));
        let found = fetch_ids(&mut *tx, sql).await?;
        tx.commit().await?;
        Ok((found.len() >= depth as usize).then_some(found))
    }
}

/// Compares every survivor by its best swatch.
fn exact_statement(filters: &Filters, model: ModelId, vector: &Vector, depth: u32) -> Sql {
    let mut sql = Sql::new(
        "SELECT m.id FROM materials m JOIN embeddings e ON e.material_id = m.id AND e.model_id = ",
    );
    sql.push_bind(model.0).push(" WHERE ");
    push_filters(&mut sql, filters);
    // `+ 0` keeps the index out: here every row has to be looked at.
    sql.push(" GROUP BY m.id ORDER BY min((e.embedding <=> ")
        .push_bind(vector.clone())
        .push(") + 0), m.id LIMIT ")
        .push_bind(i64::from(depth));
    sql
}
