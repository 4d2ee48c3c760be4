//! Keys leave as a header and in no other way.

use std::{
    io::Write,
    sync::{Arc, LazyLock, Mutex},
};

use serde_json::json;
use vision::{
    Depth, Describe, Embed,
    provider::{Caps, HttpEmbedder, MemoryLedger},
};

use crate::fake::{Act, Fake, KEY, brisk, chain, picture, settings};

/// Everything that is logged while these tests run, by whatever crate, at the finest level.
pub static LOG: LazyLock<Log> = LazyLock::new(|| {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .init();
    log
});

/// A log in memory.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("no panic elsewhere");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no panic elsewhere").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn holds_the_key(text: &str) -> bool {
    let text = text.to_lowercase();
    KEY.to_lowercase()
        .as_bytes()
        .windows(8)
        .any(|part| text.contains(&String::from_utf8_lossy(part).into_owned()))
}

#[tokio::test]
async fn a_server_that_echoes_the_key_is_not_repeated() {
    let echoes: [fn() -> Act; 6] = [
        || {
            Act::Json(
                401,
                json!({"error": {"message": format!("Incorrect API key {KEY}")}}),
            )
        },
        || Act::Text(400, format!("Authorization: Bearer {KEY}")),
        || {
            Act::Json(
                500,
                json!({"headers": {"authorization": format!("Bearer {KEY}")}}),
            )
        },
        || {
            Act::Json(
                404,
                json!({"error": {"code": "model_not_found", "message": KEY}}),
            )
        },
        || {
            Act::Json(
                200,
                json!({"choices": [{"message": {"content": format!("key: {KEY}")}}]}),
            )
        },
        || Act::Text(200, format!("not JSON but {}", &KEY[..15])),
    ];
    for echo in echoes {
        let fake = Fake::start(move |_, _| echo()).await;
        let chain = chain(&fake.table("p", ""));
        let error = chain
            .describe(picture(), Depth::Basic)
            .await
            .expect_err("an error");
        let probes = chain.probe().await;
        let shown = format!(
            "{error} {error:?} {} {:?} {probes:?} {}",
            error.detail(),
            chain.health(),
            probes[0].sentence()
        );
        assert!(!holds_the_key(&shown), "{shown}");
        // It did go out, where it has to.
        assert!(
            fake.seen()[0]
                .authorization()
                .is_some_and(|a| a.contains(KEY))
        );

        let table = format!(
            "[[embedder]]\npreset = \"infinity\"\nbase_url = \"http://{}\"\nmodel = \"m\"\ndims = 8\nkey_env = \"KEY\"\n",
            fake.address
        );
        let embedder = HttpEmbedder::new(
            &settings(&table).embedders[0],
            Arc::new(MemoryLedger::default()),
            Caps::default(),
            brisk(),
        )
        .expect("a client");
        let error = embedder.embed(vec![picture()]).await.expect_err("an error");
        let shown = format!("{error} {error:?}");
        assert!(!holds_the_key(&shown), "{shown}");
    }
    let logged = LOG.text();
    assert!(logged.contains("the vision model failed"));
    for line in logged.lines() {
        assert!(!holds_the_key(line), "{line}");
        // Nor the guest's photo.
        assert!(!line.contains("data:image"), "{line}");
    }
}

#[test]
fn settings_show_no_key() {
    let text = "[[provider]]\npreset = \"together\"\nkey_env = \"KEY\"\n[[embedder]]\npreset = \"jina\"\nkey_env = \"KEY\"\n";
    let shown = format!("{:?} {:#?}", settings(text), settings(text));
    assert!(shown.contains("together") && !holds_the_key(&shown));
}
