//! The models that look at pictures: the built-in one, always, and the one in use, where it is another.
//!
//! Everything that comes into the library is embedded by both, so that a search never waits for a model:
//! when the one in use fails, the built-in one answers, and one can go back to it at once.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use catalog::{Calibration, Catalog, LegScale, ModelId, TextScale};
use material::Leg;
use photo::Pixels;
use tokio::time::timeout;
use vision::{Embed, Embedding};

use crate::{Error, calibrate::nearness};

/// A model that is ready, with its row in the library.
#[derive(Clone)]
pub(crate) struct Eye {
    pub embedder: Arc<dyn Embed>,
    pub row: catalog::Model,
}

impl Eye {
    /// Enters a model into the library, or finds it there.
    pub async fn enter(catalog: &Catalog, embedder: Arc<dyn Embed>) -> Result<Self, Error> {
        let model = embedder.model();
        let row = catalog.register_model(&model.name, model.dims).await?;
        Ok(Self { embedder, row })
    }

    pub fn id(&self) -> ModelId {
        self.row.id
    }
}

/// Vectors of one picture or of some words, by the model that made them.
pub(crate) struct Seen {
    pub model: ModelId,
    pub embedding: Embedding,
    /// What did not go as it should, for the page.
    pub note: Option<String>,
}

/// The models, and what a cosine of each means. Both change while requests are answered.
pub(crate) struct Models {
    builtin: Eye,
    in_use: RwLock<Eye>,
    scales: RwLock<HashMap<ModelId, Calibration>>,
}

impl Models {
    pub fn new(builtin: Eye) -> Self {
        let models = Self {
            in_use: RwLock::new(builtin.clone()),
            scales: RwLock::default(),
            builtin,
        };
        models.learn(&models.builtin.row);
        models
    }

    /// The one that needs nothing.
    pub fn builtin(&self) -> &Eye {
        &self.builtin
    }

    /// The one that answers.
    pub fn in_use(&self) -> Eye {
        self.in_use
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// From now on this one answers.
    pub fn switch(&self, eye: Eye) {
        self.learn(&eye.row);
        *self.in_use.write().unwrap_or_else(PoisonError::into_inner) = eye;
    }

    /// Both, or the one when they are the same.
    pub fn all(&self) -> Vec<Eye> {
        let mut all = vec![self.builtin.clone()];
        let in_use = self.in_use();
        if in_use.id() != self.builtin.id() {
            all.push(in_use);
        }
        all
    }

    /// Takes note of what a model's cosines mean.
    pub fn learn(&self, row: &catalog::Model) {
        if let Some(calibration) = &row.calibration {
            self.set_scale(row.id, calibration.clone());
        }
    }

    pub fn set_scale(&self, model: ModelId, scale: Calibration) {
        self.scales
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(model, scale);
    }

    /// 0 for a pair as far apart as unrelated ones are in this model, 1 for one as near as two pictures of
    /// one material are; beyond both at the ends.
    pub fn nearness(&self, model: ModelId, cosine: f32) -> f32 {
        let scales = self.scales.read().unwrap_or_else(PoisonError::into_inner);
        nearness(scales.get(&model), cosine)
    }

    /// What the agreements of legs that need no model mean, as last measured.
    pub fn leg_scales(&self) -> BTreeMap<Leg, LegScale> {
        let id = self.in_use().id();
        let scales = self.scales.read().unwrap_or_else(PoisonError::into_inner);
        scales
            .get(&id)
            .map_or_else(BTreeMap::new, |scale| scale.legs.clone())
    }

    /// What a cosine between words and a picture means in a model that knows words, once measured. It is
    /// never that of two pictures: words and pictures lie apart in such a space (Liang et al. 2022).
    pub fn text_scale(&self, model: ModelId) -> Option<TextScale> {
        self.scales
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&model)?
            .text
    }

    /// 0 for words that have nothing to do with a picture, 1 for words that name what it shows.
    pub fn text_nearness(&self, model: ModelId, cosine: f32) -> Option<f32> {
        let scale = self.text_scale(model)?;
        let span = (scale.own_mean - scale.mean).max(0.01);
        Some((cosine - scale.mean) / span)
    }

    /// Looks at one picture with the model in use; with the built-in one when that fails or takes too
    /// long, and says so.
    pub async fn look(&self, picture: Arc<Pixels>, patience: Duration) -> Result<Seen, Error> {
        let eye = self.in_use();
        let asked = timeout(patience, eye.embedder.embed(vec![Arc::clone(&picture)])).await;
        let why = match asked {
            Ok(Ok(mut vectors)) => match vectors.pop() {
                Some(embedding) if is_sound(&embedding, eye.row.dims) => {
                    return Ok(Seen {
                        model: eye.id(),
                        embedding,
                        note: None,
                    });
                }
                Some(_) => "it returned numbers that are no vector".to_owned(),
                None => "it returned no vector".to_owned(),
            },
            // A queue that is full is full of work that the built-in model would have to do as well.
            Ok(Err(vision::VisionError::Overloaded)) => return Err(Error::Overloaded),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("it took longer than {} s", patience.as_secs_f32()),
        };
        tracing::warn!(model = eye.row.name, why, "the model in use failed");
        if eye.id() == self.builtin.id() {
            return Err(Error::Internal);
        }
        let mut vectors = self.builtin.embedder.embed(vec![picture]).await?;
        let embedding = vectors
            .pop()
            .ok_or_else(|| Error::internal("the embedder returned no vector"))?;
        Ok(Seen {
            model: self.builtin.id(),
            embedding,
            note: Some(format!(
                "{} did not answer, so looks were compared by the built-in model.",
                eye.row.name
            )),
        })
    }
}

/// Whether numbers are a vector that can be compared: as many as there should be, and finite. What a model says of
/// itself is not taken on trust.
pub(crate) fn is_sound(vector: &[f32], dims: u32) -> bool {
    vector.len() == dims as usize && vector.iter().all(|number| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vision::{Answer, Model, VisionError};

    /// An embedder that does what a test wants.
    struct Fake {
        model: Model,
        act: fn() -> Answer<'static, Vec<Embedding>>,
    }

    impl Embed for Fake {
        fn model(&self) -> &Model {
            &self.model
        }

        fn embed(&self, _: Vec<Arc<Pixels>>) -> Answer<'_, Vec<Embedding>> {
            (self.act)()
        }
    }

    fn eye(id: i32, name: &str, act: fn() -> Answer<'static, Vec<Embedding>>) -> Eye {
        let model = Model {
            name: name.to_owned(),
            dims: 2,
        };
        Eye {
            row: catalog::Model {
                id: ModelId(id),
                name: name.to_owned(),
                dims: 2,
                calibration: None,
            },
            embedder: Arc::new(Fake { model, act }),
        }
    }

    fn well() -> Answer<'static, Vec<Embedding>> {
        Box::pin(async { Ok(vec![vec![1.0, 0.0]]) })
    }

    fn badly() -> Answer<'static, Vec<Embedding>> {
        Box::pin(async {
            Err(VisionError::Failed {
                model: "clip".to_owned(),
                detail: "not a number".to_owned(),
            })
        })
    }

    fn never() -> Answer<'static, Vec<Embedding>> {
        Box::pin(std::future::pending())
    }

    fn full() -> Answer<'static, Vec<Embedding>> {
        Box::pin(async { Err(VisionError::Overloaded) })
    }

    fn nothing() -> Answer<'static, Vec<Embedding>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn nan() -> Answer<'static, Vec<Embedding>> {
        Box::pin(async { Ok(vec![vec![f32::NAN, 0.0]]) })
    }

    fn short() -> Answer<'static, Vec<Embedding>> {
        Box::pin(async { Ok(vec![vec![1.0]]) })
    }

    async fn looked(act: fn() -> Answer<'static, Vec<Embedding>>) -> Result<Seen, Error> {
        let models = Models::new(eye(1, "built-in", well));
        models.switch(eye(2, "clip", act));
        let picture = Arc::new(Pixels::from_fn(4, 4, |_, _| [9, 9, 9]));
        models.look(picture, Duration::from_secs(10)).await
    }

    #[tokio::test(start_paused = true)]
    async fn the_built_in_model_stands_in_and_the_page_is_told() {
        let seen = looked(well).await.expect("a vector");
        assert_eq!((seen.model, seen.note), (ModelId(2), None));
        for act in [badly, never, nothing, nan, short] {
            let seen = looked(act).await.expect("the results always come");
            assert_eq!(seen.model, ModelId(1));
            let note = seen.note.expect("a sentence");
            assert!(note.starts_with("clip did not answer"), "{note}");
        }
        assert!(matches!(looked(full).await, Err(Error::Overloaded)));
    }

    #[tokio::test]
    async fn without_another_model_a_failure_is_one() {
        let models = Models::new(eye(1, "built-in", badly));
        let picture = Arc::new(Pixels::from_fn(4, 4, |_, _| [9, 9, 9]));
        assert!(matches!(
            models.look(picture, Duration::from_secs(1)).await,
            Err(Error::Internal)
        ));
        assert_eq!(models.all().len(), 1);
    }

    #[test]
    fn words_and_pictures_are_told_apart() {
        let models = Models::new(eye(1, "built-in", well));
        models.set_scale(
            ModelId(1),
            Calibration {
                mean: 0.5,
                sd: 0.1,
                same_mean: 0.9,
                same_sd: 0.05,
                text: Some(TextScale {
                    mean: 0.2,
                    own_mean: 0.3,
                }),
                legs: BTreeMap::new(),
            },
        );
        // A cosine of 0.3 is as near as words get, and less than nothing between two pictures.
        let words = models.text_nearness(ModelId(1), 0.3).expect("a scale");
        assert!((words - 1.0).abs() < 1e-5);
        assert!(models.nearness(ModelId(1), 0.3) < 0.0);
        assert_eq!(models.text_nearness(ModelId(2), 0.3), None);
    }
}
