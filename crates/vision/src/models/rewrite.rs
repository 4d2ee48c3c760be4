//! The nodes of an int8 product, in place of a `MatMul` or `Gemm`.

use std::collections::{HashMap, HashSet};

use prost::bytes::Bytes;

use super::{
    graph::{self, Constant, Names},
    onnx::{
        AttributeProto, GraphProto, NodeProto, TensorProto, attribute_proto::AttributeType,
        tensor_proto::DataType,
    },
    quantize::{QuantizeError, Range},
    weights::{self, Beside},
};

/// The most rows of a matrix of weights: 255 × 127 for each must fit into 32 bits together.
const MAX_ROWS: usize = 66_000;

/// Goes through the nodes of a graph in their order and writes down what shall stand there instead.
pub(super) struct Rewriter<'a> {
    beside: &'a Beside<'a>,
    range: Range,
    names: Names,
    activations: HashMap<String, Quantities>,
    /// By the tensor itself, how it is seen, and the factor on it.
    weights: HashMap<(*const TensorProto, bool, u32), Quantities>,
    done: Rewritten,
}

/// A rewritten graph's parts.
#[derive(Default)]
pub(super) struct Rewritten {
    pub(super) nodes: Vec<NodeProto>,
    /// What the new nodes use.
    pub(super) initializers: Vec<TensorProto>,
    /// Names under which weights were used that may be unused now.
    pub(super) replaced: HashSet<String>,
    pub(super) products: usize,
    pub(super) matrices: usize,
    pub(super) left: usize,
}

/// Names of a quantised value and of what it takes to understand it.
#[derive(Clone)]
struct Quantities {
    values: String,
    scale: String,
    zero: String,
}

/// `output = input × factor · weights + bias_factor · bias`, where `weights` may have to be
/// transposed.
struct Product<'a> {
    input: &'a str,
    weights: &'a str,
    transpose: bool,
    factor: f32,
    bias: Option<(&'a str, f32)>,
    output: &'a str,
}

impl<'a> Product<'a> {
    /// What a node multiplies, if it is a product of this form.
    fn of(node: &'a NodeProto) -> Option<Self> {
        let [output] = &node.output[..] else {
            return None;
        };
        let (gemm, bias) = match &node.input[..] {
            [_, _] if graph::is(node, "MatMul") => (false, None),
            [_, _] if graph::is(node, "Gemm") => (true, None),
            [_, _, bias] if graph::is(node, "Gemm") => (true, Some(bias).filter(|b| !b.is_empty())),
            _ => return None,
        };
        let [input, weights] = [&node.input[0], &node.input[1]];
        if gemm && graph::integer(node, "transA") != 0 {
            return None;
        }
        let beta = graph::number(node, "beta");
        Some(Self {
            input,
            weights,
            transpose: gemm && graph::integer(node, "transB") != 0,
            factor: if gemm {
                graph::number(node, "alpha")
            } else {
                1.0
            },
            bias: bias
                .filter(|_| beta != 0.0)
                .map(|name| (name.as_str(), beta)),
            output,
        })
    }
}

impl<'a> Rewriter<'a> {
    pub(super) fn new(graph: &GraphProto, beside: &'a Beside<'a>, range: Range) -> Self {
        Self {
            beside,
            range,
            names: Names::of(graph),
            activations: HashMap::new(),
            weights: HashMap::new(),
            done: Rewritten::default(),
        }
    }

    pub(super) fn finish(self) -> Rewritten {
        self.done
    }

    /// The next node of the graph.
    pub(super) fn add(
        &mut self,
        node: &NodeProto,
        constants: &HashMap<&str, Constant<'_>>,
    ) -> Result<(), QuantizeError> {
        let product = Product::of(node);
        let constant = product
            .as_ref()
            .and_then(|product| constants.get(product.weights));
        match (product, constant) {
            (Some(_), Some(constant)) if weights::is_half(constant.tensor) => {
                return Err(QuantizeError::HalfPrecision);
            }
            (Some(product), Some(&constant)) if fits(constant) => {
                self.replace(node, &product, constant)?;
            }
            _ => {
                let is_product = graph::is(node, "MatMul") || graph::is(node, "Gemm");
                self.done.left += usize::from(is_product);
                self.done.nodes.push(node.clone());
            }
        }
        Ok(())
    }

    fn replace(
        &mut self,
        node: &NodeProto,
        product: &Product<'_>,
        constant: Constant<'_>,
    ) -> Result<(), QuantizeError> {
        let weights = self.weights(product, constant)?;
        let input = self.activation(product.input);
        let output = product.output;
        let [sums, floats, scale] = ["sums", "floats", "scale"]
            .map(|part| self.names.new_name(&format!("{output}_{part}")));
        let title = if node.name().is_empty() {
            output
        } else {
            node.name()
        };
        self.push(
            title,
            "MatMulInteger",
            &[&input.values, &weights.values, &input.zero, &weights.zero],
            &[&sums],
        );
        self.push(title, "Cast", &[&sums], &[&floats]);
        if let Some(cast) = self.done.nodes.last_mut() {
            cast.attribute.push(AttributeProto {
                name: Some("to".to_owned()),
                r#type: Some(AttributeType::Int as i32),
                i: Some(DataType::Float as i64),
                ..Default::default()
            });
        }
        self.push(title, "Mul", &[&input.scale, &weights.scale], &[&scale]);
        match product.bias {
            None => self.push(title, "Mul", &[&floats, &scale], &[output]),
            Some((bias, factor)) => {
                let bias = self.scaled(title, bias, factor);
                let scaled = self.names.new_name(&format!("{output}_product"));
                self.push(title, "Mul", &[&floats, &scale], &[&scaled]);
                self.push(title, "Add", &[&scaled, &bias], &[output]);
            }
        }
        self.done.products += 1;
        self.done.replaced.insert(product.weights.to_owned());
        Ok(())
    }

    /// A bias with its factor on it.
    fn scaled(&mut self, title: &str, bias: &str, factor: f32) -> String {
        if factor == 1.0 {
            return bias.to_owned();
        }
        let beta = self.names.new_name(&format!("{title}_beta"));
        let scaled = self.names.new_name(&format!("{title}_bias"));
        let value = factor.to_le_bytes().to_vec();
        self.initializer(&beta, DataType::Float, &[], value);
        self.push(title, "Mul", &[bias, &beta], &[&scaled]);
        scaled
    }

    /// The 8-bit form of an activation, worked out once however many products use it.
    fn activation(&mut self, name: &str) -> Quantities {
        if let Some(known) = self.activations.get(name) {
            return known.clone();
        }
        let new = self.quantities(name);
        self.push(
            name,
            "DynamicQuantizeLinear",
            &[name],
            &[&new.values, &new.scale, &new.zero],
        );
        self.activations.insert(name.to_owned(), new.clone());
        new
    }

    /// The 8-bit form of weights, made once however many products use them alike.
    fn weights(
        &mut self,
        product: &Product<'_>,
        constant: Constant<'_>,
    ) -> Result<Quantities, QuantizeError> {
        let transpose = product.transpose != constant.transposed;
        let key = (
            std::ptr::from_ref(constant.tensor),
            transpose,
            product.factor.to_bits(),
        );
        if let Some(known) = self.weights.get(&key) {
            return Ok(known.clone());
        }
        let (mut rows, mut columns) = weights::shape(constant.tensor).unwrap_or_default();
        let mut matrix = self.beside.floats(constant.tensor)?;
        if transpose {
            matrix = weights::transposed(&matrix, rows, columns);
            (rows, columns) = (columns, rows);
        }
        if product.factor != 1.0 {
            matrix.iter_mut().for_each(|x| *x *= product.factor);
        }
        let rounded = weights::quantize_columns(&matrix, columns, self.range.steps());
        let new = self.quantities(product.weights);
        let scales = rounded
            .scales
            .iter()
            .flat_map(|s| s.to_le_bytes())
            .collect();
        self.initializer(
            &new.values,
            DataType::Int8,
            &[rows, columns],
            rounded.values,
        );
        self.initializer(&new.scale, DataType::Float, &[columns], scales);
        self.initializer(&new.zero, DataType::Int8, &[columns], vec![0; columns]);
        self.done.matrices += 1;
        self.weights.insert(key, new.clone());
        Ok(new)
    }

    fn quantities(&mut self, name: &str) -> Quantities {
        Quantities {
            values: self.names.new_name(&format!("{name}_int8")),
            scale: self.names.new_name(&format!("{name}_int8_scale")),
            zero: self.names.new_name(&format!("{name}_int8_zero")),
        }
    }

    fn push(&mut self, title: &str, operator: &str, input: &[&str], output: &[&str]) {
        let owned = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect();
        let name = self.names.new_name(&format!("{title}_{operator}"));
        self.done.nodes.push(NodeProto {
            name: Some(name),
            op_type: Some(operator.to_owned()),
            input: owned(input),
            output: owned(output),
            ..Default::default()
        });
    }

    fn initializer(&mut self, name: &str, kind: DataType, dims: &[usize], raw: Vec<u8>) {
        self.done.initializers.push(TensorProto {
            name: Some(name.to_owned()),
            data_type: Some(kind as i32),
            dims: dims.iter().map(|&dim| dim as i64).collect(),
            raw_data: Some(Bytes::from(raw)),
            ..Default::default()
        });
    }
}

/// Whether weights can be rounded: an f32 matrix that is neither empty nor too tall.
fn fits(constant: Constant<'_>) -> bool {
    weights::is_f32(constant.tensor)
        && weights::shape(constant.tensor).is_some_and(|(rows, columns)| {
            (1..=MAX_ROWS).contains(&rows) && (1..=MAX_ROWS).contains(&columns)
        })
}
