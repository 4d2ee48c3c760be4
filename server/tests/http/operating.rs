//! What operators see: health, numbers of requests, metrics, stopping, and a library in one file.

#![expect(
    clippy::unwrap_used,
    reason = "a request that cannot be made has failed the test"
)]

use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use clap::Parser;
use server::cli::Cli;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Site, png, settings};

#[tokio::test]
async fn a_server_says_that_it_is_well_and_what_it_has() {
    let site = Site::with_six().await;
    let (status, body) = site.page("/healthz").await;
    assert_eq!((status, body.as_str()), (200, r#"{"status":"alive"}"#));
    let (status, body) = site.page("/readyz").await;
    assert_eq!(status, 200);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["status"], "ready");
    assert_eq!(body["materials"], 6);
    assert_eq!(body["model"], "veneer-look-2");
    assert!(body.get("stands_in_for").is_none());
    // What is the operator's stays off the door of guests.
    assert_eq!(site.page("/metrics").await.0, 404);
    site.stop().await;
}

#[tokio::test]
async fn every_answer_has_a_number_of_the_server_s_own() {
    let site = Site::with_six().await;
    let mut seen = std::collections::HashSet::new();
    for path in ["/", "/library?q=oak", "/nowhere", "/favicon.svg"] {
        let answer = site
            .client
            .get(format!("{}{path}", site.base))
            .header("x-request-id", "mine\u{20}or-yours")
            .send()
            .await
            .unwrap();
        let id = answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(id.len(), 32, "{path}: {id}");
        assert!(seen.insert(id), "{path}");
    }
    site.stop().await;
}

#[tokio::test]
async fn a_proxy_of_ours_may_give_the_number() {
    let site = Site::with_six_and(&["--trusted-proxies=127.0.0.1"]).await;
    let asked = async |id: &str| {
        let asked = site.client.get(format!("{}/about", site.base));
        let answer = asked.header("x-request-id", id).send().await.unwrap();
        answer.headers()["x-request-id"]
            .to_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(asked("edge-17.a").await, "edge-17.a");
    assert_eq!(asked("two words").await.len(), 32);
    site.stop().await;
}

#[tokio::test]
async fn the_page_of_a_fault_names_the_number() {
    let site = Site::with_six_and(&["--allow-private-addresses"]).await;
    // Nobody answers at this address, which is told as 502.
    let form = reqwest::multipart::Form::new().text("address", "http://127.0.0.1:9/x.jpg");
    let asked = site.client.post(format!("{}/search", site.base));
    let answer = asked.multipart(form).send().await.unwrap();
    assert_eq!(answer.status(), 502);
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let page = answer.text().await.unwrap();
    assert!(page.contains(&id), "{page}");
    // What is no fault of the server's is nothing to look up.
    let answer = site.get("/m/no-such-material").await;
    let id = answer.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(!answer.text().await.unwrap().contains(&id));
    site.stop().await;
}

#[tokio::test]
async fn metrics_tell_what_was_done_and_nothing_of_who_did_it() {
    let site = Site::with_six_and(&["--metrics-listen=127.0.0.1:0"]).await;
    let url = site.search_photo(png([120, 84, 52], 9)).await;
    assert_eq!(site.page(&url).await.0, 200);
    assert_eq!(site.page(&url).await.0, 200);
    assert_eq!(site.page("/library?q=qwertyzebra+oak").await.0, 200);
    let (status, _) = site
        .search(crate::support::photo(b"no photo".to_vec()))
        .await;
    assert_eq!(status, 415);
    let metrics = site.metrics().await;
    for expected in [
        r#"veneer_http_request_duration_seconds_count{route="/s/{id}",method="GET",status="2xx"}"#,
        r#"veneer_stage_duration_seconds_count{stage="decode"}"#,
        r#"veneer_stage_duration_seconds_count{stage="embed"}"#,
        r#"veneer_stage_duration_seconds_count{stage="answer"}"#,
        r#"veneer_cache_lookups_total{cache="answers",found="here"}"#,
        r#"veneer_cache_lookups_total{cache="looks",found="not"}"#,
        r#"veneer_answers_total{path="exact"}"#,
        r#"veneer_results_by_band_total{band="weak"}"#,
        r#"veneer_errors_total{kind="photo"}"#,
        r#"veneer_model_coverage_ratio{model="veneer-look-2"} 1.0"#,
        r#"veneer_spent_usd{period="day"}"#,
        r#"veneer_database_connections{state="used"}"#,
        "veneer_candidates_asked_total",
        "veneer_library_materials",
        "process_resident_memory_bytes",
    ] {
        assert!(metrics.contains(expected), "no {expected} in\n{metrics}");
    }
    let token = url.trim_start_matches("/s/").to_owned();
    for secret in [token.as_str(), "qwertyzebra", "127.0.0.1", "postgres"] {
        assert!(!metrics.contains(secret), "{secret} in\n{metrics}");
    }
    site.stop().await;
}

/// What has begun when the server is told to stop is answered; what begins after is not taken.
#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_is_gone() {
    let site = Site::with_six().await;
    let address = site.base.trim_start_matches("http://").to_owned();
    let body = "search=&view=%3Fq%3Doak";
    let head = format!(
        "POST /share HTTP/1.1\r\nhost: {address}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut slow = TcpStream::connect(&address).await.unwrap();
    slow.write_all(head.as_bytes()).await.unwrap();
    slow.write_all(&body.as_bytes()[..5]).await.unwrap();
    // The server has the head once it answers another on the same terms.
    assert_eq!(site.page("/healthz").await.0, 200);
    let stopping = tokio::spawn(site.stop());
    let refused = async {
        while TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(8), refused)
        .await
        .unwrap();
    assert!(!stopping.is_finished(), "it waits for what has begun");
    slow.write_all(&body.as_bytes()[5..]).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("/share/"), "{answer}");
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_says_so_before_it_does() {
    let site = Site::with_six_and(&["--drain-seconds=2"]).await;
    let (base, client) = (site.base.clone(), site.client.clone());
    let stopping = tokio::spawn(site.stop());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let ready = client.get(format!("{base}/readyz")).send().await.unwrap();
    assert_eq!(ready.status(), 503);
    assert!(ready.text().await.unwrap().contains("stopping"));
    let page = client.get(format!("{base}/library")).send().await.unwrap();
    assert_eq!(page.status(), 200, "it answers all the same");
    stopping.await.unwrap();
}

async fn veneer(arguments: &[&str]) -> anyhow::Result<()> {
    let all = std::iter::once("veneer").chain(arguments.iter().copied());
    Cli::try_parse_from(all).unwrap().run().await
}

#[tokio::test]
async fn a_library_comes_back_from_one_file() {
    let (site, folder) = Site::with_six().await.taken_apart();
    let url = site.search_photo(png([120, 84, 52], 9)).await;
    let (_, before) = site.page(&url).await;
    let (_, home) = site.page("/library").await;
    site.stop().await;
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (from, to, file) = (path("data"), path("other"), path("backup.tar"));
    veneer(&["backup", &file, "--data", &from]).await.unwrap();
    let again = veneer(&["backup", &file, "--data", &from]).await;
    assert!(again.unwrap_err().to_string().contains("is there already"));
    veneer(&["restore", &file, "--data", &to]).await.unwrap();
    let full = veneer(&["restore", &file, "--data", &from]).await;
    assert!(format!("{:#}", full.unwrap_err()).contains("6 materials"));
    veneer(&["doctor", "--offline", "--data", &to])
        .await
        .unwrap();

    let mut settings = settings(&folder, &[]);
    settings.library.data = folder.path().join("other");
    let running = server::serve(settings).await.unwrap();
    let site = Site::around(running, folder);
    assert_eq!(hits(&site.page(&url).await.1), hits(&before));
    assert_eq!(hits(&site.page("/library").await.1), hits(&home));
    assert_eq!(hits(&home).len(), 6);
    let swatch = before.split("/swatch/").nth(1).unwrap();
    let swatch = swatch.split(['"', ' ']).next().unwrap();
    let picture = site.get(&format!("/swatch/{swatch}")).await;
    assert_eq!(picture.status(), 200, "{swatch}");
    site.stop().await;
}

/// Names of materials on a page, in their order.
fn hits(page: &str) -> Vec<&str> {
    page.split("class=\"swatch-name\">")
        .skip(1)
        .filter_map(|after| after.split('<').next())
        .collect()
}

/// The program itself, as an operator runs it.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veneer"));
    command
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env_remove("VENEER_LOG")
        .stdin(Stdio::null());
    command
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("none").display().to_string();
    let told = |arguments: &[&str]| {
        let output = program(arguments).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), text + &error)
    };
    let (well, text) = told(&["doctor", "--data", &data]);
    assert!(well, "{text}");
    assert!(text.contains("the first start makes"), "{text}");
    assert!(!Path::new(&data).exists(), "it changes nothing");
    let nowhere = "postgres://me:hunter2@127.0.0.1:1/veneer";
    let (well, text) = told(&["doctor", "--data", &data, "--database-url", nowhere]);
    assert!(!well, "{text}");
    assert!(text.contains("cannot be reached"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
    let (well, text) = told(&["restore", "/nowhere.tar", "--data", &data]);
    assert!(
        !well && text.contains("/nowhere.tar cannot be read"),
        "{text}"
    );
}

/// A log for machines: an object a line, each with the number of its request, and no address of a search in it.
#[tokio::test]
async fn the_log_can_be_read_by_machines() {
    let folder = tempfile::tempdir().unwrap();
    let site = settings(&folder, &[]).site_root.display().to_string();
    let data = folder.path().join("data").display().to_string();
    let log = folder.path().join("log");
    let mut server = program(&[
        "--log-format=json",
        "serve",
        "--listen=127.0.0.1:0",
        "--demo=off",
        &format!("--data={data}"),
        &format!("--site-root={site}"),
    ])
    .env("VENEER_LOG", "info,server::requests=debug")
    .stdout(Stdio::piped())
    .stderr(std::fs::File::create(&log).unwrap())
    .spawn()
    .unwrap();
    let mut line = String::new();
    let stdout = server.stdout.take().unwrap();
    let mut stdout = std::io::BufReader::new(stdout);
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    let base = line.trim().trim_start_matches("Veneer is at ").to_owned();
    let address = base.trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).await.unwrap();
    let get = format!(
        "GET /library?q=secretwords HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(get.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let id = answer
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "))
        .unwrap()
        .to_owned();
    let pid = server.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert!(server.wait().unwrap().success(), "SIGTERM ends it in order");
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
        .collect();
    let mine: Vec<_> = lines
        .iter()
        .filter(|l| l["span"]["id"] == id.as_str())
        .collect();
    assert!(!mine.is_empty(), "{text}");
    assert!(
        mine.iter()
            .any(|l| l["status"] == 200 && l["span"]["route"] == "/library"),
        "{text}"
    );
    assert!(!text.contains("secretwords"), "{text}");
}
