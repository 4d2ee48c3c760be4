//! Scoring: every candidate exactly on every leg, then the one order of `rank`.

use catalog::Scored;
use material::{Band, Colour, LegScores, Likeness, LookFacts, View};
use rank::{Candidate, Kin, Settings};

use crate::{Veneer, colours, legs, reason::Side, subject::Subject, words::Terms};

/// A candidate with its scores.
pub(crate) struct Judged {
    pub row: Scored,
    /// What was measured in its nearest picture.
    pub facts: Option<LookFacts>,
    pub scores: LegScores,
}

impl Judged {
    /// The colours of the picture that is nearest in look.
    pub fn palette(&self) -> &[Colour] {
        self.row.swatches.first().map_or(&[], |s| &s.palette)
    }

    /// It as one side of a comparison.
    pub fn side(&self) -> Side<'_> {
        Side {
            properties: &self.row.material.properties,
            palette: self.palette(),
            facts: self.facts.as_ref(),
        }
    }
}

/// A candidate where it stands, with those under it.
pub(crate) struct Place {
    pub judged: Judged,
    pub band: Band,
    pub score: f32,
    pub also: Vec<(Judged, Likeness)>,
}

/// The words of a view that count, if there are any.
pub(crate) fn terms(view: &View) -> Option<Terms> {
    let terms = Terms::of(view.text.as_ref()?.as_str());
    (!terms.is_empty()).then_some(terms)
}

impl Veneer {
    /// Scores rows on every leg, in their order.
    pub(crate) fn judge(&self, rows: Vec<Scored>, subject: &Subject, view: &View) -> Vec<Judged> {
        let has_words = terms(view).is_some();
        rows.into_iter()
            .map(|row| {
                let facts: Option<LookFacts> = row.swatches.first().and_then(|s| s.facts());
                let mut judged = Judged {
                    row,
                    facts,
                    scores: LegScores::default(),
                };
                let mut scores = LegScores::default();
                if subject.is_seen() {
                    scores =
                        legs::agreements(&subject.wanted, subject.look.as_ref(), &judged.side());
                    scores.look = judged.row.cosine.zip(subject.embedding.as_ref()).map(
                        |(cosine, (model, _))| self.inner.models.nearness(*model, cosine).max(0.0),
                    );
                    if !subject.asked.is_empty() {
                        scores.colour = colours::asked(&subject.asked, judged.palette());
                    }
                }
                scores.words = has_words.then(|| self.words_score(subject, &judged.row));
                judged.scores = scores;
                judged
            })
            .collect()
    }

    /// How near a material is by words: what is written of it, or what its picture shows of them. What is
    /// written is sure; a model's idea of it reaches four fifths.
    fn words_score(&self, subject: &Subject, row: &Scored) -> f32 {
        let written = row.words_rank.unwrap_or(0.0);
        let shown = subject.words.as_ref().and_then(|(model, _)| {
            let nearness = self.inner.models.text_nearness(*model, row.cosine?)?;
            Some(0.8 * nearness.clamp(0.0, 1.0))
        });
        written.max(shown.unwrap_or(0.0))
    }
}

/// How candidates of this subject become an order under this view.
pub(crate) fn settings(subject: &Subject, view: &View) -> Settings {
    Settings {
        sureness: subject.sureness(),
        ..Settings::default()
    }
    .seen_through(view)
}

/// What the order depends on, candidate by candidate.
pub(crate) fn candidates(judged: &[Judged]) -> Vec<Candidate> {
    judged
        .iter()
        .map(|one| Candidate {
            id: one.row.id.0,
            scores: one.scores,
            kin: Kin::default(),
            maker: None,
            sketch: None,
        })
        .collect()
}

/// Brings scored rows into their places.
pub(crate) fn place(judged: Vec<Judged>, settings: &Settings) -> Vec<Place> {
    let order = rank::fuse(&candidates(&judged), settings);
    let mut rows: Vec<Option<Judged>> = judged.into_iter().map(Some).collect();
    let mut take = |index: usize| rows.get_mut(index).and_then(Option::take);
    order
        .into_iter()
        .filter_map(|ranked| {
            Some(Place {
                judged: take(ranked.index)?,
                band: ranked.band,
                score: ranked.score,
                also: ranked
                    .also
                    .into_iter()
                    .filter_map(|(index, likeness)| Some((take(index)?, likeness)))
                    .collect(),
            })
        })
        .collect()
}
