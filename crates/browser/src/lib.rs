//! What only a browser can do, kept away from those who ask for it: the islands of `app`, and `mixer`.
//!
//! The functions compile on the server too, where islands are drawn but nothing here is called.

pub mod header;
pub mod js;
pub mod send;
pub mod shrink;

use js_sys::{Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Document, Element, Event, EventTarget, Window};

use js::{Outcome, call, get};

/// The window of the page.
pub fn window() -> Window {
    js_sys::global().unchecked_into()
}

/// The document of the page.
pub fn document() -> Document {
    get(&window(), "document").unchecked_into()
}

/// Calls `act` on every `event` of `target` for as long as the page lives.
pub fn listen(target: &EventTarget, event: &str, act: impl Fn(Event) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(act);
    let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    // Islands live as long as their page, and so do their listeners.
    act.forget();
}

/// Calls `act` once after `milliseconds`.
pub fn later(milliseconds: u32, act: impl FnOnce() + 'static) {
    let act: Function = Closure::once_into_js(act).unchecked_into();
    let _ = call(&window(), "setTimeout", [act.into(), milliseconds.into()]);
}

/// The first element that matches.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// All elements that match, in the order of the page.
pub fn find_all(selector: &str) -> Vec<Element> {
    call(&document(), "querySelectorAll", [selector.into()])
        .map(|list| js::items(&list).map(JsCast::unchecked_into).collect())
        .unwrap_or_default()
}

/// The nearest element around this one, or itself, that matches.
pub fn closest(element: &JsValue, selector: &str) -> Option<Element> {
    let found = call(element, "closest", [selector.into()]).ok()?;
    found.is_truthy().then(|| found.unchecked_into())
}

/// Whether an event's target matches.
pub fn on(event: &Event, selector: &str) -> bool {
    call(&get(event, "target"), "matches", [selector.into()]).is_ok_and(|v| v.is_truthy())
}

/// Shows or hides an element.
pub fn show(element: &Element, shown: bool) {
    attribute(element, "hidden", (!shown).then_some(""));
}

/// Sets an attribute, or takes it away.
pub fn attribute(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Puts another address into the address bar, without going there.
pub fn readdress(address: &str) {
    let history = get(&window(), "history");
    let arguments = [JsValue::NULL, "".into(), address.into()];
    let _ = call(&history, "replaceState", arguments);
}

/// Gives an element the focus.
pub fn focus(element: &Element) {
    let _ = call(element, "focus", []);
}

/// Says something through the page's live region.
pub fn say(text: &str) {
    if let Some(region) = find("#say") {
        region.set_text_content(Some(text));
    }
}

/// One of the browser's two stores. Where a person has switched them off, nothing is kept.
#[derive(Debug, Clone, Copy)]
pub enum Store {
    /// Outlives the page.
    Local,
    /// Lives as long as the tab.
    Session,
}

impl Store {
    fn there(self) -> JsValue {
        let name = match self {
            Self::Local => "localStorage",
            Self::Session => "sessionStorage",
        };
        get(&window(), name)
    }

    /// What is kept under `key`.
    pub fn read(self, key: &str) -> Option<String> {
        call(&self.there(), "getItem", [key.into()])
            .ok()?
            .as_string()
    }

    /// Keeps `value`, or forgets what was kept. A full store keeps what it had.
    pub fn write(self, key: &str, value: Option<&str>) {
        let _ = match value {
            Some(value) => call(&self.there(), "setItem", [key.into(), value.into()]),
            None => call(&self.there(), "removeItem", [key.into()]),
        };
    }
}

/// At most the first `limit` bytes of a file.
///
/// # Errors
/// When the browser cannot read it (any more).
pub async fn bytes(file: &JsValue, limit: f64) -> Result<Vec<u8>, JsValue> {
    let head = call(file, "slice", [0.into(), limit.into()])?;
    let buffer = js::wait(call(&head, "arrayBuffer", [])).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A file as a `data:` address.
///
/// # Errors
/// When the browser cannot read it.
pub async fn data_url(file: &JsValue) -> Result<String, JsValue> {
    let bytes = bytes(file, js::number(file, "size")).await?;
    // one letter a byte is what btoa wants
    let letters: String = bytes.iter().map(|b| char::from(*b)).collect();
    let text = call(&window(), "btoa", [letters.into()])?;
    let kind = js::text(file, "type").unwrap_or_default();
    Ok([
        "data:",
        &kind,
        ";base64,",
        &text.as_string().unwrap_or_default(),
    ]
    .concat())
}

/// A `data:` address as a file again.
///
/// # Errors
/// When it is not one.
pub fn file_of(data_url: &str) -> Outcome {
    let (_, text) = data_url.split_once(";base64,").ok_or(JsValue::NULL)?;
    let letters = call(&window(), "atob", [text.into()])?;
    let letters = letters.as_string().unwrap_or_default();
    let bytes: Vec<u8> = letters.chars().map(|c| c as u8).collect();
    let parts = js::list([Uint8Array::from(bytes.as_slice()).into()]);
    js::make("Blob", [parts.into()])
}
