//! The models for looks, and the vision models behind HTTP.

use admin::{ModelsPage, Section};
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use search::{Error, Veneer};
use vision::models::installed;

use super::{
    changing::To,
    frame,
    guard::{Fields, Operator},
};
use crate::router::AppState;

/// `GET /admin/models`.
pub(crate) async fn page(State(state): State<AppState>, operator: Operator) -> Response {
    let (veneer, changing) = (&state.veneer, &state.desk.changing);
    let asked = async {
        Ok::<_, Error>(ModelsPage {
            standings: veneer.model_standings().await?,
            installed: here(veneer).await,
            previous: veneer.previous_model().await?,
            changing: changing.now(),
            told: changing.told(),
        })
    };
    match asked.await {
        Ok(page) => {
            let mut frame = frame::of(&state, &operator, Section::Models).await;
            frame.again = page.changing.is_some().then_some(3);
            frame::page(frame.around("Models", admin::models(&page, &frame.token)))
        }
        Err(error) => frame::error(&state, &operator, Section::Models, &error).await,
    }
}

/// Models whose files are on this machine. A folder that cannot be read has none.
async fn here(veneer: &Veneer) -> Vec<(String, bool)> {
    let folder = veneer.model_files().folder().to_owned();
    let found = tokio::task::spawn_blocking(move || installed(&folder)).await;
    match found {
        Ok(Ok(models)) => models
            .into_iter()
            .map(|model| (model.name.clone(), model.is_complete()))
            .collect(),
        Ok(Err(error)) => {
            tracing::debug!(%error, "no folder of models");
            Vec::new()
        }
        Err(error) => {
            tracing::error!(%error, "the folder of models was not read");
            Vec::new()
        }
    }
}

/// `POST /admin/models/{what}`: `use` or `check` the model `name`, or go `back`.
pub(crate) async fn act(
    State(state): State<AppState>,
    Path(what): Path<String>,
    operator: Operator,
    fields: Fields,
) -> Response {
    let changing = &state.desk.changing;
    let name = fields.get("name").unwrap_or_default().to_owned();
    let begin = |to| {
        let who = format!("operator {}", operator.name);
        changing.begin(operator.veneer.clone(), who, to)
    };
    let begun = match what.as_str() {
        "use" => begin(To::Model(name)),
        "back" => begin(To::Previous),
        "check" => {
            changing.tell(checked(&state.veneer, &name).await);
            true
        }
        _ => {
            let missing = Error::NotFound("That cannot be done to a model.");
            return frame::error(&state, &operator, Section::Models, &missing).await;
        }
    };
    if !begun {
        operator.say("Another change is under way.").await;
    }
    Redirect::to("/admin/models").into_response()
}

/// How a model does, in a sentence.
async fn checked(veneer: &Veneer, name: &str) -> String {
    let files = veneer.model_files().clone();
    let known = match installed(files.folder()) {
        Ok(models) => models.iter().any(|model| model.name == name),
        Err(_) => false,
    };
    if !known {
        // Built in, or behind HTTP: it answers where it is in use.
        return match veneer.model_standings().await {
            Ok(all) if all.iter().any(|one| one.name == name) => {
                let readiness = veneer.readiness().await;
                match readiness.stands_in_for {
                    Some(wanted) if wanted == name => {
                        format!("{name} does not work here; {} stands in.", readiness.model)
                    }
                    _ if readiness.model == name => format!("{name} answers."),
                    _ => format!("{name} has no files on this machine to check; it is not in use."),
                }
            }
            Ok(_) => format!("There is no model {name} here."),
            Err(error) => error.to_string(),
        };
    }
    let wanted = name.to_owned();
    let opened = tokio::task::spawn_blocking(move || files.open_clip(&wanted)).await;
    let checked = match opened {
        Ok(Ok(model)) => model.check().await.map_err(vision::OpenModelError::from),
        Ok(Err(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "a model was not opened");
            return Error::Internal.to_string();
        }
    };
    match checked {
        Ok(report) => format!("{report}."),
        Err(error) => format!("{name} does not work: {error}"),
    }
}

/// `GET /admin/providers`.
pub(crate) async fn providers(State(state): State<AppState>, operator: Operator) -> Response {
    match state.veneer.providers().await {
        Ok(page) => {
            let frame = frame::of(&state, &operator, Section::Providers).await;
            let view = admin::providers(&page, &frame.token);
            frame::page(frame.around("Providers", view))
        }
        Err(error) => frame::error(&state, &operator, Section::Providers, &error).await,
    }
}

/// `POST /admin/providers`: asks each about one tiny picture.
pub(crate) async fn ask_providers(State(state): State<AppState>, operator: Operator) -> Response {
    let told: Vec<String> = state
        .veneer
        .probe_describers()
        .await
        .into_iter()
        .map(|(_, sentence)| sentence)
        .collect();
    let told = if told.is_empty() {
        "No providers are set.".to_owned()
    } else {
        told.join(" ")
    };
    operator.say(&told).await;
    Redirect::to("/admin/providers").into_response()
}
