//! Running statements on the thread at hand.

use std::{
    thread,
    time::{Duration, Instant},
};

use aludel_sql::{Error, ErrorKind, Result, Value};
use rusqlite::{Connection, Statement, ffi};

use super::{
    error,
    open::Slot,
    value::{SqliteRow, bind},
};
use crate::{
    driver::{Access, Batch, Query, Text},
    row::RowSink,
    transaction,
};

/// Why a statement did not end well, as far as what to do next depends on it.
#[derive(Debug)]
pub(super) enum Failure {
    /// SQLite says so.
    Sqlite(rusqlite::Error),
    /// We say so, or the sink does.
    Own(Error),
    /// It was to read only, and would write. Nothing was run.
    Writes,
}

impl Failure {
    pub(super) fn code(&self) -> i32 {
        match self {
            Failure::Sqlite(error) => error.sqlite_error().map_or(0, |error| error.extended_code),
            Failure::Own(_) | Failure::Writes => 0,
        }
    }

    /// Another connection holds a lock that will be free some time.
    pub(super) fn is_busy(&self) -> bool {
        // A snapshot that is too old to write on stays so, however long one waits.
        let code = self.code();
        code & 0xff == ffi::SQLITE_BUSY && code != ffi::SQLITE_BUSY_SNAPSHOT
    }

    pub(super) fn is_interrupt(&self) -> bool {
        self.code() & 0xff == ffi::SQLITE_INTERRUPT
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Own(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Sqlite(failure) => error::from_sqlite(failure),
            Failure::Own(error) => error,
            Failure::Writes => Error::new(ErrorKind::Usage, "a statement that was to read only would write")
                .with_help("Send it with `Query::write`."),
        }
    }
}

/// Where rows go, if anyone wants them.
pub(super) type Sink = Option<Box<dyn RowSink>>;

pub(super) fn restart(sink: &mut Sink) {
    if let Some(sink) = sink {
        sink.restart();
    }
}

/// Something to run on a connection, as often as it takes.
pub(super) trait Work: Send + 'static {
    type Output: Send + 'static;

    /// The text to remember when it turns out to be too long for the calling task.
    fn text(&self) -> Option<&Text> {
        None
    }

    /// Runs it once. A failure that is busy leaves nothing half-done.
    fn run(&mut self, slot: &mut Slot) -> Result<Self::Output, Failure>;

    /// Runs it, and again for as long as another connection holds a lock and `timeout` lasts.
    fn run_patiently(&mut self, slot: &mut Slot, timeout: Duration) -> Result<Self::Output, Failure> {
        let deadline = Instant::now() + timeout;
        let mut pause = Duration::from_millis(1);
        loop {
            match self.run(slot) {
                Err(failure) if failure.is_busy() && !slot.budget.stopped() => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Err(error::busy(timeout).into());
                    }
                    // SQLite's own wait would not notice that nobody waits for the statement any more.
                    thread::sleep(pause.min(left));
                    pause = (pause * 2).min(Duration::from_millis(25));
                }
                done => return done,
            }
        }
    }
}

/// One statement of the program.
pub(super) struct One {
    pub(super) query: Query,
    pub(super) access: Access,
    pub(super) sink: Sink,
    /// The transaction was begun to read.
    pub(super) reading: bool,
}

impl One {
    pub(super) fn new(query: Query, sink: Sink) -> Self {
        One { access: query.access, query, sink, reading: false }
    }
}

impl Work for One {
    type Output = u64;

    fn text(&self) -> Option<&Text> {
        Some(&self.query.sql)
    }

    fn run(&mut self, slot: &mut Slot) -> Result<u64, Failure> {
        restart(&mut self.sink);
        let Query { sql, params, .. } = &self.query;
        if self.access == Access::Other {
            slot.unsettled = true;
            if !self.reading {
                return other(&slot.connection, sql, params, &mut self.sink);
            }
            slot.connection.pragma_update(None, "query_only", true)?;
            let done = other(&slot.connection, sql, params, &mut self.sink);
            slot.connection.pragma_update(None, "query_only", false)?;
            return match done {
                Err(failure) if failure.code() == ffi::SQLITE_READONLY => Err(transaction::read_only().into()),
                done => done,
            };
        }
        let mut statement = slot.connection.prepare_cached(sql)?;
        let reads = self.access == Access::Read;
        if reads && !statement.readonly() {
            return Err(Failure::Writes);
        }
        let before = slot.connection.total_changes();
        bind(&mut statement, params)?;
        step(&mut statement, &mut self.sink)?;
        Ok(if reads { 0 } else { changed_since(&slot.connection, before) })
    }
}

/// Runs a statement that is not kept prepared, or several at once.
fn other(connection: &Connection, sql: &str, params: &[Value], sink: &mut Sink) -> Result<u64, Failure> {
    let before = connection.total_changes();
    match connection.prepare(sql) {
        Ok(mut statement) => {
            bind(&mut statement, params)?;
            step(&mut statement, sink)?;
        }
        // Several statements, of which later ones may rest on earlier ones, or a wrong one: running them tells.
        Err(_) if params.is_empty() => connection.execute_batch(sql)?,
        Err(error) => return Err(error.into()),
    }
    Ok(changed_since(connection, before))
}

/// How many rows the last statement changed. On its own, SQLite's count is still that of an earlier statement after one
/// that is no INSERT, UPDATE or DELETE.
fn changed_since(connection: &Connection, before: u64) -> u64 {
    if connection.total_changes() == before { 0 } else { connection.changes() }
}

fn step(statement: &mut Statement<'_>, sink: &mut Sink) -> Result<(), Failure> {
    let mut rows = statement.raw_query();
    let mut columns = None;
    while let Some(row) = rows.next()? {
        if let Some(sink) = sink {
            // Not known before the first step, which prepares it anew if the schema has changed.
            let columns = *columns.get_or_insert_with(|| row.as_ref().column_count());
            sink.row(&SqliteRow { row, columns })?;
        }
    }
    Ok(())
}

/// One statement of the program run many times, in a transaction of its own if there is none.
pub(super) struct Many {
    pub(super) batch: Batch,
    pub(super) sink: Sink,
}

impl Work for Many {
    type Output = Vec<u64>;

    fn run(&mut self, slot: &mut Slot) -> Result<Vec<u64>, Failure> {
        restart(&mut self.sink);
        let connection = &slot.connection;
        let mut changed = Vec::with_capacity(self.batch.rows.len());
        // One statement is a transaction of its own.
        if self.batch.rows.len() == 1 || !connection.is_autocommit() {
            // No savepoint around it: SQLite would copy every page touched. Who owns the transaction rolls back.
            return match self.runs(connection, &mut changed) {
                Ok(()) => Ok(changed),
                Err(failure) if failure.is_busy() && !changed.is_empty() => Err(Failure::Own(failure.into())),
                Err(failure) => Err(failure),
            };
        }
        control(connection, "BEGIN IMMEDIATE")?;
        let done = self.runs(connection, &mut changed).and_then(|()| control(connection, "COMMIT"));
        // SQLite may have rolled back by itself.
        if done.is_err() && !connection.is_autocommit() {
            control(connection, "ROLLBACK")?;
        }
        done.map(|()| changed)
    }
}

impl Many {
    fn runs(&mut self, connection: &Connection, changed: &mut Vec<u64>) -> Result<(), Failure> {
        let mut statement = connection.prepare_cached(&self.batch.sql)?;
        for params in &self.batch.rows {
            let before = connection.total_changes();
            bind(&mut statement, params)?;
            step(&mut statement, &mut self.sink)?;
            changed.push(changed_since(connection, before));
        }
        Ok(())
    }
}

/// A statement that begins or ends something.
#[derive(Clone, Copy)]
pub(super) struct Control(pub(super) &'static str);

impl Work for Control {
    type Output = ();

    fn run(&mut self, slot: &mut Slot) -> Result<(), Failure> {
        control(&slot.connection, self.0)
    }
}

pub(super) fn control(connection: &Connection, sql: &str) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    step(&mut statement, &mut None)
}
