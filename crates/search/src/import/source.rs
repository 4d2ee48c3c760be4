//! Where the pictures of an import lie: a folder, a ZIP, addresses.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::{Component, Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use zip::ZipArchive;

use super::{ImportError, MAX_PICTURES, unreadable};

/// How deep folders are followed.
const MAX_DEPTH: usize = 8;
/// What a ZIP may hold unpacked, in bytes. Nothing is unpacked but one picture at a time, so that this only
/// bounds the time.
const MAX_UNPACKED: u64 = 1 << 38;

/// Where pictures are read from by their names.
pub(crate) enum Source {
    Folder(PathBuf),
    Zip(Mutex<ZipArchive<BufReader<File>>>),
}

impl Source {
    /// Opens a folder or a ZIP.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let kind = std::fs::metadata(path).map_err(|e| unreadable(path, e))?;
        if kind.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let file = File::open(path).map_err(|e| unreadable(path, e))?;
        let mut zip = ZipArchive::new(BufReader::new(file))
            .map_err(|e| unreadable(path, format!("it is no folder and no ZIP ({e})")))?;
        if zip.len() > MAX_PICTURES {
            return Err(ImportError::TooMany(zip.len()));
        }
        let size = std::fs::metadata(path)
            .map_err(|e| unreadable(path, e))?
            .len();
        if !is_plausible(&mut zip, size, MAX_UNPACKED) {
            return Err(unreadable(
                path,
                "what this ZIP says of itself cannot be true, or is more than fits",
            ));
        }
        Ok(Self::Zip(Mutex::new(zip)))
    }

    /// The names of all ordinary files, with `/` between folders, in order; hidden ones are left out, and links
    /// are not followed.
    pub fn names(&self) -> Result<Vec<String>, ImportError> {
        let mut names = match self {
            Self::Folder(folder) => {
                let mut files = Vec::new();
                walk(folder, 0, &mut files)?;
                files
                    .iter()
                    .map(|f| f.strip_prefix(folder).unwrap_or(f))
                    .map(|f| f.to_string_lossy().replace('\\', "/"))
                    .collect()
            }
            Self::Zip(zip) => {
                let zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
                let names =
                    (0..zip.len()).filter_map(|i| Some(zip.name_for_index(i)?.replace('\\', "/")));
                names
                    .filter(|name| !name.ends_with('/') && is_inside(name) && !is_hidden(name))
                    .collect::<Vec<_>>()
            }
        };
        names.sort();
        Ok(names)
    }

    /// A file by its name, `limit` bytes at most.
    ///
    /// # Errors
    /// A sentence for people.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>, String> {
        let too_large = |size: u64| {
            format!(
                "This file is {} MB; {} MB is what fits.",
                size / 1_000_000,
                limit / 1_000_000
            )
        };
        if !is_inside(name) {
            return Err(format!("“{name}” is not a file below the folder."));
        }
        let mut bytes = Vec::new();
        match self {
            Self::Folder(folder) => {
                let file = folder.join(name);
                let size = std::fs::metadata(&file).map_err(|e| e.to_string())?.len();
                if size > limit {
                    return Err(too_large(size));
                }
                let file = File::open(&file).map_err(|e| e.to_string())?;
                file.take(limit + 1).read_to_end(&mut bytes)
            }
            Self::Zip(zip) => {
                let mut zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
                let place = zip
                    .index_for_name(name)
                    .or_else(|| zip.index_for_name(&name.replace('/', "\\")))
                    .ok_or("There is no such file in the ZIP.")?;
                let entry = zip.by_index(place).map_err(|e| e.to_string())?;
                if entry.size() > limit {
                    return Err(too_large(entry.size()));
                }
                // What an entry says of its size is not what it holds.
                entry.take(limit + 1).read_to_end(&mut bytes)
            }
        }
        .map_err(|e| e.to_string())?;
        if bytes.len() as u64 > limit {
            return Err(too_large(bytes.len() as u64));
        }
        Ok(bytes)
    }
}

/// Whether an archive of so many bytes can hold what it says: entries that share their bytes, or unpack to more
/// than `most` together, are made to fill a disk or a day.
pub(crate) fn is_plausible<R: Read + std::io::Seek>(
    zip: &mut ZipArchive<R>,
    bytes: u64,
    most: u64,
) -> bool {
    let (mut packed, mut unpacked) = (0_u64, 0_u64);
    for place in 0..zip.len() {
        let Ok(entry) = zip.by_index_raw(place) else {
            return false;
        };
        packed = packed.saturating_add(entry.compressed_size());
        unpacked = unpacked.saturating_add(entry.size());
    }
    packed <= bytes && unpacked <= most
}

/// Whether this is an address and no name of a file.
pub(crate) fn is_address(name: &str) -> bool {
    name.starts_with("http://") || name.starts_with("https://")
}

/// Whether a name stays below its folder.
pub(crate) fn is_inside(name: &str) -> bool {
    !name.is_empty()
        && !name.contains('\0')
        && Path::new(name)
            .components()
            .all(|c| matches!(c, Component::Normal(_) | Component::CurDir))
}

fn is_hidden(name: &str) -> bool {
    name.split('/')
        .any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// Ordinary files below a folder; hidden ones and links are not followed.
fn walk(folder: &Path, depth: usize, out: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| unreadable(folder, e))?;
        let kind = entry
            .file_type()
            .map_err(|e| unreadable(&entry.path(), e))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), depth + 1, out)?;
        } else if kind.is_file() {
            if out.len() >= MAX_PICTURES {
                return Err(ImportError::TooMany(out.len() + 1));
            }
            out.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    #[test]
    fn a_name_cannot_lead_out_of_the_folder() {
        assert!(is_inside("wood/a.jpg"));
        for bad in ["", "../secret.jpg", "/etc/passwd", "wood/../../x", "a\0b"] {
            assert!(!is_inside(bad), "{bad}");
        }
    }

    fn zip(files: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("photos.zip");
        let mut out = ZipWriter::new(File::create(&path).expect("a file"));
        for (name, bytes) in files {
            out.start_file(*name, SimpleFileOptions::default())
                .expect("an entry");
            out.write_all(bytes).expect("room");
        }
        out.finish().expect("a ZIP");
        (folder, path)
    }

    #[test]
    fn a_zip_is_read_like_a_folder_and_nothing_leads_out_of_it() {
        let (_folder, path) = zip(&[
            ("oak/b.png", b"bb"),
            ("oak/a.png", b"aaa"),
            ("../evil.png", b"e"),
            ("/etc/passwd", b"e"),
            (".hidden/c.png", b"c"),
            ("__MACOSX/oak/._a.png", b"m"),
        ]);
        let source = Source::open(&path).expect("a ZIP");
        assert_eq!(source.names().expect("names"), ["oak/a.png", "oak/b.png"]);
        assert_eq!(source.read("oak/a.png", 10), Ok(b"aaa".to_vec()));
        assert!(source.read("oak/a.png", 2).is_err());
        assert!(source.read("../evil.png", 10).is_err());
        assert!(source.read("oak/none.png", 10).is_err());
    }

    #[test]
    fn what_unpacks_to_more_than_fits_is_not_unpacked() {
        let (_folder, path) = zip(&[("bomb.png", &vec![0; 4_000_000])]);
        assert!(std::fs::metadata(&path).expect("a file").len() < 20_000);
        let source = Source::open(&path).expect("a ZIP");
        let refused = source.read("bomb.png", 1_000_000).expect_err("too large");
        assert!(refused.contains("4 MB"), "{refused}");
    }

    #[test]
    fn what_is_no_zip_is_called_that() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("photos.zip");
        std::fs::write(&path, b"not a zip").expect("room");
        for path in [path, folder.path().join("nowhere")] {
            let error = Source::open(&path).err().expect("an error").to_string();
            assert!(error.contains("cannot be read"), "{error}");
        }
    }
}
