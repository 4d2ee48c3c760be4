//! What stands around every call to a provider: its breaker, its limits, the budget, the deadline
//! and another try.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant as Clock},
};

use backon::{ExponentialBuilder, Retryable};
use tokio::{
    sync::Semaphore,
    time::{Instant, timeout, timeout_at},
};

use super::{
    breaker::{Breaker, BreakerState, Health},
    failure::{Charge, Failure},
    ledger::{Call, Caps, Ledger, OverBudget, Reservation},
    limits::Limits,
    price::{MicroUsd, Price},
};
use crate::{DescribeError, Detail, Usage};

/// How failures are met. The defaults suit a person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resilience {
    /// Wait before the second try; doubles with each, and up to as much again is added by chance.
    pub first_wait: Duration,
    /// The longest wait of our own choosing.
    pub longest_wait: Duration,
    /// Calls in a row that fail before the provider is left alone.
    pub failures: u32,
    /// How long at first; doubles.
    pub pause: Duration,
    /// How long at most.
    pub longest_pause: Duration,
    /// Calls to one model at the same time.
    pub at_once: usize,
}

impl Default for Resilience {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(8),
            failures: 5,
            pause: Duration::from_secs(30),
            longest_pause: Duration::from_secs(10 * 60),
            at_once: 16,
        }
    }
}

/// What one call may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask {
    /// Tries in all.
    pub(super) tries: usize,
    /// The most it can use.
    pub(super) at_most: Usage,
    pub(super) deadline: Instant,
    /// An operator's probe asks whatever the breaker says.
    pub(super) probe: bool,
}

/// What an attempt brought.
pub(super) struct Brought<T> {
    pub(super) value: T,
    pub(super) usage: Option<Usage>,
}

pub(super) struct Guard {
    provider: String,
    model: String,
    kind: &'static str,
    breaker: Breaker,
    limits: Arc<Limits>,
    ledger: Arc<dyn Ledger>,
    caps: Caps,
    price: Price,
    timeout: Duration,
    seats: Semaphore,
    resilience: Resilience,
}

/// What a guard is made of, beside the provider's name and model.
pub(super) struct Means {
    /// What the calls are, for the book.
    pub(super) kind: &'static str,
    pub(super) limits: Arc<Limits>,
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) caps: Caps,
    pub(super) price: Price,
    /// The longest one attempt may take.
    pub(super) timeout: Duration,
    pub(super) resilience: Resilience,
}

/// The longest the book of the budget may take for the last entry of a call.
const BOOKING: Duration = Duration::from_secs(5);

impl Guard {
    pub(super) fn new(provider: String, model: String, means: Means) -> Self {
        let r = means.resilience;
        Self {
            provider,
            model,
            kind: means.kind,
            breaker: Breaker::new(r.failures, r.pause, r.longest_pause),
            limits: means.limits,
            ledger: means.ledger,
            caps: means.caps,
            price: means.price,
            timeout: means.timeout,
            seats: Semaphore::new(r.at_once.max(1)),
            resilience: r,
        }
    }

    /// What such a usage costs.
    pub(super) fn price_of(&self, usage: Usage) -> MicroUsd {
        self.price.of(usage)
    }

    pub(super) fn health(&self) -> Health {
        self.breaker.health()
    }

    /// Calls `attempt`, which gets the time by which it has to be over, as often as it is worth it.
    ///
    /// # Errors
    /// [`DescribeError`], by the deadline of `ask`.
    pub(super) async fn call<T, F, Fut>(
        &self,
        ask: Ask,
        attempt: F,
    ) -> Result<Brought<T>, DescribeError>
    where
        F: Fn(Instant) -> Fut,
        Fut: Future<Output = Result<Brought<T>, Failure>>,
    {
        let _seat = self.seats.try_acquire().map_err(|_| {
            DescribeError::Overloaded(Detail::new("all calls to this model are taken"))
        })?;
        let leave = self
            .breaker
            .enter(ask.probe)
            .map_err(|state| self.blocked(state))?;
        let tries = if leave.is_trial() || ask.probe {
            1
        } else {
            ask.tries.max(1)
        };
        let started = Clock::now();
        let result = (|| self.one(ask, &attempt))
            .retry(
                ExponentialBuilder::new()
                    .with_min_delay(self.resilience.first_wait)
                    .with_max_delay(self.resilience.longest_wait)
                    .with_max_times(tries - 1)
                    .with_jitter(),
            )
            .when(|failure: &Failure| failure.again)
            .adjust(|failure, wait| {
                let wait = wait?;
                let wait = match failure.error {
                    // What was wrong is told; waiting adds nothing.
                    DescribeError::Invalid(_) => Duration::ZERO,
                    _ => failure.wait.map_or(wait, |least| wait.max(least)),
                };
                (Instant::now() + wait < ask.deadline).then_some(wait)
            })
            .await;
        let ms = started.elapsed().as_millis() as u64;
        match result {
            Ok(brought) => {
                let usage = brought.usage.unwrap_or_default();
                tracing::info!(
                    provider = %self.provider, model = %self.model, ms,
                    input_tokens = usage.input, output_tokens = usage.output,
                    "the vision model answered"
                );
                leave.answered();
                Ok(brought)
            }
            Err(failure) => {
                tracing::warn!(
                    provider = %self.provider, model = %self.model, ms,
                    kind = failure.error.kind(), detail = %failure.error.detail(),
                    "the vision model failed"
                );
                if failure.ours {
                    leave.held_back(&failure.error);
                } else {
                    leave.failed(&failure.error);
                }
                Err(failure.error)
            }
        }
    }

    fn blocked(&self, state: BreakerState) -> DescribeError {
        let detail = Detail::new(&state.sentence());
        match state {
            BreakerState::Gone => DescribeError::Gone {
                model: self.model.clone(),
                detail,
            },
            _ => DescribeError::Open(detail),
        }
    }

    /// One attempt, within limits and budget.
    async fn one<T, F, Fut>(&self, ask: Ask, attempt: &F) -> Result<Brought<T>, Failure>
    where
        F: Fn(Instant) -> Fut,
        Fut: Future<Output = Result<Brought<T>, Failure>>,
    {
        let tokens = ask.at_most.input.saturating_add(ask.at_most.output);
        self.limits
            .pass(tokens, ask.deadline)
            .await
            .map_err(|wait| {
                Failure::ours(DescribeError::RateLimited {
                    retry_after: Some(wait),
                    detail: Detail::new("our own limit for this provider"),
                })
            })?;
        let reserved = self.reserve(ask).await?;
        let deadline = ask.deadline.min(Instant::now() + self.timeout);
        let started = Clock::now();
        let result = attempt(deadline).await;
        let took = started.elapsed();
        let charge = match &result {
            Ok(brought) => brought.usage.map_or(Charge::Unknown, Charge::Used),
            Err(failure) => failure.charge,
        };
        match charge {
            Charge::Nothing => self.limits.correct(tokens, 0),
            Charge::Used(usage) => self
                .limits
                .correct(tokens, usage.input.saturating_add(usage.output)),
            Charge::Unknown => {}
        }
        let (usage, micro_usd) = match charge {
            Charge::Nothing => (Usage::default(), 0),
            Charge::Used(usage) => (usage, self.price.of(usage)),
            Charge::Unknown => {
                let all = reserved.as_ref().map_or(0, |r| r.micro_usd);
                (Usage::default(), all)
            }
        };
        let call = Call {
            provider: self.provider.clone(),
            model: self.model.clone(),
            kind: self.kind,
            usage,
            micro_usd,
            took,
            outcome: result.as_ref().map_or_else(|f| f.error.kind(), |_| "ok"),
        };
        self.book(reserved, charge, call).await;
        result
    }

    async fn reserve(&self, ask: Ask) -> Result<Option<Reservation>, Failure> {
        let most: MicroUsd = self.price.of(ask.at_most);
        if most == 0 {
            return Ok(None);
        }
        let reserving = self.ledger.reserve(&self.provider, most, self.caps);
        timeout_at(ask.deadline, reserving)
            .await
            .unwrap_or_else(|_| Err(OverBudget::Unavailable("it does not answer".to_owned())))
            .map(Some)
            .map_err(|over| Failure::ours(DescribeError::Budget(Detail::new(&over.to_string()))))
    }

    /// Puts the reservation right and keeps the call. In a task of its own, so that a guest who goes away at
    /// this very moment does not leave it open.
    async fn book(&self, reserved: Option<Reservation>, charge: Charge, call: Call) {
        let ledger = Arc::clone(&self.ledger);
        let booking = tokio::spawn(async move {
            if let Some(reserved) = reserved {
                let booked = match charge {
                    Charge::Nothing => timeout(BOOKING, ledger.release(reserved)).await,
                    Charge::Used(_) | Charge::Unknown => {
                        timeout(BOOKING, ledger.settle(reserved, call.micro_usd)).await
                    }
                };
                let problem = match booked {
                    Ok(Ok(())) => None,
                    Ok(Err(problem)) => Some(problem.to_string()),
                    Err(_) => Some("it does not answer".to_owned()),
                };
                if let Some(problem) = problem {
                    let provider = &call.provider;
                    tracing::error!(%provider, problem, "a call stays booked at its highest price");
                }
            }
            if !matches!(timeout(BOOKING, ledger.record(call)).await, Ok(Ok(()))) {
                tracing::debug!("a call could not be kept for the operator");
            }
        });
        // It cannot be cancelled, and a panic in it is reported by the runtime.
        let _ = booking.await;
    }
}
