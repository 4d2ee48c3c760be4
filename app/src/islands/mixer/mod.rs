//! A palette put together: from a photo, by name, by code, with shares.

mod board;
mod loupe;
mod mix;
mod paint;

use leptos::{prelude::*, task::spawn_local};
use material::{Palette, hex, lrv, trade_name, with_border, with_share};
use web_sys::{Element, Event};

use super::awake;
use crate::browser::{self, js};
use mix::change;

/// What stands in a field of colour that was not used.
const BLANK: &str = "#b3a999";

/// A form for up to five colours and their shares, which is whole without JavaScript. With it, colours are
/// picked from a photo that stays on the device, found by name, and their shares dragged.
#[component]
pub fn Mixer(
    /// What it starts with.
    palette: Option<Palette>,
    /// Names to choose from.
    names: Vec<&'static str>,
) -> impl IntoView {
    let fresh = palette.is_none().then_some("");
    let rows: Vec<_> = (0..Palette::MOST)
        .map(|i| row(i, palette.as_ref()))
        .collect();
    let spans = (0..Palette::MOST).map(|_| view! { <span class="mix-segment"></span> });
    let borders = (1..Palette::MOST).map(|_| view! { <span class="mix-border"></span> });
    let options = names
        .into_iter()
        .map(|name| view! { <option value=name></option> });
    view! {
        <form class="mix" method="get" action="/library" data-fresh=fresh>
            {photo()}
            <div class="mix-colours">
                <div class="mix-strip" aria-hidden="true" hidden>
                    {spans.collect_view()}
                    {borders.collect_view()}
                </div>
                <ol class="mix-rows">{rows}</ol>
                <div class="mix-add" hidden>
                    <label class="mix-add-field">
                        <span>"Add a colour by name or code"</span>
                        <input
                            class="field mix-called"
                            type="text"
                            list="colour-names"
                            maxlength="60"
                            autocomplete="off"
                            autocapitalize="off"
                            spellcheck="false"
                            placeholder="sage, light oak grey, #c8b59a"
                        />
                    </label>
                    <datalist id="colour-names">{options.collect_view()}</datalist>
                    <button class="button mix-add-go" type="button">
                        "Add"
                    </button>
                </div>
                <p class="mix-whole" hidden>
                    "Light reflectance of the whole: "
                    <output class="mix-lrv"></output>
                </p>
                <p class="mix-error" role="alert"></p>
                <p class="mix-said visually-hidden" role="status"></p>
                <div class="mix-actions">
                    <button class="button button-main mix-go" type="submit">
                        "Find materials"
                    </button>
                </div>
            </div>
            <MixerAwake />
        </form>
    }
}

/// One colour: its field, its name, its share.
fn row(i: usize, palette: Option<&Palette>) -> AnyView {
    let part = palette.and_then(|palette| palette.parts().get(i));
    let code = part.map_or(BLANK, |part| part.code()).to_owned();
    let share = match (part, palette) {
        (Some(part), _) => part.share().to_string(),
        // Something is asked even if nobody touches the form.
        (None, None) if i == 0 => "100".to_owned(),
        (None, _) => String::new(),
    };
    let (name, light) = part.map_or_else(Default::default, |part| {
        let lab = part.lab();
        (
            [trade_name(lab), " ", &hex(lab)].concat(),
            format!("LRV {:.0}", lrv(lab)),
        )
    });
    let n = (i + 1).to_string();
    view! {
        <li class="mix-row" data-n=i.to_string()>
            <label class="mix-colour">
                <span class="visually-hidden">"Colour " {n.clone()}</span>
                <input type="color" name="palette" value=code />
            </label>
            <span class="mix-words">
                <span class="mix-name">{name}</span>
                <span class="mix-light">{light}</span>
            </span>
            <label class="mix-share">
                <span class="visually-hidden">"Share of colour " {n.clone()} ", per cent"</span>
                <input
                    class="field"
                    type="number"
                    name="share"
                    min="0"
                    max="100"
                    step="1"
                    inputmode="numeric"
                    value=share
                />
                <span aria-hidden="true">"%"</span>
            </label>
            <button class="mix-remove" type="button" hidden>
                <span class="visually-hidden">"Take off colour " {n}</span>
                <svg class="chip-x" viewBox="0 0 12 12" aria-hidden="true">
                    <path d="m3 3 6 6M9 3 3 9" />
                </svg>
            </button>
        </li>
    }
    .into_any()
}

/// The photo to pick from. Of no use without JavaScript, so it waits for it.
fn photo() -> impl IntoView {
    view! {
        <section class="mix-photo" aria-label="Colours from a photo" hidden>
            <div class="mix-tools">
                <label class="button mix-choose">
                    <input class="mix-file" type="file" accept="image/*,.heic,.heif" />
                    <span>"Take colours from a photo"</span>
                </label>
                <button class="button mix-main" type="button" hidden>
                    "Its main colours"
                </button>
                <button class="button mix-white" type="button" aria-pressed="false" hidden>
                    "This is white paper"
                </button>
                <button class="button mix-undo" type="button" hidden>
                    "Undo the correction"
                </button>
            </div>
            <p class="note mix-note">"The photo stays on this device."</p>
            <div class="mix-stage" hidden>
                <canvas
                    class="mix-canvas"
                    tabindex="0"
                    role="application"
                    aria-label="Your photo, to pick colours from"
                    aria-describedby="mix-help"
                ></canvas>
                <div class="mix-loupe" aria-hidden="true" hidden>
                    <canvas width="136" height="136"></canvas>
                    <span class="mix-loupe-name"></span>
                </div>
            </div>
            <p id="mix-help" class="note mix-help" hidden>
                "Click to pick a colour. By keyboard: arrows move, with Shift further, Enter picks."
            </p>
            <div class="mix-pair" hidden>
                <figure>
                    <canvas class="mix-was"></canvas>
                    <figcaption>"As it was taken"</figcaption>
                </figure>
                <figure>
                    <canvas class="mix-is"></canvas>
                    <figcaption>"Under daylight"</figcaption>
                </figure>
            </div>
        </section>
    }
}

#[island]
fn MixerAwake() -> impl IntoView {
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
