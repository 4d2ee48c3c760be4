//! What a vision model says about a guest's photo, beside the visual results and never in their way.
//!
//! The results are on the page at once, with an estimate by similar materials. A configured model is asked
//! meanwhile; when it answers, its analysis takes the estimate's place. What was said of a photo is
//! remembered under a hash that only this library can make, so that the same photo is asked about once.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use catalog::{AnalysisKey, CachedAnalysis, Catalog, Subject};
use material::{Analysis, Token};
use moka::future::Cache;
use photo::Pixels;
use tokio::sync::{Semaphore, watch};
use vision::{Depth, Describe, DescribeError, Source, Wish, provider::Chain};

use crate::{Error, Veneer};

/// Photos that are looked at by a vision model at the same time; each is held in memory meanwhile.
const AT_ONCE: usize = 16;
/// How long what was said of a photo holds.
pub(crate) const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);
/// Bands of the perceptual hash, and how many have to agree for a photo to be nearly the same.
const BANDS: usize = 8;
const BANDS_IN_COMMON: u32 = 6;

/// The vision models in their order, with all that is kept around them.
pub(crate) struct Describers {
    chain: Chain,
    depth: Depth,
    /// Hashes with it cannot be made without the library.
    secret: [u8; 32],
    /// What its calls cost.
    paid: Arc<AtomicU64>,
    /// Searches whose photo is being looked at.
    running: Mutex<HashMap<Token, watch::Receiver<bool>>>,
    /// One call for the same photo, however many send it at once.
    flights: Cache<[u8; 32], Arc<Outcome>>,
    places: Arc<Semaphore>,
}

/// What came of asking.
enum Outcome {
    Said(AnalysisKey, Analysis),
    /// Why not, for the page.
    Failed(String),
}

impl Describers {
    pub fn new(chain: Chain, depth: Depth, secret: [u8; 32], paid: Arc<AtomicU64>) -> Self {
        Self {
            chain,
            depth,
            secret,
            paid,
            running: Mutex::default(),
            flights: Cache::builder()
                .max_capacity(1_000)
                .time_to_live(Duration::from_secs(20))
                .build(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// The models, for whoever looks after them.
    pub fn chain(&self) -> &Chain {
        &self.chain
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<Token, watch::Receiver<bool>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a model is still looking at the photo of this search.
    pub fn is_running(&self, token: &Token) -> bool {
        self.running().contains_key(token)
    }

    /// Waits until no model looks at the photo of this search any more.
    pub async fn finished(&self, token: &Token) {
        let waiting = self.running().get(token).cloned();
        if let Some(mut waiting) = waiting {
            // Fails only when the sender is gone, which means that it is over as well.
            let _ = waiting.wait_for(|done| *done).await;
        }
    }

    /// What was paid by this process since it started, in millionths of a US dollar.
    pub fn paid(&self) -> u64 {
        self.paid.load(Ordering::Relaxed)
    }

    /// What photos are hashed with.
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// What was said of this very photo lately.
    pub async fn recall(
        &self,
        catalog: &Catalog,
        key: [u8; 32],
        depth: Depth,
    ) -> Result<Option<(AnalysisKey, Analysis)>, Error> {
        Ok(catalog
            .recall_analysis(key, None, depth.as_str(), REMEMBERED)
            .await?)
    }

    /// Asks, and remembers what was said.
    pub async fn say(
        &self,
        catalog: &Catalog,
        key: [u8; 32],
        picture: Arc<Pixels>,
        depth: Depth,
        patience: Duration,
    ) -> Result<(AnalysisKey, Analysis), DescribeError> {
        let near = near(&self.secret, photo::perceptual_hash(&picture));
        let described = self.chain.describe_within(picture, depth, patience).await?;
        let source = key_of(&described.source);
        let cached = CachedAnalysis {
            key,
            near,
            source: source.clone(),
            depth: depth.as_str().to_owned(),
            analysis: described.analysis.clone(),
        };
        if let Err(error) = catalog.remember_analysis(&cached).await {
            tracing::warn!(%error, "an analysis could not be remembered");
        }
        Ok((source, described.analysis))
    }

    /// What the models say of a photo that is no search, or why they do not. What somebody wished something of is
    /// not remembered.
    async fn regard(
        &self,
        catalog: &Catalog,
        picture: Arc<Pixels>,
        depth: Depth,
        wish: &Wish,
        patience: Duration,
    ) -> Result<Result<Analysis, String>, Error> {
        let key = photo_key(&self.secret, &picture);
        if wish.is_none()
            && let Some((_, analysis)) = self.recall(catalog, key, depth).await?
        {
            return Ok(Ok(analysis));
        }
        let Ok(_place) = Arc::clone(&self.places).try_acquire_owned() else {
            return Ok(Err(Error::Overloaded.to_string()));
        };
        let said = if wish.is_none() {
            let said = self.say(catalog, key, picture, depth, patience).await;
            said.map(|(_, analysis)| analysis)
        } else {
            let said = self.chain.describe_as(picture, depth, wish, patience).await;
            said.map(|described| described.analysis)
        };
        Ok(said.map_err(|error| {
            log(&error);
            error.to_string()
        }))
    }

    /// Asks, and remembers what was said; when nobody answers, remembers what was said of a photo that is
    /// nearly the same.
    async fn ask(
        &self,
        catalog: &Catalog,
        key: [u8; 32],
        picture: Arc<Pixels>,
        patience: Duration,
    ) -> Outcome {
        let near = near(&self.secret, photo::perceptual_hash(&picture));
        let error = match self.say(catalog, key, picture, self.depth, patience).await {
            Ok((source, analysis)) => return Outcome::Said(source, analysis),
            Err(error) => error,
        };
        log(&error);
        match catalog
            .recall_near(&near, BANDS_IN_COMMON, REMEMBERED)
            .await
        {
            Ok(Some((source, mut analysis))) => {
                analysis.note = Some(format!(
                    "{error} This was said of a photo that is nearly the same."
                ));
                Outcome::Said(source, analysis)
            }
            Ok(None) => Outcome::Failed(error.to_string()),
            Err(fault) => {
                tracing::warn!(error = %fault, "remembered analyses cannot be read");
                Outcome::Failed(error.to_string())
            }
        }
    }
}

fn log(error: &DescribeError) {
    tracing::warn!(
        kind = error.kind(),
        detail = error.detail().as_str(),
        "no vision model answered"
    );
}

fn key_of(source: &Source) -> AnalysisKey {
    AnalysisKey {
        provider: source.provider.clone(),
        model: source.model.clone(),
        prompt_version: source.prompt_version.clone(),
    }
}

/// The key of the estimate by similar materials.
pub(crate) fn estimate_key(analysis: &Analysis) -> AnalysisKey {
    AnalysisKey {
        provider: "built-in".to_owned(),
        model: analysis.model.clone(),
        prompt_version: "1".to_owned(),
    }
}

/// A hash of a picture that nobody can make without the secret: whoever reads the database cannot test
/// whether a given photo was searched with.
pub(crate) fn photo_key(secret: &[u8; 32], picture: &Pixels) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_keyed(secret);
    hasher.update(&picture.width().to_le_bytes());
    hasher.update(&picture.height().to_le_bytes());
    hasher.update(picture.data());
    *hasher.finalize().as_bytes()
}

/// Keyed hashes of the bands of a perceptual hash. Each band is hashed with its place, so that equal
/// bands of different places differ.
fn near(secret: &[u8; 32], phash: u64) -> Vec<[u8; 8]> {
    phash
        .to_be_bytes()
        .iter()
        .take(BANDS)
        .enumerate()
        .map(|(place, band)| {
            let hash = blake3::keyed_hash(secret, &[b'n', place as u8, *band]);
            let mut out = [0; 8];
            out.copy_from_slice(&hash.as_bytes()[..8]);
            out
        })
        .collect()
}

impl Veneer {
    /// Sees to it that a vision model looks at the photo of a search, if there is one: at once when it was
    /// asked about this photo lately, in the background otherwise.
    pub(crate) async fn describe(
        &self,
        token: &Token,
        picture: Arc<Pixels>,
        estimate: Analysis,
    ) -> Result<(), Error> {
        let inner = &self.inner;
        let Some(describers) = &inner.describers else {
            return Ok(());
        };
        let key = photo_key(&describers.secret, &picture);
        if let Some((source, analysis)) = describers
            .recall(&inner.catalog, key, describers.depth)
            .await?
        {
            let subject = Subject::Search(token.clone());
            inner
                .catalog
                .save_analysis(&subject, &source, &analysis)
                .await?;
            return Ok(());
        }
        let (done, waiting) = watch::channel(false);
        describers.running().insert(token.clone(), waiting);
        let (veneer, token) = (self.clone(), token.clone());
        tokio::spawn(async move {
            veneer.describe_now(&token, key, picture, estimate).await;
            if let Some(describers) = &veneer.inner.describers {
                describers.running().remove(&token);
            }
            done.send_replace(true);
        });
        Ok(())
    }

    async fn describe_now(
        &self,
        token: &Token,
        key: [u8; 32],
        picture: Arc<Pixels>,
        mut estimate: Analysis,
    ) {
        let inner = &self.inner;
        let Some(describers) = &inner.describers else {
            return;
        };
        let outcome = match Arc::clone(&describers.places).try_acquire_owned() {
            Ok(_place) => {
                let patience = inner.deadlines.analysis;
                let asking = async {
                    Arc::new(describers.ask(&inner.catalog, key, picture, patience).await)
                };
                describers.flights.get_with(key, asking).await
            }
            Err(_) => Arc::new(Outcome::Failed(Error::Overloaded.to_string())),
        };
        let subject = Subject::Search(token.clone());
        let saved = match outcome.as_ref() {
            Outcome::Said(source, analysis) => {
                inner
                    .catalog
                    .save_analysis(&subject, source, analysis)
                    .await
            }
            Outcome::Failed(why) => {
                // A failure is not kept: the next one who sends this photo asks again.
                describers.flights.invalidate(&key).await;
                estimate.note = Some(why.clone());
                let key = estimate_key(&estimate);
                inner.catalog.save_analysis(&subject, &key, &estimate).await
            }
        };
        if let Err(error) = saved {
            tracing::warn!(%error, "an analysis could not be kept");
        }
    }

    /// Says what a photo shows without making a search of it: by the vision models where some are configured, by
    /// similar materials where none is or none answers; its note says why then.
    ///
    /// # Errors
    /// [`Error::Photo`] for what was sent, [`Error::Overloaded`] when too much waits.
    pub async fn regard(&self, photo: Bytes, depth: Depth, wish: &Wish) -> Result<Analysis, Error> {
        let inner = &self.inner;
        let turn = inner.turns.take().await?;
        let (seen, look, picture) = self.see(&turn, photo, None).await?;
        let mut estimate = self.estimate(&seen, &look.palette).await?;
        drop(turn);
        let Some(describers) = &inner.describers else {
            return Ok(estimate);
        };
        let patience = inner.deadlines.analysis;
        let asked = describers.regard(&inner.catalog, picture, depth, wish, patience);
        match asked.await? {
            Ok(analysis) => Ok(analysis),
            Err(why) => {
                estimate.note = Some(why);
                Ok(estimate)
            }
        }
    }

    /// The image at an address.
    ///
    /// # Errors
    /// [`Error::Fetch`].
    pub async fn fetched(&self, address: &str) -> Result<Bytes, Error> {
        Ok(self.inner.fetcher.fetch(address).await?)
    }

    /// Whether a vision model is still looking at the photo of a search.
    pub fn is_described(&self, token: &Token) -> bool {
        self.inner
            .describers
            .as_ref()
            .is_none_or(|d| !d.is_running(token))
    }

    /// Waits until no vision model looks at the photo of a search any more. At once for one that is not
    /// looked at, or not here.
    pub async fn described(&self, token: &Token) {
        if let Some(describers) = &self.inner.describers {
            describers.finished(token).await;
        }
    }

    /// Asks every configured vision model about one tiny picture; a sentence each.
    pub async fn probe_describers(&self) -> Vec<(bool, String)> {
        match &self.inner.describers {
            Some(describers) => describers
                .chain()
                .probe()
                .await
                .iter()
                .map(|probe| (probe.outcome.is_ok(), probe.sentence()))
                .collect(),
            None => Vec::new(),
        }
    }

    /// Who would be asked about a photo, `provider: model`; `None` when nobody is configured.
    pub fn describer(&self) -> Option<String> {
        let describers = self.inner.describers.as_ref()?;
        let source = describers.chain().source();
        Some(format!("{}: {}", source.provider, source.model))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_has_one_key_in_one_library() {
        let picture = Pixels::from_fn(8, 8, |x, y| [x as u8, y as u8, 0]);
        let other = Pixels::from_fn(8, 8, |x, y| [x as u8, y as u8, 1]);
        let (mine, yours) = ([1; 32], [2; 32]);
        assert_eq!(photo_key(&mine, &picture), photo_key(&mine, &picture));
        assert_ne!(photo_key(&mine, &picture), photo_key(&yours, &picture));
        assert_ne!(photo_key(&mine, &picture), photo_key(&mine, &other));
    }

    #[test]
    fn bands_agree_where_hashes_do() {
        let secret = [7; 32];
        let common = |a: u64, b: u64| {
            let (a, b) = (near(&secret, a), near(&secret, b));
            a.iter().zip(&b).filter(|(x, y)| x == y).count()
        };
        assert_eq!(common(0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef), 8);
        assert_eq!(common(0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdee), 7);
        assert_eq!(common(0, u64::MAX), 0);
        let all = near(&secret, 0);
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), BANDS, "a place is part of the hash");
    }
}
