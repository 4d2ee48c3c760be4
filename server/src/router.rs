//! Every route on one screen, grouped by who calls it.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use app::{App, Site, shell};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    routing::{get, post},
};
use bytes::Bytes;
use leptos::prelude::{Env, LeptosOptions, provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use search::Veneer;
use tokio::sync::OnceCell;
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

use crate::{
    access::AccessSettings,
    admin, api, candidates,
    config::ServeSettings,
    events,
    limits::{self, Limits},
    post, requests, respond, statics,
};

/// What every handler can reach.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub veneer: Veneer,
    /// Where the site is reached.
    pub site: Site,
    /// How often people may search.
    pub limits: Limits,
    /// Who may use the programs' door.
    pub access: AccessSettings,
    /// What the operator's pages need.
    pub desk: admin::Desk,
    /// Names of the built files.
    pub leptos: LeptosOptions,
    /// The page for those who had better come again; made once, as there is no time for it when it is needed.
    pub busy: Arc<OnceCell<Bytes>>,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// A form is a photo and a few short fields.
const FORM_OVERHEAD: u64 = 64 * 1024;
/// How hard pages are pressed, 0–11. At 4, which is usual, it was a sixth of the time of a page.
const EFFORT: i32 = 2;
/// No request takes longer, but those that send or read what has no limit.
const PATIENCE: Duration = Duration::from_secs(60);

/// Builds the service.
///
/// # Errors
/// When the folder of the built site is not there.
pub fn router(
    settings: &ServeSettings,
    veneer: Veneer,
    public_url: String,
) -> anyhow::Result<Router> {
    let root = settings.site_root.canonicalize().with_context(|| {
        format!(
            "the built site is not at {}; `cargo xtask build` makes it",
            settings.site_root.display()
        )
    })?;
    let hashes = hashes();
    let leptos = LeptosOptions::builder()
        .output_name("veneer")
        .site_root(root.to_string_lossy().as_ref())
        .site_pkg_dir("pkg")
        .site_addr(settings.listen)
        .env(Env::PROD)
        .hash_files(hashes.is_some())
        .build();
    let state = AppState {
        veneer,
        site: Site {
            public_url,
            mixer: hashes.as_deref().and_then(mixer),
        },
        limits: Limits::new(&settings.limits),
        access: AccessSettings {
            // What is not open to look at is not open to ask for.
            api_keys_only: settings.access.api_keys_only || settings.private,
        },
        desk: admin::Desk::new(hashes.as_deref(), &settings.library, settings.private),
        leptos: leptos.clone(),
        busy: Arc::default(),
    };
    let context = {
        let state = state.clone();
        move || {
            provide_context(state.veneer.clone());
            provide_context(state.site.clone());
            provide_context(app::Reference(requests::number()));
        }
    };
    let upload = (settings.library.max_upload_mb * 1_000_000 + FORM_OVERHEAD) as usize;

    // People: pages. `/`, `/library`, `/s/{id}`, `/m/{slug}`, `/share/{slug}`,
    // `/palette`, `/compare`, `/together`, `/about`.
    let pages = Router::new().leptos_routes_with_context(
        &state,
        generate_route_list(App),
        context,
        move || shell(leptos.clone()),
    );

    // People and programs: what they send.
    let forms = Router::new()
        .route("/search", post(post::search))
        .route("/share", post(post::share))
        .layer(DefaultBodyLimit::max(upload));

    // The page of a search, waiting for what a vision model says.
    let events = Router::new().route("/s/{id}/described", get(events::described));

    // The page of a search or of the library, for its sliders.
    let candidates = Router::new()
        .route("/s/{id}/candidates", get(candidates::of_search))
        .route("/library/candidates", get(candidates::of_library));

    // New words on either are a search that begins.
    let words = middleware::from_fn_with_state(state.clone(), limits::pages);
    let (pages, candidates) = (pages.layer(words.clone()), candidates.layer(words));

    // Browsers and crawlers: pictures.
    let pictures = Router::new()
        .route("/swatch/{id}/{size}", get(statics::swatch))
        .route("/share/{slug}/preview.jpg", get(statics::preview));

    // Programs: `/api/v1/…`, its description at `/api/openapi.json`, a page to try it at `/api/`.
    // The second part of them takes as long as files of any length take to come.
    let (api, lasting) = api::router(&state, upload);
    let lasting = lasting.with_state(state.clone());

    let mut site = pages
        .merge(forms)
        .merge(events)
        .merge(candidates)
        .merge(pictures);
    if state.desk.private {
        // The session is found before it is asked whose it is.
        site = site
            .layer(middleware::from_fn_with_state(
                state.clone(),
                admin::private,
            ))
            .layer(admin::sessions(&state));
    }

    // Operators: `/admin/…`. Files on their way in take as long as they take.
    let (operators, uploads) = admin::router(&state);

    Ok(site
        .merge(api)
        .merge(operators)
        .with_state(state.clone())
        .fallback_service(statics::files(&root, state.clone()))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .merge(lasting)
        .merge(uploads.with_state(state.clone()))
        .layer(middleware::map_response(respond::come_again))
        .layer(
            ServiceBuilder::new()
                .layer(middleware::from_fn_with_state(state, requests::watched))
                .layer(CatchPanicLayer::custom(respond::panicked))
                .layer(header_layer(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
                .layer(header_layer(
                    header::REFERRER_POLICY,
                    "strict-origin-when-cross-origin",
                ))
                .layer(header_layer(
                    HeaderName::from_static("permissions-policy"),
                    "geolocation=(), microphone=(), payment=()",
                ))
                .layer(CompressionLayer::new().quality(CompressionLevel::Precise(EFFORT))),
        ))
}

/// What the build wrote beside the binary: the hashes in the names of its files. Rendering a page with hashed
/// names but without that file would panic, and the binaries of tests have none.
fn hashes() -> Option<String> {
    let file = std::env::current_exe().ok()?.parent()?.join("hash.txt");
    std::fs::read_to_string(file).ok()
}

/// Where the script of the palette page is. A build by cargo-leptos has none.
fn mixer(hashes: &str) -> Option<String> {
    let hash = hashes
        .lines()
        .find_map(|line| line.strip_prefix("mixer:"))?;
    Some(format!("/pkg/mixer.{}.js", hash.trim()))
}

fn header_layer(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
}

#[cfg(test)]
mod tests {
    use super::mixer;

    #[test]
    fn the_palette_page_has_a_script_where_one_was_built() {
        let built = "js: 1a\nwasm: 2b\ncss: 3c\nmixer: 4d\n";
        assert_eq!(mixer(built).as_deref(), Some("/pkg/mixer.4d.js"));
        assert_eq!(mixer("js: 1a\nwasm: 2b\ncss: 3c\n"), None);
    }
}
