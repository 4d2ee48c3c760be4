//! What is counted in memory follows the table, whoever writes; indexes are built as the library grows.

use std::sync::Mutex;

use catalog::{CandidateQuery, Catalog, Entry, MaterialId, ModelId, Path};
use material::{Facet, Filters, Finish, Properties, Word};
use sqlx::{Connection, Executor, PgConnection};

use crate::on_both;
use crate::support::{Fresh, Numbers, colour, material, swatch, url_of};

fn matt() -> Filters {
    let mut filters = Filters::default();
    let choice = Facet::Finish.choice("matt").unwrap();
    filters.add(Facet::Finish, choice).unwrap();
    filters
}

fn finished(key: &str, finish: &str) -> material::NewMaterial {
    let properties = Properties {
        finish: Finish::parse(finish).ok(),
        ..Properties::default()
    };
    material(key, properties)
}

async fn a_change_is_counted_at_once(catalog: &Catalog) {
    let matt = matt();
    let count = async || catalog.filtered_count(&matt).await.unwrap();
    assert_eq!(count().await, 0);
    let before = catalog.version().await.unwrap();
    catalog.upsert(&finished("a", "matt"), &[]).await.unwrap();
    let swatches = [swatch(1, Vec::new()), swatch(2, Vec::new())];
    catalog
        .upsert(&finished("b", "gloss"), &swatches)
        .await
        .unwrap();
    assert_eq!(count().await, 1);
    let changed = catalog.version().await.unwrap();
    assert!(changed > before);
    catalog
        .upsert(&finished("b", "matt"), &swatches[..1])
        .await
        .unwrap();
    assert_eq!(count().await, 2);
    let counts = catalog.counts().await.unwrap();
    assert_eq!((counts.materials, counts.swatches), (2, 1));
    // The same again changes nothing.
    let changed = catalog.version().await.unwrap();
    catalog
        .upsert(&finished("b", "matt"), &swatches[..1])
        .await
        .unwrap();
    assert_eq!(catalog.version().await.unwrap(), changed);
}
on_both!(a_change_is_counted_at_once);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_write_is_counted_too() {
    let fresh = Fresh::native(catalog::Settings::EXACT_BELOW).await;
    let (one, two) = (&fresh.catalog, fresh.again().await);
    for key in ["a", "b", "c"] {
        one.upsert(&finished(key, "matt"), &[]).await.unwrap();
    }
    let counts = async || {
        let both = [one, &two].map(|c| async move { c.filtered_count(&matt()).await.unwrap() });
        let [a, b] = both;
        (a.await, b.await)
    };
    assert_eq!(counts().await, (3, 3));
    let ids: Vec<MaterialId> = {
        let all = CandidateQuery {
            filters: &Filters::default(),
            model: None,
            words: None,
            palette: Some(&[colour("#888888", 1.0)]),
            properties: None,
            depth: 10,
        };
        two.candidates(&all).await.unwrap().ids
    };
    assert_eq!(scored(&two, &ids).await.len(), 3);
    one.upsert(&finished("c", "gloss"), &[]).await.unwrap();
    assert!(scored(&two, &ids).await[2].contains("gloss"));
    one.upsert(&finished("c", "matt"), &[]).await.unwrap();
    let url = url_of(fresh.database().unwrap());
    let mut by_hand = PgConnection::connect(&url).await.unwrap();
    for (statement, left) in [
        ("UPDATE materials SET finish = NULL WHERE key = 'a'", 2),
        ("DELETE FROM materials WHERE key = 'b'", 1),
        ("BEGIN; DELETE FROM materials; ROLLBACK", 1),
        ("TRUNCATE materials CASCADE", 0),
    ] {
        by_hand.execute(statement).await.unwrap();
        assert_eq!(counts().await, (left, left), "{statement}");
        let finished = scored(&two, &ids).await;
        let there = finished.iter().filter(|row| row.contains("matt")).count();
        assert_eq!(there, left as usize, "{statement}: {finished:?}");
    }
    by_hand.close().await.unwrap();
    two.close().await;
    fresh.done().await;
}

/// What a search would score by, as one text.
async fn scored(catalog: &Catalog, ids: &[MaterialId]) -> Vec<String> {
    let rows = catalog.score_data(ids, None, None).await.unwrap();
    rows.iter()
        .map(|row| {
            let finish = row.material().properties.finish.map(Word::as_str);
            let first = row.swatch().map(|s| s.phash);
            format!("{} {finish:?} {first:?}", row.material().name)
        })
        .collect()
}

async fn a_row_that_was_read_before_is_read_anew_after_a_change(catalog: &Catalog) {
    let mut ids = Vec::new();
    for (place, key) in ["a", "b"].iter().enumerate() {
        let pictures = [swatch(place as u64 + 1, Vec::new())];
        let done = catalog.upsert(&finished(key, "matt"), &pictures).await;
        ids.push(done.unwrap().id);
    }
    let before = ["a Some(\"matt\") Some(1)", "b Some(\"matt\") Some(2)"];
    for _ in 0..2 {
        assert_eq!(scored(catalog, &ids).await, before);
    }
    let other = [swatch(3, Vec::new()), swatch(2, Vec::new())];
    let changed = finished("b", "gloss");
    catalog.upsert(&changed, &other).await.unwrap();
    let after = [before[0], "b Some(\"gloss\") Some(3)"];
    for _ in 0..2 {
        assert_eq!(scored(catalog, &ids).await, after);
    }
}
on_both!(a_row_that_was_read_before_is_read_anew_after_a_change);

async fn fill(catalog: &Catalog, from: u64, count: u64) -> ModelId {
    let model = catalog.register_model("look", 16).await.unwrap().id;
    let mut numbers = Numbers(from);
    let entries: Vec<Entry> = (from..from + count)
        .map(|i| Entry {
            material: finished(&format!("m {i}"), "matt"),
            swatches: vec![swatch(i, vec![(model, numbers.vector(16))])],
        })
        .collect();
    catalog.upsert_many(&entries).await.unwrap();
    model
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_comes_when_it_is_wanted_and_goes_unnoticed() {
    let fresh = Fresh::native(100).await;
    let catalog = &fresh.catalog;
    let model = fill(catalog, 0, 90).await;
    assert_eq!(catalog.build_indexes(&|_| {}).await.unwrap(), 0, "too few");
    fill(catalog, 90, 4_000).await;

    let filters = Filters::default();
    let vector = Numbers(7).vector(16);
    let nearest = async || {
        let query = CandidateQuery {
            filters: &filters,
            model: Some((model, &vector)),
            words: None,
            palette: None,
            properties: None,
            depth: 10,
        };
        let found = catalog.candidates(&query).await.unwrap();
        (found.path, found.ids)
    };
    let (path, exact) = nearest().await;
    assert_eq!(path, Path::Exact, "there is no index yet");
    let told = Mutex::new(Vec::new());
    let tell = |at: catalog::IndexProgress| told.lock().unwrap().push(at);
    assert_eq!(catalog.build_indexes(&tell).await.unwrap(), 1);
    assert_eq!(
        catalog.build_indexes(&tell).await.unwrap(),
        0,
        "it is there"
    );
    let (path, found) = nearest().await;
    assert_eq!(path, Path::Index);
    let same = found.iter().filter(|id| exact.contains(id)).count();
    assert!(same >= 9, "{same} of 10");
    assert!(catalog.warm(model, 20).await.unwrap() > 1);
    let (path, rows, share, _) = catalog
        .recall(&filters, (model, &vector), 50, 10)
        .await
        .unwrap();
    assert_eq!((path, rows), (Path::Index, 50));
    assert!(share >= 0.9);

    catalog.drop_indexes().await.unwrap();
    assert_eq!(nearest().await, (Path::Exact, exact.clone()));
    // What an interrupted building leaves behind is not used, and made anew.
    let url = url_of(fresh.database().unwrap());
    let mut by_hand = PgConnection::connect(&url).await.unwrap();
    let index = format!("embeddings_model_{}", model.0);
    for statement in [
        format!("CREATE INDEX {index} ON embeddings (swatch_id)"),
        format!("UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{index}'::regclass"),
    ] {
        by_hand
            .execute(sqlx::AssertSqlSafe(statement))
            .await
            .unwrap();
    }
    by_hand.close().await.unwrap();
    assert_eq!(nearest().await, (Path::Exact, exact));
    assert_eq!(catalog.build_indexes(&|_| {}).await.unwrap(), 1);
    assert_eq!(nearest().await.0, Path::Index);
    fresh.done().await;
}
