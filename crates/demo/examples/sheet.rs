//! Contact sheets of the demo library: `cargo run --release -p demo --example sheet -- FOLDER [WORD] [SIDE] [COLUMNS]`.
//!
//! Every piece stands once with all its views side by side. WORD keeps the pieces whose category or slug contains it.

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("Name the folder for the sheets.")?;
    let word = args.next().unwrap_or_default();
    let side: u32 = args.next().map_or(Ok(320), |a| a.parse())?;
    let columns: u32 = args.next().map_or(Ok(6), |a| a.parse())?.max(1);
    std::fs::create_dir_all(&folder)?;

    let pieces: Vec<_> = demo::library()
        .into_iter()
        .filter(|p| {
            let category = p.material.properties.category.map_or("", |c| c.as_str());
            category.contains(&word) || p.material.slug.as_str().contains(&word)
        })
        .collect();
    let mut shots = Vec::new();
    let mut spent = 0.0;
    for piece in &pieces {
        let mut worst: f64 = 0.0;
        for view in 0..piece.views.len() {
            let start = Instant::now();
            shots.push(demo::render(piece, view, side));
            let ms = start.elapsed().as_secs_f64() * 1000.0;
            spent += ms;
            worst = worst.max(ms);
        }
        println!(
            "{:>3} {:>6.1} ms {}",
            shots.len() - piece.views.len(),
            worst,
            piece.material.slug.as_str()
        );
    }
    println!(
        "{} pieces, {} views, mean {:.1} ms at {side} px",
        pieces.len(),
        shots.len(),
        spent / shots.len().max(1) as f64
    );

    for (page, shots) in shots.chunks((columns * columns) as usize).enumerate() {
        let rows = (shots.len() as u32).div_ceil(columns);
        let mut sheet = image::RgbImage::from_pixel(
            columns * (side + 8) + 8,
            rows * (side + 8) + 8,
            image::Rgb([236, 236, 236]),
        );
        for (i, shot) in shots.iter().enumerate() {
            let (x, y) = (
                i as u32 % columns * (side + 8) + 8,
                i as u32 / columns * (side + 8) + 8,
            );
            let picture = image::RgbImage::from_raw(shot.width, shot.height, shot.rgb.clone())
                .ok_or("a picture lacks bytes")?;
            image::imageops::replace(&mut sheet, &picture, i64::from(x), i64::from(y));
        }
        sheet.save(format!("{folder}/sheet-{page:02}.png"))?;
    }
    Ok(())
}
