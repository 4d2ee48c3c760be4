//! The ways in that need no button: dropping anywhere in the window and pasting anywhere on the page.

use std::{cell::Cell, rc::Rc};

use js_sys::{Array, Reflect};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ClipboardEvent, ClipboardItem, DataTransfer, DragEvent, Element, Event, FileList,
};

use super::desk::Desk;
use crate::browser;

/// What a drop or a paste brought.
pub enum Brought {
    /// A file; how many more came with it.
    File(Blob, u32),
    /// The address of a picture on another page.
    Address(String),
}

/// Listens for things dragged over the window; `dragged` says whether one is there right now.
pub fn drops(dragged: RwSignal<bool>, take: impl Fn(Brought) + Clone + 'static) {
    let window = browser::window();
    // A swatch of this very page, dragged by accident, is nobody's photo.
    let own = Rc::new(Cell::new(false));
    for (event, starts) in [("dragstart", true), ("dragend", false)] {
        let own = own.clone();
        browser::listen(&window, event, move |_: Event| own.set(starts));
    }
    for name in ["dragenter", "dragover", "dragleave", "drop"] {
        let (own, take) = (own.clone(), take.clone());
        browser::listen(&window, name, move |event: DragEvent| {
            let Some(transfer) = event.data_transfer() else {
                return;
            };
            if own.get() || !is_welcome(&transfer) {
                return;
            }
            if name == "dragleave" {
                // without a related target it has left the window
                if event.related_target().is_none() {
                    dragged.set(false);
                }
                return;
            }
            event.prevent_default();
            dragged.set(name != "drop");
            if name == "dragover" {
                transfer.set_drop_effect("copy");
            } else if name == "drop"
                && let Some(brought) = unpack(&transfer)
            {
                take(brought);
            }
        });
    }
}

/// Listens for pasted pictures, and for pasted addresses outside of text fields.
pub fn pastes(take: impl Fn(Brought) + 'static) {
    browser::listen(&browser::document(), "paste", move |event: ClipboardEvent| {
        let Some(transfer) = event.clipboard_data() else {
            return;
        };
        let typing = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| target.matches("input, textarea").unwrap_or(false));
        match unpack(&transfer) {
            Some(Brought::Address(_)) if typing => {}
            Some(brought) => {
                event.prevent_default();
                take(brought);
            }
            None => {}
        }
    });
}

/// Reads the clipboard for those without a keyboard.
pub async fn clipboard(desk: Desk) {
    match clipboard_image().await {
        Ok(Some(image)) => desk.take(image, None),
        Ok(None) => desk.error.set(Some(
            "There is no picture on the clipboard. Copy one first.".to_owned(),
        )),
        Err(_) => desk.error.set(Some(
            "The browser does not let the page read the clipboard. Paste with the keyboard instead, or choose the file."
                .to_owned(),
        )),
    }
}

async fn clipboard_image() -> Result<Option<Blob>, wasm_bindgen::JsValue> {
    let navigator = browser::window().navigator();
    // only pages on https (or this machine) have one
    if !Reflect::has(&navigator, &"clipboard".into())? {
        return Err(wasm_bindgen::JsValue::NULL);
    }
    let items: Array = JsFuture::from(navigator.clipboard().read())
        .await?
        .unchecked_into();
    for item in items.iter() {
        let item: ClipboardItem = item.unchecked_into();
        let kinds = item.types();
        let image = kinds
            .iter()
            .filter_map(|kind| kind.as_string())
            .find(|kind| kind.starts_with("image/"));
        if let Some(kind) = image {
            let blob = JsFuture::from(item.get_type(&kind)).await?;
            return Ok(Some(blob.unchecked_into()));
        }
    }
    Ok(None)
}

fn is_welcome(transfer: &DataTransfer) -> bool {
    transfer
        .types()
        .iter()
        .any(|kind| kind == "Files" || kind == "text/uri-list")
}

fn unpack(transfer: &DataTransfer) -> Option<Brought> {
    if let Some(found) = transfer.files().and_then(|files| first_image(&files)) {
        return Some(found);
    }
    let text = ["text/uri-list", "text/plain"]
        .into_iter()
        .filter_map(|kind| transfer.get_data(kind).ok())
        .find(|text| !text.is_empty())?;
    let address = text.lines().map(str::trim).find(|line| is_address(line))?;
    Some(Brought::Address(address.to_owned()))
}

/// The first image among the files, or the first file at all, whose own words then say what it is.
pub fn first_image(files: &FileList) -> Option<Brought> {
    let all: Vec<_> = (0..files.length()).filter_map(|at| files.get(at)).collect();
    let image = all.iter().find(|file| file.type_().starts_with("image/"));
    let chosen = image.or(all.first())?.clone();
    Some(Brought::File(chosen.into(), all.len() as u32 - 1))
}

fn is_address(line: &str) -> bool {
    (line.starts_with("https://") || line.starts_with("http://"))
        && !line.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn only_web_addresses_count() {
        assert!(is_address("https://example.org/oak.jpg"));
        assert!(is_address("http://example.org/oak.jpg"));
        for other in ["file:///etc/passwd", "oak", "https://a b", "javascript:1", ""] {
            assert!(!is_address(other), "{other}");
        }
    }
}
