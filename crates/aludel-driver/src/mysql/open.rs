//! Opening connections, and ending them from outside.

use std::{fmt, sync::OnceLock, time::Duration};

use aludel_sql::{Error, ErrorKind, Result};
use mysql_async::{Conn, DriverError, Opts, OptsBuilder, prelude::Queryable};
use tokio::{
    runtime::Handle,
    time::{self, Instant},
};

use super::{
    error,
    flavour::{Flavour, MARIADB_SERVER},
    pool::Slot,
    tls,
};
use crate::{
    hosts::none_left,
    url::{MySqlOptions, SslMode, Url},
};

/// The port of a server that names none.
const PORT: u16 = 3306;

/// The longest packet there can be. What the server takes is less, and seen to before anything is sent.
const PACKET: usize = 1 << 30;

/// How long to wait at first before asking again whether a connection has ended; twice as long each time.
const PAUSE: Duration = Duration::from_millis(1);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// One of the servers of an engine.
struct Server {
    address: String,
    opts: Opts,
    /// Without TLS, for a server that has none, where that is allowed.
    plain: Option<Opts>,
    /// With the name that the server's certificate is for, where any is good.
    named: OnceLock<Opts>,
}

/// What opens the connections of one engine.
pub(super) struct Opener {
    /// In the order they are tried in.
    servers: Vec<Server>,
    options: MySqlOptions,
    pub(super) flavour: &'static Flavour,
    settings: String,
    has_password: bool,
}

impl Opener {
    pub(super) fn new(url: &Url, options: &MySqlOptions) -> Result<Self> {
        let mut servers = Vec::new();
        match &options.socket {
            Some(path) => servers.push(Server::new(url, options, "localhost", PORT, Some(path.display().to_string()))?),
            None => {
                for host in url.hosts() {
                    let name = if host.name.is_empty() { "localhost" } else { &host.name };
                    servers.push(Server::new(url, options, name, host.port.unwrap_or(PORT), None)?);
                }
            }
        }
        if servers.is_empty() {
            servers.push(Server::new(url, options, "localhost", PORT, None)?);
        }
        Ok(Opener {
            servers,
            options: options.clone(),
            flavour: &MARIADB_SERVER,
            settings: String::new(),
            has_password: url.password().is_some(),
        })
    }

    /// Opens the first connection, and finds out which server it is.
    pub(super) async fn first(&mut self, runtime: &Handle) -> Result<Slot> {
        let (number, mut conn) = self.log_in().await?;
        let server = &self.servers[number];
        let version = async { conn.query_first::<String, _>("SELECT VERSION()").await };
        let version = self.patiently(server, version).await?.unwrap_or_default();
        self.flavour = Flavour::of(&version);
        if conn.server_version() < self.flavour.oldest {
            let ((major, minor, patch), name) = (self.flavour.oldest, self.flavour.name);
            let message = format!("the server at `{}` is {name} {version}, which is too old", server.address);
            return Err(Error::new(ErrorKind::Connect, message)
                .with_help(format!("Use {name} {major}.{minor}.{patch} or later.")));
        }
        self.settings = self.flavour.settings(&self.options);
        self.begin_session(number, conn, runtime).await
    }

    /// Opens a connection and logs in.
    pub(super) async fn open(&self, runtime: &Handle) -> Result<Slot> {
        let (server, conn) = self.log_in().await?;
        self.begin_session(server, conn, runtime).await
    }

    async fn patiently<T>(&self, server: &Server, work: impl Future<Output = mysql_async::Result<T>>) -> Result<T> {
        let timeout = self.options.connect_timeout;
        match time::timeout(timeout, work).await {
            Ok(done) => done.map_err(|failure| self.refused(server, failure)),
            Err(_) => Err(server.unreachable(&format!("no answer within {} s", timeout.as_secs_f64()))),
        }
    }

    /// Logs in to the first server that can be reached; which one that is.
    async fn log_in(&self) -> Result<(usize, Conn)> {
        let mut errors = Vec::new();
        for (number, server) in self.servers.iter().enumerate() {
            let mut answered = false;
            let dialled = async {
                let dialled = server.dial(self.options.ssl_mode).await;
                answered =
                    matches!(&dialled, Err(mysql_async::Error::Server(answer)) if answer.code != error::SHUTTING_DOWN);
                dialled
            };
            match self.patiently(server, dialled).await {
                Ok(conn) => return Ok((number, conn)),
                // The others would say no as well.
                Err(error) if answered => return Err(error),
                Err(error) => errors.push(error),
            }
        }
        Err(none_left(errors))
    }

    async fn begin_session(&self, server: usize, mut conn: Conn, runtime: &Handle) -> Result<Slot> {
        let settings = async { conn.query_first(&self.settings).await };
        let longest: Option<usize> = self.patiently(&self.servers[server], settings).await?;
        let now = Instant::now();
        Ok(Slot {
            server,
            conn,
            longest: longest.unwrap_or(PACKET),
            flavour: self.flavour,
            in_transaction: false,
            lost: false,
            streaming: false,
            touched: false,
            set_up: false,
            trips: 0,
            prepared: 0,
            keeps_statements: self.options.statement_cache > 0,
            opened: now,
            used: now,
            runtime: runtime.clone(),
        })
    }

    /// Makes a session as new as the connection was. Whether that worked.
    pub(super) async fn reset(&self, conn: &mut Conn) -> bool {
        matches!(conn.reset().await, Ok(true)) && conn.query_drop(&self.settings).await.is_ok()
    }

    /// Ends a connection from outside, and waits until it has ended and all it was in the middle of is undone.
    pub(super) async fn end(&self, server: usize, id: u32) {
        // If this fails, the statement ends by itself.
        let Some(server) = self.servers.get(server) else { return };
        let Ok(mut conn) = server.dial(self.options.ssl_mode).await else { return };
        let mut pause = PAUSE;
        // Until there is no such connection any more.
        while conn.query_drop(format!("KILL {id}")).await.is_ok() {
            time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        let _ = conn.disconnect().await;
    }

    #[cold]
    fn refused(&self, server: &Server, failure: mysql_async::Error) -> Error {
        use mysql_async::Error as Failure;
        let at = format_args!("the server at `{}`", server.address).to_string();
        match &failure {
            Failure::Server(error) => {
                let refused = error::from_server(error).context(at);
                // Only whether there was one is told, never what it is.
                if !self.has_password && refused.kind() == ErrorKind::Connect && error.code == error::ACCESS_DENIED {
                    return refused.with_help(
                        "Write a password behind the user's name, `mysql://user:password@host/name`, or check the user.",
                    );
                }
                refused
            }
            Failure::Driver(DriverError::NoClientSslFlagFromServer) => {
                Error::new(ErrorKind::Connect, format!("{at} has no TLS")).with_help(
                    "Turn on TLS in the server, or write `?ssl-mode=DISABLED` if the network can be trusted.",
                )
            }
            // MySQL asks like this for users it does not know, too.
            Failure::Driver(DriverError::UnknownAuthPlugin { name }) => {
                let message = format!(
                    "{at} does not let this user in: it asks for `{name}`, by which no password can be given here"
                );
                Error::new(ErrorKind::Connect, message).with_help(
                    "Check the user in the database URL, and by which plugin `mysql.user` on the server lets it in.",
                )
            }
            Failure::Io(error) if tls::failed(error) => {
                let message = format!("{at} cannot be talked to with TLS ({})", error::chain(&failure));
                Error::new(ErrorKind::Connect, message)
                    .with_help(
                        "Name the certificate that signed the server's with `?ssl-ca=FILE`, and connect to a name the \
                         certificate is for.",
                    )
                    .with_source(failure)
            }
            _ => server.unreachable(&error::chain(&failure)).with_source(failure),
        }
    }
}

impl Server {
    fn new(url: &Url, options: &MySqlOptions, host: &str, port: u16, socket: Option<String>) -> Result<Self> {
        let tls = if socket.is_some() { None } else { tls::options(options.ssl_mode, options.ssl_ca.as_deref())? };
        let plain = OptsBuilder::default()
            .ip_or_hostname(host)
            .tcp_port(port)
            .user(url.user())
            .pass(url.password())
            .db_name(url.database())
            // The socket only when the URL says so.
            .prefer_socket(false)
            .socket(socket.clone())
            .client_found_rows(true)
            .stmt_cache_size(options.statement_cache)
            // The driver looks at the length of packets and at the age of connections itself.
            .max_allowed_packet(Some(PACKET))
            .wait_timeout(Some(0));
        Ok(Server {
            address: socket.unwrap_or_else(|| format!("{host}:{port}")),
            opts: plain.clone().ssl_opts(tls).into(),
            plain: (options.ssl_mode == SslMode::Prefer).then(|| plain.into()),
            named: OnceLock::new(),
        })
    }

    async fn dial(&self, ssl_mode: SslMode) -> mysql_async::Result<Conn> {
        use mysql_async::Error as Failure;
        let tried = Conn::new(self.named.get().unwrap_or(&self.opts).clone()).await;
        let other = match (&tried, &self.plain) {
            (Err(Failure::Driver(DriverError::NoClientSslFlagFromServer)), Some(plain)) => plain.clone(),
            (Err(Failure::Io(error)), _) if ssl_mode == SslMode::VerifyCa => {
                let Some(opts) = tls::with_presented_name(&self.opts, error) else { return tried };
                self.named.get_or_init(|| opts.clone());
                opts
            }
            _ => return tried,
        };
        Conn::new(other).await
    }

    #[cold]
    fn unreachable(&self, why: &str) -> Error {
        Error::new(ErrorKind::Connect, format!("the server at `{}` cannot be reached ({why})", self.address))
            .with_help("Check that the server runs, and the host and the port in the database URL.")
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let addresses: Vec<&str> = self.servers.iter().map(|server| server.address.as_str()).collect();
        f.debug_struct("Opener").field("addresses", &addresses).finish_non_exhaustive()
    }
}
