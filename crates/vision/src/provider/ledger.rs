//! The book that keeps a hard budget.
//!
//! Money is set aside before a call goes out and put right after it came back, so that calls at
//! the same moment cannot spend the same dollar twice. What is set aside and never settled (the
//! process was killed, the guest went away) counts in full: the provider may well have charged it.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use time::{Date, OffsetDateTime};

use super::price::MicroUsd;
use crate::Usage;

/// What may be spent on all providers together; days and months are those of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// A day; `None` for no limit of its own.
    pub day: Option<MicroUsd>,
    /// A calendar month; `None` for no limit.
    pub month: Option<MicroUsd>,
}

impl Default for Caps {
    /// 50 dollars a month.
    fn default() -> Self {
        Self {
            day: None,
            month: Some(50_000_000),
        }
    }
}

/// Money set aside for one call. Has to be settled or released.
#[must_use = "money that is set aside and neither settled nor released counts as spent"]
#[derive(Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its number in the book.
    pub id: i64,
    /// Whom it is for.
    pub provider: String,
    /// How much is set aside.
    pub micro_usd: MicroUsd,
}

/// Why no money was set aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// The day's money is spent or set aside.
    #[error("the budget of the day is used up")]
    Day,
    /// The month's money is spent or set aside.
    #[error("the budget of the month is used up")]
    Month,
    /// The book cannot be read or written. Nothing is spent on trust.
    #[error("the book of the budget cannot be reached: {0}")]
    Unavailable(String),
}

/// What a [`Ledger`] gives back.
pub type Booking<'a, T> = Pin<Box<dyn Future<Output = Result<T, OverBudget>> + Send + 'a>>;

/// A book of what was spent and what is set aside. To hold the caps, `reserve` has to compare and
/// write in one step, whatever else is reserved at the same moment and wherever.
pub trait Ledger: Send + Sync {
    /// Sets `micro_usd` aside, if what is spent and set aside today and this month leaves room.
    ///
    /// # Errors
    /// [`OverBudget`]; nothing is set aside then.
    fn reserve<'a>(
        &'a self,
        provider: &'a str,
        micro_usd: MicroUsd,
        caps: Caps,
    ) -> Booking<'a, Reservation>;

    /// Puts what the call really cost in the place of what was set aside.
    ///
    /// # Errors
    /// [`OverBudget::Unavailable`]; the amount set aside goes on counting.
    fn settle(&self, reservation: Reservation, actual: MicroUsd) -> Booking<'_, ()>;

    /// Gives the money back: nothing was charged.
    ///
    /// # Errors
    /// [`OverBudget::Unavailable`]; the amount set aside goes on counting.
    fn release(&self, reservation: Reservation) -> Booking<'_, ()>;

    /// Keeps what a call that went out came to, for the operator. Money is counted above; here it is only
    /// told. A book that keeps no calls does nothing.
    ///
    /// # Errors
    /// [`OverBudget::Unavailable`]; nothing depends on it.
    fn record(&self, _call: Call) -> Booking<'_, ()> {
        Box::pin(async { Ok(()) })
    }
}

/// One call that went out. Nothing of what was asked or answered is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Whose service.
    pub provider: String,
    /// Which model.
    pub model: String,
    /// `analysis`, `embedding` or `words`.
    pub kind: &'static str,
    /// What it used, where the provider says so.
    pub usage: Usage,
    /// What it cost.
    pub micro_usd: MicroUsd,
    /// How long it took.
    pub took: Duration,
    /// `ok`, or in a word why not.
    pub outcome: &'static str,
}

/// A book in memory, for use without a database: it forgets on a restart and knows of this process
/// alone.
pub struct MemoryLedger {
    book: Mutex<Book>,
    now: fn() -> OffsetDateTime,
}

#[derive(Default)]
struct Book {
    next: i64,
    day: Option<Date>,
    day_total: MicroUsd,
    month_total: MicroUsd,
    /// Day and amount of what is set aside.
    open: HashMap<i64, (Date, MicroUsd)>,
}

impl Book {
    fn turn_to(&mut self, today: Date) {
        let Some(day) = self.day.replace(today) else {
            return;
        };
        if day != today {
            self.day_total = 0;
        }
        if !same_month(day, today) {
            self.month_total = 0;
            // What is still set aside belongs to a closed month.
            self.open.retain(|_, (date, _)| same_month(*date, today));
        }
    }

    fn close(&mut self, id: i64, actual: MicroUsd) {
        let Some((date, reserved)) = self.open.remove(&id) else {
            return;
        };
        let put_right = |total: MicroUsd| total.saturating_sub(reserved).saturating_add(actual);
        if self.day == Some(date) {
            self.day_total = put_right(self.day_total);
        }
        if self.day.is_some_and(|day| same_month(day, date)) {
            self.month_total = put_right(self.month_total);
        }
    }
}

fn same_month(a: Date, b: Date) -> bool {
    (a.year(), a.month()) == (b.year(), b.month())
}

impl Default for MemoryLedger {
    fn default() -> Self {
        Self::with_clock(OffsetDateTime::now_utc)
    }
}

impl MemoryLedger {
    /// A book that asks `now` for the day.
    pub fn with_clock(now: fn() -> OffsetDateTime) -> Self {
        Self {
            book: Mutex::default(),
            now,
        }
    }

    /// Spent and set aside in this month.
    pub fn month_total(&self) -> MicroUsd {
        self.today(|book| book.month_total)
    }

    /// Works on the book, turned to today's page.
    fn today<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        book.turn_to((self.now)().to_offset(time::UtcOffset::UTC).date());
        work(&mut book)
    }
}

impl Ledger for MemoryLedger {
    fn reserve<'a>(
        &'a self,
        provider: &'a str,
        micro_usd: MicroUsd,
        caps: Caps,
    ) -> Booking<'a, Reservation> {
        Box::pin(async move {
            self.today(|book| {
                let over = |total: MicroUsd, cap: Option<MicroUsd>| {
                    cap.is_some_and(|cap| total.saturating_add(micro_usd) > cap)
                };
                if over(book.month_total, caps.month) {
                    return Err(OverBudget::Month);
                }
                if over(book.day_total, caps.day) {
                    return Err(OverBudget::Day);
                }
                book.day_total = book.day_total.saturating_add(micro_usd);
                book.month_total = book.month_total.saturating_add(micro_usd);
                book.next += 1;
                let id = book.next;
                if let Some(day) = book.day {
                    book.open.insert(id, (day, micro_usd));
                }
                Ok(Reservation {
                    id,
                    provider: provider.to_owned(),
                    micro_usd,
                })
            })
        })
    }

    fn settle(&self, reservation: Reservation, actual: MicroUsd) -> Booking<'_, ()> {
        Box::pin(async move {
            self.today(|book| book.close(reservation.id, actual));
            Ok(())
        })
    }

    fn release(&self, reservation: Reservation) -> Booking<'_, ()> {
        self.settle(reservation, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    const TEN: Caps = Caps {
        day: None,
        month: Some(1_000),
    };

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn a_hundred_at_once_get_no_more_than_there_is() {
        let ledger = Arc::new(MemoryLedger::default());
        let asked = (0..100).map(|_| {
            let ledger = Arc::clone(&ledger);
            tokio::spawn(async move { ledger.reserve("p", 100, TEN).await.is_ok() })
        });
        let granted = futures::future::join_all(asked)
            .await
            .into_iter()
            .filter(|r| matches!(r, Ok(true)))
            .count();
        assert_eq!(granted, 10);
        assert_eq!(ledger.month_total(), 1_000);
    }

    #[tokio::test]
    async fn settling_and_releasing_make_room_again() {
        let ledger = MemoryLedger::default();
        let first = ledger.reserve("p", 900, TEN).await.expect("room");
        assert_eq!(ledger.reserve("p", 200, TEN).await, Err(OverBudget::Month));
        ledger.settle(first, 300).await.expect("a book in memory");
        let second = ledger.reserve("p", 700, TEN).await.expect("room");
        ledger.release(second).await.expect("a book in memory");
        assert_eq!(ledger.month_total(), 300);
        // A call may cost more than was thought; it counts all the same.
        let third = ledger.reserve("p", 100, TEN).await.expect("room");
        ledger.settle(third, 5_000).await.expect("a book in memory");
        assert_eq!(ledger.month_total(), 5_300);
        assert_eq!(ledger.reserve("p", 1, TEN).await, Err(OverBudget::Month));
    }

    #[tokio::test]
    async fn days_and_months_turn() {
        static NOW: AtomicI64 = AtomicI64::new(0);
        let at = |text: &str| {
            let t = OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339)
                .expect("a time");
            NOW.store(t.unix_timestamp(), Ordering::SeqCst);
        };
        let ledger = MemoryLedger::with_clock(|| {
            OffsetDateTime::from_unix_timestamp(NOW.load(Ordering::SeqCst)).expect("a time")
        });
        let caps = Caps {
            day: Some(100),
            month: Some(150),
        };
        at("2026-11-29T23:59:59Z");
        let late = ledger.reserve("p", 100, caps).await.expect("room");
        assert_eq!(ledger.reserve("p", 1, caps).await, Err(OverBudget::Day));
        at("2026-11-30T00:00:00Z");
        let _kept = ledger.reserve("p", 50, caps).await.expect("a new day");
        assert_eq!(ledger.reserve("p", 1, caps).await, Err(OverBudget::Month));
        // Settled a day late: the month gets it back, the new day does not.
        ledger.settle(late, 90).await.expect("a book in memory");
        assert_eq!(ledger.month_total(), 140);
        at("2026-12-01T00:00:00Z");
        assert_eq!(ledger.month_total(), 0);
        assert!(ledger.reserve("p", 100, caps).await.is_ok());
    }
}
