//! The nearest come first, at any selectivity, by the index and without it.

use std::collections::HashSet;

use catalog::{CandidateQuery, Catalog, Entry, MaterialId, Path};
use material::{Facet, Filters, Properties};

use crate::support::{Fresh, Numbers, material, name, swatch};

const DIMS: usize = 32;
const MATERIALS: usize = 2_000;

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

async fn selectivity(fresh: Fresh, path: Path) {
    let catalog = &fresh.catalog;
    let model = catalog
        .register_model("look", DIMS as u32)
        .await
        .unwrap()
        .id;
    let mut numbers = Numbers(3);
    let mut vectors = Vec::new();
    let entries: Vec<Entry> = (0..MATERIALS)
        .map(|i| {
            let mut m = material(&format!("m {i}"), Properties::default());
            // 0.1, 1, 10 and 50 % of all, and the rest.
            m.maker = Some(name(match i {
                i if i % 1_000 == 500 => "one in a thousand",
                i if i % 100 == 1 => "one in a hundred",
                i if i % 10 == 2 => "one in ten",
                i if i % 2 == 1 => "half",
                _ => "rest",
            }));
            let views = [numbers.vector(DIMS), numbers.vector(DIMS)];
            let swatches = views
                .iter()
                .enumerate()
                .map(|(v, vector)| swatch((i * 2 + v) as u64, vec![(model, vector.clone())]));
            let swatches = swatches.collect();
            vectors.push(views);
            Entry {
                material: m,
                swatches,
            }
        })
        .collect();
    let done = catalog.upsert_many(&entries).await.unwrap();
    catalog.build_indexes(&|_| {}).await.unwrap();
    for maker in [
        "half",
        "one in ten",
        "one in a hundred",
        "one in a thousand",
    ] {
        let mut filters = Filters::default();
        filters
            .add(Facet::Maker, Facet::Maker.choice(maker).unwrap())
            .unwrap();
        let all: Vec<usize> = (0..MATERIALS)
            .filter(|i| entries[*i].material.maker == Some(name(maker)))
            .collect();
        for question in 0..5 {
            let vector = Numbers(100 + question).vector(DIMS);
            let query = CandidateQuery {
                filters: &filters,
                model: Some((model, &vector)),
                words: None,
                palette: None,
                properties: None,
                depth: 10,
            };
            let found = catalog.candidates(&query).await.unwrap();
            assert_eq!(found.total as usize, all.len(), "{maker}");
            assert_eq!(found.ids.len(), all.len().min(10), "{maker}");
            let scored = catalog
                .score_data(&found.ids, query.model, None)
                .await
                .unwrap();
            let mut best = all.clone();
            let look = |i: &usize| {
                let [a, b] = &vectors[*i];
                cosine(a, &vector).max(cosine(b, &vector))
            };
            best.sort_by(|a, b| look(b).total_cmp(&look(a)));
            let wanted: Vec<_> = best.iter().take(10).map(|i| done[*i].id).collect();
            let hits = scored.iter().filter(|s| wanted.contains(&s.id())).count();
            if all.len() <= 10 || path == Path::Exact {
                assert_eq!(hits, wanted.len(), "{maker}");
                assert_eq!(found.path, Path::Exact);
            } else {
                assert!(hits >= 7, "{maker}: {hits} of 10 by the index");
                assert_eq!(found.path, Path::Index, "{maker}");
            }
            for s in &scored {
                let i = done.iter().position(|d| d.id == s.id()).unwrap();
                let exact = look(&i);
                assert!((s.cosine.unwrap() - exact).abs() < 2e-3, "half precision");
                let first = s.swatch().unwrap().facts.as_ref().unwrap().lrv as usize;
                let [a, b] = &vectors[i];
                let nearer = usize::from(cosine(b, &vector) > cosine(a, &vector));
                assert_eq!(first, i * 2 + nearer, "the nearest swatch is first");
                assert_eq!(s.card().swatches.len(), 2);
            }
        }
    }
    fresh.done().await;
}

/// The engine inside has no index, whatever the settings say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nearest_by_comparing_all_embedded() {
    selectivity(Fresh::embedded(0).await, Path::Exact).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nearest_by_comparing_all_native() {
    selectivity(Fresh::native(20_000).await, Path::Exact).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nearest_by_the_index_native() {
    selectivity(Fresh::native(0).await, Path::Index).await;
}

/// Ten thousand pictures of one vector: nothing tells them apart but their numbers, and still every one comes once, in
/// one order.
async fn equals(fresh: Fresh) {
    const EQUALS: usize = 10_000;
    let catalog = &fresh.catalog;
    let model = catalog.register_model("look", 8).await.unwrap().id;
    let vector = Numbers(5).vector(8);
    let entries: Vec<Entry> = (0..EQUALS)
        .map(|i| Entry {
            material: material(&format!("m {i}"), Properties::default()),
            swatches: vec![swatch(i as u64, vec![(model, vector.clone())])],
        })
        .collect();
    for some in entries.chunks(1_000) {
        catalog.upsert_many(some).await.unwrap();
    }
    catalog.build_indexes(&|_| {}).await.unwrap();
    let filters = Filters::default();
    let query = CandidateQuery {
        filters: &filters,
        model: Some((model, &vector)),
        words: None,
        palette: None,
        properties: None,
        depth: 500,
    };
    let found = catalog.candidates(&query).await.unwrap();
    assert_eq!(found.total as usize, EQUALS);
    let least = Catalog::BY_INDEX as usize;
    assert!(found.ids.len() >= least, "{}", found.ids.len());
    let again = catalog.candidates(&query).await.unwrap();
    assert_eq!(found.ids, again.ids, "the same order twice");
    for one in catalog.score_candidates(&found, &query).await.unwrap() {
        assert!((one.cosine.unwrap() - 1.0).abs() < 2e-3);
    }
    let mut seen: HashSet<MaterialId> = found.ids.iter().copied().collect();
    assert_eq!(seen.len(), found.ids.len(), "none twice");
    // The pages after them.
    let mut skip = 0;
    loop {
        let page = catalog
            .tail(&filters, query.model, &found.ids, skip, 500)
            .await
            .unwrap();
        if page.is_empty() {
            break;
        }
        skip += page.len() as u32;
        for id in page {
            assert!(seen.insert(id), "{id:?} came twice");
        }
    }
    assert_eq!(seen.len(), EQUALS);
    fresh.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_equals_come_once_each_embedded() {
    equals(Fresh::embedded(20_000).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_equals_come_once_each_through_the_index_native() {
    equals(Fresh::native(0).await).await;
}
