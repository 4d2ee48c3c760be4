//! Two to four materials side by side, with what differs marked.

use leptos::prelude::*;
use material::{ComparedRow, Comparison, Kept, Slug};

use super::{asked, raw_query};
use crate::components::{
    head::Head,
    page::Page,
    palette::strip,
    swatch::{caption, more_form, more_like_this, picture},
};

const SIZES: &str = "(min-width: 60rem) 22vw, 46vw";

/// Asks for the materials the address names.
#[component]
pub fn CompareRoute() -> AnyView {
    let query = raw_query();
    asked(
        |veneer| async move {
            let kept = Kept::parse(&query)?;
            Ok((veneer.compare(&kept.slugs).await?, kept.left_out))
        },
        |(comparison, left_out)| view! { <ComparePage comparison left_out /> },
    )
}

/// The page.
#[component]
pub fn ComparePage(
    /// What it shows.
    comparison: Comparison,
    /// How many more were chosen than stand side by side.
    left_out: usize,
) -> AnyView {
    let names: Vec<_> = comparison
        .materials
        .iter()
        .map(|m| m.card.name.to_string())
        .collect();
    let (title, description) = match names.len() {
        0 => (
            "Compare".to_owned(),
            "Up to four materials side by side, with what differs marked.".to_owned(),
        ),
        _ => (
            names.join(", "),
            format!(
                "{} side by side, with what differs marked.",
                names.join(", ")
            ),
        ),
    };
    let slugs: Vec<Slug> = comparison
        .materials
        .iter()
        .map(|m| m.card.slug.clone())
        .collect();
    let differing = comparison.rows.iter().filter(|row| row.differ).count();
    let counted = match (slugs.len(), differing) {
        (0 | 1, _) => String::new(),
        (_, 0) => "They differ in nothing that is known.".to_owned(),
        (_, 1) => "They differ in 1 property.".to_owned(),
        (_, n) => format!("They differ in {n} properties."),
    };
    let notes = notes(&comparison, left_out);
    view! {
        <Head title description canonical=Kept::address(&slugs) index=false />
        <Page class="page-compare">
            <h1>"Side by side"</h1>
            {(!counted.is_empty()).then(|| view! { <p class="lead">{counted}</p> })}
            {notes}
            {match slugs.len() {
                0 => empty(),
                _ => table(&comparison, &slugs),
            }}
            {more_form()}
        </Page>
    }
    .into_any()
}

fn notes(comparison: &Comparison, left_out: usize) -> Vec<AnyView> {
    let missing = match comparison.missing {
        0 => None,
        1 => Some("One of them is not in the library any more.".to_owned()),
        n => Some(format!("{n} of them are not in the library any more.")),
    };
    let more = (left_out > 0).then(|| {
        format!(
            "{} fit side by side; {left_out} more were chosen and left out.",
            Comparison::MOST
        )
    });
    let alone = (comparison.materials.len() == 1)
        .then(|| "Keep one more to see where they differ.".to_owned());
    [missing, more, alone]
        .into_iter()
        .flatten()
        .map(|note| view! { <p class="note">{note}</p> }.into_any())
        .collect()
}

fn empty() -> AnyView {
    view! {
        <div class="notice">
            <h2>"Nothing to compare yet"</h2>
            <p>
                "Tick “Compare” under two to four materials, in the library or in results, and they stand here side by side."
            </p>
            <p class="notice-ways">
                <a class="button button-main" href="/library">
                    "Look through the library"
                </a>
            </p>
        </div>
    }
    .into_any()
}

fn table(comparison: &Comparison, slugs: &[Slug]) -> AnyView {
    let heads: Vec<_> = comparison
        .materials
        .iter()
        .map(|material| {
            let card = &material.card;
            let rest: Vec<Slug> = slugs.iter().filter(|s| **s != card.slug).cloned().collect();
            view! {
                <th scope="col" class="compare-head">
                    <a class="swatch-link" href=format!("/m/{}", card.slug)>
                        <span class="plate" class:plate-bare=card.swatches.is_empty()>
                            {card
                                .swatches
                                .first()
                                .map(|swatch| picture(swatch, card.alt(), SIZES, true))}
                        </span>
                        {caption(card)}
                    </a>
                    {strip(material.colours())}
                    <span class="compare-ways">
                        {more_like_this(card)}
                        <a
                            class="compare-off"
                            href=Kept::address(&rest)
                            aria-label=format!("Take off {}", card.name)
                        >
                            "Take off"
                        </a>
                    </span>
                </th>
            }
        })
        .collect();
    let rows: Vec<_> = comparison.rows.iter().map(row).collect();
    view! {
        <div class="compare-scroll" tabindex="0" role="region" aria-label="Comparison">
            <table class="compare" style=format!("--sides:{}", slugs.len())>
                <thead>
                    <tr>
                        <td></td>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(row: &ComparedRow) -> AnyView {
    let cells: Vec<_> = row
        .values
        .iter()
        .map(|value| {
            let known = value.is_some();
            view! {
                <td class:unknown=!known>
                    {value.clone().unwrap_or_else(|| "not known".to_owned())}
                </td>
            }
        })
        .collect();
    view! {
        <tr class:compare-differs=row.differ>
            <th scope="row">
                {row.label.clone()}
                {row.differ.then(|| view! { <span class="compare-mark">"differs"</span> })}
            </th>
            {cells}
        </tr>
    }
    .into_any()
}
