//! What need not be computed twice: vectors of photos and words for a day, answers for five minutes.
//!
//! Photos are known by a hash that only this library can make. Everything here lives in memory, has a bound,
//! and is gone when the process is; where a Redis is configured, the same is shared through it
//! (`shared.rs`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use catalog::{Catalog, ModelId};
use eyes::{Found, Stage, eyes};
use material::{Example, Origin, Results, View};
use moka::future::Cache;
use photo::Pixels;
use vision::Embedding;

use crate::{
    Error, OpenError, Veneer,
    describe::photo_key,
    models::Seen,
    shared::{Shared, bytes_vector, vector_bytes},
    subject::Subject,
};

const VECTORS: u64 = 10_000;
const VECTORS_LAST: Duration = Duration::from_secs(24 * 3600);
const ANSWERS_LAST: Duration = Duration::from_secs(5 * 60);

/// What is remembered.
pub(crate) struct Caches {
    secret: [u8; 32],
    looks: Cache<(ModelId, [u8; 32]), Arc<Seen>>,
    words: Cache<(ModelId, String), Arc<Embedding>>,
    answers: Cache<String, Arc<Results>>,
    shared: Shared,
}

impl Caches {
    /// Empty ones that keep at most so many answers, and share them through a Redis where there is one; with
    /// 0 they keep nothing.
    pub async fn new(
        catalog: &Catalog,
        answers: u64,
        redis: Option<&str>,
    ) -> Result<Self, OpenError> {
        let vectors = if answers == 0 { 0 } else { VECTORS };
        let secret = catalog.secret("photos").await.map_err(Error::from)?;
        let shared = match redis.filter(|_| answers > 0) {
            Some(address) => Shared::at(address, &secret)?,
            None => Shared::none(),
        };
        Ok(Self {
            secret,
            shared,
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
        })
    }

    /// Whether what is shared can be reached; `None` where nothing is shared.
    pub async fn shared_answers(&self) -> Option<bool> {
        self.shared.answers().await
    }

    /// The name of a photo, for whoever has the secret.
    pub fn key(&self, picture: &Pixels) -> [u8; 32] {
        photo_key(&self.secret, picture)
    }

    /// The name of an answer: the state of the library, so that after a change the old ones are not found
    /// any more; what was asked, who said what the photo shows, and how it is looked at.
    fn answer_key(version: i64, subject: &Subject, view: &View) -> String {
        let id = subject.id.as_ref().map(ToString::to_string);
        let analysis = subject.analysis.as_ref();
        let model = subject.embedding.as_ref().map(|(model, _)| model.0);
        format!(
            "{}|{}|{}|{}|{}|{}",
            version,
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
        let eye = inner.models.in_use();
        let key = (eye.id(), key);
        // 0 for here, 1 for shared, 2 for not.
        let found = AtomicU8::new(0);
        let looking = async {
            found.store(2, Ordering::Relaxed);
            let shared = &inner.caches.shared;
            let name = shared.key("look", &[eye.row.name.as_bytes(), &key.1]);
            if let Some(bytes) = shared.get(name.as_ref()).await
                && let Some(embedding) = bytes_vector(&bytes, eye.row.dims)
            {
                found.store(1, Ordering::Relaxed);
                return Ok(Arc::new(Seen {
                    model: eye.id(),
                    embedding,
                    note: None,
                }));
            }
            let patience = inner.deadlines.embedding;
            let started = Instant::now();
            let seen = inner.models.look(picture, patience).await?;
            eyes().stage(Stage::Embed, started.elapsed());
            if seen.model == eye.id() {
                shared.put(name.as_ref(), vector_bytes(&seen.embedding), VECTORS_LAST);
            }
            Ok::<_, Error>(Arc::new(seen))
        };
        let seen = looks.try_get_with(key, looking).await;
        let found = match found.into_inner() {
            0 => Found::Here,
            1 => Found::Shared,
            _ => Found::Not,
        };
        eyes().cache("looks", found);
        let seen = seen.map_err(|error: Arc<Error>| match error.as_ref() {
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
            eyes().cache("words", Found::Here);
            return Some((id, known));
        }
        let shared = &inner.caches.shared;
        let name = shared.key("words", &[eye.row.name.as_bytes(), key.1.as_bytes()]);
        if let Some(bytes) = shared.get(name.as_ref()).await
            && let Some(vector) = bytes_vector(&bytes, eye.row.dims)
        {
            eyes().cache("words", Found::Shared);
            let vector = Arc::new(vector);
            inner.caches.words.insert(key, Arc::clone(&vector)).await;
            return Some((id, vector));
        }
        eyes().cache("words", Found::Not);
        let asking = eye.embedder.embed_words(words.to_owned())?;
        match tokio::time::timeout(inner.deadlines.embedding, asking).await {
            Ok(Ok(vector)) if crate::models::is_sound(&vector, eye.row.dims) => {
                shared.put(name.as_ref(), vector_bytes(&vector), VECTORS_LAST);
                let vector = Arc::new(vector);
                inner.caches.words.insert(key, Arc::clone(&vector)).await;
                Some((id, vector))
            }
            Ok(Ok(_)) => {
                tracing::warn!(model = eye.row.name, "words became no vector");
                None
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

    /// An answer, from memory where it was given lately, here or by another process.
    pub(crate) async fn cached(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        let answering = Box::pin(self.cached_now(subject, view));
        self.inner.catalog.asking_once(answering).await
    }

    async fn cached_now(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        let caches = &self.inner.caches;
        let version = self.inner.catalog.version().await?;
        let key = Caches::answer_key(version, &subject, view);
        if let Some(known) = caches.answers.get(&key).await {
            eyes().cache("answers", Found::Here);
            return Ok(Results::clone(&known));
        }
        // What is told of a photo stays in the process.
        let has_photos = view.examples.iter().any(Example::is_photo);
        let name = caches.shared.key("answer", &[key.as_bytes()]);
        let name = name.filter(|_| !has_photos);
        if let Some(bytes) = caches.shared.get(name.as_ref()).await
            && let Ok(known) = serde_json::from_slice::<Results>(&bytes)
        {
            eyes().cache("answers", Found::Shared);
            let known = asked(known, &subject, view);
            caches.answers.insert(key, Arc::new(known.clone())).await;
            return Ok(known);
        }
        eyes().cache("answers", Found::Not);
        let results = self.answer(subject, view).await?;
        if !results.awaiting && !self.is_unread(view).await {
            if name.is_some()
                && let Ok(bytes) = serde_json::to_vec(&unasked(results.clone()))
            {
                caches.shared.put(name.as_ref(), bytes, ANSWERS_LAST);
            }
            caches.answers.insert(key, Arc::new(results.clone())).await;
        }
        Ok(results)
    }
}

/// An answer without what was asked: that stays in the process.
fn unasked(results: Results) -> Results {
    Results {
        id: None,
        origin: Origin::Library,
        view: View::default(),
        look: None,
        analysis: None,
        ..results
    }
}

/// An answer as it is given to whoever asked.
fn asked(results: Results, subject: &Subject, view: &View) -> Results {
    Results {
        id: subject.id.clone(),
        origin: subject.origin.clone(),
        view: view.clone(),
        look: subject.look.clone(),
        analysis: subject.analysis.clone(),
        ..results
    }
}
