//! What the library lacks, kind by kind.

use leptos::prelude::*;
use search::{KindQuality, Lack, LackingRow};

use crate::{
    frame::empty,
    text::{count, of},
};

fn heading(lack: Lack) -> &'static str {
    match lack {
        Lack::Category => "category",
        Lack::Finish => "finish",
        Lack::Pattern => "pattern",
        Lack::Application => "use",
        Lack::Size => "size",
        Lack::Price => "price",
        Lack::Fire => "fire class",
        Lack::Slip => "slip rating",
        Lack::Picture => "tiny pictures",
        Lack::Doubt => "doubtful",
    }
}

fn shown(kind: Option<&str>) -> String {
    kind.map_or_else(
        || "no category".to_owned(),
        |kind| material::Facet::Category.label_of(kind),
    )
}

/// Counts per kind, each leading to the materials it counts.
#[must_use]
pub fn library(kinds: &[KindQuality]) -> AnyView {
    if kinds.is_empty() {
        return empty("The library is empty. Import photos, and this page says what they lack.");
    }
    let headings: Vec<AnyView> = Lack::ALL
        .into_iter()
        .map(|lack| view! { <th scope="col">{heading(lack)}</th> }.into_any())
        .collect();
    let rows: Vec<AnyView> = kinds.iter().map(row).collect();
    let all: u64 = kinds.iter().map(|kind| kind.materials).sum();
    view! {
        <p>
            {format!(
                "{}. How many of each kind lack a property, have no picture of {} pixels, or hold an estimate that is less than {:.0} % sure.",
                of(all, "material", "materials"),
                Lack::TINY,
                Lack::DOUBTFUL * 100.0,
            )}
        </p>
        <div class="desk-table" tabindex="0" role="region" aria-label="What the library lacks">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Materials"</th>
                        {headings}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(kind: &KindQuality) -> AnyView {
    let of_kind = kind.kind.clone().unwrap_or_default();
    let cells: Vec<AnyView> = Lack::ALL
        .into_iter()
        .zip(kind.lacking)
        .map(|(lack, number)| {
            let cell = if number == 0 {
                "0".into_any()
            } else {
                let label = format!("{}, {}", shown(kind.kind.as_deref()), heading(lack));
                let path = format!("/admin/library/{}?kind={of_kind}", lack.as_str());
                view! {
                    <a href=path aria-label=format!("{label}: {number}")>
                        {count(number)}
                    </a>
                }
                .into_any()
            };
            view! { <td>{cell}</td> }.into_any()
        })
        .collect();
    view! {
        <tr>
            <th scope="row">{shown(kind.kind.as_deref())}</th>
            <td>{count(kind.materials)}</td>
            {cells}
        </tr>
    }
    .into_any()
}

/// Materials that want for one thing.
#[derive(Debug, Clone)]
pub struct LackingPage {
    /// What they want for.
    pub lack: Lack,
    /// Of which kind; the empty one is none, and without any it is all.
    pub kind: Option<String>,
    /// Some of them.
    pub rows: Vec<LackingRow>,
    /// Whether there are more.
    pub more: bool,
}

/// The materials that a number counts.
#[must_use]
pub fn lacking(page: &LackingPage) -> AnyView {
    let what = match page.lack {
        Lack::Picture => format!("no picture of {} pixels", Lack::TINY),
        Lack::Doubt => "an estimate that is not sure".to_owned(),
        lack => format!("no {}", heading(lack)),
    };
    let kind = page.kind.as_deref().map_or_else(String::new, |kind| {
        format!(", {}", shown(Some(kind).filter(|kind| !kind.is_empty())))
    });
    if page.rows.is_empty() {
        return empty("No material lacks that (any more).");
    }
    let rows: Vec<AnyView> = page
        .rows
        .iter()
        .map(|row| {
            view! {
                <tr>
                    <td>
                        <a href=format!("/m/{}", row.slug)>{row.name.clone()}</a>
                    </td>
                    <td>{row.key.clone()}</td>
                    <td>{shown(row.category.as_deref())}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let next = page.rows.last().filter(|_| page.more).map(|last| {
        let kind = page
            .kind
            .as_ref()
            .map_or_else(String::new, |kind| format!("kind={kind}&"));
        let path = format!(
            "/admin/library/{}?{kind}after={}",
            page.lack.as_str(),
            last.id.0
        );
        view! {
            <p>
                <a class="button" href=path>
                    "More"
                </a>
            </p>
        }
    });
    view! {
        <p>
            {format!("With {what}{kind}. ")} <a href="/admin/library">"All kinds"</a>
        </p>
        <div class="desk-table" tabindex="0" role="region" aria-label="Materials">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Material"</th>
                        <th scope="col">"Key"</th>
                        <th scope="col">"Category"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {next}
    }
    .into_any()
}
