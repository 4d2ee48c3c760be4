//! Scoring: every candidate exactly on every leg, then the one order of `rank`.

use catalog::Scored;
use material::{Band, Colour, LegScores, Likeness, View};
use rank::{Candidate, Settings};

use crate::{Veneer, calibrate, colours, far, kin, legs, reason::Side, steer, subject::Subject};

/// A candidate with its scores.
pub(crate) struct Judged {
    pub row: Scored,
    pub scores: LegScores,
    /// How near it looks, whatever else speaks against it.
    pub look: Option<f32>,
}

impl Judged {
    /// The colours of the picture that is nearest in look.
    pub fn palette(&self) -> &[Colour] {
        self.row.swatch().map_or(&[], |s| &s.palette)
    }

    /// It as one side of a comparison.
    pub fn side(&self) -> Side<'_> {
        Side {
            properties: &self.row.material().properties,
            palette: self.palette(),
            facts: self.row.swatch().and_then(|s| s.facts.as_ref()),
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

impl Veneer {
    /// Scores rows on every leg, in their order.
    pub(crate) fn judge(&self, rows: Vec<Scored>, subject: &Subject) -> Vec<Judged> {
        let scales = self.inner.models.leg_scales();
        let looks = subject.looks();
        rows.into_iter()
            .map(|row| {
                let mut judged = Judged {
                    row,
                    scores: LegScores::default(),
                    look: None,
                };
                let mut scores = LegScores::default();
                if subject.is_seen() || !subject.wanted.confidence.is_empty() {
                    let palette = subject.palette().unwrap_or_default();
                    let mut raw =
                        legs::agreements(&subject.wanted, palette, &looks, &judged.side());
                    if !subject.asked.is_empty() {
                        raw.colour = colours::asked(&subject.asked, judged.palette());
                    }
                    scores = calibrate::scaled(raw, &scales);
                    scores.look = judged.row.cosine.zip(subject.embedding.as_ref()).map(
                        |(cosine, (model, _))| {
                            let near = |cosine| self.inner.models.nearness(*model, cosine);
                            subject.mix.nearness(cosine, near).max(0.0)
                        },
                    );
                }
                judged.look = scores.look;
                let asked = subject.query.is_some() || subject.words.is_some();
                scores.words = asked.then(|| self.words_score(subject, &judged.row));
                let refused = steer::refused(&subject.unwanted, &judged.row.material().properties);
                steer::count_against(&mut scores, refused.len());
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
            let models = &self.inner.models;
            models.text_scale(*model)?;
            let near = |cosine| models.text_nearness(*model, cosine).unwrap_or(0.0);
            let nearness = subject.words_mix.nearness(row.cosine?, near);
            Some(0.8 * nearness.clamp(0.0, 1.0))
        });
        written.max(shown.unwrap_or(0.0))
    }
}

/// How candidates of this subject become an order under this view.
pub(crate) fn settings(subject: &Subject, view: &View, judged: &[Judged]) -> Settings {
    let looks = judged.iter().filter_map(|one| one.look);
    Settings {
        sureness: subject.sureness(),
        nothing_close: far::nothing_close(subject, looks),
        ..Settings::default()
    }
    .seen_through(view)
}

/// What the order depends on, candidate by candidate.
pub(crate) fn candidates(judged: &[Judged]) -> Vec<Candidate> {
    let rows: Vec<&Scored> = judged.iter().map(|one| &one.row).collect();
    let kin = kin::kin(&rows);
    let makers = kin::makers(&rows);
    judged
        .iter()
        .zip(kin)
        .zip(makers)
        .map(|((one, kin), maker)| Candidate {
            id: one.row.id().0,
            scores: one.scores,
            kin,
            maker,
            sketch: rank::sketch(&one.row.signs),
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
