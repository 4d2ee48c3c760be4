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

/// Real photos of all sizes there are, and an odd cut of each so that no side is a usual one.
fn photos() -> Vec<Pixels> {
    let mut files: Vec<PathBuf> = fs::read_dir(shared("materials"))
        .expect("folder reads")
        .filter_map(|entry| fs::read_dir(entry.ok()?.path()).ok())
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e != "csv" && e != "md"))
        .collect();
    files.sort();
    let limits = photo::Limits::default();
    let photos = files.iter().step_by(6).enumerate().map(|(i, file)| {
        let bytes = fs::read(file).expect("photo reads");
        let whole = photo::decode(&bytes, &limits).expect("photo decodes");
        let keep = |turn: usize| 1.0 - (i * turn % 10) as f32 / 20.0;
        let area = photo::Crop::new(0.0, 0.0, keep(3), keep(7)).expect("inside");
        photo::crop(&whole, &area).expect("has pixels")
    });
    photos.collect()
}

fn ppm(picture: &Pixels) -> Vec<u8> {
    let mut file = format!("P6 {} {} 255\n", picture.width(), picture.height()).into_bytes();
    file.extend_from_slice(picture.data());
    file
}

#[test]
fn prepares_real_photos_as_pillow_does() {
    let photos = photos();
    assert!(photos.len() >= 20, "only {} photos", photos.len());
    let place = tempfile::tempdir().expect("temporary folder");
    let at = |name: String| place.path().join(name);
    let settings = [
        r#"{"size": 224, "mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28],
            "interpolation": "bicubic", "resize_mode": "shortest"}"#,
        r#"{"size": [224, 224], "mean": 0.5, "std": 0.5,
            "interpolation": "bicubic", "resize_mode": "squash"}"#,
        r#"{"size": 99, "mean": 0.0, "std": 1.0,
            "interpolation": "bilinear", "resize_mode": "shortest"}"#,
        r#"{"size": [60, 130], "mean": 0.0, "std": 1.0,
            "interpolation": "lanczos", "resize_mode": "squash"}"#,
    ];
    let mut jobs = Vec::new();
    for (s, settings) in settings.iter().enumerate() {
        fs::write(at(format!("{s}.json")), settings).expect("writes");
        for (i, picture) in photos.iter().enumerate() {
            fs::write(at(format!("{i}.ppm")), ppm(picture)).expect("writes");
            let files = [format!("{i}.ppm"), format!("{s}.json"), format!("{s}-{i}")];
            let [picture, settings, result] = files.map(&at);
            jobs.push((picture, settings, result));
        }
    }
    pillow(&jobs);
    for (s, settings) in settings.iter().enumerate() {
        let steps = Preprocess::parse(settings.as_bytes()).expect("settings read");
        let std: serde_json::Value = serde_json::from_str(settings).expect("settings read");
        // In steps of the eight bits that a channel has.
        let step = std["std"].as_f64().unwrap_or(0.27) * 255.0;
        let (mut sum, mut count, mut most) = (0.0, 0, 0.0f64);
        for (i, picture) in photos.iter().enumerate() {
            let ours = steps.tensor(picture);
            let theirs = read(&at(format!("{s}-{i}")));
            assert_eq!(ours.len(), theirs.len(), "picture {i} with {settings}");
            let apart = ours
                .iter()
                .zip(&theirs)
                .map(|(a, b)| f64::from((a - b).abs()) * step);
            let (total, largest) = apart.fold((0.0, 0.0f64), |(t, l), a| (t + a, l.max(a)));
            let mean = total / ours.len() as f64;
            assert!(
                mean < 2.0,
                "picture {i} is {mean} of 255 apart with {settings}"
            );
            sum += total;
            count += ours.len();
            most = most.max(largest);
        }
        let mean = sum / f64::from(u32::try_from(count).expect("few"));
        println!("{mean:.5} of 255 apart on average, {most:.2} at most: {settings}");
        // Far inside what was asked for, so that a pixel's shift or another filter fails.
        assert!(
            mean < 0.05,
            "{mean} of 255 apart on average with {settings}"
        );
        assert!(most < 2.5, "{most} of 255 apart with {settings}");
    }
}
