//! The vision models behind HTTP: how they are doing, and what they cost.

use leptos::prelude::*;
use search::Providers;

use crate::{
    frame::{button, empty},
    text::{count, dollars, moment},
};

/// Breakers, errors, latencies and money.
#[must_use]
pub fn providers(page: &Providers, token: &str) -> AnyView {
    if page.health.is_empty() && page.calls.is_empty() {
        return empty(
            "No providers are set; what photos show is estimated here, and costs nothing. docs/models.md says how to set one.",
        );
    }
    let health: Vec<AnyView> = page
        .health
        .iter()
        .map(|member| {
            let health = &member.health;
            let error = health.last_error.as_ref().map_or_else(
                || "none".to_owned(),
                |(kind, detail)| format!("{kind}: {detail}"),
            );
            let latency = health
                .latency
                .map_or_else(|| "–".to_owned(), |took| format!("{} ms", took.as_millis()));
            view! {
                <tr>
                    <th scope="row">
                        {format!("{} · {}", member.source.provider, member.source.model)}
                    </th>
                    <td>{health.breaker.sentence()}</td>
                    <td>{count(health.answered)}</td>
                    <td>{count(health.failed)}</td>
                    <td>{error}</td>
                    <td>{latency}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let ask = "Ask each about one tiny picture";
    let ask = button("/admin/providers".to_owned(), ask, token, Vec::new());
    view! {
        {money(page)}
        <h2>"In this process"</h2>
        <div class="desk-table" tabindex="0" role="region" aria-label="Providers">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Provider"</th>
                        <th scope="col">"Breaker"</th>
                        <th scope="col">"Answered"</th>
                        <th scope="col">"Failed"</th>
                        <th scope="col">"Last error"</th>
                        <th scope="col">"Last answer took"</th>
                    </tr>
                </thead>
                <tbody>{health}</tbody>
            </table>
        </div>
        <div class="desk-actions">{ask}</div>
        {calls(page)}
    }
    .into_any()
}

fn money(page: &Providers) -> AnyView {
    let rows: Vec<AnyView> = [
        ("today", page.spent[0], page.caps.day),
        ("this month", page.spent[1], page.caps.month),
    ]
    .into_iter()
    .map(|(when, spent, cap)| {
        let told = cap.map_or_else(
            || format!("{}, no cap", dollars(spent)),
            |cap| format!("{} of {}", dollars(spent), dollars(cap)),
        );
        let bar = cap.filter(|cap| *cap > 0).map(|cap| {
            view! {
                <meter
                    max=cap.to_string()
                    value=spent.min(cap).to_string()
                    aria-label=format!("Spent {when}")
                ></meter>
            }
        });
        view! {
            <div>
                <dt>{when}</dt>
                <dd>{told} {bar}</dd>
            </div>
        }
        .into_any()
    })
    .collect();
    view! { <dl class="desk-counts desk-money">{rows}</dl> }.into_any()
}

fn calls(page: &Providers) -> AnyView {
    if page.calls.is_empty() {
        return empty("Nobody was asked in the last thirty days.");
    }
    let rows: Vec<AnyView> = page
        .calls
        .iter()
        .map(|call| {
            view! {
                <tr>
                    <th scope="row">{format!("{} · {}", call.provider, call.model)}</th>
                    <td>{call.kind.clone()}</td>
                    <td>{call.outcome.clone()}</td>
                    <td>{count(call.calls)}</td>
                    <td>{dollars(call.micro_usd)}</td>
                    <td>{format!("{} / {} ms", call.p50.as_millis(), call.p95.as_millis())}</td>
                    <td>{moment(call.last)}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <h2>"Calls of the last thirty days"</h2>
        <div class="desk-table" tabindex="0" role="region" aria-label="Calls">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Provider"</th>
                        <th scope="col">"For"</th>
                        <th scope="col">"Outcome"</th>
                        <th scope="col">"Calls"</th>
                        <th scope="col">"Cost"</th>
                        <th scope="col">"Half / 95 of 100 within"</th>
                        <th scope="col">"Last"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
