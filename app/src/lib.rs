//! What a person sees: pages, islands, components.
//!
//! Compiled twice. With `ssr` the pages are rendered on the server, whole and usable without
//! JavaScript. With `hydrate` only the islands go into the browser: pages and components are not
//! part of the module at all.

mod doubles;
pub mod islands;
pub mod wire;

#[cfg(feature = "ssr")]
mod candidates;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod error;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub use candidates::Candidates;
#[cfg(feature = "ssr")]
pub use error::{Failure, Reference, status};
#[cfg(feature = "ssr")]
pub use shell::{App, Site, shell};
