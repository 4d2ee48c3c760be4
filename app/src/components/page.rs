//! The frame of every page: skip link, header, main part, footer.

use leptos::prelude::*;

use crate::islands::{Keys, ThemeSwitch, Tray};

/// The words field of the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Words {
    /// A form of its own that searches the library.
    #[default]
    Library,
    /// A field of the filter form of this page, with what stands in it.
    View(String),
    /// None: the page has its own, or nothing to search.
    None,
}

/// Header, main part and footer around `children`.
#[component]
pub fn Page(
    /// The class of the main part.
    class: &'static str,
    /// The words field.
    #[prop(default = Words::Library)]
    words: Words,
    /// The main part.
    children: Children,
) -> AnyView {
    view! {
        <a class="skip" href="#main">
            "Skip to the content"
        </a>
        <header class="top">
            <a class="brand" href="/" aria-label="Veneer, home">
                <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
                    <path d="M2 17.5 12 22l10-4.5" />
                    <path d="M2 12.5 12 17l10-4.5" />
                    <path class="brand-face" d="M12 2.5 2 7.5 12 12l10-4.5z" />
                </svg>
                <span>"Veneer"</span>
            </a>
            {words_field(words)}
            <nav class="top-nav" aria-label="Main">
                <a href="/library">"Library"</a>
                <a href="/palette">"Palette"</a>
                <a href="/about">"How it works"</a>
            </nav>
        </header>
        <main id="main" class=class tabindex="-1">
            {children()}
        </main>
        <Tray />
        <footer class="foot">
            <p>"Veneer finds materials by how they look. Your photo is read, never kept."</p>
            <ThemeSwitch />
        </footer>
        <Keys />
    }
    .into_any()
}

fn words_field(words: Words) -> Option<AnyView> {
    let field = |form: Option<&'static str>, value: String| {
        view! {
            <label class="visually-hidden" for="q">
                "Search in words"
            </label>
            <input
                id="q"
                class="words-field"
                type="search"
                name="q"
                value=value
                form=form
                maxlength="300"
                placeholder="honed limestone, light"
                autocomplete="off"
                enterkeyhint="search"
            />
            <button class="words-go" type="submit" form=form aria-label="Search">
                <svg viewBox="0 0 20 20" aria-hidden="true">
                    <circle cx="8.5" cy="8.5" r="5.5" />
                    <path d="m13 13 4.5 4.5" />
                </svg>
            </button>
        }
    };
    match words {
        Words::None => None,
        Words::Library => Some(
            view! {
                <form class="words" role="search" action="/library" method="get">
                    {field(None, String::new())}
                </form>
            }
            .into_any(),
        ),
        Words::View(value) => Some(
            view! {
                <div class="words" role="search">
                    {field(Some("view"), value)}
                </div>
            }
            .into_any(),
        ),
    }
}
