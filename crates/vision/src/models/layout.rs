//! Which file of a model's folder is which.
//!
//! Published CLIP models in ONNX stand as `visual/model.onnx` and `textual/model.onnx` with their
//! configuration beside them. Some publishers add smaller forms under names of their own.

use std::path::{Path, PathBuf};

/// The two halves of a model: one for pictures, one for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tower {
    /// Pictures to vectors.
    Visual,
    /// Words to vectors.
    Textual,
}

impl Tower {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Visual, Self::Textual];

    /// Its folder inside a model's folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Visual => "visual",
            Self::Textual => "textual",
        }
    }
}

/// How finely a model's weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Precision {
    /// 32-bit floating point, as trained.
    #[default]
    F32,
    /// 8-bit integers: a quarter of the size and, on most processors, several times as fast.
    Int8,
}

impl Precision {
    /// Both, the finest first.
    pub const ALL: [Self; 2] = [Self::F32, Self::Int8];

    /// As it is written in configuration and beside vectors.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::Int8 => "int8",
        }
    }

    /// Names under which such a file is accepted, the best first. The first is what Veneer itself
    /// writes; the others are what exporters (Transformers.js, Optimum and others) write.
    pub fn file_names(self) -> &'static [&'static str] {
        match self {
            Self::F32 => &["model.onnx"],
            Self::Int8 => &[
                INT8_FILE,
                "model_int8.onnx",
                "model_quantized.onnx",
                "model_q8.onnx",
            ],
        }
    }
}

impl std::fmt::Display for Precision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The int8 file that Veneer makes.
pub(super) const INT8_FILE: &str = "model.int8.onnx";

/// What follows a file's name where its weights stand beside it.
pub(super) const DATA_SUFFIX: &str = ".data";

/// The model file of a tower, if it is there.
pub fn model_file(model: &Path, tower: Tower, precision: Precision) -> Option<PathBuf> {
    let folder = model.join(tower.folder());
    precision
        .file_names()
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.is_file())
}

/// A tower's preprocessing or tokenizer, which stands in its folder or in the model's.
pub(super) fn configuration_file(model: &Path, tower: Tower) -> Option<PathBuf> {
    let name = configuration_name(tower);
    [model.join(tower.folder()).join(name), model.join(name)]
        .into_iter()
        .find(|path| path.is_file())
}

/// What a tower cannot work without, besides its model.
pub(super) fn configuration_name(tower: Tower) -> &'static str {
    match tower {
        Tower::Visual => "preprocess_cfg.json",
        Tower::Textual => "tokenizer.json",
    }
}

/// Files of other runtimes, by how their names end.
const OTHER_RUNTIMES: [&str; 12] = [
    ".armnn",
    ".rknn",
    ".engine",
    ".plan",
    ".trt",
    ".tflite",
    ".mlmodel",
    ".safetensors",
    ".bin",
    ".pt",
    ".gguf",
    ".md",
];

/// The largest file that is configuration rather than weights.
pub(super) const MAX_CONFIGURATION: u64 = 64 << 20;

/// Whether a published file is one that Veneer reads, given all paths of the repository (with
/// forward slashes).
///
/// Configuration lies at the root, everything else directly in `visual/` and `textual/`. Weights
/// may stand beside their model under any name, so what stands there is taken unless it belongs to
/// another runtime or to another form of the model (`model_fp16.onnx`, `model_q4.onnx_data`).
pub(super) fn is_wanted(path: &str, all: &[&str]) -> bool {
    let Some((folder, name)) = path.split_once('/') else {
        return path.ends_with(".json");
    };
    if !Tower::ALL.iter().any(|t| t.folder() == folder) || name.contains('/') {
        return false;
    }
    if name.starts_with('.') || OTHER_RUNTIMES.iter().any(|end| name.ends_with(end)) {
        return false;
    }
    if name.ends_with(".onnx") {
        return is_model_name(name);
    }
    // Weights of an unwanted form are named after its file.
    !all.iter().any(|other| {
        other
            .strip_prefix(folder)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|model| {
                model.ends_with(".onnx") && !is_model_name(model) && name.starts_with(model)
            })
    })
}

/// Whether a file name is that of a model in a form that Veneer runs.
pub(super) fn is_model_name(name: &str) -> bool {
    Precision::ALL
        .iter()
        .any(|precision| precision.file_names().contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_veneer_reads_is_wanted() {
        let all = [
            "README.md",
            ".gitattributes",
            "config.json",
            "visual/model.onnx",
            "visual/model.onnx.data",
            "visual/onnx__MatMul_4553",
            "visual/model.armnn",
            "visual/preprocess_cfg.json",
            "visual/fp16/model.armnn",
            "visual/model_fp16.onnx",
            "visual/model_fp16.onnx_data",
            "textual/model.onnx",
            "textual/model_quantized.onnx",
            "textual/model_q4.onnx",
            "textual/tokenizer.json",
            "textual/merges.txt",
            "rknpu/rk3566/model.rknn",
            "textual/rknpu/rk3588/model.rknn",
            "onnx/model.onnx",
        ];
        let wanted: Vec<&str> = all.into_iter().filter(|p| is_wanted(p, &all)).collect();
        assert_eq!(
            wanted,
            [
                "config.json",
                "visual/model.onnx",
                "visual/model.onnx.data",
                "visual/onnx__MatMul_4553",
                "visual/preprocess_cfg.json",
                "textual/model.onnx",
                "textual/model_quantized.onnx",
                "textual/tokenizer.json",
                "textual/merges.txt",
            ]
        );
    }

    #[test]
    fn a_file_is_found_under_each_accepted_name_the_best_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let visual = folder.path().join("visual");
        std::fs::create_dir(&visual).expect("a folder");
        let found = |precision| model_file(folder.path(), Tower::Visual, precision);
        assert_eq!(found(Precision::Int8), None);
        for name in Precision::Int8.file_names().iter().rev() {
            std::fs::write(visual.join(name), b"").expect("written");
            assert_eq!(found(Precision::Int8), Some(visual.join(name)));
        }
        assert_eq!(found(Precision::F32), None);
    }
}
