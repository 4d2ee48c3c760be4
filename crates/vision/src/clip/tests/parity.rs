//! Numbers of an independent implementation, on every runtime.

use std::{fs, path::Path};

use super::{
    super::network::{Network, Row},
    runtimes, shared,
};

/// The shape and the bytes of numbers in an `.npy` file of format 1.
fn npy(path: &Path, element: &str) -> (Vec<usize>, Vec<u8>) {
    let bytes = fs::read(path).expect("reference file reads");
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00", "{}", path.display());
    let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..10 + length]).into_owned();
    assert!(header.contains(element) && header.contains("'fortran_order': False"));
    let shape = header.split(['(', ')']).nth(1).expect("has a shape");
    let shape = shape
        .split(',')
        .filter_map(|size| size.trim().parse().ok())
        .collect();
    (shape, bytes[10 + length..].to_vec())
}

fn floats(name: &str) -> Vec<Vec<f32>> {
    let (shape, bytes) = npy(&shared("reference/tiny-clip").join(name), "'<f4'");
    let numbers: Vec<f32> = bytes
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    numbers
        .chunks(numbers.len() / shape[0])
        .map(<[f32]>::to_vec)
        .collect()
}

fn integers(name: &str) -> Vec<Vec<i64>> {
    let (shape, bytes) = npy(&shared("reference/tiny-clip").join(name), "'<i8'");
    let numbers: Vec<i64> = bytes
        .chunks_exact(8)
        .map(|b| i64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]))
        .collect();
    numbers.chunks(shape[1]).map(<[i64]>::to_vec).collect()
}

fn assert_near(network: &mut Network, rows: &[Row], expected: &[Vec<f32>], who: &str) {
    let vectors = network.run(rows).expect("runs");
    assert_eq!(vectors.len(), expected.len());
    for (vector, expected) in vectors.into_iter().zip(expected) {
        let vector = vector.expect("is a vector");
        assert_eq!(vector.len(), expected.len());
        let apart = vector.iter().zip(expected).map(|(a, b)| (a - b).abs());
        let apart = apart.fold(0.0, f32::max);
        assert!(apart < 1e-4, "{who}: {apart}");
        println!("{who}: {apart:e} apart at most");
    }
}

#[test]
fn pictures_come_out_as_elsewhere() {
    let file = shared("reference/tiny-clip/visual.onnx");
    let rows: Vec<Row> = floats("image_input.npy")
        .into_iter()
        .map(Row::Picture)
        .collect();
    for runtime in runtimes() {
        let backend = runtime.open(&file, 1).expect("loads");
        let mut network = Network::image(&file, backend, (64, 64), 32).expect("is CLIP");
        let expected = floats("image_embedding.npy");
        assert_near(&mut network, &rows, &expected, &runtime.to_string());
    }
}

#[test]
fn words_come_out_as_elsewhere() {
    let file = shared("reference/tiny-clip/textual.onnx");
    let rows: Vec<Row> = integers("text_ids.npy")
        .into_iter()
        .map(|ids| Row::Text {
            mask: vec![1; ids.len()],
            ids,
        })
        .collect();
    for runtime in runtimes() {
        let backend = runtime.open(&file, 1).expect("loads");
        let mut network = Network::text(&file, backend, None, 32).expect("is CLIP");
        let expected = floats("text_embedding.npy");
        assert_near(&mut network, &rows, &expected, &runtime.to_string());
    }
}
