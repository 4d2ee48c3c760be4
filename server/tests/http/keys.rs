//! Keys of programs, and requests with a key of their own.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be read has failed the test"
)]

use clap::Parser;
use reqwest::{Method, RequestBuilder, Response, header::WWW_AUTHENTICATE};
use serde_json::{Value, json};
use server::keys;

use crate::support::{
    Site,
    program::{fine, problem},
};

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    arguments: keys::Arguments,
}

/// A request with a key.
pub fn with(site: &Site, key: &str, method: Method, path: &str) -> RequestBuilder {
    let request = site.client.request(method, format!("{}{path}", site.base));
    request.bearer_auth(key)
}

/// Makes a key through the door of administrators.
pub async fn new_key(site: &Site, admin: &str, body: &Value) -> String {
    let request = with(site, admin, Method::POST, "/api/v1/keys").json(body);
    let made = fine(request.send().await.unwrap(), 201).await;
    made["key"].as_str().unwrap().to_owned()
}

async fn send(site: &Site, key: &str, method: Method, path: &str) -> Response {
    with(site, key, method, path).send().await.unwrap()
}

#[tokio::test]
async fn a_key_may_what_its_scopes_say() {
    let site = Site::with_six().await;
    let admin = site.key(&[search::Scope::Admin]).await;
    let writer = new_key(&site, &admin, &json!({"name": "shop", "scopes": ["write"]})).await;
    assert!(writer.starts_with("veneer_"));

    // guests read and search; they do not write
    assert_eq!(site.get("/api/v1/materials").await.status(), 200);
    let guest = site.get("/api/v1/keys").await;
    assert!(
        guest.headers()[WWW_AUTHENTICATE]
            .to_str()
            .unwrap()
            .starts_with("Bearer")
    );
    problem(guest, 401, "key-needed").await;
    let missing = "/api/v1/materials/by-key/none";
    let unwritten = site.client.delete(format!("{}{missing}", site.base)).send();
    problem(unwritten.await.unwrap(), 401, "key-needed").await;

    // a key may what it says, and that alone
    problem(
        send(&site, &writer, Method::GET, "/api/v1/materials").await,
        403,
        "scope-missing",
    )
    .await;
    problem(
        send(&site, &writer, Method::GET, "/api/v1/keys").await,
        403,
        "scope-missing",
    )
    .await;
    problem(
        send(&site, &writer, Method::DELETE, missing).await,
        404,
        "not-found",
    )
    .await;
    fine(
        send(&site, &admin, Method::GET, "/api/v1/materials").await,
        200,
    )
    .await;

    // what is no key is refused wherever it is sent
    for bad in [
        "nonsense",
        "veneer_",
        "veneer_aaaaaaaaaaaaaaaaaaaaaaaaaa",
        &"x".repeat(5000),
    ] {
        problem(
            send(&site, bad, Method::GET, "/api/v1/materials").await,
            401,
            "key-unknown",
        )
        .await;
    }
    let basic = site.client.get(format!("{}/api/v1/materials", site.base));
    problem(
        basic.basic_auth("a", Some("b")).send().await.unwrap(),
        401,
        "key-unknown",
    )
    .await;

    // they are listed without themselves, names are taken once, and revoking works at once
    let listed = fine(send(&site, &admin, Method::GET, "/api/v1/keys").await, 200).await;
    assert_eq!(listed["keys"][0]["name"], "shop");
    assert!(listed["keys"][0]["used"].is_string() && listed["keys"][0]["revoked"].is_null());
    assert!(!listed.to_string().contains(&writer));
    for (body, status, code) in [
        (json!({"name": "shop", "scopes": ["read"]}), 409, "taken"),
        (
            json!({"name": "", "scopes": ["read"]}),
            400,
            "invalid-value",
        ),
        (json!({"name": "x", "scopes": []}), 400, "invalid-value"),
        (
            json!({"name": "x", "scopes": ["root"]}),
            400,
            "invalid-value",
        ),
        (
            json!({"name": "x", "scopes": ["read"], "burst": 10001}),
            400,
            "invalid-value",
        ),
        (json!({"name": "x"}), 400, "invalid-request"),
    ] {
        let request = with(&site, &admin, Method::POST, "/api/v1/keys").json(&body);
        problem(request.send().await.unwrap(), status, code).await;
    }
    let revoked = send(&site, &admin, Method::DELETE, "/api/v1/keys/shop").await;
    assert_eq!(revoked.status(), 204);
    problem(
        send(&site, &writer, Method::DELETE, missing).await,
        401,
        "key-unknown",
    )
    .await;
    problem(
        send(&site, &admin, Method::DELETE, "/api/v1/keys/shop").await,
        404,
        "not-found",
    )
    .await;
    site.stop().await;
}

#[tokio::test]
async fn a_closed_door_opens_to_keys_alone() {
    let site = Site::with_six_and(&["--api-keys-only"]).await;
    assert_eq!(site.get("/api/v1/health").await.status(), 200);
    assert_eq!(site.page("/library").await.0, 200, "the pages stay open");
    problem(site.get("/api/v1/materials").await, 401, "key-needed").await;
    let analysis = site
        .client
        .post(format!("{}/api/semantic-analysis", site.base));
    problem(
        analysis.json(&json!({})).send().await.unwrap(),
        401,
        "key-needed",
    )
    .await;
    let reader = site.key(&[search::Scope::Read]).await;
    fine(
        send(&site, &reader, Method::GET, "/api/v1/materials").await,
        200,
    )
    .await;
    let search = with(&site, &reader, Method::POST, "/api/v1/search");
    let search = search.json(&json!({"text": "oak"})).send().await.unwrap();
    problem(search, 403, "scope-missing").await;
    site.stop().await;
}

#[tokio::test]
async fn a_key_has_limits_of_its_own() {
    let site = Site::with_six_and(&["--searches-per-minute=0", "--searches-per-hour=1"]).await;
    let admin = site.key(&[search::Scope::Admin]).await;
    let body = json!({"name": "slow", "scopes": ["read"], "per_minute": 0, "per_hour": 2});
    let slow = new_key(&site, &admin, &body).await;
    for words in ["oak", "stone"] {
        let path = format!("/api/v1/materials?q={words}");
        fine(send(&site, &slow, Method::GET, &path).await, 200).await;
    }
    let third = send(&site, &slow, Method::GET, "/api/v1/materials?q=green").await;
    problem(third, 429, "rate-limited").await;
    // the address behind it has searched nothing yet
    assert_eq!(site.get("/api/v1/materials?q=oak").await.status(), 200);
    problem(
        site.get("/api/v1/materials?q=stone").await,
        429,
        "rate-limited",
    )
    .await;
    site.stop().await;
}

#[tokio::test]
async fn a_request_sent_twice_is_done_once() {
    let site = Site::with_six().await;
    let share = |key: &str, view: &str| {
        let request = site.client.post(format!("{}/api/v1/shares", site.base));
        let request = request.header("idempotency-key", key);
        request.json(&json!({"view": view})).send()
    };
    let first = fine(share("a-1", "category=wood").await.unwrap(), 201).await;
    let again = share("a-1", "category=wood").await.unwrap();
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert!(again.headers().contains_key("location"));
    assert_eq!(fine(again, 201).await, first);
    let other = share("a-1", "category=stone").await.unwrap();
    problem(other, 422, "idempotency-mismatch").await;
    let second = fine(share("a-2", "category=wood").await.unwrap(), 201).await;
    assert_ne!(second["slug"], first["slug"]);
    // what is wrong stays wrong, and is told again
    for _ in 0..2 {
        let wrong = share("a-3", "finish=magic").await.unwrap();
        problem(wrong, 400, "invalid-value").await;
    }
    // a program with a key has keys of its own
    let key = site.key(&[search::Scope::Search]).await;
    let request = with(&site, &key, Method::POST, "/api/v1/shares");
    let request = request
        .header("idempotency-key", "a-1")
        .json(&json!({"view": "category=wood"}));
    assert_ne!(
        fine(request.send().await.unwrap(), 201).await["slug"],
        first["slug"]
    );
    for bad in ["", "with space", &"x".repeat(201)] {
        problem(share(bad, "").await.unwrap(), 400, "invalid-request").await;
    }
    // of many at once one is done; the others are told to wait, or what came of it
    let all = futures::future::join_all((0..8).map(|_| share("b-1", "category=stone"))).await;
    let mut slugs = Vec::new();
    for answer in all {
        let answer = answer.unwrap();
        if answer.status() == 409 {
            assert!(answer.headers().contains_key("retry-after"));
            problem(answer, 409, "idempotency-busy").await;
        } else {
            slugs.push(fine(answer, 201).await["slug"].clone());
        }
    }
    slugs.dedup();
    assert_eq!(slugs.len(), 1, "{slugs:?}");
    site.stop().await;
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_on_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = format!("--data={}", folder.path().display());
    let run = |words: &[&str]| {
        let words = ["veneer"]
            .iter()
            .chain(words)
            .map(|word| (*word).to_owned());
        let command = Command::try_parse_from(words.chain([data.clone()])).unwrap();
        keys::run(command.arguments)
    };
    run(&["new", "shop", "--scope", "read,write"])
        .await
        .unwrap();
    let taken = run(&["new", "shop"]).await.unwrap_err();
    assert!(taken.to_string().contains("has this name"), "{taken}");
    run(&["list"]).await.unwrap();
    run(&["revoke", "shop"]).await.unwrap();
    let gone = run(&["revoke", "shop"]).await.unwrap_err();
    assert!(gone.to_string().contains("no key"), "{gone}");
    run(&["new", "shop"]).await.unwrap();
    assert!(Command::try_parse_from(["veneer", "new", "x", "--scope", "root"]).is_err());
}
