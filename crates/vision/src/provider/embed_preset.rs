//! Servers of embeddings that are known by name, and how each takes a picture.

use super::price::Price;

/// How a server takes a picture to make a vector of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmbedPreset {
    /// Hugging Face Inference: the file itself, posted to the model's `feature-extraction`.
    HuggingFace,
    /// A Hugging Face Inference Endpoint of one's own: the file itself, posted to its address.
    HuggingFaceEndpoint,
    /// Jina AI: `/embeddings` with `input: [{"image": …}]`.
    Jina,
    /// Infinity and the like: `/embeddings` with the data address as `input` and `modality: image`.
    Infinity,
    /// vLLM: `/embeddings` with `messages`, as for chat.
    Vllm,
}

/// What is known of an embedding preset.
pub(super) struct KnownEmbed {
    pub(super) name: &'static str,
    pub(super) base_url: Option<&'static str>,
    pub(super) env: Option<&'static str>,
    pub(super) own: bool,
    /// Rented by the hour: a call more costs nothing.
    pub(super) hourly: bool,
    /// Model and dimensions that are taken when none is named.
    pub(super) model: Option<(&'static str, u32)>,
    /// Upper bound of the cost of one picture where none is stated.
    pub(super) price: Price,
    pub(super) image_tokens: u32,
}

impl EmbedPreset {
    /// Every preset.
    pub const ALL: [Self; 5] = [
        Self::HuggingFace,
        Self::HuggingFaceEndpoint,
        Self::Jina,
        Self::Infinity,
        Self::Vllm,
    ];

    /// As it stands in the configuration.
    pub fn as_str(self) -> &'static str {
        self.known().name
    }

    /// Reads the form of [`EmbedPreset::as_str`].
    pub fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.as_str() == value)
    }

    pub(super) fn known(self) -> &'static KnownEmbed {
        match self {
            Self::HuggingFace => &HUGGING_FACE,
            Self::HuggingFaceEndpoint => &HUGGING_FACE_ENDPOINT,
            Self::Jina => &JINA,
            Self::Infinity => &INFINITY,
            Self::Vllm => &VLLM_EMBED,
        }
    }
}

static HUGGING_FACE: KnownEmbed = KnownEmbed {
    name: "huggingface",
    base_url: Some("https://router.huggingface.co/hf-inference"),
    env: Some("HUGGING_FACE"),
    own: false,
    hourly: false,
    model: Some(("openai/clip-vit-base-patch32", 512)),
    // Charged by computing time; a picture takes well under a second of a small machine.
    price: Price {
        input: 0,
        output: 0,
        image: 200,
    },
    image_tokens: 0,
};

static HUGGING_FACE_ENDPOINT: KnownEmbed = KnownEmbed {
    name: "huggingface-endpoint",
    base_url: None,
    env: Some("HUGGING_FACE"),
    own: true,
    hourly: true,
    model: None,
    price: Price::FREE,
    image_tokens: 0,
};

static JINA: KnownEmbed = KnownEmbed {
    name: "jina",
    base_url: Some("https://api.jina.ai/v1"),
    env: Some("JINA"),
    own: false,
    hourly: false,
    model: Some(("jina-clip-v2", 1024)),
    price: Price::per_million(50_000, 0),
    // A picture of 512 pixels is one tile.
    image_tokens: 4_000,
};

static INFINITY: KnownEmbed = KnownEmbed {
    name: "infinity",
    base_url: Some("http://127.0.0.1:7997"),
    env: None,
    own: true,
    hourly: false,
    model: None,
    price: Price::FREE,
    image_tokens: 0,
};

static VLLM_EMBED: KnownEmbed = KnownEmbed {
    name: "vllm",
    base_url: Some("http://127.0.0.1:8000/v1"),
    env: None,
    own: true,
    hourly: false,
    model: None,
    price: Price::FREE,
    image_tokens: 0,
};

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn presets_read_back_and_their_addresses_parse() {
        for preset in EmbedPreset::ALL {
            assert_eq!(EmbedPreset::parse(preset.as_str()), Some(preset));
            let known = preset.known();
            assert!(known.base_url.is_none_or(|url| Url::parse(url).is_ok()));
            assert_eq!(known.price.is_free(), known.own);
        }
    }
}
