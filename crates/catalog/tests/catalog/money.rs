//! Caps hold, however many spend at once, and calls are told.

use std::time::Duration;

use catalog::{Call, Catalog, CatalogError, Settings, Spent};

use crate::support::{Fresh, run_sql, url_of};

fn spent(day: u64, month: u64) -> Spent {
    Spent { day, month }
}

async fn caps_count_all_providers_together(catalog: &Catalog) {
    assert_eq!(catalog.spent(None).await.unwrap(), spent(0, 0));
    let caps = (Some(100), Some(150));
    let reserve = async |who, amount| catalog.reserve(who, amount, caps.0, caps.1).await.unwrap();
    let first = reserve("groq", 60).await.unwrap();
    assert_eq!(first.micro_usd(), 60);
    assert_eq!(
        reserve("together", 41).await,
        None,
        "one over the day's cap"
    );
    let second = reserve("together", 40).await.unwrap();
    assert_eq!(catalog.spent(None).await.unwrap(), spent(100, 100));
    assert_eq!(catalog.spent(Some("groq")).await.unwrap(), spent(60, 60));
    assert_eq!(catalog.spent(Some("nobody")).await.unwrap(), spent(0, 0));
    assert_eq!(reserve("groq", 1).await, None);
    assert!(reserve("local", 0).await.is_some(), "what costs nothing");

    // What it did cost takes the place of what it might have.
    catalog.settle(first, 25).await.unwrap();
    assert_eq!(catalog.spent(Some("groq")).await.unwrap(), spent(25, 25));
    catalog.release(second).await.unwrap();
    assert_eq!(catalog.spent(None).await.unwrap(), spent(25, 25));
    let again = reserve("groq", 75).await.unwrap();
    // More than was reserved is spent all the same.
    catalog.settle(again, 200).await.unwrap();
    assert_eq!(catalog.spent(Some("groq")).await.unwrap(), spent(225, 225));
    assert_eq!(reserve("groq", 1).await, None);

    // Each cap for itself, and none at all.
    let free = catalog.reserve("groq", 1, None, None).await.unwrap();
    catalog.release(free.unwrap()).await.unwrap();
    let month = catalog.reserve("groq", 1, None, Some(225)).await.unwrap();
    assert_eq!(month, None);
    let day = catalog.reserve("groq", 1, Some(225), None).await.unwrap();
    assert_eq!(day, None);
    let far = catalog.reserve("groq", 1, Some(u64::MAX), Some(u64::MAX));
    catalog.release(far.await.unwrap().unwrap()).await.unwrap();
}
crate::on_both!(caps_count_all_providers_together);

async fn amounts_and_names_have_limits(catalog: &Catalog) {
    let too_much = Catalog::MAX_MICRO_USD + 1;
    for amount in [too_much, u64::MAX] {
        let error = catalog.reserve("groq", amount, None, None).await;
        assert!(matches!(error, Err(CatalogError::Unfit(_))));
    }
    for name in ["", "nul\0", &"x".repeat(201)] {
        let error = catalog.reserve(name, 1, None, None).await;
        assert!(matches!(error, Err(CatalogError::Unfit(_))), "{name:?}");
        let error = catalog.spent(Some(name)).await;
        assert!(matches!(error, Err(CatalogError::Unfit(_))), "{name:?}");
    }
    // What cannot be booked stays reserved.
    let reservation = catalog.reserve("groq", 5, None, None).await.unwrap();
    let error = catalog.settle(reservation.unwrap(), too_much).await;
    assert!(matches!(error, Err(CatalogError::Unfit(_))));
    assert_eq!(catalog.spent(None).await.unwrap(), spent(5, 5));
}
crate::on_both!(amounts_and_names_have_limits);

/// A hundred ask for one each, by two ways in, while others settle and release; ten may.
async fn race(fresh: Fresh) {
    let ways = [fresh.catalog.clone(), fresh.again().await];
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..100_usize {
        let catalog = ways[i % 2].clone();
        tasks.spawn(async move {
            let provider = ["groq", "together"][i / 2 % 2];
            catalog.reserve(provider, 1, Some(10), None).await.unwrap()
        });
    }
    let granted: Vec<_> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(granted.len(), 10);
    assert_eq!(ways[1].spent(None).await.unwrap(), spent(10, 10));

    // Half of them settle, half release, and twenty more ask meanwhile: the sum never passes the cap.
    let mut tasks = tokio::task::JoinSet::new();
    for (i, reservation) in granted.into_iter().enumerate() {
        let catalog = ways[i % 2].clone();
        tasks.spawn(async move {
            match i % 2 {
                0 => catalog.settle(reservation, 1).await.unwrap(),
                _ => catalog.release(reservation).await.unwrap(),
            }
            None
        });
    }
    for i in 0..20_usize {
        let catalog = ways[i % 2].clone();
        tasks.spawn(async move { catalog.reserve("groq", 1, None, Some(10)).await.unwrap() });
    }
    let granted = tasks.join_all().await.into_iter().flatten().count() as u64;
    assert!(granted <= 5, "{granted}");
    let sum = 5 + granted;
    assert_eq!(ways[0].spent(None).await.unwrap(), spent(sum, sum));
    let [_, second] = ways;
    second.close().await;
    fresh.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_of_a_hundred_may_spend_native() {
    race(Fresh::native(20_000).await).await;
}

/// The second way in is the same one here, and closing it closes both.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_of_a_hundred_may_spend_embedded() {
    race(Fresh::embedded(20_000).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_reserved_before_a_restart_counts_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Catalog::open(Settings::local(folder.path()));
    let catalog = open().await.unwrap();
    let paid = catalog.reserve("groq", 3, None, None).await.unwrap();
    catalog.settle(paid.unwrap(), 2).await.unwrap();
    let _lost = catalog.reserve("groq", 7, None, None).await.unwrap();
    catalog.close().await;
    let catalog = open().await.unwrap();
    assert_eq!(catalog.spent(None).await.unwrap(), spent(9, 9));
    let over = catalog.reserve("groq", 2, Some(10), None).await.unwrap();
    assert_eq!(over, None);
    catalog.close().await;
}

/// Moves all that was spent to another day.
async fn move_to(url: &str, day: &str) {
    let today = "(now() AT TIME ZONE 'UTC')::date";
    for table in ["payments", "reservations"] {
        let sql = format!("UPDATE {table} SET day = {day} WHERE day = {today}");
        run_sql(url, sql).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_day_and_a_new_month_begin_with_nothing() {
    let fresh = Fresh::native(20_000).await;
    let catalog = &fresh.catalog;
    let url = url_of(fresh.database().unwrap());
    let before = "date_trunc('month', now() AT TIME ZONE 'UTC')::date";
    let paid = catalog.reserve("groq", 4, None, None).await.unwrap();
    catalog.settle(paid.unwrap(), 4).await.unwrap();
    let open = catalog.reserve("groq", 2, None, None).await.unwrap();
    assert_eq!(catalog.spent(None).await.unwrap(), spent(6, 6));

    // The last day of the month before.
    move_to(&url, &format!("{before} - 1")).await;
    assert_eq!(catalog.spent(None).await.unwrap(), spent(0, 0));
    let caps = (Some(5), Some(5));
    let reserve = async |n| catalog.reserve("groq", n, caps.0, caps.1).await.unwrap();
    let new = reserve(5).await.unwrap();
    // Settled now, it belongs to the day it was reserved on.
    catalog.settle(open.unwrap(), 3).await.unwrap();
    assert_eq!(catalog.spent(None).await.unwrap(), spent(5, 5));
    catalog.release(new).await.unwrap();

    // The first day of this month, unless that is today: the month's cap holds, the day's is new.
    let paid = reserve(5).await.unwrap();
    catalog.settle(paid, 5).await.unwrap();
    move_to(&url, before).await;
    let now = catalog.spent(None).await.unwrap();
    assert_eq!(now.month, 5);
    assert!(now.day == 0 || now.day == 5);
    assert_eq!(reserve(1).await, None);
    if now.day == 0 {
        let day = catalog.reserve("groq", 5, Some(5), None).await.unwrap();
        assert!(day.is_some());
    }
    fresh.done().await;
}

/// Whatever the database's own setting is: with statements that see an old state, the cap would not hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_caps_hold_on_a_server_with_another_isolation() {
    let fresh = Fresh::native(20_000).await;
    let database = fresh.database().unwrap();
    let strict = "SET default_transaction_isolation = 'repeatable read'";
    run_sql(
        &url_of(database),
        format!("ALTER DATABASE {database} {strict}"),
    )
    .await;
    let again = fresh.again().await;
    let asks = (0..100).map(|_| again.reserve("groq", 1, Some(10), None));
    let granted = futures::future::join_all(asks).await;
    let granted = granted.into_iter().filter_map(Result::unwrap).count();
    assert_eq!(granted, 10);
    again.close().await;
    fresh.done().await;
}

async fn calls_are_summed_up_and_age_out(catalog: &Catalog) {
    let hour = Duration::from_secs(3_600);
    assert_eq!(catalog.calls_summary(hour).await.unwrap(), []);
    let mut call = Call {
        provider: "groq".into(),
        model: "maverick".into(),
        kind: "analysis".into(),
        input_tokens: 900,
        output_tokens: 100,
        micro_usd: 250,
        took: Duration::from_millis(100),
        outcome: "ok".into(),
    };
    for ms in [300, 100, 200, 900] {
        call.took = Duration::from_millis(ms);
        catalog.record_call(&call).await.unwrap();
    }
    call.outcome = "timed out".into();
    call.micro_usd = 0;
    catalog.record_call(&call).await.unwrap();
    call.provider = "a local one".into();
    catalog.record_call(&call).await.unwrap();

    let all = catalog.calls_summary(hour).await.unwrap();
    let short: Vec<_> = all
        .iter()
        .map(|s| {
            (
                s.provider.as_str(),
                s.outcome.as_str(),
                s.calls,
                s.micro_usd,
            )
        })
        .collect();
    assert_eq!(
        short,
        [
            ("a local one", "timed out", 1, 0),
            ("groq", "ok", 4, 1_000),
            ("groq", "timed out", 1, 0)
        ]
    );
    assert_eq!((all[1].p50.as_millis(), all[1].p95.as_millis()), (200, 900));
    assert!(all[1].last.year() > 2000);
    assert_eq!(catalog.calls_summary(Duration::ZERO).await.unwrap(), []);
    let ever = catalog.calls_summary(Duration::MAX).await.unwrap();
    assert_eq!(ever.len(), 3);

    call.kind = String::new();
    let error = catalog.record_call(&call).await;
    assert!(matches!(error, Err(CatalogError::Unfit(_))));
    assert_eq!(catalog.sweep_calls(hour).await.unwrap(), 0);
    assert_eq!(catalog.sweep_calls(Duration::ZERO).await.unwrap(), 6);
}
crate::on_both!(calls_are_summed_up_and_age_out);
