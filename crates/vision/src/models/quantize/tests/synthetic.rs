//! Small models made up for the tests.

use std::{fs, path::Path};

use prost::Message;

use crate::models::onnx::{
    AttributeProto, GraphProto, ModelProto, NodeProto, OperatorSetIdProto, StringStringEntryProto,
    TensorProto, TypeProto, ValueInfoProto,
    attribute_proto::AttributeType,
    tensor_proto::{DataLocation, DataType},
    type_proto,
};

/// Numbers between -1 and 1 that look random and are the same every time.
pub(super) fn noise(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        })
        .collect()
}

pub(super) fn initializer(name: &str, dims: &[i64], numbers: &[f32]) -> TensorProto {
    let raw: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    TensorProto {
        name: Some(name.to_owned()),
        dims: dims.to_vec(),
        data_type: Some(DataType::Float as i32),
        raw_data: Some(raw.into()),
        ..Default::default()
    }
}

pub(super) fn external(
    name: &str,
    dims: &[i64],
    location: &str,
    offset: u64,
    length: Option<u64>,
) -> TensorProto {
    let entry = |key: &str, value: String| StringStringEntryProto {
        key: Some(key.to_owned()),
        value: Some(value),
    };
    let mut tensor = initializer(name, dims, &[]);
    tensor.raw_data = None;
    tensor.data_location = Some(DataLocation::External as i32);
    tensor.external_data = vec![
        entry("location", location.to_owned()),
        entry("offset", offset.to_string()),
    ];
    let length = length.map(|length| entry("length", length.to_string()));
    tensor.external_data.extend(length);
    tensor
}

pub(super) fn node(operator: &str, input: &[&str], output: &[&str]) -> NodeProto {
    NodeProto {
        op_type: Some(operator.to_owned()),
        input: input.iter().map(|&n| n.to_owned()).collect(),
        output: output.iter().map(|&n| n.to_owned()).collect(),
        ..Default::default()
    }
}

pub(super) fn attribute(name: &str) -> AttributeProto {
    AttributeProto {
        name: Some(name.to_owned()),
        ..Default::default()
    }
}

pub(super) fn integer(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        r#type: Some(AttributeType::Int as i32),
        i: Some(value),
        ..attribute(name)
    }
}

pub(super) fn gemm(input: &[&str], output: &str, alpha: f32, beta: f32, turned: bool) -> NodeProto {
    let number = |name: &str, value: f32| AttributeProto {
        r#type: Some(AttributeType::Float as i32),
        f: Some(value),
        ..attribute(name)
    };
    let mut node = node("Gemm", input, &[output]);
    node.attribute = vec![
        number("alpha", alpha),
        number("beta", beta),
        integer("transB", i64::from(turned)),
    ];
    node
}

/// A value of f32 numbers of any shape.
pub(super) fn float(name: &str) -> ValueInfoProto {
    let tensor = type_proto::Tensor {
        elem_type: Some(DataType::Float as i32),
        shape: None,
    };
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(tensor)),
            ..Default::default()
        }),
        ..Default::default()
    }
}

pub(super) fn model(
    node: Vec<NodeProto>,
    initializer: Vec<TensorProto>,
    input: &str,
    output: &str,
) -> ModelProto {
    ModelProto {
        ir_version: Some(8),
        opset_import: vec![OperatorSetIdProto {
            domain: None,
            version: Some(17),
        }],
        graph: Some(GraphProto {
            name: Some("made_up".to_owned()),
            node,
            initializer,
            input: vec![float(input)],
            output: vec![float(output)],
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// `x·w`, and then in both branches of a condition that always holds the same again.
pub(super) fn branching() -> ModelProto {
    let branch = |name: &str, output: &str| AttributeProto {
        r#type: Some(AttributeType::Graph as i32),
        g: Some(GraphProto {
            name: Some(format!("{name}_graph")),
            node: vec![node("MatMul", &["a", "w"], &[output])],
            output: vec![float(output)],
            ..Default::default()
        }),
        ..attribute(name)
    };
    let mut choice = node("If", &["yes"], &["y"]);
    choice.attribute = vec![branch("then_branch", "one"), branch("else_branch", "other")];
    let yes = TensorProto {
        name: Some("yes".to_owned()),
        data_type: Some(DataType::Bool as i32),
        raw_data: Some(vec![1u8].into()),
        ..Default::default()
    };
    let weights = vec![initializer("w", &[6, 6], &noise(36, 1)), yes];
    let nodes = vec![node("MatMul", &["x", "w"], &["a"]), choice];
    model(nodes, weights, "x", "y")
}

pub(super) fn save(path: &Path, model: &ModelProto) {
    fs::write(path, model.encode_to_vec()).expect("written");
}
