//! The ways in: chosen, dropped anywhere in the window, pasted anywhere on the page.

use std::{cell::Cell, rc::Rc};

use browser::js::{self, call, get, number, set, text, wait};
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use super::desk;

/// What a drop or a paste brought.
enum Brought {
    /// A file.
    File(JsValue),
    /// The address of a picture on another page.
    Address(String),
}

fn bring(brought: Brought) {
    match brought {
        Brought::File(file) => desk::take(file, None),
        Brought::Address(address) => {
            desk::clear();
            if let Some(field) = browser::find(".drop-address input") {
                set(&field, "value", address);
                browser::focus(&field);
            }
        }
    }
}

/// Takes what was chosen in a file field.
pub fn chosen(field: &JsValue) {
    if let Some(file) = first_image(&get(field, "files")) {
        desk::take(file, None);
    }
    // the same file may be chosen once more
    set(field, "value", "");
}

/// Listens for things dragged over the window and dropped on it.
pub fn drops() {
    let window = browser::window();
    // A swatch of this very page, dragged by accident, is nobody's photo.
    let own = Rc::new(Cell::new(false));
    for (event, starts) in [("dragstart", true), ("dragend", false)] {
        let own = own.clone();
        browser::listen(&window, event, move |_| own.set(starts));
    }
    for name in ["dragenter", "dragover", "dragleave", "drop"] {
        let own = own.clone();
        browser::listen(&window, name, move |event| {
            let transfer = get(&event, "dataTransfer");
            if own.get() || !is_welcome(&transfer) {
                return;
            }
            let leaves = name == "dragleave";
            // inside the window the pointer only goes from one element to another
            if leaves && js::truth(&event, "relatedTarget") {
                return;
            }
            let dragged = !leaves && name != "drop";
            if desk::look(|desk| desk.dragged) != dragged {
                desk::change(|desk| desk.dragged = dragged);
            }
            if leaves {
                return;
            }
            event.prevent_default();
            if dragged {
                set(&transfer, "dropEffect", "copy");
            } else if let Some(brought) = unpack(&transfer) {
                bring(brought);
            }
        });
    }
}

/// Listens for pasted pictures, and for pasted addresses outside of text fields.
pub fn pastes() {
    browser::listen(&browser::document(), "paste", |event| {
        let typing = browser::on(&event, "input, textarea");
        match unpack(&get(&event, "clipboardData")) {
            None => {}
            Some(Brought::Address(_)) if typing => {}
            Some(brought) => {
                event.prevent_default();
                bring(brought);
            }
        }
    });
}

/// Reads the clipboard for those without a keyboard.
pub fn clipboard() {
    spawn_local(async {
        match clipboard_image().await {
            Ok(Some(image)) => desk::take(image, None),
            Ok(None) => desk::fail(
                "There is no picture on the clipboard. Copy one first.".to_owned(),
                false,
            ),
            Err(_) => desk::fail(
                "The browser does not let the page read the clipboard. Paste with the keyboard instead, or choose the file."
                    .to_owned(),
                false,
            ),
        }
    });
}

async fn clipboard_image() -> Result<Option<JsValue>, JsValue> {
    // only pages on https (or this machine) have one
    let clipboard = get(&get(&browser::window(), "navigator"), "clipboard");
    let items = wait(call(&clipboard, "read", [])).await?;
    for item in js::items(&items) {
        let kind = js::items(&get(&item, "types"))
            .filter_map(|kind| kind.as_string())
            .find(|kind| kind.starts_with("image/"));
        if let Some(kind) = kind {
            return wait(call(&item, "getType", [kind.into()])).await.map(Some);
        }
    }
    Ok(None)
}

fn is_welcome(transfer: &JsValue) -> bool {
    js::items(&get(transfer, "types"))
        .filter_map(|kind| kind.as_string())
        .any(|kind| kind == "Files" || kind == "text/uri-list")
}

fn unpack(transfer: &JsValue) -> Option<Brought> {
    if let Some(file) = first_image(&get(transfer, "files")) {
        return Some(Brought::File(file));
    }
    let words = ["text/uri-list", "text/plain"]
        .into_iter()
        .filter_map(|kind| call(transfer, "getData", [kind.into()]).ok()?.as_string())
        .find(|words| !words.is_empty())?;
    let address = words.lines().map(str::trim).find(|line| is_address(line))?;
    Some(Brought::Address(address.to_owned()))
}

/// The first image among the files, or the first file at all: there is a sentence for it.
fn first_image(files: &JsValue) -> Option<JsValue> {
    if number(files, "length") > 1.0 {
        browser::say("One photo at a time: the first one was taken.");
    }
    let is_image =
        |file: &JsValue| text(file, "type").is_some_and(|kind| kind.starts_with("image/"));
    js::items(files)
        .find(is_image)
        .or_else(|| js::items(files).next())
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
        for other in [
            "file:///etc/passwd",
            "oak",
            "https://a b",
            "javascript:1",
            "",
        ] {
            assert!(!is_address(other), "{other}");
        }
    }
}
