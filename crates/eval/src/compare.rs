//! Two evaluations side by side: is a change a real gain?

use std::collections::HashMap;

use crate::{Dice, Outcome, Paired, Report, ReportError, Scores, Task, chance, paired};

/// Chance below which a difference is taken to be real.
const REAL: f64 = 0.05;
/// The fewest questions of a kind that are compared.
const LEAST: usize = 5;

type Measure = (&'static str, fn(&Scores) -> f64);

/// What is compared.
const MEASURES: [Measure; 4] = [
    ("R@1", |s| s.found_within(1)),
    ("R@10", |s| s.found_within(10)),
    ("mAP", |s| s.precision),
    ("nDCG@10", |s| s.ndcg),
];

/// One measure over one kind of question, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Which questions.
    pub task: Task,
    /// Which measure.
    pub measure: &'static str,
    /// Questions both reports have.
    pub questions: u32,
    /// Mean before.
    pub before: f64,
    /// Mean after.
    pub after: f64,
    /// The difference, question by question.
    pub paired: Paired,
    /// How often chance alone does as much, over all lines together (Holm).
    pub p: f64,
}

impl Difference {
    /// In words.
    #[must_use]
    pub fn verdict(&self) -> &'static str {
        match (self.p < REAL, self.paired.difference.mean) {
            (true, d) if d > 0.0 => "a real gain",
            (true, _) => "a real loss",
            (false, 0.0) if self.paired.better + self.paired.worse == 0 => "the same",
            (false, _) => "within chance",
        }
    }
}

/// All of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What else differs between the two.
    pub remarks: Vec<String>,
    /// By kind of question and measure.
    pub lines: Vec<Difference>,
}

impl Comparison {
    /// Everything in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let named = |verdict: &str| -> Vec<String> {
            self.lines
                .iter()
                .filter(|l| l.verdict() == verdict)
                .map(|l| format!("{} of {}", l.measure, l.task.label()))
                .collect()
        };
        let (gains, losses) = (named("a real gain"), named("a real loss"));
        if self.lines.iter().all(|l| l.verdict() == "the same") {
            return "Both answer every question the same.".to_owned();
        }
        match (gains.is_empty(), losses.is_empty()) {
            (true, true) => {
                "No difference is beyond chance: do not call it better or worse on these questions."
                    .to_owned()
            }
            (false, true) => format!(
                "A real gain in {}, and nothing really lost.",
                gains.join(", ")
            ),
            (true, false) => format!(
                "A real loss in {}, and nothing really gained.",
                losses.join(", ")
            ),
            (false, false) => format!(
                "A trade: a real gain in {}, a real loss in {}.",
                gains.join(", "),
                losses.join(", ")
            ),
        }
    }
}

/// Compares one leg of two reports (all legs together where none is named) over the questions both asked.
///
/// # Errors
/// [`ReportError::NotOne`] when they have nothing in common, or the leg is in neither.
pub fn compare(
    before: &Report,
    after: &Report,
    leg: Option<&str>,
) -> Result<Comparison, ReportError> {
    let place = |report: &Report, which: &str| match leg {
        None => Ok(0),
        Some(leg) => report
            .legs
            .iter()
            .position(|l| l.eq_ignore_ascii_case(leg))
            .ok_or_else(|| ReportError::NotOne {
                path: format!("The {which} report"),
                reason: format!(
                    "it knows no leg “{}”; it has {}",
                    leg.chars().take(40).collect::<String>(),
                    report.legs.join(", ")
                ),
            }),
    };
    let (leg_before, leg_after) = (place(before, "first")?, place(after, "second")?);
    let known: HashMap<&str, &Outcome> =
        before.outcomes.iter().map(|o| (o.id.as_str(), o)).collect();
    let same_question = |a: &Outcome, b: &Outcome| {
        a.task == b.task && a.subject == b.subject && a.text == b.text && a.changes == b.changes
    };
    let pairs: Vec<(&Outcome, &Outcome)> = after
        .outcomes
        .iter()
        .filter_map(|b| Some((*known.get(b.id.as_str())?, b)))
        .filter(|(a, b)| same_question(a, b))
        .collect();
    if pairs.is_empty() || before.library.digest != after.library.digest {
        let reason = if before.library.digest == after.library.digest {
            format!(
                "the two ask different questions (seeds {} and {}, {} and {} of each kind); run both with the same --seed and --queries",
                before.seed, after.seed, before.each, after.each
            )
        } else {
            "the two are of different libraries, and only runs over the same one can be compared"
                .to_owned()
        };
        return Err(ReportError::NotOne {
            path: "This pair".to_owned(),
            reason,
        });
    }
    Ok(Comparison {
        remarks: remarks(before, after, pairs.len()),
        lines: lines(&pairs, leg_before, leg_after),
    })
}

fn lines(pairs: &[(&Outcome, &Outcome)], leg_before: usize, leg_after: usize) -> Vec<Difference> {
    let mut lines = Vec::new();
    for task in Task::ALL {
        let scores: Vec<(Scores, Scores)> = pairs
            .iter()
            .filter(|(a, _)| a.task == task)
            .filter_map(|(a, b)| Some((*a.scores.get(leg_before)?, *b.scores.get(leg_after)?)))
            .collect();
        if scores.len() < LEAST || !scores.iter().any(|(a, b)| a.told || b.told) {
            continue;
        }
        for (name, measure) in MEASURES {
            let first: Vec<f64> = scores.iter().map(|(a, _)| measure(a)).collect();
            let second: Vec<f64> = scores.iter().map(|(_, b)| measure(b)).collect();
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            let words = format!("{} {name}", task.label());
            let paired = paired(&first, &second, &mut Dice::about(1, &words));
            lines.push(Difference {
                task,
                measure: name,
                questions: scores.len() as u32,
                before: mean(&first),
                after: mean(&second),
                paired,
                p: paired.p,
            });
        }
    }
    let together = chance::holm(&lines.iter().map(|l| l.p).collect::<Vec<_>>());
    for (line, p) in lines.iter_mut().zip(together) {
        line.p = p;
    }
    lines
}

fn remarks(before: &Report, after: &Report, common: usize) -> Vec<String> {
    let mut out = vec![format!(
        "{common} questions that both asked ({} before, {} after).",
        before.outcomes.len(),
        after.outcomes.len()
    )];
    let mut differ = |what: &str, a: &str, b: &str| {
        if a != b {
            let or = |text: &str| {
                if text.is_empty() {
                    "the defaults".to_owned()
                } else {
                    text.to_owned()
                }
            };
            out.push(format!("{what}: {} before, {} after.", or(a), or(b)));
        }
    };
    differ("Model", &before.model, &after.model);
    differ("View", &before.view, &after.view);
    differ("Database", &before.engine, &after.engine);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    fn places(count: u32, of: impl Fn(u32) -> Option<u32>) -> Report {
        report(&(0..count).map(of).collect::<Vec<_>>())
    }

    #[test]
    fn the_same_report_twice_is_the_same() {
        let one = places(40, |i| Some(1 + i % 7));
        let same = compare(&one, &one, None).expect("compares");
        assert!(same.lines.iter().all(|l| l.verdict() == "the same"));
        assert_eq!(same.sentence(), "Both answer every question the same.");
        assert_eq!(same.remarks.len(), 1);
    }

    #[test]
    fn a_large_gain_is_real_and_a_small_one_is_chance() {
        let before = places(60, |i| Some(if i % 2 == 0 { 3 } else { 1 }));
        let after = places(60, |i| Some(if i % 10 == 0 { 3 } else { 1 }));
        let gain = compare(&before, &after, None).expect("compares");
        assert!(gain.lines[0].p < 0.01, "{:?}", gain.lines[0]);
        assert!(
            gain.sentence()
                .starts_with("A real gain in R@1 of photo, other part")
        );
        let loss = compare(&after, &before, None).expect("compares");
        assert!(
            loss.sentence().starts_with("A real loss"),
            "{}",
            loss.sentence()
        );
        let nudged = places(60, |i| Some(if i % 2 == 0 && i > 0 { 3 } else { 1 }));
        let chance = compare(&before, &nudged, None).expect("compares");
        assert!(
            chance
                .sentence()
                .starts_with("No difference is beyond chance")
        );
    }

    #[test]
    fn a_trade_is_called_one() {
        // found first more often, but lost altogether more often
        let before = places(200, |_| Some(2));
        let after = places(200, |i| (i % 2 == 0).then_some(1));
        let trade = compare(&before, &after, None).expect("compares");
        assert!(
            trade.sentence().starts_with("A trade"),
            "{}",
            trade.sentence()
        );
    }

    #[test]
    fn foreign_reports_and_legs_are_refused_in_words() {
        let one = places(10, |_| Some(1));
        let mut other = one.clone();
        other.library.digest = "d2".to_owned();
        let told =
            |a: &Report, b: &Report, leg| compare(a, b, leg).expect_err("refused").to_string();
        assert!(told(&one, &other, None).contains("different libraries"));
        let mut other = one.clone();
        other.outcomes.iter_mut().for_each(|o| o.id.push('x'));
        assert!(told(&one, &other, None).contains("different questions"));
        assert!(told(&one, &one, Some("taste")).contains("no leg “taste”"));
        assert!(compare(&one, &one, Some("ALL legs")).is_ok());
    }

    #[test]
    fn questions_with_other_photos_are_not_paired() {
        let before = places(12, |_| Some(1));
        let mut after = before.clone();
        for outcome in after.outcomes.iter_mut().take(4) {
            if let Some(changes) = &mut outcome.changes {
                changes.turn = 9.0;
            }
        }
        after.model = "other".to_owned();
        let both = compare(&before, &after, None).expect("compares");
        assert_eq!(both.lines[0].questions, 8);
        assert!(both.remarks[1].contains("Model: veneer-look-1 before, other after."));
    }
}
