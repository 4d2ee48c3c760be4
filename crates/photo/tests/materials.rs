//! Looks on real photos: floors a little below what they reach, so that a change for the worse fails.

mod ranking;

use photo::look;
use ranking::{Shelf, Spread};
use std::path::PathBuf;

/// The labelled photos beside the project, or where VENEER_SHARED says.
fn shared() -> PathBuf {
    std::env::var_os("VENEER_SHARED").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        PathBuf::from,
    )
}

#[test]
fn looks_find_real_materials() {
    let shelf =
        Shelf::open(&shared().join("materials")).unwrap_or_else(|sentence| panic!("{sentence}"));
    let looks: Vec<look::Look> = shelf
        .pictures
        .iter()
        .map(|p| look::describe(&p.pixels))
        .collect();
    let report = shelf.report(|i, j| looks[i].cosine(&looks[j]));
    assert_eq!(
        report.asked,
        (44, 194),
        "the tasks are the ones of the folder's README"
    );
    assert!(
        report.instance[0] >= 0.86,
        "instance R@1 {:?}",
        report.instance
    );
    assert!(
        report.instance[1] >= 0.95,
        "instance R@5 {:?}",
        report.instance
    );
    assert!(report.class[0] >= 0.47, "class R@1 {:?}", report.class);
    assert!(
        report.mean_average_precision >= 0.28,
        "class mAP {}",
        report.mean_average_precision
    );

    let [unrelated, class, instance] = shelf
        .pairs(|i, j| looks[i].cosine(&looks[j]))
        .map(|(_, cosines)| Spread::of(cosines));
    assert!(
        unrelated.mean < 0.15,
        "unrelated pairs have cosine {}",
        unrelated.mean
    );
    assert!(
        class.mean > unrelated.mean + 0.1
            && instance.mean > unrelated.mean + 4.0 * unrelated.deviation,
        "{} {}",
        class.mean,
        instance.mean
    );

    let baseline: Vec<Vec<f32>> = shelf
        .pictures
        .iter()
        .map(|p| ranking::baseline(&p.pixels))
        .collect();
    let plain = shelf.report(|i, j| ranking::dot(&baseline[i], &baseline[j]));
    assert!(
        report.instance[0] > plain.instance[0] + 0.25 && report.class[0] > plain.class[0] + 0.1
    );
}

#[test]
fn real_photos_survive_encoding_and_shrinking() {
    let shelf =
        Shelf::open(&shared().join("materials")).unwrap_or_else(|sentence| panic!("{sentence}"));
    for picture in shelf
        .pictures
        .iter()
        .filter(|p| p.pixels.width() >= 480)
        .step_by(5)
    {
        let hash = photo::perceptual_hash(&picture.pixels);
        let look = look::describe(&picture.pixels);
        let small = photo::shrink(&picture.pixels, 300);
        let apart = photo::hamming(hash, photo::perceptual_hash(&small));
        assert!(apart <= 8, "{}: {apart} bits", picture.file);
        let cosine = look.cosine(&look::describe(&small));
        assert!(cosine > 0.95, "{}: {cosine}", picture.file);

        let mut jpeg = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 75);
        let (w, h) = (picture.pixels.width(), picture.pixels.height());
        image::ImageEncoder::write_image(
            encoder,
            picture.pixels.data(),
            w,
            h,
            image::ExtendedColorType::Rgb8,
        )
        .expect("encodes");
        let again = photo::decode(&jpeg, &photo::Limits::default()).expect("decodes");
        let apart = photo::hamming(hash, photo::perceptual_hash(&again));
        assert!(apart <= 6, "{}: {apart} bits", picture.file);
        let cosine = look.cosine(&look::describe(&again));
        assert!(cosine > 0.95, "{}: {cosine}", picture.file);
    }
}
