//! How often it is said that nothing is close: of pictures without an answer, and of questions with one.

use serde::Serialize;

use crate::{Dice, Interval, Report, Stranger, Task, interval};

/// The least share of pictures without an answer that should be told so.
const STRANGERS_TOLD: f64 = 0.9;
/// The greatest share of questions with an answer that may be.
const ANSWERS_DENIED: f64 = 0.05;

/// How often it is said of questions of one sort that nothing is close.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FarLine {
    /// Of which questions.
    pub of: String,
    /// Questions.
    pub questions: u32,
    /// The share that was told so.
    pub far: Interval,
    /// The least share that should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub least: Option<f64>,
    /// The greatest share that may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most: Option<f64>,
}

impl FarLine {
    /// What should be, in words.
    #[must_use]
    pub fn aim(&self) -> String {
        match (self.least, self.most) {
            (Some(least), _) => format!("at least {least:.2}"),
            (None, Some(most)) => format!("at most {most:.2}"),
            (None, None) => String::new(),
        }
    }

    /// Whether it is as it should be.
    #[must_use]
    pub fn holds(&self) -> bool {
        let far = self.far.mean;
        self.least.is_none_or(|least| far >= least) && self.most.is_none_or(|most| far <= most)
    }
}

/// Pictures without an answer by sort, and questions with one by kind.
pub(crate) fn far(report: &Report) -> Vec<FarLine> {
    if report.strangers.is_empty() {
        return Vec::new();
    }
    let line = |of: &str, told: Vec<bool>, least, most| {
        let values: Vec<f64> = told.iter().map(|far| f64::from(u8::from(*far))).collect();
        (!told.is_empty()).then(|| FarLine {
            of: of.to_owned(),
            questions: told.len() as u32,
            far: interval(&values, &mut Dice::about(report.seed, "intervals")),
            least,
            most,
        })
    };
    let sorts = Stranger::ALL.map(Some).into_iter().chain([None]);
    let strangers = sorts.filter_map(|sort| {
        let some = report.strangers.iter().filter(|s| s.sort == sort);
        // What is in a folder only its owner knows.
        let least = sort.map(|_| STRANGERS_TOLD);
        let label = sort.map_or("pictures of the folder", Stranger::label);
        line(label, some.map(|s| s.far).collect(), least, None)
    });
    let known = Task::ALL.into_iter().filter_map(|task| {
        let some = report.outcomes.iter().filter(|o| o.task == task);
        let told = some.map(|o| o.far).collect();
        line(task.label(), told, None, Some(ANSWERS_DENIED))
    });
    strangers.chain(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{StrangerOutcome, report::tests::report};

    #[test]
    fn what_is_told_that_nothing_is_close_is_held_against_what_should_be() {
        let mut report = report(&[Some(1); 20]);
        assert!(far(&report).is_empty(), "nobody was asked");
        report.outcomes[3].far = true;
        report.outcomes[4].far = true;
        let stranger = |sort, far| StrangerOutcome {
            sort,
            name: "1".to_owned(),
            far,
        };
        report.strangers = vec![
            stranger(Some(Stranger::Noise), true),
            stranger(Some(Stranger::Screen), true),
            stranger(Some(Stranger::Screen), false),
            stranger(None, false),
        ];
        let lines = far(&report);
        let told: Vec<_> = lines
            .iter()
            .map(|l| (l.of.as_str(), l.questions, l.far.mean, l.holds()))
            .collect();
        assert_eq!(
            told,
            [
                ("screens", 2, 0.5, false),
                ("noise", 1, 1.0, true),
                ("pictures of the folder", 1, 0.0, true),
                ("photo, other part", 20, 0.1, false),
            ]
        );
        assert_eq!(lines[0].aim(), "at least 0.90");
        assert_eq!(lines[3].aim(), "at most 0.05");
    }
}
