//! Who asks, and what they may: guests, and programs with a key.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use catalog::Pace;
use clap::Args;
use search::{Begun, Error, Guest, KeyInfo, Scope, Veneer};

use crate::{
    limits::{Refused, from_guest},
    router::AppState,
};

/// Who may use the programs' door.
#[derive(Debug, Clone, Copy, Default, Args)]
pub struct AccessSettings {
    /// Answer programs that have a key alone: without one, /api/v1 tells its health and nothing else. The pages stay
    /// open
    #[arg(long, env = "VENEER_API_KEYS_ONLY")]
    pub api_keys_only: bool,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// Somebody without a name.
    Guest,
    /// A program with a key.
    Key(KeyInfo),
}

/// Who asks, what they may, and how they are counted. Handlers take it as an extractor.
#[derive(Debug, Clone)]
pub struct Access {
    /// Who.
    pub who: Who,
    guest: Guest,
    pace: Pace,
    /// Whether those without a key may read and search.
    open: bool,
}

/// Why a request is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// The header is there, and holds no key that works.
    #[error("This key does not work: it is cut off, unknown or revoked.")]
    Unknown,
    /// No key, where one is needed.
    #[error("This needs a key with the scope “{}”: send it as Authorization: Bearer …", .0.as_str())]
    NoKey(Scope),
    /// A key that may not do this.
    #[error("This key does not have the scope “{}”.", .0.as_str())]
    Scope(Scope),
    /// It could not be looked up.
    #[error(transparent)]
    Error(#[from] Error),
}

impl Access {
    /// Who sends a request.
    ///
    /// # Errors
    /// [`Denied::Unknown`] for a key that does not work: whoever sends one expects to be known by it.
    pub async fn of(parts: &Parts, state: &AppState) -> Result<Self, Denied> {
        let open = !state.access.api_keys_only;
        let Some(said) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self {
                who: Who::Guest,
                guest: from_guest(parts, state),
                pace: state.limits.pace(),
                open,
            });
        };
        let key = bearer(said.as_bytes()).ok_or(Denied::Unknown)?;
        let key = state.veneer.key(key).await?.ok_or(Denied::Unknown)?;
        Ok(Self {
            guest: Guest::Key(key.id),
            pace: key.pace,
            who: Who::Key(key),
            open,
        })
    }

    /// Whether this may be done.
    ///
    /// # Errors
    /// [`Denied::NoKey`] where a key is needed, [`Denied::Scope`] where there is one that may not.
    pub fn may(&self, scope: Scope) -> Result<(), Denied> {
        match &self.who {
            Who::Guest if self.open && matches!(scope, Scope::Read | Scope::Search) => Ok(()),
            Who::Guest => Err(Denied::NoKey(scope)),
            Who::Key(key) if key.may(scope) => Ok(()),
            Who::Key(_) => Err(Denied::Scope(scope)),
        }
    }

    /// Counts a search that begins: by the key where there is one, else by the address.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn admit(&self, veneer: &Veneer, begun: Begun<'_>) -> Result<(), Refused> {
        crate::limits::admit(veneer, &self.guest, begun, &self.pace).await
    }

    /// Counts a change.
    ///
    /// # Errors
    /// [`Refused`].
    pub async fn admit_change(&self, veneer: &Veneer) -> Result<(), Refused> {
        self.admit(veneer, Begun::Picture(None)).await
    }

    /// The library, with what is done through it written down under the name of whoever asks.
    pub fn acting(&self, veneer: &Veneer) -> Veneer {
        match &self.who {
            Who::Guest => veneer.acting_as("guest"),
            Who::Key(key) => veneer.acting_as(&format!("key {}", key.name)),
        }
    }

    /// How they are counted; also what separates the keys of requests of one from those of another.
    pub fn guest(&self) -> &Guest {
        &self.guest
    }
}

/// The token of `Bearer …`; the scheme's case does not matter (RFC 9110).
fn bearer(value: &[u8]) -> Option<&str> {
    let value = std::str::from_utf8(value).ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl FromRequestParts<AppState> for Access {
    type Rejection = crate::api::Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        // Looked up once, by whoever guards the door.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        Ok(Self::of(parts, state).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_stands_behind_bearer() {
        assert_eq!(bearer(b"Bearer veneer_a"), Some("veneer_a"));
        assert_eq!(bearer(b"bearer  veneer_a "), Some("veneer_a"));
        for bad in [
            &b"veneer_a"[..],
            b"Bearer",
            b"Bearer ",
            b"Basic x",
            b"\xff x",
        ] {
            assert_eq!(bearer(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn guests_read_and_search_where_the_door_is_open() {
        let guest = |open| Access {
            who: Who::Guest,
            guest: Guest::Address([192, 0, 2, 1].into()),
            pace: Pace {
                minute: 0,
                hour: 0,
                burst: 0,
            },
            open,
        };
        assert!(guest(true).may(Scope::Read).is_ok() && guest(true).may(Scope::Search).is_ok());
        for scope in [Scope::Write, Scope::Admin] {
            assert!(matches!(guest(true).may(scope), Err(Denied::NoKey(_))));
        }
        for scope in Scope::ALL {
            assert!(matches!(guest(false).may(scope), Err(Denied::NoKey(_))));
        }
    }
}
