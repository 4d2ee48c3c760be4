//! Asking with pictures that show nothing the library has: is that said?

use std::path::{Path, PathBuf};

use anyhow::Context;
use bytes::Bytes;
use eval::{Stranger, StrangerOutcome};
use material::View;
use photo::Limits;
use search::{Progress, Step, Veneer};

use super::{Arguments, ask::with_photo};

/// The most of each sort that are drawn.
const EACH: u32 = 60;
/// The most files of a folder that are asked with.
const FILES: usize = 2_000;

/// Draws some of every sort, reads the folder that was given, and asks with each.
pub async fn everyone(
    searched: &Veneer,
    arguments: &Arguments,
    progress: Progress,
) -> anyhow::Result<Vec<StrangerOutcome>> {
    let files = match &arguments.strangers {
        Some(folder) => pictures(folder)?,
        None => Vec::new(),
    };
    let each = arguments.queries.min(EACH);
    let drawn = Stranger::ALL.len() * each as usize;
    progress(Step::Total((drawn + files.len()) as u64));
    let mut out = Vec::with_capacity(drawn + files.len());
    for sort in Stranger::ALL {
        for number in 0..each {
            let picture = Bytes::from(sort.file(arguments.seed, number)?);
            out.push(StrangerOutcome {
                sort: Some(sort),
                name: number.to_string(),
                far: is_far(searched, picture).await?,
            });
            progress(Step::Done(sort.label().to_owned()));
        }
    }
    for file in files {
        let name = file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let asked = match read(&file) {
            Ok(picture) => is_far(searched, picture).await,
            Err(error) => Err(error),
        };
        match asked {
            Ok(far) => out.push(StrangerOutcome {
                sort: None,
                name: name.clone(),
                far,
            }),
            // One file that is no picture is no reason to lose all other answers.
            Err(error) => eprintln!("{} is passed over: {error}", file.display()),
        }
        progress(Step::Done(name));
    }
    Ok(out)
}

async fn is_far(searched: &Veneer, picture: Bytes) -> anyhow::Result<bool> {
    let id = with_photo(searched, picture).await?;
    let results = searched.results(&id, &View::default()).await?;
    Ok(results.nothing_close.is_some())
}

fn read(file: &Path) -> anyhow::Result<Bytes> {
    let told = || format!("{} cannot be read", file.display());
    let size = std::fs::metadata(file).with_context(told)?.len();
    let most = Limits::default().max_bytes;
    anyhow::ensure!(
        size <= most,
        "{} is larger than {} MB, which is what fits",
        file.display(),
        most / 1_000_000
    );
    Ok(std::fs::read(file).with_context(told)?.into())
}

/// Pictures in a folder and those below it, by name.
fn pictures(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("{} cannot be read", folder.display()))?;
            let (path, kind) = (entry.path(), entry.file_type()?);
            let ending = path.extension().and_then(|e| e.to_str()).unwrap_or("");
            let is_picture = ["jpg", "jpeg", "png", "webp"]
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known));
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && is_picture {
                files.push(path);
            }
        }
    }
    files.sort();
    files.truncate(FILES);
    anyhow::ensure!(
        !files.is_empty(),
        "{} holds no pictures (JPEG, PNG or WebP)",
        folder.display()
    );
    Ok(files)
}
