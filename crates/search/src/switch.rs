//! Changing the model: the whole library is embedded beside the vectors it has, then all searches change
//! at once. Nobody waits for it, and one can go back.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use catalog::{Coverage, ImageSize, SwatchRow};
use futures::{StreamExt, stream};
use photo::Pixels;
use vision::Embed;

use crate::{Error, Progress, Step, Veneer, ask::blocking, models::Eye};

/// Swatches that are read and embedded together.
const BATCH: u32 = 16;
/// Swatches whose neighbours are compared between two models, and how many neighbours of each.
const SAMPLE: u32 = 200;
const NEIGHBOURS: u32 = 10;
const SEED: u64 = 1;

/// A model as the library sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelStanding {
    /// Its name.
    pub name: String,
    /// Numbers in a vector.
    pub dims: u32,
    /// Swatches with a vector by it.
    pub have: u64,
    /// Swatches.
    pub all: u64,
    /// Whether searches are made with it.
    pub in_use: bool,
}

/// What a change of model came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Switched {
    /// The model before.
    pub from: String,
    /// The model now.
    pub to: String,
    /// Vectors that had to be computed.
    pub embedded: u64,
    /// How long that took.
    pub took: Duration,
    /// The mean share of the ten nearest materials that both models name; `None` where there is
    /// nothing to compare.
    pub agreement: Option<f32>,
}

/// Why the model is still the one before.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// Some swatches have no vector, because their pictures cannot be read.
    #[error(
        "{missing} of {all} swatches cannot be embedded, so the model stays as it is. The first of them: {first}"
    )]
    Incomplete {
        /// How many.
        missing: u64,
        /// Of how many.
        all: u64,
        /// What is wrong with the first.
        first: String,
    },
    /// There is no model to go back to.
    #[error("There is no model to go back to.")]
    NoPrevious,
    /// Searches are made with it, or fall back on it.
    #[error("{0} is needed: searches are made with it. Change to another model first.")]
    InUse(String),
    /// The library has no vectors by such a model.
    #[error(
        "The library knows no model of the name {0}; `veneer models list` shows those it knows."
    )]
    Unknown(String),
    /// The model does not work.
    #[error(transparent)]
    Open(#[from] vision::OpenModelError),
    /// Anything else.
    #[error(transparent)]
    Use(#[from] Error),
}

impl From<catalog::CatalogError> for SwitchError {
    fn from(error: catalog::CatalogError) -> Self {
        Self::Use(error.into())
    }
}

impl Veneer {
    /// The models that the library knows.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn model_standings(&self) -> Result<Vec<ModelStanding>, Error> {
        let catalog = &self.inner.catalog;
        let all = u64::from(catalog.counts().await?.swatches);
        Ok(catalog
            .models()
            .await?
            .into_iter()
            .map(|row| ModelStanding {
                name: row.model.name,
                dims: row.model.dims,
                have: row.vectors,
                all,
                in_use: row.in_use,
            })
            .collect())
    }

    /// The name of the model that answers.
    pub fn model_in_use(&self) -> String {
        self.inner.models.in_use().row.name
    }

    /// Changes to the model of that name: opens it, embeds what of the library has no vector by it,
    /// compares it with the present one, and changes only when every swatch has one. Cut off, it goes on
    /// where it stopped.
    ///
    /// # Errors
    /// [`SwitchError`]; the present model stays in use then.
    pub async fn use_model(&self, name: &str, progress: Progress) -> Result<Switched, SwitchError> {
        let started = Instant::now();
        let inner = &self.inner;
        let from = inner.models.in_use();
        let to = self.eye(name).await?;
        let mut embedded = 0;
        // What is imported meanwhile comes with vectors of the present model only, so it is looked again
        // until nothing is missing at the moment of the change.
        let agreement = loop {
            let (new, failed) = self.embed_missing(&to, &progress).await?;
            embedded += new;
            let Coverage { have, all } = inner.catalog.coverage(to.id()).await?;
            if have < all {
                if let Some(first) = failed {
                    return Err(SwitchError::Incomplete {
                        missing: all - have,
                        all,
                        first,
                    });
                }
                continue;
            }
            self.calibrate_model(&to).await?;
            let agreement = inner
                .catalog
                .agreement(from.id(), to.id(), SAMPLE, NEIGHBOURS, SEED)
                .await?;
            match inner.catalog.use_model(to.id()).await {
                Ok(()) => break agreement,
                Err(catalog::CatalogError::NotCovered { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        };
        inner.models.switch(to.clone());
        tracing::info!(from = from.row.name, to = to.row.name, "the model changed");
        Ok(Switched {
            from: from.row.name,
            to: to.row.name,
            embedded,
            took: started.elapsed(),
            agreement,
        })
    }

    /// Goes back to the model that was in use before.
    ///
    /// # Errors
    /// [`SwitchError::NoPrevious`], and as [`Veneer::use_model`].
    pub async fn use_previous_model(&self, progress: Progress) -> Result<Switched, SwitchError> {
        let previous = self
            .inner
            .catalog
            .previous_model()
            .await?
            .ok_or(SwitchError::NoPrevious)?;
        self.use_model(&previous.name, progress).await
    }

    /// Deletes the vectors of a model from the library; says how many. The one in use and the built-in one
    /// stay.
    ///
    /// # Errors
    /// [`SwitchError::InUse`], [`SwitchError::Unknown`].
    pub async fn forget_model(&self, name: &str) -> Result<u64, SwitchError> {
        let inner = &self.inner;
        let row = inner.catalog.model(name).await?;
        let row = row.ok_or_else(|| SwitchError::Unknown(name.to_owned()))?;
        if inner.models.all().iter().any(|eye| eye.id() == row.id) {
            return Err(SwitchError::InUse(name.to_owned()));
        }
        match inner.catalog.forget_model(row.id).await {
            // Another process has just changed to it.
            Err(catalog::CatalogError::Conflict(_)) => Err(SwitchError::InUse(name.to_owned())),
            done => Ok(done?),
        }
    }

    /// Whether part of the library has no look by the built-in descriptor of this version, or searches are still made with an
    /// earlier one, as after an update.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn is_outdated(&self) -> Result<bool, Error> {
        let Coverage { have, all } = self
            .inner
            .catalog
            .coverage(self.inner.models.builtin().id())
            .await?;
        Ok(have < all || self.uses_earlier_look().await?)
    }

    /// Whether searches are made with a built-in descriptor that this version does not have any more.
    async fn uses_earlier_look(&self) -> Result<bool, Error> {
        let in_use = self.inner.catalog.model_in_use().await?;
        let own = &self.inner.models.builtin().row;
        Ok(in_use.is_some_and(|row| row.id != own.id && row.name.starts_with(photo::look::FAMILY)))
    }

    /// Brings the library to the built-in descriptor of this version: every swatch is looked at anew, and searches change over
    /// where they were made with an earlier one. Does nothing when nothing is missing; says how many looks are new.
    ///
    /// # Errors
    /// [`SwitchError`]; what is done by then stays.
    pub async fn renew(&self, progress: Progress) -> Result<u64, SwitchError> {
        let builtin = self.inner.models.builtin().clone();
        if self.uses_earlier_look().await? {
            let name = builtin.row.name.clone();
            return Ok(self.use_model(&name, progress).await?.embedded);
        }
        let (new, failed) = self.embed_missing(&builtin, &progress).await?;
        if new > 0 {
            self.calibrate_model(&builtin).await?;
        }
        match failed {
            Some(first) => {
                let Coverage { have, all } = self.inner.catalog.coverage(builtin.id()).await?;
                Err(SwitchError::Incomplete {
                    missing: all.saturating_sub(have),
                    all,
                    first,
                })
            }
            None => Ok(new),
        }
    }

    /// Takes note of a change that another process made.
    ///
    /// # Errors
    /// [`SwitchError`] when the model that is in use now does not work here.
    pub async fn follow_model(&self) -> Result<(), SwitchError> {
        let inner = &self.inner;
        let Some(row) = inner.catalog.model_in_use().await? else {
            return Ok(());
        };
        if row.id != inner.models.in_use().id() {
            let eye = self.eye(&row.name).await?;
            tracing::info!(model = eye.row.name, "the model changed");
            inner.models.switch(eye);
        }
        Ok(())
    }

    /// The model of that name, ready.
    async fn eye(&self, name: &str) -> Result<Eye, SwitchError> {
        let inner = &self.inner;
        for eye in inner.models.all() {
            if eye.row.name == name {
                return Ok(eye);
            }
        }
        if let Some(remote) = inner.remote.iter().find(|e| e.model().name == name) {
            return Ok(Eye::enter(&inner.catalog, Arc::clone(remote)).await?);
        }
        let (models, wanted) = (inner.model_files.clone(), name.to_owned());
        let embedder: Arc<dyn Embed> = blocking(move || models.open(&wanted)).await??;
        Ok(Eye::enter(&inner.catalog, embedder).await?)
    }

    /// Embeds every swatch that has no vector by a model. Says how many are new, and what is wrong with
    /// the first picture that cannot be read.
    pub(crate) async fn embed_missing(
        &self,
        eye: &Eye,
        progress: &Progress,
    ) -> Result<(u64, Option<String>), SwitchError> {
        let catalog = &self.inner.catalog;
        let Coverage { have, all } = catalog.coverage(eye.id()).await?;
        progress(Step::Total(all.saturating_sub(have)));
        let mut after: Option<SwatchRow> = None;
        let (mut new, mut failed) = (0, None);
        loop {
            let missing = catalog.without_embedding(eye.id(), after, BATCH).await?;
            let Some((last, _)) = missing.last() else {
                return Ok((new, failed));
            };
            after = Some(*last);
            let limits = self.inner.limits;
            let read: Vec<(SwatchRow, Result<Pixels, String>)> = stream::iter(missing)
                .map(|(row, id)| async move {
                    let bytes = match catalog.image(&id, ImageSize::Full).await {
                        Ok(bytes) => bytes,
                        Err(error) => return (row, Err(format!("{id}: {error}"))),
                    };
                    let decoded = blocking(move || photo::decode(&bytes, &limits)).await;
                    let pixels = match decoded {
                        Ok(Ok(pixels)) => Ok(pixels),
                        Ok(Err(error)) => Err(format!("{id}: {error}")),
                        Err(error) => Err(format!("{id}: {error}")),
                    };
                    (row, pixels)
                })
                .buffered(4)
                .collect()
                .await;
            let (mut rows, mut pictures) = (Vec::new(), Vec::new());
            for (row, pixels) in read {
                match pixels {
                    Ok(pixels) => {
                        rows.push(row);
                        pictures.push(Arc::new(pixels));
                    }
                    Err(why) => {
                        tracing::warn!(why, "a swatch cannot be embedded");
                        failed.get_or_insert(why);
                    }
                }
            }
            if pictures.is_empty() {
                continue;
            }
            let vectors = eye.embedder.embed(pictures).await.map_err(Error::from)?;
            let pairs: Vec<_> = rows.into_iter().zip(vectors).collect();
            new += catalog.add_embeddings(eye.id(), &pairs).await?;
            for (row, _) in &pairs {
                progress(Step::Done(row.0.to_string()));
            }
        }
    }
}
