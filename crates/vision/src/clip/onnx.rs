//! Networks run by ONNX Runtime.

use std::path::Path;

use ort::{
    environment::Environment,
    session::{Session, SessionInputValue, SessionOutputs, builder::SessionBuilder},
    value::{Outlet, Tensor as OrtTensor, TensorElementType},
};

use super::{
    ClipError,
    backend::{Backend, Data, Element, Port, Tensor, cannot_load},
};

/// A session of ONNX Runtime.
pub(crate) struct OnnxRuntime {
    session: Session,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl OnnxRuntime {
    /// Loads a network that will use `threads` cores.
    pub fn open(environment: &Environment, file: &Path, threads: usize) -> Result<Self, ClipError> {
        let session = builder(environment, threads)
            .and_then(|mut builder| builder.commit_from_file(file))
            .map_err(|e| cannot_load(file, e))?;
        let inputs = session.inputs().iter().map(port).collect();
        let outputs = session.outputs().iter().map(port).collect();
        Ok(Self {
            session,
            inputs,
            outputs,
        })
    }
}

fn builder(environment: &Environment, threads: usize) -> ort::Result<SessionBuilder> {
    // Threads spin while they wait for each other within a run, which takes a fifth of the time off an int8 picture,
    // and stop when it ends: after it they would take the cores from everything else on the machine.
    let builder = Session::builder(environment)?
        .with_intra_threads(threads)?
        .with_intra_op_spinning(true)?
        .with_config_entry("session.force_spinning_stop", "1")?;
    Ok(if sums_overflow() {
        builder.with_precise_qmm()?
    } else {
        builder
    })
}

/// Whether sums of eight-bit products overflow on this processor: on x86-64 without VNNI. What is done
/// against it makes runs take 1.6 times as long, so it is done there alone.
fn sums_overflow() -> bool {
    #[cfg(target_arch = "x86_64")]
    return !(is_x86_feature_detected!("avx512vnni") || is_x86_feature_detected!("avxvnni"));
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

fn port(outlet: &Outlet) -> Port {
    let element = match outlet.dtype().tensor_type() {
        Some(TensorElementType::Float32) => Element::F32,
        Some(TensorElementType::Int64) => Element::I64,
        Some(TensorElementType::Int32) => Element::I32,
        Some(other) => Element::Other(other.to_string()),
        None => Element::Other(outlet.dtype().to_string()),
    };
    let shape = outlet
        .dtype()
        .tensor_shape()
        .map_or_else(Vec::new, |shape| {
            shape
                .iter()
                .map(|size| usize::try_from(*size).ok())
                .collect()
        });
    Port {
        name: outlet.name().to_owned(),
        element,
        shape,
    }
}

fn value(tensor: Tensor) -> ort::Result<SessionInputValue<'static>> {
    let Tensor { shape, data } = tensor;
    Ok(match data {
        Data::F32(numbers) => OrtTensor::from_array((shape, numbers))?.into(),
        Data::I64(numbers) => OrtTensor::from_array((shape, numbers))?.into(),
        Data::I32(numbers) => OrtTensor::from_array((shape, numbers))?.into(),
    })
}

fn extract(outputs: &SessionOutputs<'_>, name: &str) -> Result<(Vec<usize>, Vec<f32>), String> {
    let output = outputs
        .get(name)
        .ok_or_else(|| format!("there is no output {name}"))?;
    let (shape, numbers) = output
        .try_extract_tensor::<f32>()
        .map_err(|e| e.to_string())?;
    let shape = shape.iter().map(|size| *size as usize).collect();
    Ok((shape, numbers.to_vec()))
}

impl Backend for OnnxRuntime {
    fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    fn run(
        &mut self,
        inputs: Vec<Tensor>,
        output: usize,
    ) -> Result<(Vec<usize>, Vec<f32>), String> {
        let values = inputs
            .into_iter()
            .map(value)
            .collect::<ort::Result<Vec<_>>>()
            .map_err(|e| e.to_string())?;
        let name = self.outputs.get(output).map_or("", |port| &port.name);
        let outputs = self.session.run(&values[..]).map_err(|e| e.to_string())?;
        extract(&outputs, name)
    }
}
