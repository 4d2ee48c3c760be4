//! A palette put together, to search with.

use leptos::prelude::*;
use material::{Palette, View, colour_names};

use super::raw_query;
use crate::{
    Site,
    components::{head::Head, mixer::mixer, page::Page},
    error::{ErrorPage, Failure},
};

/// Reads the palette the page starts with.
#[component]
pub fn PaletteRoute() -> AnyView {
    match View::parse(&raw_query()) {
        Ok(view) => view! { <PalettePage palette=view.palette /> }.into_any(),
        Err(error) => view! { <ErrorPage failure=Failure::from(error) /> }.into_any(),
    }
}

/// The page.
#[component]
pub fn PalettePage(
    /// What it starts with.
    palette: Option<Palette>,
) -> AnyView {
    let module = use_context::<Site>().and_then(|site| site.mixer);
    let form = mixer(palette.as_ref(), colour_names(), module.as_deref());
    view! {
        <Head
            title="Search by palette"
            description="Choose up to five colours, say how much of each there should be, and find the materials that have them."
            canonical="/palette"
        />
        <Page class="page-palette">
            <h1>"Which colours, and how much of each?"</h1>
            <p class="lead">
                "Up to five. A small share is an accent, and it counts as one."
            </p>
            {form}
        </Page>
    }
    .into_any()
}
