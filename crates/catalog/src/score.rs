//! The numbers and facts a candidate is scored by.

use std::collections::HashMap;

use material::{MaterialCard, NewMaterial, Slug, SwatchId};
use pgvector::Vector;
use sqlx::Row;

use crate::candidates::push_coverage;
use crate::filter_sql::Sql;
use crate::fold::WordsQuery;
use crate::models::embedding;
use crate::row::{MATERIAL, SWATCH, StoredSwatch, card, hash_bytes, material, swatch};
use crate::{Catalog, CatalogError, MaterialId, ModelId};

/// A candidate with all that its score and its reasons need.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// Its number.
    pub id: MaterialId,
    /// The material with all its properties.
    pub material: NewMaterial,
    /// Its swatches, the one nearest in look first, then in the librarian's order. The first has its
    /// facts; the others' are `null`.
    pub swatches: Vec<StoredSwatch>,
    /// The cosine of the first swatch; `None` without a model or an embedding.
    pub cosine: Option<f32>,
    /// The signs of the numbers of the first swatch's embedding, eight a byte: pictures that look the same
    /// differ in few. Empty without a model or an embedding.
    pub signs: Vec<u8>,
    /// Four fifths the share of the wanted words it has, one fifth how well they stand in it, 0 to 1;
    /// `None` without words or when it has none of them.
    pub words_rank: Option<f32>,
}

impl Scored {
    /// The card with the nearest swatch first.
    pub fn card(&self) -> MaterialCard {
        let swatches = self.swatches.iter().map(|s| s.swatch.clone()).collect();
        card(&self.material, swatches)
    }
}

/// A swatch by its name, with what a search that starts from it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundSwatch {
    /// Its material.
    pub material: MaterialId,
    /// Its material's address.
    pub slug: Slug,
    /// Its material's name.
    pub name: material::Name,
    /// The swatch, with its facts.
    pub stored: StoredSwatch,
    /// Its embedding by the model asked for.
    pub embedding: Option<Vec<f32>>,
}

/// The swatches of a material, nearest first, with what is known of the nearest.
#[derive(Default)]
struct Pictures {
    cosine: Option<f32>,
    signs: Vec<u8>,
    swatches: Vec<StoredSwatch>,
}

impl Catalog {
    /// Everything needed to score materials, in two statements. The order is that of `ids`; what is
    /// not there any more is left out.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    pub async fn score_data(
        &self,
        ids: &[MaterialId],
        model: Option<(ModelId, &[f32])>,
        words: Option<&WordsQuery>,
    ) -> Result<Vec<Scored>, CatalogError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let mut swatches = self.score_swatches(&numbers, model).await?;
        let mut sql = Sql::new("SELECT ");
        sql.push(MATERIAL);
        match words {
            Some(words) => {
                sql.push(", CASE WHEN m.words @@ q THEN 0.8::real * ");
                push_coverage(&mut sql, words);
                sql.push(" + 0.2::real * ts_rank_cd(m.words, q, 32) END AS words_rank FROM materials m, to_tsquery('veneer', ")
                    .push_bind(words.any())
                    .push(") q");
            }
            None => {
                sql.push(", NULL::real AS words_rank FROM materials m");
            }
        }
        sql.push(" WHERE m.id = ANY(").push_bind(&numbers).push(")");
        let rows = sql.build().fetch_all(self.pool()).await?;
        let mut found: HashMap<i64, Scored> = HashMap::with_capacity(rows.len());
        for row in &rows {
            let id: i64 = row.try_get("id")?;
            let of = swatches.remove(&id).unwrap_or_default();
            found.insert(
                id,
                Scored {
                    id: MaterialId(id),
                    material: material(row)?,
                    swatches: of.swatches,
                    cosine: of.cosine,
                    signs: of.signs,
                    words_rank: row.try_get("words_rank")?,
                },
            );
        }
        Ok(numbers.iter().filter_map(|id| found.remove(id)).collect())
    }

    /// The swatches of the materials.
    async fn score_swatches(
        &self,
        numbers: &[i64],
        model: Option<(ModelId, &[f32])>,
    ) -> Result<HashMap<i64, Pictures>, CatalogError> {
        let mut sql = Sql::new("WITH s AS MATERIALIZED (SELECT s.*, ");
        match model {
            Some((model, vector)) => sql
                .push("(e.embedding <=> ")
                .push_bind(embedding(vector)?)
                // The length of the bits stands before them.
                .push(") AS distance, substr(bit_send(binary_quantize(e.embedding)), 5) AS signs FROM swatches s LEFT JOIN embeddings e ON e.swatch_id = s.id AND e.model_id = ")
                .push_bind(model.0),
            None => sql.push("NULL::float8 AS distance, NULL::bytea AS signs FROM swatches s"),
        };
        // Facts are long and wanted of the first only.
        sql.push(" WHERE s.material_id = ANY(")
            .push_bind(numbers)
            .push(")), r AS (SELECT s.*, row_number() OVER (PARTITION BY s.material_id ORDER BY s.distance NULLS LAST, s.position, s.id) AS place FROM s) SELECT s.material_id, s.distance, CASE WHEN s.place = 1 THEN s.facts END AS facts, CASE WHEN s.place = 1 THEN s.signs END AS signs, ")
            .push(SWATCH)
            .push(" FROM r s ORDER BY s.material_id, s.place");
        let mut out: HashMap<i64, Pictures> = HashMap::new();
        for row in &sql.build().fetch_all(self.pool()).await? {
            let entry = out.entry(row.try_get("material_id")?).or_default();
            if entry.swatches.is_empty() {
                let distance: Option<f64> = row.try_get("distance")?;
                // A vector of zeros has no direction; its distance is not a number.
                entry.cosine = distance.map(|d| (1.0 - d) as f32).filter(|c| c.is_finite());
                let signs: Option<Vec<u8>> = row.try_get("signs")?;
                entry.signs = signs.unwrap_or_default();
            }
            entry.swatches.push(swatch(row)?);
        }
        Ok(out)
    }

    /// A swatch by its name, with its embedding by `model`. The same picture in two materials is found
    /// in the older one.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn swatch(
        &self,
        id: &SwatchId,
        model: Option<ModelId>,
    ) -> Result<Option<FoundSwatch>, CatalogError> {
        let Some(hash) = hash_bytes(id) else {
            return Ok(None);
        };
        let mut sql = Sql::new("SELECT s.material_id, m.slug, m.name, s.facts, e.embedding, ");
        sql.push(SWATCH)
            .push(" FROM swatches s JOIN materials m ON m.id = s.material_id LEFT JOIN embeddings e ON e.swatch_id = s.id AND e.model_id = ")
            .push_bind(model.map(|m| m.0))
            .push(" WHERE s.content_hash = ")
            .push_bind(hash)
            .push(" ORDER BY s.material_id LIMIT 1");
        let Some(row) = sql.build().fetch_optional(self.pool()).await? else {
            return Ok(None);
        };
        let vector: Option<Vector> = row.try_get("embedding")?;
        let broken = |_| CatalogError::Internal;
        Ok(Some(FoundSwatch {
            material: MaterialId(row.try_get("material_id")?),
            slug: Slug::parse(row.try_get("slug")?).map_err(broken)?,
            name: material::Name::parse(row.try_get("name")?).map_err(broken)?,
            stored: swatch(&row)?,
            embedding: vector.map(Vector::into),
        }))
    }
}
