//! What is kept to be compared, over all pages of this tab.

use std::cell::RefCell;

use browser::{Store, js};
use leptos::prelude::*;
use material::Comparison;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use super::awake;

/// Where it is kept: a line for each, its address, name and picture with tabs between.
const KEY: &str = "veneer:compare";

/// The form behind every “Compare” of a page. The boxes of the page belong to it, so it works without
/// JavaScript; with it, what was ticked on other pages stays and stands in the tray.
#[component]
pub fn Tray() -> impl IntoView {
    let places = (0..Comparison::MOST).map(|_| {
        view! {
            <li class="tray-place" hidden>
                <img class="tray-picture" alt="" width="48" height="48" />
                <button class="tray-off" type="button">
                    <span class="visually-hidden">"Take off "</span>
                    <span class="tray-name"></span>
                    <svg class="chip-x" viewBox="0 0 12 12" aria-hidden="true">
                        <path d="m3 3 6 6M9 3 3 9" />
                    </svg>
                </button>
                <input class="tray-value" type="hidden" name="m" disabled />
            </li>
        }
    });
    view! {
        <form id="compare" class="tray" method="get" action="/compare" aria-label="Kept to compare">
            <ul class="tray-list" hidden>
                {places.collect_view()}
            </ul>
            <p class="tray-said" role="status"></p>
            <button class="button button-main tray-go" type="submit">
                "Compare side by side"
            </button>
            <TrayAwake />
        </form>
    }
}

#[island]
fn TrayAwake() -> impl IntoView {
    awake(wake)
}

/// One that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    slug: String,
    name: String,
    picture: String,
}

fn read(text: &str) -> Vec<Kept> {
    text.lines()
        .filter_map(|line| {
            let mut parts = line.split('\t').map(str::to_owned);
            Some(Kept {
                slug: parts.next().filter(|slug| !slug.is_empty())?,
                name: parts.next()?,
                picture: parts.next()?,
            })
        })
        .take(Comparison::MOST)
        .collect()
}

fn written(kept: &[Kept]) -> String {
    let lines: Vec<String> = kept
        .iter()
        .map(|k| [k.slug.as_str(), &k.name, &k.picture].join("\t"))
        .collect();
    lines.join("\n")
}

thread_local! {
    static KEPT: RefCell<Vec<Kept>> = RefCell::default();
}

/// Changes what is kept, then shows it, with a sentence if there is one.
fn change(tray: &Element, how: impl FnOnce(&mut Vec<Kept>) -> Result<(), &'static str>) {
    let said = KEPT.with_borrow_mut(|kept| {
        let said = how(kept);
        let text = (!kept.is_empty()).then(|| written(kept));
        Store::Session.write(KEY, text.as_deref());
        said
    });
    KEPT.with_borrow(|kept| paint(tray, kept));
    if let Err(sentence) = said {
        say(tray, sentence);
    }
}

/// Ticks the boxes of swatches that have come to the page.
pub fn refresh() {
    if let Some(tray) = browser::find(".tray[data-awake]") {
        KEPT.with_borrow(|kept| paint(&tray, kept));
    }
}

fn remembered() -> Vec<Kept> {
    let text = Store::Session.read(KEY);
    text.map(|text| read(&text)).unwrap_or_default()
}

fn wake(tray: Element) {
    change(&tray, |kept| {
        *kept = remembered();
        // what was ticked before the page was awake counts too
        browser::find_all(".keep input:checked")
            .iter()
            .try_for_each(|field| add(kept, field))
    });
    let own = tray.clone();
    browser::listen(&browser::document(), "change", move |event| {
        if !browser::on(&event, ".keep input") {
            return;
        }
        let field = js::get(&event, "target");
        change(&own, |kept| {
            if js::truth(&field, "checked") {
                return add(kept, &field);
            }
            let slug = js::text(&field, "value").unwrap_or_default();
            kept.retain(|one| one.slug != slug);
            Ok(())
        });
    });
    let own = tray.clone();
    browser::listen(&tray, "click", move |event| {
        let Some(place) = browser::closest(&js::get(&event, "target"), ".tray-off")
            .and_then(|button| browser::closest(&button, ".tray-place"))
        else {
            return;
        };
        let at = places(&own)
            .iter()
            .position(|other| js::same(other, &place));
        change(&own, |kept| {
            if let Some(at) = at.filter(|at| *at < kept.len()) {
                kept.remove(at);
            }
            Ok(())
        });
    });
    // the way back brings the page as it was left, and more may have been kept since
    browser::listen(&browser::window(), "pageshow", move |event| {
        if js::truth(&event, "persisted") {
            change(&tray, |kept| {
                *kept = remembered();
                Ok(())
            });
        }
    });
}

/// Keeps the material of a box; a sentence when there is no room.
fn add(kept: &mut Vec<Kept>, field: &JsValue) -> Result<(), &'static str> {
    let slug = js::text(field, "value").unwrap_or_default();
    if kept.iter().any(|k| k.slug == slug) {
        return Ok(());
    }
    if kept.len() >= Comparison::MOST {
        return Err("Four fit side by side. Take one off to keep another.");
    }
    let swatch = browser::closest(field, ".swatch");
    let part = |selector: &str| swatch.as_ref()?.query_selector(selector).ok().flatten();
    kept.push(Kept {
        name: part(".swatch-name")
            .and_then(|name| name.text_content())
            .unwrap_or_default()
            .replace(['\t', '\n'], " "),
        picture: part(".picture")
            .and_then(|picture| picture.get_attribute("src"))
            .unwrap_or_default(),
        slug,
    });
    Ok(())
}

fn places(tray: &Element) -> Vec<Element> {
    js::call(tray, "querySelectorAll", [".tray-place".into()])
        .map(|list| js::items(&list).map(JsCast::unchecked_into).collect())
        .unwrap_or_default()
}

fn say(tray: &Element, words: &str) {
    if let Ok(Some(said)) = tray.query_selector(".tray-said") {
        said.set_text_content(Some(words));
    }
}

/// Shows what is kept and ticks the boxes of this page.
fn paint(tray: &Element, kept: &[Kept]) {
    browser::attribute(tray, "data-awake", Some(""));
    browser::attribute(tray, "data-kept", Some(&kept.len().to_string()));
    for field in browser::find_all(".keep input") {
        let slug = js::text(&field, "value").unwrap_or_default();
        js::set(&field, "checked", kept.iter().any(|k| k.slug == slug));
        // the tray's own fields speak for all
        browser::attribute(&field, "form", Some("kept-elsewhere"));
    }
    if let Ok(Some(list)) = tray.query_selector(".tray-list") {
        browser::show(&list, true);
    }
    for (i, place) in places(tray).iter().enumerate() {
        let part = |selector: &str| place.query_selector(selector).ok().flatten();
        let one = kept.get(i);
        browser::show(place, one.is_some());
        if let Some(value) = part(".tray-value") {
            js::set(&value, "disabled", one.is_none());
            js::set(&value, "value", one.map_or("", |k| k.slug.as_str()));
        }
        let Some(one) = one else {
            continue;
        };
        if let Some(picture) = part(".tray-picture") {
            browser::show(&picture, !one.picture.is_empty());
            browser::attribute(&picture, "src", Some(&one.picture));
        }
        if let Some(name) = part(".tray-name") {
            name.set_text_content(Some(&one.name));
        }
    }
    say(
        tray,
        match kept.len() {
            1 => "Keep one more to compare.",
            _ => "",
        },
    );
    if let Ok(Some(go)) = tray.query_selector(".tray-go") {
        js::set(&go, "disabled", kept.len() < 2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_reads_back_and_damage_is_passed_over() {
        let kept = vec![
            Kept {
                slug: "a".to_owned(),
                name: "Oak, “light”".to_owned(),
                picture: "/swatch/1/320".to_owned(),
            },
            Kept {
                slug: "b".to_owned(),
                name: "Ash".to_owned(),
                picture: String::new(),
            },
        ];
        assert_eq!(read(&written(&kept)), kept);
        assert!(read("").is_empty());
        assert!(read("a\nb\tc\n\t\t").is_empty());
        assert_eq!(read(&"a\tb\tc\n".repeat(9)).len(), 4);
    }
}
