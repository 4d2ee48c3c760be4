//! What a large library needs beside searches: indexes, and that they are in memory.

use std::time::Duration;

use catalog::IndexProgress;
use material::{Token, View};

use crate::{Error, Veneer};

/// Searches that warm an index.
const WARMING: u32 = 200;

/// How well a search was found by the index.
#[derive(Debug, Clone, PartialEq)]
pub struct Recall {
    /// `exact` or `index`.
    pub path: &'static str,
    /// Materials that were found.
    pub found: u32,
    /// The share of the nearest ones among them.
    pub share: f32,
    /// How long it took to find them.
    pub took: Duration,
}

impl Veneer {
    /// Builds the nearest-neighbour indexes that are wanting; says how many. Nobody waits for it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn build_indexes(
        &self,
        progress: &(dyn Fn(IndexProgress) + Send + Sync),
    ) -> Result<u32, Error> {
        Ok(self.inner.catalog.build_indexes(progress).await?)
    }

    /// Brings the index of the model in use into the server's memory.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn warm(&self) -> Result<u32, Error> {
        let model = self.inner.models.in_use().id();
        Ok(self.inner.catalog.warm(model, WARMING).await?)
    }

    /// For a search that has a vector: which of the `k` materials nearest in look are among the `depth`
    /// that are fetched for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out, or has no vector.
    pub async fn look_recall(
        &self,
        id: &Token,
        view: &View,
        depth: u32,
        k: u32,
    ) -> Result<Recall, Error> {
        let stored = self.inner.catalog.search(id).await?;
        let (model, vector) = stored
            .and_then(|stored| stored.search.embedding)
            .ok_or(Error::NotFound("This search has no vector."))?;
        let catalog = &self.inner.catalog;
        let (path, found, share, took) = catalog
            .recall(&view.filters, (model, &vector), depth, k)
            .await?;
        Ok(Recall {
            path: path.as_str(),
            found,
            share,
            took,
        })
    }
}
