//! The numbers and facts a candidate is scored by.

use std::collections::HashMap;
use std::sync::Arc;

use material::{MaterialCard, NewMaterial, Slug, SwatchId};
use pgvector::Vector;
use sqlx::Row;

use crate::candidates::ranks_statement;
use crate::columns::Sql;
use crate::fold::WordsQuery;
use crate::lexicon::Lexemes;
use crate::models::embedding;
use crate::read::Stored;
use crate::row::{SWATCH, StoredSwatch, card, hash_bytes, swatch};
use crate::shelf::Shelf;
use crate::{CandidateQuery, Candidates, Catalog, CatalogError, MaterialId, ModelId, SwatchRow};

/// A candidate with all that its score and its reasons need.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The material with its pictures.
    pub stored: Arc<Stored>,
    /// Which of its pictures is nearest in look; the first without a model or an embedding.
    pub nearest: usize,
    /// The cosine of that picture; `None` without a model or an embedding.
    pub cosine: Option<f32>,
    /// The signs of the numbers of that picture's embedding, eight a byte: pictures that look the same
    /// differ in few. Empty without a model or an embedding.
    pub signs: Vec<u8>,
    /// Four fifths the share of the wanted words it has, one fifth how well they stand in it, 0 to 1;
    /// `None` without words or when it has none of them.
    pub words_rank: Option<f32>,
}

impl Scored {
    /// Its number.
    pub fn id(&self) -> MaterialId {
        self.stored.id
    }

    /// The material with all its properties.
    pub fn material(&self) -> &NewMaterial {
        &self.stored.material
    }

    /// The picture nearest in look; `None` when it has no picture.
    pub fn swatch(&self) -> Option<&StoredSwatch> {
        self.stored.swatches.get(self.nearest)
    }

    /// The card with the nearest swatch first, then the others in the librarian's order.
    pub fn card(&self) -> MaterialCard {
        let others = self.stored.swatches.iter().enumerate();
        let others = others.filter(|(place, _)| *place != self.nearest);
        let swatches = self.swatch().into_iter().chain(others.map(|(_, s)| s));
        card(
            self.material(),
            swatches.map(|s| s.swatch.clone()).collect(),
        )
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

/// What a model says of the picture of a material that is nearest.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Near {
    pub swatch: SwatchRow,
    pub cosine: Option<f32>,
    pub signs: Vec<u8>,
}

impl Catalog {
    /// Everything needed to score materials. The order is that of `ids`; what is not there any more is left
    /// out.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    pub async fn score_data(
        &self,
        ids: &[MaterialId],
        model: Option<(ModelId, &[f32])>,
        words: Option<&WordsQuery>,
    ) -> Result<Vec<Scored>, CatalogError> {
        let ranks = match words {
            Some(words) => self.words_ranks(ids, words).await?,
            None => HashMap::new(),
        };
        self.scored(ids, model, ranks, HashMap::new()).await
    }

    /// The same for candidates.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`], [`CatalogError::Unfit`] for an embedding that is none.
    #[tracing::instrument(skip_all)]
    pub async fn score_candidates(
        &self,
        found: &Candidates,
        query: &CandidateQuery<'_>,
    ) -> Result<Vec<Scored>, CatalogError> {
        let ranks = match (&found.worded, query.words) {
            (_, None) => HashMap::new(),
            (None, Some(words)) => self.words_ranks(&found.ids, words).await?,
            (Some(worded), Some(words)) => {
                let unknown = |id: &&MaterialId| {
                    let has_any = u32::try_from(id.0).is_ok_and(|id| worded.having.contains(id));
                    has_any && !worded.ranks.contains_key(id)
                };
                let unknown: Vec<MaterialId> = found.ids.iter().filter(unknown).copied().collect();
                let mut ranks = self.words_ranks(&unknown, words).await?;
                ranks.extend(worded.ranks.iter().map(|(id, rank)| (*id, *rank)));
                ranks
            }
        };
        let near = found.near.clone();
        self.scored(&found.ids, query.model, ranks, near).await
    }

    async fn scored(
        &self,
        ids: &[MaterialId],
        model: Option<(ModelId, &[f32])>,
        ranks: HashMap<MaterialId, f32>,
        mut near: HashMap<MaterialId, Near>,
    ) -> Result<Vec<Scored>, CatalogError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let shelf = self.shelf().await?;
        let mut stored = self.stored(&shelf, ids).await?;
        if let Some((model, vector)) = model {
            let unknown: Vec<MaterialId> = ids
                .iter()
                .filter(|id| !near.contains_key(id))
                .copied()
                .collect();
            let vector = embedding(vector)?;
            near.extend(
                self.nearest_pictures(&shelf, &unknown, model, &vector)
                    .await?,
            );
        }
        Ok(ids
            .iter()
            .filter_map(|id| {
                let stored = stored.remove(&id.0)?;
                let near = near.remove(id);
                let is_near = |s: &StoredSwatch| near.as_ref().is_some_and(|n| n.swatch == s.row);
                Some(Scored {
                    nearest: stored.swatches.iter().position(is_near).unwrap_or(0),
                    stored,
                    cosine: near.as_ref().and_then(|n| n.cosine),
                    signs: near.map(|n| n.signs).unwrap_or_default(),
                    words_rank: ranks.get(id).copied(),
                })
            })
            .collect())
    }

    /// The stems of the words of a question, by the dictionary of the database. It never changes its mind, so
    /// that most are known.
    pub(crate) async fn lexemes(&self, words: &WordsQuery) -> Result<Lexemes, CatalogError> {
        let known = &self.inner.keep.stems;
        let mut out = Lexemes::new();
        let mut missing = Vec::new();
        for word in words.words() {
            match known.get(word) {
                Some(stems) => {
                    out.insert(word.to_owned(), stems);
                }
                None => missing.push(word),
            }
        }
        if !missing.is_empty() {
            let rows: Vec<(String, Vec<String>)> = sqlx::query_as(
                "SELECT w, tsvector_to_array(to_tsvector('veneer', w)) FROM unnest($1::text[]) w",
            )
            .bind(missing)
            .fetch_all(self.pool())
            .await?;
            for (word, stems) in rows {
                known.insert(word.clone(), stems.clone());
                out.insert(word, stems);
            }
        }
        Ok(out)
    }

    /// How well those that have any of the words have them.
    pub(crate) async fn words_ranks(
        &self,
        ids: &[MaterialId],
        words: &WordsQuery,
    ) -> Result<HashMap<MaterialId, f32>, CatalogError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let numbers: Vec<i64> = ids.iter().map(|id| id.0).collect();
        let mut statement = ranks_statement(numbers, words);
        let rows: Vec<(i64, f32)> = statement.build_query_as().fetch_all(self.pool()).await?;
        Ok(rows
            .into_iter()
            .map(|(id, rank)| (MaterialId(id), rank))
            .collect())
    }

    /// Of every material the picture that is nearest in look; of equals the one that was there first.
    pub(crate) async fn nearest_pictures(
        &self,
        shelf: &Shelf,
        ids: &[MaterialId],
        model: ModelId,
        vector: &Vector,
    ) -> Result<HashMap<MaterialId, Near>, CatalogError> {
        let (mut out, missing) = self.near_in_memory(shelf, ids, model, vector.as_slice());
        if missing.is_empty() {
            return Ok(out);
        }
        let numbers: Vec<i64> = missing.iter().map(|id| id.0).collect();
        let mut sql = Sql::new(
            // The length of the bits stands before them.
            "SELECT DISTINCT ON (e.material_id) e.material_id, e.swatch_id, e.embedding <=> ",
        );
        sql.push_bind(vector.clone())
            .push(" AS distance, substr(bit_send(binary_quantize(e.embedding)), 5) AS signs FROM embeddings e WHERE e.material_id = ANY(")
            .push_bind(numbers)
            .push(") AND e.model_id = ")
            .push_bind(model.0)
            .push(" ORDER BY e.material_id, distance, e.swatch_id");
        for row in &sql.build().fetch_all(self.pool()).await? {
            let distance: f64 = row.try_get("distance")?;
            let near = Near {
                swatch: SwatchRow(row.try_get("swatch_id")?),
                // A vector of zeros has no direction; its distance is not a number.
                cosine: Some((1.0 - distance) as f32).filter(|c| c.is_finite()),
                signs: row.try_get("signs")?,
            };
            out.insert(MaterialId(row.try_get("material_id")?), near);
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
        let mut sql = Sql::new("SELECT s.material_id, m.slug, m.name, e.embedding, ");
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
