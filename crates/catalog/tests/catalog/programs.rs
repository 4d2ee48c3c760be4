//! What programs need: keys, answers given twice the same, changes by key.

use catalog::{
    Catalog, CatalogError, Claim, Conflict, Entry, Expected, GivenAnswer, NewKey, Pace, Settings,
};
use material::{Finish, Properties};

use crate::support::{Fresh, material, run_sql, swatch, swatch_id, url_of};

const PACE: Pace = Pace {
    minute: 600,
    hour: 0,
    burst: 7,
};

fn key(name: &str, hash: u8) -> NewKey<'_> {
    NewKey {
        name,
        hash: [hash; 32],
        scopes: vec!["read", "write"],
        pace: PACE,
    }
}

async fn keys_are_known_by_their_hashes(catalog: &Catalog) {
    let made = catalog.add_key(key("shop", 1)).await.unwrap();
    assert_eq!((&made.name[..], made.pace, made.used), ("shop", PACE, None));
    let taken = catalog.add_key(key("shop", 2)).await.unwrap_err();
    assert_eq!(taken, CatalogError::Conflict(Conflict::KeyName));
    let unfit = catalog.add_key(key("", 3)).await.unwrap_err();
    assert!(matches!(unfit, CatalogError::Unfit(_)));

    let found = catalog.key([1; 32]).await.unwrap().unwrap();
    assert_eq!(
        (found.id, &found.scopes[..]),
        (made.id, &["read".to_owned(), "write".to_owned()][..])
    );
    assert_eq!(catalog.key([2; 32]).await.unwrap(), None);
    assert!(catalog.keys().await.unwrap()[0].used.is_some());

    assert!(catalog.revoke_key("shop").await.unwrap());
    assert!(!catalog.revoke_key("shop").await.unwrap());
    assert!(!catalog.revoke_key("no\0such").await.unwrap());
    assert_eq!(catalog.key([1; 32]).await.unwrap(), None);
    // the name is free again, and who it was can still be told
    catalog.add_key(key("shop", 4)).await.unwrap();
    let all = catalog.keys().await.unwrap();
    let revoked: Vec<bool> = all.iter().map(|key| key.revoked.is_some()).collect();
    assert_eq!(revoked, [false, true]);
}
crate::on_both!(keys_are_known_by_their_hashes);

fn answer() -> GivenAnswer {
    GivenAnswer {
        status: 201,
        headers: vec![("location".to_owned(), "/x".to_owned())],
        body: vec![0, 159, 146, 150].into(),
    }
}

async fn an_answer_is_given_again(catalog: &Catalog) {
    let claim = |name: u8, request: u8| catalog.claim_request([name; 32], [request; 32]);
    assert_eq!(claim(1, 1).await.unwrap(), Claim::Mine);
    assert_eq!(claim(1, 1).await.unwrap(), Claim::Busy);
    assert_eq!(claim(1, 2).await.unwrap(), Claim::Other);
    assert_eq!(claim(2, 1).await.unwrap(), Claim::Mine, "of somebody else");
    catalog.give_answer([1; 32], &answer()).await.unwrap();
    assert_eq!(claim(1, 1).await.unwrap(), Claim::Given(answer()));
    assert_eq!(claim(1, 2).await.unwrap(), Claim::Other);
    // what was answered is not let go of, what was not is
    catalog.drop_claim([1; 32]).await.unwrap();
    assert_eq!(claim(1, 1).await.unwrap(), Claim::Given(answer()));
    catalog.drop_claim([2; 32]).await.unwrap();
    assert_eq!(claim(2, 9).await.unwrap(), Claim::Mine);
    assert_eq!(catalog.sweep_answers().await.unwrap(), 0);
}
crate::on_both!(an_answer_is_given_again);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_answers_and_what_is_old_does_not_count() {
    let fresh = Fresh::native(Settings::EXACT_BELOW).await;
    let other = fresh.again().await;
    let mut asking = tokio::task::JoinSet::new();
    for i in 0..20 {
        let catalog = if i % 2 == 0 {
            fresh.catalog.clone()
        } else {
            other.clone()
        };
        asking.spawn(async move { catalog.claim_request([1; 32], [1; 32]).await.unwrap() });
    }
    let mine = |claim: &&Claim| **claim == Claim::Mine;
    assert_eq!(asking.join_all().await.iter().filter(mine).count(), 1);

    let url = url_of(fresh.database().unwrap());
    let claim = || fresh.catalog.claim_request([1; 32], [1; 32]);
    // whoever was at it is gone
    let old = "UPDATE given_answers SET at = at - interval '91 seconds'";
    run_sql(&url, old.to_owned()).await;
    assert_eq!(claim().await.unwrap(), Claim::Mine);
    fresh.catalog.give_answer([1; 32], &answer()).await.unwrap();
    run_sql(&url, old.to_owned()).await;
    assert_eq!(claim().await.unwrap(), Claim::Given(answer()));
    let day = "UPDATE given_answers SET at = at - interval '1 day'";
    run_sql(&url, day.to_owned()).await;
    assert_eq!(claim().await.unwrap(), Claim::Mine);
    run_sql(&url, day.to_owned()).await;
    run_sql(&url, old.to_owned()).await;
    assert_eq!(fresh.catalog.sweep_answers().await.unwrap(), 1);
    other.close().await;
    fresh.done().await;
}

async fn a_change_is_made_to_what_is_expected(catalog: &Catalog) {
    let model = catalog.register_model("look-1", 3).await.unwrap();
    let entry = |finish| Entry {
        material: material(
            "Oak",
            Properties {
                finish,
                ..Properties::default()
            },
        ),
        swatches: vec![swatch(1, vec![])],
    };
    let (plain, oiled) = (entry(None), entry(Some(Finish::Oiled)));
    let key = plain.material.key.clone();
    let changed = CatalogError::Conflict(Conflict::Changed);
    let write = |entry, expected| async move { catalog.upsert_expecting(entry, &expected).await };

    assert_eq!(catalog.by_key(&key).await.unwrap(), None);
    let missing = write(&plain, Expected::Something).await;
    assert_eq!(missing.unwrap_err(), changed);
    let mut first = plain.clone();
    first.swatches = vec![swatch(1, vec![(model.id, vec![1.0, 0.0, 0.0])])];
    let (made, _) = write(&first, Expected::Nothing).await.unwrap();
    assert!(made.created);
    assert_eq!(write(&plain, Expected::Nothing).await.unwrap_err(), changed);
    let (done, version) = write(&plain, Expected::Anything).await.unwrap();
    assert!(!done.created && done.slug == made.slug);
    let (stored, now) = catalog.by_key(&key).await.unwrap().unwrap();
    assert_eq!((now, stored.swatches.len()), (version, 1));
    let found = catalog.swatch(&swatch_id(1), Some(model.id)).await.unwrap();
    assert!(
        found.unwrap().embedding.is_some(),
        "what stays keeps its vectors"
    );

    let (_, second) = write(&oiled, Expected::Versions(vec![version]))
        .await
        .unwrap();
    assert_ne!(second, version);
    let stale = write(&plain, Expected::Versions(vec![version])).await;
    assert_eq!(stale.unwrap_err(), changed);
    let (same, third) = write(&oiled, Expected::Something).await.unwrap();
    assert!(!same.changed && third == second);

    let stale = Expected::Versions(vec![version]);
    let refused = catalog.delete_material(&key, &stale).await;
    assert_eq!(refused.unwrap_err(), changed);
    let now = Expected::Versions(vec![second]);
    assert!(catalog.delete_material(&key, &now).await.unwrap());
    assert!(
        !catalog
            .delete_material(&key, &Expected::Anything)
            .await
            .unwrap()
    );
    assert!(catalog.swatch(&swatch_id(1), None).await.unwrap().is_none());
    assert_eq!(catalog.counts().await.unwrap().materials, 0);
}
crate::on_both!(a_change_is_made_to_what_is_expected);
