//! Sharing results.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use material::Token;
use wasm_bindgen_futures::JsFuture;

use crate::browser::{
    self,
    send::{Body, Failed, Sending},
};

/// Makes a frozen copy of what is seen and copies its address. Without JavaScript the form leads there.
#[island]
pub fn ShareButton(
    /// The search; none for the library itself.
    search: Option<Token>,
    /// The query string of the view.
    view: String,
) -> impl IntoView {
    let search = search.map(|token| token.to_string()).unwrap_or_default();
    let fields = StoredValue::new((search.clone(), view.clone()));
    let busy = RwSignal::new(false);
    let made = RwSignal::new(None::<String>);
    let said = RwSignal::new(String::new());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        said.set("Making a link…".to_owned());
        spawn_local(async move {
            let (search, view) = fields.get_value();
            match share(&search, &view).await {
                Ok((address, copied)) => {
                    said.set(
                        if copied {
                            "Link copied. Anyone who has it can open it."
                        } else {
                            "Here is the link. Anyone who has it can open it."
                        }
                        .to_owned(),
                    );
                    made.set(Some(address));
                }
                Err(sentence) => said.set(sentence),
            }
            busy.set(false);
        });
    };
    view! {
        <form class="share" method="post" action="/share" on:submit=submit>
            <input type="hidden" name="search" value=search />
            <input type="hidden" name="view" value=view />
            <button class="share-button" type="submit" aria-disabled=move || busy.get().then_some("true")>
                "Share"
            </button>
            <p class="share-said" role="status">
                {move || said.get()}
            </p>
            {move || {
                made.get()
                    .map(|address| {
                        view! {
                            <a class="share-link" href=address.clone()>
                                {address.clone()}
                            </a>
                        }
                    })
            }}
        </form>
    }
}

/// Gives the absolute address and whether it is on the clipboard.
async fn share(search: &str, view: &str) -> Result<(String, bool), String> {
    let stopped = || "The link was not made. Try again.".to_owned();
    let say = |failed| match failed {
        Failed::Sentence(text) => text,
        Failed::Stopped => stopped(),
    };
    let sending = Sending::new("/share").map_err(say)?;
    let answer = sending
        .send(Body::Words(&[("search", search), ("view", view)]), |_| {})
        .await
        .map_err(say)?;
    let here = browser::window().location().href().unwrap_or_default();
    let address = web_sys::Url::new_with_base(&answer.url, &here)
        .map(|url| url.href())
        .map_err(|_| stopped())?;
    Ok((address.clone(), copy(&address).await))
}

/// Only pages on https (or this machine) have a clipboard.
async fn copy(text: &str) -> bool {
    let navigator = browser::window().navigator();
    let there = js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false);
    there && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}
