//! A librarian's table as rows of text: CSV in whichever dialect, or the first sheet of an XLSX.

use std::{io::Cursor, path::Path};

use calamine::{DataRef, DataType, Reader, Xlsx};

use super::{ImportError, MAX_PICTURES, source::is_plausible, unreadable};

/// The largest table, in bytes as it lies there, and as an XLSX unpacks.
const MAX_BYTES: u64 = 200_000_000;
const MAX_UNPACKED: u64 = 1_000_000_000;
/// The most columns; what stands to the right of them is no part of a table.
const MAX_COLUMNS: usize = 256;
/// The longest cell, in characters.
const MAX_CELL: usize = 10_000;

/// The Julian day from which spreadsheets count.
const DAY_ZERO: i32 = 2_415_019;

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sheet {
    /// The headers as they stand there.
    pub columns: Vec<String>,
    /// The rows with their numbers; the header is row 1. Every row has a cell for every column.
    pub rows: Vec<(i32, Vec<String>)>,
}

impl Sheet {
    /// Reads a table by the ending of its name.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let size = std::fs::metadata(path).map_err(|e| unreadable(path, e))?;
        if size.len() > MAX_BYTES {
            return Err(unreadable(path, "it is larger than 200 MB"));
        }
        let bytes = std::fs::read(path).map_err(|e| unreadable(path, e))?;
        Self::of(&path.display().to_string(), bytes)
    }

    /// The same of bytes with a name.
    pub fn of(name: &str, bytes: Vec<u8>) -> Result<Self, ImportError> {
        let read = if name.to_ascii_lowercase().ends_with(".xlsx") {
            xlsx(bytes)
        } else {
            csv(&bytes)
        };
        let rows = read.map_err(|e| unreadable(Path::new(name), e))?;
        if rows.len() > MAX_PICTURES {
            return Err(ImportError::TooMany(rows.len()));
        }
        Ok(Self::from_rows(rows))
    }

    fn from_rows(rows: Vec<(i32, Vec<String>)>) -> Self {
        let mut rows = rows.into_iter();
        let Some((_, header)) = rows.next() else {
            return Self::default();
        };
        let columns: Vec<String> = header
            .into_iter()
            .map(|h| h.trim().trim_start_matches('\u{feff}').to_owned())
            .collect();
        let rows = rows
            .filter(|(_, cells)| cells.iter().any(|c| !c.trim().is_empty()))
            .map(|(line, mut cells)| {
                cells.resize(columns.len(), String::new());
                (line, cells)
            })
            .collect();
        Self { columns, rows }
    }
}

/// UTF-8, or else what Western spreadsheets write by default.
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

/// What stands most often in the header stands between cells.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |d: u8| header.bytes().filter(|b| *b == d).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|d| count(*d))
        .unwrap_or(b',')
}

fn csv(bytes: &[u8]) -> Result<Vec<(i32, Vec<String>)>, String> {
    let text = text(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (number, record) in reader.records().take(MAX_PICTURES + 2).enumerate() {
        let record = record.map_err(|e| e.to_string())?;
        let cells = record.iter().take(MAX_COLUMNS).map(cell).collect();
        rows.push((number as i32 + 1, cells));
    }
    Ok(rows)
}

fn cell(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(MAX_CELL).collect()
}

/// Cell by cell: a sheet whose last cell is far away would fill the memory as a whole.
fn xlsx(bytes: Vec<u8>) -> Result<Vec<(i32, Vec<String>)>, String> {
    let size = bytes.len() as u64;
    let mut packed = zip::ZipArchive::new(Cursor::new(&bytes)).map_err(|e| e.to_string())?;
    if !is_plausible(&mut packed, size, MAX_UNPACKED) {
        return Err("it unpacks to more than fits".to_owned());
    }
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|e: calamine::XlsxError| e.to_string())?;
    let sheets = book.sheet_names();
    let first = sheets.first().ok_or("it has no sheet")?;
    let mut cells = book
        .worksheet_cells_reader(first)
        .map_err(|e| e.to_string())?;
    let mut rows: Vec<(i32, Vec<String>)> = Vec::new();
    while let Some(found) = cells.next_cell().map_err(|e| e.to_string())? {
        let (row, column) = found.get_position();
        let text = shown(found.get_value());
        if column as usize >= MAX_COLUMNS || text.is_empty() {
            continue;
        }
        let line = row as i32 + 1;
        if rows.last().is_none_or(|(last, _)| *last != line) {
            if rows.len() > MAX_PICTURES {
                break;
            }
            rows.push((line, Vec::new()));
        }
        if let Some((_, cells)) = rows.last_mut() {
            cells.resize(cells.len().max(column as usize + 1), String::new());
            cells[column as usize] = text;
        }
    }
    Ok(rows)
}

/// A cell as a person reads it: whole numbers without a point, days without their hours.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::DateTime(when) => {
            let day = time::Date::from_julian_day(DAY_ZERO + when.as_f64() as i32);
            day.map_or_else(|_| String::new(), |day| day.to_string())
        }
        DataRef::Error(_) => String::new(),
        other => cell(&other.as_string().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn of(text: &str) -> Sheet {
        Sheet::of("list.csv", text.as_bytes().to_vec()).expect("a table")
    }

    #[test]
    fn tables_of_every_dialect_read_alike() {
        let wanted = Sheet {
            columns: vec!["Bild".into(), "Preis".into()],
            rows: vec![(2, vec!["a.jpg".into(), "48,50".into()])],
        };
        assert_eq!(of("Bild,Preis\na.jpg,\"48,50\"\n"), wanted);
        assert_eq!(of("\u{feff}Bild;Preis\r\na.jpg;48,50\r\n;\r\n"), wanted);
        assert_eq!(of("Bild\tPreis\na.jpg\t48,50"), wanted);
        let western = Sheet::of("x.csv", b"Gr\xf6\xdfe\n1".to_vec()).expect("a table");
        assert_eq!(western.columns, ["Größe"]);
        assert_eq!(of(""), Sheet::default());
        // Short rows are filled, numbers of rows stay those of the file.
        assert_eq!(
            of("a,b\n\n1\n").rows,
            [(2, vec!["1".into(), String::new()])]
        );
    }

    /// The parts of a workbook that a reader needs.
    fn workbook(sheet: &str) -> Vec<u8> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let parts = [
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{main}\" xmlns:r=\"{rel}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"{rel}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet xmlns=\"{main}\"><sheetData>{sheet}</sheetData></worksheet>"),
            ),
        ];
        for (name, text) in parts {
            out.start_file(name, SimpleFileOptions::default())
                .expect("an entry");
            out.write_all(text.as_bytes()).expect("room");
        }
        out.finish().expect("a ZIP").into_inner()
    }

    #[test]
    fn a_workbook_reads_like_a_table() {
        let text =
            |r: &str, t: &str| format!("<c r=\"{r}\" t=\"inlineStr\"><is><t>{t}</t></is></c>");
        let sheet = format!(
            "<row r=\"1\">{}{}</row><row r=\"3\">{}<c r=\"B3\"><v>48</v></c></row><row r=\"4\"><c r=\"B4\"><v>48.5</v></c></row>",
            text("A1", "Image"),
            text("B1", "Price"),
            text("A3", "a.jpg"),
        );
        let read = Sheet::of("list.XLSX", workbook(&sheet)).expect("a workbook");
        assert_eq!(read.columns, ["Image", "Price"]);
        assert_eq!(
            read.rows,
            [
                (3, vec!["a.jpg".into(), "48".into()]),
                (4, vec![String::new(), "48.5".into()])
            ]
        );
        // A cell at the far end of the sheet costs nothing.
        let far = format!(
            "<row r=\"1\">{}</row><row r=\"1048576\">{}</row>",
            text("A1", "Image"),
            text("XFD1048576", "x")
        );
        assert_eq!(
            Sheet::of("far.xlsx", workbook(&far))
                .expect("a workbook")
                .rows,
            []
        );
        assert!(Sheet::of("no.xlsx", b"PK".to_vec()).is_err());
    }
}
