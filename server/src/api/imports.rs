//! Imports: what one would do, and handing one in.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{FromRequest, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use material::Name;
use search::{ColumnUse, Known, Reading, UploadPath, Veneer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vision::Depth;

use super::{
    Answered,
    job_types::{Job, Row},
    problem::{self, Problem, ProblemBody},
    uploads::upload_id,
    words,
};
use crate::{access::Access, router::AppState};

/// The most columns of which something can be said.
const MOST_COLUMNS: usize = 256;
/// Rows that a dry run names; how many there are it says besides.
const SHOWN: usize = 200;

/// An import as it is wanted: of an upload, or of addresses of pictures.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The name of an upload.
    #[schema(min_length = 1, max_length = 60)]
    upload: Option<String>,
    /// Addresses of pictures, a material each.
    #[schema(min_items = 1, max_items = 20000)]
    addresses: Option<Vec<String>>,
    /// Which file of the upload is its table; without it the only one, or the `library.json` of an export.
    #[schema(min_length = 1, max_length = 200)]
    table: Option<String>,
    /// What columns of the table mean, for those that are guessed wrong: column → field, an empty field leaves the
    /// column out.
    #[serde(default)]
    mapping: BTreeMap<String, String>,
    /// Read the columns as was kept under this name.
    #[schema(min_length = 1, max_length = 120)]
    profile: Option<String>,
    /// Keep how the columns are read under this name.
    #[schema(min_length = 1, max_length = 120)]
    save_profile: Option<String>,
    /// How much vision models are asked about materials that lack properties; left out, nobody is asked.
    #[schema(schema_with = words::depth, required = false)]
    #[serde(default, deserialize_with = "words::present")]
    analyse: Option<String>,
    /// Only say what would be done.
    #[serde(default)]
    dry_run: bool,
}

/// What was said of the columns, and how much is asked.
struct Wanted {
    reading: Reading,
    table: Option<UploadPath>,
    analyse: Option<Depth>,
}

impl ImportRequest {
    fn wanted(&self) -> Result<Wanted, Problem> {
        let plain = |text: &str| text.chars().count() <= 300 && !text.chars().any(char::is_control);
        let fits = self.mapping.len() <= MOST_COLUMNS
            && self.mapping.iter().all(|(c, f)| plain(c) && plain(f));
        if !fits {
            return Err(Problem::value(format!(
                "A mapping has {MOST_COLUMNS} columns at most, with 300 letters at most and no control characters."
            )));
        }
        let name = |name: &Option<String>| {
            let name = name.as_deref().map(Name::parse).transpose()?;
            Ok::<_, Problem>(name.map(String::from))
        };
        let table = self.table.as_deref().map(UploadPath::parse).transpose();
        let analyse = match self.analyse.as_deref() {
            None => None,
            Some(depth) => Some(Depth::parse(depth).ok_or_else(|| {
                Problem::value("Pictures are described basic, detailed or comprehensive.")
            })?),
        };
        Ok(Wanted {
            reading: Reading {
                mapping: self.mapping.clone(),
                profile: name(&self.profile)?,
                save_as: name(&self.save_profile)?,
            },
            table: table.map_err(|bad| Problem::upload(bad.into()))?,
            analyse,
        })
    }
}

/// A column and what it is taken for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Column {
    /// Its header.
    column: String,
    /// What it means; null leaves it out.
    field: Option<String>,
    /// How that was found out: it was `told`, it is called that (`header`), its `values` look like that, or `no`.
    #[schema(schema_with = words::known)]
    known: &'static str,
    /// Its first three values that differ.
    samples: Vec<String>,
}

impl From<ColumnUse> for Column {
    fn from(one: ColumnUse) -> Self {
        Self {
            known: match one.known {
                Known::Told => "told",
                Known::Header => "header",
                Known::Values => "values",
                Known::No => "no",
            },
            column: one.column,
            field: one.field,
            samples: one.samples,
        }
    }
}

/// A row and the fields it says nothing of.
#[derive(Debug, Serialize, ToSchema)]
pub struct Lacking {
    /// The row of the table, or the place of the file.
    line: i32,
    /// The key of its material.
    key: String,
    /// The fields.
    fields: Vec<&'static str>,
}

/// What an import would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct DryRun {
    /// What every column of the table means.
    columns: Vec<Column>,
    /// Materials that would come in with pictures.
    materials: u32,
    /// Materials that would be changed by rows without pictures.
    edits: u32,
    /// Materials that would go.
    deletions: u32,
    /// Their pictures.
    pictures: u32,
    /// Pictures the library has already.
    known: u32,
    /// Pictures behind addresses, which are not opened before the import.
    addresses: u32,
    /// Rows that say nothing of some fields, the first 200.
    lacking: Vec<Lacking>,
    /// How many such rows there are.
    lacking_count: usize,
    /// Rows and files that would not come in, or not as they stand there, the first 200.
    problems: Vec<Row>,
    /// How many such rows and files there are.
    problem_count: usize,
    /// Materials that vision models would be asked about.
    to_describe: u32,
    /// The most that would cost, in US dollars; the caps of the budget hold besides.
    usd: f64,
    /// About how long all of it would take, in seconds.
    seconds: f64,
}

impl From<search::DryRun> for DryRun {
    fn from(dry: search::DryRun) -> Self {
        let lacking = dry.lacking.iter().take(SHOWN).map(|one| Lacking {
            line: one.line,
            key: one.key.clone(),
            fields: one.fields.clone(),
        });
        let told = dry.problems.iter().filter(|p| !p.problem.is_empty());
        Self {
            lacking: lacking.collect(),
            lacking_count: dry.lacking.len(),
            problem_count: told.clone().count(),
            problems: told.take(SHOWN).cloned().map(Into::into).collect(),
            columns: dry.columns.into_iter().map(Into::into).collect(),
            materials: dry.materials,
            edits: dry.edits,
            deletions: dry.deletions,
            pictures: dry.pictures,
            known: dry.known,
            addresses: dry.addresses,
            to_describe: dry.to_describe,
            usd: dry.micro_usd as f64 / 1e6,
            seconds: dry.seconds,
        }
    }
}

/// Import an upload
///
/// With `dry_run` it is only told what would be done. Without, a job waits for whoever works jobs off: this server,
/// beside searches, or a `veneer worker`.
#[utoipa::path(
    post, path = "/imports", tag = "imports", operation_id = "import",
    params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within a day, the same request is answered as before and does nothing.")),
    request_body = ImportRequest,
    responses(
        (status = 200, body = DryRun, description = "What would be done."),
        (status = 202, body = Job, description = "The job that does it.",
            headers(("Location" = String, description = "Where the job is."))),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn import(
    State(state): State<AppState>,
    access: Access,
    request: Request,
) -> Result<Response, Problem> {
    let Json(body) = Json::<ImportRequest>::from_request(request, &())
        .await
        .map_err(|rejection| problem::body(&rejection))?;
    let wanted = body.wanted()?;
    let admitted = access.admit_change(&state.veneer);
    admitted.await.map_err(Problem::refused)?;
    let veneer = access.acting(&state.veneer);
    match (&body.upload, &body.addresses) {
        (Some(upload), None) => {
            let id = upload_id(upload)?;
            run(&veneer, &id, &wanted, body.dry_run).await
        }
        (None, Some(addresses)) if wanted.table.is_none() => {
            let id = veneer.upload_addresses(addresses).await;
            let id = id.map_err(Problem::upload)?;
            let done = run(&veneer, &id, &wanted, body.dry_run).await;
            if body.dry_run || done.is_err() {
                // Nobody knows its name.
                if let Err(error) = veneer.drop_upload(&id).await {
                    tracing::warn!(%error, "an upload could not be dropped");
                }
            }
            done
        }
        _ => Err(Problem::value(
            "An import is of an upload, with the table in it, or of addresses: name one of them.",
        )),
    }
}

async fn run(
    veneer: &Veneer,
    id: &search::UploadId,
    wanted: &Wanted,
    dry: bool,
) -> Result<Response, Problem> {
    let request = veneer.upload_request(id, wanted.table.as_ref()).await;
    let mut request = request.map_err(Problem::upload)?;
    request.analyse = wanted.analyse;
    if dry {
        let silent = Arc::new(|_: search::Step| {});
        let dry = veneer.plan_import(&request, &wanted.reading, silent).await;
        let dry = dry.map_err(Problem::import)?;
        return Ok(Json(DryRun::from(dry)).into_response());
    }
    let job = veneer.enqueue_import(&request, &wanted.reading).await;
    let job = job.map_err(Problem::import)?;
    let at = [(header::LOCATION, format!("/api/v1/jobs/{job}"))];
    let job = Job::read(veneer, veneer.job(job).await?).await?;
    Ok((StatusCode::ACCEPTED, at, Json(job)).into_response())
}

/// Ways to read the columns of tables that were kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Profiles {
    /// Their names.
    profiles: Vec<String>,
}

/// Ways to read the columns of tables
#[utoipa::path(
    get, path = "/imports/profiles", tag = "imports", operation_id = "list_profiles",
    responses(
        (status = 200, body = Profiles),
        (status = 304, description = "The program has this already (If-None-Match)."),
        (status = "default", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn profiles(State(state): State<AppState>) -> Answered<Profiles> {
    let profiles = state.veneer.import_profiles().await?;
    Ok(Json(Profiles { profiles }))
}
