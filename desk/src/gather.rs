//! Files that were chosen or dropped, folders with all that is in them.

use std::{cell::RefCell, rc::Rc};

use browser::js::{self, Outcome};
use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// A file, and where it lies in what was chosen.
#[derive(Debug, Clone)]
pub struct Found {
    /// The file.
    pub file: JsValue,
    /// `folder/name.jpg`.
    pub path: String,
}

/// No folder is followed deeper, and no more files are gathered.
const DEEPEST: usize = 8;
const MOST: usize = 50_000;

/// The files of an input.
pub fn of_input(input: &JsValue) -> Vec<Found> {
    let files = js::items(&js::get(input, "files"));
    files
        .map(|file| {
            let within = js::text(&file, "webkitRelativePath").filter(|path| !path.is_empty());
            let path = within.or_else(|| js::text(&file, "name"));
            Found {
                path: path.unwrap_or_default(),
                file,
            }
        })
        .collect()
}

/// The entries of what was dropped. They are there only while the event is handled.
pub fn entries(event: &JsValue) -> Vec<JsValue> {
    let items = js::get(&js::get(event, "dataTransfer"), "items");
    js::items(&items)
        .filter_map(|item| js::call(&item, "webkitGetAsEntry", []).ok())
        .filter(JsValue::is_truthy)
        .collect()
}

/// The files below entries. What cannot be read is left out.
pub async fn below(entries: Vec<JsValue>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut open: Vec<(JsValue, usize)> = entries.into_iter().map(|entry| (entry, 0)).collect();
    while let Some((entry, depth)) = open.pop() {
        if found.len() >= MOST {
            break;
        }
        if js::truth(&entry, "isFile") {
            if let Ok(file) = asked(&entry, "file").await {
                let path = js::text(&entry, "fullPath").unwrap_or_default();
                let path = path.trim_start_matches('/').to_owned();
                found.push(Found { file, path });
            }
        } else if depth < DEEPEST
            && let Ok(reader) = js::call(&entry, "createReader", [])
        {
            // It gives a hundred at a time, and nothing at the end.
            while let Ok(some) = asked(&reader, "readEntries").await {
                let before = open.len();
                open.extend(js::items(&some).map(|entry| (entry, depth + 1)));
                if open.len() == before || open.len() > MOST {
                    break;
                }
            }
        }
    }
    found
}

/// Waits for one of the old methods that take two functions.
async fn asked(of: &JsValue, method: &str) -> Outcome {
    type Held = Rc<RefCell<Option<[Closure<dyn FnMut(JsValue)>; 2]>>>;
    let held: Held = Rc::default();
    let promise = Promise::new(&mut |resolve: Function, reject: Function| {
        let answer = |with: Function| {
            Closure::<dyn FnMut(JsValue)>::new(move |value: JsValue| {
                let _ = with.call1(&JsValue::NULL, &value);
            })
        };
        let (good, bad) = (answer(resolve), answer(reject.clone()));
        let arguments = [
            good.as_ref().unchecked_ref::<JsValue>().clone(),
            bad.as_ref().unchecked_ref::<JsValue>().clone(),
        ];
        if js::call(of, method, arguments).is_err() {
            let _ = reject.call0(&JsValue::NULL);
        }
        *held.borrow_mut() = Some([good, bad]);
    });
    let outcome = js::wait(Ok(promise.into())).await;
    drop(held);
    outcome
}
