//! Materials that may be one, side by side.

use leptos::prelude::*;
use material::{Likeness, Name, SwatchId};
use search::Pair;

use crate::{
    frame::{button, empty},
    text::of,
};

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct DuplicatesPage {
    /// Some pairs.
    pub pairs: Vec<Pair>,
    /// How many there are.
    pub all: usize,
    /// Which is the first shown.
    pub skip: usize,
}

/// Pairs with what can be said of them.
#[must_use]
pub fn duplicates(page: &DuplicatesPage, token: &str) -> AnyView {
    if page.pairs.is_empty() {
        return empty("No two materials look like one, or all that do were looked at.");
    }
    let pairs: Vec<AnyView> = page.pairs.iter().map(|one| pair(one, token)).collect();
    let shown = page.skip + page.pairs.len();
    let next = (shown < page.all).then(|| {
        view! {
            <p>
                <a class="button" href=format!("/admin/duplicates?skip={shown}")>
                    "More"
                </a>
            </p>
        }
    });
    view! {
        <p>
            {format!(
                "{} to look at. Merging keeps the one on the left with the pictures of both; what it leaves open is taken from the other.",
                of(page.all as u64, "pair", "pairs"),
            )}
        </p>
        <ul class="desk-pairs">{pairs}</ul>
        {next}
    }
    .into_any()
}

fn pair(pair: &Pair, token: &str) -> AnyView {
    let found = &pair.found;
    let how = match found.likeness {
        Likeness::File => "The same file",
        Likeness::Picture => "The same picture, saved again",
        Likeness::Look => "The same look",
    };
    let [one, other] = &pair.shown;
    let say = |what: &str| {
        vec![
            ("one", found.one_is.0.as_str().to_owned()),
            ("other", found.other_is.0.as_str().to_owned()),
            ("what", what.to_owned()),
        ]
    };
    let path = || "/admin/duplicates".to_owned();
    view! {
        <li class="desk-pair">
            <h2>{how}</h2>
            <div class="desk-two">
                {side(&found.one_is, one.as_ref())} {side(&found.other_is, other.as_ref())}
            </div>
            <div class="desk-actions">
                {button(path(), "Merge into the left one", token, say("merge"))}
                {button(path(), "Keep both", token, say("keep"))}
                {button(path(), "Link as alternatives", token, say("link"))}
            </div>
        </li>
    }
    .into_any()
}

fn side((key, name): &(Name, Name), shown: Option<&(SwatchId, String)>) -> AnyView {
    let picture = shown.map(|(id, _)| {
        view! { <img src=format!("/swatch/{id}/320") alt="" width="320" height="320" loading="lazy" /> }
    });
    let called = match shown {
        Some((_, slug)) => {
            view! { <a href=format!("/m/{slug}")>{name.as_str().to_owned()}</a> }.into_any()
        }
        None => name.as_str().to_owned().into_any(),
    };
    view! {
        <figure>
            {picture} <figcaption>
                {called} <small>{key.as_str().to_owned()}</small>
            </figcaption>
        </figure>
    }
    .into_any()
}
