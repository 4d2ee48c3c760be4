//! What a file of an upload is called.

use std::path::{Path, PathBuf};

/// What a file of an upload is called: names of folders and its own, with `/` between them. It cannot lead out of the
/// upload, and cannot be taken for anything but a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UploadPath(String);

/// Why a file cannot be called that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPath {
    /// Nothing, or a name between two slashes is missing.
    #[error("A file or one of its folders has no name.")]
    Empty,
    /// More letters than it may have.
    #[error(
        "The name of a file with its folders has {} letters at most.",
        UploadPath::LONGEST
    )]
    TooLong,
    /// More folders than it may have.
    #[error("A file lies {} folders deep at most.", UploadPath::DEEPEST - 1)]
    TooDeep,
    /// It begins at the root, or climbs out of the upload.
    #[error("A file is named from the folder that is uploaded downwards, without “..”.")]
    Outside,
    /// It has letters that names do not have.
    #[error("The name of a file has no backslashes and no control characters.")]
    Letters,
}

/// What systems leave in folders, beside what is hidden.
const LITTER: [&str; 3] = ["Thumbs.db", "desktop.ini", "__MACOSX"];
/// What a file system takes for one name, in bytes.
const LONGEST_NAME: usize = 255;

impl UploadPath {
    /// The most letters.
    pub const LONGEST: usize = 200;
    /// The most names, the file's own among them.
    pub const DEEPEST: usize = 8;

    /// Reads a name with its folders.
    ///
    /// # Errors
    /// [`BadPath`].
    pub fn parse(text: &str) -> Result<Self, BadPath> {
        if text.chars().count() > Self::LONGEST {
            return Err(BadPath::TooLong);
        }
        if text.chars().any(|c| c.is_control() || c == '\\') {
            return Err(BadPath::Letters);
        }
        if text.starts_with('/') || has_drive(text) {
            return Err(BadPath::Outside);
        }
        let names: Vec<&str> = text.split('/').collect();
        if names.len() > Self::DEEPEST {
            return Err(BadPath::TooDeep);
        }
        for name in names {
            match name {
                "." | ".." => return Err(BadPath::Outside),
                name if name.trim().is_empty() => return Err(BadPath::Empty),
                name if name.len() > LONGEST_NAME => return Err(BadPath::TooLong),
                _ => {}
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is hidden, or litter of a system: such files are passed over.
    pub fn is_litter(&self) -> bool {
        let mut names = self.0.split('/');
        names.any(|name| name.starts_with('.') || LITTER.contains(&name))
    }

    /// Where it lies below a folder.
    pub(super) fn below(&self, folder: &Path) -> PathBuf {
        let mut path = folder.to_owned();
        path.extend(self.0.split('/'));
        path
    }

    /// What kind of file it says it is.
    pub(super) fn kind(&self) -> FileKind {
        let ending = self.0.rsplit_once('.').map(|(_, ending)| ending);
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("zip") => FileKind::Zip,
            Some("csv" | "xlsx" | "json") => FileKind::Table,
            _ => FileKind::Picture,
        }
    }
}

impl std::fmt::Display for UploadPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// `C:…` is a place of its own on some systems.
fn has_drive(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic()) && letters.next() == Some(':')
}

/// What a file says it is, by the ending of its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Zip,
    Table,
    Picture,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_stays_where_it_belongs() {
        for good in [
            "a.jpg",
            "wood/oak/a.jpg",
            "Möbel/Eiche 3.JPG",
            "a..b/c",
            "1/2/3/4/5/6/7/8",
        ] {
            let path = UploadPath::parse(good).expect(good);
            assert_eq!(path.as_str(), good);
            assert!(path.below(Path::new("/in")).starts_with("/in"));
        }
        for (bad, why) in [
            ("", BadPath::Empty),
            ("a//b", BadPath::Empty),
            ("a/", BadPath::Empty),
            ("a/ /b", BadPath::Empty),
            ("/etc/passwd", BadPath::Outside),
            ("../a", BadPath::Outside),
            ("a/../../b", BadPath::Outside),
            ("./a", BadPath::Outside),
            ("C:/a", BadPath::Outside),
            ("c:a", BadPath::Outside),
            ("a\\..\\b", BadPath::Letters),
            ("a\0b", BadPath::Letters),
            ("a\nb", BadPath::Letters),
            ("1/2/3/4/5/6/7/8/9", BadPath::TooDeep),
        ] {
            assert_eq!(UploadPath::parse(bad), Err(why), "{bad:?}");
        }
        assert_eq!(UploadPath::parse(&"x".repeat(201)), Err(BadPath::TooLong));
        assert_eq!(UploadPath::parse(&"木".repeat(100)), Err(BadPath::TooLong));
    }

    #[test]
    fn litter_is_known() {
        let is = |text: &str| UploadPath::parse(text).expect(text).is_litter();
        assert!(
            is(".DS_Store") && is("oak/Thumbs.db") && is(".git/config") && is("__MACOSX/a.png")
        );
        assert!(!is("oak/a.png") && !is("a.b"));
    }

    #[test]
    fn kinds_are_told_by_endings() {
        let kind = |text: &str| UploadPath::parse(text).expect(text).kind();
        assert_eq!(kind("photos.ZIP"), FileKind::Zip);
        assert_eq!(kind("a/list.xlsx"), FileKind::Table);
        assert_eq!(
            (kind("a.png"), kind("zip")),
            (FileKind::Picture, FileKind::Picture)
        );
    }

    proptest! {
        /// Whatever is sent, what is taken lies below the folder, by plain names alone.
        #[test]
        fn nothing_leads_out(text in "[a-c./\\\\: \u{0}-\u{2}]{0,24}") {
            if let Ok(path) = UploadPath::parse(&text) {
                let below = path.below(Path::new("in"));
                let names: Vec<_> = below.components().skip(1).collect();
                prop_assert!(names.iter().all(|c| matches!(c, std::path::Component::Normal(_))));
                prop_assert_eq!(names.len(), text.split('/').count());
            }
        }
    }
}
