//! Whose photo is looked at next: as many at a time as there are cores for it, a short queue behind them, and
//! whoever comes after that is told at once. A turn lasts from the first look at a photo until its search is kept,
//! which costs a core for tens of milliseconds; without an end of the queue, everybody would wait for everybody.

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Error;

/// Photos that wait for each that is looked at: about a quarter of a second where a photo has a core to itself, and
/// what leaves the cores enough time to tell the others quickly that they had better come again.
const WAIT_PER_TURN: usize = 3;

/// The queue of photos.
#[derive(Debug)]
pub(crate) struct Turns {
    /// Those that are looked at and those that wait.
    places: Semaphore,
    /// Those that are looked at.
    turns: Semaphore,
}

/// Somebody's turn; it ends when this goes.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    _turn: SemaphorePermit<'a>,
    _place: SemaphorePermit<'a>,
}

impl Turns {
    /// A queue for a machine that looks at `at_once` photos, at least one.
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self {
            places: Semaphore::new(at_once * (1 + WAIT_PER_TURN)),
            turns: Semaphore::new(at_once),
        }
    }

    /// Waits for a turn; they come in the order in which they were asked for.
    ///
    /// # Errors
    /// [`Error::Overloaded`], at once, when too many wait already.
    pub async fn take(&self) -> Result<Turn<'_>, Error> {
        let place = self.places.try_acquire().map_err(|_| Error::Overloaded)?;
        let turn = self.turns.acquire().await.map_err(Error::internal)?;
        Ok(Turn {
            _turn: turn,
            _place: place,
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what fails has failed the test")]
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_full_queue_says_so_at_once_and_empties_in_order() {
        let turns = Arc::new(Turns::new(2));
        let (one, two) = (turns.take().await.unwrap(), turns.take().await.unwrap());
        let (told, mut done) = tokio::sync::mpsc::unbounded_channel();
        let mut waiting = Vec::new();
        for number in 0..2 * WAIT_PER_TURN {
            let (turns, told) = (Arc::clone(&turns), told.clone());
            waiting.push(tokio::spawn(async move {
                let _turn = turns.take().await.unwrap();
                told.send(number).unwrap();
            }));
            tokio::task::yield_now().await;
        }
        assert!(matches!(turns.take().await, Err(Error::Overloaded)));
        assert!(done.try_recv().is_err(), "nobody jumped the queue");
        drop((one, two));
        for task in waiting {
            task.await.unwrap();
        }
        let order: Vec<usize> = std::iter::from_fn(|| done.try_recv().ok()).collect();
        assert_eq!(order, (0..2 * WAIT_PER_TURN).collect::<Vec<_>>());
        assert!(turns.take().await.is_ok());
    }

    #[tokio::test]
    async fn whoever_gives_up_leaves_his_place() {
        let turns = Turns::new(1);
        let one = turns.take().await.unwrap();
        for _ in 0..3 * WAIT_PER_TURN {
            // Asked once, then dropped.
            let asked = futures::FutureExt::now_or_never(turns.take());
            assert!(asked.is_none());
        }
        drop(one);
        assert!(turns.take().await.is_ok());
    }

    #[test]
    fn a_machine_without_cores_still_looks() {
        assert_eq!(Turns::new(0).turns.available_permits(), 1);
    }
}
