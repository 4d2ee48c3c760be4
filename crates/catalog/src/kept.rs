//! Rows in memory. A search scores hundreds of materials and shows a few; reading their rows and taking them
//! apart is most of the time of an answer, and they hardly ever change. Which did, the shelf knows.

use std::collections::HashMap;
use std::sync::Arc;

use moka::sync::Cache;
use pgvector::Vector;
use sqlx::Row;

use crate::columns::Sql;
use crate::numbers::{Looks, Numbers, unit};
use crate::read::Stored;
use crate::row::{MATERIAL, SWATCH, StoredSwatch, material, swatch};
use crate::score::Near;
use crate::shelf::Shelf;
use crate::{Catalog, CatalogError, MaterialId, ModelId, SwatchRow};

/// A row, and the change of the library up to which it is known to be right.
#[derive(Debug, Clone)]
struct Kept {
    version: i64,
    stored: Arc<Stored>,
    /// By the model in use, where there are sketches too.
    looks: Option<Arc<Looks>>,
}

/// The materials read last, and the stems of the words asked for last.
#[derive(Debug)]
pub(crate) struct Keep {
    rows: Cache<i64, Kept>,
    pub stems: Cache<String, Vec<String>>,
}

impl Keep {
    /// About 3 KB each, and as much again for the numbers of two pictures in a large library.
    const MATERIALS: u64 = 60_000;
    const WORDS: u64 = 10_000;

    pub fn new() -> Self {
        Self {
            rows: Cache::new(Self::MATERIALS),
            stems: Cache::new(Self::WORDS),
        }
    }
}

impl Catalog {
    /// Materials with their pictures in the librarian's order, by number. What is not there any more is
    /// left out.
    pub(crate) async fn stored(
        &self,
        shelf: &Shelf,
        ids: &[MaterialId],
    ) -> Result<HashMap<i64, Arc<Stored>>, CatalogError> {
        let keep = &self.inner.keep.rows;
        let mut out = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for &MaterialId(id) in ids {
            let fresh = |kept: &Kept| shelf.changed(id).is_some_and(|at| kept.version >= at);
            match keep.get(&id).filter(fresh) {
                Some(kept) => {
                    out.insert(id, kept.stored);
                }
                None => missing.push(id),
            }
        }
        if missing.is_empty() {
            return Ok(out);
        }
        let model = shelf.looks.as_ref().map(|(model, _)| *model);
        let mut looks = match model {
            Some(model) => self.read_looks(&missing, model).await?,
            None => HashMap::new(),
        };
        for stored in self.read(&missing).await? {
            let (id, stored) = (stored.id.0, Arc::new(stored));
            let looks = model.map(|model| {
                let pictures = looks.remove(&id).unwrap_or_default();
                Arc::new(Looks { model, pictures })
            });
            // A later change may be in what was read; it is then read once more.
            let version = shelf.version;
            let kept = Kept {
                version,
                stored: Arc::clone(&stored),
                looks,
            };
            keep.insert(id, kept);
            out.insert(id, stored);
        }
        Ok(out)
    }

    /// What memory knows of how near materials are, and those it does not know.
    pub(crate) fn near_in_memory(
        &self,
        shelf: &Shelf,
        ids: &[MaterialId],
        model: ModelId,
        vector: &[f32],
    ) -> (HashMap<MaterialId, Near>, Vec<MaterialId>) {
        let vector = unit(vector);
        let mut out = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for &id in ids {
            let kept = self.inner.keep.rows.get(&id.0);
            let kept = kept.filter(|kept| shelf.changed(id.0).is_some_and(|at| kept.version >= at));
            let looks = kept.and_then(|kept| kept.looks);
            match looks.filter(|looks| looks.model == model) {
                Some(looks) => out.extend(looks.nearest(&vector).map(|near| (id, near))),
                None => missing.push(id),
            }
        }
        (out, missing)
    }

    async fn read_looks(
        &self,
        numbers: &[i64],
        model: ModelId,
    ) -> Result<HashMap<i64, Vec<Numbers>>, CatalogError> {
        let rows: Vec<(i64, i64, Vector)> = sqlx::query_as(
            "SELECT material_id, swatch_id, embedding FROM embeddings
             WHERE material_id = ANY($1) AND model_id = $2 ORDER BY swatch_id",
        )
        .bind(numbers)
        .bind(model.0)
        .fetch_all(self.pool())
        .await?;
        let mut out: HashMap<i64, Vec<Numbers>> = HashMap::new();
        for (material, swatch, vector) in rows {
            let numbers = Numbers::new(SwatchRow(swatch), vector.as_slice());
            out.entry(material).or_default().push(numbers);
        }
        Ok(out)
    }

    /// Reads as many materials as are kept.
    pub(crate) async fn keep_first(&self, shelf: &Shelf) -> Result<(), CatalogError> {
        const AT_ONCE: usize = 1_000;
        for ids in shelf.first(Keep::MATERIALS as usize).chunks(AT_ONCE) {
            self.stored(shelf, ids).await?;
        }
        Ok(())
    }

    async fn read(&self, numbers: &[i64]) -> Result<Vec<Stored>, CatalogError> {
        let mut sql = Sql::new("SELECT s.material_id, ");
        sql.push(SWATCH)
            .push(" FROM swatches s WHERE s.material_id = ANY(")
            .push_bind(numbers)
            .push(") ORDER BY s.material_id, s.position, s.id");
        let mut swatches: HashMap<i64, Vec<StoredSwatch>> = HashMap::new();
        for row in &sql.build().fetch_all(self.pool()).await? {
            let of: i64 = row.try_get("material_id")?;
            swatches.entry(of).or_default().push(swatch(row)?);
        }
        let mut sql = Sql::new("SELECT ");
        sql.push(MATERIAL)
            .push(" FROM materials m WHERE m.id = ANY(")
            .push_bind(numbers)
            .push(")");
        let rows = sql.build().fetch_all(self.pool()).await?;
        rows.iter()
            .map(|row| {
                let id: i64 = row.try_get("id")?;
                Ok(Stored {
                    id: MaterialId(id),
                    material: material(row)?,
                    swatches: swatches.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }
}
