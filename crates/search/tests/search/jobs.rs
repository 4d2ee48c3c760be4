//! Imports as jobs: planned, killed, stopped, reported, undone, exported.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use futures::StreamExt;
use material::{NewMaterial, SwatchRef};
use search::{
    ImportRequest, JobAction, JobState, Known, Pace, Progress, Reading, Settings, Step, Veneer,
};
use tokio::sync::watch;

use crate::support::{checks, import, png, silent};

async fn open(data: &Path) -> Veneer {
    Veneer::open(Settings::local(data)).await.unwrap()
}

fn with_table(folder: &Path, table: &Path) -> ImportRequest {
    ImportRequest {
        folder: folder.to_owned(),
        csv: Some(table.to_owned()),
        analyse: None,
    }
}

/// Every material by its key, with its pictures.
async fn everything(veneer: &Veneer) -> BTreeMap<String, (NewMaterial, Vec<SwatchRef>)> {
    let mut all = BTreeMap::new();
    for page in 1.. {
        let view = material::View::parse(&format!("page={page}")).unwrap();
        let found = veneer.library(&view).await.unwrap();
        let before = all.len();
        for hit in found.hits {
            let known = veneer.known(&hit.material.slug).await.unwrap();
            all.insert(known.0.key.to_string(), known);
        }
        if all.len() == before {
            break;
        }
    }
    all
}

/// The process that is killed: works off what waits, and prints every item that is done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test below, in a process of its own"]
async fn worker() {
    let veneer = open(Path::new(&std::env::var("VENEER_KILL_FOLDER").unwrap())).await;
    println!("\nopened");
    let progress: Progress = Arc::new(|step| {
        if let Step::Done(name) = step {
            println!("\ndone={name}");
            let _ = std::io::stdout().flush();
        }
    });
    let (_stop, stopped) = watch::channel(false);
    // A dead worker is not heard of for half a minute; nobody waits that long here.
    while veneer.jobs(None, None, 1).await.unwrap()[0].state != JobState::Done {
        let job = veneer.jobs(None, None, 1).await.unwrap()[0].clone();
        if job.state == JobState::Running {
            veneer.act_on_job(job.id, JobAction::Pause).await.unwrap();
            veneer.act_on_job(job.id, JobAction::Resume).await.unwrap();
        }
        veneer
            .work(Pace::Full, true, stopped.clone(), Arc::clone(&progress))
            .await;
    }
    println!("\nfinished");
    veneer.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_an_import_brings_every_picture_once() {
    const PICTURES: u8 = 220;
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let request = import(photos.path(), 0, 20);
    for n in 20..PICTURES {
        let picture = checks(
            160,
            [n, 255 - n, 90],
            [250 - n, 60, n / 2],
            5 + u32::from(n % 23),
        );
        fs::write(photos.path().join(format!("oak/n{n}.png")), png(&picture)).unwrap();
    }
    let veneer = open(data.path()).await;
    let job = veneer
        .enqueue_import(&request, &Reading::default())
        .await
        .unwrap();
    veneer.close().await;
    let mut kills = 0;
    let mut told: Vec<String> = Vec::new();
    loop {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["jobs::worker", "--exact", "--ignored", "--nocapture"])
            .env("VENEER_KILL_FOLDER", data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in out.lines().map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        // Dies at another moment every time, once in the middle of its first batch.
        let after = [0, 1, 17, 20, 18][kills % 5];
        let (mut seen, mut finished) = (0, false);
        while let Ok(line) = lines.recv_timeout(Duration::from_secs(120)) {
            if let Some(name) = line.strip_prefix("done=") {
                told.push(name.to_owned());
                seen += 1;
            }
            finished |= line == "finished";
            if kills < 5 && (seen > after || (after == 0 && line == "opened")) {
                break;
            }
        }
        if kills < 5 {
            std::thread::sleep(Duration::from_millis(37 * kills as u64));
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
        reader.join().unwrap();
        told.extend(
            lines
                .try_iter()
                .filter_map(|l| Some(l.strip_prefix("done=")?.to_owned())),
        );
        if finished {
            break;
        }
    }
    assert_eq!(kills, 5);
    let veneer = open(data.path()).await;
    let done = veneer.job(job).await.unwrap();
    let tally = veneer.job_tally(job).await.unwrap();
    assert_eq!(
        (done.state, done.done),
        (JobState::Done, u64::from(PICTURES))
    );
    assert_eq!(
        (tally.created, tally.changed, tally.waiting),
        (u32::from(PICTURES), 0, 0)
    );
    let counts = veneer.counts().await.unwrap();
    assert_eq!(counts.materials, u32::from(PICTURES));
    assert_eq!(counts.swatches, u32::from(PICTURES));
    // What was told as done was done then: nothing was told twice.
    let all = told.len();
    told.sort();
    told.dedup();
    assert_eq!(told.len(), all);
    veneer.close().await;
}

#[tokio::test]
async fn a_table_is_planned_mapped_reported_corrected_and_undone() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, step) in [("a.png", 10), ("b.png", 16), ("c.png", 40)] {
        let picture = png(&checks(300, [200, 150, 100], [150, 100, 60], step));
        fs::write(photos.path().join(name), picture).unwrap();
    }
    fs::write(photos.path().join("d.png"), b"no picture").unwrap();
    let table = photos.path().join("list.csv");
    fs::write(
        &table,
        "Nr;Foto der Ware;Was;Preis;Martindale\n\
         A;a.png;oak;48,50;\n\
         B;b.png;walnut;;\n\
         C;d.png;velvet;12;40 000\n\
         D;nowhere.png;oak;;\n",
    )
    .unwrap();
    let request = with_table(photos.path(), &table);
    let veneer = open(data.path()).await;
    let dry = veneer
        .plan_import(&request, &Reading::default(), silent())
        .await
        .unwrap();
    assert_eq!(dry.columns[1].known, Known::Values);
    assert_eq!(dry.columns[0].field, None);
    let reading = Reading {
        mapping: [("Nr", "key"), ("Martindale", "spec: Martindale")]
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .into(),
        profile: None,
        save_as: Some("ours".to_owned()),
    };
    let dry = veneer
        .plan_import(&request, &reading, silent())
        .await
        .unwrap();
    assert_eq!((dry.materials, dry.pictures, dry.known), (4, 4, 0));
    assert_eq!(dry.problems.len(), 2, "{:?}", dry.problems);
    assert!(dry.seconds > 0.0);
    assert_eq!(
        veneer.counts().await.unwrap().materials,
        0,
        "nothing was done"
    );

    let job = veneer.enqueue_import(&request, &reading).await.unwrap();
    let (_stop, stopped) = watch::channel(false);
    let (gentle, states) = tokio::join!(
        veneer.work(Pace::Gentle, true, stopped.clone(), silent()),
        veneer.watch_job(job).map(|j| j.state).collect::<Vec<_>>()
    );
    let () = gentle;
    assert_eq!(states.last(), Some(&JobState::Done));
    let tally = veneer.job_tally(job).await.unwrap();
    assert_eq!((tally.created, tally.refused), (2, 2));
    let report = veneer.import_report(job).await.unwrap().unwrap();
    let rows: Vec<&str> = report.lines().collect();
    assert_eq!(rows[0], "Nr,Foto der Ware,Was,Preis,Martindale,problem");
    assert_eq!(rows.len(), 3, "{report}");
    assert!(rows[1].starts_with("C,d.png,velvet,12,40 000,"), "{report}");

    // Corrected and brought in again, by the mapping that was kept.
    let again = photos.path().join("report.csv");
    fs::write(
        &again,
        report
            .replace("d.png", "c.png")
            .replace("nowhere.png", "c.png"),
    )
    .unwrap();
    let kept = Reading {
        profile: Some("ours".to_owned()),
        ..Reading::default()
    };
    let request = with_table(photos.path(), &again);
    let (second, done) = veneer
        .import_as(&request, &kept, stopped.clone(), silent())
        .await
        .unwrap();
    assert_eq!((done.created, done.skipped.len()), (2, 0), "{done:?}");
    assert_eq!(veneer.import_report(second).await.unwrap(), None);
    let all = everything(&veneer).await;
    assert_eq!(all.len(), 4);
    assert_eq!(all["C"].0.properties.specs[0].value.as_str(), "40 000");

    // Changed and deleted by key, and taken back.
    let edits = photos.path().join("edits.csv");
    fs::write(&edits, "sku,price,action\nA,50,\nB,,delete\nZ,1,\n").unwrap();
    let request = with_table(photos.path(), &edits);
    let (third, done) = veneer
        .import_as(&request, &Reading::default(), stopped, silent())
        .await
        .unwrap();
    assert_eq!(
        (done.changed, done.deleted, done.skipped.len()),
        (1, 1, 1),
        "{done:?}"
    );
    let changed = everything(&veneer).await;
    assert_eq!(changed.len(), 3);
    assert_eq!(
        changed["A"].0.properties.price.as_ref().unwrap().cents,
        5000
    );
    assert_eq!(changed["A"].1, all["A"].1, "its pictures stay");
    let (undone, what) = veneer.undo_import(None).await.unwrap().unwrap();
    assert_eq!((undone, what.restored, what.left.len()), (third, 2, 0));
    assert_eq!(everything(&veneer).await, all);
    // One after the other, back to nothing.
    assert_eq!(veneer.undo_import(None).await.unwrap().unwrap().0, second);
    assert_eq!(veneer.undo_import(None).await.unwrap().unwrap().0, job);
    assert_eq!(veneer.counts().await.unwrap().materials, 0);
    assert!(veneer.undo_import(None).await.unwrap().is_none());
    veneer.close().await;
}

#[tokio::test]
async fn what_is_exported_comes_in_as_the_same_library() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (out, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, step) in [("a.png", 10), ("b.png", 16), ("c.png", 40)] {
        let picture = png(&checks(300, [200, 150, 100], [150, 100, 60], step));
        fs::write(photos.path().join(name), picture).unwrap();
    }
    let table = photos.path().join("list.csv");
    fs::write(
        &table,
        "SKU,File,Title,Maker,Category,Finish,Price,Fire,Size,Colours,Application,Slip,spec: PEI,view\n\
         OAK-1,a.png,\"Skåne \"\"Oak\"\"\",Nordhave,oak,matte,48.50,Bfl-s1,200 x 1200 x 14,#c8a678; #a8845c,floor; wall,R10,IV,face\n\
         OAK-1,b.png,,,,,,,,,,,,close-up\n\
         PLAIN,c.png,Plain,,,,,,,,,,,\n",
    )
    .unwrap();
    let veneer = open(data.path()).await;
    veneer
        .import(with_table(photos.path(), &table), silent())
        .await
        .unwrap();
    let done = veneer.export(out.path(), silent()).await.unwrap();
    assert_eq!((done.materials, done.pictures), (2, 3));
    let all = everything(&veneer).await;
    veneer.close().await;

    let veneer = open(other.path()).await;
    let whole = with_table(out.path(), &out.path().join("library.json"));
    let report = veneer.import(whole.clone(), silent()).await.unwrap();
    assert_eq!((report.created, report.skipped.len()), (2, 0), "{report:?}");
    let came = everything(&veneer).await;
    assert_eq!(came.len(), all.len());
    for (key, (material, pictures)) in &came {
        let (was, had) = &all[key];
        assert_eq!(material, was);
        let named = |all: &[SwatchRef]| -> Vec<_> {
            let named = all
                .iter()
                .map(|s| (s.id.clone(), s.view.clone(), s.width, s.height));
            named.collect()
        };
        assert_eq!(named(pictures), named(had));
    }
    let all = came;
    let report = veneer.import(whole, silent()).await.unwrap();
    assert_eq!((report.unchanged, report.changed), (2, 0));
    // Exported again, the pictures are the same to the byte.
    let again = tempfile::tempdir().unwrap();
    veneer.export(again.path(), silent()).await.unwrap();
    for entry in fs::read_dir(out.path().join("images")).unwrap() {
        let entry = entry.unwrap();
        let twice = again.path().join("images").join(entry.file_name());
        assert_eq!(fs::read(entry.path()).unwrap(), fs::read(twice).unwrap());
    }
    // The table says the same but for where values come from and the shares of colours.
    let sheet = with_table(out.path(), &out.path().join("library.csv"));
    let (_stop, stopped) = watch::channel(false);
    let (_, report) = veneer
        .import_as(&sheet, &Reading::default(), stopped, silent())
        .await
        .unwrap();
    assert_eq!(
        (report.skipped.len(), report.remarks.len()),
        (0, 0),
        "{report:?}"
    );
    let by_sheet = everything(&veneer).await;
    assert_eq!(by_sheet.len(), all.len());
    for (key, (material, pictures)) in &by_sheet {
        let (was, had) = &all[key];
        assert_eq!(pictures, had);
        assert_eq!((&material.name, &material.maker), (&was.name, &was.maker));
        let (now, was) = (&material.properties, &was.properties);
        assert_eq!(
            (now.category, now.finish, &now.fire),
            (was.category, was.finish, &was.fire)
        );
        assert_eq!(
            (&now.size, &now.price, &now.specs),
            (&was.size, &was.price, &was.specs)
        );
        assert_eq!(now.applications, was.applications);
    }
    veneer.close().await;
}

#[tokio::test]
async fn an_import_can_be_stopped_and_goes_on_later() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let request = import(photos.path(), 0, 20);
    let veneer = open(data.path()).await;
    let job = veneer
        .enqueue_import(&request, &Reading::default())
        .await
        .unwrap();
    // Paused by a person as soon as something is done.
    let (stop, stopped) = watch::channel(false);
    let done = Arc::new(AtomicU64::new(0));
    let stopping: Progress = {
        let done = Arc::clone(&done);
        Arc::new(move |step| {
            if matches!(step, Step::Done(_)) {
                done.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                stop.send_replace(true);
            }
        })
    };
    veneer.work(Pace::Full, true, stopped, stopping).await;
    let row = veneer.job(job).await.unwrap();
    assert_eq!(
        (row.state, row.attempts),
        (JobState::Waiting, 0),
        "it went back"
    );
    let so_far = done.load(std::sync::atomic::Ordering::SeqCst);
    assert!(so_far > 0 && row.done >= so_far);
    veneer.act_on_job(job, JobAction::Pause).await.unwrap();
    let (_stop, stopped) = watch::channel(false);
    veneer
        .work(Pace::Full, true, stopped.clone(), silent())
        .await;
    assert_eq!(
        veneer.job(job).await.unwrap().done,
        row.done,
        "it is paused"
    );
    veneer.act_on_job(job, JobAction::Resume).await.unwrap();
    veneer
        .work(Pace::Full, true, stopped.clone(), silent())
        .await;
    let row = veneer.job(job).await.unwrap();
    assert_eq!((row.state, row.done), (JobState::Done, 20));
    assert!(veneer.act_on_job(job, JobAction::Cancel).await.is_err());

    // A folder that is gone is tried again later, and says what is wrong.
    let gone = import(&photos.path().join("later"), 0, 3);
    let job = veneer
        .enqueue_import(&gone, &Reading::default())
        .await
        .unwrap();
    fs::remove_dir_all(photos.path().join("later")).unwrap();
    veneer.work(Pace::Full, true, stopped, silent()).await;
    let row = veneer.job(job).await.unwrap();
    assert_eq!(row.state, JobState::Waiting);
    assert!(row.reason.unwrap().contains("cannot be read"));
    veneer.close().await;
}

#[tokio::test]
async fn doubles_are_listed_decided_and_merged() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let picture = checks(300, [200, 150, 100], [150, 100, 60], 20);
    let other = checks(300, [20, 90, 200], [220, 220, 230], 40);
    fs::write(photos.path().join("a.png"), png(&picture)).unwrap();
    fs::write(photos.path().join("o.png"), png(&other)).unwrap();
    // The same picture saved again, with other bytes.
    let file = fs::File::create(photos.path().join("j.jpg")).unwrap();
    image::codecs::jpeg::JpegEncoder::new_with_quality(file, 95)
        .encode_image(&picture)
        .unwrap();
    let table = photos.path().join("list.csv");
    fs::write(
        &table,
        "sku,image,price,category,maker\nA,a.png,10,oak,Nordhave\nB,a.png,,,\nC,j.jpg,,,Other\nO,o.png,,,\n",
    )
    .unwrap();
    let veneer = open(data.path()).await;
    veneer
        .import(with_table(photos.path(), &table), silent())
        .await
        .unwrap();
    let pairs = async |decided| {
        let found = veneer.duplicates(decided).await.unwrap();
        let named = found
            .iter()
            .map(|d| format!("{} {} {:?}", d.one_is.0, d.other_is.0, d.likeness));
        named.collect::<Vec<_>>()
    };
    assert_eq!(pairs(false).await, ["A B File", "A C Picture"]);
    let name = |key: &str| material::Name::parse(key).unwrap();
    let verdict = search::Verdict::Alternative;
    veneer
        .decide_duplicate(&name("C"), &name("A"), verdict)
        .await
        .unwrap();
    assert_eq!(pairs(false).await, ["A B File"]);
    assert_eq!(pairs(true).await.len(), 2);
    assert!(
        veneer
            .merge_duplicate(&name("A"), &name("Z"))
            .await
            .is_err()
    );
    assert!(
        veneer
            .merge_duplicate(&name("A"), &name("A"))
            .await
            .is_err()
    );
    // What the one leaves open comes from the other, and the picture of both is there once.
    veneer
        .merge_duplicate(&name("B"), &name("A"))
        .await
        .unwrap();
    let all = everything(&veneer).await;
    assert_eq!(all.keys().collect::<Vec<_>>(), ["B", "C", "O"]);
    let (merged, pictures) = &all["B"];
    assert_eq!(merged.properties.price.as_ref().unwrap().cents, 1000);
    assert_eq!(merged.maker, Some(name("Nordhave")));
    assert_eq!(pictures.len(), 1);
    veneer
        .merge_duplicate(&name("C"), &name("B"))
        .await
        .unwrap();
    let all = everything(&veneer).await;
    assert_eq!(all["C"].1.len(), 2);
    assert_eq!(all["C"].0.maker, Some(name("Other")));
    assert_eq!(pairs(true).await, Vec::<String>::new());
    veneer.close().await;
}
