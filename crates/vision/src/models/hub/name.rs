//! Names of published models and paths of their files: nothing in them leads out of a folder.

use std::path::{Path, PathBuf};

use super::PullError;

/// Whose repositories short names mean: the CLIP models that immich publishes in ONNX.
const DEFAULT_OWNER: &str = "immich-app";

/// The longest owner or repository name the hub gives out.
const MAX_NAME: usize = 96;

/// A model's repository: `owner/name`, or a short name of one by `immich-app`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModelName {
    owner: String,
    name: String,
}

impl ModelName {
    /// Reads a name as a person writes it.
    ///
    /// # Errors
    /// [`PullError::Name`] for what cannot be a repository's name.
    pub fn parse(text: &str) -> Result<Self, PullError> {
        let text = text.trim();
        let (owner, name) = text.split_once('/').unwrap_or((DEFAULT_OWNER, text));
        if is_name(owner) && is_name(name) {
            Ok(Self {
                owner: owner.to_owned(),
                name: name.to_owned(),
            })
        } else {
            Err(PullError::Name(text.chars().take(200).collect()))
        }
    }

    /// `owner/name`.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The folder a model of this name stands in. The hub allows no `--` in a name, so two
    /// repositories never share one.
    pub fn folder(&self) -> String {
        if self.owner == DEFAULT_OWNER {
            self.name.clone()
        } else {
            format!("{}--{}", self.owner, self.name)
        }
    }
}

impl std::fmt::Display for ModelName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// The hub's own rule: letters, digits, `-`, `_` and `.`; no `--` or `..`; `-` and `.` not at the
/// ends.
fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && !name.contains("--")
        && !name.contains("..")
        && !name.starts_with(['-', '.'])
        && !name.ends_with(['-', '.'])
}

/// The longest path of a published file.
const MAX_PATH: usize = 512;

/// A file of a repository: a relative path with forward slashes that stays inside its folder.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RepoPath(String);

impl RepoPath {
    /// # Errors
    /// [`PullError::UnsafePath`] for what leads elsewhere on any system, or cannot be a file's name.
    pub(super) fn parse(path: &str) -> Result<Self, PullError> {
        let plain = |part: &str| {
            !part.is_empty()
                && part != "."
                && part != ".."
                && !part.ends_with([' ', '.'])
                && !part.chars().any(|c| {
                    c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
                })
        };
        if path.len() <= MAX_PATH && path.split('/').all(plain) {
            Ok(Self(path.to_owned()))
        } else {
            Err(PullError::UnsafePath(path.chars().take(200).collect()))
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it stands directly in a folder of the repository.
    pub(super) fn is_in(&self, folder: &str) -> bool {
        self.0
            .rsplit_once('/')
            .is_some_and(|(parent, _)| parent == folder)
    }

    /// Where it stands under `folder`.
    pub(super) fn under(&self, folder: &Path) -> PathBuf {
        let mut out = folder.to_owned();
        out.extend(self.0.split('/'));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn short_names_mean_immichs() {
        let short = ModelName::parse(" ViT-B-32__openai ").expect("a name");
        assert_eq!(short.repository(), "immich-app/ViT-B-32__openai");
        assert_eq!(short.folder(), "ViT-B-32__openai");
        let long = ModelName::parse("immich-app/ViT-B-32__openai").expect("a name");
        assert_eq!(short, long);
        let other = ModelName::parse("someone/clip.v1").expect("a name");
        assert_eq!(other.folder(), "someone--clip.v1");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "/",
            "a/",
            "/b",
            "a/b/c",
            "..",
            "../x",
            "a/..",
            ".hidden",
            "-x",
            "x.",
            "a b",
            "a--b",
            "a%2fb",
            "https://huggingface.co/a/b",
            "ä",
            &"x".repeat(97),
        ] {
            assert!(
                matches!(ModelName::parse(text), Err(PullError::Name(_))),
                "{text}"
            );
        }
    }

    #[test]
    fn paths_that_escape_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "../x",
            "visual/../../x",
            "visual/..",
            "./x",
            "visual//x",
            "visual/",
            "C:/x",
            "visual\\..\\x",
            "a\0b",
            "visual/x. ",
        ] {
            assert!(
                matches!(RepoPath::parse(path), Err(PullError::UnsafePath(_))),
                "{path}"
            );
        }
        let good = RepoPath::parse("visual/model.onnx").expect("a path");
        assert_eq!(
            good.under(Path::new("m")),
            Path::new("m").join("visual").join("model.onnx")
        );
    }

    proptest! {
        #[test]
        fn an_accepted_path_stays_inside(path in r"[a-z./\\: ]{0,24}") {
            if let Ok(good) = RepoPath::parse(&path) {
                let full = good.under(Path::new("folder"));
                prop_assert!(full.starts_with("folder"));
                prop_assert!(full.components().all(|c| matches!(c, std::path::Component::Normal(_))));
            }
        }

        #[test]
        fn an_accepted_name_is_one_folder(name in r"[a-zA-Z0-9./_-]{0,24}") {
            if let Ok(good) = ModelName::parse(&name) {
                prop_assert_eq!(Path::new(&good.folder()).components().count(), 1);
                prop_assert_eq!(good.repository().matches('/').count(), 1);
            }
        }
    }
}
