//! How often a guest may search. Only keyed hashes of guests reach the library.

use std::{net::IpAddr, time::Duration};

use catalog::Pace;
use material::SearchText;

use crate::{Error, Veneer};

/// Who searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guest {
    /// Somebody at an address. Of IPv6 the first 64 bits count: a household has all that follow.
    Address(IpAddr),
    /// A program with this key.
    Key(i64),
}

/// What a guest begins to search with.
#[derive(Debug, Clone, Copy)]
pub enum Begun<'a> {
    /// Words. Those that the guest searched with of late are not counted again, so that filtering and paging are
    /// free.
    Words(&'a SearchText),
    /// A photo, an address or a swatch, with words beside it or none. It is always counted, and its words with
    /// it.
    Picture(Option<&'a SearchText>),
}

impl Guest {
    /// What is hashed.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let address = match self {
            Self::Address(address) => address,
            Self::Key(id) => return [&b"k"[..], &id.to_be_bytes()].concat(),
        };
        match address.to_canonical() {
            IpAddr::V4(address) => [&b"4"[..], &address.octets()].concat(),
            IpAddr::V6(address) => [&b"6"[..], &address.octets()[..8]].concat(),
        }
    }
}

/// The name under which this library counts a guest.
fn named(secret: &[u8; 32], guest: &Guest) -> [u8; 16] {
    let hash = blake3::keyed_hash(secret, &guest.bytes());
    let mut out = [0; 16];
    out.copy_from_slice(&hash.as_bytes()[..16]);
    out
}

/// A number for words: the same for the same words, whatever the case. Never 0, which stands for none.
fn topic(secret: &[u8; 32], words: &SearchText) -> i64 {
    let hash = blake3::keyed_hash(secret, words.as_str().to_lowercase().as_bytes());
    let mut out = [0; 8];
    out.copy_from_slice(&hash.as_bytes()[..8]);
    match i64::from_le_bytes(out) {
        0 => 1,
        number => number,
    }
}

impl Veneer {
    /// Counts a search that a guest begins; says how long to wait where it is too much.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn admit(
        &self,
        guest: &Guest,
        begun: Begun<'_>,
        pace: &Pace,
    ) -> Result<Option<Duration>, Error> {
        let secret = &self.inner.guests;
        let (words, always) = match begun {
            Begun::Words(words) => (Some(words), false),
            Begun::Picture(words) => (words, true),
        };
        let topic = words.map(|words| topic(secret, words));
        let admitted = self
            .inner
            .catalog
            .admit(named(secret, guest), topic, always, pace);
        Ok(admitted.await?)
    }
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "what cannot be read has failed the test"
    )]

    use super::*;

    #[test]
    fn a_household_is_one_guest_and_no_address_can_be_told_by_its_name() {
        let name =
            |secret: u8, text: &str| named(&[secret; 32], &Guest::Address(text.parse().unwrap()));
        assert_eq!(name(1, "2001:db8:1:2::1"), name(1, "2001:db8:1:2:ffff::9"));
        assert_ne!(name(1, "2001:db8:1:2::1"), name(1, "2001:db8:1:3::1"));
        assert_ne!(name(1, "192.0.2.1"), name(1, "192.0.2.2"));
        assert_eq!(name(1, "192.0.2.1"), name(1, "::ffff:192.0.2.1"));
        assert_ne!(name(1, "192.0.2.1"), name(2, "192.0.2.1"));
        let key = |id| named(&[1; 32], &Guest::Key(id));
        assert_ne!(key(1), key(2));
    }

    #[test]
    fn words_are_the_same_whatever_the_case() {
        let of = |text: &str| topic(&[1; 32], &SearchText::parse(text).unwrap());
        assert_eq!(of("Light  Oak "), of("light oak"));
        assert_ne!(of("light oak"), of("dark oak"));
        assert!(of("x") != 0);
    }
}
