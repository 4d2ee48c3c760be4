//! A library filled, searched and imported into, without a server in between.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::path::Path;

use material::{Band, Category, Facet, View};
use search::{ImportRequest, Question, Settings, Veneer};

use crate::support::{checks, png, shared, silent};

async fn open(data: &Path) -> Veneer {
    Veneer::open(Settings::local(data)).await.unwrap()
}

#[tokio::test]
async fn an_import_names_what_it_passes_over_and_twice_changes_nothing() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let put = |name: &str, bytes: &[u8]| {
        let path = photos.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let whole = png(&checks(300, [200, 150, 100], [150, 100, 60], 20));
    put("oak/one.png", &whole);
    put(
        "oak/two.png",
        &png(&checks(300, [90, 60, 40], [60, 40, 30], 8)),
    );
    put(
        "mood/three.png",
        &png(&checks(300, [10, 90, 200], [220, 220, 230], 30)),
    );
    put("oak/damaged.png", &whole[..whole.len() / 2]);
    put("oak/notes.txt", b"call the supplier");
    put(
        "oak/phone.heic",
        &[&[0, 0, 0, 24][..], b"ftypheic", &[0; 64]].concat(),
    );
    put(".hidden/four.png", &whole);
    let veneer = open(data.path()).await;
    let request = ImportRequest {
        folder: photos.path().to_owned(),
        csv: None,
        analyse: None,
    };
    let first = veneer.import(request.clone(), silent()).await.unwrap();
    assert_eq!((first.created, first.changed, first.unchanged), (3, 0, 0));
    let told: Vec<String> = first
        .skipped
        .iter()
        .map(|s| format!("{}: {}", s.name, s.reason))
        .collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for (name, words) in [
        ("damaged.png", "damaged"),
        ("notes.txt", "not an image"),
        ("phone.heic", "HEIC"),
    ] {
        assert!(
            told.iter().any(|t| t.contains(name) && t.contains(words)),
            "{told:?}"
        );
    }
    assert!(
        first.remarks.iter().any(|r| r.reason.contains("mood")),
        "{:?}",
        first.remarks
    );

    let second = veneer.import(request, silent()).await.unwrap();
    assert_eq!(
        (second.created, second.changed, second.unchanged),
        (0, 0, 3)
    );
    assert_eq!(veneer.counts().await.unwrap().swatches, 3);
    veneer.close().await;
}

#[tokio::test]
async fn a_table_brings_properties_and_several_pictures_of_one_material() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, step) in [("a.png", 10), ("b.png", 16), ("c.png", 40)] {
        let picture = png(&checks(300, [200, 150, 100], [150, 100, 60], step));
        std::fs::write(photos.path().join(name), picture).unwrap();
    }
    let csv = photos.path().join("list.csv");
    std::fs::write(
        &csv,
        "SKU,File,Title,Manufacturer,Category,Finish,Price,Fire class\n\
         OAK-1,a.png,Skåne Oak,Nordhave,oak,matte,48.50,Bfl-s1\n\
         OAK-1,b.png,Skåne Oak,Nordhave,oak,matte,48.50,Bfl-s1\n\
         X-2,c.png,,,,shiny-ish,$$$,\n\
         X-3,../../etc/passwd,Nope,,,,,\n\
         X-4,missing.png,Gone,,,,,\n\
         X-5,,Nothing,,,,,\n",
    )
    .unwrap();
    let veneer = open(data.path()).await;
    let request = ImportRequest {
        folder: photos.path().to_owned(),
        csv: Some(csv),
        analyse: None,
    };
    let report = veneer.import(request, silent()).await.unwrap();
    assert_eq!(report.created, 2, "{report:?}");
    assert_eq!(report.skipped.len(), 3, "{report:?}");
    assert_eq!(report.remarks.len(), 2, "{report:?}");
    let view =
        View::parse("category=wood&finish=matt&price_max=60&fire=Bfl-s1&maker=Nordhave").unwrap();
    let found = veneer.library(&view).await.unwrap();
    assert_eq!(found.total, 1);
    let card = &found.hits[0].material;
    assert_eq!(card.name.as_str(), "Skåne Oak");
    assert_eq!(card.swatches.len(), 2);
    // What the table did not say is unknown, and can be asked for as such.
    let unknown = veneer
        .library(&View::parse("category=unknown&price=unknown").unwrap())
        .await
        .unwrap();
    assert_eq!(unknown.total, 1);
    veneer.close().await;
}

#[tokio::test]
async fn a_photo_finds_its_like_under_every_filter_and_on_every_page() {
    let (data, photos) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // Sixty materials: three kinds, many colours.
    for i in 0..60u32 {
        let kind = ["wood", "stone", "fabric"][i as usize % 3];
        let shade = 40 + (i * 3) as u8;
        let picture = checks(
            300,
            [shade, shade / 2 + 40, 90],
            [shade / 2, shade / 3, 60],
            4 + i % 17,
        );
        let path = photos.path().join(kind).join(format!("sample-{i:02}.png"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, png(&picture)).unwrap();
    }
    let veneer = open(data.path()).await;
    veneer
        .import(
            ImportRequest {
                folder: photos.path().to_owned(),
                csv: None,
                analyse: None,
            },
            silent(),
        )
        .await
        .unwrap();
    let i = 30u32;
    let shade = 40 + (i * 3) as u8;
    let photo = png(&checks(
        300,
        [shade, shade / 2 + 40, 90],
        [shade / 2, shade / 3, 60],
        4 + i % 17,
    ));
    let id = veneer
        .ask(Question::Photo {
            bytes: photo.into(),
            crop: None,
            width: None,
        })
        .await
        .unwrap();
    let all = veneer.results(&id, &View::default()).await.unwrap();
    assert_eq!(all.hits[0].material.name.as_str(), "Sample 30");
    assert_eq!(all.hits[0].band, Band::Strong);
    assert!(all.hits.iter().all(|h| !h.summary.is_empty()));
    assert!(all.analysis.as_ref().is_some_and(|a| a.estimate));
    assert_eq!(all.timing.path, "exact");

    // Both pages together are all sixty, once each; so is every filtered walk.
    for query in [
        "",
        "category=wood",
        "category=stone&category=fabric",
        "category=unknown",
    ] {
        let mut seen = std::collections::HashSet::new();
        let mut page = 1;
        let total = loop {
            let view = View::parse(&format!("{query}&page={page}")).unwrap();
            let results = veneer.results(&id, &view).await.unwrap();
            // What is the same to the eye stands under its like.
            let materials = results.hits.iter().flat_map(|hit| {
                let also = hit.also.iter().map(|double| &double.material);
                std::iter::once(&hit.material).chain(also)
            });
            for material in materials {
                assert!(
                    seen.insert(material.slug.clone()),
                    "{} came twice",
                    material.slug
                );
            }
            if page >= results.pages() {
                break results.total;
            }
            page += 1;
        };
        let expected = match query {
            "" => 60,
            "category=wood" => 20,
            "category=unknown" => 0,
            _ => 40,
        };
        assert_eq!(
            (total, seen.len()),
            (expected, expected as usize),
            "{query}"
        );
    }
    // Facets respect the other filters, not their own.
    let view = View::parse("category=wood").unwrap();
    let results = veneer.results(&id, &view).await.unwrap();
    let kinds = results
        .facets
        .iter()
        .find(|f| f.facet == Facet::Category)
        .unwrap();
    let counts: Vec<u32> = kinds.values.iter().map(|v| v.count).collect();
    assert_eq!(counts.iter().sum::<u32>(), 60, "{kinds:?}");
    veneer.close().await;
}

#[tokio::test]
async fn labelled_photos_are_found_again_from_other_views() {
    let materials = shared("materials");
    let data = tempfile::tempdir().unwrap();
    let veneer = open(data.path()).await;
    let report = veneer
        .import(
            ImportRequest {
                folder: materials.clone(),
                csv: Some(materials.join("manifest.csv")),
                analyse: None,
            },
            silent(),
        )
        .await
        .unwrap();
    assert_eq!(
        (report.created, report.skipped.len()),
        (199, 0),
        "{:?}",
        report.skipped
    );
    let (mut asked, mut right) = (0, 0);
    let mut rows = csv::Reader::from_path(materials.join("manifest.csv")).unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        if !row[0].starts_with("queries/") {
            continue;
        }
        let bytes = std::fs::read(materials.join(&row[0])).unwrap();
        let id = veneer
            .ask(Question::Photo {
                bytes: bytes.into(),
                crop: None,
                width: None,
            })
            .await
            .unwrap();
        // The photo itself is in the library, so the second hit is the one to look at.
        let results = veneer.results(&id, &View::default()).await.unwrap();
        let kind = Category::parse(&row[1]).ok();
        assert_eq!(results.hits[0].band, Band::Strong, "{}", &row[0]);
        asked += 1;
        right += u32::from(
            results.hits[1].material.category.map(Category::top) == kind.map(Category::top),
        );
    }
    assert_eq!(asked, 22);
    assert!(
        right >= 17,
        "only {right} of {asked} found their own kind next"
    );
    veneer.close().await;
}
