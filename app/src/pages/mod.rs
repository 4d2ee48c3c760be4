//! The pages. Each has a part that asks ([`search::Veneer`]) and a part that shows what came back;
//! the second takes plain data, so that tests render it without a library.

pub mod about;
pub mod compare;
pub mod home;
pub mod material;
pub mod missing;
pub mod palette;
pub mod results;
pub mod share;
pub mod together;

use axum::http::request::Parts;
use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use leptos_router::hooks::use_params_map;
use search::{Error, Veneer};

use crate::error::{ErrorPage, Failure};

/// Shows what came back, or says why nothing did.
fn shown<T, V: IntoView + 'static>(answer: Result<T, Error>, page: impl FnOnce(T) -> V) -> AnyView {
    match answer {
        Ok(data) => page(data).into_any(),
        Err(error) => view! { <ErrorPage failure=Failure::from(&error) /> }.into_any(),
    }
}

/// Asks and shows, in one go.
///
/// # Server-Side Rendering
/// The future is awaited before the first byte leaves (`SsrMode::Async` on every route).
fn asked<T, V, F>(
    ask: impl FnOnce(Veneer) -> F + Send + 'static,
    page: impl FnOnce(T) -> V + Send + 'static,
) -> AnyView
where
    T: Send + 'static,
    V: IntoView + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let Some(veneer) = use_context::<Veneer>() else {
        tracing::error!("a page was rendered without the library in its context");
        return shown(Err(Error::Internal), page);
    };
    // The page is written wherever the answer finds a thread free, and there another request may be at work: the
    // page takes its own context along, or its head would be lost or go to the other.
    Suspend::new(async move { OwnedView::new(shown(ask(veneer).await, page)) }).into_any()
}

/// A part of the path, as it stands in the address.
fn path_part(name: &str) -> String {
    use_params_map()
        .read_untracked()
        .get(name)
        .unwrap_or_default()
}

/// The query string as it came, without its `?`.
fn raw_query() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.uri.query().map(str::to_owned))
        .unwrap_or_default()
}
