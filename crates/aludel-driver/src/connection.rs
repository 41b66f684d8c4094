//! A connection as the floors above see it: a driver's connection, typed rows, and the query log.

use std::{any::Any, fmt, sync::Arc};

use aludel_sql::{Dialect, Error, ErrorKind, Result};

use crate::{
    driver::{Batch, DriverConnection, Query, State, Text, TransactionMode},
    log::Log,
    row::{Row, RowSink},
};

/// A connection lent out by an [`crate::Engine`]. Dropping it rolls back what it was in the middle of and gives it back.
pub struct Connection {
    driver: Box<dyn DriverConnection>,
    dialect: &'static dyn Dialect,
    log: Arc<Log>,
}

impl Connection {
    pub(crate) fn new(driver: Box<dyn DriverConnection>, dialect: &'static dyn Dialect, log: Arc<Log>) -> Self {
        Connection { driver, dialect, log }
    }

    /// How this database spells things.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    /// The state the connection is in.
    pub fn state(&self) -> State {
        self.driver.state()
    }

    /// Runs a statement and gives its rows, decoded one by one.
    ///
    /// # Errors
    /// Those of the database and of `decode`, with the statement's text.
    pub async fn fetch<T, F>(&mut self, query: Query, decode: F) -> Result<Vec<T>>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
    {
        let watch = self.log.watch(&query.sql, &query.params, 1, query.caller);
        let sql = query.sql.clone();
        let sink = self.driver.query(query, Collect::boxed(decode)).await;
        let rows = sink.and_then(Collect::<T, F>::finish).map_err(|error| error.with_sql(&*sql));
        if let Some(watch) = watch {
            watch.done(rows.as_ref().map_or(0, |rows| rows.len() as u64));
        }
        rows
    }

    /// Runs a statement and gives how many rows it changed.
    ///
    /// # Errors
    /// Those of the database, with the statement's text.
    pub async fn execute(&mut self, query: Query) -> Result<u64> {
        let watch = self.log.watch(&query.sql, &query.params, 1, query.caller);
        let sql = query.sql.clone();
        let changed = self.driver.execute(query).await.map_err(|error| error.with_sql(&*sql));
        if let Some(watch) = watch {
            watch.done(*changed.as_ref().unwrap_or(&0));
        }
        changed
    }

    /// Runs a statement once for each list of parameters, all or nothing, and gives how many rows each run changed.
    ///
    /// # Errors
    /// Those of the database, with the statement's text.
    pub async fn execute_many(&mut self, batch: Batch) -> Result<Vec<u64>> {
        let watch = self.log.watch(&batch.sql, first(&batch), batch.rows.len(), batch.caller);
        let sql = batch.sql.clone();
        let done = self.driver.execute_many(batch, None).await;
        let changed = done.map(|(changed, _)| changed).map_err(|error| error.with_sql(&*sql));
        if let Some(watch) = watch {
            watch.done(changed.as_ref().map_or(0, |changed| changed.iter().sum()));
        }
        changed
    }

    /// Like [`Connection::execute_many`], and gives the rows of all runs in order, decoded one by one.
    ///
    /// # Errors
    /// Those of the database and of `decode`, with the statement's text.
    pub async fn fetch_many<T, F>(&mut self, batch: Batch, decode: F) -> Result<(Vec<u64>, Vec<T>)>
    where
        T: Send + 'static,
        F: FnMut(&dyn Row) -> Result<T> + Send + 'static,
    {
        let watch = self.log.watch(&batch.sql, first(&batch), batch.rows.len(), batch.caller);
        let sql = batch.sql.clone();
        let done = self.driver.execute_many(batch, Some(Collect::boxed(decode))).await;
        let done = done
            .and_then(|(changed, sink)| Ok((changed, Collect::<T, F>::finish(sink.ok_or_else(lost_sink)?)?)))
            .map_err(|error| error.with_sql(&*sql));
        if let Some(watch) = watch {
            watch.done(done.as_ref().map_or(0, |(_, rows)| rows.len() as u64));
        }
        done
    }

    /// Begins a transaction.
    ///
    /// # Errors
    /// Kind `Session` if one is under way; `Busy` if another writer held the lock for the whole time-out.
    pub async fn begin(&mut self, mode: TransactionMode) -> Result<()> {
        let watch = self.log.watch(&Text::Static("BEGIN"), &[], 1, None);
        let begun = self.driver.begin(mode).await;
        if let Some(watch) = watch {
            watch.done(0);
        }
        begun
    }

    /// Commits the transaction. It is over afterwards: if this fails, it was rolled back.
    ///
    /// # Errors
    /// Kind `Session` if there is no transaction or one that can only be rolled back; else what the database says.
    pub async fn commit(&mut self) -> Result<()> {
        let watch = self.log.watch(&Text::Static("COMMIT"), &[], 1, None);
        let committed = self.driver.commit().await;
        if let Some(watch) = watch {
            watch.done(0);
        }
        committed
    }

    /// Rolls the transaction back. Does nothing outside one.
    ///
    /// # Errors
    /// What the database says; the connection is then lost.
    pub async fn rollback(&mut self) -> Result<()> {
        let watch = self.log.watch(&Text::Static("ROLLBACK"), &[], 1, None);
        let rolled_back = self.driver.rollback().await;
        if let Some(watch) = watch {
            watch.done(0);
        }
        rolled_back
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").field("state", &self.state()).finish_non_exhaustive()
    }
}

fn first(batch: &Batch) -> &[aludel_sql::Value] {
    batch.rows.first().map_or(&[], Vec::as_slice)
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
