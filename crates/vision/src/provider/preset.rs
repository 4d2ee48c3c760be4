//! Providers that are known by name: their address, what they call their models, what those cost.
//!
//! Prices are examples of what the providers listed in 2025 and 2026; they move, so a configuration should
//! state its own. A paid model that is not listed is taken at [`Price::ASSUMED`], and so is a listed one at
//! an address that is not its provider's.

use super::{chat::JsonMode, price::Price};

/// A model with its price and the most tokens it takes a picture of 1024 pixels for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelSettings {
    /// Its name at the provider.
    pub id: String,
    /// What it costs.
    pub price: Price,
    /// Upper bound of the tokens of one picture, for what is set aside before a call.
    pub image_tokens: u32,
}

/// A known provider of vision models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Together AI.
    Together,
    /// Groq.
    Groq,
    /// OpenAI.
    OpenAi,
    /// Ollama on one's own machine.
    Ollama,
    /// The server of llama.cpp on one's own machine.
    LlamaCpp,
    /// vLLM on one's own machine.
    Vllm,
    /// Anything else that speaks the format; needs an address and a model.
    Custom,
}

/// What is known of a preset.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) base_url: Option<&'static str>,
    /// Environment variables start with it: `…_API_KEY`, `…_MODEL`.
    pub(super) env: Option<&'static str>,
    pub(super) json: JsonMode,
    /// One's own server: no key needed, nothing to pay.
    pub(super) own: bool,
    pub(super) reasoning_effort: Option<&'static str>,
    /// For models that are not listed.
    image_tokens: u32,
    models: &'static [(&'static str, Price, u32)],
}

impl Preset {
    /// Every preset.
    pub const ALL: [Self; 7] = [
        Self::Together,
        Self::Groq,
        Self::OpenAi,
        Self::Ollama,
        Self::LlamaCpp,
        Self::Vllm,
        Self::Custom,
    ];

    /// As it stands in the configuration.
    pub fn as_str(self) -> &'static str {
        self.known().name
    }

    /// Reads the form of [`Preset::as_str`].
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == value)
    }

    pub(super) fn known(self) -> &'static Known {
        match self {
            Self::Together => &TOGETHER,
            Self::Groq => &GROQ,
            Self::OpenAi => &OPENAI,
            Self::Ollama => &OLLAMA,
            Self::LlamaCpp => &LLAMA_CPP,
            Self::Vllm => &VLLM,
            Self::Custom => &CUSTOM,
        }
    }

    /// A model of it, with what is known of that.
    pub(super) fn model(self, id: &str) -> ModelSettings {
        let known = self.known();
        let listed = known.models.iter().find(|(name, ..)| *name == id);
        let (price, image_tokens) = match listed {
            Some(&(_, price, image_tokens)) => (price, image_tokens),
            None if known.own => (Price::FREE, known.image_tokens),
            None => (Price::ASSUMED, known.image_tokens),
        };
        ModelSettings {
            id: id.to_owned(),
            price,
            image_tokens,
        }
    }

    /// The models that are asked when none is named, in order.
    pub(super) fn default_models(self) -> Vec<ModelSettings> {
        let ids = self.known().models.iter().map(|(id, ..)| *id);
        ids.map(|id| self.model(id)).collect()
    }
}

static TOGETHER: Known = Known {
    name: "together",
    base_url: Some("https://api.together.xyz/v1"),
    env: Some("TOGETHER"),
    json: JsonMode::Schema,
    own: false,
    reasoning_effort: None,
    image_tokens: 6_500,
    // Up to four tiles of 1601 tokens a picture.
    models: &[
        (
            "meta-llama/Llama-3.2-90B-Vision-Instruct-Turbo",
            Price::per_million(1_200_000, 1_200_000),
            6_500,
        ),
        (
            "meta-llama/Llama-3.2-11B-Vision-Instruct-Turbo",
            Price::per_million(180_000, 180_000),
            6_500,
        ),
    ],
};

static GROQ: Known = Known {
    name: "groq",
    base_url: Some("https://api.groq.com/openai/v1"),
    env: Some("GROQ"),
    json: JsonMode::Object,
    own: false,
    // Its vision models think aloud unless told not to.
    reasoning_effort: Some("none"),
    image_tokens: 2_100,
    // Its Llama vision models were withdrawn in April 2025 and July 2026.
    models: &[
        ("qwen/qwen3.8-27b", Price::ASSUMED, 2_100),
        ("qwen/qwen3.6-27b", Price::ASSUMED, 2_100),
    ],
};

static OPENAI: Known = Known {
    name: "openai",
    base_url: Some("https://api.openai.com/v1"),
    env: Some("OPENAI"),
    json: JsonMode::Schema,
    own: false,
    reasoning_effort: None,
    // GPT-4o mini counts a picture of four tiles as 25,501 tokens; none is known to count more.
    image_tokens: 26_000,
    models: &[
        (
            "gpt-4.1-mini",
            Price::per_million(400_000, 1_600_000),
            2_600,
        ),
        ("gpt-4o-mini", Price::per_million(150_000, 600_000), 26_000),
    ],
};

static OLLAMA: Known = Known {
    name: "ollama",
    base_url: Some("http://127.0.0.1:11434/v1"),
    env: None,
    json: JsonMode::Schema,
    own: true,
    reasoning_effort: None,
    image_tokens: 6_500,
    models: &[("llama3.2-vision", Price::FREE, 6_500)],
};

static LLAMA_CPP: Known = Known {
    name: "llama.cpp",
    base_url: Some("http://127.0.0.1:8080/v1"),
    env: None,
    json: JsonMode::Schema,
    own: true,
    reasoning_effort: None,
    image_tokens: 6_500,
    // It serves one model and does not look at the name.
    models: &[("default", Price::FREE, 6_500)],
};

static VLLM: Known = Known {
    name: "vllm",
    base_url: Some("http://127.0.0.1:8000/v1"),
    env: None,
    json: JsonMode::Schema,
    own: true,
    reasoning_effort: None,
    image_tokens: 6_500,
    models: &[],
};

static CUSTOM: Known = Known {
    name: "custom",
    base_url: None,
    env: None,
    json: JsonMode::Schema,
    own: false,
    reasoning_effort: None,
    image_tokens: 26_000,
    models: &[],
};

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn presets_read_back_and_their_addresses_parse() {
        for preset in Preset::ALL {
            assert_eq!(Preset::parse(preset.as_str()), Some(preset));
            let known = preset.known();
            assert!(known.base_url.is_none_or(|url| Url::parse(url).is_ok()));
            for (_, price, image_tokens) in known.models {
                assert_eq!(price.is_free(), known.own);
                assert!(*image_tokens > 0);
            }
        }
    }

    #[test]
    fn a_paid_model_is_never_free_by_ignorance() {
        assert_eq!(Preset::OpenAi.model("gpt-9").price, Price::ASSUMED);
        assert_eq!(Preset::Custom.model("x").price, Price::ASSUMED);
        assert_eq!(Preset::Ollama.model("llava").price, Price::FREE);
    }
}
