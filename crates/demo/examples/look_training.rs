//! Writes what a linear map over looks is fitted on: looks of every piece of the demo library, photographed many times.
//!
//! `cargo run --release -p demo --example look_training -- OUT [PHOTOS]`
//!
//! `OUT/looks.f32` holds rows of 512 little-endian numbers, `OUT/looks.csv` one line a row: piece, kind, pattern, finish. Every
//! piece is photographed from random places, distances, turns and in all lights, then the picture gets another exposure and white
//! balance. With PHOTOS, a folder with a `manifest.csv`, their looks are written beside it (`photos.f32`, in the order of the manifest).

use std::{error::Error, fs, path::Path};

use demo::{Piece, View, shade::Light};
use material::Word;
use photo::{Pixels, look};
use rayon::prelude::*;

/// Pictures of a piece.
const SHOTS: u64 = 16;
/// Looks are measured on 256² at most.
const SIDE: u32 = 288;

fn mix(z: u64) -> u64 {
    let z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// A number from 0 to 1 for a piece, a shot and a use.
fn unit(piece: usize, shot: u64, what: u64) -> f32 {
    let seed = (piece as u64) << 32 | shot << 8 | what;
    (mix(mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15))) >> 40) as f32 / (1u64 << 24) as f32
}

fn shoot(piece: &Piece, number: usize, shot: u64) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
    let dice = |what| unit(number, shot, what);
    let lights = [Light::studio(), Light::raking(), Light::evening(), Light::overcast()];
    let view = View {
        label: "",
        zoom: (dice(0) * 2.2 - 0.8).exp2(),
        turn: if dice(1) < 0.3 { dice(2) } else { (dice(2) - 0.5) * 0.08 },
        at: ((dice(3) - 0.5) * 20_000.0, (dice(4) - 0.5) * 20_000.0),
        light: lights[(dice(5) * 3.999) as usize],
    };
    let picture = demo::picture(piece.painter.as_ref(), &view, piece.mm_across, SIDE);
    let exposure = (dice(6) - 0.5) * 0.6;
    let warmth = (dice(7) - 0.5) * 0.16;
    let tint = (dice(8) - 0.5) * 0.06;
    let gain = [
        (exposure + warmth).exp2(),
        (exposure + tint).exp2(),
        (exposure - warmth).exp2(),
    ];
    let rgb = picture
        .rgb
        .iter()
        .enumerate()
        .map(|(i, &v)| (f32::from(v) * gain[i % 3]).round().clamp(0.0, 255.0) as u8)
        .collect();
    let pixels = Pixels::new(picture.width, picture.height, rgb)?;
    Ok(look::describe(&pixels).into_vec())
}

fn write(path: &Path, rows: &[Vec<f32>]) -> std::io::Result<()> {
    let bytes: Vec<u8> = rows.iter().flatten().flat_map(|v| v.to_le_bytes()).collect();
    fs::write(path, bytes)
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let out = arguments.next().ok_or("where to?")?;
    let out = Path::new(&out);
    fs::create_dir_all(out)?;
    let pieces = demo::library();
    let shots: Vec<(usize, u64)> = (0..pieces.len())
        .flat_map(|i| (0..SHOTS).map(move |s| (i, s)))
        .collect();
    let rows: Vec<Vec<f32>> = shots
        .par_iter()
        .map(|(i, s)| shoot(&pieces[*i], *i, *s))
        .collect::<Result<_, _>>()?;
    write(&out.join("looks.f32"), &rows)?;
    // The views that stand in the library, as a search meets them.
    let faces: Vec<Vec<f32>> = (0..pieces.len() * 2)
        .into_par_iter()
        .map(|i| {
            let picture = demo::render(&pieces[i / 2], i % 2, 640);
            let pixels = Pixels::new(picture.width, picture.height, picture.rgb)?;
            Ok(look::describe(&pixels).into_vec())
        })
        .collect::<Result<_, Box<dyn Error + Send + Sync>>>()?;
    write(&out.join("faces.f32"), &faces)?;
    let mut labels = String::new();
    for piece in &pieces {
        let p = &piece.material.properties;
        labels += &format!(
            "{},{},{},{}\n",
            piece.material.slug,
            p.category.map_or("", |c| c.as_str()),
            p.pattern.map_or("", Word::as_str),
            p.finish.map_or("", Word::as_str)
        );
    }
    fs::write(out.join("pieces.csv"), labels)?;
    if let Some(photos) = arguments.next() {
        let photos = Path::new(&photos);
        let manifest = fs::read_to_string(photos.join("manifest.csv"))?;
        let files: Vec<&str> = manifest.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
        let rows: Vec<Vec<f32>> = files
            .par_iter()
            .map(|file| {
                let pixels = photo::decode(&fs::read(photos.join(file))?, &photo::Limits::default())?;
                Ok(look::describe(&pixels).into_vec())
            })
            .collect::<Result<_, Box<dyn Error + Send + Sync>>>()?;
        write(&out.join("photos.f32"), &rows)?;
    }
    Ok(())
}
