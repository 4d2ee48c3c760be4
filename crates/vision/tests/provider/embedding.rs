//! Vectors over HTTP.

use std::sync::Arc;

use photo::Pixels;
use serde_json::{Value, json};
use vision::{
    Embed, VisionError,
    provider::{Caps, HttpEmbedder, MemoryLedger},
};

use crate::fake::{Act, Fake, KEY, Seen, brisk, picture, settings};

fn embedder(fake: &Fake, preset: &str) -> HttpEmbedder {
    let table = format!(
        "[[embedder]]\npreset = \"{preset}\"\nbase_url = \"http://{}/base\"\n\
         model = \"house/clip\"\ndims = 8\nkey_env = \"KEY\"\n",
        fake.address
    );
    HttpEmbedder::new(
        &settings(&table).embedders[0],
        Arc::new(MemoryLedger::default()),
        Caps::default(),
        brisk(),
    )
    .expect("a client")
}

fn openai(vector: Value) -> Value {
    json!({"object": "list", "data": [{"index": 0, "embedding": vector}],
           "usage": {"prompt_tokens": 50, "total_tokens": 50}})
}

fn flat(seen: &Seen) -> Value {
    json!([[seen.bytes.len() as f64, 1, 0, 0, 0, 0, 0, 0]])
}

#[tokio::test]
async fn every_preset_sends_the_picture_as_its_server_takes_it() {
    let data = |value: &Value| {
        value
            .as_str()
            .is_some_and(|url| url.starts_with("data:image/jpeg;base64,"))
    };
    for preset in [
        "huggingface",
        "huggingface-endpoint",
        "jina",
        "infinity",
        "vllm",
    ] {
        let bare = preset.starts_with("hugging");
        let fake = Fake::start(move |_, seen| {
            Act::Json(
                200,
                if bare {
                    flat(seen)
                } else {
                    openai(json!([0, 3, 4, 0, 0, 0, 0, 0]))
                },
            )
        })
        .await;
        let embedder = embedder(&fake, preset);
        assert_eq!(embedder.model().name, format!("{preset}/house/clip"));
        let vectors = embedder.embed(vec![picture()]).await.expect("a vector");
        let length: f32 = vectors[0].iter().map(|v| v * v).sum::<f32>().sqrt();
        assert!((length - 1.0).abs() < 1e-6);
        let seen = &fake.seen()[0];
        assert_eq!(seen.authorization(), Some(format!("Bearer {KEY}").as_str()));
        let body = seen.json();
        let (path, sent) = match preset {
            "huggingface" => (
                "/base/models/house/clip/pipeline/feature-extraction",
                image::load_from_memory(&seen.bytes).is_ok(),
            ),
            "huggingface-endpoint" => ("/base", image::load_from_memory(&seen.bytes).is_ok()),
            "jina" => ("/base/embeddings", data(&body["input"][0]["image"])),
            "infinity" => (
                "/base/embeddings",
                data(&body["input"][0]) && body["modality"] == "image",
            ),
            _ => (
                "/base/embeddings",
                data(&body["messages"][0]["content"][0]["image_url"]["url"]),
            ),
        };
        assert_eq!(seen.path, path);
        assert!(sent, "{preset}: {body}");
    }
}

#[tokio::test]
async fn many_pictures_keep_their_order() {
    let fake = Fake::start(|_, seen| {
        // The last dimension tells the pictures apart by their size.
        Act::Json(200, json!([0, 0, 0, 0, 0, 0, 1000, seen.bytes.len()]))
    })
    .await;
    let embedder = embedder(&fake, "huggingface");
    let pictures: Vec<Arc<Pixels>> = (1..=12u32)
        .map(|n| {
            Arc::new(Pixels::from_fn(24 * n, 24 * n, |x, y| {
                [
                    (x * 31 % 255) as u8,
                    (y * 17 % 255) as u8,
                    (x * y % 255) as u8,
                ]
            }))
        })
        .collect();
    let all = embedder.embed(pictures.clone()).await.expect("vectors");
    assert_eq!(all.len(), 12);
    assert!(all.windows(2).all(|pair| pair[0][7] < pair[1][7]));
    let one = embedder
        .embed(vec![pictures[4].clone()])
        .await
        .expect("a vector");
    assert_eq!(all[4], one[0]);
    assert_eq!(
        embedder.embed(Vec::new()).await.expect("none"),
        Vec::<Vec<f32>>::new()
    );
}

#[tokio::test]
async fn wrong_vectors_are_refused_with_both_numbers() {
    for (body, about) in [
        (json!([1.0, 2.0]), "2 dimensions and 8"),
        (json!([[1, 2], [3, 4], [5, 6]]), "3 vectors"),
        (openai(json!([0, 0, 0, 0, 0, 0, 0, 0])), "no direction"),
        (openai(json!(["NaN", 0, 0, 0, 0, 0, 0, 0])), "no number"),
        (json!({"error": "loading"}), "no vector"),
    ] {
        let fake = Fake::always(200, body).await;
        let error = embedder(&fake, "vllm").embed(vec![picture()]).await;
        let Err(VisionError::Failed { detail, .. }) = error else {
            panic!("{about}");
        };
        assert!(detail.contains(about), "{detail}");
    }
}

#[tokio::test]
async fn two_tries_and_no_third() {
    let fake = Fake::start(|number, _| match number {
        0 => Act::Text(503, "loading".to_owned()),
        _ => Act::Json(200, openai(json!([1, 0, 0, 0, 0, 0, 0, 0]))),
    })
    .await;
    embedder(&fake, "infinity")
        .embed(vec![picture()])
        .await
        .expect("the second try");
    assert_eq!(fake.count(), 2);

    let broken = Fake::start(|_, _| Act::Text(500, String::new())).await;
    assert!(
        embedder(&broken, "infinity")
            .embed(vec![picture()])
            .await
            .is_err()
    );
    assert_eq!(broken.count(), 2);

    let busy = Fake::start(|_, _| Act::Text(503, String::new())).await;
    let error = embedder(&busy, "infinity").embed(vec![picture()]).await;
    assert!(matches!(error, Err(VisionError::Overloaded)));
}
