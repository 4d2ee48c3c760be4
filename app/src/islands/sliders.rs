//! What counts, and how much: the wall follows the sliders without asking the server again.

use std::cell::RefCell;

use gloo_net::http::Request;
use js_sys::{Array, Float32Array, Float64Array};
use leptos::{prelude::*, task::spawn_local};
use material::{Band, Fusion, Leg, PAGE_SIZE, Weights};
use rank::{Candidate, Ranked, Settings, fuse};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::{
    awake,
    glide::{glide, places, swatches},
    tray,
};
use crate::{
    browser::{self, js},
    doubles, wire,
};

/// Milliseconds in which a swatch goes to its new place.
const GLIDE: u32 = 250;
/// The classes of a hit by its band.
const CLASSES: [&str; 3] = [
    "swatch swatch-strong",
    "swatch swatch-related",
    "swatch swatch-weak",
];

/// Placed beside the sliders of a filter form. Without JavaScript they wait for the form's button.
#[island]
pub fn Sliders() -> impl IntoView {
    awake(wake)
}

/// The candidates of the wall that is on the page.
struct Table {
    /// The part of the page they belong to; when it is replaced they are old.
    centre: Element,
    candidates: Vec<Candidate>,
    settings: Settings,
    total: u32,
    /// What the server sent, for what is not a number.
    answer: JsValue,
    /// The materials that have been on the wall, as they stand there.
    items: Vec<Option<Element>>,
}

thread_local! {
    static TABLE: RefCell<Option<Table>> = const { RefCell::new(None) };
}

fn wake(sliders: Element) {
    for event in ["pointerenter", "focusin"] {
        let own = sliders.clone();
        browser::listen(&sliders, event, move |_| load(&own, false));
    }
    let own = sliders.clone();
    browser::listen(&sliders, "input", move |event| {
        show_value(&js::get(&event, "target"));
        load(&own, true);
    });
    let own = sliders.clone();
    browser::listen(&sliders, "change", move |event| {
        // the form would go to another page for it
        event.stop_propagation();
        load(&own, true);
        if let Some(first) = swatches().next() {
            let name = first.0.query_selector(".swatch-name").ok().flatten();
            let name = name
                .and_then(|name| name.text_content())
                .unwrap_or_default();
            browser::say(&["First now: ", &name].concat());
        }
    });
}

/// The number beside a slider.
fn show_value(slider: &JsValue) {
    let value = js::text(slider, "value").unwrap_or_default();
    if let Ok(Some(output)) = js::call(slider, "closest", [".weight".into()])
        .unwrap_or_default()
        .unchecked_into::<Element>()
        .query_selector("output")
    {
        output.set_text_content(Some(&value));
    }
}

/// Sees to it that the candidates are there; then orders them, if that is wanted.
fn load(sliders: &Element, order: bool) {
    let Some(centre) = browser::find(".centre") else {
        return;
    };
    let there = TABLE.with_borrow(|table| {
        table
            .as_ref()
            .is_some_and(|table| js::same(&table.centre, &centre))
    });
    if there {
        if order {
            reorder(sliders);
        }
        return;
    }
    // asked once, however often it is wanted before it comes
    if order {
        browser::attribute(sliders, "data-wanted", Some(""));
    }
    if sliders.has_attribute("data-loading") {
        return;
    }
    browser::attribute(sliders, "data-loading", Some(""));
    let own = sliders.clone();
    spawn_local(async move {
        let table = fetch(&own, centre).await;
        let is_there = table.is_some();
        TABLE.set(table);
        browser::attribute(&own, "data-loading", None);
        if own.has_attribute("data-wanted") {
            browser::attribute(&own, "data-wanted", None);
            if is_there {
                reorder(&own);
            } else if let Some(form) = browser::closest(&own, "form") {
                // the long way still leads there
                let _ = js::call(&form, "requestSubmit", []);
            }
        }
    });
}

async fn fetch(sliders: &Element, centre: Element) -> Option<Table> {
    let address = sliders.get_attribute("data-candidates")?;
    let response = Request::get(&address)
        .header("accept", "application/json")
        .send()
        .await
        .ok()?;
    if !response.ok() {
        return None;
    }
    let text = response.text().await.ok()?;
    let answer = js_sys::JSON::parse(&text).ok()?;
    let whole = |name: &str| Float64Array::new(&js::get(&answer, name)).to_vec();
    let parts = |name: &str| Float32Array::new(&js::get(&answer, name)).to_vec();
    let candidates = wire::read(&whole("ids"), &parts("scores"), &whole("marks"));
    let mut weights = Weights::NONE;
    for (leg, value) in Leg::ALL.into_iter().zip(whole("weights")) {
        *weights.slot(leg) = value as u8;
    }
    let fusion = js::text(&answer, "fusion")?;
    let settings = Settings {
        weights,
        fusion: Fusion::ALL.into_iter().find(|f| f.as_str() == fusion)?,
        diversity: js::number(&answer, "diversity") as f32,
        sureness: wire::read_scores(&parts("sureness")),
        nothing_close: js::truth(&answer, "nothing_close"),
    };
    let materials: Vec<String> = js::items(&js::get(&answer, "materials"))
        .filter_map(|address| address.as_string())
        .collect();
    if materials.len() != candidates.len() {
        return None;
    }
    let mut items = vec![None; materials.len()];
    for (item, address) in swatches() {
        if let Some(at) = materials.iter().position(|material| *material == address) {
            items[at] = Some(item);
        }
    }
    Some(Table {
        centre,
        candidates,
        settings,
        total: js::number(&answer, "total") as u32,
        answer,
        items,
    })
}

/// The weights as the sliders stand.
fn weights(sliders: &Element, before: Weights) -> Weights {
    let mut out = before;
    for leg in Leg::ALL {
        let selector = ["[name=", leg.weight_key(), "]"].concat();
        if let Ok(Some(slider)) = sliders.query_selector(&selector)
            && let Some(value) = js::text(&slider, "value").and_then(|text| text.parse().ok())
        {
            *out.slot(leg) = value;
        }
    }
    out
}

/// Brings the wall into the order of the sliders.
fn reorder(sliders: &Element) {
    let performance = js::get(&browser::window(), "performance");
    let _ = js::call(&performance, "mark", ["veneer:order".into()]);
    let said = TABLE.with_borrow_mut(|table| {
        let table = table.as_mut()?;
        table.settings.weights = weights(sliders, table.settings.weights);
        let order = fuse(&table.candidates, &table.settings);
        let marks = ["veneer:rank".into(), "veneer:order".into()];
        let _ = js::call(&performance, "measure", marks);
        let before = places();
        table.lay(&order);
        glide(&before, GLIDE);
        Some(table.settings.weights)
    });
    let marks = ["veneer:reorder".into(), "veneer:order".into()];
    let _ = js::call(&performance, "measure", marks);
    tray::refresh();
    if let Some(weights) = said {
        keep(sliders, weights);
    }
}

impl Table {
    /// Lays the first page of an order.
    fn lay(&mut self, order: &[Ranked]) {
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

/// Makes every address of the page hold the weights: its own, those of its links, that of a share.
fn keep(sliders: &Element, weights: Weights) {
    let (mut weights, mut usual) = (weights, Weights::default());
    let as_usual = weights == usual;
    let location = js::get(&browser::window(), "location");
    let mut weigh = |parameters: &JsValue| {
        for leg in Leg::ALL {
            let (key, value) = (leg.weight_key(), *weights.slot(leg));
            let _ = if value == *usual.slot(leg) {
                js::call(parameters, "delete", [key.into()])
            } else {
                js::call(parameters, "set", [key.into(), value.to_string().into()])
            };
        }
    };
    let here = js::text(&location, "href").unwrap_or_default();
    if let Ok(url) = js::make("URL", [here.into()]) {
        let parameters = js::get(&url, "searchParams");
        weigh(&parameters);
        let _ = js::call(&parameters, "delete", ["page".into()]);
        browser::readdress(&js::text(&url, "href").unwrap_or_default());
    }
    let path = js::text(&location, "pathname");
    // ways to other weights stay what they are
    for link in browser::find_all("main a[href]:not(.notice-ways a, .weights-usual)") {
        if js::text(&link, "pathname") == path
            && let Some(href) = js::text(&link, "href")
            && let Ok(url) = js::make("URL", [href.into()])
        {
            weigh(&js::get(&url, "searchParams"));
            js::set(&link, "href", js::get(&url, "href"));
        }
    }
    if let Some(view) = browser::find(".share [name=view]")
        && let Ok(parameters) = js::make("URLSearchParams", [js::get(&view, "value")])
    {
        weigh(&parameters);
        let _ = js::call(&parameters, "delete", ["page".into()]);
        if let Ok(text) = js::call(&parameters, "toString", []) {
            js::set(&view, "value", text);
        }
    }
    if let Ok(Some(link)) = sliders.query_selector(".weights-usual") {
        browser::show(&link, !as_usual);
    }
}
