//! The ways in for a photo.

use leptos::prelude::*;

/// A form for a photo, an image address or words; with JavaScript it also takes drops and pastes, shrinks the photo and crops it.
#[island]
pub fn Dropper() -> impl IntoView {
    view! {
        <form class="drop" method="post" action="/search" enctype="multipart/form-data">
            <input class="drop-file" type="file" name="photo" accept="image/*" />
            <button class="drop-go" type="submit">"Find materials"</button>
        </form>
    }
}
