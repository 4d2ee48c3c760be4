//! Veneer as its doors see it: opened once, shared by every request.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use catalog::{Catalog, ImageSize};
use material::SwatchId;
use photo::Limits;
use tokio::sync::Semaphore;
use vision::{
    Depth, Describe, Embed, LookEmbedder,
    caption::{CaptionError, CaptionSettings, Captioner},
    provider::{Caps, Chain, HttpEmbedder, ProviderSettings, Resilience},
};

use crate::{
    Error, RedisAddress, SwitchError,
    audit::CHANGES_LAST,
    caches::Caches,
    describe::{Describers, REMEMBERED},
    fetch::Fetcher,
    inbox::Inbox,
    models::{Eye, Models},
    refine::Refiner,
    turns::Turns,
    wallet::Wallet,
};

/// How long it is kept which vision models were called.
const CALLS_LAST: Duration = Duration::from_secs(90 * 24 * 3600);

/// What Veneer needs to know to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the library lives.
    pub catalog: catalog::Settings,
    /// Cores that compute on pictures at the same time.
    pub threads: usize,
    /// Largest photo that is taken, in bytes.
    pub max_upload_bytes: u64,
    /// How long an image address may take.
    pub fetch_timeout: Duration,
    /// Whether image addresses on private networks are opened.
    pub allow_private_addresses: bool,
    /// How long each stage may take.
    pub deadlines: Deadlines,
    /// Where models for looks are.
    pub models: vision::Models,
    /// Vision models behind HTTP.
    pub providers: ProviderSettings,
    /// Folder of a model for captions, asked when no vision model behind HTTP answers.
    pub captions: Option<PathBuf>,
    /// How much they are asked.
    pub depth: Depth,
    /// Whether they read what people write as well.
    pub refine_words: bool,
    /// Answers that are kept in memory; 0 for none.
    pub cached_answers: u64,
    /// A Redis to share vectors and answers through with other processes of the same library:
    /// `redis://user:password@host:6379/0`.
    pub redis: Option<String>,
}

/// How long each stage of a search may take before it is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Reading and decoding the photo.
    pub validation: Duration,
    /// What a vision model says; it never holds up the visual results.
    pub analysis: Duration,
    /// The vector of the model in use; past it the built-in one answers.
    pub embedding: Duration,
    /// Ranking the library.
    pub search: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            validation: Duration::from_secs(5),
            analysis: Duration::from_secs(15),
            embedding: Duration::from_secs(10),
            search: Duration::from_secs(8),
        }
    }
}

impl Settings {
    /// Everything in one folder, and nothing else configured.
    pub fn local(data: &Path) -> Self {
        Self {
            catalog: catalog::Settings::local(data),
            threads: 2,
            max_upload_bytes: 25_000_000,
            fetch_timeout: Duration::from_secs(10),
            allow_private_addresses: false,
            deadlines: Deadlines::default(),
            models: vision::Models {
                folder: data.join("models"),
                runtime: None,
                data: data.to_owned(),
                threads: 2,
            },
            providers: ProviderSettings::default(),
            captions: None,
            depth: Depth::default(),
            refine_words: false,
            cached_answers: 1_000,
            redis: None,
        }
    }
}

/// Why Veneer does not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The library does not open.
    #[error(transparent)]
    Catalog(#[from] catalog::StartError),
    /// It opened, and then failed.
    #[error(transparent)]
    Use(#[from] Error),
    /// The model for captions does not work.
    #[error(transparent)]
    Captions(#[from] CaptionError),
    /// Vision models behind HTTP cannot be reached from here at all.
    #[error("vision models cannot be asked from this machine: {0}")]
    Providers(String),
    /// The shared cache has no proper address.
    #[error(transparent)]
    Redis(#[from] RedisAddress),
    /// The HTTP client cannot be set up.
    #[error("image addresses cannot be opened on this machine: {0}")]
    Fetcher(String),
}

/// Rows in the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Materials.
    pub materials: u32,
    /// Swatches.
    pub swatches: u32,
}

/// Veneer. Cheap to clone.
#[derive(Clone)]
pub struct Veneer {
    pub(crate) inner: Arc<Inner>,
    /// In whose name changes are made.
    pub(crate) who: Option<Arc<str>>,
}

pub(crate) struct Inner {
    pub catalog: Catalog,
    pub models: Models,
    pub fetcher: Fetcher,
    pub limits: Limits,
    pub deadlines: Deadlines,
    pub model_files: vision::Models,
    /// Models for looks behind HTTP.
    pub remote: Vec<Arc<dyn Embed>>,
    pub describers: Option<Describers>,
    pub refiner: Option<Refiner>,
    pub caches: Caches,
    pub turns: Turns,
    /// What may be spent, over all providers together.
    pub budget: Caps,
    /// Names of guests are hashed with it.
    pub guests: [u8; 32],
    /// Files that wait to become an import.
    pub inbox: Inbox,
    /// Comparing all materials with each other takes memory: one at a time.
    pub comparing: Semaphore,
}

/// The vision models that are configured, with the library as their book.
async fn describers(
    catalog: &Catalog,
    settings: &Settings,
) -> Result<Option<Describers>, OpenError> {
    let wallet = Arc::new(Wallet::new(catalog));
    let paid = wallet.paid();
    let chain = Chain::new(&settings.providers, wallet, Resilience::default())
        .map_err(OpenError::Providers)?;
    let captioner = match &settings.captions {
        None => None,
        Some(folder) => {
            let models = &settings.models;
            let how = CaptionSettings {
                places: models.places(),
                threads: models.threads,
                ..CaptionSettings::default()
            };
            Some(Arc::new(Captioner::open(folder, how)?) as Arc<dyn Describe>)
        }
    };
    let chain = match (chain, captioner) {
        (Some(chain), Some(captioner)) => chain.with_last(captioner),
        (Some(chain), None) => chain,
        (None, Some(captioner)) => Chain::local(captioner, settings.deadlines.analysis),
        (None, None) => return Ok(None),
    };
    let secret = catalog.secret("photos").await.map_err(Error::from)?;
    Ok(Some(Describers::new(chain, settings.depth, secret, paid)))
}

/// Whether words are read by models behind HTTP as well.
fn refiner(wanted: bool, describers: Option<&Describers>) -> Option<Refiner> {
    let someone = describers.is_some_and(|d| d.chain().can_read_words());
    if wanted && !someone {
        tracing::warn!("words are read by the vocabulary alone: no provider is configured");
    }
    (wanted && someone).then(Refiner::new)
}

/// The models for looks behind HTTP that are configured.
fn remote(
    catalog: &Catalog,
    settings: &ProviderSettings,
) -> Result<Vec<Arc<dyn Embed>>, OpenError> {
    settings
        .embedders
        .iter()
        .map(|embedder| {
            let wallet = Arc::new(Wallet::new(catalog));
            let embedder =
                HttpEmbedder::new(embedder, wallet, settings.budget, Resilience::default())
                    .map_err(OpenError::Providers)?;
            Ok(Arc::new(embedder) as Arc<dyn Embed>)
        })
        .collect()
}

impl Veneer {
    /// Opens the library and makes the embedder ready.
    ///
    /// # Errors
    /// [`OpenError`], in plain words.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        let catalog = Catalog::open(settings.catalog.clone()).await?;
        let builtin = Eye::enter(&catalog, Arc::new(LookEmbedder::new(settings.threads))).await?;
        let describers = describers(&catalog, &settings).await?;
        let remote = remote(&catalog, &settings.providers)?;
        let caches =
            Caches::new(&catalog, settings.cached_answers, settings.redis.as_deref()).await?;
        let fetcher = Fetcher::new(
            settings.allow_private_addresses,
            settings.max_upload_bytes,
            settings.fetch_timeout,
        )
        .map_err(OpenError::Fetcher)?;
        let limits = Limits {
            max_bytes: settings.max_upload_bytes,
            ..Limits::default()
        };
        let guests = catalog.secret("guests").await.map_err(Error::from)?;
        let veneer = Self {
            inner: Arc::new(Inner {
                models: Models::new(builtin),
                catalog,
                fetcher,
                limits,
                deadlines: settings.deadlines,
                model_files: settings.models,
                remote,
                refiner: refiner(settings.refine_words, describers.as_ref()),
                describers,
                caches,
                turns: Turns::new(settings.threads),
                budget: settings.providers.budget,
                guests,
                inbox: Inbox::new(&settings.catalog.data),
                comparing: Semaphore::new(1),
            }),
            who: None,
        };
        veneer.take_up_model().await?;
        Ok(veneer)
    }

    /// Answers with the model that the library was left with. One that does not work any more is no
    /// reason not to start: the built-in one knows every swatch as well.
    async fn take_up_model(&self) -> Result<(), Error> {
        let catalog = &self.inner.catalog;
        let builtin = self.inner.models.builtin();
        if catalog.model_in_use().await?.is_none() {
            let coverage = catalog.coverage(builtin.id()).await?;
            if coverage.have >= coverage.all {
                catalog.use_model(builtin.id()).await?;
            }
        }
        match self.follow_model().await {
            Ok(()) => Ok(()),
            Err(SwitchError::Use(error)) => Err(error),
            Err(error) => {
                tracing::warn!(%error, "the model in use does not work; the built-in one answers");
                Ok(())
            }
        }
    }

    /// Which database answers, for the log.
    pub fn engine(&self) -> String {
        self.inner.catalog.engine().to_string()
    }

    /// Closes the library in order; nothing can be asked afterwards.
    pub async fn close(self) {
        self.inner.catalog.clone().close().await;
    }

    /// How much there is.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn counts(&self) -> Result<Counts, Error> {
        let counts = self.inner.catalog.counts().await?;
        Ok(Counts {
            materials: counts.materials,
            swatches: counts.swatches,
        })
    }

    /// A swatch's picture as WebP.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn picture(&self, id: &SwatchId, size: ImageSize) -> Result<Bytes, Error> {
        Ok(self.inner.catalog.image(id, size).await?)
    }

    /// Forgets searches older than so many days, and what was remembered of photos; says how many.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn sweep(&self, days: u32) -> Result<u64, Error> {
        let catalog = &self.inner.catalog;
        let age = Duration::from_secs(u64::from(days) * 24 * 3600);
        let searches = catalog.sweep_searches(age).await?;
        let analyses = catalog.sweep_analyses(REMEMBERED).await?;
        catalog.sweep_calls(CALLS_LAST).await?;
        catalog.sweep_changes(CHANGES_LAST).await?;
        catalog.sweep_searchers().await?;
        catalog.sweep_answers().await?;
        catalog.sweep_jobs(crate::jobs::JOBS_LAST).await?;
        self.sweep_inbox().await?;
        Ok(searches + analyses)
    }
}
