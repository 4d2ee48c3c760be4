//! Swatches that go from where they were to where they are.

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

/// Lets every swatch go from where it was to where it is, in so many milliseconds; says how many have another
/// place in the order. Who wants no motion sees none.
pub fn glide(before: &[Place], milliseconds: u32) -> usize {
    let still = js::call(
        &browser::window(),
        "matchMedia",
        ["(prefers-reduced-motion: reduce)".into()],
    )
    .is_ok_and(|query| js::truth(&query, "matches"));
    let mut moved = 0;
    for (now, (item, address)) in swatches().enumerate() {
        let was = before.iter().position(|place| place.address == address);
        moved += usize::from(was != Some(now));
        if still {
            continue;
        }
        // one that is still under way starts anew from where it is seen
        if let Ok(list) = js::call(&item, "getAnimations", []) {
            for animation in js::items(&list) {
                let _ = js::call(&animation, "cancel", []);
            }
        }
        let from = match was {
            Some(was) => {
                let (left, top) = corner(&item);
                let place = &before[was];
                if place.left == left && place.top == top {
                    continue;
                }
                js::object([(
                    "transform",
                    [
                        "translate(",
                        &(place.left - left).to_string(),
                        "px,",
                        &(place.top - top).to_string(),
                        "px)",
                    ]
                    .concat()
                    .into(),
                )])
            }
            None => js::object([("opacity", 0.into())]),
        };
        let to = js::object([("transform", "none".into())]);
        let how = js::object([
            ("duration", milliseconds.into()),
            ("easing", "ease-in-out".into()),
        ]);
        // by hand: `animate` is not on every element of every browser
        if let Ok(animate) = Reflect::get(&item, &"animate".into())
            && let Some(animate) = animate.dyn_ref::<Function>()
        {
            let _ = animate.call2(&item, &js::list([from, to]), &how);
        }
    }
    moved
}
