//! The operator's door: `/admin`. What is shown is written by the crate `admin`; here it is asked for, and done.

mod changing;
mod drafts;
mod frame;
mod guard;
mod import;
mod jobs;
mod library;
mod models;
mod origin;
mod sign_in;
mod store;
mod upload;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    response::Redirect,
    routing::{get, post, put},
};
use tower::ServiceBuilder;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::{config::LibrarySettings, router::AppState};

pub use guard::private;
pub use store::sessions;

/// What the operator's pages need beside the use cases.
#[derive(Clone)]
pub struct Desk {
    /// Address of the site's styles.
    pub stylesheet: String,
    /// Address of the script, where it was built.
    pub script: Option<String>,
    /// Whether guests have to sign in.
    pub private: bool,
    /// Where the library lives.
    pub library: Arc<LibrarySettings>,
    drafts: drafts::Drafts,
    changing: changing::Changing,
}

impl Desk {
    /// With what the build wrote of its files (`hash.txt`), if anything.
    pub fn new(hashes: Option<&str>, library: &LibrarySettings, private: bool) -> Self {
        let hash = |of: &str| {
            let lines = hashes.unwrap_or_default().lines();
            let mut found = lines.filter_map(|line| line.strip_prefix(of)?.strip_prefix(':'));
            found.next().map(|hash| hash.trim().to_owned())
        };
        Self {
            stylesheet: hash("css").map_or_else(
                || "/pkg/veneer.css".to_owned(),
                |hash| format!("/pkg/veneer.{hash}.css"),
            ),
            script: hash("desk").map(|hash| format!("/pkg/desk.{hash}.js")),
            private,
            library: Arc::new(library.clone()),
            drafts: drafts::Drafts::default(),
            changing: changing::Changing::default(),
        }
    }
}

/// The most bytes of a form without a file.
const FORM: usize = 1 << 20;

/// Every address under `/admin`, and those of them that may take as long as they need.
pub fn router(state: &AppState) -> (Router<AppState>, Router<AppState>) {
    let open = Router::new()
        .route("/admin", get(|| async { Redirect::to("/admin/jobs") }))
        .route("/admin/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route(
            "/admin/welcome/{link}",
            get(sign_in::welcome_page).post(sign_in::welcome),
        )
        .layer(DefaultBodyLimit::max(FORM));
    let guard = || middleware::from_fn_with_state(state.clone(), guard::signed_in);
    let signed_in = Router::new()
        .route("/admin/sign-out", post(sign_in::sign_out))
        .route("/admin/jobs", get(jobs::all))
        .route("/admin/jobs/events", get(jobs::all_events))
        .route("/admin/jobs/{id}", get(jobs::one))
        .route("/admin/jobs/{id}/events", get(jobs::one_events))
        .route("/admin/jobs/{id}/report.csv", get(jobs::report))
        .route("/admin/jobs/{id}/{action}", post(jobs::act))
        .route("/admin/import/addresses", post(import::addresses))
        .route("/admin/import/{id}", get(import::draft).post(import::act))
        .route(
            "/admin/duplicates",
            get(library::duplicates).post(library::decide),
        )
        .route("/admin/models", get(models::page))
        .route("/admin/models/{what}", post(models::act))
        .route(
            "/admin/providers",
            get(models::providers).post(models::ask_providers),
        )
        .route("/admin/library", get(library::quality))
        .route("/admin/library/{lack}", get(library::lacking))
        .route("/admin/storage", get(library::storage))
        .route("/admin/health", get(library::health))
        .route("/admin/changes", get(library::changes))
        .layer(guard());
    let form = Router::new()
        .route("/admin/import", get(import::page).post(upload::form))
        .layer(DefaultBodyLimit::max(upload::AT_ONCE));
    let uploads = Router::new()
        .route("/admin/import/uploads", post(upload::begin))
        .route("/admin/import/{id}/file", put(upload::file))
        .route("/admin/import/{id}/drop", post(upload::drop_it))
        .layer(DefaultBodyLimit::disable())
        .merge(form)
        .layer(guard());
    let dressed = |router: Router<AppState>| {
        router.layer(
            ServiceBuilder::new()
                .layer(sessions(state))
                .layer(header_layer(header::CACHE_CONTROL, "no-store"))
                .layer(header_layer(header::X_FRAME_OPTIONS, "DENY"))
                .layer(header_layer(
                    header::CONTENT_SECURITY_POLICY,
                    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'",
                ))
                .layer(header_layer(
                    HeaderName::from_static("x-robots-tag"),
                    "noindex",
                ))
                .layer(header_layer(header::REFERRER_POLICY, "same-origin")),
        )
    };
    (dressed(open.merge(signed_in)), dressed(uploads))
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}
