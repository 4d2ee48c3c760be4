//! The photo colours are picked from. It never leaves this page.

use std::cell::RefCell;

use browser::{
    attribute,
    js::{self, call, number},
    shrink::{Original, Shrunk},
};
use js_sys::Uint8Array;
use photo::{PhotoError, Pixels, mean_colour};
use wasm_bindgen::JsValue;
use web_sys::Element;

use crate::mix::{change, code_of};

/// Pixels on every side of the one pointed at whose mean is taken: one pixel is noise.
pub const REACH: usize = 4;
/// The longer side at which the main colours are counted.
const SMALL: f64 = 160.0;
/// How wide the photo before and after the correction is drawn, in pixels.
const PAIR: f64 = 240.0;

/// A photo on the page.
pub struct Board {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// As it was taken: red, green, blue, alpha.
    pub taken: Vec<u8>,
    /// As it is shown.
    pub shown: Vec<u8>,
    /// Where the keyboard stands.
    pub cursor: (usize, usize),
    /// Whether the next pick is white paper.
    pub asks_for_white: bool,
    /// Whether it is shown in another light than it was taken in.
    pub corrected: bool,
}

impl Board {
    /// The colour around a pixel as it is shown, as `#rrggbb`.
    pub fn code_at(&self, (x, y): (usize, usize)) -> Option<String> {
        mean_colour(&self.shown, self.width, x, y, REACH).map(code_of)
    }
}

thread_local! {
    static BOARD: RefCell<Option<Board>> = const { RefCell::new(None) };
}

/// Does something with the photo, if there is one.
pub fn with<T>(act: impl FnOnce(&mut Board) -> T) -> Option<T> {
    BOARD.with_borrow_mut(|board| board.as_mut().map(act))
}

/// Says what went wrong.
pub fn fail(sentence: String) {
    change(|mix| mix.error = Some(sentence));
}

/// Says something to those who do not see the photo.
pub fn say(words: &str) {
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
            focus();
        }
        Err(error) => fail(error.to_string()),
    }
}

/// Gives the photo the focus, so that the arrow keys go on from there.
pub fn focus() {
    if let Some(canvas) = browser::find(".mix-canvas") {
        browser::focus(&canvas);
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
pub fn paint() {
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
