//! `cargo xtask bench`: the server's own measurements, the look descriptor's, the browser's, CLIP's.

use anyhow::{Result, bail};

use crate::{
    build,
    compile::{self, Mode},
    model_tools, postgres, tools,
    workspace::{Workspace, headline, run},
};

/// Runs `look`, `browser`, `clip`, `scale`, or `veneer bench` with the arguments: `import`, `load`, `seed`, or none.
pub fn bench(ws: &Workspace, arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        Some((first, rest)) if first == "look" => look(ws, rest),
        Some((first, rest)) if first == "browser" => browser(ws, rest),
        Some((first, rest)) if first == "clip" => clip(ws, rest),
        Some((first, rest)) if first == "scale" => scale(ws, rest),
        _ => server(ws, arguments),
    }
}

fn server(ws: &Workspace, arguments: &[String]) -> Result<()> {
    let built = build(ws, Mode::Release)?;
    headline("Measuring the server");
    run(
        ws.command(&built.server)
            .arg("bench")
            .args(arguments)
            .envs(tools::leptos_environment(ws)),
        "veneer bench",
    )
}

/// What searches of a large library cost: a native PostgreSQL is started, filled with as many made-up
/// materials as the first argument says (50,000 where there is none), and measured.
fn scale(ws: &Workspace, arguments: &[String]) -> Result<()> {
    let (materials, rest) = match arguments.split_first() {
        Some((first, rest)) if first.parse::<u32>().is_ok() => (first.as_str(), rest),
        _ => ("50000", arguments),
    };
    let built = build(ws, Mode::Release)?;
    let server = postgres::Server::start(ws, postgres::LARGE)?;
    let data = tempfile::tempdir()?;
    let veneer = |what: &[&str]| {
        let mut command = ws.command(&built.server);
        command
            .arg("bench")
            .args(what)
            .arg("--data")
            .arg(data.path())
            .env("DATABASE_URL", &server.url);
        command
    };
    headline("Filling a library with made-up materials");
    run(
        &mut veneer(&["seed", "--materials", materials]),
        "veneer bench seed",
    )?;
    headline("Measuring it");
    run(veneer(&["scale"]).args(rest), "veneer bench scale")
}

/// How well the built-in look descriptor finds labelled photos again.
fn look(ws: &Workspace, arguments: &[String]) -> Result<()> {
    compile::check_toolchain(ws)?;
    headline("Measuring the look descriptor");
    let shared = std::env::var_os("VENEER_SHARED")
        .map_or_else(|| ws.root.join("../shared"), std::path::PathBuf::from);
    let materials = shared.join("materials");
    if !materials.is_dir() {
        bail!(
            "The labelled photos are not there: {} (set VENEER_SHARED to the folder that holds `materials`).",
            materials.display()
        );
    }
    run(
        ws.cargo()
            .args(["run", "--release", "--package", "photo"])
            .args(["--features", "decode", "--example", "look_eval", "--"])
            .arg(materials)
            .args(arguments),
        "the look descriptor's measurement",
    )
}

/// How fast a full-size CLIP model with random weights runs here, in PyTorch and in ONNX Runtime.
fn clip(ws: &Workspace, arguments: &[String]) -> Result<()> {
    compile::check_toolchain(ws)?;
    let library = model_tools::onnxruntime(ws)?;
    let (program, packages) = model_tools::clip_bench_python(ws)?;
    headline("Compiling Veneer's part");
    run(
        ws.cargo()
            // Of the whole workspace: with `--package` its dependencies would be compiled anew, with other features.
            .args(["build", "--release", "--example", "clip_bench"]),
        "compiling the example",
    )?;
    let python = || {
        let mut python = ws.command(&program);
        python.env("ORT_DYLIB_PATH", &library);
        if let Some(packages) = &packages {
            python.env("PYTHONPATH", packages);
        }
        python
    };
    let scripts = ws.root.join("benches/clip");
    let model = ws.target.join("clip-bench/random-ViT-B-32");
    headline("Making a CLIP ViT-B/32 with random weights");
    run(
        python().arg(scripts.join("make_model.py")).arg(&model).arg(
            ws.root
                .join("crates/vision/tests/fixtures/tokenizers/clip.json"),
        ),
        "making the model",
    )?;
    headline("Measuring CLIP");
    run(
        python()
            .arg(scripts.join("compare.py"))
            .arg(&model)
            .arg(ws.target.join("release/examples/clip_bench"))
            .args(arguments),
        "the comparison",
    )
}

/// How the browser shrinks photos, beside two well-known packages.
fn browser(ws: &Workspace, arguments: &[String]) -> Result<()> {
    let script = ws.root.join("end2end/bench/run.mjs");
    if !script.is_file() {
        bail!("There is no browser measurement: {}", script.display());
    }
    let chromium = tools::chromium(ws)?;
    tools::end2end_packages(ws)?;
    let built = build(ws, Mode::Release)?;
    headline("Measuring the browser");
    run(
        ws.command("node")
            .arg(script)
            .args(arguments)
            .current_dir(ws.root.join("end2end"))
            .envs(tools::leptos_environment(ws))
            .env("CHROMIUM", chromium)
            .env("VENEER_BIN", built.server),
        "the browser's measurement",
    )
}
