//! `veneer eval`: how well a library is searched, in numbers that anyone can repeat.
//!
//! A part of every material is held back: the second half of its pictures, or a whole view. What is left goes into a
//! library of its own in a temporary folder, and what was held back is photographed and searched for there. So no
//! question has its own pixels among the answers, and the library that is evaluated is only read.

mod ask;
mod hold;
mod show;
mod strangers;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use catalog::ImageStoreSettings;
use clap::{Args, Subcommand};
use eval::{FORMAT, Library, Plan, Report};
use material::View;
use search::{ImportRequest, Veneer};
use vision::provider::ProviderSettings;

use crate::{bench::machine, config::LibrarySettings, models, progress};

/// Arguments of `veneer eval`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    /// What else to do
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Evaluate the photos of this folder instead of the library: a folder per category inside, or as --csv says
    #[arg(long)]
    pub folder: Option<PathBuf>,

    /// A table with a row per picture of the folder, as `veneer import` takes it
    #[arg(long, requires = "folder")]
    pub csv: Option<PathBuf>,

    /// The same seed asks the same questions
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// Questions of each kind
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub queries: u32,

    /// Materials that take part; of a larger library, pages of it at random
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(5..=100_000))]
    pub materials: u32,

    /// Weights and fusion to try, as an address has them: w_visual=80&fusion=ranks
    #[arg(long, default_value = "", value_parser = view)]
    pub view: String,

    /// The model to look with (default: the one in use)
    #[arg(long, env = "VENEER_MODEL")]
    pub model: Option<String>,

    /// A folder of pictures that show nothing the library has, beside those that are drawn: is that said of them?
    #[arg(long, value_name = "FOLDER")]
    pub strangers: Option<PathBuf>,

    /// Write the report, every question included, to this file
    #[arg(long)]
    pub json: Option<PathBuf>,

    /// Write the report as a page to this file
    #[arg(long)]
    pub html: Option<PathBuf>,

    /// Where the library lives; an empty one is filled with the demo library first
    #[command(flatten)]
    pub library: LibrarySettings,
}

/// What else there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether the second of two reports is a real gain over the first
    Compare {
        /// The report before
        before: PathBuf,
        /// The report after
        after: PathBuf,
        /// Compare one leg alone (default: all legs together)
        #[arg(long)]
        leg: Option<String>,
    },
}

/// A query string that a view reads, of weights and ways to fuse alone.
fn view(value: &str) -> Result<String, String> {
    View::parse(value).map_err(|e| e.to_string())?;
    let can_be_tried = |pair: &str| {
        ["w_", "fusion=", "diverse="]
            .iter()
            .any(|key| pair.starts_with(key))
    };
    let mut pairs = value.split('&').filter(|pair| !pair.is_empty());
    if pairs.all(can_be_tried) {
        Ok(value.to_owned())
    } else {
        Err("weights (w_…=0 to 100), fusion and diverse are what can be tried".to_owned())
    }
}

/// Evaluates or compares, and prints what came of it.
///
/// # Errors
/// A sentence when a library does not open, a file cannot be read or written, or there is nothing to evaluate.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if let Some(Command::Compare { before, after, leg }) = &arguments.command {
        let (before, after) = (Report::read(before)?, Report::read(after)?);
        print!(
            "{}",
            eval::told(&eval::compare(&before, &after, leg.as_deref())?)
        );
        return Ok(());
    }
    // Before minutes of work: can the answer be written at all?
    for file in [&arguments.json, &arguments.html].into_iter().flatten() {
        writable(file)?;
    }
    let given = arguments.strangers.as_deref();
    if let Some(folder) = given.filter(|folder| !folder.is_dir()) {
        bail!("{} is no folder of pictures", folder.display());
    }
    let (report, worst) = evaluate(&arguments).await?;
    print!("{}", eval::table(&report));
    if let Some(file) = &arguments.json {
        report.write(file)?;
    }
    if let Some(file) = &arguments.html {
        std::fs::write(file, eval::page(&report, &worst))
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

fn writable(file: &Path) -> anyhow::Result<()> {
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
    if file.is_dir() || folder.is_some_and(|f| !f.is_dir()) {
        bail!(
            "{} cannot be written: there is no such folder, or it is one",
            file.display()
        );
    }
    Ok(())
}

/// Asks and measures everything.
///
/// # Errors
/// As [`run`].
pub async fn evaluate(arguments: &Arguments) -> anyhow::Result<(Report, Vec<eval::Worst>)> {
    let folder = tempfile::tempdir().context("there is no room for a temporary folder")?;
    let own = || quiet(&arguments.library);
    let source = match &arguments.folder {
        Some(_) => Veneer::open(alone(own()?, &folder.path().join("imported"))).await?,
        None => Veneer::open(own()?).await?,
    };
    let searched = Veneer::open(alone(own()?, &folder.path().join("searched"))).await;
    let searched = match searched {
        Ok(searched) => searched,
        Err(error) => {
            source.close().await;
            return Err(error.into());
        }
    };
    let done = both(arguments, &source, &searched).await;
    searched.close().await;
    source.close().await;
    done
}

/// Settings of the library without what costs money or answers from memory.
fn quiet(library: &LibrarySettings) -> anyhow::Result<search::Settings> {
    Ok(search::Settings {
        providers: ProviderSettings::default(),
        captions: None,
        cached_answers: 0,
        ..library.for_search()?
    })
}

/// The same, in a folder of its own on the built-in engine. Models stay where they are.
fn alone(settings: search::Settings, data: &Path) -> search::Settings {
    search::Settings {
        catalog: catalog::Settings {
            database_url: None,
            data: data.to_owned(),
            images: ImageStoreSettings::Local,
            ..settings.catalog
        },
        ..settings
    }
}

async fn both(
    arguments: &Arguments,
    source: &Veneer,
    searched: &Veneer,
) -> anyhow::Result<(Report, Vec<eval::Worst>)> {
    let name = fill(arguments, source).await?;
    let found = hold::specimens(source, arguments.materials as usize, arguments.seed).await?;
    let specimens: Vec<eval::Specimen> = found.iter().map(|f| f.specimen.clone()).collect();
    let plan = Plan::draw(&specimens, arguments.seed, arguments.queries as usize)?;
    eprintln!("Holding back a part of {} materials", specimens.len());
    let photos =
        progress::with_bar(|bar| hold::back(source, searched, &found, &plan, arguments.seed, bar))
            .await?;
    let model = arguments
        .model
        .clone()
        .unwrap_or_else(|| source.model_in_use());
    if searched.model_in_use() != model {
        eprintln!("Looking with {model}");
        progress::with_bar(|bar| searched.use_model(&model, bar)).await?;
    }
    eprintln!("Asking {} questions", plan.questions.len());
    let view = View::parse(&arguments.view)?;
    let asked =
        progress::with_bar(|bar| ask::everything(searched, &specimens, &plan, &photos, &view, bar))
            .await?;
    eprintln!("Asking with pictures that have no answer");
    let strangers = progress::with_bar(|bar| strangers::everyone(searched, arguments, bar)).await?;
    let index = ask::index(arguments, &plan, &photos).await?;
    let worst = show::worst(source, searched, &found, &plan, &photos, &asked).await?;
    let pictures = searched.counts().await?.swatches;
    let report = Report {
        format: FORMAT.to_owned(),
        seed: arguments.seed,
        each: arguments.queries,
        library: Library {
            name,
            materials: specimens.len() as u32,
            pictures,
            digest: eval::digest(&specimens),
        },
        model,
        view: arguments.view.clone(),
        legs: asked.legs,
        outcomes: asked.outcomes,
        strangers,
        filters: asked.filters,
        index: Some(index),
        engine: searched.engine(),
        machine: machine(),
        stages: asked.stages,
    };
    Ok((report, worst))
}

/// Sees to it that there is something to evaluate; says what it is.
async fn fill(arguments: &Arguments, source: &Veneer) -> anyhow::Result<String> {
    if let Some(folder) = &arguments.folder {
        let request = ImportRequest {
            folder: folder.clone(),
            csv: arguments.csv.clone(),
            analyse: None,
        };
        eprintln!("Reading {}", folder.display());
        let report = progress::with_bar(|bar| source.import(request, bar)).await?;
        if !report.skipped.is_empty() {
            eprintln!(
                "{} files were skipped; `veneer import` says which and why.",
                report.skipped.len()
            );
        }
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned());
        return Ok(format!(
            "The folder {}",
            name.unwrap_or_else(|| folder.display().to_string())
        ));
    }
    models::renew(source).await?;
    if source.wants_demo().await? {
        eprintln!("Rendering the demo library");
        progress::with_bar(|bar| source.fill_demo(bar)).await?;
    }
    let demo = source.has_demo().await?;
    Ok(if demo {
        "The demo library"
    } else {
        "The library"
    }
    .to_owned())
}

#[cfg(test)]
mod tests {
    use super::view;

    #[test]
    fn weights_and_fusion_can_be_tried_and_nothing_else() {
        assert_eq!(view("").as_deref(), Ok(""));
        assert_eq!(view("fusion=ranks").as_deref(), Ok("fusion=ranks"));
        for bad in [
            "q=oak",
            "page=2",
            "finish=matt",
            "fusion=magic",
            "w_words=900",
        ] {
            assert!(view(bad).is_err(), "{bad}");
        }
    }
}
