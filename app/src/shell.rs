//! The document around every page, and which address shows which page.

use leptos::{nonce::use_nonce, prelude::*, tachys::reactive_graph::OwnedView};
use leptos_meta::{HashedStylesheet, MetaTags, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

use crate::{
    error::{ErrorPage, Failure},
    pages::{
        about::AboutPage,
        compare::CompareRoute,
        home::HomeRoute,
        material::MaterialRoute,
        missing::MissingPage,
        palette::PaletteRoute,
        results::{LibraryRoute, SearchRoute},
        share::ShareRoute,
        together::TogetherRoute,
    },
};

/// What pages need to know of the site they belong to. Stands in the context of every page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// Where the site is reached from outside, without a slash at the end.
    pub public_url: String,
    /// Address of the script of the palette page, where it was built.
    pub mixer: Option<String>,
}

impl Site {
    /// An address that means the same everywhere, from one that starts with `/`.
    #[must_use]
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.trim_end_matches('/'))
    }
}

/// Sets the theme and the width of the wall as they were chosen, before anything is painted.
const BEFORE_PAINT: &str = "try{const r=document.documentElement,t=localStorage.getItem('veneer:theme'),c=localStorage.getItem('veneer:columns');\
if(t==='paper'||t==='slate')r.dataset.theme=t;if(/^[2-8]$/.test(c))r.style.setProperty('--columns',c)}catch{}";

/// The HTML document, with the application in its body.
///
/// # Server-Side Rendering
/// Everything here is written once by the server; the browser only wakes the islands.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f4f2" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#1a1a19" />
                <script nonce=use_nonce()>{BEFORE_PAINT}</script>
                <link
                    rel="preload"
                    href="/fonts/instrument-sans.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link
                    rel="preload"
                    href="/fonts/newsreader.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <HashedStylesheet options=options.clone() />
                <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                <HydrationScripts options islands=true />
                <MetaTags />
            </head>
            <body>
                <App />
                <p id="say" role="status" class="visually-hidden"></p>
            </body>
        </html>
    }
}

/// The pages by address; a [`Failure`] in the context takes the place of all of them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    if let Some(failure) = use_context::<Failure>() {
        // Written after this has returned; its head belongs to this request all the same.
        return OwnedView::new(view! { <ErrorPage failure /> }).into_any();
    }
    view! {
        <Router>
            <FlatRoutes fallback=MissingPage>
                <Route path=path!("/") view=HomeRoute ssr=SsrMode::Async />
                <Route path=path!("/library") view=LibraryRoute ssr=SsrMode::Async />
                <Route path=path!("/s/:id") view=SearchRoute ssr=SsrMode::Async />
                <Route path=path!("/m/:slug") view=MaterialRoute ssr=SsrMode::Async />
                <Route path=path!("/share/:slug") view=ShareRoute ssr=SsrMode::Async />
                <Route path=path!("/compare") view=CompareRoute ssr=SsrMode::Async />
                <Route path=path!("/together") view=TogetherRoute ssr=SsrMode::Async />
                <Route path=path!("/palette") view=PaletteRoute ssr=SsrMode::Async />
                <Route path=path!("/about") view=AboutPage ssr=SsrMode::Async />
            </FlatRoutes>
        </Router>
    }
    .into_any()
}
