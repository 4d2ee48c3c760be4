//! One row of a librarian's table, read into a material.

use std::collections::BTreeMap;

use material::{
    Application, Category, Colour, Currency, Description, Field, Finish, FireClass, Name,
    NewMaterial, ParseError, Pattern, Price, PriceUnit, Properties, Size, SlipRating, Slug, Source,
    Texture, Word, parse_hex,
};

/// The columns Veneer knows, each with the headers it is called by. Case, spaces, dashes and
/// underscores do not matter.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "image",
        &["file", "path", "picture", "images", "filename", "photo"],
    ),
    ("key", &["sku", "id", "externalid", "articleno", "article"]),
    ("name", &["title", "product"]),
    ("maker", &["manufacturer", "brand", "supplier"]),
    ("description", &["text", "notes"]),
    ("category", &["materialclass", "class", "kind", "material"]),
    ("finish", &["surface"]),
    ("texture", &[]),
    ("pattern", &[]),
    ("patternscalemm", &["patternscale", "repeatmm", "repeat"]),
    ("colours", &["colors", "colour", "color", "hex"]),
    ("application", &["applications", "use", "uses"]),
    ("size", &["format", "dimensions"]),
    ("jointmm", &["joint"]),
    ("price", &["priceperm2"]),
    ("currency", &[]),
    ("priceunit", &["unit", "per"]),
    ("pricedate", &[]),
    ("fire", &["fireclass"]),
    ("slip", &["sliprating", "rating"]),
    ("view", &[]),
];

/// Which column each header of a table is; `None` for headers Veneer does not know.
pub fn headers(record: &csv::StringRecord) -> Vec<Option<&'static str>> {
    let mut taken: Vec<&str> = Vec::new();
    record
        .iter()
        .map(|header| {
            let folded: String = header
                .trim_start_matches('\u{feff}')
                .chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect();
            let (column, _) = COLUMNS
                .iter()
                .find(|(name, others)| *name == folded || others.contains(&folded.as_str()))?;
            // The first header of a meaning wins; a second one is none of ours.
            if taken.contains(column) {
                return None;
            }
            taken.push(column);
            Some(*column)
        })
        .collect()
}

/// A row by column.
pub type Row<'a> = BTreeMap<&'static str, &'a str>;

/// A material from a row, and remarks about values that were passed over.
///
/// `key` names the material where the row does not; `fallback` its name.
///
/// # Errors
/// When there is no usable name or key. Anything else that is wrong costs that value, not the row.
pub fn material(
    row: &Row<'_>,
    key: &str,
    fallback: &str,
) -> Result<(NewMaterial, Vec<String>), ParseError> {
    let mut remarks = Vec::new();
    let cell = |column: &str| row.get(column).map(|v| v.trim()).filter(|v| !v.is_empty());
    let key = Name::parse(cell("key").unwrap_or(key))?;
    let name = Name::parse(cell("name").unwrap_or(fallback))?;
    let maker = cell("maker").map(Name::parse).transpose()?;
    let description = Description::parse(cell("description").unwrap_or(""))?;
    let slug = slug(&name, &key)?;

    let mut sources = BTreeMap::new();
    let mut seen = |field: Field| {
        sources.insert(field, Source::Import);
    };
    let mut word = |remark: ParseError| remarks.push(remark.to_string());
    let mut properties = Properties::default();
    macro_rules! read {
        ($column:literal, $field:expr, $slot:expr, $parse:expr) => {
            if let Some(value) = cell($column) {
                match $parse(value) {
                    Ok(parsed) => {
                        $slot = Some(parsed);
                        seen($field);
                    }
                    Err(error) => word(error),
                }
            }
        };
    }
    read!(
        "category",
        Field::Category,
        properties.category,
        Category::parse
    );
    read!("finish", Field::Finish, properties.finish, Finish::parse);
    read!(
        "texture",
        Field::Texture,
        properties.texture,
        Texture::parse
    );
    read!(
        "pattern",
        Field::Pattern,
        properties.pattern,
        Pattern::parse
    );
    read!("size", Field::Size, properties.size, Size::parse);
    read!("fire", Field::Fire, properties.fire, FireClass::parse);
    read!("slip", Field::Slip, properties.slip, SlipRating::parse);
    read!(
        "patternscalemm",
        Field::Pattern,
        properties.pattern_scale_mm,
        millimetres
    );
    if let (Some(size), Some(joint)) = (properties.size.as_mut(), cell("jointmm")) {
        match millimetres(joint) {
            Ok(mm) => size.joint_mm = Some(mm),
            Err(error) => word(error),
        }
    }
    for value in list(cell("application")) {
        match Application::parse(value) {
            Ok(a) if !properties.applications.contains(&a) => properties.applications.push(a),
            Ok(_) => {}
            Err(error) => word(error),
        }
    }
    if !properties.applications.is_empty() {
        seen(Field::Applications);
    }
    // Names of colours are measured better than told; codes are the maker's own.
    let codes: Vec<_> = list(cell("colours"))
        .filter_map(|v| parse_hex(v).ok())
        .collect();
    let share = 1.0 / codes.len().max(1) as f32;
    properties.colours = codes
        .into_iter()
        .take(Properties::MAX_COLOURS)
        .map(|lab| Colour { lab, share })
        .collect();
    if !properties.colours.is_empty() {
        seen(Field::Colours);
    }
    match price(&cell) {
        Ok(Some(price)) => {
            properties.price = Some(price);
            seen(Field::Price);
        }
        Ok(None) => {}
        Err(error) => word(error),
    }
    properties.sources = sources;
    Ok((
        NewMaterial {
            key,
            slug,
            name,
            maker,
            description,
            properties,
        },
        remarks,
    ))
}

/// An address from name and key: readable, and as unlike any other as the key is.
pub fn slug(name: &Name, key: &Name) -> Result<Slug, ParseError> {
    let hash = blake3::hash(key.as_str().as_bytes()).to_hex();
    let readable = Slug::from_text(name.as_str()).map_or_else(
        |_| "material".to_owned(),
        |slug| slug.as_str().chars().take(60).collect(),
    );
    Slug::parse(&format!(
        "{}-{}",
        readable.trim_end_matches('-'),
        &hash.as_str()[..6]
    ))
}

fn list(cell: Option<&str>) -> impl Iterator<Item = &str> {
    cell.unwrap_or("")
        .split([';', '|', ','])
        .map(str::trim)
        .filter(|v| !v.is_empty())
}

fn millimetres(value: &str) -> Result<f32, ParseError> {
    Size::parse(value).map(|size| size.width_mm)
}

fn price<'a>(cell: &impl Fn(&str) -> Option<&'a str>) -> Result<Option<Price>, ParseError> {
    let Some(amount) = cell("price") else {
        return Ok(None);
    };
    Ok(Some(Price {
        cents: Price::parse_cents(amount)?,
        currency: cell("currency").map_or(Ok(Currency::Eur), Currency::parse)?,
        unit: cell("priceunit").map_or(Ok(PriceUnit::SquareMetre), PriceUnit::parse)?,
        date: cell("pricedate").map(|d| d.chars().take(10).collect()),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[(&'static str, &'static str)]) -> (NewMaterial, Vec<String>) {
        let row: Row<'_> = cells.iter().copied().collect();
        material(&row, "wood/a.jpg", "a").expect("a row with a key")
    }

    #[test]
    fn headers_are_known_by_many_names_and_taken_once() {
        let record = csv::StringRecord::from(vec![
            "\u{feff}File",
            "Material_Class",
            "Price per m2",
            "Fire-class",
            "material",
            "Mood",
        ]);
        assert_eq!(
            headers(&record),
            [
                Some("image"),
                Some("category"),
                Some("price"),
                Some("fire"),
                None,
                None
            ]
        );
    }

    #[test]
    fn a_full_row_becomes_a_material() {
        let (m, remarks) = read(&[
            ("key", "OAK-1"),
            ("name", "Skåne Oak"),
            ("category", "oak"),
            ("finish", "matte"),
            ("application", "floor; wall, patio"),
            ("size", "200 x 1200 x 14"),
            ("price", "48,50"),
            ("fire", "bfl-s1"),
            ("colours", "#c8a678; #a8845c"),
        ]);
        assert!(remarks.is_empty(), "{remarks:?}");
        assert_eq!(
            m.properties.category.map(Category::as_str),
            Some("wood/oak")
        );
        assert_eq!(m.properties.applications.len(), 3);
        assert_eq!(m.properties.price.as_ref().map(|p| p.cents), Some(4850));
        assert_eq!(m.properties.colours.len(), 2);
        assert_eq!(
            m.properties.sources.get(&Field::Price),
            Some(&Source::Import)
        );
        assert!(m.slug.as_str().starts_with("skane-oak-"));
    }

    #[test]
    fn a_bad_value_costs_itself_and_is_told() {
        let (m, remarks) = read(&[
            ("category", "unobtainium"),
            ("price", "$$$"),
            ("finish", "matt"),
        ]);
        assert_eq!(m.properties.category, None);
        assert_eq!(m.properties.price, None);
        assert_eq!(m.properties.finish, Some(Finish::Matt));
        assert_eq!(remarks.len(), 2);
        assert!(remarks[0].contains("unobtainium"));
    }

    #[test]
    fn markup_in_a_cell_stays_text() {
        let (m, _) = read(&[("name", "<script>alert(1)</script>")]);
        assert_eq!(m.name.as_str(), "<script>alert(1)</script>");
        assert!(m.slug.as_str().starts_with("script-alert-1-script-"));
    }
}
