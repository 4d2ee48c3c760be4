//! `veneer models`: which models there are, fetching them, trying them, changing to one.

use std::{path::Path, sync::Arc};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use photo::Pixels;
use search::{Switched, Veneer};
use tokio::runtime::Handle;
use vision::{
    Embedding, Models,
    clip::{ClipEmbedder, ClipError},
    models::{Origin, Range, Report, catalogue, compare, installed, prepare_int8, pull},
};

use crate::{audit, config::LibrarySettings, progress};

/// Arguments of `veneer models`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Show known models, those on this machine, and those the library has vectors of
    List(All),
    /// Fetch a published model; cut off, it goes on where it stopped
    Pull(One),
    /// Try the models of this machine, and every vision model behind HTTP, and say what is wrong
    Check(Any),
    /// Make the int8 form of a model, a third of the time at nearly the same vectors, and compare the two
    Quantize(One),
    /// Embed the whole library with a model, then search with it; `veneer-look-2` is the built-in one
    Use(One),
    /// Search with the model that was in use before
    Back(All),
    /// Delete the vectors of a model that is not in use from the library
    Forget(One),
}

#[derive(Debug, Args)]
struct All {
    /// Where the library and the models are
    #[command(flatten)]
    library: LibrarySettings,
}

#[derive(Debug, Args)]
struct One {
    /// For example ViT-B-32__laion2b-s34b-b79k, and with /int8 behind it its int8 form
    name: String,

    /// Where the library and the models are
    #[command(flatten)]
    library: LibrarySettings,
}

#[derive(Debug, Args)]
struct Any {
    /// Only this model
    name: Option<String>,

    /// Where the library and the models are
    #[command(flatten)]
    library: LibrarySettings,
}

/// Does what was asked.
///
/// # Errors
/// A sentence about what is wrong with the model, the hub or the library.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    match &arguments.what {
        What::List(all) => list(&all.library).await,
        What::Pull(one) => fetch(&one.library, &one.name).await,
        What::Check(some) => check(&some.library, some.name.as_deref()).await,
        What::Quantize(one) => quantize(&one.library, &one.name).await,
        What::Forget(one) => forget(&one.library, &one.name).await,
        What::Use(one) => {
            with_library(&one.library, async |veneer| {
                let done = progress::with_bar(|bar| veneer.use_model(&one.name, bar)).await?;
                println!("{}", told(&done));
                audit::note(veneer, "model", &changed(&done)).await;
                Ok(())
            })
            .await
        }
        What::Back(all) => {
            with_library(&all.library, async |veneer| {
                let done = progress::with_bar(|bar| veneer.use_previous_model(bar)).await?;
                println!("{}", told(&done));
                audit::note(veneer, "model", &changed(&done)).await;
                Ok(())
            })
            .await
        }
    }
}

/// Opens the library, and closes it in order whatever came of the work.
async fn with_library(
    library: &LibrarySettings,
    work: impl AsyncFnOnce(&Veneer) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let veneer = Veneer::open(library.for_search()?).await?;
    let done = work(&veneer).await;
    veneer.close().await;
    done
}

/// Looks at the library anew where an earlier version of the built-in descriptor did, and says so.
///
/// # Errors
/// When pictures cannot be read, or the library does not answer.
pub(crate) async fn renew(veneer: &Veneer) -> anyhow::Result<()> {
    if !veneer.is_outdated().await? {
        return Ok(());
    }
    progress::say(format_args!(
        "This version looks at pictures in another way: the library is looked at anew."
    ));
    let new = progress::with_bar(|bar| veneer.renew(bar)).await?;
    progress::say(format_args!("{new} pictures were looked at anew."));
    Ok(())
}

/// For the list of changes.
pub(crate) fn changed(done: &Switched) -> String {
    format!("From {} to {}.", done.from, done.to)
}

pub(crate) fn told(done: &Switched) -> String {
    let agreement = done.agreement.map_or(String::new(), |share| {
        format!(
            " Of the ten nearest materials the two models share {:.1} on average.",
            share * 10.0
        )
    });
    format!(
        "Searches are made with {} now, before with {}. {} swatches were embedded in {:.0} s.{agreement}",
        done.to,
        done.from,
        done.embedded,
        done.took.as_secs_f32()
    )
}

async fn list(library: &LibrarySettings) -> anyhow::Result<()> {
    let models = library.for_search()?.models;
    println!("Known models (`veneer models pull NAME` fetches one):");
    for known in catalogue() {
        println!(
            "  {:<30} {:>4} numbers, {} px, {} MB, {}, finds {:.0} % of captions{}",
            known.name,
            known.dims,
            known.input_px,
            known.size_mb,
            known.licence,
            known.recall,
            if known.recommended {
                " (recommended)"
            } else {
                ""
            }
        );
    }
    println!("\nOn this machine, in {}:", models.folder().display());
    let here = installed(models.folder())?;
    if here.is_empty() {
        println!("  none");
    }
    for model in &here {
        let forms: Vec<&str> = model.precisions.iter().map(|p| p.as_str()).collect();
        if model.is_complete() {
            println!(
                "  {:<30} {}, {} MB",
                model.name,
                forms.join(" and "),
                model.bytes / 1_000_000
            );
        } else {
            println!("  {:<30} lacks {}", model.name, model.missing.join(", "));
        }
    }
    with_library(library, async |veneer| {
        println!("\nIn the library:");
        for model in veneer.model_standings().await? {
            println!(
                "  {:<30} {} of {} swatches{}",
                model.name,
                model.have,
                model.all,
                if model.in_use { ", in use" } else { "" }
            );
        }
        Ok(())
    })
    .await
}

async fn fetch(library: &LibrarySettings, name: &str) -> anyhow::Result<()> {
    let models = library.for_search()?.models;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(
        "{bar:32} {bytes} of {total_bytes} · {bytes_per_sec} · {eta} left · {msg}",
    ) {
        bar.set_style(style);
    }
    let pulled = pull(name, models.folder(), |progress| {
        bar.set_length(progress.all_total);
        bar.set_position(progress.all_done);
        bar.set_message(progress.file.to_owned());
    })
    .await;
    bar.finish_and_clear();
    let pulled = pulled?;
    println!(
        "{} is in {} ({} MB).",
        name,
        pulled.folder.display(),
        pulled.bytes / 1_000_000
    );
    Ok(())
}

async fn check(library: &LibrarySettings, only: Option<&str>) -> anyhow::Result<()> {
    let settings = library.for_search()?;
    let mut wrong = 0;
    let mut asked = 0;
    let mut names: Vec<String> = only.iter().map(ToString::to_string).collect();
    if only.is_none() {
        for model in installed(settings.models.folder())? {
            for form in &model.precisions {
                names.push(match form.as_str() {
                    "int8" => format!("{}/int8", model.name),
                    _ => model.name.clone(),
                });
            }
        }
    }
    for name in &names {
        asked += 1;
        let checked = match settings.models.open_clip(name) {
            Ok(model) => model.check().await.map_err(vision::OpenModelError::from),
            Err(error) => Err(error),
        };
        match checked {
            Ok(report) => println!("{report}."),
            Err(error) => {
                wrong += 1;
                println!("{name} does not work: {error}");
            }
        }
    }
    if only.is_none() {
        with_library(library, async |veneer| {
            for (works, sentence) in veneer.probe_describers().await {
                asked += 1;
                wrong += usize::from(!works);
                println!("{sentence}");
            }
            Ok(())
        })
        .await?;
    }
    if asked == 0 {
        println!("No model is set up: the built-in one does the whole job.");
    }
    if wrong > 0 {
        bail!("{wrong} of {asked} models do not work");
    }
    Ok(())
}

/// Pictures that the two forms of a model are compared on.
const COMPARED: usize = 24;
/// Words that they are compared on.
const SENTENCES: [&str; 8] = [
    "light oak, oiled",
    "dark walnut herringbone floor with brass",
    "polished white marble with grey veins",
    "rough concrete",
    "green velvet",
    "glazed zellige tiles in a warm terracotta for a kitchen wall",
    "brushed stainless steel",
    "hand-knotted wool carpet with a geometric pattern",
];

async fn quantize(library: &LibrarySettings, name: &str) -> anyhow::Result<()> {
    let models = library.for_search()?.models;
    let (folder, _) = models.find(name)?;
    let prepared =
        tokio::task::spawn_blocking(move || prepare_int8(&folder, Range::Full)).await??;
    for tower in &prepared {
        match tower.origin {
            Origin::Present => println!("{} is here already.", tower.path.display()),
            Origin::Made(made) => println!(
                "{}: {} products run in integers, {} MB.",
                tower.path.display(),
                made.products,
                made.bytes / 1_000_000
            ),
        }
    }
    let pictures = tokio::task::spawn_blocking(samples).await??;
    let report = compared(&models, name, pictures, |here, model, picture| {
        let pictures = vec![Arc::clone(picture)];
        Ok(here.block_on(model.pictures(pictures))?.pop())
    })
    .await?;
    println!("Pictures in the int8 form: {report}.");
    if models.open_clip(name)?.folder().has_words() {
        let words = SENTENCES.map(str::to_owned).to_vec();
        let report = compared(&models, name, words, |here, model, words| {
            here.block_on(model.words(words))
        })
        .await?;
        println!("Words in the int8 form: {report}.");
    }
    Ok(())
}

/// How near the int8 form of a model stays to its f32 form on these inputs, and how fast both are.
async fn compared<I: Send + 'static>(
    models: &Models,
    name: &str,
    inputs: Vec<I>,
    embed: fn(&Handle, &ClipEmbedder, &I) -> Result<Option<Embedding>, ClipError>,
) -> anyhow::Result<Report> {
    let (models, name, here) = (models.clone(), name.to_owned(), Handle::current());
    let comparing = move || {
        let (full, int8) = (name.clone(), format!("{name}/int8"));
        compare(Path::new(&full), Path::new(&int8), &inputs, 1, |form| {
            let model = models
                .open_clip(&form.to_string_lossy())
                .map_err(std::io::Error::other)?;
            let here = here.clone();
            Ok::<_, std::io::Error>(move |input: &I| {
                let made = embed(&here, &model, input).map_err(std::io::Error::other)?;
                made.ok_or_else(|| std::io::Error::other("the model returned no vector"))
            })
        })
    };
    Ok(tokio::task::spawn_blocking(comparing).await??)
}

/// Takes a model out of the library that searches do not need.
async fn forget(library: &LibrarySettings, name: &str) -> anyhow::Result<()> {
    with_library(library, async |veneer| {
        let gone = veneer.forget_model(name).await?;
        println!("{name} is forgotten with {gone} vectors. Its files stay where they are.");
        audit::note(veneer, "model", &format!("{name} is forgotten.")).await;
        Ok(())
    })
    .await
}

/// Pictures of different materials, rendered.
fn samples() -> anyhow::Result<Vec<Arc<Pixels>>> {
    search::example_photos(COMPARED, 512, 512)
        .context("the demo library could not be rendered")?
        .iter()
        .map(|photo| Ok(Arc::new(photo::decode(photo, &photo::Limits::default())?)))
        .collect()
}
