//! The SQLite driver, through the public API.

mod cancel;
mod errors;
mod inline;
mod log;
mod open;
mod settings;
mod statements;
mod support;
mod writers;
