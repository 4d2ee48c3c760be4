//! What was said about photos is said again without asking, and secrets stay what they are.

use std::collections::HashSet;
use std::time::Duration;

use catalog::{AnalysisKey, CachedAnalysis, Catalog, CatalogError, Settings};
use material::Analysis;

use crate::support::Fresh;

const HOUR: Duration = Duration::from_secs(3_600);

fn source(provider: &str) -> AnalysisKey {
    AnalysisKey {
        provider: provider.into(),
        model: "eye".into(),
        prompt_version: "1".into(),
    }
}

fn said(key: u8, provider: &str, sentence: &str, near: &[u64]) -> CachedAnalysis {
    CachedAnalysis {
        key: [key; 32],
        near: near.iter().map(|band| band.to_be_bytes()).collect(),
        source: source(provider),
        depth: "basic".into(),
        analysis: Analysis {
            model: provider.into(),
            estimate: false,
            values: vec![],
            sentence: sentence.into(),
            note: None,
        },
    }
}

async fn the_same_photo_is_known_again(catalog: &Catalog) {
    let recall = async |key: u8, sources: Option<&[AnalysisKey]>, depth: &str| {
        let found = catalog.recall_analysis([key; 32], sources, depth, HOUR);
        found.await.unwrap().map(|(who, a)| (who, a.sentence))
    };
    assert_eq!(recall(1, None, "basic").await, None);
    for cached in [
        said(1, "groq", "older", &[]),
        said(1, "groq", "of groq", &[]),
        said(1, "together", "of together", &[]),
        said(2, "groq", "another photo", &[]),
    ] {
        catalog.remember_analysis(&cached).await.unwrap();
    }
    let is = |provider: &str, sentence: &str| Some((source(provider), sentence.to_owned()));
    assert_eq!(
        recall(1, None, "basic").await,
        is("together", "of together"),
        "the newest of all"
    );
    let groq = [source("groq")];
    assert_eq!(recall(1, Some(&groq), "basic").await, is("groq", "of groq"));
    let chain = [source("gone"), source("groq"), source("together")];
    assert_eq!(
        recall(1, Some(&chain), "basic").await,
        is("groq", "of groq"),
        "the first in the list that said something"
    );
    assert_eq!(recall(1, Some(&[]), "basic").await, None);
    assert_eq!(recall(1, None, "comprehensive").await, None);
    let mut newer = source("groq");
    newer.prompt_version = "2".into();
    assert_eq!(recall(1, Some(&[newer]), "basic").await, None);
    assert_eq!(recall(3, None, "basic").await, None);

    let old = catalog.recall_analysis([1; 32], None, "basic", Duration::ZERO);
    assert_eq!(old.await.unwrap(), None);
    assert_eq!(catalog.sweep_analyses(HOUR).await.unwrap(), 0);
    assert_eq!(catalog.sweep_analyses(Duration::ZERO).await.unwrap(), 3);
    assert_eq!(recall(1, None, "basic").await, None);
}
crate::on_both!(the_same_photo_is_known_again);

async fn a_photo_that_looks_the_same_is_known_by_its_bands(catalog: &Catalog) {
    let near = async |bands: &[u64], at_least| {
        let bands: Vec<[u8; 8]> = bands.iter().map(|band| band.to_be_bytes()).collect();
        let found = catalog.recall_near(&bands, at_least, HOUR).await.unwrap();
        found.map(|(_, a)| a.sentence)
    };
    for cached in [
        said(1, "groq", "four", &[1, 2, 3, 4]),
        said(2, "groq", "two", &[1, 2, 30, 40]),
        said(3, "groq", "two, newer", &[1, 2, 50, u64::MAX]),
        said(4, "groq", "none", &[]),
        // A band named twice counts once.
        said(5, "groq", "repeated", &[70, 70, 70, 70]),
    ] {
        catalog.remember_analysis(&cached).await.unwrap();
    }
    let is = |sentence: &str| Some(sentence.to_owned());
    assert_eq!(near(&[1, 2, 3, 99], 2).await, is("four"), "the most");
    assert_eq!(near(&[1, 2], 2).await, is("two, newer"), "then the newest");
    assert_eq!(near(&[1, 2], 3).await, None, "too few");
    assert_eq!(near(&[u64::MAX], 1).await, is("two, newer"));
    assert_eq!(near(&[70, 70], 2).await, None);
    assert_eq!(near(&[], 0).await, None, "nothing in common is not near");
    let bands = [1_u64.to_be_bytes()];
    let old = catalog.recall_near(&bands, 1, Duration::ZERO).await;
    assert_eq!(old.unwrap(), None);

    // Said again, the bands are the new ones.
    let moved = said(1, "groq", "moved", &[8, 9]);
    catalog.remember_analysis(&moved).await.unwrap();
    assert_eq!(near(&[3, 4], 1).await, None);
    assert_eq!(near(&[8, 9], 2).await, is("moved"));
}
crate::on_both!(a_photo_that_looks_the_same_is_known_by_its_bands);

async fn what_does_not_fit_the_cache_is_refused(catalog: &Catalog) {
    let unfit = async |cached: &CachedAnalysis| {
        let error = catalog.remember_analysis(cached).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
    };
    let many: Vec<u64> = (0..=Catalog::MAX_BANDS as u64).collect();
    unfit(&said(1, "groq", "", &many)).await;
    unfit(&said(1, "", "", &[])).await;
    unfit(&said(1, "groq", &"x".repeat(Catalog::MAX_ANALYSIS), &[])).await;
    let mut nameless = said(1, "groq", "", &[]);
    nameless.depth = String::new();
    unfit(&nameless).await;
    let many: Vec<_> = many.iter().map(|band| band.to_be_bytes()).collect();
    let error = catalog.recall_near(&many, 1, HOUR).await;
    assert!(matches!(error, Err(CatalogError::Unfit(_))));
    assert_eq!(catalog.sweep_analyses(Duration::ZERO).await.unwrap(), 0);
}
crate::on_both!(what_does_not_fit_the_cache_is_refused);

async fn everybody_gets_the_same_secret(fresh: Fresh) {
    let ways = [fresh.catalog.clone(), fresh.again().await];
    let asks = (0..40).map(|i| ways[i % 2].secret("photos"));
    let secrets = futures::future::join_all(asks).await;
    let secrets: HashSet<_> = secrets.into_iter().map(Result::unwrap).collect();
    assert_eq!(secrets.len(), 1);
    let other = fresh.catalog.secret("bands").await.unwrap();
    assert!(!secrets.contains(&other));
    assert_ne!(other, [0; 32]);
    let error = fresh.catalog.secret("").await.unwrap_err();
    assert!(matches!(error, CatalogError::Unfit(_)));
    let [_, second] = ways;
    second.close().await;
    fresh.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_the_same_secret_native() {
    everybody_gets_the_same_secret(Fresh::native(20_000).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_the_same_secret_embedded() {
    everybody_gets_the_same_secret(Fresh::embedded(20_000).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_outlives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let catalog = Catalog::open(Settings::local(folder.path())).await.unwrap();
        seen.push(catalog.secret("photos").await.unwrap());
        catalog.close().await;
    }
    assert_eq!(seen[0], seen[1]);
}
