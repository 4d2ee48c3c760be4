//! Finding one's way in a graph: which numbers are constant, which names are taken and used.

use std::collections::{HashMap, HashSet};

use super::onnx::{
    AttributeProto, GraphProto, NodeProto, TensorProto, attribute_proto::AttributeType,
};

/// The domain of ONNX's own operators, under both of its names.
pub(super) fn is_standard(node: &NodeProto) -> bool {
    matches!(node.domain(), "" | "ai.onnx")
}

/// Whether a node is ONNX's own operator of that name.
pub(super) fn is(node: &NodeProto, operator: &str) -> bool {
    is_standard(node) && node.op_type() == operator
}

/// An attribute of a node by name.
pub(super) fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|a| a.name() == name)
}

/// A whole number that a node carries, else 0, which is the default of all that are asked for here.
pub(super) fn integer(node: &NodeProto, name: &str) -> i64 {
    attribute(node, name).map_or(0, AttributeProto::i)
}

/// A number that a node carries, else 1, which is the default of all that are asked for here.
pub(super) fn number(node: &NodeProto, name: &str) -> f32 {
    attribute(node, name).map_or(1.0, AttributeProto::f)
}

/// A constant tensor as a node sees it.
#[derive(Clone, Copy)]
pub(super) struct Constant<'a> {
    pub(super) tensor: &'a TensorProto,
    /// Seen with rows and columns exchanged (only ever set for matrices).
    pub(super) transposed: bool,
}

/// The constant tensors of a graph, by the names under which nodes use them.
///
/// Constant are initializers that no input can override and `Constant` nodes; and these seen
/// through `Identity` nodes (with which exporters share equal weights) and `Transpose` nodes (which
/// newer PyTorch exporters leave before large weights).
pub(super) fn constants(graph: &GraphProto) -> HashMap<&str, Constant<'_>> {
    let inputs: HashSet<&str> = graph.input.iter().map(|i| i.name()).collect();
    let mut out: HashMap<&str, Constant<'_>> = graph
        .initializer
        .iter()
        .filter(|t| !inputs.contains(t.name()))
        .map(|tensor| {
            (
                tensor.name(),
                Constant {
                    tensor,
                    transposed: false,
                },
            )
        })
        .collect();
    // Nodes stand in an order in which each comes after what it uses.
    for node in &graph.node {
        let ([output], input) = (&node.output[..], node.input.first()) else {
            continue;
        };
        let seen = || input.and_then(|name| out.get(name.as_str())).copied();
        let constant = if is(node, "Constant") {
            attribute(node, "value")
                .and_then(|a| a.t.as_ref())
                .map(|tensor| Constant {
                    tensor,
                    transposed: false,
                })
        } else if is(node, "Identity") {
            seen()
        } else if is(node, "Transpose") {
            seen()
                .filter(|c| exchanges(node, c.tensor))
                .map(|c| Constant {
                    transposed: !c.transposed,
                    ..c
                })
        } else {
            None
        };
        if let Some(constant) = constant {
            out.insert(output, constant);
        }
    }
    out
}

/// Whether a `Transpose` exchanges the two dimensions of a matrix, as it does unless told otherwise.
fn exchanges(node: &NodeProto, tensor: &TensorProto) -> bool {
    tensor.dims.len() == 2 && attribute(node, "perm").is_none_or(|a| a.ints == [1, 0])
}

/// Graphs inside a node: the branches of an `If`, the body of a `Loop`.
pub(super) fn inner(node: &NodeProto) -> impl Iterator<Item = &GraphProto> {
    node.attribute
        .iter()
        .filter(|a| matches!(a.r#type(), AttributeType::Graph | AttributeType::Graphs))
        .flat_map(|a| a.g.iter().chain(&a.graphs))
}

/// Every node of a graph and of the graphs inside it.
pub(super) fn every_node<'a>(graph: &'a GraphProto, look: &mut impl FnMut(&'a NodeProto)) {
    for node in &graph.node {
        look(node);
        for graph in inner(node) {
            every_node(graph, look);
        }
    }
}

/// Every tensor that a graph holds, also as attributes and in the graphs inside it.
pub(super) fn every_tensor<E>(
    graph: &mut GraphProto,
    change: &mut impl FnMut(&mut TensorProto) -> Result<(), E>,
) -> Result<(), E> {
    for tensor in &mut graph.initializer {
        change(tensor)?;
    }
    for attribute in graph.node.iter_mut().flat_map(|n| &mut n.attribute) {
        for tensor in attribute.t.iter_mut().chain(&mut attribute.tensors) {
            change(tensor)?;
        }
        for graph in attribute.g.iter_mut().chain(&mut attribute.graphs) {
            every_tensor(graph, change)?;
        }
    }
    Ok(())
}

/// Names that are taken, so that new ones differ from all of them.
pub(super) struct Names(HashSet<String>);

impl Names {
    /// All names of a graph: of nodes, of values, and inside its nodes.
    pub(super) fn of(graph: &GraphProto) -> Self {
        let mut names = HashSet::new();
        collect(graph, &mut names);
        Self(names)
    }

    /// A name like `wish` that nothing has yet.
    pub(super) fn new_name(&mut self, wish: &str) -> String {
        let mut name = wish.to_owned();
        let mut number = 1;
        while !self.0.insert(name.clone()) {
            number += 1;
            name = format!("{wish}_{number}");
        }
        name
    }
}

fn collect(graph: &GraphProto, names: &mut HashSet<String>) {
    let values = [&graph.input, &graph.output, &graph.value_info];
    names.extend(values.into_iter().flatten().map(|v| v.name().to_owned()));
    names.extend(graph.initializer.iter().map(|t| t.name().to_owned()));
    every_node(graph, &mut |node| {
        names.insert(node.name().to_owned());
        names.extend(node.input.iter().chain(&node.output).cloned());
        for graph in inner(node) {
            names.extend(graph.initializer.iter().map(|t| t.name().to_owned()));
            names.extend(graph.input.iter().map(|v| v.name().to_owned()));
        }
    });
}

/// Takes out what nothing uses any more of the names in `replaced`: initializers, and nodes that
/// only passed them on.
pub(super) fn sweep(graph: &mut GraphProto, replaced: &HashSet<String>) {
    let mut replaced = replaced.clone();
    loop {
        let used = used(graph);
        let before = graph.node.len();
        graph.node.retain(|node| {
            let idle = ["Constant", "Identity", "Transpose"]
                .iter()
                .any(|operator| is(node, operator))
                && node
                    .output
                    .iter()
                    .all(|o| replaced.contains(o) && !used.contains(o));
            if idle {
                replaced.extend(node.input.iter().cloned());
            }
            !idle
        });
        if graph.node.len() == before {
            graph
                .initializer
                .retain(|t| !replaced.contains(t.name()) || used.contains(t.name()));
            graph
                .value_info
                .retain(|v| !replaced.contains(v.name()) || used.contains(v.name()));
            return;
        }
    }
}

/// Names that something uses: nodes, graphs inside them, the outside.
fn used(graph: &GraphProto) -> HashSet<String> {
    let mut out: HashSet<String> = graph.output.iter().map(|o| o.name().to_owned()).collect();
    every_node(graph, &mut |node| {
        out.extend(node.input.iter().cloned());
        for graph in inner(node) {
            out.extend(graph.output.iter().map(|o| o.name().to_owned()));
        }
    });
    out
}
