//! Prints `src/kind/weights.bin`: a linear map from looks to kinds of material, fitted on the demo library.
//!
//! `cargo run --release -p vision --example kind_weights > crates/vision/src/kind/weights.bin`
//!
//! Every piece of the demo library is photographed sixteen times (`demo::shots`). Ridge regression from their
//! looks to their top categories gives the map (Hoerl & Kennard 1970); a kind with many pieces counts by the root of
//! their number, so that fabric does not swallow cork. No photo takes part.

use std::{error::Error, io::Write};

use demo::{Piece, shots};
use photo::{Pixels, look};
use rayon::prelude::*;
use vision::kind;

type Failed = Box<dyn Error + Send + Sync>;

/// Pictures of a piece.
const SHOTS: usize = 16;
/// How strongly the map is kept small: 30 to 200 give the same within one photo of 198.
const RIDGE: f64 = 30.0;

/// The look of one photo of a piece.
fn seen(piece: &Piece, number: usize, shot: usize) -> Result<Vec<f32>, Failed> {
    let photo = shots::shoot(piece, number, shot);
    let pixels = Pixels::new(photo.width, photo.height, photo.rgb)?;
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

fn main() -> Result<(), Failed> {
    let pieces = demo::library();
    let kind_of = |piece: &Piece| {
        let top = piece.material.properties.category?.top();
        kind::KINDS.iter().position(|k| *k == top.as_str())
    };
    let shots: Vec<(usize, usize, usize)> = pieces
        .iter()
        .enumerate()
        .filter_map(|(i, piece)| Some((i, kind_of(piece)?)))
        .flat_map(|(i, kind)| (0..SHOTS).map(move |s| (i, kind, s)))
        .collect();
    let looks: Vec<Vec<f32>> = shots
        .par_iter()
        .map(|(i, _, s)| seen(&pieces[*i], *i, *s))
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
