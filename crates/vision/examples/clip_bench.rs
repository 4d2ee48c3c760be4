//! Times a CLIP model through `ClipEmbedder`; `cargo xtask bench clip` runs it beside other runtimes.
//!
//! `clip_bench FOLDER f32|int8 THREADS RUNS PICTURES SIDE WORDS ANSWER`
//!
//! PICTURES holds square pictures of SIDE pixels as bytes, red green blue; ANSWER becomes JSON with
//! milliseconds and vectors of the first picture, of all pictures at once, and of the words.

use std::{error::Error, fs, future::Future, path::Path, sync::Arc, time::Instant};

use photo::Pixels;
use vision::{
    Embedding,
    clip::{ClipEmbedder, ClipError, Precision, Settings},
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [
        folder,
        precision,
        threads,
        runs,
        pictures,
        side,
        words,
        answer,
    ] = &arguments[..]
    else {
        return Err("FOLDER f32|int8 THREADS RUNS PICTURES SIDE WORDS ANSWER".into());
    };
    let precision = match precision.as_str() {
        "f32" => Precision::F32,
        "int8" => Precision::Int8,
        other => return Err(format!("there is no precision {other}").into()),
    };
    let settings = Settings {
        precision,
        threads: threads.parse()?,
        ..Settings::default()
    };
    let embedder = ClipEmbedder::open(Path::new(folder), settings)?;
    eprintln!("{}", embedder.check().await?);
    let (runs, side): (usize, u32) = (runs.parse()?, side.parse()?);
    let pictures = fs::read(pictures)?
        .chunks_exact((side * side * 3) as usize)
        .map(|bytes| Pixels::new(side, side, bytes.to_vec()).map(Arc::new))
        .collect::<Result<Vec<_>, _>>()?;
    let first = pictures[..1].to_vec();
    let said = serde_json::json!({
        "image": timed(runs, || embedder.pictures(first.clone())).await?,
        "batch": timed(runs, || embedder.pictures(pictures.clone())).await?,
        "text": timed(runs, || async {
            Ok(embedder.words(words).await?.into_iter().collect())
        }).await?,
    });
    fs::write(answer, said.to_string())?;
    Ok(())
}

async fn timed<F>(runs: usize, call: impl Fn() -> F) -> Result<serde_json::Value, ClipError>
where
    F: Future<Output = Result<Vec<Embedding>, ClipError>>,
{
    let vectors = call().await?;
    let mut ms = Vec::with_capacity(runs);
    for _ in 0..runs {
        let start = Instant::now();
        call().await?;
        ms.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(serde_json::json!({ "ms": ms, "vectors": vectors }))
}
