//! The engine: a database, and the connections to it.

use std::{fmt, panic::Location, sync::Arc, time::Duration};

use aludel_sql::{Dialect, Result, render::Target, schema::SchemaMap};

use crate::{
    connection::Connection,
    driver::Driver,
    holders::Holders,
    hook::Hook,
    log::{Log, Recording},
    pool::PoolStatus,
    url::{Backend, Url},
};

/// What an [`Engine`] does besides what its URL says.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EngineOptions {
    /// What to do around statements, in this order. Nothing.
    pub hooks: Vec<Arc<dyn Hook>>,
    /// Leave the parameters out of `echo`, of recorded statements and, as far as their text shows there, of errors. Off.
    pub hide_parameters: bool,
    /// Write every statement and its parameters to standard error. Off.
    pub echo: bool,
    /// How long to wait for a free connection. 30 seconds.
    pub acquire_timeout: Duration,
}

impl Default for EngineOptions {
    fn default() -> Self {
        EngineOptions {
            hooks: Vec::new(),
            hide_parameters: false,
            echo: false,
            acquire_timeout: Duration::from_secs(30),
        }
    }
}

impl EngineOptions {
    /// Sets [`EngineOptions::echo`].
    #[must_use]
    pub fn echo(mut self, echo: bool) -> Self {
        self.echo = echo;
        self
    }

    /// Adds to [`EngineOptions::hooks`].
    #[must_use]
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.push(Arc::new(hook));
        self
    }

    /// Sets [`EngineOptions::hide_parameters`].
    #[must_use]
    pub fn hide_parameters(mut self, hide: bool) -> Self {
        self.hide_parameters = hide;
        self
    }

    /// Sets [`EngineOptions::acquire_timeout`].
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }
}

/// A database, and the connections to it. A clone is another handle to the same.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
    schemas: Option<Arc<SchemaMap>>,
}

struct Inner {
    driver: Box<dyn Driver>,
    dialect: &'static dyn Dialect,
    url: Url,
    log: Arc<Log>,
    holders: Holders,
}

impl Engine {
    /// Opens the database, to see at once whether that works.
    ///
    /// # Errors
    /// Kind `Io` or `Connect` if the database cannot be opened, with nothing left behind; `Config` if this program has no
    /// driver for it; `Usage` outside a tokio runtime.
    pub async fn connect(url: &Url, options: EngineOptions) -> Result<Self> {
        let driver = driver(url, &options).await?;
        Ok(Engine::with_driver(url.clone(), driver, options))
    }

    /// An engine on a driver of one's own, such as one that injects faults.
    pub fn with_driver(url: Url, driver: Box<dyn Driver>, options: EngineOptions) -> Self {
        let inner =
            Inner { dialect: driver.dialect(), driver, url, log: Log::new(options), holders: Holders::default() };
        Engine { inner: Arc::new(inner), schemas: None }
    }

    /// How this database spells things.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.inner.dialect
    }

    /// Where the database is.
    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// The same database through the same connections, in which the schemas that statements name are called as `schemas` says:
    /// those of one tenant. It takes the place of any map there was. Text that a program writes itself stays as it is.
    #[must_use]
    pub fn with_schemas(&self, schemas: impl Into<SchemaMap>) -> Self {
        Engine { inner: self.inner.clone(), schemas: Some(Arc::new(schemas.into())) }
    }

    /// What schemas are called, where [`Engine::with_schemas`] has said.
    pub fn schemas(&self) -> Option<&SchemaMap> {
        self.schemas.as_deref()
    }

    /// What statements for this database are written for.
    pub fn target(&self) -> Target<'_> {
        Target { dialect: self.dialect(), schemas: self.schemas(), home: self.url().database() }
    }

    /// A connection outside any transaction, waiting for one if all are lent out.
    ///
    /// # Errors
    /// Kind `Timeout` if none became free in time, naming the lines of the program that have them; `Connect` or `Io` if a new
    /// one could not be opened; `Usage` outside a tokio runtime; and what a hook says that sets up new connections.
    #[track_caller]
    pub fn acquire(&self) -> impl Future<Output = Result<Connection>> + Send + '_ {
        self.acquire_at(Location::caller())
    }

    /// Like [`Engine::acquire`], on behalf of another line of the program.
    ///
    /// # Errors
    /// As [`Engine::acquire`].
    pub async fn acquire_at(&self, caller: &'static Location<'static>) -> Result<Connection> {
        let driver = self.inner.driver.acquire().await.map_err(|error| self.inner.holders.explain(error))?;
        let mut connection = Connection::new(driver, self.clone(), self.inner.holders.add(caller));
        connection.set_up().await?;
        Ok(connection)
    }

    pub(crate) fn log(&self) -> &Arc<Log> {
        &self.inner.log
    }

    pub(crate) fn holders(&self) -> &Holders {
        &self.inner.holders
    }

    /// Whether parameters are kept out of what people read: [`EngineOptions::hide_parameters`].
    pub fn hides_parameters(&self) -> bool {
        self.inner.log.hides
    }

    /// How the pool of connections is doing.
    pub fn pool_status(&self) -> PoolStatus {
        self.inner.driver.status()
    }

    /// Closes the connections: those that nobody uses at once, the others when they come back, which it waits for. From now on,
    /// none is lent out, by any clone of this engine.
    ///
    /// # Errors
    /// Kind `Timeout` if some did not come back in the time that [`EngineOptions::acquire_timeout`] allows; they are closed when
    /// they do.
    pub async fn close(&self) -> Result<()> {
        self.inner.driver.close().await
    }

    /// Records every statement of this engine, from all tasks, until the recording is dropped.
    pub fn record(&self) -> Recording {
        self.inner.log.record()
    }
}

/// The driver for a URL, connected.
pub(crate) async fn driver(url: &Url, options: &EngineOptions) -> Result<Box<dyn Driver>> {
    match url.backend() {
        Backend::Sqlite => sqlite(url, options).await,
        Backend::Postgres => postgres(url, options).await,
        Backend::MySql | Backend::MariaDb => mysql(url, options).await,
    }
}

#[cfg(feature = "sqlite")]
async fn sqlite(url: &Url, options: &EngineOptions) -> Result<Box<dyn Driver>> {
    Ok(Box::new(crate::sqlite::connect(url, options.acquire_timeout).await?))
}

#[cfg(not(feature = "sqlite"))]
async fn sqlite(_: &Url, _: &EngineOptions) -> Result<Box<dyn Driver>> {
    Err(no_driver("sqlite"))
}

#[cfg(feature = "postgres")]
async fn postgres(url: &Url, options: &EngineOptions) -> Result<Box<dyn Driver>> {
    Ok(Box::new(crate::postgres::connect(url, options.acquire_timeout).await?))
}

#[cfg(not(feature = "postgres"))]
async fn postgres(_: &Url, _: &EngineOptions) -> Result<Box<dyn Driver>> {
    Err(no_driver("postgres"))
}

#[cfg(feature = "mysql")]
async fn mysql(url: &Url, options: &EngineOptions) -> Result<Box<dyn Driver>> {
    Ok(Box::new(crate::mysql::connect(url, options.acquire_timeout).await?))
}

#[cfg(not(feature = "mysql"))]
async fn mysql(_: &Url, _: &EngineOptions) -> Result<Box<dyn Driver>> {
    Err(no_driver("mysql"))
}

#[cfg(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")))]
fn no_driver(feature: &str) -> aludel_sql::Error {
    aludel_sql::Error::new(
        aludel_sql::ErrorKind::Config,
        format!("this program was built without the feature `{feature}`"),
    )
    .with_help(format!("Turn on the feature `{feature}`."))
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("url", &self.inner.url).finish_non_exhaustive()
    }
}
