//! Pictures to vectors.

use std::{future::Future, pin::Pin, sync::Arc};

use futures::{StreamExt, TryStreamExt, stream};
use photo::{Pixels, look};
use tokio::sync::Semaphore;

use crate::compute;

/// A unit vector; its length is the model's `dims`.
pub type Embedding = Vec<f32>;

/// Which model made a vector. Vectors of different models never meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// Name and version, as it stands in the library beside every vector.
    pub name: String,
    /// Length of its vectors.
    pub dims: u32,
}

/// Why there is no vector.
#[derive(Debug, thiserror::Error)]
pub enum VisionError {
    /// More pictures wait than the queue takes.
    #[error("Many people are searching right now. Try again in a moment.")]
    Overloaded,
    /// The model failed; the text is for the log.
    #[error("The model {model} failed: {detail}")]
    Failed {
        /// Which.
        model: String,
        /// What it said.
        detail: String,
    },
}

/// What an embedder says, when it has computed it.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, VisionError>> + Send + 'a>>;

/// Turns pictures into unit vectors of one model.
pub trait Embed: Send + Sync {
    /// The model behind it.
    fn model(&self) -> &Model;

    /// One vector a picture, in order.
    ///
    /// # Errors
    /// [`VisionError::Overloaded`] when the queue is full, [`VisionError::Failed`] when the model is.
    fn embed(&self, pictures: Vec<Arc<Pixels>>) -> Answer<'_, Vec<Embedding>>;

    /// The vector of words in the same space, or `None` if the model knows no words.
    ///
    /// # Errors
    /// As [`Self::embed`].
    fn embed_words(&self, words: String) -> Option<Answer<'_, Embedding>> {
        let _ = words;
        None
    }
}

/// The built-in look descriptor of `photo::look`: 512 dimensions, no model file, about as long a
/// computation as decoding the picture.
pub struct LookEmbedder {
    model: Model,
    threads: usize,
    waiting: Semaphore,
    running: Semaphore,
}

impl LookEmbedder {
    /// Requests that may wait for a core before the next is turned away.
    const QUEUE: usize = 64;

    /// An embedder that keeps at most `threads` cores busy.
    pub fn new(threads: usize) -> Self {
        Self {
            model: Model {
                name: look::MODEL.to_owned(),
                dims: look::DIMS as u32,
            },
            threads: threads.max(1),
            waiting: Semaphore::new(Self::QUEUE + threads.max(1)),
            running: Semaphore::new(threads.max(1)),
        }
    }
}

impl Embed for LookEmbedder {
    fn model(&self) -> &Model {
        &self.model
    }

    fn embed(&self, pictures: Vec<Arc<Pixels>>) -> Answer<'_, Vec<Embedding>> {
        Box::pin(async move {
            let _place = self
                .waiting
                .try_acquire()
                .map_err(|_| VisionError::Overloaded)?;
            let failed = |detail: String| VisionError::Failed {
                model: self.model.name.clone(),
                detail,
            };
            let failed = &failed;
            // A core a picture: a batch uses all of them, and whoever comes with one photo waits for one picture of it.
            stream::iter(pictures)
                .map(|picture| async move {
                    let _core = self
                        .running
                        .acquire()
                        .await
                        .map_err(|e| failed(e.to_string()))?;
                    compute(move || look::describe(&picture).into_vec())
                        .await
                        .map_err(|e| failed(e.to_string()))
                })
                .buffered(self.threads)
                .try_collect()
                .await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes(step: u32) -> Arc<Pixels> {
        Arc::new(Pixels::from_fn(64, 64, |x, _| {
            if (x / step).is_multiple_of(2) {
                [200, 180, 150]
            } else {
                [90, 70, 50]
            }
        }))
    }

    #[tokio::test]
    async fn one_unit_vector_a_picture_in_order() {
        let embedder = LookEmbedder::new(1);
        let both = embedder
            .embed(vec![stripes(4), stripes(16)])
            .await
            .expect("two plain pictures embed");
        let second = embedder
            .embed(vec![stripes(16)])
            .await
            .expect("one plain picture embeds");
        assert_eq!(both.len(), 2);
        assert_eq!(both[1], second[0]);
        for vector in &both {
            assert_eq!(vector.len(), embedder.model().dims as usize);
            let length: f32 = vector.iter().map(|v| v * v).sum::<f32>().sqrt();
            assert!((length - 1.0).abs() < 1e-4);
        }
    }

    #[test]
    fn the_look_knows_no_words() {
        let embedder: Box<dyn Embed> = Box::new(LookEmbedder::new(1));
        assert!(embedder.embed_words("oak".to_owned()).is_none());
    }

    #[tokio::test]
    async fn a_full_queue_turns_the_next_one_away_by_name() {
        let embedder = LookEmbedder::new(1);
        let _all = embedder
            .waiting
            .acquire_many((LookEmbedder::QUEUE + 1) as u32)
            .await
            .expect("the queue is open");
        assert!(matches!(
            embedder.embed(vec![stripes(4)]).await,
            Err(VisionError::Overloaded)
        ));
    }
}
