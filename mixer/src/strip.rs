//! The mix as a strip, whose borders are dragged.

use std::{cell::Cell, rc::Rc};

use browser::js;
use material::with_border;
use web_sys::Element;

use crate::mix::change;

/// The borders between the colours of the strip follow the pointer.
pub fn wake(form: &Element) {
    let Ok(Some(strip)) = form.query_selector(".mix-strip") else {
        return;
    };
    let held = Rc::new(Cell::new(None::<usize>));
    let (own, hold) = (strip.clone(), held.clone());
    browser::listen(&strip, "pointerdown", move |event| {
        let target = js::get(&event, "target");
        let borders = browser::find_all(".mix-border");
        hold.set(borders.iter().position(|border| js::same(&target, border)));
        if hold.get().is_some() {
            event.prevent_default();
            let _ = js::call(&own, "setPointerCapture", [js::get(&event, "pointerId")]);
        }
    });
    let (own, hold) = (strip.clone(), held.clone());
    browser::listen(&strip, "pointermove", move |event| {
        let Some(border) = hold.get() else {
            return;
        };
        let bounds = js::call(&own, "getBoundingClientRect", []).unwrap_or_default();
        let along = (js::number(&event, "clientX") - js::number(&bounds, "left"))
            / js::number(&bounds, "width").max(1.0);
        let to = (along * 100.0).round().clamp(0.0, 100.0) as u8;
        change(|mix| mix.set_shares(with_border(&mix.shares(), border, to)));
    });
    for name in ["pointerup", "pointercancel"] {
        let hold = held.clone();
        browser::listen(&strip, name, move |_| hold.set(None));
    }
}
