//! Filling an empty library with the materials Veneer renders itself.

use std::sync::Arc;

use futures::{StreamExt, stream};
use material::Name;
use photo::Pixels;

use crate::{
    Error, Progress, Step, Veneer,
    ask::blocking,
    ingest::{Arrival, ArrivedPicture},
};

/// Side of a rendered swatch, in pixels.
const SIDE: u32 = 640;
/// Views of a material that are rendered: enough to find it from another side, and to calibrate by.
const VIEWS: usize = 2;
/// Materials a transaction.
const BATCH: usize = 16;

impl Veneer {
    /// Whether the demo library belongs in here: the library is empty, or it holds a part of the demo
    /// because an earlier start was cut off.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn wants_demo(&self) -> Result<bool, Error> {
        let keys: Vec<Name> = demo::library()
            .into_iter()
            .map(|piece| piece.material.key)
            .collect();
        let present = self.inner.catalog.has_keys(&keys).await?.len();
        Ok(if present == 0 {
            self.counts().await?.materials == 0
        } else {
            present < keys.len()
        })
    }

    /// Whether the whole demo library is here, and nothing else.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn has_demo(&self) -> Result<bool, Error> {
        let keys: Vec<Name> = demo::library()
            .into_iter()
            .map(|piece| piece.material.key)
            .collect();
        let present = self.inner.catalog.has_keys(&keys).await?.len();
        Ok(present == keys.len() && self.counts().await?.materials as usize == present)
    }

    /// Renders what is missing of the demo library. Doing it twice changes nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn fill_demo(&self, progress: Progress) -> Result<(), Error> {
        let pieces = demo::library();
        let keys: Vec<Name> = pieces.iter().map(|p| p.material.key.clone()).collect();
        let known = self.inner.catalog.has_keys(&keys).await?;
        let missing: Vec<demo::Piece> = pieces
            .into_iter()
            .filter(|p| !known.contains(&p.material.key))
            .collect();
        let views: usize = missing.iter().map(|p| p.views.len().min(VIEWS)).sum();
        progress(Step::Total(views as u64));
        let batches: Vec<Vec<demo::Piece>> = missing.chunks(BATCH).map(<[_]>::to_vec).collect();
        // The next batch is rendered while the last one goes into the database.
        let mut rendered = stream::iter(batches)
            .map(|batch| {
                let told = Arc::clone(&progress);
                blocking(move || render(&batch, &told))
            })
            .buffered(2);
        while let Some(arrivals) = rendered.next().await {
            self.ingest(arrivals??).await?;
        }
        self.calibrate().await
    }
}

fn render(batch: &[demo::Piece], progress: &Progress) -> Result<Vec<Arrival>, Error> {
    use rayon::prelude::*;
    batch
        .par_iter()
        .map(|piece| {
            let pictures = (0..piece.views.len().min(VIEWS))
                .into_par_iter()
                .map(|view| {
                    let picture = demo::render(piece, view, SIDE);
                    let content = photo::content_hash(&picture.rgb);
                    let pixels = Pixels::new(picture.width, picture.height, picture.rgb)?;
                    progress(Step::Done(piece.material.name.to_string()));
                    Ok(ArrivedPicture {
                        pixels: Arc::new(pixels),
                        content,
                        as_kept: None,
                        view: piece.views[view].label.to_owned(),
                    })
                })
                .collect::<Result<Vec<_>, Error>>()?;
            Ok(Arrival {
                material: piece.material.clone(),
                pictures,
            })
        })
        .collect()
}

/// Photos as a browser would send them: JPEG crops of rendered materials that the library has in
/// other views. For measuring; `None` when the encoder fails.
pub fn example_photos(count: usize, width: u32, height: u32) -> Option<Vec<bytes::Bytes>> {
    use image::{RgbImage, codecs::jpeg::JpegEncoder, imageops};
    let pieces = demo::library();
    let step = (pieces.len() / count.max(1)).max(1);
    pieces
        .iter()
        .step_by(step)
        .take(count)
        .map(|piece| {
            let picture = demo::render(
                piece,
                piece.views.len().saturating_sub(1),
                width.max(height),
            );
            let picture = RgbImage::from_raw(picture.width, picture.height, picture.rgb)?;
            let cut = imageops::crop_imm(&picture, 0, 0, width, height).to_image();
            let mut out = Vec::new();
            JpegEncoder::new_with_quality(&mut out, 82)
                .encode_image(&cut)
                .ok()?;
            Some(out.into())
        })
        .collect()
}
