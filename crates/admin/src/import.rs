//! Bringing photos in: choose, look at what would come of it, start.

use leptos::prelude::*;
use search::{ColumnUse, DryRun, Known};

use crate::{
    frame::token as token_field,
    text::{dollars, of, size},
};

/// What the page that takes files shows.
#[derive(Debug, Clone, Default)]
pub struct ImportPage {
    /// The most bytes that a browser without JavaScript may send at once.
    pub most_at_once: u64,
    /// What could not be taken.
    pub trouble: Option<String>,
}

/// Where files are chosen or dropped. Without JavaScript a ZIP or some files go up in one form.
#[must_use]
pub fn import(page: &ImportPage, token: &str) -> AnyView {
    let trouble = page
        .trouble
        .clone()
        .map(|trouble| view! { <p class="desk-alert" role="alert">{trouble}</p> });
    view! {
        {trouble}
        <p class="lead">
            "A folder of photos with a folder for each category, a ZIP of it, or a table (CSV, XLSX) with a row per photo and the photos beside it. Nothing is changed before you have seen what would come of it."
        </p>
        <form
            class="desk-intake"
            method="post"
            action="/admin/import"
            enctype="multipart/form-data"
            data-token=token.to_owned()
        >
            {token_field(token)}
            <div class="desk-drop">
                <p>
                    <label for="files">"Files: photos, a ZIP, a table"</label>
                </p>
                <input id="files" type="file" name="file" multiple />
                <p class="desk-folder" hidden>
                    <label for="folder">"Or a whole folder"</label>
                    <input id="folder" type="file" webkitdirectory="" multiple />
                </p>
                <p class="desk-hint" hidden>
                    "You can also drop files and folders anywhere here."
                </p>
            </div>
            <button class="button button-main desk-send" type="submit">
                "Upload and look"
            </button>
            <p class="note desk-without">
                {format!("Without JavaScript up to {} go at once; send more as a ZIP.", size(page.most_at_once))}
            </p>
        </form>
        <form class="desk-form desk-addresses" method="post" action="/admin/import/addresses">
            {token_field(token)}
            <div>
                <label for="addresses">"Or addresses of pictures, one on a line"</label>
                <textarea
                    id="addresses"
                    class="field"
                    name="addresses"
                    rows="4"
                    placeholder="https://"
                    spellcheck="false"
                ></textarea>
            </div>
            <button class="button" type="submit">
                "Look at them"
            </button>
        </form>
        <section class="desk-sending" hidden aria-label="Upload">
            <progress class="desk-bar" max="100" value="0" aria-label="Upload"></progress>
            <p class="desk-line"></p>
            <ul class="desk-failed"></ul>
            <div class="desk-actions">
                <button class="button desk-retry" type="button" hidden>
                    "Send those again"
                </button>
                <button class="button desk-go-on" type="button" hidden>
                    "Go on without them"
                </button>
                <button class="button desk-cancel" type="button">
                    "Cancel"
                </button>
            </div>
        </section>
    }
    .into_any()
}

/// An upload that is being looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looking {
    /// Files looked at.
    pub done: u64,
    /// Of how many; 0 while that is not known.
    pub total: u64,
}

/// How far looking is.
#[must_use]
pub fn looking(at: &Looking) -> AnyView {
    let line = if at.total == 0 {
        "Reading the table and the folders.".to_owned()
    } else {
        format!(
            "{} of {} looked at.",
            at.done,
            of(at.total, "file", "files")
        )
    };
    view! {
        <div data-again="2">
            <progress
                max=at.total.max(1).to_string()
                value=at.done.to_string()
                aria-label="Looking"
            ></progress>
            <p role="status">{line}</p>
        </div>
    }
    .into_any()
}

/// An upload, how it is read, and what would come of it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name.
    pub id: String,
    /// Files and bytes of it.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// Files that may be its table, and the one that was chosen.
    pub tables: Vec<String>,
    /// The chosen one.
    pub table: Option<String>,
    /// Kept mappings.
    pub profiles: Vec<String>,
    /// The one that was chosen.
    pub profile: Option<String>,
    /// The name under which the mapping is to be kept.
    pub save_as: Option<String>,
    /// Fields that a column may mean.
    pub fields: Vec<&'static str>,
    /// Whether somebody could describe pictures.
    pub can_describe: bool,
    /// How much they are asked.
    pub depth: Option<&'static str>,
    /// What would come of it, or why nothing can.
    pub dry: Result<DryRun, String>,
}

/// Lines that are shown of what rows lack and of what is wrong.
const SHOWN: usize = 50;

/// What would come of an upload, with what can be corrected.
#[must_use]
pub fn looked(draft: &Draft, token: &str) -> AnyView {
    let head = format!(
        "{}, {}.",
        of(draft.files, "file", "files"),
        size(draft.bytes)
    );
    let (counts, columns, below) = match &draft.dry {
        Ok(dry) => (
            counts(dry),
            columns(&dry.columns, &draft.fields),
            details(dry),
        ),
        Err(trouble) => {
            let trouble = trouble.clone();
            let alert = view! { <p class="desk-alert" role="alert">{trouble}</p> };
            (alert.into_any(), ().into_any(), ().into_any())
        }
    };
    let something = draft
        .dry
        .as_ref()
        .is_ok_and(|dry| dry.materials + dry.edits + dry.deletions > 0);
    let start = something.then(|| {
        view! {
            <button class="button button-main" type="submit" name="what" value="start">
                "Start"
            </button>
        }
    });
    view! {
        <p>{head}</p>
        {counts}
        <form class="desk-draft" method="post" action=format!("/admin/import/{}", draft.id)>
            {token_field(token)}
            {columns}
            {choices(draft)}
            <div class="desk-actions">
                {start}
                <button class="button" type="submit" name="what" value="look">
                    "Look again"
                </button>
                <button class="button" type="submit" name="what" value="drop">
                    "Drop this upload"
                </button>
            </div>
        </form>
        {below}
    }
    .into_any()
}

fn counts(dry: &DryRun) -> AnyView {
    let minutes = (dry.seconds / 60.0).ceil() as u64;
    let mut told = vec![
        ("materials", dry.materials.to_string()),
        ("pictures", dry.pictures.to_string()),
        ("of them known", dry.known.to_string()),
        ("edits", dry.edits.to_string()),
        ("deletions", dry.deletions.to_string()),
        ("about", of(minutes, "minute", "minutes")),
    ];
    if dry.addresses > 0 {
        told.push(("behind addresses", dry.addresses.to_string()));
    }
    if dry.to_describe > 0 {
        told.push(("to be described", dry.to_describe.to_string()));
        told.push(("costs at most", dollars(dry.micro_usd)));
    }
    let told: Vec<AnyView> = told
        .into_iter()
        .map(|(what, number)| {
            view! {
                <div>
                    <dt>{what}</dt>
                    <dd>{number}</dd>
                </div>
            }
            .into_any()
        })
        .collect();
    view! { <dl class="desk-counts">{told}</dl> }.into_any()
}

fn columns(columns: &[ColumnUse], fields: &[&'static str]) -> AnyView {
    if columns.is_empty() {
        return ().into_any();
    }
    let rows: Vec<AnyView> = columns
        .iter()
        .enumerate()
        .map(|(place, column)| row(place, column, fields))
        .collect();
    view! {
        <h2>"What the columns mean"</h2>
        <div class="desk-table" tabindex="0" role="region" aria-label="Columns">
            <table>
                <thead>
                    <tr>
                        <th scope="col">"Column"</th>
                        <th scope="col">"Means"</th>
                        <th scope="col">"Known"</th>
                        <th scope="col">"Samples"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(place: usize, column: &ColumnUse, fields: &[&'static str]) -> AnyView {
    let how = match column.known {
        Known::Told => "as you said",
        Known::Header => "by its name",
        Known::Values => "by its values",
        Known::No => "left out",
    };
    let means = column.field.clone().unwrap_or_default();
    let mut offered: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
    let own = format!("spec:{}", column.column.trim());
    for more in [means.clone(), own] {
        if !more.is_empty() && !offered.contains(&more) {
            offered.push(more);
        }
    }
    let options: Vec<AnyView> = offered
        .into_iter()
        .map(|field| {
            let selected = field == means;
            let label = field.strip_prefix("spec:").map_or_else(
                || field.clone(),
                |name| format!("a measure of its own: {name}"),
            );
            view! {
                <option value=field selected=selected>
                    {label}
                </option>
            }
            .into_any()
        })
        .collect();
    view! {
        <tr>
            <th scope="row">
                {column.column.clone()}
                <input type="hidden" name="column" value=column.column.clone() />
            </th>
            <td>
                <select
                    class="field"
                    name="field"
                    aria-label=format!("Meaning of column {} ({})", place + 1, column.column)
                >
                    <option value="">"leave out"</option>
                    {options}
                </select>
            </td>
            <td>{how}</td>
            <td>{column.samples.join(" | ")}</td>
        </tr>
    }
    .into_any()
}

fn choices(draft: &Draft) -> AnyView {
    let select = |id: &'static str,
                  label: &'static str,
                  none: &'static str,
                  all: &[String],
                  chosen: Option<&str>| {
        let options: Vec<AnyView> = all
            .iter()
            .map(|one| {
                let selected = chosen == Some(one.as_str());
                view! {
                    <option value=one.clone() selected=selected>
                        {one.clone()}
                    </option>
                }
                .into_any()
            })
            .collect();
        view! {
            <div>
                <label for=id>{label}</label>
                <select id=id class="field" name=id>
                    <option value="">{none}</option>
                    {options}
                </select>
            </div>
        }
        .into_any()
    };
    let table = (draft.tables.len() > 1).then(|| {
        let chosen = draft.table.as_deref();
        select("table", "Table", "the only one", &draft.tables, chosen)
    });
    let with_table = draft.dry.as_ref().is_ok_and(|dry| !dry.columns.is_empty());
    let profile = (with_table && !draft.profiles.is_empty()).then(|| {
        let chosen = draft.profile.as_deref();
        select("profile", "Read it as", "guess", &draft.profiles, chosen)
    });
    let keep = with_table.then(|| {
        view! {
            <div>
                <label for="save_as">"Keep this mapping as"</label>
                <input
                    id="save_as"
                    class="field"
                    type="text"
                    name="save_as"
                    maxlength="100"
                    value=draft.save_as.clone().unwrap_or_default()
                />
            </div>
        }
        .into_any()
    });
    let depth = draft.can_describe.then(|| {
        let all = ["basic", "detailed", "comprehensive"].map(str::to_owned);
        select(
            "depth",
            "Have vision models describe",
            "nothing",
            &all,
            draft.depth,
        )
    });
    view! {
        <div class="desk-choices">
            {table}
            {profile}
            {keep}
            {depth}
        </div>
    }
    .into_any()
}

fn details(dry: &DryRun) -> AnyView {
    let lacking: Vec<String> = dry
        .lacking
        .iter()
        .map(|one| format!("Row {} ({}): {}", one.line, one.key, one.fields.join(", ")))
        .collect();
    let problems: Vec<String> = dry
        .problems
        .iter()
        .filter(|one| !one.problem.is_empty())
        .map(|one| format!("Row {} ({}): {}", one.line, one.name, one.problem))
        .collect();
    view! {
        {listed("Would not come in as it stands", problems, true)}
        {listed("Nothing is said of", lacking, false)}
    }
    .into_any()
}

fn listed(heading: &'static str, lines: Vec<String>, open: bool) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let more = lines.len().saturating_sub(SHOWN);
    let count = of(lines.len() as u64, "row", "rows");
    let items: Vec<AnyView> = lines
        .into_iter()
        .take(SHOWN)
        .map(|line| view! { <li>{line}</li> }.into_any())
        .collect();
    let more = (more > 0).then(|| view! { <li>{format!("and {more} more")}</li> });
    Some(
        view! {
            <details class="desk-details" open=open>
                <summary>{format!("{heading}: {count}")}</summary>
                <ul>{items} {more}</ul>
            </details>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(dry: Result<DryRun, String>) -> Draft {
        Draft {
            id: "abc".into(),
            files: 2,
            bytes: 1_500,
            tables: Vec::new(),
            table: None,
            profiles: vec!["mill".into()],
            profile: None,
            save_as: None,
            fields: vec!["key", "image"],
            can_describe: false,
            depth: None,
            dry,
        }
    }

    #[test]
    fn a_column_offers_what_it_means_and_a_measure_of_its_own() {
        let column = ColumnUse {
            column: "Art. <b>".into(),
            field: Some("key".into()),
            known: Known::Values,
            samples: vec!["1".into()],
        };
        let dry = DryRun {
            columns: vec![column],
            materials: 1,
            ..DryRun::default()
        };
        let html = looked(&draft(Ok(dry)), "token").to_html();
        assert!(html.contains("Art. &lt;b&gt;"), "{html}");
        assert!(html.contains("a measure of its own: Art."), "{html}");
        assert!(html.contains("by its values") && html.contains("value=\"start\""));
        assert!(html.contains("Read it as"), "a profile can be chosen");
    }

    #[test]
    fn nothing_to_import_cannot_be_started() {
        for dry in [
            Ok(DryRun::default()),
            Err("The table cannot be read.".to_owned()),
        ] {
            let html = looked(&draft(dry), "token").to_html();
            assert!(!html.contains("value=\"start\""), "{html}");
            assert!(html.contains("value=\"drop\""), "{html}");
        }
    }
}
