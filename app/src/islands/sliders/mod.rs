//! What counts, and how much: the wall follows the sliders without asking the server again.

mod addresses;
mod table;
mod wall;

use std::cell::RefCell;

use browser::js;
use leptos::{prelude::*, task::spawn_local};
use material::{Leg, Weights};
use rank::fuse;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::{
    awake,
    glide::{glide, places, swatches},
    tray,
};
use addresses::keep;
use table::Table;

/// Milliseconds in which a swatch goes to its new place.
const GLIDE: u32 = 250;

/// Placed beside the sliders of a filter form. Without JavaScript they wait for the form's button.
#[island]
pub fn Sliders() -> impl IntoView {
    awake(wake)
}

thread_local! {
    static TABLE: RefCell<Option<Table>> = const { RefCell::new(None) };
}

fn wake(sliders: Element) {
    for event in ["pointerenter", "focusin"] {
        let own = sliders.clone();
        browser::listen(&sliders, event, move |_| load(&own, false));
    }
    let own = sliders.clone();
    browser::listen(&sliders, "input", move |event| {
        show_value(&js::get(&event, "target"));
        load(&own, true);
    });
    let own = sliders.clone();
    browser::listen(&sliders, "change", move |event| {
        // the form would go to another page for it
        event.stop_propagation();
        load(&own, true);
        if let Some(first) = swatches().next() {
            let name = first.0.query_selector(".swatch-name").ok().flatten();
            let name = name
                .and_then(|name| name.text_content())
                .unwrap_or_default();
            browser::say(&["First now: ", &name].concat());
        }
    });
}

/// The number beside a slider.
fn show_value(slider: &JsValue) {
    let value = js::text(slider, "value").unwrap_or_default();
    if let Ok(Some(output)) = js::call(slider, "closest", [".weight".into()])
        .unwrap_or_default()
        .unchecked_into::<Element>()
        .query_selector("output")
    {
        output.set_text_content(Some(&value));
    }
}

/// Sees to it that the candidates are there; then orders them, if that is wanted.
fn load(sliders: &Element, order: bool) {
    let Some(centre) = browser::find(".centre") else {
        return;
    };
    // from here on what is out of sight is not laid out: `style/swatch.css`
    browser::attribute(&centre, "data-slides", Some(""));
    let there = TABLE.with_borrow(|table| {
        table
            .as_ref()
            .is_some_and(|table| js::same(&table.centre, &centre))
    });
    if there {
        if order {
            reorder(sliders);
        }
        return;
    }
    // asked once, however often it is wanted before it comes
    if order {
        browser::attribute(sliders, "data-wanted", Some(""));
    }
    if sliders.has_attribute("data-loading") {
        return;
    }
    browser::attribute(sliders, "data-loading", Some(""));
    let own = sliders.clone();
    spawn_local(async move {
        let table = Table::fetch(&own, centre).await;
        let is_there = table.is_some();
        TABLE.set(table);
        browser::attribute(&own, "data-loading", None);
        if own.has_attribute("data-wanted") {
            browser::attribute(&own, "data-wanted", None);
            if is_there {
                reorder(&own);
            } else if let Some(form) = browser::closest(&own, "form") {
                // the long way still leads there
                let _ = js::call(&form, "requestSubmit", []);
            }
        }
    });
}

/// The weights as the sliders stand.
fn weights(sliders: &Element, before: Weights) -> Weights {
    let mut out = before;
    for leg in Leg::ALL {
        let selector = ["[name=", leg.weight_key(), "]"].concat();
        if let Ok(Some(slider)) = sliders.query_selector(&selector)
            && let Some(value) = js::text(&slider, "value").and_then(|text| text.parse().ok())
        {
            *out.slot(leg) = value;
        }
    }
    out
}

/// Brings the wall into the order of the sliders, unless it stands in it already: a slider says both that it
/// moves and that it has been moved.
fn reorder(sliders: &Element) {
    let performance = js::get(&browser::window(), "performance");
    let said = TABLE.with_borrow_mut(|table| {
        let table = table.as_mut()?;
        let weights = weights(sliders, table.settings.weights);
        if weights == table.settings.weights {
            return None;
        }
        table.settings.weights = weights;
        let _ = js::call(&performance, "mark", ["veneer:order".into()]);
        let order = fuse(&table.candidates, &table.settings);
        let marks = ["veneer:rank".into(), "veneer:order".into()];
        let _ = js::call(&performance, "measure", marks);
        let before = places();
        table.lay(&order);
        glide(&before, GLIDE);
        let marks = ["veneer:reorder".into(), "veneer:order".into()];
        let _ = js::call(&performance, "measure", marks);
        Some(weights)
    });
    if let Some(weights) = said {
        tray::refresh();
        keep(sliders, weights);
    }
}
