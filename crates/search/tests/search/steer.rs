//! Words that are read, and swatches to be more or less like.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::path::Path;

use material::{Example, Results, SwatchId, View};
use search::{ImportRequest, Settings, Veneer};

use crate::support::{checks, png, silent};

/// Name, category, finish, pattern, price, colours of the picture, size of its squares.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    [u8; 3],
    [u8; 3],
    u32,
);

const ROWS: [Row; 8] = [
    (
        "Harbour Plank",
        "oak",
        "matt",
        "striped",
        "55",
        [200, 150, 100],
        [180, 130, 80],
        6,
    ),
    (
        "Harbour Gloss",
        "oak",
        "gloss",
        "striped",
        "58",
        [201, 152, 101],
        [182, 131, 82],
        7,
    ),
    (
        "Dear Plank",
        "oak",
        "matt",
        "striped",
        "90",
        [198, 148, 102],
        [178, 128, 84],
        8,
    ),
    (
        "Vein White",
        "marble",
        "polished",
        "veined",
        "120",
        [235, 235, 235],
        [180, 180, 185],
        40,
    ),
    (
        "Quiet White",
        "marble",
        "honed",
        "plain",
        "110",
        [240, 240, 238],
        [234, 234, 232],
        50,
    ),
    (
        "Sand Slab",
        "limestone",
        "honed",
        "plain",
        "40",
        [215, 200, 170],
        [205, 190, 160],
        45,
    ),
    (
        "Blue Wool",
        "wool",
        "brushed",
        "checked",
        "70",
        [40, 60, 140],
        [60, 80, 170],
        12,
    ),
    (
        "Red Wool",
        "wool",
        "brushed",
        "checked",
        "71",
        [150, 40, 40],
        [180, 60, 50],
        12,
    ),
];

async fn library(data: &Path) -> Veneer {
    let photos = tempfile::tempdir().unwrap();
    let mut table = String::from("image,name,category,finish,pattern,price\n");
    for (i, (name, kind, finish, pattern, price, a, b, step)) in ROWS.into_iter().enumerate() {
        std::fs::write(
            photos.path().join(format!("{i}.png")),
            png(&checks(240, a, b, step)),
        )
        .unwrap();
        table += &format!("{i}.png,{name},{kind},{finish},{pattern},{price}\n");
    }
    let csv = photos.path().join("list.csv");
    std::fs::write(&csv, table).unwrap();
    let veneer = Veneer::open(Settings::local(data)).await.unwrap();
    let request = ImportRequest {
        folder: photos.path().to_owned(),
        csv: Some(csv),
        analyse: None,
    };
    let report = veneer.import(request, silent()).await.unwrap();
    assert_eq!(report.created, ROWS.len() as u32, "{report:?}");
    veneer
}

fn names(results: &Results) -> Vec<&str> {
    results
        .hits
        .iter()
        .map(|hit| hit.material.name.as_str())
        .collect()
}

fn place(results: &Results, name: &str) -> usize {
    names(results).iter().position(|n| *n == name).unwrap()
}

async fn swatch(veneer: &Veneer, name: &str) -> SwatchId {
    let all = veneer.library(&View::default()).await.unwrap();
    all.hits[place(&all, name)].material.swatches[0].id.clone()
}

#[tokio::test]
async fn words_become_conditions_and_wishes() {
    let data = tempfile::tempdir().unwrap();
    let veneer = library(data.path()).await;
    let find = async |query: &str| veneer.library(&View::parse(query).unwrap()).await.unwrap();

    let found = find("q=mat+oak+under+60+€").await;
    assert_eq!(
        names(&found)[..2],
        ["Harbour Plank", "Harbour Gloss"],
        "matt first"
    );
    assert_eq!(found.total, 3, "nothing dearer than 60");
    assert!(
        found.view.filters.is_empty(),
        "what was read is not what was chosen"
    );
    let finishes = found.facets.iter().flat_map(|f| &f.values);
    assert!(finishes.clone().all(|v| !v.chosen));

    let quiet = find("q=stone+without+veins").await;
    assert!(
        !names(&quiet).contains(&"Vein White"),
        "{:?}",
        names(&quiet)
    );
    assert!(names(&quiet).contains(&"Quiet White"));

    let not_oak = find("q=wood+but+no+oak").await;
    assert!(
        not_oak
            .hits
            .iter()
            .all(|hit| hit.band != material::Band::Strong)
    );

    // Only a condition: the library itself, without bands.
    let cheap = find("q=under+60+€").await;
    assert_eq!((cheap.total, cheap.bands.len()), (3, 0));

    // By hand against what is read: the hand wins.
    let dear = find("q=oak+under+60+€&price_min=80").await;
    assert_eq!(names(&dear)[0], "Dear Plank");

    // A slip of the finger, and a word of no list.
    assert_eq!(names(&find("q=marbel").await)[0..2].len(), 2);
    assert_eq!(names(&find("q=harbour+oak").await)[0], "Harbour Plank");
    veneer.close().await;
}

#[tokio::test]
async fn swatches_lead_towards_and_away() {
    let data = tempfile::tempdir().unwrap();
    let veneer = library(data.path()).await;
    let (plank, blue) = (
        swatch(&veneer, "Harbour Plank").await,
        swatch(&veneer, "Blue Wool").await,
    );
    let like = View::default().with_example(&plank, false);
    let towards = veneer.library(&like).await.unwrap();
    assert_eq!(names(&towards)[0], "Harbour Plank");
    assert_eq!(towards.examples[0].name.as_str(), "Harbour Plank");
    assert!(towards.hits[0].material.category.is_some());
    assert!(place(&towards, "Dear Plank") < place(&towards, "Vein White"));
    assert!(!towards.bands.is_empty(), "nearness means something");

    // Oak, but less of the glossy one.
    let gloss = swatch(&veneer, "Harbour Gloss").await;
    let away = veneer
        .library(&like.with_example(&gloss, true))
        .await
        .unwrap();
    assert!(
        place(&away, "Dear Plank") < place(&away, "Harbour Gloss"),
        "{:?}",
        names(&away)
    );

    // Away from something alone.
    let view = View::default().with_example(&blue, true);
    let not_blue = veneer.library(&view).await.unwrap();
    assert!(place(&not_blue, "Blue Wool") > 4, "{:?}", names(&not_blue));
    assert_eq!(not_blue.total, ROWS.len() as u32, "nothing is lost");

    // Several, and one that is not there any more.
    let mut several = like.with_example(&blue, false);
    several.examples.push(Example {
        swatch: SwatchId::parse(&"0".repeat(64)).unwrap(),
        weight: 100,
        away: false,
    });
    let between = veneer.library(&several).await.unwrap();
    assert_eq!(between.examples.len(), 2);
    for neither in ["Vein White", "Quiet White", "Sand Slab"] {
        for meant in ["Blue Wool", "Harbour Plank"] {
            let (meant, neither) = (place(&between, meant), place(&between, neither));
            assert!(meant < neither, "{:?}", names(&between));
        }
    }
    veneer.close().await;
}
