//! The photo colours are picked from. It never leaves this page.

use std::cell::RefCell;

use js_sys::Uint8Array;
use material::{parse_hex, trade_name};
use photo::{NotWhite, PhotoError, Pixels, WhiteBalance, mean_colour};
use wasm_bindgen::JsValue;
use web_sys::{Element, Event};

use super::{
    loupe,
    mix::{change, code_of},
    paint::whole,
};
use crate::browser::{
    self, attribute,
    js::{self, call, number, text, truth},
    shrink::{Original, Shrunk},
};

/// Pixels on every side of the one pointed at whose mean is taken: one pixel is noise.
pub const REACH: usize = 4;
/// The longer side at which the main colours are counted.
const SMALL: f64 = 160.0;
/// How wide the photo before and after the correction is drawn, in pixels.
const PAIR: f64 = 240.0;

/// A photo on the page.
struct Board {
    width: usize,
    height: usize,
    /// As it was taken: red, green, blue, alpha.
    taken: Vec<u8>,
    /// As it is shown.
    shown: Vec<u8>,
    /// Where the keyboard stands.
    cursor: (usize, usize),
    /// Whether the next pick is white paper.
    asks_for_white: bool,
    corrected: bool,
}

thread_local! {
    static BOARD: RefCell<Option<Board>> = const { RefCell::new(None) };
}

/// Does something with the photo, if there is one.
fn with<T>(act: impl FnOnce(&mut Board) -> T) -> Option<T> {
    BOARD.with_borrow_mut(|board| board.as_mut().map(act))
}

fn fail(sentence: String) {
    change(|mix| mix.error = Some(sentence));
}

fn say(words: &str) {
    if let Some(said) = browser::find(".mix-said") {
        said.set_text_content(Some(words));
    }
}

/// Takes a photo in place of the one before.
pub async fn take(file: JsValue) {
    match open(file).await {
        Ok((shrunk, taken)) => {
            let (width, height) = (shrunk.width as usize, shrunk.height as usize);
            BOARD.set(Some(Board {
                width,
                height,
                shown: taken.clone(),
                taken,
                cursor: (width / 2, height / 2),
                asks_for_white: false,
                corrected: false,
            }));
            // what was picked in the photo before stays, but not where
            change(|mix| mix.picks.iter_mut().for_each(|pick| pick.at = None));
            paint();
            if let Some(canvas) = browser::find(".mix-canvas") {
                browser::focus(&canvas);
            }
        }
        Err(error) => fail(error.to_string()),
    }
}

async fn open(file: JsValue) -> Result<(Shrunk, Vec<u8>), PhotoError> {
    let shrunk = Original::read(file).await?.shrink(None).await?;
    let pixels = shrunk
        .pixels()
        .map_err(|_| PhotoError::Damaged("picture"))?;
    Ok((shrunk, pixels))
}

/// Shows the photo and what can be done with it.
fn paint() {
    let drawn = with(|board| {
        let canvas = browser::find(".mix-canvas")?;
        let (was, is) = (browser::find(".mix-was")?, browser::find(".mix-is")?);
        if number(&canvas, "width") != board.width as f64
            || number(&canvas, "height") != board.height as f64
        {
            js::set(&canvas, "width", board.width as u32);
            js::set(&canvas, "height", board.height as u32);
        }
        if board.corrected {
            put(&canvas, &board.taken, board.width).ok()?;
            copy(&canvas, &was, board).ok()?;
        }
        put(&canvas, &board.shown, board.width).ok()?;
        if board.corrected {
            copy(&canvas, &is, board).ok()?;
        }
        Some((board.asks_for_white, board.corrected))
    });
    let Some(Some((asks, corrected))) = drawn else {
        return fail("This browser does not let the page draw the photo.".to_owned());
    };
    for (selector, shown) in [
        (".mix-stage", true),
        (".mix-help", true),
        (".mix-main", true),
        (".mix-white", true),
        (".mix-undo", corrected),
        (".mix-pair", corrected),
    ] {
        if let Some(element) = browser::find(selector) {
            browser::show(&element, shown);
        }
    }
    if let Some(button) = browser::find(".mix-white") {
        attribute(
            &button,
            "aria-pressed",
            Some(if asks { "true" } else { "false" }),
        );
    }
    if let Some(help) = browser::find(".mix-help") {
        help.set_text_content(Some(if asks {
            "Click something white and matt: paper, a wall, a cup. By keyboard: arrows move, Enter picks."
        } else {
            "Click to pick a colour. By keyboard: arrows move, with Shift further, Enter picks."
        }));
    }
    if let Some(words) = browser::find(".mix-choose span") {
        words.set_text_content(Some("Another photo"));
    }
}

/// Puts pixels on a canvas.
fn put(canvas: &Element, rgba: &[u8], width: usize) -> Result<(), JsValue> {
    let bytes = js::make("Uint8ClampedArray", [Uint8Array::from(rgba).into()])?;
    let data = js::make("ImageData", [bytes, (width as u32).into()])?;
    let context = call(canvas, "getContext", ["2d".into()])?;
    call(&context, "putImageData", [data, 0.into(), 0.into()]).map(|_| ())
}

/// Draws the canvas small onto another.
fn copy(from: &Element, to: &Element, board: &Board) -> Result<(), JsValue> {
    let scale = (PAIR / board.width as f64).min(1.0);
    let (width, height) = (board.width as f64 * scale, board.height as f64 * scale);
    js::set(to, "width", width.round());
    js::set(to, "height", height.round());
    let context = call(to, "getContext", ["2d".into()])?;
    let place = [from.into(), 0.into(), 0.into(), width.into(), height.into()];
    call(&context, "drawImage", place).map(|_| ())
}

/// The next pick is white paper, or is not any more.
pub fn ask_for_white() {
    with(|board| board.asks_for_white = !board.asks_for_white);
    paint();
    if let Some(canvas) = browser::find(".mix-canvas") {
        browser::focus(&canvas);
    }
}

/// Shows the photo as it was taken.
pub fn undo_white() {
    with(|board| {
        board.shown.clone_from(&board.taken);
        board.corrected = false;
    });
    paint();
    pick_again();
    say("The photo is as it was taken.");
}

fn correct(x: usize, y: usize) {
    let corrected = with(|board| {
        let paper = mean_colour(&board.taken, board.width, x, y, REACH).unwrap_or_default();
        let balance = WhiteBalance::from_paper(paper)?;
        board.shown.clone_from(&board.taken);
        balance.apply_all(&mut board.shown);
        board.corrected = true;
        board.asks_for_white = false;
        Ok::<_, NotWhite>(())
    });
    match corrected {
        Some(Ok(())) => {
            paint();
            pick_again();
            say("The light is corrected. Colours picked before follow it.");
        }
        Some(Err(why)) => fail(why.to_string()),
        None => {}
    }
}

/// Colours that were picked in the photo are picked once more in its new light.
fn pick_again() {
    with(|board| {
        change(|mix| {
            for pick in &mut mix.picks {
                if let Some((x, y)) = pick.at
                    && let Some(rgb) = mean_colour(&board.shown, board.width, x, y, REACH)
                {
                    pick.code = code_of(rgb);
                }
            }
        });
    });
}

/// The five colours with most of the area, shares and all, in place of what was mixed.
pub fn main_colours() {
    let found = with(|board| {
        let canvas = browser::find(".mix-canvas")?;
        let scale = (SMALL / board.width.max(board.height) as f64).min(1.0);
        let side = |length: usize| (length as f64 * scale).round().max(1.0);
        let (width, height) = (side(board.width), side(board.height));
        let small = js::make("OffscreenCanvas", [width.into(), height.into()]).ok()?;
        let context = call(&small, "getContext", ["2d".into()]).ok()?;
        let place = [
            canvas.into(),
            0.into(),
            0.into(),
            width.into(),
            height.into(),
        ];
        call(&context, "drawImage", place).ok()?;
        let rgba = browser::shrink::pixels(&small).ok()?;
        let rgb = rgba.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]);
        let pixels = Pixels::new(width as u32, height as u32, rgb.collect()).ok()?;
        Some(photo::palette_of_small(&pixels))
    });
    let Some(colours) = found.flatten() else {
        return fail("The colours of this photo cannot be read.".to_owned());
    };
    change(|mix| mix.replace(colours.iter().map(|c| (c.lab, c.share))));
}

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
        let code = code_of(mean_colour(&board.shown, board.width, x, y, REACH)?);
        loupe::show((x, y), (board.width, board.height), &code);
        Some(code)
    })?
}

fn pick(x: usize, y: usize) {
    if with(|board| board.asks_for_white) == Some(true) {
        return correct(x, y);
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
            ask_for_white();
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
    [
        trade_name(lab),
        ", ",
        code,
        ", LRV ",
        &whole(material::lrv(lab)),
    ]
    .concat()
}
