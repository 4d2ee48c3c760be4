//! When something cannot be shown: the right status and a sentence that says why.

use axum::http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use search::Error;

use crate::components::{head::Head, page::Page};

/// The number of the request that is answered, for the log of whoever runs the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference(pub Option<String>);

/// A request that could not be answered. Put into the context of a render, it is shown instead of
/// the page that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What the browser is told.
    pub status: StatusCode,
    /// What the person is told.
    pub sentence: String,
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            status: status(error),
            sentence: error.to_string(),
        }
    }
}

impl From<material::ParseError> for Failure {
    fn from(error: material::ParseError) -> Self {
        Self::from(&Error::from(error))
    }
}

/// The HTTP status of each thing that can go wrong.
#[must_use]
pub fn status(error: &Error) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// What the page is called.
fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "There is nothing at this address",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => "Not right now",
        s if s.is_client_error() => "That did not work",
        _ => "Something went wrong on our side",
    }
}

/// The page that says what could not be done, and what to do next.
///
/// # Server-Side Rendering
/// Sets the status of the response.
#[component]
pub fn ErrorPage(
    /// What happened.
    failure: Failure,
) -> impl IntoView {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(failure.status);
    }
    let title = heading(failure.status);
    let reference = use_context::<Reference>()
        .and_then(|Reference(number)| number)
        .filter(|_| failure.status.is_server_error())
        .map(|number| {
            view! { <p class="lead">"Whoever runs this site finds it in the log as " {number} "."</p> }
        });
    view! {
        <Head title description=failure.sentence.clone() index=false />
        <Page class="page-error">
            <div class="notice">
                <h1>{title}</h1>
                <p class="lead">{failure.sentence}</p>
                {reference}
                <p class="notice-ways">
                    <a class="button button-main" href="/">
                        "Search with a photo"
                    </a>
                    <a class="button" href="/library">
                        "Look through the library"
                    </a>
                </p>
            </div>
        </Page>
    }
}
