//! The WebAssembly entry: wakes the islands of the page that loads it.

// Its islands are in the module because it is linked.
use app as _;
use browser::shrink::Original;
use wasm_bindgen::{JsError, JsValue, prelude::wasm_bindgen};

/// Called by the script of every page.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}

/// What the page does to a photo (a `Blob`) before it sends it, for measurements of the module as
/// shipped.
///
/// # Errors
/// The sentence that a person would see.
#[wasm_bindgen]
pub async fn shrink(file: JsValue) -> Result<JsValue, JsError> {
    let original = Original::read(file).await?;
    Ok(original.shrink(None).await?.file)
}
