//! Several searches side by side: the parts of one photo.

use leptos::prelude::*;
use material::{ParseError, Results, Token, View};
use search::Error;

use super::{asked, raw_query, results::start};
use crate::components::{
    chosen::chosen, head::Head, page::Page, swatch::hit_swatch, wall::count_line,
};

/// The most searches side by side.
const MOST: usize = 4;
/// The first hits of each.
const SHOWN: usize = 6;

/// One search, or why it is not there.
type Column = Result<Results, String>;

/// Asks for each of the searches the address names.
#[component]
pub fn TogetherRoute() -> AnyView {
    let query = raw_query();
    asked(
        |veneer| async move {
            let (ids, view) = (tokens(&query)?, View::parse(&query)?.first_page());
            let mut columns: Vec<Column> = Vec::with_capacity(ids.len());
            for id in ids {
                match veneer.results(&id, &view).await {
                    Ok(results) => columns.push(Ok(results)),
                    // the others are still worth seeing
                    Err(error @ Error::NotFound(_)) => columns.push(Err(error.to_string())),
                    Err(error) => return Err(error),
                }
            }
            Ok(columns)
        },
        |columns| view! { <TogetherPage columns /> },
    )
}

/// The searches that `s=…&s=…` names, each once.
fn tokens(query: &str) -> Result<Vec<Token>, Error> {
    let mut out = Vec::new();
    for pair in query.split('&') {
        let Some(text) = pair.strip_prefix("s=").filter(|text| !text.is_empty()) else {
            continue;
        };
        let token = Token::parse(text)
            .map_err(|_| Error::NotFound("There is no such search. The address may be cut off."))?;
        if !out.contains(&token) {
            out.push(token);
        }
        if out.len() > MOST {
            return Err(ParseError::TooMany {
                kind: "search",
                limit: MOST,
            }
            .into());
        }
    }
    if out.is_empty() {
        return Err(Error::NotFound("This address names no searches."));
    }
    Ok(out)
}

/// The page.
#[component]
pub fn TogetherPage(
    /// One column each.
    columns: Vec<Column>,
) -> AnyView {
    let count = columns.len();
    let title = match count {
        1 => "One region of your photo".to_owned(),
        n => format!("{n} regions of your photo"),
    };
    let description = format!("{title}, each with the materials that look like it.");
    let columns: Vec<_> = columns
        .iter()
        .enumerate()
        .map(|(i, column)| column_of(i + 1, column))
        .collect();
    view! {
        <Head title=title.clone() description index=false />
        <Page class="page-together">
            <h1>{title}</h1>
            <div class="together" style=format!("--sides:{count}")>
                {columns}
            </div>
        </Page>
    }
    .into_any()
}

fn column_of(number: usize, column: &Column) -> AnyView {
    let head = format!("together-{number}");
    let results = match column {
        Ok(results) => results,
        Err(sentence) => {
            return view! {
                <section class="together-one" aria-labelledby=head.clone()>
                    <h2 id=head.clone()>{format!("Region {number}")}</h2>
                    <p class="note">{sentence.clone()}</p>
                </section>
            }
            .into_any();
        }
    };
    let hits: Vec<_> = results
        .hits
        .iter()
        .take(SHOWN)
        .map(|hit| hit_swatch(results, hit, true))
        .collect();
    let none = hits.is_empty();
    let says = results
        .analysis
        .as_ref()
        .filter(|analysis| !analysis.sentence.is_empty())
        .map(|analysis| view! { <p class="from-says">{analysis.sentence.clone()}</p> });
    let all = results.address(&results.view);
    view! {
        <section class="together-one" aria-labelledby=head.clone()>
            <h2 id=head.clone()>{format!("Region {number}")}</h2>
            {start(results)}
            {says}
            <p class="results-count">{count_line(results)}</p>
            {chosen(results, true)}
            {results
                .nothing_close
                .clone()
                .map(|sentence| view! { <p class="note">{sentence}</p> })}
            {none.then(|| view! { <p class="note">"Nothing was found for it."</p> })}
            <ol class="wall">{hits}</ol>
            <a class="button" href=all>
                {format!("All results of region {number}")}
            </a>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn an_address_names_one_to_four_searches() {
        let count = |query: &str| tokens(query).map(|t| t.len()).map_err(|e| e.status());
        assert_eq!(count("s=abc&s=def&q=oak&s=abc&s="), Ok(2));
        assert_eq!(count("q=oak"), Err(404));
        assert_eq!(count("s=../x"), Err(404));
        assert_eq!(count("s=a&s=b&s=c&s=d&s=e"), Err(400));
    }
}
