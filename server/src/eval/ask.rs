//! Asking every question, and holding the answers against the truth.

use std::{
    collections::{BTreeMap, HashSet},
    time::Instant,
};

use bytes::Bytes;
use eval::{
    Answered, FilterOutcome, IndexOutcome, Outcome, Plan, Question, SELECTIVITIES, Sieve, Specimen,
    Stage, Task, Way, judge, passes,
};
use material::{Leg, MaterialCard, Results, SwatchId, Token, View};
use search::{Progress, Step, Veneer};

use super::{Arguments, hold::Photos, quiet};

/// Questions that are asked again through filters, at every selectivity.
const FILTERED: usize = 40;
/// Pages turned behind a filter: what comes back is counted up to there.
const PAGES: u32 = 10;
/// Questions asked with the index and without.
const INDEXED: usize = 100;
/// Hits that are remembered for pictures.
const REMEMBERED: usize = 5;
/// What all legs together are called.
const TOGETHER: &str = "all legs";

/// What came of all questions.
pub struct Asked {
    /// All legs together first, then each alone.
    pub legs: Vec<String>,
    /// By question of the plan.
    pub outcomes: Vec<Outcome>,
    /// By question of the plan: pictures and names of the first hits.
    pub shown: Vec<Vec<(Option<SwatchId>, String)>>,
    /// Filters.
    pub filters: Vec<FilterOutcome>,
    /// Times.
    pub stages: Vec<Stage>,
}

/// Milliseconds by stage.
#[derive(Default)]
struct Times {
    ask: Vec<f64>,
    count: Vec<f64>,
    candidates: Vec<f64>,
    rank: Vec<f64>,
    photo: Vec<f64>,
    words: Vec<f64>,
    filtered: Vec<f64>,
}

impl Times {
    fn stages(self) -> Vec<Stage> {
        [
            ("photo → search saved (look, palette, estimate)", self.ask),
            ("counting what passes, and facets", self.count),
            ("fetching candidates", self.candidates),
            ("scoring, fusing, reasons", self.rank),
            ("photo → first results, all of it", self.photo),
            ("words → first results", self.words),
            ("results through a filter", self.filtered),
        ]
        .into_iter()
        .filter_map(|(name, ms)| Stage::of(name, ms))
        .collect()
    }
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

/// The weights of one leg and no other.
fn alone(leg: Leg) -> anyhow::Result<View> {
    let weights: Vec<String> = Leg::ALL
        .into_iter()
        .map(|other| {
            format!(
                "{}={}",
                other.weight_key(),
                if other == leg { 100 } else { 0 }
            )
        })
        .collect();
    // Hits that are too alike are moved apart where there is room for more; a leg is measured as it is.
    Ok(View::parse(&format!("{}&diverse=0", weights.join("&")))?)
}

/// Asks everything.
pub async fn everything(
    searched: &Veneer,
    specimens: &[Specimen],
    plan: &Plan,
    photos: &Photos,
    together: &View,
    progress: Progress,
) -> anyhow::Result<Asked> {
    progress(Step::Total(plan.questions.len() as u64));
    let mut views = vec![together.clone()];
    let mut legs = vec![TOGETHER.to_owned()];
    for leg in Leg::ALL {
        views.push(alone(leg)?);
        legs.push(leg.label().to_lowercase());
    }
    let mut times = Times::default();
    let mut asked = Asked {
        legs,
        outcomes: Vec::with_capacity(plan.questions.len()),
        shown: Vec::with_capacity(plan.questions.len()),
        filters: Vec::new(),
        stages: Vec::new(),
    };
    let mut filtered = 0;
    for (number, question) in plan.questions.iter().enumerate() {
        tracing::debug!(question = question.id, "asks");
        let begun = Instant::now();
        let id = start(searched, number, photos).await?;
        if id.is_some() {
            times.ask.push(milliseconds(begun));
        }
        let mut answers = Vec::with_capacity(views.len());
        for (leg, view) in views.iter().enumerate() {
            let since = Instant::now();
            let view = View {
                text: question.text.clone(),
                ..view.clone()
            };
            let results = answer(searched, id.as_ref(), &view).await?;
            if leg == 0 {
                let took = &results.timing;
                times.count.push(took.count_us as f64 / 1000.0);
                times.candidates.push(took.candidates_us as f64 / 1000.0);
                times.rank.push(took.rank_us as f64 / 1000.0);
                match id {
                    Some(_) => times.photo.push(milliseconds(begun)),
                    None => times.words.push(milliseconds(since)),
                }
                asked.shown.push(first_hits(&results));
            }
            answers.push(Answered {
                told: results.hits.iter().any(|hit| hit.score > 0.0),
                slugs: slugs(&results),
                far: results.nothing_close.is_some(),
            });
        }
        asked.outcomes.push(judge(question, specimens, &answers));
        if let (Task::Crop | Task::View, Some(id)) = (question.task, &id)
            && filtered < FILTERED
        {
            filtered += 1;
            for share in SELECTIVITIES {
                let sieve = Sieve::around(specimens, question.subject, share);
                let Some(sieve) = sieve else { continue };
                let through = through(searched, id, specimens, question, share, &sieve, &mut times);
                asked.filters.push(through.await?);
            }
        }
        progress(Step::Done(question.id.clone()));
    }
    asked.stages = times.stages();
    Ok(asked)
}

/// Starts a search where the question has a photo.
async fn start(searched: &Veneer, number: usize, photos: &Photos) -> anyhow::Result<Option<Token>> {
    Ok(match photos.get(&number) {
        Some(photo) => Some(with_photo(searched, photo.clone()).await?),
        None => None,
    })
}

/// Starts a search with a photo.
pub async fn with_photo(searched: &Veneer, bytes: Bytes) -> anyhow::Result<Token> {
    let photo = search::Question::Photo {
        bytes,
        crop: None,
        width: None,
    };
    Ok(searched.ask(photo).await?)
}

async fn answer(searched: &Veneer, id: Option<&Token>, view: &View) -> anyhow::Result<Results> {
    Ok(match id {
        Some(id) => searched.results(id, view).await?,
        None => searched.library(view).await?,
    })
}

/// Every material of a page in its order; those that are the same to the eye follow the one they stand under.
pub fn materials(results: &Results) -> impl Iterator<Item = &MaterialCard> {
    results.hits.iter().flat_map(|hit| {
        let also = hit.also.iter().map(|double| &double.material);
        std::iter::once(&hit.material).chain(also)
    })
}

fn slugs(results: &Results) -> Vec<String> {
    materials(results).map(|m| m.slug.to_string()).collect()
}

fn first_hits(results: &Results) -> Vec<(Option<SwatchId>, String)> {
    let hits = results.hits.iter().take(REMEMBERED);
    hits.map(|hit| {
        let swatch = hit.material.swatches.first().map(|s| s.id.clone());
        (swatch, hit.material.name.to_string())
    })
    .collect()
}

/// Turns pages behind a filter and counts what comes.
async fn through(
    searched: &Veneer,
    id: &Token,
    specimens: &[Specimen],
    question: &Question,
    aimed: f64,
    sieve: &Sieve,
    times: &mut Times,
) -> anyhow::Result<FilterOutcome> {
    let own = specimens
        .get(question.subject)
        .map(|s| s.material.slug.to_string());
    let allowed: HashSet<&str> = specimens
        .iter()
        .filter(|s| passes(&sieve.filters, &s.material))
        .map(|s| s.material.slug.as_str())
        .collect();
    let mut seen: HashSet<String> = HashSet::new();
    let mut outcome = FilterOutcome {
        aimed,
        filter: String::new(),
        exist: allowed.len() as u32,
        expected: (allowed.len() as u32).min(PAGES * material::PAGE_SIZE),
        returned: 0,
        wrong: 0,
        first: None,
    };
    let mut place = 0;
    for page in 0..PAGES {
        let view = View {
            filters: sieve.filters.clone(),
            page,
            ..View::default()
        };
        let since = Instant::now();
        let results = searched.results(id, &view).await?;
        if page == 0 {
            times.filtered.push(milliseconds(since));
            outcome.filter = view.query();
        }
        if results.hits.is_empty() {
            break;
        }
        for slug in slugs(&results) {
            place += 1;
            if outcome.first.is_none() && own.as_ref() == Some(&slug) {
                outcome.first = Some(place);
            }
            if allowed.contains(slug.as_str()) && seen.insert(slug) {
                outcome.returned += 1;
            } else {
                outcome.wrong += 1;
            }
        }
    }
    Ok(outcome)
}

/// Asks the library itself by comparing every row, and by the quicker ways it has: by sketches and, where a server
/// has one for the model, by its index. The built-in engine is open already, and in one place alone.
pub async fn index(
    arguments: &Arguments,
    plan: &Plan,
    photos: &Photos,
) -> anyhow::Result<IndexOutcome> {
    if arguments.library.database_url.is_none() || arguments.folder.is_some() {
        return Ok(IndexOutcome::default());
    }
    let with = async |exact_below: u32| {
        let settings = quiet(&arguments.library)?;
        let settings = search::Settings {
            catalog: catalog::Settings {
                exact_below,
                ..settings.catalog
            },
            ..settings
        };
        anyhow::Ok(Veneer::open(settings).await?)
    };
    let exact = with(u32::MAX).await?;
    let mut found = Found::default();
    // Above nothing a library takes what is quicker by its own reckoning, at nothing always the index.
    for exact_below in [1, 0] {
        let quick = with(exact_below).await?;
        let asked = both_ways(&quick, &exact, plan, photos, &mut found).await;
        quick.close().await;
        if let Err(error) = asked {
            exact.close().await;
            return Err(error);
        }
    }
    exact.close().await;
    Ok(IndexOutcome {
        questions: found.questions,
        ways: found
            .by_path
            .into_iter()
            .map(|(path, shares)| Way {
                path,
                answered: shares.len() as u32,
                recall_at_10: shares.iter().sum::<f64>() / shares.len() as f64,
            })
            .collect(),
    })
}

/// What quicker ways found of what there is.
#[derive(Default)]
struct Found {
    questions: u32,
    /// By way: the share of the exact first ten, photo by photo. Several settings may take the same way.
    by_path: BTreeMap<String, Vec<f64>>,
}

async fn both_ways(
    quick: &Veneer,
    exact: &Veneer,
    plan: &Plan,
    photos: &Photos,
    found: &mut Found,
) -> anyhow::Result<()> {
    let Some(look) = Leg::ALL.first() else {
        return Ok(());
    };
    let view = alone(*look)?;
    let photographed = plan.questions.iter().enumerate();
    let numbers = photographed.filter(|(n, q)| q.text.is_none() && photos.contains_key(n));
    let mut questions = 0;
    let mut by_path: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (number, _) in numbers.take(INDEXED) {
        let Some(id) = start(quick, number, photos).await? else {
            continue;
        };
        let some = quick.results(&id, &view).await?;
        let all = exact.results(&id, &view).await?;
        questions += 1;
        if some.timing.path == all.timing.path {
            continue;
        }
        let best: HashSet<String> = slugs(&all).into_iter().take(10).collect();
        let held = slugs(&some)
            .into_iter()
            .take(10)
            .filter(|s| best.contains(s))
            .count();
        let shares = by_path.entry(some.timing.path).or_default();
        shares.push(held as f64 / best.len().max(1) as f64);
    }
    found.questions = questions;
    // The same way again is the same answer again, of as many photos or fewer.
    for (path, shares) in by_path {
        let known = found.by_path.entry(path).or_default();
        if known.len() < shares.len() {
            *known = shares;
        }
    }
    Ok(())
}
