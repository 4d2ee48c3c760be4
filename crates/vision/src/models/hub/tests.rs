//! Pulls from a hub made up for the test, over real connections.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path as Segments, State},
    http::{HeaderMap, Response, StatusCode, header},
    routing::get,
};
use futures::{StreamExt, stream};
use serde_json::json;
use sha2::Digest as _;

use super::{part::hex, *};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const MODEL: &str = "visual/model.onnx";
const PART: &str = "visual/model.onnx.";

/// How the made-up hub misbehaves when asked for [`MODEL`]. It counts down: the first so many
/// requests meet it, later ones go well.
#[derive(Clone, Copy)]
enum Fault {
    /// Half of what was asked for, then the connection breaks.
    Cut(usize),
    /// A tenth, then silence.
    Stall(usize),
    /// The whole file, whatever range was asked for; the first answer is cut.
    NoRanges(usize),
    /// A range that begins at another byte; the first answer is cut.
    OtherRange(usize),
    /// A status.
    Status(usize, u16),
    /// As many bytes, but others.
    Damaged,
    /// More bytes than announced.
    Longer,
    /// Small pieces with pauses.
    Slow,
    /// The bytes stand on another host.
    Elsewhere,
}

#[derive(Default)]
struct Heard {
    ranges: Vec<Option<String>>,
    tokens: Vec<Option<String>>,
}

struct Fake {
    files: BTreeMap<&'static str, Vec<u8>>,
    listing: (u16, &'static str),
    extra: Vec<serde_json::Value>,
    fault: Mutex<Option<Fault>>,
    elsewhere: Mutex<Option<String>>,
    heard: Mutex<Heard>,
}

impl Fake {
    fn new(fault: Option<Fault>) -> Self {
        let noise = |n: usize| (0..n).map(|i| (i * i / 7 + i) as u8).collect::<Vec<u8>>();
        Self {
            files: BTreeMap::from([
                (MODEL, noise(900_000)),
                ("visual/preprocess_cfg.json", b"{\"size\": 224}".to_vec()),
                ("visual/model.armnn", noise(10)),
                ("textual/model.onnx", noise(1_000)),
                ("textual/tokenizer.json", b"{}".to_vec()),
                ("config.json", Vec::new()),
                ("README.md", b"# A model".to_vec()),
            ]),
            listing: (200, ""),
            extra: Vec::new(),
            fault: Mutex::new(fault),
            elsewhere: Mutex::new(None),
            heard: Mutex::new(Heard::default()),
        }
    }

    fn json(&self) -> String {
        let mut siblings: Vec<_> = self
            .files
            .iter()
            .map(|(path, bytes)| {
                let git = sha1::Sha1::new_with_prefix(format!("blob {}\0", bytes.len()))
                    .chain_update(bytes);
                let mut entry = json!({"rfilename": path, "size": bytes.len(),
                                       "blobId": hex(&git.finalize())});
                if path.ends_with(".onnx") {
                    let sha256 = hex(&sha2::Sha256::digest(bytes));
                    entry["lfs"] = json!({"sha256": sha256, "size": bytes.len()});
                }
                entry
            })
            .collect();
        siblings.extend(self.extra.clone());
        json!({"sha": COMMIT, "siblings": siblings}).to_string()
    }

    /// The fault this request meets.
    fn meet(&self) -> Option<Fault> {
        let mut fault = self.fault.lock().expect("no panic");
        let (now, next) = match *fault {
            Some(Fault::Cut(0) | Fault::Stall(0) | Fault::Status(0, _)) | None => (None, None),
            Some(Fault::Cut(n)) => (*fault, Some(Fault::Cut(n - 1))),
            Some(Fault::Stall(n)) => (*fault, Some(Fault::Stall(n - 1))),
            Some(Fault::Status(n, code)) => (*fault, Some(Fault::Status(n - 1, code))),
            Some(Fault::NoRanges(n)) => (*fault, Some(Fault::NoRanges(n + 1))),
            Some(Fault::OtherRange(n)) => (*fault, Some(Fault::OtherRange(n + 1))),
            other => (other, other),
        };
        *fault = next;
        now
    }
}

async fn serve(fake: Arc<Fake>) -> String {
    let app = Router::new()
        .route("/api/models/{owner}/{name}/revision/main", get(listing))
        .route("/{owner}/{name}/resolve/{commit}/{*path}", get(file))
        .with_state(fake);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

async fn listing(State(fake): State<Arc<Fake>>) -> Response<Body> {
    let (status, code) = fake.listing;
    Response::builder()
        .status(status)
        .header("x-error-code", code)
        .body(fake.json().into())
        .expect("a response")
}

async fn file(
    State(fake): State<Arc<Fake>>,
    Segments((_, _, commit, path)): Segments<(String, String, String, String)>,
    headers: HeaderMap,
) -> Response<Body> {
    assert_eq!(commit, COMMIT, "every file comes from one commit");
    let text = |name| {
        headers
            .get(name)
            .map(|v: &header::HeaderValue| v.to_str().expect("text").to_owned())
    };
    let bytes = fake.files[path.as_str()].clone();
    if path != MODEL {
        return whole(bytes.into(), StatusCode::OK);
    }
    let range = text(header::RANGE);
    {
        let mut heard = fake.heard.lock().expect("no panic");
        heard.ranges.push(range.clone());
        heard.tokens.push(text(header::AUTHORIZATION));
    }
    let from = range.map_or(0, |range| {
        let from = range
            .strip_prefix("bytes=")
            .and_then(|r| r.strip_suffix('-'));
        from.and_then(|f| f.parse().ok()).expect("bytes=N-")
    });
    answer(&fake, bytes, from)
}

fn answer(fake: &Fake, mut bytes: Vec<u8>, from: usize) -> Response<Body> {
    let length = bytes.len();
    let ranged = |from: usize, body: Body| {
        let mut response = Response::new(body);
        if from > 0 {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let range = format!("bytes {from}-{}/{length}", length - 1);
            let range = header::HeaderValue::from_str(&range).expect("a header");
            response.headers_mut().insert(header::CONTENT_RANGE, range);
        }
        let rest = header::HeaderValue::from(length - from);
        response.headers_mut().insert(header::CONTENT_LENGTH, rest);
        response
    };
    let rest = Bytes::from(bytes.split_off(from));
    let all = || Bytes::from([&bytes[..], &rest[..]].concat());
    match fake.meet() {
        None => ranged(from, rest.into()),
        Some(Fault::Cut(_) | Fault::NoRanges(0) | Fault::OtherRange(0)) => {
            let half = rest.slice(..rest.len() / 2);
            ranged(from, broken_after(half))
        }
        Some(Fault::Stall(_)) => {
            let some = rest.slice(..rest.len() / 10);
            let silence =
                stream::once(async { Ok::<_, std::io::Error>(some) }).chain(stream::pending());
            ranged(from, Body::from_stream(silence))
        }
        Some(Fault::NoRanges(_)) => whole(all(), StatusCode::OK),
        Some(Fault::OtherRange(_)) if from > 0 => ranged(from - 1, all().slice(from - 1..).into()),
        Some(Fault::OtherRange(_)) => whole(all(), StatusCode::OK),
        Some(Fault::Status(_, code)) => {
            whole(Bytes::new(), StatusCode::from_u16(code).expect("a status"))
        }
        Some(Fault::Damaged) => whole(vec![7; length].into(), StatusCode::OK),
        Some(Fault::Longer) => whole([&all()[..], b"more"].concat().into(), StatusCode::OK),
        Some(Fault::Slow) => {
            let pieces = rest
                .chunks(90_000)
                .map(Bytes::copy_from_slice)
                .collect::<Vec<_>>();
            let slow = stream::iter(pieces).then(|piece| async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                Ok::<_, std::io::Error>(piece)
            });
            ranged(from, Body::from_stream(slow))
        }
        Some(Fault::Elsewhere) => {
            let to = fake.elsewhere.lock().expect("no panic").clone();
            let address = format!("{}/a/b/resolve/{COMMIT}/{MODEL}", to.expect("another host"));
            Response::builder()
                .status(StatusCode::FOUND)
                .header(header::LOCATION, address)
                .body(Body::empty())
                .expect("a response")
        }
    }
}

fn whole(bytes: Bytes, status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    response
}

fn broken_after(bytes: Bytes) -> Body {
    let breaks = stream::iter([Ok(bytes), Err(std::io::Error::other("cut"))]);
    // The pause lets the first piece out before the connection breaks.
    Body::from_stream(breaks.then(|piece| async {
        if piece.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        piece
    }))
}

/// A pull from `fake` into a new folder, or one that is there already.
struct Try {
    fake: Arc<Fake>,
    hub: Hub,
    models: tempfile::TempDir,
}

impl Try {
    async fn new(fake: Fake) -> Self {
        Self::with(fake, None, Limits::default()).await
    }

    async fn with(fake: Fake, token: Option<&str>, limits: Limits) -> Self {
        let fake = Arc::new(fake);
        let patience = Patience {
            idle: Duration::from_millis(500),
            tries: 3,
            pause: Duration::from_millis(1),
        };
        let endpoint = serve(fake.clone()).await;
        Self {
            hub: Hub::with(&endpoint, token, limits, patience).expect("a hub"),
            models: tempfile::tempdir().expect("a folder"),
            fake,
        }
    }

    async fn pull(&self) -> Result<Pulled, PullError> {
        let name = ModelName::parse("clip").expect("a name");
        self.hub.pull(&name, self.models.path(), |_| {}).await
    }

    fn path(&self, file: &str) -> PathBuf {
        self.models.path().join("clip").join(file)
    }

    /// Bytes of the unfinished model file.
    fn part(&self) -> Option<u64> {
        fs::read_dir(self.path("visual")).ok()?.find_map(|entry| {
            let entry = entry.expect("an entry");
            let path = format!("visual/{}", entry.file_name().to_string_lossy());
            let is_part = path.starts_with(PART) && path.ends_with(".part");
            is_part.then(|| entry.metadata().expect("metadata").len())
        })
    }

    fn assert_whole(&self) {
        let got = fs::read(self.path(MODEL)).expect("the model");
        assert!(got == self.fake.files[MODEL], "the bytes are the hub's");
        assert_eq!(self.part(), None);
    }

    fn ranges(&self) -> Vec<Option<String>> {
        self.fake.heard.lock().expect("no panic").ranges.clone()
    }
}

#[tokio::test]
async fn a_model_comes_whole_with_progress_and_nothing_it_does_not_need() {
    let test = Try::new(Fake::new(None)).await;
    let name = ModelName::parse("clip").expect("a name");
    let mut told = Vec::new();
    let pulled = test
        .hub
        .pull(&name, test.models.path(), |p| {
            told.push((p.file.to_owned(), p.done, p.total, p.all_done, p.all_total));
        })
        .await
        .expect("pulled");
    assert_eq!((pulled.fetched, pulled.commit.as_str()), (5, COMMIT));
    test.assert_whole();
    assert!(!test.path("visual/model.armnn").exists() && !test.path("README.md").exists());
    assert_eq!(
        fs::read(test.path("config.json")).expect("an empty file"),
        b""
    );
    let all = pulled.bytes;
    assert!(told.windows(2).all(|w| w[0].3 <= w[1].3), "it only grows");
    assert!(told.iter().all(|t| t.1 <= t.2 && t.3 <= t.4 && t.4 == all));
    assert_eq!(told.last().map(|t| t.3), Some(all));
    let installed = super::super::installed(test.models.path()).expect("readable");
    assert!(installed[0].is_complete(), "{:?}", installed[0].missing);
    assert_eq!(
        installed[0].source,
        Some(("immich-app/clip".to_owned(), COMMIT.to_owned()))
    );
}

#[tokio::test]
async fn what_is_there_is_not_fetched_again_and_what_is_spoilt_is() {
    let test = Try::new(Fake::new(None)).await;
    test.pull().await.expect("pulled");
    assert_eq!(test.pull().await.expect("nothing to do").fetched, 0);
    fs::write(test.path("visual/model.int8.onnx"), b"made of it").expect("written");
    fs::write(test.path("textual/model.int8.onnx"), b"made of it").expect("written");
    let mut bytes = test.fake.files[MODEL].clone();
    bytes[5] ^= 1;
    fs::write(test.path(MODEL), bytes).expect("written");
    assert_eq!(test.pull().await.expect("mended").fetched, 1);
    test.assert_whole();
    assert!(
        !test.path("visual/model.int8.onnx").exists(),
        "made of the spoilt one"
    );
    assert!(test.path("textual/model.int8.onnx").exists());
}

#[tokio::test]
async fn a_published_int8_model_stays_when_its_original_is_mended() {
    let mut fake = Fake::new(None);
    let int8 = b"published".to_vec();
    fake.files.insert("visual/model.int8.onnx", int8.clone());
    let test = Try::new(fake).await;
    test.pull().await.expect("pulled");
    fs::write(test.path(MODEL), b"spoilt").expect("written");
    assert_eq!(test.pull().await.expect("mended").fetched, 1);
    test.assert_whole();
    let kept = fs::read(test.path("visual/model.int8.onnx")).expect("still there");
    assert_eq!(kept, int8);
}

#[tokio::test]
async fn a_cut_download_goes_on_where_it_stopped() {
    let test = Try::new(Fake::new(Some(Fault::Cut(2)))).await;
    test.pull().await.expect("pulled");
    test.assert_whole();
    let ranges = test.ranges();
    assert_eq!(ranges.len(), 3);
    assert_eq!(ranges[0], None);
    assert!(ranges[1..].iter().all(Option::is_some), "{ranges:?}");
}

#[tokio::test]
async fn a_pull_that_gave_up_is_continued_by_the_next() {
    let test = Try::new(Fake::new(Some(Fault::Stall(100)))).await;
    let error = test.pull().await.expect_err("gives up");
    let PullError::Cut { file, total_mb, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((file.as_str(), *total_mb), (MODEL, 0));
    assert!(error.to_string().contains("goes on from there"));
    let here = test.part().expect("a part");
    assert!(here > 0 && !test.path(MODEL).exists());
    *test.fake.fault.lock().expect("no panic") = None;
    test.pull().await.expect("pulled");
    test.assert_whole();
    assert_eq!(test.ranges().last(), Some(&Some(format!("bytes={here}-"))));
}

#[tokio::test]
async fn hubs_without_ranges_or_with_wrong_ones_cost_time_only() {
    for fault in [Fault::NoRanges(0), Fault::OtherRange(0)] {
        let test = Try::new(Fake::new(Some(fault))).await;
        test.pull().await.expect("pulled");
        test.assert_whole();
    }
}

#[tokio::test]
async fn a_part_of_another_version_is_not_continued() {
    let test = Try::new(Fake::new(None)).await;
    fs::create_dir_all(test.path("visual")).expect("a folder");
    let other = test.path("visual/model.onnx.00112233aabbccdd.part");
    fs::write(&other, b"older").expect("written");
    test.pull().await.expect("pulled");
    test.assert_whole();
    assert_eq!(test.ranges(), [None]);
    assert!(!other.exists(), "swept up");
}

#[tokio::test]
async fn a_wrong_checksum_deletes_what_came() {
    let test = Try::new(Fake::new(Some(Fault::Damaged))).await;
    let error = test.pull().await.expect_err("damaged");
    assert!(
        matches!(&error, PullError::Checksum(file) if file == MODEL),
        "{error:?}"
    );
    assert!(!test.path(MODEL).exists() && test.part().is_none());
    let test = Try::new(Fake::new(Some(Fault::Longer))).await;
    let error = test.pull().await.expect_err("too long");
    assert!(
        matches!(&error, PullError::WrongSize(file) if file == MODEL),
        "{error:?}"
    );
    assert!(!test.path(MODEL).exists() && test.part().is_none());
}

#[tokio::test]
async fn slow_is_not_cut_and_passing_errors_pass() {
    for fault in [Fault::Slow, Fault::Status(2, 503), Fault::Status(1, 429)] {
        let test = Try::new(Fake::new(Some(fault))).await;
        test.pull().await.expect("pulled");
        test.assert_whole();
    }
    let test = Try::new(Fake::new(Some(Fault::Status(100, 500)))).await;
    assert!(matches!(test.pull().await, Err(PullError::Cut { .. })));
    let test = Try::new(Fake::new(Some(Fault::Status(100, 410)))).await;
    assert!(matches!(test.pull().await, Err(PullError::Status(410))));
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    for (status, code, sentence) in [
        (404, "RepoNotFound", "There is no model “immich-app/clip”"),
        (
            401,
            "RepoNotFound",
            "may not exist, or need a valid access token",
        ),
        (401, "", "HF_TOKEN"),
        (403, "GatedRepo", "Accept its terms"),
        (401, "GatedRepo", "Accept its terms"),
        (418, "", "(418)"),
        (500, "", "cannot be reached"),
    ] {
        let mut fake = Fake::new(None);
        fake.listing = (status, code);
        let test = Try::with(fake, Some("hf_secret"), Limits::default()).await;
        let error = test.pull().await.expect_err("refused");
        assert!(
            error.to_string().contains(sentence),
            "{status} {code}: {error}"
        );
        assert!(!format!("{error} {error:?}").contains("secret"));
        let left = fs::read_dir(test.models.path()).expect("readable").count();
        assert_eq!(left, 0, "no empty folder stays");
    }
}

#[tokio::test]
async fn repositories_that_are_unsafe_or_too_large_are_not_begun() {
    let mut fake = Fake::new(None);
    fake.extra = vec![json!({"rfilename": "../x", "size": 1, "blobId": "ab".repeat(20)})];
    let test = Try::new(fake).await;
    assert!(matches!(test.pull().await, Err(PullError::UnsafePath(path)) if path == "../x"));
    for limits in [
        Limits {
            file: 899_999,
            ..Limits::default()
        },
        Limits {
            total: 900_500,
            ..Limits::default()
        },
    ] {
        let test = Try::with(Fake::new(None), None, limits).await;
        assert!(matches!(test.pull().await, Err(PullError::TooLarge { .. })));
        assert_eq!(test.ranges(), []);
    }
}

#[tokio::test]
async fn the_token_goes_to_the_hub_and_nowhere_else() {
    let storage = Arc::new(Fake::new(None));
    let fake = Fake::new(Some(Fault::Elsewhere));
    *fake.elsewhere.lock().expect("no panic") = Some(serve(storage.clone()).await);
    let test = Try::with(fake, Some("hf_secret"), Limits::default()).await;
    test.pull().await.expect("pulled");
    test.assert_whole();
    let tokens = |fake: &Fake| fake.heard.lock().expect("no panic").tokens.clone();
    assert_eq!(tokens(&test.fake), [Some("Bearer hf_secret".to_owned())]);
    assert_eq!(tokens(&storage), [None]);
}

#[tokio::test]
async fn one_pull_at_a_time_into_a_folder() {
    let test = Try::new(Fake::new(None)).await;
    let folder = test.path("");
    fs::create_dir_all(&folder).expect("a folder");
    let held = lock(&folder).expect("held");
    assert!(matches!(test.pull().await, Err(PullError::InUse(_))));
    drop(held);
    test.pull().await.expect("pulled");
}

#[tokio::test]
async fn nobody_there_is_said() {
    let patience = Patience {
        idle: Duration::from_millis(500),
        tries: 2,
        pause: Duration::from_millis(1),
    };
    let hub = Hub::with("http://127.0.0.1:1", None, Limits::default(), patience).expect("a hub");
    let name = ModelName::parse("clip").expect("a name");
    let folder = tempfile::tempdir().expect("a folder");
    let error = hub
        .pull(&name, folder.path(), |_| {})
        .await
        .expect_err("nobody");
    assert!(matches!(error, PullError::Unreachable { .. }), "{error:?}");
}

#[test]
fn addresses_and_tokens_that_cannot_work_are_refused() {
    for endpoint in [
        "",
        "huggingface.co",
        "ftp://x",
        "file:///etc",
        "https://u:p@x",
    ] {
        assert!(
            matches!(Hub::new(endpoint, None), Err(PullError::Endpoint(_))),
            "{endpoint}"
        );
    }
    for (endpoint, token) in [
        ("https://huggingface.co", "two\nlines"),
        ("http://mirror.example", "hf_secret"),
    ] {
        assert!(matches!(
            Hub::new(endpoint, Some(token)),
            Err(PullError::Token)
        ));
    }
    for endpoint in [
        "https://huggingface.co",
        "http://localhost:1",
        "http://[::1]:1",
    ] {
        assert!(Hub::new(endpoint, Some("hf_secret")).is_ok(), "{endpoint}");
    }
    let below = Hub::new("https://mirror.example/hf/?x#y", None).expect("a hub");
    assert_eq!(
        below.address("api/models/a/b").as_str(),
        "https://mirror.example/hf/api/models/a/b"
    );
}
