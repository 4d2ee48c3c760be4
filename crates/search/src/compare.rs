//! Materials side by side.

use material::{Compared, Comparison, Slug};

use crate::{Error, Veneer};

impl Veneer {
    /// Compares up to [`Comparison::MOST`] materials; those that are not there (any more) are counted.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn compare(&self, slugs: &[Slug]) -> Result<Comparison, Error> {
        let mut found = Vec::new();
        let mut missing = 0;
        for slug in slugs.iter().take(Comparison::MOST) {
            match self.inner.catalog.material(slug).await? {
                Some(stored) => found.push(Compared {
                    card: stored.card(),
                    look: stored.swatches.first().and_then(|s| s.facts.clone()),
                    properties: stored.material.properties,
                }),
                None => missing += 1,
            }
        }
        Ok(Comparison::of(found, missing))
    }
}
