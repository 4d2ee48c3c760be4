//! A Veneer of one's own for every test: a real port, a library in a temporary folder.

#![expect(clippy::unwrap_used, reason = "a test that cannot start has failed")]

pub mod program;

use std::{io::Cursor, path::PathBuf};

use catalog::Pace;
use clap::Parser;
use image::{ImageFormat, RgbImage};
use material::Name;
use reqwest::{
    Client, Response,
    multipart::{Form, Part},
    redirect::Policy,
};
use search::Scope;
use server::{Running, config::ServeSettings};
use tempfile::TempDir;

/// A running server with its folder.
pub struct Site {
    pub base: String,
    pub client: Client,
    running: Option<Running>,
    folder: Option<TempDir>,
}

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    settings: ServeSettings,
}

/// Settings as the command line gives them.
pub fn settings(folder: &TempDir, more: &[&str]) -> ServeSettings {
    let site = folder.path().join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(
        site.join("pkg/veneer.abc.js"),
        "export default 1;".repeat(100),
    )
    .unwrap();
    std::fs::write(
        site.join("favicon.svg"),
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
    )
    .unwrap();
    let data = folder.path().join("data");
    let mut args = vec![
        "veneer".to_owned(),
        "--listen=127.0.0.1:0".to_owned(),
        "--public-url=https://veneer.example".to_owned(),
        format!("--data={}", data.display()),
        format!("--site-root={}", site.display()),
        "--demo=off".to_owned(),
        "--max-upload-mb=3".to_owned(),
        "--fetch-seconds=2".to_owned(),
    ];
    // Tests search more often than people, unless they are about that.
    if !more.iter().any(|flag| flag.starts_with("--searches-per")) {
        args.extend(["--searches-per-minute=0", "--searches-per-hour=0"].map(str::to_owned));
    }
    args.extend(more.iter().map(ToString::to_string));
    // Tests name their database themselves, whatever the environment says.
    let mut settings = Flags::try_parse_from(args).unwrap().settings;
    settings.library.database_url = None;
    settings
}

impl Site {
    /// An empty library.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let running = server::serve(settings(&folder, &[])).await.unwrap();
        Self::around(running, folder)
    }

    /// A library of pictures imported from a folder, with flags of one's own.
    pub async fn with_folder(photos: PathBuf, csv: Option<PathBuf>, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder, more);
        let library = settings.library.clone();
        server::import::run(server::import::Arguments::of(photos, csv, library))
            .await
            .unwrap();
        let running = server::serve(settings).await.unwrap();
        Self::around(running, folder)
    }

    /// Six plain materials in three categories.
    pub async fn with_six() -> Self {
        Self::with_six_and(&[]).await
    }

    /// The same, with flags of one's own.
    pub async fn with_six_and(more: &[&str]) -> Self {
        let photos = tempfile::tempdir().unwrap();
        for (name, colour, step) in [
            ("wood/oak-light", [205, 170, 125], 9),
            ("wood/oak-dark", [110, 75, 45], 9),
            ("stone/grey", [150, 150, 148], 40),
            ("stone/white", [235, 234, 230], 40),
            ("fabric/green", [70, 110, 80], 4),
            ("fabric/blue", [50, 80, 130], 4),
        ] {
            let path = photos.path().join(format!("{name}.png"));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, png(colour, step)).unwrap();
        }
        Self::with_folder(photos.path().to_owned(), None, more).await
    }

    /// Around a server that runs already.
    pub fn around(running: Running, folder: TempDir) -> Self {
        let base = format!("http://{}", running.address);
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            base,
            client,
            running: Some(running),
            folder: Some(folder),
        }
    }

    /// The site, and its folder to keep when it is stopped.
    pub fn taken_apart(mut self) -> (Self, TempDir) {
        let folder = self.folder.take().unwrap();
        (self, folder)
    }

    /// What is served.
    pub fn veneer(&self) -> &search::Veneer {
        self.running.as_ref().unwrap().veneer()
    }

    /// What it tells operators.
    pub async fn metrics(&self) -> String {
        let address = self.running.as_ref().unwrap().metrics.unwrap();
        let asked = self.client.get(format!("http://{address}/metrics"));
        let answer = asked.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client
            .get(format!("{}{path}", self.base))
            .send()
            .await
            .unwrap()
    }

    /// Status and body.
    pub async fn page(&self, path: &str) -> (u16, String) {
        let response = self.get(path).await;
        (response.status().as_u16(), response.text().await.unwrap())
    }

    /// `POST /search` as a program does; status and JSON.
    pub async fn search(&self, form: Form) -> (u16, serde_json::Value) {
        let response = self
            .client
            .post(format!("{}/search", self.base))
            .header("accept", "application/json")
            .multipart(form)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// Searches with a photo and says where the results are.
    pub async fn search_photo(&self, bytes: Vec<u8>) -> String {
        let (status, answer) = self.search(photo(bytes)).await;
        assert_eq!(status, 200, "{answer}");
        answer["url"].as_str().unwrap().to_owned()
    }

    /// A key of its own name, with no limits.
    pub async fn key(&self, scopes: &[Scope]) -> String {
        let name = Name::parse(&format!("test {scopes:?}")).unwrap();
        let pace = Pace {
            minute: 0,
            hour: 0,
            burst: 0,
        };
        let made = self.veneer().new_key(&name, scopes, pace);
        made.await.unwrap().0
    }

    pub async fn stop(mut self) {
        self.running.take().unwrap().stop().await.unwrap();
    }
}

/// An empty database on the native server: its address, and what drops it.
pub async fn database() -> (String, impl Future<Output = ()>) {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
    let server = std::env::var("VENEER_TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!(
            "VENEER_TEST_DATABASE_URL is not set, so nothing says where the native PostgreSQL is. \
             Run the tests with `cargo xtask test`, which sets one up."
        )
    });
    let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    let name = format!("veneer_http_{}_{nanos}", std::process::id());
    let run = async |statement: String| {
        let mut connection = PgConnection::connect(&server).await.unwrap();
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
        connection.close().await.unwrap();
    };
    run(format!("CREATE DATABASE {name}")).await;
    let start = server.rfind('/').unwrap();
    let url = format!("{}/{name}", &server[..start]);
    let dropping = async move {
        let mut connection = PgConnection::connect(&server).await.unwrap();
        let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        connection.execute(AssertSqlSafe(statement)).await.unwrap();
        connection.close().await.unwrap();
    };
    (url, dropping)
}

/// A form with a photo.
pub fn photo(bytes: Vec<u8>) -> Form {
    Form::new().part("photo", Part::bytes(bytes).file_name("photo.jpg"))
}

/// A striped picture.
pub fn png(colour: [u8; 3], step: u32) -> Vec<u8> {
    let picture = RgbImage::from_fn(240, 180, |x, y| {
        let shade = if (x / step + y / (step * 3)).is_multiple_of(2) {
            1.0
        } else {
            0.86
        };
        image::Rgb(colour.map(|c| (f32::from(c) * shade) as u8))
    });
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}
