//! The models that look at photos.

use leptos::prelude::*;
use search::ModelStanding;

use crate::{
    frame::{button, token as token_field},
    text::count,
};

/// What the page shows.
#[derive(Debug, Clone, Default)]
pub struct ModelsPage {
    /// The models that the library knows.
    pub standings: Vec<ModelStanding>,
    /// Models whose files are on this machine, and whether they are complete.
    pub installed: Vec<(String, bool)>,
    /// The one that was in use before.
    pub previous: Option<String>,
    /// A change that is under way in this process, as a sentence.
    pub changing: Option<String>,
    /// What came of the last change, or of the last look at a model.
    pub told: Vec<String>,
}

/// The models, and what can be done with them.
#[must_use]
pub fn models(page: &ModelsPage, token: &str) -> AnyView {
    let known: Vec<AnyView> = page
        .standings
        .iter()
        .map(|one| standing(one, page.changing.is_some(), token))
        .collect();
    let installed: Vec<AnyView> = page
        .installed
        .iter()
        .filter(|(name, _)| !page.standings.iter().any(|one| one.name == *name))
        .map(|(name, complete)| here(name, *complete, page.changing.is_some(), token))
        .collect();
    let none = (page.installed.is_empty()).then(|| {
        view! {
            <p class="note">
                "No other model is on this machine. "<code>"veneer models pull NAME"</code>
                " fetches one; the built-in one needs none."
            </p>
        }
    });
    let back = page.previous.clone().map(|previous| {
        view! {
            <form class="desk-actions" method="post" action="/admin/models/back">
                {token_field(token)}
                <button class="button" type="submit" disabled=page.changing.is_some()>
                    {format!("Back to {previous}")}
                </button>
            </form>
        }
    });
    let told: Vec<AnyView> = page
        .told
        .iter()
        .map(|told| view! { <p class="desk-said">{told.clone()}</p> }.into_any())
        .collect();
    let changing = page
        .changing
        .clone()
        .map(|changing| view! { <p class="desk-said" data-again="3">{changing}</p> });
    view! {
        {changing}
        {told}
        <div class="desk-table" tabindex="0" role="region" aria-label="Models">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Model"</th>
                        <th scope="col">"Numbers"</th>
                        <th scope="col">"Knows of the library"</th>
                        <th scope="col">"Standing"</th>
                        <th scope="col">"What to do"</th>
                    </tr>
                </thead>
                <tbody>{known} {installed}</tbody>
            </table>
        </div>
        {none}
        {back}
    }
    .into_any()
}

fn standing(one: &ModelStanding, busy: bool, token: &str) -> AnyView {
    let share = (100 * one.have).checked_div(one.all).unwrap_or(100);
    let actions = (!one.in_use && !busy).then(|| act("use", "Use", &one.name, token));
    let check = act("check", "Check", &one.name, token);
    view! {
        <tr>
            <th scope="row">{one.name.clone()}</th>
            <td>{one.dims}</td>
            <td>
                {format!("{share} % ({} of {} swatches)", count(one.have), count(one.all))}
            </td>
            <td>{if one.in_use { "in use" } else { "" }}</td>
            <td class="desk-actions">{check} {actions}</td>
        </tr>
    }
    .into_any()
}

fn here(name: &str, complete: bool, busy: bool, token: &str) -> AnyView {
    let actions = (complete && !busy).then(|| act("use", "Use", name, token));
    let check = complete.then(|| act("check", "Check", name, token));
    view! {
        <tr>
            <th scope="row">{name.to_owned()}</th>
            <td></td>
            <td>"nothing yet"</td>
            <td>{if complete { "on this machine" } else { "files are missing" }}</td>
            <td class="desk-actions">{check} {actions}</td>
        </tr>
    }
    .into_any()
}

fn act(what: &str, label: &'static str, name: &str, token: &str) -> AnyView {
    let fields = vec![("name", name.to_owned())];
    button(format!("/admin/models/{what}"), label, token, fields)
}
