//! `cargo xtask test`: sets up what tests need, runs all of them and sums up.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde_json::Value;

use crate::{
    Built, build,
    compile::{self, Mode},
    count::{self, Count, Row},
    fuzz, model_tools, postgres,
    site::{self, Size},
    tools,
    workspace::{Workspace, headline, say},
};

/// What `--only` can choose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Part {
    /// Unit and property tests of all crates that need no database, and doc tests.
    Unit,
    /// The catalog and the use cases, on the embedded and on a native PostgreSQL.
    Sql,
    /// The server through HTTP.
    Http,
    /// The whole thing in Chromium, and the budgets of what a browser loads.
    Browser,
    /// The models in Rust alone, without ONNX Runtime. Compiles long, so only when it is named.
    Tract,
}

/// Crates whose tests talk to a database.
const SQL_CRATES: [&str; 2] = ["catalog", "search"];
/// The crate whose tests talk HTTP.
const HTTP_CRATE: &str = "server";

/// What a browser may have to load, in bytes: the one module of every page, and that of the palette page, and
/// that of the operator's pages.
const BUDGETS: [Size; 3] = [
    Size {
        name: "veneer",
        wasm_brotli: 110_000,
        glue: 40_000,
    },
    Size {
        name: "mixer",
        wasm_brotli: 60_000,
        glue: 20_000,
    },
    Size {
        name: "desk",
        wasm_brotli: 60_000,
        glue: 20_000,
    },
];

/// Runs the chosen parts, all of them when `only` is empty; true when nothing failed.
pub fn run(ws: &Workspace, only: &[Part], filter: Option<&str>) -> Result<bool> {
    let chosen = |part| only.is_empty() || only.contains(&part);
    let mut rows = Vec::new();
    step(&mut rows, "look at the toolchain", || {
        compile::check_toolchain(ws)?;
        Ok((Count::default(), String::new()))
    });
    if chosen(Part::Unit) || chosen(Part::Sql) || chosen(Part::Http) {
        rust(ws, &chosen, filter, &mut rows);
    }
    if chosen(Part::Browser) {
        browser(ws, filter, &mut rows);
    }
    if only.contains(&Part::Tract) {
        step(&mut rows, "models in Rust alone", || tract(ws, filter));
    }
    let sum: Count = rows.iter().map(|r| r.count).sum();
    if sum == Count::default() {
        rows.push(Row {
            step: "any test".into(),
            count: Count::FAILURE,
            time: Default::default(),
            note: "no test ran; is the filter right?".into(),
        });
    }
    let failed = rows.iter().any(|r| r.count.failed > 0);
    headline("What ran");
    std::io::stderr().flush()?;
    println!("{}", count::table(&rows));
    Ok(!failed)
}

/// Runs one step and adds its row. A step that cannot run counts as one failure.
fn step(rows: &mut Vec<Row>, name: &str, work: impl FnOnce() -> Result<(Count, String)>) {
    headline(name);
    let start = Instant::now();
    let (count, note) = work().unwrap_or_else(|error| {
        eprintln!("   {name}: {error:#}");
        let first = format!("{error:#}");
        let first = first.lines().next().unwrap_or_default().to_owned();
        (Count::FAILURE, format!("could not run: {first}"))
    });
    rows.push(Row {
        step: name.to_owned(),
        count,
        time: start.elapsed(),
        note,
    });
}

/// A test program that cargo built.
struct Program {
    package: String,
    /// The package's folder, which is where its tests expect to be.
    folder: PathBuf,
    name: String,
    file: PathBuf,
}

fn rust(ws: &Workspace, chosen: &dyn Fn(Part) -> bool, filter: Option<&str>, rows: &mut Vec<Row>) {
    let mut programs = Vec::new();
    step(rows, "compile the tests", || {
        programs = compile_tests(ws)?;
        Ok((Count::default(), format!("{} programs", programs.len())))
    });
    if programs.is_empty() {
        return;
    }
    let mut groups: BTreeMap<Part, Vec<Program>> = BTreeMap::new();
    for program in programs {
        groups
            .entry(part_of(&program.package))
            .or_default()
            .push(program);
    }
    let run_group = |part: Part, environment: &[(&str, String)]| -> Result<(Count, String)> {
        let mut sum = Count::default();
        let programs = groups.get(&part).map_or(&[][..], Vec::as_slice);
        for program in programs {
            sum = sum + run_program(program, filter, environment)?;
        }
        if sum == Count::default() && filter.is_none() {
            bail!("there are no tests");
        }
        Ok((sum, String::new()))
    };

    let mut models = Vec::new();
    step(rows, "ONNX Runtime and Pillow for tests of models", || {
        models = model_tools::test_environment(ws)?;
        Ok((Count::default(), String::new()))
    });
    if chosen(Part::Unit) {
        step(rows, "unit and property tests", || {
            run_group(Part::Unit, &models)
        });
        step(rows, "doc tests", || doc_tests(ws, filter));
    }
    if !chosen(Part::Sql) && !chosen(Part::Http) {
        return;
    }
    let mut server = None;
    step(rows, "start a native PostgreSQL", || {
        server = Some(postgres::Server::start(ws, "")?);
        Ok((Count::default(), "PostgreSQL 18 with pgvector".into()))
    });
    let mut redis = None;
    step(rows, "find a Redis", || {
        redis = Some(tools::redis(ws)?);
        Ok((Count::default(), String::new()))
    });
    // Cargo sets the second one for the tests of a package with a binary.
    let binary = ws.target.join("release/veneer").display().to_string();
    let environment: Vec<(&str, String)> = server
        .iter()
        .map(|s| ("VENEER_TEST_DATABASE_URL", s.url.clone()))
        .chain([("CARGO_BIN_EXE_veneer", binary)])
        .chain(
            redis
                .iter()
                .map(|program| ("VENEER_TEST_REDIS", program.display().to_string())),
        )
        .chain(models)
        .collect();
    if chosen(Part::Sql) {
        step(rows, "SQL, embedded and native", || {
            run_group(Part::Sql, &environment)
        });
    }
    if chosen(Part::Http) {
        step(rows, "HTTP", || run_group(Part::Http, &environment));
        if filter.is_none() {
            let veneer = ws.target.join("release/veneer");
            step(
                rows,
                "the API, by requests made up from its description",
                || fuzz::fuzz(ws, &veneer),
            );
        }
    }
}

fn part_of(package: &str) -> Part {
    if package == HTTP_CRATE {
        Part::Http
    } else if SQL_CRATES.contains(&package) {
        Part::Sql
    } else {
        Part::Unit
    }
}

/// Compiles the tests of all default members in one go and asks cargo where they are.
fn compile_tests(ws: &Workspace) -> Result<Vec<Program>> {
    let mut cargo = ws.cargo();
    cargo
        // Examples are tools; that they compile is for `check` to see.
        .args([
            "test",
            "--release",
            "--no-run",
            "--lib",
            "--bins",
            "--tests",
        ])
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped());
    let mut child = cargo.spawn().context("cannot start cargo")?;
    let lines = child.stdout.take().context("cargo gave no output")?;
    let mut programs = Vec::new();
    for line in BufReader::new(lines).lines() {
        programs.extend(program_of(&line?));
    }
    if !child.wait()?.success() {
        bail!("the tests do not compile; cargo's messages above say why");
    }
    Ok(programs)
}

/// Reads a test program out of one of cargo's messages.
fn program_of(message: &str) -> Option<Program> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_test = message.get("profile")?.get("test")?.as_bool()?;
    let file = PathBuf::from(message.get("executable")?.as_str()?);
    if !is_test {
        return None;
    }
    let folder = Path::new(message.get("manifest_path")?.as_str()?).parent()?;
    let package = folder.file_name()?.to_string_lossy().into_owned();
    let target = message.get("target")?;
    let kind = target.get("kind")?.get(0)?.as_str()?;
    let name = format!("{package}: {} {}", kind, target.get("name")?.as_str()?);
    Some(Program {
        package,
        folder: folder.to_path_buf(),
        name,
        file,
    })
}

fn run_program(
    program: &Program,
    filter: Option<&str>,
    environment: &[(&str, String)],
) -> Result<Count> {
    say(&program.name);
    let mut command = Command::new(&program.file);
    // A person's own keys are not for tests: what they ask for costs money.
    for (name, _) in std::env::vars_os() {
        let paid = ["TOGETHER_", "GROQ_", "OPENAI_", "HUGGING_FACE_", "HF_TOKEN"];
        if name
            .to_str()
            .is_some_and(|name| paid.iter().any(|key| name.starts_with(key)))
        {
            command.env_remove(name);
        }
    }
    command
        .current_dir(&program.folder)
        .env("CARGO_MANIFEST_DIR", &program.folder)
        // A person's own database is not for tests.
        .env_remove("DATABASE_URL")
        .envs(environment.iter().map(|(k, v)| (k, v)))
        .args(filter);
    counted(&mut command, &program.name)
}

fn doc_tests(ws: &Workspace, filter: Option<&str>) -> Result<(Count, String)> {
    let mut cargo = ws.cargo();
    cargo.args(["test", "--release", "--doc", "--no-fail-fast"]);
    if let Some(filter) = filter {
        cargo.args(["--", filter]);
    }
    Ok((counted(&mut cargo, "doc tests")?, String::new()))
}

/// Crates of tract that take long to optimise. Its kernels are assembler or do not matter to models as small as
/// those of tests.
const TRACT: [&str; 7] = ["core", "data", "extra", "hir", "linalg", "nnef", "onnx"];

/// The tests of `vision` with the feature `tract`, which compares it with ONNX Runtime.
fn tract(ws: &Workspace, filter: Option<&str>) -> Result<(Count, String)> {
    let mut cargo = ws.cargo();
    cargo
        .args(["test", "--release", "--package", "vision", "--lib"])
        .args(["--features", "tract"])
        .envs(model_tools::test_environment(ws)?);
    for name in TRACT {
        cargo.args([
            "--config",
            &format!("profile.release.package.tract-{name}.opt-level=1"),
        ]);
    }
    if let Some(filter) = filter {
        cargo.args(["--", filter]);
    }
    Ok((counted(&mut cargo, "models in Rust alone")?, String::new()))
}

/// Runs a program, passes its output on and counts the tests that it reports.
fn counted(command: &mut Command, name: &str) -> Result<Count> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {name}"))?;
    let stdout = child.stdout.take().context("a test gave no output")?;
    let sum = pass_on(stdout, std::io::stdout().lock())?;
    let status = child.wait()?;
    if !status.success() && sum.failed == 0 {
        // It crashed, or was killed, before it could say so.
        eprintln!("   {name} ended with {status}");
        return Ok(sum + Count::FAILURE);
    }
    Ok(sum)
}

fn pass_on(output: impl Read, mut to: impl Write) -> Result<Count> {
    let mut sum = Count::default();
    let mut reader = BufReader::new(output);
    let mut line = Vec::new();
    // Bytes, not text: a test may print anything.
    while reader.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        sum = sum + count::of_rust_line(&String::from_utf8_lossy(&line)).unwrap_or_default();
        line.clear();
    }
    to.flush()?;
    Ok(sum)
}

fn browser(ws: &Workspace, filter: Option<&str>, rows: &mut Vec<Row>) {
    let mut built = None;
    step(rows, "build the site", || {
        built = Some(build(ws, Mode::Release)?);
        Ok((Count::default(), String::new()))
    });
    let Some(built) = built else { return };
    if filter.is_none() {
        step(rows, "size budgets", || Ok(budgets(&built.sizes)));
    }
    step(rows, "browser tests", || playwright(ws, &built, filter));
}

fn budgets(sizes: &[Size]) -> (Count, String) {
    let mut sum = Count::default();
    let mut notes = Vec::new();
    for budget in BUDGETS {
        let Some(size) = sizes.iter().find(|size| size.name == budget.name) else {
            say(&format!("{} was not built", budget.name));
            sum = sum + Count::FAILURE;
            continue;
        };
        for (what, size, budget) in [
            ("wasm with brotli", size.wasm_brotli, budget.wasm_brotli),
            ("glue", size.glue, budget.glue),
        ] {
            let fits = size <= budget;
            let passed = Count {
                passed: 1,
                ..Count::default()
            };
            sum = sum + if fits { passed } else { Count::FAILURE };
            say(&format!(
                "{what}: {} of {} KB{}",
                site::kilobytes(size),
                site::kilobytes(budget),
                if fits { "" } else { " - over budget" }
            ));
        }
        notes.push(format!(
            "{} {} KB brotli, glue {} KB",
            size.name,
            site::kilobytes(size.wasm_brotli),
            site::kilobytes(size.glue)
        ));
    }
    (sum, notes.join("; "))
}

fn playwright(ws: &Workspace, built: &Built, filter: Option<&str>) -> Result<(Count, String)> {
    let chromium = tools::chromium(ws)?;
    tools::end2end_packages(ws)?;
    let report = ws.target.join("playwright.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = tools::playwright(ws);
    command
        .arg("test")
        .envs(tools::leptos_environment(ws))
        .env("CHROMIUM", &chromium)
        .env("VENEER_BIN", &built.server)
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report);
    if let Some(filter) = filter {
        command.args(["--pass-with-no-tests", "--grep", filter]);
    }
    let status = crate::workspace::status(&mut command)?;
    let text = fs::read_to_string(&report).context("Playwright left no report")?;
    let mut sum = count::of_playwright_report(&text).context("cannot read Playwright's report")?;
    if !status.success() && sum.failed == 0 {
        sum.failed = 1;
    }
    if sum == Count::default() && filter.is_none() {
        bail!("there are no tests");
    }
    Ok((sum, format!("Chromium at {}", chromium.display())))
}

#[cfg(test)]
mod tests {
    use super::{BUDGETS, Part, Size, budgets, part_of, pass_on, program_of};
    use crate::count::Count;

    #[test]
    fn finds_test_programs_in_cargo_s_messages() {
        let message = |test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/p/crates/photo/Cargo.toml","target":{{"kind":["test"],"name":"limits"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let program = program_of(&message(true, "\"/t/deps/limits-1\""));
        assert!(program.is_some_and(|p| p.package == "photo"
            && p.name == "photo: test limits"
            && p.folder.ends_with("crates/photo")));
        assert!(program_of(&message(false, "\"/t/photo\"")).is_none());
        assert!(program_of(&message(true, "null")).is_none());
        assert!(program_of("not json").is_none());
    }

    #[test]
    fn crates_have_their_part() {
        assert!(part_of("catalog") == Part::Sql);
        assert!(part_of("server") == Part::Http);
        assert!(part_of("photo") == Part::Unit);
    }

    #[test]
    fn sums_up_all_programs_of_an_output() -> anyhow::Result<()> {
        let output = b"x\xff\ntest result: ok. 2 passed; 0 failed; 0 ignored\ntest result: FAILED. 1 passed; 1 failed; 3 ignored";
        let mut passed_on = Vec::new();
        let sum = pass_on(&output[..], &mut passed_on)?;
        assert_eq!(passed_on, output);
        assert_eq!(
            sum,
            Count {
                passed: 3,
                failed: 1,
                skipped: 3
            }
        );
        Ok(())
    }

    #[test]
    fn a_byte_over_budget_fails() {
        let failed = |change: fn(&mut [Size; 3])| {
            let mut sizes = BUDGETS;
            change(&mut sizes);
            budgets(&sizes).0.failed
        };
        assert_eq!(failed(|_| {}), 0);
        assert_eq!(failed(|sizes| sizes[0].wasm_brotli += 1), 1);
        assert_eq!(failed(|sizes| sizes[1].glue += 1), 1);
        assert_eq!(failed(|sizes| sizes[1].name = "another"), 1);
    }
}
