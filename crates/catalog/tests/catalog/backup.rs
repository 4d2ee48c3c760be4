//! A library in one file: from either engine to the other, whole, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use catalog::{BackupError, Catalog, ImageSize, NewSearch, Settings, restore};
use material::{Category, LookFacts, Origin, Properties, Token};
use serde_json::json;

use crate::support::{
    Numbers, create_database, drop_database, material, swatch, swatch_id, url_of,
};

/// A little of everything that a library has.
async fn fill(catalog: &Catalog) {
    let look = catalog.register_model("look", 8).await.unwrap();
    let other = catalog.register_model("other", 3).await.unwrap();
    catalog.use_model(look.id).await.unwrap();
    let mut numbers = Numbers(7);
    for n in 1..=120_u64 {
        let kind = if n % 2 == 0 {
            "wood/oak"
        } else {
            "stone/marble"
        };
        let properties = Properties {
            category: Some(Category::parse(kind).unwrap()),
            ..Properties::default()
        };
        let mut row = material(&format!("Nº {n} “l'été” \\ {n}"), properties);
        row.maker = Some(crate::support::name("O'Hara & Söhne"));
        let vectors = vec![(look.id, numbers.vector(8)), (other.id, numbers.vector(3))];
        catalog.upsert(&row, &[swatch(n, vectors)]).await.unwrap();
    }
    for n in 1..=5 {
        for size in ImageSize::ALL {
            let bytes = Bytes::from(vec![n as u8; 1000 + n as usize]);
            catalog.put_image(&swatch_id(n), size, bytes).await.unwrap();
        }
    }
    let secret = catalog.secret("photos").await.unwrap();
    assert_ne!(secret, [0; 32]);
    catalog
        .save_search(&NewSearch {
            token: Token::parse("search1").unwrap(),
            origin: Origin::Photo,
            text: None,
            embedding: Some((look.id, numbers.vector(8))),
            look: Some(LookFacts::default()),
        })
        .await
        .unwrap();
    let spent = catalog
        .reserve("together", 1_000, None, None)
        .await
        .unwrap();
    catalog.settle(spent.unwrap(), 700).await.unwrap();
    let _left = catalog.reserve("together", 99, None, None).await.unwrap();
}

/// What an archive holds: lines of each table, and the pictures.
type Content = (BTreeMap<String, BTreeSet<String>>, BTreeMap<String, usize>);

fn content(file: &Path) -> Content {
    let (mut tables, mut pictures) = (BTreeMap::new(), BTreeMap::new());
    let mut tar = tar::Archive::new(std::fs::File::open(file).unwrap());
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().display().to_string();
        if let Some(rest) = name.strip_prefix("tables/") {
            let mut text = String::new();
            flate2::read::GzDecoder::new(entry)
                .read_to_string(&mut text)
                .unwrap();
            let table = rest.split('/').next().unwrap().to_owned();
            let lines: &mut BTreeSet<String> = tables.entry(table).or_default();
            lines.extend(text.lines().map(ToOwned::to_owned));
        } else if name.starts_with("images/") {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).unwrap();
            pictures.insert(name, bytes.len());
        }
    }
    (tables, pictures)
}

fn quiet(_: &str, _: u64) {}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_inside_to_a_server_and_back_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let first = Catalog::open(Settings::local(at("first"))).await.unwrap();
    fill(&first).await;
    let saved = first.back_up(&at("a.tar"), &quiet).await.unwrap();
    let version = first.version().await.unwrap();
    let secret = first.secret("photos").await.unwrap();
    first.close().await;
    assert_eq!(saved.rows["materials"], 120);
    assert_eq!(saved.rows["embeddings"], 240);
    assert_eq!((saved.images, saved.missing), (5, 115));
    assert!(saved.bytes > 10_000);

    let database = create_database().await;
    let native = Settings {
        database_url: Some(url_of(&database)),
        ..Settings::local(at("second"))
    };
    let brought = restore(native.clone(), &at("a.tar"), &quiet).await.unwrap();
    assert_eq!(brought.rows, saved.rows);
    assert_eq!(brought.images, 5);
    let second = Catalog::open(native.clone()).await.unwrap();
    assert_eq!(second.version().await.unwrap(), version);
    assert_eq!(second.secret("photos").await.unwrap(), secret);
    let picture = second
        .image(&swatch_id(3), ImageSize::Medium)
        .await
        .unwrap();
    assert_eq!(picture, Bytes::from(vec![3; 1003]));
    second.back_up(&at("b.tar"), &quiet).await.unwrap();
    assert_eq!(content(&at("a.tar")), content(&at("b.tar")));

    let error = restore(native, &at("a.tar"), &quiet).await.unwrap_err();
    assert!(
        matches!(
            error,
            BackupError::NotEmpty {
                materials: 120,
                shares: 0
            }
        ),
        "{error}"
    );
    // Numbers go on, and rules hold again.
    let more = material("after", Properties::default());
    assert!(
        second
            .upsert(&more, &[swatch(500, Vec::new())])
            .await
            .unwrap()
            .changed
    );
    assert!(second.version().await.unwrap() > version, "triggers work");
    second.close().await;

    let third = Settings::local(at("third"));
    restore(third.clone(), &at("b.tar"), &quiet).await.unwrap();
    let third = Catalog::open(third).await.unwrap();
    third.back_up(&at("c.tar"), &quiet).await.unwrap();
    assert_eq!(content(&at("a.tar")), content(&at("c.tar")));
    assert_eq!(third.spent(None).await.unwrap().day, 799);
    third.close().await;
    drop_database(&database).await;
}

/// An archive of one's own, with checksums that are right.
fn archive(path: &Path, manifest: &serde_json::Value, entries: &[(&str, &[u8])]) {
    let mut tar = tar::Builder::new(std::fs::File::create(path).unwrap());
    let mut sums = String::new();
    let mut put = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        tar.append_data(&mut header, name, bytes).unwrap();
    };
    let manifest = manifest.to_string();
    let all = [("veneer-backup.json", manifest.as_bytes())];
    for (name, bytes) in all.iter().chain(entries) {
        sums.push_str(&format!("{}  {name}\n", blake3::hash(bytes).to_hex()));
        put(name, bytes);
    }
    put("checksums.txt", sums.as_bytes());
}

fn manifest(migration: i64, tables: serde_json::Value) -> serde_json::Value {
    json!({ "format": 1, "veneer": "0.1.0", "migration": migration, "made_at": "now", "tables": tables })
}

fn packed(text: &str) -> Vec<u8> {
    let mut gz = flate2::read::GzEncoder::new(text.as_bytes(), flate2::Compression::fast());
    let mut out = Vec::new();
    gz.read_to_end(&mut out).unwrap();
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_backup_is_brought_up_to_date_on_its_way_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("old.tar");
    // As it was after the first two migrations: there were no secrets, and models had no standing.
    let rows =
        packed(r#"{"id":7,"name":"look","dims":2,"created_at":"2026-01-02T03:04:05.678+00:00"}"#);
    archive(
        &file,
        &manifest(2, json!({ "models": ["id", "name", "dims", "created_at"] })),
        &[("tables/models/000000.jsonl.gz", &rows)],
    );
    let settings = Settings::local(folder.path().join("data"));
    restore(settings.clone(), &file, &quiet).await.unwrap();
    let catalog = Catalog::open(settings).await.unwrap();
    // The third migration puts the only model to use.
    let model = catalog.model_in_use().await.unwrap().unwrap();
    assert_eq!((model.id.0, model.name.as_str()), (7, "look"));
    assert!(catalog.register_model("next", 2).await.unwrap().id.0 > 7);
    catalog.secret("photos").await.unwrap();
    catalog.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_brought_back_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("odd.tar");
    let settings = Settings::local(folder.path().join("data"));
    let models = json!({ "models": ["id", "name", "dims"] });
    let told = async |expected: &str| {
        let error = restore(settings.clone(), &file, &quiet).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    archive(&file, &manifest(9_999_999, models.clone()), &[]);
    told("newer Veneer").await;
    assert!(!folder.path().join("data").exists(), "nothing was touched");
    archive(
        &file,
        &manifest(2, json!({ "models": ["id", "wings"] })),
        &[],
    );
    told("models.wings is not known here").await;
    archive(
        &file,
        &manifest(2, models.clone()),
        &[("etc/passwd", b"root")],
    );
    told("etc/passwd is not known here").await;
    // The second row breaks a rule of the first migration: the first one is not there either.
    let rows =
        packed("{\"id\":1,\"name\":\"a\",\"dims\":2}\n{\"id\":2,\"name\":\"a\",\"dims\":2}\n");
    archive(
        &file,
        &manifest(2, models.clone()),
        &[("tables/models/000000.jsonl.gz", &rows)],
    );
    restore(settings.clone(), &file, &quiet).await.unwrap_err();
    std::fs::write(&file, b"no archive at all").unwrap();
    told("is no backup of Veneer").await;
    let catalog = Catalog::open(settings).await.unwrap();
    assert!(catalog.models().await.unwrap().is_empty());
    catalog.close().await;
}
