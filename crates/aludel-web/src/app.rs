//! What an application is made of.

use std::{fmt, time::Duration};

use aludel_driver::{Engine, EngineOptions};
use aludel_migrate::{Hooks, Migrations};
use aludel_orm::{Db, Models};
use aludel_sql::{Result, schema::Schema};
use axum::{Router, middleware::from_fn};

use crate::{
    config::Config,
    requests::{self, Slow},
    server::Server,
};

/// What an application is made of.
///
/// ```
/// use aludel_web::{App, Config};
/// use axum::{Router, routing::get};
///
/// let app = App::new("hello")
///     .config(Config::new().database_url("sqlite://"))
///     .routes(Router::new().route("/", get(async || "hello")));
/// assert_eq!(app.name(), "hello");
/// ```
pub struct App {
    name: String,
    config: Config,
    migrations: Option<Migrations>,
    hooks: Hooks,
    models: Models,
    routes: Router,
    engine: EngineOptions,
    records: bool,
    slow: Option<Slow>,
}

impl App {
    /// An application of this name, with the configuration of the environment, all models of the program, no migrations and
    /// no routes.
    pub fn new(name: impl Into<String>) -> Self {
        App {
            name: name.into(),
            config: Config::from_env(),
            migrations: None,
            hooks: Hooks::new(),
            models: Models::registered(),
            routes: Router::new(),
            engine: EngineOptions::default(),
            records: false,
            slow: None,
        }
    }

    /// Which database, and where to serve.
    #[must_use]
    pub fn config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// The migrations: `migrations!()`.
    #[must_use]
    pub fn migrations(mut self, migrations: Migrations) -> Self {
        self.migrations = Some(migrations);
        self
    }

    /// The Rust functions that migrations call by `CALL name();`.
    #[must_use]
    pub fn hooks(mut self, hooks: Hooks) -> Self {
        self.hooks = hooks;
        self
    }

    /// The models, in place of all that are linked into the program: `models![User, Post]`.
    #[must_use]
    pub fn models(mut self, models: Models) -> Self {
        self.models = models;
        self
    }

    /// What is served. Handlers take the database as `Db`, or a unit of work of their own as `Session`.
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = routes;
        self
    }

    /// What the engine does besides what the URL says: hooks, parameters that are hidden. `echo` is on if these options or the
    /// configuration say so.
    #[must_use]
    pub fn engine_options(mut self, options: EngineOptions) -> Self {
        self.engine = options;
        self
    }

    /// Keeps the statements of each request, on every database, for its handlers: `Extension<Recorded>`. Those of tasks that a
    /// handler spawns are not its own.
    #[must_use]
    pub fn record_queries(mut self) -> Self {
        self.records = true;
        self
    }

    /// Writes to standard error which requests take at least `request`, and which of their statements at least `statement`,
    /// with the line of the program and without parameters.
    #[must_use]
    pub fn log_slow(mut self, request: Duration, statement: Duration) -> Self {
        self.slow = Some(Slow { request, statement });
        self
    }

    /// What the application is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its configuration.
    pub fn settings(&self) -> &Config {
        &self.config
    }

    /// Its migrations, if it has any.
    pub fn revisions(&self) -> Option<Migrations> {
        self.migrations
    }

    /// The tables its models describe.
    ///
    /// # Errors
    /// Two models claim one table, or one refers to a model that is not among them.
    pub fn schema(&self) -> Result<Schema> {
        self.models.schema()
    }

    /// Hands out the functions that migrations call; the application has none of them afterwards.
    pub fn take_hooks(&mut self) -> Hooks {
        std::mem::take(&mut self.hooks)
    }

    /// Opens the database that the configuration names.
    ///
    /// # Errors
    /// A setting is malformed, or the database cannot be opened.
    pub async fn connect(&self) -> Result<Db> {
        let options = self.engine.clone();
        let echo = options.echo || self.config.echo_on()?;
        let options = options.echo(echo);
        let engine = Engine::connect(&self.config.url()?, options).await?;
        Ok(Db::new(engine, self.models.clone()))
    }

    /// A server of the routes at an address, which takes connections from here on and answers them once it runs. Port 0
    /// means any that is free.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn bind(self, address: (&str, u16), db: Db) -> Result<Server> {
        let (slow, mut routes) = (self.slow, self.routes);
        if self.records || slow.is_some() {
            routes = routes.layer(from_fn(move |request, next| requests::record(slow, request, next)));
        }
        Server::bind(address, routes, db).await
    }

    /// Serves the routes at an address until the program is told to stop, by Ctrl-C or the signal TERM; requests that have
    /// begun are answered first.
    ///
    /// # Errors
    /// The address cannot be listened on.
    pub async fn serve(self, address: (&str, u16), db: Db) -> Result<()> {
        self.bind(address, db).await?.run().await
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("name", &self.name).field("config", &self.config).finish_non_exhaustive()
    }
}
