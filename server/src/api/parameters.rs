//! The parameters of a list, described. What is not here is refused, so that a filter that is misspelt is not
//! silently none.

use std::sync::LazyLock;

use material::{Example, Facet, Field, Filters, Leg, PAGE_SIZE, SearchText, Word};
use utoipa::openapi::{
    RefOr, Required, Schema,
    path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle},
    schema::{Object, ObjectBuilder, Type},
};

use super::words;

/// The parameters that a list has beside those of a view.
pub const CURSOR: &str = "cursor";
/// The most hits of one part.
pub const LIMIT: &str = "limit";
/// Whether the counts of the filters come too.
pub const FACETS: &str = "facets";

/// Those whose value may be empty, which says nothing.
pub const MAY_BE_EMPTY: [&str; 3] = ["q", "palette", CURSOR];

/// How often a parameter may stand there, where it may more than once.
pub fn most(parameter: &Parameter) -> Option<usize> {
    match &parameter.schema {
        Some(RefOr::T(Schema::Array(array))) => array.max_items,
        _ => None,
    }
}

/// Whether a parameter that is one of a list may have this value.
pub fn may_be(parameter: &Parameter, value: &str) -> bool {
    match &parameter.schema {
        Some(RefOr::T(Schema::Object(object))) => object
            .enum_values
            .as_ref()
            .is_none_or(|all| all.iter().any(|one| one.as_str() == Some(value))),
        _ => true,
    }
}

/// Every parameter of a list.
pub static PARAMETERS: LazyLock<Vec<Parameter>> = LazyLock::new(parameters);

fn parameters() -> Vec<Parameter> {
    let mut all = vec![
        one(
            "q",
            "Words that are looked for.",
            words::text(SearchText::LIMIT),
        ),
        many(
            "like",
            "Swatches and photos to be more like, each `{id}` or `photo:{search}`, with a weight of 1 to 100 behind a colon where it is not 100.",
            example(),
            Example::MAX,
        ),
        many(
            "unlike",
            "Swatches and photos to be less like.",
            example(),
            Example::MAX,
        ),
        one(
            "palette",
            "Up to five colours with their shares: `c8b59a:60,4a3b2a:40`. Names work too.",
            words::text(400),
        ),
    ];
    for facet in Facet::all() {
        let about = format!(
            "{}: one of these; `unknown` for materials without.",
            facet.label()
        );
        all.push(many(
            facet.as_str(),
            &about,
            words::choices(*facet),
            Filters::MAX_CHOICES,
        ));
    }
    for (range, unit) in [
        ("price", "in the currency"),
        ("size", "of the longer side, in mm"),
    ] {
        for (end, word) in [("min", "The least"), ("max", "The most")] {
            // Text, because binary fractions are no amounts.
            let schema = match range {
                "price" => amount(),
                _ => integer(0, 100_000),
            };
            all.push(one(
                &format!("{range}_{end}"),
                &format!("{word} {range}, {unit}."),
                schema,
            ));
        }
        all.push(one(
            range,
            &format!("`unknown` lets materials without a {range} through as well."),
            words::one_of(["unknown"]),
        ));
    }
    for leg in Leg::ALL {
        let about = format!("How much {} counts, 0 to 100.", leg.label().to_lowercase());
        all.push(one(leg.weight_key(), &about, integer(0, 100)));
    }
    all.push(one(
        "fusion",
        "How the ways of being alike become one order.",
        words::one_of(material::Fusion::ALL.map(material::Fusion::as_str)),
    ));
    all.push(one(
        "diverse",
        "1: what is nearly the same makes way for something else; 0: it does not.",
        integer(0, 1),
    ));
    all.push(many(
        "declined",
        "Properties that are not to be read out of the words.",
        words::one_of(Field::all().iter().map(|field| field.as_str())),
        Field::all().len(),
    ));
    all.push(one(LIMIT, "The most hits.", integer(1, PAGE_SIZE)));
    all.push(one(
        CURSOR,
        "Where to go on: `next_cursor` of the part before, with the same other parameters.",
        words::text(40),
    ));
    all.push(one(
        FACETS,
        "Whether the counts of the filters come too.",
        ObjectBuilder::new().schema_type(Type::Boolean).build(),
    ));
    all
}

fn amount() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some("^[0-9]{1,6}(\\.[0-9]{1,2})?$"))
        .build()
}

fn example() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(
            "^([0-9a-f]{64}|photo:[A-Za-z0-9]{1,40})(:([1-9][0-9]?|100))?$",
        ))
        .build()
}

fn integer(least: u32, most: u32) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .minimum(Some(least))
        .maximum(Some(most))
        .build()
}

fn one(name: &str, about: &str, schema: Object) -> Parameter {
    parameter(name, about)
        .schema(Some(RefOr::T(Schema::from(schema))))
        .build()
}

/// A parameter that may be given several times; its values are alternatives.
fn many(name: &str, about: &str, schema: Object, most: usize) -> Parameter {
    parameter(name, about)
        .schema(Some(RefOr::T(words::list(schema, most))))
        .style(Some(ParameterStyle::Form))
        .explode(Some(true))
        .build()
}

fn parameter(name: &str, about: &str) -> ParameterBuilder {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(about))
}
