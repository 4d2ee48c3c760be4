//! The way in.

use leptos::prelude::*;
use search::Password;

/// Name and password. `back` is where one wanted to go.
#[must_use]
pub fn sign_in(name: &str, back: &str, trouble: Option<&str>) -> AnyView {
    view! {
        <form class="desk-form" method="post" action="/admin/sign-in">
            {alert(trouble)} <input type="hidden" name="back" value=back.to_owned() />
            {name_field(name)} <div>
                <label for="password">"Password"</label>
                <input
                    id="password"
                    class="field"
                    type="password"
                    name="password"
                    required
                    autocomplete="current-password"
                />
            </div> <button class="button button-main" type="submit">
                "Sign in"
            </button>
        </form>
        <p class="note">
            "Forgotten? Whoever runs this site prints a new link with "<code>"veneer admin link"</code>"."
        </p>
    }
    .into_any()
}

/// The first name and password, or new ones.
#[must_use]
pub fn welcome(link: &str, name: &str, trouble: Option<&str>) -> AnyView {
    let rule = format!(
        "At least {} letters; a few words in a row are easily kept in mind.",
        Password::SHORTEST
    );
    view! {
        <p class="lead">
            "Choose a name and a password. Who has this name already gets this password, and is signed out elsewhere."
        </p>
        <form class="desk-form" method="post" action=format!("/admin/welcome/{link}")>
            {alert(trouble)} {name_field(name)} <div>
                <label for="password">"Password"</label>
                <input
                    id="password"
                    class="field"
                    type="password"
                    name="password"
                    required
                    minlength=Password::SHORTEST.to_string()
                    maxlength=Password::LONGEST.to_string()
                    autocomplete="new-password"
                    aria-describedby="rule"
                />
                <p id="rule" class="note">
                    {rule}
                </p>
            </div> <button class="button button-main" type="submit">
                "Begin"
            </button>
        </form>
    }
    .into_any()
}

fn name_field(name: &str) -> AnyView {
    view! {
        <div>
            <label for="name">"Name"</label>
            <input
                id="name"
                class="field"
                type="text"
                name="name"
                value=name.to_owned()
                required
                maxlength="100"
                autocomplete="username"
                autocapitalize="off"
                spellcheck="false"
            />
        </div>
    }
    .into_any()
}

fn alert(trouble: Option<&str>) -> Option<AnyView> {
    trouble.map(|trouble| {
        view! {
            <p class="desk-alert" role="alert">
                {trouble.to_owned()}
            </p>
        }
        .into_any()
    })
}
