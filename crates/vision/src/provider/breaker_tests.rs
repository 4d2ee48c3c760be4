use super::*;

const PAUSE: Duration = Duration::from_secs(10);

fn breaker() -> Breaker {
    Breaker::new(2, PAUSE, PAUSE * 6)
}

fn unreachable() -> DescribeError {
    DescribeError::Unreachable(Detail::new("no route"))
}

fn fail(breaker: &Breaker, error: &DescribeError) {
    breaker.enter(false).expect("leave").failed(error);
}

#[tokio::test(start_paused = true)]
async fn opens_tries_once_and_closes() {
    let breaker = breaker();
    fail(&breaker, &unreachable());
    assert_eq!(breaker.health().breaker, BreakerState::Closed);
    fail(&breaker, &unreachable());
    assert_eq!(breaker.enter(false).err(), Some(BreakerState::Open(PAUSE)));
    tokio::time::advance(PAUSE).await;
    let trial = breaker.enter(false).expect("one may try");
    assert!(trial.is_trial());
    assert_eq!(breaker.enter(false).err(), Some(BreakerState::HalfOpen));
    trial.answered();
    let health = breaker.health();
    assert_eq!(health.breaker, BreakerState::Closed);
    assert_eq!((health.answered, health.failed), (1, 2));
    assert_eq!(
        health.last_error,
        Some(("unreachable", Detail::new("no route")))
    );
}

#[tokio::test(start_paused = true)]
async fn each_pause_is_twice_as_long_up_to_the_most() {
    let breaker = breaker();
    fail(&breaker, &unreachable());
    let mut pauses = Vec::new();
    for _ in 0..5 {
        fail(&breaker, &unreachable());
        let Some(BreakerState::Open(left)) = breaker.enter(false).err() else {
            panic!("open");
        };
        pauses.push(left.as_secs());
        tokio::time::advance(left).await;
    }
    assert_eq!(pauses, [10, 20, 40, 60, 60]);
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_was_given_up_lets_the_next_one_try() {
    let breaker = breaker();
    fail(&breaker, &unreachable());
    fail(&breaker, &unreachable());
    tokio::time::advance(PAUSE).await;
    drop(breaker.enter(false));
    assert!(breaker.enter(false).is_ok_and(|leave| leave.is_trial()));
}

#[tokio::test(start_paused = true)]
async fn gone_is_for_good_until_an_operator_sees_it_back() {
    let breaker = breaker();
    let gone = DescribeError::Gone {
        model: "m".to_owned(),
        detail: Detail::default(),
    };
    fail(&breaker, &gone);
    tokio::time::advance(Duration::from_secs(1_000_000)).await;
    assert_eq!(breaker.enter(false).err(), Some(BreakerState::Gone));
    let probe = breaker.enter(true).expect("a probe always asks");
    probe.failed(&DescribeError::Refused(Detail::default()));
    assert_eq!(breaker.health().breaker, BreakerState::Gone);
    breaker.enter(true).expect("a probe").answered();
    assert_eq!(breaker.health().breaker, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn our_own_budget_and_patience_are_no_fault_of_the_provider() {
    let breaker = breaker();
    for _ in 0..10 {
        let leave = breaker.enter(false).expect("leave");
        leave.held_back(&DescribeError::Budget(Detail::new("spent")));
    }
    assert_eq!(breaker.health().breaker, BreakerState::Closed);
    assert_eq!(
        breaker.health().last_error,
        Some(("budget", Detail::new("spent")))
    );
    assert_eq!(breaker.health().failed, 0);
    fail(
        &breaker,
        &DescribeError::RateLimited {
            retry_after: Some(Duration::from_secs(7)),
            detail: Detail::default(),
        },
    );
    assert_eq!(
        breaker.health().breaker,
        BreakerState::Open(Duration::from_secs(7))
    );
    tokio::time::advance(Duration::from_secs(7)).await;
    breaker.enter(false).expect("a trial").answered();
    assert_eq!(breaker.health().breaker, BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_is_not_tried_again_and_again() {
    let breaker = breaker();
    fail(&breaker, &DescribeError::Refused(Detail::default()));
    assert_eq!(breaker.health().breaker, BreakerState::Open(PAUSE * 6));
}
