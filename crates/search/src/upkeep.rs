//! What a large library needs beside searches: indexes.

use catalog::IndexProgress;

use crate::{Error, Veneer};

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
}
