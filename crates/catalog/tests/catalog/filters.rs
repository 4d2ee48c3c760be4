//! A filter never loses a row: random libraries and random filters against a plain filter in Rust, on
//! both engines, every page walked.

use std::collections::{BTreeSet, HashMap};

use catalog::{CandidateQuery, Catalog, Entry, MaterialId, ModelId, WordsQuery};
use material::{
    Application, BasicColour, Category, Choice, Currency, Facet, Filters, Finish, FireClass,
    NewMaterial, Pattern, Price, PriceUnit, Properties, Range, Size, SlipRating, Texture, Word,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::support::{Fresh, Numbers, colour, material, name, swatch};

const CATEGORIES: &[&str] = &[
    "wood",
    "wood/oak",
    "wood/ash",
    "stone/marble",
    "fabric",
    "paint",
];
const COLOURS: &[&str] = &["#c9a87c", "#8a5a3b", "#232f4b", "#f4f3f0", "#333333"];
const MAKERS: &[&str] = &["Nordhave & Søn", "O'Neil \"Tiles\"", "a,b{c}"];
const FIRES: &[&str] = &["A1", "A2-s1,d0", "Bfl-s1"];

fn maybe<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [T],
) -> impl Strategy<Value = Option<T>> {
    proptest::option::weighted(0.7, select(all))
}

fn properties() -> impl Strategy<Value = (Properties, Option<&'static str>)> {
    let words = (
        maybe(CATEGORIES),
        maybe(&Finish::all()[..3]),
        maybe(&Texture::all()[..3]),
        maybe(&Pattern::all()[..3]),
        maybe(&SlipRating::all()[..3]),
        maybe(FIRES),
        maybe(MAKERS),
    );
    let numbers = (
        subsequence(COLOURS, 0..=3),
        subsequence(&Application::all()[..4], 0..=3),
        proptest::option::weighted(0.7, 0_i64..30),
        proptest::option::weighted(0.7, 1_u16..30),
    );
    (words, numbers).prop_map(|(words, numbers)| {
        let (category, finish, texture, pattern, slip, fire, maker) = words;
        let (colours, applications, price, size) = numbers;
        let properties = Properties {
            category: category.map(|c| Category::parse(c).unwrap()),
            finish,
            texture,
            pattern,
            slip,
            fire: fire.map(|f| FireClass::parse(f).unwrap()),
            colours: colours
                .iter()
                .enumerate()
                // The third covers too little to count.
                .map(|(i, code)| colour(code, [0.7, 0.25, 0.05][i]))
                .collect(),
            applications: applications.to_vec(),
            price: price.map(|p| Price {
                cents: p * 100,
                currency: Currency::Eur,
                unit: PriceUnit::Piece,
                date: None,
            }),
            size: size.map(|s| Size {
                width_mm: f32::from(s) * 10.0,
                length_mm: Some(100.5),
                thickness_mm: None,
                joint_mm: None,
            }),
            ..Properties::default()
        };
        (properties, maker)
    })
}

fn range(most: i64) -> impl Strategy<Value = Range> {
    let end = move || proptest::option::weighted(0.3, 0..most);
    (end(), end(), proptest::bool::weighted(0.15)).prop_map(|(min, max, unknown)| Range {
        min,
        max,
        unknown,
    })
}

fn filters() -> impl Strategy<Value = Filters> {
    let values: Vec<(Facet, &'static str)> = [
        (Facet::Category, CATEGORIES),
        (Facet::Colour, &["beige", "brown", "blue", "white"]),
        (Facet::Finish, &["raw", "matt", "satin", "unknown"]),
        (Facet::Pattern, &["plain", "veined", "unknown"]),
        (Facet::Texture, &["smooth", "ribbed", "unknown"]),
        (Facet::Application, &["floor", "wall", "unknown"]),
        (Facet::Maker, MAKERS),
        (Facet::Fire, FIRES),
        (Facet::Slip, &["r9", "r11", "unknown"]),
    ]
    .into_iter()
    .flat_map(|(f, all)| all.iter().map(move |v| (f, *v)).chain([(f, "unknown")]))
    .collect();
    (subsequence(values, 0..=5), range(3_000), range(300)).prop_map(|(chosen, price, size)| {
        let mut filters = Filters::default();
        filters.price = price;
        filters.size = size;
        for (facet, value) in chosen {
            filters.add(facet, facet.choice(value).unwrap()).unwrap();
        }
        filters
    })
}

/// The values of a facet that a material has; none means not known.
fn values(m: &NewMaterial, facet: Facet) -> Vec<String> {
    let p = &m.properties;
    fn one<W: Word>(word: Option<W>) -> Vec<String> {
        word.iter().map(|w| w.as_str().to_owned()).collect()
    }
    match facet {
        Facet::Category => p
            .category
            .into_iter()
            .flat_map(|c| [Some(c), c.parent()])
            .flatten()
            .map(|c| c.as_str().to_owned())
            .collect(),
        Facet::Colour => {
            let counted = p.colours.iter().filter(|c| c.share >= 0.08);
            let names: BTreeSet<_> = counted
                .map(|c| BasicColour::of(c.lab).as_str().to_owned())
                .collect();
            names.into_iter().collect()
        }
        Facet::Finish => one(p.finish),
        Facet::Pattern => one(p.pattern),
        Facet::Texture => one(p.texture),
        Facet::Slip => one(p.slip),
        Facet::Application => p.applications.iter().map(|a| a.as_str().into()).collect(),
        Facet::Maker => m.maker.iter().map(|n| n.as_str().to_owned()).collect(),
        Facet::Fire => p.fire.iter().map(|f| f.to_string()).collect(),
    }
}

fn in_range(value: Option<f64>, range: Range) -> bool {
    match value {
        None => range.unknown || (range.min.is_none() && range.max.is_none()),
        Some(_) if range.min.is_none() && range.max.is_none() => !range.unknown,
        Some(v) => {
            range.min.is_none_or(|min| v >= min as f64)
                && range.max.is_none_or(|max| v <= max as f64)
        }
    }
}

fn passes(m: &NewMaterial, filters: &Filters) -> bool {
    let facets = Facet::all().iter().all(|&facet| {
        let chosen = filters.chosen(facet);
        let has = values(m, facet);
        chosen.is_empty()
            || chosen.iter().any(|choice| match choice {
                Choice::Known(value) => has.contains(value),
                Choice::Unknown => has.is_empty(),
            })
    });
    let p = &m.properties;
    let price = p.price.as_ref().map(|p| p.cents as f64);
    let size = p.size.map(|s| f64::from(s.longest_mm()));
    facets && in_range(price, filters.price) && in_range(size, filters.size)
}

fn draw<T>(runner: &mut TestRunner, strategy: impl Strategy<Value = T>) -> T {
    strategy.new_tree(runner).unwrap().current()
}

struct Library {
    materials: Vec<(MaterialId, NewMaterial)>,
    model: ModelId,
}

async fn fill(catalog: &Catalog, runner: &mut TestRunner) -> Library {
    let model = catalog.register_model("look", 8).await.unwrap().id;
    let drawn = draw(runner, proptest::collection::vec(properties(), 60..120));
    let mut numbers = Numbers(1);
    let mut entries = Vec::new();
    for (i, (properties, maker)) in drawn.into_iter().enumerate() {
        let mut material = material(&format!("m {i}"), properties);
        material.maker = maker.map(name);
        // Some without a picture, some with a picture no model has seen.
        let swatches = (0..i % 4)
            .map(|s| {
                let seen = i % 5 != 0;
                let embeddings = seen
                    .then(|| (model, numbers.vector(8)))
                    .into_iter()
                    .collect();
                swatch((i * 4 + s) as u64, embeddings)
            })
            .collect();
        entries.push(Entry { material, swatches });
    }
    let done = catalog.upsert_many(&entries).await.unwrap();
    Library {
        materials: done
            .into_iter()
            .zip(entries)
            .map(|(u, e)| (u.id, e.material))
            .collect(),
        model,
    }
}

async fn compare(catalog: &Catalog, library: &Library, filters: &Filters, depth: u32) {
    let expected: BTreeSet<MaterialId> = library
        .materials
        .iter()
        .filter(|(_, m)| passes(m, filters))
        .map(|(id, _)| *id)
        .collect();
    let total = catalog.filtered_count(filters).await.unwrap();
    assert_eq!(total as usize, expected.len(), "{filters:?}");

    let vector = Numbers(7).vector(8);
    let words = WordsQuery::parse("oak plain");
    let query = CandidateQuery {
        filters,
        model: Some((library.model, &vector)),
        words: words.as_ref(),
        palette: Some(&[colour("#c9a87c", 1.0)]),
        properties: Some(&library.materials[0].1.properties),
        depth,
    };
    let found = catalog.candidates(&query).await.unwrap();
    assert_eq!(found.total, total);
    assert!(found.ids.len() >= expected.len().min(depth as usize));
    let scored = catalog
        .score_data(&found.ids, query.model, query.words)
        .await;
    let scored: Vec<_> = scored.unwrap().into_iter().map(|s| s.id()).collect();
    assert_eq!(scored, found.ids, "every candidate is scored");

    for model in [query.model, None] {
        let mut walked = found.ids.clone();
        for page in 0.. {
            let rest = catalog
                .tail(filters, model, &found.ids, page * 7, 7)
                .await
                .unwrap();
            if rest.is_empty() {
                break;
            }
            walked.extend(rest);
        }
        assert_eq!(
            walked.len(),
            expected.len(),
            "a row comes once: {filters:?}"
        );
        assert_eq!(
            walked.into_iter().collect::<BTreeSet<_>>(),
            expected,
            "{filters:?}"
        );
    }
}

async fn compare_facets(catalog: &Catalog, library: &Library, filters: &Filters) {
    let facets = catalog.facets(filters).await.unwrap();
    let passing = |f: &Filters| {
        library
            .materials
            .iter()
            .filter(|(_, m)| passes(m, f))
            .count()
    };
    assert_eq!(facets.total as usize, passing(filters));
    let mut open = filters.clone();
    open.price = Range::default();
    let pass_others = library.materials.iter().filter(|(_, m)| passes(m, &open));
    let without = pass_others
        .filter(|(_, m)| m.properties.price.is_none())
        .count();
    assert_eq!(facets.without_price as usize, without, "{filters:?}");

    for counts in &facets.facets {
        let others = filters.without(counts.facet);
        let mut expected: HashMap<Choice, u32> = HashMap::new();
        for choice in filters.chosen(counts.facet) {
            expected.insert(choice.clone(), 0);
        }
        for (_, m) in library.materials.iter().filter(|(_, m)| passes(m, &others)) {
            let has = values(m, counts.facet);
            if has.is_empty() {
                *expected.entry(Choice::Unknown).or_default() += 1;
            }
            for value in has {
                *expected.entry(Choice::Known(value)).or_default() += 1;
            }
        }
        let got: HashMap<Choice, u32> = counts
            .values
            .iter()
            .map(|v| (v.choice.clone(), v.count))
            .collect();
        assert_eq!(got, expected, "{:?} under {filters:?}", counts.facet);
        for value in &counts.values {
            assert_eq!(value.chosen, filters.has(counts.facet, &value.choice));
        }
    }
}

async fn random_filters(fresh: Fresh) {
    let mut runner = TestRunner::default();
    let library = fill(&fresh.catalog, &mut runner).await;
    for _ in 0..60 {
        let filters = draw(&mut runner, filters());
        let depth = draw(&mut runner, 1_u32..30);
        compare(&fresh.catalog, &library, &filters, depth).await;
        compare_facets(&fresh.catalog, &library, &filters).await;
    }
    fresh.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_filter_loses_a_row_embedded() {
    random_filters(Fresh::embedded(20_000).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_filter_loses_a_row_native() {
    random_filters(Fresh::native(20_000).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_filter_loses_a_row_through_the_index_native() {
    random_filters(Fresh::native(0).await).await;
}
