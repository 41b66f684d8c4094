//! Opening connections.

use std::{fmt, path::PathBuf, pin::pin, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    runtime::Handle,
    time::{self, Instant},
};
use tokio_postgres::{CancelToken, Config, NoTls, SimpleQueryMessage};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

use super::{
    error,
    line::Line,
    pool::Slot,
    statements::Statements,
    tls,
    wire::{Stream, Watched, Wire},
};
use crate::{
    hosts::{Refusal, none_left},
    url::{PostgresOptions, SslMode, TargetSession, Url},
};

/// The port of a server that names none.
const PORT: u16 = 5432;

/// Where a server is.
enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
}

impl Address {
    fn new(host: &str, port: Option<u16>) -> Self {
        let port = port.unwrap_or(PORT);
        match host {
            "" => Address::Tcp("localhost".to_owned(), port),
            folder if folder.starts_with('/') => Address::Unix(PathBuf::from(folder).join(format!(".s.PGSQL.{port}"))),
            host => Address::Tcp(host.to_owned(), port),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Tcp(host, port) => write!(f, "{host}:{port}"),
            Address::Unix(path) => path.display().fmt(f),
        }
    }
}

/// What opens the connections of one engine.
pub(super) struct Opener {
    /// In the order they are tried in.
    addresses: Vec<Address>,
    wanted: TargetSession,
    config: Config,
    tls: Option<TlsConnector>,
    sslmode: SslMode,
    timeout: Duration,
    statement_cache: usize,
}

impl Opener {
    pub(super) fn new(url: &Url, options: &PostgresOptions) -> Result<Self> {
        let hosts = if options.hosts.is_empty() { url.hosts() } else { &options.hosts };
        let mut addresses: Vec<_> =
            hosts.iter().map(|host| Address::new(&host.name, host.port.or(url.port()))).collect();
        if addresses.is_empty() {
            addresses.push(Address::new("", None));
        }
        let mut config = Config::new();
        // TLS is settled before the protocol's client gets the stream.
        config.ssl_mode(tokio_postgres::config::SslMode::Disable);
        url.user().map(|user| config.user(user));
        url.password().map(|password| config.password(password));
        url.database().map(|database| config.dbname(database));
        options.application_name.as_ref().map(|name| config.application_name(name));
        config.options(settings(options));
        let on_sockets = addresses.iter().all(|address| matches!(address, Address::Unix(_)));
        Ok(Opener {
            tls: if on_sockets { None } else { tls::connector(options.sslmode, options.sslrootcert.as_deref())? },
            addresses,
            wanted: options.target_session_attrs,
            config,
            sslmode: options.sslmode,
            timeout: options.connect_timeout,
            statement_cache: options.statement_cache,
        })
    }

    /// Opens a connection and logs in, on the first server that can be used.
    pub(super) async fn open(&self, runtime: &Handle) -> Result<Box<Slot>> {
        if self.wanted != TargetSession::PreferStandby {
            return self.open_on(self.wanted, runtime).await;
        }
        match self.open_on(TargetSession::Standby, runtime).await {
            Ok(slot) => Ok(slot),
            Err(_) => self.open_on(TargetSession::Any, runtime).await,
        }
    }

    async fn open_on(&self, wanted: TargetSession, runtime: &Handle) -> Result<Box<Slot>> {
        let mut errors = Vec::new();
        for (server, address) in self.addresses.iter().enumerate() {
            let opened = async {
                let mut slot = self.log_in(server, address, runtime).await?;
                check(wanted, address, &mut slot).await?;
                Ok(slot)
            };
            match time::timeout(self.timeout, opened).await {
                Ok(Ok(slot)) => return Ok(slot),
                Ok(Err(Refusal::Everywhere(error))) => return Err(error),
                Ok(Err(Refusal::Here(error))) => errors.push(error),
                Err(_) => {
                    errors.push(unreachable(address, &format!("no answer within {} s", self.timeout.as_secs_f64())))
                }
            }
        }
        Err(none_left(errors))
    }

    async fn log_in(&self, server: usize, address: &Address, runtime: &Handle) -> Result<Box<Slot>, Refusal> {
        let wire = Wire::new();
        let stream = Watched::new(self.stream(address).await?, wire.clone());
        let (client, connection) =
            self.config.connect_raw(stream, NoTls).await.map_err(|failure| self.refused(address, failure))?;
        let mut line = Line::new(connection, wire);
        line.settle().await;
        let now = Instant::now();
        let statements = Statements::new(self.statement_cache);
        Ok(Box::new(Slot {
            server,
            client,
            line,
            statements,
            opened: now,
            used: now,
            touched: false,
            set_up: false,
            trips: 0,
            cursors: 0,
            runtime: runtime.clone(),
        }))
    }

    /// Asks a server to stop what a connection is at.
    pub(super) async fn cancel(&self, server: usize, token: CancelToken) {
        // If this fails, the statement ends by itself; its connection is closed either way.
        if let Some(address) = self.addresses.get(server)
            && let Ok(stream) = self.stream(address).await
        {
            let _ = token.cancel_query_raw(stream, NoTls).await;
        }
    }

    /// A stream to the server, protected as the URL wants it.
    async fn stream(&self, address: &Address) -> Result<Box<dyn Stream>> {
        let unreachable = |error: std::io::Error| unreachable(address, &error.to_string());
        let (host, port) = match address {
            Address::Unix(path) => {
                let stream = UnixStream::connect(path).await.map_err(unreachable)?;
                return Ok(Box::new(stream));
            }
            Address::Tcp(host, port) => (host.as_str(), *port),
        };
        let mut stream = TcpStream::connect((host, port)).await.map_err(unreachable)?;
        // Small messages must not wait for each other's receipt.
        stream.set_nodelay(true).map_err(unreachable)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        if !offers_tls(&mut stream).await.map_err(unreachable)? {
            if self.sslmode == SslMode::Prefer {
                return Ok(Box::new(stream));
            }
            return Err(Error::new(ErrorKind::Connect, format!("PostgreSQL at `{address}` has no TLS"))
                .with_help("Turn on `ssl` in the server, or write `?sslmode=disable` if the network can be trusted."));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|error| {
            Error::new(ErrorKind::Config, "the host of the database URL is not a name that TLS can use")
                .with_help("Write the server's name or address.")
                .with_source(error)
        })?;
        let stream = tls.connect(name, stream).await.map_err(|failure| {
            let message = format!("PostgreSQL at `{address}` cannot be talked to with TLS ({failure})");
            Error::new(ErrorKind::Connect, message)
                .with_help(
                    "Name the certificate that signed the server's with `?sslrootcert=FILE`, and connect to a name the \
                     certificate is for.",
                )
                .with_source(failure)
        })?;
        Ok(Box::new(stream))
    }

    /// The server answered, and not well.
    #[cold]
    fn refused(&self, address: &Address, failure: tokio_postgres::Error) -> Refusal {
        /// The server is starting or stopping.
        const CANNOT_CONNECT_NOW: &str = "57P03";
        if let Some(answer) = failure.as_db_error() {
            let passes = answer.code().code() == CANNOT_CONNECT_NOW;
            let error = error::from_postgres(failure).context(format!("PostgreSQL at `{address}`"));
            return if passes { Refusal::Here(error) } else { Refusal::Everywhere(error) };
        }
        // Without a password where the server wants one, the client fails by itself.
        if self.config.get_password().is_none() && error::chain(&failure).contains("password") {
            let message = format!("PostgreSQL at `{address}` wants a password, and the database URL has none");
            let error = Error::new(ErrorKind::Connect, message)
                .with_help("Write it behind the user's name: `postgresql://user:password@host/name`.");
            return Refusal::Everywhere(error);
        }
        Refusal::Here(unreachable(address, &error::chain(&failure)).with_source(failure))
    }
}

#[cold]
fn unreachable(address: &Address, why: &str) -> Error {
    Error::new(ErrorKind::Connect, format!("PostgreSQL at `{address}` cannot be reached ({why})"))
        .with_help("Check that the server runs, and the host and the port in the database URL.")
}

/// Errs unless the server is one that is wanted.
async fn check(wanted: TargetSession, address: &Address, slot: &mut Slot) -> Result<()> {
    if wanted == TargetSession::Any {
        return Ok(());
    }
    let ask = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'";
    let answer = slot.line.drive(pin!(slot.client.simple_query(ask))).await.map_err(error::from_postgres)?;
    slot.line.settle().await;
    let says = |column: usize| {
        answer.iter().any(|line| matches!(line, SimpleQueryMessage::Row(row) if row.get(column) == Some("t")))
    };
    let (standby, read_only) = (says(0), says(1));
    let (fits, is) = match wanted {
        TargetSession::ReadWrite => (!read_only, "can only be read"),
        TargetSession::ReadOnly => (read_only, "can be written to"),
        TargetSession::Primary => (!standby, "is a standby"),
        TargetSession::Standby | TargetSession::PreferStandby => (standby, "is no standby"),
        TargetSession::Any => (true, ""),
    };
    if fits {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Connect, format!("PostgreSQL at `{address}` {is}"))
        .with_help("Name a server of the wanted kind in the database URL, or another `target_session_attrs`."))
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<String> = self.addresses.iter().map(ToString::to_string).collect();
        f.debug_struct("Opener").field("addresses", &addresses).finish_non_exhaustive()
    }
}

/// The settings every session begins with. UTC, so that conversions between times with and without a zone are the same
/// everywhere.
fn settings(options: &PostgresOptions) -> String {
    let mut settings = String::from("-c TimeZone=UTC");
    for (name, time) in [("statement_timeout", options.statement_timeout), ("lock_timeout", options.lock_timeout)] {
        if let Some(time) = time {
            // What is less than one is no limit at all.
            settings.push_str(&format!(" -c {name}={}", time.as_micros().div_ceil(1_000)));
        }
    }
    if let Some(level) = options.isolation {
        // A blank in a value is written with a backslash.
        let level = level.as_sql().replace(' ', "\\ ");
        settings.push_str(&format!(" -c default_transaction_isolation={level}"));
    }
    if let Some(more) = &options.options {
        settings.push(' ');
        settings.push_str(more);
    }
    settings
}

/// Asks the server whether it has TLS.
async fn offers_tls(stream: &mut TcpStream) -> std::io::Result<bool> {
    /// The length of the message, and the number that stands for the question.
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    stream.write_all(&SSL_REQUEST).await?;
    Ok(stream.read_u8().await? == b'S')
}
