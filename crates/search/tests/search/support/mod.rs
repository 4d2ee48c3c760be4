//! What tests of the use cases have in common.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    sync::Arc,
};

use image::{ImageFormat, RgbImage};
use search::{ImportRequest, Progress};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Nobody is told.
pub fn silent() -> Progress {
    Arc::new(|_| {})
}

/// A chequered surface of two colours.
pub fn checks(side: u32, a: [u8; 3], b: [u8; 3], step: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        image::Rgb(if (x / step + y / step).is_multiple_of(2) {
            a
        } else {
            b
        })
    })
}

pub fn png(picture: &RgbImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

/// A file or folder of the data that is handed to the project, which has to be there.
pub fn shared(what: &str) -> PathBuf {
    let folder = std::env::var_os("VENEER_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = folder.join(what);
    assert!(
        path.exists(),
        "this test reads {}, which is not there; set VENEER_SHARED to the folder that holds {what}",
        path.display()
    );
    path
}

/// Writes surfaces of three kinds into a folder, the same for the same numbers, and asks to import them.
pub fn import(folder: &Path, from: u8, count: u8) -> ImportRequest {
    for i in from..from + count {
        let kind = ["oak", "marble", "velvet"][usize::from(i) % 3];
        fs::create_dir_all(folder.join(kind)).unwrap();
        let picture = checks(
            200,
            [40 + i * 9, 200 - i * 7, 90],
            [250 - i * 11, 60, 40 + i * 5],
            6 + u32::from(i),
        );
        fs::write(folder.join(format!("{kind}/{i}.png")), png(&picture)).unwrap();
    }
    ImportRequest {
        folder: folder.to_owned(),
        csv: None,
        analyse: None,
    }
}

/// The address of the native PostgreSQL.
pub fn server() -> String {
    std::env::var("VENEER_TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!("VENEER_TEST_DATABASE_URL is not set. Run the tests with `cargo xtask test`, which sets a server up.")
    })
}

/// A database of a test's own on it.
pub struct Database {
    pub url: String,
    name: String,
}

impl Database {
    pub async fn create() -> Self {
        let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
        let name = format!("veneer_search_{}_{nanos}", std::process::id());
        run_sql(format!("CREATE DATABASE {name}")).await;
        let server = server();
        let (address, query) = server.split_once('?').unwrap_or((&server, ""));
        let start = address.rfind('/').unwrap();
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}/{name}{mark}{query}", &address[..start]);
        Self { url, name }
    }

    pub async fn drop(self) {
        run_sql(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

async fn run_sql(statement: String) {
    let mut connection = PgConnection::connect(&server()).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
    connection.close().await.unwrap();
}
