//! The report of an import: a table of what did not come in, to be corrected and brought in again.

use catalog::{JobId, Problem};
use futures::future::BoxFuture;

use super::Payload;
use crate::{Error, Veneer};

impl Veneer {
    /// The report of an import as CSV: the columns of its table, and behind them `problem`. A row that stands in it
    /// without a problem belongs to one that has one. `None` when all was well.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn import_report(&self, job: JobId) -> BoxFuture<'_, Result<Option<String>, Error>> {
        Box::pin(async move {
            let row = self.inner.catalog.job(job).await?;
            let payload: Payload = serde_json::from_value(row.payload).map_err(Error::internal)?;
            let problems = self.inner.catalog.import_problems(job, 0, u32::MAX).await?;
            table(&payload.columns, &problems)
        })
    }
}

/// The header of the last column.
const PROBLEM: &str = "problem";

fn table(columns: &[String], problems: &[Problem]) -> Result<Option<String>, Error> {
    if problems.is_empty() {
        return Ok(None);
    }
    // A report that was brought in again has the column already.
    let old = columns.iter().position(|c| c.eq_ignore_ascii_case(PROBLEM));
    let mut out = csv::WriterBuilder::new()
        .flexible(false)
        .from_writer(Vec::new());
    let keep = |(place, _): &(usize, &String)| Some(*place) != old;
    let header = columns
        .iter()
        .enumerate()
        .filter(keep)
        .map(|(_, c)| c.as_str());
    out.write_record(header.chain([PROBLEM]))
        .map_err(Error::internal)?;
    let mut problems: Vec<&Problem> = problems.iter().collect();
    problems.sort_by_key(|p| p.line);
    for row in problems.chunk_by(|a, b| a.line == b.line) {
        let mut cells = row[0].cells.clone();
        cells.resize(columns.len(), String::new());
        let mut told: Vec<&str> = Vec::new();
        for one in row {
            if !one.problem.is_empty() && !told.contains(&one.problem.as_str()) {
                told.push(&one.problem);
            }
        }
        let told = told.join(" ");
        let cells = cells
            .iter()
            .enumerate()
            .filter(keep)
            .map(|(_, c)| c.as_str());
        out.write_record(cells.chain([told.as_str()]))
            .map_err(Error::internal)?;
    }
    let bytes = out.into_inner().map_err(Error::internal)?;
    String::from_utf8(bytes).map(Some).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(line: i32, cells: &[&str], problem: &str) -> Problem {
        Problem {
            line,
            name: "x".into(),
            cells: cells.iter().map(|c| (*c).to_owned()).collect(),
            problem: problem.into(),
            came_in: false,
        }
    }

    #[test]
    fn a_report_is_the_table_with_one_column_more() {
        let columns = ["sku".to_owned(), "image".to_owned()];
        let problems = [
            problem(9, &["B", "b, \"c\".jpg"], "Damaged."),
            problem(4, &["A", "a.jpg"], "No price."),
            problem(4, &["A", "a.jpg"], "No finish."),
            problem(5, &["A"], ""),
        ];
        let report = table(&columns, &problems).expect("a report").expect("rows");
        assert_eq!(
            report,
            "sku,image,problem\nA,a.jpg,No price. No finish.\nA,,\nB,\"b, \"\"c\"\".jpg\",Damaged.\n"
        );
        assert_eq!(table(&columns, &[]).expect("nothing"), None);
        let again = ["sku".to_owned(), "Problem".to_owned()];
        let report = table(&again, &problems[1..2])
            .expect("a report")
            .expect("rows");
        assert_eq!(report, "sku,problem\nA,No price.\n");
    }
}
