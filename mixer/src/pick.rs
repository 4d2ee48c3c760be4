//! Picking colours in the photo: by pointer, and by keyboard.

use browser::js::{call, number, text, truth};
use material::{lrv, parse_hex, trade_name};
use web_sys::{Element, Event};

use crate::{
    board::{say, with},
    light, loupe,
    mix::change,
    paint::whole,
};

/// Listens to pointers and keys on the photo.
pub fn wake(form: &Element) {
    let Ok(Some(canvas)) = form.query_selector(".mix-canvas") else {
        return;
    };
    let own = canvas.clone();
    browser::listen(&canvas, "pointermove", move |event| {
        if let Some((x, y)) = place(&own, &event) {
            look(x, y);
        }
    });
    let own = canvas.clone();
    browser::listen(&canvas, "pointerup", move |event| {
        if number(&event, "button") == 0.0
            && let Some((x, y)) = place(&own, &event)
        {
            pick(x, y);
            if text(&event, "pointerType").as_deref() == Some("touch") {
                loupe::hide();
            }
        }
    });
    for name in ["pointerleave", "pointercancel", "blur"] {
        browser::listen(&canvas, name, |_| loupe::hide());
    }
    browser::listen(&canvas, "keydown", |event| {
        if key(&event) {
            event.prevent_default();
        }
    });
}

/// The pixel under the pointer.
fn place(canvas: &Element, event: &Event) -> Option<(usize, usize)> {
    let bounds = call(canvas, "getBoundingClientRect", []).ok()?;
    let along = |client: &str, start: &str, length: &str| {
        (number(event, client) - number(&bounds, start)) / number(&bounds, length).max(1.0)
    };
    let (x, y) = (
        along("clientX", "left", "width"),
        along("clientY", "top", "height"),
    );
    let inside = (0.0..1.0).contains(&x) && (0.0..1.0).contains(&y);
    with(|board| {
        inside.then_some((
            (x * board.width as f64) as usize,
            (y * board.height as f64) as usize,
        ))
    })?
}

/// Shows the loupe at a pixel; gives its colour.
fn look(x: usize, y: usize) -> Option<String> {
    with(|board| {
        board.cursor = (x, y);
        let code = board.code_at((x, y))?;
        loupe::show((x, y), (board.width, board.height), &code);
        Some(code)
    })?
}

fn pick(x: usize, y: usize) {
    if with(|board| board.asks_for_white) == Some(true) {
        return light::correct(x, y);
    }
    if let Some(code) = look(x, y) {
        change(|mix| mix.add(&code, Some((x, y))));
        say(&["Picked ", &spoken(&code)].concat());
    }
}

/// Does what a key asks for; says whether it did.
fn key(event: &Event) -> bool {
    let pressed = text(event, "key").unwrap_or_default();
    let Some((x, y, step, width, height)) = with(|board| {
        let far = if truth(event, "shiftKey") { 20 } else { 100 };
        let step = (board.width.max(board.height) / far).max(1);
        (
            board.cursor.0,
            board.cursor.1,
            step,
            board.width,
            board.height,
        )
    }) else {
        return false;
    };
    let (x, y) = match pressed.as_str() {
        "ArrowLeft" => (x.saturating_sub(step), y),
        "ArrowRight" => ((x + step).min(width - 1), y),
        "ArrowUp" => (x, y.saturating_sub(step)),
        "ArrowDown" => (x, (y + step).min(height - 1)),
        "Enter" | " " => {
            pick(x, y);
            return true;
        }
        "Escape" if with(|board| board.asks_for_white) == Some(true) => {
            light::ask_for_white();
            return true;
        }
        _ => return false,
    };
    if let Some(code) = look(x, y) {
        say(&spoken(&code));
    }
    true
}

fn spoken(code: &str) -> String {
    let lab = parse_hex(code).unwrap_or_default();
    [trade_name(lab), ", ", code, ", LRV ", &whole(lrv(lab))].concat()
}
