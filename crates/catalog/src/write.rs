//! Writing the library.

use std::collections::{HashMap, HashSet};

use material::{BasicColour, Colour, NewMaterial, Properties, Slug, SwatchId, Word, trade_name};
use pgvector::HalfVector;
use serde::Serialize;
use sqlx::{Postgres, Row, Transaction, types::Json};

use crate::candidates::grid;
use crate::fold::fold;
use crate::models::{WRITE_LOCK, half};
use crate::row::hash_bytes;
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
    /// What was measured in it, in the form the caller reads it back.
    pub facts: serde_json::Value,
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
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (i, entry) in entries.iter().enumerate() {
            last.insert(entry.material.key.as_str(), i);
        }
        let mut wanted: Vec<usize> = last.values().copied().collect();
        wanted.sort_unstable();
        let mut done: HashMap<&str, Upserted> = HashMap::new();
        let mut tx = self.pool().begin().await?;
        sqlx::query(WRITE_LOCK).execute(&mut *tx).await?;
        for chunk in wanted.chunks(CHUNK) {
            let chunk: Vec<&Entry> = chunk.iter().map(|i| &entries[*i]).collect();
            for (key, upserted) in write_chunk(&mut tx, &chunk).await? {
                done.insert(key, upserted);
            }
        }
        tx.commit().await?;
        entries
            .iter()
            .map(|e| done.get(e.material.key.as_str()).cloned())
            .map(|u| u.ok_or(CatalogError::Internal))
            .collect()
    }

    /// Adds what another model makes of swatches that are in the library. Swatches that are not are
    /// passed over. Says how many were written.
    ///
    /// # Errors
    /// [`CatalogError::Unfit`] for an embedding that is none.
    pub async fn add_embeddings(
        &self,
        model: ModelId,
        embeddings: &[(SwatchId, Vec<f32>)],
    ) -> Result<u64, CatalogError> {
        let mut hashes = Vec::with_capacity(embeddings.len());
        let mut vectors = Vec::with_capacity(embeddings.len());
        let mut seen = HashSet::new();
        for (id, vector) in embeddings {
            if let Some(hash) = hash_bytes(id)
                && seen.insert(id)
            {
                hashes.push(hash);
                vectors.push(half(vector)?);
            }
        }
        let done = sqlx::query(
            "INSERT INTO embeddings (model_id, swatch_id, material_id, embedding)
             SELECT $1, s.id, s.material_id, x.embedding
             FROM unnest($2::bytea[], $3::halfvec[]) x(hash, embedding)
             JOIN swatches s ON s.content_hash = x.hash
             ON CONFLICT (model_id, swatch_id) DO UPDATE SET embedding = excluded.embedding",
        )
        .bind(model.0)
        .bind(hashes)
        .bind(vectors)
        .execute(self.pool())
        .await?;
        Ok(done.rows_affected())
    }

    /// Swatches that have no embedding of a model yet, oldest first.
    ///
    /// # Errors
    /// [`CatalogError::Unavailable`].
    pub async fn swatches_without(
        &self,
        model: ModelId,
        limit: u32,
    ) -> Result<Vec<SwatchId>, CatalogError> {
        let found: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT content_hash FROM (
                SELECT s.content_hash, min(s.id) AS first FROM swatches s
                WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.swatch_id = s.id AND e.model_id = $1)
                GROUP BY s.content_hash) x ORDER BY first LIMIT $2",
        )
        .bind(model.0)
        .bind(i64::from(limit))
        .fetch_all(self.pool())
        .await?;
        found.iter().map(|h| crate::row::swatch_id(h)).collect()
    }
}

async fn write_chunk<'e>(
    tx: &mut Transaction<'_, Postgres>,
    entries: &[&'e Entry],
) -> Result<Vec<(&'e str, Upserted)>, CatalogError> {
    let known = known(tx, entries).await?;
    let mut slugs = taken_slugs(tx, entries).await?;
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
    entries: &[&Entry],
) -> Result<HashSet<String>, CatalogError> {
    let wishes: Vec<&str> = entries.iter().map(|e| e.material.slug.as_str()).collect();
    // An address ends in `-2`, `-3` … when it was numbered; take the number off and compare. Both
    // sides are equalities, so that a large library is not scanned for every wish.
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
fn digest(entry: &Entry) -> Vec<u8> {
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

/// A row of `materials` as JSON: one parameter for a whole chunk, arrays within rows included.
#[derive(Serialize)]
struct MaterialRow<'a> {
    key: &'a str,
    slug: String,
    name: &'a str,
    maker: Option<&'a str>,
    description: &'a str,
    category: Option<&'a str>,
    finish: Option<&'a str>,
    texture: Option<&'a str>,
    pattern: Option<&'a str>,
    pattern_scale_mm: Option<f32>,
    colours: &'a [Colour],
    colour_names: Vec<&'static str>,
    applications: Vec<&'static str>,
    width_mm: Option<f32>,
    length_mm: Option<f32>,
    thickness_mm: Option<f32>,
    joint_mm: Option<f32>,
    longest_mm: Option<f32>,
    price_cents: Option<i64>,
    currency: Option<&'static str>,
    price_unit: Option<&'static str>,
    price_date: Option<&'a str>,
    fire: Option<String>,
    slip: Option<&'static str>,
    specs: &'a [material::Spec],
    sources: &'a std::collections::BTreeMap<material::Field, material::Source>,
    words_a: String,
    words_b: String,
    words_c: String,
    digest: String,
}

impl<'a> MaterialRow<'a> {
    fn of(m: &'a NewMaterial, slug: String, digest: &[u8]) -> Self {
        let p = &m.properties;
        Self {
            key: m.key.as_str(),
            slug,
            name: m.name.as_str(),
            maker: m.maker.as_ref().map(|n| n.as_str()),
            description: m.description.as_str(),
            category: p.category.map(|c| c.as_str()),
            finish: p.finish.map(Word::as_str),
            texture: p.texture.map(Word::as_str),
            pattern: p.pattern.map(Word::as_str),
            pattern_scale_mm: p.pattern_scale_mm,
            colours: &p.colours,
            colour_names: colour_names(&p.colours),
            applications: p.applications.iter().map(|a| a.as_str()).collect(),
            width_mm: p.size.map(|s| s.width_mm),
            length_mm: p.size.and_then(|s| s.length_mm),
            thickness_mm: p.size.and_then(|s| s.thickness_mm),
            joint_mm: p.size.and_then(|s| s.joint_mm),
            longest_mm: p.size.map(|s| s.longest_mm()),
            price_cents: p.price.as_ref().map(|p| p.cents),
            currency: p.price.as_ref().map(|p| p.currency.as_str()),
            price_unit: p.price.as_ref().map(|p| p.unit.as_str()),
            price_date: p.price.as_ref().and_then(|p| p.date.as_deref()),
            fire: p.fire.map(|f| f.to_string()),
            slip: p.slip.map(Word::as_str),
            specs: &p.specs,
            sources: &p.sources,
            words_a: fold(m.name.as_str()),
            words_b: fold(&property_words(p)),
            words_c: fold(&other_words(m)),
            digest: digest.iter().map(|b| format!("{b:02x}")).collect(),
        }
    }
}

/// The basic terms of the colours that cover at least 8 %; always that of the largest.
pub(crate) fn colour_names(colours: &[Colour]) -> Vec<&'static str> {
    const COUNTS: f32 = 0.08;
    let largest = colours
        .iter()
        .max_by(|a, b| a.share.total_cmp(&b.share))
        .into_iter();
    let mut names: Vec<&'static str> = largest
        .chain(colours.iter().filter(|c| c.share >= COUNTS))
        .map(|c| BasicColour::of(c.lab).as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The kind and what it belongs to, and the properties, with their synonyms: `timber` finds oak.
fn property_words(p: &Properties) -> String {
    let mut out: Vec<&str> = Vec::new();
    for kind in p
        .category
        .into_iter()
        .flat_map(|c| [Some(c), c.parent()])
        .flatten()
    {
        out.push(kind.label());
        out.extend(kind.synonyms());
    }
    fn add<W: Word>(out: &mut Vec<&str>, words: impl IntoIterator<Item = W>) {
        for word in words {
            out.push(word.label());
            out.extend(word.synonyms());
        }
    }
    add(&mut out, p.finish);
    add(&mut out, p.texture);
    add(&mut out, p.pattern);
    add(&mut out, p.applications.iter().copied());
    // Of colours the names alone: beige is called cream, ivory and sand, but is not all of them.
    out.extend(colour_names(&p.colours));
    out.join(" ")
}

fn other_words(m: &NewMaterial) -> String {
    let p = &m.properties;
    let mut out = vec![m.description.as_str()];
    out.extend(m.maker.as_ref().map(|n| n.as_str()));
    out.extend(p.colours.iter().take(3).map(|c| trade_name(c.lab)));
    out.extend(p.slip.map(Word::label));
    out.extend(
        p.specs
            .iter()
            .flat_map(|s| [s.name.as_str(), s.value.as_str()]),
    );
    out.join(" ")
}

async fn write_materials(
    tx: &mut Transaction<'_, Postgres>,
    rows: &[MaterialRow<'_>],
    changed: &[&Entry],
) -> Result<HashMap<String, i64>, CatalogError> {
    let mut keys: Vec<&str> = Vec::new();
    let mut grids: Vec<HalfVector> = Vec::new();
    for entry in changed {
        if let Some(grid) = grid(&entry.material.properties.colours) {
            keys.push(entry.material.key.as_str());
            grids.push(grid);
        }
    }
    let found = sqlx::query(
        "INSERT INTO materials (
            key, slug, name, maker, description, category, finish, texture, pattern, pattern_scale_mm,
            colours, colour_names, colour_grid, applications, width_mm, length_mm, thickness_mm, joint_mm,
            longest_mm, price_cents, currency, price_unit, price_date, fire, slip, specs, sources, words, digest)
         SELECT r.key, slug, name, maker, description, category, finish, texture, pattern, pattern_scale_mm,
            colours, colour_names, g.grid, applications, width_mm, length_mm, thickness_mm, joint_mm,
            longest_mm, price_cents, currency, price_unit, price_date, fire, slip, specs, sources,
            setweight(to_tsvector('veneer', words_a), 'A') || setweight(to_tsvector('veneer', words_b), 'B')
                || setweight(to_tsvector('veneer', words_c), 'C'),
            decode(digest, 'hex')
         FROM jsonb_to_recordset($1) AS r(
            key text, slug text, name text, maker text, description text, category text, finish text,
            texture text, pattern text, pattern_scale_mm real, colours jsonb, colour_names text[],
            applications text[], width_mm real, length_mm real, thickness_mm real, joint_mm real,
            longest_mm real, price_cents bigint, currency text, price_unit text, price_date text, fire text,
            slip text, specs jsonb, sources jsonb, words_a text, words_b text, words_c text, digest text)
         LEFT JOIN unnest($2::text[], $3::halfvec[]) g(key, grid) ON g.key = r.key
         ON CONFLICT (key) DO UPDATE SET
            name = excluded.name, maker = excluded.maker, description = excluded.description,
            category = excluded.category, finish = excluded.finish, texture = excluded.texture,
            pattern = excluded.pattern, pattern_scale_mm = excluded.pattern_scale_mm,
            colours = excluded.colours, colour_names = excluded.colour_names,
            colour_grid = excluded.colour_grid, applications = excluded.applications,
            width_mm = excluded.width_mm, length_mm = excluded.length_mm,
            thickness_mm = excluded.thickness_mm, joint_mm = excluded.joint_mm,
            longest_mm = excluded.longest_mm, price_cents = excluded.price_cents,
            currency = excluded.currency, price_unit = excluded.price_unit,
            price_date = excluded.price_date, fire = excluded.fire, slip = excluded.slip,
            specs = excluded.specs, sources = excluded.sources, words = excluded.words,
            digest = excluded.digest, updated_at = now()
         RETURNING key, id",
    )
    .bind(Json(rows))
    .bind(keys)
    .bind(grids)
    .fetch_all(&mut **tx)
    .await?;
    let mut ids = HashMap::with_capacity(found.len());
    for row in found {
        ids.insert(row.try_get(0)?, row.try_get(1)?);
    }
    Ok(ids)
}

/// A row of `swatches` as JSON.
#[derive(Serialize)]
struct SwatchRow<'a> {
    material_id: i64,
    position: usize,
    view: &'a str,
    content_hash: &'a str,
    phash: i64,
    width: u32,
    height: u32,
    ground: &'a str,
    palette: &'a [Colour],
    facts: &'a serde_json::Value,
}

/// The swatches of an entry, each picture once.
fn distinct(entry: &Entry) -> impl Iterator<Item = &NewSwatch> {
    let mut seen = HashSet::new();
    entry.swatches.iter().filter(move |s| seen.insert(&s.id))
}

/// Writes the swatches; gives their numbers by material and picture.
async fn write_swatches(
    tx: &mut Transaction<'_, Postgres>,
    ids: &HashMap<String, i64>,
    changed: &[&Entry],
) -> Result<HashMap<(i64, SwatchId), i64>, CatalogError> {
    let mut rows = Vec::new();
    for entry in changed {
        let material_id = number(ids, entry)?;
        rows.extend(distinct(entry).enumerate().map(|(position, s)| SwatchRow {
            material_id,
            position,
            view: &s.view,
            content_hash: s.id.as_str(),
            phash: s.phash as i64,
            width: s.width,
            height: s.height,
            ground: &s.ground,
            palette: &s.palette,
            facts: &s.facts,
        }));
    }
    let materials: Vec<i64> = ids.values().copied().collect();
    let (owners, hashes): (Vec<i64>, Vec<&str>) =
        rows.iter().map(|r| (r.material_id, r.content_hash)).unzip();
    sqlx::query(
        "DELETE FROM swatches s WHERE s.material_id = ANY($1) AND NOT EXISTS (
            SELECT 1 FROM unnest($2::bigint[], $3::text[]) k(material_id, hash)
            WHERE k.material_id = s.material_id AND decode(k.hash, 'hex') = s.content_hash)",
    )
    .bind(&materials)
    .bind(owners)
    .bind(hashes)
    .execute(&mut **tx)
    .await?;
    let found = sqlx::query(
        "INSERT INTO swatches (material_id, position, view, content_hash, phash, width, height, ground, palette, facts)
         SELECT material_id, position, view, decode(content_hash, 'hex'), phash, width, height, ground, palette,
                coalesce(facts, 'null')
         FROM jsonb_to_recordset($1) AS r(
            material_id bigint, position integer, view text, content_hash text, phash bigint, width integer,
            height integer, ground text, palette jsonb, facts jsonb)
         ON CONFLICT (material_id, content_hash) DO UPDATE SET
            position = excluded.position, view = excluded.view, phash = excluded.phash,
            width = excluded.width, height = excluded.height, ground = excluded.ground,
            palette = excluded.palette, facts = excluded.facts
         RETURNING material_id, content_hash, id",
    )
    .bind(Json(&rows))
    .fetch_all(&mut **tx)
    .await?;
    let mut out = HashMap::with_capacity(found.len());
    for row in found {
        let id = crate::row::swatch_id(row.try_get(1)?)?;
        out.insert((row.try_get(0)?, id), row.try_get(2)?);
    }
    Ok(out)
}

async fn write_embeddings(
    tx: &mut Transaction<'_, Postgres>,
    ids: &HashMap<String, i64>,
    swatches: &HashMap<(i64, SwatchId), i64>,
    changed: &[&Entry],
) -> Result<(), CatalogError> {
    let (mut models, mut numbers, mut owners, mut vectors) = (vec![], vec![], vec![], vec![]);
    for entry in changed {
        let material = number(ids, entry)?;
        for swatch in distinct(entry) {
            let number = swatches.get(&(material, swatch.id.clone()));
            let number = *number.ok_or(CatalogError::Internal)?;
            // A model named twice for one picture: the later counts.
            let by_model: HashMap<ModelId, &Vec<f32>> =
                swatch.embeddings.iter().map(|(m, v)| (*m, v)).collect();
            for (model, vector) in by_model {
                models.push(model.0);
                numbers.push(number);
                owners.push(material);
                vectors.push(half(vector)?);
            }
        }
    }
    if models.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO embeddings (model_id, swatch_id, material_id, embedding)
         SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::halfvec[])
         ON CONFLICT (model_id, swatch_id) DO UPDATE SET embedding = excluded.embedding",
    )
    .bind(models)
    .bind(numbers)
    .bind(owners)
    .bind(vectors)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn number(ids: &HashMap<String, i64>, entry: &Entry) -> Result<i64, CatalogError> {
    let id = ids.get(entry.material.key.as_str());
    id.copied().ok_or(CatalogError::Internal)
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

    #[test]
    fn the_largest_colour_always_has_a_name() {
        let pale = |share| Colour {
            lab: material::parse_hex("#232f4b").expect("a colour code"),
            share,
        };
        assert_eq!(colour_names(&[pale(0.05)]), ["blue"]);
        assert_eq!(colour_names(&[]), Vec::<&str>::new());
    }
}
