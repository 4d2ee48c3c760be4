//! Writes the constants of a look, `constants.rs` and `nuisance.bin`, into a folder.
//!
//! `cargo run --release -p photo --example look_constants -- crates/photo/src/look`
//!
//! Every piece of the demo library is photographed sixteen times (`demo::shots`). Mean and deviation of every
//! measurement say what is usual; how photos of one piece differ from each other says what to take out of a look. No real
//! photo takes part. With `--held-out` nothing is written: the constants of one half of the pieces are tried on the other.

use std::{error::Error, path::Path};

use demo::{Piece, shots};
use photo::{Pixels, look};
use rayon::prelude::*;

/// Pictures of a piece.
const SHOTS: usize = 16;
/// Directions that are shortened; 32 to 128 give the same within 0.005 on pieces that took no part.
const DIRECTIONS: usize = 64;
/// How far photos of a piece have to lie apart along a direction for it to be shortened by 0.7, over the mean of all
/// directions: 0.1 to 1 give the same within 0.005, 3 gives 0.01 less.
const RIDGE: f64 = 0.3;

type Failed = Box<dyn Error + Send + Sync>;

/// The measurements of one photo of a piece.
fn measured(piece: &Piece, number: usize, shot: usize) -> Result<Vec<f32>, Failed> {
    let photo = shots::shoot(piece, number, shot);
    Ok(look::measure(&Pixels::new(
        photo.width,
        photo.height,
        photo.rgb,
    )?))
}

/// Mean and deviation of every measurement, rounded as they are written.
fn usual(shots: &[&[f32]]) -> Vec<(f32, f32)> {
    let count = shots.len() as f64;
    let round = |v: f64| ((v * 1e4).round() / 1e4) as f32;
    (0..look::MEASUREMENTS)
        .map(|i| {
            let values = || shots.iter().map(|s| f64::from(s[i]));
            let mean = values().sum::<f64>() / count;
            let variance = values().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
            (round(mean), round(variance.sqrt().max(0.01)))
        })
        .collect()
}

/// How photos of one piece lie apart: the mean covariance within pieces.
fn within(looks: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let n = look::DIMS;
    let mut sum = vec![vec![0.0f64; n]; n];
    for piece in looks.chunks_exact(SHOTS) {
        let mean: Vec<f64> = (0..n)
            .map(|i| piece.iter().map(|l| f64::from(l[i])).sum::<f64>() / SHOTS as f64)
            .collect();
        for look in piece {
            let off: Vec<f64> = look
                .iter()
                .zip(&mean)
                .map(|(v, m)| f64::from(*v) - m)
                .collect();
            for (i, row) in sum.iter_mut().enumerate() {
                for (cell, v) in row.iter_mut().zip(&off) {
                    *cell += off[i] * v;
                }
            }
        }
    }
    let count = (looks.len() / SHOTS * (SHOTS - 1)) as f64;
    sum.iter_mut().flatten().for_each(|v| *v /= count);
    sum
}

/// Eigenvalues, largest first, with their unit vectors (cyclic Jacobi rotations; Golub and Van Loan, 8.5).
fn eigen(mut a: Vec<Vec<f64>>) -> Vec<(f64, Vec<f64>)> {
    let n = a.len();
    // Row k becomes the vector of the value in a[k][k].
    let mut vectors: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect())
        .collect();
    for _ in 0..12 {
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() < 1e-15 {
                    continue;
                }
                let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                let c = 1.0 / (t * t + 1.0).sqrt();
                let s = t * c;
                for row in &mut a {
                    let (x, y) = (row[p], row[q]);
                    (row[p], row[q]) = (c * x - s * y, s * x + c * y);
                }
                for rows in [&mut a, &mut vectors] {
                    let (above, below) = rows.split_at_mut(q);
                    for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
                        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
                    }
                }
            }
        }
    }
    let mut out: Vec<(f64, Vec<f64>)> = vectors
        .into_iter()
        .enumerate()
        .map(|(i, vector)| (a[i][i], vector))
        .collect();
    out.sort_by(|a, b| b.0.total_cmp(&a.0));
    out
}

/// The directions to shorten, each with the step of its bytes.
fn directions(looks: &[Vec<f32>]) -> Vec<(f32, Vec<i8>)> {
    let found = eigen(within(looks));
    let ridge = RIDGE * found.iter().map(|(value, _)| value).sum::<f64>() / found.len() as f64;
    let gain = |value: f64| (ridge / (value + ridge)).sqrt();
    let (first, rest) = found.split_at(DIRECTIONS);
    // What is not shortened keeps its length: the others are measured by it.
    let kept = rest.iter().map(|(v, _)| gain(*v)).sum::<f64>() / rest.len() as f64;
    first
        .iter()
        .map(|(value, vector)| {
            let share = (1.0 - gain(*value) / kept).max(0.0).sqrt();
            let most = vector.iter().fold(0.0f64, |m, v| m.max(v.abs())) * share;
            let step = most / 127.0;
            let bytes = vector.iter().map(|v| (v * share / step).round() as i8);
            (step as f32, bytes.collect())
        })
        .collect()
}

fn main() -> Result<(), Failed> {
    let argument = std::env::args()
        .nth(1)
        .ok_or("say where to write, or --held-out")?;
    let pieces = demo::library();
    let numbers: Vec<(usize, usize)> = (0..pieces.len())
        .flat_map(|piece| (0..SHOTS).map(move |shot| (piece, shot)))
        .collect();
    let shots: Vec<Vec<f32>> = numbers
        .par_iter()
        .map(|(piece, shot)| measured(&pieces[*piece], *piece, *shot))
        .collect::<Result<_, _>>()?;
    if argument == "--held-out" {
        held_out(&shots);
        return Ok(());
    }
    let folder = Path::new(&argument);
    let all: Vec<&[f32]> = shots.iter().map(Vec::as_slice).collect();
    let usual = usual(&all);
    std::fs::write(folder.join("constants.rs"), written(&usual, pieces.len()))?;
    let looks: Vec<Vec<f32>> = shots.iter().map(|s| look::encode(s, &usual)).collect();
    let bytes: Vec<u8> = directions(&looks)
        .into_iter()
        .flat_map(|(step, bytes)| {
            let bytes = bytes.into_iter().map(|b| b as u8);
            step.to_le_bytes().into_iter().chain(bytes)
        })
        .collect();
    std::fs::write(folder.join("nuisance.bin"), bytes)?;
    Ok(())
}

/// Constants of one half of the pieces, tried on the other: two photos of every piece ask for the nearest of two others of
/// every piece.
fn held_out(shots: &[Vec<f32>]) {
    println!("| pieces that took no part | same piece first |\n| --- | ---: |");
    for taken in [false, true] {
        let (mut found, mut asked) = (0, 0);
        for half in 0..2 {
            let part = |of: usize| -> Vec<&[f32]> {
                shots
                    .chunks_exact(SHOTS)
                    .enumerate()
                    .filter(|(piece, _)| piece % 2 == of)
                    .flat_map(|(_, some)| some.iter().map(Vec::as_slice))
                    .collect()
            };
            let (fitted, tried) = (part(half), part(1 - half));
            let usual = usual(&fitted);
            let encoded = |shots: &[&[f32]]| -> Vec<Vec<f32>> {
                shots.iter().map(|s| look::encode(s, &usual)).collect()
            };
            let directions = directions(&encoded(&fitted));
            let mut looks = encoded(&tried);
            if taken {
                looks.iter_mut().for_each(|look| shorten(look, &directions));
            }
            let of = |shot: usize| looks.iter().skip(shot).step_by(SHOTS).enumerate();
            for (piece, asking) in of(8).chain(of(9)) {
                let near = |other: &[f32]| -> f32 {
                    let dot =
                        |p: &[f32], q: &[f32]| p.iter().zip(q).map(|(a, b)| a * b).sum::<f32>();
                    dot(asking, other) / dot(other, other).sqrt()
                };
                let best = of(0)
                    .chain(of(1))
                    .max_by(|a, b| near(a.1).total_cmp(&near(b.1)));
                asked += 1;
                found += usize::from(best.is_some_and(|(other, _)| other == piece));
            }
        }
        let name = if taken {
            "what differs within pieces taken out"
        } else {
            "measurements alone"
        };
        println!("| {name} | {:.3} |", found as f64 / asked as f64);
    }
}

/// As `look::describe` does it, with directions of one's own.
fn shorten(look: &mut [f32], directions: &[(f32, Vec<i8>)]) {
    let before = look.to_vec();
    for (step, bytes) in directions {
        let along: f32 = bytes
            .iter()
            .zip(&before)
            .map(|(b, v)| f32::from(*b) * step * v)
            .sum();
        for (value, b) in look.iter_mut().zip(bytes) {
            *value -= along * f32::from(*b) * step;
        }
    }
    for block in look::BLOCKS {
        let length = |v: &[f32]| v.iter().map(|v| v * v).sum::<f32>().sqrt();
        let range = block.range.clone();
        let (was, is) = (length(&before[range.clone()]), length(&look[range.clone()]));
        if is > 1e-9 {
            look[range].iter_mut().for_each(|v| *v *= was / is);
        }
    }
}

/// The text of `constants.rs`.
fn written(usual: &[(f32, f32)], pieces: usize) -> String {
    let rows: Vec<String> = usual
        .chunks(6)
        .map(|row| {
            let cells = row
                .iter()
                .map(|(mean, deviation)| format!("({mean:.4}, {deviation:.4})"));
            format!("    {},\n", cells.collect::<Vec<_>>().join(", "))
        })
        .collect();
    format!(
        "//! Mean and standard deviation of every measurement over {SHOTS} photos of each of {pieces} rendered pieces, written by\n\
         //! the example `look_constants`. Changing one number makes another model: [`super::MODEL`] must change with it.\n\n\
         /// (mean, standard deviation) by measurement; of histogram bins only the mean is used.\n\
         #[allow(clippy::approx_constant, reason = \"a measured number may lie near a famous one\")]\n\
         #[rustfmt::skip]\n\
         pub(super) const USUAL: [(f32, f32); super::MEASUREMENTS] = [\n{}];\n",
        rows.concat()
    )
}
