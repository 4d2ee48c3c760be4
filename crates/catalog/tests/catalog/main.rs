//! The library on both engines: the PostgreSQL inside the process, and the server that
//! `VENEER_TEST_DATABASE_URL` names. One binary, because linking the engine takes long.

#![expect(clippy::unwrap_used, reason = "what fails in a test fails the test")]

mod analysing;
mod audit;
mod backup;
mod filters;
mod growing;
mod jobs;
mod kill;
mod library;
mod models;
mod money;
mod near;
mod operators;
mod pace;
mod programs;
mod searching;
mod seen;
mod start;
mod support;
mod upgrade;
mod writing;
