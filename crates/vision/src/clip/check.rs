//! Trying a model out and saying how it does.

use std::{fmt, sync::Arc, time::Instant};

use photo::Pixels;

use super::{ClipEmbedder, ClipError};
use crate::{Embed, Embedding, Model};

/// What is put to a model to try it.
const WORDS: &str = "a photo of oak wood";

/// How a model did.
#[derive(Debug, Clone)]
pub struct Report {
    /// The model.
    pub model: Model,
    /// What ran it.
    pub runtime: String,
    /// Width and height of the pictures it sees.
    pub input: (u32, u32),
    /// Tokens of a text; nothing if it knows no words.
    pub length: Option<usize>,
    /// Milliseconds for one picture, preparation included.
    pub image_ms: f32,
    /// Milliseconds for one text.
    pub text_ms: Option<f32>,
    /// Cosine of the picture and the words.
    pub cosine: Option<f32>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (width, height) = self.input;
        write!(
            f,
            "{} works: vectors of {} numbers, pictures of {width}×{height} pixels in {:.0} ms",
            self.model.name, self.model.dims, self.image_ms
        )?;
        if let (Some(length), Some(ms)) = (self.length, self.text_ms) {
            write!(f, ", texts of {length} tokens in {ms:.0} ms")?;
        } else {
            write!(f, ", no words")?;
        }
        write!(f, "; run by {}", self.runtime)
    }
}

impl ClipEmbedder {
    /// Runs the model on a picture and on words and says how it did. The first run of each tower
    /// loads it and is not timed.
    ///
    /// # Errors
    /// What is wrong with the model.
    pub async fn check(&self) -> Result<Report, ClipError> {
        let picture = Arc::new(Pixels::from_fn(256, 256, |x, y| {
            [x as u8, y as u8, (x ^ y) as u8]
        }));
        self.pictures(vec![picture.clone()]).await?;
        let start = Instant::now();
        let seen = self.pictures(vec![picture]).await?;
        let image_ms = start.elapsed().as_secs_f32() * 1000.0;
        self.words(WORDS).await?;
        let start = Instant::now();
        let read = self.words(WORDS).await?;
        let text_ms = start.elapsed().as_secs_f32() * 1000.0;
        let cosine = match (seen.first(), &read) {
            (Some(seen), Some(read)) => Some(cosine(seen, read)?),
            _ => None,
        };
        Ok(Report {
            model: self.model().clone(),
            runtime: self.runtime().to_string(),
            input: self.folder().preprocess().size(),
            length: self.length(),
            image_ms,
            text_ms: read.map(|_| text_ms),
            cosine,
        })
    }
}

fn cosine(a: &Embedding, b: &Embedding) -> Result<f32, ClipError> {
    let cosine: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    if a.len() == b.len() && cosine.is_finite() {
        Ok(cosine)
    } else {
        let detail = "its pictures and its words are not vectors of one space";
        Err(ClipError::Failed(detail.to_owned()))
    }
}
