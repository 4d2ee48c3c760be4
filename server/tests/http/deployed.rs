//! What containers rely on: a program that needs no rights and writes in one folder, and servers that can be
//! killed.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use catalog::{Catalog, JobState};
use clap::Parser;
use server::cli::Cli;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{database, png, settings};

/// A server that runs; killed when it is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts a program, and waits until it says where it is.
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        let address = line
            .trim()
            .strip_prefix("Veneer is at http://")
            .unwrap_or_else(|| panic!("it says {line:?}"))
            .to_owned();
        Self { child, address }
    }
}

/// One request on a connection of its own; its status, and whether it came whole.
async fn ask(address: &str, path: &str) -> std::io::Result<u16> {
    let mut connection = TcpStream::connect(address).await?;
    let get = format!(
        "GET {path} HTTP/1.1\r\nhost: veneer\r\nx-forwarded-for: 203.0.113.77\r\nconnection: close\r\n\r\n"
    );
    connection.write_all(get.as_bytes()).await?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).await?;
    let cut = || std::io::Error::other("cut off");
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).ok_or_else(cut)?;
    status.parse().map_err(|_| cut())
}

async fn veneer(arguments: &[String]) {
    let all = std::iter::once("veneer").chain(arguments.iter().map(String::as_str));
    Cli::try_parse_from(all).unwrap().run().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_servers_one_can_be_killed_under_load() {
    const MANY: u8 = 200;
    let folder = tempfile::tempdir().unwrap();
    let site = settings(&folder, &[]).site_root;
    let (url, dropping) = database().await;
    let data = folder.path().join("data");
    let photos = folder.path().join("photos");
    std::fs::create_dir_all(photos.join("wood")).unwrap();
    for (name, colour) in [("oak", [205, 170, 125]), ("ash", [110, 75, 45])] {
        std::fs::write(photos.join(format!("wood/{name}.png")), png(colour, 9)).unwrap();
    }
    let place = [
        format!("--data={}", data.display()),
        format!("--database-url={url}"),
    ];
    let mut import = vec!["import".to_owned(), photos.display().to_string()];
    import.extend(place.clone());
    veneer(&import).await;
    let start = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_veneer"));
        command
            .args(["serve", "--listen=127.0.0.1:0", "--demo=off"])
            .arg(format!("--site-root={}", site.display()))
            .args(&place)
            // Guests of this test come from one address, and often.
            .env("VENEER_SEARCHES_PER_MINUTE", "0")
            .env("VENEER_SEARCHES_PER_HOUR", "0")
            .env("VENEER_SEARCH_BURST", "0");
        Server::start(command)
    };
    // A job that is under way when its server dies.
    let many = folder.path().join("many");
    std::fs::create_dir_all(many.join("stone")).unwrap();
    for n in 0..MANY {
        let picture = png([40 + n, 90, 200 - n], 5 + u32::from(n % 40));
        std::fs::write(many.join(format!("stone/{n}.png")), picture).unwrap();
    }
    let mut later = vec!["import".to_owned(), many.display().to_string()];
    later.push("--later".to_owned());
    later.extend(place.clone());
    veneer(&later).await;
    let mut doomed = start();
    let catalog = Catalog::open(catalog::Settings {
        database_url: Some(url.clone()),
        ..catalog::Settings::local(&data)
    })
    .await
    .unwrap();
    let job = || async { catalog.jobs(None, None, 1).await.unwrap().remove(0) };
    while job().await.done == 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let other = start();
    let killed = Arc::new(AtomicBool::new(false));
    let over = Instant::now() + Duration::from_secs(6);
    let (answered, lost) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let guests: Vec<_> = (0..8)
        .map(|n| {
            let addresses = [doomed.address.clone(), other.address.clone()];
            let (killed, answered, lost) = (killed.clone(), answered.clone(), lost.clone());
            tokio::spawn(async move {
                for turn in n.. {
                    if Instant::now() > over {
                        break;
                    }
                    // A load balancer sends nobody to one that is gone.
                    let was_killed = killed.load(Ordering::SeqCst);
                    let to = if was_killed { 1 } else { turn % 2 };
                    let words = ["oak", "ash", "wood", "light"][turn % 4];
                    let path = format!("/library?q={words}+{}", turn % 97);
                    match ask(&addresses[to], &path).await {
                        Ok(200) => {
                            answered.fetch_add(1, Ordering::SeqCst);
                        }
                        // It had begun when the server died.
                        Err(_) if to == 0 && killed.load(Ordering::SeqCst) => {
                            lost.fetch_add(1, Ordering::SeqCst);
                        }
                        failed => panic!("server {to}: {failed:?}"),
                    }
                }
            })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = answered.load(Ordering::SeqCst);
    killed.store(true, Ordering::SeqCst);
    doomed.child.kill().unwrap();
    let left = job().await;
    assert_eq!(left.state, JobState::Running, "{left:?}");
    for guest in guests {
        guest.await.unwrap();
    }
    let (answered, lost) = (answered.load(Ordering::SeqCst), lost.load(Ordering::SeqCst));
    assert!(before > 0, "there was load before");
    assert!(
        answered > before,
        "{answered} answers, {before} of them before"
    );
    assert!(
        lost <= 8,
        "each guest loses at most what it waited for: {lost}"
    );
    // The other one takes the job over as soon as it is clear that nobody is at it any more.
    let patience = Instant::now() + Duration::from_secs(120);
    while job().await.state != JobState::Done {
        assert!(Instant::now() < patience, "{:?}", job().await);
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let done = job().await;
    let tally = catalog.import_tally(done.id).await.unwrap();
    assert_eq!((done.done, tally.created), (MANY.into(), MANY.into()));
    catalog.close().await;
    drop((doomed, other));
    dropping.await;
}

/// Spans from the request to the statements, and nothing of the guest in them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traces_reach_a_collector_and_hold_nothing_of_guests() {
    let folder = tempfile::tempdir().unwrap();
    let site = settings(&folder, &[]).site_root;
    let got: Arc<Mutex<Vec<u8>>> = Arc::default();
    let kept = Arc::clone(&got);
    let take = move |headers: http::HeaderMap, body: bytes::Bytes| {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        kept.lock().unwrap().extend_from_slice(&body);
        std::future::ready("")
    };
    let collector = axum::Router::new().route("/v1/traces", axum::routing::post(take));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let collecting = tokio::spawn(axum::serve(listener, collector).into_future());
    // A provider that nobody answers for: asking it fails, and the key must not be told with the failure.
    let providers = folder.path().join("providers.toml");
    let provider = "[[provider]]\nname = \"nobody\"\npreset = \"custom\"\nbase_url = \"http://127.0.0.1:9/v1\"\n\
                    model = \"m\"\nkey_env = \"OPERATED_KEY\"\nprice_in = 1.0\nprice_out = 1.0\n";
    std::fs::write(&providers, provider).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_veneer"));
    command
        .args(["serve", "--listen=127.0.0.1:0", "--demo=off"])
        .arg(format!("--data={}", folder.path().join("data").display()))
        .arg(format!("--site-root={}", site.display()))
        .env_remove("DATABASE_URL")
        .arg(format!("--providers={}", providers.display()))
        .env("OPERATED_KEY", "sk-test-Zx9Wv8Ut7Sr6")
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{address}"));
    let mut server = Server::start(command);
    let page = ask(&server.address, "/library?q=secretwords").await;
    assert_eq!(page.unwrap(), 200);
    assert_eq!(ask(&server.address, "/s/secrettoken").await.unwrap(), 404);
    let stop = Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status();
    assert!(stop.unwrap().success());
    assert!(server.child.wait().unwrap().success(), "it ends in order");
    let got = got.lock().unwrap().clone();
    let text = String::from_utf8_lossy(&got);
    for expected in [
        "veneer",
        "request",
        "/library",
        "candidates",
        "facets",
        "sqlx::query",
        "whole_since",
    ] {
        assert!(text.contains(expected), "no {expected} in {text}");
    }
    for secret in ["secretwords", "secrettoken", "sk-test", "203.0.113.77"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    collecting.abort();
}

/// Everything below a folder that belongs to a user, other than below `but`.
fn owned(folder: &Path, user: u32, but: &Path, found: &mut Vec<PathBuf>) {
    use std::os::unix::fs::MetadataExt;
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(about) = entry.metadata() else {
            continue;
        };
        if path == but {
            continue;
        }
        if about.uid() == user {
            found.push(path.clone());
        }
        if about.is_dir() {
            owned(&path, user, but, found);
        }
    }
}

/// A user that nothing on this machine belongs to.
const STRANGER: u32 = 54_321;

/// As in a container: a user without rights, on a root that it cannot write, with one folder. Without root there is
/// no other user to become; the program then runs as this one, and only where it writes is looked at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_without_rights_needs_one_folder() {
    use std::os::unix::{fs::PermissionsExt, fs::chown, process::CommandExt};
    let folder = tempfile::tempdir().unwrap();
    let site = settings(&folder, &[]).site_root;
    let is_root = std::fs::metadata(folder.path()).is_ok_and(|about| {
        use std::os::unix::fs::MetadataExt;
        about.uid() == 0
    });
    // The folder of the build may be closed to others.
    let program = folder.path().join("veneer");
    std::fs::copy(env!("CARGO_BIN_EXE_veneer"), &program).unwrap();
    let open = |path: &Path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755));
    open(&program).unwrap();
    open(folder.path()).unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    if is_root {
        chown(&data, Some(STRANGER), Some(STRANGER)).unwrap();
    }
    let mut command = Command::new(&program);
    command
        .args(["serve", "--listen=127.0.0.1:0", "--demo=off"])
        .arg(format!("--site-root={}", site.display()))
        .arg(format!("--data={}", data.display()))
        .current_dir("/")
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("XDG_CACHE_HOME", data.join("cache"));
    if is_root {
        command.uid(STRANGER).gid(STRANGER);
    }
    let mut server = Server::start(command);
    assert_eq!(ask(&server.address, "/readyz").await.unwrap(), 200);
    assert_eq!(ask(&server.address, "/library?q=oak").await.unwrap(), 200);
    let mut strays = Vec::new();
    for place in ["/tmp", "/var/tmp", "/dev/shm", "/run"] {
        if is_root {
            owned(Path::new(place), STRANGER, &data, &mut strays);
        }
    }
    assert!(strays.is_empty(), "it wrote {strays:?}");
    let stop = Command::new("kill")
        .args(["-TERM", &server.child.id().to_string()])
        .status();
    assert!(stop.unwrap().success());
    assert!(server.child.wait().unwrap().success(), "it ends in order");
    let again = Catalog::open(catalog::Settings::local(&data))
        .await
        .unwrap();
    assert_eq!(again.counts().await.unwrap().materials, 0);
    again.close().await;
}
