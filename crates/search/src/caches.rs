//! What need not be computed twice: vectors of photos and words for a day, answers for five minutes, and
//! how many materials there are of each value for one minute: that depends on the filters alone.
//!
//! Photos are known by a hash that only this library can make. Everything here lives in memory, has a bound,
//! and is gone when the process is.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use catalog::{Catalog, Facets, ModelId};
use material::{Filters, Results, View};
use moka::future::Cache;
use photo::Pixels;
use vision::Embedding;

use crate::{Error, Veneer, describe::photo_key, models::Seen, subject::Subject};

const VECTORS: u64 = 10_000;
const VECTORS_LAST: Duration = Duration::from_secs(24 * 3600);
const ANSWERS_LAST: Duration = Duration::from_secs(5 * 60);
const COUNTS: u64 = 500;
/// A change that another process made is seen after this long; one of this process at once.
const COUNTS_LAST: Duration = Duration::from_secs(60);

/// How many there are of what, under some filters.
pub(crate) struct Counted {
    /// Materials without any filter.
    pub library: u32,
    /// Materials that pass, value by value.
    pub facets: Facets,
}

/// What is remembered.
pub(crate) struct Caches {
    secret: [u8; 32],
    looks: Cache<(ModelId, [u8; 32]), Arc<Seen>>,
    words: Cache<(ModelId, String), Arc<Embedding>>,
    answers: Cache<String, Arc<Results>>,
    counts: Cache<(u64, Filters), Arc<Counted>>,
    /// Part of the key of every answer: after a change of the library the old ones are not found any more.
    generation: AtomicU64,
}

impl Caches {
    /// Empty ones that keep at most so many answers; with 0 they keep nothing of what guests ask.
    pub async fn new(catalog: &Catalog, answers: u64) -> Result<Self, Error> {
        let vectors = if answers == 0 { 0 } else { VECTORS };
        Ok(Self {
            secret: catalog.secret("photos").await?,
            looks: Cache::builder()
                .max_capacity(vectors)
                .time_to_live(VECTORS_LAST)
                .build(),
            words: Cache::builder()
                .max_capacity(vectors)
                .time_to_live(VECTORS_LAST)
                .build(),
            answers: Cache::builder()
                .max_capacity(answers)
                .time_to_live(ANSWERS_LAST)
                .build(),
            counts: Cache::builder()
                .max_capacity(COUNTS)
                .time_to_live(COUNTS_LAST)
                .build(),
            generation: AtomicU64::new(0),
        })
    }

    /// The library changed: no answer holds any more.
    pub fn library_changed(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// The name of a photo, for whoever has the secret.
    pub fn key(&self, picture: &Pixels) -> [u8; 32] {
        photo_key(&self.secret, picture)
    }

    /// The name of an answer: what was asked, who said what the photo shows, and how it is looked at.
    fn answer_key(&self, subject: &Subject, view: &View) -> String {
        let id = subject.id.as_ref().map(ToString::to_string);
        let analysis = subject.analysis.as_ref();
        let model = subject.embedding.as_ref().map(|(model, _)| model.0);
        format!(
            "{}|{}|{}|{}|{}|{}",
            self.generation.load(Ordering::Relaxed),
            id.as_deref().unwrap_or("-"),
            model.unwrap_or_default(),
            analysis.map_or("", |a| &a.model),
            analysis.and_then(|a| a.note.as_deref()).unwrap_or(""),
            view.query(),
        )
    }
}

impl Veneer {
    /// The vector of a photo. The same photo sent twice, also at the same moment, is looked at once.
    pub(crate) async fn look(
        &self,
        picture: Arc<Pixels>,
        key: [u8; 32],
    ) -> Result<Arc<Seen>, Error> {
        let inner = &self.inner;
        let looks = &inner.caches.looks;
        let key = (inner.models.in_use().id(), key);
        let looking = async {
            let patience = inner.deadlines.embedding;
            inner.models.look(picture, patience).await.map(Arc::new)
        };
        let seen = looks.try_get_with(key, looking).await;
        let seen = seen.map_err(|error| match error.as_ref() {
            Error::Overloaded => Error::Overloaded,
            _ => Error::Internal,
        })?;
        if seen.note.is_some() {
            // The built-in model stood in; the next one who sends this photo tries again.
            looks.invalidate(&key).await;
        }
        Ok(seen)
    }

    /// The vector of words by the model in use; `None` when it knows none, or does not answer in time:
    /// words are then looked for in what is written.
    pub(crate) async fn word_vector(&self, words: &str) -> Option<(ModelId, Arc<Embedding>)> {
        let inner = &self.inner;
        let eye = inner.models.in_use();
        let id = eye.id();
        inner.models.text_scale(id)?;
        let key = (id, words.to_lowercase());
        if let Some(known) = inner.caches.words.get(&key).await {
            return Some((id, known));
        }
        let asking = eye.embedder.embed_words(words.to_owned())?;
        match tokio::time::timeout(inner.deadlines.embedding, asking).await {
            Ok(Ok(vector)) => {
                let vector = Arc::new(vector);
                inner.caches.words.insert(key, Arc::clone(&vector)).await;
                Some((id, vector))
            }
            Ok(Err(error)) => {
                tracing::warn!(model = eye.row.name, %error, "words could not be embedded");
                None
            }
            Err(_) => {
                tracing::warn!(model = eye.row.name, "words took too long to embed");
                None
            }
        }
    }

    /// How many there are of what, counted once for all who look with the same filters.
    pub(crate) async fn counted(&self, filters: &Filters) -> Result<Arc<Counted>, Error> {
        let caches = &self.inner.caches;
        let key = (caches.generation.load(Ordering::Relaxed), filters.clone());
        if let Some(known) = caches.counts.get(&key).await {
            return Ok(known);
        }
        let catalog = &self.inner.catalog;
        let counted = Arc::new(Counted {
            library: catalog.counts().await?.materials,
            facets: catalog.facets(filters).await?,
        });
        caches.counts.insert(key, Arc::clone(&counted)).await;
        Ok(counted)
    }

    /// An answer, from memory where it was given lately.
    pub(crate) async fn cached(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        let answers = &self.inner.caches.answers;
        let key = self.inner.caches.answer_key(&subject, view);
        if let Some(known) = answers.get(&key).await {
            return Ok(Results::clone(&known));
        }
        let results = self.answer(subject, view).await?;
        if !results.awaiting {
            answers.insert(key, Arc::new(results.clone())).await;
        }
        Ok(results)
    }
}
