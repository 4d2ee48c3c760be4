//! The main job through HTTP: a photo in, ranked and explained materials out, filtered, shared.

#![expect(
    clippy::unwrap_used,
    reason = "a request that cannot be made has failed the test"
)]

use std::path::{Path, PathBuf};

use crate::support::{Site, photo, png};

#[tokio::test]
async fn a_photo_finds_its_material_and_says_why() {
    let site = Site::with_six().await;
    let url = site.search_photo(png([203, 168, 124], 9)).await;
    assert!(url.starts_with("/s/"));
    let (status, page) = site.page(&url).await;
    assert_eq!(status, 200);
    let first = page.find("Oak light").unwrap();
    let other = page.find("Blue").unwrap();
    assert!(first < other, "the lighter oak comes before the blue cloth");
    // A filter keeps only its own, also when it is not near.
    let (_, page) = site.page(&format!("{url}?category=fabric")).await;
    assert!(page.contains("Green") && page.contains("Blue") && !page.contains("Oak dark"));
    site.stop().await;
}

#[tokio::test]
async fn a_plain_form_is_answered_with_the_address_of_its_results() {
    let site = Site::with_six().await;
    let response = site
        .client
        .post(format!("{}/search", site.base))
        .multipart(photo(png([150, 150, 148], 40)).text("q", "grey stone"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 303);
    let place = response.headers()["location"].to_str().unwrap();
    assert!(
        place.starts_with("/s/") && place.ends_with("?q=grey+stone"),
        "{place}"
    );
    let words = reqwest::multipart::Form::new().text("q", "oak");
    let (status, answer) = site.search(words).await;
    assert_eq!(
        (status, answer["url"].as_str().unwrap()),
        (200, "/library?q=oak")
    );
    site.stop().await;
}

#[tokio::test]
async fn a_failed_form_is_answered_with_a_page() {
    let site = Site::with_six().await;
    let response = site
        .client
        .post(format!("{}/search", site.base))
        .multipart(photo(b"no photo".to_vec()))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 415);
    let page = response.text().await.unwrap();
    assert!(
        page.contains("<html") && page.contains("That file is not an image."),
        "{page}"
    );
    site.stop().await;
}

/// The content of a `<meta>` by property or name.
fn meta<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let tag = head.split("<meta").find(|tag| {
        tag.contains(&format!("property=\"{name}\"")) || tag.contains(&format!("name=\"{name}\""))
    })?;
    tag.split("content=\"").nth(1)?.split('"').next()
}

#[tokio::test]
async fn a_share_is_frozen_and_tells_crawlers_what_it_is() {
    let site = Site::with_six().await;
    let url = site.search_photo(png([203, 168, 124], 9)).await;
    let id = url.trim_start_matches("/s/");
    let response = site
        .client
        .post(format!("{}/share", site.base))
        .header("accept", "application/json")
        .form(&[("search", id), ("view", "category=wood")])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let answer: serde_json::Value = response.json().await.unwrap();
    let share = answer["url"].as_str().unwrap().to_owned();
    assert!(
        share.len() > "/share/".len() + 20,
        "a name nobody guesses: {share}"
    );

    let (status, page) = site.page(&share).await;
    assert_eq!(status, 200);
    assert!(page.contains("Oak light") && !page.contains("Green"));
    let head = page.split("</head>").next().unwrap();
    let absolute = format!("https://veneer.example{share}");
    assert_eq!(meta(head, "og:url"), Some(absolute.as_str()));
    assert_eq!(meta(head, "twitter:card"), Some("summary_large_image"));
    assert_eq!(meta(head, "og:image:width"), Some("1200"));
    assert_eq!(meta(head, "og:image:height"), Some("630"));
    assert!(
        meta(head, "og:title").is_some_and(|t| t.contains("2 materials")),
        "{head}"
    );
    assert!(meta(head, "og:description").is_some_and(|d| !d.is_empty()));
    let picture = meta(head, "og:image").unwrap();
    assert_eq!(
        picture,
        format!("https://veneer.example{share}/preview.jpg")
    );

    let preview = site.get(&format!("{share}/preview.jpg")).await;
    assert_eq!(preview.headers()["content-type"], "image/jpeg");
    let bytes = preview.bytes().await.unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (1200, 630));
    site.stop().await;
}

#[tokio::test]
async fn files_are_cached_and_compressed() {
    let site = Site::with_six().await;
    let hashed = site.get("/pkg/veneer.abc.js").await;
    assert_eq!(hashed.status(), 200);
    assert!(
        hashed.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
    let packed = site
        .client
        .get(format!("{}/library", site.base))
        .header("accept-encoding", "br")
        .send()
        .await
        .unwrap();
    assert_eq!(packed.headers()["content-encoding"], "br");
    assert_eq!(packed.headers()["x-content-type-options"], "nosniff");
    site.stop().await;
}

#[tokio::test]
async fn an_empty_library_says_so_everywhere() {
    let site = Site::empty().await;
    for path in ["/", "/library", "/library?q=oak", "/about"] {
        assert_eq!(site.page(path).await.0, 200, "{path}");
    }
    let url = site.search_photo(png([203, 168, 124], 9)).await;
    assert_eq!(site.page(&url).await.0, 200);
    site.stop().await;
}

/// The shared fixtures; a sentence when they are not there, because the tests that need them cannot
/// say anything without them.
fn shared() -> PathBuf {
    let folder = std::env::var_os("VENEER_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        PathBuf::from,
    );
    assert!(
        folder.join("materials/manifest.csv").is_file(),
        "this test reads the labelled photos in {}/materials, which are not there; set VENEER_SHARED to the folder that holds them",
        folder.display()
    );
    folder
}

/// The labelled photos come in, and other views of them find them again.
#[tokio::test]
async fn real_photos_import_and_are_found_again() {
    let shared = shared().join("materials");
    let site = Site::with_folder(shared.clone(), Some(shared.join("manifest.csv")), &[]).await;
    let (_, health) = site.page("/readyz").await;
    assert!(health.contains("\"materials\":199"), "{health}");
    // Every twelfth texture, asked as it is, is among the first three.
    let mut asked = 0;
    let mut reader = csv_rows(&shared.join("manifest.csv"));
    reader.retain(|row| !row[0].starts_with("queries/"));
    for row in reader.iter().step_by(12) {
        let bytes = std::fs::read(shared.join(&row[0])).unwrap();
        let url = site.search_photo(bytes).await;
        let (_, page) = site.page(&url).await;
        let first: Vec<&str> = page
            .split("class=\"swatch-name\">")
            .skip(1)
            .take(3)
            .filter_map(|after| after.split('<').next())
            .collect();
        assert!(
            first.contains(&row[1].as_str()),
            "{} is called {} and not among the first: {first:?}",
            row[0],
            row[1]
        );
        asked += 1;
    }
    assert!(asked >= 10);
    site.stop().await;
}

/// File and name of every row.
fn csv_rows(path: &Path) -> Vec<[String; 2]> {
    csv::Reader::from_path(path)
        .unwrap()
        .records()
        .map(|row| {
            let row = row.unwrap();
            [row[0].to_owned(), row[3].to_owned()]
        })
        .collect()
}

/// Pages are written on whichever thread is free, side by side.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_asked_for_at_once_have_each_their_own_head() {
    const MISSING: &str = "There is nothing at this address · Veneer";
    let site = Site::with_six().await;
    let asked = (0..160).map(|number| {
        let (path, title) = match number % 5 {
            0 => ("/".to_owned(), "Veneer".to_owned()),
            1 => ("/about".to_owned(), "How it works · Veneer".to_owned()),
            2 => ("/m/nothing".to_owned(), MISSING.to_owned()),
            3 => ("/nowhere".to_owned(), MISSING.to_owned()),
            _ => (
                format!("/library?q=oak{number}"),
                format!("Materials for “oak{number}” · Veneer"),
            ),
        };
        let site = &site;
        async move { (site.page(&path).await.1, path, title) }
    });
    for (page, path, title) in futures::future::join_all(asked).await {
        let titles: Vec<&str> = page
            .split("<title>")
            .skip(1)
            .filter_map(|rest| rest.split("</title>").next())
            .collect();
        assert_eq!(titles, [title], "{path}");
    }
    site.stop().await;
}
