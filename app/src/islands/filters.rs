//! Filters that act as soon as they are chosen.

use leptos::prelude::*;

/// Placed inside a filter form: submits it on every change and hides its button.
#[island]
pub fn AutoSubmit() -> impl IntoView {
    view! { <span class="auto-submit" hidden></span> }
}
