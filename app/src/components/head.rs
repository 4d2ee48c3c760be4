//! What a page says of itself to search engines, to messengers, and in the browser's tab.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, ServerMetaContext, Title};

use crate::Site;

/// The picture a messenger shows beside a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its address, starting with `/`.
    pub path: String,
    /// What one sees.
    pub alt: String,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// `leptos_meta` writes the title into the page as it is; every other text is escaped for us.
fn escaped(title: &str) -> String {
    title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Descriptions are cut by those who show them; better at a word of ours than in one of theirs.
fn shortened(text: &str) -> String {
    const LIMIT: usize = 200;
    if text.chars().count() <= LIMIT {
        return text.to_owned();
    }
    let cut: String = text.chars().take(LIMIT).collect();
    let end = cut.rfind(' ').unwrap_or(cut.len());
    format!("{}…", &cut[..end])
}

/// The head of a page.
///
/// # Server-Side Rendering
/// Only complete under `SsrMode::Async`: tags that come after the first chunk are lost.
#[component]
pub fn Head(
    /// In the tab and as the heading of a link.
    #[prop(into)]
    title: String,
    /// One or two sentences.
    #[prop(into)]
    description: String,
    /// The one address of this page, starting with `/`.
    #[prop(into, optional)]
    canonical: Option<String>,
    /// Whether search engines may list it.
    #[prop(default = true)]
    index: bool,
    /// The picture beside a link to it.
    #[prop(default = None)]
    preview: Option<Preview>,
) -> AnyView {
    // Where the routes are only listed, there is no document to have a head.
    if use_context::<ServerMetaContext>().is_none() {
        return ().into_any();
    }
    let site = use_context::<Site>().unwrap_or_default();
    let tab = if title == "Veneer" {
        title.clone()
    } else {
        format!("{title} · Veneer")
    };
    let description = shortened(&description);
    let card = if preview.is_some() {
        "summary_large_image"
    } else {
        "summary"
    };
    let address = canonical.as_deref().map(|path| site.absolute(path));
    view! {
        <Title text=escaped(&tab) />
        <Meta name="description" content=description.clone() />
        {(!index).then(|| view! { <Meta name="robots" content="noindex" /> })}
        <Meta property="og:site_name" content="Veneer" />
        <Meta property="og:type" content="website" />
        <Meta property="og:title" content=title.clone() />
        <Meta property="og:description" content=description.clone() />
        <Meta name="twitter:card" content=card />
        <Meta name="twitter:title" content=title />
        <Meta name="twitter:description" content=description />
        {address
            .map(|address| {
                view! {
                    <Link rel="canonical" href=address.clone() />
                    <Meta property="og:url" content=address />
                }
            })}
        {preview
            .map(|preview| {
                let image = site.absolute(&preview.path);
                view! {
                    <Meta property="og:image" content=image.clone() />
                    <Meta property="og:image:width" content=preview.width.to_string() />
                    <Meta property="og:image:height" content=preview.height.to_string() />
                    <Meta property="og:image:alt" content=preview.alt.clone() />
                    <Meta name="twitter:image" content=image />
                    <Meta name="twitter:image:alt" content=preview.alt />
                }
            })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::{escaped, shortened};

    #[test]
    fn a_title_cannot_end_the_title() {
        assert_eq!(
            escaped("</title><script>a && b"),
            "&lt;/title&gt;&lt;script&gt;a &amp;&amp; b"
        );
    }

    #[test]
    fn long_descriptions_end_at_a_word() {
        let text = "oak plank ".repeat(40);
        let short = shortened(&text);
        assert!(
            short.ends_with("oak…") || short.ends_with("plank…"),
            "{short}"
        );
        assert!(short.chars().count() <= 201);
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"é".repeat(300)).chars().count(), 201);
    }
}
