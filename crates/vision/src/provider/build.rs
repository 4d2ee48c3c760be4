//! One table of the configuration made into one provider, with what its preset knows in the place
//! of what is not stated.

use std::time::Duration;

use url::Url;

use super::{
    chat::JsonMode,
    embed_preset::EmbedPreset,
    limits::Rates,
    preset::{ModelSettings, Preset},
    price::{MicroUsd, Price},
    settings::{DescriberSettings, EmbedderSettings, EndpointSettings},
    table::{Checked, Reader, address, may_carry_key},
    wire::is_near,
};

const DEFAULT_TIMEOUT: f64 = 30.0;
const DEFAULT_TEMPERATURE: f64 = 0.1;
const DEFAULT_MAX_TOKENS: u32 = 1024;

pub(super) fn micro(usd: f64) -> MicroUsd {
    (usd * 1e6).round() as MicroUsd
}

/// The keys of both kinds of provider.
fn endpoint(
    reader: &mut Reader<'_>,
    name: &str,
    base_url: Option<&str>,
    env: Option<&str>,
    own: bool,
) -> Checked<EndpointSettings> {
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

/// What a configuration says of prices.
struct Stated {
    input: Option<MicroUsd>,
    output: Option<MicroUsd>,
    image: Option<MicroUsd>,
}

impl Stated {
    fn read(reader: &mut Reader<'_>) -> Checked<Self> {
        Ok(Self {
            input: reader.number("price_in", 0.0, 1e4)?.map(micro),
            output: reader.number("price_out", 0.0, 1e4)?.map(micro),
            image: reader.number("price_per_image", 0.0, 1e4)?.map(micro),
        })
    }

    /// The price as it is known, with what is stated in its place.
    fn or(&self, known: Price) -> Price {
        // A price by the picture alone is the whole price.
        let known = match (self.input, self.output, self.image) {
            (None, None, Some(_)) => Price::FREE,
            _ => known,
        };
        Price {
            input: self.input.unwrap_or(known.input),
            output: self.output.unwrap_or(known.output),
            image: self.image.unwrap_or(known.image),
        }
    }
}

/// What is taken for the price where none is stated. What is listed holds at the address it is listed for and in
/// one's own network. At any other address a server may send a bill, unless it does not even ask for a key.
fn assumed(
    endpoint: &EndpointSettings,
    base_url: Option<&str>,
    own: bool,
    listed: Price,
    worst: Price,
) -> Price {
    let usual = base_url.is_some_and(|url| Url::parse(url).is_ok_and(|u| u == endpoint.base_url));
    if usual || is_near(&endpoint.base_url) || (own && endpoint.key.is_none()) {
        listed
    } else {
        worst
    }
}

fn name(reader: &mut Reader<'_>, usual: &str) -> Checked<String> {
    let name = reader.text("name")?.unwrap_or_else(|| usual.to_owned());
    if name.chars().count() > 40 {
        return Err(reader.wrong("name", "has to be shorter than 41 characters"));
    }
    Ok(name)
}

pub(super) fn describer(mut reader: Reader<'_>) -> Checked<DescriberSettings> {
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
    let stated = Stated::read(&mut reader)?;
    for model in &mut models {
        let listed = model.price;
        let known = assumed(&endpoint, known.base_url, known.own, listed, Price::ASSUMED);
        model.price = stated.or(known);
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

pub(super) fn embedder(mut reader: Reader<'_>) -> Checked<EmbedderSettings> {
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
    let worst = Price::ASSUMED_EMBEDDING;
    let listed = known.model.is_some_and(|(listed, _)| listed == id) || known.own;
    let listed = if listed { known.price } else { worst };
    let known_price = if known.hourly {
        known.price
    } else {
        assumed(&endpoint, known.base_url, known.own, listed, worst)
    };
    let price = Stated::read(&mut reader)?.or(known_price);
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
