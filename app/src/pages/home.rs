//! The home page: a place for a photo, photos to try, the room.

use leptos::prelude::*;
use material::{CategoryTile, Home};

use super::asked;
use crate::{
    components::{
        head::Head,
        page::{Page, Words},
        swatch::{more_form, picture, plain_swatch},
    },
    islands::Dropper,
};

/// How wide an example stands on the page.
const EXAMPLE_SIZES: &str = "(min-width: 60rem) 15vw, (min-width: 40rem) 30vw, 46vw";
/// How wide a tile of the room stands on the page.
const TILE_SIZES: &str = "(min-width: 60rem) 17vw, (min-width: 40rem) 24vw, 46vw";

/// Asks for what the home page shows.
#[component]
pub fn HomeRoute() -> AnyView {
    asked(
        |veneer| async move { veneer.home().await },
        |home| view! { <HomePage home /> },
    )
}

/// The home page.
#[component]
pub fn HomePage(
    /// What it shows.
    home: Home,
) -> AnyView {
    let line = if home.materials == 0 {
        None
    } else {
        Some(format!(
            "{} materials, {} swatches, ranked by how they look and explained in words.",
            home.materials, home.swatches
        ))
    };
    let swatches = home.swatches;
    let room = room(&home);
    view! {
        <Head
            title="Veneer"
            description="Drop a photo of any material and find the ones that look like it: ranked, explained, filterable, shareable."
            canonical="/"
        />
        <Page class="page-home" words=Words::None>
            <section class="hero">
                <h1>"Drop a photo of any material."</h1>
                {view! { <Dropper swatches /> }.into_any()}
            </section>
            <p class="home-line">
                "No photo at hand? "
                <a href="/palette">"Search by a palette of colours"</a> "."
            </p>
            {line.map(|line| view! { <p class="home-line">{line}</p> })}
            {room}
            {more_form()}
        </Page>
    }
    .into_any()
}

fn room(home: &Home) -> AnyView {
    if home.materials == 0 {
        return view! {
            <section class="notice">
                <h2>"The library is empty"</h2>
                <p>
                    "Fill it with a folder of photos, one folder a category, or with a table of properties:"
                </p>
                <pre>
                    <code>"veneer import photos/ --csv materials.csv"</code>
                </pre>
            </section>
        }
        .into_any();
    }
    let examples = (!home.examples.is_empty()).then(|| {
        let list: Vec<_> = home
            .examples
            .iter()
            .map(|card| plain_swatch(card, EXAMPLE_SIZES, true))
            .collect();
        view! {
            <section class="try" aria-labelledby="try-head">
                <h2 id="try-head">"Or start from one of these"</h2>
                <ol class="wall wall-six">{list}</ol>
            </section>
        }
    });
    let tiles: Vec<_> = home.categories.iter().map(tile).collect();
    view! {
        {examples}
        <section class="room" aria-labelledby="room-head">
            <h2 id="room-head">"The room"</h2>
            <ul class="tiles">{tiles}</ul>
        </section>
    }
    .into_any()
}

fn tile(tile: &CategoryTile) -> AnyView {
    let picture = tile
        .swatch
        .as_ref()
        .map(|swatch| picture(swatch, String::new(), TILE_SIZES, false));
    view! {
        <li class="tile">
            <a href=format!("/library?category={}", tile.category.as_str())>
                <span class="plate" class:plate-bare=tile.swatch.is_none()>
                    {picture}
                </span>
                <span class="tile-name">{tile.category.label()}</span>
                <span class="count">{tile.count.to_string()}</span>
            </a>
        </li>
    }
    .into_any()
}
