//! Finding ONNX Runtime and starting it, once for the whole program.

use std::{
    env, fmt, fs,
    path::{Path, PathBuf},
    sync::Mutex,
};

use ort::environment::Environment;

use super::{ClipError, backend::Backend, onnx::OnnxRuntime};

/// What runs networks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Engine {
    /// ONNX Runtime where it is found; else tract, if this build has it.
    #[default]
    Auto,
    /// ONNX Runtime or nothing.
    OnnxRuntime,
    /// tract: needs no library, takes twice the time.
    #[cfg(feature = "tract")]
    Tract,
}

/// Where ONNX Runtime may be, apart from the places where it usually is.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// The library, or a folder that holds it, as configured. Nowhere else is looked then.
    pub library: Option<PathBuf>,
    /// The program's data folder.
    pub data: Option<PathBuf>,
}

/// A runtime that is ready.
#[derive(Clone)]
pub struct Runtime(Kind);

#[derive(Clone)]
enum Kind {
    OnnxRuntime {
        environment: Environment,
        library: PathBuf,
    },
    #[cfg(feature = "tract")]
    Tract,
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::OnnxRuntime { library, .. } => write!(f, "ONNX Runtime ({})", library.display()),
            #[cfg(feature = "tract")]
            Kind::Tract => write!(f, "tract"),
        }
    }
}

impl Runtime {
    /// Finds and starts a runtime.
    ///
    /// # Errors
    /// [`ClipError::RuntimeMissing`] names every place that was looked at.
    pub fn find(engine: Engine, places: &Places) -> Result<Self, ClipError> {
        match engine {
            #[cfg(feature = "tract")]
            Engine::Tract => Ok(Self(Kind::Tract)),
            Engine::OnnxRuntime => onnx_runtime(places),
            Engine::Auto => onnx_runtime(places).or_else(fall_back),
        }
    }

    /// Loads a network that will use `threads` cores.
    pub(crate) fn open(&self, file: &Path, threads: usize) -> Result<Box<dyn Backend>, ClipError> {
        match &self.0 {
            Kind::OnnxRuntime { environment, .. } => {
                Ok(Box::new(OnnxRuntime::open(environment, file, threads)?))
            }
            #[cfg(feature = "tract")]
            Kind::Tract => Ok(Box::new(super::tract::Tract::open(file)?)),
        }
    }
}

#[cfg(feature = "tract")]
fn fall_back(error: ClipError) -> Result<Runtime, ClipError> {
    tracing::warn!("{error} Models run in Rust alone until then, which takes longer.");
    Ok(Runtime(Kind::Tract))
}

#[cfg(not(feature = "tract"))]
fn fall_back(error: ClipError) -> Result<Runtime, ClipError> {
    Err(error)
}

#[cfg(test)]
impl Runtime {
    /// The environment of ONNX Runtime: there is one in a process, which tests of other modules share.
    pub(crate) fn environment(&self) -> Option<&Environment> {
        match &self.0 {
            Kind::OnnxRuntime { environment, .. } => Some(environment),
            #[cfg(feature = "tract")]
            Kind::Tract => None,
        }
    }
}

/// The library can be loaded only once in a process, and so can its environment be made.
static STARTED: Mutex<Option<(Environment, PathBuf)>> = Mutex::new(None);

fn onnx_runtime(places: &Places) -> Result<Runtime, ClipError> {
    let mut started = STARTED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if started.is_none() {
        *started = Some(start(&candidates(places, &Machine::here()))?);
    }
    let (environment, library) = started
        .clone()
        .ok_or_else(|| ClipError::RuntimeMissing { looked: vec![] })?;
    Ok(Runtime(Kind::OnnxRuntime {
        environment,
        library,
    }))
}

/// Loads the first library that is there and fits.
fn start(candidates: &[PathBuf]) -> Result<(Environment, PathBuf), ClipError> {
    let mut looked = Vec::new();
    for place in candidates {
        let libraries = libraries_in(place);
        if libraries.is_empty() {
            looked.push(place.display().to_string());
        }
        for library in libraries {
            match load(&library) {
                Ok(environment) => {
                    tracing::info!("ONNX Runtime is {}", library.display());
                    return Ok((environment, library));
                }
                Err(why) => looked.push(format!("{} ({why})", library.display())),
            }
        }
    }
    Err(ClipError::RuntimeMissing { looked })
}

fn load(library: &Path) -> Result<Environment, String> {
    let environment = ort::init_from(library)
        .map_err(|e| e.to_string())?
        .with_name("veneer")
        .with_telemetry(false)
        .build()
        .map_err(|e| e.to_string())?;
    // What goes wrong is told by errors; the rest is of no use to those who run the program.
    environment.set_log_level(ort::logging::LogLevel::Error);
    Ok(environment)
}

/// What decides where libraries are on this machine.
#[derive(Debug, Default)]
struct Machine {
    /// `ORT_DYLIB_PATH`, if set and not empty.
    named: Option<PathBuf>,
    /// The folder of the running program.
    program: Option<PathBuf>,
    /// `VIRTUAL_ENV`, if set.
    python: Option<PathBuf>,
    home: Option<PathBuf>,
    /// Folders of libraries and of Python installations.
    system: Vec<PathBuf>,
}

impl Machine {
    fn here() -> Self {
        let path = |name| {
            env::var_os(name)
                .filter(|v| !v.is_empty())
                .map(PathBuf::from)
        };
        let program = env::current_exe().ok();
        Self {
            named: path("ORT_DYLIB_PATH"),
            program: program.and_then(|p| p.parent().map(Path::to_owned)),
            python: path("VIRTUAL_ENV"),
            home: env::home_dir(),
            system: ["/usr/local", "/usr", "/opt/homebrew"]
                .map(PathBuf::from)
                .to_vec(),
        }
    }
}

/// Files and folders to look at, first things first. What was named by somebody is not passed over.
fn candidates(places: &Places, machine: &Machine) -> Vec<PathBuf> {
    if let Some(library) = &places.library {
        return vec![library.clone()];
    }
    if let Some(library) = &machine.named {
        return vec![library.clone()];
    }
    let mut found = Vec::new();
    if let Some(folder) = &machine.program {
        found.extend([folder.clone(), folder.join("lib")]);
    }
    if let Some(data) = &places.data {
        found.extend([data.clone(), data.join("onnxruntime")]);
    }
    if let Some(python) = &machine.python {
        found.extend(packages(python));
    }
    if let Some(home) = &machine.home {
        found.extend(packages(&home.join(".local")));
    }
    for prefix in &machine.system {
        found.extend(packages(prefix));
        found.push(prefix.join("lib"));
        let multiarch = format!("lib/{}-linux-gnu", env::consts::ARCH);
        found.push(prefix.join(multiarch));
    }
    found
}

/// Where the Python installations under a prefix keep their packages, newest first.
fn packages(prefix: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir(prefix.join("lib"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .is_some_and(|n| n.to_string_lossy().starts_with("python3"))
        })
        .collect();
    versions.sort();
    let folders = versions
        .iter()
        .rev()
        .flat_map(|version| ["site-packages", "dist-packages"].map(|p| version.join(p)));
    folders.filter(|folder| folder.is_dir()).collect()
}

/// The libraries that a place is or holds, the highest version first.
fn libraries_in(place: &Path) -> Vec<PathBuf> {
    if place.is_file() {
        return vec![place.to_owned()];
    }
    let mut libraries: Vec<PathBuf> = [
        place.to_owned(),
        place.join("onnxruntime/capi"),
        place.join("capi"),
    ]
    .iter()
    .filter_map(|folder| fs::read_dir(folder).ok())
    .flatten()
    .filter_map(|entry| Some(entry.ok()?.path()))
    .filter(|path| path.is_file() && is_library(path))
    .collect();
    libraries.sort();
    libraries.reverse();
    libraries
}

/// `libonnxruntime.so`, `libonnxruntime.so.1.31.1`, `libonnxruntime.1.31.1.dylib`, but not the
/// libraries of its execution providers.
fn is_library(path: &Path) -> bool {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    name.and_then(|n| n.strip_prefix("libonnxruntime.").map(str::to_owned))
        .is_some_and(|rest| rest.starts_with("so") || rest.ends_with("dylib"))
        || path.file_name().is_some_and(|n| n == "onnxruntime.dll")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().expect("has a folder")).expect("folder is made");
        fs::write(path, b"not a library").expect("file is written");
    }

    #[test]
    fn what_was_named_is_the_only_place() {
        let machine = Machine {
            named: Some("/named/lib.so".into()),
            program: Some("/program".into()),
            ..Machine::default()
        };
        let configured = Places {
            library: Some("/configured".into()),
            data: Some("/data".into()),
        };
        assert_eq!(
            candidates(&configured, &machine),
            [Path::new("/configured")]
        );
        assert_eq!(
            candidates(&Places::default(), &machine),
            [Path::new("/named/lib.so")]
        );
    }

    #[test]
    fn looks_beside_the_program_in_the_data_folder_and_in_wheels() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let at = |path: &str| folder.path().join(path);
        let wheel = at("usr/lib/python3.11/site-packages/onnxruntime/capi");
        touch(&wheel.join("libonnxruntime.so.1.31.1"));
        touch(&wheel.join("libonnxruntime_providers_shared.so"));
        touch(&at("data/onnxruntime/libonnxruntime.so"));
        let machine = Machine {
            program: Some(at("bin")),
            system: vec![at("usr")],
            ..Machine::default()
        };
        let places = Places {
            library: None,
            data: Some(at("data")),
        };
        let found: Vec<PathBuf> = candidates(&places, &machine)
            .iter()
            .flat_map(|place| libraries_in(place))
            .collect();
        assert_eq!(
            found,
            [
                at("data/onnxruntime/libonnxruntime.so"),
                wheel.join("libonnxruntime.so.1.31.1")
            ]
        );
        // The folder of site-packages itself may be named, too.
        assert_eq!(
            libraries_in(&at("usr/lib/python3.11/site-packages")),
            [wheel.join("libonnxruntime.so.1.31.1")]
        );
    }

    #[test]
    fn says_where_it_looked_and_why_that_was_nothing() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let broken = folder.path().join("libonnxruntime.so");
        touch(&broken);
        let absent = folder.path().join("absent");
        let Err(error) = start(&[absent.clone(), broken.clone()]) else {
            panic!("a text file is no library");
        };
        let sentence = error.to_string();
        assert!(
            sentence.contains(&absent.display().to_string()),
            "{sentence}"
        );
        assert!(
            sentence.contains(&format!("{} (", broken.display())),
            "{sentence}"
        );
        assert!(sentence.contains("ORT_DYLIB_PATH"), "{sentence}");
    }
}
