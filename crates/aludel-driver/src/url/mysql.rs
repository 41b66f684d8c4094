//! The options of a MySQL or MariaDB URL.

use crate::isolation::Isolation;
use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use aludel_sql::Result;

use super::{
    Backend, SslMode,
    server::{connect_timeout, isolation, overflow, pool, statements, time, unknown, wrong},
};

/// What stands after the question mark of a MySQL or MariaDB URL.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MySqlOptions {
    /// `socket=/run/mysqld/mysqld.sock`, or `unix_socket`: the server's socket, instead of host and port.
    pub socket: Option<PathBuf>,
    /// `isolation=read-committed`: the level of transactions that ask for none. That of the database.
    pub isolation: Option<Isolation>,
    /// `pool=N`: how many connections are kept open. 10.
    pub pool: NonZeroUsize,
    /// `overflow=N`: how many more there may be, which are closed when they come back. 0.
    pub overflow: usize,
    /// `recycle=TIME`: a connection older than this is replaced before it is lent out again; 0 is never. 1800 seconds.
    pub recycle: Option<Duration>,
    /// `ping=TIME`: a connection unused for longer than this is tried before it is lent out. 30 seconds.
    pub ping: Duration,
    /// `connect_timeout=TIME`: how long opening a connection may take. 10 seconds.
    pub connect_timeout: Duration,
    /// `statement_cache=N`: how many prepared statements a connection keeps. 256.
    pub statement_cache: usize,
    /// `statement_timeout=TIME`: how long one statement may take. On MySQL, one that reads.
    pub statement_timeout: Option<Duration>,
    /// `lock_timeout=TIME`: how long one statement may wait for a lock, in whole seconds, at least 1.
    pub lock_timeout: Option<Duration>,
    /// `ssl-mode=DISABLED|PREFERRED|REQUIRED|VERIFY_CA|VERIFY_IDENTITY`.
    pub ssl_mode: SslMode,
    /// `ssl-ca=FILE`: the certificates to trust, in PEM. Those the system trusts.
    pub ssl_ca: Option<PathBuf>,
}

impl Default for MySqlOptions {
    fn default() -> Self {
        MySqlOptions {
            socket: None,
            isolation: None,
            pool: NonZeroUsize::MIN.saturating_add(9),
            overflow: 0,
            recycle: Some(Duration::from_secs(1_800)),
            ping: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            statement_cache: 256,
            statement_timeout: None,
            lock_timeout: None,
            ssl_mode: SslMode::Prefer,
            ssl_ca: None,
        }
    }
}

impl MySqlOptions {
    /// Reads the options of a URL.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn parse(backend: Backend, options: &[(String, String)]) -> Result<Self> {
        let mut parsed = MySqlOptions::default();
        for (name, value) in options {
            match name.as_str() {
                "socket" | "unix_socket" => parsed.socket = Some(value.into()),
                "isolation" => parsed.isolation = Some(isolation(backend, name, value)?),
                "pool" => parsed.pool = pool(backend, name, value)?,
                "overflow" => parsed.overflow = overflow(backend, name, value)?,
                "recycle" => parsed.recycle = Some(time(backend, name, value)?).filter(|age| !age.is_zero()),
                "ping" => parsed.ping = time(backend, name, value)?,
                "connect_timeout" => parsed.connect_timeout = connect_timeout(backend, name, value)?,
                "statement_cache" => parsed.statement_cache = statements(backend, name, value)?,
                "statement_timeout" => parsed.statement_timeout = Some(time(backend, name, value)?),
                "lock_timeout" => parsed.lock_timeout = Some(time(backend, name, value)?),
                // All text is UTF-8, and other programs' URLs say so.
                "charset" if value.eq_ignore_ascii_case("utf8mb4") => {}
                "charset" => return Err(wrong(backend, name, "`utf8mb4`, or nothing")),
                "ssl-ca" | "ssl_ca" => parsed.ssl_ca = Some(value.into()),
                "ssl-mode" | "ssl_mode" => {
                    parsed.ssl_mode = match value.to_ascii_uppercase().as_str() {
                        "DISABLED" => SslMode::Disable,
                        "PREFERRED" => SslMode::Prefer,
                        "REQUIRED" => SslMode::Require,
                        "VERIFY_CA" => SslMode::VerifyCa,
                        "VERIFY_IDENTITY" => SslMode::VerifyFull,
                        _ => {
                            let known = "`DISABLED`, `PREFERRED`, `REQUIRED`, `VERIFY_CA` or `VERIFY_IDENTITY`";
                            return Err(wrong(backend, name, known));
                        }
                    }
                }
                _ => {
                    return Err(unknown(
                        backend,
                        "Use `charset`, `connect_timeout`, `isolation`, `lock_timeout`, `overflow`, `ping`, `pool`, \
                         `recycle`, `socket`, `ssl-ca`, `ssl-mode`, `statement_cache` or `statement_timeout`.",
                    ));
                }
            }
        }
        // As the client programs have it: who names certificates wants them looked at.
        if parsed.ssl_mode == SslMode::Require && parsed.ssl_ca.is_some() {
            parsed.ssl_mode = SslMode::VerifyCa;
        }
        Ok(parsed)
    }
}
