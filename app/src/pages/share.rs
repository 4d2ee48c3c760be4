//! A share: results as they were, for anyone who has the address.

use leptos::prelude::*;
use material::{ShareInfo, Token};
use search::Error;

use super::{
    asked, path_part,
    results::{body, from},
};
use crate::components::{
    chosen::chosen,
    head::{Head, Preview},
    page::Page,
    wall::count_line,
};

/// Asks for a share.
#[component]
pub fn ShareRoute() -> impl IntoView {
    let slug = path_part("slug");
    asked(
        |veneer| async move {
            let slug = Token::parse(&slug).map_err(|_| {
                Error::NotFound("There is no such share. The address may be cut off.")
            })?;
            veneer.shared(&slug).await
        },
        |share| view! { <SharePage share /> },
    )
}

/// The page of a share.
#[component]
pub fn SharePage(
    /// What it shows.
    share: ShareInfo,
) -> impl IntoView {
    let ShareInfo {
        slug,
        made,
        title,
        results,
    } = share;
    let counted = count_line(&results);
    let path = format!("/share/{slug}");
    let preview = Preview {
        path: format!("{path}/preview.jpg"),
        alt: format!("Swatches: {}", title),
        width: 1200,
        height: 630,
    };
    let names: Vec<_> = results
        .hits
        .iter()
        .take(3)
        .map(|h| h.material.name.as_str())
        .collect();
    let description = if names.is_empty() {
        format!("{counted}.")
    } else {
        format!("{counted}: {} …", names.join(", "))
    };
    let live = results.address(&results.view);
    let from = from(&results, true);
    let class = if from.is_some() {
        "page-results page-share"
    } else {
        "page-results page-share page-library"
    };
    view! {
        <Head title=title.clone() description canonical=path index=false preview=Some(preview) />
        <Page class>
            {from}
            <div class="centre">
                <header class="results-head">
                    <h1>{title.clone()}</h1>
                    <p class="results-count">
                        {counted} ", as they were on "
                        <time datetime=made.clone()>{made.clone()}</time>
                    </p>
                    <div class="results-tools">
                        <a class="button button-main" href=live rel="nofollow">
                            "Search from here"
                        </a>
                    </div>
                </header>
                {chosen(&results, true)}
                {results
                    .nothing_close
                    .clone()
                    .map(|sentence| {
                        view! { <p class="notice notice-far notice-say">{sentence}</p> }
                    })}
                {body(&results)}
            </div>
        </Page>
    }
}
