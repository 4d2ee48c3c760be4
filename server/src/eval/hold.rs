//! Reading the library that is evaluated, and filling the one that is searched with what is not held back.

use std::collections::HashMap;

use bytes::Bytes;
use catalog::ImageSize;
use eval::{Dice, Plan, Question, Specimen};
use futures::{StreamExt, TryStreamExt, stream};
use material::{PAGE_SIZE, SwatchRef, View};
use photo::{Limits, Pixels};
use search::{Progress, Sample, Step, Veneer};

use super::ask::materials;

/// Materials a transaction.
const BATCH: usize = 16;
/// Pictures read at the same time.
const READS: usize = 4;

/// A material of the library that is evaluated, with its pictures.
pub struct Found {
    /// For the plan.
    pub specimen: Specimen,
    /// The first is the one to show.
    pub pictures: Vec<SwatchRef>,
}

/// Photos by number of the question in the plan.
pub type Photos = HashMap<usize, Bytes>;

/// Up to `most` materials in a fixed order: all of them, or pages drawn by the seed. Those that have no picture (any
/// more) cannot be asked about.
pub async fn specimens(source: &Veneer, most: usize, seed: u64) -> anyhow::Result<Vec<Found>> {
    let first = source.library(&View::default()).await?;
    let mut pages: Vec<u32> = (0..first.pages()).collect();
    if first.total as usize > most {
        Dice::about(seed, "pages").shuffle(&mut pages);
        pages.truncate(most.div_ceil(PAGE_SIZE as usize));
    }
    let mut slugs = Vec::new();
    for page in pages {
        let view = View {
            page,
            ..View::default()
        };
        let results = source.library(&view).await?;
        slugs.extend(materials(&results).map(|material| material.slug.clone()));
    }
    slugs.truncate(most);
    slugs.sort();
    let mut found = Vec::with_capacity(slugs.len());
    let mut gone = 0;
    for slug in slugs {
        let (material, known) = source.known(&slug).await?;
        let mut pictures = Vec::with_capacity(known.len());
        for picture in known {
            match source.picture(&picture.id, ImageSize::Full).await {
                Ok(_) => pictures.push(picture),
                Err(search::Error::NotFound(_)) => gone += 1,
                Err(error) => return Err(error.into()),
            }
        }
        if !pictures.is_empty() {
            found.push(Found {
                specimen: Specimen {
                    material,
                    pictures: pictures.iter().map(|p| (p.width, p.height)).collect(),
                },
                pictures,
            });
        }
    }
    if gone > 0 {
        eprintln!("{gone} pictures are not where the library keeps them, and are left out");
    }
    Ok(found)
}

/// Fills the searched library with what the plan keeps, and takes photos of what it holds back.
pub async fn back(
    source: &Veneer,
    searched: &Veneer,
    found: &[Found],
    plan: &Plan,
    seed: u64,
    progress: Progress,
) -> anyhow::Result<Photos> {
    progress(Step::Total(found.len() as u64));
    let mut photos = Photos::new();
    for (batch, some) in found.chunks(BATCH).enumerate() {
        let mut read = Vec::with_capacity(some.len());
        for (offset, one) in some.iter().enumerate() {
            let subject = batch * BATCH + offset;
            let asked: Vec<(usize, Question)> = plan
                .questions
                .iter()
                .enumerate()
                .filter(|(_, q)| q.subject == subject && q.changes.is_some())
                .map(|(i, q)| (i, q.clone()))
                .collect();
            let part = plan
                .parts
                .get(subject)
                .copied()
                .unwrap_or(eval::Part::Whole);
            read.push((
                one.specimen.material.clone(),
                pictures(source, one).await?,
                part,
                asked,
            ));
        }
        let done = tokio::task::spawn_blocking(move || {
            let mut samples = Vec::new();
            let mut taken = Vec::new();
            for (material, pictures, part, asked) in read {
                let divided = eval::divide(pictures, part)?;
                if let Some(away) = &divided.away {
                    for (number, question) in asked {
                        let Some(changes) = &question.changes else {
                            continue;
                        };
                        let photo = eval::photo_of(away, changes, &mut question.dice(seed))?;
                        taken.push((number, Bytes::from(photo)));
                    }
                }
                samples.push(Sample {
                    material,
                    pictures: divided.kept,
                });
            }
            anyhow::Ok((samples, taken))
        });
        let (samples, taken) = done.await??;
        searched.take_in(samples).await?;
        photos.extend(taken);
        for one in some {
            progress(Step::Done(one.specimen.material.name.to_string()));
        }
    }
    searched.calibrate().await?;
    Ok(photos)
}

/// The decoded pictures of a material, as large as the library keeps them.
async fn pictures(source: &Veneer, found: &Found) -> anyhow::Result<Vec<(Pixels, String)>> {
    stream::iter(&found.pictures)
        .map(|picture| async move {
            let bytes = source.picture(&picture.id, ImageSize::Full).await?;
            let pixels = photo::decode(&bytes, &Limits::default())?;
            anyhow::Ok((pixels, picture.view.clone()))
        })
        .buffered(READS)
        .try_collect()
        .await
}
