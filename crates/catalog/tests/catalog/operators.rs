//! Who looks after the library: links, sessions, attempts; what it lacks and how much room it takes.

use std::time::Duration;

use catalog::{Catalog, Lack, MaterialId};
use material::{Application, Category, Finish, Properties, Source};
use serde_json::json;
use time::OffsetDateTime;

use crate::support::{material, swatch};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn a_link_is_used_once_and_in_time(catalog: &Catalog) {
    assert!(!catalog.has_operators().await.unwrap());
    for (hash, first, lasts) in [
        (1, true, DAY),
        (2, true, DAY),
        (3, false, Duration::ZERO),
        (4, false, DAY),
    ] {
        let kept = catalog.add_operator_link([hash; 32], first, lasts);
        kept.await.unwrap();
    }
    let works = async |hash| catalog.operator_link_works([hash; 32]).await.unwrap();
    assert_eq!(
        [works(1).await, works(3).await, works(9).await],
        [true, false, false]
    );
    let welcome = async |hash, name, password| {
        let used = catalog.welcome_operator([hash; 32], name, password);
        used.await.unwrap()
    };
    assert_eq!(welcome(3, "Ada", "x").await, None, "it is past");
    let ada = welcome(1, "Ada", "first").await.unwrap();
    assert_eq!((&ada.name[..], ada.last_sign_in), ("Ada", None));
    assert_eq!(welcome(1, "Ada", "again").await, None, "it is used");
    assert_eq!(
        welcome(2, "Eve", "x").await,
        None,
        "there is somebody by now"
    );

    // who forgot the password gets another one, and is signed out
    let ends = OffsetDateTime::now_utc() + DAY;
    let nothing = json!({});
    let begun = catalog.begin_session([7; 32], Some(ada.id), &nothing, ends);
    begun.await.unwrap();
    let again = welcome(4, "ADA", "second").await.unwrap();
    assert_eq!((again.id, &again.name[..]), (ada.id, "Ada"));
    assert_eq!(catalog.session([7; 32]).await.unwrap(), None);
    let (found, hash) = catalog.operator_called("ada").await.unwrap().unwrap();
    assert_eq!((found.id, &hash[..]), (ada.id, "second"));
    assert_eq!(catalog.operator_called("eve").await.unwrap(), None);
    assert_eq!(catalog.operator_called("no\0such").await.unwrap(), None);
    catalog.operator_signed_in(ada.id).await.unwrap();
    assert!(catalog.operators().await.unwrap()[0].last_sign_in.is_some());
    assert!(catalog.remove_operator("aDa").await.unwrap());
    assert!(!catalog.remove_operator("ada").await.unwrap());
}
crate::on_both!(a_link_is_used_once_and_in_time);

async fn sessions_end_and_stay_ended(catalog: &Catalog) {
    let now = OffsetDateTime::now_utc();
    let begin = async |hash, ends| {
        let data = json!({ "name": "ada" });
        let begun = catalog.begin_session([hash; 32], None, &data, ends);
        begun.await.unwrap();
    };
    begin(1, now + DAY).await;
    begin(2, now - DAY).await;
    let (data, ends) = catalog.session([1; 32]).await.unwrap().unwrap();
    assert_eq!(data["name"], "ada");
    assert!((ends - (now + DAY)).abs() < Duration::from_millis(1));
    assert_eq!(catalog.session([2; 32]).await.unwrap(), None, "it is past");
    let more = json!({ "name": "ben" });
    let kept = catalog.keep_session([1; 32], None, &more, now + 2 * DAY);
    kept.await.unwrap();
    assert_eq!(
        catalog.session([1; 32]).await.unwrap().unwrap().0["name"],
        "ben"
    );
    catalog.end_session([1; 32]).await.unwrap();
    // a request that was under way does not bring it back
    let late = catalog.keep_session([1; 32], None, &more, now + DAY);
    late.await.unwrap();
    assert_eq!(catalog.session([1; 32]).await.unwrap(), None);
}
crate::on_both!(sessions_end_and_stay_ended);

async fn attempts_count_against_each_of_two(catalog: &Catalog) {
    let (address, ada, ben) = ([1; 16], [2; 16], [3; 16]);
    let begin = async |who: &[[u8; 16]]| catalog.begin_sign_in(who).await.unwrap();
    // what works is no failure
    for _ in 0..10 {
        let counted = begin(&[address, ada]).await.unwrap();
        assert_eq!(counted.len(), 2);
        catalog.sign_in_worked(&counted).await.unwrap();
    }
    for _ in 0..Catalog::MOST_SIGN_INS {
        assert!(begin(&[address, ada]).await.is_some());
    }
    assert!(begin(&[address, ben]).await.is_none(), "the address");
    assert!(begin(&[[9; 16], ada]).await.is_none(), "the name");
    assert!(begin(&[[9; 16], ben]).await.is_some(), "neither");
}
crate::on_both!(attempts_count_against_each_of_two);

async fn what_is_lacking_is_counted_and_listed(catalog: &Catalog) {
    assert!(catalog.quality().await.unwrap().is_empty());
    let oak = Properties {
        category: Category::parse("wood/oak").ok(),
        finish: Some(Finish::Matt),
        ..Properties::default()
    };
    let mut doubtful = oak.clone();
    doubtful.sources.insert(
        material::Field::Finish,
        Source::Estimate { confidence: 0.4 },
    );
    let mut sure = oak.clone();
    sure.applications = vec![Application::Floor];
    sure.sources.insert(
        material::Field::Finish,
        Source::Estimate { confidence: 0.9 },
    );
    let mut tiny = swatch(4, Vec::new());
    (tiny.width, tiny.height) = (300, 511);
    for (key, properties, picture) in [
        ("a", oak, swatch(1, Vec::new())),
        ("b", doubtful, swatch(2, Vec::new())),
        ("c", sure, swatch(3, Vec::new())),
        ("d", Properties::default(), tiny),
    ] {
        let row = material(key, properties);
        catalog.upsert(&row, &[picture]).await.unwrap();
    }
    let kinds = catalog.quality().await.unwrap();
    let told: Vec<_> = kinds
        .iter()
        .map(|kind| (kind.kind.as_deref(), kind.materials))
        .collect();
    assert_eq!(told, [(Some("wood"), 3), (None, 1)]);
    let count = |kind: usize, lack: Lack| {
        let place = Lack::ALL.iter().position(|one| *one == lack).unwrap();
        kinds[kind].lacking[place]
    };
    assert_eq!((count(0, Lack::Finish), count(1, Lack::Finish)), (0, 1));
    assert_eq!((count(0, Lack::Doubt), count(1, Lack::Picture)), (1, 1));
    assert_eq!((count(0, Lack::Price), count(1, Lack::Category)), (3, 1));
    // Nobody slips on what nobody walks on.
    assert_eq!((count(0, Lack::Slip), count(1, Lack::Slip)), (1, 0));

    let list = async |lack, kind, after, limit| {
        let rows = catalog.lacking(lack, kind, MaterialId(after), limit);
        rows.await.unwrap()
    };
    let keys = |rows: &[catalog::LackingRow]| -> Vec<String> {
        rows.iter().map(|row| row.key.clone()).collect()
    };
    assert_eq!(keys(&list(Lack::Doubt, Some("wood"), 0, 10).await), ["b"]);
    assert_eq!(keys(&list(Lack::Price, Some(""), 0, 10).await), ["d"]);
    let first = list(Lack::Price, None, 0, 3).await;
    assert_eq!(keys(&first), ["a", "b", "c"]);
    assert_eq!(
        keys(&list(Lack::Price, None, first[2].id.0, 3).await),
        ["d"]
    );

    let tables = catalog.table_sizes().await.unwrap();
    let materials = tables.iter().find(|table| table.name == "materials");
    assert!(materials.unwrap().bytes > 0);
    let images = catalog.images_size(Duration::from_secs(5)).await.unwrap();
    assert!(images.complete);
}
crate::on_both!(what_is_lacking_is_counted_and_listed);
