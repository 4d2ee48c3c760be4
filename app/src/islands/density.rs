//! How many swatches stand side by side.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::browser;

/// Where the choice is kept; the shell reads it before the first paint.
const KEY: &str = "veneer:columns";
/// The range of the slider.
const FEWEST: u8 = 2;
const MOST: u8 = 8;
/// What the slider shows when nothing is on the page to count.
const USUAL: u8 = 4;

/// A slider from 2 to 8 columns and a button for "as many as fit"; remembered in this browser.
#[island]
pub fn Density() -> impl IntoView {
    let alive = RwSignal::new(false);
    let columns = RwSignal::new(None::<u8>);
    let seen = RwSignal::new(USUAL);
    Effect::new(move || {
        let kept = browser::local().and_then(|store| store.get_item(KEY).ok().flatten());
        columns.set(
            kept.and_then(|text| text.parse().ok())
                .filter(|n| (FEWEST..=MOST).contains(n)),
        );
        seen.set(count());
        alive.set(true);
    });
    let choose = move |wanted: Option<u8>| {
        columns.set(wanted);
        apply(wanted);
        seen.set(count());
    };
    let slide = move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
        choose(event.target().value().parse().ok());
    };
    view! {
        <div class="density" hidden=move || !alive.get()>
            <label class="density-label">
                <span>"Columns"</span>
                <input
                    class="density-range"
                    type="range"
                    min=FEWEST
                    max=MOST
                    step="1"
                    prop:value=move || columns.get().unwrap_or_else(|| seen.get()).to_string()
                    on:input:target=slide
                />
                <output class="density-count">
                    {move || columns.get().unwrap_or_else(|| seen.get()).to_string()}
                </output>
            </label>
            <button
                class="density-auto"
                type="button"
                aria-pressed=move || if columns.get().is_none() { "true" } else { "false" }
                on:click=move |_| choose(None)
            >
                "Automatic"
            </button>
        </div>
    }
}

/// How many columns the wall has right now.
fn count() -> u8 {
    let wall = browser::find(".wall");
    let style = wall.and_then(|wall| browser::window().get_computed_style(&wall).ok().flatten());
    let tracks = style.and_then(|s| s.get_property_value("grid-template-columns").ok());
    tracks
        .map(|tracks| tracks.split(' ').filter(|t| t.ends_with("px")).count() as u8)
        .filter(|n| *n > 0)
        .map_or(USUAL, |n| n.clamp(FEWEST, MOST))
}

fn apply(columns: Option<u8>) {
    let root = browser::document().document_element();
    let style = root.map(|root| root.unchecked_into::<HtmlElement>().style());
    let store = browser::local();
    let text = columns.map(|n| n.to_string());
    if let Some(style) = style {
        let _ = match &text {
            Some(text) => style.set_property("--columns", text),
            None => style.remove_property("--columns").map(drop),
        };
    }
    if let Some(store) = store {
        let _ = match &text {
            Some(text) => store.set_item(KEY, text),
            None => store.remove_item(KEY),
        };
    }
}
