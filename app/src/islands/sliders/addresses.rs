//! What the sliders say, in every address of the page.

use browser::js;
use material::{Leg, Weights};
use wasm_bindgen::JsValue;
use web_sys::Element;

/// Makes every address of the page hold the weights: its own, those of its links, those its forms send.
pub fn keep(sliders: &Element, weights: Weights) {
    let (mut weights, mut usual) = (weights, Weights::default());
    let as_usual = weights == usual;
    let location = js::get(&browser::window(), "location");
    let mut weigh = |parameters: &JsValue| {
        for leg in Leg::ALL {
            let (key, value) = (leg.weight_key(), *weights.slot(leg));
            let _ = if value == *usual.slot(leg) {
                js::call(parameters, "delete", [key.into()])
            } else {
                js::call(parameters, "set", [key.into(), value.to_string().into()])
            };
        }
    };
    let here = js::text(&location, "href").unwrap_or_default();
    if let Ok(url) = js::make("URL", [here.into()]) {
        let parameters = js::get(&url, "searchParams");
        weigh(&parameters);
        let _ = js::call(&parameters, "delete", ["page".into()]);
        browser::readdress(&js::text(&url, "href").unwrap_or_default());
    }
    let path = js::text(&location, "pathname");
    // ways to other weights stay what they are
    for link in browser::find_all("main a[href]:not(.notice-ways a, .weights-usual)") {
        if js::text(&link, "pathname") == path
            && let Some(href) = js::text(&link, "href")
            && let Ok(url) = js::make("URL", [href.into()])
        {
            weigh(&js::get(&url, "searchParams"));
            js::set(&link, "href", js::get(&url, "href"));
        }
    }
    for view in browser::find_all("main [name=view]") {
        let Ok(parameters) = js::make("URLSearchParams", [js::get(&view, "value")]) else {
            continue;
        };
        weigh(&parameters);
        let _ = js::call(&parameters, "delete", ["page".into()]);
        if let Ok(text) = js::call(&parameters, "toString", []) {
            js::set(&view, "value", text);
        }
    }
    if let Ok(Some(link)) = sliders.query_selector(".weights-usual") {
        browser::show(&link, !as_usual);
    }
}
