//! The file: a tar archive whose last entry has the checksum of every other.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use tokio::sync::mpsc::{Receiver, Sender};

use super::BackupError;

pub(super) const MANIFEST: &str = "veneer-backup.json";
const CHECKSUMS: &str = "checksums.txt";
/// The largest entry that is taken, as it lies in the file and opened.
const MOST: u64 = 64 << 20;
const MOST_OPENED: u64 = 512 << 20;

/// What is sent to or comes from the thread that has the file.
pub(super) enum Sent {
    /// An entry; where its name ends in `.gz` it is packed on its way.
    Entry(String, Vec<u8>),
    /// All were sent.
    End,
}

fn failed(path: &Path, what: &'static str) -> impl Fn(std::io::Error) -> BackupError {
    move |error| BackupError::File {
        path: path.to_owned(),
        what,
        reason: error.to_string(),
    }
}

/// Removes what was begun and not finished.
struct Unfinished<'a>(Option<&'a Path>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(path) = self.0 {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A file that only its owner reads: it has everything in it, keys for hashing too.
fn create(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes entries as they come, beside the file at first, and gives it its name when all is on the disk. Says how
/// many bytes there are.
pub(super) fn write(path: &Path, mut entries: Receiver<Sent>) -> Result<u64, BackupError> {
    if path.exists() {
        return Err(BackupError::Exists(path.to_owned()));
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let beside = PathBuf::from(name);
    let failed = failed(path, "written");
    let file = create(&beside).map_err(&failed)?;
    let mut unfinished = Unfinished(Some(&beside));
    let mut tar = tar::Builder::new(BufWriter::with_capacity(1 << 20, file));
    let mut sums = String::new();
    loop {
        match entries.blocking_recv() {
            Some(Sent::Entry(name, bytes)) => {
                let bytes = if name.ends_with(".gz") {
                    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
                    packed.write_all(&bytes).map_err(&failed)?;
                    packed.finish().map_err(&failed)?
                } else {
                    bytes
                };
                sums.push_str(&format!("{}  {name}\n", blake3::hash(&bytes).to_hex()));
                append(&mut tar, &name, &bytes).map_err(&failed)?;
            }
            Some(Sent::End) => break,
            // Whoever sends has failed and says why.
            None => return Err(BackupError::Damaged("it was cut off".into())),
        }
    }
    append(&mut tar, CHECKSUMS, sums.as_bytes()).map_err(&failed)?;
    let file = tar.into_inner().map_err(&failed)?;
    let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_all().map_err(&failed)?;
    let bytes = file.metadata().map_err(&failed)?.len();
    std::fs::rename(&beside, path).map_err(&failed)?;
    unfinished.0 = None;
    Ok(bytes)
}

fn append(tar: &mut tar::Builder<impl Write>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o600);
    tar.append_data(&mut header, name, bytes)
}

/// Hands every entry but the checksums to `take`, as it lies in the file; says what the checksums are and which
/// there should be.
fn walk(
    path: &Path,
    mut take: impl FnMut(&str, Vec<u8>) -> Result<(), BackupError>,
) -> Result<Option<String>, BackupError> {
    let file = File::open(path).map_err(failed(path, "read"))?;
    let mut tar = tar::Archive::new(BufReader::with_capacity(1 << 20, file));
    let broken = |error: std::io::Error| BackupError::Damaged(error.to_string());
    let mut first = true;
    for entry in tar.entries().map_err(broken)? {
        let not_one = || BackupError::NotOne(path.to_owned());
        let mut entry = match entry {
            Ok(entry) => entry,
            Err(_) if first => return Err(not_one()),
            Err(error) => return Err(broken(error)),
        };
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if std::mem::take(&mut first) && name != MANIFEST {
            return Err(not_one());
        }
        if entry.size() > MOST {
            return Err(BackupError::Damaged(format!("{name} is too large")));
        }
        let mut bytes = Vec::with_capacity(entry.size() as usize);
        entry.read_to_end(&mut bytes).map_err(broken)?;
        if name == CHECKSUMS {
            let text = String::from_utf8(bytes)
                .map_err(|_| BackupError::Damaged("its checksums are no text".into()))?;
            return Ok(Some(text));
        }
        take(&name, bytes)?;
    }
    if first {
        return Err(BackupError::NotOne(path.to_owned()));
    }
    Ok(None)
}

/// Reads the whole file, and compares every entry with its checksum; says how many bytes there are.
pub(super) fn verify(path: &Path) -> Result<u64, BackupError> {
    let mut sums = String::new();
    let told = walk(path, |name, bytes| {
        sums.push_str(&format!("{}  {name}\n", blake3::hash(&bytes).to_hex()));
        Ok(())
    })?;
    let Some(told) = told else {
        return Err(BackupError::Damaged("its end is missing".into()));
    };
    if let Some((is, _)) = sums.lines().zip(told.lines()).find(|(is, told)| is != told) {
        let name = is.split_once("  ").map_or(is, |(_, name)| name);
        return Err(BackupError::Damaged(format!(
            "{name} is not what was written"
        )));
    }
    if sums != told {
        return Err(BackupError::Damaged("entries are missing".into()));
    }
    let length = std::fs::metadata(path).map_err(failed(path, "read"))?;
    Ok(length.len())
}

/// The first entry.
pub(super) fn manifest(path: &Path) -> Result<Vec<u8>, BackupError> {
    let mut found = None;
    let looked = walk(path, |_, bytes| {
        found = Some(bytes);
        // One is enough.
        Err(BackupError::NotOne(path.to_owned()))
    });
    match (found, looked) {
        (Some(bytes), _) => Ok(bytes),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Err(BackupError::NotOne(path.to_owned())),
    }
}

/// Sends every entry, unpacked.
pub(super) fn read(path: &Path, to: &Sender<Sent>) -> Result<(), BackupError> {
    walk(path, |name, bytes| {
        let bytes = if name.ends_with(".gz") {
            let mut opened = Vec::new();
            GzDecoder::new(&bytes[..])
                .take(MOST_OPENED)
                .read_to_end(&mut opened)
                .map_err(|error| BackupError::Damaged(format!("{name}: {error}")))?;
            opened
        } else {
            bytes
        };
        // Nobody listens any more: whoever did says why.
        to.blocking_send(Sent::Entry(name.to_owned(), bytes))
            .map_err(|_| BackupError::Damaged("it was cut off".into()))
    })?;
    let _ = to.blocking_send(Sent::End);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(folder: &Path) -> PathBuf {
        let path = folder.join("backup.tar");
        let (to, from) = tokio::sync::mpsc::channel(8);
        for (name, bytes) in [
            (MANIFEST, &b"{}"[..]),
            ("tables/shares/000000.jsonl.gz", b"{\"a\":1}\n"),
            ("images/ab.640.webp", &[7; 3000]),
        ] {
            let sent = Sent::Entry(name.to_owned(), bytes.to_vec());
            to.try_send(sent).expect("room");
        }
        to.try_send(Sent::End).expect("room");
        let bytes = write(&path, from).expect("it can be written");
        assert_eq!(bytes, verify(&path).expect("it is whole"));
        path
    }

    #[test]
    fn what_was_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path());
        assert_eq!(manifest(&path).expect("a manifest"), b"{}");
        let (to, mut from) = tokio::sync::mpsc::channel(8);
        read(&path, &to).expect("it can be read");
        let mut names = Vec::new();
        while let Ok(Sent::Entry(name, bytes)) = from.try_recv() {
            names.push((name, bytes.len()));
        }
        assert_eq!(names[1], ("tables/shares/000000.jsonl.gz".to_owned(), 8));
        assert_eq!(names[2], ("images/ab.640.webp".to_owned(), 3000));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("a file").permissions();
            assert_eq!(mode.mode() & 0o077, 0, "others may not read it");
        }
    }

    #[test]
    fn no_byte_can_change_unseen() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path());
        let whole = std::fs::read(&path).expect("a file");
        // Into the picture, and every place where it may be cut off but the padding at the end.
        let mut other = whole.clone();
        let at = whole.windows(8).position(|w| w == [7; 8]).expect("it");
        other[at + 5] ^= 1;
        std::fs::write(&path, &other).expect("a file");
        let error = verify(&path).expect_err("one bit is another");
        assert!(error.to_string().contains("ab.640.webp"), "{error}");
        for cut in (1..whole.len() - 1024 - 512).step_by(97) {
            std::fs::write(&path, &whole[..cut]).expect("a file");
            assert!(verify(&path).is_err(), "cut at {cut} of {}", whole.len());
        }
    }

    #[test]
    fn what_is_no_backup_is_called_that() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, bytes) in [("empty", &b""[..]), ("text", &[b'x'; 2000])] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).expect("a file");
            for error in [verify(&path).err(), manifest(&path).err()] {
                assert!(matches!(error, Some(BackupError::NotOne(_))), "{name}");
            }
        }
        let gone = verify(&folder.path().join("gone")).err();
        assert!(matches!(gone, Some(BackupError::File { .. })), "{gone:?}");
    }

    #[test]
    fn what_is_there_stays_and_what_is_cut_off_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = written(folder.path());
        let (_, from) = tokio::sync::mpsc::channel(1);
        let error = write(&path, from).err();
        assert!(matches!(error, Some(BackupError::Exists(_))), "{error:?}");
        let another = folder.path().join("another.tar");
        let (_, from) = tokio::sync::mpsc::channel(1);
        assert!(write(&another, from).is_err());
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "only the first one");
    }
}
