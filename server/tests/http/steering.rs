//! The designer steers: by palette, by weights, by scale, side by side.

#![expect(
    clippy::unwrap_used,
    reason = "a request that cannot be made has failed the test"
)]

use crate::support::{Site, photo, png};
use material::{Leg, Weights};
use rank::{Settings, fuse};
use serde_json::Value;

/// Names of the materials of a page, in the order of its wall.
fn wall(page: &str) -> Vec<String> {
    page.split("<a href=\"/m/")
        .skip(1)
        .filter_map(|part| part.split_once('"'))
        .filter(|(_, rest)| rest.starts_with(" class=\"swatch-link\""))
        .map(|(slug, _)| slug.to_owned())
        .collect()
}

#[tokio::test]
async fn a_palette_finds_what_has_its_colours_and_says_so() {
    let site = Site::with_six().await;
    let (status, page) = site.page("/library?palette=466e50:100").await;
    assert_eq!(status, 200);
    assert!(wall(&page)[0].contains("green"), "{:?}", wall(&page));
    assert_eq!(wall(&page).len(), 6, "the others follow");
    for part in [
        "Materials in these colours",
        "Your palette",
        "href=\"/palette?palette=466e50:100\"",
        "name=\"palette\" value=\"466e50:100\"",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(page.contains("ΔE off") || page.contains("as asked"));
    // A plain form says the same, and a filter keeps the palette.
    let form = "/library?palette=%23466e50&share=100&palette=%23000000&share=&category=fabric";
    let (status, page) = site.page(form).await;
    assert_eq!((status, wall(&page).len()), (200, 2));
    assert!(wall(&page)[0].contains("green"));
    // Shared, it stands as it was.
    let response = site
        .client
        .post(format!("{}/share", site.base))
        .form(&[("search", ""), ("view", "?palette=466e50:100")])
        .send()
        .await
        .unwrap();
    let shared = response.headers()["location"].to_str().unwrap().to_owned();
    let (status, page) = site.page(&shared).await;
    assert_eq!(status, 200);
    assert!(page.contains("Your palette") && wall(&page)[0].contains("green"));
    site.stop().await;
}

#[tokio::test]
async fn a_palette_takes_the_place_of_the_colours_of_a_photo() {
    let site = Site::with_six().await;
    let url = site.search_photo(png([205, 170, 125], 9)).await;
    let only = |palette: &str| {
        let others = Leg::ALL.iter().filter(|leg| **leg != Leg::Colour);
        let zero: Vec<String> = others
            .map(|leg| format!("{}=0", leg.weight_key()))
            .collect();
        format!("{url}?{}&w_colour=100{palette}", zero.join("&"))
    };
    let (_, page) = site.page(&only("")).await;
    assert!(wall(&page)[0].contains("oak"), "{:?}", wall(&page));
    let (_, page) = site.page(&only("&palette=325082")).await;
    assert!(wall(&page)[0].contains("blue"), "{:?}", wall(&page));
    site.stop().await;
}

#[tokio::test]
async fn a_palette_that_is_none_is_told_in_a_sentence() {
    let site = Site::with_six().await;
    for (query, sentence) in [
        ("bluurp:50", "There is no colour called “bluurp”."),
        ("c8b59a:101", "is not a share"),
        (
            "111111,222222,333333,444444,555555,666666",
            "5 is what fits",
        ),
    ] {
        for page in ["/library", "/palette", "/library/candidates"] {
            let (status, text) = site.page(&format!("{page}?palette={query}")).await;
            assert_eq!(status, 400, "{page} {query}");
            assert!(text.contains(sentence), "{page} {query}: {text}");
        }
    }
    let (status, page) = site.page("/palette?palette=sage:60,navy:40").await;
    assert_eq!(status, 200);
    assert!(page.contains("value=\"#a3ab8d\"") && page.contains("value=\"#232f4b\""));
    site.stop().await;
}

/// The order a browser makes of the candidates under these weights.
fn ordered(answer: &Value, weights: Weights) -> Vec<String> {
    let numbers = |name: &str| -> Vec<f64> {
        let list = answer[name].as_array().unwrap();
        list.iter().map(|n| n.as_f64().unwrap()).collect()
    };
    let small = |name: &str| -> Vec<f32> { numbers(name).iter().map(|n| *n as f32).collect() };
    let candidates = app::wire::read(&numbers("ids"), &small("scores"), &numbers("marks"));
    let settings = Settings {
        weights,
        diversity: answer["diversity"].as_f64().unwrap() as f32,
        sureness: app::wire::read_scores(&small("sureness")),
        nothing_close: answer["nothing_close"].as_bool().unwrap(),
        ..Settings::default()
    };
    fuse(&candidates, &settings)
        .iter()
        .map(|ranked| {
            let address = answer["materials"][ranked.index].as_str().unwrap();
            address.trim_start_matches("/m/").to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_browser_orders_the_candidates_as_the_server_does() {
    let site = Site::with_six().await;
    let search = site.search_photo(png([150, 150, 148], 40)).await;
    for (page, query) in [
        (search.as_str(), ""),
        (search.as_str(), "q=oak"),
        ("/library", "palette=466e50:70,eeeeee:30"),
    ] {
        let response = site.get(&format!("{page}/candidates?{query}")).await;
        assert_eq!(response.headers()["cache-control"], "no-store");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["cards"].as_array().unwrap().len(), 6);
        assert!(answer["cards"][0].as_str().unwrap().starts_with("<li"));
        for (look, colour, kind) in [(100, 20, 30), (0, 100, 0), (10, 0, 100), (0, 0, 0)] {
            let weights = Weights {
                look,
                colour,
                kind,
                ..Weights::default()
            };
            let address = format!("{page}?{query}&w_look={look}&w_colour={colour}&w_kind={kind}");
            let (_, html) = site.page(&address).await;
            assert_eq!(ordered(&answer, weights), wall(&html), "{address}");
        }
    }
    let (status, _) = site.page("/s/nosuchsearch/candidates").await;
    assert_eq!(status, 404);
    let (status, text) = site.page("/library/candidates?finish=magic").await;
    assert_eq!(status, 400);
    assert!(text.contains("\"error\""), "{text}");
    site.stop().await;
}

#[tokio::test]
async fn materials_stand_side_by_side() {
    let site = Site::with_six().await;
    let (_, library) = site.page("/library").await;
    let slugs = wall(&library);
    let (status, page) = site
        .page(&format!("/compare?m={}&m={}&m=gone", slugs[0], slugs[1]))
        .await;
    assert_eq!(status, 200);
    for part in [
        "differs",
        "Colour",
        "Light reflectance",
        "One of them is not in the library",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let all = slugs.join("&m=");
    let (status, page) = site.page(&format!("/compare?m={all}")).await;
    assert_eq!(status, 200);
    assert!(page.contains("4 fit side by side; 2 more were chosen"));
    let (status, page) = site.page("/compare").await;
    assert_eq!(status, 200);
    assert!(page.contains("Nothing to compare yet"));
    assert_eq!(site.page("/compare?m=..%2Fetc").await.0, 400);
    site.stop().await;
}

#[tokio::test]
async fn several_searches_stand_in_columns() {
    let site = Site::with_six().await;
    let mut ids = Vec::new();
    for colour in [[205, 170, 125], [50, 80, 130]] {
        let url = site.search_photo(png(colour, 9)).await;
        ids.push(url.trim_start_matches("/s/").to_owned());
    }
    let (status, page) = site
        .page(&format!("/together?s={}&s={}&s=gone&q=oak", ids[0], ids[1]))
        .await;
    assert_eq!(status, 200);
    for part in [
        "3 regions of your photo",
        &format!("href=\"/s/{}?q=oak\"", ids[0]),
        "Region 3",
        "is not here any more",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert_eq!(site.page("/together").await.0, 404);
    let many = "s=a&s=b&s=c&s=d&s=e";
    assert_eq!(site.page(&format!("/together?{many}")).await.0, 400);
    site.stop().await;
}

#[tokio::test]
async fn a_photo_says_how_large_what_it_shows_is() {
    let site = Site::with_six().await;
    let form = photo(png([150, 150, 148], 40)).text("width", "60");
    let (status, answer) = site.search(form).await;
    assert_eq!(status, 200);
    let (_, page) = site.page(answer["url"].as_str().unwrap()).await;
    assert!(page.contains("60 cm across"), "{page}");
    // Of a part, the part.
    let form = photo(png([150, 150, 148], 40))
        .text("width", "60")
        .text("crop", "0.25,0.25,0.5,0.5");
    let (_, answer) = site.search(form).await;
    let (_, page) = site.page(answer["url"].as_str().unwrap()).await;
    assert!(page.contains("30 cm across"), "{page}");
    for wrong in ["ten", "0", "-4", "1e9", "NaN"] {
        let form = photo(png([150, 150, 148], 40)).text("width", wrong);
        let (status, answer) = site.search(form).await;
        assert_eq!(status, 400, "{wrong}");
        assert!(answer["error"].as_str().unwrap().contains("centimetres"));
    }
    site.stop().await;
}

/// Of the value of an attribute of the first tag that has this in it.
fn value_in(page: &str, part: &str) -> String {
    let (_, rest) = page
        .split_once(part)
        .unwrap_or_else(|| panic!("{part} is not in {page}"));
    let (_, rest) = rest.split_once("value=\"").unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    value.replace("&amp;", "&")
}

#[tokio::test]
async fn another_photo_joins_the_page_it_is_sent_from() {
    let site = Site::with_six().await;
    let first = site.search_photo(png([205, 170, 125], 9)).await;
    let (_, page) = site.page(&format!("{first}?q=oak&page=1")).await;
    // The form of the page, as a browser without scripts sends it.
    let search = value_in(&page, "name=\"search\"");
    let view = value_in(&page, "name=\"view\"");
    assert_eq!(
        (format!("/s/{search}"), view.as_str()),
        (first.clone(), "q=oak")
    );
    let form = photo(png([50, 80, 130], 4))
        .text("search", search.clone())
        .text("view", view)
        .text("add", "1");
    let response = site
        .client
        .post(format!("{}/search", site.base))
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 303);
    let joined = response.headers()["location"].to_str().unwrap().to_owned();
    let added = joined
        .strip_prefix(&format!("{first}?q=oak&like=photo%3A"))
        .unwrap();
    assert!(added.len() > 20, "{joined}");
    let (status, page) = site.page(&joined).await;
    assert_eq!(status, 200);
    for part in [
        "Like your photos and “oak”",
        "Added photos",
        "more like the added photo",
        &format!("data-search=\"{added}\""),
        &format!("<option value=\"photo:{added}:50\">half"),
        &format!("href=\"{first}?q=oak\""),
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    let (_, alone) = site.page(&first).await;
    let (_, both) = site.page(&format!("{first}?like=photo:{added}")).await;
    let blue = |page: &str| wall(page).iter().position(|slug| slug.contains("blue"));
    assert!(
        blue(&both) < blue(&alone),
        "{:?} {:?}",
        wall(&both),
        wall(&alone)
    );

    // A third, by a program; and one to the library, with words in place of those that were there.
    let form = photo(png([70, 110, 80], 4))
        .text("search", search)
        .text("view", format!("?like=photo:{added}:40"))
        .text("add", "1");
    let (_, answer) = site.search(form).await;
    let url = answer["url"].as_str().unwrap();
    assert!(
        url.starts_with(&format!("{first}?like=photo%3A{added}%3A40&like=photo%3A")),
        "{url}"
    );
    assert!(url.ends_with(answer["id"].as_str().unwrap()));
    let (status, page) = site.page(url).await;
    assert_eq!(status, 200);
    assert!(page.contains("more like added photo 2"));
    let form = photo(png([70, 110, 80], 4))
        .text("view", "q=oak")
        .text("q", "linen")
        .text("add", "1");
    let (_, answer) = site.search(form).await;
    let url = answer["url"].as_str().unwrap();
    assert!(url.starts_with("/library?q=linen&like=photo%3A"), "{url}");

    // Frozen with a share, it stands there still.
    let response = site
        .client
        .post(format!("{}/share", site.base))
        .form(&[("search", ""), ("view", url.trim_start_matches("/library"))])
        .send()
        .await
        .unwrap();
    let shared = response.headers()["location"].to_str().unwrap().to_owned();
    let (status, page) = site.page(&shared).await;
    assert_eq!(status, 200);
    assert!(page.contains("Added photos") && !page.contains("photo-preview"));
    site.stop().await;
}

#[tokio::test]
async fn a_photo_that_is_gone_or_none_is_told_in_a_sentence() {
    let site = Site::with_six().await;
    let (status, page) = site
        .page("/library?q=oak&like=photo:nobodyhassearchedthis")
        .await;
    assert_eq!(status, 200);
    assert!(page.contains("One photo of this search is not kept any more"));
    assert!(
        !page.contains("nobodyhassearchedthis"),
        "nothing leads there"
    );
    for bad in [
        "photo:",
        "photo:a/b",
        "photo:abc:0",
        "photo:abc:101",
        "photo:abc:x",
    ] {
        let (status, text) = site.page(&format!("/library?like={bad}")).await;
        assert_eq!(status, 400, "{bad}: {text}");
    }
    // Not at all is what an empty choice says.
    assert_eq!(site.page("/library?like=&unlike=").await.0, 200);
    for (field, value) in [("view", "like=oak"), ("search", "../x")] {
        let form = photo(png([70, 110, 80], 4))
            .text("add", "1")
            .text(field, value);
        let (status, answer) = site.search(form).await;
        assert_eq!(status, 400, "{field}");
        assert!(answer["error"].is_string());
    }
    let many: String = (0..9).map(|n| format!("like=photo:a{n}&")).collect();
    assert_eq!(site.page(&format!("/library?{many}")).await.0, 400);
    site.stop().await;
}
