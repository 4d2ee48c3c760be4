//! How near an int8 model stays to the original, and how much faster it is.
//!
//! Running a model is somebody else's business: [`compare`] is given a way to load one.

use std::{path::Path, time::Instant};

/// A comparison of two forms of one model over the same inputs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report {
    /// Inputs that were compared.
    pub inputs: usize,
    /// Cosine between the two forms' vectors, of the input where they differ most.
    pub cosine_min: f32,
    /// The same, on average.
    pub cosine_mean: f32,
    /// Median time of the original for one input, in milliseconds.
    pub full_ms: f64,
    /// Median time of the int8 form for one input, in milliseconds.
    pub int8_ms: f64,
}

impl Report {
    /// How many times as fast the int8 form is.
    pub fn speed_up(&self) -> f64 {
        self.full_ms / self.int8_ms.max(f64::MIN_POSITIVE)
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "cosine to f32 {:.4} at least, {:.4} on average over {} inputs; {:.1} ms instead of {:.1} ms",
            self.cosine_min, self.cosine_mean, self.inputs, self.int8_ms, self.full_ms
        )
    }
}

/// Why there is no comparison.
#[derive(Debug, thiserror::Error)]
pub enum ReportError<E> {
    /// Loading or running failed.
    #[error(transparent)]
    Run(E),
    /// Nothing to compare.
    #[error("There is nothing to compare the models on.")]
    NoInputs,
    /// The two answer differently long vectors.
    #[error(
        "The two models give vectors of {full} and {int8} numbers, so they are not the same model."
    )]
    Lengths {
        /// Length of the original's.
        full: usize,
        /// Length of the int8 form's.
        int8: usize,
    },
    /// A vector is zero, infinite or not a number.
    #[error("A model gave a vector that is not usable (zero, infinite or not a number).")]
    NotAVector,
}

/// Runs both forms on every input `rounds` times, one form after the other so that only one is in
/// memory, and compares what they answer.
///
/// `load` opens a model file and gives a function from an input to its vector. The first run of
/// each form is not timed: runtimes plan on it.
///
/// # Errors
/// [`ReportError`]: what `load` or a run says, or answers that cannot be compared.
pub fn compare<I, R, E>(
    full: &Path,
    int8: &Path,
    inputs: &[I],
    rounds: usize,
    mut load: impl FnMut(&Path) -> Result<R, E>,
) -> Result<Report, ReportError<E>>
where
    R: FnMut(&I) -> Result<Vec<f32>, E>,
{
    let (expected, full_ms) = run(load(full).map_err(ReportError::Run)?, inputs, rounds)?;
    let (got, int8_ms) = run(load(int8).map_err(ReportError::Run)?, inputs, rounds)?;
    let mut least = f32::INFINITY;
    let mut sum = 0.0;
    for (a, b) in expected.iter().zip(&got) {
        if a.len() != b.len() {
            return Err(ReportError::Lengths {
                full: a.len(),
                int8: b.len(),
            });
        }
        let cosine = cosine(a, b).ok_or(ReportError::NotAVector)?;
        least = least.min(cosine);
        sum += f64::from(cosine);
    }
    Ok(Report {
        inputs: inputs.len(),
        cosine_min: least,
        cosine_mean: (sum / inputs.len() as f64) as f32,
        full_ms,
        int8_ms,
    })
}

/// The vector of every input and the median time of a run.
fn run<I, R, E>(
    mut model: R,
    inputs: &[I],
    rounds: usize,
) -> Result<(Vec<Vec<f32>>, f64), ReportError<E>>
where
    R: FnMut(&I) -> Result<Vec<f32>, E>,
{
    let first = inputs.first().ok_or(ReportError::NoInputs)?;
    model(first).map_err(ReportError::Run)?;
    let mut times = Vec::with_capacity(inputs.len() * rounds);
    let mut vectors = Vec::with_capacity(inputs.len());
    for round in 0..rounds.max(1) {
        for input in inputs {
            let start = Instant::now();
            let vector = model(input).map_err(ReportError::Run)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
            if round == 0 {
                vectors.push(vector);
            }
        }
    }
    times.sort_by(f64::total_cmp);
    Ok((vectors, times[times.len() / 2]))
}

/// Cosine of two vectors of one length; none where a length is zero or not finite.
pub(super) fn cosine(a: &[f32], b: &[f32]) -> Option<f32> {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(x, y)| f64::from(*x) * f64::from(*y))
            .sum()
    };
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    (lengths.is_finite() && lengths > 0.0).then(|| (dot(a, b) / lengths) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Runner = Box<dyn FnMut(&f32) -> Result<Vec<f32>, String>>;

    /// `full` answers on the unit circle; `turned` a little further round; others misbehave.
    fn load(path: &Path) -> Result<Runner, String> {
        let name = path.to_string_lossy().into_owned();
        Ok(match name.as_str() {
            "full" => Box::new(|x| Ok(vec![x.cos(), x.sin()])),
            "turned" => Box::new(|x| Ok(vec![(x * 1.1).cos(), (x * 1.1).sin()])),
            "long" => Box::new(|_| Ok(vec![1.0; 3])),
            "zero" => Box::new(|_| Ok(vec![0.0; 2])),
            "nan" => Box::new(|_| Ok(vec![f32::NAN, 1.0])),
            "fails" => Box::new(|_| Err("out of memory".to_owned())),
            other => return Err(format!("no {other}")),
        })
    }

    fn against(name: &str, inputs: &[f32]) -> Result<Report, ReportError<String>> {
        compare(Path::new("full"), Path::new(name), inputs, 3, load)
    }

    #[test]
    fn the_least_and_the_mean_are_of_the_angles_between_them() {
        let report = against("turned", &[0.0, 1.0]).expect("a report");
        assert_eq!(report.inputs, 2);
        assert!((report.cosine_min - 0.1f32.cos()).abs() < 1e-6);
        assert!((report.cosine_mean - (1.0 + 0.1f32.cos()) / 2.0).abs() < 1e-6);
        assert!(report.full_ms >= 0.0 && report.int8_ms >= 0.0);
        assert!(report.to_string().contains("over 2 inputs"));
    }

    #[test]
    fn what_cannot_be_compared_is_said() {
        use ReportError::{Lengths, NoInputs, NotAVector, Run};
        assert!(matches!(against("full", &[]), Err(NoInputs)));
        assert!(matches!(
            against("long", &[1.0]),
            Err(Lengths { full: 2, int8: 3 })
        ));
        assert!(matches!(against("zero", &[1.0]), Err(NotAVector)));
        assert!(matches!(against("nan", &[1.0]), Err(NotAVector)));
        assert!(matches!(against("fails", &[1.0]), Err(Run(_))));
        assert!(matches!(against("absent", &[1.0]), Err(Run(_))));
    }
}
