//! One file, in as many attempts as it takes.

use std::path::Path;

use reqwest::{Response, StatusCode, Url, header};

use super::{Hub, ModelName, PullError, listing::RemoteFile, part, part::Part};

/// What an attempt met.
pub(super) enum Trouble {
    /// It may go better next time; the text is for the log.
    Again(String),
    /// It will not.
    Final(PullError),
}

impl Trouble {
    /// A cut connection or a silence. The address is left out: on the storage behind the hub it
    /// carries a signature.
    pub(super) fn of(error: reqwest::Error) -> Self {
        use std::error::Error;
        let error = error.without_url();
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        Self::Again(text)
    }
}

/// An attempt that brings less than this counts as one that failed.
const ADVANCE: u64 = 64 << 10;

impl Hub {
    /// Fetches a file, going on from what is here of it. Whether it was not there already.
    pub(super) async fn fetch(
        &self,
        name: &ModelName,
        url: &Url,
        file: &RemoteFile,
        folder: &Path,
        tell: &mut (dyn FnMut(u64) + Send),
    ) -> Result<bool, PullError> {
        let target = file.path.under(folder);
        let disk = PullError::disk(&target);
        if aside({
            let (target, file) = (target.clone(), file.clone());
            move || part::is_complete(&target, &file)
        })
        .await
        .map_err(&disk)?
        {
            tell(file.bytes);
            return Ok(false);
        }
        if let Some(parent) = target.parent() {
            std::fs::create_dir_all(parent).map_err(&disk)?;
        }
        let mut part = aside({
            let (target, file) = (target.clone(), file.clone());
            move || Part::open(&target, &file)
        })
        .await
        .map_err(&disk)?;
        tell(part.len());
        let mut failures = 0;
        while part.len() < file.bytes {
            let before = part.len();
            match self.attempt(name, url, file, &mut part, tell).await {
                Ok(()) => {}
                Err(Trouble::Final(error)) => {
                    if matches!(error, PullError::WrongSize(_)) {
                        part.discard().map_err(&disk)?;
                    }
                    return Err(error);
                }
                Err(Trouble::Again(detail)) => {
                    part.flush().map_err(&disk)?;
                    let advanced = part.len().saturating_sub(before) >= ADVANCE;
                    failures = if advanced { 1 } else { failures + 1 };
                    tracing::debug!(file = file.path.as_str(), %detail, failures, "cut off");
                    if failures >= self.patience.tries {
                        return Err(PullError::Cut {
                            file: file.path.as_str().to_owned(),
                            done_mb: part.len() / 1_000_000,
                            total_mb: file.bytes / 1_000_000,
                            detail,
                        });
                    }
                    self.pause(failures).await;
                }
            }
        }
        if aside(move || part.finish(&target)).await.map_err(&disk)? {
            Ok(true)
        } else {
            Err(PullError::Checksum(file.path.as_str().to_owned()))
        }
    }

    /// One request: adds what it brings to the part.
    async fn attempt(
        &self,
        name: &ModelName,
        url: &Url,
        file: &RemoteFile,
        part: &mut Part,
        tell: &mut (dyn FnMut(u64) + Send),
    ) -> Result<(), Trouble> {
        let path = file.path.as_str();
        let disk = |error| Trouble::Final(PullError::disk(Path::new(path))(error));
        let mut response = self.get(name, url, part.len()).await?;
        let goes_on = response.status() == StatusCode::PARTIAL_CONTENT
            && begins_at(&response) == Some(part.len());
        if !goes_on && part.len() > 0 {
            // The whole file comes, or a piece that was not asked for.
            part.restart().map_err(disk)?;
        }
        if response.status() != StatusCode::OK && !goes_on {
            return Err(Trouble::Again(format!(
                "{} with {:?}",
                response.status(),
                response.headers().get(header::CONTENT_RANGE)
            )));
        }
        while let Some(chunk) = response.chunk().await.map_err(Trouble::of)? {
            if part.len() + chunk.len() as u64 > file.bytes {
                return Err(Trouble::Final(PullError::WrongSize(path.to_owned())));
            }
            part.write(&chunk).map_err(disk)?;
            tell(part.len());
        }
        if part.len() < file.bytes {
            return Err(Trouble::Again("the answer ended early".to_owned()));
        }
        Ok(())
    }

    /// Asks for what stands at an address, from a byte on.
    pub(super) async fn get(
        &self,
        name: &ModelName,
        url: &Url,
        from: u64,
    ) -> Result<Response, Trouble> {
        let mut request = self.client.get(url.clone());
        if let Some(authorization) = &self.authorization {
            request = request.header(header::AUTHORIZATION, authorization.clone());
        }
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        let response = request.send().await.map_err(Trouble::of)?;
        let status = response.status();
        let repository = name.repository();
        match status {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                Ok(response)
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Err(Trouble::Again(status.to_string()))
            }
            _ if status.is_server_error() => Err(Trouble::Again(status.to_string())),
            _ => Err(Trouble::Final(match (status, error_code(&response)) {
                (_, "GatedRepo") => PullError::Gated(repository),
                (StatusCode::NOT_FOUND, _) => PullError::NotFound(repository),
                // To somebody without a token the hub does not say which of the two it is.
                (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                    PullError::Unauthorised(repository)
                }
                _ => PullError::Status(status.as_u16()),
            })),
        }
    }
}

/// Hashing and syncing a large file may take seconds, so it goes to a thread of its own.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> std::io::Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)?
}

/// The hub's own word for an error.
fn error_code(response: &Response) -> &str {
    response
        .headers()
        .get("x-error-code")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

/// The first byte of a partial answer: `Content-Range: bytes 200-999/1000`.
fn begins_at(response: &Response) -> Option<u64> {
    let range = response.headers().get(header::CONTENT_RANGE)?;
    let (first, _) = range
        .to_str()
        .ok()?
        .strip_prefix("bytes ")?
        .split_once('-')?;
    first.parse().ok()
}
