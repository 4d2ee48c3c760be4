//! The preview with the crop on it, by mouse, touch and keyboard.

use leptos::{ev, html, prelude::*};

use super::{
    crop::{Grip, Rectangle},
    desk::Desk,
};
use crate::browser;

/// How near an edge a pointer takes hold of it, in CSS pixels; a finger is wide.
const REACH: f64 = 20.0;
/// Less movement than this is a click, in CSS pixels.
const CLICK: f64 = 4.0;

/// A pointer that is down on the picture.
#[derive(Debug, Clone, Copy)]
struct Hold {
    grip: Grip,
    start: (f64, f64),
    moved: bool,
}

/// The photo, its crop rectangle and the buttons for it.
#[component]
pub fn CropStage(desk: Desk, search: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let stage = NodeRef::<html::Div>::new();
    let crop_box = NodeRef::<html::Div>::new();
    let hold = RwSignal::new(None::<Hold>);
    let spoken = RwSignal::new(String::new());

    // Fractions of the picture, and how much of it a CSS pixel is.
    let place = move |event: &ev::PointerEvent| {
        let bounds = stage.get_untracked()?.get_bounding_client_rect();
        let (width, height) = (bounds.width().max(1.0), bounds.height().max(1.0));
        let x = (f64::from(event.client_x()) - bounds.left()) / width;
        let y = (f64::from(event.client_y()) - bounds.top()) / height;
        Some((x, y, REACH / width, REACH / height))
    };
    let down = move |event: ev::PointerEvent| {
        // A finger on a picture without a rectangle scrolls the page.
        let scrolls = event.pointer_type() == "touch" && desk.crop.with_untracked(Option::is_none);
        if event.button() != 0 || scrolls || desk.stage.get_untracked().is_work() {
            return;
        }
        if let (Some((x, y, across, down)), Some(stage)) = (place(&event), stage.get_untracked()) {
            event.prevent_default();
            let _ = stage.set_pointer_capture(event.pointer_id());
            hold.set(Some(Hold {
                grip: Rectangle::grip(desk.crop.get_untracked(), x, y, (across, down)),
                start: (f64::from(event.client_x()), f64::from(event.client_y())),
                moved: false,
            }));
        }
    };
    let drag = move |event: ev::PointerEvent| {
        let (Some(mut held), Some((x, y, ..))) = (hold.get_untracked(), place(&event)) else {
            return;
        };
        if !held.moved {
            let dx = f64::from(event.client_x()) - held.start.0;
            let dy = f64::from(event.client_y()) - held.start.1;
            held.moved = dx.abs().max(dy.abs()) >= CLICK;
            hold.set(Some(held));
        }
        if held.moved {
            let now = Rectangle::drag(desk.crop.get_untracked(), held.grip, x, y);
            desk.crop.set(Some(now));
        }
    };
    let up = move |_: ev::PointerEvent| {
        if hold.get_untracked().is_some_and(|held| held.moved) {
            if let Some(crop) = desk.crop.get_untracked() {
                spoken.set(crop.spoken());
            }
            // the arrow keys go on from here
            if let Some(crop_box) = crop_box.get_untracked() {
                browser::focus(&crop_box);
            }
        }
        hold.set(None);
    };
    let whole = move || {
        desk.crop.set(None);
        spoken.set("The whole photo".to_owned());
        if let Some(go) = browser::find(".drop-go") {
            browser::focus(&go);
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        let Some(crop) = desk.crop.get_untracked() else {
            return;
        };
        let key = event.key();
        match key.as_str() {
            "Enter" => search(),
            "Escape" => whole(),
            key => match crop.arrow(key, event.shift_key()) {
                Some(next) => {
                    desk.crop.set(Some(next));
                    spoken.set(next.spoken());
                }
                None => return,
            },
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let handles = ["nw", "n", "ne", "e", "se", "s", "sw", "w"]
        .map(|side| view! { <span class=["crop-handle crop-", side].concat()></span> });
    let no_crop = move || desk.crop.with(Option::is_none);
    let shown = desk.shown;

    view! {
        <div
            class="crop-stage"
            class:crop-active=move || !no_crop()
            node_ref=stage
            on:pointerdown=down
            on:pointermove=drag
            on:pointerup=up
            on:pointercancel=up
        >
            <img
                class="drop-preview"
                alt="Your photo"
                draggable="false"
                src=move || shown.with(|s| s.as_ref().map(|s| s.address.clone()))
                width=move || shown.with(|s| s.as_ref().map(|s| s.width))
                height=move || shown.with(|s| s.as_ref().map(|s| s.height))
            />
            <div
                class="crop-box"
                role="application"
                aria-label="Crop"
                aria-describedby="crop-help"
                tabindex="0"
                node_ref=crop_box
                hidden=no_crop
                style=move || desk.crop.get().map(style)
                on:keydown=key
            >
                {handles.into_iter().collect_view()}
            </div>
        </div>
        <p id="crop-help" class="visually-hidden">
            "Arrow keys move the rectangle, with Shift they resize it. Enter searches, Escape takes the whole photo."
        </p>
        <p class="crop-said visually-hidden" role="status">
            {move || spoken.get()}
        </p>
        <div class="crop-tools">
            <button class="crop-open" type="button" hidden=move || !no_crop() || shown.with(Option::is_none) on:click=move |_| {
                desk.open_crop();
                spoken.set(Rectangle::FIRST.spoken());
            }>
                "Crop"
            </button>
            <button class="crop-whole" type="button" hidden=no_crop on:click=move |_| whole()>
                "Whole photo"
            </button>
        </div>
    }
}

/// Where the rectangle lies on the picture, for CSS.
fn style(crop: Rectangle) -> String {
    let [left, top, width, height] =
        [crop.x, crop.y, crop.width, crop.height].map(|part| (part * 1000.0).round() as u32);
    // tenths of a percent without the weight of float formatting
    let tenths = |n: u32| format!("{}.{}%", n / 10, n % 10);
    [
        "left:",
        &tenths(left),
        ";top:",
        &tenths(top),
        ";width:",
        &tenths(width),
        ";height:",
        &tenths(height),
    ]
    .concat()
}
