//! What a photo shows, told at once and without a search.

use std::time::Instant;

use axum::{
    Json,
    extract::{FromRequest, Request, State},
};
use search::Begun;
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error},
};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use vision::{Depth, Wish};

use super::{
    Answered,
    picture::{EXAMPLE, Picture},
    problem::{self, Problem, ProblemBody},
    results::Estimated,
};
use crate::{access::Access, router::AppState};

/// A photo, and how it is looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisRequest {
    /// A JPEG, PNG or WebP in base64, as a data URL (`data:image/jpeg;base64,…`), or its address (`https://…`).
    #[schema(min_length = 1, example = json!(EXAMPLE))]
    image_data: String,
    /// How much is asked.
    #[serde(default)]
    analysis_type: AnalysisType,
    /// A remark about the photo. A vision model is told it as a remark: it changes neither the question nor the
    /// form of the answer.
    #[schema(max_length = 1000)]
    prompt: Option<String>,
    /// How the model answers.
    #[serde(default, deserialize_with = "object")]
    options: AnalysisOptions,
}

/// An object and nothing else: what derives its reading takes a list of the fields as well.
fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let fields = Map::deserialize(from)?;
    serde_json::from_value(Value::Object(fields)).map_err(Error::custom)
}

/// How much is asked of a photo.
#[derive(Debug, Clone, Copy, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnalysisType {
    /// The kind, its colours and one short sentence.
    Basic,
    /// Finish, texture and pattern as well.
    #[default]
    Detailed,
    /// Uses as well, with a longer text.
    Comprehensive,
}

/// How a vision model answers; the built-in estimate does without.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisOptions {
    /// How freely it speaks.
    #[schema(minimum = 0, maximum = 2)]
    temperature: Option<f32>,
    /// The most tokens of its answer; what the server is set to bounds it.
    #[schema(minimum = 1, maximum = 1000000)]
    max_tokens: Option<u32>,
}

/// What a photo shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct SemanticAnalysis {
    /// In words.
    analysis: String,
    /// How sure it is of the kind, 0 to 1.
    confidence: f32,
    /// Who says so: a provider and model, or the built-in estimate.
    model_used: String,
    /// Whether it is the built-in estimate, by similar materials.
    estimate: bool,
    /// Milliseconds it took.
    processing_time_ms: u64,
    /// Property by property, the surest first.
    values: Vec<Estimated>,
    /// What did not go as it should.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// Say what a photo shows
///
/// By the vision model that is configured, and where there is none or it does not answer by similar materials;
/// `model_used` says which. The photo is not kept.
#[utoipa::path(
    post, path = "/api/semantic-analysis", tag = "search", operation_id = "semantic_analysis",
    request_body = AnalysisRequest,
    responses(
        (status = 200, body = SemanticAnalysis),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn analyse(
    State(state): State<AppState>,
    access: Access,
    request: Request,
) -> Answered<SemanticAnalysis> {
    let started = Instant::now();
    let Json(body) = Json::<AnalysisRequest>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    let wish = body.wish()?;
    let picture = Picture::parse(&body.image_data)?;
    let admitted = access.admit(&state.veneer, Begun::Picture(None));
    admitted.await.map_err(Problem::refused)?;
    let photo = picture.bytes(&state.veneer).await?;
    let depth = match body.analysis_type {
        AnalysisType::Basic => Depth::Basic,
        AnalysisType::Detailed => Depth::Detailed,
        AnalysisType::Comprehensive => Depth::Comprehensive,
    };
    let said = state.veneer.regard(photo, depth, &wish).await?;
    let kind = said
        .values
        .iter()
        .find(|value| value.field == material::Field::Category);
    Ok(Json(SemanticAnalysis {
        confidence: kind.map_or(0.0, |kind| kind.confidence),
        analysis: said.sentence,
        model_used: said.model,
        estimate: said.estimate,
        processing_time_ms: started.elapsed().as_millis() as u64,
        values: said.values.into_iter().map(Into::into).collect(),
        note: said.note,
    }))
}

impl AnalysisRequest {
    fn wish(&self) -> Result<Wish, Problem> {
        let prompt = self.prompt.as_deref();
        if prompt.is_some_and(|prompt| prompt.chars().count() > Wish::LONGEST) {
            return Err(Problem::value(format!(
                "The prompt is too long: {} characters is what fits.",
                Wish::LONGEST
            )));
        }
        let AnalysisOptions {
            temperature,
            max_tokens,
        } = self.options;
        if temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
            return Err(Problem::value("The temperature is a number from 0 to 2."));
        }
        if max_tokens.is_some_and(|tokens| !(1..=1_000_000).contains(&tokens)) {
            return Err(Problem::value("An answer has 1 to 1000000 tokens."));
        }
        Ok(Wish::new(prompt, temperature, max_tokens))
    }
}
