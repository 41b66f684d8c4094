//! The options of a PostgreSQL URL.

use crate::isolation::Isolation;
use std::{num::NonZeroUsize, path::PathBuf, time::Duration};

use aludel_sql::Result;

use super::{
    Backend, Host,
    server::{connect_timeout, isolation, overflow, pool, statements, time, unknown, wrong},
};

const SELF: Backend = Backend::Postgres;

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

/// Which of several servers is to be used, as libpq names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetSession {
    /// The first that can be reached. The default.
    Any,
    /// The first on which sessions can write.
    ReadWrite,
    /// The first on which sessions cannot write unless they say so, or at all.
    ReadOnly,
    /// The first that is no standby.
    Primary,
    /// The first that is a standby.
    Standby,
    /// The first that is a standby, and if there is none, the first of all.
    PreferStandby,
}

/// What stands after the question mark of a PostgreSQL URL.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PostgresOptions {
    /// `host=/run/postgresql`, or `host=first:5432&host=second`: the servers' names, or the folders of their sockets, instead of
    /// those before the question mark. One without a port has that of the URL.
    pub hosts: Vec<Host>,
    /// `target_session_attrs=any|read-write|read-only|primary|standby|prefer-standby`: which of them is to be used.
    pub target_session_attrs: TargetSession,
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
    /// `connect_timeout=TIME`: how long opening a connection may take; 0 is a day. 10 seconds.
    pub connect_timeout: Duration,
    /// `statement_cache=N`: how many prepared statements a connection keeps. 0 prepares none, for a proxy that cannot bear
    /// them. 256.
    pub statement_cache: usize,
    /// `statement_timeout=TIME`: how long one statement may take.
    pub statement_timeout: Option<Duration>,
    /// `lock_timeout=TIME`: how long one statement may wait for a lock.
    pub lock_timeout: Option<Duration>,
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
            hosts: Vec::new(),
            target_session_attrs: TargetSession::Any,
            isolation: None,
            pool: NonZeroUsize::MIN.saturating_add(9),
            overflow: 0,
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

impl PostgresOptions {
    /// Reads the options of a URL.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn parse(options: &[(String, String)]) -> Result<Self> {
        let mut parsed = PostgresOptions::default();
        for (name, value) in options {
            match name.as_str() {
                "host" => parsed.hosts.extend(Host::of_option(value)?),
                "isolation" => parsed.isolation = Some(isolation(SELF, name, value)?),
                "pool" => parsed.pool = pool(SELF, name, value)?,
                "overflow" => parsed.overflow = overflow(SELF, name, value)?,
                "recycle" => parsed.recycle = Some(time(SELF, name, value)?).filter(|age| !age.is_zero()),
                "ping" => parsed.ping = time(SELF, name, value)?,
                "connect_timeout" => parsed.connect_timeout = connect_timeout(SELF, name, value)?,
                "statement_cache" => parsed.statement_cache = statements(SELF, name, value)?,
                "statement_timeout" => parsed.statement_timeout = Some(time(SELF, name, value)?),
                "lock_timeout" => parsed.lock_timeout = Some(time(SELF, name, value)?),
                "application_name" => parsed.application_name = Some(value.clone()),
                "options" => parsed.options = Some(value.clone()),
                "target_session_attrs" => {
                    parsed.target_session_attrs = match value.as_str() {
                        "any" => TargetSession::Any,
                        "read-write" => TargetSession::ReadWrite,
                        "read-only" => TargetSession::ReadOnly,
                        "primary" => TargetSession::Primary,
                        "standby" => TargetSession::Standby,
                        "prefer-standby" => TargetSession::PreferStandby,
                        _ => {
                            let known = "`any`, `read-write`, `read-only`, `primary`, `standby` or `prefer-standby`";
                            return Err(wrong(SELF, name, known));
                        }
                    }
                }
                "sslrootcert" => parsed.sslrootcert = Some(value.into()),
                "sslmode" => {
                    parsed.sslmode = match value.as_str() {
                        "disable" => SslMode::Disable,
                        "prefer" | "allow" => SslMode::Prefer,
                        "require" => SslMode::Require,
                        "verify-ca" => SslMode::VerifyCa,
                        "verify-full" => SslMode::VerifyFull,
                        _ => {
                            return Err(wrong(
                                SELF,
                                name,
                                "`disable`, `allow`, `prefer`, `require`, `verify-ca` or `verify-full`",
                            ));
                        }
                    }
                }
                _ => {
                    return Err(unknown(
                        SELF,
                        "Use `application_name`, `connect_timeout`, `host`, `isolation`, `lock_timeout`, `options`, \
                         `overflow`, `ping`, `pool`, `recycle`, `sslmode`, `sslrootcert`, `statement_cache`, `statement_timeout` \
                         or `target_session_attrs`.",
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
