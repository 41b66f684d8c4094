//! Which database an application uses, and where it serves.

mod environment;

use std::path::{Path, PathBuf};

use aludel_driver::Url;
use aludel_sql::{Error, ErrorKind, Result};

use environment::Environment;

/// Which database an application uses, and where it serves.
///
/// | variable | setting | unless given |
/// |---|---|---|
/// | `DATABASE_URL` | [`Config::database_url`] | `sqlite:///app.db` |
/// | `DATABASE_ECHO` | [`Config::echo`]: `1`, `true`, `yes`, `on`, or their opposites | off |
/// | `HOST` | [`Config::host`] | `127.0.0.1` |
/// | `PORT` | [`Config::port`] | 5000 |
///
/// A setting that is malformed is an error when it is used, not before: a command that needs no database does not ask for
/// its URL.
#[derive(Clone, Debug)]
pub struct Config {
    folder: PathBuf,
    url: Setting<Url>,
    echo: Setting<bool>,
    host: Setting<String>,
    port: Setting<u16>,
}

type Setting<T> = Result<Option<T>, Problem>;

/// Why a setting cannot be used. Never holds its value, which may be a password.
#[derive(Clone, Debug)]
struct Problem {
    message: String,
    help: String,
}

impl Problem {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Problem { message: message.into(), help: help.into() }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Problem::new(error.message(), error.help().unwrap_or_default())
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let error = Error::new(ErrorKind::Config, problem.message);
        if problem.help.is_empty() { error } else { error.with_help(problem.help) }
    }
}

impl Config {
    /// Nothing is set, and the environment not looked at.
    pub fn new() -> Self {
        Config { folder: home(), url: Ok(None), echo: Ok(None), host: Ok(None), port: Ok(None) }
    }

    /// What the environment says, and after it the file `.env`: the one in the current directory, else in the nearest one
    /// above, else beside the program's manifest. Variables that are empty count as absent.
    pub fn from_env() -> Self {
        let folder = home();
        let environment = Environment::read(&folder);
        Config {
            url: environment.get("DATABASE_URL", |text| Url::parse(text).map_err(Problem::from)),
            echo: environment.get("DATABASE_ECHO", |text| {
                switch(text).ok_or_else(|| Problem::new("it is neither on nor off", "Write `1` or `0`"))
            }),
            host: environment.get("HOST", |text| Ok(text.to_owned())),
            port: environment.get("PORT", |text| {
                text.parse().map_err(|_| Problem::new("it is no port", "Write a number from 0 to 65535"))
            }),
            folder,
        }
    }

    /// The URL of the database: `sqlite:///app.db`.
    #[must_use]
    pub fn database_url(mut self, url: &str) -> Self {
        self.url = Url::parse(url).map(Some).map_err(Problem::from);
        self
    }

    /// Whether every statement is written to standard error.
    #[must_use]
    pub fn echo(mut self, echo: bool) -> Self {
        self.echo = Ok(Some(echo));
        self
    }

    /// The name or address to serve at.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.host = Ok(Some(host.into()));
        self
    }

    /// The port to serve at; 0 means any that is free.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Ok(Some(port));
        self
    }

    /// The folder that a relative SQLite file is in. Unless given, that of the program's manifest when cargo runs the
    /// program, else the current directory.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// The folder that a relative SQLite file is in.
    pub fn home(&self) -> &Path {
        &self.folder
    }

    /// Where the database is: a SQLite file with its folder.
    ///
    /// # Errors
    /// The URL is malformed, or `.env` is.
    pub fn url(&self) -> Result<Url> {
        Ok(self.url.clone()?.unwrap_or_else(|| Url::sqlite("app.db")).relative_to(&self.folder))
    }

    /// Whether statements are written to standard error.
    ///
    /// # Errors
    /// `DATABASE_ECHO` is malformed, or `.env` is.
    pub fn echo_on(&self) -> Result<bool> {
        Ok(self.echo.clone()?.unwrap_or(false))
    }

    /// Where to serve: a name or address, and a port.
    ///
    /// # Errors
    /// `PORT` is malformed, or `.env` is.
    pub fn address(&self) -> Result<(String, u16)> {
        let host = self.host.clone()?.unwrap_or_else(|| "127.0.0.1".to_owned());
        Ok((host, self.port.clone()?.unwrap_or(5000)))
    }
}

impl Default for Config {
    fn default() -> Self {
        Config::new()
    }
}

/// Cargo says where the manifest is to the programs it runs.
fn home() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| std::env::current_dir().unwrap_or_default(), PathBuf::from)
}

fn switch(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}
