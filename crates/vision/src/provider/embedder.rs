//! Vectors from a model behind HTTP.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use futures::{StreamExt, TryStreamExt, stream};
use photo::Pixels;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;

use super::{
    breaker::Health,
    embed_preset::EmbedPreset,
    failure::{Charge, Failure},
    guard::{Ask, Brought, Guard, Means, Resilience},
    ledger::{Caps, Ledger},
    limits::Limits,
    picture,
    settings::EmbedderSettings,
    wire::{Body, Wire},
};
use crate::{DescribeError, Detail, Embed, Embedding, Model, Usage, VisionError};

/// Tries of one picture, the first included.
const TRIES: usize = 2;
/// Long side of what is sent: more than any of the models looks at.
const LONG_SIDE: u32 = 512;
/// Pictures on their way at the same time.
const AT_ONCE: usize = 4;

/// An embedder behind HTTP. Dimensions are checked with every answer; vectors come out normalised.
pub struct HttpEmbedder {
    model: Model,
    id: String,
    preset: EmbedPreset,
    image_tokens: u32,
    wire: Wire,
    guard: Guard,
    timeout: Duration,
}

impl HttpEmbedder {
    /// An embedder of a configuration.
    ///
    /// # Errors
    /// When the machine's TLS cannot be set up or the address takes no path; the text is for the
    /// log.
    pub fn new(
        settings: &EmbedderSettings,
        ledger: Arc<dyn Ledger>,
        caps: Caps,
        resilience: Resilience,
    ) -> Result<Self, String> {
        let endpoint = &settings.endpoint;
        let id = settings.model.id.clone();
        let url = address(&endpoint.base_url, settings.preset, &id)?;
        let means = Means {
            kind: "embedding",
            limits: Arc::new(Limits::new(endpoint.rates)),
            ledger,
            caps,
            price: settings.model.price,
            timeout: endpoint.timeout,
            resilience,
        };
        Ok(Self {
            // Vectors of the same weights from two servers may differ in preprocessing.
            model: Model {
                name: format!("{}/{id}", endpoint.name),
                dims: settings.dims,
            },
            preset: settings.preset,
            image_tokens: settings.model.image_tokens,
            wire: Wire::new(url, endpoint.key.clone(), id.clone())?,
            guard: Guard::new(endpoint.name.clone(), id.clone(), means),
            timeout: endpoint.timeout,
            id,
        })
    }

    /// How it is doing.
    pub fn health(&self) -> Health {
        self.guard.health()
    }

    async fn one(&self, picture: Arc<Pixels>) -> Result<Embedding, DescribeError> {
        let jpeg = picture::jpeg(picture, LONG_SIDE).await?;
        let ask = Ask {
            tries: TRIES,
            at_most: Usage {
                input: u64::from(self.image_tokens),
                output: 0,
            },
            // Each try has the time of one call; the wait between them is short beside it.
            deadline: Instant::now() + self.timeout * (TRIES as u32 + 1),
            probe: false,
        };
        let attempt = |deadline: Instant| {
            let jpeg = &jpeg;
            async move {
                let answer = self.wire.post(self.body(jpeg), deadline).await?;
                let usage = self.usage(&answer);
                let charge = usage.map_or(Charge::Unknown, Charge::Used);
                let value = vector(&answer, self.model.dims).map_err(|wrong| {
                    Failure::lasting(DescribeError::Invalid(Detail::new(&wrong)), charge)
                })?;
                Ok(Brought { value, usage })
            }
        };
        Ok(self.guard.call(ask, attempt).await?.value)
    }

    fn body(&self, jpeg: &[u8]) -> Body {
        let url = || picture::data_url(jpeg);
        match self.preset {
            EmbedPreset::HuggingFace | EmbedPreset::HuggingFaceEndpoint => {
                Body::Jpeg(jpeg.to_vec())
            }
            EmbedPreset::Jina => Body::Json(json!({
                "model": self.id,
                "input": [{"image": url()}],
                "normalized": true,
                "embedding_type": "float",
            })),
            EmbedPreset::Infinity => Body::Json(json!({
                "model": self.id,
                "input": [url()],
                "modality": "image",
                "encoding_format": "float",
            })),
            EmbedPreset::Vllm => Body::Json(json!({
                "model": self.id,
                "messages": [{"role": "user", "content": [
                    {"type": "image_url", "image_url": {"url": url()}},
                ]}],
                "encoding_format": "float",
            })),
        }
    }

    fn usage(&self, answer: &Value) -> Option<Usage> {
        let usage = answer.get("usage")?;
        let tokens = usage.get("total_tokens").or(usage.get("prompt_tokens"))?;
        Some(Usage {
            input: tokens.as_u64()?,
            output: 0,
        })
    }
}

fn address(base: &Url, preset: EmbedPreset, model: &str) -> Result<Url, String> {
    let mut url = base.clone();
    let mut path = url
        .path_segments_mut()
        .map_err(|()| "the address cannot have a path".to_owned())?;
    match preset {
        EmbedPreset::HuggingFaceEndpoint => {}
        EmbedPreset::HuggingFace => {
            path.pop_if_empty()
                .push("models")
                .extend(model.split('/'))
                .extend(["pipeline", "feature-extraction"]);
        }
        EmbedPreset::Jina | EmbedPreset::Infinity | EmbedPreset::Vllm => {
            path.pop_if_empty().push("embeddings");
        }
    }
    drop(path);
    Ok(url)
}

/// The one vector of an answer, as `{"data": [{"embedding": […]}]}`, `[…]` or `[[…]]`, normalised.
fn vector(answer: &Value, dims: u32) -> Result<Embedding, String> {
    let mut found = match answer.get("data") {
        Some(data) => &data[0]["embedding"],
        None => answer,
    };
    // A batch of one.
    while let Some([Value::Array(_)]) = found.as_array().map(Vec::as_slice) {
        found = &found[0];
    }
    let list = found.as_array().ok_or("there is no vector in the answer")?;
    if list.first().is_some_and(Value::is_array) {
        return Err(format!(
            "there are {} vectors in the answer where one is needed; the model does not pool",
            list.len()
        ));
    }
    if list.len() != dims as usize {
        return Err(format!(
            "the vector has {} dimensions and {dims} are set",
            list.len()
        ));
    }
    let numbers: Option<Vec<f64>> = list.iter().map(Value::as_f64).collect();
    let numbers = numbers.ok_or("the vector holds something that is no number")?;
    let length = numbers.iter().map(|n| n * n).sum::<f64>().sqrt();
    if !length.is_finite() || length < 1e-9 {
        return Err("the vector has no direction".to_owned());
    }
    Ok(numbers.iter().map(|n| (n / length) as f32).collect())
}

impl Embed for HttpEmbedder {
    fn model(&self) -> &Model {
        &self.model
    }

    fn embed(
        &self,
        pictures: Vec<Arc<Pixels>>,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Embedding>, VisionError>> + Send + '_>> {
        Box::pin(
            stream::iter(pictures.into_iter().map(|picture| self.one(picture)))
                .buffered(AT_ONCE)
                .map_err(|error| match error {
                    DescribeError::Overloaded(_) => VisionError::Overloaded,
                    error => VisionError::Failed {
                        model: self.model.name.clone(),
                        detail: format!("{}: {}", error.kind(), error.detail()),
                    },
                })
                .try_collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_follow_the_preset() {
        let base = Url::parse("https://router.huggingface.co/hf-inference/").expect("an address");
        let at = |preset| address(&base, preset, "openai/clip").map(String::from);
        assert_eq!(
            at(EmbedPreset::HuggingFace).as_deref(),
            Ok(
                "https://router.huggingface.co/hf-inference/models/openai/clip/pipeline/feature-extraction"
            )
        );
        assert_eq!(
            at(EmbedPreset::Jina).as_deref(),
            Ok("https://router.huggingface.co/hf-inference/embeddings")
        );
        assert_eq!(
            at(EmbedPreset::HuggingFaceEndpoint).as_deref(),
            Ok(base.as_str())
        );
        let odd = address(&base, EmbedPreset::HuggingFace, "a/../../b?c").map(String::from);
        assert!(odd.is_ok_and(|url| !url.contains("..") && !url.contains('?')));
    }

    #[test]
    fn vectors_of_every_form_are_found_and_normalised() {
        for answer in [
            json!([3.0, 4.0]),
            json!([[3, 4]]),
            json!([[[3, 4]]]),
            json!({"data": [{"index": 0, "embedding": [3.0, 4.0]}]}),
        ] {
            assert_eq!(vector(&answer, 2), Ok(vec![0.6, 0.8]), "{answer}");
        }
    }

    #[test]
    fn what_is_no_unit_vector_of_the_model_is_refused() {
        for (answer, about) in [
            (json!([1.0, 2.0, 3.0]), "3 dimensions and 2"),
            (json!([[1, 2], [3, 4]]), "2 vectors"),
            (json!([0.0, 0.0]), "no direction"),
            (json!([1e308, 1e308]), "no direction"),
            (json!([1.0, null]), "no number"),
            (json!([1.0, "NaN"]), "no number"),
            (json!({"error": "x"}), "no vector"),
            (json!({"data": []}), "no vector"),
            (json!([]), "0 dimensions"),
        ] {
            let wrong = vector(&answer, 2).expect_err("no vector");
            assert!(wrong.contains(about), "{answer}: {wrong}");
        }
    }
}
