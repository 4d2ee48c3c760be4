//! What the operator's pages tell of the library: jobs by their states, what it lacks, what it cost, how much room
//! it takes.

use std::time::Duration;

use catalog::{CallSummary, ImagesSize, KindQuality, Lack, LackingRow, MaterialId, TableSize};
use futures::future::BoxFuture;
use material::{Name, SwatchId};
use vision::provider::{Caps, MemberHealth};

use crate::{Duplicate, Error, Veneer};

/// How long the pictures are counted.
const COUNTING: Duration = Duration::from_secs(3);
/// The calls that are told.
const CALLS_OF: Duration = Duration::from_secs(30 * 24 * 3600);

/// The providers, and what they cost.
#[derive(Debug, Clone)]
pub struct Providers {
    /// How each is doing in this process.
    pub health: Vec<MemberHealth>,
    /// What was spent and reserved today and this month, in millionths of a US dollar.
    pub spent: [u64; 2],
    /// What may be.
    pub caps: Caps,
    /// Their calls of the last thirty days.
    pub calls: Vec<CallSummary>,
}

/// How much room the library takes.
#[derive(Debug, Clone)]
pub struct Room {
    /// Which database.
    pub engine: String,
    /// Its tables, the largest first.
    pub tables: Vec<TableSize>,
    /// The pictures.
    pub images: ImagesSize,
}

/// A pair that may be one, with a picture of each.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The pair.
    pub found: Duplicate,
    /// A picture and the address of each.
    pub shown: [Option<(SwatchId, String)>; 2],
}

impl Veneer {
    /// How many jobs are in each state.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn job_counts(&self) -> BoxFuture<'_, Result<Vec<(&'static str, u64)>, Error>> {
        Box::pin(async move {
            let counts = self.inner.catalog.job_counts().await?;
            let count = |state: &'static str| {
                let of = counts.iter().filter(|((_, s), _)| *s == state);
                (state, of.map(|(_, n)| n).sum())
            };
            Ok(catalog::JobState::ALL
                .map(|state| count(state.as_str()))
                .to_vec())
        })
    }

    /// The names of kept mappings.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn profiles(&self) -> BoxFuture<'_, Result<Vec<String>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.profiles().await?) })
    }

    /// Whether anybody is configured who could describe pictures.
    pub fn can_describe(&self) -> bool {
        self.inner.describers.is_some()
    }

    /// The name of the model that was in use before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn previous_model(&self) -> BoxFuture<'_, Result<Option<String>, Error>> {
        Box::pin(async move {
            let previous = self.inner.catalog.previous_model().await?;
            Ok(previous.map(|model| model.name))
        })
    }

    /// Where models for looks are.
    pub fn model_files(&self) -> &vision::Models {
        &self.inner.model_files
    }

    /// The providers, and what they cost.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn providers(&self) -> BoxFuture<'_, Result<Providers, Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            let spent = catalog.spent(None).await?;
            Ok(Providers {
                health: self.provider_health(),
                spent: [spent.day, spent.month],
                caps: self.inner.budget,
                calls: catalog.calls_summary(CALLS_OF).await?,
            })
        })
    }

    /// What the materials of every kind want for.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn quality(&self) -> BoxFuture<'_, Result<Vec<KindQuality>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.quality().await?) })
    }

    /// Materials that want for something, those after `after` alone; of one kind with `kind`, where the empty one
    /// is none.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn lacking<'a>(
        &'a self,
        lack: Lack,
        kind: Option<&'a str>,
        after: i64,
        limit: u32,
    ) -> BoxFuture<'a, Result<Vec<LackingRow>, Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            Ok(catalog
                .lacking(lack, kind, MaterialId(after), limit)
                .await?)
        })
    }

    /// How much room the library takes.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database or the image store does not answer.
    pub fn room(&self) -> BoxFuture<'_, Result<Room, Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            Ok(Room {
                engine: self.engine(),
                tables: catalog.table_sizes().await?,
                images: catalog.images_size(COUNTING).await?,
            })
        })
    }

    /// Pairs that may be one, with pictures: those from `skip` on, at most `limit`; and how many there are.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn pairs(
        &self,
        skip: usize,
        limit: usize,
    ) -> BoxFuture<'_, Result<(Vec<Pair>, usize), Error>> {
        Box::pin(async move {
            let all = self.duplicates(false).await?;
            let count = all.len();
            let page: Vec<Duplicate> = all.into_iter().skip(skip).take(limit).collect();
            let keys: Vec<Name> = page
                .iter()
                .flat_map(|pair| [pair.one_is.0.clone(), pair.other_is.0.clone()])
                .collect();
            let stored = self.inner.catalog.materials_of(&keys).await?;
            let shown = |key: &Name| {
                let one = stored.iter().find(|s| s.material.key == *key)?;
                let swatch = one.swatches.first()?;
                Some((
                    swatch.swatch.id.clone(),
                    one.material.slug.as_str().to_owned(),
                ))
            };
            let pairs = page
                .into_iter()
                .map(|found| Pair {
                    shown: [shown(&found.one_is.0), shown(&found.other_is.0)],
                    found,
                })
                .collect();
            Ok((pairs, count))
        })
    }
}
