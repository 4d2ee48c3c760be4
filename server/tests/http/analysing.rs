//! Vision models describe what is imported: what a table says wins, a failing provider costs nothing but its
//! own words, the budget holds, and nothing is asked twice.

#![expect(
    clippy::unwrap_used,
    reason = "an import that cannot be made has failed the test"
)]

use std::{fmt::Write as _, fs, sync::Arc};

use crate::{
    describe::{Act, Fake, configured},
    support::{png, settings},
};
use material::{Field, Finish, Source, Texture, View};
use search::{ImportError, ImportRequest, Report, Veneer};
use tempfile::TempDir;
use vision::Depth;

/// What every call of the fake costs: 860 tokens at a dollar a million.
const CALL: u64 = 860;

/// A library that asks this fake.
async fn library(fake: &Fake, budget: &str) -> (Veneer, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let flag = configured(fake, folder.path(), budget);
    let settings = settings(&folder, &[&flag, "--analysis-seconds=8"]);
    let veneer = Veneer::open(settings.library.for_search().unwrap())
        .await
        .unwrap();
    (veneer, folder)
}

/// A table of so many pictures; the first rows as given, the others with a name alone.
fn table(folder: &TempDir, rows: &[&str], all: usize) -> ImportRequest {
    let photos = folder.path().join("photos");
    fs::create_dir_all(&photos).unwrap();
    let mut csv = "image,category,finish,texture,pattern\n".to_owned();
    for i in 0..all {
        let shade = 40 + 5 * i as u8;
        fs::write(photos.join(format!("{i}.png")), png([shade, 110, 80], 4)).unwrap();
        writeln!(csv, "{i}.png,{}", rows.get(i).unwrap_or(&",,,")).unwrap();
    }
    let csv_file = photos.join("table.csv");
    fs::write(&csv_file, csv).unwrap();
    ImportRequest {
        folder: photos,
        csv: Some(csv_file),
        analyse: Some(Depth::Detailed),
    }
}

async fn import(veneer: &Veneer, request: &ImportRequest) -> Report {
    veneer
        .import(request.clone(), Arc::new(|_| {}))
        .await
        .unwrap()
}

/// Materials that a filter lets through.
async fn count(veneer: &Veneer, query: &str) -> u32 {
    let view = View::parse(query).unwrap();
    veneer.library(&view).await.unwrap().total
}

#[tokio::test]
async fn what_a_table_says_wins_and_nothing_is_asked_twice() {
    let fake = Fake::start(Act::Well).await;
    let (veneer, folder) = library(&fake, "").await;
    let request = table(
        &folder,
        &["fabric,gloss,,", "wood,matt,smooth,plain", ",,,"],
        3,
    );
    let report = import(&veneer, &request).await;
    let analysed = report.analysed.unwrap();
    assert_eq!(report.created, 3);
    assert_eq!(fake.asked(), 2, "one of them says everything itself");
    assert_eq!(analysed.by["fake: eye-1"], 2);
    assert!(analysed.without.is_empty());
    assert_eq!(analysed.micro_usd, 2 * CALL);

    let view = View::parse("category=fabric&finish=gloss").unwrap();
    let found = veneer.library(&view).await.unwrap();
    assert_eq!(found.total, 1);
    let page = veneer.material(&found.hits[0].material.slug).await.unwrap();
    let known = &page.properties;
    assert_eq!(known.finish, Some(Finish::Gloss));
    assert_eq!(known.sources[&Field::Finish], Source::Import);
    assert_eq!(known.texture, Some(Texture::Pile));
    assert_eq!(
        known.sources[&Field::Texture],
        Source::Estimate { confidence: 0.8 }
    );
    assert_eq!(count(&veneer, "category=fabric/velvet").await, 1);

    for analyse in [Some(Depth::Detailed), Some(Depth::Basic), None] {
        let again = ImportRequest {
            analyse,
            ..request.clone()
        };
        let report = import(&veneer, &again).await;
        assert_eq!((report.unchanged, report.changed), (3, 0), "{analyse:?}");
    }
    assert_eq!(fake.asked(), 2);
    veneer.close().await;
}

#[tokio::test]
async fn a_provider_that_dies_half_way_is_left_and_asked_again_next_time() {
    let fake = Fake::start(Act::First(5)).await;
    let (veneer, folder) = library(&fake, "").await;
    let request = table(&folder, &[], 40);
    let report = import(&veneer, &request).await;
    let analysed = report.analysed.unwrap();
    assert_eq!(report.created, 40, "all of them come in");
    assert_eq!(analysed.described(), 5);
    assert_eq!(analysed.without.values().sum::<u32>(), 35);
    assert_eq!(analysed.micro_usd, 5 * CALL);
    assert_eq!(count(&veneer, "category=fabric/velvet").await, 5);
    assert_eq!(count(&veneer, "category=unknown").await, 35);
    let asked = fake.asked();
    // Those that were under way when it died try three times; the breaker spares the others that.
    assert!(asked < 80, "{asked}: a dead provider is not asked for ever");
    veneer.close().await;

    // It is well again, and another process goes on.
    let fake = Fake::start(Act::Well).await;
    let flag = configured(&fake, folder.path(), "");
    let settings = settings(&folder, &[&flag]);
    let veneer = Veneer::open(settings.library.for_search().unwrap())
        .await
        .unwrap();
    let report = import(&veneer, &request).await;
    let analysed = report.analysed.unwrap();
    assert_eq!((report.changed, report.unchanged), (35, 5));
    assert_eq!((analysed.described(), fake.asked()), (35, 35));
    assert_eq!(count(&veneer, "category=fabric/velvet").await, 40);
    veneer.close().await;
}

#[tokio::test]
async fn at_the_cap_the_rest_comes_in_without() {
    let fake = Fake::start(Act::Well).await;
    let (veneer, folder) = library(&fake, "[budget]\nmonth_usd = 0.03\n").await;
    let report = import(&veneer, &table(&folder, &[], 40)).await;
    let analysed = report.analysed.unwrap();
    assert_eq!(report.created, 40);
    let described = analysed.described();
    assert!((1..40).contains(&described), "{described}");
    let (why, rest) = analysed.without.first_key_value().unwrap();
    assert!(why.contains("budget"), "{why}");
    assert_eq!(described + rest, 40);
    assert_eq!(analysed.micro_usd, u64::from(described) * CALL);
    assert!(analysed.micro_usd <= 30_000);
    assert_eq!(
        fake.asked() as u32,
        described,
        "nothing was asked that could not be paid"
    );
    veneer.close().await;
}

#[tokio::test]
async fn a_provider_that_asks_for_patience_is_waited_for() {
    let fake = Fake::start(Act::Busy).await;
    let (veneer, folder) = library(&fake, "").await;
    let report = import(&veneer, &table(&folder, &[], 6)).await;
    assert_eq!(report.analysed.unwrap().described(), 6);
    veneer.close().await;
}

#[tokio::test]
async fn with_nobody_to_ask_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(&folder, &[]);
    let veneer = Veneer::open(settings.library.for_search().unwrap())
        .await
        .unwrap();
    let request = table(&folder, &[], 1);
    let done = veneer.import(request, Arc::new(|_| {})).await;
    assert!(matches!(done, Err(ImportError::NobodyToAsk)));
    assert_eq!(veneer.counts().await.unwrap().materials, 0);
    veneer.close().await;
}
