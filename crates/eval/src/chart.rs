//! Plots as inline SVG: means with their intervals, and how soon right answers come.

use std::fmt::Write;

use crate::{Interval, Report, Task, page::escape};

/// Width of the space for names, and of the scale from 0 to 1, in user units.
const NAMES: f64 = 190.0;
const SCALE: f64 = 400.0;
const ROW: f64 = 26.0;

/// One row of a dot plot.
pub(crate) struct Dot {
    /// Its name.
    pub name: String,
    /// Mean and interval.
    pub value: Interval,
    /// Drawn in the accent.
    pub strong: bool,
}

/// Means as dots on whiskers, on a scale from 0 to 1.
pub(crate) fn dots(title: &str, rows: &[Dot]) -> String {
    let height = ROW * (rows.len() as f64 + 1.0) + 8.0;
    let mut out = open(title, NAMES + SCALE + 70.0, height);
    grid(
        &mut out,
        height - ROW,
        |share| NAMES + share * SCALE,
        height - 8.0,
    );
    for (i, row) in rows.iter().enumerate() {
        let y = ROW * (i as f64 + 0.6);
        let x = |v: f64| NAMES + v.clamp(0.0, 1.0) * SCALE;
        let class = if row.strong { "strong" } else { "plain" };
        // Writing to a string does not fail.
        let _ = write!(
            out,
            "<text x=\"0\" y=\"{:.1}\">{}</text><line class=\"whisker\" x1=\"{:.1}\" x2=\"{:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><circle class=\"{class}\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\"/><text class=\"number\" x=\"{:.1}\" y=\"{:.1}\">{:.3}</text>",
            y + 4.5,
            escape(&row.name),
            x(row.value.low),
            x(row.value.high),
            x(row.value.mean),
            NAMES + SCALE + 16.0,
            y + 4.5,
            row.value.mean,
        );
    }
    out + "</svg>"
}

/// The share of questions with a right answer among the first k, for k from 1 to 48, all legs together.
pub(crate) fn curves(report: &Report) -> String {
    const DEPTH: u32 = 48;
    const HEIGHT: f64 = 260.0;
    let mut out = open(
        "Share of questions with a right answer among the first k",
        NAMES + SCALE + 70.0,
        HEIGHT + 30.0,
    );
    let (left, width) = (40.0, NAMES + SCALE - 110.0);
    let x = |k: u32| left + f64::from(k - 1) / f64::from(DEPTH - 1) * width;
    let y = |share: f64| HEIGHT - share * (HEIGHT - 14.0);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let _ = write!(
            out,
            "<line class=\"rule\" x1=\"{left}\" x2=\"{:.1}\" y1=\"{1:.1}\" y2=\"{1:.1}\"/><text class=\"number\" x=\"0\" y=\"{2:.1}\">{share}</text>",
            left + width,
            y(share),
            y(share) + 4.5
        );
    }
    for k in [1, 5, 10, 20, DEPTH] {
        let _ = write!(
            out,
            "<text class=\"number\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{k}</text>",
            x(k),
            HEIGHT + 20.0
        );
    }
    let mut ends: Vec<f64> = Vec::new();
    for (i, task) in Task::ALL.into_iter().enumerate() {
        let places: Vec<Option<u32>> = report
            .outcomes
            .iter()
            .filter(|o| o.task == task)
            .filter_map(|o| Some(o.scores.first()?.first))
            .collect();
        if places.is_empty() {
            continue;
        }
        let found = |k: u32| {
            let within = places.iter().filter(|p| p.is_some_and(|place| place <= k));
            within.count() as f64 / places.len() as f64
        };
        let points: Vec<String> = (1..=DEPTH)
            .map(|k| format!("{:.1},{:.1}", x(k), y(found(k))))
            .collect();
        // Names beside the ends of their lines, moved apart where they would meet.
        let mut at = y(found(DEPTH));
        while let Some(taken) = ends.iter().find(|e| (**e - at).abs() < 16.0) {
            at = taken + 16.0;
        }
        ends.push(at);
        let _ = write!(
            out,
            "<polyline class=\"curve c{i}\" points=\"{}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
            points.join(" "),
            left + width + 10.0,
            at + 4.5,
            task.label()
        );
    }
    out + "</svg>"
}

fn open(title: &str, width: f64, height: f64) -> String {
    let title = escape(title);
    format!(
        "<svg viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" aria-label=\"{title}\"><title>{title}</title>"
    )
}

fn grid(out: &mut String, height: f64, x: impl Fn(f64) -> f64, foot: f64) {
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let _ = write!(
            out,
            "<line class=\"rule\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"4\" y2=\"{height:.1}\"/><text class=\"number\" text-anchor=\"middle\" x=\"{0:.1}\" y=\"{foot:.1}\">{share}</text>",
            x(share)
        );
    }
}
