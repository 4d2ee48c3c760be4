//! Several models side by side: which one is in use, what each has looked at, and forgetting one.

use catalog::{
    CandidateQuery, Catalog, CatalogError, Conflict, Coverage, Entry, ModelId, NewSearch, Path,
    SwatchRow,
};
use material::{Filters, Origin, Properties, Token};

use crate::support::{Fresh, Numbers, material, swatch, swatch_id};

/// Materials of two swatches each, seen by one model.
async fn fill(catalog: &Catalog, model: ModelId, materials: u64, dims: usize) {
    let mut numbers = Numbers(7);
    let entries: Vec<Entry> = (0..materials)
        .map(|i| Entry {
            material: material(&format!("m {i}"), Properties::default()),
            swatches: (0..2)
                .map(|view| swatch(i * 2 + view, vec![(model, numbers.vector(dims))]))
                .collect(),
        })
        .collect();
    catalog.upsert_many(&entries).await.unwrap();
}

/// Every swatch the model has not seen, with numbers made up for it.
async fn unseen(
    catalog: &Catalog,
    model: ModelId,
    dims: usize,
    seed: u64,
) -> Vec<(SwatchRow, Vec<f32>)> {
    let mut numbers = Numbers(seed);
    let rows = catalog.without_embedding(model, None, 10_000).await;
    let rows = rows.unwrap().into_iter();
    rows.map(|(row, _)| (row, numbers.vector(dims))).collect()
}

async fn a_model_is_used_once_it_knows_every_swatch(catalog: &Catalog) {
    let look = catalog.register_model("look", 4).await.unwrap();
    assert_eq!(catalog.model_in_use().await.unwrap(), None);
    assert!(catalog.models().await.unwrap()[0].created_at.year() > 2000);
    fill(catalog, look.id, 10, 4).await;
    catalog.use_model(look.id).await.unwrap();
    assert_eq!(catalog.model_in_use().await.unwrap(), Some(look.clone()));
    assert_eq!(catalog.previous_model().await.unwrap(), None);

    let clip = catalog.register_model("clip", 3).await.unwrap();
    let refused = catalog.use_model(clip.id).await.unwrap_err();
    assert_eq!(refused, CatalogError::NotCovered { missing: 20 });
    assert!(refused.to_string().contains("20"), "{refused}");
    let mut rest = unseen(catalog, clip.id, 3, 1).await;
    let last = rest.pop().unwrap();
    catalog.add_embeddings(clip.id, &rest).await.unwrap();
    let coverage = catalog.coverage(clip.id).await.unwrap();
    assert_eq!(coverage, Coverage { have: 19, all: 20 });
    assert!(!coverage.is_complete());
    let refused = catalog.use_model(clip.id).await.unwrap_err();
    assert_eq!(refused, CatalogError::NotCovered { missing: 1 });
    assert_eq!(catalog.model_in_use().await.unwrap(), Some(look.clone()));

    catalog.add_embeddings(clip.id, &[last]).await.unwrap();
    assert!(catalog.coverage(clip.id).await.unwrap().is_complete());
    // There and back, and naming the same twice.
    for (now, before) in [(&clip, &look), (&clip, &look), (&look, &clip)] {
        catalog.use_model(now.id).await.unwrap();
        assert_eq!(catalog.model_in_use().await.unwrap().as_ref(), Some(now));
        let previous = catalog.previous_model().await.unwrap();
        assert_eq!(previous.as_ref(), Some(before));
    }
    // A third pushes the first out of memory, not out of the library.
    let third = catalog.register_model("third", 2).await.unwrap();
    let rest = unseen(catalog, third.id, 2, 2).await;
    catalog.add_embeddings(third.id, &rest).await.unwrap();
    catalog.use_model(third.id).await.unwrap();
    assert_eq!(catalog.previous_model().await.unwrap(), Some(look));
    let rows = catalog.models().await.unwrap();
    let rows: Vec<_> = rows
        .iter()
        .map(|r| (r.model.name.as_str(), r.vectors, r.in_use))
        .collect();
    assert_eq!(
        rows,
        [
            ("look", 20, false),
            ("clip", 20, false),
            ("third", 20, true)
        ]
    );

    let nobody = catalog.use_model(ModelId(99)).await.unwrap_err();
    assert_eq!(nobody, CatalogError::NotFound { what: "model" });
    let nobody = catalog.coverage(ModelId(99)).await.unwrap_err();
    assert_eq!(nobody, CatalogError::NotFound { what: "model" });
}
crate::on_both!(a_model_is_used_once_it_knows_every_swatch);

/// Of many who switch at once all succeed, and one model is in use afterwards.
async fn switching_at_once_leaves_one_in_use(catalog: &Catalog) {
    let mut models = Vec::new();
    for name in ["a", "b", "c"] {
        models.push(catalog.register_model(name, 2).await.unwrap().id);
    }
    let switches = (0..30).map(|i| catalog.use_model(models[i % 3]));
    for done in futures::future::join_all(switches).await {
        done.unwrap();
    }
    let rows = catalog.models().await.unwrap();
    assert_eq!(rows.iter().filter(|r| r.in_use).count(), 1);
    let previous = catalog.previous_model().await.unwrap().unwrap();
    assert_ne!(Some(previous), catalog.model_in_use().await.unwrap());
}
crate::on_both!(switching_at_once_leaves_one_in_use);

async fn swatches_without_are_visited_once_in_order(catalog: &Catalog) {
    let look = catalog.register_model("look", 4).await.unwrap().id;
    let clip = catalog.register_model("clip", 3).await.unwrap().id;
    fill(catalog, look, 6, 4).await;
    assert_eq!(
        catalog.without_embedding(look, None, 9).await.unwrap(),
        vec![]
    );
    let (mut after, mut visited) = (None, Vec::new());
    loop {
        let page = catalog.without_embedding(clip, after, 5).await.unwrap();
        let Some((last, _)) = page.last() else { break };
        after = Some(*last);
        // Every second one stays without, as if its picture could not be read.
        let seen = page.iter().step_by(2);
        let vectors: Vec<_> = seen.map(|(row, _)| (*row, vec![1.0, 2.0, 3.0])).collect();
        catalog.add_embeddings(clip, &vectors).await.unwrap();
        visited.extend(page);
    }
    assert!(visited.is_sorted());
    assert_eq!(visited.len(), 12);
    let pictures: Vec<_> = visited.into_iter().map(|(_, id)| id).collect();
    assert_eq!(pictures, (0..12).map(swatch_id).collect::<Vec<_>>());
}
crate::on_both!(swatches_without_are_visited_once_in_order);

async fn embeddings_are_added_whole_and_never_overwritten(catalog: &Catalog) {
    let look = catalog.register_model("look", 2).await.unwrap().id;
    let clip = catalog.register_model("clip", 2).await.unwrap().id;
    fill(catalog, look, 300, 2).await;
    let mut rows = unseen(catalog, clip, 2, 3).await;
    // A swatch that goes between looking and adding, and one that never was.
    let m = material("m 0", Properties::default());
    catalog
        .upsert(&m, &[swatch(1, vec![(look, vec![1.0, 1.0])])])
        .await
        .unwrap();
    rows.push((SwatchRow(i64::MAX), vec![0.5, 0.5]));
    assert_eq!(catalog.add_embeddings(clip, &rows).await.unwrap(), 599);

    let other: Vec<_> = rows.iter().map(|(row, _)| (*row, vec![9.0, 9.0])).collect();
    assert_eq!(catalog.add_embeddings(clip, &other).await.unwrap(), 0);
    let kept = catalog.swatch(&swatch_id(1), Some(clip)).await.unwrap();
    assert_eq!(kept.unwrap().embedding.unwrap(), rows[1].1);

    // One that does not fit, late in the list, and nothing is written.
    let third = catalog.register_model("third", 2).await.unwrap().id;
    for bad in [vec![f32::NAN, 0.0], vec![1.0]] {
        let mut rows = rows.clone();
        rows.last_mut().unwrap().1 = bad;
        let error = catalog.add_embeddings(third, &rows).await.unwrap_err();
        assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
        assert_eq!(catalog.coverage(third).await.unwrap().have, 0);
    }
    let nobody = catalog.add_embeddings(ModelId(99), &rows).await;
    assert_eq!(
        nobody.unwrap_err(),
        CatalogError::NotFound { what: "model" }
    );
    assert_eq!(catalog.add_embeddings(clip, &[]).await.unwrap(), 0);
}
crate::on_both!(embeddings_are_added_whole_and_never_overwritten);

/// An import hands over what several models make of a picture at once.
async fn a_swatch_comes_with_embeddings_of_several_models(catalog: &Catalog) {
    let look = catalog.register_model("look", 2).await.unwrap().id;
    let clip = catalog.register_model("clip", 3).await.unwrap().id;
    let (by_look, by_clip) = (vec![1.0, 0.5], vec![0.0, 1.0, 0.25]);
    let both = vec![(look, by_look.clone()), (clip, by_clip.clone())];
    let m = material("m", Properties::default());
    let swatches = [swatch(1, both.clone()), swatch(2, both)];
    catalog.upsert(&m, &swatches).await.unwrap();
    for (model, vector) in [(look, by_look), (clip, by_clip)] {
        let found = catalog.swatch(&swatch_id(2), Some(model)).await.unwrap();
        assert_eq!(found.unwrap().embedding, Some(vector));
        assert!(catalog.coverage(model).await.unwrap().is_complete());
    }
    assert!(!catalog.upsert(&m, &swatches).await.unwrap().changed);

    // A dimension too many for the second, and neither is written.
    let wrong = vec![(look, vec![0.0, 0.0]), (clip, vec![0.0; 4])];
    let error = catalog.upsert(&m, &[swatch(1, wrong)]).await.unwrap_err();
    assert!(matches!(error, CatalogError::Unfit(_)), "{error}");
    assert_eq!(catalog.coverage(look).await.unwrap().have, 2);
}
crate::on_both!(a_swatch_comes_with_embeddings_of_several_models);

async fn a_forgotten_model_is_gone_with_its_numbers(catalog: &Catalog) {
    let look = catalog.register_model("look", 2).await.unwrap().id;
    let clip = catalog.register_model("clip", 3).await.unwrap().id;
    // More than goes in one transaction.
    fill(catalog, look, 1_050, 2).await;
    let rows = unseen(catalog, clip, 3, 5).await;
    catalog.add_embeddings(clip, &rows).await.unwrap();
    catalog.use_model(look).await.unwrap();
    catalog.use_model(clip).await.unwrap();
    let asked = NewSearch {
        token: Token::parse("abc").unwrap(),
        origin: Origin::Photo,
        text: None,
        embedding: Some((look, vec![1.0, 0.0])),
        look: None,
    };
    catalog.save_search(&asked).await.unwrap();

    let refused = catalog.forget_model(clip).await.unwrap_err();
    assert_eq!(refused, CatalogError::Conflict(Conflict::ModelInUse));
    assert_eq!(catalog.forget_model(look).await.unwrap(), 2_100);
    assert_eq!(catalog.model("look").await.unwrap(), None);
    assert_eq!(catalog.previous_model().await.unwrap(), None);
    let again = catalog.forget_model(look).await.unwrap_err();
    assert_eq!(again, CatalogError::NotFound { what: "model" });
    // The other model is whole, and the search is there without its numbers.
    assert_eq!(catalog.coverage(clip).await.unwrap().have, 2_100);
    let stored = catalog.search(&asked.token).await.unwrap().unwrap();
    assert_eq!(stored.search.embedding, None);
    // A search in the numbers of a model that is gone is not saved.
    let late = NewSearch {
        token: Token::parse("late").unwrap(),
        ..asked
    };
    let error = catalog.save_search(&late).await.unwrap_err();
    assert_eq!(error, CatalogError::Conflict(Conflict::Gone));

    // The name is free again, for a model of another length.
    let new = catalog.register_model("look", 5).await.unwrap();
    assert_ne!(new.id, look);
    assert_eq!(catalog.coverage(new.id).await.unwrap().have, 0);
}
crate::on_both!(a_forgotten_model_is_gone_with_its_numbers);

async fn models_that_see_alike_agree(fresh: Fresh, path: Path) {
    let catalog = &fresh.catalog;
    let look = catalog.register_model("look", 8).await.unwrap().id;
    let double = catalog.register_model("double", 8).await.unwrap().id;
    let noise = catalog.register_model("noise", 8).await.unwrap().id;
    let empty = catalog.register_model("empty", 8).await.unwrap().id;
    assert_eq!(
        catalog.agreement(look, noise, 50, 5, 1).await.unwrap(),
        None
    );
    fill(catalog, look, 400, 8).await;
    // The same directions at twice the length: the same nearest by cosine.
    let mut numbers = Numbers(7);
    let rows = catalog.without_embedding(double, None, 10_000).await;
    let rows: Vec<_> = rows
        .unwrap()
        .into_iter()
        .map(|(row, _)| {
            let vector = numbers.vector(8).iter().map(|x| x * 2.0).collect();
            (row, vector)
        })
        .collect();
    catalog.add_embeddings(double, &rows).await.unwrap();
    let rows = unseen(catalog, noise, 8, 99).await;
    catalog.add_embeddings(noise, &rows).await.unwrap();
    catalog.build_indexes(&|_| {}).await.unwrap();

    let query = CandidateQuery {
        filters: &Filters::default(),
        model: Some((look, &rows[0].1)),
        words: None,
        palette: None,
        properties: None,
        depth: 6,
    };
    assert_eq!(catalog.candidates(&query).await.unwrap().path, path);
    let agreement = async |b, seed| catalog.agreement(look, b, 60, 5, seed).await.unwrap();
    let same = agreement(double, 1).await.unwrap();
    assert!(same > 0.97, "{same}");
    let chance = agreement(noise, 1).await.unwrap();
    assert!(chance < 0.1, "five of 399 by chance: {chance}");
    assert_eq!(agreement(noise, 1).await, Some(chance), "the same sample");
    assert_eq!(agreement(empty, 1).await, None);
    assert_eq!(catalog.agreement(look, noise, 0, 5, 1).await.unwrap(), None);
    fresh.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_agree_embedded() {
    models_that_see_alike_agree(Fresh::embedded(0).await, Path::Exact).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_agree_native() {
    models_that_see_alike_agree(Fresh::native(20_000).await, Path::Exact).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn models_agree_by_the_index() {
    models_that_see_alike_agree(Fresh::native(0).await, Path::Index).await;
}

/// With fewer materials than neighbours, all others are the nearest, and its own never counts.
async fn a_material_is_no_neighbour_of_itself(catalog: &Catalog) {
    let look = catalog.register_model("look", 4).await.unwrap().id;
    fill(catalog, look, 1, 4).await;
    let alone = catalog.agreement(look, look, 10, 5, 1).await.unwrap();
    assert_eq!(alone, None, "its other swatch is of the same material");
    let noise = catalog.register_model("noise", 4).await.unwrap().id;
    fill(catalog, look, 3, 4).await;
    let rows = unseen(catalog, noise, 4, 9).await;
    catalog.add_embeddings(noise, &rows).await.unwrap();
    let all = catalog.agreement(look, noise, 10, 5, 1).await.unwrap();
    assert_eq!(all, Some(1.0));
}
crate::on_both!(a_material_is_no_neighbour_of_itself);
