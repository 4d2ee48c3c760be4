//! Filling a library with made-up materials, to measure what a search costs when there are very many.
//!
//! Each is a relative of a piece of the demo library. Its vectors lie around that piece's the way pieces of
//! one kind lie around each other, and its pictures apart from each other the way two pictures of one piece
//! do: a sum of differences seen in the demo library with normal weights has just their covariance. There
//! are many of some pieces and few of others. The same seed gives the same library.

use std::sync::Arc;

use catalog::{Entry, NewSwatch, StoredSwatch};
use fastrand::Rng;
use futures::{StreamExt, stream};
use material::{Colour, Description, Field, LookFacts, Name, NewMaterial, Slug, SwatchId, Word};
use rayon::prelude::*;

use crate::{Error, Progress, Step, Veneer, ask::blocking};

/// Materials in one transaction.
const BATCH: u32 = 1_000;
/// Differences that are added up for one draw.
const TERMS: usize = 24;
/// How far a relative lies from its piece, measured by how far pieces of one kind lie from each other.
const APART: f32 = 0.6;
/// Makers that are made up.
const MAKERS: f32 = 400.0;

/// A piece of the demo library with what the model in use makes of its pictures.
struct Piece {
    material: NewMaterial,
    swatches: Vec<(StoredSwatch, Vec<f32>)>,
    /// Its place among the differences between pieces.
    kind: usize,
}

/// What relatives are drawn from.
struct Pattern {
    pieces: Vec<Piece>,
    /// The chance of each piece, added up.
    odds: Vec<f32>,
    /// How pieces differ from the mean of their top category, one list for each.
    between: Vec<Vec<Vec<f32>>>,
    /// How two pictures of a piece differ, over √2.
    within: Vec<Vec<f32>>,
}

impl Veneer {
    /// Adds made-up materials up to so many, and says how many there were to add. The demo library comes
    /// first when it is not there. Indexes are thrown away before and built again afterwards.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn fill_made_up(
        &self,
        materials: u32,
        seed: u64,
        progress: Progress,
    ) -> Result<u32, Error> {
        if self.wants_demo().await? {
            self.fill_demo(Arc::new(|_| {})).await?;
        }
        let catalog = &self.inner.catalog;
        let model = self.inner.models.in_use().id();
        let pattern = Arc::new(self.pattern().await?);
        progress(Step::Total(u64::from(materials)));
        catalog.drop_indexes().await?;
        let mut added = 0;
        let firsts: Vec<u32> = (0..materials).step_by(BATCH as usize).collect();
        // The next batch is drawn while this one is written.
        let mut drawn = stream::iter(firsts)
            .map(|first| {
                let pattern = Arc::clone(&pattern);
                let last = first.saturating_add(BATCH).min(materials);
                blocking(move || {
                    let numbers: Vec<u32> = (first..last).collect();
                    numbers
                        .into_par_iter()
                        .map(|number| pattern.entry(model, seed, number))
                        .collect::<Result<Vec<Entry>, Error>>()
                })
            })
            .buffered(2);
        while let Some(entries) = drawn.next().await {
            let entries = entries??;
            let done = catalog.upsert_many(&entries).await?;
            added += done.iter().filter(|d| d.created).count() as u32;
            for entry in &entries {
                progress(Step::Done(entry.material.name.to_string()));
            }
        }
        catalog.analyse().await?;
        Ok(added)
    }

    /// Reads the demo library as the model in use sees it.
    async fn pattern(&self) -> Result<Pattern, Error> {
        let catalog = &self.inner.catalog;
        let model = self.inner.models.in_use().id();
        let mut pieces = Vec::new();
        let mut kinds: Vec<&'static str> = Vec::new();
        for piece in demo::library() {
            let Some(stored) = catalog.material(&piece.material.slug).await? else {
                continue;
            };
            let mut swatches = Vec::new();
            for swatch in stored.swatches {
                let found = catalog.swatch(&swatch.swatch.id, Some(model)).await?;
                if let Some(vector) = found.and_then(|found| found.embedding) {
                    swatches.push((swatch, vector));
                }
            }
            if swatches.is_empty() {
                continue;
            }
            let top = stored.material.properties.category;
            let top = top.map_or("", |category| category.top().as_str());
            let kind = kinds.iter().position(|k| *k == top).unwrap_or_else(|| {
                kinds.push(top);
                kinds.len() - 1
            });
            pieces.push(Piece {
                material: stored.material,
                swatches,
                kind,
            });
        }
        if pieces.is_empty() {
            return Err(Error::internal("the demo library has no vectors"));
        }
        Ok(Pattern::of(pieces, kinds.len()))
    }
}

impl Pattern {
    fn of(pieces: Vec<Piece>, kinds: usize) -> Self {
        let dims = pieces[0].swatches[0].1.len();
        let mut means = vec![(vec![0.0_f32; dims], 0.0_f32); kinds];
        for piece in &pieces {
            let (sum, count) = &mut means[piece.kind];
            add(sum, 1.0, &piece.swatches[0].1);
            *count += 1.0;
        }
        let mut between = vec![Vec::new(); kinds];
        let mut within = Vec::new();
        for piece in &pieces {
            let (sum, count) = &means[piece.kind];
            let mut difference = piece.swatches[0].1.clone();
            add(&mut difference, -1.0 / count, sum);
            between[piece.kind].push(difference);
            if let [(_, a), (_, b), ..] = piece.swatches.as_slice() {
                let mut difference = a.clone();
                add(&mut difference, -1.0, b);
                difference
                    .iter_mut()
                    .for_each(|x| *x /= std::f32::consts::SQRT_2);
                within.push(difference);
            }
        }
        // A few pieces have very many relatives: the odds fall with the rank, and the ranks are shuffled.
        let mut ranks: Vec<usize> = (0..pieces.len()).collect();
        Rng::with_seed(0).shuffle(&mut ranks);
        let mut sum = 0.0;
        let odds = ranks
            .into_iter()
            .map(|rank| {
                sum += 1.0 / (rank as f32 + 1.0).powf(0.7);
                sum
            })
            .collect();
        Self {
            pieces,
            odds,
            between,
            within,
        }
    }

    /// One material, with one to three pictures.
    fn entry(&self, model: catalog::ModelId, seed: u64, number: u32) -> Result<Entry, Error> {
        let mut rng = Rng::with_seed(seed.wrapping_mul(0x9e37_79b9) ^ (u64::from(number) << 20));
        let at = rng.f32() * self.odds.last().copied().unwrap_or(0.0);
        let place = self.odds.partition_point(|sum| *sum < at);
        let piece = &self.pieces[place.min(self.pieces.len() - 1)];
        let material = relative(&piece.material, seed, number, &mut rng)?;
        let mut centre = piece.swatches[0].1.clone();
        draw(&mut centre, APART, &self.between[piece.kind], &mut rng);
        let pictures = [1, 2, 2, 3][rng.usize(..4)];
        let mut swatches = Vec::with_capacity(pictures);
        for position in 0..pictures {
            let (like, _) = &piece.swatches[position % piece.swatches.len()];
            let mut vector = centre.clone();
            draw(&mut vector, 1.0, &self.within, &mut rng);
            let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
            vector.iter_mut().for_each(|x| *x /= length);
            let palette = shifted(&like.palette, &mut rng);
            let facts = like.facts.clone().map(|seen| LookFacts {
                palette: palette.clone(),
                ..seen
            });
            let name = format!("made up {seed} {number} {position}");
            swatches.push(NewSwatch {
                id: SwatchId::parse(blake3::hash(name.as_bytes()).to_hex().as_str())?,
                view: like.swatch.view.clone(),
                width: like.swatch.width,
                height: like.swatch.height,
                ground: like.swatch.ground.clone(),
                phash: rng.u64(..),
                palette,
                facts,
                embeddings: vec![(model, vector)],
            });
        }
        Ok(Entry { material, swatches })
    }
}

/// The properties of a piece, with what differs between products of one sort: colour, maker, price, what
/// is known at all.
fn relative(
    piece: &NewMaterial,
    seed: u64,
    number: u32,
    rng: &mut Rng,
) -> Result<NewMaterial, Error> {
    let mut material = piece.clone();
    material.key = Name::parse(&format!("made-up/{seed}/{number}"))?;
    material.slug = Slug::parse(&format!("made-up-{seed}-{number}"))?;
    let name: String = piece.name.as_str().chars().take(60).collect();
    material.name = Name::parse(&format!("{} {number}", name.trim_end()))?;
    // The first maker has a hundred times the products of the hundredth.
    let maker = MAKERS.powf(rng.f32()) as u32;
    material.maker = Some(Name::parse(&format!("Made-up maker {maker}"))?);
    material.description = Description::parse(&format!(
        "Made up for measuring. {}",
        piece.description.as_str()
    ))
    .unwrap_or_else(|_| piece.description.clone());
    let p = &mut material.properties;
    p.colours = shifted(&p.colours, rng);
    if let Some(price) = &mut p.price {
        let factor = (0.5 * normal(rng)).exp();
        price.cents = ((price.cents as f32 * factor) as i64).max(1);
    }
    for field in Field::all() {
        if rng.f32() < 0.08 {
            match field {
                Field::Finish => p.finish = None,
                Field::Texture => p.texture = None,
                Field::Pattern => p.pattern = None,
                Field::Applications => p.applications.clear(),
                Field::Size => p.size = None,
                Field::Price => p.price = None,
                Field::Fire => p.fire = None,
                Field::Slip => p.slip = None,
                Field::Category | Field::Colours => {}
            }
        }
    }
    Ok(material)
}

fn shifted(colours: &[Colour], rng: &mut Rng) -> Vec<Colour> {
    let by = [6.0 * normal(rng), 4.0 * normal(rng), 4.0 * normal(rng)];
    colours
        .iter()
        .map(|colour| {
            let mut colour = *colour;
            colour.lab.l = (colour.lab.l + by[0]).clamp(0.0, 100.0);
            colour.lab.a += by[1];
            colour.lab.b += by[2];
            colour
        })
        .collect()
}

/// Adds a draw from the distribution that the differences are a sample of.
fn draw(to: &mut [f32], scale: f32, differences: &[Vec<f32>], rng: &mut Rng) {
    if differences.is_empty() {
        return;
    }
    let scale = scale / (TERMS as f32).sqrt();
    for _ in 0..TERMS {
        let difference = &differences[rng.usize(..differences.len())];
        add(to, scale * normal(rng), difference);
    }
}

fn add(to: &mut [f32], weight: f32, other: &[f32]) {
    for (x, y) in to.iter_mut().zip(other) {
        *x += weight * y;
    }
}

/// A standard normal number, after Box and Muller.
fn normal(rng: &mut Rng) -> f32 {
    let (a, b) = (1.0 - rng.f32(), rng.f32());
    (-2.0 * a.ln()).sqrt() * (std::f32::consts::TAU * b).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_have_the_covariance_of_the_differences() {
        // Along (1, 1) with a variance of 2, across it none.
        let differences = vec![vec![1.0, 1.0], vec![-1.0, -1.0]];
        let mut rng = Rng::with_seed(1);
        let (mut along, mut across) = (0.0, 0.0);
        for _ in 0..4_000 {
            let mut x = vec![0.0, 0.0];
            draw(&mut x, 1.0, &differences, &mut rng);
            along += (x[0] + x[1]).powi(2) / 2.0;
            across += (x[0] - x[1]).powi(2) / 2.0;
        }
        assert!((along / 4_000.0 - 2.0).abs() < 0.2, "{along}");
        assert!(across < 1e-3);
    }

    #[test]
    fn relatives_differ_and_come_again() {
        let piece = demo::library().swap_remove(0).material;
        let make = |number| {
            relative(&piece, 1, number, &mut Rng::with_seed(u64::from(number))).expect("it fits")
        };
        assert_eq!(make(3), make(3));
        assert_ne!(make(3).key, make(4).key);
        assert!(make(3).description.as_str().starts_with("Made up"));
        assert_eq!(make(3).properties.category, piece.properties.category);
    }
}
