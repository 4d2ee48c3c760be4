//! Traces over OTLP (HTTP, protobuf): a span for each request, for the stages of a search inside it, and what was
//! asked of the database as events of those. They hold what logs hold: routes, statements without their values, never
//! what a guest sent.

use std::time::Duration;

use anyhow::Context;
use axum::http::{Request, Response};
use bytes::Bytes;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};
use reqwest::Client;
use tokio::runtime::Handle;

/// A collector that does not answer in time is left alone; spans that wait are dropped then.
const PATIENCE: Duration = Duration::from_secs(10);

/// Traces that are being collected.
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Begins to send to a collector at `http://host:4318`. Has to be called inside the runtime.
    ///
    /// # Errors
    /// When the address is none.
    pub fn to(collector: &str) -> anyhow::Result<Self> {
        // The first to choose wins, and all choose the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().timeout(PATIENCE).build()?;
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Sender {
                client,
                runtime: Handle::current(),
            })
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
            .with_timeout(PATIENCE)
            .build()
            .with_context(|| format!("traces cannot be sent to {collector}"))?;
        let resource = Resource::builder().with_service_name("veneer").build();
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build();
        Ok(Self(provider))
    }

    /// What makes spans.
    pub fn tracer(&self) -> SdkTracer {
        self.0.tracer("veneer")
    }

    /// Sends what waits. Has to be called outside of the runtime, while there still is one.
    pub fn end(self) {
        if let Err(error) = self.0.shutdown_with_timeout(PATIENCE) {
            eprintln!("veneer: the last traces were not sent: {error}");
        }
    }
}

/// Sends with the HTTP client that we have. Spans are collected on a thread that has no runtime, so sending happens
/// in ours.
#[derive(Debug)]
struct Sender {
    client: Client,
    runtime: Handle,
}

#[async_trait::async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let client = self.client.clone();
        // The request too is made inside: its clock belongs to a runtime.
        let sent = self.runtime.spawn(async move {
            let answer = client
                .request(parts.method, parts.uri.to_string())
                .headers(parts.headers)
                .body(body)
                .send()
                .await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = sent.await??;
        Ok(Response::builder().status(status).body(body)?)
    }
}
