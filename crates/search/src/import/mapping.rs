//! Which column of somebody's table means what: guessed, shown with samples, and corrected.

use std::collections::{BTreeMap, BTreeSet};

use material::{Category, Finish, FireClass, Pattern, SlipRating, Texture, Word, parse_hex};
use serde::{Deserialize, Serialize};

use super::{ImportError, sheet::Sheet, source::is_address, table};

/// Columns with the fields they mean; an empty field leaves a column out.
pub type Mapping = BTreeMap<String, String>;

/// How the columns of a table are to be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// What somebody said of single columns.
    pub mapping: Mapping,
    /// The name of a mapping that was kept, for the columns nothing was said of.
    pub profile: Option<String>,
    /// Keep what comes of it under this name.
    pub save_as: Option<String>,
}

/// How it was found out what a column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    /// Somebody said so.
    Told,
    /// It is called that.
    Header,
    /// What stands in it looks like that.
    Values,
    /// Not at all: the column is left out.
    No,
}

/// A column and what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnUse {
    /// Its header.
    pub column: String,
    /// What it means; `None` leaves it out.
    pub field: Option<String>,
    /// How that was found out.
    pub known: Known,
    /// The first three values that differ.
    pub samples: Vec<String>,
}

/// Rows that are looked at to guess what a column means.
const LOOKED_AT: usize = 200;
/// The share of values that have to fit.
const FITS: f32 = 0.6;

/// What every column means. What was said counts, then a kept mapping, then headers, then values; no two columns
/// are the same field.
pub(crate) fn uses(
    sheet: &Sheet,
    told: &Mapping,
    kept: &Mapping,
) -> Result<Vec<ColumnUse>, ImportError> {
    let mut said: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for (column, field) in kept.iter().chain(told) {
        said.insert(column, named(field)?);
    }
    if let Some(unknown) = told.keys().find(|c| !sheet.columns.contains(c)) {
        return Err(ImportError::Mapping(format!(
            "The table has no column “{unknown}”. It has: {}.",
            sheet.columns.join(", ")
        )));
    }
    let mut taken: BTreeSet<String> = sheet
        .columns
        .iter()
        .filter_map(|c| said.get(c.as_str()).cloned().flatten())
        .collect();
    let mut uses: Vec<ColumnUse> = Vec::with_capacity(sheet.columns.len());
    for (place, column) in sheet.columns.iter().enumerate() {
        let (field, known) = match said.get(column.as_str()) {
            Some(field) => (field.clone(), Known::Told),
            None => match table::field(column).filter(|f| taken.insert(f.clone())) {
                Some(field) => (Some(field), Known::Header),
                None => (None, Known::No),
            },
        };
        uses.push(ColumnUse {
            column: column.clone(),
            field,
            known,
            samples: samples(sheet, place),
        });
    }
    for (place, one) in uses.iter_mut().enumerate() {
        if one.known == Known::No
            && let Some(field) = by_values(sheet, place).filter(|f| taken.insert((*f).to_owned()))
        {
            one.field = Some(field.to_owned());
            one.known = Known::Values;
        }
    }
    Ok(uses)
}

/// A field by whichever of its names; empty is none.
fn named(field: &str) -> Result<Option<String>, ImportError> {
    if field.trim().is_empty() {
        return Ok(None);
    }
    match table::field(field) {
        Some(field) => Ok(Some(field)),
        None => Err(ImportError::Mapping(format!(
            "There is no field “{field}”. There are: {}, and “spec: NAME” for any other measure.",
            table::fields().collect::<Vec<_>>().join(", ")
        ))),
    }
}

fn values(sheet: &Sheet, place: usize) -> impl Iterator<Item = &str> {
    let rows = sheet.rows.iter().take(LOOKED_AT);
    rows.filter_map(move |(_, cells)| Some(cells.get(place)?.trim()))
        .filter(|v| !v.is_empty())
}

fn samples(sheet: &Sheet, place: usize) -> Vec<String> {
    let mut samples: Vec<String> = Vec::new();
    for value in values(sheet, place) {
        let short: String = value.chars().take(60).collect();
        if samples.len() < 3 && !samples.contains(&short) {
            samples.push(short);
        }
    }
    samples
}

/// What most values of a column look like. Only what is not easily anything else is guessed.
fn by_values(sheet: &Sheet, place: usize) -> Option<&'static str> {
    type Test = fn(&str) -> bool;
    const TESTS: [(&str, Test); 8] = [
        ("image", is_picture),
        ("colours", |v| v.starts_with('#') && parse_hex(v).is_ok()),
        ("category", |v| Category::parse(v).is_ok()),
        ("finish", |v| Finish::parse(v).is_ok()),
        ("pattern", |v| Pattern::parse(v).is_ok()),
        ("texture", |v| Texture::parse(v).is_ok()),
        ("slip", |v| v.len() > 1 && SlipRating::parse(v).is_ok()),
        ("fire", |v| v.len() > 1 && FireClass::parse(v).is_ok()),
    ];
    let all = values(sheet, place).count();
    let fits = |test: Test| values(sheet, place).filter(|v| test(v)).count();
    let enough = (all as f32 * FITS).ceil() as usize;
    TESTS
        .iter()
        .find(|(_, test)| all > 0 && fits(*test) >= enough)
        .map(|(field, _)| *field)
}

fn is_picture(value: &str) -> bool {
    const ENDINGS: [&str; 6] = [".jpg", ".jpeg", ".png", ".webp", ".heic", ".tif"];
    let lower = value.to_ascii_lowercase();
    is_address(&lower) || ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let text = "Art.;Foto der Ware;Was;Oberfläche;Ausführung;Bemerkung\n\
                    1;oak/a.jpg;oak;matt;herringbone;schön\n\
                    2;oak/b.JPG;walnut;gloss;plain;\n\
                    3;https://x.example/c;marble;nonsense;chevron;schön\n";
        Sheet::of("list.csv", text.as_bytes().to_vec()).expect("a table")
    }

    fn meanings(uses: &[ColumnUse]) -> Vec<(&str, Known)> {
        uses.iter()
            .map(|u| (u.field.as_deref().unwrap_or("-"), u.known))
            .collect()
    }

    #[test]
    fn columns_are_known_by_header_then_by_what_stands_in_them() {
        let uses = uses(&sheet(), &Mapping::new(), &Mapping::new()).expect("a mapping");
        assert_eq!(
            meanings(&uses),
            [
                ("-", Known::No),
                ("image", Known::Values),
                ("category", Known::Values),
                ("finish", Known::Header),
                ("pattern", Known::Values),
                ("-", Known::No),
            ]
        );
        assert_eq!(uses[5].samples, ["schön"]);
        assert_eq!(uses[0].samples, ["1", "2", "3"]);
    }

    #[test]
    fn what_was_said_wins_over_what_was_kept_and_that_over_guesses() {
        let map = |pairs: &[(&str, &str)]| -> Mapping {
            let owned = pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
            owned.collect()
        };
        let told = map(&[("Art.", "sku"), ("Was", "")]);
        let kept = map(&[
            ("Art.", "name"),
            ("Bemerkung", "spec: Remark"),
            ("gone", "size"),
        ]);
        let uses = uses(&sheet(), &told, &kept).expect("a mapping");
        assert_eq!(uses[0].field.as_deref(), Some("key"));
        assert_eq!(
            (uses[2].field.as_deref(), uses[2].known),
            (None, Known::Told)
        );
        assert_eq!(uses[5].field.as_deref(), Some("spec:Remark"));
        for wrong in [map(&[("Nowhere", "image")]), map(&[("Was", "mood")])] {
            let error = super::uses(&sheet(), &wrong, &Mapping::new()).expect_err("wrong");
            assert!(matches!(error, ImportError::Mapping(_)));
        }
    }
}
