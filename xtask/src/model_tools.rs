//! What running models needs and comparing them with others: ONNX Runtime, Pillow, PyTorch.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use crate::{
    tools::{installed, python, unpack_wheel},
    workspace::{Workspace, run, say},
};

const ONNXRUNTIME: &str = "1.31.1";
const PILLOW: &str = "13.0.0";

/// Gives ONNX Runtime's library.
pub fn onnxruntime(ws: &Workspace) -> Result<PathBuf> {
    let folder = installed(ws, &format!("onnxruntime-{ONNXRUNTIME}"), |folder| {
        say("pip downloads ONNX Runtime into .tools/");
        let unpacked = folder.join("wheel");
        fs::create_dir(&unpacked)?;
        unpack_wheel(ws, "onnxruntime", &unpacked)?;
        let library = library_in(&unpacked.join("onnxruntime/capi"))?;
        let name = library.file_name().context("a library has a name")?;
        fs::rename(&library, folder.join(name))?;
        // Its licence asks to come along.
        for notice in ["LICENSE", "ThirdPartyNotices.txt"] {
            let notice_file = unpacked.join("onnxruntime").join(notice);
            if notice_file.is_file() {
                fs::rename(notice_file, folder.join(notice))?;
            }
        }
        fs::remove_dir_all(&unpacked).context("cannot clear the unpacked wheel")
    })?;
    library_in(&folder)
}

fn library_in(folder: &Path) -> Result<PathBuf> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with("libonnxruntime.so"))
        })
        .with_context(|| format!("there is no ONNX Runtime in {}", folder.display()))
}

/// Gives a Python and the folder of packages with Pillow, for `PYTHONPATH`.
pub fn pillow(ws: &Workspace) -> Result<(PathBuf, PathBuf)> {
    let python = python()?;
    let folder = installed(ws, &format!("pillow-{PILLOW}"), |folder| {
        say("pip installs Pillow into .tools/");
        let requirements = ws.root.join("xtask/tools/pillow/requirements.txt");
        run(
            ws.command(&python)
                .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args(["--require-hashes", "--only-binary=:all:", "--target"])
                .arg(folder)
                .arg("--requirement")
                .arg(requirements),
            "`pip install` of Pillow",
        )
    })?;
    Ok((python, folder))
}

/// Gives the folder of packages that the comparison of CLIP runtimes needs, for `PYTHONPATH`.
/// PyTorch is among them, which is half a gigabyte.
pub fn clip_bench_packages(ws: &Workspace) -> Result<PathBuf> {
    let requirements = ws.root.join("benches/clip/requirements.txt");
    let list = fs::read(&requirements)
        .with_context(|| format!("cannot read {}", requirements.display()))?;
    let version = blake3::hash(&list).to_hex();
    let python = python()?;
    installed(ws, &format!("clip-bench-{}", &version[..12]), |folder| {
        say("pip installs PyTorch, transformers and ONNX Runtime into .tools/ (1 GB)");
        run(
            ws.command(&python)
                .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args(["--only-binary=:all:", "--target"])
                .arg(folder)
                .arg("--requirement")
                .arg(&requirements),
            "`pip install` for the comparison",
        )
    })
}

/// The environment that tests of models read.
pub fn test_environment(ws: &Workspace) -> Result<Vec<(&'static str, String)>> {
    let library = onnxruntime(ws)?;
    let (python, packages) = pillow(ws)?;
    Ok(vec![
        ("ORT_DYLIB_PATH", library.display().to_string()),
        ("VENEER_TEST_PYTHON", python.display().to_string()),
        ("PYTHONPATH", packages.display().to_string()),
    ])
}
