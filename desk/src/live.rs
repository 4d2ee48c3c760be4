//! Jobs as they go on: the server tells, and what changes is written where it stands.

use browser::js;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget};

/// Follows the jobs of a list.
pub fn wake(list: &Element) {
    let Some(address) = list.get_attribute("data-live") else {
        return;
    };
    let Ok(source) = js::make("EventSource", [address.into()]) else {
        return;
    };
    let (target, own) = (source.clone(), list.clone());
    browser::listen(
        target.unchecked_ref::<EventTarget>(),
        "jobs",
        move |event| {
            let text = js::get(&event, "data");
            let json = js::get(&js_sys::global(), "JSON");
            if let Ok(jobs) = js::call(&json, "parse", [text]) {
                told(&own, &source, &jobs);
            }
        },
    );
}

/// Writes what changed. Another state has other buttons, and a job that is new has no place yet: the page is loaded
/// anew then.
fn told(list: &Element, source: &JsValue, jobs: &JsValue) {
    let shown = browser::find_all("[data-job]");
    let newest = shown.first().and_then(number);
    for job in js::items(jobs) {
        let id = js::number(&job, "id");
        let Some(row) = shown.iter().find(|row| number(row) == Some(id)) else {
            // Older ones are on another page.
            if newest.is_none_or(|newest| id > newest) && first_page() {
                return anew(source);
            }
            continue;
        };
        let state = js::text(&job, "state").unwrap_or_default();
        if row.get_attribute("data-state").as_deref() != Some(state.as_str()) {
            return anew(source);
        }
        if let Ok(Some(bar)) = row.query_selector("progress") {
            js::set(&bar, "max", js::number(&job, "total"));
            js::set(&bar, "value", js::number(&job, "done"));
        }
        if let Ok(Some(line)) = row.query_selector(".desk-line") {
            line.set_text_content(js::text(&job, "line").as_deref());
        }
        // Of a single job that rests nothing more is told; asking again and again would be in vain.
        let rests = !matches!(state.as_str(), "waiting" | "running");
        if rests && js::number(jobs, "length") == 1.0 && !follows_all(list) {
            let _ = js::call(source, "close", []);
        }
    }
    browser::attribute(list, "data-awake", Some(""));
}

fn number(row: &Element) -> Option<f64> {
    row.get_attribute("data-job")?.parse().ok()
}

fn follows_all(list: &Element) -> bool {
    list.get_attribute("data-live").as_deref() == Some("/admin/jobs/events")
}

fn first_page() -> bool {
    let location = js::get(&browser::window(), "location");
    js::text(&location, "search").is_none_or(|search| search.is_empty())
}

fn anew(source: &JsValue) {
    let _ = js::call(source, "close", []);
    crate::reload();
}
