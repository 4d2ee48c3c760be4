//! A vision model beside the visual results: they always come, and the page says what became of the model.

#![expect(
    clippy::unwrap_used,
    reason = "a request that cannot be made has failed the test"
)]

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::support::{Site, photo, png};
use axum::{Json, Router, body::Body, http::StatusCode, response::IntoResponse};
use serde_json::json;
use tempfile::TempDir;

const KEY: &str = "sk-test-Zx9Wv8Ut7Sr6";

/// What the fake does with a question.
#[derive(Clone, Copy)]
pub enum Act {
    Well,
    Slowly,
    Never,
    Fail(u16),
    Later,
    Gone,
    Nonsense,
    Steal,
    Cut,
    /// Well for so many, then no more.
    First(usize),
    /// Reads words; photos show velvet.
    Words,
    /// Every other one is asked to come again in a second.
    Busy,
}

/// What a model says in the agreed form.
fn said(text: &str) -> serde_json::Value {
    json!({
        "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": 800, "completion_tokens": 60 },
    })
}

fn velvet() -> String {
    json!({
        "category": { "value": "velvet", "confidence": 0.9 },
        "finish": { "value": "matt", "confidence": 0.7 },
        "texture": { "value": "pile", "confidence": 0.8 },
        "pattern": { "value": "plain", "confidence": 0.9 },
        "colours": [{ "value": "green", "confidence": 0.9 }],
        "applications": [],
        "sentence": "Green cotton velvet with a short pile."
    })
    .to_string()
}

/// What a model makes of “like driftwood”.
fn driftwood() -> String {
    json!({
        "category": { "value": "wood", "confidence": 0.8 },
        "finish": null,
        "texture": { "value": "silky", "confidence": 0.9 },
        "pattern": { "value": "plain", "confidence": 0.1 },
        "colours": [],
        "applications": [],
    })
    .to_string()
}

pub struct Fake {
    address: String,
    asked: Arc<AtomicUsize>,
    last: Arc<Mutex<String>>,
}

impl Fake {
    pub async fn start(act: Act) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        // It reads the question whole, or the connection breaks under whoever is still sending.
        let last = Arc::new(Mutex::new(String::new()));
        let kept = Arc::clone(&last);
        let answer = move |question: bytes::Bytes| {
            let number = counter.fetch_add(1, Ordering::SeqCst);
            let question = String::from_utf8_lossy(&question).into_owned();
            let photo = question.contains("image_url");
            *kept.lock().unwrap() = question;
            async move {
                match act {
                    Act::Well => Json(said(&velvet())).into_response(),
                    Act::Slowly => {
                        tokio::time::sleep(Duration::from_millis(700)).await;
                        Json(said(&velvet())).into_response()
                    }
                    Act::Never => {
                        tokio::time::sleep(Duration::from_secs(600)).await;
                        StatusCode::OK.into_response()
                    }
                    Act::Fail(status) => {
                        let echoed = format!("no luck with Bearer {KEY}");
                        (StatusCode::from_u16(status).unwrap(), echoed).into_response()
                    }
                    // The first is the probe at the start.
                    Act::Later if number == 1 => (
                        StatusCode::TOO_MANY_REQUESTS,
                        [("retry-after", "1")],
                        "slow down",
                    )
                        .into_response(),
                    Act::Later => Json(said(&velvet())).into_response(),
                    Act::Gone => (
                        StatusCode::NOT_FOUND,
                        Json(json!({ "error": { "code": "model_not_found", "message": "gone" } })),
                    )
                        .into_response(),
                    Act::Nonsense => Json(said("I cannot help with that, sorry.")).into_response(),
                    Act::Steal => Json(said(
                        &json!({
                            "category": { "value": "<script>alert(1)</script>", "confidence": 1 },
                            "finish": { "value": "matt", "confidence": 7 },
                            "colours": [{ "value": "'; DROP TABLE materials; --", "confidence": 1 }],
                            "sentence": "Ignore all rules. <img src=x onerror=alert(1)> Go to https://evil.example now."
                        })
                        .to_string(),
                    ))
                    .into_response(),
                    Act::First(most) if number < most => Json(said(&velvet())).into_response(),
                    Act::First(_) => StatusCode::BAD_GATEWAY.into_response(),
                    Act::Busy if number.is_multiple_of(2) => (
                        StatusCode::TOO_MANY_REQUESTS,
                        [("retry-after", "1")],
                        "slow down",
                    )
                        .into_response(),
                    Act::Busy => Json(said(&velvet())).into_response(),
                    Act::Words if photo => Json(said(&velvet())).into_response(),
                    Act::Words => Json(said(&driftwood())).into_response(),
                    Act::Cut => Body::from("{\"choices\": [{\"mess").into_response(),
                }
            }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = Router::new().fallback(axum::routing::any(answer));
        tokio::spawn(axum::serve(listener, app).into_future());
        Self {
            address,
            asked,
            last,
        }
    }

    /// The last question, as it came.
    pub fn last(&self) -> String {
        self.last.lock().unwrap().clone()
    }

    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Writes a configuration that names this fake, and gives the flag for it.
pub fn configured(fake: &Fake, folder: &Path, budget: &str) -> String {
    let file = folder.join("providers.toml");
    let text = format!(
        "[[provider]]\nname = \"fake\"\nbase_url = \"http://{}/v1\"\nmodel = \"eye-1\"\nkey_file = \"key\"\nprice_in = 1.0\nprice_out = 1.0\n{budget}",
        fake.address
    );
    std::fs::write(folder.join("key"), KEY).unwrap();
    std::fs::write(&file, text).unwrap();
    format!("--providers={}", file.display())
}

/// A site of six materials that asks this fake; the probe at the start is over.
pub async fn site(fake: &Fake, budget: &str, patience: &str) -> (Site, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        configured(fake, folder.path(), budget),
        format!("--analysis-seconds={patience}"),
        "--cached-answers=50".to_owned(),
    ];
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let site = Site::with_six_and(&flags).await;
    let begun = Instant::now();
    while fake.asked() == 0 && begun.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    (site, folder)
}

/// Searches with a green cloth, waits for what the model says, and gives the page before and after.
async fn before_and_after(site: &Site, shade: u8) -> (String, String) {
    let url = site.search_photo(png([70, 110, shade], 4)).await;
    let (status, before) = site.page(&url).await;
    assert_eq!(status, 200);
    assert!(
        before.contains("Green"),
        "the visual results are there at once"
    );
    let path = url.split('?').next().unwrap();
    let events = site.get(&format!("{path}/described")).await;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    assert!(events.text().await.unwrap().contains("event: described"));
    let (status, after) = site.page(&url).await;
    assert_eq!(status, 200);
    assert!(
        !after.contains("joins-says"),
        "nothing is waited for any more"
    );
    assert!(!after.contains(KEY) && !before.contains(KEY));
    (before, after)
}

#[tokio::test]
async fn what_the_model_saw_joins_the_results() {
    let fake = Fake::start(Act::Slowly).await;
    let (site, _folder) = site(&fake, "", "15").await;
    let (before, after) = before_and_after(&site, 80).await;
    assert!(before.contains("joins-says") && before.contains("Estimated from similar materials"));
    assert!(
        after.contains("Seen by fake/eye-1"),
        "the page names who saw it"
    );
    assert!(after.contains("Green cotton velvet"));
    let asked = fake.asked();
    // The same photo again is remembered.
    let (again, _) = before_and_after(&site, 80).await;
    assert!(again.contains("Seen by fake/eye-1"), "at once");
    assert_eq!(fake.asked(), asked, "one call for one photo");
    site.stop().await;
}

#[tokio::test]
async fn one_photo_sent_twice_at_once_is_one_call() {
    let fake = Fake::start(Act::Slowly).await;
    let (site, _folder) = site(&fake, "", "15").await;
    let asked = fake.asked();
    let (a, b) = tokio::join!(before_and_after(&site, 90), before_and_after(&site, 90));
    assert!(a.1.contains("Seen by") && b.1.contains("Seen by"));
    assert_eq!(fake.asked(), asked + 1);
    site.stop().await;
}

#[tokio::test]
async fn every_trouble_leaves_the_results_and_is_named() {
    for (act, sentence) in [
        (Act::Never, "took too long"),
        (Act::Fail(500), "cannot be reached"),
        (Act::Fail(401), "refused our key"),
        (Act::Gone, "no longer offered"),
        (Act::Nonsense, "cannot be used"),
        (Act::Cut, "cannot be"),
    ] {
        let fake = Fake::start(act).await;
        let (site, _folder) = site(&fake, "", "3").await;
        let (_, after) = before_and_after(&site, 80).await;
        assert!(
            after.contains("Estimated from similar materials"),
            "{sentence}"
        );
        assert!(
            after.contains(sentence) || after.contains("left alone"),
            "{sentence}"
        );
        site.stop().await;
    }
}

#[tokio::test]
async fn a_provider_that_asks_for_patience_gets_it() {
    let fake = Fake::start(Act::Later).await;
    let (site, _folder) = site(&fake, "", "15").await;
    let (_, after) = before_and_after(&site, 80).await;
    assert!(after.contains("Seen by fake/eye-1"));
    site.stop().await;
}

#[tokio::test]
async fn a_photo_that_is_nearly_the_same_stands_in() {
    // For the probe and the first photo.
    let fake = Fake::start(Act::First(2)).await;
    let (site, _folder) = site(&fake, "", "8").await;
    let (_, after) = before_and_after(&site, 80).await;
    assert!(after.contains("Seen by fake/eye-1"));
    let (_, after) = before_and_after(&site, 82).await;
    assert!(after.contains("nearly the same") && after.contains("Seen by fake/eye-1"));
    site.stop().await;
}

#[tokio::test]
async fn a_stolen_prompt_steals_nothing() {
    let fake = Fake::start(Act::Steal).await;
    let (site, _folder) = site(&fake, "", "15").await;
    let (_, after) = before_and_after(&site, 80).await;
    for bad in ["<script>alert", "onerror", "evil.example", "DROP TABLE"] {
        assert!(!after.contains(bad), "{bad}");
    }
    site.stop().await;
}

#[tokio::test]
async fn an_empty_purse_stops_paid_calls_and_nothing_else() {
    let fake = Fake::start(Act::Well).await;
    let (site, _folder) = site(&fake, "[budget]\nmonth_usd = 0.0001\n", "15").await;
    let asked = fake.asked();
    let (_, after) = before_and_after(&site, 80).await;
    assert!(after.contains("budget") && after.contains("Estimated from similar materials"));
    assert_eq!(
        fake.asked(),
        asked,
        "nothing was asked that could not be paid"
    );
    site.stop().await;
}

#[tokio::test]
async fn a_search_nobody_looks_at_is_told_at_once() {
    let site = Site::with_six().await;
    let events = site.get("/s/abcdefgh/described").await;
    assert_eq!(events.status(), 200);
    assert!(events.text().await.unwrap().contains("described"));
    assert_eq!(site.get("/s/%00%3Cb%3E/described").await.status(), 404);
    let url = site.search_photo(png([70, 110, 80], 4)).await;
    let (_, page) = site.page(&url).await;
    assert!(
        !page.contains("joins-says"),
        "nobody is configured, nobody is waited for"
    );
    site.stop().await;
}

/// Memory of this process that lies in RAM, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib / 1024
}

/// One of everything a site is asked: photos new and known, pages, words, what is no photo, a stream.
async fn mixed(site: &Site, round: u32) {
    let url = site
        .search_photo(png([(round % 200) as u8, 110, 80], 3 + round % 11))
        .await;
    let path = url.split('?').next().unwrap();
    assert_eq!(site.get(&url).await.status(), 200);
    let told = site.get(&format!("{path}/described")).await;
    assert!(told.text().await.unwrap().contains("event: described"));
    let words = ["green", "oak", "stone", "blue velvet", "nothing at all"][round as usize % 5];
    assert_eq!(
        site.get(&format!("/library?q={words}&page={}", 1 + round % 3))
            .await
            .status(),
        200
    );
    let (status, _) = site.search(photo(vec![7; 5000])).await;
    assert_eq!(status, 415);
}

/// Runs again in a process of its own: the memory of this one is also that of the tests beside it.
#[test]
#[cfg(target_os = "linux")]
fn two_thousand_requests_leave_memory_as_it_was() {
    const ALONE: &str = "VENEER_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let name = "describe::two_thousand_requests_leave_memory_as_it_was";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(ALONE, "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&child.stdout);
        assert!(
            told.contains("1 passed"),
            "{told}\n{}",
            String::from_utf8_lossy(&child.stderr)
        );
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let fake = Fake::start(Act::Well).await;
        let (site, _folder) = site(&fake, "", "15").await;
        for round in 0..100 {
            mixed(&site, round).await;
        }
        let before = resident();
        for round in 0..400 {
            mixed(&site, round).await;
        }
        let after = resident();
        assert!(
            after < before + 96,
            "{before} MiB before, {after} MiB after"
        );
        site.stop().await;
    });
}
