//! The two networks: one looks at a picture, one says the next word.

use std::path::Path;

use super::CaptionError;
use crate::clip::backend::{Backend, Data, Element, Tensor};

/// What the vision network saw: `count` vectors of `width` numbers, one after the other.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub count: usize,
    pub width: usize,
    pub numbers: Vec<f32>,
}

/// The network that looks.
pub(super) struct Vision {
    backend: Box<dyn Backend>,
    output: usize,
    sides: (u32, u32),
}

impl Vision {
    /// Takes a network for pictures of `sides` (width, height).
    pub fn new(
        file: &Path,
        backend: Box<dyn Backend>,
        sides: (u32, u32),
    ) -> Result<Self, CaptionError> {
        let not = |detail: String| not_captioner(file, detail);
        let [input] = backend.inputs() else {
            return Err(not(format!(
                "it has {} inputs instead of one",
                backend.inputs().len()
            )));
        };
        let (width, height) = (sides.0 as usize, sides.1 as usize);
        let fits = input.element == Element::F32
            && input.shape.len() == 4
            && [Some(1), Some(3), Some(height), Some(width)]
                .iter()
                .zip(&input.shape)
                .all(|(wanted, has)| has.is_none() || has == wanted);
        if !fits {
            let has = input.describe();
            return Err(not(format!(
                "it takes {has}, not one picture of {width}×{height}"
            )));
        }
        let output = output(
            &*backend,
            &["last_hidden_state", "image_embeds", "encoder_outputs"],
        )
        .ok_or_else(|| not("it gives no vectors of its patches".to_owned()))?;
        Ok(Self {
            backend,
            output,
            sides,
        })
    }

    /// Looks at one picture, given as [`crate::clip::Preprocess::tensor`] makes it.
    pub fn look(&mut self, pixels: Vec<f32>) -> Result<Seen, String> {
        let tensor = Tensor {
            shape: vec![1, 3, self.sides.1 as usize, self.sides.0 as usize],
            data: Data::F32(pixels),
        };
        let (shape, numbers) = self.backend.run(vec![tensor], self.output)?;
        let [1, count, width] = shape[..] else {
            return Err(format!("it saw something of the shape {shape:?}"));
        };
        if count == 0 || width == 0 || numbers.len() != count * width {
            return Err(format!(
                "it saw {} numbers for {count} × {width}",
                numbers.len()
            ));
        }
        finite(&numbers, "what it saw")?;
        Ok(Seen {
            count,
            width,
            numbers,
        })
    }
}

/// What an input of the decoder is filled with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    Ids,
    /// All tokens count.
    Mask,
    Seen,
    /// All that was seen counts.
    SeenMask,
}

/// The network that speaks.
pub(super) struct Decoder {
    backend: Box<dyn Backend>,
    fills: Vec<(Fill, Element)>,
    output: usize,
    vocabulary: usize,
}

impl Decoder {
    /// Takes a network for a vocabulary of so many tokens.
    pub fn new(
        file: &Path,
        backend: Box<dyn Backend>,
        vocabulary: usize,
    ) -> Result<Self, CaptionError> {
        let not = |detail: String| not_captioner(file, detail);
        let mut fills = Vec::new();
        for port in backend.inputs() {
            let fill = match port.name.as_str() {
                "input_ids" => Fill::Ids,
                "attention_mask" => Fill::Mask,
                "encoder_hidden_states" => Fill::Seen,
                "encoder_attention_mask" => Fill::SeenMask,
                name if name.starts_with("past_key_values") || name == "use_cache_branch" => {
                    return Err(not(
                        "it wants the past of the text, which is not supported; export it without"
                            .to_owned(),
                    ));
                }
                _ => return Err(not(format!("its input {} is not known", port.describe()))),
            };
            let fits = match fill {
                Fill::Seen => port.element == Element::F32,
                _ => matches!(port.element, Element::I64 | Element::I32),
            };
            if !fits {
                return Err(not(format!(
                    "its input {} is of another kind",
                    port.describe()
                )));
            }
            fills.push((fill, port.element.clone()));
        }
        for (fill, name) in [
            (Fill::Ids, "input_ids"),
            (Fill::Seen, "encoder_hidden_states"),
        ] {
            if !fills.iter().any(|(f, _)| *f == fill) {
                return Err(not(format!("it has no input {name}")));
            }
        }
        let output = output(&*backend, &["logits"])
            .filter(|&i| {
                let last = backend.outputs()[i].shape.last().copied().flatten();
                last.is_none_or(|size| size == vocabulary)
            })
            .ok_or_else(|| not(format!("it gives no logits of {vocabulary} tokens")))?;
        Ok(Self {
            backend,
            fills,
            output,
            vocabulary,
        })
    }

    /// Logits of the next token, one for each of the vocabulary.
    pub fn next(&mut self, tokens: &[u32], seen: &Seen) -> Result<Vec<f32>, String> {
        let inputs = self
            .fills
            .iter()
            .map(|(fill, element)| match fill {
                Fill::Ids => whole(tokens.iter().map(|t| i64::from(*t)).collect(), element),
                Fill::Mask => whole(vec![1; tokens.len()], element),
                Fill::SeenMask => whole(vec![1; seen.count], element),
                Fill::Seen => Tensor {
                    shape: vec![1, seen.count, seen.width],
                    data: Data::F32(seen.numbers.clone()),
                },
            })
            .collect();
        let (shape, numbers) = self.backend.run(inputs, self.output)?;
        let size = self.vocabulary;
        if shape != [1, tokens.len(), size] || numbers.len() != tokens.len() * size {
            return Err(format!(
                "its logits have the shape {shape:?} instead of [1, {}, {size}]",
                tokens.len()
            ));
        }
        let last = numbers[numbers.len() - size..].to_vec();
        finite(&last, "its logits")?;
        Ok(last)
    }
}

/// The output of one of the names, else the first with three dimensions: exports that name none
/// number their outputs, and this one comes first.
fn output(backend: &dyn Backend, names: &[&str]) -> Option<usize> {
    let ports = backend.outputs();
    let numbers = |i: &usize| ports[*i].element == Element::F32;
    let named = names
        .iter()
        .find_map(|name| ports.iter().position(|port| port.name == *name));
    named
        .or_else(|| ports.iter().position(|port| port.shape.len() == 3))
        .filter(numbers)
}

fn whole(numbers: Vec<i64>, element: &Element) -> Tensor {
    let shape = vec![1, numbers.len()];
    let data = match element {
        // Tokens and masks are far below the limit of 32 bits.
        Element::I32 => Data::I32(numbers.into_iter().map(|n| n as i32).collect()),
        _ => Data::I64(numbers),
    };
    Tensor { shape, data }
}

fn finite(numbers: &[f32], what: &str) -> Result<(), String> {
    if numbers.iter().all(|n| n.is_finite()) {
        Ok(())
    } else {
        Err(format!("{what} is not all numbers"))
    }
}

fn not_captioner(file: &Path, detail: String) -> CaptionError {
    CaptionError::NotCaptioner {
        file: file.to_owned(),
        detail,
    }
}
