//! What a search is about.

use std::sync::Arc;

use catalog::WordsQuery;
use material::{
    Analysis, Colour, Estimated, ExampleCard, ExampleOf, Field, Filters, LegScores, LookFacts,
    Origin, Token, read::Value,
};
use vision::Embedding;

use crate::{Error, Veneer, agree::Wanted, mix::Mix, words::Terms};

/// How much a guess of the kind counts beside a kind that is known or said, over and above how sure it is: pictures of
/// other kinds are taken for it together, so its mistakes come in lists.
const GUESSED_KIND: f32 = 0.5;

/// What a search is about. The lower half is what a view adds, by [`Veneer::steered`].
#[derive(Default)]
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
    /// Whether it was guessed from photos.
    pub is_guessed: bool,
    /// How much of what the picture shows is asked for, leg by leg, where words ask for another kind than it shows.
    pub seen: LegScores,
    /// How the embedding was mixed.
    pub mix: Mix,
    /// How the vector of the words was mixed.
    pub words_mix: Mix,
    /// What may come back: what was chosen, and what was read in the words.
    pub filters: Filters,
    /// What a model thinks is meant by the words beyond what they say.
    pub suggested: Vec<Estimated>,
    /// What the full text is searched for.
    pub query: Option<WordsQuery>,
    /// The words that count, for the reasons.
    pub terms: Option<Terms>,
    /// Colours asked for in words or by an example, in place of the photo's.
    pub palette: Vec<Colour>,
    /// Colours somebody put together, shares and all; they take the place of all others.
    pub asked: Vec<Colour>,
    /// What counts against a material that has it.
    pub unwanted: Vec<Value>,
    /// Pictures it goes towards and away from.
    pub examples: Vec<ExampleCard>,
    /// What was measured in more pictures that are wanted, and how much each counts beside the first.
    pub other_looks: Vec<(f32, LookFacts)>,
    /// Photos that were to count, and whose searches have aged out.
    pub gone: Vec<ExampleOf>,
}

impl Subject {
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
        if !self.is_guessed {
            return self.seen;
        }
        let wanted = &self.wanted;
        // What examples of the library have in common is known, whatever was guessed before.
        let sure = |field, is_said: bool| Some(if is_said { wanted.sureness(field) } else { 0.0 });
        LegScores {
            finish: sure(Field::Finish, wanted.properties.finish.is_some()),
            kind: sure(Field::Category, wanted.properties.category.is_some()).map(|sure| {
                if wanted.kinds.is_empty() {
                    sure
                } else {
                    sure * GUESSED_KIND
                }
            }),
            ..self.seen
        }
    }

    /// What was measured in the pictures that are wanted, with how much each counts.
    pub fn looks(&self) -> Vec<(f32, &LookFacts)> {
        let first = self.look.iter().map(|look| (1.0, look));
        let others = self
            .other_looks
            .iter()
            .map(|(weight, look)| (*weight, look));
        first.chain(others).collect()
    }

    /// The colours it asks for.
    pub fn palette(&self) -> Option<&[Colour]> {
        let measured = self.look.as_ref().map(|look| look.palette.as_slice());
        let asked = Some(self.palette.as_slice()).filter(|colours| !colours.is_empty());
        let outright = Some(self.asked.as_slice()).filter(|colours| !colours.is_empty());
        let colours = outright.or(asked).or(measured);
        colours.filter(|colours| !colours.is_empty())
    }

    /// Whether there is anything beside words to be near to.
    pub fn is_seen(&self) -> bool {
        self.embedding.is_some() || self.look.is_some() || !self.asked.is_empty()
    }

    /// Whether anything is asked for that nearness could mean.
    pub fn asks(&self) -> bool {
        self.is_seen() || self.query.is_some()
    }
}

impl Veneer {
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
            (_, Some(analysis)) => Wanted::guessed(analysis),
            (_, None) => Wanted::default(),
        };
        Ok(Subject {
            id: Some(id.clone()),
            origin: search.origin,
            embedding: search.embedding,
            look: search.look,
            is_guessed: analysis.is_some(),
            analysis,
            wanted,
            ..Subject::default()
        })
    }
}
