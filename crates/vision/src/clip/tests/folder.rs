//! Model folders as they are published, and as they are broken.

use std::fs;

use super::{
    super::{ClipError, ClipFolder, Precision, ResizeMode, folder::Clean},
    tiny, write,
};

#[test]
fn reads_a_published_layout() {
    let (_place, path) = tiny();
    let folder = ClipFolder::open(&path).expect("opens");
    let model = folder.model(Precision::F32);
    assert_eq!((model.name.as_str(), model.dims), ("tiny-clip", 32));
    assert_eq!(folder.model(Precision::Int8).name, "tiny-clip/int8");
    assert_eq!(folder.preprocess().size(), (64, 64));
    assert!(folder.has_words());
    let text = folder.text().expect("has a text tower");
    assert_eq!(text.context_length, Some(77));
    assert_eq!(text.pad_token.as_deref(), Some("<|endoftext|>"));
    assert_eq!(text.clean, Clean::Whitespace);
}

#[test]
fn reads_settings_at_the_root_and_networks_beside_them() {
    let (_place, path) = tiny();
    for (from, to) in [
        ("visual/preprocess_cfg.json", "preprocess_cfg.json"),
        ("textual/tokenizer.json", "tokenizer.json"),
        ("textual/tokenizer_config.json", "tokenizer_config.json"),
        ("visual/model.onnx", "visual.onnx"),
        ("textual/model.onnx", "textual.onnx"),
    ] {
        fs::rename(path.join(from), path.join(to)).expect("moves");
    }
    fs::remove_dir(path.join("visual")).expect("is empty");
    fs::remove_dir(path.join("textual")).expect("is empty");
    let folder = ClipFolder::open(&path).expect("opens");
    assert!(folder.visual(Precision::F32).is_ok());
    assert!(folder.textual(Precision::F32).is_ok());
    assert!(folder.has_words());
}

#[test]
fn reads_siglip() {
    let (_place, path) = tiny();
    write(
        &path.join("config.json"),
        r#"{"model_cfg": {"embed_dim": 768, "text_cfg": {"context_length": 64,
            "tokenizer_kwargs": {"clean": "canonicalize"}}}, "preprocess_cfg": {}}"#,
    );
    write(
        &path.join("visual/preprocess_cfg.json"),
        r#"{"size": 224, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5],
            "interpolation": "bicubic", "resize_mode": "squash"}"#,
    );
    write(
        &path.join("textual/tokenizer_config.json"),
        r#"{"pad_token": "</s>", "add_eos": true}"#,
    );
    let folder = ClipFolder::open(&path).expect("opens");
    assert_eq!(folder.model(Precision::F32).dims, 768);
    assert_eq!(folder.preprocess().resize_mode(), ResizeMode::Squash);
    let text = folder.text().expect("has a text tower");
    assert_eq!(text.clean, Clean::Canonicalise);
    assert_eq!(text.pad_token.as_deref(), Some("</s>"));
}

#[test]
fn a_model_without_a_text_tower_knows_no_words() {
    let (_place, path) = tiny();
    fs::remove_dir_all(path.join("textual")).expect("is there");
    assert!(!ClipFolder::open(&path).expect("opens").has_words());
}

#[test]
fn takes_the_precision_it_is_asked_for_under_any_usual_name() {
    let (_place, path) = tiny();
    let folder = ClipFolder::open(&path).expect("opens");
    let error = folder.visual(Precision::Int8).expect_err("none is there");
    assert!(matches!(error, ClipError::Missing { .. }));
    assert!(error.to_string().contains("visual/model.int8.onnx"));
    for name in ["model_quantized.onnx", "model_int8.onnx", "model.int8.onnx"] {
        let file = path.join("visual").join(name);
        write(&file, "");
        let found = folder.visual(Precision::Int8).expect("found");
        assert_eq!(found.file_name(), file.file_name());
    }
}

#[test]
fn says_which_file_is_missing() {
    for name in [
        "config.json",
        "visual/preprocess_cfg.json",
        "textual/tokenizer.json",
    ] {
        let (_place, path) = tiny();
        fs::remove_file(path.join(name)).expect("is there");
        let error = ClipFolder::open(&path).expect_err(name);
        assert!(error.to_string().contains(name), "{error}");
    }
    let (_place, path) = tiny();
    let error = ClipFolder::open(&path.join("absent")).expect_err("is not there");
    assert!(matches!(error, ClipError::NoFolder(_)), "{error}");
    let file = ClipFolder::open(&path.join("config.json")).expect_err("is a file");
    assert!(matches!(file, ClipError::NoFolder(_)), "{file}");
}

#[test]
fn says_which_file_makes_no_sense() {
    for (name, text, word) in [
        ("config.json", "{", "EOF"),
        ("config.json", "[]", "RawConfig"),
        ("config.json", "{}", "embed_dim"),
        ("config.json", r#"{"embed_dim": 0}"#, "embed_dim"),
        ("config.json", r#"{"embed_dim": 99999999}"#, "embed_dim"),
        ("config.json", r#"{"embed_dim": -1}"#, "u32"),
        (
            "config.json",
            r#"{"embed_dim": 32, "text_cfg": {"context_length": 1000000}}"#,
            "context_length",
        ),
        (
            "config.json",
            r#"{"embed_dim": 32, "text_cfg": {"tokenizer_kwargs": {"clean": "soap"}}}"#,
            "soap",
        ),
        ("visual/preprocess_cfg.json", r#"{"size": 0}"#, "mean"),
        ("textual/tokenizer_config.json", "no", "tokenizer_config"),
    ] {
        let (_place, path) = tiny();
        write(&path.join(name), text);
        let error = ClipFolder::open(&path).expect_err(text);
        assert!(matches!(error, ClipError::Settings { .. }), "{error}");
        let sentence = error.to_string();
        assert!(
            sentence.contains(name) && sentence.contains(word),
            "{sentence}"
        );
    }
    let (_place, path) = tiny();
    write(&path.join("config.json"), &" ".repeat((1 << 20) + 1));
    let error = ClipFolder::open(&path).expect_err("is too large");
    assert!(matches!(error, ClipError::Unreadable { .. }), "{error}");
}
