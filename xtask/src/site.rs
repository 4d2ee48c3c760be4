//! Puts `target/site` together: hashed names, compressed copies, the file that tells the server
//! the hashes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, bail};

use crate::{
    compile::Mode,
    style,
    wasm::{self, Bundle, files_under},
    workspace::{Workspace, say},
};

/// What is worth compressing; images and fonts of the web already are.
const COMPRESSIBLE: [&str; 11] = [
    "css",
    "html",
    "ico",
    "js",
    "json",
    "map",
    "svg",
    "txt",
    "wasm",
    "webmanifest",
    "xml",
];

/// Sizes in bytes of what a browser loads before a module is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// What the files of the module are called.
    pub name: &'static str,
    /// The module, compressed with brotli.
    pub wasm_brotli: usize,
    /// The JavaScript glue and its snippets, not compressed.
    pub glue: usize,
}

/// Writes the site with these modules and returns the sizes that have a budget.
pub fn write(ws: &Workspace, modules: &[(&'static str, PathBuf)], mode: Mode) -> Result<Vec<Size>> {
    let bundles = wasm::bundles(ws, modules, mode)?;
    let css = style::bundle(&ws.root.join("style/main.css"))?;
    let site = ws.target.join("site");
    let plan = plan(bundles, css, files_under(&ws.root.join("public"))?)?;

    let fresh = store(&site, &plan.files, mode)?;
    remove_others(&site, &plan.files)?;
    let hashes = ws.target.join(mode.folder()).join("hash.txt");
    if !fs::read_to_string(&hashes).is_ok_and(|have| have == plan.hashes) {
        fs::write(&hashes, &plan.hashes)
            .with_context(|| format!("cannot write {}", hashes.display()))?;
    }
    tell(&site, &plan)?;
    let sizes = modules.iter().map(|(name, _)| size(&site, &plan, name));
    let sizes = sizes.collect::<Result<_>>()?;
    if fresh {
        say("The site is up to date");
    }
    Ok(sizes)
}

/// The module whose hashes stand in `hash.txt` the way leptos reads them.
const MAIN: &str = "veneer";

/// All files of the site by path, and the content of `hash.txt`.
struct Plan {
    files: BTreeMap<String, Vec<u8>>,
    hashes: String,
}

fn plan(bundles: Vec<Bundle>, css: String, public: BTreeMap<String, Vec<u8>>) -> Result<Plan> {
    let mut files = public;
    let mut add = |name: String, content: Vec<u8>| match files.insert(name.clone(), content) {
        Some(_) => bail!("public/{name} stands where the build writes its own file"),
        None => Ok(()),
    };
    let mut hashes = String::new();
    for bundle in bundles {
        let Bundle { name, .. } = bundle;
        let wasm_hash = hash(&bundle.wasm);
        let mut js = bundle.js;
        if !bundle.snippets.is_empty() {
            // Their folder carries their hash: the glue's own hash then changes with them.
            let mut all = Vec::new();
            for (name, content) in &bundle.snippets {
                all.extend_from_slice(name.as_bytes());
                all.extend_from_slice(content);
            }
            let folder = format!("{name}.snippets.{}", hash(&all));
            js = js.replace("./snippets/", &format!("./{folder}/"));
            for (name, content) in bundle.snippets {
                add(format!("pkg/{folder}/{name}"), content)?;
            }
        }
        let module = hashed_name(name, "wasm", &wasm_hash);
        let js = js.replace(&format!("{name}_bg.wasm"), &module);
        let js_hash = hash(js.as_bytes());
        // Leptos looks for its own module; the pages of the others ask for their scripts by name.
        hashes += &match name {
            MAIN => format!("js: {js_hash}\nwasm: {wasm_hash}\n"),
            other => format!("{other}: {js_hash}\n"),
        };
        add(format!("pkg/{module}"), bundle.wasm)?;
        let glue = hashed_name(name, "js", &js_hash);
        add(format!("pkg/{glue}"), js.into_bytes())?;
    }
    let css_hash = hash(css.as_bytes());
    hashes += &format!("css: {css_hash}\n");
    let style = hashed_name(MAIN, "css", &css_hash);
    add(format!("pkg/{style}"), css.into_bytes())?;
    Ok(Plan { files, hashes })
}

/// 64 bits of BLAKE3 in hexadecimal: enough to tell builds apart.
fn hash(content: &[u8]) -> String {
    blake3::hash(content).to_hex()[..16].to_owned()
}

fn hashed_name(name: &str, extension: &str, hash: &str) -> String {
    format!("{name}.{hash}.{extension}")
}

/// Writes what changed, with its compressed copies; true when nothing did.
fn store(site: &Path, files: &BTreeMap<String, Vec<u8>>, mode: Mode) -> Result<bool> {
    let mut changed = Vec::new();
    for (name, content) in files {
        let path = site.join(name);
        let copies_missing = compressible(name) && !with_suffix(&path, "gz").exists();
        if copies_missing || !fs::read(&path).is_ok_and(|have| have == *content) {
            changed.push((path, name, content));
        }
    }
    thread::scope(|scope| {
        let writers: Vec<_> = changed
            .iter()
            .map(|(path, name, content)| scope.spawn(move || store_one(path, name, content, mode)))
            .collect();
        for writer in writers {
            match writer.join() {
                Ok(result) => result?,
                Err(_) => bail!("compressing a file of the site failed"),
            }
        }
        Ok(changed.is_empty())
    })
}

fn store_one(path: &Path, name: &str, content: &[u8], mode: Mode) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))?;
    if compressible(name) {
        fs::write(with_suffix(path, "br"), brotli(content, mode)?)?;
        // Last: its presence says that the copies are complete.
        fs::write(with_suffix(path, "gz"), gzip(content)?)?;
    }
    Ok(())
}

fn compressible(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(suffix);
    name.into()
}

fn brotli(content: &[u8], mode: Mode) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: if mode == Mode::Release { 11 } else { 4 },
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(content)?;
    Ok(packer.finish()?)
}

/// Removes what an earlier build left behind.
fn remove_others(site: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut wanted = BTreeSet::new();
    for name in files.keys() {
        wanted.insert(name.clone());
        if compressible(name) {
            wanted.insert(format!("{name}.br"));
            wanted.insert(format!("{name}.gz"));
        }
    }
    for name in files_under(site)?.into_keys() {
        if !wanted.contains(&name) {
            let path = site.join(&name);
            fs::remove_file(&path)
                .with_context(|| format!("cannot remove the old file {name} of the site"))?;
            // Folders that are empty now go as well; the first that is not ends it.
            path.ancestors()
                .skip(1)
                .take_while(|folder| *folder != site && fs::remove_dir(folder).is_ok())
                .for_each(drop);
        }
    }
    Ok(())
}

fn packed_size(site: &Path, name: &str) -> Result<usize> {
    let packed = fs::metadata(with_suffix(&site.join(name), "br"))?.len();
    Ok(usize::try_from(packed)?)
}

/// Says how large the built files are.
fn tell(site: &Path, plan: &Plan) -> Result<()> {
    for (name, content) in plan
        .files
        .iter()
        .filter(|(name, _)| name.starts_with("pkg/"))
    {
        say(&format!(
            "{name}: {} KB, {} KB with brotli",
            kilobytes(content.len()),
            kilobytes(packed_size(site, name)?)
        ));
    }
    Ok(())
}

fn size(site: &Path, plan: &Plan, module: &'static str) -> Result<Size> {
    let mut size = Size {
        name: module,
        wasm_brotli: 0,
        glue: 0,
    };
    let own = format!("pkg/{module}.");
    for (name, content) in plan.files.iter().filter(|(name, _)| name.starts_with(&own)) {
        if name.ends_with(".wasm") {
            size.wasm_brotli = packed_size(site, name)?;
        } else if name.ends_with(".js") {
            size.glue += content.len();
        }
    }
    Ok(size)
}

/// 1000 bytes each, with one decimal.
pub fn kilobytes(bytes: usize) -> String {
    format!("{}.{}", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use super::{Size, brotli, gzip, hash, kilobytes, plan, remove_others, size, store};
    use crate::{compile::Mode, wasm::Bundle};

    fn bundle(wasm: &[u8], snippet: &str) -> Bundle {
        Bundle {
            name: "veneer",
            js: "import { x } from './snippets/app-1/inline0.js'; fetch('veneer_bg.wasm')".into(),
            wasm: wasm.to_vec(),
            snippets: BTreeMap::from([("app-1/inline0.js".into(), snippet.as_bytes().to_vec())]),
        }
    }

    #[test]
    fn names_carry_hashes_and_the_glue_follows_them() -> anyhow::Result<()> {
        let plan = plan(vec![bundle(b"module", "x")], "a{}".into(), BTreeMap::new())?;
        let wasm = format!("veneer.{}.wasm", hash(b"module"));
        let js = plan
            .files
            .iter()
            .find(|(name, _)| name.starts_with("pkg/veneer.") && name.ends_with(".js"))
            .map(|(_, content)| String::from_utf8_lossy(content).into_owned())
            .unwrap_or_default();
        assert!(js.contains(&wasm), "{js}");
        let snippets = plan
            .files
            .keys()
            .find(|name| name.contains(".snippets."))
            .and_then(|name| name.strip_prefix("pkg/"))
            .unwrap_or_default();
        assert!(js.contains(&format!("./{snippets}")), "{js}");
        assert!(plan.files.contains_key(&format!("pkg/{wasm}")));
        let expected = format!(
            "js: {}\nwasm: {}\ncss: {}\n",
            hash(js.as_bytes()),
            hash(b"module"),
            hash(b"a{}")
        );
        assert_eq!(plan.hashes, expected);
        Ok(())
    }

    #[test]
    fn a_change_of_the_module_or_a_snippet_changes_the_glue_s_name() -> anyhow::Result<()> {
        let name = |wasm: &[u8], snippet: &str| -> anyhow::Result<String> {
            let plan = plan(vec![bundle(wasm, snippet)], String::new(), BTreeMap::new())?;
            Ok(plan.hashes.lines().next().unwrap_or_default().to_owned())
        };
        assert_eq!(name(b"one", "x")?, name(b"one", "x")?);
        assert_ne!(name(b"one", "x")?, name(b"two", "x")?);
        assert_ne!(name(b"one", "x")?, name(b"one", "y")?);
        Ok(())
    }

    #[test]
    fn every_module_has_files_of_its_own() -> anyhow::Result<()> {
        let second = Bundle {
            name: "mixer",
            js: "fetch('mixer_bg.wasm')".into(),
            wasm: b"other".to_vec(),
            snippets: BTreeMap::new(),
        };
        let modules = vec![bundle(b"module", "x"), second];
        let plan = plan(modules, "a{}".into(), BTreeMap::new())?;
        let line = plan.hashes.lines().find_map(|l| l.strip_prefix("mixer: "));
        let glue = format!("pkg/mixer.{}.js", line.unwrap_or_default());
        let js = plan.files.get(&glue).map(Vec::as_slice);
        let js = String::from_utf8_lossy(js.unwrap_or_default());
        assert_eq!(js, format!("fetch('mixer.{}.wasm')", hash(b"other")));

        let site = tempfile::tempdir()?;
        store(site.path(), &plan.files, Mode::Release)?;
        let one = size(site.path(), &plan, "mixer")?;
        assert_eq!(one.glue, js.len());
        assert_eq!(one.wasm_brotli, brotli(b"other", Mode::Release)?.len());
        let main = size(site.path(), &plan, "veneer")?;
        assert!(
            main.glue > "x".len()
                && main
                    != Size {
                        name: "veneer",
                        ..one
                    }
        );
        Ok(())
    }

    #[test]
    fn a_second_time_writes_nothing_and_old_files_go() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let files = BTreeMap::from([
            ("a.css".to_owned(), b"a{}".to_vec()),
            ("icons/b.png".to_owned(), b"png".to_vec()),
        ]);
        assert!(!store(folder.path(), &files, Mode::Debug)?);
        assert!(store(folder.path(), &files, Mode::Debug)?);
        fs::create_dir_all(folder.path().join("pkg/snippets.1"))?;
        fs::write(folder.path().join("pkg/snippets.1/old.js"), "old")?;
        remove_others(folder.path(), &files)?;
        for (name, there) in [
            ("a.css", true),
            ("a.css.br", true),
            ("a.css.gz", true),
            ("icons/b.png", true),
            ("icons/b.png.br", false),
            ("pkg", false),
        ] {
            assert_eq!(folder.path().join(name).exists(), there, "{name}");
        }
        Ok(())
    }

    #[test]
    fn compressed_copies_unpack_to_the_same_bytes() -> anyhow::Result<()> {
        let content = b"veneer ".repeat(500);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &brotli(&content, Mode::Release)?[..], &mut plain)?;
        assert_eq!(plain, content);
        let mut plain = Vec::new();
        std::io::Read::read_to_end(
            &mut flate2::read::GzDecoder::new(&gzip(&content)?[..]),
            &mut plain,
        )?;
        assert_eq!(plain, content);
        assert_eq!(kilobytes(110_900), "110.9");
        Ok(())
    }
}
