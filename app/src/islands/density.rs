//! How many swatches stand side by side.

use browser::{Store, js};
use leptos::prelude::*;
use web_sys::Element;

use super::awake;

/// Where the choice is kept; the shell reads it before the first paint.
const KEY: &str = "veneer:columns";
/// The range of the slider.
const FEWEST: u8 = 2;
const MOST: u8 = 8;

/// A slider from 2 to 8 columns and a button for "as many as fit"; remembered in this browser.
/// Without JavaScript as many as fit.
#[component]
pub fn Density() -> impl IntoView {
    view! {
        <div class="density" hidden>
            <label class="density-label">
                <span>"Columns"</span>
                <input class="density-range" type="range" min=FEWEST max=MOST step="1" />
                <output class="density-count"></output>
            </label>
            <button class="density-auto" type="button">
                "Automatic"
            </button>
            <DensityAwake />
        </div>
    }
}

#[island]
fn DensityAwake() -> impl IntoView {
    awake(wake)
}

fn wake(density: Element) {
    let kept = Store::Local.read(KEY).and_then(|text| text.parse().ok());
    paint(&density, kept.filter(|n| (FEWEST..=MOST).contains(n)));
    browser::show(&density, true);
    let choose = |density: &Element, columns: Option<u8>| {
        let text = columns.map(|n| n.to_string());
        if let Some(root) = browser::document().document_element() {
            let style = js::get(&root, "style");
            let value = text.as_deref().unwrap_or_default().into();
            let _ = js::call(&style, "setProperty", ["--columns".into(), value]);
        }
        Store::Local.write(KEY, text.as_deref());
        paint(density, columns);
    };
    let own = density.clone();
    browser::listen(&density, "input", move |event| {
        let value = js::text(&js::get(&event, "target"), "value");
        choose(&own, value.and_then(|text| text.parse().ok()));
    });
    let own = density.clone();
    browser::listen(&density, "click", move |event| {
        if browser::on(&event, ".density-auto") {
            choose(&own, None);
        }
    });
}

/// Shows what was chosen, or how many columns there are right now.
fn paint(density: &Element, columns: Option<u8>) {
    let part = |selector| density.query_selector(selector).ok().flatten();
    let text = columns.unwrap_or_else(count).to_string();
    if let Some(range) = part(".density-range") {
        js::set(&range, "value", &*text);
    }
    if let Some(output) = part(".density-count") {
        output.set_text_content(Some(&text));
    }
    if let Some(auto) = part(".density-auto") {
        let pressed = if columns.is_none() { "true" } else { "false" };
        browser::attribute(&auto, "aria-pressed", Some(pressed));
    }
}

/// How many columns the wall has right now.
fn count() -> u8 {
    let tracks = browser::find(".wall")
        .and_then(|wall| js::call(&browser::window(), "getComputedStyle", [wall.into()]).ok())
        .and_then(|style| js::text(&style, "gridTemplateColumns"))
        .unwrap_or_default();
    let count = tracks.split(' ').filter(|t| t.ends_with("px")).count();
    (count as u8).clamp(FEWEST, MOST)
}
