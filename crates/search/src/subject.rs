//! What a search is about.

use std::sync::Arc;

use material::{Analysis, Colour, Field, LegScores, LookFacts, Origin, Palette, Token, View};
use vision::{Embedding, estimate};

use crate::{Error, Veneer, agree::Wanted};

/// What a search is about, without the way it is looked at.
pub(crate) struct Subject {
    pub id: Option<Token>,
    pub origin: Origin,
    pub embedding: Option<(catalog::ModelId, Embedding)>,
    /// The words of the view as a vector, where the model in use knows words.
    pub words: Option<(catalog::ModelId, Arc<Embedding>)>,
    pub look: Option<LookFacts>,
    pub analysis: Option<Analysis>,
    /// What is known or guessed of it.
    pub wanted: Wanted,
    /// Colours somebody put together; they take the place of those of a photo.
    pub asked: Vec<Colour>,
}

impl Subject {
    /// The library itself.
    pub fn library() -> Self {
        Self {
            id: None,
            origin: Origin::Library,
            embedding: None,
            words: None,
            look: None,
            analysis: None,
            wanted: Wanted::default(),
            asked: Vec::new(),
        }
    }

    /// With the colours a view asks for.
    pub fn asking(self, view: &View) -> Self {
        Self {
            asked: view
                .palette
                .as_ref()
                .map_or_else(Vec::new, Palette::colours),
            ..self
        }
    }

    /// What pictures are compared with: the photo, or words as a vector.
    pub fn compared(&self) -> Option<(catalog::ModelId, &[f32])> {
        let words = self.words.as_ref();
        self.embedding
            .as_ref()
            .map(|(id, vector)| (*id, vector.as_slice()))
            .or_else(|| words.map(|(id, vector)| (*id, vector.as_slice())))
    }

    /// How sure it is of what it asks for: a swatch of the library is known, a guess is as sure as it is.
    pub fn sureness(&self) -> LegScores {
        if self.analysis.is_none() {
            return LegScores::default();
        }
        let guessed = |field| Some(self.wanted.confidence.get(&field).copied().unwrap_or(0.0));
        LegScores {
            finish: guessed(Field::Finish),
            kind: guessed(Field::Category),
            ..LegScores::default()
        }
    }

    /// The colours it asks for.
    pub fn palette(&self) -> Option<&[Colour]> {
        let measured = self.look.as_ref().map(|look| look.palette.as_slice());
        let asked = (!self.asked.is_empty()).then_some(self.asked.as_slice());
        asked.or(measured).filter(|colours| !colours.is_empty())
    }

    /// Whether there is anything beside words to be near to.
    pub fn is_seen(&self) -> bool {
        self.embedding.is_some() || self.look.is_some() || !self.asked.is_empty()
    }
}

impl Veneer {
    /// The library itself, or what words alone ask of it: what is written, and what pictures show of it
    /// where a model can tell.
    pub(crate) async fn library_subject(&self, view: &View) -> Subject {
        let words = match &view.text {
            Some(words) => self.word_vector(words.as_str()).await,
            None => None,
        };
        Subject {
            words,
            ..Subject::library()
        }
    }

    pub(crate) async fn subject(&self, id: &Token) -> Result<Subject, Error> {
        let catalog = &self.inner.catalog;
        let stored = catalog.search(id).await?.ok_or(Error::NotFound(
            "This search is not here any more. Searches are kept for a while; shares last.",
        ))?;
        let (search, analysis) = (stored.search, stored.analysis);
        let wanted = match (&search.origin, &analysis) {
            // A swatch of the library is known, not estimated.
            (Origin::Swatch { material, .. }, _) => {
                let known = catalog.material(material).await?;
                Wanted::known(known.map(|m| m.material.properties).unwrap_or_default())
            }
            (_, Some(analysis)) => {
                let (properties, confidence) = estimate::as_properties(analysis);
                Wanted {
                    properties,
                    confidence,
                    kinds: estimate::kinds(analysis),
                }
            }
            (_, None) => Wanted::default(),
        };
        Ok(Subject {
            id: Some(id.clone()),
            origin: search.origin,
            embedding: search.embedding,
            words: None,
            look: search.look,
            analysis,
            wanted,
            asked: Vec::new(),
        })
    }
}
