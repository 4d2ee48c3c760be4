//! A material by its key, as programs write it and read it back.

use std::collections::BTreeMap;

use catalog::Catalog;
use material::{
    Application, Category, Colour as Surface, Currency, Description, Field, Finish, FireClass,
    Name, ParseError, Pattern, Price as Money, PriceUnit, Properties, Size as Measures, SlipRating,
    Source, Spec as Fact, SwatchId, Texture, Word, parse_hex,
};
use search::{Draft, DraftPicture, Veneer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    material_types::{Colour, Price, Size, Spec, Swatch},
    picture::{EXAMPLE, Picture},
    problem::Problem,
    words::{self, present},
};

/// A material, whole. What is left out is not known.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordRequest {
    /// Its name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// Who makes it.
    #[schema(max_length = 120)]
    maker: Option<String>,
    /// One or two sentences.
    #[serde(default)]
    description: String,
    /// The kind.
    #[schema(schema_with = words::category, required = false)]
    #[serde(default, deserialize_with = "present")]
    category: Option<String>,
    /// How its surface was finished.
    #[schema(schema_with = words::finish, required = false)]
    #[serde(default, deserialize_with = "present")]
    finish: Option<String>,
    /// What repeats on it.
    #[schema(schema_with = words::pattern, required = false)]
    #[serde(default, deserialize_with = "present")]
    pattern: Option<String>,
    /// What it would feel like.
    #[schema(schema_with = words::texture, required = false)]
    #[serde(default, deserialize_with = "present")]
    texture: Option<String>,
    /// Period of what repeats, in millimetres.
    #[schema(exclusive_minimum = 0, maximum = 100000)]
    pattern_scale_mm: Option<f32>,
    /// Its colours, `#rrggbb`, largest share first; without, those of its first picture.
    #[serde(default)]
    #[schema(max_items = 8)]
    colours: Vec<String>,
    /// Where it may be used.
    #[serde(default)]
    #[schema(schema_with = words::applications, required = false)]
    applications: Vec<String>,
    /// As it is sold.
    size: Option<SizeRequest>,
    /// What it costs.
    price: Option<PriceRequest>,
    /// Reaction to fire by EN 13501-1: `A2-s1,d0`.
    fire: Option<String>,
    /// Slip resistance.
    #[schema(schema_with = words::slip, required = false)]
    #[serde(default, deserialize_with = "present")]
    slip: Option<String>,
    /// Everything else that is measured.
    #[serde(default)]
    #[schema(max_items = 40)]
    specs: Vec<SpecRequest>,
    /// Its pictures, the one to show first. Left out, it keeps those it has; a new material needs one.
    #[schema(min_items = 1, max_items = 50)]
    pictures: Option<Vec<PictureRequest>>,
}

/// As it is sold, in millimetres.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SizeRequest {
    /// Across.
    #[schema(exclusive_minimum = 0, maximum = 100000)]
    width_mm: f32,
    /// Along.
    #[schema(exclusive_minimum = 0, maximum = 100000)]
    length_mm: Option<f32>,
    /// Through.
    #[schema(exclusive_minimum = 0, maximum = 100000)]
    thickness_mm: Option<f32>,
    /// Of the joint.
    #[schema(exclusive_minimum = 0, maximum = 100000)]
    joint_mm: Option<f32>,
}

/// What it costs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    /// Hundredths of the currency.
    #[schema(minimum = 0, maximum = 99999999)]
    cents: i64,
    /// Money.
    #[schema(schema_with = words::currency)]
    currency: String,
    /// What it is for.
    #[schema(schema_with = words::price_unit)]
    unit: String,
    /// The day the maker named it, `YYYY-MM-DD`.
    #[schema(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    date: Option<String>,
}

/// A measure or certificate that has no field of its own.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SpecRequest {
    /// What is measured.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The value with its unit.
    #[schema(min_length = 1, max_length = 120)]
    value: String,
}

/// A picture: a new one, or one that the material has.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PictureRequest {
    /// A JPEG, PNG or WebP in base64, as a data URL (`data:image/jpeg;base64,…`), or its address (`https://…`).
    #[schema(example = json!(EXAMPLE))]
    photo: Option<String>,
    /// One that the material has already.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    swatch: Option<String>,
    /// What a new one shows: `face`, `close-up` …
    #[schema(max_length = 40)]
    view: Option<String>,
}

impl PictureRequest {
    /// What it shows.
    ///
    /// # Errors
    /// For more than 40 letters.
    pub fn view(&self) -> Result<String, Problem> {
        let view = self.view.as_deref().unwrap_or("face").trim();
        if view.is_empty() || view.chars().count() > 40 || view.chars().any(char::is_control) {
            return Err(Problem::value(
                "A view has 1 to 40 letters, such as close-up.",
            ));
        }
        Ok(view.to_owned())
    }

    /// The new picture in it.
    ///
    /// # Errors
    /// When there is none, or something else beside it.
    pub fn photo(&self) -> Result<Picture, Problem> {
        match (&self.photo, &self.swatch) {
            (Some(photo), None) => Picture::parse(photo),
            _ => Err(Problem::value(
                "Send a photo: base64, a data URL, or an address.",
            )),
        }
    }

    /// Whether it names a picture.
    pub fn has_picture(&self) -> bool {
        self.photo.is_some() || self.swatch.is_some()
    }

    async fn read(&self, veneer: &Veneer) -> Result<DraftPicture, Problem> {
        if let (None, Some(swatch)) = (&self.photo, &self.swatch) {
            return Ok(DraftPicture::Kept(SwatchId::parse(swatch)?));
        }
        let (photo, view) = (self.photo()?, self.view()?);
        Ok(DraftPicture::New(photo.bytes(veneer).await?, view))
    }
}

fn millimetres(name: &str, value: f32) -> Result<f32, Problem> {
    if value > 0.0 && value <= 100_000.0 {
        return Ok(value);
    }
    Err(Problem::value(format!(
        "{name} is more than 0 and at most 100000 millimetres."
    )))
}

fn date(text: &str) -> Result<String, Problem> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    let (month, day) = (text.get(5..7), text.get(8..10));
    let within = |part: Option<&str>, most: &str| part.is_some_and(|p| p > "00" && p <= most);
    if form && within(month, "12") && within(day, "31") {
        return Ok(text.to_owned());
    }
    Err(Problem::value("A date is written YYYY-MM-DD."))
}

impl RecordRequest {
    /// The pictures, fetched where they are addresses.
    ///
    /// # Errors
    /// A [`Problem`] about the first that is none.
    pub async fn pictures(&self, veneer: &Veneer) -> Result<Option<Vec<DraftPicture>>, Problem> {
        let Some(all) = &self.pictures else {
            return Ok(None);
        };
        if all.len() > Catalog::MAX_SWATCHES {
            return Err(Problem::value("A material has 50 pictures at most."));
        }
        let mut out = Vec::with_capacity(all.len());
        for picture in all {
            out.push(picture.read(veneer).await?);
        }
        Ok(Some(out))
    }

    /// All that is to be known.
    ///
    /// # Errors
    /// A [`Problem`] about the first value that is none.
    pub fn draft(&self) -> Result<Draft, Problem> {
        Ok(Draft {
            name: Name::parse(&self.name)?,
            maker: self.maker.as_deref().map(Name::parse).transpose()?,
            description: Description::parse(&self.description)?,
            properties: self.properties()?,
        })
    }

    fn properties(&self) -> Result<Properties, Problem> {
        fn read<T>(
            value: &Option<String>,
            parse: impl Fn(&str) -> Result<T, ParseError>,
        ) -> Result<Option<T>, ParseError> {
            value.as_deref().map(parse).transpose()
        }
        if self.colours.len() > Properties::MAX_COLOURS || self.specs.len() > Properties::MAX_SPECS
        {
            return Err(Problem::value(format!(
                "A material has at most {} colours and {} specs.",
                Properties::MAX_COLOURS,
                Properties::MAX_SPECS
            )));
        }
        if self.applications.len() > Application::all().len() {
            return Err(Problem::value("There are too many applications."));
        }
        let share = 1.0 / self.colours.len().max(1) as f32;
        let colours = self.colours.iter().map(|hex| {
            let lab = parse_hex(hex)?;
            Ok(Surface { lab, share })
        });
        let mut applications: Vec<Application> = Vec::new();
        for value in &self.applications {
            let application = Application::parse(value)?;
            if !applications.contains(&application) {
                applications.push(application);
            }
        }
        let specs = self.specs.iter().map(|spec| {
            Ok(Fact {
                name: Name::parse(&spec.name)?,
                value: Name::parse(&spec.value)?,
            })
        });
        let scale = self.pattern_scale_mm;
        let scale = scale.map(|mm| millimetres("The period of a pattern", mm));
        let mut properties = Properties {
            category: read(&self.category, Category::parse)?,
            finish: read(&self.finish, Finish::parse)?,
            texture: read(&self.texture, Texture::parse)?,
            pattern: read(&self.pattern, Pattern::parse)?,
            pattern_scale_mm: scale.transpose()?,
            colours: colours.collect::<Result<_, ParseError>>()?,
            applications,
            size: self.size.as_ref().map(SizeRequest::read).transpose()?,
            price: self.price.as_ref().map(PriceRequest::read).transpose()?,
            fire: read(&self.fire, FireClass::parse)?,
            slip: read(&self.slip, SlipRating::parse)?,
            specs: specs.collect::<Result<_, ParseError>>()?,
            sources: BTreeMap::new(),
        };
        properties.sources = sources(&properties);
        Ok(properties)
    }
}

/// Everything that is told here came in from outside.
fn sources(p: &Properties) -> BTreeMap<Field, Source> {
    [
        (Field::Category, p.category.is_some()),
        (Field::Finish, p.finish.is_some()),
        (Field::Texture, p.texture.is_some()),
        (Field::Pattern, p.pattern.is_some()),
        (Field::Colours, !p.colours.is_empty()),
        (Field::Applications, !p.applications.is_empty()),
        (Field::Size, p.size.is_some()),
        (Field::Price, p.price.is_some()),
        (Field::Fire, p.fire.is_some()),
        (Field::Slip, p.slip.is_some()),
    ]
    .into_iter()
    .filter(|(_, told)| *told)
    .map(|(field, _)| (field, Source::Import))
    .collect()
}

impl SizeRequest {
    fn read(&self) -> Result<Measures, Problem> {
        let side = |side: Option<f32>| side.map(|mm| millimetres("A side", mm)).transpose();
        Ok(Measures {
            width_mm: millimetres("A width", self.width_mm)?,
            length_mm: side(self.length_mm)?,
            thickness_mm: side(self.thickness_mm)?,
            joint_mm: side(self.joint_mm)?,
        })
    }
}

impl PriceRequest {
    fn read(&self) -> Result<Money, Problem> {
        if !(0..=99_999_999).contains(&self.cents) {
            return Err(Problem::value("A price has 0 to 99999999 cents."));
        }
        Ok(Money {
            cents: self.cents,
            currency: Currency::parse(&self.currency)?,
            unit: PriceUnit::parse(&self.unit)?,
            date: self.date.as_deref().map(date).transpose()?,
        })
    }
}

/// A material by its key. What is not known is left out.
#[derive(Debug, Serialize, ToSchema)]
pub struct Record {
    /// What the library's owner calls it: a SKU, a file name.
    key: String,
    /// Its address.
    slug: String,
    /// Its name.
    name: String,
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    maker: Option<String>,
    /// One or two sentences.
    description: String,
    /// The kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::category, required = false)]
    category: Option<&'static str>,
    /// How its surface was finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::finish, required = false)]
    finish: Option<&'static str>,
    /// What repeats on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::pattern, required = false)]
    pattern: Option<&'static str>,
    /// What it would feel like.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::texture, required = false)]
    texture: Option<&'static str>,
    /// Period of what repeats, in millimetres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern_scale_mm: Option<f32>,
    /// Its colours, largest share first.
    colours: Vec<Colour>,
    /// Where it may be used.
    #[schema(schema_with = words::applications)]
    applications: Vec<&'static str>,
    /// As it is sold.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<Size>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<Price>,
    /// Reaction to fire by EN 13501-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    fire: Option<String>,
    /// Slip resistance.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = words::slip, required = false)]
    slip: Option<&'static str>,
    /// Everything else that is measured.
    specs: Vec<Spec>,
    /// Its pictures; the first is the one to show.
    pictures: Vec<Swatch>,
}

impl From<search::Record> for Record {
    fn from(record: search::Record) -> Self {
        let m = record.material;
        let p = m.properties;
        Self {
            key: m.key.into(),
            slug: m.slug.into(),
            name: m.name.into(),
            maker: m.maker.map(Into::into),
            description: m.description.into(),
            category: p.category.map(Category::as_str),
            finish: p.finish.map(Word::as_str),
            pattern: p.pattern.map(Word::as_str),
            texture: p.texture.map(Word::as_str),
            pattern_scale_mm: p.pattern_scale_mm,
            colours: p.colours.into_iter().map(Into::into).collect(),
            applications: p.applications.iter().map(|a| a.as_str()).collect(),
            size: p.size.map(Into::into),
            price: p.price.map(Into::into),
            fire: p.fire.as_ref().map(FireClass::to_string),
            slip: p.slip.map(Word::as_str),
            specs: p.specs.into_iter().map(Into::into).collect(),
            pictures: record.swatches.into_iter().map(Into::into).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "what cannot be read has failed the test"
    )]

    use super::*;

    fn draft(json: serde_json::Value) -> Result<Draft, Problem> {
        serde_json::from_value::<RecordRequest>(json)
            .unwrap()
            .draft()
    }

    #[test]
    fn a_full_record_is_a_draft() {
        let draft = draft(serde_json::json!({
            "name": "Skåne Oak", "maker": "Nord", "description": "Oiled.", "category": "wood/oak",
            "finish": "matt", "pattern_scale_mm": 120, "colours": ["#c8a678"],
            "applications": ["floor", "floor"], "size": {"width_mm": 200, "length_mm": 1200},
            "price": {"cents": 4850, "currency": "EUR", "unit": "m2", "date": "2026-01-31"},
            "fire": "Bfl-s1", "slip": "R10", "specs": [{"name": "Origin", "value": "Sweden"}]
        }))
        .unwrap();
        let p = draft.properties;
        assert_eq!((p.applications.len(), p.colours[0].share), (1, 1.0));
        assert_eq!(p.price.unwrap().cents, 4850);
        assert_eq!(p.sources.get(&Field::Slip), Some(&Source::Import));
        assert_eq!(p.sources.get(&Field::Pattern), None);
    }

    #[test]
    fn nonsense_is_refused_and_not_passed_over() {
        for bad in [
            serde_json::json!({"name": ""}),
            serde_json::json!({"name": "x", "category": "unobtainium"}),
            serde_json::json!({"name": "x", "size": {"width_mm": 0}}),
            serde_json::json!({"name": "x", "size": {"width_mm": 1, "joint_mm": -1}}),
            serde_json::json!({"name": "x", "pattern_scale_mm": 1e9}),
            serde_json::json!({"name": "x", "colours": ["red?"]}),
            serde_json::json!({"name": "x", "price": {"cents": -1, "currency": "EUR", "unit": "m2"}}),
            serde_json::json!({"name": "x", "price": {"cents": 1, "currency": "EUR", "unit": "m2", "date": "2026-13-01"}}),
            serde_json::json!({"name": "x", "price": {"cents": 1, "currency": "EUR", "unit": "m2", "date": "soon"}}),
            serde_json::json!({"name": "x", "specs": [{"name": "", "value": "1"}]}),
        ] {
            assert!(draft(bad.clone()).is_err(), "{bad}");
        }
        for bad in [
            r#"{"name":"x","colour":[]}"#,
            r#"{"name":"x","finish":null}"#,
        ] {
            assert!(serde_json::from_str::<RecordRequest>(bad).is_err(), "{bad}");
        }
    }
}
