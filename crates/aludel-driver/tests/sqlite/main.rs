//! The SQLite driver, through the public API.

#[path = "../shared/mod.rs"]
mod shared;

mod cancel;
mod errors;
mod inline;
mod like;
mod open;
mod settings;
mod statements;
mod support;
mod writers;
