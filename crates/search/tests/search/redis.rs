//! Two Veneers of one library share what they computed through a Redis, and do without it when it dies.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use material::View;
use search::{Question, Settings, Veneer};

use crate::support::{checks, import, png, server, silent};

/// A Redis of one's own; killed when dropped.
struct Redis {
    process: Child,
    port: u16,
}

impl Redis {
    fn start(port: u16, folder: &Path) -> Self {
        let program = std::env::var("VENEER_TEST_REDIS").unwrap_or_else(|_| "redis-server".into());
        let process = Command::new(&program)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!(
                    "{program} does not start ({error}). Run the tests with `cargo xtask test`, which sets it up, or name it with VENEER_TEST_REDIS."
                )
            });
        let redis = Self { process, port };
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(since.elapsed() < Duration::from_secs(20), "it listens");
            std::thread::sleep(Duration::from_millis(20));
        }
        redis
    }

    fn free_port() -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    }

    fn ask(&self, words: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.write_all(words.as_bytes()).unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        said
    }

    /// How many values it has.
    fn size(&self) -> u64 {
        let said = self.ask("DBSIZE\r\nQUIT\r\n");
        let line = said.lines().next().unwrap();
        line.trim_start_matches(':').parse().unwrap()
    }

    /// Everything in it, as bytes.
    fn dump(&self, folder: &Path) -> Vec<u8> {
        let said = self.ask("CONFIG SET rdbcompression no\r\nSAVE\r\nQUIT\r\n");
        assert_eq!(said, "+OK\r\n+OK\r\n+OK\r\n");
        std::fs::read(folder.join("dump.rdb")).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn open(data: &Path, port: u16) -> Veneer {
    let mut settings = Settings::local(data);
    settings.catalog.database_url = Some(server());
    settings.redis = Some(format!("redis://127.0.0.1:{port}"));
    Veneer::open(settings).await.unwrap()
}

/// Answers tell how long they took to work out: two that agree in that were worked out once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_share_until_it_dies_and_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let photos = tempfile::tempdir().unwrap();
    let port = Redis::free_port();
    let redis = Redis::start(port, folder.path());
    let (one, two) = (
        open(folder.path(), port).await,
        open(folder.path(), port).await,
    );
    one.import(import(photos.path(), 0, 9), silent())
        .await
        .unwrap();

    let photo = png(&checks(200, [40, 200, 90], [250, 60, 40], 6));
    let ask = || Question::Photo {
        bytes: photo.clone().into(),
        crop: None,
        width: None,
    };
    let id = one.ask(ask()).await.unwrap();
    let view = View::parse("q=zebrawood+plank").unwrap();
    let first = one.results(&id, &view).await.unwrap();
    // The photo's vector and the answer are written in the background.
    let since = Instant::now();
    while redis.size() < 2 {
        assert!(since.elapsed() < Duration::from_secs(20), "it is written");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let second = two.results(&id, &view).await.unwrap();
    assert_eq!(
        second, first,
        "worked out once, with what was asked put back"
    );

    let kept = redis.dump(folder.path());
    assert!(kept.len() > 2_000, "it keeps vectors and answers");
    let token = id.to_string();
    for secret in ["zebrawood", "Oak", "palette", token.as_str()] {
        let found = kept.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!found, "{secret} is in it in clear");
    }

    // A change of the library is seen by both at once.
    one.import(import(photos.path(), 9, 3), silent())
        .await
        .unwrap();
    let total = |veneer: Veneer| {
        let id = id.clone();
        async move { veneer.results(&id, &View::default()).await.unwrap().total }
    };
    assert_eq!(total(two.clone()).await, 12);

    drop(redis);
    for number in 1..4 {
        let view = View::parse(&format!("page={number}")).unwrap();
        one.results(&id, &view).await.unwrap();
        two.ask(ask()).await.unwrap();
    }
    // It comes back empty; nobody has to be told.
    let _redis = Redis::start(port, folder.path());
    assert_eq!(total(one.clone()).await, 12);
    one.close().await;
    two.close().await;
}
