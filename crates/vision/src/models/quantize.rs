//! Int8 models from f32 ones.
//!
//! What ONNX Runtime's `quantize_dynamic(per_channel=True, weight_type=QInt8)` does for `MatMul` and
//! `Gemm`, with the same numbers: the weights become int8 with a scale for each output, the
//! activations become uint8 by a scale found anew at every run. Attention's products of two
//! activations, convolutions and look-ups of tokens stay as they are.
//!
//! ```text
//! A ── DynamicQuantizeLinear ── MatMulInteger ── Cast ── Mul ── (Add bias) ── output
//!        │ scale                   │ int8 weights         │
//!        └────────── Mul ──────────┼──────────────────────┘
//!                     └ scale of each column
//! ```
//!
//! ONNX Runtime fuses these nodes into one. On x86-64 processors without VNNI its product of uint8
//! and int8 adds pairs in 16 bits, which overflows for large values and can spoil the result; see
//! [`Range`].

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    graph,
    layout::{INT8_FILE, Precision, Tower, model_file},
    onnx::{GraphProto, ModelProto, StringStringEntryProto, Version, tensor_proto::DataLocation},
    rewrite::Rewriter,
    store,
    weights::Beside,
};

/// The first version of ONNX's operators that has `DynamicQuantizeLinear`.
const LEAST_OPSET: i64 = 11;

/// Which steps the weights are rounded to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Range {
    /// −127 … 127. Exact on ARM and on x86-64 with VNNI. On older x86-64 the runtime must be told
    /// to multiply exactly (`session.x64quantprecision`, in crate `ort` `with_precise_qmm`), which
    /// costs it some speed there and changes nothing elsewhere.
    #[default]
    Full,
    /// −64 … 64: the sums of pairs fit into 16 bits on every processor, for runtimes that cannot be
    /// told. Costs a bit of precision.
    Reduced,
}

impl Range {
    pub(super) fn steps(self) -> i8 {
        match self {
            Self::Full => 127,
            Self::Reduced => 64,
        }
    }
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantized {
    /// Products that run in integers now.
    pub products: usize,
    /// Matrices of weights that were rounded; fewer than products where several share one.
    pub matrices: usize,
    /// Products that were left in floating point, because neither side is a constant matrix.
    pub left: usize,
    /// Bytes of the int8 model.
    pub bytes: u64,
}

/// Why there is no int8 model.
#[derive(Debug, thiserror::Error)]
pub enum QuantizeError {
    /// Not a model file; the detail is for the log.
    #[error("{} is not an ONNX model.", path.display())]
    NotOnnx {
        /// Which.
        path: PathBuf,
        /// What the decoder says.
        detail: String,
    },
    /// Written by a newer ONNX.
    #[error(
        "The model is written in ONNX format {0}, which is newer than this version of Veneer knows."
    )]
    Newer(i64),
    /// Operators too old.
    #[error(
        "The model uses version {0} of ONNX's operators; int8 needs 11 or newer. Export it anew with a newer opset."
    )]
    OldOpset(i64),
    /// Nothing to gain.
    #[error("The model is quantised already.")]
    AlreadyQuantized,
    /// Not f32.
    #[error("The model is in half precision (f16); int8 is made from the f32 model.")]
    HalfPrecision,
    /// No product with constant weights.
    #[error("The model has no products with constant weights, so there is nothing to quantise.")]
    NothingToDo,
    /// It would overwrite the original.
    #[error("The int8 model would overwrite the original. Give it another name.")]
    SameFile,
    /// A model that contradicts itself; the text says where.
    #[error("The model is damaged: {what}.")]
    Broken {
        /// What is wrong.
        what: String,
    },
    /// No model in the folder.
    #[error("There is no {}/model.onnx in {}.", tower.folder(), folder.display())]
    NoModel {
        /// Which tower.
        tower: Tower,
        /// Where.
        folder: PathBuf,
    },
    /// Reading or writing failed.
    #[error("{}: {source}", path.display())]
    Disk {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl QuantizeError {
    /// Names the place of a failure of the file system.
    pub(super) fn disk(path: &Path) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Disk {
            path: path.clone(),
            source,
        }
    }
}

/// Makes an int8 model of an f32 one. The original is only read; the result gets its name when it
/// is whole. Takes a few seconds and up to twice the size of the model in memory, so do not call it
/// on an async thread.
///
/// # Errors
/// [`QuantizeError`].
pub fn quantize(from: &Path, to: &Path, range: Range) -> Result<Quantized, QuantizeError> {
    quantize_within(from, to, range, store::MAX_FILE)
}

/// [`quantize`], with weights beside the model when its file would have more than `max_file` bytes.
fn quantize_within(
    from: &Path,
    to: &Path,
    range: Range,
    max_file: u64,
) -> Result<Quantized, QuantizeError> {
    if is_same(from, to) {
        return Err(QuantizeError::SameFile);
    }
    let mut model = store::read(from)?;
    check(&model)?;
    let broken = || QuantizeError::Broken {
        what: "it has no graph".to_owned(),
    };
    let graph = model.graph.as_mut().ok_or_else(broken)?;
    let folder = from.parent().unwrap_or(Path::new(""));
    let data = store::data_path(to);
    for location in locations(graph) {
        if is_same(&folder.join(location), &data) {
            return Err(QuantizeError::SameFile);
        }
    }
    let beside = Beside { folder };
    let mut quantized = rewrite(graph, &beside, range)?;
    graph::every_tensor(graph, &mut |tensor| beside.take_in(tensor))?;
    model.metadata_props.push(StringStringEntryProto {
        key: Some("veneer.int8".to_owned()),
        value: Some(format!("dynamic, per column, {} steps", range.steps())),
    });
    quantized.bytes = store::write(model, to, max_file)?;
    Ok(quantized)
}

fn check(model: &ModelProto) -> Result<(), QuantizeError> {
    if model.ir_version() > Version::IrVersion as i64 {
        return Err(QuantizeError::Newer(model.ir_version()));
    }
    let opset = model
        .opset_import
        .iter()
        .filter(|opset| matches!(opset.domain(), "" | "ai.onnx"))
        .map(|opset| opset.version())
        .max()
        .unwrap_or(1);
    if opset < LEAST_OPSET {
        return Err(QuantizeError::OldOpset(opset));
    }
    let mut quantised = false;
    if let Some(graph) = &model.graph {
        graph::every_node(graph, &mut |node| {
            quantised |= is_quantised(node.op_type());
        });
    }
    if quantised {
        return Err(QuantizeError::AlreadyQuantized);
    }
    Ok(())
}

/// Operators that only quantised models have: ONNX's own and ONNX Runtime's.
fn is_quantised(operator: &str) -> bool {
    operator.contains("Quantize")
        || operator.contains("Integer")
        || operator.starts_with("QLinear")
        || matches!(
            operator,
            "QGemm" | "QAttention" | "QMoE" | "MatMulNBits" | "MatMulBnb4" | "DequantizeLinear"
        )
}

/// Files beside the model in which weights stand.
fn locations(graph: &GraphProto) -> HashSet<&str> {
    graph
        .initializer
        .iter()
        .filter(|t| t.data_location() == DataLocation::External)
        .flat_map(|t| &t.external_data)
        .filter(|entry| entry.key() == "location")
        .map(|entry| entry.value())
        .collect()
}

fn is_same(a: &Path, b: &Path) -> bool {
    matches!((fs::canonicalize(a), fs::canonicalize(b)), (Ok(a), Ok(b)) if a == b)
}

/// Rewrites every product with constant weights.
fn rewrite(
    graph: &mut GraphProto,
    beside: &Beside<'_>,
    range: Range,
) -> Result<Quantized, QuantizeError> {
    let mut rewriter = Rewriter::new(graph, beside, range);
    let constants = graph::constants(graph);
    for node in &graph.node {
        rewriter.add(node, &constants)?;
    }
    let done = rewriter.finish();
    drop(constants);
    if done.products == 0 {
        return Err(QuantizeError::NothingToDo);
    }
    graph.node = done.nodes;
    graph::sweep(graph, &done.replaced);
    graph.initializer.extend(done.initializers);
    Ok(Quantized {
        products: done.products,
        matrices: done.matrices,
        left: done.left,
        bytes: 0,
    })
}

/// An int8 model that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// Which half of the model.
    pub tower: Tower,
    /// Its file.
    pub path: PathBuf,
    /// Whether it had to be made.
    pub origin: Origin,
}

/// Where an int8 file comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was there: published, or made earlier.
    Present,
    /// It was made now.
    Made(Quantized),
}

/// Sees to it that both towers of a model have an int8 form: a published one is taken, otherwise it
/// is made beside the f32 one. Blocks like [`quantize`].
///
/// # Errors
/// [`QuantizeError`].
pub fn prepare_int8(model: &Path, range: Range) -> Result<[Prepared; 2], QuantizeError> {
    let prepare = |tower: Tower| {
        if let Some(path) = model_file(model, tower, Precision::Int8) {
            return Ok(Prepared {
                tower,
                path,
                origin: Origin::Present,
            });
        }
        let full = model_file(model, tower, Precision::F32).ok_or(QuantizeError::NoModel {
            tower,
            folder: model.to_owned(),
        })?;
        let path = full.with_file_name(INT8_FILE);
        let origin = Origin::Made(quantize(&full, &path, range)?);
        Ok(Prepared {
            tower,
            path,
            origin,
        })
    };
    Ok([prepare(Tower::Visual)?, prepare(Tower::Textual)?])
}

/// Deletes the int8 file that was made in a tower's folder: its f32 model has changed.
pub(super) fn forget(tower: &Path) -> io::Result<()> {
    let made = tower.join(INT8_FILE);
    for path in [store::data_path(&made), made] {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
