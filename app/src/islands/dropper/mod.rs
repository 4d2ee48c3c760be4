//! The ways in for a photo, and what happens to it before it leaves the device.

mod crop;
mod desk;
mod stage;
mod ways;

use leptos::{ev, prelude::*, task::spawn_local};
use web_sys::{HtmlInputElement, PageTransitionEvent};

use self::{
    desk::{Desk, Stage},
    stage::CropStage,
    ways::Brought,
};
use crate::browser;

/// What a file dialogue offers. HEIC and others are let through: some browsers open them, and for
/// the rest there is a sentence.
const ACCEPT: &str = "image/*,.heic,.heif";

/// A form for a photo, an image address or words. With JavaScript it also takes drops and pastes
/// anywhere on the page, shrinks the photo, crops it, and says what it is doing.
#[island]
pub fn Dropper(
    /// How many swatches there are to compare with, to say so.
    #[prop(optional)]
    swatches: Option<u32>,
) -> impl IntoView {
    let desk = Desk::new();
    let dragged = RwSignal::new(false);
    let address = NodeRef::<leptos::html::Input>::new();
    let words = NodeRef::<leptos::html::Input>::new();

    let bring = move |brought| match brought {
        Brought::File(file, more) => {
            if more > 0 {
                browser::say("One photo at a time: the first one was taken.");
            }
            desk.take(file, None);
        }
        Brought::Address(text) => {
            desk.clear();
            if let Some(field) = address.get_untracked() {
                field.set_value(&text);
                browser::focus(&field);
            }
        }
    };
    let search = move || {
        let value = |field: NodeRef<leptos::html::Input>| {
            field.get_untracked().map(|f| f.value()).unwrap_or_default()
        };
        desk.search(&value(address), &value(words));
    };
    let chosen = move |event: ev::Targeted<ev::Event, HtmlInputElement>| {
        let input = event.target();
        if let Some(brought) = input.files().and_then(|files| ways::first_image(&files)) {
            bring(brought);
        }
        // the same file may be chosen once more
        input.set_value("");
    };

    Effect::new(move || {
        desk.alive.set(true);
        desk.look_for_kept();
        ways::drops(dragged, bring);
        ways::pastes(bring);
        // The way back may bring this page out of the browser's memory as it was left.
        browser::listen(&browser::window(), "pageshow", move |event: PageTransitionEvent| {
            if event.persisted() {
                desk.rest();
            }
        });
    });

    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !desk.stage.get_untracked().is_work() {
            search();
        }
    };
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && desk.stage.get_untracked().is_work() {
            event.prevent_default();
            desk.cancel();
        }
    };
    let dead = move || !desk.alive.get();
    let no_photo = move || desk.shown.with(Option::is_none);
    let working = move || desk.stage.get().is_work();

    view! {
        <form
            class="drop"
            method="post"
            action="/search"
            enctype="multipart/form-data"
            novalidate
            data-stage=move || desk.stage.get().name()
            aria-busy=move || working().then_some("true")
            on:submit=submit
            on:keydown=escape
        >
            <div class="drop-photo" hidden=no_photo>
                <CropStage desk search />
            </div>
            <div class="drop-ways">
                <label class="drop-way drop-choose">
                    <input class="drop-file" type="file" name="photo" accept=ACCEPT on:change:target=chosen />
                    <span>{move || if no_photo() { "Choose a photo" } else { "Another photo" }}</span>
                </label>
                <label class="drop-way drop-camera" hidden=dead>
                    <input
                        class="drop-file"
                        type="file"
                        accept="image/*"
                        capture="environment"
                        on:change:target=chosen
                    />
                    <span>"Take a photo"</span>
                </label>
                <button
                    class="drop-way drop-paste"
                    type="button"
                    hidden=dead
                    on:click=move |_| spawn_local(ways::clipboard(desk))
                >
                    "Paste"
                </button>
                <button
                    class="drop-way drop-kept crop-open"
                    type="button"
                    hidden=move || !(desk.kept.get() && no_photo())
                    on:click=move |_| desk.open_crop()
                >
                    "Crop this photo"
                </button>
            </div>
            <label class="drop-field drop-address" hidden=move || !no_photo()>
                <span>"Image address"</span>
                <input
                    type="url"
                    name="address"
                    inputmode="url"
                    autocomplete="off"
                    maxlength="2000"
                    placeholder="https://…"
                    node_ref=address
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
                    node_ref=words
                />
            </label>
            <div class="drop-actions">
                <button class="drop-go" type="submit" aria-disabled=move || working().then_some("true")>
                    "Find materials"
                </button>
                <button class="drop-cancel" type="button" hidden=move || !working() on:click=move |_| desk.cancel()>
                    "Cancel"
                </button>
                <button class="drop-retry" type="button" hidden=move || !desk.again.get() on:click=move |_| search()>
                    "Try again"
                </button>
                <button
                    class="drop-clear"
                    type="button"
                    hidden=move || no_photo() || working()
                    on:click=move |_| desk.clear()
                >
                    "Remove photo"
                </button>
            </div>
            <progress class="drop-progress" max="100" aria-label="Progress" hidden=move || !working() value=move || progress(desk.stage.get())></progress>
            <p class="drop-said" role="status">
                {move || said(desk, swatches)}
            </p>
            <p class="drop-error" role="alert">
                {move || desk.error.get()}
            </p>
            <div class="drop-veil" aria-hidden="true" hidden=move || !dragged.get()>
                <p>"Drop it anywhere"</p>
            </div>
        </form>
    }
}

/// What is going on, in words.
fn said(desk: Desk, swatches: Option<u32>) -> String {
    match desk.stage.get() {
        Stage::Idle => String::new(),
        Stage::Reading => "Reading…".to_owned(),
        Stage::Shrinking => "Shrinking…".to_owned(),
        Stage::Ready => desk.shown.with(|shown| {
            shown.as_ref().map_or_else(String::new, |shown| {
                format!(
                    "{} → {}. Place and camera data are gone.",
                    size(shown.before),
                    size(shown.after)
                )
            })
        }),
        Stage::Sending(_) => "Sending…".to_owned(),
        Stage::Comparing => match swatches {
            Some(count) => format!("Comparing with {count} swatches…"),
            None => "Comparing…".to_owned(),
        },
    }
}

/// Percent of the whole way, as far as one can tell.
fn progress(stage: Stage) -> Option<&'static str> {
    match stage {
        Stage::Sending(percent) if percent < 50 => Some("50"),
        Stage::Sending(_) => Some("70"),
        Stage::Reading => Some("10"),
        Stage::Shrinking => Some("30"),
        // nobody knows: the bar moves on its own
        _ => None,
    }
}

/// Bytes as people say them: 86 KB, 4.1 MB.
fn size(bytes: f64) -> String {
    let tenths = (bytes / 100_000.0).round() as u32;
    if tenths < 10 {
        format!("{} KB", (bytes / 1000.0).ceil() as u32)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_read_like_speech() {
        assert_eq!(size(86_200.0), "87 KB");
        assert_eq!(size(4_130_000.0), "4.1 MB");
        assert_eq!(size(949_000.0), "949 KB");
        assert_eq!(size(999_999.0), "1.0 MB");
    }
}
