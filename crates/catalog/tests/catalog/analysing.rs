//! What models said about pictures of the library comes in with the pictures, or not at all.

use catalog::{AnalysisKey, Catalog, CatalogError, Entry, SwatchAnalysis};
use material::{Analysis, Properties};

use crate::support::{material, swatch, swatch_id};

fn said(picture: u64, model: &str, sentence: &str) -> SwatchAnalysis {
    SwatchAnalysis {
        swatch: swatch_id(picture),
        source: AnalysisKey {
            provider: "somebody".into(),
            model: model.into(),
            prompt_version: "1 detailed".into(),
        },
        analysis: Analysis {
            model: model.into(),
            estimate: false,
            values: vec![],
            sentence: sentence.into(),
            note: None,
        },
    }
}

async fn analyses_come_in_with_their_pictures_or_not_at_all(catalog: &Catalog) {
    let model = catalog.register_model("look", 2).await.unwrap();
    let entry = |picture: u64, vector: Vec<f32>| Entry {
        material: material(&format!("m{picture}"), Properties::default()),
        swatches: vec![swatch(picture, vec![(model.id, vector)])],
    };
    let ids = [swatch_id(1), swatch_id(2), swatch_id(3)];

    // A vector that is none spoils the batch, what was said included.
    let bad = [entry(1, vec![1.0, 0.0]), entry(2, vec![f32::NAN, 0.0])];
    let error = catalog
        .upsert_analysed(&bad, &[said(1, "eye", "oak")])
        .await
        .unwrap_err();
    assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
    // So does what cannot be kept of what was said, the pictures included.
    let good = [entry(1, vec![1.0, 0.0]), entry(2, vec![0.0, 1.0])];
    let endless = "x".repeat(Catalog::MAX_ANALYSIS + 1);
    for wrong in [said(1, "eye", &endless), said(1, "", "oak")] {
        let error = catalog.upsert_analysed(&good, &[wrong]).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
    }
    assert_eq!(catalog.counts().await.unwrap().materials, 0);
    assert!(catalog.swatch_analyses(&ids).await.unwrap().is_empty());

    let all = [
        said(1, "eye", "first"),
        said(1, "eye", "second"),
        said(2, "eye", "ash"),
    ];
    catalog.upsert_analysed(&good, &all).await.unwrap();
    let known = catalog.swatch_analyses(&ids).await.unwrap();
    assert_eq!(known.len(), 2, "of the third nothing was said");
    assert_eq!(known[&ids[0]], all[1], "of two the later stands");
    assert_eq!(known[&ids[1]], all[2]);

    // The newest answers, and nothing new leaves what is known.
    let newer = said(2, "other eye", "olive");
    catalog
        .upsert_analysed(&good, std::slice::from_ref(&newer))
        .await
        .unwrap();
    catalog.upsert_many(&good).await.unwrap();
    let known = catalog.swatch_analyses(&ids).await.unwrap();
    assert_eq!(known[&ids[1]], newer);
    assert!(catalog.swatch_analyses(&[]).await.unwrap().is_empty());
}
crate::on_both!(analyses_come_in_with_their_pictures_or_not_at_all);
