//! The one text that says which database to use, in the forms SQLAlchemy has.
//!
//! | text | database |
//! |---|---|
//! | `sqlite:///app.db` | a file, relative to where the caller says |
//! | `sqlite:////srv/app.db` | a file |
//! | `sqlite://`, `sqlite:///:memory:` | a private temporary file, deleted with the engine |
//! | `postgresql://user:password@host:5432/name` | PostgreSQL; `postgres://` is the same |
//! | `mysql://user:password@host/name`, `mariadb://…` | MySQL, MariaDB |
//! | `postgresql://user@first:5432,second:5433/name` | the first of several servers that can be used |
//!
//! A driver after a plus sign, as in `postgresql+psycopg2://`, is ignored. Every part may be percent-encoded.

mod host;
mod mysql;
mod parse;
mod postgres;
mod server;
mod sqlite;

pub use host::Host;
pub use mysql::MySqlOptions;
pub use postgres::{PostgresOptions, SslMode, TargetSession};
pub use sqlite::{Mode, SqliteOptions, Synchronous};

use std::{
    fmt::{self, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use aludel_sql::{Error, ErrorKind, Result};

/// Which kind of database a [`Url`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// SQLite, in a file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
    /// A MySQL server.
    MySql,
    /// A MariaDB server.
    MariaDb,
}

impl Backend {
    /// As it is spelled at the start of a URL.
    pub fn scheme(self) -> &'static str {
        match self {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgresql",
            Backend::MySql => "mysql",
            Backend::MariaDb => "mariadb",
        }
    }
}

/// The name people know the database by.
impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Backend::Sqlite => "SQLite",
            Backend::Postgres => "PostgreSQL",
            Backend::MySql => "MySQL",
            Backend::MariaDb => "MariaDB",
        })
    }
}

/// Where a database is and how to use it. Printing it never shows the password.
///
/// ```
/// use aludel_driver::Url;
///
/// let url: Url = "postgresql+psycopg2://susan:s3cret@localhost/blog".parse()?;
/// assert_eq!(url.database(), Some("blog"));
/// assert_eq!(url.to_string(), "postgresql://susan:***@localhost/blog");
/// # Ok::<(), aludel_driver::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Url {
    backend: Backend,
    path: Option<PathBuf>,
    user: Option<String>,
    password: Option<String>,
    hosts: Vec<Host>,
    database: Option<String>,
    options: Vec<(String, String)>,
}

impl Url {
    fn new(backend: Backend) -> Self {
        Url { backend, path: None, user: None, password: None, hosts: Vec::new(), database: None, options: Vec::new() }
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// Kind `Config`, naming the part that is wrong and never repeating what could be part of a password.
    pub fn parse(text: &str) -> Result<Self> {
        parse::url(text)
    }

    /// The SQLite database in the file `path`.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Url { path: Some(path.into()), ..Url::new(Backend::Sqlite) }
    }

    /// A private SQLite database in a temporary file.
    pub fn temporary() -> Self {
        Url::new(Backend::Sqlite)
    }

    /// The kind of database.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// The file of a SQLite database; `None` for a private temporary one and for a server.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Who to log in as.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// What to log in with. Never to be printed.
    pub fn password(&self) -> Option<&str> {
        self.password.as_deref()
    }

    /// The server's name or address; that of the first of several.
    pub fn host(&self) -> Option<&str> {
        self.hosts.first().map(|host| host.name.as_str()).filter(|name| !name.is_empty())
    }

    /// The server's port; that of the first of several.
    pub fn port(&self) -> Option<u16> {
        self.hosts.first()?.port
    }

    /// The servers, in the order in which they are tried. Those that the option `host` of a PostgreSQL URL names come instead.
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// The database's name on its server.
    pub fn database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// What stands after the question mark, in the order of the names. The option `host` can be there more than once.
    pub fn options(&self) -> &[(String, String)] {
        &self.options
    }

    /// Adds an option, or replaces it.
    ///
    /// # Errors
    /// Kind `Config`: the database has no such option, or not that value.
    pub fn with_option(mut self, name: &str, value: &str) -> Result<Self> {
        self.options.retain(|(old, _)| old != name);
        self.options.push((name.to_owned(), value.to_owned()));
        self.options.sort();
        self.check_options()?;
        Ok(self)
    }

    /// The same server, and another database on it.
    ///
    /// # Errors
    /// Kind `Config`: SQLite has files instead.
    pub fn with_database(mut self, name: &str) -> Result<Self> {
        if self.backend == Backend::Sqlite {
            return Err(Error::new(ErrorKind::Config, "a SQLite URL names a file, and no database on a server")
                .with_help("Use `Url::sqlite` with the path of the other file."));
        }
        self.database = (!name.is_empty()).then(|| name.to_owned());
        Ok(self)
    }

    /// The whole URL, so that [`Url::parse`] reads this one again. It shows the password and every option: never to be printed.
    pub fn expose(&self) -> String {
        let mut out = format!("{}://", self.backend.scheme());
        if let Some(path) = &self.path {
            out.push('/');
            encode(&mut out, &path.to_string_lossy(), "/");
        }
        if self.user.is_some() || self.password.is_some() {
            encode(&mut out, self.user.as_deref().unwrap_or_default(), "");
            if let Some(password) = &self.password {
                out.push(':');
                encode(&mut out, password, "");
            }
            out.push('@');
        }
        for (number, host) in self.hosts.iter().enumerate() {
            out.push_str(if number == 0 { "" } else { "," });
            host.expose(&mut out);
        }
        if let Some(database) = &self.database {
            out.push('/');
            encode(&mut out, database, "");
        }
        for (number, (name, value)) in self.options.iter().enumerate() {
            out.push(if number == 0 { '?' } else { '&' });
            encode(&mut out, name, "");
            out.push('=');
            encode(&mut out, value, "/");
        }
        out
    }

    fn check_options(&self) -> Result<()> {
        match self.backend {
            Backend::Sqlite => self.sqlite_options().map(drop),
            Backend::Postgres => self.postgres_options().map(drop),
            Backend::MySql | Backend::MariaDb => self.mysql_options().map(drop),
        }
    }

    /// The options of a SQLite database.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn sqlite_options(&self) -> Result<SqliteOptions> {
        SqliteOptions::parse(&self.options)
    }

    /// The options of a PostgreSQL database.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn postgres_options(&self) -> Result<PostgresOptions> {
        PostgresOptions::parse(&self.options)
    }

    /// The options of a MySQL or MariaDB database.
    ///
    /// # Errors
    /// Kind `Config`: an option is unknown, or its value is none it can have.
    pub fn mysql_options(&self) -> Result<MySqlOptions> {
        MySqlOptions::parse(self.backend, &self.options)
    }

    /// The same URL with a relative file looked up in `folder`.
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        self.path = self.path.map(|path| folder.join(path));
        self
    }
}

/// Percent-encodes what is neither a plain letter or digit nor among `also`.
fn encode(out: &mut String, text: &str, also: &str) {
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.as_bytes().contains(&byte);
        let _ = if plain { write!(out, "{}", char::from(byte)) } else { write!(out, "%{byte:02X}") };
    }
}

impl FromStr for Url {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Url::parse(text)
    }
}

/// The options of a server that hold no secret; printing a URL leaves the others out.
const HARMLESS: [&str; 7] =
    ["application_name", "charset", "connect_timeout", "isolation", "ssl-mode", "sslmode", "target_session_attrs"];

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.backend.scheme())?;
        if let Some(path) = &self.path {
            write!(f, "/{}", path.display())?;
        }
        if self.user.is_some() || self.password.is_some() {
            f.write_str(self.user.as_deref().unwrap_or_default())?;
            f.write_str(if self.password.is_some() { ":***@" } else { "@" })?;
        }
        for (number, host) in self.hosts.iter().enumerate() {
            write!(f, "{}{host}", if number == 0 { "" } else { "," })?;
        }
        if let Some(database) = &self.database {
            write!(f, "/{database}")?;
        }
        let shown = |name: &str| self.backend == Backend::Sqlite || HARMLESS.contains(&name);
        for (number, (name, value)) in self.options.iter().filter(|(name, _)| shown(name)).enumerate() {
            write!(f, "{}{name}={value}", if number == 0 { '?' } else { '&' })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Url({self})")
    }
}
