//! The database, as programs see it.

mod schema;

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    panic::Location,
    sync::Arc,
    time::Duration,
};

use aludel_driver::{Engine, EngineOptions, Isolation, Query as Sql, Recording, TransactionMode};
use aludel_sql::{Error, ErrorKind, Expr, Result, render, schema::SchemaMap, statement::Select};

use crate::{field::Field, model::Models, session::Session};

/// A database and the models a program has of it. Cheap to clone: all clones share one pool.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    models: Models,
}

impl Db {
    /// Opens the database a URL names: `sqlite:///app.db`.
    ///
    /// # Errors
    /// The URL is not one, or the database cannot be opened.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::connect_with(url, EngineOptions::default()).await
    }

    /// Opens the database a URL names, with more options than the URL has: hooks, `echo`.
    ///
    /// # Errors
    /// As [`Db::connect`].
    pub async fn connect_with(url: &str, options: EngineOptions) -> Result<Self> {
        Ok(Self::new(Engine::connect(&url.parse()?, options).await?, Models::registered()))
    }

    /// A database with an engine made elsewhere, and these models.
    pub fn new(engine: Engine, models: Models) -> Self {
        Db(Arc::new(Inner { engine, models }))
    }

    /// The same database through the same connections, in which the schemas that models name are called otherwise: those of one
    /// tenant, whose tables are like those of all others. A schema that is not said keeps its name; `""` is that of no schema at
    /// all, on either side. It takes the place of any such map there was.
    ///
    /// It holds for everything that models say: queries, sessions, sequences, [`Db::create_all`] and [`Db::drop_all`]. Text that a
    /// program writes itself stays as it is. Enum types are in no schema, so that all tenants share them.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), aludel_sql::Error> {
    /// # let db = aludel_orm::Db::connect("sqlite://").await?;
    /// let of_tenant = db.with_schemas([("tenant", "tenant_42")]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_schemas(&self, schemas: impl Into<SchemaMap>) -> Self {
        Self::new(self.engine().with_schemas(schemas), self.models().clone())
    }

    /// A new session: a unit of work.
    pub fn session(&self) -> Session {
        Session::new(self.clone())
    }

    /// Runs `work` in a transaction of a session of its own: committed if it returns `Ok`, else rolled back.
    ///
    /// The transaction begins at once, so that no other one can come between what `work` reads and what it writes.
    ///
    /// # Errors
    /// The error `work` returns, or that of the commit.
    #[track_caller]
    pub fn transaction<T>(&self, work: impl AsyncFnOnce(&mut Session) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.begun_with(TransactionMode::Isolated).transaction(work)
    }

    /// Like [`Db::transaction`], with an error type of the program's own: `Ok::<_, MyError>(…)` names it.
    ///
    /// # Errors
    /// The error `work` returns, or that of the commit.
    #[track_caller]
    pub fn try_transaction<T, E: From<Error>>(
        &self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T, E>,
    ) -> impl Future<Output = Result<T, E>> {
        self.begun_with(TransactionMode::Isolated).try_transaction(work)
    }

    /// Runs `work` on one state of the database, in a session in which nothing can be written. On SQLite, it waits for no writer
    /// and no writer waits for it.
    ///
    /// # Errors
    /// The error `work` returns; [`ErrorKind::ReadOnly`] when it writes, or leaves changes behind.
    #[track_caller]
    pub fn read<T>(&self, work: impl AsyncFnOnce(&mut Session) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.begun_with(TransactionMode::Read).transaction(work)
    }

    /// Transactions at another level of isolation: `db.isolation(Isolation::ReadCommitted).transaction(async |session| …)`.
    pub fn isolation(&self, level: Isolation) -> Transactions<'_> {
        self.begun_with(level.into())
    }

    fn begun_with(&self, mode: TransactionMode) -> Transactions<'_> {
        Transactions { db: self, mode }
    }

    /// Transactions that are run again, up to `times` in all, when the database gives up on one of several that got in each
    /// other's way: `db.retry(3).transaction(async |session| …)`.
    pub fn retry(&self, times: u32) -> Retry<'_> {
        self.begun_with(TransactionMode::Isolated).retry(times)
    }

    /// The next number of a sequence, which nobody else gets, whatever becomes of the transaction at hand.
    ///
    /// # Errors
    /// The database has no sequences (kind `Unsupported`), or not this one.
    #[track_caller]
    pub fn next_value(&self, sequence: &str) -> impl Future<Output = Result<i64>> + Send + '_ {
        let caller = Location::caller();
        let select = Select { columns: vec![Expr::NextValue(sequence.to_owned().into())].into(), ..Select::default() };
        let rendered = render::select(self.engine().target(), &select);
        async move {
            let rendered = rendered?;
            let mut connection = self.engine().acquire_at(caller).await?;
            let query = Sql::write(rendered.sql, rendered.params).called_at(caller);
            let numbers = connection.fetch(query, |row| i64::from_value(row.get(0)?)).await?;
            numbers.into_iter().next().ok_or_else(|| Error::new(ErrorKind::Decode, "a sequence gave no number"))
        }
    }

    /// The engine: the pool of connections.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// The models the program has of this database.
    pub fn models(&self) -> &Models {
        &self.0.models
    }

    /// Keeps every statement sent from here on, until the recording is dropped.
    pub fn record(&self) -> Recording {
        self.0.engine.record()
    }
}

/// Transactions at a level of isolation: see [`Db::isolation`].
#[derive(Clone, Copy, Debug)]
pub struct Transactions<'db> {
    db: &'db Db,
    mode: TransactionMode,
}

impl<'db> Transactions<'db> {
    /// Like [`Db::transaction`], at this level.
    ///
    /// # Errors
    /// The error `work` returns, or that of the commit.
    #[track_caller]
    pub fn transaction<T>(self, work: impl AsyncFnOnce(&mut Session) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.try_transaction(work)
    }

    /// Like [`Db::try_transaction`], at this level.
    ///
    /// # Errors
    /// The error `work` returns, or that of the commit.
    #[track_caller]
    pub fn try_transaction<T, E: From<Error>>(
        self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T, E>,
    ) -> impl Future<Output = Result<T, E>> {
        self.run(work, Location::caller())
    }

    async fn run<T, E: From<Error>>(
        self,
        work: impl AsyncFnOnce(&mut Session) -> Result<T, E>,
        caller: &'static Location<'static>,
    ) -> Result<T, E> {
        let mut session = self.db.session();
        session.called_at(caller);
        session.open_with(self.mode).await?;
        let value = work(&mut session).await?;
        session.commit().await?;
        Ok(value)
    }

    /// The same, run again up to `times` in all: see [`Db::retry`].
    pub fn retry(self, times: u32) -> Retry<'db> {
        Retry { transactions: self, times }
    }
}

/// Transactions that are run again when they got in each other's way: see [`Db::retry`].
#[derive(Debug)]
pub struct Retry<'db> {
    transactions: Transactions<'db>,
    times: u32,
}

impl Retry<'_> {
    /// At another level of isolation.
    #[must_use]
    pub fn isolation(mut self, level: Isolation) -> Self {
        self.transactions.mode = level.into();
        self
    }

    /// Like [`Db::transaction`], run again from the start, in a fresh session, after a serialization failure or a deadlock.
    /// Whatever `work` does besides writing to the database must bear being done more than once.
    ///
    /// # Errors
    /// The error of the last attempt, or of the first that another attempt would not mend.
    #[track_caller]
    pub fn transaction<T>(self, work: impl AsyncFnMut(&mut Session) -> Result<T>) -> impl Future<Output = Result<T>> {
        self.run(work, Location::caller())
    }

    async fn run<T>(
        self,
        mut work: impl AsyncFnMut(&mut Session) -> Result<T>,
        caller: &'static Location<'static>,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            match self.transactions.run(&mut work, caller).await {
                Err(error) if error.kind() == ErrorKind::Serialization && attempt < self.times => {
                    // Longer each time, and not in step with the others.
                    let spread = RandomState::new().hash_one(attempt) % 10;
                    tokio::time::sleep(Duration::from_millis(u64::from(attempt) * 5 + spread)).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Db({})", self.0.engine.url())
    }
}
