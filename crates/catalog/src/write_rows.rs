//! The rows an entry becomes, a whole chunk of entries to a statement.

use std::collections::{BTreeMap, HashMap, HashSet};

use material::{
    BasicColour, Colour, LookFacts, NewMaterial, Properties, SwatchId, Word, trade_name,
};
use pgvector::Vector;
use serde::Serialize;
use sqlx::{Postgres, Row, Transaction, types::Json};

use crate::candidates::grid;
use crate::fold::fold;
use crate::models::embedding;
use crate::row::swatch_id;
use crate::write::{Entry, NewSwatch};
use crate::{CatalogError, ModelId};

/// A row of `materials` as JSON: one parameter for a whole chunk, arrays within rows included.
#[derive(Serialize)]
pub(crate) struct MaterialRow<'a> {
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
    sources: &'a BTreeMap<material::Field, material::Source>,
    words_a: String,
    words_b: String,
    words_c: String,
    digest: String,
}

impl<'a> MaterialRow<'a> {
    pub(crate) fn of(m: &'a NewMaterial, slug: String, digest: &[u8]) -> Self {
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
fn colour_names(colours: &[Colour]) -> Vec<&'static str> {
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

pub(crate) async fn write_materials(
    tx: &mut Transaction<'_, Postgres>,
    rows: &[MaterialRow<'_>],
    changed: &[&Entry],
) -> Result<HashMap<String, i64>, CatalogError> {
    let mut keys: Vec<&str> = Vec::new();
    let mut grids: Vec<Vector> = Vec::new();
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
         LEFT JOIN unnest($2::text[], $3::vector[]) g(key, grid) ON g.key = r.key
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
    facts: Option<&'a LookFacts>,
}

/// The swatches of an entry, each picture once.
fn distinct(entry: &Entry) -> impl Iterator<Item = &NewSwatch> {
    let mut seen = HashSet::new();
    entry.swatches.iter().filter(move |s| seen.insert(&s.id))
}

/// Writes the swatches; gives their numbers by material and picture.
pub(crate) async fn write_swatches(
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
            facts: s.facts.as_ref(),
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
        let id = swatch_id(row.try_get(1)?)?;
        out.insert((row.try_get(0)?, id), row.try_get(2)?);
    }
    Ok(out)
}

pub(crate) async fn write_embeddings(
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
                vectors.push(embedding(vector)?);
            }
        }
    }
    if models.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO embeddings (model_id, swatch_id, material_id, embedding)
         SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::vector[])
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
    fn the_largest_colour_always_has_a_name() {
        let pale = |share| Colour {
            lab: material::parse_hex("#232f4b").expect("a colour code"),
            share,
        };
        assert_eq!(colour_names(&[pale(0.05)]), ["blue"]);
        assert_eq!(colour_names(&[]), Vec::<&str>::new());
    }
}
