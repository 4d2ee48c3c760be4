//! Soft materials: fabric, leather, carpet, cork, rubber, linoleum, plastic, paper.

mod grain;
mod knit;
mod leather;
mod pile;
mod tile;
mod weave;
mod woven;

use crate::Piece;

/// All of them, sorted by kind.
pub fn pieces() -> Vec<Piece> {
    let mut out = woven::pieces();
    out.extend(pile::pieces());
    out.extend(knit::pieces());
    out.extend(leather::pieces());
    out
}
