//! Fetching published models from the Hugging Face hub, or from a mirror that speaks like it.
//!
//! Two addresses of the hub are used: what a repository holds, and a file of it. Everything is
//! fetched at one commit, resumed where a connection was cut, checked against the hub's own
//! checksum before it gets its name, and listed in a manifest at the end.
//!
//! The hub's own client, crate `hf-hub` 1.0, is not used. It starts a plain HTTP download anew
//! after a cut, checks no checksum, and brings a second TLS provider (aws-lc-rs, through
//! reqwest's default features, which it does not turn off) and the Xet storage stack with it.

mod download;
mod error;
mod listing;
mod name;
mod part;

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{Client, Url, header};

pub use error::PullError;
pub use name::ModelName;

use self::{
    download::Trouble,
    listing::{Listing, RemoteFile},
};
use super::{
    installed::{Manifest, ManifestFile},
    layout::{INT8_FILE, Tower},
    quantize,
};

/// Where the models are, unless `HF_ENDPOINT` says otherwise.
const ENDPOINT: &str = "https://huggingface.co";

/// Largest answer about what a repository holds.
const MAX_LISTING: usize = 16 << 20;

/// What a pull takes at most.
#[derive(Debug, Clone)]
pub(super) struct Limits {
    /// Bytes of one file.
    pub(super) file: u64,
    /// Bytes of all files.
    pub(super) total: u64,
    /// Number of files.
    pub(super) files: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file: 8 << 30,
            total: 16 << 30,
            files: 4_000,
        }
    }
}

/// How long a pull waits before it gives up.
#[derive(Debug, Clone)]
struct Patience {
    /// Without a single byte.
    idle: Duration,
    /// Attempts in a row that bring next to nothing.
    tries: u32,
    /// Before the second attempt; doubled before each further one.
    pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(60),
            tries: 6,
            pause: Duration::from_secs(1),
        }
    }
}

/// How far a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file that is being fetched, relative to the model's folder.
    pub file: &'a str,
    /// Bytes of it that are here.
    pub done: u64,
    /// Bytes it has.
    pub total: u64,
    /// Bytes of the whole model that are here.
    pub all_done: u64,
    /// Bytes the whole model has.
    pub all_total: u64,
}

/// A model that is completely here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// Its folder.
    pub folder: PathBuf,
    /// The commit that was fetched.
    pub commit: String,
    /// Files that were fetched; the others were there already.
    pub fetched: usize,
    /// Bytes of the model.
    pub bytes: u64,
}

/// A place where models are published.
pub struct Hub {
    endpoint: Url,
    /// `Bearer …`, marked as sensitive: it is not printed by `Debug`, and the HTTP client drops it
    /// when a redirect leads to another host.
    authorization: Option<header::HeaderValue>,
    client: Client,
    limits: Limits,
    patience: Patience,
}

impl Hub {
    /// The hub at `HF_ENDPOINT`, else at huggingface.co, with the token in `HF_TOKEN` or
    /// `HUGGING_FACE_API_KEY` if there is one.
    ///
    /// # Errors
    /// As [`Hub::new`].
    pub fn from_env() -> Result<Self, PullError> {
        let set = |name: &str| {
            std::env::var(name)
                .ok()
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let endpoint = set("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned());
        let token = set("HF_TOKEN").or_else(|| set("HUGGING_FACE_API_KEY"));
        Self::new(&endpoint, token.as_deref())
    }

    /// The hub at an address.
    ///
    /// # Errors
    /// [`PullError::Endpoint`] for what is no address of a server, [`PullError::Token`] for a token
    /// that cannot be sent or would go out unencrypted, [`PullError::Tls`].
    pub fn new(endpoint: &str, token: Option<&str>) -> Result<Self, PullError> {
        Self::with(endpoint, token, Limits::default(), Patience::default())
    }

    fn with(
        endpoint: &str,
        token: Option<&str>,
        limits: Limits,
        patience: Patience,
    ) -> Result<Self, PullError> {
        let not_an_address = || PullError::Endpoint(endpoint.chars().take(200).collect());
        let mut endpoint = Url::parse(endpoint.trim()).map_err(|_| not_an_address())?;
        if !matches!(endpoint.scheme(), "http" | "https")
            || endpoint.host().is_none()
            || !endpoint.username().is_empty()
            || endpoint.password().is_some()
        {
            return Err(not_an_address());
        }
        endpoint.set_query(None);
        endpoint.set_fragment(None);
        let local = match endpoint.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let encrypted = endpoint.scheme() == "https";
        let authorization = token
            .map(|token| {
                if !encrypted && !local {
                    return Err(PullError::Token);
                }
                let mut value = header::HeaderValue::from_str(&format!("Bearer {token}"))
                    .map_err(|_| PullError::Token)?;
                value.set_sensitive(true);
                Ok(value)
            })
            .transpose()?;
        // Another part of the process may have chosen the provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .https_only(encrypted)
            .connect_timeout(patience.idle)
            .read_timeout(patience.idle)
            .user_agent(concat!("Veneer/", env!("CARGO_PKG_VERSION")));
        if local {
            client = client.no_proxy();
        }
        Ok(Self {
            endpoint,
            authorization,
            client: client.build().map_err(|e| PullError::Tls(e.to_string()))?,
            limits,
            patience,
        })
    }

    /// Fetches a model into a folder of its own under `models`, or what is missing of it there.
    ///
    /// A file gets its name only when all of it is here and its checksum is right. Dropping the
    /// future in the middle loses nothing: the next pull goes on from there.
    ///
    /// # Errors
    /// [`PullError`], one for each way it goes wrong.
    pub async fn pull(
        &self,
        name: &ModelName,
        models: &Path,
        mut progress: impl FnMut(Progress<'_>) + Send,
    ) -> Result<Pulled, PullError> {
        let listing = self.list(name).await?;
        let folder = models.join(name.folder());
        fs::create_dir_all(&folder).map_err(PullError::disk(&folder))?;
        let _lock = lock(&folder)?;
        let all_total = listing.bytes();
        let mut before = 0;
        let mut fetched = 0;
        let mut changed = Vec::new();
        for file in &listing.files {
            let mut tell = |done: u64| {
                progress(Progress {
                    file: file.path.as_str(),
                    done,
                    total: file.bytes,
                    all_done: before + done,
                    all_total,
                });
            };
            let url = self.address(&format!(
                "{}/resolve/{}/{}",
                name.repository(),
                listing.commit,
                file.path.as_str()
            ));
            if self.fetch(name, &url, file, &folder, &mut tell).await? {
                fetched += 1;
                changed.extend(Tower::ALL.into_iter().find(|t| file.path.is_in(t.folder())));
            }
            before += file.bytes;
        }
        // What was made of an older version, unless this one brings its own.
        for tower in changed {
            if !listing.has(&format!("{}/{INT8_FILE}", tower.folder())) {
                quantize::forget(&folder.join(tower.folder())).map_err(PullError::disk(&folder))?;
            }
        }
        manifest(name, &listing)
            .write(&folder)
            .map_err(PullError::disk(&folder))?;
        part::sweep(&folder).map_err(PullError::disk(&folder))?;
        Ok(Pulled {
            folder,
            commit: listing.commit,
            fetched,
            bytes: all_total,
        })
    }

    /// What a repository holds.
    async fn list(&self, name: &ModelName) -> Result<Listing, PullError> {
        let mut url = self.address(&format!("api/models/{}/revision/main", name.repository()));
        url.set_query(Some("blobs=true"));
        let mut failures = 0;
        loop {
            match self.listing_bytes(name, &url).await {
                Ok(json) => return Listing::read(name, &json, &self.limits),
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Again(detail)) => {
                    failures += 1;
                    if failures >= self.patience.tries {
                        return Err(PullError::Unreachable {
                            host: self.endpoint.host_str().unwrap_or_default().to_owned(),
                            detail,
                        });
                    }
                    self.pause(failures).await;
                }
            }
        }
    }

    async fn listing_bytes(&self, name: &ModelName, url: &Url) -> Result<Vec<u8>, Trouble> {
        let mut response = self.get(name, url, 0).await?;
        let mut out = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(Trouble::of)? {
            if out.len() + chunk.len() > MAX_LISTING {
                return Err(Trouble::Final(PullError::NotUnderstood {
                    detail: format!("a listing of more than {MAX_LISTING} bytes"),
                }));
            }
            out.extend_from_slice(&chunk);
        }
        Ok(out)
    }

    /// An address below the endpoint, which may have a path of its own.
    fn address(&self, path: &str) -> Url {
        let mut url = self.endpoint.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }

    async fn pause(&self, failures: u32) {
        let longest = Duration::from_secs(30);
        let factor = 2u32.saturating_pow(failures.saturating_sub(1));
        tokio::time::sleep(self.patience.pause.saturating_mul(factor).min(longest)).await;
    }
}

/// Fetches a model by name from the hub that the environment names: [`Hub::from_env`] and
/// [`Hub::pull`] in one.
///
/// # Errors
/// [`PullError`].
pub async fn pull(
    name: &str,
    models: &Path,
    progress: impl FnMut(Progress<'_>) + Send,
) -> Result<Pulled, PullError> {
    let name = ModelName::parse(name)?;
    Hub::from_env()?.pull(&name, models, progress).await
}

/// Held while a model's folder is written to. The operating system lets go of it when the process
/// ends, however it ends.
fn lock(folder: &Path) -> Result<File, PullError> {
    let path = folder.join(".pull.lock");
    let file = File::create(&path).map_err(PullError::disk(&path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(PullError::InUse(folder.to_owned())),
        Err(TryLockError::Error(error)) => Err(PullError::disk(&path)(error)),
    }
}

fn manifest(name: &ModelName, listing: &Listing) -> Manifest {
    let file = |file: &RemoteFile| ManifestFile {
        path: file.path.as_str().to_owned(),
        bytes: file.bytes,
        digest: file.digest.hex().to_owned(),
    };
    Manifest {
        repository: name.repository(),
        commit: listing.commit.clone(),
        files: listing.files.iter().map(file).collect(),
    }
}

#[cfg(test)]
mod tests;
