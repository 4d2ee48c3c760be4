//! The parts of a page that come alive in the browser. Every page works without them.
//!
//! Each is written by the server as plain HTML, whole, by a component. Inside stands an island
//! without properties of its own, whose only task is to wake what stands around it: the module
//! that a browser loads then holds no markup, and stays small.

mod density;
mod dropper;
mod filters;
mod glide;
mod joins;
mod keys;
mod preview;
mod share;
mod sliders;
mod theme;
mod tray;

use leptos::{html::Span, prelude::*};
use web_sys::Element;

pub use density::Density;
pub use dropper::{Dropper, Onto};
pub use filters::AutoSubmit;
pub use joins::Joins;
pub use keys::Keys;
pub use preview::PhotoPreview;
pub use share::ShareButton;
pub use sliders::Sliders;
pub use theme::ThemeSwitch;
pub use tray::Tray;

/// A place without any look; in the browser `wake` gets the element it stands in.
fn awake(wake: fn(Element)) -> impl IntoView {
    let place = NodeRef::<Span>::new();
    Effect::new(move || {
        // the island's own element lies between
        let around = place
            .get()
            .and_then(|span| span.parent_element())
            .and_then(|island| island.parent_element());
        if let Some(around) = around {
            wake(around);
        }
    });
    view! { <span hidden node_ref=place></span> }
}
