//! Filters that act as soon as they are chosen.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement,
};

use crate::browser;

/// On smaller windows the filters are a sheet that a new page would close; its button stays.
const WIDE: &str = "(min-width: 72rem)";
/// Where the place in the page waits while the next page loads.
const KEY: &str = "veneer:filter";

/// Placed inside a filter form: on wide windows it submits on every change and hides the button.
#[island]
pub fn AutoSubmit() -> impl IntoView {
    let place = NodeRef::<leptos::html::Span>::new();
    Effect::new(move || {
        let form = place
            .get()
            .and_then(|span| span.closest("form").ok().flatten())
            .and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        if let Some(form) = form {
            come_back();
            start(form);
        }
    });
    view! { <span class="auto-submit" node_ref=place hidden></span> }
}

fn start(form: HtmlFormElement) {
    let Some(wide) = browser::window().match_media(WIDE).ok().flatten() else {
        return;
    };
    let hide = {
        let (form, wide) = (form.clone(), wide.clone());
        move || {
            if let Ok(Some(button)) = form.query_selector(".filters-go") {
                button
                    .unchecked_into::<HtmlElement>()
                    .set_hidden(wide.matches());
            }
        }
    };
    hide();
    browser::listen(&wide.clone(), "change", move |_: Event| hide());
    // On the document: fields may belong to the form without standing in it.
    browser::listen(&browser::document(), "change", move |event: Event| {
        let Some(field) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
            return;
        };
        // Only the attribute `form` is common to all kinds of fields.
        let owner = js_sys::Reflect::get(&field, &"form".into());
        if wide.matches() && owner.is_ok_and(|owner| &owner == JsCast::unchecked_ref::<JsValue>(&form)) {
            remember(&field);
            let _ = form.request_submit();
        }
    });
}

/// Notes which field was used and how far the page was scrolled.
fn remember(field: &Element) {
    let input = field.unchecked_ref::<HtmlInputElement>();
    let scrolled = browser::window().scroll_y().unwrap_or_default() as u32;
    let place = [
        &scrolled.to_string(),
        "\n",
        &field.get_attribute("name").unwrap_or_default(),
        "\n",
        // what was typed into a field of text is not its identity
        &if matches!(input.type_().as_str(), "checkbox" | "radio") {
            input.value()
        } else {
            String::new()
        },
    ]
    .concat();
    if let Some(store) = browser::session() {
        let _ = store.set_item(KEY, &place);
    }
}

/// Whoever goes through filters by keyboard goes on where they were.
fn come_back() {
    let Some(store) = browser::session() else {
        return;
    };
    let Some(place) = store.get_item(KEY).ok().flatten() else {
        return;
    };
    let _ = store.remove_item(KEY);
    let mut parts = place.splitn(3, '\n');
    let (Some(scrolled), Some(name), Some(value)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let field = browser::find_all("input, select").into_iter().find(|field| {
        field.get_attribute("name").as_deref() == Some(name)
            && (value.is_empty() || field.unchecked_ref::<HtmlInputElement>().value() == value)
    });
    if let Some(field) = field {
        // a closed group would swallow the focus
        if let Ok(Some(group)) = field.closest("details") {
            let _ = group.set_attribute("open", "");
        }
        browser::focus(&field);
    }
    browser::window().scroll_to_with_x_and_y(0.0, scrolled.parse().unwrap_or_default());
}
