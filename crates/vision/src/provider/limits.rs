//! Requests and tokens a minute, requests a day.
//!
//! Providers count over a window and turn away what is above. The token buckets of the well-known
//! crates let a burst through *and* refill while it lasts, which is up to twice the limit within
//! one window; here what went out in the last window is counted, so the limit is never passed.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often a provider may be asked; `None` is no limit of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rates {
    /// Requests in any minute.
    pub requests_per_minute: Option<u32>,
    /// Tokens, asked and answered, in any minute.
    pub tokens_per_minute: Option<u32>,
    /// Requests in any 24 hours of this process.
    pub requests_per_day: Option<u32>,
}

/// What went out in the last `span`, in slices, so that memory is bounded whatever the limit.
struct Window {
    span: Duration,
    limit: u64,
    /// When the slice leaves the window, and what it counts. Oldest first.
    slices: VecDeque<(Instant, u64)>,
    total: u64,
}

impl Window {
    /// Slices a window is kept in: the most by which it forgets late is a hundredth of its span.
    const SLICES: u32 = 100;

    fn new(span: Duration, limit: u32) -> Self {
        Self {
            span,
            limit: u64::from(limit),
            slices: VecDeque::new(),
            total: 0,
        }
    }

    fn forget(&mut self, now: Instant) {
        while let Some(&(leaves, count)) = self.slices.front()
            && leaves <= now
        {
            self.total -= count;
            self.slices.pop_front();
        }
    }

    /// When `amount` fits; what is more than the limit fits into an empty window.
    fn fits_at(&mut self, amount: u64, now: Instant) -> Instant {
        self.forget(now);
        let amount = amount.min(self.limit);
        let mut left = self.total;
        let mut at = now;
        for &(leaves, count) in &self.slices {
            if left + amount <= self.limit {
                break;
            }
            left -= count;
            at = leaves;
        }
        at
    }

    fn count(&mut self, amount: u64, now: Instant) {
        let grain = self.span / Self::SLICES;
        self.total += amount;
        match self.slices.back_mut() {
            // Still the youngest slice: everything in it leaves with its last moment.
            Some((leaves, count)) if *leaves >= now + self.span => *count += amount,
            _ => self.slices.push_back((now + self.span + grain, amount)),
        }
    }

    /// Puts a guess right once the real amount is known.
    fn correct(&mut self, guessed: u64, actual: u64) {
        if let Some((_, count)) = self.slices.back_mut() {
            let put_right = count.saturating_add(actual).saturating_sub(guessed);
            self.total = self.total - *count + put_right;
            *count = put_right;
        }
    }
}

/// The limits of one provider, shared by its models.
pub(super) struct Limits {
    windows: Mutex<Windows>,
}

struct Windows {
    minute: Option<Window>,
    tokens: Option<Window>,
    day: Option<Window>,
}

impl Limits {
    pub(super) fn new(rates: Rates) -> Self {
        Self {
            windows: Mutex::new(Windows {
                minute: rates.requests_per_minute.map(|n| Window::new(MINUTE, n)),
                tokens: rates.tokens_per_minute.map(|n| Window::new(MINUTE, n)),
                day: rates.requests_per_day.map(|n| Window::new(DAY, n)),
            }),
        }
    }

    /// Waits until a request of about `tokens` may go out, and counts it.
    ///
    /// # Errors
    /// How long it would take, when that is past the deadline. Nothing is counted then.
    pub(super) async fn pass(&self, tokens: u64, deadline: Instant) -> Result<(), Duration> {
        loop {
            let now = Instant::now();
            let at = {
                let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
                let Windows {
                    minute,
                    tokens: spent,
                    day,
                } = &mut *windows;
                let mut wants = [(minute, 1), (spent, tokens), (day, 1)];
                let at = wants
                    .iter_mut()
                    .filter_map(|(window, amount)| Some(window.as_mut()?.fits_at(*amount, now)))
                    .max()
                    .unwrap_or(now);
                if at <= now {
                    for (window, amount) in &mut wants {
                        if let Some(window) = window {
                            window.count(*amount, now);
                        }
                    }
                    return Ok(());
                }
                at
            };
            if at >= deadline {
                return Err(at - now);
            }
            tokio::time::sleep_until(at).await;
        }
    }

    /// Puts the guess of [`Limits::pass`] right.
    pub(super) fn correct(&self, guessed: u64, actual: u64) {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tokens) = &mut windows.tokens {
            tokens.correct(guessed, actual);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(1)
    }

    #[tokio::test(start_paused = true)]
    async fn no_minute_ever_sees_more_than_the_limit() {
        let limits = Limits::new(Rates {
            requests_per_minute: Some(3),
            ..Rates::default()
        });
        let start = Instant::now();
        let mut passed = Vec::new();
        while start.elapsed() < Duration::from_secs(600) {
            if limits.pass(0, soon()).await.is_ok() {
                passed.push(Instant::now());
            }
            tokio::time::advance(Duration::from_millis(700)).await;
        }
        assert!(passed.len() >= 27, "{}", passed.len());
        for four in passed.windows(4) {
            assert!(four[3] - four[0] > MINUTE);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_where_the_deadline_allows_and_says_how_long_where_not() {
        let limits = Limits::new(Rates {
            requests_per_minute: Some(1),
            requests_per_day: Some(2),
            ..Rates::default()
        });
        limits.pass(0, soon()).await.expect("the first");
        let wait = limits.pass(0, soon()).await.expect_err("the second");
        assert!(wait >= MINUTE && wait < MINUTE * 2, "{wait:?}");
        let start = Instant::now();
        limits
            .pass(0, start + MINUTE * 5)
            .await
            .expect("the second waits");
        assert!(start.elapsed() >= MINUTE);
        let wait = limits
            .pass(0, Instant::now() + MINUTE * 5)
            .await
            .expect_err("the day is full");
        assert!(wait > DAY / 2, "{wait:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_put_right_and_a_giant_still_gets_its_turn() {
        let limits = Limits::new(Rates {
            tokens_per_minute: Some(1_000),
            ..Rates::default()
        });
        limits.pass(900, soon()).await.expect("room");
        assert!(limits.pass(500, soon()).await.is_err());
        limits.correct(900, 300);
        limits.pass(500, soon()).await.expect("less was used");
        tokio::time::advance(MINUTE * 2).await;
        limits.pass(50_000, soon()).await.expect("an empty window");
        assert!(limits.pass(1, soon()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_whatever_the_limit() {
        let mut window = Window::new(DAY, 1_000_000);
        for _ in 0..10_000 {
            window.forget(Instant::now());
            window.count(1, Instant::now());
            tokio::time::advance(Duration::from_secs(20)).await;
        }
        assert!(window.slices.len() <= 102, "{}", window.slices.len());
    }
}
