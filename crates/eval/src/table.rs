//! A report as text: tables that read well on a terminal and in Markdown.

use std::fmt::Write;

use crate::{Interval, Report, Summary};

fn share(value: f64) -> String {
    format!("{value:.3}")
}

/// “0.864 (0.75–0.95)”.
fn spread(value: &Interval) -> String {
    format!("{:.3} ({:.2}–{:.2})", value.mean, value.low, value.high)
}

fn grid(out: &mut String, heads: &[&str], rows: &[Vec<String>]) {
    let widths: Vec<usize> = heads
        .iter()
        .enumerate()
        .map(|(i, head)| {
            let cells = rows.iter().filter_map(|r| r.get(i));
            cells
                .map(|c| c.chars().count())
                .chain([head.chars().count()])
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<String> = cells
            .zip(&widths)
            .enumerate()
            .map(|(i, (cell, width))| {
                let room = " ".repeat(width.saturating_sub(cell.chars().count()));
                // Words to the left, numbers to the right.
                if i == 0 { cell + &room } else { room + &cell }
            })
            .collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    line(&mut heads.iter().map(|h| (*h).to_owned()));
    let rule = widths.iter().enumerate().map(|(i, w)| match i {
        0 => "-".repeat(*w),
        _ => format!("{}:", "-".repeat(w.saturating_sub(1))),
    });
    line(&mut rule.collect::<Vec<_>>().into_iter());
    for row in rows {
        line(&mut row.iter().cloned());
    }
    out.push('\n');
}

/// The whole report.
#[must_use]
pub fn table(report: &Report) -> String {
    let summary = Summary::of(report);
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(
        out,
        "{}: {} materials, {} pictures searched. Model {}, seed {}, {} questions.\n{}; {}\n",
        report.library.name,
        report.library.materials,
        report.library.pictures,
        report.model,
        report.seed,
        report.outcomes.len(),
        report.engine,
        report.machine,
    );
    if report.outcomes.is_empty() {
        out.push_str("Nothing could be asked of this library: its pictures are too small, and it knows no properties.\n\n");
    }
    quality(&mut out, &summary);
    far(&mut out, &summary);
    if !summary.filters.is_empty() {
        out.push_str("Filters: rows that came back over rows that exist, and how often the photographed material is first among them\n\n");
        let rows: Vec<Vec<String>> = summary
            .filters
            .iter()
            .map(|f| {
                vec![
                    format!("{} %", f.aimed * 100.0),
                    f.filters.to_string(),
                    format!("{:.2} %", f.share * 100.0),
                    format!("{:.4}", f.returned),
                    f.wrong.to_string(),
                    share(f.recall_at_1),
                    share(f.recall_at_10),
                ]
            })
            .collect();
        let heads = [
            "aimed at",
            "filters",
            "passes",
            "returned ÷ exist",
            "wrong",
            "R@1",
            "R@10",
        ];
        grid(&mut out, &heads, &rows);
    }
    let _ = writeln!(out, "{}\n", index_sentence(report));
    if !report.stages.is_empty() {
        let rows: Vec<Vec<String>> = report
            .stages
            .iter()
            .map(|s| {
                let ms = |v: f64| format!("{v:.1}");
                vec![
                    s.name.clone(),
                    s.count.to_string(),
                    ms(s.p50_ms),
                    ms(s.p95_ms),
                    ms(s.p99_ms),
                ]
            })
            .collect();
        grid(&mut out, &["milliseconds", "n", "p50", "p95", "p99"], &rows);
    }
    out
}

fn quality(out: &mut String, summary: &Summary) {
    if !summary.lines.is_empty() {
        out.push_str("With 95 % intervals over the questions\n\n");
        let rows: Vec<Vec<String>> = summary
            .lines
            .iter()
            .map(|l| {
                vec![
                    format!("{}: {}", l.task.label(), l.leg),
                    l.questions.to_string(),
                    spread(&l.recall_at_1),
                    share(l.recall_at_5.mean),
                    share(l.recall_at_10.mean),
                    spread(&l.precision),
                    spread(&l.ndcg),
                ]
            })
            .collect();
        grid(
            out,
            &["question: leg", "n", "R@1", "R@5", "R@10", "mAP", "nDCG@10"],
            &rows,
        );
    }
    if !summary.categories.is_empty() {
        out.push_str("Photos by category, all legs; the worst in bold\n\n");
        let rows: Vec<Vec<String>> = summary
            .categories
            .iter()
            .map(|c| {
                let bold = |text: String| if c.worst { format!("**{text}**") } else { text };
                vec![
                    bold(c.category.clone()),
                    c.questions.to_string(),
                    bold(spread(&c.recall_at_1)),
                    share(c.recall_at_10.mean),
                    share(c.ndcg.mean),
                ]
            })
            .collect();
        grid(out, &["category", "n", "R@1", "R@10", "nDCG@10"], &rows);
    }
    if !summary.changes.is_empty() {
        out.push_str("Photos with a change and without it, R@1\n\n");
        let rows: Vec<Vec<String>> = summary
            .changes
            .iter()
            .map(|c| {
                vec![
                    c.change.clone(),
                    c.with.to_string(),
                    spread(&c.found_with),
                    c.without.to_string(),
                    spread(&c.found_without),
                ]
            })
            .collect();
        grid(
            out,
            &["change", "n with", "with", "n without", "without"],
            &rows,
        );
    }
}

fn far(out: &mut String, summary: &Summary) {
    if summary.far.is_empty() {
        return;
    }
    out.push_str(
        "How often it is said that nothing is close; what is not as it should be in bold\n\n",
    );
    let rows: Vec<Vec<String>> = summary
        .far
        .iter()
        .map(|l| {
            let far = spread(&l.far);
            vec![
                l.of.clone(),
                l.questions.to_string(),
                if l.holds() { far } else { format!("**{far}**") },
                l.aim(),
            ]
        })
        .collect();
    grid(out, &["question", "n", "told so", "should be"], &rows);
}

/// What is to say about the index.
#[must_use]
pub(crate) fn index_sentence(report: &Report) -> String {
    match &report.index {
        None => "The index was not measured.".to_owned(),
        Some(index) if index.ways.is_empty() => {
            "Every row was compared: nothing here was answered by sketches or an index, so nothing can be lost to them.".to_owned()
        }
        Some(index) => {
            let ways = index.ways.iter().map(|way| {
                format!(
                    "{} of {} photos answered by the {}: it finds {:.4} of the exact first ten.",
                    way.answered, index.questions, way.path, way.recall_at_10
                )
            });
            ways.collect::<Vec<_>>().join("\n")
        }
    }
}

/// A comparison as text.
#[must_use]
pub fn told(comparison: &crate::Comparison) -> String {
    let mut out = String::new();
    for line in &comparison.remarks {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out);
    let rows: Vec<Vec<String>> = comparison
        .lines
        .iter()
        .map(|l| {
            let d = &l.paired.difference;
            vec![
                format!("{}: {}", l.task.label(), l.measure),
                l.questions.to_string(),
                share(l.before),
                share(l.after),
                format!("{:+.3} ({:+.3} to {:+.3})", d.mean, d.low, d.high),
                format!("+{} −{}", l.paired.better, l.paired.worse),
                format!("{:.4}", l.p),
                l.verdict().to_owned(),
            ]
        })
        .collect();
    let heads = [
        "question: measure",
        "n",
        "before",
        "after",
        "difference",
        "questions",
        "p",
        "so",
    ];
    grid(&mut out, &heads, &rows);
    let _ = writeln!(out, "{}", comparison.sentence());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{IndexOutcome, Way, report::tests::report};

    #[test]
    fn a_report_is_a_table_of_even_rows() {
        let places: Vec<_> = (0..8).map(|i| (i % 2 == 0).then_some(1)).collect();
        let text = table(&report(&places));
        assert!(text.contains("a library: 100 materials, 150 pictures searched."));
        assert!(
            text.contains("| photo, other part: all legs | 8 | 0.500 ("),
            "{text}"
        );
        assert!(text.contains("**Stone**"));
        for block in text.split("\n\n").filter(|b| b.starts_with('|')) {
            let widths: Vec<usize> = block.lines().map(|l| l.chars().count()).collect();
            assert!(widths.iter().all(|w| *w == widths[0]), "{block}");
        }
    }

    #[test]
    fn strangers_have_a_table() {
        let mut one = report(&[Some(1)]);
        assert!(!table(&one).contains("nothing is close"));
        one.strangers = vec![crate::StrangerOutcome {
            sort: Some(crate::Stranger::Noise),
            name: "1".to_owned(),
            far: false,
        }];
        let text = table(&one);
        assert!(
            text.contains("nothing is close") && text.contains("**0.000 ("),
            "{text}"
        );
    }

    #[test]
    fn nothing_asked_is_said() {
        assert!(table(&report(&[])).contains("Nothing could be asked"));
    }

    #[test]
    fn the_index_is_spoken_of_honestly() {
        let mut one = report(&[Some(1)]);
        assert!(index_sentence(&one).contains("not measured"));
        one.index = Some(IndexOutcome::default());
        assert!(index_sentence(&one).contains("Every row was compared"));
        let way = |path: &str, recall_at_10| Way {
            path: path.to_owned(),
            answered: 18,
            recall_at_10,
        };
        one.index = Some(IndexOutcome {
            questions: 20,
            ways: vec![way("sketch", 1.0), way("index", 0.985)],
        });
        let told = index_sentence(&one);
        assert!(told.contains("18 of 20 photos answered by the sketch: it finds 1.0000"));
        assert!(told.contains("by the index: it finds 0.9850"), "{told}");
    }
}
