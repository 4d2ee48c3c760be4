//! A CLIP tower: a network whose inputs and output have been checked against the model's settings.

use std::path::{Path, PathBuf};

use super::{
    ClipError,
    backend::{Backend, Data, Element, Port, Tensor},
};
use crate::Embedding;

/// What a tower is asked about: one picture or one text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Row {
    /// 3 × height × width numbers.
    Picture(Vec<f32>),
    /// Numbers of the tokens, and 1 for those that are not filling.
    Text { ids: Vec<i64>, mask: Vec<i64> },
}

/// What one of a network's inputs is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Pixels,
    Ids,
    Mask,
}

/// Names that published models give to the output that counts.
const EMBEDDINGS: [&str; 4] = ["embedding", "embeddings", "image_embeds", "text_embeds"];

/// A loaded tower.
pub(crate) struct Network {
    file: PathBuf,
    backend: Box<dyn Backend>,
    roles: Vec<Role>,
    output: usize,
    dims: usize,
    /// Sizes of one row: 3 × height × width, or the number of tokens.
    row: Vec<usize>,
    /// Rows that each run takes: exactly so many, or at most.
    batch: Batch,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Batch {
    /// The model was exported for so many rows and takes no other number.
    Fixed(usize),
    UpTo(usize),
}

impl Network {
    /// Takes a network as an image tower for pictures of `width × height` pixels and embeddings of
    /// `dims` numbers.
    pub fn image(
        file: &Path,
        backend: Box<dyn Backend>,
        (width, height): (u32, u32),
        dims: usize,
    ) -> Result<Self, ClipError> {
        let inputs = backend.inputs();
        let input = match inputs {
            [input] if input.shape.len() == 4 => input,
            _ => {
                let detail = "one input with four sizes (pictures, channels, height, width)";
                return Err(not_clip(file, detail, inputs));
            }
        };
        if input.element != Element::F32 {
            return Err(not_clip(file, "pixels as f32", inputs));
        }
        if input.shape[1].is_some_and(|channels| channels != 3) {
            return Err(not_clip(
                file,
                "three channels, red, green and blue",
                inputs,
            ));
        }
        let row = vec![3, height as usize, width as usize];
        let fits = |found: Option<usize>, said: usize| found.is_none_or(|found| found == said);
        if !fits(input.shape[2], row[1]) || !fits(input.shape[3], row[2]) {
            return Err(ClipError::WrongSize {
                file: file.to_owned(),
                what: "size of pictures (height × width)",
                said: format!("{height}×{width}"),
                found: format!("{}×{}", shown(input.shape[2]), shown(input.shape[3])),
            });
        }
        let roles = vec![Role::Pixels];
        Self::new(file, backend, roles, row, dims)
    }

    /// Takes a network as a text tower whose embeddings have `dims` numbers. A text has as many
    /// tokens as the network says, else as `length` says.
    pub fn text(
        file: &Path,
        backend: Box<dyn Backend>,
        length: Option<usize>,
        dims: usize,
    ) -> Result<Self, ClipError> {
        let inputs = backend.inputs();
        let roles: Vec<Role> = inputs
            .iter()
            .map(|input| match input.name.as_str() {
                name if name.contains("mask") => Role::Mask,
                _ => Role::Ids,
            })
            .collect();
        let whole =
            |p: &Port| p.shape.len() == 2 && matches!(p.element, Element::I64 | Element::I32);
        let mut ids = inputs.iter().zip(&roles).filter(|(_, r)| **r == Role::Ids);
        let (Some((input, _)), None, true) = (ids.next(), ids.next(), inputs.iter().all(whole))
        else {
            let detail =
                "one input of token numbers with two sizes (texts, tokens), perhaps a mask";
            return Err(not_clip(file, detail, inputs));
        };
        let length = match (input.shape[1], length) {
            (Some(found), Some(said)) if found != said => {
                return Err(ClipError::WrongSize {
                    file: file.to_owned(),
                    what: "length of texts in tokens",
                    said: said.to_string(),
                    found: found.to_string(),
                });
            }
            (Some(length), _) | (None, Some(length)) => length,
            (None, None) => {
                return Err(ClipError::NotClip {
                    file: file.to_owned(),
                    detail: "neither it nor its settings say how many tokens a text has".to_owned(),
                });
            }
        };
        Self::new(file, backend, roles, vec![length], dims)
    }

    fn new(
        file: &Path,
        backend: Box<dyn Backend>,
        roles: Vec<Role>,
        row: Vec<usize>,
        dims: usize,
    ) -> Result<Self, ClipError> {
        let outputs = backend.outputs();
        let output = outputs
            .iter()
            .position(|o| EMBEDDINGS.contains(&o.name.as_str()))
            // An exporter that forgot the rank says nothing against it.
            .or_else(|| outputs.iter().position(|o| o.shape.len() == 2))
            .or_else(|| (outputs.len() == 1 && outputs[0].shape.is_empty()).then_some(0));
        let Some(output) = output.filter(|o| outputs[*o].element == Element::F32) else {
            let detail = "an output of embeddings as f32 with two sizes (rows, numbers)";
            return Err(not_clip(file, detail, outputs));
        };
        if let Some(&Some(found)) = outputs[output].shape.get(1)
            && found != dims
        {
            return Err(ClipError::WrongSize {
                file: file.to_owned(),
                what: "length of its embeddings",
                said: dims.to_string(),
                found: found.to_string(),
            });
        }
        let batch = match backend.inputs().iter().find_map(|input| input.shape[0]) {
            Some(rows) if rows > 0 => Batch::Fixed(rows),
            _ => Batch::UpTo(backend.largest_batch().max(1)),
        };
        Ok(Self {
            file: file.to_owned(),
            backend,
            roles,
            output,
            dims,
            row,
            batch,
        })
    }

    /// Sizes of one row: 3 × height × width, or the number of tokens.
    pub fn row(&self) -> &[usize] {
        &self.row
    }

    /// Which file it came from.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// One unit vector a row, in order; an error for those rows that came out as no vector. The
    /// outer error is what the runtime said when nothing came out at all.
    pub fn run(&mut self, rows: &[Row]) -> Result<Vec<Result<Embedding, String>>, String> {
        let most = match self.batch {
            Batch::Fixed(rows) | Batch::UpTo(rows) => rows,
        };
        let mut vectors = Vec::with_capacity(rows.len());
        for chunk in rows.chunks(most) {
            vectors.extend(self.run_once(chunk)?);
        }
        Ok(vectors)
    }

    fn run_once(&mut self, rows: &[Row]) -> Result<Vec<Result<Embedding, String>>, String> {
        let count = match self.batch {
            Batch::Fixed(count) => count,
            Batch::UpTo(_) => rows.len(),
        };
        let inputs = self
            .roles
            .iter()
            .zip(self.backend.inputs())
            .map(|(role, port)| fill(rows, *role, &port.element, count, &self.row))
            .collect::<Result<_, _>>()?;
        let (shape, numbers) = self.backend.run(inputs, self.output)?;
        if shape != [count, self.dims] {
            return Err(format!(
                "it gave {shape:?} numbers instead of {count} rows of {}",
                self.dims
            ));
        }
        let vectors = numbers.chunks(self.dims).take(rows.len());
        Ok(vectors.map(normalised).collect())
    }
}

/// Puts `rows` one after another; where the network insists on more, it gets the last row again.
fn fill(
    rows: &[Row],
    role: Role,
    element: &Element,
    count: usize,
    row: &[usize],
) -> Result<Tensor, String> {
    let length: usize = row.iter().product();
    let last = rows.last().ok_or("there is nothing to run on")?;
    let rows = rows.iter().chain(std::iter::repeat(last)).take(count);
    let mut pixels = Vec::new();
    let mut tokens = Vec::new();
    for given in rows {
        match (role, given) {
            (Role::Pixels, Row::Picture(numbers)) if numbers.len() == length => {
                pixels.extend_from_slice(numbers);
            }
            (Role::Ids, Row::Text { ids: numbers, .. })
            | (Role::Mask, Row::Text { mask: numbers, .. })
                if numbers.len() == length =>
            {
                tokens.extend_from_slice(numbers);
            }
            _ => return Err("it was given something else than it takes".to_owned()),
        }
    }
    let data = match (role, element) {
        (Role::Pixels, _) => Data::F32(pixels),
        (_, Element::I32) => {
            let tokens: Result<Vec<i32>, _> = tokens.into_iter().map(i32::try_from).collect();
            Data::I32(tokens.map_err(|e| e.to_string())?)
        }
        _ => Data::I64(tokens),
    };
    let shape = std::iter::once(count).chain(row.iter().copied()).collect();
    Ok(Tensor { shape, data })
}

/// A vector of length one. Whatever the network says of itself, this is done here.
fn normalised(numbers: &[f32]) -> Result<Embedding, String> {
    let length = numbers
        .iter()
        .map(|n| f64::from(*n) * f64::from(*n))
        .sum::<f64>()
        .sqrt();
    if !length.is_finite() {
        return Err("it gave numbers that are not finite".to_owned());
    }
    if length < 1e-12 {
        return Err("it gave nothing but zeros".to_owned());
    }
    Ok(numbers
        .iter()
        .map(|n| (f64::from(*n) / length) as f32)
        .collect())
}

fn shown(size: Option<usize>) -> String {
    size.map_or_else(|| "any".to_owned(), |s| s.to_string())
}

fn not_clip(file: &Path, wanted: &str, ports: &[Port]) -> ClipError {
    let ports: Vec<String> = ports.iter().map(Port::describe).collect();
    ClipError::NotClip {
        file: file.to_owned(),
        detail: format!("it should have {wanted}, but has {}", ports.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::normalised;

    #[test]
    fn what_is_not_finite_or_has_no_direction_is_no_vector() {
        for (numbers, why) in [
            (vec![1.0, f32::NAN], "not finite"),
            (vec![f32::INFINITY, 0.0], "not finite"),
            (vec![0.0; 4], "zeros"),
            (Vec::new(), "zeros"),
        ] {
            let told = normalised(&numbers).expect_err("refused");
            assert!(told.contains(why), "{numbers:?}: {told}");
        }
        // Large ones do not overflow on the way.
        assert_eq!(normalised(&[0.0, f32::MAX]), Ok(vec![0.0, 1.0]));
    }
}
