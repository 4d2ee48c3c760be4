//! From the name of a model, as it stands beside its vectors, to the model.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Embed,
    clip::{ClipEmbedder, ClipError, ClipFolder, Places, Precision, Settings},
};

/// Where models are, and what runs them.
#[derive(Debug, Clone)]
pub struct Models {
    /// A folder with a folder for each model.
    pub folder: PathBuf,
    /// The ONNX Runtime library, where it is configured.
    pub runtime: Option<PathBuf>,
    /// The data folder, where the library may lie as well.
    pub data: PathBuf,
    /// Cores for one run of a model; 0 for all.
    pub threads: usize,
}

/// Why there is no such model.
#[derive(Debug, thiserror::Error)]
pub enum OpenModelError {
    /// A name that leads out of the folder, or none at all.
    #[error("“{0}” is not the name of a model. `veneer models list` shows their names.")]
    Name(String),
    /// It does not work.
    #[error(transparent)]
    Clip(#[from] ClipError),
}

/// The ending of the name of a model's int8 form.
const INT8: &str = "/int8";

impl Models {
    /// The folder of a model and the form that a name means: `ViT-B-32__openai` or
    /// `ViT-B-32__openai/int8`.
    ///
    /// # Errors
    /// [`OpenModelError::Name`].
    pub fn find(&self, name: &str) -> Result<(PathBuf, Precision), OpenModelError> {
        let (folder, precision) = match name.strip_suffix(INT8) {
            Some(folder) => (folder, Precision::Int8),
            None => (name, Precision::F32),
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if folder.is_empty() || folder.starts_with('.') || !folder.chars().all(plain) {
            return Err(OpenModelError::Name(name.chars().take(80).collect()));
        }
        Ok((self.folder.join(folder), precision))
    }

    /// Opens the model of that name; its networks are loaded when they are first needed.
    ///
    /// # Errors
    /// [`OpenModelError`], for the person who set it up.
    pub fn open(&self, name: &str) -> Result<Arc<dyn Embed>, OpenModelError> {
        Ok(Arc::new(self.open_clip(name)?))
    }

    /// The same, with what only CLIP models can do.
    ///
    /// # Errors
    /// [`OpenModelError`].
    pub fn open_clip(&self, name: &str) -> Result<ClipEmbedder, OpenModelError> {
        let (folder, precision) = self.find(name)?;
        Ok(ClipEmbedder::new(
            ClipFolder::open(&folder)?,
            self.settings(precision),
        )?)
    }

    fn settings(&self, precision: Precision) -> Settings {
        Settings {
            precision,
            places: self.places(),
            threads: self.threads,
            ..Settings::default()
        }
    }

    /// Where ONNX Runtime is looked for.
    pub fn places(&self) -> Places {
        Places {
            library: self.runtime.clone(),
            data: Some(self.data.clone()),
        }
    }

    /// The folder of all models.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stays_inside_the_folder() {
        let models = Models {
            folder: PathBuf::from("/models"),
            runtime: None,
            data: PathBuf::from("/data"),
            threads: 0,
        };
        let found = models.find("ViT-B-32__openai/int8").expect("a name");
        assert_eq!(found.0, Path::new("/models/ViT-B-32__openai"));
        assert_eq!(found.1, Precision::Int8);
        for bad in ["", "/int8", "../etc", "a/b", "..", ".hidden", "a b"] {
            assert!(models.find(bad).is_err(), "{bad}");
        }
    }
}
