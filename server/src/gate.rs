//! The door, open before the house is: while the library opens, whoever asks is told so, and whoever runs many
//! servers knows when to send people.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use eyes::eyes;
use search::Veneer;
use serde_json::json;
use tower::ServiceExt;

/// How far the server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// What it does before it can answer, in a sentence.
    Starting(&'static str),
    Open,
    /// It answers what has begun, and wants nothing new.
    Closing,
}

/// What is in front of everything.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    stage: RwLock<Stage>,
    house: OnceLock<(Veneer, Router)>,
}

impl Gate {
    /// Nothing behind it yet.
    pub fn new() -> Self {
        Self {
            inner: Arc::new(Inner {
                stage: RwLock::new(Stage::Starting("The library is being opened.")),
                house: OnceLock::new(),
            }),
        }
    }

    fn set(&self, stage: Stage) {
        let stages = &self.inner.stage;
        *stages.write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    fn stage(&self) -> Stage {
        let stages = &self.inner.stage;
        *stages.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what the server is doing.
    pub fn starting(&self, sentence: &'static str) {
        self.set(Stage::Starting(sentence));
    }

    /// From now on requests are answered by this.
    pub fn open(&self, veneer: Veneer, app: Router) {
        // Nobody opens twice; the first house stays.
        let _ = self.inner.house.set((veneer, app));
        self.set(Stage::Open);
    }

    /// From now on this server says that it is not ready, and answers all the same.
    pub fn closing(&self) {
        self.set(Stage::Closing);
    }

    /// `/healthz`, `/readyz`, and everything else as soon as it is there.
    pub fn router(&self) -> Router {
        self.health().fallback(pass).with_state(self.clone())
    }

    /// `/healthz` and `/readyz`, for another door.
    pub fn health(&self) -> Router<Self> {
        Router::new()
            .route("/healthz", get(alive))
            .route("/readyz", get(ready))
    }

    /// The library, once it is open.
    pub fn veneer(&self) -> Option<&Veneer> {
        self.inner.house.get().map(|(veneer, _)| veneer)
    }
}

/// `GET /healthz`: this process runs. Whether it can answer, `/readyz` says: a process without its database need
/// not be started anew.
async fn alive() -> Response {
    told(StatusCode::OK, json!({ "status": "alive" }))
}

/// `GET /readyz`: whether this process can answer now, and if not, why.
async fn ready(State(gate): State<Gate>) -> Response {
    let (status, body) = standing(&gate).await;
    eyes().ready(status == StatusCode::OK);
    told(status, body)
}

async fn standing(gate: &Gate) -> (StatusCode, serde_json::Value) {
    let not = |status: &str, reason: &str| {
        let body = json!({ "status": status, "reason": reason });
        (StatusCode::SERVICE_UNAVAILABLE, body)
    };
    let veneer = match (gate.stage(), gate.veneer()) {
        (Stage::Starting(sentence), _) => return not("starting", sentence),
        (Stage::Closing, _) => return not("stopping", "This server is being stopped."),
        (Stage::Open, None) => return not("starting", "The library is being opened."),
        (Stage::Open, Some(veneer)) => veneer,
    };
    let readiness = veneer.readiness().await;
    if let Some(trouble) = readiness.trouble {
        return not("unavailable", &trouble);
    }
    let Ok(counts) = veneer.counts().await else {
        return not("unavailable", "The database does not answer.");
    };
    let mut body = json!({
        "status": "ready",
        "materials": counts.materials,
        "swatches": counts.swatches,
        "model": readiness.model,
    });
    if let Some(model) = readiness.stands_in_for {
        body["stands_in_for"] = model.into();
    }
    (StatusCode::OK, body)
}

fn told(status: StatusCode, body: serde_json::Value) -> Response {
    let never = [(header::CACHE_CONTROL, "no-store")];
    (status, never, Json(body)).into_response()
}

async fn pass(State(gate): State<Gate>, request: Request) -> Response {
    match gate.inner.house.get() {
        Some((_, app)) => match app.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "5")],
            "Veneer is starting. Try again in a moment.\n",
        )
            .into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};

    use super::*;

    async fn asked(gate: &Gate, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = gate.router().oneshot(request).await.expect("an answer");
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000)
            .await
            .expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn a_server_that_starts_lives_and_says_what_it_does() {
        let gate = Gate::new();
        assert_eq!(asked(&gate, "/healthz").await.0, StatusCode::OK);
        let (status, body) = asked(&gate, "/readyz").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("The library is being opened."), "{body}");
        gate.starting("The demo library is being rendered.");
        let (_, body) = asked(&gate, "/readyz").await;
        assert!(body.contains("rendered"), "{body}");
        let (status, body) = asked(&gate, "/library?q=oak").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.starts_with("Veneer is starting."), "{body}");
    }

    #[tokio::test]
    async fn a_server_that_stops_is_not_ready_and_lives() {
        let gate = Gate::new();
        gate.closing();
        assert_eq!(asked(&gate, "/healthz").await.0, StatusCode::OK);
        let (status, body) = asked(&gate, "/readyz").await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(body.contains("stopping"), "{body}");
    }
}
