//! Keys of programs: who made a request, and what it may.

use catalog::{NewKey, Pace, StoredKey};
use futures::future::BoxFuture;
use material::Name;

use crate::{Error, Veneer, ask::token};

/// What a request may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read the library, shares and what the service says of itself.
    Read,
    /// Begin searches, have photos analysed, share.
    Search,
    /// Change the library.
    Write,
    /// Everything, keys among it.
    Admin,
}

impl Scope {
    /// Every scope, the least first.
    pub const ALL: [Self; 4] = [Self::Read, Self::Search, Self::Write, Self::Admin];

    /// `read`, `search`, `write`, `admin`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// Reads that form; `None` for any other.
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == value)
    }
}

/// A key as people see it; the key itself is told once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its number, for counting and for the log.
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// What it may.
    pub scopes: Vec<Scope>,
    /// How often it may begin searches and change things.
    pub pace: Pace,
    /// The day it was made, `YYYY-MM-DD` in UTC.
    pub made: String,
    /// The last day it was used.
    pub used: Option<String>,
    /// The day it was revoked.
    pub revoked: Option<String>,
}

impl KeyInfo {
    /// Whether it may. A key for administrators may everything.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope) || self.scopes.contains(&Scope::Admin)
    }
}

impl From<StoredKey> for KeyInfo {
    fn from(key: StoredKey) -> Self {
        let scopes = key.scopes.iter().filter_map(|scope| Scope::parse(scope));
        Self {
            id: key.id.0,
            scopes: scopes.collect(),
            name: key.name,
            pace: key.pace,
            made: key.made,
            used: key.used,
            revoked: key.revoked,
        }
    }
}

/// How keys begin, so that one that is lost is recognised by whoever finds it.
const PREFIX: &str = "veneer_";
/// No key is longer; nothing longer is hashed.
const LONGEST: usize = 100;

/// What the library keeps of a key. Keys are 128 random bits, so that a plain hash cannot be guessed from.
fn hash(key: &str) -> [u8; 32] {
    blake3::derive_key("veneer 2026 hashes of keys of programs", key.as_bytes())
}

impl Veneer {
    /// Makes a key and tells it, this once.
    ///
    /// # Errors
    /// [`Error::Taken`] when a key that works has this name.
    pub fn new_key<'a>(
        &'a self,
        name: &'a Name,
        scopes: &'a [Scope],
        pace: Pace,
    ) -> BoxFuture<'a, Result<(String, KeyInfo), Error>> {
        Box::pin(async move {
            let key = format!("{PREFIX}{}", token()?);
            let mut scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
            scopes.sort_unstable();
            scopes.dedup();
            let stored = self.inner.catalog.add_key(NewKey {
                name: name.as_str(),
                hash: hash(&key),
                scopes,
                pace,
            });
            Ok((key, stored.await?.into()))
        })
    }

    /// Whose key this is, if it is one that works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn key<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<KeyInfo>, Error>> {
        Box::pin(async move {
            if key.len() > LONGEST || !key.starts_with(PREFIX) {
                return Ok(None);
            }
            let found = self.inner.catalog.key(hash(key)).await?;
            Ok(found.map(KeyInfo::from))
        })
    }

    /// Every key there ever was, the latest first.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn keys(&self) -> BoxFuture<'_, Result<Vec<KeyInfo>, Error>> {
        Box::pin(async move {
            let keys = self.inner.catalog.keys().await?;
            Ok(keys.into_iter().map(KeyInfo::from).collect())
        })
    }

    /// Lets the key of that name work no more.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn revoke_key<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            if self.inner.catalog.revoke_key(name).await? {
                return Ok(());
            }
            Err(Error::NotFound("There is no key of that name that works."))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_what_they_say_and_an_administrator_may_everything() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
        assert_eq!(Scope::parse("READ"), None);
        let key = |scopes: &[Scope]| KeyInfo {
            id: 1,
            name: "x".to_owned(),
            scopes: scopes.to_vec(),
            pace: Pace {
                minute: 0,
                hour: 0,
                burst: 0,
            },
            made: String::new(),
            used: None,
            revoked: None,
        };
        let writer = key(&[Scope::Write]);
        assert!(writer.may(Scope::Write) && !writer.may(Scope::Read) && !writer.may(Scope::Admin));
        let admin = key(&[Scope::Admin]);
        assert!(Scope::ALL.into_iter().all(|scope| admin.may(scope)));
        assert!(!key(&[]).may(Scope::Read));
    }

    #[test]
    fn a_key_is_kept_as_its_hash() {
        assert_eq!(hash("veneer_a"), hash("veneer_a"));
        assert_ne!(hash("veneer_a"), hash("veneer_b"));
        assert_ne!(&hash("veneer_a")[..], blake3::hash(b"veneer_a").as_bytes());
    }
}
