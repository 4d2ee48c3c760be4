//! Makes the form show the mix.

use browser::{attribute, js, show};
use material::{Palette, lrv, parse_hex, trade_name};
use web_sys::Element;

use crate::mix::Mix;

/// Shows everything as it is now.
pub fn paint(mix: &Mix) {
    let Some(form) = &mix.form else {
        return;
    };
    let all = |selector: &str| -> Vec<Element> {
        js::call(form, "querySelectorAll", [selector.into()])
            .map(|list| {
                js::items(&list)
                    .map(wasm_bindgen::JsCast::unchecked_into)
                    .collect()
            })
            .unwrap_or_default()
    };
    let one = |selector: &str| form.query_selector(selector).ok().flatten();
    let full = mix.picks.len() >= Palette::MOST;
    let any = !mix.picks.is_empty();

    let mut reflected = 0.0;
    let mut before = 0u32;
    let segments = all(".mix-segment");
    let borders = all(".mix-border");
    for (i, row) in all(".mix-row").iter().enumerate() {
        let pick = mix.picks.get(i);
        show(row, pick.is_some());
        let part = |selector: &str| row.query_selector(selector).ok().flatten();
        for input in ["[name=palette]", "[name=share]"] {
            if let Some(input) = part(input) {
                js::set(&input, "disabled", pick.is_none());
            }
        }
        if let Some(segment) = segments.get(i) {
            show(segment, pick.is_some());
        }
        if let Some(border) = borders.get(i) {
            show(border, i + 1 < mix.picks.len());
        }
        let Some(pick) = pick else {
            continue;
        };
        let lab = parse_hex(&pick.code).unwrap_or_default();
        let light = lrv(lab);
        reflected += light * f32::from(pick.share) / 100.0;
        before += u32::from(pick.share);
        let share = pick.share.to_string();
        if let Some(input) = part("[name=palette]") {
            js::set(&input, "value", &*pick.code);
        }
        if let Some(input) = part("[name=share]") {
            js::set(&input, "value", &*share);
        }
        text(
            part(".mix-name"),
            &[trade_name(lab), " ", &pick.code].concat(),
        );
        text(part(".mix-light"), &["LRV ", &whole(light)].concat());
        if let Some(button) = part(".mix-remove") {
            show(&button, true);
        }
        if let Some(segment) = segments.get(i) {
            let style = js::get(segment, "style");
            js::set(&style, "background", &*pick.code);
            js::set(&style, "flexGrow", &*share);
        }
        if let Some(border) = borders.get(i) {
            js::set(
                &js::get(border, "style"),
                "left",
                [&before.to_string(), "%"].concat(),
            );
        }
    }
    for (selector, shown) in [
        (".mix-strip", any),
        (".mix-whole", any),
        (".mix-add", !full),
    ] {
        if let Some(element) = one(selector) {
            show(&element, shown);
        }
    }
    text(one(".mix-lrv"), &whole(reflected));
    text(one(".mix-error"), mix.error.as_deref().unwrap_or_default());
    if let Some(go) = one(".mix-go") {
        attribute(&go, "aria-disabled", (!any).then_some("true"));
    }
    attribute(form, "data-awake", Some(""));
    keep(mix.address());
}

/// The page's own address holds the mix, so that the way back and a reload find it.
fn keep(palette: Option<String>) {
    let address = match palette {
        Some(palette) => ["/palette?palette=", &palette].concat(),
        None => "/palette".to_owned(),
    };
    browser::readdress(&address);
}

fn text(element: Option<Element>, words: &str) {
    // the same text once more would be read out once more
    if let Some(element) = element
        && element.text_content().as_deref() != Some(words)
    {
        element.set_text_content(Some(words));
    }
}

/// A light reflectance value as people write it.
pub fn whole(value: f32) -> String {
    (value.round() as u32).to_string()
}
