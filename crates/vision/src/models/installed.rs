//! What is in a models folder.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::layout::{self, Precision, Tower, model_file};

/// Name of the manifest in a model's folder.
const MANIFEST: &str = "veneer-model.json";

/// The largest manifest that is read.
const MAX_MANIFEST: u64 = 4 << 20;

/// Models that are looked at in one folder.
const MAX_MODELS: usize = 1_000;

/// A model in a models folder, whole or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its folder's name.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Where it came from and at which commit, if Veneer fetched it.
    pub source: Option<(String, String)>,
    /// Forms in which both towers are here.
    pub precisions: Vec<Precision>,
    /// What is not here but should be, relative to the folder; empty when the model is complete.
    pub missing: Vec<String>,
    /// Bytes on the disk.
    pub bytes: u64,
}

impl Installed {
    /// Whether it can be used.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// The models in a folder, by name. A folder that is not there holds none; folders in it that are
/// no models are passed over.
///
/// # Errors
/// When a folder cannot be read.
pub fn installed(models: &Path) -> io::Result<Vec<Installed>> {
    let entries = match fs::read_dir(models) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut out = Vec::new();
    for entry in entries.take(MAX_MODELS) {
        let entry = entry?;
        let folder = entry.path();
        let is_model = Tower::ALL.iter().any(|t| folder.join(t.folder()).is_dir());
        if let (true, Ok(name)) = (is_model, entry.file_name().into_string()) {
            out.push(look(name, folder)?);
        }
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

fn look(name: String, folder: PathBuf) -> io::Result<Installed> {
    let manifest = Manifest::read(&folder)?;
    let precisions: Vec<Precision> = Precision::ALL
        .into_iter()
        .filter(|&p| {
            Tower::ALL
                .iter()
                .all(|&t| model_file(&folder, t, p).is_some())
        })
        .collect();
    let mut missing = Vec::new();
    for tower in Tower::ALL {
        let has_model = Precision::ALL
            .iter()
            .any(|&p| model_file(&folder, tower, p).is_some());
        if !has_model {
            missing.push(format!("{}/model.onnx", tower.folder()));
        }
        if layout::configuration_file(&folder, tower).is_none() {
            missing.push(format!(
                "{}/{}",
                tower.folder(),
                layout::configuration_name(tower)
            ));
        }
    }
    // Weights beside a model's file are known only to the manifest.
    for file in manifest.iter().flat_map(|m| &m.files) {
        let length = fs::metadata(folder.join(&file.path)).map(|m| m.len()).ok();
        if length != Some(file.bytes) && !missing.contains(&file.path) {
            missing.push(file.path.clone());
        }
    }
    Ok(Installed {
        bytes: bytes(&folder)?,
        source: manifest.map(|m| (m.repository, m.commit)),
        name,
        folder,
        precisions,
        missing,
    })
}

/// Bytes of the files in a model's folder and its towers'.
fn bytes(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    let towers = Tower::ALL.map(|t| folder.join(t.folder()));
    for folder in towers.iter().map(PathBuf::as_path).chain([folder]) {
        match fs::read_dir(folder) {
            Ok(entries) => {
                for entry in entries {
                    let metadata = fs::metadata(entry?.path())?;
                    sum += if metadata.is_file() {
                        metadata.len()
                    } else {
                        0
                    };
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(sum)
}

/// What a pull fetched; written when all of it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// `owner/name` on the hub.
    pub(super) repository: String,
    /// The commit the files are of.
    pub(super) commit: String,
    pub(super) files: Vec<ManifestFile>,
}

/// A file of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ManifestFile {
    /// Relative to the model's folder, with forward slashes.
    pub(super) path: String,
    pub(super) bytes: u64,
    /// SHA-256, or git's SHA-1 for small files; hexadecimal.
    pub(super) digest: String,
}

impl Manifest {
    /// Puts the manifest into a model's folder, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut file = super::temporary(folder)?;
        serde_json::to_writer_pretty(&mut file, self)?;
        file.flush()?;
        file.persist(folder.join(MANIFEST))?;
        Ok(())
    }

    /// The manifest in a model's folder, if there is one that can be read.
    fn read(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join(MANIFEST);
        match fs::metadata(&path) {
            Ok(metadata) if metadata.len() <= MAX_MANIFEST => {
                Ok(serde_json::from_slice(&fs::read(&path)?).ok())
            }
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(folder: &Path, files: &[&str]) {
        for file in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, b"1234").expect("written");
        }
    }

    fn only(models: &Path) -> Installed {
        let mut all = installed(models).expect("readable");
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    #[test]
    fn a_folder_that_is_absent_or_holds_other_things_has_no_models() {
        let models = tempfile::tempdir().expect("a folder");
        assert_eq!(installed(&models.path().join("absent")).expect("none"), []);
        put(models.path(), &["note.txt", "other/thing.txt"]);
        assert_eq!(installed(models.path()).expect("none"), []);
    }

    #[test]
    fn a_whole_model_says_its_forms() {
        let models = tempfile::tempdir().expect("a folder");
        put(
            &models.path().join("clip"),
            &[
                "visual/model.onnx",
                "visual/model.int8.onnx",
                "textual/model.onnx",
                "preprocess_cfg.json",
                "textual/tokenizer.json",
            ],
        );
        let clip = only(models.path());
        assert!(clip.is_complete(), "{:?}", clip.missing);
        assert_eq!((clip.name.as_str(), clip.bytes), ("clip", 20));
        assert_eq!(clip.precisions, [Precision::F32]);
        put(models.path(), &["clip/textual/model_quantized.onnx"]);
        let both = only(models.path()).precisions;
        assert_eq!(both, [Precision::F32, Precision::Int8]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let models = tempfile::tempdir().expect("a folder");
        put(models.path(), &["clip/visual/model.onnx"]);
        assert_eq!(
            only(models.path()).missing,
            [
                "visual/preprocess_cfg.json",
                "textual/model.onnx",
                "textual/tokenizer.json"
            ]
        );
    }

    #[test]
    fn weights_that_the_manifest_names_must_be_there_and_whole() {
        let models = tempfile::tempdir().expect("a folder");
        let folder = models.path().join("clip");
        let files = [
            "visual/model.onnx",
            "visual/model.onnx.data",
            "visual/preprocess_cfg.json",
            "textual/model.onnx",
            "textual/tokenizer.json",
        ];
        put(&folder, &files);
        let manifest = Manifest {
            repository: "immich-app/clip".to_owned(),
            commit: "0".repeat(40),
            files: files
                .iter()
                .map(|path| ManifestFile {
                    path: (*path).to_owned(),
                    bytes: 4,
                    digest: String::new(),
                })
                .collect(),
        };
        manifest.write(&folder).expect("written");
        let clip = only(models.path());
        assert!(clip.is_complete());
        assert_eq!(clip.source, Some((manifest.repository, manifest.commit)));
        fs::write(folder.join("visual/model.onnx.data"), b"12").expect("written");
        assert_eq!(only(models.path()).missing, ["visual/model.onnx.data"]);
        fs::write(folder.join(MANIFEST), b"not json").expect("written");
        assert_eq!(only(models.path()).source, None);
    }
}
