//! Changing the model of a library: a real (tiny) CLIP model beside the built-in descriptor.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{fs, path::Path};

use material::{SearchText, View};
use search::{Question, Settings, SwitchError, Veneer};
use tempfile::TempDir;

use crate::support::{checks, import, png, shared, silent};

const BUILT_IN: &str = photo::look::MODEL;

/// A model folder as published ones are, with the networks of the tiny reference model.
fn install(models: &Path, name: &str) {
    let tokens = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vision/tests/fixtures/tokenizers");
    let folder = models.join(name);
    for tower in ["visual", "textual"] {
        fs::create_dir_all(folder.join(tower)).unwrap();
        fs::copy(
            shared("reference/tiny-clip").join(format!("{tower}.onnx")),
            folder.join(tower).join("model.onnx"),
        )
        .unwrap();
    }
    fs::copy(
        tokens.join("clip.json"),
        folder.join("textual/tokenizer.json"),
    )
    .unwrap();
    fs::write(
        folder.join("config.json"),
        r#"{"embed_dim": 32, "text_cfg": {"context_length": 77, "vocab_size": 49408}}"#,
    )
    .unwrap();
    fs::write(
        folder.join("textual/tokenizer_config.json"),
        r#"{"pad_token": {"content": "<|endoftext|>"}}"#,
    )
    .unwrap();
    fs::write(
        folder.join("visual/preprocess_cfg.json"),
        r#"{"size": 64, "mode": "RGB", "mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28], "interpolation": "bicubic", "resize_mode": "shortest"}"#,
    )
    .unwrap();
}

struct Place {
    data: TempDir,
    photos: TempDir,
}

impl Place {
    async fn with_twelve() -> (Self, Veneer) {
        let place = Self {
            data: tempfile::tempdir().unwrap(),
            photos: tempfile::tempdir().unwrap(),
        };
        install(&place.data.path().join("models"), "tiny");
        let veneer = place.open().await;
        let request = import(place.photos.path(), 0, 12);
        assert_eq!(veneer.import(request, silent()).await.unwrap().created, 12);
        (place, veneer)
    }

    async fn open(&self) -> Veneer {
        Veneer::open(Settings::local(self.data.path()))
            .await
            .unwrap()
    }
}

async fn first_of(veneer: &Veneer, photo: Vec<u8>) -> String {
    let id = veneer
        .ask(Question::Photo {
            bytes: photo.into(),
            crop: None,
            width: None,
        })
        .await
        .unwrap();
    let results = veneer.results(&id, &View::default()).await.unwrap();
    results.hits[0].material.name.to_string()
}

async fn standing(veneer: &Veneer, name: &str) -> (u64, u64, bool) {
    let all = veneer.model_standings().await.unwrap();
    let found = all.into_iter().find(|m| m.name == name).unwrap();
    (found.have, found.all, found.in_use)
}

#[tokio::test]
async fn a_library_moves_to_another_model_and_back() {
    let (place, veneer) = Place::with_twelve().await;
    assert_eq!(standing(&veneer, BUILT_IN).await, (12, 12, true));
    let photo = || {
        png(&checks(
            200,
            [40 + 5 * 9, 200 - 5 * 7, 90],
            [250 - 5 * 11, 60, 40 + 5 * 5],
            11,
        ))
    };
    let before = first_of(&veneer, photo()).await;

    let done = veneer.use_model("tiny", silent()).await.unwrap();
    assert_eq!(
        (done.from.as_str(), done.to.as_str(), done.embedded),
        (BUILT_IN, "tiny", 12)
    );
    let agreement = done.agreement.unwrap();
    assert!((0.0..=1.0).contains(&agreement));
    assert_eq!(veneer.model_in_use(), "tiny");
    assert_eq!(standing(&veneer, "tiny").await, (12, 12, true));
    assert_eq!(
        first_of(&veneer, photo()).await,
        before,
        "the same picture is the nearest in any model"
    );

    // What comes in now is known to both, so going back takes no work.
    let request = import(place.photos.path(), 12, 3);
    assert_eq!(veneer.import(request, silent()).await.unwrap().created, 3);
    assert_eq!(standing(&veneer, BUILT_IN).await, (15, 15, false));
    assert_eq!(standing(&veneer, "tiny").await, (15, 15, true));

    // It stays after a restart.
    veneer.close().await;
    let veneer = place.open().await;
    assert_eq!(veneer.model_in_use(), "tiny");
    let back = veneer.use_previous_model(silent()).await.unwrap();
    assert_eq!((back.to.as_str(), back.embedded), (BUILT_IN, 0));
    assert_eq!(veneer.model_in_use(), BUILT_IN);
    veneer.close().await;
}

#[tokio::test]
async fn a_search_outlives_a_change_of_model() {
    let (_place, veneer) = Place::with_twelve().await;
    let photo = png(&checks(200, [40, 200, 90], [250, 60, 40], 6));
    let id = veneer
        .ask(Question::Photo {
            bytes: photo.into(),
            crop: None,
            width: None,
        })
        .await
        .unwrap();
    let names = |results: material::Results| -> Vec<String> {
        results
            .hits
            .iter()
            .map(|h| h.material.name.to_string())
            .collect()
    };
    let before = names(veneer.results(&id, &View::default()).await.unwrap());
    veneer.use_model("tiny", silent()).await.unwrap();
    let after = names(veneer.results(&id, &View::default()).await.unwrap());
    assert_eq!(
        before, after,
        "it is answered in the numbers it was asked in"
    );
    veneer.close().await;
}

#[tokio::test]
async fn words_are_compared_with_pictures_by_a_model_that_knows_words() {
    let (place, veneer) = Place::with_twelve().await;
    veneer.use_model("tiny", silent()).await.unwrap();
    // Thirty are needed before the gap between words and pictures is measured.
    let request = import(place.photos.path(), 12, 8);
    veneer.import(request, silent()).await.unwrap();
    let view = View {
        text: SearchText::parse("oak").ok(),
        ..View::default()
    };
    let results = veneer.library(&view).await.unwrap();
    assert!(
        results.hits[0]
            .material
            .category
            .is_some_and(|c| c.as_str() == "wood/oak"),
        "what is written comes first"
    );
    assert_eq!(results.total, 20);
    veneer.close().await;
}

#[tokio::test]
async fn what_does_not_work_changes_nothing() {
    let (place, veneer) = Place::with_twelve().await;
    for name in ["", "../tiny", "unknown", "tiny/int8"] {
        let error = veneer.use_model(name, silent()).await.unwrap_err();
        assert!(matches!(error, SwitchError::Open(_)), "{name}: {error}");
        assert_eq!(veneer.model_in_use(), BUILT_IN);
    }
    assert!(matches!(
        veneer.use_previous_model(silent()).await,
        Err(SwitchError::NoPrevious)
    ));
    veneer.use_model("tiny", silent()).await.unwrap();
    veneer.close().await;

    // The model is gone: the built-in one answers, and says so in the log.
    fs::remove_dir_all(place.data.path().join("models/tiny")).unwrap();
    let veneer = place.open().await;
    assert_eq!(veneer.model_in_use(), BUILT_IN);
    first_of(&veneer, png(&checks(200, [40, 200, 90], [250, 60, 40], 6))).await;
    veneer.close().await;
}

#[tokio::test]
async fn a_model_that_is_not_needed_is_forgotten() {
    let (_place, veneer) = Place::with_twelve().await;
    veneer.use_model("tiny", silent()).await.unwrap();
    for needed in ["tiny", BUILT_IN] {
        let error = veneer.forget_model(needed).await.unwrap_err();
        assert!(matches!(error, SwitchError::InUse(_)), "{needed}: {error}");
    }
    let error = veneer.forget_model("never seen").await.unwrap_err();
    assert!(matches!(error, SwitchError::Unknown(_)), "{error}");
    veneer.use_previous_model(silent()).await.unwrap();
    assert_eq!(veneer.forget_model("tiny").await.unwrap(), 12);
    let left = veneer.model_standings().await.unwrap();
    let names: Vec<&str> = left.iter().map(|m| m.name.as_str()).collect();
    assert_eq!(names, [BUILT_IN]);
    veneer.close().await;
}

#[tokio::test]
async fn an_earlier_look_is_replaced_and_its_searches_go_on() {
    let (place, veneer) = Place::with_twelve().await;
    let photo = || Question::Photo {
        bytes: png(&checks(200, [40, 200, 90], [250, 60, 40], 6)).into(),
        crop: None,
        width: None,
    };
    assert!(!veneer.is_outdated().await.unwrap());
    veneer.close().await;

    // The library as an earlier version left it: its own model, and nothing by the one of today.
    let catalog = catalog::Catalog::open(catalog::Settings::local(place.data.path()))
        .await
        .unwrap();
    let today = catalog.model(BUILT_IN).await.unwrap().unwrap();
    let dims = photo::look::DIMS;
    let earlier = catalog
        .register_model("veneer-look-0", dims as u32)
        .await
        .unwrap();
    let rows = catalog
        .without_embedding(earlier.id, None, 100)
        .await
        .unwrap();
    let vectors: Vec<_> = rows
        .iter()
        .enumerate()
        .map(|(i, (row, _))| {
            let mut vector = vec![0.0f32; dims];
            vector[i] = 1.0;
            (*row, vector)
        })
        .collect();
    catalog.add_embeddings(earlier.id, &vectors).await.unwrap();
    catalog.use_model(earlier.id).await.unwrap();
    catalog.forget_model(today.id).await.unwrap();
    catalog.close().await;

    let veneer = Veneer::open(Settings::local(place.data.path()))
        .await
        .unwrap();
    assert!(veneer.is_outdated().await.unwrap());
    let new = veneer.renew(silent()).await.unwrap();
    assert_eq!(new as usize, vectors.len());
    assert!(!veneer.is_outdated().await.unwrap());
    assert_eq!(veneer.model_in_use(), BUILT_IN);
    let standing = veneer.model_standings().await.unwrap();
    let own = standing.iter().find(|m| m.name == BUILT_IN).unwrap();
    assert!(own.in_use && own.have == own.all, "{standing:?}");
    assert_eq!(veneer.renew(silent()).await.unwrap(), 0);
    let id = veneer.ask(photo()).await.unwrap();
    let found = veneer.results(&id, &View::default()).await.unwrap();
    assert!(found.hits[0].scores.of(material::Leg::Look).is_some());
    veneer.close().await;
}
