//! Pictures as Pillow prepares them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use photo::Pixels;

use super::{super::Preprocess, shared};

/// Runs the script that prepares pictures with Pillow. Each job is (picture, settings, result);
/// the result is the input of a network as little-endian f32.
fn pillow(jobs: &[(PathBuf, PathBuf, PathBuf)]) {
    let python = std::env::var_os("VENEER_TEST_PYTHON").expect(
        "VENEER_TEST_PYTHON must name a Python that has Pillow; `cargo xtask test` brings one",
    );
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../xtask/tools/pillow/prepare.py"
    );
    let paths = jobs.iter().flat_map(|(a, b, c)| [a, b, c]);
    let status = Command::new(python).arg(script).args(paths).status();
    assert!(
        status.expect("VENEER_TEST_PYTHON starts").success(),
        "prepare.py failed; `cargo xtask test` brings the Pillow that it needs"
    );
}

fn read(path: &Path) -> Vec<f32> {
    let bytes = fs::read(path).expect("Pillow's result reads");
    bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

/// Files of real photos, of all classes and sizes there are.
fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(shared("materials"))
        .expect("folder reads")
        .filter_map(|entry| fs::read_dir(entry.ok()?.path()).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    let files: Vec<PathBuf> = files.into_iter().step_by(6).collect();
    assert!(files.len() >= 20, "only {} photos", files.len());
    files
}

fn decode(file: &Path) -> Pixels {
    let bytes = fs::read(file).expect("photo reads");
    photo::decode(&bytes, &photo::Limits::default()).expect("photo decodes")
}

/// An odd cut of a photo, so that no side is a usual one.
fn cut(i: usize, whole: &Pixels) -> Pixels {
    let keep = |turn: usize| 1.0 - (i * turn % 10) as f32 / 20.0;
    let area = photo::Crop::new(0.0, 0.0, keep(3), keep(7)).expect("inside");
    photo::crop(whole, &area).expect("has pixels")
}

fn ppm(picture: &Pixels) -> Vec<u8> {
    let mut file = format!("P6 {} {} 255\n", picture.width(), picture.height()).into_bytes();
    file.extend_from_slice(picture.data());
    file
}

/// How far apart ours and theirs are, in steps of the eight bits that a channel has: the mean of
/// each picture, and the most of all.
fn apart(settings: &str, pictures: &[Pixels], files: &[PathBuf]) -> (Vec<f64>, f64) {
    let place = tempfile::tempdir().expect("temporary folder");
    let at = |name: String| place.path().join(name);
    let settings_file = at("settings.json".to_owned());
    fs::write(&settings_file, settings).expect("writes");
    let result = |i: usize| at(format!("{i}.f32"));
    let jobs: Vec<_> = files
        .iter()
        .enumerate()
        .map(|(i, file)| (file.clone(), settings_file.clone(), result(i)))
        .collect();
    pillow(&jobs);
    let steps = Preprocess::parse(settings.as_bytes()).expect("settings read");
    let mut most = 0.0f64;
    let means = pictures.iter().enumerate().map(|(i, picture)| {
        let ours = steps.tensor(picture);
        let theirs = read(&result(i));
        assert_eq!(ours.len(), theirs.len(), "picture {i} with {settings}");
        let apart = ours.iter().zip(&theirs).map(|(a, b)| {
            let apart = f64::from((a - b).abs()) * STD * 255.0;
            most = most.max(apart);
            apart
        });
        apart.sum::<f64>() / ours.len() as f64
    });
    let means: Vec<f64> = means.collect();
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    println!("{mean:.5} of 255 apart on average, {most:.2} at most: {settings}");
    (means, most)
}

const STD: f64 = 0.25;

fn settings(size: &str, mode: &str, interpolation: &str) -> String {
    format!(
        r#"{{"size": {size}, "mean": [0.48, 0.46, 0.41], "std": {STD},
            "interpolation": "{interpolation}", "resize_mode": "{mode}"}}"#
    )
}

#[test]
fn the_same_pixels_are_prepared_as_pillow_does() {
    let place = tempfile::tempdir().expect("temporary folder");
    let pictures: Vec<Pixels> = files()
        .iter()
        .enumerate()
        .map(|(i, file)| cut(i, &decode(file)))
        .collect();
    let files: Vec<PathBuf> = pictures
        .iter()
        .enumerate()
        .map(|(i, picture)| {
            let file = place.path().join(format!("{i}.ppm"));
            fs::write(&file, ppm(picture)).expect("writes");
            file
        })
        .collect();
    for (size, mode, interpolation) in [
        ("224", "shortest", "bicubic"),
        ("[224, 224]", "squash", "bicubic"),
        ("99", "shortest", "bilinear"),
        ("[60, 130]", "squash", "lanczos"),
    ] {
        let settings = settings(size, mode, interpolation);
        let (means, most) = apart(&settings, &pictures, &files);
        // Far inside what a model would notice, so that a pixel's shift, another filter or the
        // other order of the passes fails.
        let mean = means.iter().sum::<f64>() / means.len() as f64;
        assert!(mean < 0.2, "{mean} of 255 apart on average with {settings}");
        assert!(most < 4.0, "{most} of 255 apart with {settings}");
    }
}

#[test]
fn photos_are_prepared_as_pillow_does_from_the_file_on() {
    let files = files();
    let pictures: Vec<Pixels> = files.iter().map(|file| decode(file)).collect();
    let settings = settings("224", "shortest", "bicubic");
    let (means, _) = apart(&settings, &pictures, &files);
    for (mean, file) in means.iter().zip(&files) {
        assert!(*mean < 2.0, "{} is {mean} of 255 apart", file.display());
    }
}
