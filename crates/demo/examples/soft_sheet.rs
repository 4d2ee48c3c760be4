//! Contact sheets with processor time: `cargo run --release -p demo --example soft_sheet -- FOLDER WORD SIDE COLUMNS [VIEW]`.
//!
//! Keeps the pieces whose category or slug contains one of the words in WORD (commas between). Times are the thread's own
//! time on the processor where the system tells it (Linux), so a busy machine does not blur them.

use std::time::Instant;

fn cpu_ms(start: Instant) -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|s| s.split_whitespace().next()?.parse::<f64>().ok())
        .map_or_else(|| start.elapsed().as_secs_f64() * 1e3, |ns| ns / 1e6)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("Name the folder for the sheets.")?;
    let words = args.next().unwrap_or_default();
    let side: u32 = args.next().map_or(Ok(320), |a| a.parse())?;
    let columns: u32 = args.next().map_or(Ok(6), |a| a.parse())?.max(1);
    let only: Option<usize> = args.next().map(|a| a.parse()).transpose()?;
    std::fs::create_dir_all(&folder)?;

    let clock = Instant::now();
    let mut shots = Vec::new();
    let mut spent = 0.0;
    for piece in demo::library() {
        let category = piece
            .material
            .properties
            .category
            .map_or("", |c| c.as_str());
        let slug = piece.material.slug.as_str();
        if !words
            .split(',')
            .any(|w| category.contains(w) || slug.contains(w))
        {
            continue;
        }
        for view in 0..piece.views.len() {
            if only.is_some_and(|o| o != view) {
                continue;
            }
            let start = cpu_ms(clock);
            shots.push(demo::render(&piece, view, side));
            let ms = cpu_ms(clock) - start;
            spent += ms;
            println!(
                "{:>3} {ms:>6.1} ms {category:<18} {slug} ({})",
                shots.len() - 1,
                piece.views[view].label
            );
        }
    }
    println!(
        "{} views, mean {:.1} ms of processor at {side} px",
        shots.len(),
        spent / shots.len().max(1) as f64
    );

    for (page, shots) in shots.chunks((columns * columns) as usize).enumerate() {
        let rows = (shots.len() as u32).div_ceil(columns);
        let mut sheet = image::RgbImage::from_pixel(
            columns * (side + 6) + 6,
            rows * (side + 6) + 6,
            image::Rgb([236, 236, 236]),
        );
        for (i, shot) in shots.iter().enumerate() {
            let (x, y) = (
                i as u32 % columns * (side + 6) + 6,
                i as u32 / columns * (side + 6) + 6,
            );
            let picture = image::RgbImage::from_raw(shot.width, shot.height, shot.rgb.clone())
                .ok_or("a picture lacks bytes")?;
            image::imageops::replace(&mut sheet, &picture, i64::from(x), i64::from(y));
        }
        sheet.save(format!("{folder}/page-{page:02}.png"))?;
    }
    Ok(())
}
