//! The wall laid anew: what the server drew, in another order.

use browser::js;
use js_sys::Array;
use material::{Band, PAGE_SIZE, Weights};
use rank::Ranked;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::table::Table;
use crate::doubles;

/// The classes of a hit by its band.
const CLASSES: [&str; 3] = [
    "swatch swatch-strong",
    "swatch swatch-related",
    "swatch swatch-weak",
];

impl Table {
    /// Lays the first page of an order.
    pub fn lay(&mut self, order: &[Ranked]) {
        let bands = js::get(&self.answer, "bands");
        let bands: Vec<JsValue> = js::items(&bands).collect();
        let new = Array::new();
        let first = &order[..order.len().min(PAGE_SIZE as usize)];
        for (at, band) in Band::ALL.into_iter().enumerate() {
            let mut hits = first.iter().filter(|r| r.band == band).peekable();
            if hits.peek().is_none() {
                continue;
            }
            let Some(section) = bands.get(at).and_then(element) else {
                continue;
            };
            if let Ok(Some(count)) = section.query_selector(".count") {
                count.set_text_content(Some(&self.count(order, band).to_string()));
            }
            if let Ok(Some(list)) = section.query_selector(".wall") {
                for hit in hits {
                    if let Some(item) = self.item(hit.index) {
                        js::set(&item, "className", CLASSES[at]);
                        self.under(&item, hit);
                        let _ = js::call(&list, "append", [item.into()]);
                    }
                }
            }
            new.push(&section);
        }
        let old = browser::find_all(".centre > .band");
        if let Some(before) = old.first()
            && let Ok(put) = js::get(before, "before").dyn_into::<js_sys::Function>()
        {
            let _ = put.apply(before, &new);
        }
        for section in old {
            section.remove();
        }
        self.others(order);
    }

    /// What stands around the wall.
    fn others(&self, order: &[Ranked]) {
        let close = self.count(order, Band::Strong);
        let far = order.first().is_none_or(|first| first.band == Band::Weak);
        if let Some(said) = browser::find(".results-count") {
            let text = said.text_content().unwrap_or_default();
            // “48 materials, 3 close”
            let materials = text.split(',').next().unwrap_or_default().trim();
            let close = match close {
                0 => "none".to_owned(),
                n => n.to_string(),
            };
            said.set_text_content(Some(&[materials, ", ", &close, " close"].concat()));
        }
        exchange(
            ".notice-far",
            far,
            &js::get(&self.answer, "far"),
            |notice| {
                if let Some(band) = browser::find(".centre > .band") {
                    let _ = js::call(&band, "before", [notice.into()]);
                }
            },
        );
        if self.settings.weights == Weights::NONE
            && let Some(says) = browser::find(".notice-far .notice-say")
        {
            says.set_text_content(Some(rank::NOTHING_COUNTS));
        }
        exchange(".pager", true, &js::get(&self.answer, "pager"), |pager| {
            if let Some(bands) = browser::find_all(".centre > .band").last() {
                let _ = js::call(bands, "after", [pager.into()]);
            }
        });
    }

    /// How many materials a band has over all pages; what was not scored is far.
    fn count(&self, order: &[Ranked], band: Band) -> u32 {
        let places = order.iter().filter(|r| r.band == band);
        let scored: usize = places.map(|r| 1 + r.also.len()).sum();
        let beyond = match band {
            Band::Weak => self.total.saturating_sub(self.candidates.len() as u32),
            Band::Strong | Band::Related => 0,
        };
        scored as u32 + beyond
    }

    /// Lists under a material what is the same to the eye.
    fn under(&self, item: &Element, hit: &Ranked) {
        let old = item.query_selector(".also").ok().flatten();
        if hit.also.is_empty() {
            if let Some(old) = old {
                old.remove();
            }
            return;
        }
        let Some(list) = element(&js::get(&self.answer, "also")) else {
            return;
        };
        let likenesses: Vec<_> = hit.also.iter().map(|(_, likeness)| *likeness).collect();
        if let Ok(Some(line)) = list.query_selector("summary") {
            line.set_text_content(Some(&doubles::line(&likenesses)));
        }
        let markup = js::get(&self.answer, "doubles");
        for (index, likeness) in &hit.also {
            if let (Some(double), Ok(Some(to))) = (
                element(&js::get(&markup, &index.to_string())),
                list.query_selector("ul"),
            ) {
                if let Ok(Some(how)) = double.query_selector(".also-how span") {
                    how.set_text_content(Some(doubles::how(*likeness)));
                }
                let _ = js::call(&to, "append", [double.into()]);
            }
        }
        let part = |selector: &str| item.query_selector(selector).ok().flatten();
        if let Some(old) = old {
            let _ = js::call(&old, "replaceWith", [list.into()]);
        } else if let Some(before) = part(".why").or_else(|| part(".swatch-link")) {
            let _ = js::call(&before, "after", [list.into()]);
        }
    }

    /// A material as it stands on the wall; drawn when it comes there first.
    fn item(&mut self, index: usize) -> Option<Element> {
        let slot = self.items.get_mut(index)?;
        if slot.is_none() {
            let card = js::get(&js::get(&self.answer, "cards"), &index.to_string());
            *slot = element(&card);
        }
        slot.clone()
    }
}

/// The element that markup of the server stands for.
fn element(markup: &JsValue) -> Option<Element> {
    let template = js::call(&browser::document(), "createElement", ["template".into()]).ok()?;
    js::set(&template, "innerHTML", markup.clone());
    let first = js::get(&js::get(&template, "content"), "firstElementChild");
    first.is_truthy().then(|| first.unchecked_into())
}

/// Puts what the server drew in the place of what is there, or takes it away.
fn exchange(selector: &str, shown: bool, markup: &JsValue, put: impl FnOnce(Element)) {
    let old = browser::find(selector);
    match (old, shown.then(|| element(markup)).flatten()) {
        (Some(old), Some(new)) => {
            let _ = js::call(&old, "replaceWith", [new.into()]);
        }
        (Some(old), None) => old.remove(),
        (None, Some(new)) => put(new),
        (None, None) => {}
    }
}
