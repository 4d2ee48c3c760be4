//! The thread and its queue: batches, failures, ends.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

use super::{
    super::{
        ClipError,
        backend::{Data, Element, Tensor},
        network::{Network, Row},
        tower::{Queue, Tower},
    },
    Fake, port,
};

fn row(value: f32) -> Row {
    Row::Picture(vec![value, 1.0, 0.0])
}

/// A tower of pictures of one pixel that gives back what it was given.
async fn tower(
    batch: usize,
    mut before: impl FnMut(&[f32]) + Send + 'static,
) -> Result<Tower, ClipError> {
    let open = move || {
        let run = move |inputs: Vec<Tensor>| {
            let [
                Tensor {
                    shape,
                    data: Data::F32(numbers),
                },
            ] = &inputs[..]
            else {
                return Err("no pictures".to_owned());
            };
            before(numbers);
            Ok((vec![shape[0], 3], numbers.clone()))
        };
        let backend = Fake {
            inputs: vec![port(
                "image",
                Element::F32,
                &[None, Some(3), Some(1), Some(1)],
            )],
            outputs: vec![port("embedding", Element::F32, &[None, Some(3)])],
            run,
        };
        let network = Network::image(Path::new("x"), Box::new(backend), (1, 1), 3)?;
        Ok((network, ()))
    };
    Ok(Tower::start("test-tower", batch, open).await?.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_is_run_together_and_each_gets_its_own() {
    let (started, start) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let noted = sizes.clone();
    let tower = tower(4, move |numbers| {
        noted.lock().expect("lock").push(numbers.len() / 3);
        started.send(()).expect("the test listens");
        gate.recv().expect("the test says when");
    });
    let tower = Arc::new(tower.await.expect("starts"));
    let ask = |value: f32, rows: usize| {
        let tower = tower.clone();
        let rows = (0..rows).map(|i| row(value + i as f32)).collect();
        tokio::spawn(async move { tower.run(rows).await })
    };
    let first = ask(1.0, 1);
    start.recv().expect("the first one runs");
    // While that one runs, more come in: 2 + 1 + 2 rows reach the limit of four, the last waits.
    let mut rest = Vec::new();
    for (value, rows) in [(10.0, 2), (20.0, 1), (30.0, 2), (40.0, 1)] {
        rest.push((value, rows, ask(value, rows)));
        tokio::task::yield_now().await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for _ in 0..3 {
        go.send(()).expect("the tower listens");
    }
    assert_eq!(first.await.expect("task").expect("answer").len(), 1);
    for (value, rows, answer) in rest {
        let vectors = answer.await.expect("task").expect("answer");
        assert_eq!(vectors.len(), rows);
        for (i, vector) in vectors.iter().enumerate() {
            let got = vector[0] / vector[1];
            assert!((got - value - i as f32).abs() < 1e-3, "{got} {value}");
        }
    }
    assert_eq!(*sizes.lock().expect("lock"), [1, 5, 1]);
}

#[tokio::test]
async fn a_panic_is_an_error_and_the_next_one_is_answered() {
    let tower = tower(4, |numbers| assert!(numbers[0] < 5.0, "five is too much"))
        .await
        .expect("starts");
    let error = tower.run(vec![row(9.0)]).await.expect_err("panics");
    assert!(error.to_string().contains("five is too much"), "{error}");
    assert!(tower.run(vec![row(1.0)]).await.is_ok());
}

#[tokio::test]
async fn no_vector_is_an_error_for_those_who_asked_for_it() {
    let tower = tower(4, |_| ()).await.expect("starts");
    let error = tower.run(vec![row(1.0), row(f32::NAN)]).await;
    assert!(matches!(error, Err(ClipError::Failed(_))));
    assert!(tower.run(vec![row(1.0)]).await.is_ok());
}

#[tokio::test]
async fn a_network_that_cannot_be_opened_says_so() {
    let open = || -> Result<(Network, ()), ClipError> { panic!("no such thing") };
    let Err(error) = Tower::start("test-tower", 1, open).await else {
        panic!("there is nothing to start");
    };
    assert!(error.to_string().contains("no such thing"), "{error}");
}

#[tokio::test]
async fn dropping_it_ends_the_thread() {
    let alive = Arc::new(());
    let held = Arc::downgrade(&alive);
    let tower = tower(1, move |_| drop(alive.clone()))
        .await
        .expect("starts");
    assert!(held.upgrade().is_some());
    drop(tower);
    assert!(
        held.upgrade().is_none(),
        "the network is gone with its thread"
    );
}

#[tokio::test]
async fn those_who_went_away_are_not_computed_for() {
    let (started, start) = mpsc::channel();
    let (go, gate) = mpsc::channel::<()>();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let tower = tower(1, move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        started.send(()).expect("the test listens");
        gate.recv().expect("the test says when");
    });
    let tower = Arc::new(tower.await.expect("starts"));
    let ask = |value| {
        let tower = tower.clone();
        tokio::spawn(async move { tower.run(vec![row(value)]).await })
    };
    let first = ask(1.0);
    tokio::task::yield_now().await;
    start.recv().expect("the first one runs");
    let gone = ask(2.0);
    tokio::task::yield_now().await;
    gone.abort();
    assert!(gone.await.is_err(), "aborted");
    go.send(()).expect("the tower listens");
    first.await.expect("task").expect("answer");
    let last = ask(3.0);
    go.send(()).expect("the tower listens");
    last.await.expect("task").expect("answer");
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[test]
fn the_queue_takes_so_many_and_no_more() {
    let queue = Queue::new(4, 2);
    let first = queue.enter(1).expect("one of four");
    let second = queue.enter(100).expect("a batch at a time: three of four");
    let third = queue.enter(1).expect("four of four");
    assert!(matches!(queue.enter(1), Err(ClipError::Overloaded)));
    drop(second);
    let _again = queue.enter(2).expect("room again");
    drop((first, third));
    let tiny = Queue::new(0, 16);
    assert!(tiny.enter(16).is_ok(), "one job always fits");
}
