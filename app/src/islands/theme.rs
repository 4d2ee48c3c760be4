//! Paper, slate, or as the system has it.

use browser::{Store, js};
use leptos::prelude::*;
use web_sys::Element;

use super::awake;

/// Where the choice is kept; the shell reads it before the first paint.
const KEY: &str = "veneer:theme";

/// Value and label; the empty value follows the system.
const THEMES: [(&str, &str); 3] = [("", "System"), ("paper", "Paper"), ("slate", "Slate")];

/// Three radio buttons for the theme. Without JavaScript the page follows the system and this stays hidden.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let options = THEMES.map(|(value, label)| {
        view! {
            <label class="theme-choice">
                <input type="radio" name="theme" value=value />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="theme" hidden>
            <legend class="visually-hidden">"Theme"</legend>
            {options.into_iter().collect_view()}
            <ThemeAwake />
        </fieldset>
    }
}

#[island]
fn ThemeAwake() -> impl IntoView {
    awake(wake)
}

fn wake(fieldset: Element) {
    let kept = Store::Local.read(KEY).unwrap_or_default();
    let known = THEMES.iter().any(|(value, _)| *value == kept);
    let now = if known { &kept } else { "" };
    let selector = ["input[value='", now, "']"].concat();
    if let Ok(Some(input)) = fieldset.query_selector(&selector) {
        js::set(&input, "checked", true);
    }
    browser::show(&fieldset, true);
    browser::listen(&fieldset, "change", |event| {
        let chosen = js::text(&js::get(&event, "target"), "value");
        let chosen = chosen.as_deref().filter(|theme| !theme.is_empty());
        if let Some(root) = browser::document().document_element() {
            browser::attribute(&root, "data-theme", chosen);
        }
        Store::Local.write(KEY, chosen);
    });
}
