//! What a vision model says joins results that are on the page already.

use browser::js;
use gloo_net::{eventsource::futures::EventSource, http::Request};
use leptos::{prelude::*, task::spawn_local};
use material::Token;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::{
    awake,
    glide::{glide, places},
    tray,
};

/// The parts of the page that may read differently afterwards.
const PARTS: [&str; 4] = [".from-says", ".seen", ".centre", ".results-count"];
/// Milliseconds in which a swatch goes to its new place.
const GLIDE: u32 = 700;

/// Says that a vision model is looking at the photo; when it is done, what it saw takes its place and
/// the swatches glide into their new order. Without JavaScript the page says to load it again.
#[component]
pub fn Joins(
    /// The search.
    id: Token,
) -> impl IntoView {
    view! {
        <div class="joins" data-search=id.to_string()>
            <p class="joins-says" role="status">
                <span class="joins-wait" aria-hidden="true"></span>
                "A vision model is looking at your photo. Its answer will join in."
            </p>
            <noscript>
                <p class="note">"Load the page again in a few seconds to see it."</p>
            </noscript>
            <JoinsAwake />
        </div>
    }
}

#[island]
fn JoinsAwake() -> impl IntoView {
    awake(wake)
}

fn wake(place: Element) {
    let Some(id) = place.get_attribute("data-search") else {
        return;
    };
    spawn_local(async move {
        let sentence = match join(&id).await {
            Some(sentence) => sentence,
            None => "The vision model's answer did not arrive. Load the page again to look for it."
                .to_owned(),
        };
        // the page's own region: this one may be gone by now
        browser::say(&sentence);
        if let Ok(Some(said)) = place.query_selector(".joins-says") {
            said.set_text_content(Some(&sentence));
        }
        browser::attribute(&place, "data-done", Some(""));
    });
}

/// Waits for the answer, puts it in, and says what came of it; nothing when the server cannot be reached.
async fn join(id: &str) -> Option<String> {
    let address = ["/s/", id, "/described"].concat();
    let mut events = EventSource::new(&address).ok()?;
    let mut told = events.subscribe("described").ok()?;
    // the first item of the stream, or that there will be none
    let first = std::future::poll_fn(|waker| {
        use futures::Stream;
        std::pin::Pin::new(&mut told).poll_next(waker)
    });
    first.await?.ok()?;
    events.close();
    let here = js::text(&js::get(&browser::window(), "location"), "href")?;
    let page = Request::get(&here).send().await.ok()?;
    if !page.ok() {
        return None;
    }
    let text = page.text().await.ok()?;
    let parser = js::make("DOMParser", []).ok()?;
    let arrived = js::call(
        &parser,
        "parseFromString",
        [text.into(), "text/html".into()],
    )
    .ok()?;
    let before = places();
    for part in PARTS {
        replace(part, &arrived);
    }
    let moved = glide(&before, GLIDE);
    tray::refresh();
    let said = browser::find(".from-says").and_then(|says| says.text_content());
    let moves = match moved {
        0 => "The order stays as it was.".to_owned(),
        1 => "One result moved.".to_owned(),
        n => [n.to_string().as_str(), " results moved."].concat(),
    };
    Some([said.unwrap_or_default().as_str(), " ", &moves].concat())
}

/// Puts the arrived part where the old one is. A part that is only in one of the two goes, or comes in at
/// the end of what the photo shows.
fn replace(part: &str, arrived: &JsValue) {
    let new = js::call(arrived, "querySelector", [part.into()]).unwrap_or(JsValue::NULL);
    match (browser::find(part), new.is_truthy()) {
        (Some(old), true) => {
            let _ = js::call(&old, "replaceWith", [new]);
        }
        (Some(old), false) => old.remove(),
        (None, true) => {
            if let Some(from) = browser::find(".from") {
                let _ = js::call(&from, "append", [new]);
            }
        }
        (None, false) => {}
    }
}
