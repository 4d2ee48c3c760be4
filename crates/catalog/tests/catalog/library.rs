//! Reading the library: home, pictures, calibration, near duplicates; many readers at once.

use std::time::Duration;

use bytes::Bytes;
use catalog::{Calibration, Catalog, CatalogError, Entry, ImageSize, ModelId, TextScale};
use material::{Category, Filters, Properties};

use crate::support::{Numbers, material, swatch, swatch_id};

const KINDS: [&str; 3] = ["wood/oak", "wood/ash", "stone/marble"];

/// 30 materials of three kinds and two top categories; a vector points to its top category.
async fn fill(catalog: &Catalog) -> ModelId {
    let model = catalog.register_model("look", 4).await.unwrap().id;
    let entries: Vec<Entry> = (0..30)
        .map(|i| {
            let kind = KINDS[i % 3];
            let properties = Properties {
                category: Some(Category::parse(kind).unwrap()),
                ..Properties::default()
            };
            let vector = if kind.starts_with("wood") {
                vec![1.0, 0.0, 0.1, 0.0]
            } else {
                vec![0.5, 1.0, 0.0, 0.0]
            };
            Entry {
                material: material(&format!("m {i}"), properties),
                swatches: vec![swatch(i as u64, vec![(model, vector)])],
            }
        })
        .collect();
    catalog.upsert_many(&entries).await.unwrap();
    model
}

async fn home_shows_every_category_and_mixed_examples(catalog: &Catalog) {
    let empty = catalog.home(6).await.unwrap();
    assert!(empty.examples.is_empty() && empty.categories.is_empty());
    fill(catalog).await;
    let home = catalog.home(6).await.unwrap();
    let tiles: Vec<_> = home
        .categories
        .iter()
        .map(|t| (t.category.as_str(), t.count, t.swatch.is_some()))
        .collect();
    assert_eq!(tiles, [("wood", 20, true), ("stone", 10, true)]);
    assert_eq!((home.materials, home.swatches), (30, 30));
    assert_eq!(home.examples.len(), 6);
    let stones = home
        .examples
        .iter()
        .filter(|c| c.category.unwrap().top().as_str() == "stone");
    assert_eq!(stones.count(), 3, "examples take turns");
    assert!(home.examples.iter().all(|c| !c.swatches.is_empty()));
}
crate::on_both!(home_shows_every_category_and_mixed_examples);

async fn unrelated_pairs_calibrate_a_model(catalog: &Catalog) {
    let model = fill(catalog).await;
    let pairs = catalog.sample_unrelated(model, 100, 1).await.unwrap();
    assert_eq!(pairs.len(), 100);
    // Wood against stone only: wood against wood would be 1.
    let expected = 0.5 / (1.01_f32.sqrt() * 1.25_f32.sqrt());
    assert!(
        pairs.iter().all(|c| (c - expected).abs() < 1e-3),
        "{pairs:?}"
    );
    assert_eq!(
        pairs,
        catalog.sample_unrelated(model, 100, 1).await.unwrap()
    );
    let all = catalog.sample_unrelated(model, 10_000, 2).await.unwrap();
    assert_eq!(all.len(), 200);

    let calibration = Calibration {
        mean: 0.4,
        sd: 0.1,
        same_mean: 0.9,
        same_sd: 0.05,
        text: Some(TextScale {
            mean: 0.1,
            own_mean: 0.3,
        }),
        legs: [(
            material::Leg::Colour,
            catalog::LegScale {
                unrelated: catalog::Moments { mean: 0.2, sd: 0.1 },
                same: catalog::Moments {
                    mean: 0.9,
                    sd: 0.05,
                },
            },
        )]
        .into(),
    };
    catalog
        .set_calibration(model, calibration.clone())
        .await
        .unwrap();
    let stored = catalog.model("look").await.unwrap().unwrap();
    assert_eq!(stored.calibration, Some(calibration.clone()));
    let nobody = catalog.set_calibration(ModelId(99), calibration).await;
    assert!(matches!(nobody, Err(CatalogError::NotFound { .. })));
}
crate::on_both!(unrelated_pairs_calibrate_a_model);

async fn pictures_are_kept_by_their_content(catalog: &Catalog) {
    let id = swatch_id(77);
    assert!(!catalog.has_image(&id, ImageSize::Small).await.unwrap());
    let missing = catalog.image(&id, ImageSize::Small).await.unwrap_err();
    assert_eq!(missing, CatalogError::NotFound { what: "picture" });
    for size in ImageSize::ALL {
        let bytes = Bytes::from(size.as_str().as_bytes());
        catalog.put_image(&id, size, bytes.clone()).await.unwrap();
        catalog.put_image(&id, size, bytes.clone()).await.unwrap();
        assert_eq!(catalog.image(&id, size).await.unwrap(), bytes);
    }
    let empty = catalog.put_image(&id, ImageSize::Full, Bytes::new()).await;
    assert!(matches!(empty, Err(CatalogError::Unfit(_))));
}
crate::on_both!(pictures_are_kept_by_their_content);

async fn near_duplicates_differ_in_few_bits(catalog: &Catalog) {
    let m = material("m", Properties::default());
    let hashes = [u64::MAX, u64::MAX ^ 0b111, 0];
    let swatches: Vec<_> = hashes
        .iter()
        .enumerate()
        .map(|(i, phash)| {
            let mut s = swatch(i as u64, vec![]);
            s.phash = *phash;
            s
        })
        .collect();
    catalog.upsert(&m, &swatches).await.unwrap();
    let near = catalog.near_duplicates(u64::MAX, 4).await.unwrap();
    let near: Vec<_> = near.into_iter().map(|(_, id, bits)| (id, bits)).collect();
    assert_eq!(near, [(swatch_id(0), 0), (swatch_id(1), 3)]);
}
crate::on_both!(near_duplicates_differ_in_few_bits);

/// Many at once on one connection, some of them giving up in the middle of a statement or of a
/// transaction: nobody waits for ever and nothing is left half done.
async fn readers_and_writers_share_the_library(catalog: &Catalog) {
    let model = fill(catalog).await;
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..12_u64 {
        let catalog = catalog.clone();
        tasks.spawn(async move {
            let vector = Numbers(task).vector(4);
            for round in 0..10 {
                let filters = Filters::default();
                let number = 1_000 + task * 100 + round;
                let m = material(&format!("new {number}"), Properties::default());
                let swatches = [swatch(number, vec![(model, vector.clone())])];
                if task % 3 == 0 {
                    let limit = Duration::from_micros(300 * round);
                    let writing = catalog.upsert(&m, &swatches);
                    let _ = tokio::time::timeout(limit, writing).await;
                    let _ = tokio::time::timeout(limit, catalog.facets(&filters)).await;
                } else {
                    catalog.upsert(&m, &swatches).await.unwrap();
                    catalog.facets(&filters).await.unwrap();
                    let tail = catalog.tail(&filters, Some((model, &vector)), &[], 0, 50);
                    assert!(tail.await.unwrap().len() >= 30);
                }
            }
        });
    }
    let all = async {
        while let Some(done) = tasks.join_next().await {
            done.unwrap()
        }
    };
    tokio::time::timeout(Duration::from_secs(120), all)
        .await
        .expect("somebody waits for ever");
    let counts = catalog.counts().await.unwrap();
    assert_eq!(
        counts.materials, counts.swatches,
        "a material came without its swatch"
    );
    assert!(counts.materials >= 30 + 80);
}
crate::on_both!(readers_and_writers_share_the_library);
