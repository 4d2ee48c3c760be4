//! From rustc's WebAssembly to the glue and the small module that a browser loads.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{
    compile::Mode,
    tools::{self, WasmOpt},
    workspace::{Workspace, run, say},
};

/// What rustc 1.95 may use on this target without being asked.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

const OPTIMISE: [&str; 4] = [
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Counts up when this file makes something else out of the same input.
const RECIPE: u32 = 2;

/// One module of the browser's part, ready to be given names.
pub struct Bundle {
    /// What its files are called.
    pub name: &'static str,
    /// JavaScript glue.
    pub js: String,
    /// The module; the glue calls it `NAME_bg.wasm`.
    pub wasm: Vec<u8>,
    /// JavaScript that crates bring along, by path under `snippets/`.
    pub snippets: BTreeMap<String, Vec<u8>>,
}

/// Runs wasm-bindgen and wasm-opt on what rustc made of every module.
pub fn bundles(
    ws: &Workspace,
    modules: &[(&'static str, PathBuf)],
    mode: Mode,
) -> Result<Vec<Bundle>> {
    let optimiser = match mode {
        Mode::Debug => None,
        Mode::Release => {
            let found = tools::wasm_opt(ws)?;
            if found.is_none() {
                say(
                    "There is neither wasm-opt nor Node.js with npm here: the WebAssembly stays about a tenth larger. Everything works.",
                );
            }
            found
        }
    };
    modules
        .iter()
        .map(|(name, input)| bundle(ws, name, input, mode, optimiser.as_ref()))
        .collect()
}

/// One of them, or what was made of the same input before.
fn bundle(
    ws: &Workspace,
    name: &'static str,
    input: &Path,
    mode: Mode,
    optimiser: Option<&WasmOpt>,
) -> Result<Bundle> {
    let wasm = fs::read(input).with_context(|| format!("cannot read {}", input.display()))?;
    let parts = ws.target.join("site-parts").join(mode.folder());
    let folder = parts.join(name);
    let (glue, module) = (
        folder.join(format!("{name}.js")),
        folder.join(format!("{name}_bg.wasm")),
    );
    let key = key(&wasm, optimiser);
    let stamp = folder.join("key");
    if !fs::read_to_string(&stamp).is_ok_and(|have| have == key) {
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        bind(input, name, mode, &folder)?;
        fs::write(&glue, compact(&fs::read_to_string(&glue)?))?;
        if let Some(optimiser) = optimiser {
            optimise(ws, optimiser, &module)?;
        }
        fs::write(&stamp, key)?;
    }
    Ok(Bundle {
        name,
        js: fs::read_to_string(glue)?,
        wasm: fs::read(module)?,
        snippets: files_under(&folder.join("snippets"))?,
    })
}

fn key(wasm: &[u8], optimiser: Option<&WasmOpt>) -> String {
    let version = optimiser.map_or("none", |o| o.version.as_str());
    format!(
        "{RECIPE} {} wasm-opt {version} {}",
        blake3::hash(wasm).to_hex(),
        OPTIMISE.join(" ")
    )
}

fn bind(input: &Path, name: &str, mode: Mode, folder: &Path) -> Result<()> {
    say(&format!("wasm-bindgen writes {name}.js"));
    Bindgen::new()
        .input_path(input)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .debug(mode == Mode::Debug)
        .keep_debug(false)
        .remove_name_section(mode == Mode::Release)
        .remove_producers_section(true)
        .omit_default_module_path(false)
        .generate(folder)
        .context("wasm-bindgen cannot read the compiled module")
}

/// Drops documentation comments, indentation and empty lines from generated glue.
fn compact(js: &str) -> String {
    // Within a template literal that spans lines, spaces mean something.
    if js.lines().any(|l| l.matches('`').count() % 2 == 1) {
        return js.to_owned();
    }
    let mut compact = String::with_capacity(js.len());
    let mut in_comment = false;
    for line in js.lines().map(str::trim) {
        in_comment |= line.starts_with("/**");
        if !in_comment && !line.is_empty() {
            compact.push_str(line);
            compact.push('\n');
        }
        in_comment &= !line.ends_with("*/");
    }
    compact
}

fn optimise(ws: &Workspace, tool: &WasmOpt, module: &Path) -> Result<()> {
    let before = fs::metadata(module)?.len();
    say(&format!(
        "wasm-opt ({}) makes the module smaller",
        tool.version
    ));
    let smaller = module.with_extension("small");
    let (program, first) = tool
        .program
        .split_first()
        .context("wasm-opt has no program")?;
    let mut command: Command = ws.command(program);
    command
        .args(first)
        .args(OPTIMISE)
        .args(FEATURES)
        .arg(module)
        .arg("-o")
        .arg(&smaller);
    run(&mut command, "wasm-opt")?;
    fs::rename(&smaller, module)?;
    let after = fs::metadata(module)?.len();
    say(&format!("wasm-opt: {before} bytes became {after}"));
    Ok(())
}

/// Reads all files below `folder` by their path in it; nothing when the folder is not there.
pub fn files_under(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut waiting: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        if !next.is_dir() {
            continue;
        }
        let entries =
            fs::read_dir(&next).with_context(|| format!("cannot read {}", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder)?.to_string_lossy().into_owned();
                let content =
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                found.insert(name, content);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::compact;

    #[test]
    fn glue_loses_its_comments_and_keeps_its_code() {
        let glue = "/**\n * @param {string} a\n */\nexport function f(a) {\n\n    return `x ${a}`; // why\n}\n/** one line */\nf('/**');\n";
        assert_eq!(
            compact(glue),
            "export function f(a) {\nreturn `x ${a}`; // why\n}\nf('/**');\n"
        );
        let spanning = "  x = `a\n   b`;\n";
        assert_eq!(compact(spanning), spanning);
    }
}
