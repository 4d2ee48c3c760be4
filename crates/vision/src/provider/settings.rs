//! Which providers there are, from a TOML file and from the environment.
//!
//! ```toml
//! deadline_seconds = 45            # how long a person waits for a description
//!
//! [budget]                         # US dollars, all providers together, days and months of UTC
//! day_usd = 5
//! month_usd = 50                   # the default
//!
//! [[provider]]                     # asked in this order
//! preset = "together"              # together, groq, openai, ollama, llama.cpp, vllm, custom
//! models = ["meta-llama/Llama-3.2-90B-Vision-Instruct-Turbo"]
//! key_env = "TOGETHER_API_KEY"     # or key_file = "together.key", beside this file
//! temperature = 0.1
//! max_tokens = 1024
//! timeout_seconds = 30
//! requests_per_minute = 60         # tokens_per_minute, requests_per_day
//! price_in = 1.2                   # US dollars a million tokens; price_out, price_per_image
//!
//! [[provider]]
//! name = "our own"
//! preset = "ollama"
//! base_url = "http://gpu.internal:11434/v1"
//! model = "llama3.2-vision"
//!
//! [[embedder]]                     # the first one is taken
//! preset = "infinity"              # huggingface, huggingface-endpoint, jina, infinity, vllm
//! model = "openai/clip-vit-base-patch32"
//! dims = 512
//! ```

use std::{path::Path, time::Duration};

use toml::{Table, Value};
use url::Url;

use super::{
    build::{describer, embedder, micro},
    chat::JsonMode,
    embed_preset::EmbedPreset,
    ledger::Caps,
    limits::Rates,
    preset::{ModelSettings, Preset},
    secret::Secret,
    table::{Checked, Env, Reader, SettingsError},
};

/// What every provider has.
#[derive(Debug, Clone)]
pub struct EndpointSettings {
    /// How it is called in logs, on the operator's page and beside stored analyses.
    pub name: String,
    /// Where it is; the paths of the format follow.
    pub base_url: Url,
    /// Its key.
    pub key: Option<Secret>,
    /// The longest one attempt may take.
    pub timeout: Duration,
    /// How often it may be asked.
    pub rates: Rates,
}

/// A provider of vision models.
#[derive(Debug, Clone)]
pub struct DescriberSettings {
    /// Address, key, limits.
    pub endpoint: EndpointSettings,
    /// Which provider it is.
    pub preset: Preset,
    /// The models that are asked, in order. Never empty.
    pub models: Vec<ModelSettings>,
    /// How the form of the answer is asked for at first.
    pub json: JsonMode,
    /// 0 to 2.
    pub temperature: f32,
    /// Most tokens of an answer at the greatest depth.
    pub max_tokens: u32,
    /// Sent as it is, where set.
    pub reasoning_effort: Option<String>,
}

/// A provider of image embeddings.
#[derive(Debug, Clone)]
pub struct EmbedderSettings {
    /// Address, key, limits.
    pub endpoint: EndpointSettings,
    /// How it takes pictures.
    pub preset: EmbedPreset,
    /// Its model.
    pub model: ModelSettings,
    /// Length of its vectors.
    pub dims: u32,
}

/// Everything that is configured about models behind HTTP.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// Asked in this order.
    pub describers: Vec<DescriberSettings>,
    /// The first is the one to take.
    pub embedders: Vec<EmbedderSettings>,
    /// What may be spent on all of them together.
    pub budget: Caps,
    /// How long a person waits for a description.
    pub deadline: Duration,
}

impl Default for ProviderSettings {
    fn default() -> Self {
        Self {
            describers: Vec::new(),
            embedders: Vec::new(),
            budget: Caps::default(),
            deadline: Duration::from_secs(45),
        }
    }
}

const MAX_PROVIDERS: usize = 20;

impl ProviderSettings {
    /// Reads the configuration file's text. `file` is its place, for messages and for the keys
    /// beside it.
    ///
    /// # Errors
    /// The first thing that is wrong, by file, table and key. No message repeats a key.
    pub fn parse(text: &str, file: &Path, env: Env<'_>) -> Checked<Self> {
        let wrong = |table: &str, key: &str, problem: String| SettingsError {
            file: file.display().to_string(),
            table: table.to_owned(),
            key: key.to_owned(),
            problem,
        };
        let mut root: Table = text.parse().map_err(|e: toml::de::Error| {
            // The parser's own message quotes the line, which may hold a key.
            let before = e.span().and_then(|span| text.get(..span.start));
            let line = before.map_or(1, |before| before.matches('\n').count() + 1);
            wrong(
                "the file",
                &format!("line {line}"),
                "is not TOML".to_owned(),
            )
        })?;
        let tables = |root: &mut Table, key: &str| -> Checked<Vec<Table>> {
            let problem = || {
                wrong(
                    "the file",
                    key,
                    format!("is written [[{key}]], up to {MAX_PROVIDERS} times"),
                )
            };
            let Some(value) = root.remove(key) else {
                return Ok(Vec::new());
            };
            let Value::Array(list) = value else {
                return Err(problem());
            };
            if list.len() > MAX_PROVIDERS {
                return Err(problem());
            }
            list.into_iter()
                .map(|table| match table {
                    Value::Table(table) => Ok(table),
                    _ => Err(problem()),
                })
                .collect()
        };
        let mut settings = Self::default();
        for (i, table) in tables(&mut root, "provider")?.into_iter().enumerate() {
            let reader = Reader::new(file, format!("[[provider]] {}", i + 1), table, env);
            let described = describer(reader)?;
            if settings
                .describers
                .iter()
                .any(|d| d.endpoint.name == described.endpoint.name)
            {
                return Err(wrong(
                    &format!("[[provider]] {}", i + 1),
                    "name",
                    "is taken by a provider above".to_owned(),
                ));
            }
            settings.describers.push(described);
        }
        for (i, table) in tables(&mut root, "embedder")?.into_iter().enumerate() {
            let reader = Reader::new(file, format!("[[embedder]] {}", i + 1), table, env);
            settings.embedders.push(embedder(reader)?);
        }
        if let Some(budget) = root.remove("budget") {
            let Value::Table(budget) = budget else {
                return Err(wrong(
                    "the file",
                    "budget",
                    "is written [budget]".to_owned(),
                ));
            };
            let mut reader = Reader::new(file, "[budget]".to_owned(), budget, env);
            settings.budget.day = reader.number("day_usd", 0.0, 1e6)?.map(micro);
            if let Some(month) = reader.number("month_usd", 0.0, 1e6)? {
                settings.budget.month = Some(micro(month));
            }
            reader.finish()?;
        }
        let mut reader = Reader::new(file, "the file".to_owned(), root, env);
        if let Some(seconds) = reader.number("deadline_seconds", 1.0, 600.0)? {
            settings.deadline = Duration::from_secs_f64(seconds);
        }
        reader.finish()?;
        Ok(settings)
    }

    /// Providers whose key is set in the environment: `TOGETHER_API_KEY`, `GROQ_API_KEY`,
    /// `OPENAI_API_KEY` switch on vision models, `HUGGING_FACE_API_KEY` embeddings. Beside each
    /// `…_MODEL`, `…_MAX_TOKENS`, `…_TEMPERATURE`, `…_TIMEOUT` (seconds) and `…_BASE_URL`.
    ///
    /// # Errors
    /// A variable that makes no sense, by name.
    pub fn from_env(env: Env<'_>) -> Checked<Self> {
        let file = Path::new("environment");
        let mut settings = Self::default();
        for preset in [Preset::Together, Preset::Groq, Preset::OpenAi] {
            if let Some(table) = env_table(preset.as_str(), preset.known().env, env)? {
                let label = preset.known().env.unwrap_or_default().to_owned() + "_…";
                settings
                    .describers
                    .push(describer(Reader::new(file, label, table, env))?);
            }
        }
        let preset = EmbedPreset::HuggingFace;
        if let Some(table) = env_table(preset.as_str(), preset.known().env, env)? {
            let label = "HUGGING_FACE_…".to_owned();
            settings
                .embedders
                .push(embedder(Reader::new(file, label, table, env))?);
        }
        Ok(settings)
    }

    /// The file's providers first, then those of the environment whose preset the file does not
    /// name. Budget and deadline are the file's.
    pub fn and(mut self, env: Self) -> Self {
        for other in env.describers {
            if self.describers.iter().all(|d| d.preset != other.preset) {
                self.describers.push(other);
            }
        }
        if self.embedders.is_empty() {
            self.embedders = env.embedders;
        }
        self
    }
}

/// The variables of a preset as the table that says the same; `None` without a key.
fn env_table(preset: &str, prefix: Option<&str>, env: Env<'_>) -> Checked<Option<Table>> {
    let Some(prefix) = prefix else {
        return Ok(None);
    };
    let get = |name: &str| {
        let value = env(&format!("{prefix}_{name}"))?;
        (!value.trim().is_empty()).then(|| value.trim().to_owned())
    };
    if get("API_KEY").is_none() {
        return Ok(None);
    }
    let mut table = Table::new();
    table.insert("preset".to_owned(), Value::String(preset.to_owned()));
    for (name, key) in [("MODEL", "model"), ("BASE_URL", "base_url")] {
        if let Some(value) = get(name) {
            table.insert(key.to_owned(), Value::String(value));
        }
    }
    for (name, key) in [
        ("MAX_TOKENS", "max_tokens"),
        ("TEMPERATURE", "temperature"),
        ("TIMEOUT", "timeout_seconds"),
        ("DIMS", "dims"),
    ] {
        let Some(value) = get(name) else { continue };
        let number = value
            .parse::<i64>()
            .map(Value::Integer)
            .or_else(|_| value.parse::<f64>().map(Value::Float))
            .map_err(|_| SettingsError {
                file: "environment".to_owned(),
                table: format!("{prefix}_…"),
                key: format!("{prefix}_{name}"),
                problem: "has to be a number".to_owned(),
            })?;
        table.insert(key.to_owned(), number);
    }
    Ok(Some(table))
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
