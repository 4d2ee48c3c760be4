//! Who changed what: written down here, read by operators.

use std::{sync::Arc, time::Duration};

use catalog::{Catalog, Change};

use crate::{Error, Veneer};

/// How long changes are kept.
pub(crate) const CHANGES_LAST: Duration = Duration::from_secs(400 * 24 * 3600);
/// Most letters that are kept of a sentence.
const LONGEST: usize = 200;

/// In whose name the service changes something by itself.
const ITSELF: &str = "veneer";

impl Veneer {
    /// The same library, with what is done through it written down under this name: that of a key, of an operator,
    /// of whoever sits at the terminal.
    #[must_use]
    pub fn acting_as(&self, who: &str) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            who: Some(who.into()),
        }
    }

    /// Writes down a change under the name in which it is made.
    pub(crate) async fn noted(&self, what: &str, detail: &str) {
        let who = self.who.as_deref().unwrap_or(ITSELF);
        self.note_change(who, what, detail).await;
    }

    /// Writes down that somebody changed something. What was changed stays changed when it cannot be written down:
    /// that is told in the log.
    pub async fn note_change(&self, who: &str, what: &str, detail: &str) {
        let (who, detail) = (short(who), short(detail));
        if let Err(error) = self.inner.catalog.note_change(who, what, detail).await {
            tracing::error!(%error, who, what, detail, "a change could not be written down");
        }
    }

    /// The last changes before one, or the last of all; the latest first, [`Catalog::MOST_CHANGES`] at most.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the library does not answer.
    pub async fn changes(&self, before: Option<i64>, most: u32) -> Result<Vec<Change>, Error> {
        let most = most.min(Catalog::MOST_CHANGES);
        Ok(self.inner.catalog.changes(before, most).await?)
    }
}

/// The beginning of a text, cut between letters.
fn short(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST)]
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn long_texts_are_cut_between_letters() {
        assert_eq!(short("oak"), "oak");
        let long = "ö".repeat(150);
        assert_eq!(short(&long).chars().count(), 100);
        let odd = format!("a{long}");
        assert_eq!(short(&odd).len(), 199);
    }
}
