//! Reading and writing model files, with weights beside them where one file would be too large.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use prost::{Message, bytes::Bytes};

use super::{
    layout::DATA_SUFFIX,
    onnx::{ModelProto, StringStringEntryProto, TensorProto, tensor_proto::DataLocation},
    quantize::QuantizeError,
};

/// What fits into one protocol buffers message; ONNX Runtime reads no longer ones.
pub(super) const MAX_FILE: u64 = (2 << 30) - 1;

/// Smaller tensors stay in the model's file in any case.
const MIN_EXTERNAL: usize = 1 << 10;

/// Where a tensor may begin in a file of weights, so that runtimes can map it into memory.
const PAGE: u64 = 4_096;

/// Reads a model's file. The weights in it stay slices of what was read.
pub(super) fn read(path: &Path) -> Result<ModelProto, QuantizeError> {
    let disk = QuantizeError::disk(path);
    let length = fs::metadata(path).map_err(&disk)?.len();
    if length > MAX_FILE {
        return Err(QuantizeError::Broken {
            what: format!("the file has {length} bytes, which is more than ONNX files can have"),
        });
    }
    let bytes = Bytes::from(fs::read(path).map_err(&disk)?);
    ModelProto::decode(bytes).map_err(|e| QuantizeError::NotOnnx {
        path: path.to_owned(),
        detail: e.to_string(),
    })
}

/// Where the weights of a model stand that do not fit into its file.
pub(super) fn data_path(model: &Path) -> PathBuf {
    let mut path = model.as_os_str().to_owned();
    path.push(DATA_SUFFIX);
    path.into()
}

/// Writes a model, whole or not at all. Above `max_file` bytes its weights go to [`data_path`].
/// Returns the bytes written.
pub(super) fn write(mut model: ModelProto, to: &Path, max_file: u64) -> Result<u64, QuantizeError> {
    let disk = QuantizeError::disk(to);
    let folder = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut total = 0;
    if model.encoded_len() as u64 > max_file {
        let data = data_path(to);
        total += write_data(&mut model, folder, &data).map_err(&disk)?;
        if model.encoded_len() as u64 > max_file {
            return Err(QuantizeError::Broken {
                what: "without its weights the model is still larger than an ONNX file can be"
                    .to_owned(),
            });
        }
    }
    let bytes = model.encode_to_vec();
    total += bytes.len() as u64;
    let mut file = super::temporary(folder).map_err(&disk)?;
    file.write_all(&bytes).map_err(&disk)?;
    file.as_file().sync_all().map_err(&disk)?;
    file.persist(to).map_err(|e| disk(e.error))?;
    Ok(total)
}

/// Moves the large initializers to a file beside the model.
fn write_data(model: &mut ModelProto, folder: &Path, data: &Path) -> io::Result<u64> {
    let location = data.file_name().unwrap_or_default().to_string_lossy();
    let mut file = io::BufWriter::new(super::temporary(folder)?);
    let mut at = 0u64;
    let initializers = model.graph.iter_mut().flat_map(|g| &mut g.initializer);
    for tensor in initializers {
        if !tensor.float_data.is_empty() {
            let raw = tensor.float_data.iter().flat_map(|x| x.to_le_bytes());
            tensor.raw_data = Some(raw.collect::<Vec<u8>>().into());
            tensor.float_data.clear();
        }
        let Some(raw) = tensor.raw_data.take_if(|raw| raw.len() >= MIN_EXTERNAL) else {
            continue;
        };
        let padding = at.next_multiple_of(PAGE) - at;
        io::copy(&mut io::Read::take(io::repeat(0), padding), &mut file)?;
        at += padding;
        file.write_all(&raw)?;
        place(tensor, &location, at, raw.len() as u64);
        at += raw.len() as u64;
    }
    let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(data)?;
    Ok(at)
}

fn place(tensor: &mut TensorProto, location: &str, offset: u64, length: u64) {
    let entry = |key: &str, value: String| StringStringEntryProto {
        key: Some(key.to_owned()),
        value: Some(value),
    };
    tensor.data_location = Some(DataLocation::External as i32);
    tensor.external_data = vec![
        entry("location", location.to_owned()),
        entry("offset", offset.to_string()),
        entry("length", length.to_string()),
    ];
}
