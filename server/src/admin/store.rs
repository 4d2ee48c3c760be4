//! Sessions of operators, kept by the library under hashes of their numbers.

use async_trait::async_trait;
use search::Veneer;
use time::Duration;
use tower_sessions::{
    Expiry, SessionManagerLayer, SessionStore,
    cookie::SameSite,
    session::{Id, Record},
    session_store::{Error, Result},
};

use crate::router::AppState;

use super::guard::Signed;

/// A session ends when nothing was asked for so long.
const IDLE: Duration = Duration::hours(12);

/// The library as a store of sessions.
#[derive(Clone)]
pub struct Store(Veneer);

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// What finds the session of a request.
pub fn sessions(state: &AppState) -> SessionManagerLayer<Store> {
    let secure = state.site.public_url.starts_with("https://");
    // A browser takes a cookie of that prefix from this very host alone.
    let name = if secure { "__Host-veneer" } else { "veneer" };
    SessionManagerLayer::new(Store(state.veneer.clone()))
        .with_name(name)
        .with_http_only(true)
        .with_same_site(SameSite::Strict)
        .with_secure(secure)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(IDLE))
}

impl Store {
    async fn keep(&self, record: &Record, again: bool) -> Result<()> {
        let data = serde_json::to_value(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
        let operator = record
            .data
            .get(Signed::KEY)
            .and_then(|signed| signed.get("operator")?.as_i64());
        self.0
            .keep_session(record.id.0, operator, &data, record.expiry_date, again)
            .await
            .map_err(|e| Error::Backend(e.to_string()))
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // After a session was left, the record still has the number that the browser came with, which somebody else
        // may have given it.
        record.id = Id::default();
        self.keep(record, false).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.keep(record, true).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let kept = self.0.session(id.0).await;
        let Some((data, expiry_date)) = kept.map_err(|e| Error::Backend(e.to_string()))? else {
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_value(data).map_err(|e| Error::Decode(e.to_string()))?,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let ended = self.0.end_session(id.0).await;
        ended.map_err(|e| Error::Backend(e.to_string()))
    }
}
