//! A provider on this machine that behaves as a test wants.

use std::{
    convert::Infallible,
    net::SocketAddr,
    path::Path,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use futures::stream;
use photo::Pixels;
use serde_json::{Value, json};
use vision::provider::{Chain, Ledger, MemoryLedger, ProviderSettings, Resilience};

pub const KEY: &str = "sk-live-Zx9Wv8Ut7Sr6Qp5";

/// What a request looked like.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn authorization(&self) -> Option<&str> {
        self.headers.get("authorization")?.to_str().ok()
    }
}

/// What the provider does with a request.
pub enum Act {
    Json(u16, Value),
    Text(u16, String),
    /// A header besides.
    With(u16, &'static str, String),
    Slow(Duration, Value),
    /// A byte now and then, for ever.
    Trickle,
    /// As much as one takes.
    Flood,
    /// The connection breaks in the middle of the body.
    Cut,
}

type Behaviour = Arc<dyn Fn(usize, &Seen) -> Act + Send + Sync>;

#[derive(Clone)]
pub struct Fake {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Fake {
    /// Starts a provider; `behaviour` gets the number of the request, from 0, and the request.
    pub async fn start(behaviour: impl Fn(usize, &Seen) -> Act + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let fake = Self {
            address: listener.local_addr().expect("an address"),
            seen: Arc::default(),
        };
        let behaviour: Behaviour = Arc::new(behaviour);
        let app = axum::Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(20_000_000))
            .with_state((behaviour, Arc::clone(&fake.seen)));
        tokio::spawn(axum::serve(listener, app).into_future());
        fake
    }

    /// A provider that always answers the same.
    pub async fn always(status: u16, body: Value) -> Self {
        Self::start(move |_, _| Act::Json(status, body.clone())).await
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic elsewhere").clone()
    }

    pub fn count(&self) -> usize {
        self.seen().len()
    }

    /// A table of the configuration for this provider.
    pub fn table(&self, name: &str, more: &str) -> String {
        format!(
            "[[provider]]\nname = \"{name}\"\nbase_url = \"http://{}/v1\"\nmodel = \"{name}-model\"\n\
             key_env = \"KEY\"\n{more}\n",
            self.address
        )
    }
}

type Shared = (Behaviour, Arc<Mutex<Vec<Seen>>>);

async fn answer(
    State((behaviour, seen)): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let request = Seen {
        path: uri.path().to_owned(),
        headers,
        bytes,
    };
    let number = {
        let mut seen = seen.lock().expect("no panic elsewhere");
        seen.push(request.clone());
        seen.len() - 1
    };
    let status = |code: u16| StatusCode::from_u16(code).expect("a status");
    match behaviour(number, &request) {
        Act::Json(code, body) => (status(code), axum::Json(body)).into_response(),
        Act::Text(code, body) => (status(code), body).into_response(),
        Act::With(code, header, value) => (status(code), [(header, value)]).into_response(),
        Act::Slow(time, body) => {
            tokio::time::sleep(time).await;
            axum::Json(body).into_response()
        }
        Act::Trickle => Body::from_stream(stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            Some((Ok::<_, Infallible>(Bytes::from_static(b" ")), ()))
        }))
        .into_response(),
        Act::Flood => Body::from_stream(stream::repeat_with(|| {
            Ok::<_, Infallible>(Bytes::from(vec![b' '; 64 * 1024]))
        }))
        .into_response(),
        Act::Cut => Body::from_stream(stream::iter([
            Ok(Bytes::from_static(b"{\"choices\": [")),
            Err(std::io::Error::other("broken")),
        ]))
        .into_response(),
    }
}

/// A completion that says `text`.
pub fn said(text: &str) -> Value {
    json!({
        "model": "whatever-they-call-it",
        "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
    })
}

/// A completion that can be used.
pub fn good() -> Value {
    said(
        r#"{"category": {"value": "wood/oak", "confidence": 0.9}, "colours": [],
            "finish": {"value": "oiled", "confidence": 0.7}, "texture": null, "pattern": null,
            "sentence": "Oiled oak with a straight grain."}"#,
    )
}

pub fn picture() -> Arc<Pixels> {
    Arc::new(Pixels::from_fn(1200, 600, |x, y| {
        [(x % 251) as u8, (y % 241) as u8, 80]
    }))
}

/// Waits that do not hold a test up.
pub fn brisk() -> Resilience {
    Resilience {
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(20),
        failures: 3,
        pause: Duration::from_millis(300),
        longest_pause: Duration::from_secs(600),
        at_once: 200,
    }
}

pub fn settings(text: &str) -> ProviderSettings {
    LazyLock::force(&crate::secrets::LOG);
    ProviderSettings::parse(text, Path::new("test.toml"), &|name| {
        (name == "KEY").then(|| KEY.to_owned())
    })
    .unwrap_or_else(|e| panic!("{e}"))
}

pub fn chain_with(text: &str, ledger: Arc<dyn Ledger>, resilience: Resilience) -> Chain {
    Chain::new(&settings(text), ledger, resilience)
        .expect("a client")
        .expect("a provider")
}

pub fn chain(text: &str) -> Chain {
    chain_with(text, Arc::new(MemoryLedger::default()), brisk())
}
