//! Vision models behind HTTP, against providers on this machine that behave in every way real ones
//! do.

mod answers;
mod budget;
mod embedding;
mod fake;
mod secrets;
mod trouble;
mod words;
