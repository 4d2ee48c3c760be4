//! The operator's pages: functions from what the use cases tell to HTML.
//!
//! Nothing here asks, decides or knows of HTTP; nothing of it is in the modules that visitors load. Every form is
//! whole without JavaScript; the module `desk` makes some of them quicker (see `desk/`).

mod changes;
mod duplicates;
mod frame;
mod health;
mod import;
mod jobs;
mod library;
mod models;
mod providers;
mod sign_in;
mod storage;
mod text;

pub use changes::changes;
pub use duplicates::{DuplicatesPage, duplicates};
pub use frame::{Frame, Section, failure};
pub use health::{Finding, health};
pub use import::{Draft, ImportPage, Looking, import, looked, looking};
pub use jobs::{JobPage, JobsPage, job, jobs};
pub use library::{LackingPage, lacking, library};
pub use models::{ModelsPage, models};
pub use providers::providers;
pub use sign_in::{sign_in, welcome};
pub use storage::storage;
pub use text::{JobNow, now};
