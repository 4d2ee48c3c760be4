//! Writing the library.

use std::collections::{HashMap, HashSet};

use material::{Colour, LookFacts, NewMaterial, Properties, Slug, SwatchId};
use sqlx::{Postgres, Row, Transaction};

use crate::models::{WRITE_LOCK, check_dims};
use crate::row::hash_bytes;
use crate::swatch_analyses::{SwatchAnalysis, write_analyses};
use crate::write_rows::{MaterialRow, write_embeddings, write_materials, write_swatches};
use crate::{Catalog, CatalogError, MaterialId, ModelId};

/// A picture of a material as it enters the library. The picture itself goes to
/// [`Catalog::put_image`] before.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSwatch {
    /// The content hash of the picture, 64 digits.
    pub id: SwatchId,
    /// `face`, `close-up` …
    pub view: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The colour of the box before the picture is there, `#rrggbb`.
    pub ground: String,
    /// Perceptual hash.
    pub phash: u64,
    /// Its colours, largest share first.
    pub palette: Vec<Colour>,
    /// What was measured in it.
    pub facts: Option<LookFacts>,
    /// What models make of it.
    pub embeddings: Vec<(ModelId, Vec<f32>)>,
}

/// A material with its pictures.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What is known.
    pub material: NewMaterial,
    /// Its pictures in the order they are shown.
    pub swatches: Vec<NewSwatch>,
}

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upserted {
    /// Its number.
    pub id: MaterialId,
    /// Its address: the one wished for, with a number after it when another material had that.
    pub slug: Slug,
    /// Whether the key is new.
    pub created: bool,
    /// Whether anything was written.
    pub changed: bool,
}

/// What the library knows of a key already.
struct Known {
    id: i64,
    slug: String,
    digest: Vec<u8>,
}

/// How many materials go in one statement.
const CHUNK: usize = 250;

impl Catalog {
    /// The most swatches of one material.
    pub const MAX_SWATCHES: usize = 50;

    /// Writes one material; see [`Self::upsert_many`].
    ///
    /// # Errors
    /// Those of [`Self::upsert_many`].
    pub async fn upsert(
        &self,
        material: &NewMaterial,
        swatches: &[NewSwatch],
    ) -> Result<Upserted, CatalogError> {
        let entry = Entry {
            material: material.clone(),
            swatches: swatches.to_vec(),
        };
        let done = self.upsert_many(std::slice::from_ref(&entry)).await?;
        done.into_iter().next().ok_or(CatalogError::Internal)
    }

    /// Writes materials in one transaction: all or none. The same key is the same material, keeps its
    /// address, and loses the swatches that are not named any more; embeddings of other models stay with
    /// swatches that stay. The same content writes nothing. Of two entries of one key the later counts.
    /// The answer has the order of `entries`.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for what cannot be stored, [`CatalogError::Unavailable`].
    pub async fn upsert_many(&self, entries: &[Entry]) -> Result<Vec<Upserted>, CatalogError> {
        self.upsert_analysed(entries, &[]).await
    }

    /// The same, and in the same transaction what models said about the pictures: a material never stands
    /// there with values whose analysis is missing, nor an analysis without its picture's vectors.
    ///
    /// # Errors
    /// Those of [`Self::upsert_many`].
    pub async fn upsert_analysed(
        &self,
        entries: &[Entry],
        said: &[SwatchAnalysis],
    ) -> Result<Vec<Upserted>, CatalogError> {
        let mut tx = self.pool().begin().await?;
        sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
        let done = write_all(&mut tx, entries, said).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// Writes entries and what was said of their pictures in a transaction that holds the lock of writers. The
/// answer has the order of `entries`.
pub(crate) async fn write_all(
    tx: &mut Transaction<'_, Postgres>,
    entries: &[Entry],
    said: &[SwatchAnalysis],
) -> Result<Vec<Upserted>, CatalogError> {
    let mut done: HashMap<&str, Upserted> = HashMap::new();
    for chunk in last_of_each(entries).chunks(CHUNK) {
        for (key, upserted) in write_chunk(tx, chunk).await? {
            done.insert(key, upserted);
        }
    }
    write_analyses(tx, said).await?;
    entries
        .iter()
        .map(|e| done.get(e.material.key.as_str()).cloned())
        .map(|u| u.ok_or(CatalogError::Internal))
        .collect()
}

/// The keys of entries that are new or have another content than what is there.
pub(crate) async fn changing(
    tx: &mut Transaction<'_, Postgres>,
    entries: &[Entry],
) -> Result<HashSet<String>, CatalogError> {
    let entries = last_of_each(entries);
    let known = known(tx, &entries).await?;
    Ok(entries
        .iter()
        .filter(|e| {
            let known = known.get(e.material.key.as_str());
            known.is_none_or(|known| known.digest != digest(e))
        })
        .map(|e| e.material.key.to_string())
        .collect())
}

/// Of entries of one key the last, in their order.
fn last_of_each(entries: &[Entry]) -> Vec<&Entry> {
    let mut last: HashMap<&str, usize> = HashMap::new();
    for (i, entry) in entries.iter().enumerate() {
        last.insert(entry.material.key.as_str(), i);
    }
    let mut wanted: Vec<usize> = last.into_values().collect();
    wanted.sort_unstable();
    wanted.into_iter().map(|i| &entries[i]).collect()
}

pub(crate) async fn write_chunk<'e>(
    tx: &mut Transaction<'_, Postgres>,
    entries: &[&'e Entry],
) -> Result<Vec<(&'e str, Upserted)>, CatalogError> {
    let embeddings = entries.iter().flat_map(|e| &e.swatches);
    let embeddings = embeddings.flat_map(|s| s.embeddings.iter().map(|(m, v)| (*m, v.len())));
    check_dims(&mut **tx, embeddings.collect()).await?;
    let known = known(tx, entries).await?;
    let new = entries.iter().map(|e| &e.material);
    let new = new.filter(|m| !known.contains_key(m.key.as_str()));
    let wishes: Vec<&str> = new.map(|m| m.slug.as_str()).collect();
    let mut slugs = taken_slugs(tx, &wishes).await?;
    let mut out = Vec::with_capacity(entries.len());
    let mut rows = Vec::new();
    let mut changed: Vec<&Entry> = Vec::new();
    for &entry in entries {
        check(entry)?;
        let digest = digest(entry);
        let key = entry.material.key.as_str();
        let before = known.get(key);
        let slug = match before {
            Some(before) => before.slug.clone(),
            None => free_slug(entry.material.slug.as_str(), &mut slugs),
        };
        let same = before.is_some_and(|b| b.digest == digest);
        if !same {
            rows.push(MaterialRow::of(&entry.material, slug.clone(), &digest));
            changed.push(entry);
        }
        out.push((
            key,
            Upserted {
                id: MaterialId(before.map_or(0, |b| b.id)),
                slug: Slug::parse(&slug).map_err(|_| CatalogError::Internal)?,
                created: before.is_none(),
                changed: !same,
            },
        ));
    }
    if changed.is_empty() {
        return Ok(out);
    }
    let ids = write_materials(tx, &rows, &changed).await?;
    for (key, upserted) in &mut out {
        if let Some(id) = ids.get(*key) {
            upserted.id = MaterialId(*id);
        }
    }
    let swatches = write_swatches(tx, &ids, &changed).await?;
    write_embeddings(tx, &ids, &swatches, &changed).await?;
    Ok(out)
}

async fn known(
    tx: &mut Transaction<'_, Postgres>,
    entries: &[&Entry],
) -> Result<HashMap<String, Known>, CatalogError> {
    let keys: Vec<&str> = entries.iter().map(|e| e.material.key.as_str()).collect();
    let rows = sqlx::query("SELECT key, id, slug, digest FROM materials WHERE key = ANY($1)")
        .bind(keys)
        .fetch_all(&mut **tx)
        .await?;
    let mut out = HashMap::with_capacity(rows.len());
    for row in rows {
        let known = Known {
            id: row.try_get(1)?,
            slug: row.try_get(2)?,
            digest: row.try_get(3)?,
        };
        out.insert(row.try_get(0)?, known);
    }
    Ok(out)
}

/// The addresses that are gone among those wished for and their numbered forms.
async fn taken_slugs(
    tx: &mut Transaction<'_, Postgres>,
    wishes: &[&str],
) -> Result<HashSet<String>, CatalogError> {
    if wishes.is_empty() {
        return Ok(HashSet::new());
    }
    // The range ('.' follows '-') finds numbered forms through the index; the column compares by bytes
    // for that.
    let taken: Vec<String> = sqlx::query_scalar(
        "SELECT slug FROM materials WHERE slug = ANY($1)
         UNION SELECT m.slug FROM materials m JOIN unnest($1) w
               ON m.slug >= w || '-' AND m.slug < w || '.' AND m.slug ~ '-[0-9]+$'",
    )
    .bind(wishes)
    .fetch_all(&mut **tx)
    .await?;
    Ok(taken.into_iter().collect())
}

/// The wish, or the wish with the first number that is free.
fn free_slug(wish: &str, taken: &mut HashSet<String>) -> String {
    let mut slug = wish.to_owned();
    let mut number = 1_u32;
    while !taken.insert(slug.clone()) {
        number += 1;
        // Room for the number within the limit of an address.
        slug = format!("{}-{number}", &wish[..wish.len().min(92)]);
    }
    slug
}

fn check(entry: &Entry) -> Result<(), CatalogError> {
    let unfit = |text: String| Err(CatalogError::Unfit(text));
    let name = &entry.material.name;
    let p = &entry.material.properties;
    if p.colours.len() > Properties::MAX_COLOURS || p.specs.len() > Properties::MAX_SPECS {
        return unfit(format!(
            "“{name}” has too many colours or specs: {} and {} are what fits.",
            Properties::MAX_COLOURS,
            Properties::MAX_SPECS
        ));
    }
    let size = p.size.map(|s| {
        [
            Some(s.width_mm),
            s.length_mm,
            s.thickness_mm,
            s.joint_mm,
            p.pattern_scale_mm,
        ]
    });
    if size
        .into_iter()
        .flatten()
        .flatten()
        .any(|mm| !mm.is_finite())
    {
        return unfit(format!("A measure of “{name}” is not a number."));
    }
    if entry.swatches.len() > Catalog::MAX_SWATCHES {
        return unfit(format!(
            "“{name}” has too many pictures: {} is what fits.",
            Catalog::MAX_SWATCHES
        ));
    }
    for swatch in &entry.swatches {
        if hash_bytes(&swatch.id).is_none() {
            return unfit(format!("A picture of “{name}” has no proper content hash."));
        }
        if swatch.width == 0
            || swatch.height == 0
            || swatch.width.max(swatch.height) > 1_000_000
            || swatch.view.len() > 100
            || swatch.ground.len() > 20
            || swatch.palette.len() > 64
        {
            return unfit(format!(
                "What is said of a picture of “{name}” does not fit."
            ));
        }
    }
    Ok(())
}

/// Of everything that is written, apart from the address, which stays. The form has a number, so that
/// a change of what is derived from the content (the words, the colour grid) writes everything anew.
pub(crate) fn digest(entry: &Entry) -> Vec<u8> {
    const FORM: &[u8] = b"veneer entry 1";
    let mut hasher = blake3::Hasher::new();
    hasher.update(FORM);
    let m = &entry.material;
    let mut add = |value: &dyn erased::Json| {
        let text = value.json();
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(&(&m.key, &m.name, &m.maker, &m.description, &m.properties));
    for s in &entry.swatches {
        add(&(&s.id, &s.view, s.width, s.height, &s.ground, s.phash));
        add(&(&s.palette, &s.facts));
        for (model, vector) in &s.embeddings {
            let bits: Vec<u32> = vector.iter().map(|x| x.to_bits()).collect();
            add(&(model.0, bits));
        }
    }
    hasher.finalize().as_bytes().to_vec()
}

mod erased {
    /// Anything that has a JSON text.
    pub(super) trait Json {
        fn json(&self) -> String;
    }

    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> String {
            // Numbers that are none become null; nothing else can fail here.
            serde_json::to_string(self).unwrap_or_default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_address_gets_the_next_number() {
        let mut taken: HashSet<String> = ["oak", "oak-2"].map(String::from).into();
        assert_eq!(free_slug("oak", &mut taken), "oak-3");
        assert_eq!(free_slug("oak", &mut taken), "oak-4");
        assert_eq!(free_slug("ash", &mut taken), "ash");
        let long = "x".repeat(100);
        free_slug(&long, &mut taken);
        assert!(Slug::parse(&free_slug(&long, &mut taken)).is_ok());
    }
}
