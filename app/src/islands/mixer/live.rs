//! What moves in the mixer.

use leptos::{prelude::*, task::spawn_local};
use material::{with_border, with_share};
use web_sys::{Element, Event};

use super::{board, mix, mix::change};
use crate::{
    browser::{self, js},
    islands::awake,
};

#[island]
pub fn MixerAwake() -> impl IntoView {
    awake(wake)
}

fn wake(form: Element) {
    mix::begin_with(form.clone());
    board::wake(&form);
    borders(&form);
    browser::listen(&form, "submit", |event| {
        event.prevent_default();
        search();
    });
    browser::listen(&form, "input", |event| {
        if browser::on(&event, ".mix-colour input") {
            let (at, value) = field(&event);
            change(|mix| mix.recolour(at, &value.unwrap_or_default()));
        }
    });
    browser::listen(&form, "change", |event| {
        if browser::on(&event, ".mix-share input") {
            let (at, value) = field(&event);
            let to = value.and_then(|text| text.parse::<f64>().ok());
            change(|mix| {
                if let Some(to) = to {
                    mix.set_shares(with_share(&mix.shares(), at, to.clamp(0.0, 100.0) as u8));
                }
            });
        } else if browser::on(&event, ".mix-file") {
            let input = js::get(&event, "target");
            if let Some(file) = js::items(&js::get(&input, "files")).next() {
                spawn_local(board::take(file));
            }
            // the same file may be chosen once more
            js::set(&input, "value", "");
        }
    });
    browser::listen(&form, "click", |event| {
        let Some(button) = browser::closest(&js::get(&event, "target"), "button") else {
            return;
        };
        let names = js::text(&button, "className").unwrap_or_default();
        match names.split(' ').next_back() {
            Some("mix-remove") => take_off(row_of(&button)),
            Some("mix-add-go") => add_called(),
            Some("mix-main") => board::main_colours(),
            Some("mix-white") => board::ask_for_white(),
            Some("mix-undo") => board::undo_white(),
            _ => {}
        }
    });
    browser::listen(&form, "keydown", |event| {
        if browser::on(&event, ".mix-called") && js::text(&event, "key").as_deref() == Some("Enter")
        {
            event.prevent_default();
            add_called();
        }
    });
}

/// The row an event came from, and what its field holds.
fn field(event: &Event) -> (usize, Option<String>) {
    let target = js::get(event, "target");
    (row_of(&target), js::text(&target, "value"))
}

fn row_of(element: &wasm_bindgen::JsValue) -> usize {
    browser::closest(element, ".mix-row")
        .and_then(|row| row.get_attribute("data-n")?.parse().ok())
        .unwrap_or_default()
}

fn take_off(at: usize) {
    change(|mix| mix.remove(at));
    // the button has gone with its row, and the focus with the button
    if let Some(next) = browser::find(".mix-called") {
        browser::focus(&next);
    }
}

/// Adds what stands in the field for names.
fn add_called() {
    let Some(input) = browser::find(".mix-called") else {
        return;
    };
    let called = js::text(&input, "value").unwrap_or_default();
    if called.trim().is_empty() {
        return;
    }
    match Palette::parse(&called) {
        Ok(one) => {
            change(|mix| {
                for part in one.parts() {
                    mix.add(part.code(), None);
                }
            });
            js::set(&input, "value", "");
        }
        Err(error) => change(|mix| mix.error = Some(error.to_string())),
    }
}

/// Goes to what is found by the palette; its address says all there is to say.
fn search() {
    let address = change(|mix| {
        let palette = mix.address();
        if palette.is_none() {
            mix.error =
                Some("Add a colour first: from a photo, by its name or by its code.".to_owned());
        }
        palette
    });
    if let Some(palette) = address {
        let location = js::get(&browser::window(), "location");
        let url = ["/library?palette=", &palette].concat();
        let _ = js::call(&location, "assign", [url.into()]);
    }
}

/// The borders between the colours of the strip follow the pointer.
fn borders(form: &Element) {
    let Ok(Some(strip)) = form.query_selector(".mix-strip") else {
        return;
    };
    let held = std::rc::Rc::new(std::cell::Cell::new(None::<usize>));
    let (own, hold) = (strip.clone(), held.clone());
    browser::listen(&strip, "pointerdown", move |event| {
        let target = js::get(&event, "target");
        let borders = browser::find_all(".mix-border");
        hold.set(borders.iter().position(|border| js::same(&target, border)));
        if hold.get().is_some() {
            event.prevent_default();
            let _ = js::call(&own, "setPointerCapture", [js::get(&event, "pointerId")]);
        }
    });
    let (own, hold) = (strip.clone(), held.clone());
    browser::listen(&strip, "pointermove", move |event| {
        let Some(border) = hold.get() else {
            return;
        };
        let bounds = js::call(&own, "getBoundingClientRect", []).unwrap_or_default();
        let along = (js::number(&event, "clientX") - js::number(&bounds, "left"))
            / js::number(&bounds, "width").max(1.0);
        let to = (along * 100.0).round().clamp(0.0, 100.0) as u8;
        change(|mix| mix.set_shares(with_border(&mix.shares(), border, to)));
    });
    for name in ["pointerup", "pointercancel"] {
        let hold = held.clone();
        browser::listen(&strip, name, move |_| hold.set(None));
    }
}
