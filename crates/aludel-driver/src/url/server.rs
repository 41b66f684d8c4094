//! The options that all servers have.

use std::{num::NonZeroUsize, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};

use super::Backend;
use crate::isolation::{self, Isolation};

/// The most connections of `pool`.
const MAX_POOL: usize = 1_000;
/// The most statements of `statement_cache`.
const MAX_STATEMENTS: usize = 10_000;
/// The longest of all times: a day.
const MAX_SECONDS: f64 = 86_400.0;

/// An option with a value it cannot have.
pub(super) fn wrong(backend: Backend, name: &str, known: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the option `{name}` of the {backend} URL cannot have that value"))
        .with_help(format!("Write {known}."))
}

/// An option there is none of. It is not repeated: behind an unescaped `?` of a password, the rest of it looks like an
/// option.
pub(super) fn unknown(backend: Backend, known: &'static str) -> Error {
    Error::new(ErrorKind::Config, format!("the {backend} URL has an option that is not known")).with_help(known)
}

pub(super) fn isolation(backend: Backend, name: &str, value: &str) -> Result<Isolation> {
    value.parse().map_err(|_| wrong(backend, name, isolation::KNOWN))
}

pub(super) fn pool(backend: Backend, name: &str, value: &str) -> Result<NonZeroUsize> {
    let size = value.parse().ok().filter(|size: &NonZeroUsize| size.get() <= MAX_POOL);
    size.ok_or_else(|| wrong(backend, name, "a number of connections from 1 to 1000"))
}

pub(super) fn overflow(backend: Backend, name: &str, value: &str) -> Result<usize> {
    let more = value.parse().ok().filter(|more| *more <= MAX_POOL);
    more.ok_or_else(|| wrong(backend, name, "a number of connections from 0 to 1000"))
}

pub(super) fn statements(backend: Backend, name: &str, value: &str) -> Result<usize> {
    let size = value.parse().ok().filter(|size| *size <= MAX_STATEMENTS);
    size.ok_or_else(|| wrong(backend, name, "a number of statements from 0 to 10000"))
}

pub(super) fn connect_timeout(backend: Backend, name: &str, value: &str) -> Result<Duration> {
    let timeout = time(backend, name, value)?;
    // What other clients call no time-out at all.
    Ok(if timeout.is_zero() { Duration::from_secs_f64(MAX_SECONDS) } else { timeout })
}

pub(super) fn time(backend: Backend, name: &str, value: &str) -> Result<Duration> {
    read_time(value).ok_or_else(|| wrong(backend, name, A_TIME))
}

/// What [`read_time`] takes.
pub(super) const A_TIME: &str = "a number of seconds, or one with a unit as in `500ms` or `5min`, up to a day";

/// A number of seconds, or of what its unit says.
pub(super) fn read_time(value: &str) -> Option<Duration> {
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &value[number.len()..] {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "min" => 60.0,
        "h" => 3_600.0,
        _ => return None,
    };
    let seconds = number.parse::<f64>().ok()? * unit;
    (0.0..=MAX_SECONDS).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}
