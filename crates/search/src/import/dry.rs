//! What an import would do, before it does it.

use std::{collections::HashSet, sync::Arc, time::Instant};

use catalog::Problem;
use futures::future::BoxFuture;
use material::{Field, SwatchId};
use serde::Serialize;
use vision::Depth;

use super::{
    ColumnUse, ImportError, ImportRequest, Reading,
    plan::{Plan, What, Work},
    source::{Source, is_address},
    table,
};
use crate::{Error, Progress, Step, Veneer, analyse::AT_ONCE, ask::blocking, picture};

/// Pictures that are worked on to see how long all of them take.
const TRIED: usize = 8;
/// Hashes that are asked for in one statement.
const CHUNK: usize = 1_000;
/// What is looked at to say what rows lack.
const WANTED: [Field; 8] = [
    Field::Category,
    Field::Finish,
    Field::Pattern,
    Field::Applications,
    Field::Size,
    Field::Price,
    Field::Fire,
    Field::Slip,
];

/// A row and the fields it says nothing of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// The row of the table, or the place of the file.
    pub line: i32,
    /// Its key.
    pub key: String,
    /// The fields.
    pub fields: Vec<&'static str>,
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct DryRun {
    /// What every column of the table means.
    pub columns: Vec<ColumnUse>,
    /// Materials that would come in with pictures.
    pub materials: u32,
    /// Materials that would be changed by rows without pictures.
    pub edits: u32,
    /// Materials that would go.
    pub deletions: u32,
    /// Their pictures.
    pub pictures: u32,
    /// Pictures the library has already, by their content.
    pub known: u32,
    /// Pictures behind addresses, which are not opened before the import.
    pub addresses: u32,
    /// Rows that say nothing of some fields.
    pub lacking: Vec<Lacking>,
    /// Rows and files that would not come in, or not as they stand there.
    pub problems: Vec<Problem>,
    /// Materials that vision models would be asked about.
    pub to_describe: u32,
    /// The most that would cost, in millionths of a US dollar; the caps hold besides.
    pub micro_usd: u64,
    /// About how long all of it would take here, in seconds.
    pub seconds: f64,
}

impl Veneer {
    /// Looks at an import without doing anything: reads the table, hashes every file, works on a few pictures to
    /// see how long they take. `progress` hears of every file.
    ///
    /// # Errors
    /// [`ImportError`] when nothing can be read at all.
    pub fn plan_import<'a>(
        &'a self,
        request: &'a ImportRequest,
        reading: &'a Reading,
        progress: Progress,
    ) -> BoxFuture<'a, Result<DryRun, ImportError>> {
        Box::pin(async move {
            let plan = self.planned(request, reading).await?;
            let mut dry = counted(&plan);
            let from = request.folder.clone();
            let source = blocking(move || Source::open(&from)).await?;
            let source = Arc::new(source.map_err(|error| self.for_people(error))?);
            progress(Step::Total(u64::from(dry.pictures - dry.addresses)));
            let (hashes, problems, plan) = {
                let source = Arc::clone(&source);
                let limit = self.import_limits().max_bytes;
                blocking(move || {
                    let (hashes, problems) = hashed(&plan, &source, limit, &progress);
                    (hashes, problems, plan)
                })
                .await?
            };
            dry.problems.extend(problems);
            dry.problems.sort_by_key(|p| p.line);
            for chunk in hashes.chunks(CHUNK) {
                let known = self.inner.catalog.has_swatches(chunk).await?;
                dry.known += chunk.iter().filter(|id| known.contains(*id)).count() as u32;
            }
            dry.seconds = self.tried(&plan, &source).await? * f64::from(dry.pictures);
            if let Some(depth) = request.analyse {
                self.priced(&mut dry, &plan, depth)?;
            }
            Ok(dry)
        })
    }

    /// Seconds a picture takes, by those of the first few materials.
    async fn tried(&self, plan: &Plan, source: &Arc<Source>) -> Result<f64, Error> {
        let names: Vec<String> = plan
            .items
            .iter()
            .flat_map(|(_, work)| &work.pictures)
            .filter(|p| !is_address(&p.from))
            .map(|p| p.from.clone())
            .take(TRIED)
            .collect();
        if names.is_empty() {
            return Ok(0.0);
        }
        let (source, limits) = (Arc::clone(source), self.inner.limits);
        let started = Instant::now();
        let pixels: Vec<Arc<photo::Pixels>> = blocking(move || {
            use rayon::prelude::*;
            names
                .par_iter()
                .filter_map(|name| {
                    let bytes = source.read(name, limits.max_bytes).ok()?;
                    let pixels = photo::shrunk(photo::decode(&bytes, &limits).ok()?, 1280);
                    picture::prepare(
                        &pixels,
                        [0; 32],
                        picture::as_it_came(&bytes, &pixels).as_ref(),
                    )?;
                    Some(Arc::new(pixels))
                })
                .collect()
        })
        .await?;
        if pixels.is_empty() {
            return Ok(0.0);
        }
        let count = pixels.len() as f64;
        for eye in self.inner.models.all() {
            eye.embedder.embed(pixels.clone()).await?;
        }
        Ok(started.elapsed().as_secs_f64() / count)
    }

    /// What describing would cost at most, and how long it would take if every answer took as long as it may.
    fn priced(&self, dry: &mut DryRun, plan: &Plan, depth: Depth) -> Result<(), ImportError> {
        let describers = self.inner.describers.as_ref();
        let describers = describers.ok_or(ImportError::NobodyToAsk)?;
        let lacking = plan.items.iter().filter(|(key, work)| {
            !work.pictures.is_empty()
                && properties(key, work).is_some_and(|p| crate::analyse::lacks(&p, depth))
        });
        dry.to_describe = lacking.count() as u32;
        dry.micro_usd = describers
            .chain()
            .at_most(depth)
            .saturating_mul(u64::from(dry.to_describe));
        let longest = self.inner.deadlines.analysis.as_secs_f64();
        let asking = f64::from(dry.to_describe) * longest / AT_ONCE as f64;
        dry.seconds = dry.seconds.max(asking);
        Ok(())
    }
}

fn properties(key: &str, work: &Work) -> Option<material::Properties> {
    match &work.what {
        What::Row { row, fallback } => {
            let (material, _) = table::material(row, key, fallback).ok()?;
            Some(material.properties)
        }
        What::Whole(material) => Some(material.properties.clone()),
        What::Edit { .. } | What::Delete => None,
    }
}

fn counted(plan: &Plan) -> DryRun {
    let mut dry = DryRun {
        columns: plan.uses.clone(),
        problems: plan.problems.clone(),
        ..DryRun::default()
    };
    for (key, work) in &plan.items {
        match work.what {
            What::Row { .. } | What::Whole(_) => dry.materials += 1,
            What::Edit { .. } => dry.edits += 1,
            What::Delete => dry.deletions += 1,
        }
        dry.pictures += work.pictures.len() as u32;
        let addresses = work.pictures.iter().filter(|p| is_address(&p.from));
        dry.addresses += addresses.count() as u32;
        let Some(properties) = properties(key, work) else {
            continue;
        };
        let fields: Vec<&'static str> = WANTED
            .into_iter()
            .filter(|field| is_open(&properties, *field))
            .map(material::Word::as_str)
            .collect();
        if !fields.is_empty() {
            dry.lacking.push(Lacking {
                line: work.line,
                key: key.clone(),
                fields,
            });
        }
    }
    dry
}

fn is_open(p: &material::Properties, field: Field) -> bool {
    // Measured in the picture.
    field != Field::Colours && !is_known(p, field)
}

/// Whether something is known of a field.
pub(crate) fn is_known(p: &material::Properties, field: Field) -> bool {
    !match field {
        Field::Category => p.category.is_none(),
        Field::Finish => p.finish.is_none(),
        Field::Texture => p.texture.is_none(),
        Field::Pattern => p.pattern.is_none(),
        Field::Applications => p.applications.is_empty(),
        Field::Size => p.size.is_none(),
        Field::Price => p.price.is_none(),
        Field::Fire => p.fire.is_none(),
        Field::Slip => p.slip.is_none(),
        Field::Colours => p.colours.is_empty(),
    }
}

/// The names the files would have in the library, and what is wrong with those that cannot be read.
fn hashed(
    plan: &Plan,
    source: &Source,
    limit: u64,
    progress: &Progress,
) -> (Vec<SwatchId>, Vec<Problem>) {
    use rayon::prelude::*;
    let told: HashSet<i32> = plan.problems.iter().map(|p| p.line).collect();
    let pictures: Vec<_> = plan
        .items
        .iter()
        .flat_map(|(_, work)| &work.pictures)
        .filter(|p| !is_address(&p.from))
        .collect();
    let read: Vec<Result<SwatchId, Problem>> = pictures
        .par_iter()
        .map(|one| {
            let hashed = source.read(&one.from, limit).and_then(|bytes| {
                // The header alone: what is no picture at all is told now.
                photo::sniff(&bytes).map_err(|e| e.to_string())?;
                picture::swatch_id(photo::content_hash(&bytes))
                    .ok_or_else(|| "This picture has no name.".to_owned())
            });
            progress(Step::Done(one.from.clone()));
            hashed.map_err(|problem| Problem {
                line: one.line,
                name: one.from.clone(),
                cells: one.cells.clone(),
                problem,
                came_in: false,
            })
        })
        .collect();
    let (mut hashes, mut problems) = (Vec::new(), Vec::new());
    for one in read {
        match one {
            Ok(id) => hashes.push(id),
            Err(problem) if !told.contains(&problem.line) => problems.push(problem),
            Err(_) => {}
        }
    }
    (hashes, problems)
}
