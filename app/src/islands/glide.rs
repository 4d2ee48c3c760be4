//! Swatches that go from where they were to where they are.

use std::cell::RefCell;

use browser::js;
use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// Where a swatch is: its address and the corner of its box.
pub struct Place {
    address: String,
    left: f64,
    top: f64,
}

/// The swatches of the wall with the addresses of their materials.
pub fn swatches() -> impl Iterator<Item = (Element, String)> {
    browser::find_all(".centre .wall > li")
        .into_iter()
        .filter_map(|item| {
            let link = item.query_selector(".swatch-link").ok().flatten()?;
            let address = link.get_attribute("href")?;
            Some((item, address))
        })
}

fn corner(item: &Element) -> (f64, f64) {
    let around = js::call(item, "getBoundingClientRect", []).unwrap_or(JsValue::NULL);
    (js::number(&around, "left"), js::number(&around, "top"))
}

/// Where all of them are now.
pub fn places() -> Vec<Place> {
    swatches()
        .map(|(item, address)| {
            let (left, top) = corner(&item);
            Place { address, left, top }
        })
        .collect()
}

thread_local! {
    /// The movements that were begun last.
    static BEGUN: RefCell<Vec<JsValue>> = const { RefCell::new(Vec::new()) };
}

/// Lets every swatch go from where it was to where it is, in so many milliseconds; says how many have another
/// place in the order. Who wants no motion sees none.
///
/// First everything is stopped, then everything is measured, then everything is set in motion: in turns, the
/// browser would lay the page out once for every swatch.
pub fn glide(before: &[Place], milliseconds: u32) -> usize {
    let still = js::call(
        &browser::window(),
        "matchMedia",
        ["(prefers-reduced-motion: reduce)".into()],
    )
    .is_ok_and(|query| js::truth(&query, "matches"));
    // one that is still under way starts anew from where it is seen
    for movement in BEGUN.take() {
        let _ = js::call(&movement, "cancel", []);
    }
    let now: Vec<(Element, Option<usize>)> = swatches()
        .map(|(item, address)| {
            let was = before.iter().position(|place| place.address == address);
            (item, was)
        })
        .collect();
    let moved = now.iter().enumerate();
    let moved = moved.filter(|(at, (_, was))| *was != Some(*at)).count();
    if still {
        return moved;
    }
    let corners: Vec<(f64, f64)> = now.iter().map(|(item, _)| corner(item)).collect();
    let to = js::object([("transform", "none".into())]);
    let how = js::object([
        ("duration", milliseconds.into()),
        ("easing", "ease-in-out".into()),
    ]);
    let begun = now.iter().zip(corners).filter_map(|((item, was), corner)| {
        let from = start(was.map(|was| &before[was]), corner)?;
        // by hand: `animate` is not on every element of every browser
        let animate = Reflect::get(item, &"animate".into()).ok()?;
        let animate = animate.dyn_ref::<Function>()?;
        animate
            .call2(item, &js::list([from, to.clone()]), &how)
            .ok()
    });
    BEGUN.set(begun.collect());
    moved
}

/// What a movement begins with; none where nothing moves.
fn start(was: Option<&Place>, (left, top): (f64, f64)) -> Option<JsValue> {
    let Some(was) = was else {
        return Some(js::object([("opacity", 0.into())]));
    };
    let (across, down) = (was.left - left, was.top - top);
    if across == 0.0 && down == 0.0 {
        return None;
    }
    let translate = [
        "translate(",
        &across.to_string(),
        "px,",
        &down.to_string(),
        "px)",
    ];
    Some(js::object([("transform", translate.concat().into())]))
}
