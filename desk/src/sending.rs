//! One request, with progress on the way up.

use browser::js::{self, Outcome};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

/// Why something was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failed {
    /// Trying again may help.
    Lost(String),
    /// It will not be taken, and why.
    Refused(String),
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub struct Sending {
    request: JsValue,
    done: Promise,
}

impl Sending {
    /// Sends `body` with the token of the page's forms. `progress` hears how many bytes have left the device.
    ///
    /// # Errors
    /// What the browser throws when it will not send at all.
    pub fn start(
        method: &str,
        address: &str,
        token: &str,
        body: &JsValue,
        progress: impl Fn(f64) + 'static,
    ) -> Result<Self, JsValue> {
        let request = js::make("XMLHttpRequest", [])?;
        js::call(&request, "open", [method.into(), address.into()])?;
        for (name, value) in [("accept", "application/json"), ("x-form-token", token)] {
            js::call(&request, "setRequestHeader", [name.into(), value.into()])?;
        }
        js::set(&request, "responseType", "json");
        let upload: EventTarget = js::get(&request, "upload").unchecked_into();
        browser::listen(&upload, "progress", move |event| {
            progress(js::number(&event, "loaded"));
        });
        let done = Promise::new(&mut |resolve, _| {
            browser::listen(request.unchecked_ref(), "loadend", move |_| {
                let _ = resolve.call0(&JsValue::NULL);
            });
        });
        js::call(&request, "send", [body.clone()])?;
        Ok(Self { request, done })
    }

    /// Whether both are one.
    pub fn is(&self, other: &Self) -> bool {
        js::same(&self.request, &other.request)
    }

    /// Stops it.
    pub fn stop(&self) {
        let _ = js::call(&self.request, "abort", []);
    }

    /// Waits for the answer.
    ///
    /// # Errors
    /// [`Failed`] with the server's sentence, or one about the connection.
    pub async fn answer(self) -> Result<JsValue, Failed> {
        let _: Outcome = js::wait(Ok(self.done.into())).await;
        let body = js::get(&self.request, "response");
        let status = js::number(&self.request, "status");
        if (200.0..300.0).contains(&status) {
            return Ok(body);
        }
        let said = js::text(&body, "error");
        if status == 0.0 || status >= 500.0 && status != 507.0 {
            let lost = "The connection was lost.".to_owned();
            return Err(Failed::Lost(said.unwrap_or(lost)));
        }
        let signed_out = "The server did not take it. Are you still signed in?".to_owned();
        Err(Failed::Refused(said.unwrap_or(signed_out)))
    }
}
