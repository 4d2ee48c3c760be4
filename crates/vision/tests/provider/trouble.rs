//! Everything that goes wrong on the way.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use vision::{
    Depth, Describe, DescribeError,
    provider::{BreakerState, Chain, MemoryLedger, Resilience},
};

use crate::fake::{Act, Fake, brisk, chain, chain_with, good, picture};

async fn ask(chain: &Chain) -> Result<String, DescribeError> {
    // No test waits longer, whatever breaks.
    tokio::time::timeout(
        Duration::from_secs(30),
        chain.describe(picture(), Depth::Basic),
    )
    .await
    .expect("a chain gives up in time")
    .map(|described| described.source.provider)
}

#[tokio::test]
async fn server_errors_and_cut_bodies_are_tried_again() {
    let fake = Fake::start(|number, _| match number {
        0 => Act::Text(500, "oops".to_owned()),
        1 => Act::Cut,
        _ => Act::Json(200, good()),
    })
    .await;
    assert_eq!(ask(&chain(&fake.table("p", ""))).await, Ok("p".to_owned()));
    assert_eq!(fake.count(), 3);
}

#[tokio::test]
async fn three_tries_and_then_the_next_provider() {
    let broken = Fake::start(|_, _| Act::Text(502, String::new())).await;
    let works = Fake::always(200, good()).await;
    let both = chain(&(broken.table("broken", "") + &works.table("works", "")));
    assert_eq!(ask(&both).await, Ok("works".to_owned()));
    assert_eq!((broken.count(), works.count()), (3, 1));
    let health = both.health();
    assert_eq!(health[0].health.failed, 1);
    assert_eq!(
        health[0].health.last_error.as_ref().map(|(kind, _)| *kind),
        Some("unreachable")
    );
    assert!(health[1].health.latency.is_some());
}

#[tokio::test]
async fn nobody_there() {
    let text = "[[provider]]\nbase_url = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\n";
    let error = ask(&chain(text)).await.expect_err("nobody answers");
    assert!(matches!(error, DescribeError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn patience_is_kept_when_it_is_short() {
    let fake = Fake::start(|number, _| match number {
        0 => Act::With(429, "retry-after", "0".to_owned()),
        _ => Act::Json(200, good()),
    })
    .await;
    assert_eq!(ask(&chain(&fake.table("p", ""))).await, Ok("p".to_owned()));
    assert_eq!(fake.count(), 2);
}

#[tokio::test]
async fn patience_beyond_the_deadline_ends_the_call_and_holds_the_next() {
    let in_an_hour =
        httpdate::fmt_http_date(std::time::SystemTime::now() + Duration::from_secs(1800));
    for patience in ["1800".to_owned(), in_an_hour] {
        let fake = Fake::start(move |_, _| Act::With(429, "retry-after", patience.clone())).await;
        let chain = chain(&fake.table("p", ""));
        let error = ask(&chain).await.expect_err("limited");
        let DescribeError::RateLimited {
            retry_after: Some(wait),
            ..
        } = error
        else {
            panic!("{error:?}");
        };
        assert!(wait > Duration::from_secs(1700), "{wait:?}");
        assert!(matches!(ask(&chain).await, Err(DescribeError::Open(_))));
        assert_eq!(fake.count(), 1);
    }
}

#[tokio::test]
async fn a_model_that_moved_away_is_asked_once_and_never_again() {
    let gone = json!({"error": {"code": "model_not_found", "message": "The model does not exist"}});
    let moved = Fake::always(404, gone).await;
    let works = Fake::always(200, good()).await;
    let both = chain(&(moved.table("moved", "") + &works.table("works", "")));
    for _ in 0..3 {
        assert_eq!(ask(&both).await, Ok("works".to_owned()));
    }
    assert_eq!(moved.count(), 1);
    assert_eq!(both.health()[0].health.breaker, BreakerState::Gone);
    assert_eq!(both.source().provider, "works");

    let alone = chain(&moved.table("moved", ""));
    for _ in 0..2 {
        let error = ask(&alone).await.expect_err("gone");
        assert!(
            matches!(&error, DescribeError::Gone { model, .. } if model == "moved-model"),
            "{error:?}"
        );
    }
    assert_eq!(moved.count(), 2);
}

#[tokio::test]
async fn a_probe_says_in_plain_words_which_model_is_gone() {
    let moved = Fake::start(|number, _| match number {
        0 => Act::Json(400, json!({"error": {"code": "model_decommissioned"}})),
        _ => Act::Json(200, good()),
    })
    .await;
    let refuses = Fake::always(401, json!({"error": "bad key"})).await;
    let works = Fake::always(200, good()).await;
    let all = chain(
        &[
            moved.table("moved", ""),
            refuses.table("refuses", ""),
            works.table("works", ""),
        ]
        .concat(),
    );
    let sentences: Vec<String> = all.probe().await.iter().map(|p| p.sentence()).collect();
    assert_eq!(
        sentences[0],
        "moved: moved-model is no longer offered there. Set another model."
    );
    assert_eq!(
        sentences[1],
        "refuses: the key is refused. Check it, and what it may do."
    );
    assert!(sentences[2].starts_with("works: works-model works ("));
    assert_eq!((moved.count(), refuses.count(), works.count()), (1, 1, 1));
    // It is offered again: the probe sees it, and it is used.
    assert!(all.probe().await[0].outcome.is_ok());
    assert_eq!(ask(&all).await, Ok("moved".to_owned()));
}

#[tokio::test]
async fn a_refused_key_is_not_tried_again() {
    let fake = Fake::always(403, json!({"error": {"message": "no"}})).await;
    let chain = chain(&fake.table("p", ""));
    assert!(matches!(ask(&chain).await, Err(DescribeError::Refused(_))));
    assert!(matches!(ask(&chain).await, Err(DescribeError::Open(_))));
    assert_eq!(fake.count(), 1);
}

#[tokio::test]
async fn a_provider_in_trouble_is_left_alone_and_tried_again_later() {
    let fake = Fake::start(|number, _| match number {
        0..9 => Act::Text(500, String::new()),
        _ => Act::Json(200, good()),
    })
    .await;
    let chain = chain(&fake.table("p", ""));
    for _ in 0..3 {
        assert!(matches!(
            ask(&chain).await,
            Err(DescribeError::Unreachable(_))
        ));
    }
    assert!(matches!(ask(&chain).await, Err(DescribeError::Open(_))));
    assert_eq!(fake.count(), 9);
    tokio::time::sleep(brisk().pause * 2).await;
    assert_eq!(ask(&chain).await, Ok("p".to_owned()));
    assert_eq!(chain.health()[0].health.breaker, BreakerState::Closed);
}

#[tokio::test]
async fn slow_and_endless_providers_do_not_hold_anybody_up() {
    let slow = Fake::start(|_, _| Act::Slow(Duration::from_secs(3600), good())).await;
    let endless = Fake::start(|_, _| Act::Trickle).await;
    let works = Fake::always(200, good()).await;
    let all = chain(
        &[
            "deadline_seconds = 6\n".to_owned(),
            slow.table("slow", ""),
            endless.table("endless", ""),
            works.table("works", ""),
        ]
        .concat(),
    );
    assert_eq!(ask(&all).await, Ok("works".to_owned()));
    for fake in [&slow, &endless] {
        let alone = chain(&(String::from("deadline_seconds = 1\n") + &fake.table("p", "")));
        assert!(matches!(ask(&alone).await, Err(DescribeError::TimedOut(_))));
    }
    let own_limit = chain(&slow.table("p", "timeout_seconds = 0.2"));
    assert!(matches!(
        ask(&own_limit).await,
        Err(DescribeError::TimedOut(_))
    ));
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let fake = Fake::start(|_, _| Act::Flood).await;
    let error = ask(&chain(&fake.table("p", "")))
        .await
        .expect_err("too much");
    assert!(
        matches!(&error, DescribeError::Invalid(detail) if detail.as_str().contains("1 MiB")),
        "{error:?}"
    );
    assert_eq!(fake.count(), 1);
    // A refusal may flood as well; what it is stays known.
    let flood = "x".repeat(3_000_000);
    let fake = Fake::start(move |_, _| Act::Text(401, flood.clone())).await;
    let error = ask(&chain(&fake.table("p", "")))
        .await
        .expect_err("refused");
    assert!(matches!(error, DescribeError::Refused(_)), "{error:?}");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Fake::always(200, good()).await;
    for status in [301, 302, 307, 308] {
        let target = format!("http://{}/v1/chat/completions", other.address);
        let fake = Fake::start(move |_, _| Act::With(status, "location", target.clone())).await;
        let error = ask(&chain(&fake.table("p", "")))
            .await
            .expect_err("elsewhere");
        assert!(matches!(error, DescribeError::Unreachable(_)), "{error:?}");
        assert_eq!(fake.count(), 1);
    }
    assert_eq!(other.count(), 0);
}

#[tokio::test]
async fn no_more_calls_at_once_than_there_are_seats() {
    let fake = Fake::start(|_, _| Act::Slow(Duration::from_millis(500), good())).await;
    let seats = Resilience {
        at_once: 2,
        ..brisk()
    };
    let chain = chain_with(
        &fake.table("p", ""),
        Arc::new(MemoryLedger::default()),
        seats,
    );
    let answers = futures::future::join_all((0..5).map(|_| ask(&chain))).await;
    let overloaded =
        |r: &Result<String, DescribeError>| matches!(r, Err(DescribeError::Overloaded(_)));
    assert_eq!(answers.iter().filter(|r| r.is_ok()).count(), 2);
    assert_eq!(answers.iter().filter(|r| overloaded(r)).count(), 3);
}

#[tokio::test]
async fn our_own_limits_turn_calls_away_before_they_go_out() {
    for limit in [
        "requests_per_minute = 2",
        "requests_per_day = 2",
        "tokens_per_minute = 2500",
    ] {
        let fake = Fake::always(200, good()).await;
        // An assumed price sets a lot aside, and no picture is dearer than its tokens here.
        let more = format!("{limit}\nimage_tokens = 100\nmax_tokens = 64");
        let chain = chain(&fake.table("p", &more));
        let mut answered = 0;
        let limited = loop {
            match ask(&chain).await {
                Ok(_) => answered += 1,
                Err(error) => break error,
            }
        };
        assert!(
            matches!(
                limited,
                DescribeError::RateLimited {
                    retry_after: Some(_),
                    ..
                }
            ),
            "{limited:?}"
        );
        assert!((1..=2).contains(&answered), "{limit}: {answered}");
        assert_eq!(fake.count(), answered);
        // Ours, not theirs: the breaker stays closed.
        assert_eq!(chain.health()[0].health.breaker, BreakerState::Closed);
    }
}
