//! Counts of tests, read from what the test programs print, and the table at the end.

use std::{iter::Sum, ops::Add, time::Duration};

use serde_json::Value;

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Did what they should.
    pub passed: u64,
    /// Did not, or could not even start.
    pub failed: u64,
    /// Are there but were not run.
    pub skipped: u64,
}

impl Count {
    /// One failure that stands for something that could not run.
    pub const FAILURE: Self = Self {
        passed: 0,
        failed: 1,
        skipped: 0,
    };
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

/// Reads Rust's `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
pub fn of_rust_line(line: &str) -> Option<Count> {
    let rest = line.trim().strip_prefix("test result: ")?;
    let (_, counts) = rest.split_once(". ")?;
    let mut count = Count::default();
    for part in counts.split(';') {
        let mut words = part.split_whitespace();
        let (Some(number), Some(what)) = (words.next(), words.next()) else {
            continue;
        };
        let Ok(number) = number.parse() else { continue };
        match what {
            "passed" => count.passed = number,
            "failed" => count.failed = number,
            "ignored" => count.skipped = number,
            _ => {}
        }
    }
    Some(count)
}

/// Reads the `stats` of Playwright's JSON report. A test that passed only when tried again counts
/// as failed; so does an error outside all tests.
pub fn of_playwright_report(json: &str) -> Option<Count> {
    let report: Value = serde_json::from_str(json).ok()?;
    let stats = report.get("stats")?;
    let number = |name: &str| stats.get(name).and_then(Value::as_u64);
    let errors = report
        .get("errors")
        .and_then(Value::as_array)
        .map_or(0, |errors| errors.len() as u64);
    let failed = number("unexpected")? + number("flaky")?;
    Some(Count {
        passed: number("expected")?,
        // The errors of failed tests are not in this list.
        failed: failed + errors,
        skipped: number("skipped")?,
    })
}

/// One line of the table.
pub struct Row {
    /// What was done.
    pub step: String,
    /// How it ended.
    pub count: Count,
    /// How long it took.
    pub time: Duration,
    /// Why it could not run, or what else to know.
    pub note: String,
}

/// Writes the table. Its last line is `N passed, M failed`.
pub fn table(rows: &[Row]) -> String {
    let width = rows
        .iter()
        .map(|r| r.step.chars().count())
        .max()
        .unwrap_or(0)
        .max(4);
    let mut text = format!(
        "{:width$}  {:>6}  {:>6}  {:>7}  {:>8}\n",
        "step", "passed", "failed", "skipped", "seconds"
    );
    for row in rows {
        text.push_str(&format!(
            "{:width$}  {:>6}  {:>6}  {:>7}  {:>8.1}{}{}\n",
            row.step,
            row.count.passed,
            row.count.failed,
            row.count.skipped,
            row.time.as_secs_f64(),
            if row.note.is_empty() { "" } else { "  " },
            row.note,
        ));
    }
    let sum: Count = rows.iter().map(|r| r.count).sum();
    text.push_str(&format!("{} passed, {} failed", sum.passed, sum.failed));
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Count, Row, of_playwright_report, of_rust_line, table};

    fn count(passed: u64, failed: u64, skipped: u64) -> Count {
        Count {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn reads_rust_s_summary() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.02s";
        assert_eq!(of_rust_line(line), Some(count(12, 3, 1)));
        assert_eq!(
            of_rust_line("test result: ok. 1 passed; 0 failed; 0 ignored"),
            Some(count(1, 0, 0))
        );
        assert_eq!(of_rust_line("test photo::bomb ... ok"), None);
    }

    #[test]
    fn reads_playwright_s_report() {
        let json = r#"{"errors":[],"stats":{"expected":5,"unexpected":1,"flaky":1,"skipped":2}}"#;
        assert_eq!(of_playwright_report(json), Some(count(5, 2, 2)));
        let json = r#"{"errors":[{"message":"x"}],"stats":{"expected":0,"unexpected":0,"flaky":0,"skipped":0}}"#;
        assert_eq!(of_playwright_report(json), Some(count(0, 1, 0)));
        assert_eq!(of_playwright_report("{}"), None);
        assert_eq!(of_playwright_report("Error: x"), None);
    }

    #[test]
    fn the_last_line_sums_up() {
        let row = |passed, failed| Row {
            step: "unit tests".into(),
            count: count(passed, failed, 0),
            time: Duration::from_millis(1250),
            note: String::new(),
        };
        let text = table(&[row(3, 0), row(4, 1)]);
        assert_eq!(text.lines().last(), Some("7 passed, 1 failed"));
        assert!(text.contains("1.2"), "{text}");
    }
}
