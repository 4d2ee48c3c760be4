//! The crop on the preview, by mouse, touch and keyboard.

use std::cell::Cell;

use browser::js::{call, get, number, text, truth};
use web_sys::{Element, Event};

use super::{
    crop::{Grip, Rectangle},
    desk, scale, search,
};

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

thread_local! {
    static HOLD: Cell<Option<Hold>> = const { Cell::new(None) };
}

/// Says something about the rectangle to those who do not see it.
pub fn say(words: &str) {
    if let Some(said) = browser::find(".crop-said") {
        said.set_text_content(Some(words));
    }
}

/// Listens to pointers on the picture and to keys on the rectangle.
pub fn wake() {
    let Some(stage) = browser::find(".crop-stage") else {
        return;
    };
    for (name, act) in [
        ("pointerdown", down as fn(&Element, &Event)),
        ("pointermove", drag),
        ("pointerup", up),
        ("pointercancel", up),
        ("keydown", key),
    ] {
        let own = stage.clone();
        browser::listen(&stage, name, move |event| act(&own, &event));
    }
}

/// Where the pointer is, in fractions of the picture, and how much of it [`REACH`] is.
fn place(stage: &Element, event: &Event) -> [f64; 4] {
    let bounds = call(stage, "getBoundingClientRect", []).unwrap_or_default();
    let (width, height) = (
        number(&bounds, "width").max(1.0),
        number(&bounds, "height").max(1.0),
    );
    let (x, y) = pointer(event);
    [
        (x - number(&bounds, "left")) / width,
        (y - number(&bounds, "top")) / height,
        REACH / width,
        REACH / height,
    ]
}

fn pointer(event: &Event) -> (f64, f64) {
    (number(event, "clientX"), number(event, "clientY"))
}

fn down(stage: &Element, event: &Event) {
    if desk::look(|desk| desk.marking) && number(event, "button") == 0.0 {
        event.prevent_default();
        let [x, y, ..] = place(stage, event);
        return scale::mark(x, y);
    }
    let crop = desk::look(|desk| desk.crop);
    // A finger on a picture without a rectangle scrolls the page.
    let scrolls = crop.is_none() && text(event, "pointerType").as_deref() == Some("touch");
    if scrolls || number(event, "button") != 0.0 || desk::is_working() {
        return;
    }
    event.prevent_default();
    let _ = call(stage, "setPointerCapture", [get(event, "pointerId")]);
    let [x, y, across, down] = place(stage, event);
    HOLD.set(Some(Hold {
        grip: Rectangle::grip(crop, x, y, (across, down)),
        start: pointer(event),
        moved: false,
    }));
}

fn drag(stage: &Element, event: &Event) {
    let Some(mut hold) = HOLD.get() else {
        return;
    };
    let (x, y) = pointer(event);
    let (dx, dy) = (x - hold.start.0, y - hold.start.1);
    hold.moved |= dx.abs().max(dy.abs()) >= CLICK;
    HOLD.set(Some(hold));
    if hold.moved {
        let [x, y, ..] = place(stage, event);
        desk::change(|desk| desk.crop = Some(Rectangle::drag(desk.crop, hold.grip, x, y)));
    }
}

fn up(_: &Element, _: &Event) {
    let moved = HOLD.take().is_some_and(|hold| hold.moved);
    if let (true, Some(crop)) = (moved, desk::look(|desk| desk.crop)) {
        say(&crop.spoken());
        // the arrow keys go on from here
        if let Some(crop_box) = browser::find(".crop-box") {
            browser::focus(&crop_box);
        }
    }
}

fn key(_: &Element, event: &Event) {
    let Some(crop) = desk::look(|desk| desk.crop) else {
        return;
    };
    match text(event, "key").unwrap_or_default().as_str() {
        "Enter" => search::begin(false),
        // while something is going on, Escape stops that
        "Escape" if !desk::is_working() => desk::whole(),
        key => match crop.arrow(key, truth(event, "shiftKey")) {
            Some(next) => {
                desk::change(|desk| desk.crop = Some(next));
                say(&next.spoken());
            }
            None => return,
        },
    }
    event.prevent_default();
}
