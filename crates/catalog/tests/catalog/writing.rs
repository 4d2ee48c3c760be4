//! What is written comes back, and the same again changes nothing.

use std::collections::HashSet;

use catalog::{Catalog, CatalogError, Conflict, Entry};
use material::{
    Application, Category, Currency, Field, Finish, FireClass, Pattern, Price, PriceUnit,
    Properties, Size, SlipRating, Slug, Source, Spec, Texture,
};

use crate::support::{colour, material, name, swatch, swatch_id};

fn everything() -> Properties {
    Properties {
        category: Some(Category::parse("oak").unwrap()),
        finish: Some(Finish::Oiled),
        texture: Some(Texture::Grained),
        pattern: Some(Pattern::Herringbone),
        pattern_scale_mm: Some(90.5),
        colours: vec![colour("#c9a87c", 0.7), colour("#8a5a3b", 0.3)],
        applications: vec![Application::Floor, Application::WetRoom],
        size: Some(Size {
            width_mm: 90.1,
            length_mm: Some(600.7),
            thickness_mm: Some(14.0),
            joint_mm: None,
        }),
        price: Some(Price {
            cents: 6_450,
            currency: Currency::Chf,
            unit: PriceUnit::SquareMetre,
            date: Some("2026-03-01".into()),
        }),
        fire: Some(FireClass::parse("Dfl-s1").unwrap()),
        slip: Some(SlipRating::R10),
        specs: vec![Spec {
            name: name("Martindale"),
            value: name("40 000"),
        }],
        sources: [(Field::Finish, Source::Estimate { confidence: 0.25 })].into(),
    }
}

async fn what_is_written_comes_back(catalog: &Catalog) {
    let model = catalog.register_model("look-1", 4).await.unwrap();
    let mut oak = material("Bouclé' OR 1=1; -- <b>", everything());
    oak.maker = Some(name("Nordhave & Søn \\ \"x\" {a,b}"));
    let swatches = [
        swatch(2, vec![(model.id, vec![1.0, 0.0, 0.0, 0.5])]),
        swatch(1, vec![]),
    ];
    let done = catalog.upsert(&oak, &swatches).await.unwrap();
    assert!(done.created && done.changed);

    let stored = catalog.material(&done.slug).await.unwrap().unwrap();
    assert_eq!(stored.id, done.id);
    assert_eq!(stored.material, oak);
    let order: Vec<_> = stored
        .swatches
        .iter()
        .map(|s| s.swatch.id.clone())
        .collect();
    assert_eq!(order, [swatch_id(2), swatch_id(1)]);
    assert_eq!(stored.swatches[0].phash, 2);
    let facts = stored.swatches[0].facts.as_ref();
    assert_eq!(facts.map(|facts| facts.lrv), Some(2.0));
    assert_eq!(stored.swatches[0].palette, swatches[0].palette);

    let found = catalog.swatch(&swatch_id(2), Some(model.id)).await.unwrap();
    let found = found.unwrap();
    assert_eq!(found.embedding, Some(vec![1.0, 0.0, 0.0, 0.5]));
    assert_eq!((found.material, found.slug), (done.id, done.slug));
    let other = catalog.swatch(&swatch_id(1), Some(model.id)).await.unwrap();
    assert_eq!(other.unwrap().embedding, None);
    assert!(catalog.swatch(&swatch_id(9), None).await.unwrap().is_none());
    let nowhere = Slug::parse("nowhere").unwrap();
    assert!(catalog.material(&nowhere).await.unwrap().is_none());
}
crate::on_both!(what_is_written_comes_back);

async fn the_same_content_changes_nothing(catalog: &Catalog) {
    let model = catalog.register_model("look-1", 3).await.unwrap();
    let entries: Vec<Entry> = (0..600)
        .map(|i| Entry {
            material: material(&format!("m {i}"), everything()),
            swatches: vec![swatch(i, vec![(model.id, vec![1.0, i as f32, 0.0])])],
        })
        .collect();
    let first = catalog.upsert_many(&entries).await.unwrap();
    assert!(first.iter().all(|u| u.created && u.changed));
    let again = catalog.upsert_many(&entries).await.unwrap();
    assert!(again.iter().all(|u| !u.created && !u.changed));
    let ids = |all: &[catalog::Upserted]| all.iter().map(|u| u.id).collect::<Vec<_>>();
    assert_eq!(ids(&first), ids(&again));
    let counts = catalog.counts().await.unwrap();
    assert_eq!((counts.materials, counts.swatches), (600, 600));

    let mut changed = entries[7].clone();
    changed.material.properties.finish = None;
    changed.material.slug = Slug::parse("another-address").unwrap();
    let done = catalog
        .upsert(&changed.material, &changed.swatches)
        .await
        .unwrap();
    assert!(done.changed && !done.created);
    assert_eq!(done.slug.as_str(), "m-7", "addresses stay");
    let stored = catalog.material(&done.slug).await.unwrap().unwrap();
    assert_eq!(stored.material.properties.finish, None);
}
crate::on_both!(the_same_content_changes_nothing);

async fn swatches_come_and_go_and_other_models_stay(catalog: &Catalog) {
    let look = catalog.register_model("look-1", 2).await.unwrap();
    let clip = catalog.register_model("clip-1", 5).await.unwrap();
    let oak = material("oak", everything());
    let vector = vec![0.5, 0.25];
    let both = [
        swatch(1, vec![(look.id, vector.clone())]),
        swatch(2, vec![(look.id, vector.clone())]),
    ];
    catalog.upsert(&oak, &both).await.unwrap();
    let missing = catalog.without_embedding(clip.id, None, 10).await.unwrap();
    let names: Vec<_> = missing.iter().map(|(_, id)| id.clone()).collect();
    assert_eq!(names, [swatch_id(1), swatch_id(2)]);
    let seen = vec![1.0, 0.0, 0.0, 0.0, 0.0];
    let added = [(missing[1].0, seen.clone())];
    assert_eq!(catalog.add_embeddings(clip.id, &added).await.unwrap(), 1);

    let after = [
        swatch(3, vec![]),
        swatch(2, vec![(look.id, vec![0.0, 1.0])]),
        swatch(3, vec![]),
    ];
    let done = catalog.upsert(&oak, &after).await.unwrap();
    let stored = catalog.material(&done.slug).await.unwrap().unwrap();
    let order: Vec<_> = stored
        .swatches
        .iter()
        .map(|s| s.swatch.id.clone())
        .collect();
    assert_eq!(order, [swatch_id(3), swatch_id(2)]);
    let two = catalog.swatch(&swatch_id(2), Some(clip.id)).await.unwrap();
    assert_eq!(two.unwrap().embedding, Some(seen));
    let two = catalog.swatch(&swatch_id(2), Some(look.id)).await.unwrap();
    assert_eq!(two.unwrap().embedding, Some(vec![0.0, 1.0]));
    let left = catalog.without_embedding(clip.id, None, 10).await.unwrap();
    let left: Vec<_> = left.into_iter().map(|(_, id)| id).collect();
    assert_eq!(left, [swatch_id(3)]);
    let all = catalog.has_swatches(&[swatch_id(1), swatch_id(3)]).await;
    assert_eq!(all.unwrap(), HashSet::from([swatch_id(3)]));
}
crate::on_both!(swatches_come_and_go_and_other_models_stay);

async fn a_taken_address_gets_a_number(catalog: &Catalog) {
    let entry = |key: &str| {
        let mut material = material(key, Properties::default());
        material.slug = Slug::parse("oak").unwrap();
        Entry {
            material,
            swatches: vec![],
        }
    };
    let slugs = |done: Vec<catalog::Upserted>| -> Vec<String> {
        done.iter().map(|u| u.slug.as_str().to_owned()).collect()
    };
    let first = catalog
        .upsert_many(&[entry("a"), entry("b")])
        .await
        .unwrap();
    assert_eq!(slugs(first), ["oak", "oak-2"]);
    let next = [entry("c"), entry("a"), entry("c")];
    let second = catalog.upsert_many(&next).await.unwrap();
    assert_eq!(slugs(second), ["oak-3", "oak", "oak-3"]);
    assert_eq!(catalog.counts().await.unwrap().materials, 3);
    let has = catalog.has_keys(&[name("b"), name("z")]).await.unwrap();
    assert_eq!(has, HashSet::from([name("b")]));
}
crate::on_both!(a_taken_address_gets_a_number);

async fn what_does_not_fit_is_refused_whole(catalog: &Catalog) {
    let model = catalog.register_model("look-1", 2).await.unwrap();
    let again = catalog.register_model("look-1", 2).await.unwrap();
    assert_eq!(model.id, again.id);
    let other = catalog.register_model("look-1", 3).await.unwrap_err();
    assert_eq!(other, CatalogError::Conflict(Conflict::Model));
    for dims in [0, 4_001] {
        let error = catalog.register_model("big", dims).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
    }

    let good = Entry {
        material: material("good", Properties::default()),
        swatches: vec![],
    };
    let mut bad = Entry {
        material: material("bad", Properties::default()),
        swatches: vec![swatch(1, vec![(model.id, vec![f32::NAN, 1.0])])],
    };
    let both = [good.clone(), bad.clone()];
    let error = catalog.upsert_many(&both).await.unwrap_err();
    assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
    bad.swatches[0].embeddings[0].1 = vec![1.0, 2.0, 3.0];
    catalog.upsert_many(&[good, bad.clone()]).await.unwrap_err();
    bad.swatches[0] = swatch(1, vec![]);
    bad.swatches[0].width = 0;
    catalog.upsert_many(&[bad]).await.unwrap_err();
    assert_eq!(catalog.counts().await.unwrap().materials, 0);
    // A failed transaction leaves the one connection usable.
    let fine = material("fine", Properties::default());
    catalog.upsert(&fine, &[]).await.unwrap();
}
crate::on_both!(what_does_not_fit_is_refused_whole);
