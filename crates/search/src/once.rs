//! Requests with a key of their own: sent twice, done once.

use catalog::{Claim, GivenAnswer};
use futures::future::BoxFuture;

use crate::{Error, Guest, Veneer};

/// The name under which an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket([u8; 32]);

impl Veneer {
    /// Claims a request of somebody, unless it is known. `key` is what they call it, `request` a hash of all that
    /// they sent. Keys of one are not those of another.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn claim_request<'a>(
        &'a self,
        guest: &'a Guest,
        key: &'a [u8],
        request: [u8; 32],
    ) -> BoxFuture<'a, Result<(Ticket, Claim), Error>> {
        Box::pin(async move {
            let mut hasher = blake3::Hasher::new_keyed(&self.inner.guests);
            hasher.update(b"request");
            let guest = guest.bytes();
            hasher.update(&(guest.len() as u64).to_le_bytes());
            hasher.update(&guest);
            hasher.update(key);
            let name = *hasher.finalize().as_bytes();
            let claim = self.inner.catalog.claim_request(name, request).await?;
            Ok((Ticket(name), claim))
        })
    }

    /// Keeps the answer of a request that was claimed; with none it may be sent again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub fn answer_request(
        &self,
        Ticket(name): Ticket,
        answer: Option<GivenAnswer>,
    ) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            let catalog = &self.inner.catalog;
            match answer {
                Some(answer) => catalog.give_answer(name, &answer).await?,
                None => catalog.drop_claim(name).await?,
            }
            Ok(())
        })
    }
}
