//! Numbers and times as people read them.

use search::{Job, JobRate};
use time::OffsetDateTime;

/// `2026-05-01 14:03 UTC`.
pub(crate) fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(time::UtcOffset::UTC);
    format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute())
}

/// Bytes in thousands: `1.2 MB`.
pub(crate) fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "bytes");
    for next in ["KB", "MB", "GB", "TB"] {
        if value < 1000.0 {
            break;
        }
        value /= 1000.0;
        unit = next;
    }
    if unit == "bytes" {
        return format!("{bytes} bytes");
    }
    format!("{value:.1} {unit}")
}

/// Millionths of a US dollar.
pub(crate) fn dollars(micro_usd: u64) -> String {
    let places = if micro_usd > 0 && micro_usd < 10_000 {
        4
    } else {
        2
    };
    format!("{:.places$} USD", micro_usd as f64 / 1e6)
}

/// A whole number with thin thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// `3 rows`, `1 row`.
pub(crate) fn of(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// What changes of a job while one looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobNow {
    /// Its number.
    pub id: i64,
    /// Its state in a word.
    pub state: &'static str,
    /// Steps done, and of how many.
    pub done: u64,
    /// Steps, as far as they are known.
    pub total: u64,
    /// `120 of 4 000 · 38 a second · about 2 min left`.
    pub line: String,
}

/// How a job stands.
#[must_use]
pub fn now(job: &Job) -> JobNow {
    let mut line = format!("{} of {}", count(job.done), count(job.total));
    if let Some(rate) = JobRate::of(job) {
        line.push_str(" · ");
        line.push_str(&rate.to_string());
    }
    JobNow {
        id: job.id.0,
        state: job.state.as_str(),
        done: job.done,
        total: job.total,
        line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_at_a_glance() {
        assert_eq!(size(999), "999 bytes");
        assert_eq!(size(1_250_000), "1.2 MB");
        assert_eq!(dollars(0), "0.00 USD");
        assert_eq!(dollars(1_230), "0.0012 USD");
        assert_eq!(dollars(12_345_678), "12.35 USD");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(12), "12");
        assert_eq!(of(1, "row", "rows"), "1 row");
        assert_eq!(of(0, "row", "rows"), "0 rows");
        let at = OffsetDateTime::from_unix_timestamp(1_777_644_180).expect("a time");
        assert_eq!(moment(at), "2026-05-01 14:03 UTC");
    }
}
