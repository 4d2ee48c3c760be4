//! Every page from made-up data: what it says, where its links lead, and that nothing foreign
//! becomes markup.
#![cfg(feature = "ssr")]

mod data;

use std::collections::HashSet;

use app::{
    Failure, Site,
    pages::{
        compare::ComparePage, home::HomePage, material::MaterialPage, palette::PalettePage,
        results::ResultsPage, share::SharePage, together::TogetherPage,
    },
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use data::{NASTY, card, library, material_page, name, results, share, view};
use leptos::prelude::*;
use leptos_meta::MetaTags;
use material::{CategoryTile, Compared, Comparison, Finish, Home, Palette, Results};

/// Renders a view the way the server does: as a document, head included, at `path`.
async fn answer<V: IntoView + 'static>(
    path: &str,
    context: impl Fn() + Clone + Send + Sync + 'static,
    page: impl Fn() -> V + Clone + Send + Sync + 'static,
) -> (StatusCode, String) {
    // Sets the executor up, as the server does at its start.
    static ROUTES: std::sync::Once = std::sync::Once::new();
    ROUTES.call_once(|| {
        assert_eq!(leptos_axum::generate_route_list(app::App).len(), 9);
    });
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(Site {
                public_url: "https://veneer.example/".to_owned(),
                mixer: Some("/pkg/mixer.0.js".to_owned()),
            });
            context();
        },
        move || {
            let body = page();
            view! {
                <!DOCTYPE html>
                <html lang="en">
                    <head>
                        <MetaTags />
                    </head>
                    <body>{body}</body>
                </html>
            }
        },
    );
    let request = Request::get(path).body(Body::empty()).expect("a request");
    let response = render(request).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

async fn shown(results: Results) -> String {
    let page = move || {
        let results = results.clone();
        view! { <ResultsPage results /> }
    };
    let (status, html) = answer("/s/abc", || (), page).await;
    assert_eq!(status, StatusCode::OK);
    unique_names(&html);
    html
}

/// Two things of one name: labels and skip links would lead astray.
fn unique_names(html: &str) {
    let mut seen = HashSet::new();
    for part in html.split(" id=\"").skip(1) {
        let name = part.split('"').next().unwrap_or_default();
        assert!(seen.insert(name.to_owned()), "id {name} stands twice");
    }
}

/// The text between tags, spaces folded, with the marks of the renderer taken out.
fn text(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                out.push(' ');
            }
            c if !inside => out.push(c),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has(html: &str, part: &str) {
    assert!(html.contains(part), "{part:?} is missing in:\n{html}");
}

/// Whether one tag of this kind has all of these attributes, in any order.
fn has_tag(html: &str, kind: &str, attributes: &[&str]) {
    let found = html
        .split('<')
        .filter_map(|part| part.split('>').next())
        .filter(|tag| tag.split(' ').next() == Some(kind))
        .any(|tag| attributes.iter().all(|a| tag.contains(a)));
    assert!(found, "<{kind}> with {attributes:?} is missing in:\n{html}");
}

fn lacks(html: &str, part: &str) {
    assert!(!html.contains(part), "{part:?} should not be in:\n{html}");
}

#[tokio::test]
async fn four_hundred_hits_come_in_bands_with_honest_counts() {
    let html = shown(results(400, 3, view("page=2"))).await;
    assert_eq!(html.matches("class=\"swatch-link\"").count(), 48);
    let words = text(&html);
    has(&words, "400 materials, 3 close");
    has(&words, "Further away 397 continued");
    lacks(&words, "Close to your photo");
    has(&words, "Page 2 of 9");
    has_tag(&html, "a", &["rel=\"next\"", "href=\"/s/abc?page=3\""]);
    has_tag(&html, "a", &["rel=\"prev\"", "href=\"/s/abc\""]);
    has(&words, "12 ms, every swatch compared");

    let first = text(&shown(results(400, 3, view(""))).await);
    has(&first, "Close to your photo 3");
    has(&first, "Further away 397 Marble 3");
}

#[tokio::test]
async fn one_hit_is_one_material() {
    let words = text(&shown(results(1, 1, view(""))).await);
    has(&words, "1 material, 1 close");
    lacks(&words, "Page 1");
}

#[tokio::test]
async fn pictures_have_their_size_before_they_are_there() {
    let html = shown(results(20, 3, view(""))).await;
    let pictures: Vec<_> = html
        .split("<img ")
        .filter_map(|part| part.split('>').next())
        .filter(|tag| tag.contains("class=\"picture\""))
        .collect();
    assert_eq!(pictures.len(), 40, "two views of each");
    for tag in pictures {
        for part in [
            "width=\"900\"",
            "height=\"900\"",
            "320w, ",
            "640w",
            "alt=",
            "--ground:#c8b89a",
        ] {
            has(tag, part);
        }
    }
    has(&html, "alt=\"veined marble, honed, bone\"");
    assert_eq!(html.matches("loading=\"eager\"").count(), 8);
}

#[tokio::test]
async fn foreign_text_stays_text() {
    let mut nasty = results(3, 3, view("q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"));
    nasty.hits[0].material.name = name(NASTY);
    nasty.hits[1].summary = NASTY.to_owned();
    nasty.hits[2].reasons[0].text = NASTY.to_owned();
    nasty.nothing_close = Some(NASTY.to_owned());
    if let Some(analysis) = &mut nasty.analysis {
        analysis.sentence = NASTY.to_owned();
        analysis.values[2].label = NASTY.to_owned();
    }
    let html = shown(nasty).await;
    lacks(&html, "<script>alert");
    lacks(&html, "<img src=x");
    has(&html, "&lt;script&gt;alert(1)");
    has(
        &html,
        "<title>Like your photo and “&lt;img src=x onerror=alert(1)&gt;” · Veneer</title>",
    );
}

#[tokio::test]
async fn what_is_chosen_can_be_taken_off_one_by_one() {
    let html = shown(results(
        5,
        1,
        view("finish=honed&finish=unknown&price_max=60&w_look=20"),
    ))
    .await;
    has(
        &html,
        "href=\"/s/abc?finish=honed&amp;finish=unknown&amp;w_look=20\"",
    );
    has(
        &html,
        "href=\"/s/abc?finish=unknown&amp;price_max=60&amp;w_look=20\"",
    );
    // Everything off keeps the weights: they are no filter.
    has_tag(
        &html,
        "a",
        &["class=\"chip-all\"", "href=\"/s/abc?w_look=20\""],
    );
    // The form holds what was chosen, so that it does not get lost when more is chosen.
    for parts in [
        ["name=\"finish\"", "value=\"honed\"", "checked"],
        ["name=\"finish\"", "value=\"unknown\"", "checked"],
        ["name=\"price_max\"", "value=\"60\"", "type=\"text\""],
        ["name=\"w_look\"", "value=\"20\"", "type=\"range\""],
    ] {
        has_tag(&html, "input", &parts);
    }
    let words = text(&html);
    has(&words, "Not known 7");
    has(&words, "Those without a price 31");
    lacks(&words, "without a size");
}

#[tokio::test]
async fn what_is_seen_is_a_filter_one_click_away() {
    let html = shown(results(5, 1, view("finish=honed"))).await;
    let words = text(&html);
    has(&words, "Estimated from similar materials.");
    has(&words, "category: stone/marble perhaps");
    has(
        &html,
        "href=\"/s/abc?category=stone%2Fmarble&amp;finish=honed\"",
    );
    // On already: the same chip takes it off. A size is no filter and no link.
    has_tag(&html, "a", &["href=\"/s/abc\"", "aria-current=\"true\""]);
    has(&words, "size: 600 × 600");
    lacks(&html, "?size=600");
    has(&words, "&lt; 1 %");
}

#[tokio::test]
async fn nothing_close_is_said_with_a_way_on() {
    let mut far = results(5, 0, view("q=oak&page=1"));
    far.nothing_close = Some("The colour is here, terrazzo is not.".to_owned());
    let html = shown(far).await;
    has(&text(&html), "5 materials, none close");
    has(&text(&html), "The colour is here, terrazzo is not.");
    has(
        &html,
        "href=\"/s/abc?q=oak&amp;w_look=0&amp;w_colour=100&amp;w_texture=0&amp;w_pattern=0&amp;w_scale=0&amp;w_finish=0&amp;w_kind=0&amp;w_words=0\"",
    );
}

#[tokio::test]
async fn what_is_the_same_to_the_eye_stands_under_its_like() {
    let mut some = results(3, 1, view(""));
    some.folded = 2;
    let double = |number, name: &str, likeness| material::Double {
        material: card(number, name),
        likeness,
    };
    some.hits[0].also = vec![double(8, "Twin", material::Likeness::Look)];
    some.hits[1].also = vec![double(9, "Copy", material::Likeness::Picture)];
    let html = shown(some).await;
    let words = text(&html);
    has(&words, "2 makers have this look");
    has(&words, "looks the same");
    has(&words, "1 more with this picture");
    has(&words, "the same picture, saved again");
    // The bar of a reason is said in words too.
    has(&words, "agrees in part");
}

#[tokio::test]
async fn no_hits_offer_to_take_off_what_is_in_the_way() {
    let html = shown(results(0, 0, view("finish=honed&category=cork"))).await;
    let words = text(&html);
    has(&words, "No materials");
    has(&words, "Nothing in the library passes all of these");
    has(&words, "Without honed");
    has_tag(
        &html,
        "a",
        &["class=\"chip\"", "href=\"/s/abc?category=cork\""],
    );

    let mut bare = library(0, view(""));
    bare.library = 0;
    let words = text(&shown(bare).await);
    has(&words, "The library is empty");
    has(&words, "veneer import");

    let beyond = text(&shown(library(100, view("page=9"))).await);
    has(&beyond, "The last one is page 3.");
}

#[tokio::test]
async fn the_library_without_a_question_makes_no_claims_of_nearness() {
    let html = shown(library(100, view("category=stone"))).await;
    let words = text(&html);
    has(&words, "100 materials");
    for claim in ["close", "Further away", "What counts", "What Veneer sees"] {
        lacks(&words.replace("Close Wood", ""), claim);
    }
    has(&html, "action=\"/library\"");
    let asked = text(&shown(library(100, view("q=oak"))).await);
    has(&asked, "Materials for “oak”");
    has(&asked, "Further away 100");
}

#[tokio::test]
async fn weights_that_are_not_shown_are_not_lost() {
    let html = shown(library(10, view("q=oak&w_words=33"))).await;
    has_tag(
        &html,
        "input",
        &["type=\"hidden\"", "name=\"w_words\"", "value=\"33\""],
    );
}

#[tokio::test]
async fn a_share_says_what_it_is_to_those_who_cannot_see_it() {
    let page = || view! { <SharePage share=share("Honed \"light\" marble <3") /> };
    let (status, html) = answer("/share/x7Jq2", || (), page).await;
    assert_eq!(status, StatusCode::OK);
    let head = html.split("</head>").next().unwrap_or_default();
    for tag in [
        "<title>Honed \"light\" marble &lt;3 · Veneer</title>",
        "name=\"robots\" content=\"noindex\"",
        "href=\"https://veneer.example/share/x7Jq2\"",
        "property=\"og:url\" content=\"https://veneer.example/share/x7Jq2\"",
        "property=\"og:image\" content=\"https://veneer.example/share/x7Jq2/preview.jpg\"",
        "property=\"og:image:width\" content=\"1200\"",
        "property=\"og:image:height\" content=\"630\"",
        "property=\"og:title\" content=\"Honed &quot;light&quot; marble &lt;3\"",
        "property=\"og:description\" content=\"48 materials, 3 close: Marble 0, Marble 1, Marble 2 …\"",
        "name=\"twitter:card\" content=\"summary_large_image\"",
        "name=\"twitter:image\" content=\"https://veneer.example/share/x7Jq2/preview.jpg\"",
        "name=\"description\"",
    ] {
        has(head, tag);
    }
    let words = text(&html);
    has(&words, "Shared on 5 November 2026");
    has(&words, "price up to 90");
    has(&html, "href=\"/s/abc?finish=honed&amp;price_max=90\"");
    // Frozen: nothing that would change it.
    lacks(&html, "id=\"filters\"");
    lacks(&html, "Take off: ");
    assert_eq!(html.matches("class=\"swatch-link\"").count(), 48);
}

#[tokio::test]
async fn a_material_tells_what_is_known_and_from_where() {
    let page = || view! { <MaterialPage page=material_page() /> };
    let (_, html) = answer("/m/material-7", || (), page).await;
    unique_names(&html);
    let words = text(&html);
    has(&words, "Finish honed estimate, likely");
    has(&words, "Texture not known");
    has(&words, "Maker not known");
    has(&words, "Finish polished here honed");
    has(&words, "Category Marble, stone");
    has_tag(&html, "button", &["name=\"swatch\"", "value=\"74\""]);
    has(&html, "href=\"/library?category=stone/marble\"");
    let head = html.split("</head>").next().unwrap_or_default();
    has(head, "href=\"https://veneer.example/m/material-7\"");
    has(head, "content=\"Cut across the bed.\"");
}

#[tokio::test]
async fn home_shows_the_room_or_how_to_fill_it() {
    let home = |count: u32| Home {
        examples: (0..count as usize).map(|i| card(i, NASTY)).collect(),
        categories: material::TOP_CATEGORIES
            .iter()
            .take(count as usize)
            .map(|category| CategoryTile {
                category: *category,
                count,
                swatch: None,
            })
            .collect(),
        materials: count,
        swatches: count * 2,
    };
    let (_, full) = answer("/", || (), move || view! { <HomePage home=home(6) /> }).await;
    unique_names(&full);
    has(&text(&full), "6 materials, 12 swatches");
    has(&full, "href=\"/library?category=wood\"");
    has(&full, "action=\"/search\"");
    has(&full, "<title>Veneer</title>");
    lacks(&full, "<script>alert");
    let (_, empty) = answer("/", || (), move || view! { <HomePage home=home(0) /> }).await;
    has(&text(&empty), "The library is empty");
}

#[tokio::test]
async fn a_failure_takes_the_place_of_the_page_with_its_status() {
    let failure = Failure {
        status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
        sentence: format!("This is no photo: {NASTY}"),
    };
    let context = move || provide_context(failure.clone());
    let (status, html) = answer("/search", context, || view! { <app::App /> }).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    has(&text(&html), "That did not work This is no photo");
    has(&html, "content=\"noindex\"");
    lacks(&html, "<script>alert");
}

#[tokio::test]
async fn addresses_without_a_page_are_told_so() {
    let (status, html) = answer("/no/such/page", || (), || view! { <app::App /> }).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    has(&text(&html), "There is nothing at this address");
    // Without a library in the context: a fault of ours, not a panic.
    let (status, _) = answer("/library", || (), || view! { <app::App /> }).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    let (status, html) = answer("/about", || (), || view! { <app::App /> }).await;
    assert_eq!(status, StatusCode::OK);
    has(&html, "<title>How it works · Veneer</title>");
}

#[tokio::test]
async fn every_page_has_its_landmarks_and_one_first_heading() {
    let html = shown(results(5, 1, view(""))).await;
    for part in [
        "<main id=\"main\"",
        "href=\"#main\"",
        "<header",
        "<footer",
        "<nav",
        "role=\"search\"",
        "role=\"status\"",
    ] {
        has(&html, part);
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert_eq!(html.matches("<main").count(), 1);
    has(&html, "name=\"description\"");
}

#[tokio::test]
async fn a_palette_is_a_plain_form_that_holds_what_it_started_with() {
    let palette = Palette::parse("c8b59a:60,4a3b2a:40").ok();
    let page = move || view! { <PalettePage palette=palette.clone() /> };
    let (status, html) = answer("/palette", || (), page).await;
    assert_eq!(status, StatusCode::OK);
    unique_names(&html);
    for parts in [
        ["name=\"palette\"", "type=\"color\"", "value=\"#c8b59a\""],
        ["name=\"share\"", "type=\"number\"", "value=\"40\""],
    ] {
        has_tag(&html, "input", &parts);
    }
    assert_eq!(html.matches("name=\"palette\"").count(), 5);
    has_tag(&html, "form", &["method=\"get\"", "action=\"/library\""]);
    has_tag(&html, "option", &["value=\"greige\""]);
    // Its script comes with the page, and finds its strip in place.
    has_tag(&html, "form", &["class=\"mix\"", "data-wakes"]);
    has(&html, "import('/pkg/mixer.0.js')");
    has(&html, "background:#c8b59a;flex-grow:60");
    let strip = html.split("mix-strip").nth(1).and_then(|rest| {
        let (_, inside) = rest.split_once('>')?;
        inside.split("</div>").next()
    });
    assert_eq!(
        strip.map(text).as_deref(),
        Some(""),
        "a strip holds no words"
    );
    // Untouched it asks for something too.
    let page = || view! { <PalettePage palette=None /> };
    let (_, fresh) = answer("/palette", || (), page).await;
    has_tag(&fresh, "input", &["name=\"share\"", "value=\"100\""]);
}

#[tokio::test]
async fn a_palette_stands_beside_what_it_found() {
    let html = shown(library(10, view("palette=c8b59a:60,4a3b2a:40"))).await;
    let words = text(&html);
    has(&words, "Materials in these colours");
    has(&words, "Your palette");
    has(&words, "Light reflectance of the whole: 30");
    let name = |code: &str| material::trade_name(material::parse_hex(code).expect("a colour code"));
    let named = format!("palette: {}, {}", name("#c8b59a"), name("#4a3b2a"));
    has(&words, &named);
    has(&html, "href=\"/palette?palette=c8b59a:60,4a3b2a:40\"");
    has_tag(
        &html,
        "input",
        &[
            "type=\"hidden\"",
            "name=\"palette\"",
            "value=\"c8b59a:60,4a3b2a:40\"",
        ],
    );
}

#[tokio::test]
async fn differences_are_marked_with_a_word() {
    let compared = |number: usize, finish: Option<Finish>, called: &str| Compared {
        card: card(number, called),
        properties: material::Properties {
            finish,
            ..material_page().properties
        },
        look: None,
    };
    let sides = vec![
        compared(1, Some(Finish::Honed), NASTY),
        compared(2, Some(Finish::Polished), "Marble"),
        compared(3, None, "Third"),
    ];
    let page = move || {
        let comparison = Comparison::of(sides.clone(), 1);
        view! { <ComparePage comparison left_out=2 /> }
    };
    let (_, html) = answer("/compare", || (), page).await;
    unique_names(&html);
    lacks(&html, "<script>alert");
    let words = text(&html);
    has(&words, "Finish differs honed polished not known");
    has(&words, "They differ in 1 property.");
    has(&words, "Category Marble, stone Marble, stone Marble, stone");
    has(&words, "One of them is not in the library any more.");
    has(&words, "2 more were chosen and left out");
    has(&html, "href=\"/compare?m=material-2&amp;m=material-3\"");
    let empty = || view! { <ComparePage comparison=Comparison::default() left_out=0 /> };
    let (_, html) = answer("/compare", || (), empty).await;
    has(&text(&html), "Nothing to compare yet");
}

#[tokio::test]
async fn regions_stand_side_by_side_and_one_that_is_gone_says_so() {
    let page = || {
        let columns = vec![
            Ok(results(20, 3, view(""))),
            Err("This search is not here any more.".to_owned()),
            Ok(results(0, 0, view(""))),
        ];
        view! { <TogetherPage columns /> }
    };
    let (_, html) = answer("/together", || (), page).await;
    let words = text(&html);
    has(&words, "3 regions of your photo");
    has(&words, "This search is not here any more.");
    has(&words, "Nothing was found for it.");
    assert_eq!(html.matches("class=\"swatch-link\"").count(), 6);
    has(&html, "All results of region 1");
}

#[tokio::test]
async fn every_hit_can_be_kept_and_every_slider_has_its_number() {
    let html = shown(results(5, 1, view("w_look=20"))).await;
    assert_eq!(html.matches("form=\"compare\"").count(), 5);
    has_tag(&html, "form", &["id=\"compare\"", "action=\"/compare\""]);
    has_tag(
        &html,
        "input",
        &["type=\"checkbox\"", "name=\"m\"", "value=\"material-3\""],
    );
    has_tag(
        &html,
        "input",
        &["name=\"w_look\"", "value=\"20\"", "data-usual=\"100\""],
    );
    has(&html, "data-candidates=\"/s/abc/candidates?w_look=20\"");
    has(&text(&html), "Scale");
}
