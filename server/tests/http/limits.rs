//! How often people may search, through a real port.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read has failed the test"
)]

use reqwest::{
    Response,
    header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER},
};
use serde_json::{Value, json};

use crate::support::{Site, photo, png};

/// A page as a browser asks for it, through a proxy that speaks for an address.
async fn page(site: &Site, path: &str, of: &str) -> Response {
    let request = site.client.get(format!("{}{path}", site.base));
    let request = request.header(ACCEPT, "text/html,*/*");
    request.header("x-forwarded-for", of).send().await.unwrap()
}

/// Seconds to wait, from a refusal.
fn wait(response: &Response) -> u64 {
    assert_eq!(response.status(), 429);
    response.headers()[RETRY_AFTER]
        .to_str()
        .unwrap()
        .parse()
        .unwrap()
}

#[tokio::test]
async fn searches_are_counted_and_filtering_is_free() {
    let flags = [
        "--searches-per-minute=0",
        "--searches-per-hour=20",
        "--search-burst=5",
    ];
    let site = Site::with_six_and(&flags).await;
    // a photo, a swatch, words by page and by API: all are counted together
    let found = site.search_photo(png([200, 165, 120], 9)).await;
    let post = |body: Value| {
        let request = site.client.post(format!("{}/api/v1/search", site.base));
        request.json(&body).send()
    };
    let words = post(json!({"text": "oak"})).await.unwrap();
    assert_eq!(words.status(), 200);
    let words: Value = words.json().await.unwrap();
    let swatch = &words["hits"][0]["material"]["swatches"][0]["id"];
    assert_eq!(post(json!({"swatch": swatch})).await.unwrap().status(), 201);
    assert_eq!(site.get("/library?q=stone").await.status(), 200);
    assert_eq!(site.get("/api/v1/materials?q=fabric").await.status(), 200);

    // that were five
    let refused = site.get("/library?q=green").await;
    assert!((1..=180).contains(&wait(&refused)));
    let refused = post(json!({"swatch": swatch})).await.unwrap();
    assert!((1..=180).contains(&wait(&refused)));
    assert_eq!(refused.headers()[CONTENT_TYPE], "application/problem+json");
    let told: Value = refused.json().await.unwrap();
    assert_eq!(
        (&told["code"], &told["status"]),
        (&json!("rate-limited"), &json!(429))
    );
    let (status, told) = site.search(photo(png([9, 9, 9], 4))).await;
    assert_eq!(status, 429);
    assert!(
        told["error"].as_str().unwrap().contains("searches"),
        "{told}"
    );

    // what was found stays open: filters, pages, the same words
    for path in [
        "/",
        "/library",
        "/library?category=wood",
        "/library?q=stone&category=stone&page=1",
        "/library?q=OAK",
        "/api/v1/materials?q=oak&finish=unknown",
        "/api/v1/materials?category=wood",
        &found,
        &format!("{found}?category=wood"),
    ] {
        assert_eq!(site.get(path).await.status(), 200, "{path}");
    }
    site.stop().await;
}

#[tokio::test]
async fn each_guest_behind_a_trusted_proxy_is_one() {
    let flags = [
        "--searches-per-minute=0",
        "--searches-per-hour=20",
        "--search-burst=1",
        "--trusted-proxies=127.0.0.1",
    ];
    let site = Site::with_six_and(&flags).await;
    assert_eq!(
        page(&site, "/library?q=oak", "192.0.2.1").await.status(),
        200
    );
    let refused = page(&site, "/library?q=stone", "192.0.2.1").await;
    assert!(wait(&refused) >= 1);
    let kind = refused.headers()[CONTENT_TYPE].to_str().unwrap().to_owned();
    let text = refused.text().await.unwrap();
    assert!(
        kind.starts_with("text/html") && text.contains("The next one can begin in"),
        "{text}"
    );
    assert!(text.contains("<html"), "a page like the others");
    // what a guest writes before the proxy does is not believed
    let lie = page(&site, "/library?q=stone", "198.51.100.7, 192.0.2.1").await;
    assert_eq!(lie.status(), 429);
    assert_eq!(
        page(&site, "/library?q=stone", "192.0.2.2").await.status(),
        200
    );
    // a household of IPv6 is one guest
    assert_eq!(
        page(&site, "/library?q=oak", "2001:db8::1").await.status(),
        200
    );
    assert_eq!(
        page(&site, "/library?q=stone", "2001:db8::2")
            .await
            .status(),
        429
    );
    assert_eq!(
        page(&site, "/library?q=stone", "2001:db8:0:1::1")
            .await
            .status(),
        200
    );
    site.stop().await;
}

#[tokio::test]
async fn without_a_trusted_proxy_everybody_is_whom_they_connect_from() {
    let flags = [
        "--searches-per-minute=0",
        "--searches-per-hour=20",
        "--search-burst=1",
    ];
    let site = Site::with_six_and(&flags).await;
    assert_eq!(
        page(&site, "/library?q=oak", "192.0.2.1").await.status(),
        200
    );
    assert_eq!(
        page(&site, "/library?q=stone", "192.0.2.2").await.status(),
        429
    );
    site.stop().await;
}
