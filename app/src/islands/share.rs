//! Sharing results.

use leptos::prelude::*;
use material::Token;

/// Makes a frozen copy of what is seen and copies its address.
#[island]
pub fn ShareButton(
    /// The search; none for the library itself.
    search: Option<Token>,
    /// The query string of the view.
    view: String,
) -> impl IntoView {
    let search = search.map(|token| token.to_string()).unwrap_or_default();
    view! {
        <form class="share" method="post" action="/share">
            <input type="hidden" name="search" value=search />
            <input type="hidden" name="view" value=view />
            <button type="submit">"Share"</button>
        </form>
    }
}
