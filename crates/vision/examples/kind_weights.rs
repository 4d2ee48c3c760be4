//! Prints `src/kind/weights.bin`: a linear map from looks to kinds of material, fitted on the demo library.
//!
//! `cargo run --release -p vision --example kind_weights > crates/vision/src/kind/weights.bin`
//!
//! Every piece of the demo library is photographed from random places, distances and turns, in all lights, at several
//! resolutions, with another exposure, white balance, contrast, saturation and noise each time. Ridge regression from their
//! looks to their top categories gives the map (Hoerl & Kennard 1970); a kind with many pieces counts by the root of
//! their number, so that fabric does not swallow cork. No photo takes part.

use std::{error::Error, io::Write};

use demo::{Piece, View, shade::Light};
use photo::{Pixels, look};
use rayon::prelude::*;
use vision::kind;

/// Pictures of a piece.
const SHOTS: u64 = 24;
/// Looks are measured on 256² at most.
const SIDE: u32 = 288;
/// How strongly the map is kept small: 1 to 30 give the same within two photos of 176.
const RIDGE: f64 = 10.0;

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

fn shoot(
    piece: &Piece,
    number: usize,
    shot: u64,
) -> Result<Vec<f32>, Box<dyn Error + Send + Sync>> {
    let dice = |what| unit(number, shot, what);
    let lights = [
        Light::studio(),
        Light::raking(),
        Light::evening(),
        Light::overcast(),
    ];
    let view = View {
        label: "",
        zoom: (dice(0) * 3.0 - 1.2).exp2(),
        turn: if dice(1) < 0.3 {
            dice(2)
        } else {
            (dice(2) - 0.5) * 0.08
        },
        at: ((dice(3) - 0.5) * 20_000.0, (dice(4) - 0.5) * 20_000.0),
        light: lights[(dice(5) * 3.999) as usize],
    };
    let side = [128, 192, SIDE][(dice(9) * 2.999) as usize];
    let picture = demo::picture(piece.painter.as_ref(), &view, piece.mm_across, side);
    let exposure = (dice(6) - 0.5) * 0.6;
    let warmth = (dice(7) - 0.5) * 0.2;
    let tint = (dice(8) - 0.5) * 0.08;
    let gain = [
        (exposure + warmth).exp2(),
        (exposure + tint).exp2(),
        (exposure - warmth).exp2(),
    ];
    let gamma = (dice(10) - 0.5).exp2();
    let saturation = 0.55 + 0.7 * dice(11);
    let noise = dice(12).powi(2) * 16.0;
    let mut grain = (number as u64) << 20 | shot;
    let rgb: Vec<u8> = picture
        .rgb
        .chunks_exact(3)
        .flat_map(|p| {
            let c: [f32; 3] = std::array::from_fn(|i| {
                255.0
                    * (f32::from(p[i]) * gain[i] / 255.0)
                        .clamp(0.0, 1.0)
                        .powf(gamma)
            });
            let grey = (c[0] + 2.0 * c[1] + c[2]) / 4.0;
            grain = mix(grain.wrapping_add(0x9e37_79b9_7f4a_7c15));
            let n = ((grain >> 40) as f32 / (1u64 << 24) as f32 - 0.5) * noise;
            c.map(|v| {
                (grey + (v - grey) * saturation + n)
                    .round()
                    .clamp(0.0, 255.0) as u8
            })
        })
        .collect();
    let pixels = Pixels::new(picture.width, picture.height, rgb)?;
    Ok(look::describe(&pixels).into_vec())
}

/// Solves (XᵀWX + λ) B = XᵀWY; gives the columns of B, one a kind.
fn ridge(looks: &[Vec<f32>], kinds: &[usize], count: usize) -> Vec<Vec<f64>> {
    let n = look::DIMS;
    let mut of_kind = vec![0.0f64; count];
    for &k in kinds {
        of_kind[k] += 1.0;
    }
    let all = kinds.len() as f64;
    let mut gram = vec![vec![0.0f64; n]; n];
    // A column a kind.
    let mut right = vec![vec![0.0f64; n]; count];
    for (look, &kind) in looks.iter().zip(kinds) {
        let weight = 1.0 / of_kind[kind].sqrt();
        for i in 0..n {
            let x = f64::from(look[i]) * weight;
            for (g, &y) in gram[i].iter_mut().zip(look).take(i + 1) {
                *g += x * f64::from(y);
            }
            for (k, column) in right.iter_mut().enumerate() {
                column[i] += x * (f64::from(u8::from(k == kind)) - of_kind[k] / all);
            }
        }
    }
    for (i, row) in gram.iter_mut().enumerate() {
        row[i] += RIDGE;
    }
    // Cholesky: gram = L Lᵀ, then forward and back.
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| gram[i][k] * gram[j][k]).sum();
            let rest = gram[i][j] - dot;
            gram[i][j] = if i == j {
                rest.sqrt()
            } else {
                rest / gram[j][j]
            };
        }
    }
    for column in &mut right {
        for i in 0..n {
            let dot: f64 = (0..i).map(|j| gram[i][j] * column[j]).sum();
            column[i] = (column[i] - dot) / gram[i][i];
        }
        for i in (0..n).rev() {
            let dot: f64 = (i + 1..n).map(|j| gram[j][i] * column[j]).sum();
            column[i] = (column[i] - dot) / gram[i][i];
        }
    }
    right
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let pieces = demo::library();
    let kind_of = |piece: &Piece| {
        let top = piece.material.properties.category?.top();
        kind::KINDS.iter().position(|k| *k == top.as_str())
    };
    let shots: Vec<(usize, usize, u64)> = pieces
        .iter()
        .enumerate()
        .filter_map(|(i, piece)| Some((i, kind_of(piece)?)))
        .flat_map(|(i, kind)| (0..SHOTS).map(move |s| (i, kind, s)))
        .collect();
    let looks: Vec<Vec<f32>> = shots
        .par_iter()
        .map(|(i, _, s)| shoot(&pieces[*i], *i, *s))
        .collect::<Result<_, _>>()?;
    let kinds: Vec<usize> = shots.iter().map(|(_, kind, _)| *kind).collect();
    let map = ridge(&looks, &kinds, kind::KINDS.len());
    let bytes: Vec<u8> = (0..look::DIMS)
        .flat_map(|row| map.iter().map(move |column| column[row] as f32))
        .flat_map(f32::to_le_bytes)
        .collect();
    std::io::stdout().write_all(&bytes)?;
    Ok(())
}
