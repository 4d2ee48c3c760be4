//! `/metrics`, on an address of its own. What it tells is for those who run the library: how much is searched and
//! spent, which providers are used. The door that guests come in by is often open to everybody, and a token there
//! would be one more secret to keep and to turn; an address that only the own network reaches needs none.

use std::net::SocketAddr;

use anyhow::Context;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use eyes::eyes;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::gate::Gate;

/// How Prometheus knows the form.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers `/metrics`, `/healthz` and `/readyz` on an address of their own until the task is ended; says where.
///
/// # Errors
/// When the address is taken.
pub async fn serve(listen: SocketAddr, gate: Gate) -> anyhow::Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen} for metrics"))?;
    let address = listener.local_addr()?;
    let app: Router = gate
        .health()
        .route("/metrics", get(metrics))
        .with_state(gate);
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "metrics are not told any more");
        }
    });
    Ok((address, task))
}

async fn metrics(State(gate): State<Gate>) -> Response {
    if let Some(veneer) = gate.veneer() {
        veneer.observe().await;
    }
    match eyes().text() {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "metrics could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
