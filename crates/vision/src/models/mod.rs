//! Model files: which there are, fetching them, and making them small.
//!
//! ```text
//! catalogue()               models that are known to work
//! pull(name, models, …)     fetches one from the hub
//! prepare_int8(folder, …)   its int8 form: the published one, or made here
//! compare(f32, int8, …)     how near that stays, and how fast it is
//! installed(models)         what is there
//! ```
//!
//! Running a model is not done here.

mod catalogue;
mod graph;
mod hub;
mod installed;
mod layout;
mod onnx;
mod quantize;
mod report;
mod rewrite;
mod store;
mod weights;

pub use catalogue::{Family, Known, catalogue};
pub use hub::{Hub, ModelName, Progress, PullError, Pulled, pull};
pub use installed::{Installed, installed};
pub use layout::{Precision, Tower, model_file};
pub use quantize::{Origin, Prepared, QuantizeError, Quantized, Range, prepare_int8, quantize};
pub use report::{Report, ReportError, compare};

/// A temporary file that becomes a model's file once it is whole. Unlike other temporary files it
/// may be read by everyone: the account that runs the server is often not the one that made it.
fn temporary(folder: &std::path::Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    builder
        .prefix(".veneer-")
        .suffix(".tmp")
        .tempfile_in(folder)
}
