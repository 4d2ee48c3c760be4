//! What the library takes: opening, filling, answering. Prints milliseconds.
//!
//! `cargo run --release -p catalog --example measure [-- DATABASE_URL]`; without an address on the
//! engine inside, in a temporary folder. The database named has to be empty.

use std::time::Instant;

use catalog::{CandidateQuery, Catalog, Entry, NewSwatch, Settings, WordsQuery};
use material::{
    Category, Colour, Description, Facet, Filters, Finish, Name, NewMaterial, Pattern, Properties,
    Slug, SwatchId, Word,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const DIMS: usize = 512;

fn number(state: &mut u64) -> f32 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
}

fn vector(state: &mut u64) -> Vec<f32> {
    (0..DIMS).map(|_| number(state)).collect()
}

fn entry(i: usize, model: catalog::ModelId, state: &mut u64) -> Outcome<Entry> {
    let kinds: Vec<Category> = Category::all().collect();
    let colours: Vec<Colour> = (0..6)
        .map(|c| {
            Colour::from([
                50.0 + 40.0 * number(state),
                20.0 * number(state),
                30.0 * number(state),
                1.0 / (c + 2) as f32,
            ])
        })
        .collect();
    let mut swatches = Vec::new();
    for view in 0..2 {
        swatches.push(NewSwatch {
            id: SwatchId::parse(&format!("{:064x}", i * 2 + view))?,
            view: "face".into(),
            width: 900,
            height: 900,
            ground: "#c8b89a".into(),
            phash: i as u64,
            palette: colours.clone(),
            facts: serde_json::json!({"palette": [[50.0, 1.0, 2.0, 0.5]], "lrv": 40.0, "contrast": 7.0, "period": 0.1, "regularity": 0.5, "direction": 12.0, "coarseness": 0.02}),
            embeddings: vec![(model, vector(state))],
        });
    }
    Ok(Entry {
        material: NewMaterial {
            key: Name::parse(&format!("key {i}"))?,
            slug: Slug::parse(&format!("material-{i}"))?,
            name: Name::parse(&format!("Harbour {} {i}", kinds[i % kinds.len()].label()))?,
            maker: Some(Name::parse(["Nordhave", "Atelier Lys", "Kalkwerk"][i % 3])?),
            description: Description::parse(
                "A calm surface with a fine grain, made for floors and walls.",
            )?,
            properties: Properties {
                category: Some(kinds[i % kinds.len()]),
                finish: Finish::all().get(i % 22).copied(),
                pattern: Pattern::all().get(i % 19).copied(),
                colours,
                ..Properties::default()
            },
        },
        swatches,
    })
}

fn told(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |q: usize| times[(times.len() - 1) * q / 100];
    println!(
        "{what:<44} p50 {:8.2}  p95 {:8.2}  ms ({}×)",
        at(50),
        at(95),
        times.len()
    );
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let mut args = std::env::args().skip(1);
    let materials: usize = std::env::var("MATERIALS")
        .ok()
        .and_then(|m| m.parse().ok())
        .unwrap_or(215);
    let settings = Settings {
        database_url: args.next(),
        ..Settings::local(folder.path())
    };
    let clock = Instant::now();
    let ms = |clock: Instant| clock.elapsed().as_secs_f64() * 1_000.0;
    let catalog = Catalog::open(settings.clone()).await?;
    println!("{}; {materials} materials of 2 swatches", catalog.engine());
    told("open, new folder", vec![ms(clock)]);
    let model = catalog.register_model("look", DIMS as u32).await?.id;
    let mut state = 7;
    let entries: Vec<Entry> = (0..materials)
        .map(|i| entry(i, model, &mut state))
        .collect::<Outcome<_>>()?;
    let clock = Instant::now();
    for batch in entries.chunks(500) {
        catalog.upsert_many(batch).await?;
    }
    told("upsert all", vec![ms(clock)]);
    let clock = Instant::now();
    for batch in entries.chunks(500) {
        catalog.upsert_many(batch).await?;
    }
    told("upsert the same again", vec![ms(clock)]);
    catalog.close().await;
    let clock = Instant::now();
    let catalog = Catalog::open(settings).await?;
    told("open again", vec![ms(clock)]);

    let mut some = Filters::default();
    some.add(Facet::Category, Facet::Category.choice("wood")?)?;
    let (mut count, mut facets, mut fetch, mut score, mut all, mut words) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for round in 0..200 {
        let filters = if round % 2 == 0 {
            Filters::default()
        } else {
            some.clone()
        };
        let vector = vector(&mut state);
        let query = CandidateQuery {
            filters: &filters,
            model: Some((model, &vector)),
            words: None,
            palette: Some(&entries[0].material.properties.colours),
            properties: Some(&entries[1].material.properties),
            depth: 300,
        };
        let whole = Instant::now();
        let clock = Instant::now();
        let candidates = catalog.candidates(&query).await?;
        fetch.push(ms(clock));
        let clock = Instant::now();
        let scored = catalog
            .score_data(&candidates.ids, query.model, None)
            .await?;
        score.push(ms(clock));
        assert_eq!(scored.len(), candidates.ids.len());
        let clock = Instant::now();
        catalog.facets(&filters).await?;
        facets.push(ms(clock));
        all.push(ms(whole));
        let clock = Instant::now();
        catalog.filtered_count(&filters).await?;
        count.push(ms(clock));
        let clock = Instant::now();
        let plank = WordsQuery::parse("harbour oak plank");
        let query = CandidateQuery {
            model: None,
            words: plank.as_ref(),
            palette: None,
            properties: None,
            ..query
        };
        let candidates = catalog.candidates(&query).await?;
        catalog
            .score_data(&candidates.ids, None, query.words)
            .await?;
        words.push(ms(clock));
    }
    told("filtered_count", count);
    told("candidates", fetch);
    told("score_data", score);
    told("facets", facets);
    told("candidates + score_data + facets", all);
    told("words: candidates + score_data", words);
    catalog.close().await;
    Ok(())
}
