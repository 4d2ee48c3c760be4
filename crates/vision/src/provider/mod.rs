//! Vision models behind HTTP.
//!
//! [`Chain`] asks the models of a configuration ([`ProviderSettings`]) in order until one says what
//! a picture shows; [`HttpEmbedder`] turns pictures into vectors. Around every call stand a circuit
//! breaker, the provider's limits, a hard budget ([`Ledger`]), a deadline and a few more tries.
//! Keys ([`Secret`]) leave as a header and in no other way; answers are read as data.

mod answer;
mod breaker;
mod build;
mod chain;
mod chat;
mod clean;
mod describer;
mod embed_preset;
mod embedder;
mod failure;
mod guard;
mod ledger;
mod limits;
mod picture;
mod preset;
mod price;
mod prompt;
mod secret;
mod settings;
mod table;
mod wire;
mod words;

pub use breaker::{BreakerState, Health};
pub use chain::{Chain, MemberHealth, Probe};
pub use chat::JsonMode;
pub use describer::HttpDescriber;
pub use embed_preset::EmbedPreset;
pub use embedder::HttpEmbedder;
pub use guard::Resilience;
pub use ledger::{Booking, Call, Caps, Ledger, MemoryLedger, OverBudget, Reservation};
pub use limits::Rates;
pub use preset::{ModelSettings, Preset};
pub use price::{MicroUsd, Price};
pub use secret::{Secret, SecretError};
pub use settings::{DescriberSettings, EmbedderSettings, EndpointSettings, ProviderSettings};
pub use table::{Env, SettingsError};
