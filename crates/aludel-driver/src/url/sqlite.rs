//! The options of a SQLite URL.

use std::{num::NonZeroUsize, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};

use super::server::{A_TIME, read_time};
use crate::isolation::{self, Isolation};

/// How far SQLite goes to keep a commit over a power cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Synchronous {
    /// Nothing is waited for: a power cut can break the file.
    Off,
    /// A power cut can lose the last commits, and never leaves the file inconsistent. The default.
    Normal,
    /// Each commit waits for the disk.
    Full,
    /// Like `Full`, and the folder is synced too.
    Extra,
}

/// What the file is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reading only; the file has to be there.
    ReadOnly,
    /// Reading and writing; the file has to be there.
    ReadWrite,
    /// Reading and writing; the file is made if it is not there. The default.
    ReadWriteCreate,
}

/// What stands after the question mark of a SQLite URL.
#[derive(Clone, Debug, PartialEq)]
pub struct SqliteOptions {
    /// `synchronous=off|normal|full|extra`; `None` when not given.
    pub synchronous: Option<Synchronous>,
    /// `timeout=TIME`: how long to wait for a lock that another writer holds. 5 seconds.
    pub timeout: Duration,
    /// `statement_timeout=TIME`: how long one statement may take.
    pub statement_timeout: Option<Duration>,
    /// `mode=ro|rw|rwc`.
    pub mode: Mode,
    /// `isolation=read-committed`: the level of transactions that ask for none. Whatever is asked for, it is SERIALIZABLE.
    pub isolation: Option<Isolation>,
    /// `pool=N`: how many connections are kept open. 8.
    pub pool: NonZeroUsize,
    /// `overflow=N`: how many more there may be, which are closed when they come back. 0.
    pub overflow: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        SqliteOptions {
            synchronous: None,
            timeout: Duration::from_secs(5),
            statement_timeout: None,
            mode: Mode::ReadWriteCreate,
            isolation: None,
            pool: NonZeroUsize::MIN.saturating_add(7),
            overflow: 0,
        }
    }
}

/// The most connections of `pool`.
const MAX_POOL: usize = 1_000;

impl SqliteOptions {
    /// Reads the options of a URL.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn parse(options: &[(String, String)]) -> Result<Self> {
        let mut parsed = SqliteOptions::default();
        for (name, value) in options {
            let wrong = |known: &str| {
                Error::new(ErrorKind::Config, format!("the option `{name}` of the SQLite URL cannot be `{value}`"))
                    .with_help(format!("Write {known}."))
            };
            match name.as_str() {
                "synchronous" => {
                    parsed.synchronous = Some(match value.to_ascii_lowercase().as_str() {
                        "off" => Synchronous::Off,
                        "normal" => Synchronous::Normal,
                        "full" => Synchronous::Full,
                        "extra" => Synchronous::Extra,
                        _ => return Err(wrong("`off`, `normal`, `full` or `extra`")),
                    });
                }
                "timeout" | "statement_timeout" => {
                    let time = read_time(value).ok_or_else(|| wrong(A_TIME))?;
                    match name.as_str() {
                        "timeout" => parsed.timeout = time,
                        // As on the servers, 0 is no limit.
                        _ => parsed.statement_timeout = Some(time).filter(|time| !time.is_zero()),
                    }
                }
                "mode" => {
                    parsed.mode = match value.as_str() {
                        "ro" => Mode::ReadOnly,
                        "rw" => Mode::ReadWrite,
                        "rwc" => Mode::ReadWriteCreate,
                        _ => return Err(wrong("`ro`, `rw` or `rwc`")),
                    };
                }
                "isolation" => {
                    parsed.isolation = Some(value.parse().map_err(|_| wrong(isolation::KNOWN))?);
                }
                "pool" => {
                    let size = value.parse().ok().filter(|size: &NonZeroUsize| size.get() <= MAX_POOL);
                    parsed.pool = size.ok_or_else(|| wrong("a number of connections from 1 to 1000"))?;
                }
                "overflow" => {
                    let more = value.parse().ok().filter(|more| *more <= MAX_POOL);
                    parsed.overflow = more.ok_or_else(|| wrong("a number of connections from 0 to 1000"))?;
                }
                _ => {
                    return Err(Error::new(ErrorKind::Config, format!("a SQLite URL has no option `{name}`"))
                        .with_help(
                            "Use `isolation`, `mode`, `overflow`, `pool`, `statement_timeout`, `synchronous` or \
                                    `timeout`.",
                        ));
                }
            }
        }
        Ok(parsed)
    }
}
