//! Numbers of a model: reading them wherever they are stored, and rounding them to 8 bits.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Component, Path, PathBuf},
};

use prost::bytes::Bytes;

use super::{
    onnx::{
        TensorProto,
        tensor_proto::{DataLocation, DataType},
    },
    quantize::QuantizeError,
};

/// The most numbers one tensor may have: 8 GiB of f32.
const MAX_NUMBERS: usize = 1 << 31;

/// Where a model's file is, and with it the files its weights may stand in.
pub(super) struct Beside<'a> {
    pub(super) folder: &'a Path,
}

impl Beside<'_> {
    /// The numbers of an f32 tensor, row by row.
    pub(super) fn floats(&self, tensor: &TensorProto) -> Result<Vec<f32>, QuantizeError> {
        let broken = |what: &str| broken(tensor, what);
        let count = count(tensor).ok_or_else(|| broken("its dimensions make no sense"))?;
        let bytes = self.raw(tensor)?;
        let floats = match &bytes {
            Some(raw) if Some(raw.len()) == count.checked_mul(4) => raw
                .chunks_exact(4)
                .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
                .collect(),
            None if tensor.float_data.len() == count => tensor.float_data.clone(),
            _ => return Err(broken("it has not as many numbers as its dimensions say")),
        };
        if floats.iter().all(|x: &f32| x.is_finite()) {
            Ok(floats)
        } else {
            Err(broken("it has numbers that are infinite or none"))
        }
    }

    /// Takes weights from beside the model into the tensor itself.
    pub(super) fn take_in(&self, tensor: &mut TensorProto) -> Result<(), QuantizeError> {
        if is_external(tensor)
            && let Some(raw) = self.raw(tensor)?
        {
            tensor.raw_data = Some(raw);
            tensor.external_data.clear();
            tensor.data_location = None;
        }
        Ok(())
    }

    /// The stored bytes, if the tensor is stored as such.
    fn raw(&self, tensor: &TensorProto) -> Result<Option<Bytes>, QuantizeError> {
        if tensor.segment.is_some() {
            return Err(broken(
                tensor,
                "it is stored in segments, which nothing writes",
            ));
        }
        if is_external(tensor) {
            self.external(tensor).map(|bytes| Some(bytes.into()))
        } else {
            Ok(tensor.raw_data.clone())
        }
    }

    /// Reads `location` from `offset` on, `length` bytes or to the end.
    fn external(&self, tensor: &TensorProto) -> Result<Vec<u8>, QuantizeError> {
        let entry = |key: &str| {
            tensor
                .external_data
                .iter()
                .find(|entry| entry.key() == key)
                .map(|entry| entry.value())
        };
        let number = |key: &str| match entry(key).map(str::parse::<u64>) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(broken(
                tensor,
                "its place in the file of weights is no number",
            )),
        };
        let path = entry("location")
            .and_then(|location| self.inside(location))
            .ok_or_else(|| {
                broken(
                    tensor,
                    "its weights should stand in a file in the model's own folder",
                )
            })?;
        let too_short = || broken(tensor, "the file of its weights is too short");
        let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
        let disk = QuantizeError::disk(&path);
        let mut file = File::open(&path).map_err(&disk)?;
        let available = file
            .metadata()
            .map_err(&disk)?
            .len()
            .checked_sub(offset)
            .ok_or_else(too_short)?;
        let length = length.unwrap_or(available);
        if length > available || length > 4 * MAX_NUMBERS as u64 {
            return Err(too_short());
        }
        file.seek(SeekFrom::Start(offset)).map_err(&disk)?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes).map_err(&disk)?;
        if bytes.len() as u64 == length {
            Ok(bytes)
        } else {
            Err(too_short())
        }
    }

    /// A location a model names, if it stays in the model's folder.
    fn inside(&self, location: &str) -> Option<PathBuf> {
        let plain = Path::new(location)
            .components()
            .all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
        (plain && !location.is_empty() && !location.contains('\\'))
            .then(|| self.folder.join(location))
    }
}

pub(super) fn is_external(tensor: &TensorProto) -> bool {
    tensor.data_location() == DataLocation::External
}

/// Rows and columns of a matrix; none for any other shape.
pub(super) fn shape(tensor: &TensorProto) -> Option<(usize, usize)> {
    match tensor.dims[..] {
        [rows, columns] => Some((usize::try_from(rows).ok()?, usize::try_from(columns).ok()?)),
        _ => None,
    }
}

fn count(tensor: &TensorProto) -> Option<usize> {
    tensor
        .dims
        .iter()
        .try_fold(1usize, |product, &dim| {
            product.checked_mul(usize::try_from(dim).ok()?)
        })
        .filter(|&count| count <= MAX_NUMBERS)
}

fn broken(tensor: &TensorProto, what: &str) -> QuantizeError {
    QuantizeError::Broken {
        what: format!("the tensor {:?}: {what}", tensor.name()),
    }
}

/// A matrix in 8 bits: column `c` stands for `values[r][c] * scales[c]`.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    /// Row by row.
    pub(super) values: Vec<u8>,
    /// One for each column.
    pub(super) scales: Vec<f32>,
}

/// Rounds a matrix (row by row) to whole steps between `-steps` and `steps`, each column by a scale
/// of its own that puts its largest number on the last step.
///
/// Scale and rounding are those of ONNX Runtime's `quantize_dynamic`, symmetric and per channel:
/// the scale is worked out in f64 and kept in f32, halves go to the even neighbour, and a column of
/// zeros has the scale 1.
pub(super) fn quantize_columns(matrix: &[f32], columns: usize, steps: i8) -> Columns {
    let mut largest = vec![0.0f32; columns];
    for row in matrix.chunks_exact(columns.max(1)) {
        for (most, x) in largest.iter_mut().zip(row) {
            *most = most.max(x.abs());
        }
    }
    let last = f32::from(steps);
    let scales: Vec<f32> = largest
        .iter()
        .map(|&most| {
            let scale = f64::from(most) / f64::from(steps);
            if scale < f64::from(f32::MIN_POSITIVE) {
                1.0
            } else {
                scale as f32
            }
        })
        .collect();
    let values = matrix
        .chunks_exact(columns.max(1))
        .flat_map(|row| row.iter().zip(&scales))
        .map(|(x, scale)| {
            let step = (x / scale).round_ties_even().clamp(-last, last);
            (step as i8).cast_unsigned()
        })
        .collect();
    Columns { values, scales }
}

/// A matrix (row by row) with rows and columns exchanged.
pub(super) fn transposed(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(matrix.len());
    for column in 0..columns {
        out.extend((0..rows).map(|row| matrix[row * columns + column]));
    }
    out
}

/// Whether a tensor holds f32 numbers, or numbers of half that size.
pub(super) fn is_f32(tensor: &TensorProto) -> bool {
    tensor.data_type() == DataType::Float as i32
}

/// See [`is_f32`].
pub(super) fn is_half(tensor: &TensorProto) -> bool {
    [DataType::Float16 as i32, DataType::Bfloat16 as i32].contains(&tensor.data_type())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_column_has_its_own_scale_and_zeros_stay_zero() {
        let got = quantize_columns(&[1.0, 0.0, -0.5, -2.0, 0.0, 1.27], 3, 127);
        assert_eq!(got.scales, [2.0 / 127.0, 1.0, 1.27 / 127.0]);
        let values: Vec<i8> = got.values.iter().map(|v| v.cast_signed()).collect();
        // 63.5 goes to the even neighbour.
        assert_eq!(values, [64, 0, -50, -127, 0, 127]);
    }

    #[test]
    fn transposing_exchanges_rows_and_columns() {
        assert_eq!(
            transposed(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 2, 3),
            [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
        );
    }

    proptest! {
        #[test]
        fn no_number_moves_by_more_than_half_a_step(
            matrix in prop::collection::vec(-1e3f32..1e3, 12),
            steps in prop::sample::select(vec![64i8, 127]),
        ) {
            let got = quantize_columns(&matrix, 3, steps);
            for (i, (x, v)) in matrix.iter().zip(&got.values).enumerate() {
                let scale = got.scales[i % 3];
                let back = f32::from(v.cast_signed()) * scale;
                prop_assert!((x - back).abs() <= scale * 0.5001, "{x} {back} {scale}");
            }
        }
    }
}
