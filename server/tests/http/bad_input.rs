//! Bad input through HTTP: the right status, a sentence a designer understands, nothing stored, and
//! the server goes on.

#![expect(
    clippy::unwrap_used,
    reason = "a request that cannot be made has failed the test"
)]

use crate::support::{Site, photo, png};
use reqwest::multipart::{Form, Part};

/// The server still does its job.
async fn goes_on(site: &Site) {
    let url = site.search_photo(png([205, 170, 125], 9)).await;
    assert_eq!(site.page(&url).await.0, 200);
}

/// A PNG that says it has 30,000 × 30,000 pixels in a few hundred bytes.
fn bomb() -> Vec<u8> {
    let mut bytes = png([1, 2, 3], 5);
    // The header's width and height stand behind the signature and the chunk's length and name.
    bytes[16..20].copy_from_slice(&30_000u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000u32.to_be_bytes());
    let crc = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.to_be_bytes());
    bytes
}

/// The checksum of PNG chunks (ISO 3309), so that the bomb is not refused for its checksum.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            if c & 1 == 1 {
                0xedb8_8320 ^ (c >> 1)
            } else {
                c >> 1
            }
        })
    })
}

#[tokio::test]
async fn photos_that_are_none_are_refused_in_a_sentence() {
    let site = Site::with_six().await;
    let heic = [&[0, 0, 0, 24][..], b"ftypheic", &[0; 64]].concat();
    let whole = png([200, 100, 50], 7);
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        (
            "text",
            b"This is a shopping list, not a photo.".to_vec(),
            415,
            "not an image",
        ),
        (
            "html",
            b"<html><script>alert(1)</script></html>".to_vec(),
            415,
            "not an image",
        ),
        ("heic", heic, 415, "HEIC"),
        (
            "gif",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(),
            415,
            "GIF",
        ),
        ("pdf", b"%PDF-1.7\n%rest".to_vec(), 415, "PDF"),
        (
            "truncated",
            whole[..whole.len() / 2].to_vec(),
            422,
            "damaged",
        ),
        ("only a header", whole[..8].to_vec(), 422, "damaged"),
        ("bomb", bomb(), 413, "megapixels"),
    ];
    for (name, bytes, status, words) in cases {
        let (found, answer) = site.search(photo(bytes)).await;
        let sentence = answer["error"].as_str().unwrap_or_default();
        assert_eq!(found, status, "{name}: {answer}");
        assert!(sentence.contains(words), "{name}: {sentence}");
        assert!(sentence.ends_with('.'), "{name}: {sentence}");
    }
    goes_on(&site).await;
    site.stop().await;
}

#[tokio::test]
async fn too_much_is_refused_before_it_is_read() {
    let site = Site::with_six().await;
    // Above the limit of the photo, below that of the form; then above both.
    for size in [3_010_000, 9_000_000] {
        let mut bytes = png([9, 9, 9], 3);
        bytes.resize(size, 0);
        let (status, answer) = site.search(photo(bytes)).await;
        assert_eq!(status, 413, "{answer}");
        assert!(answer["error"].as_str().unwrap().len() > 20);
    }
    let huge = Form::new().text("q", "x".repeat(4_000_000));
    assert_eq!(site.search(huge).await.0, 413);
    goes_on(&site).await;
    site.stop().await;
}

#[tokio::test]
async fn a_wrong_content_type_is_no_panic() {
    let site = Site::with_six().await;
    let url = format!("{}/search", site.base);
    for (kind, body) in [
        ("application/json", "{}"),
        ("multipart/form-data", "no boundary"),
        ("multipart/form-data; boundary=", "x"),
        ("text/plain", "x"),
        ("", ""),
    ] {
        let response = site
            .client
            .post(&url)
            .header("content-type", kind)
            .header("accept", "application/json")
            .body(body)
            .send()
            .await
            .unwrap();
        assert!(
            [400, 415].contains(&response.status().as_u16()),
            "{kind}: {}",
            response.status()
        );
    }
    let cut = site
        .client
        .post(&url)
        .header("content-type", "multipart/form-data; boundary=b")
        .body("--b\r\nContent-Disposition: form-data; name=\"photo\"\r\n\r\nhalf")
        .send()
        .await
        .unwrap();
    assert_eq!(cut.status(), 400);
    let share = site
        .client
        .post(format!("{}/share", site.base))
        .header("content-type", "application/json")
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(share.status(), 415);
    goes_on(&site).await;
    site.stop().await;
}

#[tokio::test]
async fn crops_texts_and_names_are_checked() {
    let site = Site::with_six().await;
    let with = |name: &'static str, value: &str| {
        photo(png([200, 100, 50], 7)).text(name, value.to_owned())
    };
    for crop in [
        "0,0,0,0",
        "0.5,0.5,0,0.5",
        "2,2,1,1",
        "a,b",
        "NaN,NaN,NaN,NaN",
        "-1,0,1,1",
    ] {
        let (status, answer) = site.search(with("crop", crop)).await;
        assert_eq!(status, 400, "{crop}: {answer}");
        assert!(
            answer["error"].as_str().unwrap().contains("crop"),
            "{answer}"
        );
    }
    let (status, answer) = site.search(Form::new().text("q", "x".repeat(10_000))).await;
    assert_eq!(status, 400);
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .contains("10000 characters"),
        "{answer}"
    );
    let (status, answer) = site.search(Form::new().text("q", "  ")).await;
    assert_eq!(status, 400);
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .contains("nothing to search"),
        "{answer}"
    );
    for swatch in ["zz", "../x", &"0".repeat(64)] {
        let (status, _) = site
            .search(Form::new().text("swatch", swatch.to_owned()))
            .await;
        assert!([400, 404].contains(&status), "{swatch}");
    }
    goes_on(&site).await;
    site.stop().await;
}

#[tokio::test]
async fn addresses_lead_neither_inside_nor_nowhere() {
    let site = Site::with_six().await;
    for (address, status, words) in [
        ("http://127.0.0.1/x.jpg", 400, "public internet"),
        ("http://localhost:5432/", 400, "public internet"),
        ("http://[::1]/", 400, "public internet"),
        (
            "http://169.254.169.254/latest/meta-data",
            400,
            "public internet",
        ),
        ("http://10.0.0.1/", 400, "public internet"),
        ("file:///etc/passwd", 400, "http"),
        ("not an address", 400, "http"),
        ("http://no-such-host.invalid/x.jpg", 502, "reached"),
    ] {
        let (found, answer) = site.search(Form::new().text("address", address)).await;
        assert_eq!(found, status, "{address}: {answer}");
        assert!(
            answer["error"].as_str().unwrap().contains(words),
            "{address}: {answer}"
        );
    }
    goes_on(&site).await;
    site.stop().await;
}

#[tokio::test]
async fn markup_sql_and_control_characters_are_only_text() {
    let site = Site::with_six().await;
    let nasty = [
        "'; DROP TABLE materials; --",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "oak\u{0}\u{1b}[31m",
        "a & b | c ! ( :* <->",
        "\\'; SELECT pg_sleep(10)",
        "\u{202e}oak \u{1f600}",
        "%00%0d%0a",
    ];
    for text in nasty {
        let query: String = reqwest::Url::parse_with_params("http://x/", [("q", text)])
            .unwrap()
            .query()
            .unwrap()
            .to_owned();
        let (status, page) = site.page(&format!("/library?{query}")).await;
        assert_eq!(status, 200, "{text:?}");
        assert!(!page.contains("<script>alert(1)"), "{text:?}");
        assert!(!page.contains("<img src=x"), "{text:?}");
        let (status, _) = site.page(&format!("/library?maker={query}")).await;
        assert!([200, 400].contains(&status), "{text:?}");
        let (status, _) = site.search(Form::new().text("q", text)).await;
        assert!([200, 400].contains(&status), "{text:?}");
    }
    // The table is still there.
    let (_, health) = site.page("/readyz").await;
    assert!(health.contains("\"materials\":6"), "{health}");
    site.stop().await;
}

#[tokio::test]
async fn addresses_that_lead_nowhere_say_so() {
    let site = Site::with_six().await;
    for path in [
        "/s/unknown",
        "/s/..%2f..%2fetc",
        "/m/no-such-material",
        "/m/NOT%20A%20SLUG",
        "/share/nothinghere",
        "/share/nothinghere/preview.jpg",
        "/swatch/0000/640",
        "/swatch/0000000000000000000000000000000000000000000000000000000000000000/640",
        "/swatch/0000/huge",
        "/nowhere",
        "/pkg/none.js",
        "/%00",
        "/../../etc/passwd",
    ] {
        let (status, page) = site.page(path).await;
        assert!([400, 404].contains(&status), "{path}: {status}");
        assert!(!page.contains("panicked"), "{path}");
    }
    for query in [
        "page=0",
        "page=x",
        "finish=shiny-ish",
        "price_min=-1",
        "w_look=999",
        "size_min=1e9",
    ] {
        let (status, page) = site.page(&format!("/library?{query}")).await;
        assert_eq!(status, 400, "{query}");
        assert!(page.contains("<h1"), "{query}: an error is a page");
    }
    // Foreign and broken pairs are passed over.
    for query in ["utm_source=x", "&&&=;;", "%", "q=%ff%fe", "=", "page="] {
        assert_eq!(
            site.page(&format!("/library?{query}")).await.0,
            200,
            "{query}"
        );
    }
    let (status, _) = site
        .page(&format!("/library?q={}", "x".repeat(9_000)))
        .await;
    assert_eq!(status, 400);
    goes_on(&site).await;
    site.stop().await;
}

#[tokio::test]
async fn a_refused_photo_leaves_nothing_behind() {
    let site = Site::empty().await;
    let part = Part::bytes(b"nothing".to_vec()).file_name("../../evil.jpg");
    let (status, _) = site.search(Form::new().part("photo", part)).await;
    assert_eq!(status, 415);
    let (_, health) = site.page("/readyz").await;
    assert!(health.contains("\"materials\":0"), "{health}");
    site.stop().await;
}
