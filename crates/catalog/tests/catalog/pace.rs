//! How often one may search: exact, also when many ask at once through several connections.

use catalog::{Catalog, Pace, Settings};

use crate::support::{Fresh, run_sql, url_of};

const PACE: Pace = Pace {
    minute: 10,
    hour: 100,
    burst: 5,
};

/// The same with so long a wait after the burst that a slow machine makes no difference.
const SLOW: Pace = Pace {
    minute: 0,
    hour: 20,
    burst: 5,
};

/// Whether a search of one's own is admitted.
async fn admitted(catalog: &Catalog, who: u8, topic: Option<i64>, pace: &Pace) -> bool {
    catalog
        .admit([who; 16], topic, false, pace)
        .await
        .unwrap()
        .is_none()
}

async fn a_burst_is_counted_per_head_and_per_topic(catalog: &Catalog) {
    for _ in 0..5 {
        assert!(admitted(catalog, 1, None, &SLOW).await);
    }
    let wait = catalog
        .admit([1; 16], None, false, &SLOW)
        .await
        .unwrap()
        .unwrap();
    assert!((1..=180_000).contains(&wait.as_millis()), "{wait:?}");
    assert!(admitted(catalog, 2, None, &SLOW).await, "somebody else");

    // The same words again are the same search.
    for _ in 0..20 {
        assert!(admitted(catalog, 3, Some(7), &SLOW).await);
    }
    for topic in 8..12 {
        assert!(admitted(catalog, 3, Some(topic), &SLOW).await);
    }
    assert!(!admitted(catalog, 3, Some(12), &SLOW).await);
    assert!(
        admitted(catalog, 3, Some(7), &SLOW).await,
        "known words are free"
    );
    let beside = catalog.admit([3; 16], Some(7), true, &SLOW).await.unwrap();
    assert!(
        beside.is_some(),
        "a photo is not, whatever words are beside it"
    );
    assert_eq!(
        catalog.sweep_searchers().await.unwrap(),
        0,
        "all is of late"
    );
}
crate::on_both!(a_burst_is_counted_per_head_and_per_topic);

async fn minute_and_hour_hold_without_a_burst(catalog: &Catalog) {
    let minute = Pace {
        minute: 3,
        hour: 0,
        burst: 0,
    };
    let hour = Pace {
        minute: 0,
        hour: 4,
        burst: 0,
    };
    for (who, pace, most, longest) in [(1, minute, 3, 60_000), (2, hour, 4, 3_600_000)] {
        for _ in 0..most {
            assert!(admitted(catalog, who, None, &pace).await);
        }
        let wait = catalog
            .admit([who; 16], None, false, &pace)
            .await
            .unwrap()
            .unwrap();
        assert!((1..=longest).contains(&wait.as_millis()), "{wait:?}");
    }
    let open = Pace {
        minute: 0,
        hour: 0,
        burst: 1,
    };
    for _ in 0..5 {
        assert!(admitted(catalog, 3, None, &open).await);
    }
}
crate::on_both!(minute_and_hour_hold_without_a_burst);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_burst_holds_over_two_processes_at_once() {
    let fresh = Fresh::native(Settings::EXACT_BELOW).await;
    let other = fresh.again().await;
    let mut asking = tokio::task::JoinSet::new();
    for i in 0..40 {
        let catalog = if i % 2 == 0 {
            fresh.catalog.clone()
        } else {
            other.clone()
        };
        asking.spawn(async move { admitted(&catalog, 9, None, &SLOW).await });
    }
    let admitted = asking
        .join_all()
        .await
        .into_iter()
        .filter(|yes| *yes)
        .count();
    assert_eq!(admitted, 5);
    other.close().await;
    fresh.done().await;
}

/// Time goes by: what lies back far enough does not count any more, and its row goes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_back_does_not_count() {
    let fresh = Fresh::native(Settings::EXACT_BELOW).await;
    let database = fresh.database().unwrap().to_owned();
    let back = async |ms: i64| {
        let sql = format!(
            "UPDATE searchers SET arrival = arrival - {ms}, times = ARRAY(SELECT t - {ms} FROM unnest(times) t)"
        );
        run_sql(&url_of(&database), sql).await;
    };
    let mut begun = 0;
    // One try each second of a minute, each two seconds of a quarter of an hour.
    for step in 0..480 {
        begun += u32::from(admitted(&fresh.catalog, 1, None, &PACE).await);
        // The tenth is begun after half a minute, the eleventh after a whole one.
        if step == 44 {
            assert_eq!(begun, 10, "in the first minute");
        }
        back(if step < 60 { 1000 } else { 2000 }).await;
    }
    assert_eq!(begun, 100, "in the first quarter of an hour");
    back(3_600_000).await;
    assert_eq!(fresh.catalog.sweep_searchers().await.unwrap(), 1);
    fresh.done().await;
}
