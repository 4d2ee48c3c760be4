//! Answering: candidates of every leg, exact agreement of each, one order, a page of it with reasons.

use std::time::Instant;

use catalog::{CandidateQuery, Candidates, MaterialId, WordsQuery};
use material::{
    Band, BandCount, Double, Hit, LegScores, Origin, PAGE_SIZE, Results, Timing, Token, View,
};

use crate::{
    Error, Veneer,
    ask::within,
    reason::{self, Side},
    score::{self, Judged, Place, terms},
    subject::Subject,
    words::Terms,
};

/// Materials that every leg is asked for, and that are scored exactly on all legs. What lies beyond
/// follows in the order of look alone.
const DEPTH: u32 = 500;

impl Veneer {
    /// A search, looked at with filters, words and weights.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    pub async fn results(&self, id: &Token, view: &View) -> Result<Results, Error> {
        let subject = self.subject(id).await?.asking(view);
        self.cached(subject, view).await
    }

    /// The library itself, or what words alone find in it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn library(&self, view: &View) -> Result<Results, Error> {
        let subject = self.library_subject(view).await.asking(view);
        self.cached(subject, view).await
    }

    pub(crate) async fn answer(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        within(self.inner.deadlines.search, self.rank(subject, view)).await?
    }

    async fn rank(&self, subject: Subject, view: &View) -> Result<Results, Error> {
        let started = Instant::now();
        let counted = self.counted(&view.filters).await?;
        let counting = started.elapsed();

        let (judged, found) = self
            .scored(&subject, view, Some(counted.facets.total))
            .await?;
        let fetched = started.elapsed();

        let mut places = score::place(judged, &score::settings(&subject, view));
        let folded = places.iter().map(|place| place.also.len() as u32).sum();
        let mut bands = Vec::new();
        let mut nothing_close = None;
        if subject.is_seen() || view.text.is_some() {
            bands = count_bands(&places, found.total);
            if found.total > 0 {
                nothing_close = nothing_close_sentence(&subject, &places);
            }
        }
        let hits = self
            .page(&mut places, found.total - folded, &subject, view)
            .await?;
        let awaiting = subject.id.as_ref().is_some_and(|id| !self.is_described(id));
        let total = started.elapsed();
        let micros = |d: std::time::Duration| d.as_micros() as u64;
        Ok(Results {
            id: subject.id,
            origin: subject.origin,
            view: view.clone(),
            look: subject.look,
            analysis: subject.analysis,
            awaiting,
            hits,
            total: found.total,
            folded,
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

    /// Fetches what is worth scoring and scores it on every leg.
    async fn scored(
        &self,
        subject: &Subject,
        view: &View,
        total: Option<u32>,
    ) -> Result<(Vec<Judged>, Candidates), Error> {
        let catalog = &self.inner.catalog;
        let words = words(view);
        let words = words.as_ref();
        let model = subject.compared();
        let found = catalog
            .candidates(&CandidateQuery {
                filters: &view.filters,
                total,
                model,
                words,
                palette: subject.palette(),
                properties: subject.is_seen().then_some(&subject.wanted.properties),
                depth: DEPTH,
            })
            .await?;
        let rows = catalog.score_data(&found.ids, model, words).await?;
        Ok((self.judge(rows, subject, view), found))
    }

    /// All scored candidates of a search, or of words in the library, with what a browser needs to bring
    /// them into another order itself.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a search that never was or has aged out.
    pub async fn contest(&self, id: Option<&Token>, view: &View) -> Result<rank::Contest, Error> {
        let subject = match id {
            Some(id) => self.subject(id).await?,
            None => self.library_subject(view).await,
        };
        let subject = subject.asking(view);
        let scored = self.scored(&subject, view, None);
        let (judged, found) = within(self.inner.deadlines.search, scored).await??;
        let terms = terms(view);
        let candidates = score::candidates(&judged);
        let hits = judged.into_iter().map(|judged| {
            let place = Place {
                judged,
                band: Band::Weak,
                score: 0.0,
                also: Vec::new(),
            };
            hit(place, &subject, terms.as_ref())
        });
        Ok(rank::Contest {
            settings: score::settings(&subject, view),
            candidates,
            hits: hits.collect(),
            total: found.total,
        })
    }

    /// The hits of one page of `total` places. Past the scored candidates the rest of the survivors
    /// follow, by look where there is one to compare, else in the order of the library.
    async fn page(
        &self,
        places: &mut Vec<Place>,
        total: u32,
        subject: &Subject,
        view: &View,
    ) -> Result<Vec<Hit>, Error> {
        let from = view.page.saturating_mul(PAGE_SIZE);
        let to = from.saturating_add(PAGE_SIZE).min(total);
        let ranked = places.len() as u32;
        if from >= to {
            return Ok(Vec::new());
        }
        let terms = terms(view);
        let mut rest = Vec::new();
        if to > ranked {
            let also = |place: &Place| place.also.iter().map(|(j, _)| j.row.id).collect::<Vec<_>>();
            let exclude: Vec<MaterialId> = places
                .iter()
                .flat_map(|place| std::iter::once(place.judged.row.id).chain(also(place)))
                .collect();
            let skip = from.saturating_sub(ranked);
            let count = to - from.max(ranked);
            let model = subject.compared();
            let ids = self
                .inner
                .catalog
                .tail(&view.filters, model, &exclude, skip, count)
                .await?;
            let words = words(view);
            let rows = self.inner.catalog.score_data(&ids, model, words.as_ref());
            let rows = rows.await?;
            // The tail keeps its own order: fused scores of another set do not compare.
            rest = self.judge(rows, subject, view);
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
            .map(|place| hit(place, subject, terms.as_ref()))
            .collect())
    }
}

/// What a full-text search looks for in a view.
fn words(view: &View) -> Option<WordsQuery> {
    WordsQuery::parse(view.text.as_ref()?.as_str())
}

fn hit(place: Place, subject: &Subject, terms: Option<&Terms>) -> Hit {
    let (summary, reasons) = why(&place.judged, subject, terms);
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
fn why(
    judged: &Judged,
    subject: &Subject,
    terms: Option<&Terms>,
) -> (String, Vec<material::Reason>) {
    let wanted = subject.is_seen().then(|| Side {
        properties: &subject.wanted.properties,
        // what was asked for outright has words of its own
        palette: if subject.asked.is_empty() {
            subject.palette().unwrap_or_default()
        } else {
            &[]
        },
        facts: subject.look.as_ref(),
    });
    let matched = terms.map_or_else(Vec::new, |terms| {
        let row = &judged.row;
        let description = row.material.description.as_str();
        terms.matched(&row.card(), &row.material.properties, description)
    });
    let (mut summary, mut reasons) =
        reason::reasons(wanted.as_ref(), &judged.side(), &judged.scores, &matched);
    if let Some((text, agreement)) =
        reason::asked(&subject.asked, judged.palette()).zip(judged.scores.colour)
    {
        summary = match summary.as_str() {
            "" => text.clone(),
            rest => format!("{text}, {rest}"),
        };
        reasons.push(material::Reason {
            leg: material::Leg::Colour,
            text,
            agreement,
        });
        reasons.sort_by_key(|reason| reason.leg);
    }
    if let Origin::Swatch { material, .. } = &subject.origin
        && *material == judged.row.material.slug
    {
        summary = "where you started".to_owned();
    }
    (summary, reasons)
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

/// Says that nothing is close, and what is missing: “The colour is here, terrazzo is not.”
fn nothing_close_sentence(subject: &Subject, places: &[Place]) -> Option<String> {
    if places.first().is_some_and(|place| place.band != Band::Weak) {
        return None;
    }
    let best_of = |leg: fn(&LegScores) -> Option<f32>| {
        places
            .iter()
            .filter_map(|place| leg(&place.judged.scores))
            .fold(0.0f32, f32::max)
    };
    if !subject.is_seen() {
        return Some("No material has these words. These come nearest.".to_owned());
    }
    if subject.embedding.is_none() && subject.look.is_none() {
        let sentence = "No material has these colours in about these shares. These come nearest.";
        return Some(sentence.to_owned());
    }
    let colour = best_of(|s| s.colour);
    let look = best_of(|s| s.look);
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
