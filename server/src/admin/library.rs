//! What the library holds, lacks and takes; who changed what; whether all is well.

use admin::{DuplicatesPage, LackingPage, Section};
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::AnyView;
use material::Name;
use search::{Error, Lack, Verdict};
use serde::Deserialize;

use super::{
    frame,
    guard::{Fields, Operator},
};
use crate::{doctor, router::AppState};

/// A page of what was asked, or why there is none.
async fn answered<T>(
    state: &AppState,
    operator: &Operator,
    at: Section,
    asked: Result<T, Error>,
    view: impl FnOnce(T, &str) -> AnyView,
) -> Response {
    match asked {
        Ok(found) => {
            let frame = frame::of(state, operator, at).await;
            frame::page(frame.around(at.label(), view(found, &frame.token)))
        }
        Err(error) => frame::error(state, operator, at, &error).await,
    }
}

/// Pairs on a page.
const PAIRS: usize = 20;
/// Rows on a page.
const ROWS: u32 = 100;

#[derive(Deserialize)]
pub(crate) struct Skip {
    #[serde(default)]
    skip: usize,
}

/// `GET /admin/duplicates`.
pub(crate) async fn duplicates(
    State(state): State<AppState>,
    Query(from): Query<Skip>,
    operator: Operator,
) -> Response {
    let asked = state.veneer.pairs(from.skip, PAIRS).await;
    let asked = asked.map(|(pairs, all)| DuplicatesPage {
        pairs,
        all,
        skip: from.skip,
    });
    answered(
        &state,
        &operator,
        Section::Duplicates,
        asked,
        |page, token| admin::duplicates(&page, token),
    )
    .await
}

/// `POST /admin/duplicates`: merges a pair, keeps both, or links them.
pub(crate) async fn decide(
    State(state): State<AppState>,
    operator: Operator,
    fields: Fields,
) -> Response {
    let veneer = &operator.veneer;
    let decided = async {
        let one = Name::parse(fields.raw("one"))?;
        let other = Name::parse(fields.raw("other"))?;
        let sentence = match fields.get("what") {
            Some("merge") => {
                veneer.merge_duplicate(&one, &other).await?;
                format!("{other} is part of {one} now.")
            }
            Some("keep") => {
                veneer.decide_duplicate(&one, &other, Verdict::Keep).await?;
                format!("{one} and {other} stay two.")
            }
            Some("link") => {
                let verdict = Verdict::Alternative;
                veneer.decide_duplicate(&one, &other, verdict).await?;
                format!("{one} and {other} may stand for each other.")
            }
            _ => return Err(Error::NotFound("That cannot be done to a pair.")),
        };
        Ok::<_, Error>(sentence)
    };
    match decided.await {
        Ok(sentence) => {
            operator.say(&sentence).await;
            Redirect::to("/admin/duplicates").into_response()
        }
        Err(error) => frame::error(&state, &operator, Section::Duplicates, &error).await,
    }
}

/// `GET /admin/library`.
pub(crate) async fn quality(State(state): State<AppState>, operator: Operator) -> Response {
    let asked = state.veneer.quality().await;
    answered(&state, &operator, Section::Library, asked, |kinds, _| {
        admin::library(&kinds)
    })
    .await
}

#[derive(Deserialize)]
pub(crate) struct Of {
    kind: Option<String>,
    #[serde(default)]
    after: i64,
}

/// `GET /admin/library/{lack}`.
pub(crate) async fn lacking(
    State(state): State<AppState>,
    Path(lack): Path<String>,
    Query(of): Query<Of>,
    operator: Operator,
) -> Response {
    let asked = async {
        let missing = Error::NotFound("There is no such list.");
        let lack = Lack::parse(&lack).ok_or(missing)?;
        let kind = of.kind.as_deref();
        let mut rows = state.veneer.lacking(lack, kind, of.after, ROWS + 1).await?;
        let more = rows.len() > ROWS as usize;
        rows.truncate(ROWS as usize);
        Ok(LackingPage {
            lack,
            kind: of.kind.clone(),
            rows,
            more,
        })
    };
    answered(
        &state,
        &operator,
        Section::Library,
        asked.await,
        |page, _| admin::lacking(&page),
    )
    .await
}

/// `GET /admin/storage`.
pub(crate) async fn storage(State(state): State<AppState>, operator: Operator) -> Response {
    let asked = state.veneer.room().await;
    answered(&state, &operator, Section::Storage, asked, |room, _| {
        admin::storage(&room)
    })
    .await
}

/// `GET /admin/health`.
pub(crate) async fn health(State(state): State<AppState>, operator: Operator) -> Response {
    let found = doctor::of_running(&state.veneer, &state.desk.library).await;
    let frame = frame::of(&state, &operator, Section::Health).await;
    frame::page(frame.around("Health", admin::health(&found)))
}

#[derive(Deserialize)]
pub(crate) struct Before {
    before: Option<i64>,
}

/// `GET /admin/changes`.
pub(crate) async fn changes(
    State(state): State<AppState>,
    Query(from): Query<Before>,
    operator: Operator,
) -> Response {
    let asked = state.veneer.changes(from.before, ROWS + 1).await;
    answered(&state, &operator, Section::Changes, asked, |mut all, _| {
        let more = all.len() > ROWS as usize;
        all.truncate(ROWS as usize);
        admin::changes(&all, more)
    })
    .await
}
