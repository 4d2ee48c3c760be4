//! Sharing results.

use browser::{
    js,
    send::{Failed, Form, Sending},
};
use leptos::{prelude::*, task::spawn_local};
use material::Token;
use web_sys::Element;

use super::awake;

/// The fields of the form.
const FIELDS: [&str; 2] = ["search", "view"];

/// Makes a frozen copy of what is seen and copies its address. Without JavaScript the form leads there.
#[component]
pub fn ShareButton(
    /// The search; none for the library itself.
    search: Option<Token>,
    /// The query string of the view.
    view: String,
) -> impl IntoView {
    let search = search.map(|token| token.to_string()).unwrap_or_default();
    let [first, second] = FIELDS;
    view! {
        <form class="share" method="post" action="/share">
            <input type="hidden" name=first value=search />
            <input type="hidden" name=second value=view />
            <button class="share-button" type="submit">
                "Share"
            </button>
            <p class="share-said" role="status"></p>
            <a class="share-link" hidden></a>
            <ShareAwake />
        </form>
    }
}

#[island]
fn ShareAwake() -> impl IntoView {
    awake(wake)
}

fn wake(form: Element) {
    browser::listen(&form.clone(), "submit", move |event| {
        event.prevent_default();
        let busy = form.has_attribute("aria-busy");
        if !busy {
            browser::attribute(&form, "aria-busy", Some("true"));
            spawn_local(share(form.clone()));
        }
    });
}

async fn share(form: Element) {
    let part = |selector: &str| form.query_selector(selector).ok().flatten();
    let say = |text: &str| {
        if let Some(said) = part(".share-said") {
            said.set_text_content(Some(text));
        }
    };
    say("Making a link…");
    match link(&form).await {
        Ok(address) => {
            say(if copy(&address).await {
                "Link copied. Anyone who has it can open it."
            } else {
                "Here is the link. Anyone who has it can open it."
            });
            if let Some(link) = part(".share-link") {
                browser::attribute(&link, "href", Some(&address));
                link.set_text_content(Some(&address));
                browser::show(&link, true);
            }
        }
        Err(Failed::Sentence(sentence)) => say(&sentence),
        Err(Failed::Stopped) => say(""),
    }
    browser::attribute(&form, "aria-busy", None);
}

/// Makes the share; gives its absolute address.
async fn link(form: &Element) -> Result<String, Failed> {
    let refused = |_| Failed::Sentence("The link was not made. Try again.".to_owned());
    let fields = Form::words().map_err(refused)?;
    for name in FIELDS {
        let field = js::get(&js::get(form, "elements"), name);
        fields.add(name, &js::text(&field, "value").unwrap_or_default());
    }
    let sending = Sending::start("/share", &fields, |_| {}).map_err(refused)?;
    let answer = sending.answer().await?;
    let here = js::get(&js::get(&browser::window(), "location"), "href");
    let address = js::make("URL", [answer.url.into(), here]).map_err(refused)?;
    Ok(js::text(&address, "href").unwrap_or_default())
}

/// Only pages on https (or this machine) have a clipboard.
async fn copy(text: &str) -> bool {
    let clipboard = js::get(&js::get(&browser::window(), "navigator"), "clipboard");
    js::wait(js::call(&clipboard, "writeText", [text.into()]))
        .await
        .is_ok()
}
