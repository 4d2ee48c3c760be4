//! The glass over the photo: what lies under the pointer, larger, with its name.

use browser::js::{self, call};
use material::{parse_hex, trade_name};

use crate::board::REACH;

/// Pixels of the photo across the glass.
const ACROSS: f64 = 17.0;
/// Pixels of the glass for each of them.
const TIMES: f64 = 8.0;

/// Puts the glass over a pixel of a photo of this size.
pub fn show((x, y): (usize, usize), (width, height): (usize, usize), code: &str) {
    let (Some(glass), Some(photo)) = (browser::find(".mix-loupe"), browser::find(".mix-canvas"))
    else {
        return;
    };
    let percent = |at: usize, of: usize| [&(100 * at / of.max(1)).to_string(), "%"].concat();
    let style = js::get(&glass, "style");
    js::set(&style, "left", percent(x, width));
    js::set(&style, "top", percent(y, height));
    js::set(&style, "borderColor", code);
    if let Ok(Some(name)) = glass.query_selector(".mix-loupe-name") {
        let lab = parse_hex(code).unwrap_or_default();
        name.set_text_content(Some(&[trade_name(lab), " ", code].concat()));
    }
    if let Ok(Some(canvas)) = glass.query_selector("canvas")
        && let Ok(context) = call(&canvas, "getContext", ["2d".into()])
    {
        let side = ACROSS * TIMES;
        js::set(&context, "imageSmoothingEnabled", false);
        let all = [0.into(), 0.into(), side.into(), side.into()];
        let _ = call(&context, "clearRect", all);
        let half = (ACROSS - 1.0) / 2.0;
        let part = [
            photo.into(),
            (x as f64 - half).into(),
            (y as f64 - half).into(),
            ACROSS.into(),
            ACROSS.into(),
            0.into(),
            0.into(),
            side.into(),
            side.into(),
        ];
        let _ = call(&context, "drawImage", part);
        // black inside white: seen on any ground
        let reach = REACH as f64;
        for (colour, grown) in [("#fff", 1.0), ("#000", 0.0)] {
            let (from, length) = (
                (half - reach) * TIMES - grown,
                (2.0 * reach + 1.0) * TIMES + 2.0 * grown,
            );
            js::set(&context, "strokeStyle", colour);
            let square = [from.into(), from.into(), length.into(), length.into()];
            let _ = call(&context, "strokeRect", square);
        }
    }
    browser::show(&glass, true);
}

/// Takes the glass away.
pub fn hide() {
    if let Some(glass) = browser::find(".mix-loupe") {
        browser::show(&glass, false);
    }
}
