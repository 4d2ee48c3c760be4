//! Leaves a provider alone that keeps failing, and for good one whose model is gone.
//!
//! The kept crates of this kind show neither their state nor the last error, and know no “for
//! good”; an operator's page needs the first two and a withdrawn model the third.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::{DescribeError, Detail};

/// Whether calls go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// They do.
    Closed,
    /// They do not for so long.
    Open(Duration),
    /// One does, to see how things are.
    HalfOpen,
    /// They do not any more: the model is withdrawn.
    Gone,
}

impl BreakerState {
    /// In plain words, for an operator's page.
    pub fn sentence(self) -> String {
        match self {
            Self::Closed => "Works.".to_owned(),
            Self::Open(left) => format!("Left alone for {} s more.", left.as_secs().max(1)),
            Self::HalfOpen => "Being tried again.".to_owned(),
            Self::Gone => "No longer offered; set another model.".to_owned(),
        }
    }
}

/// How one provider is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether calls go through.
    pub breaker: BreakerState,
    /// Calls that succeeded.
    pub answered: u64,
    /// Calls that failed for a reason of the provider's.
    pub failed: u64,
    /// Why the last one failed: kind and detail, free of keys.
    pub last_error: Option<(&'static str, Detail)>,
    /// How long the last success took.
    pub latency: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Closed,
    Open { until: Instant },
    HalfOpen,
    Gone,
}

struct Inner {
    state: State,
    /// Failures since the last success.
    in_a_row: u32,
    /// Times it opened since the last success; each doubles the pause.
    trips: u32,
    health: Health,
}

/// Opens after `after` failures in a row, for `pause`, twice that the next time, up to `most`.
pub(super) struct Breaker {
    inner: Mutex<Inner>,
    after: u32,
    pause: Duration,
    most: Duration,
}

/// Leave to call. Dropped without an outcome (the guest went away), it says nothing about the
/// provider.
pub(super) struct Leave<'a> {
    breaker: &'a Breaker,
    started: Instant,
    /// The one call of a half-open breaker.
    trial: bool,
    told: bool,
}

impl Breaker {
    pub(super) fn new(after: u32, pause: Duration, most: Duration) -> Self {
        Self {
            inner: Mutex::new(Inner {
                state: State::Closed,
                in_a_row: 0,
                trips: 0,
                health: Health {
                    breaker: BreakerState::Closed,
                    answered: 0,
                    failed: 0,
                    last_error: None,
                    latency: None,
                },
            }),
            after: after.max(1),
            pause,
            most,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to call now; `force` is for an operator's probe, which asks whatever the state.
    ///
    /// # Errors
    /// The state that stands in the way.
    pub(super) fn enter(&self, force: bool) -> Result<Leave<'_>, BreakerState> {
        let mut inner = self.lock();
        let now = Instant::now();
        let trial = match inner.state {
            State::Closed => false,
            _ if force => false,
            State::Open { until } if until <= now => {
                inner.state = State::HalfOpen;
                true
            }
            state => return Err(state.seen(now)),
        };
        Ok(Leave {
            breaker: self,
            started: now,
            trial,
            told: false,
        })
    }

    pub(super) fn health(&self) -> Health {
        let inner = self.lock();
        Health {
            breaker: inner.state.seen(Instant::now()),
            ..inner.health.clone()
        }
    }
}

impl State {
    fn seen(self, now: Instant) -> BreakerState {
        match self {
            Self::Closed => BreakerState::Closed,
            Self::Open { until } => BreakerState::Open(until.saturating_duration_since(now)),
            Self::HalfOpen => BreakerState::HalfOpen,
            Self::Gone => BreakerState::Gone,
        }
    }
}

impl Leave<'_> {
    /// Whether this is the one call that tries a half-open breaker.
    pub(super) fn is_trial(&self) -> bool {
        self.trial
    }

    pub(super) fn answered(mut self) {
        self.told = true;
        let mut inner = self.breaker.lock();
        inner.state = State::Closed;
        inner.in_a_row = 0;
        inner.trips = 0;
        inner.health.answered += 1;
        inner.health.latency = Some(self.started.elapsed());
    }

    /// Our own budget or limit stood in the way: worth showing, and no fault of the provider.
    pub(super) fn held_back(self, error: &DescribeError) {
        self.breaker.lock().note(error);
    }

    pub(super) fn failed(mut self, error: &DescribeError) {
        let mut inner = self.breaker.lock();
        inner.note(error);
        match error {
            DescribeError::RateLimited { retry_after, .. } => {
                if let Some(wait) = retry_after {
                    inner.open_for((*wait).min(self.breaker.most));
                    self.told = true;
                }
                return;
            }
            DescribeError::Gone { .. } => inner.state = State::Gone,
            // No patience mends a wrong key or an empty account: leave it alone at once, and long.
            DescribeError::Refused(_) | DescribeError::Budget(_) => {
                inner.open_for(self.breaker.most);
            }
            DescribeError::Unreachable(_)
            | DescribeError::TimedOut(_)
            | DescribeError::Invalid(_)
            | DescribeError::Open(_)
            | DescribeError::Overloaded(_) => {
                inner.in_a_row += 1;
                if self.trial || inner.in_a_row >= self.breaker.after {
                    let doubled = self.breaker.pause * 2u32.pow(inner.trips.min(10));
                    inner.open_for(doubled.min(self.breaker.most));
                    inner.trips += 1;
                }
            }
        }
        inner.health.failed += 1;
        self.told = true;
    }
}

impl Inner {
    fn note(&mut self, error: &DescribeError) {
        self.health.last_error = Some((error.kind(), error.detail().clone()));
    }

    /// A model that is gone stays gone.
    fn open_for(&mut self, pause: Duration) {
        if self.state != State::Gone {
            self.state = State::Open {
                until: Instant::now() + pause,
            };
        }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        if self.told || !self.trial {
            return;
        }
        let mut inner = self.breaker.lock();
        // The trial came to nothing: the next call may try.
        if inner.state == State::HalfOpen {
            inner.state = State::Open {
                until: Instant::now(),
            };
        }
    }
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
