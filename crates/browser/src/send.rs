//! One POST to the server, with progress on the way up and a way to stop it.
//!
//! XMLHttpRequest rather than fetch: only it tells how far an upload is.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget};

use super::js::{self, Outcome, call, get, number, set, text};

/// Nobody waits longer than this for an answer.
const TIMEOUT_MS: u32 = 60_000;

const LOST: &str = "The connection was lost. Check it and try again.";

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

/// A form with a file in it, or one of words alone.
#[derive(Debug, Clone)]
pub struct Form(JsValue);

impl Form {
    /// An empty form for files and words.
    ///
    /// # Errors
    /// Only in a browser too old for all of this.
    pub fn parts() -> Result<Self, JsValue> {
        js::make("FormData", []).map(Self)
    }

    /// An empty form for words alone.
    ///
    /// # Errors
    /// Only in a browser too old for all of this.
    pub fn words() -> Result<Self, JsValue> {
        js::make("URLSearchParams", []).map(Self)
    }

    /// Adds a field.
    pub fn add(&self, name: &str, value: &str) {
        let _ = call(&self.0, "append", [name.into(), value.into()]);
    }

    /// Adds a file.
    pub fn add_file(&self, name: &str, file: &JsValue, called: &str) {
        let _ = call(
            &self.0,
            "append",
            [name.into(), file.clone(), called.into()],
        );
    }
}

/// A request that has not been answered yet.
#[derive(Debug, Clone)]
pub struct Sending {
    request: JsValue,
    done: Promise,
}

impl Sending {
    /// Posts `form` to `address` at once. `progress` hears what share of it, 0 to 100, has left
    /// the device.
    ///
    /// # Errors
    /// What the browser throws when it will not send at all.
    pub fn start(
        address: &str,
        form: &Form,
        progress: impl Fn(u8) + 'static,
    ) -> Result<Self, JsValue> {
        let request = js::make("XMLHttpRequest", [])?;
        call(&request, "open", ["POST".into(), address.into()])?;
        let header = ["accept".into(), "application/json".into()];
        call(&request, "setRequestHeader", header)?;
        set(&request, "responseType", "json");
        set(&request, "timeout", TIMEOUT_MS);
        let upload: EventTarget = get(&request, "upload").unchecked_into();
        super::listen(&upload, "progress", move |event: Event| {
            let total = number(&event, "total");
            if total > 0.0 {
                progress((100.0 * number(&event, "loaded") / total) as u8);
            }
        });
        let done = Promise::new(&mut |resolve, _| {
            // comes last, after each of load, abort, timeout and error
            super::listen(request.unchecked_ref(), "loadend", move |_| {
                let _ = resolve.call0(&JsValue::NULL);
            });
        });
        let outcome = |event: &'static str| {
            let seen = request.clone();
            super::listen(request.unchecked_ref(), event, move |_| {
                set(&seen, "outcome", event);
            });
        };
        outcome("abort");
        outcome("timeout");
        call(&request, "send", [form.0.clone()])?;
        Ok(Self { request, done })
    }

    /// Stops it; whoever waits gets [`Failed::Stopped`].
    pub fn stop(&self) {
        let _ = call(&self.request, "abort", []);
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// [`Failed`] with the server's sentence, or one about the connection.
    pub async fn answer(self) -> Result<Answer, Failed> {
        let _: Outcome = js::wait(Ok(self.done.into())).await;
        match text(&self.request, "outcome").as_deref() {
            Some("abort") => return Err(Failed::Stopped),
            Some(_) => {
                return Err(sentence(
                    "The answer is taking too long. Check the connection and try again.",
                ));
            }
            None => {}
        }
        let body = get(&self.request, "response");
        let status = number(&self.request, "status");
        match (text(&body, "url"), text(&body, "error")) {
            (Some(url), _) if status < 300.0 => Ok(Answer {
                url,
                id: text(&body, "id"),
            }),
            (_, Some(error)) => Err(Failed::Sentence(error)),
            _ if status == 0.0 => Err(sentence(LOST)),
            _ => Err(sentence(
                "The server could not answer. Try again in a moment.",
            )),
        }
    }
}

fn sentence(text: &str) -> Failed {
    Failed::Sentence(text.to_owned())
}
