//! Bringing materials into the library, batch by batch: measure, embed, keep the pictures, then the
//! rows. Pictures go first, so that a crash leaves at worst a picture nobody names.

use std::sync::Arc;

use bytes::Bytes;
use catalog::{Entry, ModelId, NewSwatch, SwatchAnalysis};
use futures::{StreamExt, TryStreamExt, stream};
use material::{Colour, NewMaterial, Properties};
use photo::Pixels;
use vision::Embedding;

use crate::{
    Error, Veneer,
    analyse::{Analyst, Said, Subject, fill_in},
    ask::blocking,
    jobs::Pace,
    picture::{self, Prepared},
};

/// What a long piece of work says of itself.
#[derive(Debug, Clone)]
pub enum Step {
    /// How many steps there are.
    Total(u64),
    /// One is done; its name.
    Done(String),
}

/// Who is told.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// A material with its decoded pictures.
pub(crate) struct Arrival {
    pub material: NewMaterial,
    pub pictures: Vec<ArrivedPicture>,
}

pub(crate) struct ArrivedPicture {
    pub pixels: Arc<Pixels>,
    pub content: [u8; 32],
    /// Bytes to keep as the full size, where they need not be encoded anew.
    pub as_kept: Option<Bytes>,
    pub view: String,
}

/// A batch with what was computed of it: pictures made ready, and vectors model by model.
pub(crate) type Measured = (
    Vec<Arrival>,
    Vec<Vec<Option<Prepared>>>,
    Vec<(ModelId, std::vec::IntoIter<Embedding>)>,
);

/// Pictures written at the same time.
const WRITES: usize = 4;

impl Veneer {
    /// Measures, embeds and stores a batch in one transaction.
    pub(crate) async fn ingest(&self, batch: Vec<Arrival>) -> Result<(), Error> {
        let (rows, said) = self.made(batch, None, Pace::Full).await?;
        self.inner.catalog.upsert_analysed(&rows, &said).await?;
        Ok(())
    }

    /// Everything of a batch that is written: its pictures now, its rows by whoever asked. Vision models are asked
    /// meanwhile about what lacks properties; what was said of a picture before is taken up in any case.
    pub(crate) async fn made(
        &self,
        batch: Vec<Arrival>,
        analyst: Option<&Analyst<'_>>,
        pace: Pace,
    ) -> Result<(Vec<Entry>, Vec<SwatchAnalysis>), Error> {
        let subjects: Vec<Subject> = batch.iter().map(Subject::of).collect();
        let (measured, said) = tokio::join!(
            self.measured(batch, pace),
            self.analyses(&subjects, analyst)
        );
        let ((batch, prepared, vectors), said) = (measured?, said?);
        self.kept_and_composed(batch, prepared, vectors, said).await
    }

    /// Everything that is computed from the pictures.
    pub(crate) async fn measured(
        &self,
        batch: Vec<Arrival>,
        pace: Pace,
    ) -> Result<Measured, Error> {
        let pixels: Vec<Arc<Pixels>> = batch
            .iter()
            .flat_map(|a| a.pictures.iter().map(|p| Arc::clone(&p.pixels)))
            .collect();
        let (batch, prepared) = blocking(move || pace.compute(|| prepare_all(batch))).await?;
        let mut vectors = Vec::new();
        for eye in self.inner.models.all() {
            let made = eye.embedder.embed(pixels.clone()).await?;
            vectors.push((eye.id(), made.into_iter()));
        }
        Ok((batch, prepared, vectors))
    }

    pub(crate) async fn kept_and_composed(
        &self,
        batch: Vec<Arrival>,
        mut prepared: Vec<Vec<Option<Prepared>>>,
        mut vectors: Vec<(ModelId, std::vec::IntoIter<Embedding>)>,
        said: Vec<Option<Said>>,
    ) -> Result<(Vec<Entry>, Vec<SwatchAnalysis>), Error> {
        let inner = &self.inner;
        let images = prepared
            .iter_mut()
            .flatten()
            .flatten()
            .flat_map(|p| {
                let id = p.id.clone();
                std::mem::take(&mut p.sizes)
                    .into_iter()
                    .map(move |(size, bytes)| (id.clone(), size, bytes))
            })
            .collect::<Vec<_>>();
        stream::iter(images)
            .map(|(id, size, bytes)| async move { inner.catalog.put_image(&id, size, bytes).await })
            .buffer_unordered(WRITES)
            .try_collect::<Vec<()>>()
            .await?;

        let mut rows: Vec<Entry> = Vec::with_capacity(batch.len());
        for ((arrival, pictures), said) in batch.into_iter().zip(prepared).zip(&said) {
            let mut material = arrival.material;
            if let Some(said) = said {
                fill_in(&mut material, &said.said.analysis);
            }
            let mut swatches = Vec::with_capacity(pictures.len());
            for (arrived, picture) in arrival.pictures.into_iter().zip(pictures) {
                let embeddings = vectors
                    .iter_mut()
                    .map(|(model, made)| Some((*model, made.next()?)))
                    .collect::<Option<Vec<_>>>()
                    .ok_or_else(|| Error::internal("an embedder returned too few vectors"))?;
                let Some(picture) = picture else { continue };
                swatches.push(NewSwatch {
                    id: picture.id,
                    view: arrived.view,
                    width: picture.width,
                    height: picture.height,
                    ground: picture.ground,
                    phash: picture.phash,
                    palette: picture.facts.palette.clone(),
                    facts: Some(picture.facts),
                    embeddings,
                });
            }
            if material.properties.colours.is_empty() {
                material.properties.colours = first_palette(&swatches);
            }
            rows.push(Entry { material, swatches });
        }
        let said = said
            .into_iter()
            .flatten()
            .filter(|said| said.new)
            .map(|said| said.said)
            .collect();
        Ok((rows, said))
    }
}

/// A material's colours are those of its first picture, unless someone knows better.
pub(crate) fn first_palette(swatches: &[NewSwatch]) -> Vec<Colour> {
    swatches
        .first()
        .map(|s| {
            s.palette
                .iter()
                .take(Properties::MAX_COLOURS)
                .copied()
                .collect()
        })
        .unwrap_or_default()
}

/// Measures and encodes on every core.
fn prepare_all(batch: Vec<Arrival>) -> (Vec<Arrival>, Vec<Vec<Option<Prepared>>>) {
    use rayon::prelude::*;
    let prepared = batch
        .par_iter()
        .map(|arrival| {
            arrival
                .pictures
                .par_iter()
                .map(|p| picture::prepare(&p.pixels, p.content, p.as_kept.as_ref()))
                .collect()
        })
        .collect();
    (batch, prepared)
}
