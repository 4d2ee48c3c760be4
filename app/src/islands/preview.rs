//! The guest's own photo beside its results.

use browser::Store;
use leptos::prelude::*;
use material::Token;
use web_sys::Element;

use super::awake;

/// The key under which the dropper leaves a small copy in this tab.
pub(super) fn key(id: &str) -> String {
    ["veneer:photo:", id].concat()
}

/// Shows the photo of search `id` if this tab sent it; the server never keeps it.
#[component]
pub fn PhotoPreview(
    /// The search.
    id: Token,
) -> impl IntoView {
    view! {
        <div class="photo-preview" data-search=id.to_string()>
            <figure class="photo-preview-figure" hidden>
                <img class="photo-preview-image" alt="Your photo" />
                <figcaption>"Your photo. It stays in this tab."</figcaption>
            </figure>
            <PhotoAwake />
        </div>
    }
}

#[island]
fn PhotoAwake() -> impl IntoView {
    awake(wake)
}

fn wake(preview: Element) {
    let id = preview.get_attribute("data-search").unwrap_or_default();
    let part = |selector| preview.query_selector(selector).ok().flatten();
    if let (Some(photo), Some(figure), Some(image)) =
        (Store::Session.read(&key(&id)), part("figure"), part("img"))
    {
        browser::attribute(&image, "src", Some(&photo));
        browser::show(&figure, true);
    }
}
