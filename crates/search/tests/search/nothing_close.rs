//! A picture that shows nothing the library has is told so; a photo of something it has is not.

#![expect(
    clippy::unwrap_used,
    reason = "what cannot be set up has failed the test"
)]

use std::{path::Path, sync::Arc};

use eval::{Dice, Stranger};
use image::{RgbImage, codecs::jpeg::JpegEncoder, imageops};
use material::{Band, View};
use search::{ImportRequest, Progress, Question, Settings, Veneer};

const SIDE: u32 = 360;

fn rendered(piece: &demo::Piece, view: usize) -> RgbImage {
    let picture = demo::render(piece, view, SIDE);
    RgbImage::from_raw(picture.width, picture.height, picture.rgb).unwrap()
}

/// Every fourth material of the demo library, two views each.
async fn library(data: &Path, folder: &Path, pieces: &[demo::Piece]) -> Veneer {
    let mut csv = String::from("sku,file,title,category\n");
    for (i, piece) in pieces.iter().enumerate() {
        let category = piece
            .material
            .properties
            .category
            .map_or("", |c| c.as_str());
        for view in 0..2 {
            let name = format!("{i}-{view}.png");
            rendered(piece, view).save(folder.join(&name)).unwrap();
            csv += &format!("P-{i},{name},Piece {i},{category}\n");
        }
    }
    let table = folder.join("list.csv");
    std::fs::write(&table, csv).unwrap();
    let veneer = Veneer::open(Settings::local(data)).await.unwrap();
    let quiet: Progress = Arc::new(|_| {});
    let request = ImportRequest {
        folder: folder.to_owned(),
        csv: Some(table),
        analyse: None,
    };
    let report = veneer.import(request, quiet).await.unwrap();
    assert!(report.skipped.is_empty(), "{:?}", report.skipped);
    veneer
}

/// Another cut of a swatch in another light, as a phone saves it.
fn photographed(piece: &demo::Piece, dice: &mut Dice) -> Vec<u8> {
    let whole = rendered(piece, 0);
    let cut = SIDE * 6 / 10;
    let mut at = || (dice.between(0.0, 0.35) * SIDE as f32) as u32;
    let mut photo = imageops::crop_imm(&whole, at(), at(), cut, cut).to_image();
    let light = dice.between(0.75, 1.25);
    let tint = [dice.between(0.93, 1.07), 1.0, dice.between(0.93, 1.07)];
    for pixel in photo.pixels_mut() {
        for (value, tint) in pixel.0.iter_mut().zip(tint) {
            *value = (f32::from(*value) * light * tint).clamp(0.0, 255.0) as u8;
        }
    }
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, 82)
        .encode_image(&photo)
        .unwrap();
    out
}

/// Whether the library says that nothing is close, and how near the nearest looks, up to 1.
async fn is_far(veneer: &Veneer, bytes: Vec<u8>) -> (bool, f32) {
    let bytes = bytes.into();
    let question = Question::Photo {
        bytes,
        crop: None,
        width: None,
    };
    let id = veneer.ask(question).await.unwrap();
    let results = veneer.results(&id, &View::default()).await.unwrap();
    let far = results.nothing_close.is_some();
    let near = results.hits.iter().any(|hit| hit.band != Band::Weak);
    assert_ne!(far, near, "the sentence and the bands say the same");
    let looks = results.hits.iter().filter_map(|hit| hit.scores.look);
    (far, looks.fold(0.0, f32::max))
}

/// The least, the middle and the greatest.
fn spread(mut values: Vec<f32>) -> [f32; 3] {
    values.sort_by(f32::total_cmp);
    [
        values[0],
        values[values.len() / 2],
        values[values.len() - 1],
    ]
}

#[tokio::test]
async fn what_shows_no_material_is_told_that_nothing_is_close() {
    let (data, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pieces: Vec<_> = demo::library().into_iter().step_by(4).collect();
    let veneer = library(data.path(), folder.path(), &pieces).await;

    // Seeds that the thresholds have not seen.
    const EACH: u32 = 24;
    let mut told = Vec::new();
    for sort in Stranger::ALL {
        let name = sort.label();
        let (mut far, mut nearest) = (0, Vec::new());
        for number in 0..EACH {
            let picture = sort.file(500, number).unwrap();
            let (is_far, near) = is_far(&veneer, picture).await;
            far += u32::from(is_far);
            nearest.push(near);
        }
        println!("{name}: the nearest looks {:?}", spread(nearest));
        told.push((name, far));
    }
    let (mut wrong, mut nearest) = (Vec::new(), Vec::new());
    let dice = &mut Dice::about(77, "photos");
    for piece in &pieces {
        let (is_far, near) = is_far(&veneer, photographed(piece, dice)).await;
        nearest.push(near);
        if is_far {
            wrong.push(piece.material.name.to_string());
        }
    }
    println!("own swatches: the nearest looks {:?}", spread(nearest));
    println!(
        "told: {told:?} of {EACH}; wrongly told: {} of {}",
        wrong.len(),
        pieces.len()
    );
    for (name, far) in &told {
        assert!(
            f64::from(*far) >= 0.9 * f64::from(EACH),
            "{name}: {far} of {EACH}"
        );
    }
    assert!(
        wrong.len() * 20 <= pieces.len(),
        "of {}: {wrong:?}",
        pieces.len()
    );
    veneer.close().await;
}
