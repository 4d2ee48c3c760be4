//! How much room the library takes.

use leptos::prelude::*;
use search::Room;

use crate::text::{count, size};

/// Tables and pictures.
#[must_use]
pub fn storage(room: &Room) -> AnyView {
    let all: u64 = room.tables.iter().map(|table| table.bytes).sum();
    let (images, least) = (
        room.images,
        if room.images.complete {
            ""
        } else {
            "at least "
        },
    );
    let rows: Vec<AnyView> = room
        .tables
        .iter()
        .map(|table| {
            let rows = table.rows.map_or_else(
                || "not counted yet".to_owned(),
                |rows| format!("about {}", count(rows)),
            );
            view! {
                <tr>
                    <th scope="row">{table.name.clone()}</th>
                    <td>{size(table.bytes)}</td>
                    <td>{rows}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <dl class="desk-counts">
            <div>
                <dt>"database"</dt>
                <dd>{size(all)}</dd>
            </div>
            <div>
                <dt>"pictures"</dt>
                <dd>{format!("{least}{}", size(images.bytes))}</dd>
            </div>
            <div>
                <dt>"files of pictures"</dt>
                <dd>{format!("{least}{}", count(images.files))}</dd>
            </div>
        </dl>
        <p class="note">{room.engine.clone()}</p>
        <div class="desk-table" tabindex="0" role="region" aria-label="Tables">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Table"</th>
                        <th scope="col">"Size, with indexes"</th>
                        <th scope="col">"Rows"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
