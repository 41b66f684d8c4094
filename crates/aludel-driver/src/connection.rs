//! A connection as the floors above see it: a driver's connection, typed rows, and the query log.

mod cursor;
mod savepoint;
mod text;

pub use cursor::Cursor;
pub use savepoint::Savepoint;

use std::{any::Any, fmt};

use aludel_sql::{Dialect, Error, ErrorKind, Result, Type, Value, render::Target};

use crate::{
    driver::{Access, Batch, DriverConnection, Query, State, Text, TransactionMode},
    engine::Engine,
    hook::Statement,
    log::Watch,
    row::{Row, RowSink},
    transaction,
};

/// A connection lent out by an [`crate::Engine`]. Dropping it rolls back what it was in the middle of and gives it back.
pub struct Connection {
    driver: Box<dyn DriverConnection>,
    engine: Engine,
    /// Where the engine has noted who holds it.
    place: usize,
    /// What the transaction was begun with.
    mode: Option<TransactionMode>,
    /// The numbers of the savepoints that are open, the outermost first.
    savepoints: Vec<u64>,
    /// How often the driver had waited when it was asked for types. What that took is counted with the statement it was for.
    asked_at: Option<u64>,
    /// The number of the cursor that is open.
    cursor: Option<u64>,
}

impl Connection {
    pub(crate) fn new(driver: Box<dyn DriverConnection>, engine: Engine, place: usize) -> Self {
        Connection { driver, engine, place, mode: None, savepoints: Vec::new(), asked_at: None, cursor: None }
    }

    /// How this database spells things.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.engine.dialect()
    }

    /// What statements on this connection are written for.
    pub fn target(&self) -> Target<'_> {
        self.engine.target()
    }

    /// Whether parameters are kept out of what people read: [`crate::EngineOptions::hide_parameters`].
    pub fn hides_parameters(&self) -> bool {
        self.engine.hides_parameters()
    }

    /// The state the connection is in.
    pub fn state(&self) -> State {
        self.driver.state()
    }

    /// Runs a statement and gives its rows, decoded one by one.
    ///
    /// # Errors
    /// Those of the database and of `decode`, with the statement's text.
    pub async fn fetch<T, F>(&mut self, mut query: Query, decode: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
    {
        self.make_way().await?;
        let watch = self.watch(query.statement())?;
        let sql = query.sql.clone();
        let sink = self.driver.query(query, Collect::boxed(decode)).await;
        let rows = sink.and_then(Collect::<T, F>::finish).map_err(|error| error.with_sql(&*sql));
        self.end(watch, rows, |rows| rows.len() as u64)
    }

    /// Runs a statement and gives how many rows it changed.
    ///
    /// # Errors
    /// Those of the database, with the statement's text.
    pub async fn execute(&mut self, mut query: Query) -> Result<u64> {
        self.make_way().await?;
        let watch = self.watch(query.statement())?;
        let sql = query.sql.clone();
        let changed = self.driver.execute(query).await.map_err(|error| error.with_sql(&*sql));
        self.end(watch, changed, |changed| *changed)
    }

    /// Runs a statement once for each list of parameters, all or nothing, and gives how many rows each run changed.
    ///
    /// # Errors
    /// Those of the database, with the statement's text.
    pub async fn execute_many(&mut self, mut batch: Batch) -> Result<Vec<u64>> {
        self.make_way().await?;
        let watch = self.watch(batch.statement())?;
        let sql = batch.sql.clone();
        let done = self.driver.execute_many(batch, None).await;
        let changed = done.map(|(changed, _)| changed).map_err(|error| error.with_sql(&*sql));
        self.end(watch, changed, |changed| changed.iter().sum())
    }

    /// Like [`Connection::execute_many`], and gives the rows of all runs in order, decoded one by one.
    ///
    /// # Errors
    /// Those of the database and of `decode`, with the statement's text.
    pub async fn fetch_many<T, F>(&mut self, mut batch: Batch, decode: F) -> Result<(Vec<u64>, Vec<T>)>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
    {
        self.make_way().await?;
        let watch = self.watch(batch.statement())?;
        let sql = batch.sql.clone();
        let done = self.driver.execute_many(batch, Some(Collect::boxed(decode))).await;
        let done = done
            .and_then(|(changed, sink)| Ok((changed, Collect::<T, F>::finish(sink.ok_or_else(lost_sink)?)?)))
            .map_err(|error| error.with_sql(&*sql));
        self.end(watch, done, |(_, rows)| rows.len() as u64)
    }

    /// The types that the database gives the placeholders of a statement, which is not run: see
    /// [`DriverConnection::parameter_types`].
    ///
    /// # Errors
    /// The database cannot make sense of the statement, or what else it says.
    pub async fn parameter_types(&mut self, sql: &str) -> Result<Option<Vec<Type>>> {
        self.make_way().await?;
        self.asked_at = Some(self.driver.round_trips());
        self.driver.parameter_types(sql).await.map_err(|error| error.with_sql(sql))
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// Kind `Session` if one is under way; `Busy` if another writer held the lock for the whole time-out.
    pub async fn begin(&mut self, mode: TransactionMode) -> Result<()> {
        self.make_way().await?;
        let watch = self.watch_control("BEGIN");
        let begun = self.driver.begin(mode).await;
        if begun.is_ok() {
            self.mode = Some(mode);
            self.savepoints.clear();
        }
        self.end(watch, begun, |()| 0)
    }

    /// Commits the transaction. It is over afterwards: if this fails, it was rolled back.
    ///
    /// # Errors
    /// Kind `Session` if there is no transaction or one that can only be rolled back; else what the database says.
    pub async fn commit(&mut self) -> Result<()> {
        self.make_way().await?;
        let watch = self.watch_control("COMMIT");
        let committed = self.driver.commit().await;
        self.note_end();
        self.end(watch, committed, |()| 0)
    }

    /// Rolls the transaction back. Does nothing outside one.
    ///
    /// # Errors
    /// What the database says; the connection is then lost.
    pub async fn rollback(&mut self) -> Result<()> {
        // If this fails, the rollback says so.
        let _ = self.make_way().await;
        let watch = self.watch_control("ROLLBACK");
        let rolled_back = self.driver.rollback().await;
        self.note_end();
        self.end(watch, rolled_back, |()| 0)
    }

    /// Lets every hook set up the session, if it is a new one.
    pub(crate) async fn set_up(&mut self) -> Result<()> {
        if self.engine.log().hooks.is_empty() || !self.driver.is_new() {
            return Ok(());
        }
        for hook in &self.engine.log().clone().hooks {
            hook.connected(self).await?;
        }
        if self.state() != State::Idle {
            return Err(Error::new(ErrorKind::Usage, "a hook has left a transaction open on a new connection")
                .with_help("Commit it, or set up the session without one."));
        }
        self.driver.keep_settings();
        Ok(())
    }

    fn watch(&mut self, statement: Statement<'_>) -> Result<Option<Watch>> {
        text::check(statement.sql)?;
        self.check_access(statement.access)?;
        self.check_count(statement.runs)?;
        let asked_at = self.asked_at.take();
        self.engine.log().watch(statement, || asked_at.unwrap_or_else(|| self.driver.round_trips()))
    }

    fn watch_control(&self, sql: &'static str) -> Option<Watch> {
        let (mut sql, mut runs) = (Text::Static(sql), [Vec::new()]);
        let statement = Statement { sql: &mut sql, runs: &mut runs, access: Access::Other, caller: None };
        self.engine.log().clock(statement, || self.driver.round_trips())
    }

    fn end<T>(&self, watch: Option<Watch>, done: Result<T>, rows: impl FnOnce(&T) -> u64) -> Result<T> {
        match watch {
            Some(watch) => watch.done(self.driver.round_trips(), done, rows),
            None => done,
        }
    }
}

impl Connection {
    /// Whether a transaction is open in which nothing can be written.
    pub fn is_read_only(&self) -> bool {
        self.mode == Some(TransactionMode::Read) && self.state() != State::Idle
    }

    fn note_end(&mut self) {
        if self.state() == State::Idle {
            self.mode = None;
            self.savepoints.clear();
            self.cursor = None;
        }
    }

    /// Errs before anything is sent, so that the transaction can go on.
    fn check_access(&self, access: Access) -> Result<()> {
        if access == Access::Write && self.is_read_only() { Err(transaction::read_only()) } else { Ok(()) }
    }

    /// The protocol of PostgreSQL cannot even say more, which would cost the connection.
    fn check_count(&self, runs: &[Vec<Value>]) -> Result<()> {
        let (most, name) = (self.dialect().capability().max_params, self.dialect().name());
        match runs.iter().map(Vec::len).find(|count| *count > most) {
            Some(count) => {
                let message = format!("the statement has {count} parameters, and {name} takes no more than {most}");
                Err(Error::new(ErrorKind::Usage, message)
                    .with_help("Split its lists up, or put their values into a table and ask that."))
            }
            None => Ok(()),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.engine.holders().remove(self.place);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("state", &self.state()).finish_non_exhaustive()
    }
}

impl Query {
    fn statement(&mut self) -> Statement<'_> {
        let Query { sql, params, access, caller } = self;
        Statement { sql, runs: std::slice::from_mut(params), access: *access, caller: *caller }
    }
}

impl Batch {
    fn statement(&mut self) -> Statement<'_> {
        let Batch { sql, rows, caller } = self;
        Statement { sql, runs: rows, access: Access::Write, caller: *caller }
    }
}

fn lost_sink() -> Error {
    Error::new(ErrorKind::Usage, "the driver handed back another sink than it was given")
        .with_help("Report this to whoever wrote the driver.")
}

/// Decodes rows into a list.
struct Collect<T, F> {
    rows: Vec<T>,
    decode: F,
}

impl<T, F> Collect<T, F>
where
    T: Send + 'static,
    F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
{
    fn boxed(decode: F) -> Box<dyn RowSink> {
        Box::new(Collect { rows: Vec::new(), decode })
    }

    fn finish(sink: Box<dyn RowSink>) -> Result<Vec<T>> {
        let sink: Box<dyn Any> = sink.into_any();
        sink.downcast::<Self>().map(|collect| collect.rows).map_err(|_| lost_sink())
    }
}

impl<T, F> RowSink for Collect<T, F>
where
    T: Send + 'static,
    F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
{
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        self.rows.push((self.decode)(row)?);
        Ok(())
    }

    fn restart(&mut self) {
        self.rows.clear();
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

const _: () = {
    const fn send<T: Send>() {}
    send::<Connection>();
};
