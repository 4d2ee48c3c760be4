//! Rows as the words of `material`.

use std::collections::BTreeMap;
use std::time::Duration;

use material::{
    Category, Colour, Description, Field, FireClass, LookFacts, MaterialCard, Name, NewMaterial,
    Price, Properties, Size, Slug, Source, Spec, SwatchId, SwatchRef, Word,
};
use sqlx::postgres::PgRow;
use sqlx::{Row, types::Json};

use crate::{CatalogError, SwatchRow};

/// A picture of a material as the library keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSwatch {
    /// Its number.
    pub row: SwatchRow,
    /// Name, size, ground, view.
    pub swatch: SwatchRef,
    /// Perceptual hash, 64 bits; pictures that look the same differ in few.
    pub phash: u64,
    /// Its colours, largest share first.
    pub palette: Vec<Colour>,
    /// What was measured in it; `None` when nothing was, or in a form that is not known any more.
    pub facts: Option<LookFacts>,
}

/// The columns [`material`] reads, of `materials m`.
pub(crate) const MATERIAL: &str = "m.id, m.key, m.slug, m.name, m.maker, m.description, m.category, m.finish, m.texture, m.pattern, m.pattern_scale_mm, m.colours, m.applications, m.width_mm, m.length_mm, m.thickness_mm, m.joint_mm, m.price_cents, m.currency, m.price_unit, m.price_date, m.fire, m.slip, m.specs, m.sources";

/// The columns [`swatch`] reads, of `swatches s`.
pub(crate) const SWATCH: &str =
    "s.id, s.content_hash, s.view, s.phash, s.width, s.height, s.ground, s.palette, s.facts";

/// What the types took on the way in they take on the way out; else somebody wrote past them.
fn broken(error: impl std::fmt::Display) -> CatalogError {
    tracing::error!(%error, "a row of the library cannot be read");
    CatalogError::Internal
}

/// A word the vocabulary does not have any more counts as not known.
fn word<T>(
    row: &PgRow,
    column: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, CatalogError> {
    let text: Option<&str> = row.try_get(column)?;
    Ok(text.and_then(parse))
}

/// Reads the columns of [`MATERIAL`].
pub(crate) fn material(row: &PgRow) -> Result<NewMaterial, CatalogError> {
    let name = |column: &str| -> Result<Name, CatalogError> {
        Name::parse(row.try_get(column)?).map_err(broken)
    };
    let width: Option<f32> = row.try_get("width_mm")?;
    let cents: Option<i64> = row.try_get("price_cents")?;
    let price = match (
        cents,
        word(row, "currency", |w| Word::parse(w).ok())?,
        word(row, "price_unit", |w| Word::parse(w).ok())?,
    ) {
        (Some(cents), Some(currency), Some(unit)) => Some(Price {
            cents,
            currency,
            unit,
            date: row.try_get("price_date")?,
        }),
        _ => None,
    };
    let Json(colours): Json<Vec<Colour>> = row.try_get("colours")?;
    let Json(specs): Json<Vec<Spec>> = row.try_get("specs")?;
    let Json(sources): Json<BTreeMap<Field, Source>> = row.try_get("sources")?;
    let applications: Vec<String> = row.try_get("applications")?;
    let maker: Option<&str> = row.try_get("maker")?;
    Ok(NewMaterial {
        key: name("key")?,
        slug: Slug::parse(row.try_get("slug")?).map_err(broken)?,
        name: name("name")?,
        maker: maker.map(Name::parse).transpose().map_err(broken)?,
        description: Description::parse(row.try_get("description")?).map_err(broken)?,
        properties: Properties {
            category: word(row, "category", |w| Category::parse(w).ok())?,
            finish: word(row, "finish", |w| Word::parse(w).ok())?,
            texture: word(row, "texture", |w| Word::parse(w).ok())?,
            pattern: word(row, "pattern", |w| Word::parse(w).ok())?,
            pattern_scale_mm: row.try_get("pattern_scale_mm")?,
            colours,
            applications: applications
                .iter()
                .filter_map(|w| Word::parse(w).ok())
                .collect(),
            size: match width {
                None => None,
                Some(width_mm) => Some(Size {
                    width_mm,
                    length_mm: row.try_get("length_mm")?,
                    thickness_mm: row.try_get("thickness_mm")?,
                    joint_mm: row.try_get("joint_mm")?,
                }),
            },
            price,
            fire: word(row, "fire", |w| FireClass::parse(w).ok())?,
            slip: word(row, "slip", |w| Word::parse(w).ok())?,
            specs,
            sources,
        },
    })
}

/// Reads the columns of [`SWATCH`].
pub(crate) fn swatch(row: &PgRow) -> Result<StoredSwatch, CatalogError> {
    let hash: &[u8] = row.try_get("content_hash")?;
    let phash: i64 = row.try_get("phash")?;
    let Json(palette): Json<Vec<Colour>> = row.try_get("palette")?;
    let Json(facts): Json<serde_json::Value> = row.try_get("facts")?;
    Ok(StoredSwatch {
        row: SwatchRow(row.try_get("id")?),
        swatch: SwatchRef {
            id: swatch_id(hash)?,
            width: row.try_get::<i32, _>("width")? as u32,
            height: row.try_get::<i32, _>("height")? as u32,
            ground: row.try_get("ground")?,
            view: row.try_get("view")?,
        },
        phash: phash as u64,
        palette,
        facts: serde_json::from_value(facts).ok(),
    })
}

/// A card with its swatches in the order given.
pub(crate) fn card(material: &NewMaterial, swatches: Vec<SwatchRef>) -> MaterialCard {
    let p = &material.properties;
    MaterialCard {
        slug: material.slug.clone(),
        name: material.name.clone(),
        maker: material.maker.clone(),
        category: p.category,
        finish: p.finish,
        pattern: p.pattern,
        texture: p.texture,
        price: p.price.clone(),
        colours: p.colours.clone(),
        swatches,
    }
}

/// The hash as the database keeps it.
pub(crate) fn hash_bytes(id: &SwatchId) -> Option<Vec<u8>> {
    let text = id.as_str().as_bytes();
    if text.len() != 64 {
        return None;
    }
    let digit = |c: u8| (c as char).to_digit(16);
    text.chunks_exact(2)
        .map(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8))
        .collect()
}

/// The hash as it names a swatch.
pub(crate) fn swatch_id(hash: &[u8]) -> Result<SwatchId, CatalogError> {
    use std::fmt::Write;
    let mut text = String::with_capacity(64);
    for byte in hash {
        write!(text, "{byte:02x}").map_err(broken)?;
    }
    SwatchId::parse(&text).map_err(broken)
}

/// A name for a statement: of a provider, a model, a kind of call.
pub(crate) fn short_text(text: &str) -> Result<&str, CatalogError> {
    const LONGEST: usize = 200;
    // PostgreSQL's texts hold any letter but this one.
    if text.is_empty() || text.len() > LONGEST || text.contains('\0') {
        return Err(CatalogError::Unfit(format!(
            "A name has to have 1 to {LONGEST} bytes."
        )));
    }
    Ok(text)
}

/// An age for `make_interval`, which takes no more than some hundred thousand years.
pub(crate) fn seconds(age: Duration) -> f64 {
    const CENTURY: f64 = 100.0 * 365.25 * 86_400.0;
    age.as_secs_f64().min(CENTURY)
}
