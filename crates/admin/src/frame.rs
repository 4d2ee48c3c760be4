//! The document around every page of the operator's.

use leptos::prelude::*;

/// The pages by their place in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// What is worked on.
    Jobs,
    /// Bringing photos in.
    Import,
    /// Materials that may be one.
    Duplicates,
    /// What looks at photos.
    Models,
    /// Vision models behind HTTP.
    Providers,
    /// What the library lacks.
    Library,
    /// How much room it takes.
    Storage,
    /// Whether all is well.
    Health,
    /// Who changed what.
    Changes,
}

impl Section {
    /// Every one, in order.
    pub const ALL: [Self; 9] = [
        Self::Jobs,
        Self::Import,
        Self::Duplicates,
        Self::Models,
        Self::Providers,
        Self::Library,
        Self::Storage,
        Self::Health,
        Self::Changes,
    ];

    /// What it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Jobs => "Jobs",
            Self::Import => "Import",
            Self::Duplicates => "Duplicates",
            Self::Models => "Models",
            Self::Providers => "Providers",
            Self::Library => "Library",
            Self::Storage => "Storage",
            Self::Health => "Health",
            Self::Changes => "Changes",
        }
    }

    /// Its address.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Self::Jobs => "/admin/jobs",
            Self::Import => "/admin/import",
            Self::Duplicates => "/admin/duplicates",
            Self::Models => "/admin/models",
            Self::Providers => "/admin/providers",
            Self::Library => "/admin/library",
            Self::Storage => "/admin/storage",
            Self::Health => "/admin/health",
            Self::Changes => "/admin/changes",
        }
    }
}

/// Around a page: who looks at it, and what it is dressed in.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Address of the site's styles.
    pub stylesheet: String,
    /// Address of the script, where it was built.
    pub script: Option<String>,
    /// Who is signed in.
    pub operator: Option<String>,
    /// What every form carries along.
    pub token: String,
    /// Where one is.
    pub at: Option<Section>,
    /// What was just done, or could not be.
    pub said: Option<String>,
    /// Seconds after which a browser without JavaScript looks again.
    pub again: Option<u32>,
}

/// Sets the theme as it was chosen, before anything is painted.
const BEFORE_PAINT: &str = "try{const t=localStorage.getItem('veneer:theme');if(t==='paper'||t==='slate')document.documentElement.dataset.theme=t}catch{}";

impl Frame {
    /// The whole document around a page.
    #[must_use]
    pub fn around(&self, title: &str, body: AnyView) -> String {
        let frame = self.clone();
        let script = frame
            .script
            .as_ref()
            .map(|script| format!("import i from '{script}';i()"));
        let html = view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    <meta name="robots" content="noindex" />
                    <title>{format!("{title} · Veneer")}</title>
                    {frame
                        .again
                        .map(|seconds| {
                            view! {
                                <noscript>
                                    <meta http-equiv="refresh" content=seconds.to_string() />
                                </noscript>
                            }
                        })}
                    <script>{BEFORE_PAINT}</script>
                    <link rel="stylesheet" href=frame.stylesheet.clone() />
                    <link rel="icon" href="/favicon.svg" r#type="image/svg+xml" />
                    {script.map(|script| view! { <script type="module">{script}</script> })}
                </head>
                <body class="desk">
                    {header(&frame)}
                    <main id="main" class="desk-main" tabindex="-1">
                        <h1>{title.to_owned()}</h1>
                        {frame
                            .said
                            .clone()
                            .map(|said| view! { <p class="desk-said" role="status">{said}</p> })}
                        {body}
                    </main>
                    <p id="say" role="status" class="visually-hidden"></p>
                </body>
            </html>
        }
        .to_html();
        format!("<!DOCTYPE html>{html}")
    }
}

fn header(frame: &Frame) -> AnyView {
    let brand = view! {
        <a class="brand" href="/" aria-label="Veneer, home">
            <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
                <path d="M2 17.5 12 22l10-4.5" />
                <path d="M2 12.5 12 17l10-4.5" />
                <path class="brand-face" d="M12 2.5 2 7.5 12 12l10-4.5z" />
            </svg>
            <span>"Veneer"</span>
        </a>
    };
    let Some(operator) = frame.operator.clone() else {
        return view! { <header class="desk-top">{brand}</header> }.into_any();
    };
    let links: Vec<AnyView> = Section::ALL
        .into_iter()
        .map(|section| {
            let here = (frame.at == Some(section)).then_some("page");
            view! {
                <a href=section.path() aria-current=here>
                    {section.label()}
                </a>
            }
            .into_any()
        })
        .collect();
    view! {
        <a class="skip" href="#main">
            "Skip to the content"
        </a>
        <header class="desk-top">
            {brand} <nav class="desk-nav" aria-label="Operator">
                {links}
            </nav> <form class="desk-who" method="post" action="/admin/sign-out">
                {token(&frame.token)}
                <span>{operator}</span>
                <button class="button" type="submit">
                    "Sign out"
                </button>
            </form>
        </header>
    }
    .into_any()
}

/// The field that every form carries.
pub(crate) fn token(token: &str) -> AnyView {
    view! { <input type="hidden" name="token" value=token.to_owned() /> }.into_any()
}

/// A form that is nothing but a button.
pub(crate) fn button(
    action: String,
    label: &'static str,
    token_text: &str,
    fields: Vec<(&'static str, String)>,
) -> AnyView {
    let fields: Vec<AnyView> = fields
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> }.into_any())
        .collect();
    view! {
        <form method="post" action=action>
            {token(token_text)}
            {fields}
            <button class="button" type="submit">
                {label}
            </button>
        </form>
    }
    .into_any()
}

/// Nothing to show, and what to do about it.
pub(crate) fn empty(sentence: &str) -> AnyView {
    view! { <p class="desk-empty">{sentence.to_owned()}</p> }.into_any()
}

/// A page that could not be made, in a sentence.
#[must_use]
pub fn failure(sentence: &str) -> AnyView {
    view! {
        <p class="lead" role="alert">
            {sentence.to_owned()}
        </p>
        <p class="notice-ways">
            <a class="button" href="">
                "Try again"
            </a>
        </p>
    }
    .into_any()
}
