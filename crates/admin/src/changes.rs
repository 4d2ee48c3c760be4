//! Who changed what.

use leptos::prelude::*;
use search::Change;

use crate::{frame::empty, text::moment};

/// The last changes, the latest first.
#[must_use]
pub fn changes(changes: &[Change], more: bool) -> AnyView {
    if changes.is_empty() {
        return empty("Nothing was changed yet, or nothing of late.");
    }
    let rows: Vec<AnyView> = changes
        .iter()
        .map(|change| {
            view! {
                <tr>
                    <td>{moment(change.at)}</td>
                    <td>{change.who.clone()}</td>
                    <td>{change.what.clone()}</td>
                    <td>{change.detail.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    let older = changes.last().filter(|_| more).map(|last| {
        view! {
            <p>
                <a class="button" href=format!("/admin/changes?before={}", last.id)>
                    "Older"
                </a>
            </p>
        }
    });
    view! {
        <div class="desk-table" tabindex="0" role="region" aria-label="Changes">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"Exactly"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {older}
    }
    .into_any()
}
