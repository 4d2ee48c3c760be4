//! The candidates of the wall, as the server sends them.

use browser::js;
use gloo_net::http::Request;
use js_sys::{Float32Array, Float64Array};
use material::{Fusion, Leg, Weights};
use rank::{Candidate, Settings};
use wasm_bindgen::JsValue;
use web_sys::Element;

use super::super::glide::swatches;
use crate::wire;

/// The candidates of the wall that is on the page.
pub struct Table {
    /// The part of the page they belong to; when it is replaced they are old.
    pub centre: Element,
    pub candidates: Vec<Candidate>,
    pub settings: Settings,
    pub total: u32,
    /// What the server sent, for what is not a number.
    pub answer: JsValue,
    /// The materials that have been on the wall, as they stand there.
    pub items: Vec<Option<Element>>,
}

impl Table {
    /// Asks for the candidates of the page; none when they do not come whole.
    pub async fn fetch(sliders: &Element, centre: Element) -> Option<Self> {
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
        Some(Self {
            centre,
            candidates,
            settings,
            total: js::number(&answer, "total") as u32,
            answer,
            items,
        })
    }
}
