//! `veneer doctor`: looks at everything that a server needs, one thing after the other, and says what to do about
//! what is wrong.

use std::{fmt, path::Path};

use admin::Finding;
use anyhow::bail;
use catalog::{Settings, StartError};
use clap::Args;
use search::Veneer;
use vision::provider::BreakerState;

use crate::{backup::size, config::LibrarySettings};

/// Arguments of `veneer doctor`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Do not ask providers of vision models: each is asked about one tiny picture, which may cost a fraction of a
    /// cent
    #[arg(long)]
    offline: bool,

    /// Where the library lives
    #[command(flatten)]
    library: LibrarySettings,
}

/// How one thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Good,
    /// A server works, and not as well as it could.
    Poor,
    /// A server does not work.
    Bad,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Good => "good",
            Self::Poor => "look",
            Self::Bad => "BAD ",
        })
    }
}

impl Verdict {
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Poor => "look",
            Self::Bad => "bad",
        }
    }
}

/// What was found.
#[derive(Default)]
struct Findings {
    poor: u32,
    bad: u32,
    /// Lines for a page; at the command line they are printed as they come.
    kept: Option<Vec<Finding>>,
}

impl Findings {
    fn tell(&mut self, verdict: Verdict, what: &str, sentence: impl fmt::Display) {
        match verdict {
            Verdict::Good => {}
            Verdict::Poor => self.poor += 1,
            Verdict::Bad => self.bad += 1,
        }
        match &mut self.kept {
            Some(kept) => kept.push(Finding {
                verdict: verdict.as_str(),
                what: what.to_owned(),
                sentence: sentence.to_string(),
            }),
            None => println!("{verdict}  {what:<10}  {sentence}"),
        }
    }

    fn good(&mut self, what: &str, sentence: impl fmt::Display) {
        self.tell(Verdict::Good, what, sentence);
    }

    fn poor(&mut self, what: &str, sentence: impl fmt::Display) {
        self.tell(Verdict::Poor, what, sentence);
    }

    fn bad(&mut self, what: &str, sentence: impl fmt::Display) {
        self.tell(Verdict::Bad, what, sentence);
    }
}

/// Looks, and says what it found. The library is not changed; one that waits for migrations is not opened.
///
/// # Errors
/// When something is so wrong that a server would not start.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mut findings = Findings::default();
    let library = &arguments.library;
    folder(&mut findings, library);
    if database(&mut findings, library).await {
        inside(&mut findings, &arguments).await;
    }
    match (findings.bad, findings.poor) {
        (0, 0) => println!("\nAll is well."),
        (0, poor) => println!("\nA server works. Worth a look: {poor}."),
        (bad, _) => {
            bail!("{bad} of these keep a server from working; the lines above say what to do")
        }
    }
    Ok(())
}

/// The same of a library that is open, for a page. Providers are not asked: what is known of them is told.
pub(crate) async fn of_running(veneer: &Veneer, library: &LibrarySettings) -> Vec<Finding> {
    let mut findings = Findings {
        kept: Some(Vec::new()),
        ..Findings::default()
    };
    folder(&mut findings, library);
    match veneer.readiness().await.trouble {
        Some(trouble) => findings.bad("database", trouble),
        None => findings.good("database", veneer.engine()),
    }
    counts(&mut findings, veneer).await;
    models(&mut findings, veneer).await;
    let health = veneer.provider_health();
    if health.is_empty() {
        findings.good("providers", NO_PROVIDERS);
    }
    for member in health {
        let verdict = match member.health.breaker {
            BreakerState::Closed => Verdict::Good,
            _ => Verdict::Poor,
        };
        let sentence = member.health.breaker.sentence();
        let name = format!("{} · {}", member.source.provider, member.source.model);
        findings.tell(verdict, "providers", format_args!("{name}: {sentence}"));
    }
    if let Some(address) = &library.redis {
        cache(&mut findings, address, veneer).await;
    }
    findings.kept.unwrap_or_default()
}

/// Little enough for a start to fail soon: the engine inside takes about this to begin with.
const LITTLE: u64 = 500_000_000;

fn folder(findings: &mut Findings, library: &LibrarySettings) {
    let data = &library.data;
    if !data.exists() {
        let parent = data
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        findings.good(
            "folder",
            format_args!(
                "{} is not there yet; the first start makes it.",
                data.display()
            ),
        );
        room(findings, parent.unwrap_or(Path::new(".")));
        return;
    }
    match tempfile::Builder::new().prefix(".veneer-doctor-").tempfile_in(data) {
        Ok(_) => findings.good("folder", format_args!("{} can be written.", data.display())),
        Err(error) => findings.bad(
            "folder",
            format_args!(
                "{} cannot be written: {error}. Give it to the user that Veneer runs as, or name another with --data.",
                data.display()
            ),
        ),
    }
    room(findings, data);
}

fn room(findings: &mut Findings, folder: &Path) {
    let free = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            findings.poor("disk", format_args!("its room cannot be told: {error}."));
            return;
        }
    };
    if free < LITTLE {
        findings.bad(
            "disk",
            format_args!(
                "{} are free. Make room: a library needs at least {}.",
                size(free),
                size(LITTLE)
            ),
        );
    } else {
        findings.good("disk", format_args!("{} are free.", size(free)));
    }
}

/// Whether the library can be opened without changing it.
async fn database(findings: &mut Findings, library: &LibrarySettings) -> bool {
    let Some(url) = &library.database_url else {
        let there = library.data.join("database").exists();
        if !there {
            findings.good(
                "database",
                "inside Veneer; there is no library yet, the first start makes one.",
            );
        }
        return there;
    };
    match Settings::examine(url).await {
        Err(error) => {
            findings.bad("database", error);
            false
        }
        Ok(standing) => {
            findings.good("database", &standing.engine);
            let missing = standing.missing.len();
            if !standing.begun {
                findings.good(
                    "tables",
                    "there is no library yet; the first start makes one.",
                );
                return false;
            }
            if missing > 0 {
                findings.poor(
                    "tables",
                    format_args!(
                        "{missing} migrations are waiting; the next start runs them. Make a backup with the version that runs now, then start this one."
                    ),
                );
                return false;
            }
            findings.good("tables", "up to date.");
            true
        }
    }
}

/// What only an open library tells.
async fn inside(findings: &mut Findings, arguments: &Arguments) {
    let library = &arguments.library;
    let settings = match library.for_search() {
        Ok(settings) => settings,
        Err(error) => {
            findings.bad("settings", format_args!("{error:#}"));
            return;
        }
    };
    let redis = settings.redis.clone();
    let veneer = match Veneer::open(settings).await {
        Ok(veneer) => veneer,
        Err(search::OpenError::Catalog(StartError::FolderLocked { path })) => {
            findings.poor(
                "database",
                format_args!(
                    "a Veneer that runs has {}. Ask it at /readyz, or stop it and look again.",
                    path.display()
                ),
            );
            return;
        }
        Err(error) => {
            findings.bad("library", error);
            return;
        }
    };
    if library.database_url.is_none() {
        findings.good("database", veneer.engine());
    }
    counts(findings, &veneer).await;
    models(findings, &veneer).await;
    if arguments.offline {
        findings.good("providers", "not asked.");
    } else {
        providers(findings, &veneer).await;
    }
    if let Some(address) = redis {
        cache(findings, &address, &veneer).await;
    }
    veneer.close().await;
}

async fn counts(findings: &mut Findings, veneer: &Veneer) {
    match veneer.counts().await {
        Err(error) => findings.bad("library", error),
        Ok(counts) if counts.materials == 0 => findings.poor(
            "library",
            "it is empty. `veneer import FOLDER` brings photos in; `veneer serve` renders the demo library.",
        ),
        Ok(counts) => findings.good(
            "library",
            format_args!("{} materials, {} swatches.", counts.materials, counts.swatches),
        ),
    }
}

async fn models(findings: &mut Findings, veneer: &Veneer) {
    let readiness = veneer.readiness().await;
    match readiness.stands_in_for {
        Some(wanted) => findings.poor(
            "model",
            format_args!(
                "the library is searched with {wanted}, which does not work here; {} stands in. `veneer models check {wanted}` says why.",
                readiness.model
            ),
        ),
        None => findings.good("model", format_args!("{} answers.", readiness.model)),
    }
    match veneer.model_standings().await {
        Err(error) => findings.bad("model", error),
        Ok(standings) => {
            for of in standings.iter().filter(|of| of.in_use && of.have < of.all) {
                findings.poor(
                    "model",
                    format_args!(
                        "{} knows {} of {} swatches. `veneer models use {}` goes on with the rest.",
                        of.name, of.have, of.all, of.name
                    ),
                );
            }
        }
    }
}

const NO_PROVIDERS: &str = "none are set; what photos show is estimated here.";

async fn providers(findings: &mut Findings, veneer: &Veneer) {
    let probes = veneer.probe_describers().await;
    if probes.is_empty() {
        findings.good("providers", NO_PROVIDERS);
    }
    for (works, sentence) in probes {
        let verdict = if works { Verdict::Good } else { Verdict::Poor };
        findings.tell(verdict, "providers", sentence);
    }
}

async fn cache(findings: &mut Findings, address: &str, veneer: &Veneer) {
    match veneer.shared_cache_answers().await {
        Some(true) => findings.good("redis", "answers."),
        _ => findings.poor(
            "redis",
            format_args!(
                "{} does not answer; servers work without it, each for itself.",
                without_password(address)
            ),
        ),
    }
}

/// An address as it may be shown.
fn without_password(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((_, rest)) => format!("redis://…@{rest}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(
            without_password("redis://user:p@ss@host:6379/0"),
            "redis://…@host:6379/0"
        );
        assert_eq!(without_password("redis://host/0"), "redis://host/0");
    }

    #[test]
    fn what_is_bad_is_counted() {
        let mut findings = Findings::default();
        findings.good("a", "b");
        findings.poor("a", "b");
        findings.bad("a", "b");
        assert_eq!((findings.poor, findings.bad), (1, 1));
    }
}
