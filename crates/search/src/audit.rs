//! Who changed what: written down here, read by operators.

use std::time::Duration;

use catalog::{Catalog, Change};

use crate::{Error, Veneer};

/// How long changes are kept.
pub(crate) const CHANGES_LAST: Duration = Duration::from_secs(400 * 24 * 3600);
/// Most letters that are kept of a sentence.
const LONGEST: usize = 200;

impl Veneer {
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
