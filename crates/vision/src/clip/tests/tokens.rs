//! Tokens as the Python packages cut them.

use serde::Deserialize;

use super::{
    super::{
        ClipError,
        folder::{Clean, TextSettings},
        network::Row,
        tokenise::Tokeniser,
    },
    fixture,
};

#[derive(Deserialize)]
struct Expected {
    pad_token: String,
    length: usize,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<i64>,
    mask: Vec<i64>,
}

fn read(name: &str, clean: Clean) -> (TextSettings, Expected) {
    let file = fixture(&format!("tokenizers/{name}.json"));
    let expected = fixture(&format!("tokenizers/{name}.expected.json"));
    let expected = std::fs::read(expected).expect("fixture reads");
    let expected: Expected = serde_json::from_slice(&expected).expect("fixture is JSON");
    let settings = TextSettings {
        tokenizer: std::fs::read(&file).expect("fixture reads"),
        tokenizer_file: file,
        pad_token: Some(expected.pad_token.clone()),
        pad_id: None,
        context_length: None,
        clean,
    };
    (settings, expected)
}

fn tokeniser(settings: &TextSettings, length: usize) -> Result<Tokeniser, ClipError> {
    Tokeniser::new(Tokeniser::read(settings)?, settings, length)
}

#[test]
fn cuts_words_as_python_does() {
    for (name, clean) in [("clip", Clean::Whitespace), ("siglip", Clean::Canonicalise)] {
        let (settings, expected) = read(name, clean);
        let tokeniser = tokeniser(&settings, expected.length).expect("reads");
        for Case { text, ids, mask } in expected.cases {
            let row = tokeniser.encode(&text).expect("cuts");
            assert_eq!(row, Row::Text { ids, mask }, "{name}: {text}");
        }
    }
}

#[test]
fn a_long_text_keeps_its_end() {
    let (settings, _) = read("clip", Clean::Lower);
    let tokeniser = tokeniser(&settings, 8).expect("reads");
    let end = tokeniser.encode("").expect("cuts");
    let long = tokeniser.encode(&"WALNUT ".repeat(100_000)).expect("cuts");
    let (Row::Text { ids: end, .. }, Row::Text { ids, mask }) = (end, long) else {
        panic!("tokens are text");
    };
    assert_eq!(ids.len(), 8);
    assert_eq!(ids.last(), end.get(1));
    assert_eq!(mask, [1; 8]);
}

#[test]
fn the_files_own_padding_comes_first_then_a_number() {
    let (mut settings, _) = read("clip", Clean::Whitespace);
    let mut json: serde_json::Value =
        serde_json::from_slice(&settings.tokenizer).expect("fixture is JSON");
    json["padding"] = serde_json::json!({
        "strategy": {"Fixed": 6}, "direction": "Left", "pad_to_multiple_of": null,
        "pad_id": 7, "pad_type_id": 0, "pad_token": "x",
    });
    settings.tokenizer = json.to_string().into_bytes();
    let inner = Tokeniser::read(&settings).expect("reads");
    assert_eq!(Tokeniser::length(&inner), Some(6));
    let Ok(Row::Text { ids, .. }) = tokeniser(&settings, 5).expect("reads").encode("oak") else {
        panic!("oak is cut");
    };
    assert_eq!(ids[..2], [7, 7], "filled up at the left");

    let (mut settings, _) = read("clip", Clean::Whitespace);
    settings.pad_token = None;
    settings.pad_id = Some(0);
    let Ok(Row::Text { ids, mask }) = tokeniser(&settings, 5).expect("reads").encode("oak") else {
        panic!("oak is cut");
    };
    assert_eq!((&ids[3..], &mask[3..]), (&[0, 0][..], &[0, 0][..]));
}

#[test]
fn what_cannot_work_is_named() {
    let (good, _) = read("clip", Clean::Whitespace);
    let error = |settings: &TextSettings, length| {
        let Err(error) = tokeniser(settings, length) else {
            panic!("this tokenizer cannot work");
        };
        assert!(matches!(error, ClipError::Settings { .. }));
        error.to_string()
    };
    let mut broken = good.clone();
    broken.tokenizer = b"{}".to_vec();
    assert!(error(&broken, 16).contains("clip.json is no use"));
    let mut unknown = good.clone();
    unknown.pad_token = Some("[PAD]".to_owned());
    assert!(error(&unknown, 16).contains("[PAD]"));
    let mut silent = good.clone();
    silent.pad_token = None;
    assert!(error(&silent, 16).contains("fills up"));
    error(&good, 1);
}
