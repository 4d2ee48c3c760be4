//! One stylesheet out of `style/main.css` and everything it imports.
//!
//! Plain CSS stays plain CSS: imports are put in place in their order, comments and indentation
//! go. `layer(…)` and media conditions of an import become the blocks they mean.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// Deeper nesting of imports than this is a mistake.
const MAX_DEPTH: usize = 16;

/// Reads `entry` and gives it back with all its imports in place.
///
/// # Errors
/// When a file is missing, imports itself, imports from another site, or holds an `@import`
/// or a relative `url(…)` that could not work in the one file.
pub fn bundle(entry: &Path) -> Result<String> {
    let css = expand(entry, &mut Vec::new())?;
    check_urls(&css)?;
    Ok(css)
}

fn expand(file: &Path, above: &mut Vec<PathBuf>) -> Result<String> {
    let source = fs::read_to_string(file)
        .with_context(|| format!("cannot read the stylesheet {}", file.display()))?;
    let here = file.canonicalize()?;
    if above.contains(&here) {
        bail!("the stylesheet {} imports itself", file.display());
    }
    if above.len() >= MAX_DEPTH {
        bail!("the stylesheet {} is imported too deep", file.display());
    }
    above.push(here);

    let plain = minify(&source);
    let mut rest = plain.as_str();
    let mut out = String::new();
    // Only @charset and @layer statements may stand before an @import.
    loop {
        let text = rest.trim_start();
        let Some(end) = statement_end(text) else {
            break;
        };
        let (statement, after) = (&text[..end], &text[end + 1..]);
        if let Some(import) = statement.strip_prefix("@import") {
            out.push_str(&expand_import(import.trim(), file, above)?);
        } else if statement.starts_with("@layer") {
            out.push_str(statement);
            out.push_str(";\n");
        } else if !statement.starts_with("@charset") {
            break;
        }
        rest = after;
    }
    if rest.contains("@import") {
        bail!(
            "in {} an @import stands after other rules; browsers ignore it there. Move it to the top.",
            file.display()
        );
    }
    out.push_str(rest.trim());
    out.push('\n');
    above.pop();
    Ok(out)
}

fn expand_import(import: &str, from: &Path, above: &mut Vec<PathBuf>) -> Result<String> {
    let (name, condition) = split_import(import)
        .with_context(|| format!("cannot read \"@import {import}\" in {}", from.display()))?;
    if name.contains("//") || name.starts_with("data:") {
        bail!(
            "{} imports \"{name}\" from elsewhere; keep stylesheets in the project",
            from.display()
        );
    }
    let folder = from.parent().unwrap_or(Path::new("."));
    let inner = expand(&folder.join(name), above)?;
    let (layer, media) = split_condition(condition);
    if media.contains("supports(") {
        bail!(
            "{}: @import with supports() is not handled; write @supports inside the file",
            from.display()
        );
    }
    let mut css = inner;
    if let Some(layer) = layer {
        css = format!("@layer {layer}{{\n{css}}}\n");
    }
    if !media.is_empty() {
        css = format!("@media {media}{{\n{css}}}\n");
    }
    Ok(css)
}

/// The place of the `;` that ends a block-less statement at the start of `css`.
fn statement_end(css: &str) -> Option<usize> {
    if !css.starts_with('@') {
        return None;
    }
    let mut quote = None;
    for (at, c) in css.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, ';') => return Some(at),
            (None, '{') => return None,
            _ => {}
        }
    }
    None
}

/// Splits `"a.css" print` or `url(a.css) print` into the name and what follows.
fn split_import(import: &str) -> Option<(&str, &str)> {
    let (inside, close) = if let Some(rest) = import.strip_prefix("url(") {
        (rest, ')')
    } else {
        let quote = import.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        (&import[1..], quote)
    };
    let end = inside.find(close)?;
    let name = inside[..end].trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then_some((name, inside[end + 1..].trim()))
}

/// Splits `layer(base) print` into the layer's name and the media query.
fn split_condition(condition: &str) -> (Option<&str>, &str) {
    let Some(rest) = condition.strip_prefix("layer") else {
        return (None, condition);
    };
    match rest.strip_prefix('(').and_then(|r| r.split_once(')')) {
        Some((name, media)) => (Some(name.trim()), media.trim()),
        None => (Some(""), rest.trim()),
    }
}

/// Drops comments, indentation and empty lines; strings stay as they are.
fn minify(css: &str) -> String {
    let mut plain = String::with_capacity(css.len());
    let mut chars = css.chars().peekable();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                plain.push(c);
                plain.extend(chars.next());
                continue;
            }
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '/') if chars.peek() == Some(&'*') => {
                chars.next();
                let mut last = ' ';
                for inner in chars.by_ref() {
                    if last == '*' && inner == '/' {
                        break;
                    }
                    last = inner;
                }
                // A comment separates words just as a space does.
                plain.push(' ');
                continue;
            }
            _ => {}
        }
        plain.push(c);
    }
    let lines: Vec<&str> = plain
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    lines.join("\n")
}

/// Relative addresses would point somewhere else once the files are one.
fn check_urls(css: &str) -> Result<()> {
    for piece in css.split("url(").skip(1) {
        let address = piece.trim_start().trim_start_matches(['"', '\'']);
        let fine = ["/", "data:", "#"].iter().any(|p| address.starts_with(p));
        if !fine {
            let shown: String = address.chars().take_while(|c| *c != ')').take(60).collect();
            bail!("the stylesheet uses url({shown}); write an address that starts with /");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{bundle, minify, split_condition, split_import};

    fn bundled(files: &[(&str, &str)]) -> anyhow::Result<String> {
        let folder = tempfile::tempdir()?;
        for (name, css) in files {
            let path = folder.path().join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, css)?;
        }
        bundle(&folder.path().join("main.css"))
    }

    #[test]
    fn imports_stand_in_their_order_before_the_rest() -> anyhow::Result<()> {
        let css = bundled(&[
            (
                "main.css",
                "@charset \"utf-8\";\n@layer base, page;\n@import \"a.css\";\n@import url('sub/b.css');\nh1 { color: red }",
            ),
            ("a.css", "a { color: blue }"),
            ("sub/b.css", "@import 'c.css';\nb { color: green }"),
            ("sub/c.css", "i { color: grey }"),
        ])?;
        assert_eq!(
            css,
            "@layer base, page;\na { color: blue }\ni { color: grey }\nb { color: green }\nh1 { color: red }\n"
        );
        Ok(())
    }

    #[test]
    fn layers_and_media_become_blocks() -> anyhow::Result<()> {
        let css = bundled(&[
            ("main.css", "@import \"p.css\" layer(paper) print;"),
            ("p.css", "a { color: blue }"),
        ])?;
        assert_eq!(
            css,
            "@media print{\n@layer paper{\na { color: blue }\n}\n}\n\n"
        );
        Ok(())
    }

    #[test]
    fn comments_go_and_strings_stay() {
        assert_eq!(
            minify("/* x; */a::before { content: \"/* no \\\" comment */\" }\n\n  b{}"),
            "a::before { content: \"/* no \\\" comment */\" }\nb{}"
        );
    }

    #[test]
    fn mistakes_are_refused() {
        let refused = |files: &[(&str, &str)], words: &str| {
            let message = bundled(files).map_err(|e| format!("{e:#}"));
            assert!(
                message.as_ref().is_err_and(|m| m.contains(words)),
                "{message:?} should say \"{words}\""
            );
        };
        refused(&[("main.css", "@import 'main.css';")], "imports itself");
        refused(&[("main.css", "@import 'gone.css';")], "cannot read");
        refused(
            &[("main.css", "a{}\n@import 'b.css';"), ("b.css", "")],
            "after other rules",
        );
        refused(
            &[("main.css", "@import 'https://cdn.example/x.css';")],
            "from elsewhere",
        );
        refused(
            &[("main.css", "a { background: url(dot.png) }")],
            "starts with /",
        );
    }

    #[test]
    fn reads_the_parts_of_an_import() {
        assert_eq!(split_import("'a.css' print"), Some(("a.css", "print")));
        assert_eq!(split_import("url(\"a.css\")"), Some(("a.css", "")));
        assert_eq!(split_import("a.css"), None);
        assert_eq!(split_condition("layer print"), (Some(""), "print"));
        assert_eq!(split_condition("screen"), (None, "screen"));
    }
}
