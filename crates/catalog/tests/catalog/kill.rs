//! Killed with SIGKILL in the middle of writing, nothing committed is lost.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use catalog::{Catalog, Entry, Settings};
use material::Properties;

use crate::support::{Numbers, material, name, swatch};

const FOLDER: &str = "VENEER_KILL_FOLDER";

/// The process that is killed: writes for ever, and prints each key once it is committed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, in a process of its own"]
async fn writer() {
    let folder = std::env::var(FOLDER).unwrap();
    let catalog = Catalog::open(Settings::local(folder)).await.unwrap();
    let model = catalog.register_model("look", 64).await.unwrap().id;
    let start = u64::from(catalog.counts().await.unwrap().materials);
    let mut numbers = Numbers(start);
    for i in start.. {
        let entries: Vec<Entry> = (0..3)
            .map(|part| Entry {
                material: material(&format!("key {i} {part}"), Properties::default()),
                swatches: vec![swatch(i * 3 + part, vec![(model, numbers.vector(64))])],
            })
            .collect();
        catalog.upsert_many(&entries).await.unwrap();
        for entry in &entries {
            println!("\ncommitted={}", entry.material.key);
        }
        std::io::stdout().flush().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_committed_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut committed = Vec::new();
    for round in 0..4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["kill::writer", "--exact", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                if let Some(key) = line.strip_prefix("committed=") {
                    let _ = send.send(key.to_owned());
                }
            }
        });
        let first = lines.recv_timeout(Duration::from_secs(120)).unwrap();
        committed.push(first);
        tokio::time::sleep(Duration::from_millis(120 + 170 * round)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        reader.join().unwrap();
        committed.extend(lines.try_iter());

        let catalog = Catalog::open(Settings::local(folder.path())).await.unwrap();
        let keys: Vec<_> = committed.iter().map(|key| name(key)).collect();
        let found = catalog.has_keys(&keys).await.unwrap();
        let lost: Vec<_> = keys.iter().filter(|k| !found.contains(*k)).collect();
        assert!(lost.is_empty(), "lost after kill {round}: {lost:?}");
        let counts = catalog.counts().await.unwrap();
        assert_eq!(counts.materials % 3, 0, "a transaction came in part");
        assert_eq!(counts.materials, counts.swatches);
        catalog.close().await;
    }
    assert!(committed.len() > 10);
}
