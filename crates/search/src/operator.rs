//! Who looks after the library: links to begin with, passwords, and sessions.

use std::time::Duration;

use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use catalog::{Catalog, Operator, OperatorId};
use futures::future::BoxFuture;
use material::Name;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::sync::Semaphore;

use crate::{
    Error, Guest, Veneer,
    ask::{blocking, token, within},
};

/// How long a link to become an operator works.
const LINK_LASTS: Duration = Duration::from_secs(24 * 3600);
/// Passwords that are hashed at the same time: each takes 19 MiB and a core.
static HASHING: Semaphore = Semaphore::const_new(2);
/// Nobody waits longer for their turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the password of an unknown name is compared with, so that it takes as long as that of a known one. It has
/// the costs of [`Argon2::default`], which are those OWASP names (19 MiB, two passes, one lane).
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password that may be chosen.
#[derive(Clone)]
pub struct Password(String);

/// Why a password may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too easily guessed.
    #[error(
        "A password has at least {} letters. A few words in a row are easily kept in mind.",
        Password::SHORTEST
    )]
    Short,
    /// More than is hashed.
    #[error("A password has at most {} letters.", Password::LONGEST)]
    Long,
    /// The first thing anybody would try.
    #[error("That password is the name, or one letter over and over. Choose another.")]
    Obvious,
}

impl Password {
    /// The fewest letters.
    pub const SHORTEST: usize = 12;
    /// The most.
    pub const LONGEST: usize = 128;

    /// Takes a password as it was typed, for somebody of that name.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub fn parse(typed: &str, name: &Name) -> Result<Self, PasswordError> {
        let letters = typed.chars().count();
        if letters < Self::SHORTEST {
            return Err(PasswordError::Short);
        }
        if letters > Self::LONGEST {
            return Err(PasswordError::Long);
        }
        let mut all = typed.chars();
        let first = all.next();
        if all.all(|letter| Some(letter) == first)
            || typed.to_lowercase() == name.as_str().to_lowercase()
        {
            return Err(PasswordError::Obvious);
        }
        Ok(Self(typed.to_owned()))
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Which of the two it is is not said.
    #[error("The name or the password is not right.")]
    Wrong,
    /// This address or this name failed too often of late.
    #[error(
        "That was wrong too often. Try again in a quarter of an hour, or ask whoever runs this site for a new link."
    )]
    TooOften,
    /// It could not be looked up.
    #[error(transparent)]
    Error(#[from] Error),
}

impl From<catalog::CatalogError> for SignInError {
    fn from(error: catalog::CatalogError) -> Self {
        Self::Error(error.into())
    }
}

/// A session, by the number that the browser holds. The library keeps its hash.
fn session_hash(number: i128) -> [u8; 32] {
    blake3::derive_key("veneer 2026 sessions of operators", &number.to_be_bytes())
}

fn link_hash(link: &str) -> [u8; 32] {
    blake3::derive_key("veneer 2026 links of operators", link.as_bytes())
}

async fn hashed(password: Password) -> Result<String, Error> {
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(Error::internal)?;
    in_turn(move || {
        let hash: Result<PasswordHash, _> =
            Argon2::default().hash_password_with_salt(password.0.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(Error::internal)
    })
    .await?
}

/// Whether the password is the one of that hash.
async fn is_right(typed: String, hash: String) -> Result<bool, Error> {
    in_turn(move || {
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        Ok(Argon2::default()
            .verify_password(typed.as_bytes(), &hash)
            .is_ok())
    })
    .await?
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let turn = within(PATIENCE, HASHING.acquire()).await;
    let _turn = turn
        .map_err(|_| Error::Overloaded)?
        .map_err(Error::internal)?;
    blocking(work).await
}

impl Veneer {
    /// A link to become an operator, once, within a day: the end of its address. Without any operator it is worth
    /// nothing as soon as there is one.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn new_operator_link(&self) -> BoxFuture<'_, Result<String, Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            let link = token()?.to_string();
            let first = !catalog.has_operators().await?;
            catalog
                .add_operator_link(link_hash(&link), first, LINK_LASTS)
                .await?;
            Ok(link)
        })
    }

    /// Whether a link works.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn operator_link_works<'a>(&'a self, link: &'a str) -> BoxFuture<'a, Result<bool, Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            Ok(catalog.operator_link_works(link_hash(link)).await?)
        })
    }

    /// Uses a link up. Whoever has this name already gets this password, and is signed out everywhere.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a link that does not work (any more).
    pub fn welcome_operator<'a>(
        &'a self,
        link: &'a str,
        name: &'a Name,
        password: Password,
    ) -> BoxFuture<'a, Result<Operator, Error>> {
        Box::pin(async move {
            let gone = || {
                Error::NotFound(
                    "This link was used, or is past. `veneer admin link` prints a new one.",
                )
            };
            // Nobody without a link has passwords hashed.
            if !self.operator_link_works(link).await? {
                return Err(gone());
            }
            let password = hashed(password).await?;
            let catalog = &self.inner.catalog;
            let made = catalog.welcome_operator(link_hash(link), name.as_str(), &password);
            let operator = made.await?.ok_or_else(gone)?;
            catalog.operator_signed_in(operator.id).await?;
            Ok(operator)
        })
    }

    /// Whether anybody looks after the library.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn has_operators(&self) -> BoxFuture<'_, Result<bool, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.has_operators().await?) })
    }

    /// Who looks after the library.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn operators(&self) -> BoxFuture<'_, Result<Vec<Operator>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.operators().await?) })
    }

    /// Takes an operator out, who is signed out by that.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn remove_operator<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            if self.inner.catalog.remove_operator(name).await? {
                return Ok(());
            }
            Err(Error::NotFound("There is no operator of that name."))
        })
    }

    /// Signs somebody in. Failures count against the address and against the name, over all processes, and an
    /// unknown name takes as long as a wrong password.
    ///
    /// # Errors
    /// [`SignInError`].
    pub fn sign_in<'a>(
        &'a self,
        guest: &'a Guest,
        name: &'a str,
        typed: &'a str,
    ) -> BoxFuture<'a, Result<Operator, SignInError>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            let who = [
                self.counted_as(&[&b"a"[..], &guest.bytes()].concat()),
                self.counted_as(&[&b"n"[..], name.to_lowercase().as_bytes()].concat()),
            ];
            let Some(counted) = catalog.begin_sign_in(&who).await? else {
                return Err(SignInError::TooOften);
            };
            let known = catalog.operator_called(name).await?;
            // Longer ones were never chosen; hashing them would be work for nothing.
            let typed: String = typed.chars().take(Password::LONGEST + 1).collect();
            let hash = known.as_ref().map_or(NOBODY, |(_, hash)| hash).to_owned();
            let right = is_right(typed, hash).await?;
            match known {
                Some((operator, _)) if right => {
                    catalog.sign_in_worked(&counted).await?;
                    catalog.operator_signed_in(operator.id).await?;
                    Ok(operator)
                }
                _ => Err(SignInError::Wrong),
            }
        })
    }

    fn counted_as(&self, bytes: &[u8]) -> [u8; 16] {
        let hash = blake3::keyed_hash(&self.inner.guests, bytes);
        let mut out = [0; 16];
        out.copy_from_slice(&hash.as_bytes()[..16]);
        out
    }

    /// What the forms of a session carry along, so that no other site can send them.
    pub fn form_token(&self, session: i128) -> String {
        self.form_hash(session).to_hex().to_string()
    }

    /// Whether a form carries what those of this session do. Takes as long whatever it carries.
    pub fn is_form_token(&self, session: i128, sent: &str) -> bool {
        // Hashes are compared in constant time.
        blake3::Hash::from_hex(sent).is_ok_and(|sent| sent == self.form_hash(session))
    }

    fn form_hash(&self, session: i128) -> blake3::Hash {
        let key = blake3::derive_key("veneer 2026 forms of operators", &self.inner.guests);
        blake3::keyed_hash(&key, &session.to_be_bytes())
    }

    /// What is kept of a session, with its end.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn session(
        &self,
        number: i128,
    ) -> BoxFuture<'_, Result<Option<(Value, OffsetDateTime)>, Error>> {
        Box::pin(async move { Ok(self.inner.catalog.session(session_hash(number)).await?) })
    }

    /// Begins a session, or with `again` changes what is kept of one that has not ended.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn keep_session<'a>(
        &'a self,
        number: i128,
        operator: Option<i64>,
        data: &'a Value,
        ends: OffsetDateTime,
        again: bool,
    ) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async move {
            let catalog: &Catalog = &self.inner.catalog;
            let (hash, operator) = (session_hash(number), operator.map(OperatorId));
            let kept = if again {
                catalog.keep_session(hash, operator, data, ends)
            } else {
                catalog.begin_session(hash, operator, data, ends)
            };
            Ok(kept.await?)
        })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn end_session(&self, number: i128) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move { Ok(self.inner.catalog.end_session(session_hash(number)).await?) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).expect("a name")
    }

    #[test]
    fn passwords_are_long_and_not_the_first_to_be_tried() {
        let parse = |typed: &str| Password::parse(typed, &name("Ada of the library")).map(drop);
        assert_eq!(parse("short"), Err(PasswordError::Short));
        assert_eq!(parse(&"x".repeat(12)), Err(PasswordError::Obvious));
        assert_eq!(parse("ada OF the Library"), Err(PasswordError::Obvious));
        assert_eq!(parse(&"xy".repeat(65)), Err(PasswordError::Long));
        assert_eq!(parse(&"ÄÖ".repeat(6)), Ok(()));
        assert_eq!(parse("oak and walnut"), Ok(()));
        assert_eq!(parse(&"xy".repeat(64)), Ok(()));
    }

    #[tokio::test]
    async fn a_password_is_known_by_its_hash_alone() {
        let password = || Password::parse("oak and walnut", &name("ada")).expect("a password");
        assert_eq!(format!("{:?}", password()), "Password(…)");
        let hash = hashed(password()).await.expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(hash, hashed(password()).await.expect("another"), "salted");
        let is = async |typed: &str, hash: &str| {
            is_right(typed.to_owned(), hash.to_owned())
                .await
                .expect("an answer")
        };
        assert!(is("oak and walnut", &hash).await);
        assert!(!is("oak and walnuts", &hash).await);
        assert!(
            !is("oak and walnut", NOBODY).await,
            "it reads, and fits nothing"
        );
    }
}
