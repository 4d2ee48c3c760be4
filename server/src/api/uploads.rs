//! Uploads: files that arrive one by one and become an import.

use axum::{
    Json,
    body::Body,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use search::{Added, UploadId, UploadPath};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answered,
    problem::{Problem, ProblemBody},
    words,
};
use crate::{access::Access, router::AppState};

/// What is called like no upload is none.
pub fn upload_id(text: &str) -> Result<UploadId, Problem> {
    UploadId::parse(text).ok_or_else(|| Problem::upload(search::UploadError::Missing))
}

/// Files that were sent, and wait to become an import.
#[derive(Debug, Serialize, ToSchema)]
pub struct Upload {
    /// Its name.
    id: String,
    /// How many files.
    files: u32,
    /// How many bytes.
    bytes: u64,
    /// Those of them that may be its table.
    tables: Vec<String>,
}

impl From<search::Upload> for Upload {
    fn from(upload: search::Upload) -> Self {
        let tables = upload.tables.iter().map(ToString::to_string);
        Self {
            id: upload.id.to_string(),
            files: upload.files,
            bytes: upload.bytes,
            tables: tables.collect(),
        }
    }
}

/// Begin an upload
///
/// Its files are sent one by one, and become an import by `POST /api/v1/imports`. It is kept for a day after the
/// last file, and as long as a job needs it.
#[utoipa::path(
    post, path = "/imports/uploads", tag = "imports", operation_id = "begin_upload",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered as before and does nothing.")),
    responses(
        (status = 201, body = Upload, headers(("Location" = String, description = "Where the upload is."))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn begin(State(state): State<AppState>, access: Access) -> Result<Response, Problem> {
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let id = state.veneer.begin_upload().await.map_err(Problem::upload)?;
    let at = [(header::LOCATION, format!("/api/v1/imports/uploads/{id}"))];
    let upload = Upload {
        id: id.to_string(),
        files: 0,
        bytes: 0,
        tables: Vec::new(),
    };
    Ok((StatusCode::CREATED, at, Json(upload)).into_response())
}

/// An upload
#[utoipa::path(
    get, path = "/imports/uploads/{id}", tag = "imports", operation_id = "get_upload",
    params(("id" = String, Path, description = "Its name.")),
    responses(
        (status = 200, body = Upload),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn read(State(state): State<AppState>, Path(id): Path<String>) -> Answered<Upload> {
    let upload = state.veneer.upload(&upload_id(&id)?).await;
    Ok(Json(upload.map_err(Problem::upload)?.into()))
}

/// Drop an upload
#[utoipa::path(
    delete, path = "/imports/uploads/{id}", tag = "imports", operation_id = "drop_upload",
    params(("id" = String, Path, description = "Its name.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn drop(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let dropped = state.veneer.drop_upload(&upload_id(&id)?).await;
    dropped.map_err(Problem::upload)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What became of a file that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadedFile {
    /// What it is called.
    path: String,
    /// Whether it is kept; hidden files and the litter of systems are passed over.
    kept: bool,
    /// How many bytes.
    bytes: u64,
}

/// Send a file
///
/// The body is the file as it is, of any length: a picture, a CSV or XLSX, the `library.json` of an export, or a
/// ZIP. The same path again replaces the file; no body is an empty one.
#[utoipa::path(
    put, path = "/imports/uploads/{id}/files/{*path}", tag = "imports", operation_id = "put_upload_file",
    params(
        ("id" = String, Path, description = "The name of the upload."),
        ("path" = String, Path, description = "What the file is called, with its folders: `oak/light.jpg`.", min_length = 1, max_length = 200),
    ),
    request_body(content = inline(Option<words::FileBody>), content_type = "application/octet-stream"),
    responses(
        (status = 200, body = UploadedFile),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<AppState>,
    Path((id, path)): Path<(String, String)>,
    request: Request<Body>,
) -> Answered<UploadedFile> {
    let id = upload_id(&id)?;
    let path = UploadPath::parse(&path).map_err(|bad| Problem::upload(bad.into()))?;
    let body = request.into_body().into_data_stream();
    let bytes = body.map(|piece| piece.map_err(std::io::Error::other));
    let added = state.veneer.add_to_upload(&id, &path, bytes.boxed()).await;
    let (kept, bytes) = match added.map_err(Problem::upload)? {
        Added::Kept(bytes) => (true, bytes),
        Added::PassedOver => (false, 0),
    };
    Ok(Json(UploadedFile {
        path: path.to_string(),
        kept,
        bytes,
    }))
}
