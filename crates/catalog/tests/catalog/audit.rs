//! Who changed what.

use std::time::Duration;

use catalog::{Catalog, CatalogError};

async fn changes_are_told_latest_first_and_age_out(catalog: &Catalog) {
    assert!(catalog.changes(None, 10).await.unwrap().is_empty());
    for n in 1..=5 {
        let detail = format!("The model is number {n} now; it's “new” \\ '--");
        catalog
            .note_change("command line (ada)", "model", &detail)
            .await
            .unwrap();
    }
    let last = catalog.changes(None, 2).await.unwrap();
    assert_eq!(last.len(), 2);
    assert!(last[0].detail.contains("number 5"), "{last:?}");
    let before = catalog.changes(Some(last[1].id), 10).await.unwrap();
    assert_eq!(before.len(), 3);
    assert!(before[0].detail.contains("number 3"));
    assert_eq!(before[0].who, "command line (ada)");
    let refused = catalog.note_change("", "model", "x").await;
    assert!(matches!(refused, Err(CatalogError::Unfit(_))));
    assert_eq!(
        catalog
            .sweep_changes(Duration::from_secs(60))
            .await
            .unwrap(),
        0
    );
    assert_eq!(catalog.sweep_changes(Duration::ZERO).await.unwrap(), 5);
}
crate::on_both!(changes_are_told_latest_first_and_age_out);
