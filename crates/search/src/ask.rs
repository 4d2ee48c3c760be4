//! Asking: a photo, an address or a swatch becomes a search with an address of its own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use catalog::{CandidateQuery, NewSearch};
use eyes::{Stage, eyes};
use material::{Analysis, Colour, Filters, LookFacts, Origin, SwatchId, Token, Width};
use photo::{Crop, Pixels};
use vision::{estimate, kind};

use crate::{Error, Veneer, describe::estimate_key, models::Seen, picture, turns::Turn};

/// What a person searches with. Words travel in the address of the results, not here.
#[derive(Debug, Clone)]
pub enum Question {
    /// A photo, and the part of it that counts.
    Photo {
        /// JPEG, PNG or WebP.
        bytes: Bytes,
        /// The whole where there is none.
        crop: Option<Crop>,
        /// What it shows from its left to its right edge, where somebody measured it.
        width: Option<Width>,
    },
    /// A photo somewhere on the web.
    Address {
        /// `http(s)://…`
        address: String,
        /// The whole where there is none.
        crop: Option<Crop>,
    },
    /// “More like this.”
    Swatch(SwatchId),
}

/// Neighbours that vote on what a photo shows.
const VOTERS: u32 = 15;

/// The long side to which a photo is brought before anything is measured. What the browser sends
/// has it already.
const LONG_SIDE: u32 = 1280;

impl Veneer {
    /// Starts a search and says where its results are. The photo itself is dropped on return: what
    /// stays is its vector, its palette and what was measured.
    ///
    /// # Errors
    /// [`Error::Photo`], [`Error::Fetch`] for what was sent; [`Error::NotFound`] for a swatch that is
    /// not there; [`Error::Overloaded`] when too much waits.
    #[tracing::instrument(skip_all)]
    pub async fn ask(&self, question: Question) -> Result<Token, Error> {
        match question {
            Question::Photo { bytes, crop, width } => self.ask_photo(bytes, crop, width).await,
            Question::Address { address, crop } => {
                let bytes = self.inner.fetcher.fetch(&address).await?;
                self.ask_photo(bytes, crop, None).await
            }
            Question::Swatch(id) => self.ask_swatch(&id).await,
        }
    }

    async fn ask_photo(
        &self,
        bytes: Bytes,
        crop: Option<Crop>,
        width: Option<Width>,
    ) -> Result<Token, Error> {
        let part = crop.as_ref().map_or(1.0, Crop::width);
        let turn = self.inner.turns.take().await?;
        let (seen, mut look, picture) = self.see(&turn, bytes, crop).await?;
        look.width_mm = width.map(|width| width.millimetres() * part);
        let started = Instant::now();
        let analysis = self.estimate(&seen, &look.palette).await?;
        eyes().stage(Stage::Estimate, started.elapsed());
        let token = token()?;
        let catalog = &self.inner.catalog;
        catalog
            .save_search(&NewSearch {
                token: token.clone(),
                origin: Origin::Photo,
                text: None,
                embedding: Some((seen.model, seen.embedding.clone())),
                look: Some(look),
            })
            .await?;
        let subject = catalog::Subject::Search(token.clone());
        catalog
            .save_analysis(&subject, &estimate_key(&analysis), &analysis)
            .await?;
        // Whoever waits for a model keeps nobody from being looked at.
        drop(turn);
        self.describe(&token, picture, analysis).await?;
        Ok(token)
    }

    /// Decodes and measures a photo whose turn has come: its vector and its facts.
    ///
    /// # Errors
    /// [`Error::Photo`].
    #[tracing::instrument(skip_all)]
    pub(crate) async fn see(
        &self,
        _turn: &Turn<'_>,
        bytes: Bytes,
        crop: Option<Crop>,
    ) -> Result<(Arc<Seen>, LookFacts, Arc<Pixels>), Error> {
        let limits = self.inner.limits;
        let veneer = self.clone();
        let decoded = blocking(move || {
            let pixels = timed(Stage::Decode, || decode(&bytes, &limits, crop.as_ref()))?;
            let key = veneer.inner.caches.key(&pixels);
            Ok::<_, Error>((Arc::new(pixels), key))
        });
        let (pixels, key) = within(self.inner.deadlines.validation, decoded).await???;
        let measured = {
            let pixels = Arc::clone(&pixels);
            blocking(move || timed(Stage::Measure, || picture::measure(&pixels)))
        };
        // Both look at the same pixels and neither waits for the other.
        let (seen, look) = tokio::join!(self.look(Arc::clone(&pixels), key), measured);
        Ok((seen?, look?, pixels))
    }

    /// What a picture shows, voted by the nearest materials.
    #[tracing::instrument(skip_all)]
    pub(crate) async fn estimate(
        &self,
        seen: &Seen,
        palette: &[Colour],
    ) -> Result<Analysis, Error> {
        let catalog = &self.inner.catalog;
        let model = Some((seen.model, seen.embedding.as_slice()));
        let found = catalog
            .candidates(&CandidateQuery {
                filters: &Filters::default(),
                model,
                words: None,
                palette: None,
                properties: None,
                depth: VOTERS,
            })
            .await?;
        let mut near = catalog.score_data(&found.ids, model, None).await?;
        near.retain(|row| row.cosine.is_some());
        near.sort_by(|a, b| {
            b.cosine
                .unwrap_or(-1.0)
                .total_cmp(&a.cosine.unwrap_or(-1.0))
        });
        near.truncate(VOTERS as usize);
        let neighbours: Vec<estimate::Neighbour<'_>> = near
            .iter()
            .map(|row| estimate::Neighbour {
                properties: &row.material().properties,
                nearness: self
                    .inner
                    .models
                    .nearness(seen.model, row.cosine.unwrap_or(-1.0)),
            })
            .collect();
        let kinds = if seen.model == self.inner.models.builtin().id() {
            kind::kinds(&seen.embedding)
        } else {
            Vec::new()
        };
        let mut estimate = estimate::estimate(&neighbours, &kinds, palette);
        estimate.note.clone_from(&seen.note);
        Ok(estimate)
    }

    async fn ask_swatch(&self, id: &SwatchId) -> Result<Token, Error> {
        let inner = &self.inner;
        let model = inner.models.in_use().id();
        let found = inner
            .catalog
            .swatch(id, Some(model))
            .await?
            .ok_or(Error::NotFound(
                "That swatch is not in the library (any more).",
            ))?;
        let token = token()?;
        inner
            .catalog
            .save_search(&NewSearch {
                token: token.clone(),
                origin: Origin::Swatch {
                    material: found.slug,
                    name: found.name,
                    swatch: found.stored.swatch.clone(),
                },
                embedding: found.embedding.map(|vector| (model, vector)),
                look: found.stored.facts,
                text: None,
            })
            .await?;
        Ok(token)
    }
}

fn decode(bytes: &[u8], limits: &photo::Limits, area: Option<&Crop>) -> Result<Pixels, Error> {
    let pixels = photo::decode(bytes, limits)?;
    let pixels = match area {
        Some(area) => photo::crop(&pixels, area)?,
        None => pixels,
    };
    Ok(photo::shrunk(pixels, LONG_SIDE))
}

/// Does a stage, and tells operators how long it took.
fn timed<T>(stage: Stage, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    eyes().stage(stage, started.elapsed());
    done
}

/// Gives a stage up when its time is over.
pub(crate) async fn within<T>(
    patience: Duration,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    tokio::time::timeout(patience, work)
        .await
        .map_err(|_| Error::TooSlow)
}

/// Runs computation off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    vision::compute(work).await.map_err(Error::internal)
}

/// An unguessable name: 128 bits as 26 letters and digits.
pub(crate) fn token() -> Result<Token, Error> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bits = [0u8; 16];
    getrandom::fill(&mut bits).map_err(Error::internal)?;
    let mut number = u128::from_be_bytes(bits);
    let mut text = String::with_capacity(26);
    for _ in 0..26 {
        text.push(char::from(ALPHABET[(number % 32) as usize]));
        number /= 32;
    }
    Ok(Token::parse(&text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let all: std::collections::HashSet<String> = (0..1000)
            .map(|_| token().expect("the machine has randomness").to_string())
            .collect();
        assert_eq!(all.len(), 1000);
        assert!(all.iter().all(|t| t.len() == 26));
    }
}
