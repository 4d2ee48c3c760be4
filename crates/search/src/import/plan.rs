//! What an import would do: which file or row is which material.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use catalog::{Catalog, Problem};
use material::{Category, Name, NewMaterial, SwatchId};
use serde::{Deserialize, Serialize};

use super::{
    ImportError, ImportRequest, MAX_PICTURES,
    mapping::{ColumnUse, Mapping, uses},
    sheet::Sheet,
    source::{Source, is_address, is_inside},
    table::{self, Row},
};

/// A picture of an item, before it is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PictureOf {
    /// A name below the folder or in the ZIP, or an address.
    pub from: String,
    /// `face`, `close-up` …
    pub view: String,
    /// The row it stood in, for reports.
    pub line: i32,
    pub cells: Vec<String>,
    /// Its name in the library it was exported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SwatchId>,
}

/// What is to be done with a material.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    /// It comes in as its row says.
    Row { row: Row, fallback: String },
    /// It comes in as an export says.
    Whole(Box<NewMaterial>),
    /// It is there, and changes as its row says.
    Edit { row: Row },
    /// It goes.
    Delete,
}

/// An item of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Work {
    pub what: What,
    pub pictures: Vec<PictureOf>,
    /// The row that says what it is, for reports.
    pub line: i32,
    pub cells: Vec<String>,
}

impl Work {
    /// What is wrong with it, as a report has it.
    pub fn problem(&self, key: &str, problem: String, came_in: bool) -> Problem {
        Problem {
            line: self.line,
            name: key.to_owned(),
            cells: self.cells.clone(),
            problem,
            came_in,
        }
    }
}

/// Everything an import would do.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub items: Vec<(String, Work)>,
    pub problems: Vec<Problem>,
    /// The headers of the report.
    pub columns: Vec<String>,
    pub uses: Vec<ColumnUse>,
}

impl Plan {
    pub fn pictures(&self) -> usize {
        self.items.iter().map(|(_, w)| w.pictures.len()).sum()
    }
}

/// Plans an import. A ZIP that holds one table is read by it.
pub(crate) fn plan(
    request: &ImportRequest,
    told: &Mapping,
    kept: &Mapping,
) -> Result<Plan, ImportError> {
    let source = Source::open(&request.folder)?;
    let table = match &request.csv {
        Some(path) if ends(path, ".json") => Some(Table::Export(
            std::fs::read(path).map_err(|e| super::unreadable(path, e))?,
        )),
        Some(path) => Some(Table::Sheet(Sheet::read(path)?)),
        None => inner_table(&source)?,
    };
    let mut plan = match table {
        Some(Table::Sheet(sheet)) => by_table(sheet, told, kept)?,
        Some(Table::Export(bytes)) => by_export(&bytes)?,
        None if told.is_empty() => by_folder(&source)?,
        None => {
            return Err(ImportError::Mapping(
                "There is no table whose columns could be read.".to_owned(),
            ));
        }
    };
    let pictures = plan.pictures();
    if pictures > MAX_PICTURES || plan.items.len() > MAX_PICTURES {
        return Err(ImportError::TooMany(pictures.max(plan.items.len())));
    }
    plan.problems.sort_by_key(|p| p.line);
    Ok(plan)
}

enum Table {
    Sheet(Sheet),
    Export(Vec<u8>),
}

fn ends(path: &Path, ending: &str) -> bool {
    path.to_string_lossy()
        .to_ascii_lowercase()
        .ends_with(ending)
}

/// The one table a ZIP brings along.
fn inner_table(source: &Source) -> Result<Option<Table>, ImportError> {
    if matches!(source, Source::Folder(_)) {
        return Ok(None);
    }
    let names = source.names()?;
    let tables: Vec<&String> = names
        .iter()
        .filter(|n| [".csv", ".xlsx"].iter().any(|e| ends(Path::new(n), e)))
        .collect();
    let [one] = tables.as_slice() else {
        return Ok(None);
    };
    let bytes = source
        .read(one, 200_000_000)
        .map_err(|e| super::unreadable(Path::new(one), e))?;
    Ok(Some(Table::Sheet(Sheet::of(one, bytes)?)))
}

/// A folder per category: each picture is a material, named after its file.
fn by_folder(source: &Source) -> Result<Plan, ImportError> {
    let mut plan = Plan {
        columns: vec!["image".to_owned()],
        ..Plan::default()
    };
    let mut told: HashSet<String> = HashSet::new();
    for (place, key) in source.names()?.into_iter().enumerate() {
        let line = place as i32 + 2;
        let cells = vec![key.clone()];
        let mut parts: Vec<&str> = key.split('/').collect();
        let file = parts.pop().unwrap_or_default();
        // The nearest folder that is a category says what it is.
        let kind = parts.iter().rev().find(|k| Category::parse(k).is_ok());
        if kind.is_none()
            && let Some(last) = parts.last()
            && told.insert((*last).to_owned())
        {
            plan.problems.push(Problem {
                line,
                name: format!("{last}/"),
                cells: cells.clone(),
                problem: format!("The folder “{last}” is no category Veneer knows; its pictures come in without one."),
                came_in: true,
            });
        }
        let row: Row = kind
            .map(|kind| ("category".to_owned(), (*kind).to_owned()))
            .into_iter()
            .collect();
        let fallback = readable(file);
        match table::material(&row, &key, &fallback) {
            Ok((material, _)) => plan.items.push((
                material.key.to_string(),
                Work {
                    what: What::Row { row, fallback },
                    pictures: vec![PictureOf {
                        from: key,
                        view: "face".to_owned(),
                        line,
                        cells: cells.clone(),
                        id: None,
                    }],
                    line,
                    cells,
                },
            )),
            Err(error) => plan.problems.push(Problem {
                line,
                name: key,
                cells,
                problem: error.to_string(),
                came_in: false,
            }),
        }
    }
    Ok(plan)
}

/// “Wood 006” from `acg_wood006.jpg`: underscores and dashes become spaces.
fn readable(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let words: Vec<&str> = stem
        .split(['_', '-', ' ', '.'])
        .filter(|w| !w.is_empty())
        .collect();
    let text = words.join(" ");
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).take(120).collect(),
        None => "Unnamed".to_owned(),
    }
}

/// A row a picture; rows with the same key are pictures of one material. A row with a key and no picture changes
/// what is there, or takes it away.
fn by_table(sheet: Sheet, told: &Mapping, kept: &Mapping) -> Result<Plan, ImportError> {
    let uses = uses(&sheet, told, kept)?;
    let has = |field: &str| uses.iter().any(|u| u.field.as_deref() == Some(field));
    if !has("image") && !has("key") {
        return Err(ImportError::NoImageColumn);
    }
    let mut plan = Plan {
        columns: sheet.columns,
        ..Plan::default()
    };
    let mut by_key: HashMap<String, usize> = HashMap::new();
    for (line, cells) in sheet.rows {
        let row: Row = uses
            .iter()
            .zip(&cells)
            .filter_map(|(one, cell)| Some((one.field.clone()?, cell.clone())))
            .collect();
        match row_of(&row, line, &cells) {
            Err((name, problem)) => plan.problems.push(Problem {
                line,
                name,
                cells,
                problem,
                came_in: false,
            }),
            Ok((key, work, remarks)) => {
                plan.problems
                    .extend(remarks.into_iter().map(|r| work.problem(&key, r, true)));
                match by_key.get(&key).map(|index| &mut plan.items[*index].1) {
                    None => {
                        by_key.insert(key.clone(), plan.items.len());
                        plan.items.push((key, work));
                    }
                    // Another picture of it.
                    Some(first) if !work.pictures.is_empty() && !first.pictures.is_empty() => {
                        if first.pictures.len() < Catalog::MAX_SWATCHES {
                            first.pictures.extend(work.pictures);
                        } else {
                            let problem = format!(
                                "A material has {} pictures at most.",
                                Catalog::MAX_SWATCHES
                            );
                            plan.problems.push(work.problem(&key, problem, false));
                        }
                    }
                    Some(first) => {
                        let problem =
                            format!("Row {} says something of “{key}” already.", first.line);
                        plan.problems.push(work.problem(&key, problem, false));
                    }
                }
            }
        }
    }
    plan.uses = uses;
    add_siblings(&mut plan);
    Ok(plan)
}

/// Where one of several rows of a material did not come in, the report has all of them: brought in again, it
/// would else take the other pictures away.
fn add_siblings(plan: &mut Plan) {
    let wrong: HashSet<(String, bool)> = plan
        .problems
        .iter()
        .filter(|p| !p.came_in)
        .map(|p| (p.name.clone(), true))
        .collect();
    let told: HashSet<i32> = plan.problems.iter().map(|p| p.line).collect();
    for (key, work) in &plan.items {
        if wrong.contains(&(key.clone(), true)) {
            let others = work.pictures.iter().filter(|p| !told.contains(&p.line));
            plan.problems.extend(others.map(|p| Problem {
                line: p.line,
                name: key.clone(),
                cells: p.cells.clone(),
                problem: String::new(),
                came_in: true,
            }));
        }
    }
}

type Planned = (String, Work, Vec<String>);

/// What a row wants, or its name and what is wrong with it.
fn row_of(row: &Row, line: i32, cells: &[String]) -> Result<Planned, (String, String)> {
    let cell = |field: &str| row.get(field).map(|v| v.trim()).filter(|v| !v.is_empty());
    let (image, key) = (cell("image"), cell("key"));
    let name = key.map_or_else(|| format!("row {line}"), str::to_owned);
    let wrong = |problem: String| (name.clone(), problem);
    let work = |what, pictures| Work {
        what,
        pictures,
        line,
        cells: cells.to_vec(),
    };
    let parsed = |key: &str| Name::parse(key).map_err(|e| wrong(e.to_string()));
    match cell("action").map(str::to_lowercase).as_deref() {
        None | Some("put" | "add" | "update") => {}
        Some("delete" | "remove") => {
            let key = key.ok_or_else(|| {
                wrong("This row is to delete a material and names no key.".to_owned())
            })?;
            return Ok((
                parsed(key)?.to_string(),
                work(What::Delete, Vec::new()),
                Vec::new(),
            ));
        }
        Some(other) => {
            return Err(wrong(format!(
                "“{other}” is nothing that can be done; “delete” is."
            )));
        }
    }
    let Some(image) = image else {
        let key = key.ok_or_else(|| wrong("This row names no picture.".to_owned()))?;
        let (_, remarks) = table::material(row, key, key).map_err(|e| wrong(e.to_string()))?;
        let edit = What::Edit { row: row.clone() };
        return Ok((parsed(key)?.to_string(), work(edit, Vec::new()), remarks));
    };
    if !is_address(image) && !is_inside(image) {
        return Err(wrong(format!("“{image}” is not a file below the folder.")));
    }
    let file = image.rsplit(['/', '\\']).next().unwrap_or(image);
    let fallback = readable(file.split(['?', '#']).next().unwrap_or(file));
    let (material, remarks) =
        table::material(row, image, &fallback).map_err(|e| wrong(e.to_string()))?;
    let view = cell("view").unwrap_or("face").chars().take(40).collect();
    let picture = PictureOf {
        from: image.to_owned(),
        view,
        line,
        cells: cells.to_vec(),
        id: cell("pictureid").and_then(|id| SwatchId::parse(id).ok()),
    };
    let what = What::Row {
        row: row.clone(),
        fallback,
    };
    Ok((material.key.to_string(), work(what, vec![picture]), remarks))
}

/// A library as `veneer export` writes it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Exported {
    /// The form of the file.
    pub veneer: u32,
    pub materials: Vec<ExportedMaterial>,
}

/// The form that is read and written.
pub(crate) const EXPORT_FORM: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExportedMaterial {
    pub material: NewMaterial,
    pub pictures: Vec<ExportedPicture>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ExportedPicture {
    pub image: String,
    pub view: String,
    pub id: SwatchId,
}

fn by_export(bytes: &[u8]) -> Result<Plan, ImportError> {
    let wrong = |e: String| super::unreadable(Path::new("the export"), e);
    let exported: Exported = serde_json::from_slice(bytes).map_err(|e| wrong(e.to_string()))?;
    if exported.veneer != EXPORT_FORM {
        return Err(wrong(
            "it was written by another version of Veneer".to_owned(),
        ));
    }
    let mut plan = Plan {
        columns: vec!["key".to_owned(), "image".to_owned()],
        ..Plan::default()
    };
    let mut keys: BTreeMap<String, i32> = BTreeMap::new();
    for (place, one) in exported.materials.into_iter().enumerate() {
        let line = place as i32 + 2;
        let key = one.material.key.to_string();
        let cells = |image: &str| vec![key.clone(), image.to_owned()];
        let named = |image: &str| is_address(image) || is_inside(image);
        let bad = one.pictures.iter().find(|p| !named(&p.image));
        let problem = if let Some(first) = keys.insert(key.clone(), line) {
            Some(format!("Row {first} says something of “{key}” already."))
        } else if let Some(bad) = bad {
            Some(format!(
                "“{}” is no address and not a file below the folder.",
                bad.image
            ))
        } else if one.pictures.is_empty() || one.pictures.len() > Catalog::MAX_SWATCHES {
            Some(format!(
                "A material has 1 to {} pictures.",
                Catalog::MAX_SWATCHES
            ))
        } else {
            None
        };
        if let Some(problem) = problem {
            plan.problems.push(Problem {
                line,
                name: key.clone(),
                cells: cells(""),
                problem,
                came_in: false,
            });
            continue;
        }
        let pictures = one.pictures.into_iter().map(|p| PictureOf {
            cells: cells(&p.image),
            from: p.image,
            view: p.view.chars().take(40).collect(),
            line,
            id: Some(p.id),
        });
        let work = Work {
            pictures: pictures.collect(),
            what: What::Whole(Box::new(one.material)),
            line,
            cells: cells(""),
        };
        plan.items.push((key, work));
    }
    Ok(plan)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Plan {
        let sheet = Sheet::of("list.csv", text.as_bytes().to_vec()).expect("a table");
        by_table(sheet, &Mapping::new(), &Mapping::new()).expect("a plan")
    }

    #[test]
    fn rows_bring_change_and_take_away() {
        let plan = table(
            "sku,image,price,action\n\
             A,a.jpg,5,\n\
             A,a2.jpg,,\n\
             B,,7,\n\
             C,,,delete\n\
             ,https://x.example/d.jpg?w=1,,\n\
             E,,,explode\n\
             ,,9,\n\
             F,../f.jpg,,\n",
        );
        let whats: Vec<(&str, usize)> = plan
            .items
            .iter()
            .map(|(key, work)| (key.as_str(), work.pictures.len()))
            .collect();
        assert_eq!(
            whats,
            [
                ("A", 2),
                ("B", 0),
                ("C", 0),
                ("https://x.example/d.jpg?w=1", 1)
            ]
        );
        assert!(matches!(plan.items[1].1.what, What::Edit { .. }));
        assert_eq!(plan.items[2].1.what, What::Delete);
        let lines: Vec<i32> = plan.problems.iter().map(|p| p.line).collect();
        assert_eq!(lines, [7, 8, 9]);
        assert_eq!(plan.problems[0].cells, ["E", "", "", "explode"]);
    }

    #[test]
    fn a_report_has_all_rows_of_a_material_of_which_one_is_wrong() {
        let plan = table("sku,image\nA,a.jpg\nA,../b.jpg\nB,b.jpg\n");
        let mut told: Vec<(i32, bool)> = plan
            .problems
            .iter()
            .map(|p| (p.line, p.problem.is_empty()))
            .collect();
        told.sort_unstable();
        assert_eq!(told, [(2, true), (3, false)]);
    }

    #[test]
    fn names_are_made_readable() {
        assert_eq!(readable("acg_wood-006.jpg"), "Acg wood 006");
        assert_eq!(readable("___.png"), "Unnamed");
        assert_eq!(readable(&"x".repeat(500)).len(), 120);
    }

    #[test]
    fn works_read_back() {
        let plan = table("sku,image,spec: PEI\nA,a.jpg,4\nB,,5\nC,,\n");
        for (_, work) in plan.items {
            let json = serde_json::to_value(&work).expect("JSON");
            assert_eq!(serde_json::from_value::<Work>(json).expect("work"), work);
        }
    }
}
