//! Bringing photos in: the page that takes files, and what would come of them.

use std::sync::atomic::Ordering;

use admin::{ImportPage, Looking, Section};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use search::{Error, Mapping, Reading, UploadError, UploadId};
use vision::Depth;

use super::{
    drafts::{Choices, Draft, request},
    frame,
    guard::{Fields, Operator},
    upload::AT_ONCE,
};
use crate::router::AppState;

/// `GET /admin/import`.
pub(crate) async fn page(State(state): State<AppState>, operator: Operator) -> Response {
    choose(&state, &operator, StatusCode::OK, None).await
}

/// The page that takes files, with what could not be taken.
pub(crate) async fn choose(
    state: &AppState,
    operator: &Operator,
    status: StatusCode,
    trouble: Option<String>,
) -> Response {
    let frame = frame::of(state, operator, Section::Import).await;
    let page = ImportPage {
        most_at_once: AT_ONCE as u64,
        trouble,
    };
    let html = frame.around("Import", admin::import(&page, &frame.token));
    (status, frame::page(html)).into_response()
}

fn missing() -> Error {
    Error::NotFound("There is no such upload (any more).")
}

/// What went wrong with an upload, as an answer.
async fn trouble(state: &AppState, operator: &Operator, error: UploadError) -> Response {
    match error {
        UploadError::Library(error) => frame::error(state, operator, Section::Import, &error).await,
        UploadError::Missing => frame::error(state, operator, Section::Import, &missing()).await,
        other => {
            let status = StatusCode::from_u16(other.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            choose(state, operator, status, Some(other.to_string())).await
        }
    }
}

/// `POST /admin/import/addresses`: pictures that lie elsewhere, a material each.
pub(crate) async fn addresses(
    State(state): State<AppState>,
    operator: Operator,
    fields: Fields,
) -> Response {
    let lines = fields.raw("addresses").lines().map(str::trim);
    let addresses: Vec<String> = lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    match operator.veneer.upload_addresses(&addresses).await {
        Ok(id) => Redirect::to(&format!("/admin/import/{id}")).into_response(),
        Err(error) => trouble(&state, &operator, error).await,
    }
}

/// `GET /admin/import/{id}`: how far looking is, or what would come of it.
pub(crate) async fn draft(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operator: Operator,
) -> Response {
    let Some(id) = UploadId::parse(&id) else {
        return frame::error(&state, &operator, Section::Import, &missing()).await;
    };
    let upload = match state.veneer.upload(&id).await {
        Ok(upload) => upload,
        Err(error) => return trouble(&state, &operator, error).await,
    };
    let drafts = &state.desk.drafts;
    let Some(Draft {
        choices,
        looked,
        outcome,
        ..
    }) = drafts.get(&id)
    else {
        drafts.look(operator.veneer.clone(), id.clone(), Choices::default());
        return Redirect::to(&format!("/admin/import/{id}")).into_response();
    };
    let mut frame = frame::of(&state, &operator, Section::Import).await;
    let Some(outcome) = outcome else {
        frame.again = Some(2);
        let at = Looking {
            done: looked.done.load(Ordering::Relaxed),
            total: looked.total.load(Ordering::Relaxed),
        };
        return frame::page(frame.around("Looking at the upload", admin::looking(&at)));
    };
    let profiles = match state.veneer.profiles().await {
        Ok(profiles) => profiles,
        Err(error) => return frame::error(&state, &operator, Section::Import, &error).await,
    };
    let draft = admin::Draft {
        id: id.to_string(),
        files: upload.files.into(),
        bytes: upload.bytes,
        tables: upload
            .tables
            .iter()
            .map(|path| path.as_str().to_owned())
            .collect(),
        table: choices.table,
        profiles,
        profile: choices.reading.profile,
        save_as: choices.reading.save_as,
        fields: search::import_fields().collect(),
        can_describe: state.veneer.can_describe(),
        depth: choices.depth.map(Depth::as_str),
        dry: outcome.map(|dry| (*dry).clone()),
    };
    frame::page(frame.around("What would come in", admin::looked(&draft, &frame.token)))
}

/// How the form says an upload is to be read. A profile that was just chosen is asked for all columns; what stands
/// in the table of columns was made without it.
fn choices(fields: &Fields, before: Option<&Choices>) -> Choices {
    let profile = fields.get("profile").map(str::to_owned);
    let table = fields.get("table").map(str::to_owned);
    let same = before.is_none_or(|b| b.reading.profile == profile && b.table == table);
    let mapping: Mapping = if same {
        fields
            .all("column")
            .zip(fields.all("field"))
            .map(|(column, field)| (column.to_owned(), field.to_owned()))
            .collect()
    } else {
        Mapping::new()
    };
    Choices {
        table,
        reading: Reading {
            mapping,
            profile,
            save_as: fields.get("save_as").map(str::to_owned),
        },
        depth: fields.get("depth").and_then(Depth::parse),
    }
}

/// `POST /admin/import/{id}`: looks again with what was corrected, starts, or drops the upload.
pub(crate) async fn act(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operator: Operator,
    fields: Fields,
) -> Response {
    let Some(id) = UploadId::parse(&id) else {
        return frame::error(&state, &operator, Section::Import, &missing()).await;
    };
    let drafts = &state.desk.drafts;
    let before = drafts.get(&id).map(|draft| draft.choices);
    let choices = choices(&fields, before.as_ref());
    match fields.get("what") {
        Some("start") => {}
        Some("drop") => {
            if let Err(error) = operator.veneer.drop_upload(&id).await {
                return trouble(&state, &operator, error).await;
            }
            drafts.forget(&id);
            operator.say("The upload is dropped.").await;
            return Redirect::to("/admin/import").into_response();
        }
        _ => {
            drafts.look(operator.veneer.clone(), id.clone(), choices);
            return Redirect::to(&format!("/admin/import/{id}")).into_response();
        }
    }
    let started = async {
        let request = request(&operator.veneer, &id, &choices).await?;
        let started = operator.veneer.enqueue_import(&request, &choices.reading);
        started.await.map_err(|error| error.to_string())
    };
    match started.await {
        Ok(job) => {
            drafts.forget(&id);
            Redirect::to(&format!("/admin/jobs/{job}")).into_response()
        }
        Err(sentence) => {
            operator.say(&sentence).await;
            Redirect::to(&format!("/admin/import/{id}")).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_corrected_one_by_one_and_a_new_profile_starts_over() {
        let fields = Fields::read(
            b"column=Art.&field=key&column=Was&field=&save_as=mill&depth=basic&profile=",
        );
        let first = choices(&fields, None);
        assert_eq!(first.reading.mapping["Art."], "key");
        assert_eq!(first.reading.mapping["Was"], "");
        assert_eq!(first.reading.save_as.as_deref(), Some("mill"));
        assert_eq!(first.depth, Some(Depth::Basic));
        let other = Fields::read(b"column=Art.&field=key&profile=mill");
        let second = choices(&other, Some(&first));
        assert!(second.reading.mapping.is_empty());
        assert_eq!(second.reading.profile.as_deref(), Some("mill"));
        let again = choices(&other, Some(&second));
        assert_eq!(again.reading.mapping.len(), 1);
    }
}
