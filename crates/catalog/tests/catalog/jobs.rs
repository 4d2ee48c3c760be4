//! The queue: who gets a job, who may write for it, and that what is done and that it was done come together.

use std::collections::HashSet;
use std::time::Duration;

use catalog::{
    BatchItem, Catalog, CatalogError, Conflict, Entry, ImportBatch, JobAction, JobState, NewItem,
    NewJob, Problem,
};
use material::{Finish, Properties, Slug};
use serde_json::json;

use crate::on_both;
use crate::support::{Fresh, Numbers, colour, material, swatch};

const LEASE: Duration = Duration::from_secs(600);
const KINDS: [&str; 1] = ["import"];

fn job(title: &str, priority: i32) -> NewJob {
    NewJob {
        kind: "import".into(),
        title: title.into(),
        priority,
        payload: json!({"of": title}),
        max_attempts: 3,
    }
}

fn lost<T: std::fmt::Debug>(result: Result<T, CatalogError>) {
    assert_eq!(
        result.unwrap_err(),
        CatalogError::Conflict(Conflict::ClaimLost)
    );
}

async fn jobs_go_by_priority_then_age_and_once(catalog: &Catalog) {
    for (title, priority) in [("a", 0), ("b", 5), ("c", 0)] {
        let new = job(title, priority);
        catalog.enqueue(&new, &[], &[], None).await.unwrap();
    }
    assert!(
        catalog
            .claim_job(&["other"], LEASE)
            .await
            .unwrap()
            .is_none()
    );
    let mut order = Vec::new();
    while let Some((job, claim)) = catalog.claim_job(&KINDS, LEASE).await.unwrap() {
        assert_eq!((job.state, job.attempts), (JobState::Running, 1));
        order.push(job.title);
        catalog
            .finish_job(claim, &json!({"ok": true}))
            .await
            .unwrap();
        lost(catalog.finish_job(claim, &json!(null)).await);
    }
    assert_eq!(order, ["b", "a", "c"]);
    let all = catalog.jobs(None, None, 2).await.unwrap();
    assert_eq!(all.len(), 2);
    let rest = catalog.jobs(None, Some(all[1].id), 10).await.unwrap();
    assert_eq!(rest[0].title, "a");
    assert!(rest[0].ended_at.is_some() && rest[0].state == JobState::Done);
    let counts = catalog.job_counts().await.unwrap();
    assert_eq!(counts[&("import".to_owned(), "done")], 3);
    let of = async |state, before| {
        let jobs = catalog.jobs(Some(state), before, 10).await.unwrap();
        jobs.iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!(of(JobState::Done, None).await.len(), 3);
    assert_eq!(of(JobState::Done, Some(all[1].id)).await, [rest[0].id]);
    assert!(of(JobState::Failed, None).await.is_empty());
    assert_eq!(catalog.sweep_jobs(LEASE).await.unwrap(), 0);
    assert_eq!(catalog.sweep_jobs(Duration::ZERO).await.unwrap(), 3);
}
on_both!(jobs_go_by_priority_then_age_and_once);

async fn a_worker_that_is_not_heard_of_loses_his_job(catalog: &Catalog) {
    catalog.enqueue(&job("a", 0), &[], &[], None).await.unwrap();
    let claim = async || catalog.claim_job(&KINDS, Duration::ZERO).await.unwrap();
    let (_, first) = claim().await.unwrap();
    let (again, second) = claim().await.unwrap();
    assert_eq!(again.attempts, 2);
    lost(catalog.keep_claim(first, LEASE).await);
    catalog.keep_claim(second, LEASE).await.unwrap();
    assert!(claim().await.is_none(), "it was heard of");
    // Given back, the attempt does not count.
    catalog.give_back(second).await.unwrap();
    let (third, _) = claim().await.unwrap();
    assert_eq!(third.attempts, 2);
    assert_eq!(claim().await.unwrap().0.attempts, 3);
    // Three times and never any further: it has failed, and says why.
    assert!(claim().await.is_none());
    let dead = catalog.job(third.id).await.unwrap();
    assert_eq!(dead.state, JobState::Failed);
    assert!(dead.reason.unwrap().contains("ended 3 times"));
    let retried = catalog
        .act_on_job(third.id, JobAction::Retry)
        .await
        .unwrap();
    assert_eq!((retried.state, retried.attempts), (JobState::Waiting, 0));
}
on_both!(a_worker_that_is_not_heard_of_loses_his_job);

async fn failures_wait_longer_and_longer(catalog: &Catalog) {
    catalog.enqueue(&job("a", 0), &[], &[], None).await.unwrap();
    let (first, claim) = catalog.claim_job(&KINDS, LEASE).await.unwrap().unwrap();
    catalog
        .fail_job(claim, "The disk is full.", false)
        .await
        .unwrap();
    let waiting = catalog.job(first.id).await.unwrap();
    assert_eq!(waiting.state, JobState::Waiting);
    assert_eq!(waiting.reason.as_deref(), Some("The disk is full."));
    assert!(
        catalog.claim_job(&KINDS, LEASE).await.unwrap().is_none(),
        "its time has not come"
    );
    // A person does not wait.
    catalog
        .act_on_job(first.id, JobAction::Pause)
        .await
        .unwrap();
    catalog
        .act_on_job(first.id, JobAction::Resume)
        .await
        .unwrap();
    let (_, claim) = catalog.claim_job(&KINDS, LEASE).await.unwrap().unwrap();
    catalog
        .fail_job(claim, "The folder is gone.", true)
        .await
        .unwrap();
    let failed = catalog.job(first.id).await.unwrap();
    assert_eq!(failed.state, JobState::Failed);
    assert!(failed.ended_at.is_some());
}
on_both!(failures_wait_longer_and_longer);

/// Random actions against the rule that says where they lead.
async fn people_move_jobs_by_the_rule(catalog: &Catalog) {
    let mut numbers = Numbers(7);
    for round in 0..6 {
        let new = job(&format!("{round}"), 0);
        let (id, _) = catalog.enqueue(&new, &[], &[], None).await.unwrap();
        let mut state = JobState::Waiting;
        for _ in 0..12 {
            let pick = numbers.next() as usize % (JobAction::ALL.len() + 2);
            let Some(action) = JobAction::ALL.get(pick).copied() else {
                // A worker comes along; some of them fail for good.
                if let Some((job, claim)) = catalog.claim_job(&KINDS, LEASE).await.unwrap() {
                    assert_eq!((job.id, state), (id, JobState::Waiting));
                    state = JobState::Running;
                    if pick.is_multiple_of(2) {
                        catalog.fail_job(claim, "no", true).await.unwrap();
                        state = JobState::Failed;
                    }
                } else {
                    assert_ne!(state, JobState::Waiting);
                }
                continue;
            };
            match (state.after(action), catalog.act_on_job(id, action).await) {
                (Some(next), Ok(job)) => {
                    assert_eq!(job.state, next);
                    state = next;
                }
                (None, Err(error)) => {
                    assert_eq!(error, CatalogError::Conflict(Conflict::JobState));
                }
                (rule, did) => panic!("{state:?} {action:?}: {rule:?}, {did:?}"),
            }
        }
        // Out of the way of the next one.
        let _ = catalog.act_on_job(id, JobAction::Cancel).await;
    }
    let nowhere = catalog
        .act_on_job(catalog::JobId(999_999), JobAction::Pause)
        .await;
    assert_eq!(nowhere.unwrap_err(), CatalogError::NotFound { what: "job" });
}
on_both!(people_move_jobs_by_the_rule);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_workers_share_the_jobs_and_none_is_done_twice() {
    let fresh = Fresh::native(catalog::Settings::EXACT_BELOW).await;
    for n in 0..40 {
        let new = job(&n.to_string(), n % 3);
        fresh.catalog.enqueue(&new, &[], &[], None).await.unwrap();
    }
    let mut workers = Vec::new();
    for _ in 0..4 {
        let catalog = fresh.again().await;
        workers.push(tokio::spawn(async move {
            let mut done = Vec::new();
            while let Some((job, claim)) = catalog.claim_job(&KINDS, LEASE).await.unwrap() {
                done.push(job.id);
                tokio::task::yield_now().await;
                catalog.finish_job(claim, &json!(null)).await.unwrap();
            }
            catalog.close().await;
            done
        }));
    }
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), 40);
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), 40);
    fresh.done().await;
}

fn oak(n: u64, finish: Option<Finish>) -> Entry {
    Entry {
        material: material(
            &format!("OAK-{n}"),
            Properties {
                finish,
                colours: vec![colour("#c8b89a", 1.0)],
                ..Properties::default()
            },
        ),
        swatches: vec![swatch(n, vec![])],
    }
}

fn items(keys: &[&str]) -> Vec<NewItem> {
    let item = |key: &&str| NewItem {
        key: (*key).to_owned(),
        work: json!({"file": format!("{key}.jpg")}),
    };
    keys.iter().map(item).collect()
}

async fn what_is_written_and_that_it_was_come_together(catalog: &Catalog) {
    let wanted = items(&["OAK-1", "OAK-2", "OAK-3"]);
    let problem = |line, problem: &str| Problem {
        line,
        name: "row".into(),
        cells: vec!["a".into(), "b, \"c\"".into()],
        problem: problem.into(),
        came_in: false,
    };
    let new = job("oaks", 0);
    let (id, claim) = catalog
        .enqueue(&new, &wanted, &[problem(9, "No picture.")], Some(LEASE))
        .await
        .unwrap();
    let claim = claim.unwrap();
    assert!(catalog.claim_job(&KINDS, LEASE).await.unwrap().is_none());
    let waiting = catalog.waiting_items(id, 0, 2).await.unwrap();
    assert_eq!(waiting.len(), 2);
    assert_eq!(waiting[1].work["file"], "OAK-2.jpg");
    let batch = ImportBatch {
        entries: vec![oak(1, None)],
        items: vec![
            (waiting[0].position, BatchItem::Put(0)),
            (waiting[1].position, BatchItem::Refuse),
        ],
        problems: vec![problem(2, "Damaged.")],
        ..ImportBatch::default()
    };
    let tally = catalog.complete_items(claim, &batch, LEASE).await.unwrap();
    assert_eq!((tally.created, tally.refused), (1, 1));
    // The same once more would be work done twice: nothing of it stands.
    let twice = catalog.complete_items(claim, &batch, LEASE).await;
    assert_eq!(twice.unwrap_err(), CatalogError::Internal);
    assert_eq!(catalog.job(id).await.unwrap().done, 2);

    let waiting = catalog.waiting_items(id, 0, 2).await.unwrap();
    let last = ImportBatch {
        entries: vec![oak(3, None)],
        items: vec![(waiting[0].position, BatchItem::Put(0))],
        ..ImportBatch::default()
    };
    // Stopped by a person: a worker that is late writes nothing.
    catalog.act_on_job(id, JobAction::Pause).await.unwrap();
    lost(catalog.complete_items(claim, &last, LEASE).await);
    assert_eq!(catalog.counts().await.unwrap().materials, 1);
    catalog.act_on_job(id, JobAction::Resume).await.unwrap();
    let (_, claim) = catalog.claim_job(&KINDS, LEASE).await.unwrap().unwrap();
    catalog.complete_items(claim, &last, LEASE).await.unwrap();
    catalog.finish_job(claim, &json!(null)).await.unwrap();
    let tally = catalog.import_tally(id).await.unwrap();
    assert_eq!((tally.created, tally.refused, tally.waiting), (2, 1, 0));
    let problems = catalog.import_problems(id, 0, 10).await.unwrap();
    assert_eq!(
        problems,
        [problem(2, "Damaged."), problem(9, "No picture.")]
    );
}
on_both!(what_is_written_and_that_it_was_come_together);

async fn an_import_is_undone(catalog: &Catalog) {
    let model = catalog.register_model("look", 4).await.unwrap().id;
    let mut before = oak(1, Some(Finish::Matt));
    before.swatches = vec![
        swatch(1, vec![(model, vec![1.0, 0.0, 0.0, 0.0])]),
        swatch(11, vec![(model, vec![0.0, 1.0, 0.0, 0.0])]),
    ];
    let kept = [
        before,
        oak(2, Some(Finish::Oiled)),
        oak(3, None),
        oak(4, None),
    ];
    catalog.upsert_many(&kept).await.unwrap();
    let stored = async |n: u64| {
        let slug = Slug::from_text(&format!("OAK-{n}")).unwrap();
        catalog.material(&slug).await.unwrap()
    };
    let mut was = Vec::new();
    for n in 1..=4 {
        was.push(stored(n).await);
    }
    assert_eq!(catalog.last_import().await.unwrap(), None);

    let new = job("undone", 0);
    let wanted = items(&["OAK-1", "OAK-2", "OAK-3", "OAK-4", "OAK-5"]);
    let (id, claim) = catalog
        .enqueue(&new, &wanted, &[], Some(LEASE))
        .await
        .unwrap();
    let claim = claim.unwrap();
    let mut first = oak(1, Some(Finish::Gloss));
    first.swatches = vec![swatch(1, vec![]), swatch(12, vec![])];
    let batch = ImportBatch {
        entries: vec![
            first,
            oak(3, None),
            oak(4, Some(Finish::Mirror)),
            oak(5, None),
        ],
        items: vec![
            (1, BatchItem::Put(0)),
            (2, BatchItem::Delete("OAK-2".into())),
            (3, BatchItem::Put(1)),
            (4, BatchItem::Put(2)),
            (5, BatchItem::Put(3)),
        ],
        ..ImportBatch::default()
    };
    let tally = catalog.complete_items(claim, &batch, LEASE).await.unwrap();
    assert_eq!(
        (tally.created, tally.changed, tally.unchanged, tally.deleted),
        (1, 2, 1, 1)
    );
    assert_eq!(
        catalog.undo_import(id).await.unwrap_err(),
        CatalogError::Conflict(Conflict::JobState)
    );
    catalog.finish_job(claim, &json!(null)).await.unwrap();
    // Somebody changes one of them afterwards.
    let later = oak(4, Some(Finish::Honed));
    catalog
        .upsert_many(std::slice::from_ref(&later))
        .await
        .unwrap();

    assert_eq!(catalog.last_import().await.unwrap(), Some(id));
    let undone = catalog.undo_import(id).await.unwrap();
    assert_eq!((undone.removed, undone.restored), (1, 2));
    assert_eq!(undone.left, ["OAK-4"]);
    for n in 1..=3 {
        assert_eq!(stored(n).await, was[n as usize - 1], "OAK-{n}");
    }
    let honed = stored(4).await.unwrap().material.properties.finish;
    assert_eq!(honed, Some(Finish::Honed));
    assert_eq!(stored(5).await, None);
    let picture = catalog
        .swatch(&crate::support::swatch_id(11), Some(model))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(picture.embedding, Some(vec![0.0, 1.0, 0.0, 0.0]));
    // As it was means: the same content coming again changes nothing.
    let again = catalog.upsert_many(&kept[..3]).await.unwrap();
    assert!(again.iter().all(|u| !u.changed), "{again:?}");
    assert_eq!(catalog.last_import().await.unwrap(), None);
    let twice = catalog.undo_import(id).await.unwrap();
    assert_eq!(twice, catalog::Undone::default());
    assert!(catalog.job(id).await.unwrap().undone_at.is_some());
}
on_both!(an_import_is_undone);

async fn profiles_are_kept_by_name(catalog: &Catalog) {
    assert!(catalog.profile("tiles").await.is_err());
    catalog
        .save_profile("tiles", &json!({"Bild": "image"}))
        .await
        .unwrap();
    catalog
        .save_profile("tiles", &json!({"Foto": "image"}))
        .await
        .unwrap();
    assert_eq!(
        catalog.profile("tiles").await.unwrap(),
        json!({"Foto": "image"})
    );
    assert_eq!(catalog.profiles().await.unwrap(), ["tiles"]);
}
on_both!(profiles_are_kept_by_name);

async fn uploads_are_needed_until_their_jobs_are_over(catalog: &Catalog) {
    let of = |title: &str, upload: &str| NewJob {
        payload: json!({"upload": upload}),
        ..job(title, 0)
    };
    catalog
        .enqueue(&job("a folder", 0), &[], &[], None)
        .await
        .unwrap();
    let mut ids = Vec::new();
    for (title, upload) in [("a", "x"), ("b", "x"), ("c", "y")] {
        let job = of(title, upload);
        let handed_in = catalog.enqueue(&job, &[], &[], None);
        ids.push(handed_in.await.unwrap().0);
    }
    let needed = async || {
        let mut all: Vec<_> = catalog
            .uploads_of_jobs()
            .await
            .unwrap()
            .into_iter()
            .collect();
        all.sort();
        all
    };
    let is = |x: bool, y: bool| vec![("x".to_owned(), x), ("y".to_owned(), y)];
    assert_eq!(needed().await, is(true, true));
    for id in [ids[0], ids[2]] {
        catalog.act_on_job(id, JobAction::Cancel).await.unwrap();
    }
    assert_eq!(needed().await, is(true, false));
    catalog.act_on_job(ids[1], JobAction::Cancel).await.unwrap();
    assert_eq!(needed().await, is(false, false));
}
on_both!(uploads_are_needed_until_their_jobs_are_over);

async fn a_claim_says_since_when_and_from_where(catalog: &Catalog) {
    let waiting = catalog.enqueue(&job("a", 0), &[], &[], None).await.unwrap();
    assert_eq!(catalog.job(waiting.0).await.unwrap().claimed_at, None);
    let (claimed, claim) = catalog.claim_job(&KINDS, LEASE).await.unwrap().unwrap();
    assert!(claimed.claimed_at.is_some() && claimed.claimed_done == claimed.done);
    catalog.give_back(claim).await.unwrap();
    let (again, _) = catalog.claim_job(&KINDS, LEASE).await.unwrap().unwrap();
    assert!(again.claimed_at > claimed.claimed_at);
    let b = job("b", 0);
    let (id, _) = catalog.enqueue(&b, &[], &[], Some(LEASE)).await.unwrap();
    assert!(catalog.job(id).await.unwrap().claimed_at.is_some());
}
on_both!(a_claim_says_since_when_and_from_where);
