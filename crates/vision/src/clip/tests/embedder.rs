//! The whole embedder on the tiny reference model.

use std::{fs, path::Path, sync::Arc};

use photo::Pixels;

use super::{
    super::{ClipEmbedder, ClipError, Engine, Precision, Settings},
    runtimes, tiny, write,
};
use crate::{Embed, VisionError};

fn settings() -> Settings {
    runtimes();
    Settings {
        engine: Engine::OnnxRuntime,
        threads: 1,
        ..Settings::default()
    }
}

fn open(path: &Path) -> ClipEmbedder {
    ClipEmbedder::open(path, settings()).expect("opens")
}

fn picture(seed: u32) -> Arc<Pixels> {
    Arc::new(Pixels::from_fn(90, 70, |x, y| {
        [(x * seed) as u8, (y * 3) as u8, (x + y * seed) as u8]
    }))
}

#[tokio::test]
async fn pictures_and_words_are_unit_vectors_of_one_space() {
    let (_place, path) = tiny();
    let embedder: Box<dyn Embed> = Box::new(open(&path));
    assert_eq!(embedder.model().name, "tiny-clip");
    let pictures: Vec<_> = (1..40).map(picture).collect();
    let many = embedder.embed(pictures).await.expect("embeds");
    assert_eq!(many.len(), 39, "more than two batches");
    for (i, vector) in many.iter().enumerate().step_by(13) {
        let seed = i as u32 + 1;
        let alone = embedder.embed(vec![picture(seed)]).await.expect("embeds");
        let apart = vector.iter().zip(&alone[0]).map(|(a, b)| (a - b).abs());
        assert!(
            apart.fold(0.0, f32::max) < 1e-5,
            "in order, whatever the batch"
        );
    }
    let words = embedder.embed_words("brushed brass".to_owned());
    let words = words.expect("knows words").await.expect("embeds");
    for vector in many.iter().chain([&words]) {
        assert_eq!(vector.len(), 32);
        let length: f32 = vector.iter().map(|v| v * v).sum();
        assert!((length - 1.0).abs() < 1e-5);
    }
    let other = embedder
        .embed_words("wool".to_owned())
        .expect("knows words");
    assert_ne!(other.await.expect("embeds"), words);
    assert!(embedder.embed(vec![]).await.expect("nothing").is_empty());
}

#[tokio::test]
async fn a_tower_is_loaded_only_when_it_is_asked() {
    let (_place, path) = tiny();
    write(&path.join("visual/model.onnx"), "no network");
    let embedder = open(&path);
    assert!(embedder.words("oak").await.expect("embeds").is_some());
    let error = embedder.pictures(vec![picture(1)]).await;
    let error = error.expect_err("the image tower is broken");
    assert!(matches!(error, ClipError::Load { .. }), "{error}");
    assert!(error.to_string().contains("visual/model.onnx"), "{error}");
    // Put right, it works without a new start.
    let (_other, good) = tiny();
    fs::copy(
        good.join("visual/model.onnx"),
        path.join("visual/model.onnx"),
    )
    .expect("copies");
    assert!(embedder.pictures(vec![picture(1)]).await.is_ok());

    let (_place, path) = tiny();
    write(&path.join("textual/model.onnx"), "no network");
    let embedder = open(&path);
    assert!(embedder.pictures(vec![picture(1)]).await.is_ok());
    assert!(embedder.words("oak").await.is_err());
}

#[tokio::test]
async fn a_model_without_words_says_none() {
    let (_place, path) = tiny();
    fs::remove_dir_all(path.join("textual")).expect("is there");
    let embedder = open(&path);
    assert!(embedder.embed_words("oak".to_owned()).is_none());
    let report = embedder.check().await.expect("works");
    assert_eq!((report.length, report.text_ms), (None, None));
    assert!(report.to_string().contains("no words"));
}

#[tokio::test]
async fn checking_says_how_it_does() {
    let (_place, path) = tiny();
    let report = open(&path).check().await.expect("works");
    assert_eq!(report.input, (64, 64));
    assert_eq!(report.length, Some(77));
    assert!(report.image_ms > 0.0 && report.text_ms.is_some_and(|ms| ms > 0.0));
    assert!(report.cosine.is_some_and(|c| (-1.01..=1.01).contains(&c)));
    let sentence = report.to_string();
    assert!(sentence.contains("tiny-clip works") && sentence.contains("ONNX Runtime"));
}

#[tokio::test]
async fn checking_says_what_is_wrong() {
    let broken = |name: &str, text: &str| {
        let (place, path) = tiny();
        write(&path.join(name), text);
        (place, path)
    };
    let config = |dims: u32, length: u32| {
        format!(r#"{{"embed_dim": {dims}, "text_cfg": {{"context_length": {length}}}}}"#)
    };
    let size = r#"{"size": 32, "mean": 0.5, "std": 0.5}"#;
    for ((_place, path), words) in [
        (
            broken("config.json", &config(512, 77)),
            "32 in the model and 512",
        ),
        (
            broken("config.json", &config(32, 64)),
            "77 in the model and 64",
        ),
        (
            broken("visual/preprocess_cfg.json", size),
            "64×64 in the model and 32×32",
        ),
        (
            broken("textual/tokenizer.json", "{}"),
            "tokenizer.json is no use",
        ),
    ] {
        let error = open(&path).check().await.expect_err(words);
        assert!(error.to_string().contains(words), "{error}");
    }
    // The towers in each other's place: no tower is what it should be.
    let (_place, path) = tiny();
    let swap = |from: &str, to: &str| fs::rename(path.join(from), path.join(to)).expect("moves");
    swap("visual/model.onnx", "x.onnx");
    swap("textual/model.onnx", "visual/model.onnx");
    swap("x.onnx", "textual/model.onnx");
    let error = open(&path).check().await.expect_err("swapped");
    assert!(matches!(error, ClipError::NotClip { .. }), "{error}");
    let error = open(&path).words("oak").await.expect_err("swapped");
    assert!(matches!(error, ClipError::NotClip { .. }), "{error}");
}

#[test]
fn a_missing_precision_is_told_at_once() {
    let (_place, path) = tiny();
    let settings = Settings {
        precision: Precision::Int8,
        ..settings()
    };
    let Err(error) = ClipEmbedder::open(&path, settings) else {
        panic!("there is no int8 model");
    };
    assert!(error.to_string().contains("model.int8.onnx"), "{error}");
}

#[tokio::test]
async fn a_full_queue_turns_the_next_one_away_by_name() {
    let (_place, path) = tiny();
    let settings = Settings {
        batch: 2,
        queue: 2,
        ..settings()
    };
    let embedder = ClipEmbedder::open(&path, settings).expect("opens");
    embedder.warm_up().await.expect("works");
    // Polled in turn on one thread: the first takes both places and waits, the second finds none.
    let first = embedder.embed(vec![picture(1), picture(2)]);
    let second = embedder.embed(vec![picture(3)]);
    let (first, second) = tokio::join!(first, second);
    assert_eq!(first.expect("embeds").len(), 2);
    assert!(matches!(second, Err(VisionError::Overloaded)));
    assert!(embedder.embed(vec![picture(3)]).await.is_ok(), "room again");
}

#[tokio::test]
async fn a_failure_names_the_model() {
    let (_place, path) = tiny();
    write(&path.join("visual/model.onnx"), "no network");
    let error = open(&path).embed(vec![picture(1)]).await;
    let Err(VisionError::Failed { model, detail }) = error else {
        panic!("a broken network cannot embed");
    };
    assert_eq!(model, "tiny-clip");
    assert!(detail.contains("cannot be loaded"), "{detail}");
}

#[cfg(feature = "tract")]
#[tokio::test]
async fn tract_says_the_same_as_onnx_runtime() {
    let (_place, path) = tiny();
    let tract = Settings {
        engine: Engine::Tract,
        ..settings()
    };
    let tract = ClipEmbedder::open(&path, tract).expect("opens");
    let onnx = open(&path);
    let pictures = vec![picture(1), picture(2)];
    let a = onnx.pictures(pictures.clone()).await.expect("embeds");
    let b = tract.pictures(pictures).await.expect("embeds");
    let words = "walnut herringbone";
    let a = a
        .into_iter()
        .chain(onnx.words(words).await.expect("embeds"));
    let b = b
        .into_iter()
        .chain(tract.words(words).await.expect("embeds"));
    for (a, b) in a.zip(b) {
        let apart = a.iter().zip(&b).map(|(a, b)| (a - b).abs());
        assert!(apart.fold(0.0, f32::max) < 1e-4);
    }
    assert_eq!(tract.check().await.expect("works").runtime, "tract");
}
