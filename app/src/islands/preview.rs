//! The guest's own photo beside its results.

use leptos::prelude::*;
use material::Token;

use crate::browser;

/// The key under which the dropper leaves a small copy in this tab.
pub(super) fn key(id: &str) -> String {
    ["veneer:photo:", id].concat()
}

/// Shows the photo of search `id` if this tab sent it; the server never keeps it.
#[island]
pub fn PhotoPreview(
    /// The search.
    id: Token,
) -> impl IntoView {
    let photo = RwSignal::new(None::<String>);
    Effect::new(move || {
        let store = browser::session();
        photo.set(store.and_then(|store| store.get_item(&key(id.as_str())).ok().flatten()));
    });
    view! {
        <div class="photo-preview">
            {move || {
                photo
                    .get()
                    .map(|photo| {
                        view! {
                            <figure class="photo-preview-figure">
                                <img class="photo-preview-image" src=photo alt="Your photo" />
                                <figcaption>"Your photo. It stays in this tab."</figcaption>
                            </figure>
                        }
                    })
            }}
        </div>
    }
}
