//! Bringing one's own photos in: a folder per category, or a table with a row per picture.

use std::{
    collections::{BTreeMap, HashSet},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use material::{Category, NewMaterial};
use photo::Limits;
use vision::Depth;

use crate::{
    Analysed, Error, Progress, Step, Veneer,
    analyse::Analyst,
    ask::blocking,
    ingest::{Arrival, ArrivedPicture, Ingested},
    table,
};

/// What to bring in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// The folder of the pictures.
    pub folder: PathBuf,
    /// A table whose rows name pictures in that folder. Without one, each folder in it is a category.
    pub csv: Option<PathBuf>,
    /// How much vision models are asked about materials that lack properties; without it nobody is asked.
    pub analyse: Option<Depth>,
}

/// Why an import does not start, or stops.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The folder or the table cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// The table has no column for the pictures.
    #[error("The table has no column that names the pictures. Call one “image” or “file”.")]
    NoImageColumn,
    /// More than one import takes.
    #[error("That is more than one import takes: {0} pictures. Split it.")]
    TooMany(usize),
    /// Pictures are to be described, and nobody is configured who could.
    #[error(
        "Nobody is configured who could describe pictures. Set a provider (--providers, or a key in the environment) or a model for captions (--captions)."
    )]
    NobodyToAsk,
    /// The library stopped answering.
    #[error(transparent)]
    Library(#[from] Error),
}

/// A picture or row that was passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The file, or the row of the table.
    pub name: String,
    /// In a sentence.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Materials that are new.
    pub created: u32,
    /// Materials that changed.
    pub changed: u32,
    /// Materials that were there just so.
    pub unchanged: u32,
    /// What was passed over.
    pub skipped: Vec<Skipped>,
    /// Values that were passed over while their row came in.
    pub remarks: Vec<Skipped>,
    /// What vision models said, where they were asked.
    pub analysed: Option<Analysed>,
}

/// The most pictures of one import.
const MAX_PICTURES: usize = 200_000;
/// How deep folders are followed.
const MAX_DEPTH: usize = 8;
/// Materials a batch. Their decoded pictures are in memory together.
const BATCH: usize = 24;

/// A material with the files of its pictures, before they are read.
struct Planned {
    material: NewMaterial,
    files: Vec<(PathBuf, String)>,
}

impl Veneer {
    /// Imports pictures. Damaged, huge and foreign files are reported by name and passed over; doing
    /// it twice changes nothing.
    ///
    /// # Errors
    /// [`ImportError`] when nothing can be read at all, or the library stops answering.
    pub async fn import(
        &self,
        request: ImportRequest,
        progress: Progress,
    ) -> Result<Report, ImportError> {
        let mut report = Report::default();
        let describers = self.inner.describers.as_ref();
        let analyst = match (request.analyse, describers) {
            (None, _) => None,
            (Some(_), None) => return Err(ImportError::NobodyToAsk),
            (Some(depth), Some(describers)) => Some(Analyst::new(
                describers,
                depth,
                self.inner.deadlines.analysis,
            )),
        };
        let plan = blocking(move || plan(&request)).await??;
        report.skipped = plan.skipped;
        report.remarks = plan.remarks;
        let pictures: usize = plan.materials.iter().map(|p| p.files.len()).sum();
        progress(Step::Total(pictures as u64));
        let limits = Limits {
            // The librarian's own files may be larger than a guest's.
            max_bytes: self.inner.limits.max_bytes.max(100_000_000),
            max_pixels: self.inner.limits.max_pixels.max(120_000_000),
            ..self.inner.limits
        };
        let mut waiting = plan.materials;
        while !waiting.is_empty() {
            let batch: Vec<Planned> = waiting.drain(..waiting.len().min(BATCH)).collect();
            let told = Arc::clone(&progress);
            let (arrivals, skipped) = blocking(move || read_all(batch, &limits, &told)).await?;
            report.skipped.extend(skipped);
            let Ingested {
                created,
                changed,
                unchanged,
            } = self.ingest_asking(arrivals, analyst.as_ref()).await?;
            report.created += created;
            report.changed += changed;
            report.unchanged += unchanged;
        }
        if report.created + report.changed > 0 {
            self.calibrate().await?;
        }
        report.analysed = analyst.map(Analyst::finish);
        Ok(report)
    }
}

#[derive(Default)]
struct Plan {
    materials: Vec<Planned>,
    skipped: Vec<Skipped>,
    remarks: Vec<Skipped>,
}

fn unreadable(path: &Path, reason: impl std::fmt::Display) -> ImportError {
    ImportError::Unreadable {
        path: path.display().to_string(),
        reason: reason.to_string(),
    }
}

fn plan(request: &ImportRequest) -> Result<Plan, ImportError> {
    let plan = match &request.csv {
        Some(csv) => plan_table(&request.folder, csv)?,
        None => plan_folder(&request.folder)?,
    };
    let pictures = plan.materials.iter().map(|p| p.files.len()).sum();
    if pictures > MAX_PICTURES {
        return Err(ImportError::TooMany(pictures));
    }
    Ok(plan)
}

/// A folder per category: each picture is a material, named after its file.
fn plan_folder(folder: &Path) -> Result<Plan, ImportError> {
    let mut files = Vec::new();
    walk(folder, 0, &mut files)?;
    files.sort();
    let mut plan = Plan::default();
    let mut told: HashSet<String> = HashSet::new();
    for file in files {
        let relative = file.strip_prefix(folder).unwrap_or(&file);
        let key = relative.to_string_lossy().replace('\\', "/");
        // The nearest folder that is a category says what it is.
        let kinds: Vec<String> = relative
            .parent()
            .into_iter()
            .flat_map(Path::components)
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .collect();
        let kind = kinds.iter().rev().find(|k| Category::parse(k).is_ok());
        if kind.is_none()
            && let Some(last) = kinds.last()
            && told.insert(last.clone())
        {
            plan.remarks.push(Skipped {
                name: format!("{last}/"),
                reason: format!("The folder “{last}” is no category Veneer knows; its pictures come in without one."),
            });
        }
        let mut row = table::Row::new();
        if let Some(kind) = kind {
            row.insert("category", kind);
        }
        match table::material(&row, &key, &readable(&file)) {
            Ok((material, _)) => plan.materials.push(Planned {
                material,
                files: vec![(file, "face".to_owned())],
            }),
            Err(error) => plan.skipped.push(Skipped {
                name: key,
                reason: error.to_string(),
            }),
        }
    }
    Ok(plan)
}

/// “Wood 006” from `acg_wood006.jpg`: underscores and dashes become spaces.
fn readable(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
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

/// Ordinary files below a folder; hidden ones and links are not followed.
fn walk(folder: &Path, depth: usize, out: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    if depth > MAX_DEPTH {
        return Ok(());
    }
    let entries = std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))?;
    for entry in entries {
        let entry = entry.map_err(|e| unreadable(folder, e))?;
        let kind = entry
            .file_type()
            .map_err(|e| unreadable(&entry.path(), e))?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if kind.is_dir() {
            walk(&entry.path(), depth + 1, out)?;
        } else if kind.is_file() {
            if out.len() >= MAX_PICTURES {
                return Err(ImportError::TooMany(out.len() + 1));
            }
            out.push(entry.path());
        }
    }
    Ok(())
}

/// A row a picture; rows with the same key are pictures of one material.
fn plan_table(folder: &Path, csv: &Path) -> Result<Plan, ImportError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(csv)
        .map_err(|e| unreadable(csv, e))?;
    let columns = table::headers(reader.headers().map_err(|e| unreadable(csv, e))?);
    if !columns.contains(&Some("image")) {
        return Err(ImportError::NoImageColumn);
    }
    let mut plan = Plan::default();
    let mut by_key: BTreeMap<String, usize> = BTreeMap::new();
    for (number, record) in reader.records().enumerate() {
        // The header is line 1.
        let line = format!("row {}", number + 2);
        if number >= MAX_PICTURES {
            return Err(ImportError::TooMany(number + 1));
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                plan.skipped.push(Skipped {
                    name: line,
                    reason: error.to_string(),
                });
                continue;
            }
        };
        let row: table::Row<'_> = columns
            .iter()
            .zip(record.iter())
            .filter_map(|(column, cell)| Some(((*column)?, cell)))
            .collect();
        let image = row.get("image").map_or("", |v| v.trim());
        let Some(file) = inside(folder, image) else {
            plan.skipped.push(Skipped {
                name: line,
                reason: if image.is_empty() {
                    "This row names no picture.".to_owned()
                } else {
                    format!("“{image}” is not a file below the folder.")
                },
            });
            continue;
        };
        let (material, remarks) = match table::material(&row, image, &readable(&file)) {
            Ok(read) => read,
            Err(error) => {
                plan.skipped.push(Skipped {
                    name: line,
                    reason: error.to_string(),
                });
                continue;
            }
        };
        plan.remarks
            .extend(remarks.into_iter().map(|reason| Skipped {
                name: line.clone(),
                reason,
            }));
        let view = row
            .get("view")
            .map(|v| v.trim())
            .filter(|v| !v.is_empty())
            .unwrap_or("face")
            .chars()
            .take(40)
            .collect();
        match by_key.get(material.key.as_str()) {
            Some(&index) => plan.materials[index].files.push((file, view)),
            None => {
                by_key.insert(material.key.to_string(), plan.materials.len());
                plan.materials.push(Planned {
                    material,
                    files: vec![(file, view)],
                });
            }
        }
    }
    Ok(plan)
}

/// A path below the folder; one that leads out of it is none.
fn inside(folder: &Path, relative: &str) -> Option<PathBuf> {
    let path = Path::new(relative);
    let plain = !relative.is_empty()
        && path
            .components()
            .all(|c| matches!(c, Component::Normal(_) | Component::CurDir));
    plain.then(|| folder.join(path))
}

/// Reads and decodes a batch on every core. Materials that are left without a picture are not
/// brought in: a material nobody can see cannot be found.
fn read_all(
    batch: Vec<Planned>,
    limits: &Limits,
    progress: &Progress,
) -> (Vec<Arrival>, Vec<Skipped>) {
    use rayon::prelude::*;
    let read: Vec<(Arrival, Vec<Skipped>)> = batch
        .into_par_iter()
        .map(|planned| {
            let mut skipped = Vec::new();
            let mut pictures = Vec::new();
            for (file, view) in planned.files {
                match read(&file, limits) {
                    Ok((pixels, content)) => pictures.push(ArrivedPicture {
                        pixels: Arc::new(pixels),
                        content,
                        view,
                    }),
                    Err(reason) => skipped.push(Skipped {
                        name: file.display().to_string(),
                        reason,
                    }),
                }
                progress(Step::Done(planned.material.name.to_string()));
            }
            // The same file twice is one picture.
            let mut seen = HashSet::new();
            pictures.retain(|p| seen.insert(p.content));
            (
                Arrival {
                    material: planned.material,
                    pictures,
                },
                skipped,
            )
        })
        .collect();
    let mut arrivals = Vec::new();
    let mut skipped = Vec::new();
    for (arrival, passed_over) in read {
        skipped.extend(passed_over);
        if !arrival.pictures.is_empty() {
            arrivals.push(arrival);
        }
    }
    (arrivals, skipped)
}

fn read(file: &Path, limits: &Limits) -> Result<(photo::Pixels, [u8; 32]), String> {
    let size = std::fs::metadata(file).map_err(|e| e.to_string())?.len();
    if size > limits.max_bytes {
        return Err(format!(
            "This file is {} MB; {} MB is what fits.",
            size / 1_000_000,
            limits.max_bytes / 1_000_000
        ));
    }
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    let pixels = photo::decode(&bytes, limits).map_err(|e| e.to_string())?;
    // Nothing larger is kept, and a batch of camera originals would fill the memory.
    Ok((photo::shrink(&pixels, 1280), photo::content_hash(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_cannot_lead_out_of_the_folder() {
        let folder = Path::new("/library");
        assert_eq!(
            inside(folder, "wood/a.jpg"),
            Some(PathBuf::from("/library/wood/a.jpg"))
        );
        for bad in ["", "../secret.jpg", "/etc/passwd", "wood/../../x"] {
            assert_eq!(inside(folder, bad), None, "{bad}");
        }
    }

    #[test]
    fn file_names_become_names() {
        assert_eq!(readable(Path::new("x/acg_wood-006.jpg")), "Acg wood 006");
        assert_eq!(readable(Path::new("___.jpg")), "Unnamed");
    }
}
