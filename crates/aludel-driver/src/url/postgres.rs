//! The options of a PostgreSQL URL.

use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};

/// How much a connection to a server is protected, as libpq names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SslMode {
    /// No TLS.
    Disable,
    /// TLS if the server has it, without looking at its certificate. The default.
    Prefer,
    /// TLS, without looking at the certificate, unless `sslrootcert` is given: then as `verify-ca`.
    Require,
    /// TLS, and the certificate has to be signed by one that is trusted.
    VerifyCa,
    /// Like `verify-ca`, and the certificate has to be for the host in the URL.
    VerifyFull,
}

/// What stands after the question mark of a PostgreSQL URL.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// `host=/run/postgresql`: the server's name, or the folder of its socket.
    pub host: Option<String>,
    /// `pool=N`: the most connections open at one time. 10.
    pub pool: NonZeroUsize,
    /// `recycle=SECONDS`: a connection older than this is replaced before it is lent out again; 0 is never. 1800 seconds.
    pub recycle: Option<Duration>,
    /// `ping=SECONDS`: a connection unused for longer than this is tried before it is lent out. 30 seconds.
    pub ping: Duration,
    /// `connect_timeout=SECONDS`: how long opening a connection may take; 0 is a day. 10 seconds.
    pub connect_timeout: Duration,
    /// `statement_cache=N`: how many prepared statements a connection keeps. 0 prepares none, for a proxy that cannot bear
    /// them. 256.
    pub statement_cache: usize,
    /// `statement_timeout=5s`: how long one statement may take; a number alone is milliseconds, as in PostgreSQL.
    pub statement_timeout: Option<String>,
    /// `lock_timeout=5s`: how long one statement may wait for a lock.
    pub lock_timeout: Option<String>,
    /// `application_name=TEXT`: what the server calls this program.
    pub application_name: Option<String>,
    /// `options=TEXT`: more settings for the server, such as `-c search_path=app`.
    pub options: Option<String>,
    /// `sslmode=disable|prefer|require|verify-ca|verify-full`.
    pub sslmode: SslMode,
    /// `sslrootcert=FILE`: the certificates to trust, in PEM. Those the system trusts.
    pub sslrootcert: Option<PathBuf>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        PostgresOptions {
            host: None,
            pool: NonZeroUsize::MIN.saturating_add(9),
            recycle: Some(Duration::from_secs(1_800)),
            ping: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            statement_cache: 256,
            statement_timeout: None,
            lock_timeout: None,
            application_name: None,
            options: None,
            sslmode: SslMode::Prefer,
            sslrootcert: None,
        }
    }
}

/// The most connections of `pool`.
const MAX_POOL: usize = 1_000;
/// The most statements of `statement_cache`.
const MAX_STATEMENTS: usize = 10_000;
/// The longest of all times: a day.
const MAX_SECONDS: f64 = 86_400.0;

impl PostgresOptions {
    /// Reads the options of a URL.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn parse(options: &[(String, String)]) -> Result<Self> {
        let mut parsed = PostgresOptions::default();
        for (name, value) in options {
            match name.as_str() {
                "host" => parsed.host = Some(value.clone()),
                "pool" => {
                    let size = value.parse().ok().filter(|size: &NonZeroUsize| size.get() <= MAX_POOL);
                    parsed.pool = size.ok_or_else(|| wrong(name, "a number of connections from 1 to 1000"))?;
                }
                "recycle" => parsed.recycle = Some(seconds(name, value)?).filter(|age| !age.is_zero()),
                "ping" => parsed.ping = seconds(name, value)?,
                "connect_timeout" => {
                    let timeout = seconds(name, value)?;
                    // What libpq calls no time-out at all.
                    parsed.connect_timeout = if timeout.is_zero() { Duration::from_secs(86_400) } else { timeout };
                }
                "statement_cache" => {
                    let size = value.parse().ok().filter(|size| *size <= MAX_STATEMENTS);
                    parsed.statement_cache =
                        size.ok_or_else(|| wrong(name, "a number of statements from 0 to 10000"))?;
                }
                "statement_timeout" => parsed.statement_timeout = Some(server_time(name, value)?),
                "lock_timeout" => parsed.lock_timeout = Some(server_time(name, value)?),
                "application_name" => parsed.application_name = Some(value.clone()),
                "options" => parsed.options = Some(value.clone()),
                "sslrootcert" => parsed.sslrootcert = Some(value.into()),
                "sslmode" => {
                    parsed.sslmode = match value.as_str() {
                        "disable" => SslMode::Disable,
                        "prefer" | "allow" => SslMode::Prefer,
                        "require" => SslMode::Require,
                        "verify-ca" => SslMode::VerifyCa,
                        "verify-full" => SslMode::VerifyFull,
                        _ => {
                            return Err(wrong(name, "`disable`, `prefer`, `require`, `verify-ca` or `verify-full`"));
                        }
                    }
                }
                // Not repeated: behind an unescaped `?` of a password, the rest of it looks like an option.
                _ => {
                    return Err(Error::new(ErrorKind::Config, "the PostgreSQL URL has an option that is not known")
                        .with_help(
                            "Use `application_name`, `connect_timeout`, `host`, `lock_timeout`, `options`, `ping`, \
                             `pool`, `recycle`, `sslmode`, `sslrootcert`, `statement_cache` or `statement_timeout`.",
                        ));
                }
            }
        }
        if parsed.sslmode == SslMode::Require && parsed.sslrootcert.is_some() {
            parsed.sslmode = SslMode::VerifyCa;
        }
        Ok(parsed)
    }
}

fn wrong(name: &str, known: &str) -> Error {
    Error::new(ErrorKind::Config, format!("the option `{name}` of the PostgreSQL URL cannot have that value"))
        .with_help(format!("Write {known}."))
}

fn seconds(name: &str, value: &str) -> Result<Duration> {
    let seconds = value.parse().ok().filter(|seconds| (0.0..=MAX_SECONDS).contains(seconds));
    Ok(Duration::from_secs_f64(seconds.ok_or_else(|| wrong(name, "a number of seconds from 0 to 86400"))?))
}

/// A time as the server's settings have it. It becomes part of a command line, so nothing else may be in it.
fn server_time(name: &str, value: &str) -> Result<String> {
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit());
    if unit.len() == value.len() || !["", "ms", "s", "min", "h"].contains(&unit) {
        return Err(wrong(name, "a number of milliseconds, or one with a unit such as `5s`"));
    }
    Ok(value.to_owned())
}
