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
pub fn ShareRoute() -> AnyView {
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

/// “2026-11-20” as “20 November 2026”; anything else as it is.
fn day(date: &str) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = date.splitn(3, '-');
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = month
        .and_then(|m| m.parse::<usize>().ok())
        .and_then(|m| MONTHS.get(m.wrapping_sub(1)));
    match (year, month, day.and_then(|d| d.parse::<u8>().ok())) {
        (Some(year), Some(month), Some(day)) => format!("{day} {month} {year}"),
        _ => date.to_owned(),
    }
}

/// The page of a share.
#[component]
pub fn SharePage(
    /// What it shows.
    share: ShareInfo,
) -> AnyView {
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
            <header class="results-head">
                <h1>{title.clone()}</h1>
                <p class="results-count">
                    "Shared on " <time datetime=made.clone()>{day(&made)}</time>
                    ", kept as it was"
                </p>
                <div class="results-tools">
                    <a class="button button-main" href=live rel="nofollow">
                        "Search from here"
                    </a>
                </div>
            </header>
            {from}
            <div class="centre">
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
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_read_as_people_say_them() {
        assert_eq!(day("2026-11-05"), "5 November 2026");
        for odd in ["", "2026", "2026-13-01", "2026-00-01", "x-1-y"] {
            assert_eq!(day(odd), odd);
        }
    }
}
