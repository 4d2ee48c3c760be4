//! How well looks find materials, on a folder of labelled photos with a `manifest.csv`.
//!
//! `cargo run --release -p photo --example look_eval -- ../shared/materials`
//!
//! Leave one out over all pictures. *Same instance*: does another view of the same material come first? Only pictures that
//! have one ask. *Same class*: does another material of the same class come first, views of the same one left out?

#[path = "../tests/ranking/mod.rs"]
mod ranking;

use photo::{Pixels, look};
use ranking::{Report, Shelf};
use std::time::Instant;

fn main() -> Result<(), String> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "../shared/materials".to_owned());
    let shelf = Shelf::open(folder.as_ref())?;
    println!("{} pictures", shelf.pictures.len());
    let start = Instant::now();
    let looks: Vec<look::Look> = shelf
        .pictures
        .iter()
        .map(|p| look::describe(&p.pixels))
        .collect();
    let all = start.elapsed();
    println!("\n| method | instance R@1 | R@5 | R@10 | class R@1 | R@5 | R@10 | mAP |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let baseline: Vec<Vec<f32>> = shelf
        .pictures
        .iter()
        .map(|p| ranking::baseline(&p.pixels))
        .collect();
    line(
        "CIELAB 8×8×8 + LBP 1, 2, 4",
        &shelf.report(|i, j| ranking::dot(&baseline[i], &baseline[j])),
    );
    let whole = shelf.report(|i, j| looks[i].cosine(&looks[j]));
    line(look::MODEL, &whole);
    for (k, block) in look::BLOCKS.iter().enumerate() {
        line(
            &format!("only {}", block.name),
            &shelf.report(|i, j| looks[i].aspects(&looks[j])[k].1),
        );
    }
    for block in look::BLOCKS {
        let rest = |i: usize, j: usize| {
            let part = block.range.clone();
            let (p, q) = (looks[i].as_slice(), looks[j].as_slice());
            looks[i].cosine(&looks[j]) - ranking::dot(&p[part.clone()], &q[part])
        };
        line(&format!("without {}", block.name), &shelf.report(rest));
    }
    println!("\nclass R@1: {}", whole.by_class());
    println!(
        "\n| cosine of pairs | mean | sd | 5 % | 50 % | 95 % |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (name, cosines) in shelf.pairs(|i, j| looks[i].cosine(&looks[j])) {
        let spread = ranking::Spread::of(cosines);
        println!(
            "| {name} | {:.2} | {:.2} | {:.2} | {:.2} | {:.2} |",
            spread.mean, spread.deviation, spread.low, spread.middle, spread.high
        );
    }
    if std::env::args().any(|a| a == "--misses") {
        for (asked, rank, first) in &whole.misses {
            println!("{asked}: its other view at {rank}, first was {first}");
        }
    }
    println!(
        "\nlook of these pictures: {:.2} ms each",
        all.as_secs_f64() * 1e3 / looks.len() as f64
    );
    let photo = Pixels::from_fn(1280, 960, |x, y| {
        let v = x
            .wrapping_mul(2_654_435_761)
            .wrapping_add(y.wrapping_mul(40_503))
            >> 26;
        [(v + x / 8) as u8, (v + y / 6) as u8, (v + 60) as u8]
    });
    time("look", || {
        std::hint::black_box(look::describe(&photo));
    });
    time("palette", || {
        std::hint::black_box(photo::palette(&photo));
    });
    time("surface", || {
        std::hint::black_box(photo::surface(&photo));
    });
    Ok(())
}

fn line(name: &str, report: &Report) {
    let [i1, i5, i10] = report.instance;
    let [c1, c5, c10] = report.class;
    println!(
        "| {name} | {i1:.3} | {i5:.3} | {i10:.3} | {c1:.3} | {c5:.3} | {c10:.3} | {:.3} |",
        report.mean_average_precision
    );
}

/// The median of 21 runs on a picture of 1280×960.
fn time(name: &str, mut work: impl FnMut()) {
    let mut times: Vec<f64> = (0..21)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name} of 1280×960: {:.1} ms (p95 {:.1})",
        times[10], times[19]
    );
}
