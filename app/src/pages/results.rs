//! Results of a photo, a swatch or words, and the library itself: one page.

use leptos::prelude::*;
use material::{Colour, ExampleOf, ExampleShown, Origin, Palette, Results, Token, View, hex};
use search::Error;

use super::{asked, path_part, raw_query};
use crate::{
    components::{
        chosen::{called, chips, chosen, gone},
        facts::{measured, seen},
        filters::filters,
        head::Head,
        page::{Page, Words},
        palette::palette,
        swatch::picture,
        wall::{count_line, nothing_close, pager, timing, wall},
    },
    islands::{Density, Dropper, Joins, Onto, PhotoPreview, ShareButton},
};

/// Asks for the results of a search.
#[component]
pub fn SearchRoute() -> AnyView {
    let (id, query) = (path_part("id"), raw_query());
    asked(
        |veneer| async move {
            let id = Token::parse(&id).map_err(|_| {
                Error::NotFound("There is no such search. The address may be cut off.")
            })?;
            veneer.results(&id, &View::parse(&query)?).await
        },
        |results| view! { <ResultsPage results /> },
    )
}

/// Asks for the library, or for what words find in it.
#[component]
pub fn LibraryRoute() -> AnyView {
    let query = raw_query();
    asked(
        |veneer| async move { veneer.library(&View::parse(&query)?).await },
        |results| view! { <ResultsPage results /> },
    )
}

/// What was searched, in a few words.
pub fn title(results: &Results) -> String {
    let words = results.view.text.as_ref().map(|t| format!("“{t}”"));
    let has_more = results
        .examples
        .iter()
        .any(|card| card.example.is_photo() && !card.example.away);
    let photo = if has_more {
        "your photos"
    } else {
        "your photo"
    };
    match (&results.origin, words) {
        (Origin::Photo, None) => format!("Materials like {photo}"),
        (Origin::Photo, Some(words)) => format!("Like {photo} and {words}"),
        (Origin::Swatch { name, .. }, None) => format!("More like {name}"),
        (Origin::Swatch { name, .. }, Some(words)) => format!("Like {name} and {words}"),
        (Origin::Library, words) => match (&results.view.palette, words) {
            (None, None) => match results.examples.iter().find(|e| !e.example.away) {
                Some(card) => format!("More like {}", card.name()),
                None => "The library".to_owned(),
            },
            (None, Some(words)) => format!("Materials for {words}"),
            (Some(_), None) => "Materials in these colours".to_owned(),
            (Some(_), Some(words)) => format!("Materials for {words} in these colours"),
        },
    }
}

/// The results page.
#[component]
pub fn ResultsPage(
    /// What it shows.
    results: Results,
) -> AnyView {
    let title = title(&results);
    let counted = count_line(&results);
    let words = results
        .view
        .text
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let description = format!("{title}: {counted}.");
    let canonical = results.address(&View::default());
    let from = from(&results, false);
    let bare = from.is_none();
    let class = if bare {
        "page-results page-library"
    } else {
        "page-results"
    };
    view! {
        <Head title=title.clone() description canonical />
        <Page class words=Words::View(words)>
            <header class="results-head">
                <h1>{title}</h1>
                <p class="results-count" role="status">
                    {counted}
                </p>
                <div class="results-tools">
                    <button class="button filters-open" type="button" popovertarget="filters">
                        "Filters"
                    </button>
                    <ShareButton
                        search=results.id.clone()
                        view=results.view.query().trim_start_matches('?').to_owned()
                    />
                    <Density />
                </div>
            </header>
            {from}
            <div class="centre">
                {bare.then(|| another(&results))}
                {gone(&results)}
                {chosen(&results, false)}
                {nothing_close(&results)}
                {body(&results)}
                {pager(&results)}
                {timing(&results)}
            </div>
            {filters(&results)}
        </Page>
    }
    .into_any()
}

/// The photo or the swatch a search started from; none where it started from neither.
pub fn start(results: &Results) -> Option<AnyView> {
    match &results.origin {
        Origin::Library => None,
        Origin::Photo => {
            let colours = results.look.as_ref().map(|look| look.palette.as_slice());
            let photo = |id| photo(id, colours.unwrap_or_default(), false);
            results.id.clone().map(photo)
        }
        Origin::Swatch {
            material,
            name,
            swatch,
        } => Some(
            view! {
                <a class="from-swatch" href=format!("/m/{material}")>
                    <span class="plate">
                        {picture(swatch, format!("{name}, {}", swatch.view), "17rem", true)}
                    </span>
                    <span class="swatch-name">{name.to_string()}</span>
                </a>
            }
            .into_any(),
        ),
    }
}

/// What the search started from: photo, swatch or palette, its colours, what is seen and measured in it.
pub fn from(results: &Results, frozen: bool) -> Option<AnyView> {
    let start = match &results.origin {
        Origin::Library => return put_together(results, frozen),
        Origin::Photo if frozen => None,
        Origin::Photo | Origin::Swatch { .. } => start(results),
    };
    let look = results.look.as_ref().map(|look| {
        view! {
            <section class="panel">
                <h2 class="panel-head">"Colours"</h2>
                {palette(&look.palette)}
            </section>
            <section class="panel">
                <h2 class="panel-head">"Measured"</h2>
                {measured(look)}
            </section>
        }
    });
    let sentence = results
        .analysis
        .as_ref()
        .filter(|a| !a.sentence.is_empty())
        .map(|a| view! { <p class="from-says">{a.sentence.clone()}</p> });
    let joins = results
        .id
        .clone()
        .filter(|_| results.awaiting && !frozen)
        .map(|id| view! { <Joins id /> });
    let bare = start.is_none() && sentence.is_none() && frozen;
    let again = (!frozen).then(|| another(results));
    Some(
        view! {
            <div class="from">
                {(!bare)
                    .then(|| {
                        view! {
                            <div class="from-start">
                                {start}
                                <div class="from-words">{sentence} {joins} {again}</div>
                            </div>
                        }
                    })}
                {added(results, frozen)}
                {seen(results, frozen)}
                {look}
            </div>
        }
        .into_any(),
    )
}

/// The way to search with another photo, or with one more.
fn another(results: &Results) -> AnyView {
    // What is not asked for anything yet has nothing to be added to.
    let view = results.view.first_page();
    let asks = results.id.is_some() || view != View::default();
    let onto = asks.then(|| Onto {
        search: results.id.clone(),
        view: view.query().trim_start_matches('?').to_owned(),
    });
    view! {
        <details class="again">
            <summary class="button">
                {if results.origin == Origin::Photo { "Add or change the photo" } else { "Add a photo" }}
            </summary>
            {view! { <Dropper onto=onto /> }.into_any()}
        </details>
    }
    .into_any()
}

/// What a search in the library was put together from: a palette, photos, or both.
fn put_together(results: &Results, frozen: bool) -> Option<AnyView> {
    let palette = results
        .view
        .palette
        .as_ref()
        .map(|asked| mixed(asked, frozen));
    let photos = added(results, frozen);
    if palette.is_none() && photos.is_none() {
        return None;
    }
    let another = (!frozen).then(|| another(results));
    Some(view! { <div class="from from-palette">{palette} {photos} {another}</div> }.into_any())
}

/// Photos that were added to the search.
fn added(results: &Results, frozen: bool) -> Option<AnyView> {
    let photos: Vec<_> = results
        .examples
        .iter()
        .filter_map(|card| {
            let ExampleShown::Photo { palette } = &card.shown else {
                return None;
            };
            let ExampleOf::Photo(search) = &card.example.of else {
                return None;
            };
            let way = if card.example.away {
                "Less like "
            } else {
                "More like "
            };
            let name = called(&results.view, &results.examples, &card.example);
            Some(view! {
                <li>
                    {photo(search.clone(), palette, frozen)}
                    <span class="note">{way} {name}</span>
                </li>
            })
        })
        .collect();
    (!photos.is_empty()).then(|| {
        view! {
            <section class="panel">
                <h2 class="panel-head">"Added photos"</h2>
                <ul class="from-added">{photos}</ul>
            </section>
        }
        .into_any()
    })
}

/// The palette somebody put together, and the way back to it.
fn mixed(asked: &Palette, frozen: bool) -> AnyView {
    let colours = palette(&asked.colours());
    let change = format!("/palette?palette={asked}");
    view! {
        <section class="panel">
            <h2 class="panel-head">"Your palette"</h2>
            {colours}
            <p class="note">{format!("Light reflectance of the whole: {:.0}", asked.lrv())}</p>
            {(!frozen)
                .then(|| {
                    view! {
                        <a class="button" href=change>
                            "Change the colours"
                        </a>
                    }
                })}
        </section>
    }
    .into_any()
}

/// The photo, where this browser still has it, over what the server has left of it: its colours.
fn photo(id: Token, colours: &[Colour], frozen: bool) -> AnyView {
    let blocks: Vec<_> = colours
        .iter()
        .map(|c| {
            let style = format!("--ground:{};flex-grow:{:.3}", hex(c.lab), c.share);
            view! { <span class="from-colour" style=style></span> }
        })
        .collect();
    view! {
        <div class="from-photo">
            {blocks} {(!frozen).then(|| view! { <PhotoPreview id /> })}
        </div>
    }
    .into_any()
}

/// The wall, or why there is none and what to do about it.
pub fn body(results: &Results) -> AnyView {
    if !results.hits.is_empty() {
        return wall(results).into_any();
    }
    if results.library == 0 {
        return view! {
            <div class="notice">
                <h2>"The library is empty"</h2>
                <p>"Fill it with a folder of photos or a table of properties:"</p>
                <pre>
                    <code>"veneer import photos/ --csv materials.csv"</code>
                </pre>
            </div>
        }
        .into_any();
    }
    if results.total > 0 {
        let first = results.address(&results.view.first_page());
        return view! {
            <div class="notice">
                <h2>"There is no such page"</h2>
                <p>
                    {format!("The last one is page {}. ", results.pages())}
                    <a href=first>"Go to the first"</a>
                    "."
                </p>
            </div>
        }
        .into_any();
    }
    let chips = chips(&results.view, &results.suggested, &results.examples);
    if chips.is_empty() {
        return view! {
            <div class="notice">
                <h2>"Nothing was found"</h2>
                <p>
                    "The library has nothing to compare this with. "
                    <a href="/library">"Look through the library"</a> "."
                </p>
            </div>
        }
        .into_any();
    }
    let one = chips.len() == 1;
    let ways: Vec<_> = chips
        .into_iter()
        .map(|chip| {
            view! {
                <li>
                    <a class="chip" href=results.address(&chip.without)>
                        "Without "
                        {chip.label}
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <div class="notice">
            <h2>
                {if one {
                    "Nothing in the library passes this filter"
                } else {
                    "Nothing in the library passes all of these"
                }}
            </h2>
            <p>{format!("There are {} materials. Take one thing off:", results.library)}</p>
            <ul class="chips">{ways}</ul>
        </div>
    }
    .into_any()
}
