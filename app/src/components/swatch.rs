//! The swatch: the one object everything is made of.

use leptos::prelude::*;
use material::{Band, Hit, MaterialCard, Results, SwatchRef};

use crate::doubles;

/// How wide a swatch of a wall stands on the page, for the browser's choice of picture.
pub const WALL_SIZES: &str = "(min-width: 72rem) 15rem, (min-width: 44rem) 30vw, 46vw";

/// One picture with its box: the ground stands before the picture is there, so nothing shifts.
pub fn picture(swatch: &SwatchRef, alt: String, sizes: &'static str, eager: bool) -> AnyView {
    let address = format!("/swatch/{}", swatch.id);
    view! {
        <img
            class="picture"
            src=format!("{address}/320")
            srcset=format!("{address}/320 320w, {address}/640 640w")
            sizes=sizes
            width=swatch.width.to_string()
            height=swatch.height.to_string()
            style=format!("--ground:{}", swatch.ground)
            alt=alt
            loading=if eager { "eager" } else { "lazy" }
            decoding="async"
        />
    }
    .into_any()
}

/// The plate of a material: its first view and, under a pointer or focus, its second.
pub fn plate(card: &MaterialCard, sizes: &'static str, eager: bool) -> AnyView {
    let first = card
        .swatches
        .first()
        .map(|swatch| picture(swatch, card.alt(), sizes, eager));
    let second = card.swatches.get(1).map(|swatch| {
        // Not displayed before it is wanted, so a browser does not fetch it before either.
        view! { <span class="plate-second">{picture(swatch, String::new(), sizes, false)}</span> }
    });
    let bare = card.swatches.is_empty();
    view! {
        <span class="plate" class:plate-bare=bare>
            {first}
            {second}
        </span>
    }
    .into_any()
}

/// The button that searches with a swatch; its form, [`more_form`], stands once on the page.
pub fn more_like_this(card: &MaterialCard) -> Option<AnyView> {
    let swatch = card.swatches.first()?;
    Some(
        view! {
            <button
                class="more"
                type="submit"
                form="more"
                name="swatch"
                value=swatch.id.to_string()
                aria-label=format!("More like {}", card.name)
            >
                "More like this"
            </button>
        }
        .into_any(),
    )
}

/// The box that keeps a material to be compared; its form, the tray, is part of every page.
pub fn keep(card: &MaterialCard) -> AnyView {
    view! {
        <label class="keep">
            <input type="checkbox" name="m" value=card.slug.to_string() form="compare" />
            "Compare"
            <span class="visually-hidden">" " {card.name.to_string()}</span>
        </label>
    }
    .into_any()
}

/// Links that bring more, or less, of a hit into the search it was found by.
fn steer(results: &Results, card: &MaterialCard) -> Option<AnyView> {
    let swatch = card.swatches.first()?;
    let to = |away| results.address(&results.view.with_example(&swatch.id, away));
    Some(
        view! {
            <span class="steer">
                <a
                    class="more"
                    rel="nofollow"
                    href=to(false)
                    aria-label=format!("More like {}", card.name)
                >
                    "More like this"
                </a>
                <a
                    class="more"
                    rel="nofollow"
                    href=to(true)
                    aria-label=format!("Less like {}", card.name)
                >
                    "Less"
                </a>
            </span>
        }
        .into_any(),
    )
}

/// The form behind every “more like this” of a page.
pub fn more_form() -> AnyView {
    view! { <form id="more" method="post" action="/search" enctype="multipart/form-data"></form> }
        .into_any()
}

/// Name and maker below a plate, in two lines.
pub fn caption(card: &MaterialCard) -> AnyView {
    view! {
        <span class="swatch-name">{card.name.to_string()}</span>
        <span class="swatch-maker">
            {card.maker.as_ref().map_or_else(|| "Maker not known".to_owned(), ToString::to_string)}
        </span>
    }
    .into_any()
}

/// A material without reasons, as the home page shows it.
pub fn plain_swatch(card: &MaterialCard, sizes: &'static str, eager: bool) -> AnyView {
    view! {
        <li class="swatch">
            <a class="swatch-link" href=format!("/m/{}", card.slug)>
                {plate(card, sizes, eager)}
                {caption(card)}
            </a>
            {more_like_this(card)}
            {keep(card)}
        </li>
    }
    .into_any()
}

/// A hit: the swatch with the reason it is here.
pub fn hit_swatch(results: &Results, hit: &Hit, eager: bool) -> AnyView {
    let card = &hit.material;
    let band = match hit.band {
        Band::Strong => "swatch swatch-strong",
        Band::Related => "swatch swatch-related",
        Band::Weak => "swatch swatch-weak",
    };
    let price = card.price.as_ref().map(|price| {
        view! { <p class="swatch-price">{price.to_string()}</p> }
    });
    view! {
        <li class=band>
            <a class="swatch-link" href=format!("/m/{}", card.slug)>
                {plate(card, WALL_SIZES, eager)}
                {caption(card)}
            </a>
            {steer(results, card)}
            {why(hit)}
            {also(hit)}
            {price}
            {keep(card)}
        </li>
    }
    .into_any()
}

/// The reason in one line; opened, the reasons one by one.
fn why(hit: &Hit) -> Option<AnyView> {
    if hit.summary.is_empty() && hit.reasons.is_empty() {
        return None;
    }
    if hit.reasons.is_empty() {
        return Some(view! { <p class="why-line">{hit.summary.clone()}</p> }.into_any());
    }
    let reasons: Vec<_> = hit
        .reasons
        .iter()
        .map(|reason| {
            let agreement = reason.agreement.clamp(0.0, 1.0);
            view! {
                <li>
                    <span class="why-leg">{reason.leg.label()}</span>
                    <span class="why-bar" style=format!("--part:{agreement:.2}")></span>
                    <span class="visually-hidden">{agrees(agreement)}": "</span>
                    <span class="why-text">{reason.text.clone()}</span>
                </li>
            }
        })
        .collect();
    let summary = if hit.summary.is_empty() {
        "Why it is here".to_owned()
    } else {
        hit.summary.clone()
    };
    Some(
        view! {
            <details class="why">
                <summary>{summary}</summary>
                <ul>{reasons}</ul>
            </details>
        }
        .into_any(),
    )
}

/// What the bar shows, for who does not see it.
fn agrees(agreement: f32) -> &'static str {
    match agreement {
        a if a >= 0.75 => "agrees well",
        a if a >= 0.4 => "agrees in part",
        _ => "differs",
    }
}

/// Materials that are the same to the eye, under the one they are the same as.
fn also(hit: &Hit) -> Option<AnyView> {
    if hit.also.is_empty() {
        return None;
    }
    let likenesses: Vec<_> = hit.also.iter().map(|double| double.likeness).collect();
    let items = hit
        .also
        .iter()
        .map(|d| double(&d.material, doubles::how(d.likeness)))
        .collect();
    Some(also_list(doubles::line(&likenesses), items))
}

/// The list of doubles, closed.
pub fn also_list(line: String, items: Vec<AnyView>) -> AnyView {
    view! {
        <details class="why also">
            <summary>{line}</summary>
            <ul>{items}</ul>
        </details>
    }
    .into_any()
}

/// A material in such a list, and how it is the same.
pub fn double(card: &MaterialCard, how: &'static str) -> AnyView {
    view! {
        <li>
            <a href=format!("/m/{}", card.slug)>{card.name.to_string()}</a>
            {card.maker.as_ref().map(|maker| format!(", {maker}"))}
            <span class="also-how">" — " <span>{how}</span></span>
        </li>
    }
    .into_any()
}
