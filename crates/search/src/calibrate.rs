//! What a cosine means, model by model, and what an agreement means, leg by leg.
//!
//! A raw cosine says nothing to a person: one model puts unrelated pictures at 0.1, another at 0.7. Nor do
//! raw agreements compare: most finishes are alike, few kinds are. Two samples of the library fix each
//! scale: pairs that have nothing to do with each other, and pairs of pictures of one material. A
//! score is where a pair stands between the two means.

use std::{collections::BTreeMap, sync::Arc};

use catalog::{Calibration, LegScale, Moments, Stored, TextScale};
use material::{Category, Filters, Leg, LegScores};

use crate::{Error, Progress, Veneer, agree::Wanted, legs, models::Eye, reason::Side};

/// Pairs sampled of each sort.
const PAIRS: u32 = 2_000;
/// How much nearer words have to be to their own picture for a model to have a say in them.
const LEAST_GAP: f32 = 0.01;
/// Materials whose words are compared with pictures.
const WORDED: u32 = 120;
/// The same library gives the same samples.
const SEED: u64 = 1;

/// Materials whose agreements are compared.
const SAMPLED: u32 = 200;
/// The least difference between the ends of a leg's scale; where they lie nearer, the leg tells little apart
/// and must not be stretched until it shouts.
const LEAST_SPAN: f32 = 0.25;

/// What stands in for a calibration while the library is too small to sample.
static BEFORE: Calibration = Calibration {
    mean: 0.16,
    sd: 0.12,
    same_mean: 0.83,
    same_sd: 0.1,
    text: None,
    legs: BTreeMap::new(),
};

/// 0 for a pair as far apart as unrelated ones are, 1 for one as near as two pictures of one material
/// are; beyond both at the ends.
pub(crate) fn nearness(scale: Option<&Calibration>, cosine: f32) -> f32 {
    let c = scale.unwrap_or(&BEFORE);
    // Two samples that do not differ calibrate nothing; a tenth keeps the division sane.
    let span = (c.same_mean - c.mean).max(0.1);
    (cosine - c.mean) / span
}

/// Agreements on the scales of the library, 0 for unrelated materials and 1 for the same. A leg that was not
/// calibrated stays as it is.
pub(crate) fn scaled(mut scores: LegScores, scales: &BTreeMap<Leg, LegScale>) -> LegScores {
    for (leg, scale) in scales {
        let slot = scores.slot(*leg);
        let span = (scale.same.mean - scale.unrelated.mean).max(LEAST_SPAN);
        *slot = slot.map(|raw| ((raw - scale.unrelated.mean) / span).clamp(0.0, 1.0));
    }
    scores
}

/// What agreements mean in a sample of the library; legs that it says too little of are left out.
fn leg_scales(sample: &[Stored]) -> BTreeMap<Leg, LegScale> {
    let agree = |(i, a): (usize, usize), (j, b): (usize, usize)| {
        let look = sample[i].swatches.get(a)?.facts.as_ref()?;
        let wanted = Wanted::known(sample[i].material.properties.clone());
        let found = Side {
            properties: &sample[j].material.properties,
            palette: &sample[j].swatches.get(b)?.palette,
            facts: sample[j].swatches.get(b)?.facts.as_ref(),
        };
        Some(legs::agreements(
            &wanted,
            &look.palette,
            &[(1.0, look)],
            &found,
        ))
    };
    let same: Vec<LegScores> = (0..sample.len())
        .filter_map(|i| agree((i, 0), (i, 1)))
        .collect();
    let kind = |i: usize| sample[i].material.properties.category.map(Category::top);
    // Walks the diagonals, so that every material is used early.
    let unrelated: Vec<LegScores> = (1..sample.len())
        .flat_map(|step| (0..sample.len() - step).map(move |i| (i, i + step)))
        .filter(|&(i, j)| kind(i).is_some() && kind(j).is_some() && kind(i) != kind(j))
        .filter_map(|(i, j)| agree((i, 0), (j, 0)))
        .take(PAIRS as usize)
        .collect();
    let of = |scores: &[LegScores], leg| {
        let values: Vec<f32> = scores.iter().filter_map(|s| s.of(leg)).collect();
        moments(&values).map(|(mean, sd)| Moments { mean, sd })
    };
    Leg::ALL
        .into_iter()
        .filter_map(|leg| {
            let unrelated = of(&unrelated, leg)?;
            // Where no material has two pictures, the same is the same.
            let whole = Moments { mean: 1.0, sd: 0.0 };
            let same = of(&same, leg).unwrap_or(whole);
            Some((leg, LegScale { unrelated, same }))
        })
        .collect()
}

fn moments(values: &[f32]) -> Option<(f32, f32)> {
    let count = values.len() as f32;
    let mean = values.iter().sum::<f32>() / count;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / count;
    (values.len() >= 30).then_some((mean, variance.sqrt()))
}

impl Veneer {
    /// Samples the library anew and stores what a cosine of every model at work means in it. Called
    /// after the library changed. A library too small to sample keeps the calibration it has.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn calibrate(&self) -> Result<(), Error> {
        let nobody: Progress = Arc::new(|_| {});
        for eye in self.inner.models.all() {
            // An import that began before a change of model ended with the model before.
            if let Err(error) = self.embed_missing(&eye, &nobody).await {
                tracing::warn!(%error, model = eye.row.name, "some swatches have no vector");
            }
            self.calibrate_model(&eye).await?;
        }
        Ok(())
    }

    pub(crate) async fn calibrate_model(&self, eye: &Eye) -> Result<(), Error> {
        let inner = &self.inner;
        let model = eye.id();
        let unrelated = inner.catalog.sample_unrelated(model, PAIRS, SEED).await?;
        let same = inner.catalog.sample_same(model, PAIRS, SEED).await?;
        let Some((mean, sd)) = moments(&unrelated) else {
            return Ok(());
        };
        // Where no material has two pictures, “the same” is taken to be as the built-in model's is.
        let (same_mean, same_sd) = moments(&same).unwrap_or((BEFORE.same_mean, BEFORE.same_sd));
        let calibration = Calibration {
            mean,
            sd,
            same_mean,
            same_sd,
            text: self.calibrate_words(eye).await?,
            legs: leg_scales(&inner.catalog.sample(SAMPLED, SEED).await?),
        };
        tracing::info!(?calibration, ?model, "calibrated");
        inner
            .catalog
            .set_calibration(model, calibration.clone())
            .await?;
        inner.models.set_scale(model, calibration);
        Ok(())
    }
}

impl Veneer {
    /// How words and pictures lie to each other in a model: words that say what a material is, against
    /// its own picture and against those of others. `None` for a model that knows no words.
    async fn calibrate_words(&self, eye: &Eye) -> Result<Option<TextScale>, Error> {
        let catalog = &self.inner.catalog;
        let everything = Filters::default();
        let ids = catalog.tail(&everything, None, &[], 0, WORDED).await?;
        let (mut words, mut pictures) = (Vec::new(), Vec::new());
        for row in catalog.score_data(&ids, None, None).await? {
            let card = row.card();
            let Some(swatch) = card.swatches.first() else {
                continue;
            };
            let found = catalog.swatch(&swatch.id, Some(eye.id())).await?;
            let Some(picture) = found.and_then(|found| found.embedding) else {
                continue;
            };
            let Some(asking) = eye.embedder.embed_words(card.alt()) else {
                return Ok(None);
            };
            words.push(asking.await?);
            pictures.push(picture);
        }
        let mut own = Vec::new();
        let mut others = Vec::new();
        for (i, word) in words.iter().enumerate() {
            for (j, picture) in pictures.iter().enumerate() {
                let cosine: f32 = word.iter().zip(picture).map(|(a, b)| a * b).sum();
                if i == j { &mut own } else { &mut others }.push(cosine);
            }
        }
        Ok(moments(&own)
            .zip(moments(&others))
            .map(|((own_mean, _), (mean, _))| TextScale { mean, own_mean })
            // A model that does not tell its own from others says nothing about words here.
            .filter(|scale| scale.own_mean - scale.mean >= LEAST_GAP))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearness_runs_from_unrelated_to_the_same() {
        let c = Calibration {
            mean: 0.2,
            sd: 0.1,
            same_mean: 0.7,
            same_sd: 0.1,
            ..BEFORE.clone()
        };
        assert!(nearness(Some(&c), 0.2).abs() < 1e-6);
        assert!((nearness(Some(&c), 0.7) - 1.0).abs() < 1e-6);
        assert!(nearness(Some(&c), 0.1) < 0.0 && nearness(Some(&c), 1.0) > 1.0);
    }

    #[test]
    fn agreements_run_from_unrelated_to_the_same() {
        let scale = |unrelated, same| LegScale {
            unrelated: Moments {
                mean: unrelated,
                sd: 0.1,
            },
            same: Moments {
                mean: same,
                sd: 0.1,
            },
        };
        let scales = BTreeMap::from([
            (Leg::Finish, scale(0.5, 1.0)),
            // Tells nothing apart, or the wrong way round: is not stretched.
            (Leg::Texture, scale(0.6, 0.6)),
            (Leg::Scale, scale(0.6, 0.2)),
        ]);
        let raw = LegScores {
            finish: Some(0.75),
            texture: Some(0.7),
            scale: Some(f32::NAN),
            kind: Some(0.3),
            ..LegScores::default()
        };
        let scaled = scaled(raw, &scales);
        assert_eq!(scaled.finish, Some(0.5));
        assert!(scaled.texture.is_some_and(|t| t < 0.5));
        assert_eq!(scaled.of(Leg::Scale), None);
        assert_eq!((scaled.kind, scaled.words), (Some(0.3), None));
    }

    #[test]
    fn a_few_pairs_are_no_sample() {
        assert_eq!(moments(&[0.5; 29]), None);
        assert_eq!(moments(&[0.5; 30]), Some((0.5, 0.0)));
    }
}
