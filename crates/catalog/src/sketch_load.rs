//! Keeping the sketches up with the tables.

use std::collections::HashMap;
use std::sync::Arc;

use futures::TryStreamExt;
use pgvector::Vector;

use crate::columns::Sql;
use crate::shelf::Shelf;
use crate::sketch::Sketches;
use crate::{Catalog, CatalogError, ModelId};

/// Which vectors.
#[derive(Debug, Clone, Copy)]
enum Of {
    /// The embeddings of a model: numbers of either sign.
    Looks(ModelId),
    /// The colour grids: none below 0, so that their signs only tell them apart about their mean.
    Palettes,
}

impl Of {
    fn material(self) -> &'static str {
        match self {
            Self::Looks(_) => "material_id",
            Self::Palettes => "id",
        }
    }

    fn vector(self) -> &'static str {
        match self {
            Self::Looks(_) => "embedding",
            Self::Palettes => "colour_grid",
        }
    }

    /// The rows that have one; `sample` stands behind the table's name.
    fn push_from(self, sql: &mut Sql, sample: &str) {
        match self {
            Self::Looks(model) => sql
                .push(format_args!(" FROM embeddings {sample} WHERE model_id = "))
                .push_bind(model.0),
            Self::Palettes => sql.push(format_args!(
                " FROM materials {sample} WHERE colour_grid IS NOT NULL"
            )),
        };
    }
}

impl Catalog {
    /// Brings the sketches up to date: of the changed materials, or all of them where there are none yet.
    pub(crate) async fn sketch(
        &self,
        shelf: &mut Shelf,
        changed: &[u32],
    ) -> Result<(), CatalogError> {
        let (looks, palettes) = (shelf.looks.take(), shelf.palettes.take());
        // So few are compared row by row.
        if shelf.materials() <= self.inner.exact_below {
            return Ok(());
        }
        shelf.palettes = self.sketches(Of::Palettes, palettes, changed).await?;
        let model: Option<i32> =
            sqlx::query_scalar("SELECT id FROM models WHERE standing = 'in use'")
                .fetch_optional(self.pool())
                .await?;
        let Some(model) = model.map(ModelId) else {
            return Ok(());
        };
        let known = looks.filter(|(of, _)| *of == model).map(|(_, known)| known);
        let looks = self.sketches(Of::Looks(model), known, changed).await?;
        shelf.looks = looks.map(|looks| (model, looks));
        Ok(())
    }

    /// `None` when there is nothing to make a sketch of.
    async fn sketches(
        &self,
        of: Of,
        known: Option<Arc<Sketches>>,
        changed: &[u32],
    ) -> Result<Option<Arc<Sketches>>, CatalogError> {
        let only = known.is_some().then_some(changed);
        let mut sketches = match known {
            Some(known) => Arc::unwrap_or_clone(known),
            None => match self.moments(of).await? {
                Some((centre, weights)) => Sketches::new(centre, weights),
                None => return Ok(None),
            },
        };
        // Materials that have none (any more) lose what they had.
        let mut rows: HashMap<u32, Vec<Vec<u8>>> = only
            .unwrap_or_default()
            .iter()
            .map(|id| (*id, Vec::new()))
            .collect();
        let mut sql = Sql::new("SELECT ");
        sql.push(of.material())
            .push(", substr(bit_send(binary_quantize(")
            .push(of.vector())
            .push(" - ")
            .push_bind(Vector::from(sketches.centre().to_vec()))
            // The length of the bits stands before them.
            .push(")), 5)");
        of.push_from(&mut sql, "");
        if let Some(changed) = only {
            let changed: Vec<i64> = changed.iter().copied().map(i64::from).collect();
            sql.push(" AND ")
                .push(of.material())
                .push(" = ANY(")
                .push_bind(changed)
                .push(")");
        }
        let mut read = sql.build_query_as::<(i64, Vec<u8>)>().fetch(self.pool());
        while let Some((material, signs)) = read.try_next().await? {
            // Numbers too large for sets were refused when the materials were read.
            if let Ok(id) = u32::try_from(material) {
                rows.entry(id).or_default().push(signs);
            }
        }
        drop(read);
        sketches.put(rows);
        if only.is_none() {
            tracing::info!(?of, rows = sketches.rows(), "sketches are in memory");
        }
        Ok(Some(Arc::new(sketches)))
    }

    /// The centre of the vectors and how large their numbers are about it, from a sample of some thousand.
    /// `None` when there are no vectors.
    async fn moments(&self, of: Of) -> Result<Option<(Vec<f32>, Vec<f32>)>, CatalogError> {
        // Pages by chance; where they happen to hold nothing of the kind, the first rows.
        let mut sample: Vec<Vector> = Vec::new();
        for pages in ["TABLESAMPLE SYSTEM (2) REPEATABLE (1)", ""] {
            if sample.is_empty() {
                let mut sql = Sql::new("SELECT ");
                sql.push(of.vector());
                of.push_from(&mut sql, pages);
                sql.push(" LIMIT 4000");
                sample = sql.build_query_scalar().fetch_all(self.pool()).await?;
            }
        }
        let Some(first) = sample.first() else {
            return Ok(None);
        };
        let mut centre = vec![0.0_f32; first.as_slice().len()];
        let share = 1.0 / sample.len() as f32;
        if let Of::Palettes = of {
            for vector in &sample {
                for (mean, number) in centre.iter_mut().zip(vector.as_slice()) {
                    *mean += share * number;
                }
            }
        }
        let mut weights = vec![0.0_f32; centre.len()];
        for vector in &sample {
            let numbers = vector.as_slice().iter().zip(&centre);
            for (weight, (number, centre)) in weights.iter_mut().zip(numbers) {
                *weight += share * (number - centre).abs();
            }
        }
        Ok(Some((centre, weights)))
    }
}
