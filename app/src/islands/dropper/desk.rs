//! What a photo goes through between a person's hands and the results.
//!
//! A page has one dropper and a browser one thread, so its state is one value; whoever changes it
//! has it painted anew.

use std::cell::RefCell;

use browser::{
    js::{self, call},
    send::Sending,
    shrink::{Original, Shrunk},
};
use leptos::task::spawn_local;
use photo::PhotoError;
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::{crop::Rectangle, paint::paint, scale, search};

/// How far a photo has come.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for something to search with, or for the person to go on with the photo.
    #[default]
    Waiting,
    /// Looking into the file.
    Reading,
    /// Decoding and encoding.
    Shrinking,
    /// On its way; percent of it that has left.
    Sending(u8),
    /// All of it is there, or only an address or words were sent; the server works.
    Comparing,
}

/// The photo as it came, as it will be sent, and where the page shows it.
#[derive(Debug, Clone)]
pub struct Photo {
    /// As it came.
    pub original: Original,
    /// As it will be sent if it is not cropped.
    pub shrunk: Shrunk,
    /// A `blob:` address.
    pub address: String,
}

/// All that is on the desk.
#[derive(Debug, Default)]
pub struct Desk {
    /// The form; there once the page is awake.
    pub form: Option<Element>,
    /// How far the photo has come.
    pub stage: Stage,
    /// The photo.
    pub photo: Option<Photo>,
    /// The part of it to search with.
    pub crop: Option<Rectangle>,
    /// Other parts of it that are searched for as well.
    pub regions: Vec<Rectangle>,
    /// Points whose distance tells the scale; at most two.
    pub marks: Vec<scale::Point>,
    /// Whether pointers mark such points now.
    pub marking: bool,
    /// What went wrong, in a sentence.
    pub error: Option<String>,
    /// Whether sending the same once more could help.
    pub again: bool,
    /// Whether something is dragged over the window.
    pub dragged: bool,
    /// Whether this tab still has the photo of the results on this page.
    pub kept: bool,
    /// Whether the picture joins the search of this page.
    pub adds: bool,
    /// Whether the search was asked for before the photo was ready.
    pub asked: bool,
    /// What is on its way.
    pub sending: Option<Sending>,
    /// Counts what was begun: an answer to something older is dropped.
    turn: u32,
}

thread_local! {
    static DESK: RefCell<Desk> = RefCell::default();
}

/// Reads the desk.
pub fn look<T>(at: impl FnOnce(&Desk) -> T) -> T {
    DESK.with_borrow(at)
}

/// Changes the desk, then shows it.
pub fn change<T>(how: impl FnOnce(&mut Desk) -> T) -> T {
    let out = DESK.with_borrow_mut(how);
    look(paint);
    out
}

/// Starts with an empty desk in `form`.
pub fn begin_with(form: Element) {
    let kept = search::kept().is_some();
    change(|desk| {
        desk.form = Some(form);
        desk.kept = kept;
    });
}

/// Whether there is something to cancel.
pub fn is_working() -> bool {
    look(|desk| desk.stage != Stage::Waiting)
}

/// Stops what is under way and counts up.
pub fn begin() -> u32 {
    let sending = change(|desk| {
        desk.error = None;
        desk.again = false;
        desk.asked = false;
        desk.stage = Stage::Waiting;
        desk.turn += 1;
        desk.sending.take()
    });
    if let Some(sending) = sending {
        sending.stop();
    }
    look(|desk| desk.turn)
}

/// Whether nothing was begun since.
pub fn is_current(turn: u32) -> bool {
    look(|desk| desk.turn == turn)
}

/// Goes on to another stage.
pub fn to_stage(stage: Stage) {
    change(|desk| desk.stage = stage);
}

/// Ends the work with a sentence; `again` offers to send the same once more.
pub fn fail(sentence: String, again: bool) {
    change(|desk| {
        desk.stage = Stage::Waiting;
        desk.error = Some(sentence);
        desk.again = again;
    });
}

/// Takes a photo (a `Blob`) in place of the one before. `crop` opens the rectangle at once.
pub fn take(file: JsValue, crop: Option<Rectangle>) {
    clear();
    unfold();
    let turn = begin();
    to_stage(Stage::Reading);
    spawn_local(async move {
        let taken = prepare(file, turn).await;
        if !is_current(turn) {
            return;
        }
        match taken {
            Ok((original, shrunk)) => {
                let address = call(&url(), "createObjectURL", [shrunk.file.clone()]);
                let asked = change(|desk| {
                    desk.photo = Some(Photo {
                        original,
                        shrunk,
                        address: address.ok().and_then(|a| a.as_string()).unwrap_or_default(),
                    });
                    desk.crop = crop;
                    desk.stage = Stage::Waiting;
                    desk.asked
                });
                if asked {
                    search::again();
                } else {
                    focus_next(if crop.is_some() {
                        ".crop-box"
                    } else {
                        ".drop-go"
                    });
                }
            }
            Err(error) => fail(error.to_string(), false),
        }
    });
}

async fn prepare(file: JsValue, turn: u32) -> Result<(Original, Shrunk), PhotoError> {
    let original = Original::read(file).await?;
    if is_current(turn) {
        to_stage(Stage::Shrinking);
    }
    let shrunk = original.shrink(None).await?;
    Ok((original, shrunk))
}

/// Puts the photo away.
pub fn clear() {
    begin();
    let photo = change(|desk| {
        desk.crop = None;
        desk.regions.clear();
        desk.marks.clear();
        desk.marking = false;
        desk.photo.take()
    });
    // the scale was that of the photo that goes
    if let Some(field) = browser::find(".drop [name=width]") {
        js::set(&field, "value", "");
    }
    if let Some(photo) = photo {
        let _ = call(&url(), "revokeObjectURL", [photo.address.into()]);
    }
}

/// Stops whatever is going on; the photo stays if it was there already.
pub fn cancel() {
    begin();
    focus_next(if look(|desk| desk.photo.is_some()) {
        ".drop-go"
    } else {
        ".drop-file"
    });
}

/// Back to waiting.
pub fn rest() {
    to_stage(Stage::Waiting);
}

/// Takes the whole photo again.
pub fn whole() {
    change(|desk| {
        desk.crop = None;
        desk.regions.clear();
    });
    super::stage::say("The whole photo");
    focus_next(".drop-go");
}

/// Opens the crop: on the photo that is there, else on the one these results came from.
pub fn open_crop() {
    if look(|desk| desk.photo.is_some()) {
        let crop = change(|desk| *desk.crop.get_or_insert(Rectangle::FIRST));
        super::stage::say(&crop.spoken());
        unfold();
        focus_next(".crop-box");
    } else if let Some(photo) = search::kept() {
        take(photo, Some(Rectangle::FIRST));
    }
}

/// Opens the group the dropper may be folded into.
fn unfold() {
    let form = look(|desk| desk.form.clone());
    if let Some(group) = form.and_then(|form| browser::closest(&form, "details")) {
        browser::attribute(&group, "open", Some(""));
    }
}

/// Gives the focus to what has just appeared, unless somebody is typing.
pub fn focus_next(selector: &'static str) {
    let typing = browser::find(".drop-field input:focus").is_some();
    if !typing && let Some(element) = browser::find(selector) {
        browser::focus(&element);
    }
}

fn url() -> JsValue {
    js::get(&js_sys::global(), "URL")
}
