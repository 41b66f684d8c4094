//! The contract between Aludel and a database driver.
//!
//! A driver is an [`Driver`] that hands out [`DriverConnection`]s.
//!
//! * A connection MUST be idle (outside a transaction, mid nothing) whenever it is handed out. Dropping a connection gives it
//!   back: a transaction it is in MUST be rolled back **then**, not when the connection is next used.
//! * Every future MUST be safe to drop at any await. What was under way is then rolled back whole or has happened whole, and
//!   the connection says so in [`DriverConnection::state`].
//! * [`DriverConnection::commit`] MUST NOT send COMMIT when a statement of the transaction failed in a way that aborted it.
//! * Rows MUST reach the sink in the order the database gives them. When a statement is run a second time (because its first
//!   run was interrupted), [`RowSink::restart`] MUST be called first.
//! * Where the database counts up the key of a new row and has no way to hand back rows, an INSERT that hands back none gives
//!   its sink the first key it made, as a row of one column.
//! * A statement that would write in a transaction begun with [`TransactionMode::Read`] MUST fail with kind `ReadOnly`.
//! * Errors MUST be those of `aludel-sql`, with kind, table, columns and constraint filled in as far as the database tells.

use std::{borrow::Cow, fmt::Debug, panic::Location, pin::Pin, sync::Arc};

use aludel_sql::{Dialect, Result, Type, Value};

use crate::{isolation::Isolation, pool::PoolStatus, row::RowSink};

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a statement may do, which decides where it can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads rows and changes nothing: it may be interrupted and run again.
    Read,
    /// It changes rows.
    Write,
    /// Anything else: DDL, PRAGMA, several statements at once.
    Other,
}

/// A statement, its parameters, and who sent it.
#[derive(Clone, Debug)]
pub struct Query {
    /// The text, with placeholders.
    pub sql: Text,
    /// One value a placeholder.
    pub params: Vec<Value>,
    /// What it may do.
    pub access: Access,
    /// The line of the program it came from.
    pub caller: Option<&'static Location<'static>>,
}

/// The text of a statement: known when the program was compiled, shared with a cache, or made for this once.
#[derive(Clone, Debug)]
pub enum Text {
    /// Part of the program.
    Static(&'static str),
    /// Shared.
    Shared(Arc<str>),
}

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Text::Static(text) => text,
            Text::Shared(text) => text,
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Text::Static(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Text::Shared(text.into())
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Text::Shared(text)
    }
}

impl From<Cow<'static, str>> for Text {
    fn from(text: Cow<'static, str>) -> Self {
        match text {
            Cow::Borrowed(text) => Text::Static(text),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl Query {
    /// A statement that reads.
    pub fn read(sql: impl Into<Text>, params: Vec<Value>) -> Self {
        Query { sql: sql.into(), params, access: Access::Read, caller: None }
    }

    /// A statement that changes rows.
    pub fn write(sql: impl Into<Text>, params: Vec<Value>) -> Self {
        Query { sql: sql.into(), params, access: Access::Write, caller: None }
    }

    /// Any other statement, without parameters.
    pub fn other(sql: impl Into<Text>) -> Self {
        Query { sql: sql.into(), params: Vec::new(), access: Access::Other, caller: None }
    }

    /// Says which line of the program this came from.
    #[must_use]
    pub fn called_at(mut self, caller: &'static Location<'static>) -> Self {
        self.caller = Some(caller);
        self
    }
}

/// One statement that changes rows, run once for each list of parameters.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The text, with placeholders.
    pub sql: Text,
    /// One list of parameters a run.
    pub rows: Vec<Vec<Value>>,
    /// The line of the program it came from.
    pub caller: Option<&'static Location<'static>>,
}

/// How many rows each run of a [`Batch`] changed, and the sink it was given.
pub type BatchDone = (Vec<u64>, Option<Box<dyn RowSink>>);

/// What a transaction is begun for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionMode {
    /// Reads that must all see the same state. On SQLite without the lock of writers.
    Read,
    /// Reads and writes, at the level of the URL or else the database's usual one. On SQLite, `BEGIN IMMEDIATE`.
    Write,
    /// Reads and writes that no other transaction can come between: the strongest level at which the database gives up on one
    /// of two that would, or that of the URL if it is stronger. On SQLite as `Write`; on PostgreSQL REPEATABLE READ; on MySQL
    /// and MariaDB SERIALIZABLE.
    Isolated,
    /// Reads and writes at this level.
    At(Isolation),
}

impl From<Isolation> for TransactionMode {
    fn from(level: Isolation) -> Self {
        TransactionMode::At(level)
    }
}

/// The state a connection is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Outside a transaction.
    Idle,
    /// Inside a transaction in which all went well.
    Transaction,
    /// Inside a transaction of which the database has undone everything or kept half: only a rollback is possible, to a
    /// savepoint if the transaction is still there.
    Failed,
    /// The connection is gone: a future that used it was dropped half-way, or the database hung up.
    Lost,
}

/// A database: what connections come from.
pub trait Driver: Debug + Send + Sync {
    /// How this database spells things.
    fn dialect(&self) -> &'static dyn Dialect;

    /// A connection that is idle, waiting for one if all are lent out.
    fn acquire(&self) -> BoxFuture<'_, Result<Box<dyn DriverConnection>>>;

    /// How the pool is doing.
    fn status(&self) -> PoolStatus;

    /// Closes the connections that nobody uses at once, and the others when they come back; lends out none any more.
    fn close(&self) -> BoxFuture<'_, Result<()>>;
}

/// A connection lent out by a [`Driver`]. Dropping it gives it back.
pub trait DriverConnection: Send {
    /// The state the connection is in.
    fn state(&self) -> State;

    /// How often this connection has waited for its server since it was opened: for a statement to be prepared, for one to be
    /// run, for a whole batch that is sent ahead of its answers. Never goes down. 0 where the database is in the program.
    fn round_trips(&self) -> u64;

    /// Whether nothing was set in the session yet: the connection was just opened, or made as good as new since
    /// [`DriverConnection::keep_settings`].
    fn is_new(&self) -> bool;

    /// Keeps what was set in the session so far for all it is lent to, until it is made as good as new.
    fn keep_settings(&mut self);

    /// Runs a statement and feeds its rows to `sink`, which is handed back.
    fn query(&mut self, query: Query, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>>;

    /// Runs a statement; how many rows it changed.
    fn execute(&mut self, query: Query) -> BoxFuture<'_, Result<u64>>;

    /// Runs a statement once for each list of parameters, all or nothing: outside a transaction in one of its own, and inside
    /// one, a failure half-way makes its state [`State::Failed`]. Rows it returns go to `sink`, run by run. Gives how many
    /// rows each run changed, and the sink.
    fn execute_many(&mut self, batch: Batch, sink: Option<Box<dyn RowSink>>) -> BoxFuture<'_, Result<BatchDone>>;

    /// The types that the database gives the placeholders of a statement, which is not run. `None` where it does not say,
    /// and where one of them is no portable type or holds values in another form: an enum, JSON, an array.
    fn parameter_types<'a>(&'a mut self, _sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<Type>>>> {
        Box::pin(async { Ok(None) })
    }

    /// Begins to run a query that reads, inside a transaction, in which none is open. Nothing but [`DriverConnection::fetch`] and
    /// [`DriverConnection::close`] is called until it ends, except where the database has
    /// [`aludel_sql::dialect::Capability::statements_between_rows`]: there it lasts until the transaction ends.
    fn open(&mut self, query: Query, portion: usize) -> BoxFuture<'_, Result<()>>;

    /// Feeds the next `portion` rows of the query that was opened to `sink`: fewer only if they are the last. No more than that are
    /// read ahead. An error ends the query.
    fn fetch(&mut self, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>>;

    /// Ends the query that was opened, if it has not ended.
    fn close(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Begins a transaction.
    fn begin(&mut self, mode: TransactionMode) -> BoxFuture<'_, Result<()>>;

    /// Commits the transaction.
    fn commit(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Rolls the transaction back. Does nothing outside one.
    fn rollback(&mut self) -> BoxFuture<'_, Result<()>>;
}
