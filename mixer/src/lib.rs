//! The WebAssembly of the palette page: a palette is put together from a photo that stays on the device, by
//! name and by dragging.
//!
//! The server writes the form, whole (`app/src/components/mixer.rs`); this wakes it. It is a module of its own
//! because no other page needs it.

mod board;
mod light;
mod loupe;
mod mix;
mod paint;
mod pick;
mod strip;

use browser::js;
use material::{Palette, with_share};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use mix::change;

/// Wakes the form of the page that loads it.
#[wasm_bindgen(start)]
pub fn start() {
    if let Some(form) = browser::find(".mix") {
        wake(form);
    }
}

fn wake(form: Element) {
    mix::begin_with(form.clone());
    pick::wake(&form);
    strip::wake(&form);
    browser::listen(&form, "submit", |event| {
        event.prevent_default();
        search();
    });
    browser::listen(&form, "input", |event| {
        if browser::on(&event, ".mix-colour input") {
            let target = js::get(&event, "target");
            let code = js::text(&target, "value").unwrap_or_default();
            change(|mix| mix.recolour(row_of(&target), &code));
        }
    });
    browser::listen(&form, "change", |event| {
        if browser::on(&event, ".mix-share input") {
            let target = js::get(&event, "target");
            let to = js::number(&target, "valueAsNumber");
            change(|mix| {
                // an empty field is no number
                if !to.is_nan() {
                    let to = to.clamp(0.0, 100.0) as u8;
                    mix.set_shares(with_share(&mix.shares(), row_of(&target), to));
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
            Some("mix-white") => light::ask_for_white(),
            Some("mix-undo") => light::undo_white(),
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

/// The row that a part of the form stands in.
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
