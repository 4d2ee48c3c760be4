//! Schemathesis: requests made up from the API's description, sent to a real server. Whatever a server must not
//! do, answer a fault of its own or something the description does not know, fails.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    count::Count,
    tools::{installed, python},
    workspace::{Workspace, run, say},
};

const SCHEMATHESIS: &str = "4.32.5";
/// The same requests every time.
const SEED: &str = "1";
/// Requests to each door in each phase.
const EXAMPLES: &str = "12";
/// What a description says of a value is necessary, and not all there is: a photo in base64 can still be none.
const NOT_ASKED: &str = "positive_data_acceptance";

/// Asks a server whatever its description lets one ask.
pub fn fuzz(ws: &Workspace, veneer: &Path) -> Result<(Count, String)> {
    let python = python()?;
    let packages = schemathesis(ws, &python)?;
    let folder = tempfile::tempdir().context("cannot create a temporary folder")?;
    let data = folder.path().join("data");
    let key = key(ws, veneer, &data)?;
    let server = Server::start(ws, veneer, &data, folder.path())?;
    let report = folder.path().join("report.xml");
    let mut command = ws.command(&python);
    command
        .current_dir(folder.path())
        .args(["-m", "schemathesis.cli", "run"])
        .arg(format!("{}/api/openapi.json", server.address))
        .arg("--header")
        .arg(format!("Authorization: Bearer {key}"))
        .args(["--checks", "all", "--exclude-checks", NOT_ASKED])
        .args(["--seed", SEED, "--max-examples", EXAMPLES])
        .args(["--continue-on-failure", "--no-shrink"])
        .args(["--generation-database", "none", "--warnings", "off"])
        .args(["--no-color", "--report", "junit", "--report-junit-path"])
        .arg(&report)
        .env("PYTHONPATH", &packages);
    let status = crate::workspace::status(&mut command)?;
    let text = fs::read_to_string(&report).context("schemathesis left no report")?;
    let mut count = count(&text).context("cannot read the report of schemathesis")?;
    if !status.success() && count.failed == 0 {
        count.failed = 1;
    }
    if count == Count::default() {
        bail!("no request was made");
    }
    Ok((count, format!("schemathesis {SCHEMATHESIS}, seed {SEED}")))
}

/// The folder of its packages, for `PYTHONPATH`.
fn schemathesis(ws: &Workspace, python: &Path) -> Result<std::path::PathBuf> {
    installed(ws, &format!("schemathesis-{SCHEMATHESIS}"), |folder| {
        say("pip installs Schemathesis into .tools/");
        run(
            ws.command(python)
                .args(["-m", "pip", "install", "--quiet", "--no-deps"])
                .args(["--require-hashes", "--only-binary=:all:", "--target"])
                .arg(folder)
                .arg("--requirement")
                .arg(ws.root.join("xtask/tools/schemathesis/requirements.txt")),
            "`pip install` of Schemathesis",
        )
    })
}

/// A key that may everything but make keys: it could take itself away.
fn key(ws: &Workspace, veneer: &Path, data: &Path) -> Result<String> {
    let mut command = ws.command(veneer);
    command
        .args(["keys", "new", "fuzz", "--scope", "read,search,write"])
        .args(["--per-minute", "0", "--data"])
        .arg(data)
        .env_remove("DATABASE_URL");
    let made = command.output().context("cannot start veneer")?;
    if !made.status.success() {
        bail!("no key: {}", String::from_utf8_lossy(&made.stderr));
    }
    Ok(String::from_utf8(made.stdout)?.trim().to_owned())
}

/// A server with an empty library; dropping it stops it.
struct Server {
    address: String,
    child: Child,
    // Closed, it would end the server at its next word.
    _said: BufReader<ChildStdout>,
}

impl Server {
    fn start(ws: &Workspace, veneer: &Path, data: &Path, folder: &Path) -> Result<Self> {
        let site = folder.join("site");
        fs::create_dir_all(site.join("pkg"))?;
        let mut command: Command = ws.command(veneer);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--demo", "off"])
            .args(["--max-upload-mb", "2", "--data"])
            .arg(data)
            .arg("--site-root")
            .arg(site)
            .env_remove("DATABASE_URL")
            .stdout(Stdio::piped());
        let mut child = command.spawn().context("cannot start veneer")?;
        let said = child.stdout.take().context("veneer says nothing")?;
        let mut said = BufReader::new(said);
        let (mut address, mut line) = (String::new(), String::new());
        while address.is_empty() && said.read_line(&mut line)? > 0 {
            if let Some(at) = line.trim_end().strip_prefix("Veneer is at ") {
                at.clone_into(&mut address);
            }
            line.clear();
        }
        let server = Self {
            address,
            child,
            _said: said,
        };
        if server.address.is_empty() {
            bail!("veneer did not start");
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Counts the doors of a report in the form of JUnit that passed and failed.
fn count(report: &str) -> Option<Count> {
    let suites = report.split_once("<testsuites")?.1.split_once('>')?.0;
    let number = |name: &str| -> Option<u64> {
        let value = suites.split_once(&format!("{name}=\""))?.1;
        value.split_once('"')?.0.parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    Some(Count {
        passed: number("tests")?.saturating_sub(failed),
        failed,
        ..Count::default()
    })
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn a_report_is_counted() {
        let report = r#"<?xml version="1.0"?><testsuites disabled="0" errors="1" failures="2" tests="9" time="3.1"><testsuite tests="4"/></testsuites>"#;
        let found = count(report);
        assert!(found.is_some_and(|c| c.passed == 6 && c.failed == 3));
        assert!(count("<html/>").is_none());
    }
}
