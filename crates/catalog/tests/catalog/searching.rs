//! Words, and what is kept of searches, analyses and shares.

use std::time::Duration;

use bytes::Bytes;
use catalog::{
    AnalysisKey, CandidateQuery, Catalog, CatalogError, Conflict, NewSearch, Subject, WordsQuery,
};
use material::{
    Analysis, Category, Estimated, Field, Filters, Finish, LookFacts, Origin, Properties, Results,
    SearchText, ShareInfo, Timing, Token, View,
};

use crate::support::{colour, material, name, swatch_id};

/// Names of what the words bring, best first.
async fn asked(catalog: &Catalog, words: &str) -> Vec<String> {
    let words = WordsQuery::parse(words);
    let filters = Filters::default();
    let query = CandidateQuery {
        filters: &filters,
        model: None,
        words: words.as_ref(),
        palette: None,
        properties: None,
        depth: 100,
    };
    let found = catalog.candidates(&query).await.unwrap();
    let mut scored = catalog
        .score_data(&found.ids, None, words.as_ref())
        .await
        .unwrap();
    assert!(
        scored.iter().all(|s| s.words_rank.is_some()),
        "words alone bring only what has them"
    );
    scored.sort_by(|a, b| b.words_rank.unwrap().total_cmp(&a.words_rank.unwrap()));
    let names = scored.iter().map(|s| s.material().name.as_str().to_owned());
    names.collect()
}

async fn words_find_names_kinds_synonyms_and_descriptions(catalog: &Catalog) {
    let kind = |path: &str| Properties {
        category: Some(Category::parse(path).unwrap()),
        ..Properties::default()
    };
    let mut glossy = kind("wood/oak");
    glossy.finish = Some(Finish::Gloss);
    let mut rows = vec![
        material("Harbour plank", kind("wood/oak")),
        material("Harbour gloss", glossy),
        material("Bouclé Écru", kind("fabric/boucle")),
        material("Ashlar block", kind("stone/limestone")),
        material("Redwood-free", kind("paint")),
    ];
    rows[3].description = material::Description::parse("Tiles for a/b.com's herringbones").unwrap();
    for row in &rows {
        catalog.upsert(row, &[]).await.unwrap();
    }
    let timber = asked(catalog, "timber").await;
    assert_eq!(timber.len(), 2, "synonyms of the kind above: {timber:?}");
    assert_eq!(asked(catalog, "boucle ecru").await[0], "Bouclé Écru");
    assert_eq!(asked(catalog, "BOUCLÉ").await, ["Bouclé Écru"]);
    assert_eq!(asked(catalog, "herring").await, ["Ashlar block"]);
    assert_eq!(asked(catalog, "tile").await, ["Ashlar block"], "stems");
    assert!(
        asked(catalog, "red ash").await.is_empty(),
        "short words are whole"
    );
    assert_eq!(asked(catalog, "oak -shiny").await, ["Harbour plank"]);
    let plank = asked(catalog, "a plank of oak").await;
    assert_eq!(plank[0], "Harbour plank", "{plank:?}");
    assert_eq!(plank.len(), 2);
    for odd in ["' | !:* & (", "\\", "<->", ":*", "-", "\u{0}", "木 목재"] {
        asked(catalog, odd).await;
    }
}
crate::on_both!(words_find_names_kinds_synonyms_and_descriptions);

fn token(text: &str) -> Token {
    Token::parse(text).unwrap()
}

fn look() -> LookFacts {
    LookFacts {
        palette: vec![colour("#c9a87c", 1.0)],
        lrv: 40.0,
        contrast: 7.5,
        period: Some(0.1),
        regularity: 0.5,
        coarseness: 0.05,
        veins: Some(0.1),
        ..LookFacts::default()
    }
}

fn analysis(model: &str, estimate: bool) -> Analysis {
    Analysis {
        model: model.into(),
        estimate,
        values: vec![Estimated {
            field: Field::Finish,
            value: "honed".into(),
            label: "honed".into(),
            confidence: 0.5,
        }],
        sentence: "Honed marble.".into(),
        note: None,
    }
}

fn key(model: &str) -> AnalysisKey {
    AnalysisKey {
        provider: "somebody".into(),
        model: model.into(),
        prompt_version: "1".into(),
    }
}

async fn searches_are_kept_and_age_out(catalog: &Catalog) {
    let model = catalog.register_model("look", 3).await.unwrap();
    let search = NewSearch {
        token: token("abc123"),
        origin: Origin::Photo,
        text: Some(SearchText::parse("oak").unwrap()),
        embedding: Some((model.id, vec![1.0, 0.5, 0.25])),
        look: Some(look()),
    };
    catalog.save_search(&search).await.unwrap();
    let taken = catalog.save_search(&search).await.unwrap_err();
    assert_eq!(taken, CatalogError::Conflict(Conflict::Token));
    let plain = NewSearch {
        token: token("plain"),
        origin: Origin::Library,
        text: None,
        embedding: None,
        look: None,
    };
    catalog.save_search(&plain).await.unwrap();

    let stored = catalog.search(&search.token).await.unwrap().unwrap();
    assert_eq!((stored.search, stored.analysis), (search.clone(), None));
    let stored = catalog.search(&plain.token).await.unwrap().unwrap();
    assert_eq!(stored.search, plain);
    assert!(catalog.search(&token("nobody")).await.unwrap().is_none());

    // What was seen stands before what was estimated, whichever came first.
    let subject = Subject::Search(search.token.clone());
    let seen = analysis("eye", false);
    catalog
        .save_analysis(&subject, &key("eye"), &seen)
        .await
        .unwrap();
    let guess = analysis("guess", true);
    catalog
        .save_analysis(&subject, &key("guess"), &guess)
        .await
        .unwrap();
    let stored = catalog.search(&search.token).await.unwrap().unwrap();
    assert_eq!(stored.analysis, Some(seen));
    let of_swatch = Subject::Swatch(swatch_id(5));
    for sentence in ["first", "second"] {
        let mut said = analysis("eye", false);
        said.sentence = sentence.into();
        catalog
            .save_analysis(&of_swatch, &key("eye"), &said)
            .await
            .unwrap();
    }
    let said = catalog.analysis(&of_swatch, &key("eye")).await.unwrap();
    assert_eq!(said.unwrap().sentence, "second");
    assert!(
        catalog
            .analysis(&of_swatch, &key("other"))
            .await
            .unwrap()
            .is_none()
    );

    assert_eq!(
        catalog
            .sweep_searches(Duration::from_secs(3_600))
            .await
            .unwrap(),
        0
    );
    assert_eq!(catalog.sweep_searches(Duration::ZERO).await.unwrap(), 2);
    assert!(catalog.search(&search.token).await.unwrap().is_none());
    assert!(
        catalog
            .analysis(&subject, &key("eye"))
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        catalog
            .analysis(&of_swatch, &key("eye"))
            .await
            .unwrap()
            .is_some()
    );
    let gone = catalog.save_analysis(&subject, &key("eye"), &guess).await;
    assert_eq!(gone.unwrap_err(), CatalogError::Conflict(Conflict::Gone));
}
crate::on_both!(searches_are_kept_and_age_out);

async fn a_share_is_a_frozen_copy(catalog: &Catalog) {
    let info = ShareInfo {
        slug: token("s1"),
        made: "2026-11-21".into(),
        title: format!("{} & <b>", name("Marble")),
        results: Results {
            id: Some(token("abc123")),
            origin: Origin::Library,
            view: View::default(),
            examples: Vec::new(),
            suggested: Vec::new(),
            gone: 0,
            look: Some(look()),
            analysis: Some(analysis("eye", false)),
            awaiting: false,
            hits: vec![],
            total: 3,
            folded: 0,
            library: 400,
            bands: vec![],
            nothing_close: None,
            facets: vec![],
            without_price: 0,
            without_size: 0,
            timing: Timing::default(),
        },
    };
    let picture = Bytes::from(vec![0_u8, 1, 255, 39]);
    catalog
        .save_share(&info, Some(picture.clone()))
        .await
        .unwrap();
    catalog.sweep_searches(Duration::ZERO).await.unwrap();
    assert_eq!(catalog.share(&info.slug).await.unwrap(), Some(info.clone()));
    assert_eq!(
        catalog.share_image(&info.slug).await.unwrap(),
        Some(picture)
    );
    let again = catalog.save_share(&info, None).await.unwrap_err();
    assert_eq!(again, CatalogError::Conflict(Conflict::Token));
    let big = Bytes::from(vec![0; Catalog::MAX_COLLAGE + 1]);
    let refused = catalog.save_share(&info, Some(big)).await.unwrap_err();
    assert!(matches!(refused, CatalogError::Unfit(_)));
    assert_eq!(catalog.share(&token("none")).await.unwrap(), None);
    assert_eq!(catalog.share_image(&token("none")).await.unwrap(), None);
}
crate::on_both!(a_share_is_a_frozen_copy);
