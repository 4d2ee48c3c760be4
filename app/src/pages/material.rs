//! One material: its swatches, everything known of it with where that comes from, its relatives.

use leptos::prelude::*;
use material::{
    Difference, Field, Hit, MaterialCard, MaterialPage as Data, Properties, Slug, Source, Word,
};
use search::Error;

use super::{asked, path_part};
use crate::components::{
    facts::sureness,
    head::{Head, Preview},
    page::Page,
    palette::palette,
    swatch::{WALL_SIZES, caption, keep, more_form, more_like_this, picture, plate},
};

const LARGE_SIZES: &str = "(min-width: 60rem) 50vw, 96vw";
const SMALL_SIZES: &str = "(min-width: 60rem) 12rem, 30vw";

/// Asks for a material.
#[component]
pub fn MaterialRoute() -> AnyView {
    let slug = path_part("slug");
    asked(
        |veneer| async move {
            let slug = Slug::parse(&slug)
                .map_err(|_| Error::NotFound("There is no such material in the library."))?;
            veneer.material(&slug).await
        },
        |page| view! { <MaterialPage page /> },
    )
}

/// The page of a material.
#[component]
pub fn MaterialPage(
    /// What it shows.
    page: Data,
) -> AnyView {
    let Data {
        card,
        description,
        properties,
        relatives: nearest,
    } = page;
    let summary = if description.as_str().is_empty() {
        card.alt()
    } else {
        description.to_string()
    };
    let preview = card.swatches.first().map(|swatch| Preview {
        path: format!("/swatch/{}/full", swatch.id),
        alt: card.alt(),
        width: swatch.width,
        height: swatch.height,
    });
    let title = match &card.maker {
        Some(maker) => format!("{} by {maker}", card.name),
        None => card.name.to_string(),
    };
    let colours = palette(if properties.colours.is_empty() {
        &card.colours
    } else {
        &properties.colours
    });
    view! {
        <Head title description=summary canonical=format!("/m/{}", card.slug) preview />
        <Page class="page-material">
            <article class="sheet">
                {views(&card)}
                <div class="sheet-words">
                    {trail(&card)}
                    <h1>{card.name.to_string()}</h1>
                    <p class="sheet-maker">
                        {card
                            .maker
                            .as_ref()
                            .map_or_else(|| "Maker not known".to_owned(), ToString::to_string)}
                    </p>
                    {(!description.as_str().is_empty())
                        .then(|| view! { <p class="lead">{description.to_string()}</p> })}
                    <p class="sheet-actions">
                        {more_like_this(&card)}
                        {keep(&card)}
                    </p>
                    {table(&properties)}
                    {colours
                        .map(|colours| {
                            view! {
                                <section class="panel">
                                    <h2 class="panel-head">"Colours"</h2>
                                    {colours}
                                </section>
                            }
                        })}
                </div>
            </article>
            {relatives(&nearest)}
            {more_form()}
        </Page>
    }
    .into_any()
}

/// The way from the library to this kind.
fn trail(card: &MaterialCard) -> AnyView {
    let kinds: Vec<_> = card
        .category
        .into_iter()
        .flat_map(|kind| kind.parent().into_iter().chain(std::iter::once(kind)))
        .map(|kind| {
            view! {
                <li>
                    <a href=format!("/library?category={}", kind.as_str())>{kind.label()}</a>
                </li>
            }
        })
        .collect();
    view! {
        <nav class="trail" aria-label="Where this stands">
            <ol>
                <li>
                    <a href="/library">"Library"</a>
                </li>
                {kinds}
            </ol>
        </nav>
    }
    .into_any()
}

/// The first view large, the others beside it; each opens whole.
fn views(card: &MaterialCard) -> AnyView {
    let large = card.swatches.first().map(|swatch| {
        view! {
            <a class="sheet-large" href=format!("/swatch/{}/full", swatch.id)>
                <span class="plate">
                    <img
                        class="picture"
                        src=format!("/swatch/{}/640", swatch.id)
                        srcset=format!(
                            "/swatch/{0}/640 640w, /swatch/{0}/full {1}w",
                            swatch.id,
                            swatch.width,
                        )
                        sizes=LARGE_SIZES
                        width=swatch.width.to_string()
                        height=swatch.height.to_string()
                        style=format!("--ground:{}", swatch.ground)
                        alt=card.alt()
                        fetchpriority="high"
                    />
                </span>
            </a>
        }
    });
    let others: Vec<_> = card
        .swatches
        .iter()
        .skip(1)
        .map(|swatch| {
            let alt = format!("{}, {}", card.name, swatch.view);
            view! {
                <li>
                    <a href=format!("/swatch/{}/full", swatch.id)>
                        <span class="plate">{picture(swatch, alt, SMALL_SIZES, false)}</span>
                        <span class="swatch-maker" aria-hidden="true">
                            {swatch.view.clone()}
                        </span>
                    </a>
                </li>
            }
        })
        .collect();
    view! {
        <div class="sheet-views">
            {large}
            {(!others.is_empty()).then(|| view! { <ul class="sheet-others">{others}</ul> })}
        </div>
    }
    .into_any()
}

/// A row of the table: what, its value, and where the value comes from.
struct Row {
    label: String,
    value: Option<String>,
    source: String,
}

/// Where a value comes from, in words. What came with the material needs no remark.
fn source_of(properties: &Properties, field: Field) -> String {
    match properties.sources.get(&field) {
        None => String::new(),
        Some(Source::Maker) => "maker".to_owned(),
        Some(Source::Import) => "import".to_owned(),
        Some(Source::Person) => "entered by hand".to_owned(),
        Some(Source::Estimate { confidence }) => format!("estimate, {}", sureness(*confidence)),
    }
}

/// Every property, known or not, then the specs.
fn rows(p: &Properties) -> Vec<Row> {
    let row = |label: &str, field: Field, value: Option<String>| Row {
        label: label.to_owned(),
        source: if value.is_some() {
            source_of(p, field)
        } else {
            String::new()
        },
        value,
    };
    let applications: Vec<_> = p.applications.iter().map(|a| a.label()).collect();
    let mut rows = vec![
        row(
            "Category",
            Field::Category,
            p.category.map(|c| match c.parent() {
                Some(parent) => format!("{}, {}", c.label(), parent.label().to_lowercase()),
                None => c.label().to_owned(),
            }),
        ),
        row("Finish", Field::Finish, p.finish.map(|v| v.to_string())),
        row("Texture", Field::Texture, p.texture.map(|v| v.to_string())),
        row(
            "Pattern",
            Field::Pattern,
            p.pattern.map(|v| match p.pattern_scale_mm {
                Some(mm) => format!("{v}, repeats every {mm} mm"),
                None => v.to_string(),
            }),
        ),
        row(
            "For",
            Field::Applications,
            (!applications.is_empty()).then(|| applications.join(", ")),
        ),
        row("Size", Field::Size, p.size.map(|s| s.to_string())),
        row(
            "Price",
            Field::Price,
            p.price.as_ref().map(|price| match &price.date {
                Some(date) => format!("{price}, as of {date}"),
                None => price.to_string(),
            }),
        ),
        row("Fire class", Field::Fire, p.fire.map(|v| v.to_string())),
        row("Slip rating", Field::Slip, p.slip.map(|v| v.to_string())),
    ];
    if let Some(mm) = p.size.and_then(|s| s.joint_mm) {
        rows.push(row("Joint", Field::Size, Some(format!("{mm} mm"))));
    }
    rows.extend(p.specs.iter().map(|spec| Row {
        label: spec.name.to_string(),
        value: Some(spec.value.to_string()),
        source: String::new(),
    }));
    rows
}

fn table(properties: &Properties) -> AnyView {
    let rows: Vec<_> = rows(properties)
        .into_iter()
        .map(|row| {
            let known = row.value.is_some();
            view! {
                <tr>
                    <th scope="row">{row.label}</th>
                    <td class:unknown=!known>
                        {row.value.unwrap_or_else(|| "not known".to_owned())}
                    </td>
                    <td class="source">{row.source}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <table class="properties">
            <caption class="visually-hidden">"Properties"</caption>
            <thead class="visually-hidden">
                <tr>
                    <th scope="col">"Property"</th>
                    <th scope="col">"Value"</th>
                    <th scope="col">"Where it comes from"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The nearest others, each with where it differs.
fn relatives(relatives: &[(Hit, Vec<Difference>)]) -> Option<AnyView> {
    if relatives.is_empty() {
        return None;
    }
    let list: Vec<_> = relatives
        .iter()
        .map(|(hit, differences)| {
            let card = &hit.material;
            let rows: Vec<_> = differences
                .iter()
                .map(|d| {
                    view! {
                        <div>
                            <dt>{d.label.clone()}</dt>
                            <dd>
                                {d.there.clone()} " "
                                <span class="differs-here">"here " {d.here.clone()}</span>
                            </dd>
                        </div>
                    }
                })
                .collect();
            let same = differences.is_empty();
            view! {
                <li class="swatch">
                    <a class="swatch-link" href=format!("/m/{}", card.slug)>
                        {plate(card, WALL_SIZES, false)}
                        {caption(card)}
                    </a>
                    {more_like_this(card)}
                    {keep(card)}
                    {same.then(|| view! { <p class="why-line">{hit.summary.clone()}</p> })}
                    {(!same).then(|| view! { <dl class="differs">{rows}</dl> })}
                </li>
            }
        })
        .collect();
    Some(
        view! {
            <section class="relatives" aria-labelledby="relatives-head">
                <h2 id="relatives-head">"Its relatives, and where they differ"</h2>
                <ol class="wall wall-six">{list}</ol>
            </section>
        }
        .into_any(),
    )
}
