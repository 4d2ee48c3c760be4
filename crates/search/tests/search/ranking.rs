//! The order of answers as a whole: doubles, paging, weights, filters, and libraries that are hardly there.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{collections::BTreeSet, io::Cursor, path::Path, sync::Arc};

use eval::Dice;
use image::{DynamicImage, ImageFormat, RgbImage};
use material::{Band, Likeness, Results, Token, View};
use search::{ImportRequest, Progress, Question, Settings, Veneer};

async fn open(data: &Path) -> Veneer {
    Veneer::open(Settings::local(data)).await.unwrap()
}

/// A cloudy surface of its own colours and grain.
fn surface(seed: u64) -> RgbImage {
    let dice = &mut Dice::about(seed, "waves");
    let base = [0; 3].map(|_| dice.between(50.0, 200.0));
    let waves: Vec<[f32; 4]> = (0..9)
        .map(|_| {
            let step = dice.between(0.01, 0.5);
            let turn = dice.between(0.0, 6.3);
            [
                step * turn.cos(),
                step * turn.sin(),
                dice.between(0.0, 6.3),
                dice.between(3.0, 16.0),
            ]
        })
        .collect();
    RgbImage::from_fn(240, 240, |x, y| {
        let lift: f32 = waves
            .iter()
            .map(|[u, v, phase, high]| (u * x as f32 + v * y as f32 + phase).sin() * high)
            .sum();
        image::Rgb(base.map(|c| (c + lift).clamp(0.0, 255.0) as u8))
    })
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, format).unwrap();
    out.into_inner()
}

async fn import(veneer: &Veneer, folder: &Path, csv: &str) {
    let table = folder.join("list.csv");
    std::fs::write(&table, csv).unwrap();
    let quiet: Progress = Arc::new(|_| {});
    let request = ImportRequest {
        folder: folder.to_owned(),
        csv: Some(table),
        analyse: None,
    };
    let report = veneer.import(request, quiet).await.unwrap();
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
}

async fn ask(veneer: &Veneer, bytes: Vec<u8>) -> Token {
    let bytes = bytes.into();
    veneer
        .ask(Question::Photo {
            bytes,
            crop: None,
            width: None,
        })
        .await
        .unwrap()
}

/// Walks all pages; every material has to come once, as a hit or under one.
async fn walk(veneer: &Veneer, id: &Token, query: &str) -> (BTreeSet<String>, Results) {
    let mut seen = BTreeSet::new();
    let mut first = None;
    let mut page = 1;
    loop {
        let view = View::parse(&format!("{query}&page={page}")).unwrap();
        let results = veneer.results(id, &view).await.unwrap();
        for hit in &results.hits {
            for card in std::iter::once(&hit.material).chain(hit.also.iter().map(|d| &d.material)) {
                assert!(
                    seen.insert(card.slug.to_string()),
                    "{} came twice: {query}",
                    card.slug
                );
            }
        }
        let last = page >= results.pages();
        if !last {
            assert_eq!(results.hits.len(), material::PAGE_SIZE as usize, "{query}");
        }
        first.get_or_insert(results);
        if last {
            break;
        }
        page += 1;
    }
    let first = first.unwrap();
    assert_eq!(seen.len() as u32, first.total, "{query}");
    let counted: u32 = first.bands.iter().map(|b| b.count).sum();
    let folded: u32 = first.bands.iter().map(|b| b.folded).sum();
    assert_eq!((counted, folded), (first.total, first.folded), "{query}");
    (seen, first)
}

/// 120 materials of four kinds and three makers. Three are doubles of the first; a fourth is its picture at a
/// smaller size, whose finest waves are gone, and stands by itself.
async fn library(data: &Path, folder: &Path) -> Veneer {
    let mut csv = String::from("sku,file,title,maker,category,finish,price\n");
    let kinds = ["oak", "marble", "linen", "brick"];
    let finishes = ["matt", "gloss", ""];
    for i in 0..116u64 {
        let name = format!("s{i}.png");
        std::fs::write(folder.join(&name), encoded(&surface(i), ImageFormat::Png)).unwrap();
        csv += &format!(
            "S-{i},{name},Surface {i},Maker {},{},{},{}\n",
            i % 3,
            kinds[i as usize % 4],
            finishes[i as usize % 3],
            10 + i
        );
    }
    csv += "D-1,s0.png,Same file,Maker 0,oak,matt,9\n";
    std::fs::write(
        folder.join("again.jpg"),
        encoded(&surface(0), ImageFormat::Jpeg),
    )
    .unwrap();
    csv += "D-2,again.jpg,Saved again,Maker 1,oak,matt,9\n";
    let small =
        DynamicImage::from(surface(0)).resize(150, 150, image::imageops::FilterType::Triangle);
    small.to_rgb8().save(folder.join("small.png")).unwrap();
    csv += "D-3,small.png,Saved small,Maker 0,oak,matt,9\n";
    csv += "D-4,s0.png,Same file of another,Maker 2,marble,,9\n";
    let veneer = open(data).await;
    import(&veneer, folder, &csv).await;
    veneer
}

#[tokio::test]
async fn doubles_stand_under_their_like_and_every_material_is_reached_once() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let veneer = library(data.path(), folder.path()).await;
    let id = ask(&veneer, encoded(&surface(0), ImageFormat::Png)).await;
    let (all, first) = walk(&veneer, &id, "").await;
    assert_eq!((all.len(), first.total), (120, 120));
    let best = &first.hits[0];
    assert_eq!(best.band, Band::Strong);
    let mut names: Vec<(&str, Likeness)> = best
        .also
        .iter()
        .map(|d| (d.material.name.as_str(), d.likeness))
        .collect();
    names.push((best.material.name.as_str(), Likeness::File));
    for name in [
        "Surface 0",
        "Same file",
        "Same file of another",
        "Saved again",
    ] {
        assert!(
            names.iter().any(|(n, _)| *n == name),
            "{name} is not in {names:?}"
        );
    }
    assert!(
        names.iter().any(|(_, l)| *l == Likeness::Picture),
        "{names:?}"
    );
    assert!(first.folded >= 3);

    // However it is looked at, nothing is lost and nothing comes twice.
    for query in [
        "diverse=0",
        "fusion=ranks",
        "fusion=distribution",
        "w_look=0&w_colour=100",
        "w_look=0&w_colour=0&w_texture=0&w_pattern=0&w_scale=0&w_finish=0&w_kind=0&w_words=0",
        "q=oak",
        "category=oak",
        "finish=unknown",
    ] {
        walk(&veneer, &id, query).await;
    }

    // Adding a filter never adds a row.
    let steps = [
        "category=wood",
        "finish=matt",
        "price_max=80",
        "maker=Maker+0",
        "q=oak",
    ];
    let mut query = String::new();
    let mut before = all;
    for step in steps {
        query = format!("{query}&{step}");
        let (now, _) = walk(&veneer, &id, &query).await;
        assert!(now.is_subset(&before), "{query} added rows");
        before = now;
    }

    // What contradicts itself finds nothing and says so by its count.
    for query in [
        "price_min=90&price_max=10",
        "category=oak&maker=Nobody",
        "price_max=0",
    ] {
        let results = match View::parse(query) {
            Ok(view) => veneer.results(&id, &view).await.unwrap(),
            Err(_) => continue,
        };
        assert_eq!(
            (results.total, results.hits.len(), results.pages()),
            (0, 0, 1),
            "{query}"
        );
        assert_eq!(results.nothing_close, None);
    }

    // With all weights at nothing there is an order, and nothing is called near.
    let none =
        "w_look=0&w_colour=0&w_texture=0&w_pattern=0&w_scale=0&w_finish=0&w_kind=0&w_words=0";
    let results = veneer
        .results(&id, &View::parse(none).unwrap())
        .await
        .unwrap();
    assert!(results.hits.iter().all(|h| h.band == Band::Weak));

    // A browser that ranks the candidates itself gets the order of the page.
    for query in [
        "",
        "w_look=10&w_kind=100",
        "fusion=ranks&diverse=0",
        "category=wood",
    ] {
        let view = View::parse(query).unwrap();
        let contest = veneer.contest(Some(&id), &view).await.unwrap();
        let text = serde_json::to_string(&contest).unwrap();
        let contest: rank::Contest = serde_json::from_str(&text).unwrap();
        let order = rank::fuse(&contest.candidates, &contest.settings);
        let there: Vec<&str> = order
            .iter()
            .take(48)
            .map(|r| contest.hits[r.index].material.slug.as_str())
            .collect();
        let page = veneer.results(&id, &view).await.unwrap();
        let here: Vec<&str> = page.hits.iter().map(|h| h.material.slug.as_str()).collect();
        assert_eq!(here, there, "{query}");
    }
    veneer.close().await;
}

/// Pieces of the demo library, each once as it was rendered and once at half its size as a JPEG.
#[tokio::test]
async fn pictures_saved_at_half_their_size_stand_under_their_like_and_no_other() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pieces: Vec<_> = demo::library().into_iter().step_by(9).collect();
    let mut csv = String::from("sku,file,title\n");
    for (i, piece) in pieces.iter().enumerate() {
        let picture = demo::render(piece, 0, 480);
        let whole = RgbImage::from_raw(picture.width, picture.height, picture.rgb).unwrap();
        let half = DynamicImage::from(whole.clone()).resize(
            picture.width / 2,
            picture.height / 2,
            image::imageops::FilterType::Triangle,
        );
        whole.save(folder.path().join(format!("{i}.png"))).unwrap();
        let mut jpeg = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 75)
            .encode_image(&half.to_rgb8())
            .unwrap();
        std::fs::write(folder.path().join(format!("{i}.jpg")), jpeg).unwrap();
        csv += &format!("W-{i},{i}.png,piece {i}\nH-{i},{i}.jpg,piece {i}\n");
    }
    let veneer = open(data.path()).await;
    import(&veneer, folder.path(), &csv).await;
    let photo = std::fs::read(folder.path().join("0.png")).unwrap();
    let id = ask(&veneer, photo).await;
    let mut folded = 0;
    for page in 1..=2 {
        let view = View::parse(&format!("page={page}")).unwrap();
        for hit in veneer.results(&id, &view).await.unwrap().hits {
            for double in &hit.also {
                // One picture, twice in the library.
                assert_eq!(double.material.name, hit.material.name);
                assert_eq!(double.likeness, Likeness::Picture);
                folded += 1;
            }
        }
    }
    println!("{folded} of {} stand under their like", pieces.len());
    assert!(
        folded * 10 >= pieces.len() * 8,
        "{folded} of {}",
        pieces.len()
    );
    veneer.close().await;
}

#[tokio::test]
async fn libraries_that_are_hardly_there_answer() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let veneer = open(data.path()).await;
    let photo = encoded(&surface(5), ImageFormat::Png);
    let id = ask(&veneer, photo.clone()).await;
    let nothing = veneer.results(&id, &View::default()).await.unwrap();
    assert_eq!((nothing.total, nothing.hits.len()), (0, 0));
    assert_eq!(nothing.nothing_close, None);
    let contest = veneer.contest(Some(&id), &View::default()).await.unwrap();
    assert!(contest.candidates.is_empty());

    std::fs::write(folder.path().join("one.png"), &photo).unwrap();
    import(
        &veneer,
        folder.path(),
        "sku,file,title\nONE,one.png,The one\n",
    )
    .await;
    let id = ask(&veneer, photo).await;
    let one = veneer.results(&id, &View::default()).await.unwrap();
    assert_eq!((one.total, one.hits.len(), one.pages()), (1, 1, 1));
    assert_eq!(one.hits[0].band, Band::Strong);
    assert_eq!(one.nothing_close, None);

    // One colour is a palette.
    let plain = RgbImage::from_pixel(64, 64, image::Rgb([120, 60, 200]));
    let id = ask(&veneer, encoded(&plain, ImageFormat::Png)).await;
    let far = veneer.results(&id, &View::default()).await.unwrap();
    assert_eq!(far.total, 1);
    assert!(far.hits[0].scores.colour.is_some());
    veneer.close().await;
}
