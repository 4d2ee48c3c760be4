//! Whether all is well.

use leptos::prelude::*;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `good`, `look` or `bad`.
    pub verdict: &'static str,
    /// What.
    pub what: String,
    /// How it stands, and what to do.
    pub sentence: String,
}

/// What was looked at, a line each.
#[must_use]
pub fn health(findings: &[Finding]) -> AnyView {
    let worst = ["bad", "look"]
        .into_iter()
        .find(|verdict| findings.iter().any(|one| one.verdict == *verdict));
    let lead = match worst {
        Some("bad") => "Something keeps this server from working.",
        Some(_) => "The server works. Something is worth a look.",
        None => "All is well.",
    };
    let rows: Vec<AnyView> = findings
        .iter()
        .map(|one| {
            view! {
                <tr>
                    <td>
                        <span class=format!(
                            "desk-state desk-state-{}",
                            one.verdict,
                        )>{one.verdict}</span>
                    </td>
                    <th scope="row">{one.what.clone()}</th>
                    <td>{one.sentence.clone()}</td>
                </tr>
            }
            .into_any()
        })
        .collect();
    view! {
        <p class="lead">{lead}</p>
        <div class="desk-table" tabindex="0" role="region" aria-label="What was looked at">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Verdict"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"How it stands"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
