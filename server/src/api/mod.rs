//! `/api/v1`: the same use cases as the pages, for programs.
//!
//! Handlers read their input, call one method of [`search::Veneer`] and answer with a type of their own, so
//! that what pages need can change without programs noticing. The description in `docs/openapi.json` is made
//! from these types.

mod code;
mod conditional;
mod docs;
mod duplicates;
mod export;
mod filters;
mod form;
mod guard;
mod imports;
mod job_types;
mod jobs;
mod keys;
mod library;
mod material_types;
mod once;
mod page;
mod parameters;
mod picture;
mod problem;
mod query;
mod record;
mod request;
mod results;
mod searches;
mod semantic;
mod service;
mod shares;
mod stock;
mod uploads;
mod words;

use std::time::Duration;

use axum::{
    Json, Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{any, get},
};
use bytes::Bytes;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use problem::Problem;
use search::Scope;

use crate::{respond, router::AppState};

/// What a handler answers with.
type Answered<T> = Result<Json<T>, Problem>;

/// A little less than any request may take, so that the answer is a problem and not an empty one.
const PATIENCE: Duration = Duration::from_secs(55);

/// What stands above the list of addresses.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Veneer",
        description = "Finds materials by how they look. What cannot be done is told as application/problem+json; its code stays, its sentences may change.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "search", description = "Searching with photos, swatches, words and colours."),
        (name = "library", description = "Materials and their pictures."),
        (name = "shares", description = "Frozen copies of what one sees."),
        (name = "service", description = "The service itself."),
        (name = "stock", description = "Changing the library, by the keys of its owner."),
        (name = "imports", description = "Bringing a library in and out: uploads, imports, the jobs that they are, doubles."),
        (name = "keys", description = "Keys of programs, for administrators."),
    )
)]
struct Description;

/// Open to everybody, whatever is set.
fn open() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(service::health))
}

fn reading() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(service::models))
        .routes(routes!(library::materials))
        .routes(routes!(library::material))
        .routes(routes!(stock::read))
        .routes(routes!(library::swatch))
        .routes(routes!(library::picture))
        .routes(routes!(searches::found))
        .routes(routes!(searches::analysis))
        .routes(routes!(shares::read))
}

fn searching() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(searches::search))
        .routes(routes!(shares::create))
}

fn writing() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(stock::write, stock::delete))
        .routes(routes!(stock::add))
        .routes(routes!(stock::remove))
        .routes(routes!(stock::unshare))
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::read, uploads::drop))
        .routes(routes!(imports::profiles))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::read))
        .routes(routes!(jobs::problems))
        .routes(routes!(jobs::report))
        .routes(routes!(jobs::act))
        .routes(routes!(duplicates::list))
        .routes(routes!(duplicates::decide))
}

/// What takes as long as there is something to send, to read or to take back.
fn lasting() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(uploads::put))
        .routes(routes!(imports::import))
        .routes(routes!(jobs::undo))
        .routes(routes!(jobs::events))
        .routes(routes!(export::export))
}

fn administering() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
}

/// The description as it is served and checked in.
fn json(description: &utoipa::openapi::OpenApi) -> String {
    let mut json = description.to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

/// The description of paths, as OpenAPI writes those whose last part has slashes.
fn plain_paths(description: &mut utoipa::openapi::OpenApi) {
    let paths = std::mem::take(&mut description.paths.paths);
    let plain = paths
        .into_iter()
        .map(|(path, item)| (path.replace("{*", "{"), item));
    description.paths.paths = plain.collect();
}

/// The routes of programs, their description and a page to try them, and beside them the routes that no patience
/// may end. Photos may have `upload` bytes.
pub fn router(state: &AppState, upload: usize) -> (Router<AppState>, Router<AppState>) {
    let guarded = |routes, scope| guard::guarded(routes, state, scope);
    let v1 = open()
        .merge(guarded(reading(), Scope::Read))
        .merge(guarded(searching(), Scope::Search))
        .merge(guarded(writing(), Scope::Write))
        .merge(guarded(administering(), Scope::Admin))
        .fallback(problem::nowhere);
    let analysing = OpenApiRouter::new().routes(routes!(semantic::analyse));
    let api = OpenApiRouter::with_openapi(guard::described(Description::openapi()))
        .nest("/api/v1", v1)
        // Nesting takes what comes after the slash, not the slash alone.
        .route("/api/v1/", any(problem::nowhere))
        .merge(guarded(analysing, Scope::Search))
        // The last one is the first to see a request.
        .layer(middleware::from_fn(conditional::conditional))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(CatchPanicLayer::custom(respond::panicked))
        .layer(middleware::map_response(problem::framed))
        // Base64 takes four characters for three bytes.
        .layer(DefaultBodyLimit::max(upload.div_ceil(3) * 4));
    let lasting = OpenApiRouter::new()
        .nest("/api/v1", guarded(lasting(), Scope::Write))
        .layer(CatchPanicLayer::custom(respond::panicked))
        .layer(middleware::map_response(problem::framed))
        .layer(DefaultBodyLimit::max(upload.div_ceil(3) * 4));
    let (routes, mut description) = api.split_for_parts();
    let (lasting, more) = lasting.split_for_parts();
    description.merge(more);
    plain_paths(&mut description);
    let description = Bytes::from(json(&description));
    let described = get(move || async move { docs::description(description) })
        .layer(middleware::from_fn(conditional::conditional));
    let routes = routes
        .route("/api/openapi.json", described)
        .route("/api", get(docs::beside))
        .route("/api/", get(docs::page))
        .route("/api/{file}", get(docs::file));
    (routes, lasting)
}
