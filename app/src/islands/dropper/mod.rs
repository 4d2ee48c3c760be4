//! The ways in for a photo, and what happens to it before it leaves the device.

mod crop;
mod desk;
mod paint;
mod regions;
mod scale;
mod search;
mod stage;
mod ways;

use browser::js;
use leptos::prelude::*;
use material::Token;
use web_sys::Element;

use super::awake;

/// What a file dialogue offers. HEIC and others are let through: some browsers open them, and for
/// the rest there is a sentence.
const ACCEPT: &str = "image/*,.heic,.heif";

/// The page that a picture may be added to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onto {
    /// Its search; none for the library.
    pub search: Option<Token>,
    /// The query string of its view.
    pub view: String,
}

/// A form for a photo, an image address or words. With JavaScript it also takes drops and pastes
/// anywhere on the page, shrinks the photo, crops it, and says what it is doing.
#[component]
pub fn Dropper(
    /// How many swatches there are to compare with, to say so.
    #[prop(optional)]
    swatches: Option<u32>,
    /// The page it stands on, where a picture can be added to what is searched there.
    #[prop(optional_no_strip)]
    onto: Option<Onto>,
) -> impl IntoView {
    let go = if onto.is_some() {
        "New search"
    } else {
        "Find materials"
    };
    let add = onto.map(|onto| {
        let search = onto.search.map(|id| id.to_string()).unwrap_or_default();
        view! {
            <input type="hidden" name="search" value=search />
            <input type="hidden" name="view" value=onto.view />
            <button class="drop-add" type="submit" name="add" value="1">
                "Add to this search"
            </button>
        }
    });
    view! {
        <form
            class="drop"
            method="post"
            action="/search"
            enctype="multipart/form-data"
            data-stage="idle"
            data-swatches=swatches.map(|count| count.to_string())
        >
            <div class="drop-photo" hidden>
                {crop_stage()}
            </div>
            <div class="drop-ways">
                <label class="drop-way drop-choose">
                    <input class="drop-file" type="file" name="photo" accept=ACCEPT />
                    <span>"Choose a photo"</span>
                </label>
                <label class="drop-way drop-camera" hidden>
                    <input class="drop-file" type="file" accept="image/*" capture="environment" />
                    <span>"Take a photo"</span>
                </label>
                <button class="drop-way drop-paste" type="button" hidden>
                    "Paste"
                </button>
                <button class="drop-way drop-kept crop-open" type="button" hidden>
                    "Crop this photo"
                </button>
            </div>
            <label class="drop-field drop-address">
                <span>"Image address"</span>
                <input
                    type="url"
                    name="address"
                    inputmode="url"
                    autocomplete="off"
                    maxlength="2000"
                    placeholder="https://…"
                />
            </label>
            <label class="drop-field drop-words">
                <span>"In words"</span>
                <input
                    id="drop-words"
                    type="search"
                    name="q"
                    autocomplete="off"
                    maxlength="500"
                    placeholder="honed limestone, warm grey"
                />
            </label>
            {scale_fields()}
            <div class="drop-actions">
                // Enter in a field means the first of them.
                <button class="drop-go" type="submit">
                    {go}
                </button>
                {add}
                <button class="drop-cancel" type="button" hidden>
                    "Cancel"
                </button>
                <button class="drop-retry" type="button" hidden>
                    "Try again"
                </button>
                <button class="drop-clear" type="button" hidden>
                    "Remove photo"
                </button>
            </div>
            <progress class="drop-progress" max="100" aria-label="Progress" hidden></progress>
            <p class="drop-said" role="status"></p>
            <p class="drop-error" role="alert"></p>
            <div class="drop-veil" aria-hidden="true" hidden>
                <p>"Drop it anywhere"</p>
            </div>
            <DropperAwake />
        </form>
    }
}

/// The photo, its crop rectangle and the buttons for it.
fn crop_stage() -> impl IntoView {
    let handles = ["nw", "n", "ne", "e", "se", "s", "sw", "w"]
        .map(|side| view! { <span class=format!("crop-handle crop-{side}")></span> });
    view! {
        <div class="crop-stage">
            <img class="drop-preview" alt="Your photo" draggable="false" />
            <svg
                class="scale-ruler"
                viewBox="0 0 1000 1000"
                preserveAspectRatio="none"
                aria-hidden="true"
            >
                <line class="scale-under" />
                <line class="scale-over" />
            </svg>
            {(1..regions::MOST)
                .map(|n| view! { <span class="crop-region" hidden>{n.to_string()}</span> })
                .collect_view()}
            <div
                class="crop-box"
                role="application"
                aria-label="Crop"
                aria-describedby="crop-help"
                tabindex="0"
                hidden
            >
                {handles.into_iter().collect_view()}
            </div>
        </div>
        <p id="crop-help" class="visually-hidden">
            "Arrow keys move the rectangle, with Shift they resize it. Enter searches, Escape takes the whole photo."
        </p>
        <p class="crop-said visually-hidden" role="status"></p>
        <div class="crop-tools">
            <button class="crop-open" type="button" hidden>
                "Crop"
            </button>
            <button class="crop-whole" type="button" hidden>
                "Whole photo"
            </button>
            <button class="crop-open region-add" type="button" hidden>
                "Add another region"
            </button>
            <button class="crop-open region-forget" type="button" hidden>
                "One region only"
            </button>
        </div>
    }
}

/// How large what the photo shows is: typed, or measured between two points of it.
fn scale_fields() -> impl IntoView {
    view! {
        <details class="drop-scale">
            <summary>"Set the scale"</summary>
            <div class="scale-fields">
                <label class="drop-field">
                    <span>"Width of what the photo shows, in cm"</span>
                    <input
                        type="number"
                        name="width"
                        min="0.1"
                        max="10000"
                        step="any"
                        inputmode="decimal"
                        autocomplete="off"
                        placeholder="not known"
                    />
                </label>
                <div class="scale-measure" hidden>
                    <button class="crop-open scale-mark" type="button">
                        "Mark two points"
                    </button>
                    <label class="drop-field">
                        <span>"Between them, in cm"</span>
                        <input
                            class="scale-length"
                            type="number"
                            min="0.1"
                            max="10000"
                            step="any"
                            inputmode="decimal"
                            autocomplete="off"
                            placeholder="10"
                        />
                    </label>
                </div>
            </div>
        </details>
    }
}

#[island]
fn DropperAwake() -> impl IntoView {
    awake(wake)
}

fn wake(form: Element) {
    // its sentences stand in place of the browser's own
    browser::attribute(&form, "novalidate", Some(""));
    desk::begin_with(form.clone());
    ways::drops();
    ways::pastes();
    stage::wake();
    browser::listen(&form, "submit", |event| {
        event.prevent_default();
        let button = js::get(&event, "submitter");
        let adds = browser::closest(&button, ".drop-add").is_some();
        search::begin(adds);
    });
    browser::listen(&form, "change", |event| {
        if browser::on(&event, ".drop-file") {
            ways::chosen(&js::get(&event, "target"));
        }
    });
    browser::listen(&form, "input", |event| {
        if browser::on(&event, ".scale-length") {
            scale::measure();
        }
    });
    browser::listen(&form, "click", |event| {
        let Some(button) = browser::closest(&js::get(&event, "target"), "button") else {
            return;
        };
        let names = js::text(&button, "className").unwrap_or_default();
        match names.split(' ').next_back() {
            Some("drop-paste") => ways::clipboard(),
            Some("drop-cancel") => desk::cancel(),
            Some("drop-retry") => search::again(),
            Some("drop-clear") => desk::clear(),
            Some("crop-open") => desk::open_crop(),
            Some("crop-whole") => desk::whole(),
            Some("region-add") => regions::add(),
            Some("region-forget") => regions::forget(),
            Some("scale-mark") => scale::begin(),
            _ => {}
        }
    });
    browser::listen(&form, "keydown", |event| {
        if js::text(&event, "key").as_deref() == Some("Escape") && desk::is_working() {
            event.prevent_default();
            desk::cancel();
        }
    });
    // The way back may bring this page out of the browser's memory as it was left.
    browser::listen(&browser::window(), "pageshow", |event| {
        if js::truth(&event, "persisted") {
            desk::rest();
        }
    });
}
