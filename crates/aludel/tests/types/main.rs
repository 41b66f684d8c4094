//! Every type a column can have: what is written is read, compares as it does in Rust, sorts as it does in Rust, or is
//! refused before it is sent.

#[path = "../support/mod.rs"]
mod support;

#[macro_use]
mod property;

mod array;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "decimal")]
mod decimal;
mod enumeration;
#[cfg(feature = "json")]
mod json;
mod newtype;
mod numbers;
mod server_default;
mod temporal;
mod text;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;
