//! `veneer eval` on a small library: questions, answers, reports, and what it says of bad input.

#![expect(clippy::unwrap_used, reason = "a test that cannot start has failed")]

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Parser;
use eval::{IndexOutcome, Outcome, Report, Task};
use image::{Rgb, RgbImage};
use search::{ImportRequest, Veneer};
use server::eval::{Arguments, evaluate, run};
use tempfile::TempDir;

use crate::support;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    arguments: Arguments,
}

fn arguments(more: &[&str]) -> Arguments {
    let all = std::iter::once("eval").chain(more.iter().copied());
    let mut arguments = Flags::try_parse_from(all).unwrap().arguments;
    // Tests name their library themselves, whatever the environment says.
    arguments.library.database_url = None;
    arguments
}

/// A surface of its own for every number: stripes, checks or spots; every seventh has the same colours.
fn surface(number: u32, shift: u32) -> RgbImage {
    let (a, b) = (number % 7 * 29, number % 7 * 67 % 180);
    let step = 5 + number % 5 * 4;
    RgbImage::from_fn(240, 240, |x, y| {
        let (x, y) = (x + shift, y + shift * 3);
        let on = match number % 3 {
            0 => (x / step).is_multiple_of(2),
            1 => (x / step + y / step).is_multiple_of(2),
            _ => {
                (x % (2 * step)).abs_diff(step).pow(2) + (y % (2 * step)).abs_diff(step).pow(2)
                    < step * step / 2
            }
        };
        if on {
            Rgb([40 + a as u8, 60, 30 + b as u8])
        } else {
            Rgb([230 - b as u8, 200 - a as u8 / 2, 160])
        }
    })
}

/// Fourteen materials of several kinds and finishes; every second one has two pictures.
fn photos() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mut table = "image,key,name,category,finish,maker\n".to_owned();
    let kinds = ["oak", "marble", "velvet", "brass", "limestone"];
    let finishes = ["matt", "polished", "honed"];
    for number in 0..14usize {
        for view in 0..1 + number % 2 {
            let file = format!("{number}-{view}.png");
            surface(number as u32, view as u32 * 7)
                .save(folder.path().join(&file))
                .unwrap();
            let (kind, finish) = (
                kinds[number % kinds.len()],
                finishes[number % finishes.len()],
            );
            writeln!(
                table,
                "{file},key{number},Piece {number},{kind},{finish},North"
            )
            .unwrap();
        }
    }
    let csv = folder.path().join("table.csv");
    fs::write(&csv, table).unwrap();
    (folder, csv)
}

async fn evaluated(folder: &Path, csv: &Path, seed: &str) -> Report {
    let (folder, csv) = (folder.to_str().unwrap(), csv.to_str().unwrap());
    let arguments = arguments(&[
        "--folder",
        folder,
        "--csv",
        csv,
        "--seed",
        seed,
        "--queries",
        "8",
    ]);
    evaluate(&arguments).await.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_library_is_evaluated_and_the_same_seed_repeats_it() {
    let (folder, csv) = photos();
    let first = evaluated(folder.path(), &csv, "1").await;
    assert_eq!(first.library.materials, 14);
    for task in Task::ALL {
        let some: Vec<&Outcome> = first.outcomes.iter().filter(|o| o.task == task).collect();
        assert!(!some.is_empty(), "{task:?} was not asked");
        assert!(
            some.iter()
                .all(|o| o.right > 0 && o.scores.len() == first.legs.len())
        );
    }
    // Surfaces as different as these are found: the protocol hides a part of them, not the answer.
    let summary = eval::Summary::of(&first);
    let photo = summary.line(Task::Crop, "all legs").unwrap();
    assert!(photo.recall_at_5.mean >= 0.5, "{photo:?}");
    assert!(
        summary.line(Task::Crop, "words").is_none(),
        "photos have no words"
    );
    assert!(
        summary.line(Task::Words, "look").is_none(),
        "words have no look"
    );
    for filter in &first.filters {
        assert_eq!(
            (filter.returned, filter.wrong),
            (filter.expected, 0),
            "{filter:?}"
        );
        assert!(filter.first.is_some(), "{filter:?}");
    }
    assert_eq!(summary.filters.len(), 4);
    assert_eq!(first.index, Some(IndexOutcome::default()));
    assert!(
        first
            .stages
            .iter()
            .any(|s| s.name.starts_with("photo → first results") && s.p50_ms > 0.0)
    );

    let again = evaluated(folder.path(), &csv, "1").await;
    assert_eq!(
        (
            &again.outcomes,
            &again.strangers,
            &again.filters,
            &again.library
        ),
        (
            &first.outcomes,
            &first.strangers,
            &first.filters,
            &first.library
        )
    );
    // As many of every sort as questions of a kind, and each counted.
    assert_eq!(first.strangers.len(), 5 * 8);
    let far = &summary.far;
    let noise = far.iter().find(|line| line.of == "noise").unwrap();
    assert_eq!((noise.questions, noise.holds()), (8, true), "{noise:?}");
    assert!(far.iter().any(|line| line.of == Task::Crop.label()));
    let same = eval::compare(&first, &again, None).unwrap();
    assert_eq!(same.sentence(), "Both answer every question the same.");
    let other = evaluated(folder.path(), &csv, "2").await;
    assert_ne!(other.outcomes, first.outcomes);
}

/// A library on a server of its own is asked by sketches and by its index too, and that is held against every row.
#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_a_native_server_is_measured() {
    // So few that all are scored would need no index.
    const MATERIALS: u32 = 560;
    let (url, drop) = support::database().await;
    let pictures = tempfile::tempdir().unwrap();
    let data = tempfile::tempdir().unwrap();
    for number in 0..MATERIALS {
        let kind = ["oak", "marble", "velvet", "brass"][number as usize % 4];
        fs::create_dir_all(pictures.path().join(kind)).unwrap();
        // Nothing is the same as another: what is equal has no first ten.
        let mut surface = surface(number, number);
        for pixel in surface.pixels_mut() {
            pixel.0[2] = pixel.0[2].saturating_sub((number / 7) as u8);
        }
        let file = pictures.path().join(kind).join(format!("{number}.png"));
        surface.save(file).unwrap();
    }
    let mut arguments = arguments(&["--queries", "12"]);
    arguments.library.database_url = Some(url);
    arguments.library.data = data.path().to_owned();

    let mut settings = arguments.library.for_search().unwrap();
    settings.catalog.exact_below = 0;
    let library = Veneer::open(settings).await.unwrap();
    let request = ImportRequest {
        folder: pictures.path().to_owned(),
        csv: None,
        analyse: None,
    };
    library.import(request, Arc::new(|_| {})).await.unwrap();
    assert_eq!(library.build_indexes(&|_| {}).await.unwrap(), 1);
    library.close().await;
    // Pictures that are lost are no reason to tell nothing of the others.
    let mut folders = fs::read_dir(data.path().join("images")).unwrap();
    fs::remove_dir_all(folders.next().unwrap().unwrap().path()).unwrap();

    let (report, _) = evaluate(&arguments).await.unwrap();
    assert!((MATERIALS - 20..MATERIALS).contains(&report.library.materials));
    let index = report.index.clone().unwrap();
    let ways: Vec<(&str, u32)> = index
        .ways
        .iter()
        .map(|way| (way.path.as_str(), way.answered))
        .collect();
    let all = index.questions;
    assert!(all >= 12);
    assert_eq!(ways, [("index", all), ("sketch", all)]);
    for way in &index.ways {
        assert!(way.recall_at_10 >= 0.98, "{way:?}");
    }
    let told = eval::table(&report);
    assert!(
        told.contains(&format!("{all} of {all} photos answered by the index")),
        "{told}"
    );
    drop.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_written_where_they_were_asked_for() {
    let (folder, csv) = photos();
    let out = tempfile::tempdir().unwrap();
    let path = |name: &str| out.path().join(name).to_str().unwrap().to_owned();
    let (json, html) = (path("report.json"), path("report.html"));
    let (photos, csv) = (folder.path().to_str().unwrap(), csv.to_str().unwrap());
    run(arguments(&[
        "--folder",
        photos,
        "--csv",
        csv,
        "--queries",
        "4",
        "--json",
        &json,
        "--html",
        &html,
    ]))
    .await
    .unwrap();
    let report = Report::read(Path::new(&json)).unwrap();
    assert!(!report.outcomes.is_empty());
    let page = fs::read_to_string(&html).unwrap();
    assert!(page.contains("<svg") && !page.contains("http"));
    run(arguments(&["compare", &json, &json])).await.unwrap();

    // Pictures of one's own that show nothing the library has.
    let strangers = out.path().join("strangers");
    fs::create_dir_all(strangers.join("below")).unwrap();
    surface(3, 0).save(strangers.join("b.png")).unwrap();
    surface(4, 0).save(strangers.join("below/a.PNG")).unwrap();
    fs::write(strangers.join("notes.txt"), "not a picture").unwrap();
    let given = [
        "--folder",
        photos,
        "--csv",
        csv,
        "--queries",
        "2",
        "--strangers",
        strangers.to_str().unwrap(),
    ];
    // What is none is passed over.
    fs::write(strangers.join("broken.png"), "no pixels").unwrap();
    let (report, _) = evaluate(&arguments(&given)).await.unwrap();
    let names: Vec<&str> = report
        .strangers
        .iter()
        .filter(|one| one.sort.is_none())
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["b.png", "a.PNG"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_evaluated_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(folder.path().join("bad.json"), "{\"format\": \"holiday\"}").unwrap();
    let refused = async |more: &[&str]| run(arguments(more)).await.unwrap_err().to_string();
    let told = refused(&["compare", &path("none.json"), &path("bad.json")]).await;
    assert!(told.contains("none.json cannot be read"), "{told}");
    let bad = path("bad.json");
    let told = refused(&["compare", &bad, &bad]).await;
    assert!(told.contains("its format is “holiday”"), "{told}");
    // Said before minutes of work, not after.
    let nowhere = path("no/such/folder/report.json");
    let told = refused(&["--json", &nowhere]).await;
    assert!(told.contains("cannot be written"), "{told}");
    let empty = path("empty");
    fs::create_dir_all(&empty).unwrap();
    let told = refused(&["--folder", &empty]).await;
    assert!(told.contains("at least 5 are needed"), "{told}");
    let told = refused(&["--strangers", &bad]).await;
    assert!(told.contains("is no folder of pictures"), "{told}");
    assert!(Flags::try_parse_from(["eval", "--view", "q=oak"]).is_err());
    assert!(Flags::try_parse_from(["eval", "--queries", "0"]).is_err());
    assert!(Flags::try_parse_from(["eval", "--csv", "table.csv"]).is_err());
}
