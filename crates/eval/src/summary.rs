//! Means with intervals, from the questions of a report.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{Changes, Dice, FarLine, Interval, Outcome, Report, Scores, Task, far::far, interval};

/// Fewer questions than this say nothing about a category.
const SPEAKS: usize = 3;

/// One leg over all questions of a kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Which questions.
    pub task: Task,
    /// What ranked.
    pub leg: String,
    /// Questions.
    pub questions: u32,
    /// Share with a right answer first.
    pub recall_at_1: Interval,
    /// Share with a right answer among five.
    pub recall_at_5: Interval,
    /// Share with a right answer among ten.
    pub recall_at_10: Interval,
    /// Mean average precision.
    pub precision: Interval,
    /// Mean nDCG of the first ten.
    pub ndcg: Interval,
}

/// One top category over photo questions, all legs together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByCategory {
    /// As shown to people.
    pub category: String,
    /// Questions.
    pub questions: u32,
    /// Share found first.
    pub recall_at_1: Interval,
    /// Share found among ten.
    pub recall_at_10: Interval,
    /// Mean nDCG.
    pub ndcg: Interval,
    /// Whether no other category of enough questions is found less often.
    pub worst: bool,
}

/// Photos with a change beside photos without it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByChange {
    /// Of what.
    pub change: String,
    /// Photos with it.
    pub with: u32,
    /// Share of them found first.
    pub found_with: Interval,
    /// Photos without it.
    pub without: u32,
    /// Share of them found first.
    pub found_without: Interval,
}

/// Filters that aimed at one share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FilterLine {
    /// The share.
    pub aimed: f64,
    /// Filters.
    pub filters: u32,
    /// Mean share of the library that passes.
    pub share: f64,
    /// Rows that came back over rows that could.
    pub returned: f64,
    /// Rows that should not have come.
    pub wrong: u32,
    /// Share of photos whose material is first among what passes.
    pub recall_at_1: f64,
    /// Share of photos whose material is among the first ten.
    pub recall_at_10: f64,
}

/// All means.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// By kind of question and leg.
    pub lines: Vec<Line>,
    /// By top category.
    pub categories: Vec<ByCategory>,
    /// By what was changed in photos.
    pub changes: Vec<ByChange>,
    /// By sort of question; empty where no stranger was asked.
    pub far: Vec<FarLine>,
    /// By selectivity.
    pub filters: Vec<FilterLine>,
}

impl Summary {
    /// Means of a report. The same report gives the same numbers.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        Self {
            lines: lines(report),
            categories: categories(report),
            changes: changes(report),
            far: far(report),
            filters: filters(report),
        }
    }

    /// The line of a kind of question and a leg.
    #[must_use]
    pub fn line(&self, task: Task, leg: &str) -> Option<&Line> {
        self.lines.iter().find(|l| l.task == task && l.leg == leg)
    }
}

/// The mean of a measure; intervals of the same report are drawn alike, whatever else is asked of it.
fn mean_of(report: &Report, scores: &[Scores], measure: impl Fn(&Scores) -> f64) -> Interval {
    let values: Vec<f64> = scores.iter().map(measure).collect();
    interval(&values, &mut Dice::about(report.seed, "intervals"))
}

fn lines(report: &Report) -> Vec<Line> {
    let mut out = Vec::new();
    for task in Task::ALL {
        for (index, leg) in report.legs.iter().enumerate() {
            let scores: Vec<Scores> = report
                .outcomes
                .iter()
                .filter(|o| o.task == task)
                .filter_map(|o| o.scores.get(index).copied())
                .collect();
            // A leg that had nothing to judge by in any question of a kind takes no part in it.
            if !scores.iter().any(|s| s.told) {
                continue;
            }
            let mean = |measure: &dyn Fn(&Scores) -> f64| mean_of(report, &scores, measure);
            out.push(Line {
                task,
                leg: leg.clone(),
                questions: scores.len() as u32,
                recall_at_1: mean(&|s| s.found_within(1)),
                recall_at_5: mean(&|s| s.found_within(5)),
                recall_at_10: mean(&|s| s.found_within(10)),
                precision: mean(&|s| s.precision),
                ndcg: mean(&|s| s.ndcg),
            });
        }
    }
    out
}

/// Questions that are a photo and nothing else.
fn photos(report: &Report) -> impl Iterator<Item = (&Outcome, Scores)> {
    report
        .outcomes
        .iter()
        .filter(|o| matches!(o.task, Task::Crop | Task::View))
        .filter_map(|o| Some((o, *o.scores.first()?)))
}

fn categories(report: &Report) -> Vec<ByCategory> {
    let mut by: BTreeMap<&str, Vec<Scores>> = BTreeMap::new();
    for (outcome, scores) in photos(report) {
        by.entry(&outcome.category).or_default().push(scores);
    }
    let mut out: Vec<ByCategory> = by
        .into_iter()
        .map(|(category, scores)| ByCategory {
            category: category.to_owned(),
            questions: scores.len() as u32,
            recall_at_1: mean_of(report, &scores, |s| s.found_within(1)),
            recall_at_10: mean_of(report, &scores, |s| s.found_within(10)),
            ndcg: mean_of(report, &scores, |s| s.ndcg),
            worst: false,
        })
        .collect();
    let key = |c: &ByCategory| (c.recall_at_1.mean, c.recall_at_10.mean);
    let least = out
        .iter()
        .filter(|c| c.questions as usize >= SPEAKS)
        .map(key)
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    for category in &mut out {
        category.worst = category.questions as usize >= SPEAKS && Some(key(category)) == least;
    }
    out
}

fn changes(report: &Report) -> Vec<ByChange> {
    let made = |o: &Outcome, at: usize| o.changes.is_some_and(|c| c.made()[at]);
    Changes::NAMES
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let (with, without): (Vec<_>, Vec<_>) =
                photos(report).partition(|(outcome, _)| made(outcome, at));
            let found = |some: &[(&Outcome, Scores)]| {
                let scores: Vec<Scores> = some.iter().map(|(_, s)| *s).collect();
                mean_of(report, &scores, |s| s.found_within(1))
            };
            ByChange {
                change: (*name).to_owned(),
                with: with.len() as u32,
                found_with: found(&with),
                without: without.len() as u32,
                found_without: found(&without),
            }
        })
        .filter(|c| c.with + c.without > 0)
        .collect()
}

fn filters(report: &Report) -> Vec<FilterLine> {
    let mut shares: Vec<f64> = report.filters.iter().map(|f| f.aimed).collect();
    shares.sort_by(|a, b| b.total_cmp(a));
    shares.dedup();
    let materials = f64::from(report.library.materials.max(1));
    shares
        .into_iter()
        .map(|aimed| {
            let some: Vec<_> = report.filters.iter().filter(|f| f.aimed == aimed).collect();
            let count = some.len().max(1) as f64;
            let sum = |of: fn(&crate::FilterOutcome) -> u32| {
                some.iter().map(|f| f64::from(of(f))).sum::<f64>()
            };
            let within = |depth: u32| {
                let found = some
                    .iter()
                    .filter(|f| f.first.is_some_and(|place| place <= depth));
                found.count() as f64 / count
            };
            FilterLine {
                aimed,
                filters: some.len() as u32,
                share: sum(|f| f.exist) / count / materials,
                returned: sum(|f| f.returned) / sum(|f| f.expected).max(1.0),
                wrong: some.iter().map(|f| f.wrong).sum(),
                recall_at_1: within(1),
                recall_at_10: within(10),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FilterOutcome, report::tests::report};

    #[test]
    fn means_by_hand() {
        let summary = Summary::of(&report(&[Some(1), Some(2), Some(6), None]));
        let line = summary.line(Task::Crop, "all legs").expect("asked");
        assert_eq!(line.questions, 4);
        assert!((line.recall_at_1.mean - 0.25).abs() < 1e-12);
        assert!((line.recall_at_5.mean - 0.5).abs() < 1e-12);
        assert!((line.recall_at_10.mean - 0.75).abs() < 1e-12);
        assert!((line.precision.mean - (1.0 + 0.5 + 1.0 / 6.0) / 4.0).abs() < 1e-12);
        assert!(line.recall_at_1.low <= 0.25 && line.recall_at_1.high >= 0.25);
        assert!(summary.line(Task::Words, "all legs").is_none());
    }

    #[test]
    fn the_worst_category_is_marked() {
        // even places are wood: all found; odd ones are stone: none
        let places: Vec<_> = (0..8).map(|i| (i % 2 == 0).then_some(1)).collect();
        let summary = Summary::of(&report(&places));
        let worst: Vec<_> = summary.categories.iter().filter(|c| c.worst).collect();
        assert_eq!(worst.len(), 1);
        assert_eq!(worst[0].category, "Stone");
        // one question says nothing about a category
        assert!(
            Summary::of(&report(&[Some(1), None]))
                .categories
                .iter()
                .all(|c| !c.worst)
        );
    }

    #[test]
    fn filters_are_counted_by_what_they_aimed_at() {
        let mut report = report(&[Some(1)]);
        let filter = |aimed, exist, returned, first| FilterOutcome {
            aimed,
            filter: "finish=matt".to_owned(),
            exist,
            expected: exist,
            returned,
            wrong: 0,
            first,
        };
        report.filters = vec![
            filter(0.1, 10, 10, Some(1)),
            filter(0.5, 50, 50, Some(3)),
            filter(0.1, 30, 20, None),
        ];
        let lines = Summary::of(&report).filters;
        assert_eq!(
            lines.iter().map(|l| l.aimed).collect::<Vec<_>>(),
            [0.5, 0.1]
        );
        assert!((lines[1].returned - 0.75).abs() < 1e-12);
        assert!((lines[1].share - 0.2).abs() < 1e-12);
        assert!((lines[1].recall_at_1 - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_leg_that_said_nothing_takes_no_part() {
        let mut report = report(&[Some(1), Some(2)]);
        report.legs.push("words".to_owned());
        for outcome in &mut report.outcomes {
            outcome.scores.push(Scores {
                told: false,
                ..outcome.scores[0]
            });
        }
        assert!(Summary::of(&report).line(Task::Crop, "words").is_none());
        let empty = Report {
            outcomes: Vec::new(),
            ..report
        };
        let summary = Summary::of(&empty);
        assert!(
            summary.lines.is_empty() && summary.categories.is_empty() && summary.changes.is_empty()
        );
    }
}
