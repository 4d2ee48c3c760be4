//! The filters: a plain form that asks the same address again.

use leptos::prelude::*;
use material::{
    BasicColour, Choice, Example, Facet, FacetCounts, FacetValue, Leg, Range, Results, View,
    Weights, Word,
};

use super::{chosen::called, wall::legs_at_work};
use crate::islands::{AutoSubmit, Sliders};

/// Values of a facet that are shown at once; the rest opens.
const SHOWN: usize = 7;

/// The form with everything one can choose from, and how many there are of each.
pub fn filters(results: &Results) -> AnyView {
    let action = results.address(&View::default());
    let chosen = results.view.filters.iter().count();
    let facets: Vec<_> = results
        .facets
        .iter()
        .filter(|counts| !counts.values.is_empty())
        .map(|counts| facet(counts, results))
        .collect();
    let go = match results.total {
        1 => "Show 1 material".to_owned(),
        n => format!("Show {n} materials"),
    };
    view! {
        <aside id="filters" class="filters" popover="auto" aria-label="Filters">
            <form id="view" class="filters-form" method="get" action=action>
                <div class="filters-top">
                    <h2 class="panel-head">"Filters"</h2>
                    {(chosen > 0)
                        .then(|| view! { <span class="count">{format!("{chosen} chosen")}</span> })}
                    <button
                        class="filters-close"
                        type="button"
                        popovertarget="filters"
                        popovertargetaction="hide"
                    >
                        "Close"
                    </button>
                </div>
                {examples(results)}
                {results
                    .view
                    .palette
                    .as_ref()
                    .map(|palette| {
                        view! { <input type="hidden" name="palette" value=palette.to_string() /> }
                    })}
                {weights(results)}
                {facets}
                {range(
                    "Price",
                    "price",
                    "Per unit, in the currency of the maker",
                    results.view.filters.price,
                    results.without_price,
                    "without a price",
                    &|cents| format!("{}.{:02}", cents / 100, cents % 100).replace(".00", ""),
                )}
                {range(
                    "Longer side",
                    "size",
                    "Millimetres",
                    results.view.filters.size,
                    results.without_size,
                    "without a size",
                    &|mm| mm.to_string(),
                )}
                <div class="filters-go">
                    <button class="button button-main" type="submit">
                        <span class="go-plain">"Apply"</span>
                        <span class="go-sheet">{go}</span>
                    </button>
                </div>
                <AutoSubmit />
            </form>
        </aside>
    }
    .into_any()
}

/// How much each picture counts beside what the search started from. One that is gone travels on unseen.
fn examples(results: &Results) -> AnyView {
    let view = &results.view;
    let shown = |example: &Example| results.examples.iter().any(|c| c.example.of == example.of);
    let (seen, unseen): (Vec<&Example>, Vec<_>) = view.examples.iter().partition(|e| shown(e));
    let unseen = unseen.into_iter().map(Example::pair);
    let unseen: Vec<_> = unseen
        .map(|(key, value)| view! { <input type="hidden" name=key value=value /> })
        .collect();
    let fields: Vec<_> = seen
        .into_iter()
        .map(|example| {
            let (key, _) = example.pair();
            let way = if example.away { "Less" } else { "More" };
            let label = format!("{way} like {}", called(view, &results.examples, example));
            view! {
                <label class="example">
                    <span>{label}</span>
                    <select class="field" name=key>
                        {weights_of(example)}
                    </select>
                </label>
            }
        })
        .collect();
    let group = (!fields.is_empty()).then(|| {
        view! {
            <details class="facet" open>
                <summary>
                    <h3>"Pictures"</h3>
                </summary>
                <div class="examples">{fields}</div>
            </details>
        }
    });
    view! {
        {unseen}
        {group}
    }
    .into_any()
}

/// The weights to choose from, and the one that is chosen.
fn weights_of(example: &Example) -> Vec<AnyView> {
    let mut known = vec![
        (Example::WHOLE, "fully".to_owned()),
        (50, "half".to_owned()),
        (20, "a little".to_owned()),
    ];
    if known.iter().all(|(weight, _)| *weight != example.weight) {
        known.push((example.weight, format!("{} %", example.weight)));
        known.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    }
    let weighed = known.into_iter().map(|(weight, label)| {
        let (_, value) = Example {
            weight,
            ..example.clone()
        }
        .pair();
        let chosen = weight == example.weight;
        view! {
            <option value=value selected=chosen>
                {label}
            </option>
        }
        .into_any()
    });
    let not = view! { <option value="">"not at all"</option> }.into_any();
    weighed.chain([not]).collect()
}

/// Where the browser finds what it needs to bring these results into another order by itself.
fn candidates(results: &Results) -> String {
    let query = results.view.first_page().query();
    match &results.id {
        Some(id) => format!("/s/{id}/candidates{query}"),
        None => format!("/library/candidates{query}"),
    }
}

/// How much each leg counts. Weights of legs that are not at work travel on unseen.
fn weights(results: &Results) -> AnyView {
    let at_work = legs_at_work(results);
    let value = |leg: Leg, weights: &Weights| (weights.of(leg) * 100.0).round();
    let mut unseen = Vec::new();
    let mut seen = Vec::new();
    for leg in Leg::ALL {
        let now = value(leg, &results.view.weights);
        if at_work.contains(&leg) && at_work.len() > 1 {
            let id = format!("f-{}", leg.weight_key());
            seen.push(view! {
                <div class="weight">
                    <label for=id.clone()>{leg.label()}</label>
                    <input
                        id=id
                        type="range"
                        name=leg.weight_key()
                        min="0"
                        max="100"
                        value=now.to_string()
                        data-usual=value(leg, &Weights::default()).to_string()
                    />
                    <output class="weight-value">{now.to_string()}</output>
                </div>
            });
        } else if now != value(leg, &Weights::default()) {
            unseen.push(view! {
                <input type="hidden" name=leg.weight_key() value=now.to_string() />
            });
        }
    }
    let as_usual = results.view.weights == Weights::default();
    let usual = results.address(&View {
        weights: Weights::default(),
        ..results.view.first_page()
    });
    let group = (!seen.is_empty()).then(|| {
        view! {
            <details class="facet" open>
                <summary>
                    <h3>"What counts"</h3>
                </summary>
                <div class="weights" data-candidates=candidates(results)>
                    {seen}
                    <a class="weights-usual" href=usual hidden=as_usual>
                        "As usual"
                    </a>
                    <Sliders />
                </div>
            </details>
        }
    });
    view! {
        {unseen}
        {group}
    }
    .into_any()
}

/// One facet: open when something of it is chosen, and the first ones always.
fn facet(counts: &FacetCounts, results: &Results) -> AnyView {
    let facet = counts.facet;
    let chosen = results.view.filters.chosen(facet).len();
    let open = chosen > 0 || matches!(facet, Facet::Category | Facet::Colour | Facet::Finish);
    let body = match facet {
        Facet::Category => kinds(&counts.values),
        _ => values(facet, &counts.values),
    };
    view! {
        <details class="facet" open=open>
            <summary>
                <h3>{facet.label()}</h3>
                {(chosen > 0)
                    .then(|| {
                        view! {
                            <span class="count">
                                {chosen.to_string()} <span class="visually-hidden">" chosen"</span>
                            </span>
                        }
                    })}
            </summary>
            {body}
        </details>
    }
    .into_any()
}

/// The values of a facet; more than a few are folded away unless chosen.
fn values(facet: Facet, values: &[FacetValue]) -> AnyView {
    let (first, rest): (Vec<_>, Vec<_>) = values
        .iter()
        .enumerate()
        .partition(|(i, v)| *i < SHOWN || v.chosen || values.len() <= SHOWN + 2);
    let list = |part: Vec<(usize, &FacetValue)>| -> Vec<_> {
        part.into_iter().map(|(_, v)| option(facet, v)).collect()
    };
    let more = (!rest.is_empty()).then(|| {
        let label = format!("{} more", rest.len());
        view! {
            <details class="facet-more">
                <summary>{label}</summary>
                <ul class="options">{list(rest)}</ul>
            </details>
        }
    });
    view! {
        <ul class="options">{list(first)}</ul>
        {more}
    }
    .into_any()
}

/// Categories: each kind, and what hangs under it folded away unless one of them is chosen.
fn kinds(values: &[FacetValue]) -> AnyView {
    let mut groups: Vec<(&FacetValue, Vec<&FacetValue>)> = Vec::new();
    for value in values {
        let child = matches!(&value.choice, Choice::Known(path) if path.contains('/'));
        match groups.last_mut() {
            Some((_, children)) if child => children.push(value),
            _ => groups.push((value, Vec::new())),
        }
    }
    let items: Vec<_> = groups
        .into_iter()
        .map(|(top, children)| {
            let open = top.chosen || children.iter().any(|c| c.chosen);
            let under = (!children.is_empty()).then(|| {
                let list: Vec<_> = children
                    .iter()
                    .map(|c| option(Facet::Category, c))
                    .collect();
                view! {
                    <details class="kinds" open=open>
                        <summary aria-label=format!("Kinds of {}", top.label)></summary>
                        <ul class="options">{list}</ul>
                    </details>
                }
            });
            view! {
                <li class="kind">
                    {option_line(Facet::Category, top)}
                    {under}
                </li>
            }
        })
        .collect();
    view! { <ul class="options">{items}</ul> }.into_any()
}

fn option(facet: Facet, value: &FacetValue) -> AnyView {
    view! { <li>{option_line(facet, value)}</li> }.into_any()
}

/// A value with its box and its count. *Unknown* looks different because it is different.
fn option_line(facet: Facet, value: &FacetValue) -> AnyView {
    let unknown = value.choice == Choice::Unknown;
    let dot = match (&value.choice, facet) {
        (Choice::Known(name), Facet::Colour) => BasicColour::parse(name).ok().map(|colour| {
            let style = format!("--ground:{}", colour.typical());
            view! { <span class="dot" style=style></span> }
        }),
        _ => None,
    };
    let label = if unknown {
        "Not known".to_owned()
    } else {
        value.label.clone()
    };
    view! {
        <label class="option" class:option-unknown=unknown class:option-none=value.count == 0>
            <input
                type="checkbox"
                name=facet.as_str()
                value=value.choice.as_str().to_owned()
                checked=value.chosen
            />
            {dot}
            <span class="option-label">{label}</span>
            <span class="count">{value.count.to_string()}</span>
        </label>
    }
    .into_any()
}

/// A range from … to …, and whether what has no value comes too.
fn range(
    title: &'static str,
    key: &'static str,
    unit: &'static str,
    range: Range,
    without: u32,
    without_label: &'static str,
    show: &dyn Fn(i64) -> String,
) -> AnyView {
    let end = |end: &'static str, name: &'static str, value: Option<i64>| {
        let id = format!("f-{key}-{end}");
        view! {
            <label for=id.clone() class="visually-hidden">
                {format!("{title} {name}")}
            </label>
            <input
                id=id
                class="field"
                type="text"
                inputmode="decimal"
                name=format!("{key}_{end}")
                value=value.map(show)
                placeholder=name
                maxlength="10"
                autocomplete="off"
            />
        }
    };
    view! {
        <details class="facet" open=!range.is_open()>
            <summary>
                <h3>{title}</h3>
            </summary>
            <div class="range">{end("min", "from", range.min)} {end("max", "to", range.max)}</div>
            <p class="note">{unit}</p>
            {(without > 0 || range.unknown)
                .then(|| {
                    view! {
                        <label class="option option-unknown">
                            <input
                                type="checkbox"
                                name=key
                                value="unknown"
                                checked=range.unknown
                            />
                            <span class="option-label">{format!("Those {without_label}")}</span>
                            <span class="count">{without.to_string()}</span>
                        </label>
                    }
                })}
        </details>
    }
    .into_any()
}
