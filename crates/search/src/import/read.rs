//! Reading the pictures of a batch.

use std::{
    collections::{HashMap, HashSet},
    panic::AssertUnwindSafe,
    sync::Arc,
};

use bytes::Bytes;
use catalog::Problem;
use material::NewMaterial;
use photo::Limits;

use super::{
    plan::{PictureOf, Work},
    source::Source,
};
use crate::{
    ingest::{Arrival, ArrivedPicture},
    picture,
};

/// The side up to which pictures are kept; nothing larger stays in memory.
const KEPT_SIDE: u32 = 1280;

/// An item whose pictures are to be read.
pub(super) type Reading = (i32, String, Work, NewMaterial);

/// An item whose pictures were read.
pub(super) struct Read {
    pub position: i32,
    pub arrival: Arrival,
    pub problems: Vec<Problem>,
}

/// Reads and decodes a batch on every core. Materials that are left without a picture are not brought in: a
/// material nobody can see cannot be found.
pub(super) fn read_all(
    items: Vec<Reading>,
    fetched: &HashMap<String, Result<Bytes, String>>,
    kept: &HashMap<String, Bytes>,
    source: &Source,
    limits: &Limits,
) -> Vec<Read> {
    use rayon::prelude::*;
    items
        .into_par_iter()
        .map(|(position, key, work, material)| {
            let mut problems = Vec::new();
            let mut pictures = Vec::new();
            for picture in &work.pictures {
                match read(picture, fetched, kept, source, limits) {
                    Ok(read) => pictures.push(read),
                    Err(problem) => problems.push(Problem {
                        line: picture.line,
                        name: picture.from.clone(),
                        cells: picture.cells.clone(),
                        problem,
                        came_in: false,
                    }),
                }
            }
            // Brought in again alone, a corrected row would take the other pictures away: they go with it.
            if !problems.is_empty() && !pictures.is_empty() {
                let wrong: HashSet<i32> = problems.iter().map(|p| p.line).collect();
                let others = work.pictures.iter().filter(|p| !wrong.contains(&p.line));
                problems.extend(others.map(|p| Problem {
                    line: p.line,
                    name: key.clone(),
                    cells: p.cells.clone(),
                    problem: String::new(),
                    came_in: true,
                }));
            }
            // The same file twice is one picture.
            let mut seen = HashSet::new();
            pictures.retain(|p| seen.insert(p.content));
            Read {
                position,
                arrival: Arrival { material, pictures },
                problems,
            }
        })
        .collect()
}

fn read(
    wanted: &PictureOf,
    fetched: &HashMap<String, Result<Bytes, String>>,
    kept: &HashMap<String, Bytes>,
    source: &Source,
    limits: &Limits,
) -> Result<ArrivedPicture, String> {
    let bytes = match fetched.get(&wanted.from) {
        Some(fetched) => fetched.clone()?,
        None => source.read(&wanted.from, limits.max_bytes)?.into(),
    };
    // A file that a decoder stumbles over costs itself, not the import.
    let decode = AssertUnwindSafe(|| photo::decode(&bytes, limits));
    let pixels = std::panic::catch_unwind(decode)
        .map_err(|_| "This picture cannot be decoded.".to_owned())?
        .map_err(|e| e.to_string())?;
    let came = picture::as_it_came(&bytes, &pixels);
    let given = wanted
        .id
        .as_ref()
        .filter(|id| kept.get(id.as_str()).is_none_or(|there| *there == bytes))
        .filter(|_| {
            came.as_ref() == Some(&bytes) || is_kept_form(&bytes, pixels.width(), pixels.height())
        })
        .and_then(|id| content_of(id.as_str()));
    Ok(ArrivedPicture {
        content: given.unwrap_or_else(|| photo::content_hash(&bytes)),
        as_kept: given.map(|_| bytes.clone()).or(came),
        pixels: Arc::new(photo::shrunk(pixels, KEPT_SIDE)),
        view: wanted.view.clone(),
    })
}

/// Whether this is a WebP as the library keeps them, which need not be encoded anew.
fn is_kept_form(bytes: &[u8], width: u32, height: u32) -> bool {
    width.max(height) <= KEPT_SIDE
        && bytes.starts_with(b"RIFF")
        && bytes.get(8..12) == Some(b"WEBP")
}

/// The hash that a name of 64 digits stands for.
fn content_of(id: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    if id.len() != 64 {
        return None;
    }
    for (place, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(id.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_64_digits_is_a_hash() {
        assert_eq!(content_of(&"ab".repeat(32)), Some([0xab; 32]));
        assert_eq!(content_of("ab"), None);
        assert_eq!(content_of(&"zz".repeat(32)), None);
    }

    #[test]
    fn only_what_the_library_would_write_is_kept_as_it_is() {
        let webp = b"RIFF....WEBPVP8 ";
        assert!(is_kept_form(webp, 1280, 900));
        assert!(!is_kept_form(webp, 1281, 900));
        assert!(!is_kept_form(b"\x89PNG", 10, 10));
    }
}
