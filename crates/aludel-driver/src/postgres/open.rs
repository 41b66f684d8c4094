//! Opening connections.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UnixStream},
    runtime::Handle,
    time::{self, Instant},
};
use tokio_postgres::{CancelToken, Config, NoTls};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

use super::{
    error,
    pool::Slot,
    statements::Statements,
    tls,
    wire::{Stream, Watched, Wire},
};
use crate::url::{PostgresOptions, SslMode, Url};

/// The port of a server that names none.
const PORT: u16 = 5432;

/// Where a server is.
enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
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
    address: Address,
    config: Config,
    tls: Option<TlsConnector>,
    sslmode: SslMode,
    timeout: Duration,
    statement_cache: usize,
}

impl Opener {
    pub(super) fn new(url: &Url, options: &PostgresOptions) -> Result<Self> {
        let host = options.host.as_deref().or(url.host()).unwrap_or("localhost");
        let port = url.port().unwrap_or(PORT);
        let address = if host.starts_with('/') {
            Address::Unix(PathBuf::from(host).join(format!(".s.PGSQL.{port}")))
        } else {
            Address::Tcp(host.to_owned(), port)
        };
        let mut config = Config::new();
        // TLS is settled before the protocol's client gets the stream.
        config.ssl_mode(tokio_postgres::config::SslMode::Disable);
        url.user().map(|user| config.user(user));
        url.password().map(|password| config.password(password));
        url.database().map(|database| config.dbname(database));
        options.application_name.as_ref().map(|name| config.application_name(name));
        config.options(settings(options));
        let on_socket = matches!(address, Address::Unix(_));
        Ok(Opener {
            tls: if on_socket { None } else { tls::connector(options.sslmode, options.sslrootcert.as_deref())? },
            address,
            config,
            sslmode: options.sslmode,
            timeout: options.connect_timeout,
            statement_cache: options.statement_cache,
        })
    }

    /// Opens a connection and logs in.
    pub(super) async fn open(&self, runtime: &Handle) -> Result<Slot> {
        match time::timeout(self.timeout, self.log_in(runtime)).await {
            Ok(slot) => slot,
            Err(_) => Err(self.unreachable(&format!("no answer within {} s", self.timeout.as_secs_f64()))),
        }
    }

    async fn log_in(&self, runtime: &Handle) -> Result<Slot> {
        let wire = Wire::new();
        let stream = Watched::new(self.stream().await?, wire.clone());
        let (client, connection) =
            self.config.connect_raw(stream, NoTls).await.map_err(|failure| self.refused(failure))?;
        let closing = Closing(wire.clone());
        let task = runtime.spawn(async move {
            // Whoever waits for an answer is told by the client.
            let _ = connection.await;
            drop(closing);
        });
        wire.settle().await;
        let now = Instant::now();
        let statements = Statements::new(self.statement_cache);
        Ok(Slot {
            client,
            wire,
            task,
            statements,
            opened: now,
            used: now,
            touched: false,
            set_up: false,
            trips: 0,
            cursors: 0,
            runtime: runtime.clone(),
        })
    }

    /// Asks the server to stop what a connection is at.
    pub(super) async fn cancel(&self, token: CancelToken) {
        // If this fails, the statement ends by itself; its connection is closed either way.
        if let Ok(stream) = self.stream().await {
            let _ = token.cancel_query_raw(stream, NoTls).await;
        }
    }

    /// A stream to the server, protected as the URL wants it.
    async fn stream(&self) -> Result<Box<dyn Stream>> {
        let (host, port) = match &self.address {
            Address::Unix(path) => {
                let stream = UnixStream::connect(path).await.map_err(|error| self.unreachable(&error.to_string()))?;
                return Ok(Box::new(stream));
            }
            Address::Tcp(host, port) => (host.as_str(), *port),
        };
        let mut stream =
            TcpStream::connect((host, port)).await.map_err(|error| self.unreachable(&error.to_string()))?;
        // Small messages must not wait for each other's receipt.
        stream.set_nodelay(true).map_err(|error| self.unreachable(&error.to_string()))?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        if !offers_tls(&mut stream).await.map_err(|error| self.unreachable(&error.to_string()))? {
            if self.sslmode == SslMode::Prefer {
                return Ok(Box::new(stream));
            }
            return Err(Error::new(ErrorKind::Connect, format!("PostgreSQL at `{}` has no TLS", self.address))
                .with_help("Turn on `ssl` in the server, or write `?sslmode=disable` if the network can be trusted."));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|error| {
            Error::new(ErrorKind::Config, "the host of the database URL is not a name that TLS can use")
                .with_help("Write the server's name or address.")
                .with_source(error)
        })?;
        let stream = tls.connect(name, stream).await.map_err(|failure| {
            let message = format!("PostgreSQL at `{}` cannot be talked to with TLS ({failure})", self.address);
            Error::new(ErrorKind::Connect, message)
                .with_help(
                    "Name the certificate that signed the server's with `?sslrootcert=FILE`, and connect to a name the \
                     certificate is for.",
                )
                .with_source(failure)
        })?;
        Ok(Box::new(stream))
    }

    #[cold]
    fn unreachable(&self, why: &str) -> Error {
        Error::new(ErrorKind::Connect, format!("PostgreSQL at `{}` cannot be reached ({why})", self.address))
            .with_help("Check that the server runs, and the host and the port in the database URL.")
    }

    /// The server answered, and not well.
    #[cold]
    fn refused(&self, failure: tokio_postgres::Error) -> Error {
        if failure.as_db_error().is_some() {
            return error::from_postgres(failure).context(format!("PostgreSQL at `{}`", self.address));
        }
        // Without a password where the server wants one, the client fails by itself.
        if self.config.get_password().is_none() && error::chain(&failure).contains("password") {
            let message = format!("PostgreSQL at `{}` wants a password, and the database URL has none", self.address);
            return Error::new(ErrorKind::Connect, message)
                .with_help("Write it behind the user's name: `postgresql://user:password@host/name`.");
        }
        self.unreachable(&error::chain(&failure)).with_source(failure)
    }
}

/// Says that a connection is closed, also when the runtime it was on is shut down.
struct Closing(Arc<Wire>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opener").field("address", &format_args!("{}", self.address)).finish_non_exhaustive()
    }
}

/// The settings every session begins with. UTC, so that conversions between times with and without a zone are the same
/// everywhere.
fn settings(options: &PostgresOptions) -> String {
    let mut settings = String::from("-c TimeZone=UTC");
    for (name, value) in [("statement_timeout", &options.statement_timeout), ("lock_timeout", &options.lock_timeout)] {
        if let Some(value) = value {
            settings.push_str(&format!(" -c {name}={value}"));
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
