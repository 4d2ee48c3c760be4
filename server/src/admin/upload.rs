//! Files on their way in: one by one from the script, or in one form without it.

use std::io;

use axum::{
    Json,
    body::Body,
    extract::{Multipart, Path, Query, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use futures::{StreamExt, TryStreamExt};
use search::{Added, UploadError, UploadId, UploadPath};
use serde::Deserialize;
use serde_json::json;

use super::{
    guard::{Operator, foreign},
    import::choose,
};
use crate::router::AppState;

/// The most bytes of a form without JavaScript.
pub(crate) const AT_ONCE: usize = 500_000_000;
/// The most parts of such a form.
const PARTS: usize = 2_000;

/// What the script is told.
fn told(done: Result<serde_json::Value, UploadError>) -> Response {
    match done {
        Ok(body) => Json(body).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(json!({ "error": error.to_string() }))).into_response()
        }
    }
}

/// `POST /admin/import/uploads`: an upload for files to come.
pub(crate) async fn begin(operator: Operator) -> Response {
    let begun = operator.veneer.begin_upload().await;
    told(begun.map(|id| {
        let url = format!("/admin/import/{id}");
        json!({ "id": id.as_str(), "url": url })
    }))
}

#[derive(Deserialize)]
pub(crate) struct Called {
    #[serde(default)]
    path: String,
}

/// `PUT /admin/import/{id}/file?path=…`: a file, as it is.
pub(crate) async fn file(
    Path(id): Path<String>,
    Query(called): Query<Called>,
    operator: Operator,
    body: Body,
) -> Response {
    let taken = async {
        let id = UploadId::parse(&id).ok_or(UploadError::Missing)?;
        let path = UploadPath::parse(&called.path)?;
        let bytes = body.into_data_stream().map_err(io::Error::other).boxed();
        operator.veneer.add_to_upload(&id, &path, bytes).await
    };
    told(taken.await.map(|added| match added {
        Added::Kept(bytes) => json!({ "kept": bytes }),
        Added::PassedOver => json!({ "kept": null }),
    }))
}

/// `POST /admin/import/{id}/drop`: the script gave up.
pub(crate) async fn drop_it(
    State(state): State<AppState>,
    Path(id): Path<String>,
    operator: Operator,
) -> Response {
    let dropped = async {
        let id = UploadId::parse(&id).ok_or(UploadError::Missing)?;
        state.desk.drafts.forget(&id);
        operator.veneer.drop_upload(&id).await
    };
    told(dropped.await.map(|()| json!({})))
}

/// Why a form is not taken.
enum Untaken {
    Foreign,
    Form,
    Upload(UploadError),
}

impl From<UploadError> for Untaken {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

/// `POST /admin/import`: a form with the token first, then files.
pub(crate) async fn form(
    State(state): State<AppState>,
    operator: Operator,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let taken = match form {
        Ok(form) => take(&operator, form).await,
        Err(_) => Err(Untaken::Form),
    };
    let (status, sentence) = match taken {
        Ok(id) => return Redirect::to(&format!("/admin/import/{id}")).into_response(),
        Err(Untaken::Foreign) => return foreign(&state),
        Err(Untaken::Form) => (
            StatusCode::BAD_REQUEST,
            "The files did not arrive whole, or are more than go at once. Send them as a ZIP, or fewer."
                .to_owned(),
        ),
        Err(Untaken::Upload(error)) => {
            let status = StatusCode::from_u16(error.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, error.to_string())
        }
    };
    choose(&state, &operator, status, Some(sentence)).await
}

async fn take(operator: &Operator, mut form: Multipart) -> Result<UploadId, Untaken> {
    let veneer = &operator.veneer;
    let mut upload: Option<UploadId> = None;
    let mut trusted = false;
    for _ in 0..PARTS {
        let field = form.next_field().await.map_err(|_| Untaken::Form)?;
        let Some(field) = field else { break };
        if field.name() == Some("token") {
            let token = field.text().await.map_err(|_| Untaken::Form)?;
            trusted = operator.sent(&token);
            continue;
        }
        if !trusted {
            return Err(Untaken::Foreign);
        }
        let called = field.file_name().unwrap_or_default().to_owned();
        // How browsers say that no file was chosen.
        if called.is_empty() {
            continue;
        }
        let path = UploadPath::parse(&called).map_err(UploadError::from)?;
        let id = match upload.clone() {
            Some(id) => id,
            None => {
                let id = veneer.begin_upload().await?;
                upload = Some(id.clone());
                id
            }
        };
        let bytes = field.map_err(io::Error::other).boxed();
        if let Err(error) = veneer.add_to_upload(&id, &path, bytes).await {
            // Half of a form is nothing anybody asked for.
            if let Err(error) = veneer.drop_upload(&id).await {
                tracing::warn!(%error, "an upload that broke off stays until it ages out");
            }
            return Err(error.into());
        }
    }
    if !trusted {
        return Err(Untaken::Foreign);
    }
    upload.ok_or(Untaken::Upload(UploadError::Empty))
}
