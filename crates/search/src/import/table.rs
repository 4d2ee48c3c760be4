//! One row of a librarian's table, read into a material.

use std::collections::BTreeMap;

use material::{
    Application, Category, Colour, Currency, Description, Field, Finish, FireClass, Name,
    NewMaterial, ParseError, Pattern, Price, PriceUnit, Properties, Size, SlipRating, Slug, Source,
    Spec, Texture, Word, parse_hex,
};

/// The columns Veneer knows, each with the headers it is called by, in English and in the languages that most
/// tables of the trade come in. Case, spaces, dashes and underscores do not matter.
const COLUMNS: &[(&str, &[&str])] = &[
    (
        "image",
        &[
            "file",
            "path",
            "picture",
            "images",
            "filename",
            "photo",
            "url",
            "imageurl",
            "imagepath",
            "bild",
            "foto",
            "datei",
            "dateiname",
        ],
    ),
    (
        "key",
        &[
            "sku",
            "id",
            "externalid",
            "articleno",
            "article",
            "articlenumber",
            "itemno",
            "artikelnummer",
            "artikel",
            "artnr",
            "reference",
            "ref",
        ],
    ),
    (
        "name",
        &[
            "title",
            "product",
            "productname",
            "bezeichnung",
            "titel",
            "nom",
            "designation",
        ],
    ),
    (
        "maker",
        &[
            "manufacturer",
            "brand",
            "supplier",
            "hersteller",
            "marke",
            "lieferant",
            "fabricant",
            "marque",
        ],
    ),
    ("description", &["text", "notes", "beschreibung", "note"]),
    (
        "category",
        &[
            "materialclass",
            "class",
            "kind",
            "material",
            "type",
            "kategorie",
            "materialart",
            "categorie",
        ],
    ),
    ("finish", &["surface", "oberflache", "finition", "gloss"]),
    ("texture", &["feel", "struktur"]),
    ("pattern", &["muster", "dekor", "motif", "laying"]),
    (
        "patternscalemm",
        &["patternscale", "repeatmm", "repeat", "rapport", "scale"],
    ),
    (
        "colours",
        &[
            "colors", "colour", "color", "hex", "farbe", "farben", "couleur",
        ],
    ),
    (
        "application",
        &[
            "applications",
            "use",
            "uses",
            "anwendung",
            "einsatz",
            "usage",
        ],
    ),
    (
        "size",
        &[
            "format",
            "dimensions",
            "grosse",
            "abmessungen",
            "masse",
            "dimension",
        ],
    ),
    ("jointmm", &["joint", "fuge", "grout"]),
    ("price", &["priceperm2", "preis", "prix", "cost"]),
    ("currency", &["wahrung", "devise"]),
    ("priceunit", &["unit", "per", "einheit"]),
    ("pricedate", &["pricefrom", "preisvom"]),
    (
        "fire",
        &["fireclass", "reactiontofire", "brandklasse", "euroclass"],
    ),
    (
        "slip",
        &["sliprating", "rating", "rutschklasse", "slipresistance"],
    ),
    ("view", &["ansicht", "vue"]),
    // `delete` takes the material of this key away.
    ("action", &["do", "aktion"]),
    // The name of a picture in the library it was exported from.
    ("pictureid", &[]),
];

/// What stands before the name of a measure that has no column of its own: `spec: Martindale`.
const SPEC: &str = "spec:";

/// The fields a column can be told to be.
pub fn fields() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|(name, _)| *name)
}

/// A field by its name or one of the headers it is called by.
pub fn field(header: &str) -> Option<String> {
    let header = header.trim();
    if let Some(spec) = header
        .get(..SPEC.len())
        .filter(|start| start.eq_ignore_ascii_case(SPEC))
    {
        let name = header[spec.len()..].trim();
        return (!name.is_empty()).then(|| format!("{SPEC}{name}"));
    }
    // Umlauts and accents go, as they do in the vocabulary's own words.
    let folded: String = header
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'ä' | 'à' | 'â' => Some('a'),
            'ö' | 'ô' => Some('o'),
            'ü' | 'û' => Some('u'),
            'é' | 'è' | 'ê' => Some('e'),
            'ß' => Some('s'),
            c => c.is_alphanumeric().then_some(c),
        })
        .collect();
    COLUMNS
        .iter()
        .find(|(name, others)| *name == folded || others.contains(&folded.as_str()))
        .map(|(name, _)| (*name).to_owned())
}

/// A row by field.
pub type Row = BTreeMap<String, String>;

/// A material from a row, and remarks about values that were passed over.
///
/// `key` names the material where the row does not; `fallback` its name.
///
/// # Errors
/// When there is no usable name or key. Anything else that is wrong costs that value, not the row.
pub fn material(
    row: &Row,
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
    for (field, value) in row {
        if let Some(name) = field.strip_prefix(SPEC)
            && !value.trim().is_empty()
            && properties.specs.len() < Properties::MAX_SPECS
        {
            match (Name::parse(name), Name::parse(value)) {
                (Ok(name), Ok(value)) => properties.specs.push(Spec { name, value }),
                (Err(error), _) | (_, Err(error)) => word(error),
            }
        }
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

/// Puts what a row says into what the library knows of its material: what the row leaves open stays.
pub fn edit(stored: &mut NewMaterial, row: &Row, said: NewMaterial) {
    let has = |column: &str| row.get(column).is_some_and(|v| !v.trim().is_empty());
    if has("name") {
        stored.name = said.name;
    }
    if has("maker") {
        stored.maker = said.maker;
    }
    if has("description") {
        stored.description = said.description;
    }
    let (known, new) = (&mut stored.properties, said.properties);
    fn put<T>(place: &mut Option<T>, value: Option<T>) {
        if value.is_some() {
            *place = value;
        }
    }
    put(&mut known.category, new.category);
    put(&mut known.finish, new.finish);
    put(&mut known.texture, new.texture);
    put(&mut known.pattern, new.pattern);
    put(&mut known.pattern_scale_mm, new.pattern_scale_mm);
    put(&mut known.size, new.size);
    put(&mut known.price, new.price);
    put(&mut known.fire, new.fire);
    put(&mut known.slip, new.slip);
    if !new.colours.is_empty() {
        known.colours = new.colours;
    }
    if !new.applications.is_empty() {
        known.applications = new.applications;
    }
    for spec in new.specs {
        match known.specs.iter().position(|s| s.name == spec.name) {
            Some(place) => known.specs[place] = spec,
            None if known.specs.len() < Properties::MAX_SPECS => known.specs.push(spec),
            None => {}
        }
    }
    known.sources.extend(new.sources);
}

/// An address from name and key: readable, and as unlike any other as the key is.
pub(crate) fn slug(name: &Name, key: &Name) -> Result<Slug, ParseError> {
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

    fn cells(cells: &[(&str, &str)]) -> Row {
        let owned = cells
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        owned.collect()
    }

    fn read(row: &[(&str, &str)]) -> (NewMaterial, Vec<String>) {
        material(&cells(row), "wood/a.jpg", "a").expect("a row with a key")
    }

    #[test]
    fn headers_are_known_by_many_names() {
        for (header, wanted) in [
            ("File", Some("image")),
            ("Material_Class", Some("category")),
            ("Price per m2", Some("price")),
            ("Oberfläche", Some("finish")),
            ("Artikel-Nr", None),
            ("Größe", None),
            ("spec: Martindale", Some("spec:Martindale")),
            ("spec:", None),
            ("Mood", None),
        ] {
            assert_eq!(field(header).as_deref(), wanted, "{header}");
        }
        for name in fields() {
            assert_eq!(field(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn an_edit_changes_what_its_row_says_and_nothing_else() {
        let (mut stored, _) = read(&[
            ("name", "Oak"),
            ("finish", "matt"),
            ("price", "10"),
            ("spec:PEI", "3"),
        ]);
        let row = cells(&[("price", "12"), ("finish", " "), ("spec:PEI", "4")]);
        let (said, _) = material(&row, "wood/a.jpg", "a").expect("a row with a key");
        edit(&mut stored, &row, said);
        assert_eq!(stored.name.as_str(), "Oak");
        assert_eq!(stored.properties.finish, Some(Finish::Matt));
        assert_eq!(
            stored.properties.price.as_ref().map(|p| p.cents),
            Some(1200)
        );
        assert_eq!(stored.properties.specs.len(), 1);
        assert_eq!(stored.properties.specs[0].value.as_str(), "4");
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
