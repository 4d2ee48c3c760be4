//! What vision models say about pictures that come into the library.
//!
//! A material is asked about by its first picture, and only for what its row does not say: what a person gave
//! always wins. What is likely enough becomes a property, named as an estimate with its confidence; the whole
//! analysis is stored beside the picture, in one transaction with its vectors. It stays there, so that an import
//! done twice asks and changes nothing.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use catalog::{AnalysisKey, SwatchAnalysis};
use futures::{StreamExt, stream};
use material::{Analysis, Field, NewMaterial, Properties, Source};
use photo::Pixels;
use vision::{Depth, DescribeError, estimate};

use crate::{
    Error, Veneer,
    describe::{Describers, photo_key},
    ingest::Arrival,
    picture,
};

/// Pictures that are asked about at the same time.
pub(crate) const AT_ONCE: usize = 4;
/// From this confidence on an estimate is kept as a property. The page calls it “likely”; what is less would fill
/// filters with guesses.
const LIKELY: f32 = 0.45;
/// So many failures in a row end the asking for this import: the rest comes in without.
const FAILURES: u32 = 8;
/// How often one picture waits for a provider that asks for patience, and how long at most.
const WAITS: usize = 5;
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// The wait where the provider does not say how long.
const USUAL_WAIT: Duration = Duration::from_secs(5);

/// What became of the analysis of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Analysed {
    /// Materials that were described, by who described them, `provider: model`.
    pub by: BTreeMap<String, u32>,
    /// Materials that came in without, by the reason.
    pub without: BTreeMap<String, u32>,
    /// What was paid for it, in millionths of a US dollar.
    pub micro_usd: u64,
}

impl Analysed {
    /// Materials that were described.
    pub fn described(&self) -> u32 {
        self.by.values().sum()
    }
}

/// The asking of one import.
pub(crate) struct Analyst<'a> {
    describers: &'a Describers,
    depth: Depth,
    patience: Duration,
    paid_before: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    done: Analysed,
    failures: u32,
    /// Why nobody is asked any more.
    given_up: Option<String>,
}

impl<'a> Analyst<'a> {
    pub fn new(describers: &'a Describers, depth: Depth, patience: Duration) -> Self {
        Self {
            paid_before: describers.paid(),
            describers,
            depth,
            patience,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came of it.
    pub fn finish(self) -> Analysed {
        let mut done = std::mem::take(&mut self.state().done);
        done.micro_usd = self.describers.paid().saturating_sub(self.paid_before);
        done
    }

    /// Whether a material has to be asked about: it lacks what this depth asks for, and what is known of its
    /// picture was not asked as deeply.
    pub fn wants(&self, properties: &Properties, known: Option<&SwatchAnalysis>) -> bool {
        let asked = known.and_then(|known| depth_of(&known.source));
        asked.is_none_or(|asked| asked < self.depth) && lacks(properties, self.depth)
    }

    /// What is said of a picture now; `None` where nobody answers, which is counted.
    async fn ask(&self, veneer: &Veneer, picture: Arc<Pixels>) -> Option<(AnalysisKey, Analysis)> {
        // Cloned on a line of its own: counting takes the lock again.
        let given_up = self.state().given_up.clone();
        if let Some(why) = given_up {
            self.without(why);
            return None;
        }
        let key = photo_key(self.describers.secret(), &picture);
        let catalog = &veneer.inner.catalog;
        // Paid for by an import that was cut off before it stored anything.
        let known = match self.describers.recall(catalog, key, self.depth).await {
            Ok(known) => known,
            Err(error) => {
                tracing::warn!(%error, "remembered analyses cannot be read");
                None
            }
        };
        let said = match known {
            Some(known) => Ok(known),
            None => self.ask_patiently(veneer, key, &picture).await,
        };
        match said {
            Ok((mut source, analysis)) => {
                let mut state = self.state();
                state.failures = 0;
                let name = format!("{}: {}", source.provider, source.model);
                *state.done.by.entry(name).or_default() += 1;
                source.prompt_version = with_depth(&source.prompt_version, self.depth);
                Some((source, analysis))
            }
            Err(error) => {
                self.failed(&error);
                None
            }
        }
    }

    /// Asks, and waits where a provider asks for patience: nobody stands before a page.
    async fn ask_patiently(
        &self,
        veneer: &Veneer,
        key: [u8; 32],
        picture: &Arc<Pixels>,
    ) -> Result<(AnalysisKey, Analysis), DescribeError> {
        let mut waits = 0;
        loop {
            let catalog = &veneer.inner.catalog;
            let asked = self
                .describers
                .say(catalog, key, Arc::clone(picture), self.depth, self.patience)
                .await;
            match asked {
                Err(DescribeError::RateLimited { retry_after, .. }) if waits < WAITS => {
                    waits += 1;
                    let wait = retry_after.unwrap_or(USUAL_WAIT).min(LONGEST_WAIT);
                    tokio::time::sleep(wait).await;
                }
                other => return other,
            }
        }
    }

    fn failed(&self, error: &DescribeError) {
        let why = error.to_string();
        {
            let mut state = self.state();
            state.failures += 1;
            // These do not change while the import runs; of others a few in a row are enough.
            let lasting = matches!(
                error,
                DescribeError::Budget(_) | DescribeError::Gone { .. } | DescribeError::Refused(_)
            );
            if lasting || state.failures >= FAILURES {
                state.given_up.get_or_insert_with(|| why.clone());
            }
        }
        self.without(why);
    }

    fn without(&self, why: String) {
        *self.state().done.without.entry(why).or_default() += 1;
    }
}

impl Veneer {
    /// What is known of the first picture of every material of a batch, in order: stored earlier, or said now
    /// where `analyst` finds something lacking.
    pub(crate) async fn analyses(
        &self,
        batch: &[Subject],
        analyst: Option<&Analyst<'_>>,
    ) -> Result<Vec<Option<Said>>, Error> {
        let ids: Vec<_> = batch.iter().filter_map(|s| s.swatch.clone()).collect();
        let known = self.inner.catalog.swatch_analyses(&ids).await?;
        let asked: Vec<_> = batch
            .iter()
            .map(|subject| {
                let found = subject.swatch.as_ref().and_then(|id| known.get(id));
                self.said(subject, found.cloned(), analyst)
            })
            .collect();
        Ok(stream::iter(asked).buffered(AT_ONCE).collect().await)
    }

    async fn said(
        &self,
        subject: &Subject,
        found: Option<SwatchAnalysis>,
        analyst: Option<&Analyst<'_>>,
    ) -> Option<Said> {
        let wanted = analyst.filter(|a| a.wants(&subject.properties, found.as_ref()));
        if let (Some(analyst), Some(swatch), Some(picture)) =
            (wanted, &subject.swatch, &subject.picture)
            && let Some((source, analysis)) = analyst.ask(self, Arc::clone(picture)).await
        {
            let said = SwatchAnalysis {
                swatch: swatch.clone(),
                source,
                analysis,
            };
            return Some(Said { said, new: true });
        }
        found.map(|said| Said { said, new: false })
    }
}

/// What is known of a picture.
pub(crate) struct Said {
    pub said: SwatchAnalysis,
    /// Whether it was said just now, and is not stored yet.
    pub new: bool,
}

/// What of an arrival is asked about.
pub(crate) struct Subject {
    swatch: Option<material::SwatchId>,
    picture: Option<Arc<Pixels>>,
    properties: Properties,
}

impl Subject {
    pub fn of(arrival: &Arrival) -> Self {
        let first = arrival.pictures.first();
        Self {
            swatch: first.and_then(|p| picture::swatch_id(p.content)),
            picture: first.map(|p| Arc::clone(&p.pixels)),
            properties: arrival.material.properties.clone(),
        }
    }
}

/// The version of a question with how much it asked, as it stands beside a picture of the library.
fn with_depth(version: &str, depth: Depth) -> String {
    format!("{version} {}", depth.as_str())
}

fn depth_of(source: &AnalysisKey) -> Option<Depth> {
    source
        .prompt_version
        .rsplit(' ')
        .next()
        .and_then(Depth::parse)
}

/// Whether something is not known that this depth asks for. Colours are measured, not asked.
pub(crate) fn lacks(properties: &Properties, depth: Depth) -> bool {
    depth.fields().iter().any(|field| match field {
        Field::Category => properties.category.is_none(),
        Field::Finish => properties.finish.is_none(),
        Field::Texture => properties.texture.is_none(),
        Field::Pattern => properties.pattern.is_none(),
        Field::Applications => properties.applications.is_empty(),
        Field::Colours | Field::Size | Field::Price | Field::Fire | Field::Slip => false,
    })
}

/// Fills in what nobody gave and the analysis thinks likely, with its confidence.
pub(crate) fn fill_in(material: &mut NewMaterial, analysis: &Analysis) {
    let (seen, confidence) = estimate::as_properties(analysis);
    let known = &mut material.properties;
    for (field, confidence) in confidence {
        if confidence < LIKELY {
            continue;
        }
        let filled = match field {
            Field::Category => fill(&mut known.category, seen.category),
            Field::Finish => fill(&mut known.finish, seen.finish),
            Field::Texture => fill(&mut known.texture, seen.texture),
            Field::Pattern => fill(&mut known.pattern, seen.pattern),
            Field::Applications if known.applications.is_empty() => {
                known.applications.clone_from(&seen.applications);
                !known.applications.is_empty()
            }
            _ => false,
        };
        if filled {
            known.sources.insert(field, Source::Estimate { confidence });
        }
    }
}

/// Whether an empty place took a value.
fn fill<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    if place.is_some() || value.is_none() {
        return false;
    }
    *place = value;
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use material::{Category, Description, Estimated, Finish, Name, Slug};

    fn material(properties: Properties) -> NewMaterial {
        NewMaterial {
            key: Name::parse("a").expect("a name"),
            slug: Slug::parse("a").expect("an address"),
            name: Name::parse("A").expect("a name"),
            maker: None,
            description: Description::parse("").expect("a text"),
            properties,
        }
    }

    fn said(values: &[(Field, &str, f32)]) -> Analysis {
        let values = values.iter().map(|(field, value, confidence)| Estimated {
            field: *field,
            value: (*value).to_owned(),
            label: (*value).to_owned(),
            confidence: *confidence,
        });
        Analysis {
            model: "fake/eye".to_owned(),
            estimate: false,
            values: values.collect(),
            sentence: String::new(),
            note: None,
        }
    }

    #[test]
    fn what_was_given_wins_and_what_is_doubtful_stays_unknown() {
        let mut given = material(Properties {
            finish: Some(Finish::Matt),
            sources: [(Field::Finish, Source::Import)].into(),
            ..Properties::default()
        });
        let said = said(&[
            (Field::Category, "wood/oak", 0.8),
            (Field::Finish, "gloss", 0.99),
            (Field::Pattern, "plain", 0.3),
            (Field::Applications, "floor", 0.6),
        ]);
        fill_in(&mut given, &said);
        let known = &given.properties;
        assert_eq!(known.finish, Some(Finish::Matt));
        assert_eq!(known.sources[&Field::Finish], Source::Import);
        assert_eq!(known.category, Category::parse("oak").ok());
        assert_eq!(
            known.sources[&Field::Category],
            Source::Estimate { confidence: 0.8 }
        );
        assert_eq!(known.pattern, None);
        assert!(!known.sources.contains_key(&Field::Pattern));
        assert_eq!(known.applications.len(), 1);
    }

    #[test]
    fn a_material_is_asked_about_for_what_it_lacks() {
        let kind = Properties {
            category: Category::parse("oak").ok(),
            ..Properties::default()
        };
        assert!(!lacks(&kind, Depth::Basic), "the kind is all that is asked");
        assert!(lacks(&kind, Depth::Detailed));
        assert!(lacks(&Properties::default(), Depth::Basic));
    }

    #[test]
    fn how_much_was_asked_reads_back() {
        for depth in Depth::ALL {
            let key = AnalysisKey {
                provider: "p".to_owned(),
                model: "m".to_owned(),
                prompt_version: with_depth("material-1", depth),
            };
            assert_eq!(depth_of(&key), Some(depth));
        }
    }
}
