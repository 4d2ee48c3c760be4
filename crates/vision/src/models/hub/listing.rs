//! What a repository holds, as the hub says.

use serde::Deserialize;

use super::{Limits, ModelName, PullError, name::RepoPath};
use crate::models::layout::{self, Tower};

/// A repository at one commit, reduced to the files that Veneer reads.
#[derive(Debug)]
pub(super) struct Listing {
    /// The commit, 40 hex digits: every file is fetched at this one, so that a change on the other
    /// side in the middle mixes nothing.
    pub(super) commit: String,
    pub(super) files: Vec<RemoteFile>,
}

/// A file to fetch.
#[derive(Debug, Clone)]
pub(super) struct RemoteFile {
    pub(super) path: RepoPath,
    pub(super) bytes: u64,
    pub(super) digest: Digest,
}

/// What a file's content must hash to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Digest {
    /// Large files: SHA-256 of the content, by which Git LFS knows it.
    Sha256(String),
    /// Small files: the id git gives the content, SHA-1 over a short header and it.
    Git(String),
}

impl Digest {
    pub(super) fn hex(&self) -> &str {
        match self {
            Self::Sha256(hex) | Self::Git(hex) => hex,
        }
    }
}

/// The answer of `/api/models/{repository}/revision/{revision}?blobs=true`.
#[derive(Deserialize)]
struct Answer {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    blob_id: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Deserialize)]
struct Lfs {
    sha256: String,
    size: u64,
}

impl Listing {
    /// Reads the hub's answer.
    ///
    /// # Errors
    /// Unreadable JSON, unsafe paths, a repository without a CLIP model in ONNX, sizes over the
    /// limits.
    pub(super) fn read(name: &ModelName, json: &[u8], limits: &Limits) -> Result<Self, PullError> {
        let not_understood = |detail: String| PullError::NotUnderstood { detail };
        let answer: Answer =
            serde_json::from_slice(json).map_err(|e| not_understood(e.to_string()))?;
        if !is_hex(&answer.sha, 40) {
            return Err(not_understood(format!("commit {:?}", answer.sha)));
        }
        let paths = answer
            .siblings
            .iter()
            .map(|s| RepoPath::parse(&s.rfilename))
            .collect::<Result<Vec<_>, _>>()?;
        let all: Vec<&str> = paths.iter().map(RepoPath::as_str).collect();
        let mut files = Vec::new();
        for (sibling, path) in answer.siblings.iter().zip(&paths) {
            if layout::is_wanted(path.as_str(), &all) {
                files.push(remote_file(sibling, path.clone())?);
            }
        }
        complete(name, &files)?;
        within(&files, limits)?;
        // A model's file last, after the weights beside it: where it stands, all of it does.
        files.sort_by_key(|f| f.path.as_str().ends_with(".onnx"));
        Ok(Self {
            commit: answer.sha,
            files,
        })
    }

    /// Whether a file of this path is among them.
    pub(super) fn has(&self, path: &str) -> bool {
        self.files.iter().any(|f| f.path.as_str() == path)
    }

    /// Bytes of all files together.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }
}

fn remote_file(sibling: &Sibling, path: RepoPath) -> Result<RemoteFile, PullError> {
    let unknown = || PullError::NotUnderstood {
        detail: format!("no size or checksum for {}", path.as_str()),
    };
    let (bytes, digest) = match (&sibling.lfs, sibling.size, &sibling.blob_id) {
        (Some(lfs), ..) if is_hex(&lfs.sha256, 64) => {
            (lfs.size, Digest::Sha256(lfs.sha256.to_ascii_lowercase()))
        }
        (None, Some(size), Some(id)) if is_hex(id, 40) => {
            (size, Digest::Git(id.to_ascii_lowercase()))
        }
        _ => return Err(unknown()),
    };
    Ok(RemoteFile {
        path,
        bytes,
        digest,
    })
}

/// Both towers must be there, each with its configuration.
fn complete(name: &ModelName, files: &[RemoteFile]) -> Result<(), PullError> {
    let mut missing = Vec::new();
    for tower in Tower::ALL {
        let (folder, configuration) = (tower.folder(), layout::configuration_name(tower));
        let inside = |f: &RemoteFile, wanted: &dyn Fn(&str) -> bool| {
            f.path
                .as_str()
                .strip_prefix(folder)
                .and_then(|rest| rest.strip_prefix('/'))
                .is_some_and(wanted)
        };
        if !files.iter().any(|f| inside(f, &layout::is_model_name)) {
            missing.push(format!("{folder}/model.onnx"));
        }
        if !files
            .iter()
            .any(|f| f.path.as_str() == configuration || inside(f, &|n| n == configuration))
        {
            missing.push(format!("{folder}/{configuration}"));
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(PullError::NotAModel {
            repository: name.repository(),
            missing,
        })
    }
}

fn within(files: &[RemoteFile], limits: &Limits) -> Result<(), PullError> {
    if files.len() > limits.files {
        return Err(PullError::TooMany {
            files: files.len(),
            limit: limits.files,
        });
    }
    let mut total = 0u64;
    for file in files {
        let is_configuration = [".json", ".txt"]
            .iter()
            .any(|end| file.path.as_str().ends_with(end));
        let limit = if is_configuration {
            limits.file.min(layout::MAX_CONFIGURATION)
        } else {
            limits.file
        };
        total = total.saturating_add(file.bytes);
        for (what, bytes, limit) in [
            (file.path.as_str(), file.bytes, limit),
            ("the model", total, limits.total),
        ] {
            if bytes > limit {
                return Err(PullError::TooLarge {
                    what: what.to_owned(),
                    mb: bytes / 1_000_000,
                    limit_mb: limit / 1_000_000,
                });
            }
        }
    }
    Ok(())
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn large(path: &str, bytes: u64) -> Value {
        json!({"rfilename": path, "size": bytes, "blobId": "ab".repeat(20),
               "lfs": {"sha256": "CD".repeat(32), "size": bytes, "pointerSize": 134}})
    }

    fn small(path: &str) -> Value {
        json!({"rfilename": path, "size": 10, "blobId": "ab".repeat(20)})
    }

    fn read(siblings: Vec<Value>) -> Result<Listing, PullError> {
        let name = ModelName::parse("x").expect("a name");
        let json = json!({"sha": "0f".repeat(20), "siblings": siblings, "private": false});
        Listing::read(&name, json.to_string().as_bytes(), &Limits::default())
    }

    fn model() -> Vec<Value> {
        vec![
            large("visual/model.onnx", 1_000),
            large("visual/model.onnx.data", 2_000),
            small("visual/preprocess_cfg.json"),
            large("textual/model.onnx", 500),
            small("textual/tokenizer.json"),
            small("README.md"),
        ]
    }

    #[test]
    fn files_come_with_size_and_digest_models_last() {
        let listing = read(model()).expect("a listing");
        assert_eq!(listing.commit, "0f".repeat(20));
        assert_eq!(listing.bytes(), 3_520);
        let paths: Vec<&str> = listing.files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths[3..], ["visual/model.onnx", "textual/model.onnx"]);
        assert_eq!(listing.files[0].digest, Digest::Sha256("cd".repeat(32)));
        assert_eq!(listing.files[1].digest, Digest::Git("ab".repeat(20)));
    }

    #[test]
    fn a_path_that_escapes_refuses_the_repository() {
        let mut siblings = model();
        siblings.push(small("../../.ssh/authorized_keys"));
        assert!(matches!(read(siblings), Err(PullError::UnsafePath(_))));
    }

    #[test]
    fn what_is_no_clip_model_says_what_it_misses() {
        let Err(PullError::NotAModel { missing, .. }) = read(vec![small("config.json")]) else {
            panic!("accepted");
        };
        assert_eq!(missing.len(), 4);
    }

    #[test]
    fn sizes_over_the_limits_are_refused() {
        for (at, bytes) in [(0, 9 << 30), (2, 100 << 20)] {
            let mut siblings = model();
            let path = siblings[at]["rfilename"]
                .as_str()
                .expect("a path")
                .to_owned();
            siblings[at] = large(&path, bytes);
            assert!(
                matches!(read(siblings), Err(PullError::TooLarge { .. })),
                "{path}"
            );
        }
        let mut siblings = model();
        siblings.extend((0..3).map(|i| large(&format!("visual/w{i}"), 6 << 30)));
        assert!(matches!(read(siblings), Err(PullError::TooLarge { .. })));
        let mut siblings = model();
        siblings.extend((0..5_000).map(|i| small(&format!("visual/w{i}"))));
        assert!(matches!(read(siblings), Err(PullError::TooMany { .. })));
    }

    #[test]
    fn answers_that_make_no_sense_are_refused() {
        let name = ModelName::parse("x").expect("a name");
        for json in ["", "[]", "{\"sha\":\"main\",\"siblings\":[]}"] {
            let read = Listing::read(&name, json.as_bytes(), &Limits::default());
            assert!(
                matches!(read, Err(PullError::NotUnderstood { .. })),
                "{json}"
            );
        }
        for odd in [
            json!({"rfilename": "visual/model.onnx"}),
            json!({"rfilename": "visual/model.onnx", "size": 1, "blobId": "zz"}),
            json!({"rfilename": "visual/model.onnx", "size": 1, "blobId": "ab".repeat(20),
                   "lfs": {"sha256": "short", "size": 1}}),
        ] {
            let mut siblings = model();
            siblings[0] = odd;
            assert!(matches!(
                read(siblings),
                Err(PullError::NotUnderstood { .. })
            ));
        }
    }
}
