//! Words that are read, and swatches to be more or less like.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::path::Path;

use material::{Example, ExampleOf, ExampleShown, Results, SwatchId, Token, View};
use search::{ImportRequest, Question, Settings, Veneer};

use crate::support::{Database, checks, png, silent};

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
        11,
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
    filled(Settings::local(data)).await
}

async fn filled(settings: Settings) -> Veneer {
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
    let veneer = Veneer::open(settings).await.unwrap();
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
    assert_eq!(towards.examples[0].name(), "Harbour Plank");
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
        of: ExampleOf::from(&SwatchId::parse(&"0".repeat(64)).unwrap()),
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

async fn ask(veneer: &Veneer, a: [u8; 3], b: [u8; 3], step: u32) -> Token {
    let bytes = png(&checks(240, a, b, step)).into();
    let (crop, width) = (None, None);
    let question = Question::Photo { bytes, crop, width };
    veneer.ask(question).await.unwrap()
}

/// Several photos in one query.
async fn photos_join_a_search(veneer: &Veneer) {
    let oak = ask(veneer, [200, 151, 100], [180, 131, 80], 6).await;
    let blue = ask(veneer, [41, 60, 141], [60, 81, 170], 12).await;
    let see = async |view: &View| veneer.results(&oak, view).await.unwrap();

    let alone = see(&View::default()).await;
    let both = View::default().with_example(&blue, false);
    let joined = see(&both).await;
    assert!(joined.gone == 0 && joined.view == both);
    let ExampleShown::Photo { palette } = &joined.examples[0].shown else {
        panic!("{:?}", joined.examples)
    };
    assert!(
        palette[0].lab.b < -20.0,
        "the colours of the photo: {palette:?}"
    );
    for meant in ["Blue Wool", "Harbour Plank"] {
        for neither in ["Vein White", "Quiet White", "Sand Slab"] {
            let (meant, neither) = (place(&joined, meant), place(&joined, neither));
            assert!(meant < neither, "{:?}", names(&joined));
        }
    }
    let score = |results: &Results, name: &str| results.hits[place(results, name)].score;
    let mut little = both.clone();
    little.examples[0].weight = 10;
    let little = see(&little).await;
    let of = |results| score(results, "Blue Wool");
    assert!(of(&joined) > of(&little) && of(&little) > of(&alone));
    assert_eq!(names(&little)[0], "Harbour Plank", "a tenth does not lead");

    let away = see(&View::default().with_example(&blue, true)).await;
    assert!(of(&away) <= of(&alone) && of(&away) < of(&little));
    assert_ne!(away.hits, alone.hits, "it is heard");

    // Beside nothing but the library it is the search of that photo.
    let by_itself = veneer.library(&both).await.unwrap();
    let its_own = veneer.results(&blue, &View::default()).await.unwrap();
    assert_eq!(names(&by_itself), names(&its_own));

    // The browser would order the same candidates by the same scores.
    let contest = veneer.contest(Some(&oak), &both).await.unwrap();
    let order = rank::fuse(&contest.candidates, &contest.settings);
    let hits = order
        .iter()
        .map(|ranked| contest.hits[ranked.index].material.name.as_str());
    assert_eq!(hits.collect::<Vec<_>>(), names(&joined));

    // One that never was, or is not kept any more.
    let nobody = Token::parse("nobodyhassearchedwiththis").unwrap();
    let wider = both.with_example(&nobody, false);
    let without = see(&wider).await;
    assert_eq!((without.gone, &without.view), (1, &both));
    assert_eq!(names(&without), names(&joined));
    veneer.sweep(0).await.unwrap();
    let mut asked = both.clone();
    asked.diverse = false;
    let left = veneer.library(&asked).await.unwrap();
    assert!(left.gone == 1 && left.view.examples.is_empty());
    assert_eq!(left.total, ROWS.len() as u32, "it is the library");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn photos_join_a_search_embedded() {
    let data = tempfile::tempdir().unwrap();
    let veneer = library(data.path()).await;
    photos_join_a_search(&veneer).await;
    veneer.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn photos_join_a_search_native() {
    let data = tempfile::tempdir().unwrap();
    let database = Database::create().await;
    let mut settings = Settings::local(data.path());
    settings.catalog.database_url = Some(database.url.clone());
    let veneer = filled(settings).await;
    photos_join_a_search(&veneer).await;
    veneer.close().await;
    database.drop().await;
}
