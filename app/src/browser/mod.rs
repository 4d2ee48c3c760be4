//! What only a browser can do, kept away from the islands that ask for it.
//!
//! The functions compile on the server too, where islands are drawn but nothing here is called.

pub mod header;
pub mod send;
pub mod shrink;

use js_sys::{Array, Function, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Document, Element, Event, EventTarget, Storage, Window};

/// The window of the page.
pub fn window() -> Window {
    leptos::prelude::window()
}

/// The document of the page.
pub fn document() -> Document {
    leptos::prelude::document()
}

/// Calls `act` on every `event` of `target` for as long as the page lives.
pub fn listen<E: JsCast + 'static>(target: &EventTarget, event: &str, act: impl Fn(E) + 'static) {
    let act = Closure::<dyn Fn(Event)>::new(move |event: Event| act(event.unchecked_into()));
    let _ = target.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
    // Islands live as long as their page, and so do their listeners.
    act.forget();
}

/// Calls `act` once after `milliseconds`.
pub fn later(milliseconds: i32, act: impl FnOnce() + 'static) {
    let act: Function = Closure::once_into_js(act).unchecked_into();
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&act, milliseconds);
}

/// The first element that matches.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// All elements that match, in the order of the page.
pub fn find_all(selector: &str) -> Vec<Element> {
    let Ok(list) = document().query_selector_all(selector) else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|at| list.get(at))
        .map(JsCast::unchecked_into)
        .collect()
}

/// Gives an element the focus, without scrolling if it can be helped.
pub fn focus(element: &Element) {
    let _ = element.unchecked_ref::<web_sys::HtmlElement>().focus();
}

/// Says something to everybody, sighted or not, through the page's live region.
pub fn say(text: &str) {
    if let Some(region) = find("#say") {
        region.set_text_content(Some(text));
    }
}

/// What outlives the page; `None` where the person has switched it off.
pub fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What lives as long as the tab.
pub fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// At most the first `limit` bytes of a file.
pub async fn bytes(file: &Blob, limit: u32) -> Option<Vec<u8>> {
    let head = file.slice_with_f64_and_f64(0.0, limit.into()).ok()?;
    let buffer = JsFuture::from(head.array_buffer()).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// A file as a `data:` address.
pub async fn data_url(file: &Blob) -> Option<String> {
    let bytes = bytes(file, u32::MAX).await?;
    let mut letters = String::with_capacity(bytes.len());
    // one letter a byte is what btoa wants
    letters.extend(bytes.iter().map(|b| char::from(*b)));
    let text = window().btoa(&letters).ok()?;
    Some(["data:", &file.type_(), ";base64,", &text].concat())
}

/// A `data:` address as a file again.
pub fn blob_of(data_url: &str) -> Option<Blob> {
    let text = data_url.split_once(";base64,")?.1;
    let letters = window().atob(text).ok()?;
    let bytes: Vec<u8> = letters.chars().map(|c| c as u8).collect();
    let parts = Array::of1(&JsValue::from(Uint8Array::from(bytes.as_slice())));
    Blob::new_with_u8_array_sequence(&parts).ok()
}
