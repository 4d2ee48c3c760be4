//! One POST to the server, with progress on the way up and a way to stop it.
//!
//! XMLHttpRequest rather than fetch: only it tells how far an upload is.

use js_sys::{Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, ProgressEvent, XmlHttpRequest, XmlHttpRequestResponseType};

/// Nobody waits longer than this for an answer.
const TIMEOUT_MS: u32 = 60_000;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// The person stopped it.
    Stopped,
    /// A sentence for the person.
    Sentence(String),
}

/// What the server answers when all went well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Where to go.
    pub url: String,
    /// The search, if it was one.
    pub id: Option<String>,
}

/// A request that has not been answered yet.
#[derive(Debug, Clone)]
pub struct Sending(XmlHttpRequest);

impl Sending {
    /// A POST to `address` that asks for JSON.
    ///
    /// # Errors
    /// A sentence, when the browser refuses to build it.
    pub fn new(address: &str) -> Result<Self, Failed> {
        let build = || {
            let request = XmlHttpRequest::new()?;
            request.open_with_async("POST", address, true)?;
            request.set_request_header("accept", "application/json")?;
            request.set_response_type(XmlHttpRequestResponseType::Json);
            request.set_timeout(TIMEOUT_MS);
            Ok(request)
        };
        build()
            .map(Self)
            .map_err(|_: JsValue| sentence("This browser does not let the page send anything."))
    }

    /// Stops it; whoever waits gets [`Failed::Stopped`].
    pub fn stop(&self) {
        let _ = self.0.abort();
    }

    /// Sends `form`; `progress` hears what share of it, 0 to 100, has left the device.
    ///
    /// # Errors
    /// [`Failed`] with the server's sentence, or one about the connection.
    pub async fn send(
        &self,
        form: &FormData,
        progress: impl Fn(u8) + 'static,
    ) -> Result<Answer, Failed> {
        let request = &self.0;
        if let Ok(upload) = request.upload() {
            super::listen(&upload, "progress", move |event: ProgressEvent| {
                if event.total() > 0.0 {
                    progress((100.0 * event.loaded() / event.total()) as u8);
                }
            });
        }
        let done = Promise::new(&mut |resolve, _| {
            for (event, word) in [
                ("load", "load"),
                ("abort", "abort"),
                ("timeout", "timeout"),
                ("error", "error"),
            ] {
                let resolve = resolve.clone();
                super::listen(request, event, move |_: web_sys::Event| {
                    let _ = resolve.call1(&JsValue::NULL, &word.into());
                });
            }
        });
        request
            .send_with_opt_form_data(Some(form))
            .map_err(|_| sentence(LOST))?;
        let outcome = JsFuture::from(done).await.ok().and_then(|o| o.as_string());
        match outcome.as_deref() {
            Some("load") => self.read(),
            Some("abort") => Err(Failed::Stopped),
            Some("timeout") => Err(sentence(
                "The answer is taking too long. Check the connection and try again.",
            )),
            _ => Err(sentence(LOST)),
        }
    }

    fn read(&self) -> Result<Answer, Failed> {
        let body = self.0.response().unwrap_or(JsValue::NULL);
        let field = |key: &str| {
            body.is_object()
                .then(|| Reflect::get(&body, &key.into()).ok())
                .flatten()
                .and_then(|value| value.as_string())
        };
        let ok = self.0.status().is_ok_and(|status| (200..300).contains(&status));
        match (ok, field("url"), field("error")) {
            (true, Some(url), _) => Ok(Answer {
                url,
                id: field("id"),
            }),
            (_, _, Some(error)) => Err(Failed::Sentence(error)),
            _ => Err(sentence(
                "The server could not answer. Try again in a moment.",
            )),
        }
    }
}

const LOST: &str = "The connection was lost. Check it and try again.";

fn sentence(text: &str) -> Failed {
    Failed::Sentence(text.to_owned())
}
