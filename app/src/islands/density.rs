//! How many swatches stand side by side.

use leptos::prelude::*;

/// A slider from 2 to 8 columns; remembered in this browser.
#[island]
pub fn Density() -> impl IntoView {
    view! { <div class="density"></div> }
}
