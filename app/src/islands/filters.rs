//! Filters that act as soon as they are chosen.

use browser::{Store, js};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::awake;

/// On smaller windows the filters are a sheet that a new page would close; its button stays.
const WIDE: &str = "(min-width: 72rem)";
/// Where the place in the page waits while the next page loads.
const KEY: &str = "veneer:filter";

/// Placed inside a filter form: on wide windows it submits on every change and hides the button.
#[island]
pub fn AutoSubmit() -> impl IntoView {
    awake(wake)
}

fn wake(inside: Element) {
    let Some(form) = browser::closest(&inside, "form") else {
        return;
    };
    come_back();
    let Ok(wide) = js::call(&browser::window(), "matchMedia", [WIDE.into()]) else {
        return;
    };
    let hide = {
        let (form, wide) = (form.clone(), wide.clone());
        move || {
            if let Ok(Some(button)) = form.query_selector(".filters-go") {
                browser::show(&button, !js::truth(&wide, "matches"));
            }
        }
    };
    hide();
    let target = wide.clone().into();
    browser::listen(&target, "change", move |_| hide());
    browser::listen(&browser::window(), "pageshow", {
        let form = form.clone();
        move |event| {
            // gone back to as it was left: what was chosen last belongs to the page after it
            if js::truth(&event, "persisted") {
                for field in chosen_since(&form) {
                    js::set(&field, "checked", js::get(&field, "defaultChecked"));
                }
            }
        }
    });
    // chosen before anybody listened
    if js::truth(&wide, "matches") && chosen_since(&form).next().is_some() {
        let _ = js::call(&form, "requestSubmit", []);
    }
    // On the document: fields may belong to the form without standing in it.
    browser::listen(&browser::document(), "change", move |event| {
        let field = js::get(&event, "target");
        // Words are sent by Enter: on leaving the field a new page would take away what one goes to.
        let is_words = js::text(&field, "type").as_deref() == Some("search");
        let is_ours = js::same(&js::get(&field, "form"), &form);
        if is_ours && !is_words && js::truth(&wide, "matches") {
            remember(&field.into());
            let _ = js::call(&form, "requestSubmit", []);
        }
    });
}

/// The boxes that are no longer as the page came.
fn chosen_since(form: &Element) -> impl Iterator<Item = JsValue> + use<> {
    let fields = js::get(form, "elements");
    js::items(&fields)
        .filter(|field| js::truth(field, "checked") != js::truth(field, "defaultChecked"))
}

/// Notes which field was used and how far the page was scrolled.
fn remember(field: &Element) {
    let scrolled = js::number(&browser::window(), "scrollY") as u32;
    let kind = js::text(field, "type").unwrap_or_default();
    // what was typed into a field of text is not its identity
    let value = if matches!(kind.as_str(), "checkbox" | "radio") {
        js::text(field, "value")
    } else {
        None
    };
    let place = [
        &scrolled.to_string(),
        "\n",
        &js::text(field, "name").unwrap_or_default(),
        "\n",
        &value.unwrap_or_default(),
    ];
    Store::Session.write(KEY, Some(&place.concat()));
}

/// Whoever goes through filters by keyboard goes on where they were.
fn come_back() {
    let Some(place) = Store::Session.read(KEY) else {
        return;
    };
    Store::Session.write(KEY, None);
    let mut parts = place.splitn(3, '\n');
    let (Some(scrolled), Some(name), Some(value)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let field = browser::find_all("input, select")
        .into_iter()
        .find(|field| {
            js::text(field, "name").as_deref() == Some(name)
                && (value.is_empty() || js::text(field, "value").as_deref() == Some(value))
        });
    if let Some(field) = field {
        // a closed group would swallow the focus
        if let Some(group) = browser::closest(&field, "details") {
            browser::attribute(&group, "open", Some(""));
        }
        browser::focus(&field);
    }
    let down = scrolled.parse::<u32>().unwrap_or_default();
    let _ = js::call(&browser::window(), "scrollTo", [0.into(), down.into()]);
}
