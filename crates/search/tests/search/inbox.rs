//! Files that arrive one by one and become an import.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{fs, path::Path};

use bytes::Bytes;
use futures::{StreamExt, stream};
use search::{
    Added, ImportError, JobAction, JobState, MAX_OPEN, Pace, Reading, Settings, UploadError,
    UploadId, UploadPath, Veneer,
};
use tokio::sync::watch;

use crate::support::{checks, png, silent};

fn path(text: &str) -> UploadPath {
    UploadPath::parse(text).unwrap()
}

/// Sends a file in pieces.
async fn add(
    veneer: &Veneer,
    id: &UploadId,
    name: &str,
    bytes: &[u8],
) -> Result<Added, UploadError> {
    let pieces: Vec<_> = bytes
        .chunks(1_000)
        .map(|p| Ok(Bytes::copy_from_slice(p)))
        .collect();
    veneer
        .add_to_upload(id, &path(name), stream::iter(pieces).boxed())
        .await
}

fn surface(shade: u8) -> Vec<u8> {
    png(&checks(120, [shade, 150, 100], [90, shade, 60], 10))
}

/// How many entries there are below a folder, folders among them.
fn entries(folder: &Path) -> usize {
    let Ok(all) = fs::read_dir(folder) else {
        return 0;
    };
    all.map(|e| 1 + entries(&e.unwrap().path())).sum()
}

#[tokio::test]
async fn an_upload_becomes_an_import_and_goes_when_it_is_done() {
    let data = tempfile::tempdir().unwrap();
    let veneer = Veneer::open(Settings::local(data.path())).await.unwrap();
    let id = veneer.begin_upload().await.unwrap();
    let empty = veneer.upload_request(&id, None).await.unwrap_err();
    assert!(matches!(empty, UploadError::Empty));

    let oak = surface(200);
    for (name, bytes) in [("shop/oak/a.png", &oak), ("shop/oak/b.png", &surface(120))] {
        let added = add(&veneer, &id, name, bytes).await.unwrap();
        assert_eq!(added, Added::Kept(bytes.len() as u64));
    }
    let table = b"sku,image\nA,oak/a.png\nB,oak/b.png\nC,oak/c.png\n";
    add(&veneer, &id, "shop/list.csv", table).await.unwrap();
    let litter = add(&veneer, &id, "shop/.DS_Store", b"x").await.unwrap();
    assert_eq!(litter, Added::PassedOver);
    // Sent again it is replaced, and counted once.
    add(&veneer, &id, "shop/oak/a.png", &oak).await.unwrap();
    let upload = veneer.upload(&id).await.unwrap();
    assert_eq!(
        (upload.files, upload.tables),
        (3, vec![path("shop/list.csv")])
    );
    let clash = add(&veneer, &id, "shop/oak", b"x").await.unwrap_err();
    assert!(matches!(clash, UploadError::Taken(_)), "{clash}");
    let clash = add(&veneer, &id, "shop/list.csv/a.png", b"x")
        .await
        .unwrap_err();
    assert!(matches!(clash, UploadError::Taken(_)), "{clash}");

    let request = veneer.upload_request(&id, None).await.unwrap();
    let reading = Reading::default();
    let dry = veneer
        .plan_import(&request, &reading, silent())
        .await
        .unwrap();
    assert_eq!((dry.materials, dry.pictures), (3, 3));
    assert_eq!(dry.problems.len(), 1, "{:?}", dry.problems);
    let ada = veneer.acting_as("ada");
    let job = ada.enqueue_import(&request, &reading).await.unwrap();
    assert_eq!(veneer.job(job).await.unwrap().title, "list.csv");
    // Nothing takes away what a job needs.
    let used = veneer.drop_upload(&id).await.unwrap_err();
    assert!(matches!(used, UploadError::InUse), "{used}");
    assert_eq!(veneer.sweep_inbox().await.unwrap(), 0);

    let (_stop, stopped) = watch::channel(false);
    veneer.work(Pace::Full, true, stopped, silent()).await;
    let row = veneer.job(job).await.unwrap();
    assert_eq!((row.state, row.done), (JobState::Done, 3));
    assert_eq!(veneer.counts().await.unwrap().materials, 2);
    let report = veneer.import_report(job).await.unwrap().unwrap();
    assert!(report.contains("C,oak/c.png,"), "{report}");
    assert!(!report.contains("inbox"), "{report}");
    assert_eq!(veneer.sweep_inbox().await.unwrap(), 1);
    assert_eq!(entries(&data.path().join("inbox")), 0);
    assert!(matches!(
        veneer.upload(&id).await.unwrap_err(),
        UploadError::Missing
    ));

    // Who did what is written down.
    ada.undo_import(Some(job)).await.unwrap();
    let changes = veneer.changes(None, 10).await.unwrap();
    let told: Vec<_> = changes
        .iter()
        .map(|c| (c.who.as_str(), c.what.as_str()))
        .collect();
    assert_eq!(told, [("ada", "undo"), ("ada", "import")]);
    assert_eq!(
        changes[1].detail,
        format!("job {job}, list.csv: 3 materials")
    );
    veneer.close().await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_leaves_nothing_behind() {
    let data = tempfile::tempdir().unwrap();
    let veneer = Veneer::open(Settings::local(data.path())).await.unwrap();
    let nobody = UploadId::parse(&"a".repeat(26)).unwrap();
    for missing in [
        add(&veneer, &nobody, "a.png", b"x").await.unwrap_err(),
        veneer.upload(&nobody).await.unwrap_err(),
        veneer.upload_request(&nobody, None).await.unwrap_err(),
        veneer.drop_upload(&nobody).await.unwrap_err(),
    ] {
        assert!(matches!(missing, UploadError::Missing), "{missing}");
    }
    let id = veneer.begin_upload().await.unwrap();
    // Larger than a picture may be: the sender is stopped, however much he would send.
    let piece = Bytes::from(vec![0; 10_000_000]);
    let endless = stream::repeat_with(move || Ok(piece.clone())).boxed();
    let large = veneer
        .add_to_upload(&id, &path("huge.png"), endless)
        .await
        .unwrap_err();
    assert!(
        matches!(large, UploadError::TooLarge { limit: 100_000_000 }),
        "{large}"
    );
    let broken = stream::iter([
        Ok(Bytes::from_static(b"x")),
        Err(std::io::Error::other("gone")),
    ])
    .boxed();
    let broken = veneer
        .add_to_upload(&id, &path("half.png"), broken)
        .await
        .unwrap_err();
    assert!(matches!(broken, UploadError::BrokenOff), "{broken}");
    assert_eq!(veneer.upload(&id).await.unwrap().files, 0);
    assert_eq!(
        entries(&data.path().join("inbox")),
        3,
        "the upload and its two folders"
    );

    add(&veneer, &id, "a.zip", b"no zip").await.unwrap();
    let request = veneer.upload_request(&id, None).await.unwrap();
    let error = veneer
        .enqueue_import(&request, &Reading::default())
        .await
        .unwrap_err();
    let told = error.to_string();
    assert!(
        matches!(error, ImportError::Unreadable { .. }) && told.starts_with("a.zip cannot be read"),
        "{told}"
    );
    add(&veneer, &id, "b.png", &surface(99)).await.unwrap();
    let mixed = veneer.upload_request(&id, None).await.unwrap_err();
    assert!(matches!(mixed, UploadError::Mixed), "{mixed}");
    veneer.drop_upload(&id).await.unwrap();
    assert_eq!(entries(&data.path().join("inbox")), 0);

    for bad in [
        vec![],
        vec!["file:///etc/passwd".to_owned()],
        vec!["https://".to_owned()],
    ] {
        assert!(veneer.upload_addresses(&bad).await.is_err(), "{bad:?}");
    }
    let addresses = [
        "https://127.0.0.1/a.jpg".to_owned(),
        "http://x.example/b,c.png".to_owned(),
    ];
    let id = veneer.upload_addresses(&addresses).await.unwrap();
    let request = veneer.upload_request(&id, None).await.unwrap();
    let dry = veneer
        .plan_import(&request, &Reading::default(), silent())
        .await
        .unwrap();
    assert_eq!(
        (dry.materials, dry.addresses, dry.problems.len()),
        (2, 2, 0)
    );

    for _ in 1..MAX_OPEN {
        veneer.begin_upload().await.unwrap();
    }
    let many = veneer.begin_upload().await.unwrap_err();
    assert!(matches!(many, UploadError::TooManyOpen), "{many}");
    veneer.close().await;
}

#[tokio::test]
async fn an_upload_that_is_gone_is_told_plainly() {
    let data = tempfile::tempdir().unwrap();
    let veneer = Veneer::open(Settings::local(data.path())).await.unwrap();
    let id = veneer.begin_upload().await.unwrap();
    add(&veneer, &id, "a.png", &surface(70)).await.unwrap();
    let request = veneer.upload_request(&id, None).await.unwrap();
    let job = veneer
        .enqueue_import(&request, &Reading::default())
        .await
        .unwrap();
    veneer.act_on_job(job, JobAction::Cancel).await.unwrap();
    assert_eq!(veneer.sweep_inbox().await.unwrap(), 1);
    veneer.act_on_job(job, JobAction::Retry).await.unwrap();
    let (_stop, stopped) = watch::channel(false);
    veneer.work(Pace::Full, true, stopped, silent()).await;
    let reason = veneer.job(job).await.unwrap().reason.unwrap();
    assert!(reason.contains("Upload it again"), "{reason}");
    veneer.close().await;
}
