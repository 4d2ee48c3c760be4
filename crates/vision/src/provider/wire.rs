//! One POST, bounded in time and bytes. Redirects are not followed, because the key would go along.

use std::time::Duration;

use futures::StreamExt;
use reqwest::{
    Client,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
    redirect::Policy,
};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

use super::{
    failure::{Charge, Failure, refusal, transport},
    secret::{Secret, detail},
};
use crate::{DescribeError, Detail};

/// The most bytes of an answer that are read.
pub(super) const MAX_BODY: usize = 1024 * 1024;

/// What is sent.
pub(super) enum Body {
    /// A JSON document.
    Json(Value),
    /// A picture as it is.
    Jpeg(Vec<u8>),
}

/// The way to one address of a provider.
pub(super) struct Wire {
    client: Client,
    url: Url,
    key: Option<Secret>,
    /// For messages about the model.
    model: String,
}

impl Wire {
    /// # Errors
    /// When the TLS of the machine cannot be set up; the text is for the log.
    pub(super) fn new(url: Url, key: Option<Secret>, model: String) -> Result<Self, String> {
        // Another part of the process may have chosen the provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .user_agent(concat!("Veneer/", env!("CARGO_PKG_VERSION")));
        if is_near(&url) {
            // A proxy of the environment leads outwards.
            client = client.no_proxy();
        }
        Ok(Self {
            client: client.build().map_err(|e| e.without_url().to_string())?,
            url,
            key,
            model,
        })
    }

    pub(super) fn key(&self) -> Option<&Secret> {
        self.key.as_ref()
    }

    /// Sends and reads the answer as JSON.
    ///
    /// # Errors
    /// [`Failure`], at the deadline at the latest.
    pub(super) async fn post(&self, body: Body, deadline: Instant) -> Result<Value, Failure> {
        timeout_at(deadline, self.exchange(body))
            .await
            .unwrap_or_else(|_| {
                Err(Failure::passing(
                    DescribeError::TimedOut(Detail::new("no answer within the time given")),
                    Charge::Unknown,
                ))
            })
    }

    async fn exchange(&self, body: Body) -> Result<Value, Failure> {
        let mut request = self.client.post(self.url.clone());
        if let Some(bearer) = self.key.as_ref().and_then(Secret::bearer) {
            request = request.header(AUTHORIZATION, bearer);
        }
        request = match body {
            Body::Json(value) => request.json(&value),
            Body::Jpeg(bytes) => request
                .header(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"))
                .body(bytes),
        };
        let response = request
            .send()
            .await
            .map_err(|e| transport(e, self.key.as_ref()))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = self.read(response).await;
        if !status.is_success() {
            // What a refusal says is of use, and not more than that.
            let bytes = body.unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes);
            return Err(refusal(
                status,
                &headers,
                &text,
                &self.model,
                self.key.as_ref(),
            ));
        }
        serde_json::from_slice(&body?).map_err(|e| {
            Failure::passing(
                DescribeError::Invalid(detail(
                    &format!("the answer is no JSON: {e}"),
                    self.key.as_ref(),
                )),
                Charge::Unknown,
            )
        })
    }

    async fn read(&self, response: reqwest::Response) -> Result<Vec<u8>, Failure> {
        // The stated length may be missing or wrong: count what comes.
        let mut out = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|e| transport(e, self.key.as_ref()))?;
            if out.len() + chunk.len() > MAX_BODY {
                let too_much = Detail::new("the answer is larger than 1 MiB");
                return Err(Failure::lasting(
                    DescribeError::Invalid(too_much),
                    Charge::Unknown,
                ));
            }
            out.extend_from_slice(&chunk);
        }
        Ok(out)
    }
}

/// Whether an address is this machine's or its own network's: written as such a number, or a name
/// that no public name server knows.
pub(super) fn is_near(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local()
        }
        Some(Host::Domain(name)) => {
            !name.contains('.') || name.ends_with(".local") || name.ends_with(".internal")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_is_what_no_public_name_leads_to() {
        for near in [
            "http://localhost:1/",
            "http://127.0.0.1/",
            "http://192.168.1.7/",
            "http://[::1]/",
            "http://[fd00::1]/",
            "http://ollama:11434/",
            "http://gpu.local/",
        ] {
            assert!(is_near(&Url::parse(near).expect("an address")), "{near}");
        }
        for far in [
            "https://api.openai.com/v1",
            "http://8.8.8.8/",
            "http://localhost.example.com/",
            "http://[2001:4860:4860::8888]/",
        ] {
            assert!(!is_near(&Url::parse(far).expect("an address")), "{far}");
        }
    }
}
