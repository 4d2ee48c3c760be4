//! The WebAssembly of the operator's pages: jobs as they go on, and files sent one by one.
//!
//! The server writes every page whole (`crates/admin`); this makes some of it quicker. It is a module of its own
//! because no visitor needs it.

mod gather;
mod intake;
mod live;
mod sending;

use browser::js;
use wasm_bindgen::prelude::wasm_bindgen;

/// Wakes the page that loads it.
#[wasm_bindgen(start)]
pub fn start() {
    if let Some(list) = browser::find("[data-live]") {
        live::wake(&list);
    }
    if let Some(form) = browser::find(".desk-intake") {
        intake::wake(form);
    }
    if let Some(wait) = browser::find("[data-again]") {
        let seconds = wait.get_attribute("data-again");
        let seconds: u32 = seconds.and_then(|s| s.parse().ok()).unwrap_or(5);
        browser::later(seconds * 1000, reload);
    }
}

/// Loads the page anew.
fn reload() {
    let location = js::get(&browser::window(), "location");
    let _ = js::call(&location, "reload", []);
}

/// Goes to an address of this site.
fn go(url: &str) {
    let location = js::get(&browser::window(), "location");
    let _ = js::call(&location, "assign", [url.into()]);
}
