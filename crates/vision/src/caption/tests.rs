//! The whole captioner on a tiny model, beside what Hugging Face's `transformers` makes of it
//! (`tests/caption/make_tiny_blip.py`), and fakes for what goes wrong.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use material::{Field, read::Certainty};
use photo::Pixels;
use serde::Deserialize;

use super::{
    Caption, CaptionError, CaptionFolder, CaptionSettings, Captioner, EarlyStopping, Generation,
    Word,
    network::{Decoder, Seen, Vision},
    search::{Frame, Stop, search},
    seen,
    words::Vocabulary,
};
use crate::{
    Depth, Describe, DescribeError,
    clip::{
        ClipError, Engine, Places, Precision, Runtime,
        backend::{Backend, Element, Port, Tensor},
    },
};

#[derive(Deserialize)]
struct Expected {
    resized: Vec<Resized>,
    pictures: Vec<Pictured>,
}

/// A picture that has to be made to fit.
#[derive(Deserialize)]
struct Resized {
    picture: u32,
    width: u32,
    height: u32,
    pixels: Vec<f32>,
}

/// A picture that fits.
#[derive(Deserialize)]
struct Pictured {
    picture: u32,
    pixels: Vec<f32>,
    seen: Vec<f32>,
    logits: Vec<f32>,
    searches: Vec<Search>,
}

#[derive(Deserialize)]
struct Search {
    options: serde_json::Value,
    prompt: Option<String>,
    ids: Vec<u32>,
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/caption/tiny-blip")
}

fn expected() -> Expected {
    let text = fs::read(fixture().join("expected.json")).expect("the fixture is there");
    serde_json::from_slice(&text).expect("the fixture reads")
}

/// The pictures that the script makes.
fn picture(number: u32, width: u32, height: u32) -> Arc<Pixels> {
    let n = number as i32;
    Arc::new(Pixels::from_fn(width, height, |x, y| {
        let checks = ((x / 4 + y / 3) % 2 * 40) as i32;
        let (x, y) = (x as i32, y as i32);
        [60 + x * 2 + n * 30, 150 - y - x * n, 70 + checks + n * 35].map(|v| v as u8)
    }))
}

/// The side of the tiny model's pictures.
const SIDE: u32 = 32;

#[test]
fn pictures_are_made_to_fit_as_transformers_does() {
    let folder = CaptionFolder::open(&fixture()).expect("opens");
    for one in expected().resized {
        let pixels = folder
            .preprocess()
            .tensor(&picture(one.picture, one.width, one.height));
        let some: Vec<f32> = pixels.iter().copied().step_by(29).collect();
        // Implementations round differently: one step of eight bits is about 0.015 here.
        near("pixels", &some, &one.pixels, 0.02);
    }
}

fn settings() -> CaptionSettings {
    CaptionSettings {
        engine: Engine::OnnxRuntime,
        threads: 1,
        ..CaptionSettings::default()
    }
}

fn captioner(settings: CaptionSettings) -> Captioner {
    Captioner::open(&fixture(), settings)
        .unwrap_or_else(|error| panic!("`cargo xtask test` brings what is missing. {error}"))
}

/// A copy of the tiny model that a test may break.
fn copy() -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().expect("temporary folder");
    let folder = place.path().join("tiny-blip");
    fs::create_dir(&folder).expect("folder is made");
    for entry in fs::read_dir(fixture()).expect("the fixture is there") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), folder.join(entry.file_name())).expect("file is copied");
    }
    (place, folder)
}

fn near(name: &str, got: &[f32], expected: &[f32], most: f32) {
    assert_eq!(got.len(), expected.len(), "{name}");
    for (i, (a, b)) in got.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= most, "{name} {i}: {a} instead of {b}");
    }
}

/// The tiny model's parts.
fn parts() -> (CaptionFolder, Vision, Decoder, Vocabulary) {
    let folder = CaptionFolder::open(&fixture()).expect("opens");
    let runtime = Runtime::find(Engine::OnnxRuntime, &Places::default())
        .unwrap_or_else(|error| panic!("`cargo xtask test` brings what is missing. {error}"));
    let open = |file: &Path| runtime.open(file, 1).expect("loads");
    let file = folder.vision(Precision::F32).expect("is there");
    let vision = Vision::new(&file, open(&file), folder.preprocess().size()).expect("fits");
    let file = folder.decoder(Precision::F32).expect("is there");
    let decoder = Decoder::new(&file, open(&file), folder.tokens.vocab_size).expect("fits");
    let vocabulary = Vocabulary::read(&folder).expect("reads");
    (folder, vision, decoder, vocabulary)
}

#[test]
fn networks_and_searches_give_what_transformers_does() {
    let (folder, mut vision, mut decoder, vocabulary) = parts();
    let tokens = folder.tokens;
    let mut compared = 0;
    for one in expected().pictures {
        let pixels = folder
            .preprocess()
            .tensor(&picture(one.picture, SIDE, SIDE));
        let some: Vec<f32> = pixels.iter().copied().step_by(97).collect();
        near("pixels", &some, &one.pixels, 1e-4);
        let seen = vision.look(pixels).expect("sees");
        let some: Vec<f32> = seen.numbers.iter().copied().step_by(11).collect();
        near("what was seen", &some, &one.seen, 1e-4);
        let logits = decoder.next(&[tokens.bos_token_id, 9, 20, 31], &seen);
        near("logits", &logits.expect("speaks"), &one.logits, 1e-4);
        for wanted in &one.searches {
            let json = wanted.options.to_string();
            let generation = Generation::parse(json.as_bytes()).expect("the options read");
            let prompt = wanted.prompt.as_deref().unwrap_or_default();
            let prompt = vocabulary.prompt(prompt).expect("has tokens");
            let frame = Frame {
                generation: &generation,
                end: tokens.sep_token_id,
                longest: generation.longest(prompt.len(), tokens.max_position_embeddings),
            };
            let mut next = |ids: &[u32]| decoder.next(ids, &seen).map_err(Stop::Failed);
            let found = search(&prompt, &frame, &mut next).expect("finds a caption");
            assert_eq!(found.ids, wanted.ids, "{json} {:?}", wanted.prompt);
            compared += 1;
        }
    }
    assert!(compared >= 80, "only {compared} searches were compared");
}

#[tokio::test]
async fn describes_with_values_of_the_vocabulary() {
    let generation = Generation {
        beams: 3,
        early_stopping: EarlyStopping::Full,
        ..Generation::default()
    };
    let captioner: Box<dyn Describe> = Box::new(captioner(CaptionSettings {
        prompt: "a photo of dark green velvet".to_owned(),
        generation: Some(generation),
        ..settings()
    }));
    assert_eq!(captioner.source().provider, "blip");
    assert_eq!(captioner.source().model, "tiny-blip");
    let grey = Arc::new(Pixels::from_fn(20, 20, |_, _| [99; 3]));
    for depth in Depth::ALL {
        let described = captioner.describe(grey.clone(), depth).await;
        let described = described.expect("describes");
        assert!(!described.analysis.estimate);
        assert!(
            described
                .analysis
                .sentence
                .starts_with("A photo of dark green velvet")
        );
        let values = &described.analysis.values;
        let velvet = values.iter().find(|v| v.value == "fabric/velvet");
        assert_eq!(
            velvet.map(|v| v.confidence),
            Some(1.0),
            "the prompt is certain"
        );
        assert!(values.iter().all(|v| (0.0..=1.0).contains(&v.confidence)));
    }
}

#[test]
fn a_value_is_as_sure_as_its_words() {
    let text = "a wooden floor with herringbone pattern and marble look";
    let mut at = 0;
    let words = text
        .split(' ')
        .enumerate()
        .map(|(i, word)| {
            let span = at..at + word.len();
            at = span.end + 1;
            Word {
                span,
                probability: 0.5 + i as f32 * 0.05,
            }
        })
        .collect();
    let caption = Caption {
        text: text.to_owned(),
        words,
        ids: Vec::new(),
    };
    let (analysis, other) = seen::analysis(&caption, "m", Depth::Comprehensive);
    let sure = |field: Field| {
        let value = analysis.values.iter().find(|v| v.field == field);
        value.map(|v| (v.value.as_str(), v.confidence))
    };
    let wooden = 0.55 * Certainty::Synonym.confidence();
    assert_eq!(sure(Field::Category), Some(("wood", wooden)));
    assert_eq!(sure(Field::Pattern), Some(("herringbone", 0.7)));
    assert_eq!(sure(Field::Applications), Some(("floor", 0.6)));
    assert_eq!(other, ["looks like: marble"]);
    assert_eq!(
        analysis.sentence,
        "A wooden floor with herringbone pattern and marble look."
    );
    let (basic, _) = seen::analysis(&caption, "m", Depth::Basic);
    assert_eq!(basic.values.len(), 1, "only the kind");
}

#[tokio::test]
async fn a_full_queue_turns_the_next_one_away_and_others_wait() {
    let one = captioner(CaptionSettings {
        queue: 1,
        ..settings()
    });
    let grey = Arc::new(Pixels::from_fn(8, 8, |_, _| [99; 3]));
    let (first, second) = tokio::join!(
        one.caption(grey.clone(), true),
        one.describe(grey.clone(), Depth::Basic)
    );
    assert!(first.is_ok());
    assert!(
        matches!(second, Err(DescribeError::Overloaded(_))),
        "{second:?}"
    );
    let many = captioner(settings());
    let (first, second) = tokio::join!(many.caption(grey.clone(), true), many.caption(grey, true));
    assert_eq!(first.expect("captions"), second.expect("captions"));
}

#[tokio::test]
async fn who_gives_up_leaves_the_captioner_to_others() {
    let captioner = captioner(settings());
    let grey = Arc::new(Pixels::from_fn(8, 8, |_, _| [99; 3]));
    // Polled once, which starts it, and dropped.
    tokio::select! {
        biased;
        _ = captioner.caption(grey.clone(), false) => {}
        () = std::future::ready(()) => {}
    }
    captioner.warm_up().await.expect("works");
    assert!(captioner.caption(grey, false).await.is_ok());
}

#[tokio::test]
async fn folders_that_are_not_right_are_told_by_file() {
    let absent = Captioner::open(Path::new("/nowhere/blip"), settings()).err();
    let absent = absent.expect("there is none").to_string();
    assert!(absent.contains("/nowhere/blip"), "{absent}");
    for name in [
        "config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "vision_model.onnx",
        "text_decoder_model.onnx",
    ] {
        let (_place, folder) = copy();
        fs::remove_file(folder.join(name)).expect("was there");
        let error = Captioner::open(&folder, settings()).err().expect(name);
        assert!(matches!(
            error,
            CaptionError::Setup(ClipError::Missing { .. })
        ));
        assert!(error.to_string().contains(name), "{error}");
    }
    let (_place, folder) = copy();
    fs::remove_file(folder.join("generation_config.json")).expect("was there");
    assert!(
        Captioner::open(&folder, settings()).is_ok(),
        "it may be missing"
    );
    for (name, text, word) in [
        ("config.json", r#"{"model_type": "clip"}"#, "clip"),
        (
            "config.json",
            r#"{"text_config": {"vocab_size": 7}}"#,
            "vocabulary",
        ),
        (
            "generation_config.json",
            r#"{"num_beams": 99}"#,
            "num_beams",
        ),
        (
            "preprocessor_config.json",
            r#"{"size": {"shortest_edge": 3}}"#,
            "RawSize",
        ),
        (
            "preprocessor_config.json",
            r#"{"size": 32, "image_mean": [0, 0, 0], "image_std": [1, 1, 1], "resample": 0}"#,
            "resample",
        ),
    ] {
        let (_place, folder) = copy();
        fs::write(folder.join(name), text).expect("writes");
        let error = Captioner::open(&folder, settings())
            .err()
            .expect(text)
            .to_string();
        assert!(error.contains(name) && error.contains(word), "{error}");
    }
    // Broken networks and vocabularies show when they are needed, and can be put right.
    let (_place, folder) = copy();
    let broken = Captioner::open(&folder, settings()).expect("settings are right");
    fs::write(folder.join("text_decoder_model.onnx"), "no network").expect("writes");
    let error = broken.warm_up().await.expect_err("is broken").to_string();
    assert!(error.contains("text_decoder_model.onnx"), "{error}");
    fs::copy(
        fixture().join("text_decoder_model.onnx"),
        folder.join("text_decoder_model.onnx"),
    )
    .expect("copies");
    broken.warm_up().await.expect("is whole again");
    let (_place, folder) = copy();
    fs::write(folder.join("tokenizer.json"), "{}").expect("writes");
    let error = Captioner::open(&folder, settings()).expect("opens");
    let error = error.warm_up().await.expect_err("is none").to_string();
    assert!(error.contains("tokenizer.json"), "{error}");
}

struct Fake {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    answer: (Vec<usize>, Vec<f32>),
}

impl Backend for Fake {
    fn inputs(&self) -> &[Port] {
        &self.inputs
    }
    fn outputs(&self) -> &[Port] {
        &self.outputs
    }
    fn run(&mut self, _: Vec<Tensor>, _: usize) -> Result<(Vec<usize>, Vec<f32>), String> {
        Ok(self.answer.clone())
    }
}

fn port(name: &str, element: Element, shape: &[Option<usize>]) -> Port {
    Port {
        name: name.to_owned(),
        element,
        shape: shape.to_vec(),
    }
}

fn vision(input: Port, answer: (Vec<usize>, Vec<f32>)) -> Result<Vision, CaptionError> {
    let fake = Fake {
        inputs: vec![input],
        outputs: vec![port("1203", Element::F32, &[None, None, Some(4)])],
        answer,
    };
    Vision::new(Path::new("v.onnx"), Box::new(fake), (2, 2))
}

fn decoder(names: &[&str], answer: (Vec<usize>, Vec<f32>)) -> Result<Decoder, CaptionError> {
    let kind = |name: &str| match name {
        "encoder_hidden_states" => Element::F32,
        _ => Element::I32,
    };
    let fake = Fake {
        inputs: names
            .iter()
            .map(|n| port(n, kind(n), &[None, None]))
            .collect(),
        outputs: vec![port("logits", Element::F32, &[None, None, Some(3)])],
        answer,
    };
    Decoder::new(Path::new("d.onnx"), Box::new(fake), 3)
}

#[test]
fn networks_that_are_something_else_are_refused() {
    let free = [None, Some(3), None, None];
    let nothing = || (vec![], vec![]);
    assert!(vision(port("x", Element::F32, &free), nothing()).is_ok());
    for input in [
        port("x", Element::I64, &free),
        port("x", Element::F32, &[None, Some(3), Some(224), Some(224)]),
        port("x", Element::F32, &[None, Some(3)]),
    ] {
        let error = vision(input, nothing()).err().expect("is none").to_string();
        assert!(error.contains("v.onnx"), "{error}");
    }
    for (names, word) in [
        (&["input_ids"][..], "encoder_hidden_states"),
        (&["encoder_hidden_states"], "input_ids"),
        (
            &[
                "input_ids",
                "encoder_hidden_states",
                "past_key_values.0.key",
            ],
            "past",
        ),
        (&["input_ids", "encoder_hidden_states", "mood"], "mood"),
    ] {
        let error = decoder(names, nothing()).err().expect(word).to_string();
        assert!(error.contains("d.onnx") && error.contains(word), "{error}");
    }
}

#[test]
fn answers_that_are_no_numbers_or_of_another_shape_are_errors() {
    let input = || port("pixel_values", Element::F32, &[None, None, None, None]);
    for (answer, word) in [
        ((vec![1, 1, 4], vec![0.0, f32::NAN, 0.0, 0.0]), "numbers"),
        ((vec![1, 4], vec![0.0; 4]), "shape"),
        ((vec![1, 2, 4], vec![0.0; 4]), "4 numbers"),
    ] {
        let mut vision = vision(input(), answer).expect("fits");
        let error = vision.look(vec![0.0; 12]).expect_err(word);
        assert!(error.contains(word), "{error}");
    }
    let seen = Seen {
        count: 1,
        width: 4,
        numbers: vec![0.0; 4],
    };
    let names = [
        "input_ids",
        "encoder_hidden_states",
        "encoder_attention_mask",
    ];
    for (answer, word) in [
        (
            (vec![1, 2, 3], vec![0.0, 0.0, 0.0, f32::INFINITY, 0.0, 0.0]),
            "numbers",
        ),
        ((vec![1, 1, 3], vec![0.0; 3]), "shape"),
    ] {
        let mut decoder = decoder(&names, answer).expect("fits");
        let error = decoder.next(&[0, 1], &seen).expect_err(word);
        assert!(error.contains(word), "{error}");
    }
}
