//! Paper, slate, or as the system has it.

use leptos::prelude::*;

use crate::browser;

/// Where the choice is kept; the shell reads it before the first paint.
const KEY: &str = "veneer:theme";

/// Value and label; the empty value follows the system.
const THEMES: [(&str, &str); 3] = [("", "System"), ("paper", "Paper"), ("slate", "Slate")];

/// Three radio buttons for the theme. Without JavaScript the page follows the system and this stays hidden.
#[island]
pub fn ThemeSwitch() -> impl IntoView {
    let chosen = RwSignal::new(None::<String>);
    Effect::new(move || {
        let kept = browser::local().and_then(|store| store.get_item(KEY).ok().flatten());
        let known = kept.filter(|theme| THEMES.iter().any(|(value, _)| value == theme));
        chosen.set(Some(known.unwrap_or_default()));
    });
    let choose = move |theme: &'static str| {
        chosen.set(Some(theme.to_owned()));
        if let Some(root) = browser::document().document_element() {
            let _ = match theme {
                "" => root.remove_attribute("data-theme"),
                _ => root.set_attribute("data-theme", theme),
            };
        }
        if let Some(store) = browser::local() {
            let _ = match theme {
                "" => store.remove_item(KEY),
                _ => store.set_item(KEY, theme),
            };
        }
    };
    let options = THEMES.map(|(value, label)| {
        view! {
            <label class="theme-choice">
                <input
                    type="radio"
                    name="theme"
                    value=value
                    prop:checked=move || chosen.with(|c| c.as_deref() == Some(value))
                    on:change=move |_| choose(value)
                />
                <span>{label}</span>
            </label>
        }
    });
    view! {
        <fieldset class="theme" hidden=move || chosen.with(Option::is_none)>
            <legend class="visually-hidden">"Theme"</legend>
            {options.into_iter().collect_view()}
        </fieldset>
    }
}
