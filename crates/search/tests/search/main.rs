//! Libraries filled and searched without a server in between, in one program: linking it once for every
//! subject takes longer than running it.

mod inbox;
mod jobs;
mod library;
mod models;
mod nothing_close;
mod ranking;
mod redis;
mod steer;
mod support;
