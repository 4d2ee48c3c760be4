//! What several Veneers of one library share: a Redis in which each finds what another has computed.
//!
//! It can only help. A Redis that is slow or gone is left alone after one short wait, and asked again in the
//! background; searches go on with the memory of the process. Names are keyed hashes, and values are sealed
//! with a key of the library's: whoever reads the Redis learns nothing of photos and words, and whoever
//! writes into it puts nothing onto a page.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use redis::{
    Client, RedisResult, SetExpiry, SetOptions,
    aio::{ConnectionManager, ConnectionManagerConfig},
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use tokio::{sync::Semaphore, time::timeout};

/// The longest a search waits for it, once.
const PATIENCE: Duration = Duration::from_millis(60);
/// Between two tries to reach one that is gone.
const PAUSE: Duration = Duration::from_secs(2);
/// Values that are on their way into it at once; more are not kept.
const WRITES: usize = 32;
/// The largest value that is kept, in bytes.
const LARGEST: usize = 1 << 20;
/// Changes when the form of a value does.
const FORM: &str = "veneer:1:";

/// Why there is no Redis. Addresses hold passwords, so the sentence has none.
#[derive(Debug, thiserror::Error)]
#[error(
    "the address of the Redis cannot be used; it should look like redis://user:password@host:6379/0"
)]
pub struct RedisAddress;

/// The connection, or nothing where none is configured. Clones share it.
#[derive(Clone)]
pub(crate) struct Shared(Option<Arc<Inner>>);

struct Inner {
    connection: ConnectionManager,
    /// For names.
    naming: [u8; 32],
    /// For values.
    sealing: LessSafeKey,
    down: AtomicBool,
    writes: Arc<Semaphore>,
}

/// The name of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key(String);

impl Shared {
    /// None.
    pub fn none() -> Self {
        Self(None)
    }

    /// The one at an address, which need not answer yet.
    pub fn at(address: &str, secret: &[u8; 32]) -> Result<Self, RedisAddress> {
        let client = Client::open(address).map_err(|_| RedisAddress)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE * 4))
            .set_response_timeout(Some(PATIENCE * 4))
            .set_number_of_retries(0);
        let connection =
            ConnectionManager::new_lazy_with_config(client, config).map_err(|_| RedisAddress)?;
        let sealing = blake3::derive_key("veneer shared cache: values", secret);
        let sealing = UnboundKey::new(&AES_256_GCM, &sealing).map_err(|_| RedisAddress)?;
        Ok(Self(Some(Arc::new(Inner {
            connection,
            naming: blake3::derive_key("veneer shared cache: names", secret),
            sealing: LessSafeKey::new(sealing),
            down: AtomicBool::new(false),
            writes: Arc::new(Semaphore::new(WRITES)),
        }))))
    }

    /// Names a value by what it is and what it depends on; `None` where nothing is shared.
    pub fn key(&self, kind: &str, parts: &[&[u8]]) -> Option<Key> {
        let inner = self.0.as_ref()?;
        let mut hasher = blake3::Hasher::new_keyed(&inner.naming);
        for part in [kind.as_bytes()].iter().chain(parts) {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Some(Key(format!("{FORM}{}", hasher.finalize().to_hex())))
    }

    /// Whether it answers; `None` where there is none.
    pub async fn answers(&self) -> Option<bool> {
        let inner = self.0.as_ref()?;
        let mut connection = inner.connection.clone();
        let ping = redis::cmd("PING");
        let asked = timeout(PAUSE, ping.query_async::<String>(&mut connection)).await;
        Some(matches!(asked, Ok(Ok(_))))
    }

    /// A value, if it is there, is one of ours, and comes in time.
    pub async fn get(&self, key: Option<&Key>) -> Option<Vec<u8>> {
        let (inner, key) = (self.0.as_ref()?, key?);
        if inner.down.load(Ordering::Relaxed) {
            return None;
        }
        let mut connection = inner.connection.clone();
        let mut get = redis::cmd("GET");
        get.arg(&key.0);
        let asked = timeout(PATIENCE, get.query_async(&mut connection)).await;
        let value: Option<Vec<u8>> = match asked {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => {
                fell(inner, error.category());
                None
            }
            Err(_) => {
                fell(inner, "no answer in time");
                None
            }
        };
        inner.open(key, value?)
    }

    /// Keeps a value for a while. Nobody waits for it.
    pub fn put(&self, key: Option<&Key>, value: Vec<u8>, lasts: Duration) {
        let (Some(inner), Some(key)) = (self.0.as_ref(), key) else {
            return;
        };
        if inner.down.load(Ordering::Relaxed) || value.len() > LARGEST {
            return;
        }
        let Ok(turn) = Arc::clone(&inner.writes).try_acquire_owned() else {
            return;
        };
        let Some(sealed) = inner.seal(key, value) else {
            return;
        };
        let (inner, key) = (Arc::clone(inner), key.clone());
        tokio::spawn(async move {
            let _turn = turn;
            let mut connection = inner.connection.clone();
            let options =
                SetOptions::default().with_expiration(SetExpiry::EX(lasts.as_secs().max(1)));
            let mut set = redis::cmd("SET");
            set.arg(&key.0).arg(sealed).arg(options);
            let done: RedisResult<()> = set.query_async(&mut connection).await;
            if let Err(error) = done {
                fell(&inner, error.category());
            }
        });
    }
}

/// Leaves it alone from now on, says so once, and tries in the background whether it is back.
fn fell(inner: &Arc<Inner>, why: &str) {
    if inner.down.swap(true, Ordering::Relaxed) {
        return;
    }
    tracing::warn!(
        why,
        "the shared cache does not answer; this process goes on with its own memory"
    );
    let weak = Arc::downgrade(inner);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(inner) = weak.upgrade() else { return };
            let mut connection = inner.connection.clone();
            let pong: RedisResult<String> = redis::cmd("PING").query_async(&mut connection).await;
            if pong.is_ok() {
                inner.down.store(false, Ordering::Relaxed);
                tracing::info!("the shared cache answers again");
                return;
            }
        }
    });
}

impl Inner {
    /// Seals a value so that it opens under its own name alone: a random nonce, then AES-256-GCM.
    fn seal(&self, key: &Key, mut value: Vec<u8>) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).ok()?;
        let name = Aad::from(key.0.as_bytes());
        let with = Nonce::assume_unique_for_key(nonce);
        self.sealing
            .seal_in_place_append_tag(with, name, &mut value)
            .ok()?;
        let mut sealed = nonce.to_vec();
        sealed.append(&mut value);
        Some(sealed)
    }

    /// Opens what [`Self::seal`] sealed; anything else is nothing.
    fn open(&self, key: &Key, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        if sealed.len() < NONCE_LEN {
            return None;
        }
        let mut value = sealed.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&sealed).ok()?;
        let name = Aad::from(key.0.as_bytes());
        let length = self
            .sealing
            .open_in_place(nonce, name, &mut value)
            .ok()?
            .len();
        value.truncate(length);
        Some(value)
    }
}

/// A vector as bytes.
pub(crate) fn vector_bytes(vector: &[f32]) -> Vec<u8> {
    vector.iter().flat_map(|x| x.to_le_bytes()).collect()
}

/// Bytes as a vector of so many finite numbers.
pub(crate) fn bytes_vector(bytes: &[u8], dims: u32) -> Option<Vec<f32>> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    let vector: Vec<f32> = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let whole = rest.is_empty() && vector.len() == dims as usize;
    (whole && vector.iter().all(|x| x.is_finite())).then_some(vector)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(secret: u8) -> Shared {
        // Port 9 discards; nobody listens there.
        Shared::at("redis://127.0.0.1:9", &[secret; 32]).expect("an address")
    }

    #[tokio::test]
    async fn a_value_opens_under_its_own_name_and_for_its_own_library_alone() {
        let (ours, theirs) = (shared(1), shared(2));
        let name = |of: &Shared, part: &[u8]| of.key("look", &[part]).expect("a name");
        let inner = |of: &Shared| Arc::clone(of.0.as_ref().expect("one"));
        let key = name(&ours, b"photo");
        assert_ne!(key, name(&theirs, b"photo"));
        assert_ne!(key, ours.key("answer", &[b"photo"]).expect("a name"));
        assert_ne!(ours.key("x", &[b"ab", b"c"]), ours.key("x", &[b"a", b"bc"]));
        let sealed = inner(&ours).seal(&key, b"words".to_vec()).expect("sealed");
        assert!(!sealed.windows(5).any(|w| w == b"words"));
        let open = |of: &Shared, key: &Key, sealed: &[u8]| inner(of).open(key, sealed.to_vec());
        assert_eq!(open(&ours, &key, &sealed).as_deref(), Some(&b"words"[..]));
        assert_eq!(open(&ours, &name(&ours, b"other"), &sealed), None);
        assert_eq!(open(&theirs, &key, &sealed), None);
        for cut in [0, 5, NONCE_LEN, sealed.len() - 1] {
            assert_eq!(open(&ours, &key, &sealed[..cut]), None);
        }
    }

    #[tokio::test]
    async fn one_that_is_gone_is_left_alone() {
        let shared = shared(1);
        let key = shared.key("look", &[b"photo"]);
        assert_eq!(shared.get(key.as_ref()).await, None);
        let inner = shared.0.as_ref().expect("one");
        assert!(inner.down.load(Ordering::Relaxed));
        shared.put(key.as_ref(), vec![1], Duration::from_secs(1));
        assert_eq!(inner.writes.available_permits(), WRITES, "nothing is sent");
    }

    #[test]
    fn a_foreign_address_is_refused_without_repeating_it() {
        for bad in ["http://host", "redis//x", "rediss://:secret@host:6379"] {
            let error = Shared::at(bad, &[0; 32]).err().map(|e| e.to_string());
            assert!(error.is_some_and(|e| !e.contains("secret")), "{bad}");
        }
    }

    #[test]
    fn vectors_come_back_whole_or_not_at_all() {
        let bytes = vector_bytes(&[1.0, -2.5]);
        assert_eq!(bytes_vector(&bytes, 2), Some(vec![1.0, -2.5]));
        assert_eq!(bytes_vector(&bytes, 3), None);
        assert_eq!(bytes_vector(&bytes[..7], 1), None);
        assert_eq!(bytes_vector(&f32::NAN.to_le_bytes(), 1), None);
    }
}
