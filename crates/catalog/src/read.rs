//! Reading the library.

use std::collections::{HashMap, HashSet};

use material::{
    Category, CategoryTile, Home, MaterialCard, Name, NewMaterial, Slug, SwatchId, TOP_CATEGORIES,
};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::columns::Sql;
use crate::row::{MATERIAL, SWATCH, StoredSwatch, card, hash_bytes, material, swatch, swatch_id};
use crate::{Catalog, CatalogError, MaterialId, Reply};

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Materials.
    pub materials: u32,
    /// Pictures of them.
    pub swatches: u32,
}

/// A material as the library keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Its number.
    pub id: MaterialId,
    /// All that is known.
    pub material: NewMaterial,
    /// Its pictures in the librarian's order, with their facts.
    pub swatches: Vec<StoredSwatch>,
}

impl Stored {
    /// The card with the swatches in the librarian's order.
    pub fn card(&self) -> MaterialCard {
        let swatches = self.swatches.iter().map(|s| s.swatch.clone()).collect();
        card(&self.material, swatches)
    }
}

impl Catalog {
    /// How much there is.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn counts(&self) -> Result<Counts, CatalogError> {
        let shelf = self.shelf().await?;
        Ok(Counts {
            materials: shelf.materials(),
            swatches: shelf.pictures() as u32,
        })
    }

    /// Which of these keys the library has.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn has_keys(&self, keys: &[Name]) -> Result<HashSet<Name>, CatalogError> {
        let texts: Vec<&str> = keys.iter().map(Name::as_str).collect();
        let found: Vec<String> =
            sqlx::query_scalar("SELECT key FROM materials WHERE key = ANY($1)")
                .bind(texts)
                .fetch_all(self.pool())
                .await?;
        let found: HashSet<String> = found.into_iter().collect();
        let has = |key: &&Name| found.contains(key.as_str());
        Ok(keys.iter().filter(has).cloned().collect())
    }

    /// Which of these pictures the library has, in any material.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn has_swatches(&self, ids: &[SwatchId]) -> Result<HashSet<SwatchId>, CatalogError> {
        let hashes: Vec<Vec<u8>> = ids.iter().filter_map(hash_bytes).collect();
        let found: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT DISTINCT content_hash FROM swatches WHERE content_hash = ANY($1)",
        )
        .bind(hashes)
        .fetch_all(self.pool())
        .await?;
        found.iter().map(|hash| swatch_id(hash)).collect()
    }

    /// A material by its address.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn material(&self, slug: &Slug) -> Result<Option<Stored>, CatalogError> {
        let mut sql = Sql::new("SELECT ");
        sql.push(MATERIAL)
            .push(" FROM materials m WHERE m.slug = ")
            .push_bind(slug.as_str());
        let Some(row) = sql.build().fetch_optional(self.pool()).await? else {
            return Ok(None);
        };
        let id: i64 = row.try_get("id")?;
        let mut sql = Sql::new("SELECT ");
        sql.push(SWATCH)
            .push(" FROM swatches s WHERE s.material_id = ")
            .push_bind(id)
            .push(" ORDER BY s.position, s.id");
        let swatches = sql.build().fetch_all(self.pool()).await?;
        Ok(Some(Stored {
            id: MaterialId(id),
            material: material(&row)?,
            swatches: swatches.iter().map(swatch).collect::<Result<_, _>>()?,
        }))
    }

    /// The materials of these keys, whole; those that are not there are missing.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn materials_of<'a>(&'a self, keys: &'a [Name]) -> Reply<'a, Vec<Stored>> {
        Box::pin(async move {
            let keys: Vec<&str> = keys.iter().map(Name::as_str).collect();
            let mut sql = Sql::new("SELECT ");
            sql.push(MATERIAL)
                .push(" FROM materials m WHERE m.key = ANY(")
                .push_bind(keys)
                .push(") ORDER BY m.id");
            let rows = sql.build().fetch_all(self.pool()).await?;
            self.whole(&rows).await
        })
    }

    /// Materials with their numbers above `after`, whole, in the order of their numbers, at most `limit`.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub fn materials_after(&self, after: i64, limit: u32) -> Reply<'_, Vec<Stored>> {
        Box::pin(async move {
            let mut sql = Sql::new("SELECT ");
            sql.push(MATERIAL)
                .push(" FROM materials m WHERE m.id > ")
                .push_bind(after)
                .push(" ORDER BY m.id LIMIT ")
                .push_bind(i64::from(limit));
            let rows = sql.build().fetch_all(self.pool()).await?;
            self.whole(&rows).await
        })
    }

    /// Rows of materials with their pictures.
    async fn whole(&self, rows: &[PgRow]) -> Result<Vec<Stored>, CatalogError> {
        let mut ids: Vec<i64> = Vec::with_capacity(rows.len());
        for row in rows {
            ids.push(row.try_get("id")?);
        }
        let mut sql = Sql::new("SELECT s.material_id, ");
        sql.push(SWATCH)
            .push(" FROM swatches s WHERE s.material_id = ANY(")
            .push_bind(&ids)
            .push(") ORDER BY s.position, s.id");
        let mut swatches: HashMap<i64, Vec<StoredSwatch>> = HashMap::new();
        for row in sql.build().fetch_all(self.pool()).await? {
            let owner = row.try_get("material_id")?;
            swatches.entry(owner).or_default().push(swatch(&row)?);
        }
        rows.iter()
            .zip(ids)
            .map(|(row, id)| {
                Ok(Stored {
                    id: MaterialId(id),
                    material: material(row)?,
                    swatches: swatches.remove(&id).unwrap_or_default(),
                })
            })
            .collect()
    }

    /// What the home page shows: every top category that has materials with its count and a picture, and
    /// up to `examples` materials, of as many categories as there are.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn home(&self, examples: u32) -> Result<Home, CatalogError> {
        let shelf = self.shelf().await?;
        let examples = examples.clamp(1, 60) as usize;
        let mut tops: Vec<(Category, Vec<MaterialId>, u32)> = TOP_CATEGORIES
            .iter()
            .map(|top| {
                let (firsts, count) = shelf.pictured(*top, examples);
                let firsts = firsts.into_iter().map(|id| MaterialId(i64::from(id)));
                (*top, firsts.collect(), count)
            })
            .collect();
        tops.sort_by_key(|(top, _, _)| top.as_str());
        // The first of every category, then the second of every one, and so on.
        let shown: Vec<MaterialId> = (0..examples)
            .flat_map(|place| tops.iter().filter_map(move |(_, ids, _)| ids.get(place)))
            .copied()
            .take(examples)
            .collect();
        let firsts: Vec<(Category, u32, MaterialId)> = tops
            .iter()
            .filter_map(|(top, ids, count)| Some((*top, *count, *ids.first()?)))
            .collect();
        let mut wanted = shown.clone();
        wanted.extend(firsts.iter().map(|(_, _, id)| *id));
        wanted.sort_unstable();
        wanted.dedup();
        let cards: Vec<_> = self.score_data(&wanted, None, None).await?;
        let card_of = |id: MaterialId| cards.iter().find(|c| c.id() == id).map(|c| c.card());
        let counts = self.counts().await?;
        Ok(Home {
            examples: shown.iter().filter_map(|id| card_of(*id)).collect(),
            categories: TOP_CATEGORIES
                .iter()
                .filter_map(|top| {
                    let (category, count, id) = firsts.iter().find(|(c, _, _)| c == top)?;
                    Some(CategoryTile {
                        category: *category,
                        count: *count,
                        swatch: card_of(*id)?.swatches.into_iter().next(),
                    })
                })
                .collect(),
            materials: counts.materials,
            swatches: counts.swatches,
        })
    }

    /// Pictures whose perceptual hash differs from `phash` in at most `bits` of 64 bits, nearest
    /// first, at most 100.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn near_duplicates(
        &self,
        phash: u64,
        bits: u32,
    ) -> Result<Vec<(MaterialId, SwatchId, u32)>, CatalogError> {
        let rows = sqlx::query(
            "SELECT s.material_id, s.content_hash, bit_count((s.phash # $1)::bit(64)) AS bits
             FROM swatches s WHERE bit_count((s.phash # $1)::bit(64)) <= $2
             ORDER BY bits, s.id LIMIT 100",
        )
        .bind(phash as i64)
        .bind(i64::from(bits))
        .fetch_all(self.pool())
        .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    MaterialId(row.try_get(0)?),
                    swatch_id(row.try_get(1)?)?,
                    row.try_get::<i64, _>(2)? as u32,
                ))
            })
            .collect()
    }
}
