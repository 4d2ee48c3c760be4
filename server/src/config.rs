//! Every setting, in one place: a flag and an environment variable each.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context;
use catalog::ImageStoreSettings;
use clap::{Args, ValueEnum};
use search::Deadlines;
use vision::{Depth, provider::ProviderSettings};

pub use crate::access::AccessSettings;
pub use crate::limits::{LimitSettings, ProxyHeader};

/// Whether the demo library is rendered into an empty library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Demo {
    /// When the library is empty, or an earlier start was cut off while filling it.
    Auto,
    /// Never.
    Off,
}

/// Settings of the library: where it lives and where its pictures are.
#[derive(Debug, Clone, Args)]
pub struct LibrarySettings {
    /// Folder of the built-in database and of the swatches' pictures
    #[arg(long, env = "VENEER_DATA", default_value = "data")]
    pub data: PathBuf,

    /// A PostgreSQL server (15 or newer, pgvector 0.8 or newer) instead of the built-in one:
    /// postgres://user:password@host/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// Compare every row up to this many survivors of the filters; past it, find those that could be near by
    /// sketches or the index, whichever is quicker, and compare them
    #[arg(long, env = "VENEER_EXACT_BELOW", default_value_t = catalog::Settings::EXACT_BELOW)]
    pub exact_below: u32,

    /// Keep pictures in this S3 bucket instead of the data folder
    #[arg(long, env = "VENEER_S3_BUCKET", requires_all = ["s3_key", "s3_secret"])]
    pub s3_bucket: Option<String>,

    /// Region of the bucket
    #[arg(long, env = "VENEER_S3_REGION", default_value = "us-east-1")]
    pub s3_region: String,

    /// Address of an S3-compatible server, where it is not Amazon's
    #[arg(long, env = "VENEER_S3_ENDPOINT")]
    pub s3_endpoint: Option<String>,

    /// Access key of the bucket
    #[arg(long, env = "VENEER_S3_KEY", hide_env_values = true)]
    pub s3_key: Option<String>,

    /// Secret of the bucket
    #[arg(long, env = "VENEER_S3_SECRET", hide_env_values = true)]
    pub s3_secret: Option<String>,

    /// Folder inside the bucket
    #[arg(long, env = "VENEER_S3_PREFIX", default_value = "")]
    pub s3_prefix: String,

    /// Cores that compute on pictures at the same time (default: all)
    #[arg(long, env = "VENEER_THREADS")]
    pub threads: Option<usize>,

    /// Largest photo that is taken, in megabytes
    #[arg(long, env = "VENEER_MAX_UPLOAD_MB", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=200))]
    pub max_upload_mb: u64,

    /// Seconds to wait for an image address
    #[arg(long, env = "VENEER_FETCH_SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=120))]
    pub fetch_seconds: u64,

    /// Open image addresses on private networks too. Guests can then reach them through the server
    #[arg(long, env = "VENEER_ALLOW_PRIVATE_ADDRESSES")]
    pub allow_private_addresses: bool,

    /// Seconds that reading and decoding a photo may take
    #[arg(long, env = "VENEER_VALIDATION_SECONDS", default_value_t = 5.0, value_parser = seconds)]
    pub validation_seconds: f32,

    /// Seconds to wait for what a vision model says; the visual results never wait for it
    #[arg(long, env = "VENEER_ANALYSIS_SECONDS", default_value_t = 15.0, value_parser = seconds)]
    pub analysis_seconds: f32,

    /// Seconds to wait for the vector of the model in use; past it the built-in one answers
    #[arg(long, env = "VENEER_EMBEDDING_SECONDS", default_value_t = 10.0, value_parser = seconds)]
    pub embedding_seconds: f32,

    /// Seconds that ranking the library may take
    #[arg(long, env = "VENEER_SEARCH_SECONDS", default_value_t = 8.0, value_parser = seconds)]
    pub search_seconds: f32,

    /// Folder of models for looks and words, one folder each (default: `models` in the data folder)
    #[arg(long, env = "VENEER_MODELS")]
    pub models: Option<PathBuf>,

    /// The ONNX Runtime library, or the folder that holds it (default: where it usually is)
    #[arg(long, env = "VENEER_ONNXRUNTIME")]
    pub onnxruntime: Option<PathBuf>,

    /// A file of vision models behind HTTP and of the budget for them; keys in the environment such as
    /// TOGETHER_API_KEY do without
    #[arg(long, env = "VENEER_PROVIDERS")]
    pub providers: Option<PathBuf>,

    /// Folder of a BLIP model in the ONNX format, which captions photos when no vision model behind HTTP does
    #[arg(long, env = "VENEER_CAPTIONS")]
    pub captions: Option<PathBuf>,

    /// How much vision models are asked about a photo
    #[arg(long, env = "VENEER_DEPTH", default_value = "detailed", value_parser = depth)]
    pub depth: Depth,

    /// Have the providers read what people write as well, and suggest what else is meant. They get the words, and
    /// each new text costs a call
    #[arg(long, env = "VENEER_REFINE_WORDS")]
    pub refine_words: bool,

    /// Answers kept in memory for five minutes; 0 keeps nothing, vectors neither
    #[arg(long, env = "VENEER_CACHED_ANSWERS", default_value_t = 1_000)]
    pub cached_answers: u64,

    /// A Redis to share vectors and answers through, for several servers of one library:
    /// redis://user:password@host:6379/0
    #[arg(long, env = "VENEER_REDIS", hide_env_values = true)]
    pub redis: Option<String>,

    /// Days a search stays under its address; shares last
    #[arg(long, env = "VENEER_SEARCH_DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub search_days: u32,
}

impl LibrarySettings {
    /// Where the library and its pictures are.
    pub fn for_catalog(&self) -> catalog::Settings {
        let images = match (&self.s3_bucket, &self.s3_key, &self.s3_secret) {
            (Some(bucket), Some(key), Some(secret)) => ImageStoreSettings::S3 {
                bucket: bucket.clone(),
                region: self.s3_region.clone(),
                endpoint: self.s3_endpoint.clone(),
                key: key.clone(),
                secret: secret.clone(),
                prefix: self.s3_prefix.clone(),
            },
            _ => ImageStoreSettings::Local,
        };
        catalog::Settings {
            database_url: self.database_url.clone(),
            data: self.data.clone(),
            images,
            exact_below: self.exact_below,
        }
    }

    /// As the search room takes them.
    ///
    /// # Errors
    /// A sentence about what is wrong in the file of vision models or in the environment.
    pub fn for_search(&self) -> anyhow::Result<search::Settings> {
        let threads = self
            .threads
            .or_else(|| std::thread::available_parallelism().ok().map(usize::from))
            .unwrap_or(2)
            .max(1);
        Ok(search::Settings {
            catalog: self.for_catalog(),
            threads,
            max_upload_bytes: self.max_upload_mb * 1_000_000,
            fetch_timeout: Duration::from_secs(self.fetch_seconds),
            allow_private_addresses: self.allow_private_addresses,
            deadlines: Deadlines {
                validation: Duration::from_secs_f32(self.validation_seconds),
                analysis: Duration::from_secs_f32(self.analysis_seconds),
                embedding: Duration::from_secs_f32(self.embedding_seconds),
                search: Duration::from_secs_f32(self.search_seconds),
            },
            models: vision::Models {
                folder: self
                    .models
                    .clone()
                    .unwrap_or_else(|| self.data.join("models")),
                runtime: self.onnxruntime.clone(),
                data: self.data.clone(),
                threads,
            },
            providers: self.vision_models()?,
            captions: self.captions.clone(),
            depth: self.depth,
            refine_words: self.refine_words,
            cached_answers: self.cached_answers,
            redis: self.redis.clone(),
        })
    }

    /// The vision models of the file and of the environment.
    fn vision_models(&self) -> anyhow::Result<ProviderSettings> {
        let env = |name: &str| std::env::var(name).ok();
        let from_env = ProviderSettings::from_env(&env)?;
        let Some(file) = &self.providers else {
            return Ok(from_env);
        };
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        Ok(ProviderSettings::parse(&text, file, &env)?.and(from_env))
    }
}

/// Settings of the server.
#[derive(Debug, Clone, Args)]
pub struct ServeSettings {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "VENEER_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// Where people reach the site, for shared links (default: the address listened on)
    #[arg(long, env = "VENEER_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,

    /// Folder of the built site: WebAssembly, styles, fonts
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,

    /// Whether to render the demo library into an empty library
    #[arg(long, env = "VENEER_DEMO", value_enum, default_value_t = Demo::Auto)]
    pub demo: Demo,

    /// Tell metrics, for Prometheus, on this address; guests must not reach it (default: nowhere)
    #[arg(long, env = "VENEER_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,

    /// Seconds to go on taking requests after being told to stop, while /readyz says so: as long as a load balancer
    /// needs to notice
    #[arg(long, env = "VENEER_DRAIN_SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(0..=120))]
    pub drain_seconds: u64,

    /// Search with this model: the library is embedded with it in the background, then searches change
    #[arg(long, env = "VENEER_MODEL")]
    pub model: Option<String>,

    /// Ask everybody to sign in, for every page and picture; programs need a key. Without it whoever reaches the site
    /// may look and search
    #[arg(long, env = "VENEER_PRIVATE")]
    pub private: bool,

    /// Limits for people
    #[command(flatten)]
    pub limits: LimitSettings,

    /// Who may use the programs' door
    #[command(flatten)]
    pub access: AccessSettings,

    /// Where the library lives
    #[command(flatten)]
    pub library: LibrarySettings,
}

pub(crate) fn depth(value: &str) -> Result<Depth, String> {
    Depth::parse(value).ok_or_else(|| "it should be basic, detailed or comprehensive".to_owned())
}

/// A patience: more than nothing, an hour at most.
fn seconds(value: &str) -> Result<f32, String> {
    match value.parse::<f32>() {
        Ok(s) if s > 0.0 && s <= 3600.0 => Ok(s),
        _ => Err("it should be a number of seconds, more than 0 and at most 3600".to_owned()),
    }
}

/// An address of a site: `http(s)://host…`, without the slash at the end.
pub(crate) fn public_url(value: &str) -> Result<String, String> {
    let rest = value
        .strip_prefix("https://")
        .or_else(|| value.strip_prefix("http://"))
        .ok_or("it should start with http:// or https://")?;
    if rest.is_empty() || rest.contains(['?', '#', ' ', '"', '<', '>']) {
        return Err(
            "it should be the address of a site, such as https://veneer.example".to_owned(),
        );
    }
    Ok(value.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn a_public_url_is_the_address_of_a_site() {
        assert_eq!(
            public_url("https://veneer.example/").as_deref(),
            Ok("https://veneer.example")
        );
        assert_eq!(
            public_url("http://host:8080/room").as_deref(),
            Ok("http://host:8080/room")
        );
        for bad in [
            "veneer.example",
            "ftp://x",
            "https://",
            "https://x?y",
            "https://\"x",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }
}
