//! Tests of the whole chain: real files, real runtimes, and fakes for what goes wrong.

mod embedder;
mod folder;
mod network;
mod parity;
mod pillow;
mod tokens;
mod tower;

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    Engine, Places, Runtime,
    backend::{Backend, Element, Port, Tensor},
};

/// The folder of material beside the project, or where VENEER_SHARED says.
pub fn shared(inner: &str) -> PathBuf {
    let folder = std::env::var_os("VENEER_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    );
    let path = folder.join(inner);
    assert!(
        path.exists(),
        "these tests read {} (VENEER_SHARED may name another folder)",
        path.display()
    );
    path
}

/// The runtimes that this build has.
pub fn runtimes() -> Vec<Runtime> {
    let onnx = Runtime::find(Engine::OnnxRuntime, &Places::default())
        .unwrap_or_else(|error| panic!("`cargo xtask test` brings what is missing. {error}"));
    vec![
        onnx,
        #[cfg(feature = "tract")]
        Runtime::find(Engine::Tract, &Places::default()).expect("tract needs nothing"),
    ]
}

/// A fixture of this crate.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// A model folder as published ones are, with the networks of the tiny reference model and a small
/// tokenizer; tests break it to their liking.
pub fn tiny() -> (TempDir, PathBuf) {
    let place = tempfile::tempdir().expect("temporary folder");
    let folder = place.path().join("tiny-clip");
    let reference = shared("reference/tiny-clip");
    for tower in ["visual", "textual"] {
        fs::create_dir_all(folder.join(tower)).expect("folder is made");
        let network = reference.join(format!("{tower}.onnx"));
        fs::copy(network, folder.join(tower).join("model.onnx")).expect("network is copied");
    }
    fs::copy(
        fixture("tokenizers/clip.json"),
        folder.join("textual/tokenizer.json"),
    )
    .expect("tokenizer is copied");
    write(
        &folder.join("textual/tokenizer_config.json"),
        r#"{"pad_token": {"content": "<|endoftext|>"}}"#,
    );
    write(
        &folder.join("visual/preprocess_cfg.json"),
        r#"{"size": [64, 64], "mode": "RGB", "mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28],
            "interpolation": "bicubic", "resize_mode": "shortest", "fill_color": 0}"#,
    );
    write(
        &folder.join("config.json"),
        r#"{"embed_dim": 32, "text_cfg": {"context_length": 77, "vocab_size": 49408}}"#,
    );
    (place, folder)
}

pub fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("file is written");
}

pub fn port(name: &str, element: Element, shape: &[Option<usize>]) -> Port {
    Port {
        name: name.to_owned(),
        element,
        shape: shape.to_vec(),
    }
}

type Answer = Result<(Vec<usize>, Vec<f32>), String>;

/// A backend that does what a test wants.
pub struct Fake<F> {
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    pub run: F,
}

impl<F: FnMut(Vec<Tensor>) -> Answer + Send> Backend for Fake<F> {
    fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    fn run(&mut self, inputs: Vec<Tensor>, _: usize) -> Answer {
        (self.run)(inputs)
    }
}
