//! The whole library as files that other programs read, and that bring the same library back.

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use catalog::{ImageSize, Stored};
use futures::{StreamExt, TryStreamExt, future::BoxFuture, stream};
use material::{Field, SwatchId, Word};
use serde::Serialize;

use crate::{
    Error, Progress, Step, Veneer,
    ask::blocking,
    import::{EXPORT_FORM, Exported, ExportedMaterial, ExportedPicture},
};

/// Materials that are read in one statement.
pub(crate) const CHUNK: u32 = 500;
/// Pictures written at the same time.
const WRITES: usize = 8;

/// Why an export stops.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be written.
    #[error("{path} cannot be written: {reason}")]
    Unwritable {
        /// Which.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// The library stopped answering.
    #[error(transparent)]
    Library(#[from] Error),
}

/// What an export wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ExportDone {
    /// Materials.
    pub materials: u32,
    /// Pictures.
    pub pictures: u32,
}

impl Veneer {
    /// Writes the library into a folder: `library.json` (everything, for [`Veneer::import`]), `library.csv` (for
    /// spreadsheets: without where values come from and how large the shares of colours are), and the pictures
    /// in `images`.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn export<'a>(
        &'a self,
        folder: &'a Path,
        progress: Progress,
    ) -> BoxFuture<'a, Result<ExportDone, ExportError>> {
        Box::pin(async move {
            let images = folder.join("images");
            std::fs::create_dir_all(&images).map_err(|e| unwritable(&images, e))?;
            progress(Step::Total(u64::from(self.counts().await?.swatches)));
            let mut done = ExportDone::default();
            let mut all = Exported {
                veneer: EXPORT_FORM,
                ..Exported::default()
            };
            let mut after = 0;
            loop {
                let stored = self
                    .inner
                    .catalog
                    .materials_after(after, CHUNK)
                    .await
                    .map_err(Error::from)?;
                let Some(last) = stored.last() else { break };
                after = last.id.0;
                let mut ids: Vec<SwatchId> = Vec::new();
                for one in &stored {
                    ids.extend(one.swatches.iter().map(|s| s.swatch.id.clone()));
                }
                done.pictures += ids.len() as u32;
                let (images, progress) = (&images, &progress);
                let endings: HashMap<SwatchId, &str> = stream::iter(ids)
                    .map(|id| self.write_picture(images, id, progress))
                    .buffer_unordered(WRITES)
                    .try_collect()
                    .await?;
                done.materials += stored.len() as u32;
                let name = |id: &SwatchId| {
                    let ending = endings.get(id).copied().unwrap_or_default();
                    format!("images/{id}.{ending}")
                };
                all.materials
                    .extend(stored.into_iter().map(|one| exported(one, name)));
            }
            let folder = folder.to_owned();
            blocking(move || write_tables(&folder, &all)).await??;
            Ok(done)
        })
    }

    /// The picture and the ending of its file.
    async fn write_picture(
        &self,
        folder: &Path,
        id: SwatchId,
        progress: &Progress,
    ) -> Result<(SwatchId, &'static str), ExportError> {
        let bytes = self.picture(&id, ImageSize::Full).await?;
        let ending = photo::sniff(&bytes).map_or("webp", photo::Format::extension);
        let path = folder.join(format!("{id}.{ending}"));
        let written = tokio::fs::write(&path, bytes).await;
        written.map_err(|e| unwritable(&path, e))?;
        progress(Step::Done(id.as_str().to_owned()));
        Ok((id, ending))
    }
}

fn unwritable(path: &Path, reason: impl std::fmt::Display) -> ExportError {
    ExportError::Unwritable {
        path: path.display().to_string(),
        reason: reason.to_string(),
    }
}

pub(crate) fn exported(stored: Stored, name: impl Fn(&SwatchId) -> String) -> ExportedMaterial {
    ExportedMaterial {
        pictures: stored
            .swatches
            .into_iter()
            .map(|s| ExportedPicture {
                image: name(&s.swatch.id),
                view: s.swatch.view,
                id: s.swatch.id,
            })
            .collect(),
        material: stored.material,
    }
}

fn write_tables(folder: &Path, all: &Exported) -> Result<(), ExportError> {
    let json: PathBuf = folder.join("library.json");
    let text = serde_json::to_vec_pretty(all).map_err(Error::internal)?;
    std::fs::write(&json, text).map_err(|e| unwritable(&json, e))?;
    let csv = folder.join("library.csv");
    write_csv(&csv, all).map_err(|e| unwritable(&csv, e))
}

/// The columns before those of the specs; `import` knows all of them.
const COLUMNS: [&str; 23] = [
    "key",
    "image",
    "view",
    "picture_id",
    "name",
    "maker",
    "description",
    "category",
    "finish",
    "texture",
    "pattern",
    "pattern_scale_mm",
    "colours",
    "application",
    "size",
    "joint_mm",
    "price",
    "currency",
    "price_unit",
    "price_date",
    "fire",
    "slip",
    "address",
];

/// A row a picture; what is known of the material stands in its first.
fn write_csv(path: &Path, all: &Exported) -> Result<(), csv::Error> {
    let specs = all
        .materials
        .iter()
        .flat_map(|m| &m.material.properties.specs)
        .map(|s| s.name.to_string());
    let specs: Vec<String> = specs.collect::<BTreeSet<_>>().into_iter().collect();
    let mut out = csv::Writer::from_path(path)?;
    out.write_record(header(&specs))?;
    for one in &all.materials {
        for row in rows_of(one, &specs) {
            out.write_record(&row)?;
        }
    }
    out.flush()?;
    Ok(())
}

/// The header of the table.
pub(crate) fn header(specs: &[String]) -> impl Iterator<Item = String> {
    let named = specs.iter().map(|s| format!("spec: {s}"));
    COLUMNS.map(str::to_owned).into_iter().chain(named)
}

/// The rows of a material.
pub(crate) fn rows_of(one: &ExportedMaterial, specs: &[String]) -> Vec<Vec<String>> {
    let pictures = one.pictures.iter().enumerate();
    let rows = pictures.map(|(place, picture)| {
        let mut row = vec![
            one.material.key.to_string(),
            picture.image.clone(),
            picture.view.clone(),
            picture.id.as_str().to_owned(),
        ];
        if place == 0 {
            row.extend(known(one, specs));
        }
        row.resize(COLUMNS.len() + specs.len(), String::new());
        row
    });
    rows.collect()
}

/// The cells behind those of the picture.
fn known(one: &ExportedMaterial, specs: &[String]) -> Vec<String> {
    let m = &one.material;
    let p = &m.properties;
    fn word<W: Word>(word: Option<W>) -> String {
        word.map_or_else(String::new, |w| w.as_str().to_owned())
    }
    let number = |n: Option<f32>| n.map_or_else(String::new, |n| n.to_string());
    let size = p.size.map_or_else(String::new, |s| {
        let sides = [Some(s.width_mm), s.length_mm, s.thickness_mm];
        let sides: Vec<String> = sides.into_iter().flatten().map(|n| n.to_string()).collect();
        sides.join(" x ")
    });
    // Colours that were measured are measured again.
    let colours: Vec<String> = match p.sources.contains_key(&Field::Colours) {
        true => p.colours.iter().map(|c| material::hex(c.lab)).collect(),
        false => Vec::new(),
    };
    let applications: Vec<&str> = p.applications.iter().map(|a| a.as_str()).collect();
    let price = p.price.as_ref();
    let mut cells = vec![
        m.name.to_string(),
        m.maker
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        m.description.as_str().to_owned(),
        p.category
            .map_or_else(String::new, |c| c.as_str().to_owned()),
        word(p.finish),
        word(p.texture),
        word(p.pattern),
        number(p.pattern_scale_mm),
        colours.join("; "),
        applications.join("; "),
        size,
        number(p.size.and_then(|s| s.joint_mm)),
        price.map_or_else(String::new, |p| {
            format!("{}.{:02}", p.cents / 100, p.cents % 100)
        }),
        word(price.map(|p| p.currency)),
        word(price.map(|p| p.unit)),
        price.and_then(|p| p.date.clone()).unwrap_or_default(),
        p.fire.map_or_else(String::new, |f| f.to_string()),
        word(p.slip),
        m.slug.as_str().to_owned(),
    ];
    cells.extend(specs.iter().map(|name| {
        let spec = p.specs.iter().find(|s| s.name.as_str() == name);
        spec.map_or_else(String::new, |s| s.value.to_string())
    }));
    cells
}
