//! The hard budget.

use std::{sync::Arc, time::Duration};

use vision::{
    Depth, Describe, DescribeError,
    provider::{Booking, Caps, Ledger, MemoryLedger, OverBudget, Reservation},
};

use crate::fake::{Act, Fake, brisk, chain_with, good, picture};

/// Each call is set aside at exactly 0.1 dollars, and costs them.
const DIME: &str = "price_per_image = 0.1";

fn cap(usd: &str) -> String {
    format!("[budget]\nmonth_usd = {usd}\n")
}

#[tokio::test]
async fn a_hundred_at_once_with_money_for_ten() {
    let fake = Fake::start(|_, _| Act::Slow(Duration::from_millis(100), good())).await;
    let ledger = Arc::new(MemoryLedger::default());
    let text = fake.table("p", DIME) + &cap("1");
    let chain = chain_with(&text, ledger.clone(), brisk());
    let small = Arc::new(photo::Pixels::from_fn(8, 8, |_, _| [1, 2, 3]));
    let answers =
        futures::future::join_all((0..100).map(|_| chain.describe(small.clone(), Depth::Basic)))
            .await;
    assert_eq!(fake.count(), 10);
    assert_eq!(answers.iter().filter(|r| r.is_ok()).count(), 10);
    assert!(
        answers
            .iter()
            .all(|r| matches!(r, Ok(_) | Err(DescribeError::Budget(_))))
    );
    assert_eq!(ledger.month_total(), 1_000_000);
    let error = chain
        .describe(small, Depth::Basic)
        .await
        .expect_err("all spent");
    assert_eq!(
        error.to_string(),
        "The budget for looking at photos with a vision model is used up for now."
    );
}

#[tokio::test]
async fn at_the_cap_what_costs_nothing_goes_on() {
    let paid = Fake::always(200, good()).await;
    let free = Fake::always(200, good()).await;
    let text = paid.table("paid", DIME)
        + &free.table("free", "price_in = 0\nprice_out = 0")
        + &cap("0.15");
    let chain = chain_with(&text, Arc::new(MemoryLedger::default()), brisk());
    let mut providers = Vec::new();
    for _ in 0..3 {
        let described = chain.describe(picture(), Depth::Basic).await;
        providers.push(described.expect("an answer").source.provider);
    }
    assert_eq!(providers, ["paid", "free", "free"]);
}

#[tokio::test]
async fn what_was_used_is_booked_and_refusals_cost_nothing() {
    let fake = Fake::start(|number, _| match number {
        0 => Act::Text(500, String::new()),
        _ => Act::Json(200, good()),
    })
    .await;
    let ledger = Arc::new(MemoryLedger::default());
    let text = fake.table("p", "price_in = 1\nprice_out = 10");
    let chain = chain_with(&text, ledger.clone(), brisk());
    chain
        .describe(picture(), Depth::Basic)
        .await
        .expect("the second try");
    // 1000 tokens in at 1 dollar and 100 out at 10 dollars a million.
    assert_eq!(ledger.month_total(), 2_000);
}

#[tokio::test]
async fn what_nobody_knows_counts_in_full() {
    let fake = Fake::start(|_, _| Act::Slow(Duration::from_secs(3600), good())).await;
    let ledger = Arc::new(MemoryLedger::default());
    let text = fake.table("p", DIME) + "[budget]\nmonth_usd = 0.25\n";
    let chain = chain_with(&text, ledger.clone(), brisk());
    // Given up by us.
    let timed_out = chain
        .describe_within(picture(), Depth::Basic, Duration::from_millis(500))
        .await;
    assert!(matches!(timed_out, Err(DescribeError::TimedOut(_))));
    assert_eq!(ledger.month_total(), 100_000);
    // The guest went away.
    let left = tokio::time::timeout(
        Duration::from_millis(500),
        chain.describe(picture(), Depth::Basic),
    );
    assert!(left.await.is_err());
    assert_eq!(ledger.month_total(), 200_000);
    let third = chain.describe(picture(), Depth::Basic).await;
    assert!(matches!(third, Err(DescribeError::Budget(_))));
    assert_eq!(fake.count(), 2);
}

/// A book that cannot be reached, or never answers.
struct Lost {
    silent: bool,
}

impl Lost {
    fn answer<T: Send + 'static>(&self) -> Booking<'_, T> {
        Box::pin(async move {
            if self.silent {
                std::future::pending::<()>().await;
            }
            Err(OverBudget::Unavailable("connection refused".to_owned()))
        })
    }
}

impl Ledger for Lost {
    fn reserve<'a>(&'a self, _: &'a str, _: u64, _: Caps) -> Booking<'a, Reservation> {
        self.answer()
    }

    fn settle(&self, _: Reservation, _: u64) -> Booking<'_, ()> {
        self.answer()
    }

    fn release(&self, _: Reservation) -> Booking<'_, ()> {
        self.answer()
    }
}

#[tokio::test]
async fn without_a_book_nothing_is_spent() {
    for silent in [false, true] {
        let fake = Fake::always(200, good()).await;
        let text = String::from("deadline_seconds = 1\n") + &fake.table("p", DIME);
        let chain = chain_with(&text, Arc::new(Lost { silent }), brisk());
        let error = chain
            .describe(picture(), Depth::Basic)
            .await
            .expect_err("no book");
        assert!(matches!(error, DescribeError::Budget(_)), "{error:?}");
        assert_eq!(fake.count(), 0);
    }
}
