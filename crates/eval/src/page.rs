//! A report as a page that needs nothing else: plots, tables, and the worst questions as pictures.

use std::fmt::Write;

use crate::{
    Interval, Report, Summary, Task,
    chart::{Dot, curves, dots},
    table::index_sentence,
};

/// A small picture with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// A `data:` address; empty where there is none.
    pub data: String,
    /// What it shows.
    pub caption: String,
}

/// A question that was answered badly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worst {
    /// What was asked, in words.
    pub question: String,
    /// The photo, where there was one.
    pub photo: Option<Picture>,
    /// What would have been right, where it is one material.
    pub right: Option<Picture>,
    /// What came instead, best first.
    pub came: Vec<Picture>,
}

/// The page.
#[must_use]
pub fn page(report: &Report, worst: &[Worst]) -> String {
    let summary = Summary::of(report);
    let mut out = String::new();
    let name = escape(&report.library.name);
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Evaluation of {name}</title><style>{}</style></head><body>\n",
        include_str!("page.css")
    );
    let _ = write!(
        out,
        "<header><h1>{}</h1><p class=\"soft\">{} materials and {} pictures of {name}, searched with {}. {} questions of seed {}. {}; {}.</p></header>\n<main>",
        headline(&summary),
        report.library.materials,
        report.library.pictures,
        escape(&report.model),
        report.outcomes.len(),
        report.seed,
        escape(&report.engine),
        escape(&report.machine),
    );
    quality(&mut out, report, &summary);
    categories(&mut out, &summary);
    robust(&mut out, report, &summary);
    times(&mut out, report);
    pictures(&mut out, worst);
    out.push_str("</main></body></html>\n");
    out
}

/// The one figure a reader should keep.
fn headline(summary: &Summary) -> String {
    let first = |task| {
        summary
            .lines
            .iter()
            .find(|l| l.task == task)
            .map(|l| (l.recall_at_1.mean * 100.0).round())
    };
    match (first(Task::Crop).or(first(Task::View)), first(Task::Words)) {
        (Some(photo), Some(words)) => format!(
            "A photo finds its material first {photo} times in 100, words something right {words} times"
        ),
        (Some(photo), None) => format!("A photo finds its material first {photo} times in 100"),
        (None, Some(words)) => format!("Words find something right first {words} times in 100"),
        (None, None) => "There was nothing to ask".to_owned(),
    }
}

fn cell(out: &mut String, text: &str) {
    let _ = write!(out, "<td>{text}</td>");
}

fn spread(value: &Interval) -> String {
    format!(
        "{:.3} <span class=\"soft\">{:.2}–{:.2}</span>",
        value.mean, value.low, value.high
    )
}

fn head(out: &mut String, names: &[&str]) {
    out.push_str("<div class=\"wide\"><table><thead><tr>");
    for name in names {
        let _ = write!(out, "<th scope=\"col\">{name}</th>");
    }
    out.push_str("</tr></thead><tbody>");
}

fn foot(out: &mut String) {
    out.push_str("</tbody></table></div>\n");
}

fn quality(out: &mut String, report: &Report, summary: &Summary) {
    if summary.lines.is_empty() {
        out.push_str("<p>The pictures of this library are too small to be cut, and it knows no properties.</p>");
        return;
    }
    out.push_str("<h2>What is found, and how soon</h2><p class=\"soft\">The share of questions that have a right answer among the first k.</p>");
    out.push_str(&curves(report));
    out.push_str("<h2>Leg by leg</h2><p class=\"soft\">The share of questions with a right answer first. Whiskers hold 95 of 100 repetitions with other questions.</p>");
    let rows: Vec<Dot> = summary
        .lines
        .iter()
        .map(|l| Dot {
            name: format!("{}: {}", l.task.label(), l.leg),
            value: l.recall_at_1,
            strong: report.legs.first() == Some(&l.leg),
        })
        .collect();
    out.push_str(&dots(
        "Right answer first, by kind of question and leg",
        &rows,
    ));
    head(
        out,
        &[
            "Question and leg",
            "Questions",
            "R@1",
            "R@5",
            "R@10",
            "mAP",
            "nDCG@10",
        ],
    );
    let mut task = None;
    for line in &summary.lines {
        let class = if task == Some(line.task) {
            ""
        } else {
            " class=\"first\""
        };
        task = Some(line.task);
        let _ = write!(out, "<tr{class}>");
        cell(
            out,
            &escape(&format!("{}: {}", line.task.label(), line.leg)),
        );
        cell(out, &line.questions.to_string());
        cell(out, &spread(&line.recall_at_1));
        cell(out, &format!("{:.3}", line.recall_at_5.mean));
        cell(out, &format!("{:.3}", line.recall_at_10.mean));
        cell(out, &spread(&line.precision));
        cell(out, &spread(&line.ndcg));
        out.push_str("</tr>");
    }
    foot(out);
}

fn categories(out: &mut String, summary: &Summary) {
    if summary.categories.is_empty() {
        return;
    }
    out.push_str("<h2>By category</h2><p class=\"soft\">Photos, all legs. The worst category of three questions or more stands in bold.</p>");
    head(out, &["Category", "Questions", "R@1", "R@10", "nDCG@10"]);
    for c in &summary.categories {
        let _ = write!(out, "<tr{}>", if c.worst { " class=\"worst\"" } else { "" });
        cell(out, &escape(&c.category));
        cell(out, &c.questions.to_string());
        cell(out, &spread(&c.recall_at_1));
        cell(out, &format!("{:.3}", c.recall_at_10.mean));
        cell(out, &format!("{:.3}", c.ndcg.mean));
        out.push_str("</tr>");
    }
    foot(out);
}

fn robust(out: &mut String, report: &Report, summary: &Summary) {
    if !summary.changes.is_empty() {
        out.push_str("<h2>What photos do to it</h2><p class=\"soft\">R@1 of photos with a change, and of those without it.</p>");
        head(out, &["Change", "With it", "R@1", "Without", "R@1"]);
        for c in &summary.changes {
            out.push_str("<tr>");
            cell(out, &escape(&c.change));
            cell(out, &c.with.to_string());
            cell(out, &spread(&c.found_with));
            cell(out, &c.without.to_string());
            cell(out, &spread(&c.found_without));
            out.push_str("</tr>");
        }
        foot(out);
    }
    if !summary.far.is_empty() {
        out.push_str("<h2>When nothing is close</h2><p class=\"soft\">How often that is said. What is not as it should be stands in bold.</p>");
        head(out, &["Question", "Questions", "Told so", "Should be"]);
        for l in &summary.far {
            let _ = write!(
                out,
                "<tr{}>",
                if l.holds() { "" } else { " class=\"worst\"" }
            );
            cell(out, &escape(&l.of));
            cell(out, &l.questions.to_string());
            cell(out, &spread(&l.far));
            cell(out, &l.aim());
            out.push_str("</tr>");
        }
        foot(out);
    }
    out.push_str("<h2>Filters and index</h2>");
    if !summary.filters.is_empty() {
        head(
            out,
            &[
                "Aimed at",
                "Filters",
                "Passes",
                "Returned ÷ exist",
                "Wrong",
                "R@1",
                "R@10",
            ],
        );
        for f in &summary.filters {
            out.push_str("<tr>");
            cell(out, &format!("{} %", f.aimed * 100.0));
            cell(out, &f.filters.to_string());
            cell(out, &format!("{:.2} %", f.share * 100.0));
            cell(out, &format!("{:.4}", f.returned));
            cell(out, &f.wrong.to_string());
            cell(out, &format!("{:.3}", f.recall_at_1));
            cell(out, &format!("{:.3}", f.recall_at_10));
            out.push_str("</tr>");
        }
        foot(out);
    }
    let _ = write!(out, "<p>{}</p>", index_sentence(report));
}

fn times(out: &mut String, report: &Report) {
    if report.stages.is_empty() {
        return;
    }
    out.push_str("<h2>Time</h2>");
    head(out, &["Milliseconds", "Measured", "p50", "p95", "p99"]);
    for s in &report.stages {
        out.push_str("<tr>");
        cell(out, &escape(&s.name));
        cell(out, &s.count.to_string());
        for ms in [s.p50_ms, s.p95_ms, s.p99_ms] {
            cell(out, &format!("{ms:.1}"));
        }
        out.push_str("</tr>");
    }
    foot(out);
}

fn pictures(out: &mut String, worst: &[Worst]) {
    if worst.is_empty() {
        return;
    }
    out.push_str("<h2>Answered worst</h2><p class=\"soft\">Outlined: what was asked, and what would have been right. After them, what came instead.</p><ol class=\"worst-list\">");
    for one in worst {
        let _ = write!(out, "<li>{}<div class=\"row\">", escape(&one.question));
        let marked = [(&one.photo, "asked"), (&one.right, "right")];
        for (picture, class) in marked
            .into_iter()
            .filter_map(|(p, c)| Some((p.as_ref()?, c)))
        {
            figure(out, picture, class);
        }
        for picture in &one.came {
            figure(out, picture, "");
        }
        out.push_str("</div></li>");
    }
    out.push_str("</ol>");
}

fn figure(out: &mut String, picture: &Picture, class: &str) {
    let caption = escape(&picture.caption);
    let image = if picture.data.is_empty() {
        String::new()
    } else {
        format!(
            "<img alt=\"\" loading=\"lazy\" width=\"112\" height=\"112\" src=\"{}\">",
            escape(&picture.data)
        )
    };
    let _ = write!(
        out,
        "<figure class=\"{class}\">{image}<figcaption>{caption}</figcaption></figure>"
    );
}

/// Text for HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn the_page_carries_all_it_needs_and_nothing_foreign() {
        let mut report = report(&[Some(1), Some(4), None, Some(2), Some(1), Some(1)]);
        report.library.name = "<script>alert(1)</script>".to_owned();
        report.strangers.push(crate::StrangerOutcome {
            sort: Some(crate::Stranger::Screen),
            name: "1".to_owned(),
            far: true,
        });
        let worst = Worst {
            question: "photo of \"a\" & b".to_owned(),
            photo: Some(Picture {
                data: "data:image/jpeg;base64,AA".to_owned(),
                caption: "the photo".to_owned(),
            }),
            right: None,
            came: vec![Picture {
                data: String::new(),
                caption: "<b>".to_owned(),
            }],
        };
        let page = page(&report, &[worst]);
        assert!(
            !page.contains("<script") && !page.contains("http"),
            "nothing from elsewhere"
        );
        assert!(page.contains("&lt;script&gt;") && page.contains("&quot;a&quot; &amp; b"));
        assert!(page.contains("<svg") && page.contains("data:image/jpeg;base64,AA"));
        assert!(page.contains("When nothing is close"));
        assert!(page.contains("finds its material first 50 times in 100"));
        for tag in ["table", "svg", "figure", "ol", "main", "tbody"] {
            let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
            assert_eq!(
                page.matches(&open).count(),
                page.matches(&close).count(),
                "{tag}"
            );
        }
    }

    #[test]
    fn a_page_of_nothing_says_so() {
        let page = page(&report(&[]), &[]);
        assert!(page.contains("There was nothing to ask") && !page.contains("<table"));
    }
}
