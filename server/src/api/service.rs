//! The service itself: whether it answers, and which models it searches with.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answered, problem::ProblemBody};
use crate::router::AppState;

/// That the service answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`; what does not answer is a problem.
    #[schema(example = "ok")]
    status: &'static str,
    /// The version of Veneer.
    version: &'static str,
    /// Materials in the library.
    materials: u32,
    /// Swatches in the library.
    swatches: u32,
}

/// Whether the service answers
#[utoipa::path(
    get, path = "/health", tag = "service", operation_id = "health",
    responses(
        (status = 200, body = Health),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn health(State(state): State<AppState>) -> Answered<Health> {
    let counts = state.veneer.counts().await?;
    Ok(Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        materials: counts.materials,
        swatches: counts.swatches,
    }))
}

/// The models that look at photos.
#[derive(Debug, Serialize, ToSchema)]
pub struct Models {
    /// The name of the one that answers searches.
    in_use: String,
    /// Those that the library knows.
    models: Vec<Model>,
    /// Who is asked what a photo shows, `provider: model`; nothing where the built-in estimate answers.
    describer: Option<String>,
}

/// A model, and how much of the library it has looked at.
#[derive(Debug, Serialize, ToSchema)]
pub struct Model {
    /// Its name.
    name: String,
    /// Numbers in one of its vectors.
    dims: u32,
    /// Swatches it has looked at.
    have: u64,
    /// Swatches in the library.
    all: u64,
    /// Whether searches are answered with it.
    in_use: bool,
}

/// The models, the one in use, and their coverage
#[utoipa::path(
    get, path = "/models", tag = "service", operation_id = "list_models",
    responses(
        (status = 200, body = Models),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn models(State(state): State<AppState>) -> Answered<Models> {
    let standings = state.veneer.model_standings().await?;
    let models = standings.into_iter().map(|model| Model {
        name: model.name,
        dims: model.dims,
        have: model.have,
        all: model.all,
        in_use: model.in_use,
    });
    Ok(Json(Models {
        in_use: state.veneer.model_in_use(),
        models: models.collect(),
        describer: state.veneer.describer(),
    }))
}
