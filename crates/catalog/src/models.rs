//! Who makes embeddings, and what their numbers mean.

use std::collections::{BTreeMap, HashMap, HashSet};

use material::Leg;
use pgvector::Vector;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;
use sqlx::{Executor, Postgres, Row, types::Json};

use crate::columns::Sql;
use crate::{Catalog, CatalogError, Conflict, ModelId};

/// The two ends of a model's scale: the cosine of unrelated pairs, by which a score is told from
/// noise, and that of pictures of one material, which is as near as anything gets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Mean cosine of unrelated pairs.
    pub mean: f32,
    /// Its standard deviation.
    pub sd: f32,
    /// Mean cosine of two pictures of one material.
    pub same_mean: f32,
    /// Its standard deviation.
    pub same_sd: f32,
    /// What a cosine between words and a picture means, in a model that knows words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<TextScale>,
    /// What the agreements of the other legs mean in this library.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub legs: BTreeMap<Leg, LegScale>,
}

/// The two ends of a leg's scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LegScale {
    /// Agreement of unrelated materials.
    pub unrelated: Moments,
    /// Agreement of two pictures of one material.
    pub same: Moments,
}

/// Where a sample lies and how far it spreads.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Mean.
    pub mean: f32,
    /// Standard deviation.
    pub sd: f32,
}

/// How words and pictures lie to each other in a model's space.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TextScale {
    /// Mean cosine of words and a picture of something else.
    pub mean: f32,
    /// Mean cosine of words and the picture of what they name.
    pub own_mean: f32,
}

/// A model the library holds embeddings of.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its number here.
    pub id: ModelId,
    /// Its name, with the version that changes when its vectors do.
    pub name: String,
    /// Numbers in a vector.
    pub dims: u32,
    /// What its cosines mean in this library, once measured.
    pub calibration: Option<Calibration>,
}

/// The columns [`read_model`] reads.
pub(crate) const MODEL: &str = "SELECT id, name, dims, calibration FROM models";

pub(crate) fn read_model(row: &PgRow) -> Result<Model, CatalogError> {
    let calibration: Option<Json<Calibration>> = row.try_get("calibration")?;
    Ok(Model {
        id: ModelId(row.try_get("id")?),
        name: row.try_get("name")?,
        dims: row.try_get::<i32, _>("dims")? as u32,
        calibration: calibration.map(|Json(c)| c),
    })
}

/// Serialises everybody who writes materials or registers models, on servers with many connections.
pub(crate) const WRITE_LOCK: &str = "SELECT pg_advisory_xact_lock(7046029254386353131)";

impl Catalog {
    /// The most dimensions an index takes in half precision.
    pub const MAX_DIMS: u32 = 4_000;

    /// The model of that name; it is entered when it is new.
    ///
    /// # Errors
    /// [`Conflict::Model`] when the library knows it with other dimensions, [`CatalogError::Unfit`]
    /// for dimensions out of 1 to [`Self::MAX_DIMS`].
    pub async fn register_model(&self, name: &str, dims: u32) -> Result<Model, CatalogError> {
        if !(1..=Self::MAX_DIMS).contains(&dims) || name.is_empty() || name.len() > 200 {
            return Err(CatalogError::Unfit(format!(
                "A model needs a name of up to 200 letters and 1 to {} dimensions.",
                Self::MAX_DIMS
            )));
        }
        if let Some(model) = self.model(name).await? {
            same_dims(&model, dims)?;
            return Ok(model);
        }
        let mut tx = self.pool().begin().await?;
        sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
        sqlx::query(
            "INSERT INTO models (name, dims) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(dims as i32)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        let model = self.model(name).await?.ok_or(CatalogError::Internal)?;
        same_dims(&model, dims)?;
        Ok(model)
    }

    /// The model of that name, if the library knows it.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn model(&self, name: &str) -> Result<Option<Model>, CatalogError> {
        let mut sql = Sql::new(MODEL);
        sql.push(" WHERE name = ").push_bind(name);
        let row = sql.build().fetch_optional(self.pool()).await?;
        row.as_ref().map(read_model).transpose()
    }

    /// Keeps what was measured of a model.
    ///
    /// # Errors
    /// [`CatalogError::NotFound`] for a model that is not registered.
    pub async fn set_calibration(
        &self,
        model: ModelId,
        calibration: Calibration,
    ) -> Result<(), CatalogError> {
        // What scores mean changes every answer.
        let done = sqlx::query(
            "WITH l AS (UPDATE library SET version = version + 1)
             UPDATE models SET calibration = $2 WHERE id = $1",
        )
        .bind(model.0)
        .bind(Json(calibration))
        .execute(self.pool())
        .await?;
        if done.rows_affected() == 0 {
            return Err(CatalogError::NotFound { what: "model" });
        }
        Ok(())
    }

    /// The cosines of up to `pairs` pairs of swatches whose materials differ and are of different
    /// top categories. The same seed on the same library gives the same pairs. Fewer come when the
    /// library is small, none when it has one category only.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sample_unrelated(
        &self,
        model: ModelId,
        pairs: u32,
        seed: u64,
    ) -> Result<Vec<f32>, CatalogError> {
        const SWATCHES: i64 = 600;
        let rows = sqlx::query(
            "SELECT coalesce(split_part(m.category, '/', 1), ''), e.embedding
             FROM embeddings e JOIN materials m ON m.id = e.material_id
             WHERE e.model_id = $1
             ORDER BY hashint8extended(e.swatch_id, $2), e.swatch_id LIMIT $3",
        )
        .bind(model.0)
        .bind(seed as i64)
        .bind(SWATCHES)
        .fetch_all(self.pool())
        .await?;
        let mut sample: Vec<(String, Vec<f32>)> = Vec::with_capacity(rows.len());
        for row in rows {
            sample.push((row.try_get(0)?, unit(row.try_get(1)?)));
        }
        let mut out = Vec::new();
        // Walk the diagonals: pairs of neighbours first, so that every swatch is used early.
        'done: for step in 1..sample.len() {
            for i in 0..sample.len() - step {
                if out.len() >= pairs as usize {
                    break 'done;
                }
                let ((kind, a), (other, b)) = (&sample[i], &sample[i + step]);
                // Materials of no category could be anything, also the same.
                if kind != other && !kind.is_empty() && !other.is_empty() {
                    out.push(a.iter().zip(b).map(|(x, y)| x * y).sum());
                }
            }
        }
        Ok(out)
    }

    /// The cosines of the first two pictures of up to `pairs` materials that have two. The same seed on
    /// the same library gives the same pairs.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn sample_same(
        &self,
        model: ModelId,
        pairs: u32,
        seed: u64,
    ) -> Result<Vec<f32>, CatalogError> {
        let rows = sqlx::query(
            "SELECT a.embedding, b.embedding
             FROM swatches s
             JOIN swatches t ON t.material_id = s.material_id AND t.position = s.position + 1
             JOIN embeddings a ON a.swatch_id = s.id AND a.model_id = $1
             JOIN embeddings b ON b.swatch_id = t.id AND b.model_id = $1
             WHERE s.position = 0
             ORDER BY hashint8extended(s.material_id, $2), s.material_id LIMIT $3",
        )
        .bind(model.0)
        .bind(seed as i64)
        .bind(i64::from(pairs))
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                let (a, b) = (unit(row.try_get(0)?), unit(row.try_get(1)?));
                Ok(a.iter().zip(&b).map(|(x, y)| x * y).sum())
            })
            .collect()
    }
}

fn same_dims(model: &Model, dims: u32) -> Result<(), CatalogError> {
    if model.dims == dims {
        Ok(())
    } else {
        Err(CatalogError::Conflict(Conflict::Model))
    }
}

fn unit(vector: Vector) -> Vec<f32> {
    let mut out = Vec::from(vector);
    let length = out.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-12);
    out.iter_mut().for_each(|x| *x /= length);
    out
}

/// Checks that embeddings of these lengths have the dimensions of their models, which must be registered.
pub(crate) async fn check_dims(
    on: impl Executor<'_, Database = Postgres>,
    lengths: HashSet<(ModelId, usize)>,
) -> Result<(), CatalogError> {
    if lengths.is_empty() {
        return Ok(());
    }
    let models: Vec<(i32, i32)> = sqlx::query_as("SELECT id, dims FROM models")
        .fetch_all(on)
        .await?;
    let models: HashMap<i32, usize> = models.iter().map(|(id, n)| (*id, *n as usize)).collect();
    for (model, length) in lengths {
        match models.get(&model.0) {
            None => return Err(CatalogError::NotFound { what: "model" }),
            Some(dims) if *dims != length => {
                return Err(CatalogError::Unfit(format!(
                    "An embedding has {length} numbers where its model has {dims}."
                )));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// A vector for a statement. Not a number and infinity have no place in one.
pub(crate) fn embedding(numbers: &[f32]) -> Result<Vector, CatalogError> {
    // 65504 is the largest number of half precision, in which an index may keep them.
    let fits = |x: &f32| x.is_finite() && x.abs() < 65_504.0;
    if !(1..=Catalog::MAX_DIMS as usize).contains(&numbers.len()) || !numbers.iter().all(fits) {
        return Err(CatalogError::Unfit(
            "An embedding has to have 1 to 4000 finite numbers.".into(),
        ));
    }
    Ok(Vector::from(numbers.to_vec()))
}
