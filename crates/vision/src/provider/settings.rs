//! Which providers there are, from a TOML file and from the environment.

use std::{path::Path, time::Duration};

use toml::{Table, Value};
use url::Url;

use super::{
    chat::JsonMode,
    embed_preset::EmbedPreset,
    ledger::Caps,
    limits::Rates,
    preset::{ModelSettings, Preset},
    price::{MicroUsd, Price},
    secret::Secret,
    table::{Env, Reader, SettingsError, address, may_carry_key},
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
const DEFAULT_TIMEOUT: f64 = 30.0;
const DEFAULT_TEMPERATURE: f64 = 0.1;
const DEFAULT_MAX_TOKENS: u32 = 1024;

type Read1<T> = Result<T, SettingsError>;

impl ProviderSettings {
    /// Reads the configuration file's text. `file` is its place, for messages and for the keys
    /// beside it.
    ///
    /// # Errors
    /// The first thing that is wrong, by file, table and key. No message repeats a key.
    pub fn parse(text: &str, file: &Path, env: Env<'_>) -> Read1<Self> {
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
        let tables = |root: &mut Table, key: &str| -> Read1<Vec<Table>> {
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
    pub fn from_env(env: Env<'_>) -> Read1<Self> {
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
fn env_table(preset: &str, prefix: Option<&str>, env: Env<'_>) -> Read1<Option<Table>> {
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

fn micro(usd: f64) -> MicroUsd {
    (usd * 1e6).round() as MicroUsd
}

/// The keys of both kinds of provider.
fn endpoint(
    reader: &mut Reader<'_>,
    name: &str,
    base_url: Option<&str>,
    env: Option<&str>,
    own: bool,
) -> Read1<EndpointSettings> {
    let base_url = match (reader.address("base_url")?, base_url) {
        (Some(url), _) => url,
        (None, Some(known)) => address(known).map_err(|e| reader.wrong("base_url", e))?,
        (None, None) => return Err(reader.wrong("base_url", "is missing")),
    };
    let usual = env.map(|prefix| format!("{prefix}_API_KEY"));
    let key = reader.key(usual.as_deref())?;
    match &key {
        Some(_) => may_carry_key(&base_url).map_err(|e| reader.wrong("base_url", e))?,
        None if !own && usual.is_some() => {
            let problem = format!("is missing, and {} is not set", usual.unwrap_or_default());
            return Err(reader.wrong("key_env", problem));
        }
        None => {}
    }
    let timeout = reader
        .number("timeout_seconds", 0.1, 600.0)?
        .unwrap_or(DEFAULT_TIMEOUT);
    Ok(EndpointSettings {
        name: name.to_owned(),
        base_url,
        key,
        timeout: Duration::from_secs_f64(timeout),
        rates: Rates {
            requests_per_minute: reader.whole("requests_per_minute", 1, 1_000_000)?,
            tokens_per_minute: reader.whole("tokens_per_minute", 1, u32::MAX)?,
            requests_per_day: reader.whole("requests_per_day", 1, 10_000_000)?,
        },
    })
}

/// The price as it is known, with what is stated in its place.
fn price(reader: &mut Reader<'_>, known: Price) -> Read1<Price> {
    let input = reader.number("price_in", 0.0, 1e4)?.map(micro);
    let output = reader.number("price_out", 0.0, 1e4)?.map(micro);
    let image = reader.number("price_per_image", 0.0, 1e4)?.map(micro);
    // A price by the picture alone is the whole price.
    let known = match (input, output, image) {
        (None, None, Some(_)) => Price::FREE,
        _ => known,
    };
    Ok(Price {
        input: input.unwrap_or(known.input),
        output: output.unwrap_or(known.output),
        image: image.unwrap_or(known.image),
    })
}

fn name(reader: &mut Reader<'_>, usual: &str) -> Read1<String> {
    let name = reader.text("name")?.unwrap_or_else(|| usual.to_owned());
    if name.chars().count() > 40 {
        return Err(reader.wrong("name", "has to be shorter than 41 characters"));
    }
    Ok(name)
}

fn describer(mut reader: Reader<'_>) -> Read1<DescriberSettings> {
    let preset = match reader.text("preset")? {
        None => Preset::Custom,
        Some(text) => Preset::parse(&text).ok_or_else(|| {
            let known: Vec<&str> = Preset::ALL.iter().map(|p| p.as_str()).collect();
            reader.wrong("preset", format!("has to be one of {}", known.join(", ")))
        })?,
    };
    let known = preset.known();
    let name = name(&mut reader, known.name)?;
    let endpoint = endpoint(&mut reader, &name, known.base_url, known.env, known.own)?;
    let mut models = match (reader.text("model")?, reader.texts("models")?) {
        (Some(_), Some(_)) => return Err(reader.wrong("models", "model is set as well; keep one")),
        (Some(one), None) => vec![preset.model(&one)],
        (None, Some(several)) => several.iter().map(|id| preset.model(id)).collect(),
        (None, None) => preset.default_models(),
    };
    if models.is_empty() {
        return Err(reader.wrong("model", "is missing"));
    }
    let image_tokens = reader.whole("image_tokens", 0, 1_000_000)?;
    let stated = models.first().map(|m| m.price).unwrap_or_default();
    let changed = price(&mut reader, stated)?;
    for model in &mut models {
        if changed != stated {
            model.price = changed;
        }
        model.image_tokens = image_tokens.unwrap_or(model.image_tokens);
    }
    let json = match reader.text("json")? {
        None => known.json,
        Some(text) => JsonMode::parse(&text)
            .ok_or_else(|| reader.wrong("json", "has to be schema, object or text"))?,
    };
    let temperature = reader
        .number("temperature", 0.0, 2.0)?
        .unwrap_or(DEFAULT_TEMPERATURE);
    let max_tokens = reader
        .whole("max_tokens", 64, 32_768)?
        .unwrap_or(DEFAULT_MAX_TOKENS);
    let reasoning_effort = reader
        .text("reasoning_effort")?
        .or_else(|| known.reasoning_effort.map(str::to_owned));
    reader.finish()?;
    Ok(DescriberSettings {
        endpoint,
        preset,
        models,
        json,
        temperature: temperature as f32,
        max_tokens,
        reasoning_effort,
    })
}

fn embedder(mut reader: Reader<'_>) -> Read1<EmbedderSettings> {
    let known_names = || EmbedPreset::ALL.map(EmbedPreset::as_str).join(", ");
    let preset = reader
        .text("preset")?
        .and_then(|text| EmbedPreset::parse(&text))
        .ok_or_else(|| reader.wrong("preset", format!("has to be one of {}", known_names())))?;
    let known = preset.known();
    let name = name(&mut reader, known.name)?;
    let endpoint = endpoint(&mut reader, &name, known.base_url, known.env, known.own)?;
    let model = reader.text("model")?;
    let dims = reader.whole("dims", 8, 16_000)?;
    let usual = known
        .model
        .filter(|(id, _)| model.as_deref().is_none_or(|m| m == *id));
    let id = model
        .or_else(|| usual.map(|(id, _)| id.to_owned()))
        .ok_or_else(|| reader.wrong("model", "is missing"))?;
    let dims = dims
        .or(usual.map(|(_, dims)| dims))
        .ok_or_else(|| reader.wrong("dims", "is missing: the length of the model's vectors"))?;
    let price = price(&mut reader, known.price)?;
    reader.finish()?;
    Ok(EmbedderSettings {
        endpoint,
        preset,
        model: ModelSettings {
            id,
            price,
            image_tokens: known.image_tokens,
        },
        dims,
    })
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
