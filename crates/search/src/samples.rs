//! Materials out of one library and into another: what an evaluation needs to hold a part of them back.

use std::sync::Arc;

use material::{NewMaterial, Slug, SwatchRef};
use photo::Pixels;

use crate::{
    Error, Veneer,
    ask::blocking,
    ingest::{Arrival, ArrivedPicture},
};

/// A material with its pictures, on its way into a library.
#[derive(Debug, Clone)]
pub struct Sample {
    /// All that is known of it.
    pub material: NewMaterial,
    /// Its pictures and what each shows, at least one.
    pub pictures: Vec<(Pixels, String)>,
}

impl Veneer {
    /// What the library knows of a material, and which pictures it has.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn known(&self, slug: &Slug) -> Result<(NewMaterial, Vec<SwatchRef>), Error> {
        let stored = self
            .inner
            .catalog
            .material(slug)
            .await?
            .ok_or(Error::NotFound(
                "This material is not in the library (any more).",
            ))?;
        let pictures = stored.card().swatches;
        Ok((stored.material, pictures))
    }

    /// Brings samples in, in one transaction. [`Veneer::calibrate`] belongs after the last.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer, and the errors of the models.
    pub async fn take_in(&self, samples: Vec<Sample>) -> Result<(), Error> {
        let arrivals = blocking(move || {
            samples
                .into_iter()
                .map(|sample| Arrival {
                    material: sample.material,
                    pictures: sample
                        .pictures
                        .into_iter()
                        .map(|(pixels, view)| ArrivedPicture {
                            content: photo::content_hash(pixels.data()),
                            pixels: Arc::new(pixels),
                            as_kept: None,
                            view,
                        })
                        .collect(),
                })
                .collect()
        })
        .await?;
        self.ingest(arrivals).await?;
        Ok(())
    }
}
