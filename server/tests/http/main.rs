//! The server over real HTTP, in one program: linking it five times takes longer than running it.

mod admin;
mod analysing;
mod api;
mod bad_input;
mod deployed;
mod describe;
mod evaluation;
mod imports;
mod keys;
mod limits;
mod main_job;
mod operating;
mod refining;
mod semantic;
mod steering;
mod stock;
mod support;
