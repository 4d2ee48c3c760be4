//! Answering: candidates of every leg, exact agreement of each, one order, a page of it with reasons.

use std::{sync::Arc, time::Instant};

use catalog::{CandidateQuery, MaterialId, Scored, WordsQuery};
use material::{
    Analysis, Band, BandCount, Colour, Field, Hit, LegScores, LookFacts, Origin, PAGE_SIZE,
    Results, Timing, Token, View,
};
use vision::{Embedding, estimate};

use crate::{
    Error, Veneer,
    agree::{self, Wanted},
    ask::within,
    colours,
    rank::{self, Candidate, Ranked},
    reason::{self, Side},
    words::Terms,
};

/// Materials that every leg is asked for, and that are scored exactly on all legs. What lies beyond
/// follows in the order of look alone.
const DEPTH: u32 = 500;

/// What a search is about, without the way it is looked at.
pub(crate) struct Subject {
    pub id: Option<Token>,
    pub origin: Origin,
    pub embedding: Option<(catalog::ModelId, Embedding)>,
    /// The words of the view as a vector, where the model in use knows words.
    pub words: Option<(catalog::ModelId, Arc<Embedding>)>,
    pub look: Option<LookFacts>,
    pub analysis: Option<Analysis>,
    /// What the properties leg asks for.
    pub wanted: Wanted,
}

impl Subject {
    /// The library itself.
    fn library() -> Self {
        Self {
            id: None,
            origin: Origin::Library,
            embedding: None,
            words: None,
            look: None,
            analysis: None,
            wanted: Wanted::default(),
        }
    }

    /// What pictures are compared with: the photo, or words as a vector.
    fn compared(&self) -> Option<(catalog::ModelId, &[f32])> {
        let words = self.words.as_ref();
        self.embedding
            .as_ref()
            .map(|(id, vector)| (*id, vector.as_slice()))
            .or_else(|| words.map(|(id, vector)| (*id, vector.as_slice())))
    }

    /// How sure it is of the kind it asks for: a swatch of the library is, a guess is as far as the
    /// guess goes.
    fn sureness(&self) -> f32 {
        match &self.analysis {
            Some(_) => self
                .wanted
                .confidence
                .get(&Field::Category)
                .copied()
                .unwrap_or(0.0),
            None => 1.0,
        }
    }

    /// Whether there is anything beside words to be near to.
    fn is_seen(&self) -> bool {
        self.embedding.is_some()
    }
}

impl Veneer {
    /// A search, looked at with filters, words and weights.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    pub async fn results(&self, id: &Token, view: &View) -> Result<Results, Error> {
        let subject = self.subject(id).await?;
        self.cached(subject, view).await
    }

    /// The library itself, or what words alone find in it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn library(&self, view: &View) -> Result<Results, Error> {
        let subject = match &view.text {
            Some(text) => self.words_subject(text.as_str()).await,
            None => Subject::library(),
        };
        self.cached(subject, view).await
    }

    /// Words alone: what is written, and what pictures show of it where a model can tell.
    async fn words_subject(&self, words: &str) -> Subject {
        Subject {
            words: self.word_vector(words).await,
            ..Subject::library()
        }
    }

    async fn subject(&self, id: &Token) -> Result<Subject, Error> {
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
        })
    }

    pub(crate) async fn answer(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        within(self.inner.deadlines.search, self.rank(subject, view)).await?
    }

    async fn rank(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        let catalog = &self.inner.catalog;
        let started = Instant::now();
        let counted = self.counted(&view.filters).await?;
        let counting = started.elapsed();

        let words = words(view);
        let words = words.as_ref();
        let model = subject.compared();
        let found = catalog
            .candidates(&CandidateQuery {
                filters: &view.filters,
                total: Some(counted.facets.total),
                model,
                words,
                palette: subject.look.as_ref().map(|l| l.palette.as_slice()),
                properties: subject.is_seen().then_some(&subject.wanted.properties),
                depth: DEPTH,
            })
            .await?;
        let scored = catalog.score_data(&found.ids, model, words).await?;
        let fetched = started.elapsed();

        let seen = subject.is_seen() || words.is_some();
        let mut scored = self.score(scored, &subject, view);
        let mut bands = Vec::new();
        let mut nothing_close = None;
        if seen {
            bands = count_bands(&scored, found.total);
            if found.total > 0 {
                nothing_close = nothing_close_sentence(&subject, &scored);
            }
        }
        let hits = self
            .page(&mut scored, found.total, &subject, view, model)
            .await?;
        let awaiting = subject.id.as_ref().is_some_and(|id| !self.is_described(id));
        let total = started.elapsed();
        let micros = |d: std::time::Duration| d.as_micros() as u64;
        Ok(Results {
            id: subject.id,
            origin: subject.origin,
            view: view.clone(),
            examples: Vec::new(),
            look: subject.look,
            analysis: subject.analysis,
            awaiting,
            hits,
            total: found.total,
            library: counted.library,
            bands,
            nothing_close,
            facets: counted.facets.facets.clone(),
            without_price: counted.facets.without_price,
            without_size: counted.facets.without_size,
            timing: Timing {
                path: found.path.as_str().to_owned(),
                count_us: micros(counting),
                candidates_us: micros(fetched - counting),
                rank_us: micros(total - fetched),
                total_us: micros(total),
            },
        })
    }

    /// Scores candidates on every leg and brings them into order.
    fn score(&self, scored: Vec<Scored>, subject: &Subject, view: &View) -> Vec<Judged> {
        let has_words = terms(view).is_some();
        let palette = subject.look.as_ref().map(|l| l.palette.as_slice());
        let candidates: Vec<Candidate> = scored
            .iter()
            .map(|row| {
                let properties = &row.material.properties;
                let scores = LegScores {
                    visual: row.cosine.zip(subject.embedding.as_ref()).map(
                        |(cosine, (model, _))| self.inner.models.nearness(*model, cosine).max(0.0),
                    ),
                    properties: subject
                        .is_seen()
                        .then(|| agree::agreement(&subject.wanted, properties))
                        .flatten(),
                    words: has_words.then(|| self.words_score(subject, row)),
                    colours: palette
                        .and_then(|p| colours::distance(p, best_palette(row)))
                        .map(colours::agreement),
                };
                Candidate {
                    id: row.id.0,
                    scores,
                }
            })
            .collect();
        let order = rank::fuse(&candidates, view.weights, view.fusion, subject.sureness());
        let mut rows: Vec<Option<Scored>> = scored.into_iter().map(Some).collect();
        order
            .into_iter()
            .filter_map(|ranked| {
                let row = rows.get_mut(ranked.index)?.take()?;
                let mut scores = candidates.get(ranked.index)?.scores;
                scores.visual = scores.visual.map(|look| look.min(1.0));
                Some(Judged {
                    row,
                    ranked,
                    scores,
                })
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

    /// The hits of one page. Past the scored candidates the rest of the survivors follow, by look
    /// where there is one to compare, else in the order of the library.
    async fn page(
        &self,
        judged: &mut Vec<Judged>,
        total: u32,
        subject: &Subject,
        view: &View,
        model: Option<(catalog::ModelId, &[f32])>,
    ) -> Result<Vec<Hit>, Error> {
        let from = view.page.saturating_mul(PAGE_SIZE);
        let to = from.saturating_add(PAGE_SIZE).min(total);
        let ranked = judged.len() as u32;
        if from >= to {
            return Ok(Vec::new());
        }
        let terms = terms(view);
        let mut hits = Vec::with_capacity((to - from) as usize);
        if to > ranked {
            let exclude: Vec<MaterialId> = judged.iter().map(|j| j.row.id).collect();
            let skip = from.saturating_sub(ranked);
            let count = to - from.max(ranked);
            let ids = self
                .inner
                .catalog
                .tail(&view.filters, model, &exclude, skip, count)
                .await?;
            let words = words(view);
            let rest = self.inner.catalog.score_data(&ids, model, words.as_ref());
            let rest = rest.await?;
            let mut rest = self.score(rest, subject, view);
            // The tail keeps its own order: fused scores of another set do not compare.
            rest.sort_by_key(|j| ids.iter().position(|id| *id == j.row.id));
            judged.truncate(to as usize);
            hits.extend(
                judged
                    .drain(..)
                    .skip(from as usize)
                    .map(|j| self.hit(j, subject, terms.as_ref())),
            );
            hits.extend(rest.into_iter().map(|mut j| {
                j.ranked.band = Band::Weak;
                self.hit(j, subject, terms.as_ref())
            }));
        } else {
            judged.truncate(to as usize);
            hits.extend(
                judged
                    .drain(..)
                    .skip(from as usize)
                    .map(|j| self.hit(j, subject, terms.as_ref())),
            );
        }
        Ok(hits)
    }

    fn hit(&self, judged: Judged, subject: &Subject, terms: Option<&Terms>) -> Hit {
        let Judged {
            row,
            ranked,
            scores,
        } = judged;
        let facts: Option<LookFacts> = row.swatches.first().and_then(|s| s.facts());
        let found = Side {
            properties: &row.material.properties,
            palette: best_palette(&row),
            facts: facts.as_ref(),
        };
        let no_palette = Vec::new();
        let wanted = subject.is_seen().then(|| Side {
            properties: &subject.wanted.properties,
            palette: subject.look.as_ref().map_or(&no_palette, |l| &l.palette),
            facts: subject.look.as_ref(),
        });
        let matched = terms.map_or_else(Vec::new, |terms| {
            let description = row.material.description.as_str();
            terms.matched(&row.card(), &row.material.properties, description)
        });
        let (mut summary, reasons) = reason::reasons(wanted.as_ref(), &found, &scores, &matched);
        if let Origin::Swatch { material, .. } = &subject.origin
            && *material == row.material.slug
        {
            summary = "where you started".to_owned();
        }
        Hit {
            material: row.card(),
            band: ranked.band,
            summary,
            reasons,
            scores,
            score: ranked.score,
        }
    }
}

/// What a full-text search looks for in a view.
fn words(view: &View) -> Option<WordsQuery> {
    WordsQuery::parse(view.text.as_ref()?.as_str())
}

/// The words of a view that count, if there are any.
fn terms(view: &View) -> Option<Terms> {
    let terms = Terms::of(view.text.as_ref()?.as_str());
    (!terms.is_empty()).then_some(terms)
}

/// A candidate with its place.
struct Judged {
    row: Scored,
    ranked: Ranked,
    scores: LegScores,
}

/// The colours of the picture that is nearest in look.
fn best_palette(row: &Scored) -> &[Colour] {
    row.swatches.first().map_or(&[], |s| &s.palette)
}

/// How many are how near; what was not scored is far.
fn count_bands(judged: &[Judged], total: u32) -> Vec<BandCount> {
    let unscored = total.saturating_sub(judged.len() as u32);
    Band::ALL
        .into_iter()
        .map(|band| {
            let count = judged.iter().filter(|j| j.ranked.band == band).count() as u32;
            let beyond = if band == Band::Weak { unscored } else { 0 };
            BandCount {
                band,
                count: count + beyond,
            }
        })
        .collect()
}

/// Says that nothing is close, and what is missing: “The colour is here, terrazzo is not.”
fn nothing_close_sentence(subject: &Subject, judged: &[Judged]) -> Option<String> {
    if judged.first().is_some_and(|j| j.ranked.band != Band::Weak) {
        return None;
    }
    let best_of = |leg: fn(&LegScores) -> Option<f32>| {
        judged
            .iter()
            .filter_map(|j| leg(&j.scores))
            .fold(0.0f32, f32::max)
    };
    if !subject.is_seen() {
        return Some("No material has these words. These come nearest.".to_owned());
    }
    let colour = best_of(|s| s.colours);
    let look = best_of(|s| s.visual);
    Some(
        if colour >= 0.7 && look < 0.5 {
            "Nothing here is close to your photo. The colours are here, the surface is not."
        } else if look >= 0.5 && colour < 0.5 {
            "Nothing here is close to your photo. Surfaces like it are here, not in these colours."
        } else {
            "Nothing here is close to your photo. These are the least far away."
        }
        .to_owned(),
    )
}
