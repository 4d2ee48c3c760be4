//! The page of an address that is none.

use axum::http::StatusCode;
use leptos::prelude::*;

use crate::error::{ErrorPage, Failure};

/// Nothing is here.
#[component]
pub fn MissingPage() -> AnyView {
    let failure = Failure {
        status: StatusCode::NOT_FOUND,
        sentence: "The address may be mistyped, or what was here has aged out. Searches are kept for a while; shares stay."
            .to_owned(),
    };
    view! { <ErrorPage failure /> }.into_any()
}
