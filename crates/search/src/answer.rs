//! Answering: candidates of every leg, exact agreement of each, one order, a page of it with reasons.

use std::time::Instant;

use catalog::{CandidateQuery, Candidates, MaterialId};
use eyes::{Stage, eyes};
use material::{
    Band, BandCount, Double, ExampleOf, FacetCounts, Hit, Origin, PAGE_SIZE, Results, Timing,
    Token, View, Weights,
};

use crate::{
    Error, Veneer,
    ask::within,
    far,
    reason::{self, Side},
    score::{self, Judged, Place},
    steer,
    subject::Subject,
};

/// Materials that every leg is asked for, and that are scored exactly on all legs. What lies beyond
/// follows in the order of look alone.
const DEPTH: u32 = 500;

impl Veneer {
    /// A search, looked at with filters, words and weights.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    #[tracing::instrument(skip_all)]
    pub async fn results(&self, id: &Token, view: &View) -> Result<Results, Error> {
        let subject = self.subject(id).await?;
        self.cached(subject, view).await
    }

    /// The library itself, or what words alone find in it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    #[tracing::instrument(skip_all)]
    pub async fn library(&self, view: &View) -> Result<Results, Error> {
        self.cached(Subject::default(), view).await
    }

    pub(crate) async fn answer(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        within(self.inner.deadlines.search, self.rank(subject, view)).await?
    }

    async fn rank(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        let started = Instant::now();
        let subject = self.steered(subject, view).await?;
        let counted = self.inner.catalog.facets(&subject.filters).await?;
        let counting = started.elapsed();

        let (judged, found) = self.scored(&subject).await?;
        let fetched = started.elapsed();

        let settings = score::settings(&subject, view, &judged);
        let far = far::sentence(&subject, &judged);
        let mut places = score::place(judged, &settings);
        let folded = places.iter().map(|place| place.also.len() as u32).sum();
        let mut bands = Vec::new();
        let mut nothing_close = None;
        if subject.asks() {
            bands = count_bands(&places, found.total);
            nothing_close = match places.first() {
                Some(first) if first.band == Band::Weak => {
                    Some(if settings.weights == Weights::NONE {
                        rank::NOTHING_COUNTS.to_owned()
                    } else {
                        far
                    })
                }
                // Words alone name only what has them.
                None if found.total > 0 => Some(far),
                _ => None,
            };
        }
        let hits = self.page(&mut places, &found, &subject, view).await?;
        let awaiting = subject.id.as_ref().is_some_and(|id| !self.is_described(id));
        let total = started.elapsed();
        tell(&found, &bands, nothing_close.is_some());
        for (stage, took) in [
            (Stage::Count, counting),
            (Stage::Candidates, fetched - counting),
            (Stage::Rank, total - fetched),
            (Stage::Answer, total),
        ] {
            eyes().stage(stage, took);
        }
        let micros = |d: std::time::Duration| d.as_micros() as u64;
        Ok(Results {
            id: subject.id,
            origin: subject.origin,
            view: without_gone(view, &subject.gone),
            gone: subject.gone.len() as u32,
            examples: subject.examples,
            suggested: subject.suggested,
            look: subject.look,
            analysis: subject.analysis,
            awaiting,
            hits,
            total: found.total,
            folded,
            library: counted.library,
            bands,
            nothing_close,
            facets: chosen_by_hand(&counted.facets, view),
            without_price: counted.without_price,
            without_size: counted.without_size,
            timing: Timing {
                path: found.path.as_str().to_owned(),
                count_us: micros(counting),
                candidates_us: micros(fetched - counting),
                rank_us: micros(total - fetched),
                total_us: micros(total),
            },
        })
    }

    /// Fetches what is worth scoring and scores it on every leg.
    async fn scored(&self, subject: &Subject) -> Result<(Vec<Judged>, Candidates), Error> {
        let catalog = &self.inner.catalog;
        let query = CandidateQuery {
            filters: &subject.filters,
            model: subject.compared(),
            words: subject.query.as_ref(),
            palette: subject.palette(),
            properties: subject.is_seen().then_some(&subject.wanted.properties),
            depth: DEPTH,
        };
        let found = catalog.candidates(&query).await?;
        let rows = catalog.score_candidates(&found, &query).await?;
        connections_first().await;
        Ok((self.judge(rows, subject), found))
    }

    /// All scored candidates of a search, or of words in the library, with what a browser needs to bring
    /// them into another order itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    pub async fn contest(&self, id: Option<&Token>, view: &View) -> Result<rank::Contest, Error> {
        let subject = match id {
            Some(id) => self.subject(id).await?,
            None => Subject::default(),
        };
        let subject = self.steered(subject, view).await?;
        let scored = self.scored(&subject);
        let (judged, found) = within(self.inner.deadlines.search, scored).await??;
        let (settings, candidates) = (
            score::settings(&subject, view, &judged),
            score::candidates(&judged),
        );
        let far = far::sentence(&subject, &judged);
        let hits = judged.into_iter().map(|judged| {
            let place = Place {
                judged,
                band: Band::Weak,
                score: 0.0,
                also: Vec::new(),
            };
            hit(place, &subject)
        });
        Ok(rank::Contest {
            settings,
            candidates,
            hits: hits.collect(),
            total: found.total,
            far,
        })
    }

    /// The hits of one page of all places. Past the scored candidates the rest of the survivors
    /// follow, by look where there is one to compare, else in the order of the library.
    async fn page(
        &self,
        places: &mut Vec<Place>,
        found: &Candidates,
        subject: &Subject,
        view: &View,
    ) -> Result<Vec<Hit>, Error> {
        let folded: usize = places.iter().map(|place| place.also.len()).sum();
        let total = found.total - folded as u32;
        let from = view.page.saturating_mul(PAGE_SIZE);
        let to = from.saturating_add(PAGE_SIZE).min(total);
        let ranked = places.len() as u32;
        if from >= to {
            return Ok(Vec::new());
        }
        let mut rest = Vec::new();
        if to > ranked {
            let also = |place: &Place| {
                place
                    .also
                    .iter()
                    .map(|(j, _)| j.row.id())
                    .collect::<Vec<_>>()
            };
            let exclude: Vec<MaterialId> = places
                .iter()
                .flat_map(|place| std::iter::once(place.judged.row.id()).chain(also(place)))
                .collect();
            let skip = from.saturating_sub(ranked);
            let count = to - from.max(ranked);
            let model = subject.compared();
            let ids = self
                .inner
                .catalog
                .tail(&subject.filters, model, &exclude, skip, count)
                .await?;
            let has_words = !found.is_all_of_the_words();
            let words = subject.query.as_ref().filter(|_| has_words);
            let rows = self.inner.catalog.score_data(&ids, model, words).await?;
            connections_first().await;
            // The tail keeps its own order: fused scores of another set do not compare.
            rest = self.judge(rows, subject);
        }
        places.truncate(to as usize);
        let beyond = rest.into_iter().map(|judged| Place {
            judged,
            band: Band::Weak,
            score: 0.0,
            also: Vec::new(),
        });
        Ok(places
            .drain(..)
            .skip(from as usize)
            .chain(beyond)
            .map(|place| hit(place, subject))
            .collect())
    }
}

/// Lets connections go back before milliseconds of nothing but computation: sqlx has a task of its own bring them, and
/// that one waits on the very thread that would go on to compute. The engine inside the process has one connection, so
/// everybody would wait for whoever had it last.
async fn connections_first() {
    tokio::task::yield_now().await;
}

/// Tells operators how an answer came about.
fn tell(found: &Candidates, bands: &[BandCount], nothing_close: bool) {
    let asked = DEPTH.min(found.total);
    eyes().answer(
        found.path.as_str(),
        u64::from(asked),
        found.ids.len() as u64,
    );
    for of in bands {
        let band = match of.band {
            Band::Strong => "close",
            Band::Related => "related",
            Band::Weak => "weak",
        };
        eyes().band(band, u64::from(of.count));
    }
    if nothing_close {
        eyes().nothing_close();
    }
}

fn hit(place: Place, subject: &Subject) -> Hit {
    let (summary, reasons) = why(&place.judged, subject);
    let Judged {
        row, mut scores, ..
    } = place.judged;
    scores.look = scores.look.map(|look| look.min(1.0));
    let also = place.also.into_iter().map(|(double, likeness)| Double {
        material: double.row.card(),
        likeness,
    });
    Hit {
        material: row.card(),
        band: place.band,
        summary,
        reasons,
        scores,
        score: place.score,
        also: also.collect(),
    }
}

/// Why a candidate is here: in one line, and leg by leg.
fn why(judged: &Judged, subject: &Subject) -> (String, Vec<material::Reason>) {
    let wanted = (subject.is_seen() || !subject.wanted.confidence.is_empty()).then(|| Side {
        properties: &subject.wanted.properties,
        // what was asked for outright has words of its own
        palette: if subject.asked.is_empty() {
            subject.palette().unwrap_or_default()
        } else {
            &[]
        },
        // of several, none is the one to measure by
        facts: subject
            .look
            .as_ref()
            .filter(|_| subject.other_looks.is_empty()),
    });
    let matched = subject.terms.as_ref().map_or_else(Vec::new, |terms| {
        let row = &judged.row;
        let description = row.material().description.as_str();
        terms.matched(&row.card(), &row.material().properties, description)
    });
    let (mut summary, mut reasons) =
        reason::reasons(wanted.as_ref(), &judged.side(), &judged.scores, &matched);
    if let Some((text, agreement)) =
        reason::asked(&subject.asked, judged.palette()).zip(judged.scores.colour)
    {
        let rest = if summary.is_empty() { "" } else { ", " };
        summary = format!("{text}{rest}{summary}");
        reasons.push(material::Reason {
            leg: material::Leg::Colour,
            text,
            agreement: agreement.clamp(0.0, 1.0),
        });
        reasons.sort_by_key(|reason| reason.leg);
    }
    let refused = steer::refused(&subject.unwanted, &judged.row.material().properties);
    if let Some(value) = refused.first() {
        let rest = if summary.is_empty() { "" } else { ", " };
        summary = format!("{}, which you did not want{rest}{summary}", value.label());
    }
    if let Origin::Swatch { material, .. } = &subject.origin
        && *material == judged.row.material().slug
    {
        summary = "where you started".to_owned();
    }
    (summary, reasons)
}

/// The view without photos that are not kept any more: what the page leads to asks for them no more.
fn without_gone(view: &View, gone: &[ExampleOf]) -> View {
    let mut view = view.clone();
    view.examples.retain(|example| !gone.contains(&example.of));
    view
}

/// The counts, with what was chosen by hand marked; what was read in the words stands in the words.
fn chosen_by_hand(facets: &[FacetCounts], view: &View) -> Vec<FacetCounts> {
    let mut facets = facets.to_vec();
    for counts in &mut facets {
        for value in &mut counts.values {
            value.chosen = view.filters.has(counts.facet, &value.choice);
        }
    }
    facets
}

/// How many are how near; what was not scored is far.
fn count_bands(places: &[Place], total: u32) -> Vec<BandCount> {
    let mut counts = Band::ALL.map(|band| BandCount {
        band,
        count: 0,
        folded: 0,
    });
    let mut scored = 0;
    for place in places {
        let also = place.also.len() as u32;
        scored += 1 + also;
        for of in counts.iter_mut().filter(|of| of.band == place.band) {
            of.count += 1 + also;
            of.folded += also;
        }
    }
    counts[2].count += total.saturating_sub(scored);
    counts.to_vec()
}
