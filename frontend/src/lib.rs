//! The WebAssembly entry: wakes the islands of the page that loads it.

// Only linked for the islands it exports.
use app as _;

/// Called by the script of every page.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
