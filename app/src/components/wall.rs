//! The wall of swatches in its bands, with honest headings, and the way through its pages.

use leptos::prelude::*;
use material::{Band, Hit, Leg, Origin, PAGE_SIZE, Results, View, Weights};

use super::swatch::hit_swatch;

/// Swatches that are surely seen before one scrolls; the others are fetched when they come near.
const FIRST_SEEN: usize = 8;

/// Whether anything was asked, so that nearness means something.
pub fn is_search(results: &Results) -> bool {
    results.origin != Origin::Library || !results.bands.is_empty()
}

/// How many materials a band has over all pages.
pub fn count_of(results: &Results, band: Band) -> u32 {
    results
        .bands
        .iter()
        .find(|b| b.band == band)
        .map_or(0, |b| b.count)
}

/// “48 materials, 3 close”.
pub fn count_line(results: &Results) -> String {
    let materials = match results.total {
        0 => "No materials".to_owned(),
        1 => "1 material".to_owned(),
        n => format!("{n} materials"),
    };
    match count_of(results, Band::Strong) {
        _ if !is_search(results) || results.total == 0 => materials,
        0 => format!("{materials}, none close"),
        n => format!("{materials}, {n} close"),
    }
}

fn heading(results: &Results, band: Band) -> String {
    match (band, &results.origin) {
        (Band::Strong, Origin::Photo) => "Close to your photo".to_owned(),
        (Band::Strong, Origin::Swatch { name, .. }) => format!("Close to {name}"),
        (Band::Strong, Origin::Library)
            if results.view.text.is_none() && results.view.palette.is_some() =>
        {
            "Close to your palette".to_owned()
        }
        (Band::Strong, Origin::Library) => {
            let view = &results.view;
            match (&view.text, &view.palette) {
                (Some(_), _) => "Close to your words",
                (None, Some(_)) => "Close to your colours",
                (None, None) => "Close to what you chose",
            }
            .to_owned()
        }
        (Band::Related, _) => "Related".to_owned(),
        (Band::Weak, _) => "Further away".to_owned(),
    }
}

/// Hits in bands, best first; without a question one wall.
pub fn wall(results: &Results) -> AnyView {
    let mut seen = 0;
    let mut list = |hits: Vec<&Hit>| -> Vec<AnyView> {
        hits.into_iter()
            .map(|hit| {
                seen += 1;
                hit_swatch(results, hit, seen <= FIRST_SEEN)
            })
            .collect()
    };
    let bands = if is_search(results) {
        Band::ALL
            .into_iter()
            .filter_map(|of| {
                let hits: Vec<&Hit> = results.hits.iter().filter(|h| h.band == of).collect();
                if hits.is_empty() {
                    return None;
                }
                let count = count_of(results, of).max(hits.len() as u32);
                let begun_before = results.view.page > 0
                    && band_start(results, of) < results.view.page * PAGE_SIZE;
                Some(band(results, of, count, begun_before, list(hits)))
            })
            .collect::<Vec<_>>()
    } else {
        vec![
            view! {
                <section class="band">
                    <h2 class="visually-hidden">"Materials"</h2>
                    <ol class="wall">{list(results.hits.iter().collect())}</ol>
                </section>
            }
            .into_any(),
        ]
    };
    bands.into_any()
}

/// One band with its heading and its hits.
pub fn band(
    results: &Results,
    band: Band,
    count: u32,
    begun_before: bool,
    hits: Vec<AnyView>,
) -> AnyView {
    let class = match band {
        Band::Strong => "band band-strong",
        Band::Related => "band",
        Band::Weak => "band band-weak",
    };
    view! {
        <section class=class>
            <h2 class="band-head">
                {heading(results, band)} " "
                <span class="count">{count.to_string()}</span>
                {begun_before
                    .then(|| {
                        view! { <span class="band-note">" continued"</span> }
                    })}
            </h2>
            <ol class="wall">{hits}</ol>
        </section>
    }
    .into_any()
}

/// How many hits stand before the first of a band, over all pages.
fn band_start(results: &Results, band: Band) -> u32 {
    Band::ALL
        .into_iter()
        .take_while(|b| *b != band)
        .flat_map(|b| results.bands.iter().filter(move |of| of.band == b))
        .map(|of| of.count.saturating_sub(of.folded))
        .sum()
}

/// Previous and next; nothing when one page holds all.
pub fn pager(results: &Results) -> Option<AnyView> {
    let (page, pages) = (results.view.page, results.pages());
    if pages <= 1 && page == 0 {
        return None;
    }
    let to = |page: u32| {
        results.address(&View {
            page,
            ..results.view.clone()
        })
    };
    let previous = (page > 0).then(|| to((page - 1).min(pages - 1)));
    let next = (page + 1 < pages).then(|| to(page + 1));
    Some(view! {
        <nav class="pager" aria-label="Pages">
            {previous.map(|href| view! { <a class="button" rel="prev" href=href>"Previous"</a> })}
            <p>{format!("Page {} of {pages}", page + 1)}</p>
            {next.map(|href| view! { <a class="button" rel="next" href=href>"Next"</a> })}
        </nav>
    }.into_any())
}

/// When nothing is close: the sentence that says so, and other ways to look.
pub fn nothing_close(results: &Results) -> Option<AnyView> {
    let sentence = results.nothing_close.clone()?;
    let only = |leg| {
        results.address(&View {
            weights: Weights::only(leg),
            ..results.view.first_page()
        })
    };
    let ways = (results.origin != Origin::Library).then(|| {
        view! {
            <p class="notice-ways">
                "Order by "
                <a href=only(Leg::Colour)>"colour alone"</a>
                ", by "
                <a href=only(Leg::Look)>"look alone"</a>
                ", or by "
                <a href=only(Leg::Kind)>"what it is"</a>
                "."
            </p>
        }
    });
    Some(
        view! {
            <div class="notice notice-far" role="note">
                <p class="notice-say">{sentence}</p>
                {ways}
            </div>
        }
        .into_any(),
    )
}

/// Where the answer came from and how long it took.
pub fn timing(results: &Results) -> Option<AnyView> {
    let timing = &results.timing;
    if timing.total_us == 0 {
        return None;
    }
    let time = match timing.total_us {
        us if us < 1_000 => "under 1 ms".to_owned(),
        us => format!("{} ms", (us + 500) / 1_000),
    };
    let path = match timing.path.as_str() {
        "exact" => ", every swatch compared",
        "index" => ", found through the index",
        _ => "",
    };
    Some(view! { <p class="timing">{format!("{time}{path}")}</p> }.into_any())
}

/// The legs that have something to compare, so that their weights mean something.
pub fn legs_at_work(results: &Results) -> Vec<Leg> {
    let picture = results.origin != Origin::Library;
    Leg::ALL
        .into_iter()
        .filter(|leg| match leg {
            Leg::Words => results.view.text.is_some(),
            Leg::Colour if results.view.palette.is_some() => true,
            // words and examples ask for kinds and finishes too
            _ => picture || results.hits.iter().any(|hit| hit.scores.of(*leg).is_some()),
        })
        .collect()
}
