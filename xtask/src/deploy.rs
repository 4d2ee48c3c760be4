//! Checks `deploy/`: Kubernetes' own schemas for its manifests, and a linter for every YAML file.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{
    tools::{installed, python},
    workspace::{Workspace, run, say},
};

/// Of Kubernetes' schemas; any version that is still served knows what we use.
const KUBERNETES: &str = "1.33";
const LINTERS: &str = "1";

/// Validates and lints.
pub fn check(ws: &Workspace) -> Result<()> {
    let python = python()?;
    let packages = linters(ws, &python)?;
    let module = |name: &str| {
        let mut command = ws.command(&python);
        command.env("PYTHONPATH", &packages).args(["-m", name]);
        command
    };
    run(
        module("yamllint")
            .args(["--strict", "--config-file"])
            .arg(ws.root.join("xtask/tools/deploy/yamllint.yaml"))
            .arg(ws.root.join("deploy")),
        "yamllint",
    )?;
    run(
        module("kubernetes_validate")
            .args(["--strict", "--kubernetes-version", KUBERNETES])
            .arg(ws.root.join("deploy/kubernetes/veneer.yaml")),
        "kubernetes-validate",
    )
}

fn linters(ws: &Workspace, python: &Path) -> Result<PathBuf> {
    installed(ws, &format!("deploy-linters-{LINTERS}"), |folder| {
        say("pip installs yamllint and kubernetes-validate into .tools/");
        run(
            ws.command(python)
                .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args(["--require-hashes", "--only-binary=:all:", "--target"])
                .arg(folder)
                .arg("--requirement")
                .arg(ws.root.join("xtask/tools/deploy/requirements.txt")),
            "`pip install` of the linters",
        )
    })
}
