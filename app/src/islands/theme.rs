//! Paper, slate, or as the system has it.

use leptos::prelude::*;

/// Three radio buttons for the theme.
#[island]
pub fn ThemeSwitch() -> impl IntoView {
    view! { <div class="theme"></div> }
}
