//! Networks run in Rust alone, where there is no ONNX Runtime.

use std::{path::Path, sync::Arc};

use tract_onnx::{
    prelude::{
        DatumType, Framework, InferenceFact, InferenceModel, InferenceModelExt, IntoRunnable,
        TValue, TVec, Tensor as TractTensor, TractResult, TypedRunnableModel,
    },
    tract_hir::{infer::Factoid, internal::DimLike},
};

use super::{
    ClipError,
    backend::{Backend, Data, Element, Port, Tensor, cannot_load},
};

/// A network in tract.
pub(crate) struct Tract {
    model: InferenceModel,
    /// tract plans for fixed shapes: those of the last run, and the plan.
    plan: Option<(Vec<Vec<usize>>, Arc<TypedRunnableModel>)>,
    inputs: Vec<Port>,
    outputs: Vec<Port>,
}

impl Tract {
    /// Reads a network. It is planned at its first run.
    pub fn open(file: &Path) -> Result<Self, ClipError> {
        let read = || -> TractResult<Self> {
            let mut model = tract_onnx::onnx()
                .with_ignore_output_shapes(false)
                .with_ignore_value_info(true)
                .model_for_path(file)?;
            let inputs = (0..model.inputs.len())
                .map(|i| {
                    Ok(port(
                        name(&model, model.inputs[i].node),
                        model.input_fact(i)?,
                    ))
                })
                .collect::<TractResult<_>>()?;
            let outputs = (0..model.outputs.len())
                .map(|i| {
                    let outlet = model.outputs[i];
                    let label = model.outlet_label(outlet).map(str::to_owned);
                    let label = label.unwrap_or_else(|| name(&model, outlet.node));
                    Ok(port(label, model.output_fact(i)?))
                })
                .collect::<TractResult<_>>()?;
            // What the file says of free sizes would contradict the sizes that a plan is made for;
            // tract works the right ones out from the inputs.
            for i in 0..model.outputs.len() {
                model.set_output_fact(i, InferenceFact::default())?;
            }
            Ok(Self {
                model,
                plan: None,
                inputs,
                outputs,
            })
        };
        read().map_err(|e| cannot_load(file, format!("{e:#}")))
    }

    fn plan(&mut self, inputs: &[Tensor]) -> TractResult<Arc<TypedRunnableModel>> {
        let shapes: Vec<Vec<usize>> = inputs.iter().map(|t| t.shape.clone()).collect();
        if let Some((planned, plan)) = &self.plan
            && *planned == shapes
        {
            return Ok(plan.clone());
        }
        let mut model = self.model.clone();
        for (i, tensor) in inputs.iter().enumerate() {
            let element = match tensor.data {
                Data::F32(_) => DatumType::F32,
                Data::I64(_) => DatumType::I64,
                Data::I32(_) => DatumType::I32,
            };
            let fact = InferenceFact::dt_shape(element, &tensor.shape[..]);
            model.set_input_fact(i, fact)?;
        }
        let plan = model.into_optimized()?.into_runnable()?;
        self.plan = Some((shapes, plan.clone()));
        Ok(plan)
    }

    fn try_run(&mut self, inputs: &[Tensor], output: usize) -> TractResult<(Vec<usize>, Vec<f32>)> {
        let plan = self.plan(inputs)?;
        let values = inputs.iter().map(value).collect::<TractResult<TVec<_>>>()?;
        let outputs = plan.run(values)?;
        let result = outputs
            .get(output)
            .ok_or_else(|| tract_onnx::prelude::TractError::msg("there is no such output"))?;
        let view = result.to_plain_array_view::<f32>()?;
        Ok((view.shape().to_vec(), view.iter().copied().collect()))
    }
}

fn name(model: &InferenceModel, node: usize) -> String {
    model.node(node).name.clone()
}

fn port(name: String, fact: &InferenceFact) -> Port {
    let element = match fact.datum_type.concretize() {
        Some(DatumType::F32) => Element::F32,
        Some(DatumType::I64) => Element::I64,
        Some(DatumType::I32) => Element::I32,
        Some(other) => Element::Other(format!("{other:?}")),
        None => Element::Other("unknown".to_owned()),
    };
    let shape = fact
        .shape
        .dims()
        .map(|size| size.concretize().and_then(|s| s.to_usize().ok()))
        .collect();
    Port {
        name,
        element,
        shape,
    }
}

fn value(tensor: &Tensor) -> TractResult<TValue> {
    let shape = &tensor.shape[..];
    let tensor = match &tensor.data {
        Data::F32(numbers) => TractTensor::from_shape(shape, numbers),
        Data::I64(numbers) => TractTensor::from_shape(shape, numbers),
        Data::I32(numbers) => TractTensor::from_shape(shape, numbers),
    };
    Ok(tensor?.into())
}

impl Backend for Tract {
    fn inputs(&self) -> &[Port] {
        &self.inputs
    }

    fn outputs(&self) -> &[Port] {
        &self.outputs
    }

    /// It gains nothing from more, and every other number would be planned anew.
    fn largest_batch(&self) -> usize {
        1
    }

    fn run(
        &mut self,
        inputs: Vec<Tensor>,
        output: usize,
    ) -> Result<(Vec<usize>, Vec<f32>), String> {
        self.try_run(&inputs, output).map_err(|e| format!("{e:#}"))
    }
}
