//! The operator's door: links, passwords, sessions, forms, and every page behind it.

#![expect(
    clippy::unwrap_used,
    reason = "a request that cannot be made has failed the test"
)]

use std::time::Duration;

use reqwest::{
    Method, RequestBuilder, Response,
    header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE},
    multipart::{Form, Part},
};

use crate::support::{Site, png};

const HOME: &str = "https://veneer.example";
const PASSWORD: &str = "oak, ash and walnut";
const PAGES: [&str; 9] = [
    "jobs",
    "import",
    "duplicates",
    "models",
    "providers",
    "library",
    "storage",
    "health",
    "changes",
];

/// A browser in which somebody is signed in, or not yet.
struct Browser<'a> {
    site: &'a Site,
    cookie: Option<String>,
}

impl<'a> Browser<'a> {
    fn new(site: &'a Site) -> Self {
        Self { site, cookie: None }
    }

    /// Somebody who came in by a link.
    async fn welcomed(site: &'a Site, name: &str) -> Self {
        let mut browser = Self::new(site);
        let link = site.veneer().new_operator_link().await.unwrap();
        let fields = [("name", name), ("password", PASSWORD)];
        let path = format!("/admin/welcome/{link}");
        let answer = browser.post(&path, &fields).await;
        assert_eq!(
            (answer.status().as_u16(), to(&answer)),
            (303, "/admin/jobs")
        );
        browser.keep(&answer);
        browser
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.site.base);
        let request = self.site.client.request(method, url);
        match &self.cookie {
            Some(cookie) => request.header(COOKIE, cookie),
            None => request,
        }
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn page(&self, path: &str) -> (u16, String) {
        let answer = self.get(path).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Sends a form from a page of the site.
    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let request = self.request(Method::POST, path).header(ORIGIN, HOME);
        request.form(fields).send().await.unwrap()
    }

    /// The token of the forms of a page.
    async fn token(&self) -> String {
        let (_, page) = self.page("/admin/changes").await;
        between(&page, "name=\"token\" value=\"", "\"").to_owned()
    }

    /// Sends a form with its token; where it leads.
    async fn act(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let token = self.token().await;
        let mut all = vec![("token", token.as_str())];
        all.extend(fields);
        let answer = self.post(path, &all).await;
        assert_eq!(answer.status(), 303, "{path}");
        to(&answer).to_owned()
    }

    fn keep(&mut self, answer: &Response) {
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
    }

    async fn sign_in(&self, name: &str, password: &str) -> Response {
        let fields = [("name", name), ("password", password), ("back", "/library")];
        self.post("/admin/sign-in", &fields).await
    }
}

fn to(answer: &Response) -> &str {
    answer.headers()[LOCATION].to_str().unwrap()
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text
        .find(start)
        .unwrap_or_else(|| panic!("{start} in {text}"))
        + start.len();
    &text[from..from + text[from..].find(end).unwrap()]
}

#[tokio::test]
async fn a_link_welcomes_once_and_a_session_ends_when_it_is_left() {
    let site = Site::empty().await;
    let mut browser = Browser::new(&site);
    let link = site.veneer().new_operator_link().await.unwrap();
    let path = format!("/admin/welcome/{link}");
    let (status, page) = browser.page(&path).await;
    assert_eq!(status, 200);
    assert!(
        page.contains("at least 12") || page.contains("At least 12"),
        "{page}"
    );

    for (name, password, said) in [
        ("ada", "short", "at least 12"),
        ("ada", "aaaaaaaaaaaa", "Choose another"),
        ("", PASSWORD, ""),
    ] {
        let answer = browser
            .post(&path, &[("name", name), ("password", password)])
            .await;
        assert_eq!(answer.status(), 422, "{password}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(said) && !page.contains(password), "{page}");
    }
    // another site cannot send it, and neither can a program that does not say where from
    for from in [Some("https://evil.example"), None] {
        let request = browser.request(Method::POST, &path);
        let request = match from {
            Some(from) => request.header(ORIGIN, from),
            None => request,
        };
        let form = [("name", "ada"), ("password", PASSWORD)];
        assert_eq!(request.form(&form).send().await.unwrap().status(), 403);
    }

    let fields = [("name", "ada"), ("password", PASSWORD)];
    let answer = browser.post(&path, &fields).await;
    assert_eq!(
        (answer.status().as_u16(), to(&answer)),
        (303, "/admin/jobs")
    );
    let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for part in [
        "__Host-veneer=",
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
        "Path=/",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.keep(&answer);
    let (status, page) = browser.page("/admin/jobs").await;
    assert_eq!(status, 200);
    assert!(page.contains("<span>ada</span>"), "{page}");

    // used up, and a link from before the first operator is worth nothing either
    assert_eq!(browser.post(&path, &fields).await.status(), 404);
    assert_eq!(browser.page(&path).await.0, 404);
    assert_eq!(browser.page("/admin/welcome/nonsense").await.0, 404);

    let old = Browser {
        site: &site,
        cookie: browser.cookie.clone(),
    };
    assert_eq!(browser.act("/admin/sign-out", &[]).await, "/admin/sign-in");
    let answer = old.get("/admin/jobs").await;
    assert_eq!(to(&answer), "/admin/sign-in?back=%2Fadmin%2Fjobs");
    site.stop().await;
}

#[tokio::test]
async fn whoever_fails_too_often_waits_and_learns_nothing() {
    let site = Site::empty().await;
    drop(Browser::welcomed(&site, "Ada").await);
    let mut browser = Browser::new(&site);
    let answer = browser.sign_in("ada", PASSWORD).await;
    assert_eq!((answer.status().as_u16(), to(&answer)), (303, "/library"));
    browser.keep(&answer);
    assert_eq!(browser.page("/admin/health").await.0, 200);

    // whoever signs in gets a new number, and the one before is worth nothing
    let before = browser.cookie.clone();
    let answer = browser.sign_in("ada", PASSWORD).await;
    browser.keep(&answer);
    assert_ne!(browser.cookie, before);
    let old = Browser {
        site: &site,
        cookie: before,
    };
    assert_eq!(old.page("/admin/health").await.0, 303);
    let mut planted = Browser::new(&site);
    planted.cookie = Some("__Host-veneer=AAAAAAAAAAAAAAAAAAAAAA".to_owned());
    let given = planted.cookie.clone();
    let answer = planted.sign_in("ada", PASSWORD).await;
    planted.keep(&answer);
    assert_ne!(planted.cookie, given);
    assert_eq!(planted.page("/admin/health").await.0, 200);

    let guest = Browser::new(&site);
    let mut told = Vec::new();
    for name in ["ada", "nobody", "ada", "nobody", "ada"] {
        let answer = guest.sign_in(name, "not the right one").await;
        assert_eq!(answer.status(), 401);
        assert!(answer.headers().get(SET_COOKIE).is_none());
        told.push(answer.text().await.unwrap().replace(name, "…"));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    // even with the right password, from this address
    assert_eq!(guest.sign_in("ada", PASSWORD).await.status(), 429);
    // who is in stays in
    assert_eq!(browser.page("/admin/health").await.0, 200);
    // another operator is taken out, and is out at once
    site.veneer().remove_operator("ADA").await.unwrap();
    assert_eq!(browser.page("/admin/health").await.0, 303);
    site.stop().await;
}

#[tokio::test]
async fn no_other_site_sends_forms() {
    let site = Site::with_six().await;
    let browser = Browser::welcomed(&site, "ada").await;
    let other = Browser::welcomed(&site, "ben").await;
    let token = browser.token().await;
    let foreign = other.token().await;
    assert_ne!(token, foreign);
    let job = site.veneer().jobs(None, None, 1).await.unwrap()[0].id;
    let path = format!("/admin/jobs/{job}/undo");
    for wrong in ["", "nonsense", foreign.as_str()] {
        let answer = browser.post(&path, &[("token", wrong)]).await;
        assert_eq!(answer.status(), 403, "{wrong}");
    }
    let request = browser.request(Method::POST, &path);
    let request = request.header(ORIGIN, "https://evil.example");
    let sent = request.form(&[("token", token.as_str())]).send().await;
    assert_eq!(sent.unwrap().status(), 403);
    let request = browser.request(Method::POST, &path).header(ORIGIN, HOME);
    assert_eq!(
        request.send().await.unwrap().status(),
        403,
        "no form at all"
    );
    let files = Form::new().part("file", Part::bytes(&b"x"[..]).file_name("a.png"));
    let request = browser.request(Method::POST, "/admin/import");
    let sent = request.header(ORIGIN, HOME).multipart(files).send().await;
    assert_eq!(sent.unwrap().status(), 403, "files before the token");
    assert_eq!(site.veneer().counts().await.unwrap().materials, 6);

    // jobs of one state alone
    let (_, page) = browser.page("/admin/jobs?state=done").await;
    assert!(page.contains(&format!("\"/admin/jobs/{job}\"")), "{page}");
    let (_, page) = browser.page("/admin/jobs?state=failed").await;
    assert!(
        page.contains("No job is failed now.") && page.contains("All jobs"),
        "{page}"
    );
    let (status, page) = browser.page("/admin/jobs?state=nonsense").await;
    assert!(status == 200 && page.contains("data-live"), "{page}");

    // and with it, it is done in the operator's name
    assert_eq!(browser.act(&path, &[]).await, format!("/admin/jobs/{job}"));
    assert_eq!(site.veneer().counts().await.unwrap().materials, 0);
    let (_, page) = browser.page("/admin/changes").await;
    assert!(page.contains("operator ada"), "{page}");
    site.stop().await;
}

#[tokio::test]
async fn every_page_is_there_with_and_without_anything_on_it() {
    for site in [Site::empty().await, Site::with_six().await] {
        let guest = Browser::new(&site);
        let browser = Browser::welcomed(&site, "ada").await;
        for name in PAGES {
            let path = format!("/admin/{name}");
            let turned_away = guest.get(&path).await;
            assert_eq!(turned_away.status(), 303, "{name}");
            assert!(to(&turned_away).starts_with("/admin/sign-in?back="));
            let answer = browser.get(&path).await;
            let headers = answer.headers().clone();
            let status = answer.status();
            let page = answer.text().await.unwrap();
            assert_eq!(status, 200, "{name}: {page}");
            assert_eq!(headers["cache-control"], "no-store", "{name}");
            assert_eq!(headers["x-frame-options"], "DENY", "{name}");
            assert_eq!(headers["x-robots-tag"], "noindex", "{name}");
            assert!(page.starts_with("<!DOCTYPE html>"), "{name}");
            assert_eq!(page.matches("<h1").count(), 1, "{name}");
            assert!(page.contains("aria-current=\"page\""), "{name}");
        }
        for gone in [
            "/admin/jobs/77",
            "/admin/jobs/x",
            "/admin/library/mood",
            "/admin/import/x",
        ] {
            let (status, page) = browser.page(gone).await;
            assert_eq!(status, 404, "{gone}");
            assert!(page.contains("<h1"), "{gone}");
        }
        assert_eq!(guest.get("/admin/jobs/events").await.status(), 303);
        site.stop().await;
    }
}

#[tokio::test]
async fn what_the_library_lacks_leads_to_the_materials() {
    let site = Site::with_six().await;
    let browser = Browser::welcomed(&site, "ada").await;
    let (_, page) = browser.page("/admin/library").await;
    assert!(page.contains("6 materials"), "{page}");
    let (status, list) = browser.page("/admin/library/finish?kind=wood").await;
    assert_eq!(status, 200);
    assert_eq!(list.matches("href=\"/m/").count(), 2, "{list}");
    // the pictures of the test are 240 pixels wide
    let (_, list) = browser.page("/admin/library/picture").await;
    assert_eq!(list.matches("href=\"/m/").count(), 6, "{list}");
    let (_, page) = browser.page("/admin/storage").await;
    assert!(page.contains("materials") && page.contains("18"), "{page}");
    site.stop().await;
}

/// Waits until looking is over.
async fn looked(browser: &Browser<'_>, path: &str) -> String {
    for _ in 0..600 {
        let answer = browser.get(path).await;
        if answer.status() == 200 {
            let page = answer.text().await.unwrap();
            if !page.contains("data-again") {
                return page;
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} is looked at for ever");
}

async fn ended(browser: &Browser<'_>, path: &str) -> String {
    for _ in 0..600 {
        let (_, page) = browser.page(path).await;
        if page.contains("data-state=\"done\"") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{path} does not end");
}

#[tokio::test]
async fn files_are_looked_at_corrected_imported_and_undone() {
    let site = Site::empty().await;
    let browser = Browser::welcomed(&site, "ada").await;
    let table = "Art.,Foto,Was\n1,a.png,oak\n2,b.png,walnut\n3,missing.png,ash\n";
    let part = |bytes: Vec<u8>, name: &'static str| Part::bytes(bytes).file_name(name);
    let form = Form::new()
        .text("token", browser.token().await)
        .part("file", part(table.into(), "list.csv"))
        .part("file", part(png([205, 170, 125], 9), "a.png"))
        .part("file", part(png([110, 75, 45], 9), "b.png"));
    let request = browser.request(Method::POST, "/admin/import");
    let sent = request
        .header(ORIGIN, HOME)
        .multipart(form)
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), 303);
    let draft = to(&sent).to_owned();
    let page = looked(&browser, &draft).await;
    assert!(page.contains("Meaning of column 1 (Art.)"), "{page}");
    assert!(page.contains("missing.png"), "{page}");

    // a column is corrected, the mapping kept, and the import started
    let fields = [
        ("column", "Art."),
        ("field", "key"),
        ("column", "Foto"),
        ("field", "image"),
        ("column", "Was"),
        ("field", "category"),
        ("save_as", "mill"),
    ];
    let mut look = fields.to_vec();
    look.push(("what", "look"));
    assert_eq!(browser.act(&draft, &look).await, draft);
    let page = looked(&browser, &draft).await;
    assert!(page.contains("as you said"), "{page}");
    let mut start = fields.to_vec();
    start.push(("what", "start"));
    let job = browser.act(&draft, &start).await;
    assert!(job.starts_with("/admin/jobs/"), "{job}");
    let page = ended(&browser, &job).await;
    assert!(page.contains("What went wrong"), "{page}");
    assert_eq!(site.veneer().counts().await.unwrap().materials, 2);
    assert_eq!(site.veneer().profiles().await.unwrap(), ["mill"]);

    let report = browser.get(&format!("{job}/report.csv")).await;
    let kind = report.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(kind.starts_with("text/csv"), "{kind}");
    let report = report.text().await.unwrap();
    assert!(
        report.starts_with("Art.,Foto,Was,problem\n3,missing.png"),
        "{report}"
    );

    // its events end with it
    let events = browser.get(&format!("{job}/events")).await;
    let events = tokio::time::timeout(Duration::from_secs(30), events.text());
    let events = events.await.unwrap().unwrap();
    assert!(
        events.contains("event: jobs") && events.contains("\"done\""),
        "{events}"
    );

    assert_eq!(browser.act(&format!("{job}/undo"), &[]).await, job);
    assert_eq!(site.veneer().counts().await.unwrap().materials, 0);
    let (_, page) = browser.page(&job).await;
    assert!(
        page.contains("is undone: 2 removed") && page.contains("Undone "),
        "{page}"
    );
    site.stop().await;
}

#[tokio::test]
async fn the_script_sends_file_by_file() {
    let site = Site::empty().await;
    let browser = Browser::welcomed(&site, "ada").await;
    let token = browser.token().await;
    let send = |method: Method, path: String, body: Vec<u8>| {
        let request = browser.request(method, &path).header(ORIGIN, HOME);
        request.header("x-form-token", &token).body(body).send()
    };
    let begun = send(Method::POST, "/admin/import/uploads".to_owned(), Vec::new());
    let begun: serde_json::Value = begun.await.unwrap().json().await.unwrap();
    let url = begun["url"].as_str().unwrap().to_owned();
    let file = |name: &str| format!("{url}/file?path={name}");
    let kept = send(Method::PUT, file("wood/oak.png"), png([205, 170, 125], 9)).await;
    assert_eq!(kept.unwrap().status(), 200);
    for (name, status) in [("..%2Fx.png", 400), ("", 400), ("wood%2Foak.png%2Fx", 409)] {
        let refused = send(Method::PUT, file(name), b"x".to_vec()).await.unwrap();
        assert_eq!(refused.status(), status, "{name}");
        let told: serde_json::Value = refused.json().await.unwrap();
        assert!(told["error"].as_str().unwrap().len() > 10);
    }
    let bare = browser
        .request(Method::PUT, &file("a.png"))
        .body("x")
        .send()
        .await;
    assert_eq!(bare.unwrap().status(), 403, "without the token");
    let page = looked(&browser, &url).await;
    assert!(page.contains(">Start</button>"), "{page}");
    assert_eq!(
        browser.act(&url, &[("what", "drop")]).await,
        "/admin/import"
    );

    // addresses are an upload of their own, and nothing is fetched before it starts
    let lines = "https://pictures.example/a.jpg\n\n https://pictures.example/b.jpg \n";
    let fields = [("addresses", lines)];
    let there = browser.act("/admin/import/addresses", &fields).await;
    let page = looked(&browser, &there).await;
    assert!(page.contains("behind addresses"), "{page}");
    for (wrong, said) in [
        ("file:///etc/passwd", "is no address"),
        ("", "holds nothing"),
    ] {
        let fields = [("token", token.as_str()), ("addresses", wrong)];
        let refused = browser.post("/admin/import/addresses", &fields).await;
        assert_eq!(refused.status(), 400, "{wrong}");
        assert!(refused.text().await.unwrap().contains(said));
    }
    assert_eq!(browser.page(&url).await.0, 404);
    let gone = send(Method::PUT, file("a.png"), b"x".to_vec())
        .await
        .unwrap();
    assert_eq!(gone.status(), 404);
    site.stop().await;
}

#[tokio::test]
async fn pairs_are_merged_or_kept() {
    let photos = tempfile::tempdir().unwrap();
    std::fs::create_dir(photos.path().join("wood")).unwrap();
    for name in ["a", "b"] {
        let path = photos.path().join(format!("wood/{name}.png"));
        std::fs::write(path, png([205, 170, 125], 9)).unwrap();
    }
    let site = Site::with_folder(photos.path().to_owned(), None, &[]).await;
    let browser = Browser::welcomed(&site, "ada").await;
    let (_, page) = browser.page("/admin/duplicates").await;
    assert!(page.contains("The same file"), "{page}");
    let one = between(&page, "name=\"one\" value=\"", "\"").to_owned();
    let other = between(&page, "name=\"other\" value=\"", "\"").to_owned();
    let fields = [("one", one.as_str()), ("other", &other), ("what", "merge")];
    browser.act("/admin/duplicates", &fields).await;
    assert_eq!(site.veneer().counts().await.unwrap().materials, 1);
    let (_, page) = browser.page("/admin/duplicates").await;
    assert!(
        page.contains("desk-empty") && page.contains("is part of"),
        "{page}"
    );
    site.stop().await;
}

#[tokio::test]
async fn a_private_library_is_seen_by_those_who_sign_in() {
    let site = Site::with_six_and(&["--private"]).await;
    let guest = Browser::new(&site);
    for path in [
        "/",
        "/library?q=oak",
        "/palette",
        "/s/x/described",
        "/swatch/x/320",
    ] {
        let answer = guest.get(path).await;
        assert_eq!(answer.status(), 303, "{path}");
        assert!(to(&answer).starts_with("/admin/sign-in?back="), "{path}");
    }
    let json = guest
        .request(Method::POST, "/search")
        .header("accept", "application/json");
    assert_eq!(json.send().await.unwrap().status(), 401);
    assert_eq!(guest.page("/api/v1/materials").await.0, 401);
    assert_eq!(guest.page("/healthz").await.0, 200);
    assert_eq!(guest.page("/favicon.svg").await.0, 200);
    let key = site.key(&[search::Scope::Read]).await;
    let keyed = guest
        .request(Method::GET, "/api/v1/materials")
        .bearer_auth(key);
    assert_eq!(keyed.send().await.unwrap().status(), 200);

    let browser = Browser::welcomed(&site, "ada").await;
    for path in ["/", "/library?q=oak", "/palette"] {
        assert_eq!(browser.page(path).await.0, 200, "{path}");
    }
    site.stop().await;
}
