//! What a runtime must be able to do with a network, whichever it is.

use std::path::Path;

use super::ClipError;

/// What a tensor is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Element {
    F32,
    I64,
    I32,
    /// Something that no CLIP model takes or gives.
    Other(String),
}

/// An input or output of a network; sizes that are free are `None`.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    pub name: String,
    pub element: Element,
    pub shape: Vec<Option<usize>>,
}

impl Port {
    /// For messages: `image f32 [?, 3, 224, 224]`.
    pub fn describe(&self) -> String {
        let element = match &self.element {
            Element::F32 => "f32",
            Element::I64 => "i64",
            Element::I32 => "i32",
            Element::Other(name) => name,
        };
        let sizes: Vec<String> = self
            .shape
            .iter()
            .map(|size| size.map_or_else(|| "?".to_owned(), |s| s.to_string()))
            .collect();
        format!("{} {element} [{}]", self.name, sizes.join(", "))
    }
}

/// Numbers for an input.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Data {
    F32(Vec<f32>),
    I64(Vec<i64>),
    I32(Vec<i32>),
}

/// One input, filled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tensor {
    pub shape: Vec<usize>,
    pub data: Data,
}

/// A network that a runtime has loaded.
pub(crate) trait Backend: Send {
    /// What goes in, in order.
    fn inputs(&self) -> &[Port];

    /// What comes out, in order.
    fn outputs(&self) -> &[Port];

    /// Rows that are worth giving to it at once.
    fn largest_batch(&self) -> usize {
        usize::MAX
    }

    /// Runs it on all inputs, in order, and gives shape and numbers of one output. An error is what
    /// the runtime said.
    fn run(&mut self, inputs: Vec<Tensor>, output: usize)
    -> Result<(Vec<usize>, Vec<f32>), String>;
}

pub(crate) fn cannot_load(file: &Path, detail: impl ToString) -> ClipError {
    ClipError::Load {
        file: file.to_owned(),
        detail: detail.to_string(),
    }
}
