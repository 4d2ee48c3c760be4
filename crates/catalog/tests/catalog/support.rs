//! A library of one's own for every test.

use std::sync::atomic::{AtomicU32, Ordering};

use catalog::{Catalog, ModelId, NewSwatch, Settings};
use material::{Colour, Description, LookFacts, Name, NewMaterial, Properties, Slug, SwatchId};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// A fresh library; what belongs to it goes with [`Fresh::done`].
pub struct Fresh {
    pub catalog: Catalog,
    _folder: tempfile::TempDir,
    database: Option<String>,
}

impl Fresh {
    /// In a folder of its own, on the engine inside.
    pub async fn embedded(exact_below: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            exact_below,
            ..Settings::local(folder.path())
        };
        Self {
            catalog: Catalog::open(settings).await.unwrap(),
            _folder: folder,
            database: None,
        }
    }

    /// In a database of its own, on the native server.
    pub async fn native(exact_below: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = create_database().await;
        let settings = Settings {
            database_url: Some(url_of(&database)),
            exact_below,
            ..Settings::local(folder.path())
        };
        Self {
            catalog: Catalog::open(settings).await.unwrap(),
            _folder: folder,
            database: Some(database),
        }
    }

    /// A second way into the same library, with connections of its own. The engine inside has one
    /// process only, so there it is the same one.
    pub async fn again(&self) -> Catalog {
        let Some(database) = &self.database else {
            return self.catalog.clone();
        };
        let settings = Settings {
            database_url: Some(url_of(database)),
            ..Settings::local(self._folder.path())
        };
        Catalog::open(settings).await.unwrap()
    }

    /// The name of the database on the native server.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    pub async fn done(self) {
        self.catalog.close().await;
        if let Some(database) = self.database {
            drop_database(&database).await;
        }
    }
}

/// Runs a test on both engines.
#[macro_export]
macro_rules! on_both {
    ($(#[$doc:meta])* $name:ident) => {
        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn embedded() {
                let fresh = $crate::support::Fresh::embedded(catalog::Settings::EXACT_BELOW).await;
                super::$name(&fresh.catalog).await;
                fresh.done().await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn native() {
                let fresh = $crate::support::Fresh::native(catalog::Settings::EXACT_BELOW).await;
                super::$name(&fresh.catalog).await;
                fresh.done().await;
            }
        }
    };
}

/// The address of the native server.
pub fn server() -> String {
    std::env::var("VENEER_TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!(
            "VENEER_TEST_DATABASE_URL is not set, so nothing says where the native PostgreSQL is. \
             Run the tests with `cargo xtask test`, which sets one up."
        )
    })
}

/// The same server, another database.
pub fn url_of(database: &str) -> String {
    let server = server();
    let (address, query) = server.split_once('?').unwrap_or((&server, ""));
    let start = address.rfind('/').unwrap();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}/{database}{mark}{query}", &address[..start])
}

pub async fn run_sql(url: &str, statement: String) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(AssertSqlSafe(statement)).await.unwrap();
    connection.close().await.unwrap();
}

pub async fn create_database() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let nanos = std::time::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    let name = format!(
        "veneer_test_{}_{nanos}_{}",
        std::process::id(),
        NUMBER.fetch_add(1, Ordering::SeqCst)
    );
    run_sql(&server(), format!("CREATE DATABASE {name}")).await;
    name
}

pub async fn drop_database(name: &str) {
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    run_sql(&server(), statement).await;
}

/// A number generator that gives the same numbers everywhere.
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        // SplitMix64, Steele, Lea and Flood (2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// −1 to 1.
    pub fn float(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    }

    pub fn vector(&mut self, dims: usize) -> Vec<f32> {
        (0..dims).map(|_| self.float()).collect()
    }
}

pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub fn material(key: &str, properties: Properties) -> NewMaterial {
    NewMaterial {
        key: name(key),
        slug: Slug::from_text(key).unwrap(),
        name: name(key),
        maker: None,
        description: Description::parse("").unwrap(),
        properties,
    }
}

pub fn swatch_id(number: u64) -> SwatchId {
    SwatchId::parse(&format!("{number:064x}")).unwrap()
}

pub fn swatch(number: u64, embeddings: Vec<(ModelId, Vec<f32>)>) -> NewSwatch {
    NewSwatch {
        id: swatch_id(number),
        view: "face".into(),
        width: 800,
        height: 600,
        ground: "#c8b89a".into(),
        phash: number,
        palette: vec![colour("#c8b89a", 1.0)],
        facts: Some(LookFacts {
            lrv: number as f32,
            ..LookFacts::default()
        }),
        embeddings,
    }
}

pub fn colour(code: &str, share: f32) -> Colour {
    Colour {
        lab: material::parse_hex(code).unwrap(),
        share,
    }
}
