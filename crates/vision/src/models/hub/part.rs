//! A file on its way: what is here of it, and the hash of that.

use std::{
    fs,
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use sha2::Digest as _;

use super::listing::{Digest, RemoteFile};

/// How unfinished files end.
const SUFFIX: &str = ".part";

/// Bytes that are read or written at a time.
const BUFFER: usize = 1 << 20;

/// The beginning of a file, as far as it came.
///
/// Its name carries the checksum of the whole, so that what is left of an older version is never
/// continued with a newer one. Writes are buffered and short (a megabyte at most), which is little
/// enough to do on the thread of the download.
pub(super) struct Part {
    path: PathBuf,
    file: io::BufWriter<fs::File>,
    hash: Hash,
    remote: RemoteFile,
    len: u64,
}

impl Part {
    /// Opens what an earlier attempt left, or begins.
    pub(super) fn open(target: &Path, remote: &RemoteFile) -> io::Result<Self> {
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".{}{SUFFIX}", &remote.digest.hex()[..16]));
        let path = PathBuf::from(name);
        let mut file = fs::File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        let mut hash = Hash::new(&remote.digest, remote.bytes);
        // Leaves the position at the end, where writing goes on.
        let len = hash.read(&mut file)?;
        let mut part = Self {
            path,
            file: io::BufWriter::with_capacity(BUFFER, file),
            hash,
            remote: remote.clone(),
            len,
        };
        if part.len > remote.bytes {
            part.restart()?;
        }
        Ok(part)
    }

    /// Bytes that are here.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Forgets what is here.
    pub(super) fn restart(&mut self) -> io::Result<()> {
        use std::io::Seek;
        self.file.flush()?;
        self.file.rewind()?;
        self.file.get_ref().set_len(0)?;
        self.hash = Hash::new(&self.remote.digest, self.remote.bytes);
        self.len = 0;
        Ok(())
    }

    /// Adds what came.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Writes out what is buffered.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    /// Gives the file its name if its checksum is right; else deletes it and says false.
    pub(super) fn finish(mut self, target: &Path) -> io::Result<bool> {
        self.file.flush()?;
        if self.hash.hex() != self.remote.digest.hex() {
            self.discard()?;
            return Ok(false);
        }
        self.file.get_ref().sync_all()?;
        fs::rename(&self.path, target)?;
        Ok(true)
    }

    /// Deletes what is here.
    pub(super) fn discard(self) -> io::Result<()> {
        fs::remove_file(&self.path)
    }
}

/// Whether a file with the right content is there already.
pub(super) fn is_complete(target: &Path, remote: &RemoteFile) -> io::Result<bool> {
    let mut file = match fs::File::open(target) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    if file.metadata()?.len() != remote.bytes {
        return Ok(false);
    }
    let mut hash = Hash::new(&remote.digest, remote.bytes);
    hash.read(&mut file)?;
    Ok(hash.hex() == remote.digest.hex())
}

/// Deletes what unfinished downloads of other versions left in a model's folder.
pub(super) fn sweep(folder: &Path) -> io::Result<()> {
    let towers = super::super::layout::Tower::ALL.map(|t| folder.join(t.folder()));
    for folder in towers.iter().map(PathBuf::as_path).chain([folder]) {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.to_string_lossy().ends_with(SUFFIX) {
                fs::remove_file(path)?;
            }
        }
    }
    Ok(())
}

enum Hash {
    Sha256(sha2::Sha256),
    Git(sha1::Sha1),
}

impl Hash {
    fn new(digest: &Digest, bytes: u64) -> Self {
        match digest {
            Digest::Sha256(_) => Self::Sha256(sha2::Sha256::new()),
            // The header that git puts before a file's content.
            Digest::Git(_) => Self::Git(sha1::Sha1::new_with_prefix(format!("blob {bytes}\0"))),
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hash) => hash.update(bytes),
            Self::Git(hash) => hash.update(bytes),
        }
    }

    /// Takes in all of a file; its length.
    fn read(&mut self, file: &mut fs::File) -> io::Result<u64> {
        let mut buffer = vec![0; BUFFER];
        let mut len = 0;
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(len),
                n => {
                    self.update(&buffer[..n]);
                    len += n as u64;
                }
            }
        }
    }

    fn hex(&self) -> String {
        match self {
            Self::Sha256(hash) => hex(&hash.clone().finalize()),
            Self::Git(hash) => hex(&hash.clone().finalize()),
        }
    }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
