//! The closed lists of the trade as schemas, so that the description of the API never drifts from them.

use material::{
    Application, BasicColour, Category, Currency, Facet, Filters, Finish, Fusion, Leg, Pattern,
    PriceUnit, SlipRating, Texture, Word,
};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, Object, ObjectBuilder, SchemaFormat, Type,
};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Reads a value that may be left out, but is never null.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A text out of a list.
pub fn one_of(words: impl IntoIterator<Item = &'static str>) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .build()
}

/// A text of any content.
pub fn text(longest: usize) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .max_length(Some(longest))
        .build()
}

/// Several of them.
pub fn list(of: Object, most: usize) -> Schema {
    ArrayBuilder::new()
        .items(of)
        .max_items(Some(most))
        .build()
        .into()
}

fn all<W: Word>() -> impl Iterator<Item = &'static str> {
    W::all().iter().map(|word| word.as_str())
}

macro_rules! schemas {
    ($($name:ident = $words:expr;)*) => {
        $(
            pub fn $name() -> RefOr<Schema> {
                RefOr::T(one_of($words).into())
            }
        )*
    };
}

schemas! {
    category = Category::all().map(Category::as_str);
    finish = all::<Finish>();
    pattern = all::<Pattern>();
    texture = all::<Texture>();
    slip = all::<SlipRating>();
    currency = all::<Currency>();
    price_unit = all::<PriceUnit>();
    facet = all::<Facet>();
    fusion = Fusion::ALL.map(Fusion::as_str);
    band = ["strong", "related", "weak"];
    leg = Leg::ALL.map(leg_name);
    likeness = ["file", "picture", "look"];
    depth = ["basic", "detailed", "comprehensive"];
    known = ["told", "header", "values", "no"];
    verdict = ["merge", "keep", "alternative"];
    decided = ["keep", "alternative"];
    job_state = search::JobState::ALL.map(search::JobState::as_str);
}

macro_rules! filters {
    ($($name:ident = $facet:expr;)*) => {
        $(
            pub fn $name() -> RefOr<Schema> {
                RefOr::T(list(choices($facet), Filters::MAX_CHOICES))
            }
        )*
    };
}

filters! {
    categories = Facet::Category;
    colours = Facet::Colour;
    finishes = Facet::Finish;
    patterns = Facet::Pattern;
    textures = Facet::Texture;
    uses = Facet::Application;
    makers = Facet::Maker;
    fire_classes = Facet::Fire;
    slip_ratings = Facet::Slip;
}

/// What is done with a job.
pub struct JobActionWord;

impl PartialSchema for JobActionWord {
    fn schema() -> RefOr<Schema> {
        RefOr::T(one_of(search::JobAction::ALL.map(search::JobAction::as_str)).into())
    }
}

impl ToSchema for JobActionWord {}

/// A form of an export.
pub struct ExportFormWord;

impl PartialSchema for ExportFormWord {
    fn schema() -> RefOr<Schema> {
        RefOr::T(one_of(["json", "csv"]).into())
    }
}

impl ToSchema for ExportFormWord {}

/// A file as it is.
pub struct FileBody;

impl PartialSchema for FileBody {
    fn schema() -> RefOr<Schema> {
        let bytes = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)));
        RefOr::T(bytes.build().into())
    }
}

impl ToSchema for FileBody {}

/// Where a material may be used.
pub fn applications() -> RefOr<Schema> {
    RefOr::T(list(one_of(all::<Application>()), Application::all().len()))
}

/// What a key may.
pub fn scopes() -> RefOr<Schema> {
    let all = search::Scope::ALL;
    RefOr::T(list(one_of(all.map(search::Scope::as_str)), all.len()))
}

/// The name of a leg, as its weight has it in addresses.
pub fn leg_name(leg: Leg) -> &'static str {
    leg.weight_key().trim_start_matches("w_")
}

/// The values one may choose of a facet, `unknown` among them.
pub fn choices(facet: Facet) -> Object {
    let known: Vec<&'static str> = match facet {
        Facet::Category => Category::all().map(Category::as_str).collect(),
        Facet::Colour => all::<BasicColour>().collect(),
        Facet::Finish => all::<Finish>().collect(),
        Facet::Pattern => all::<Pattern>().collect(),
        Facet::Texture => all::<Texture>().collect(),
        Facet::Application => all::<Application>().collect(),
        Facet::Slip => all::<SlipRating>().collect(),
        // Names of makers are the library's, classes have parts.
        Facet::Maker => return text(120),
        Facet::Fire => return text(40),
    };
    one_of(known.into_iter().chain(["unknown"]))
}
