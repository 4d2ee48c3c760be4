use std::{collections::BTreeSet, time::Duration};

use super::*;

/// Something of everything.
fn busy() -> Eyes {
    let eyes = Eyes::new();
    drop(eyes.request_begins());
    eyes.request("/s/{id}", "GET", 200, Duration::from_millis(7));
    eyes.error("too-slow");
    for stage in Stage::ALL {
        eyes.stage(stage, Duration::from_millis(3));
    }
    eyes.cache("answers", Found::Here);
    eyes.answer("exact", 500, 480);
    eyes.band("close", 12);
    eyes.nothing_close();
    eyes.provider_call(&ProviderCall {
        provider: "together",
        model: "llama",
        kind: "analysis",
        outcome: "ok",
        took: Duration::from_secs(2),
        micro_usd: 1_500,
    });
    eyes.money([2_000_000, 5_000_000], [None, Some(50_000_000)]);
    eyes.breakers(&[("together".into(), "llama".into(), "open")]);
    eyes.coverage("veneer-look-2", 1.0);
    eyes.jobs(&[("waiting".into(), 3)]);
    eyes.items("created", 9);
    eyes.items("refused", 0);
    eyes.library(330, 660);
    eyes.connections(1, 7);
    eyes.ready(true);
    eyes
}

#[test]
fn every_metric_has_a_name_a_help_and_a_place_in_the_text() {
    let eyes = busy();
    let text = eyes.text().expect("text");
    let mut names = BTreeSet::new();
    for metric in eyes.declared() {
        assert!(names.insert(&metric.name), "{} twice", metric.name);
        assert!(metric.help.ends_with('.'), "{}", metric.name);
        let own = metric.name.starts_with("veneer_") || metric.name.starts_with("process_");
        assert!(own, "{}", metric.name);
        assert!(
            text.lines()
                .any(|line| line.starts_with(metric.name.as_str())),
            "{} is declared and never told:\n{text}",
            metric.name
        );
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
}

#[test]
fn values_are_told_as_they_are() {
    let text = busy().text().expect("text");
    for line in [
        r#"veneer_http_request_duration_seconds_count{route="/s/{id}",method="GET",status="2xx"} 1"#,
        r#"veneer_errors_total{kind="too-slow"} 1"#,
        "veneer_candidates_returned_total 480",
        r#"veneer_provider_cost_usd_total{provider="together"} 0.0015"#,
        r#"veneer_budget_usd{period="month"} 50.0"#,
        r#"veneer_provider_breaker{provider="together",model="llama",state="open"} 1.0"#,
        r#"veneer_results_by_band_total{band="close"} 12"#,
        r#"veneer_import_items_total{outcome="created"} 9"#,
    ] {
        assert!(text.lines().any(|l| l == line), "no {line} in\n{text}");
    }
    assert!(
        !text.contains(r#"veneer_budget_usd{period="day"}"#),
        "no cap, no number"
    );
    assert!(
        !text.contains(r#"outcome="refused""#),
        "nothing was refused"
    );
}

#[test]
fn what_is_over_is_not_told_any_more() {
    let eyes = busy();
    eyes.breakers(&[("together".into(), "llama".into(), "closed")]);
    let text = eyes.text().expect("text");
    assert!(text.contains(r#"state="closed"} 1"#), "{text}");
    assert!(!text.contains(r#"state="open""#), "{text}");
    eyes.jobs(&[("done".into(), 4)]);
    let text = eyes.text().expect("text");
    assert!(text.contains(r#"veneer_jobs{state="done"} 4"#), "{text}");
    assert!(!text.contains("waiting"), "{text}");
}

#[test]
fn requests_under_way_are_counted_until_they_end() {
    let eyes = Eyes::new();
    let one = eyes.request_begins();
    let text = eyes.text().expect("text");
    assert!(text.contains("veneer_http_requests_in_flight 1"), "{text}");
    drop(one);
    let text = eyes.text().expect("text");
    assert!(text.contains("veneer_http_requests_in_flight 0"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_takes_memory() {
    let eyes = Eyes::new();
    eyes.text().expect("text");
    assert!(eyes.process.memory.get() > 100_000.0);
    assert!(eyes.process.files.get() >= 1.0);
    assert!(eyes.process.threads.get() >= 1.0);
}

/// Names of our metrics in an expression of Prometheus.
fn named(expression: &str) -> impl Iterator<Item = &str> {
    expression
        .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
        .filter(|word| word.starts_with("veneer_") || word.starts_with("process_"))
}

/// The metric that a series belongs to.
fn metric_of<'a>(series: &'a str, declared: &[Declared]) -> &'a str {
    let whole = ["_bucket", "_sum", "_count"]
        .iter()
        .find_map(|end| series.strip_suffix(end))
        .filter(|name| {
            declared
                .iter()
                .any(|metric| metric.kind == "histogram" && metric.name == *name)
        });
    whole.unwrap_or(series)
}

#[test]
fn the_dashboard_draws_every_metric_and_no_other() {
    let text = include_str!("../../../deploy/grafana/veneer.json");
    let dashboard: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let eyes = Eyes::new();
    let mut drawn = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        let title = panel["title"].as_str().expect("a title");
        for target in panel["targets"].as_array().into_iter().flatten() {
            let expression = target["expr"].as_str().expect("an expression");
            let names: Vec<&str> = named(expression)
                .map(|series| metric_of(series, eyes.declared()))
                .collect();
            assert!(!names.is_empty(), "{title} asks for nothing of ours");
            drawn.extend(names);
        }
    }
    let declared: BTreeSet<&str> = eyes.declared().iter().map(|m| m.name.as_str()).collect();
    assert_eq!(drawn, declared);
}
