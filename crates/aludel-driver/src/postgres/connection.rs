//! A connection lent out, as the contract of drivers wants it.

use std::pin::pin;

use aludel_sql::{Result, Type};

use super::{
    cursor::Cursor,
    error::{self, Failure},
    pool::{Lease, Slot},
    run::Sink,
    wire::Status,
};
use crate::{
    driver::{Batch, BatchDone, BoxFuture, DriverConnection, Query, State, TransactionMode},
    isolation::Isolation,
    row::RowSink,
    runtime::gone,
    transaction::{self, commit_unknown, rewinds},
};

pub(super) struct PgConnection {
    /// Gone for good when a future was dropped half-way.
    pub(super) lease: Option<Lease>,
    /// A transaction was begun, and the server will be told with the first statement.
    pub(super) begin: Option<&'static str>,
    /// Where rows are fetched from in portions.
    pub(super) cursor: Option<Cursor>,
    /// Only part of a batch was done, or BEGIN did not work.
    half_done: bool,
    /// COMMIT is under way; still so when its future was dropped.
    committing: bool,
    /// How often it had waited for the server when it was given up.
    trips: u64,
}

impl PgConnection {
    pub(super) fn new(lease: Lease) -> Self {
        PgConnection { lease: Some(lease), begin: None, cursor: None, half_done: false, committing: false, trips: 0 }
    }

    /// Errs when only a rollback is possible, also as the server has said meanwhile.
    pub(super) fn check(&mut self) -> Result<()> {
        if let Some(Ok(slot)) = self.lease.as_mut().map(Lease::slot) {
            slot.line.take_in();
        }
        match self.state() {
            State::Idle | State::Transaction => Ok(()),
            State::Failed => Err(transaction::failed()),
            State::Lost => Err(self.lost()),
        }
    }

    fn lost(&self) -> aludel_sql::Error {
        match &self.lease {
            _ if self.committing => commit_unknown(),
            None => gone(),
            Some(_) => error::lost(),
        }
    }

    async fn statement(&mut self, query: &Query, sink: Sink) -> Result<(u64, Sink)> {
        // Going back to a savepoint mends a transaction that is half-done.
        let mends = self.state() == State::Failed && self.in_transaction() && rewinds(&query.sql);
        if !mends {
            self.check()?;
        }
        let first = self.begin.take();
        let mut work = Work::start(self);
        let done = work.slot()?.run(first, query, sink).await;
        let done = work.finish(done).await;
        self.half_done &= !(mends && done.is_ok());
        self.note_begin(first);
        done
    }

    async fn batch(&mut self, batch: Batch, mut sink: Sink) -> Result<BatchDone> {
        self.check()?;
        if batch.rows.is_empty() {
            return Ok((Vec::new(), sink));
        }
        if self.state() == State::Idle {
            return self.batch_outside(batch, sink).await;
        }
        let first = self.begin.take();
        let mut work = Work::start(self);
        let done = work.slot()?.run_many(first, &batch, &mut sink).await;
        let done = work.finish(done).await;
        self.half_done |= done.is_err() && batch.rows.len() > 1;
        self.note_begin(first);
        Ok((done?, sink))
    }

    /// A batch in a transaction of its own, unless one statement is all there is.
    async fn batch_outside(&mut self, mut batch: Batch, mut sink: Sink) -> Result<BatchDone> {
        if batch.rows.len() == 1
            && let Some(params) = batch.rows.pop()
        {
            let query = Query { params, ..Query::write(batch.sql, Vec::new()) };
            let (changed, sink) = self.statement(&query, sink).await?;
            return Ok((vec![changed], sink));
        }
        let mut work = Work::start(self);
        let slot = work.slot()?;
        let mut done = slot.run_many(Some(BEGIN), &batch, &mut sink).await;
        if done.as_ref().is_err_and(Failure::is_stale) {
            end(slot).await?;
            if let Some(sink) = &mut sink {
                sink.restart();
            }
            done = slot.run_many(Some(BEGIN), &batch, &mut sink).await;
        }
        if done.is_ok()
            && let Err(failure) = slot.commit().await
        {
            done = Err(failure);
        }
        if done.is_err() {
            end(slot).await?;
        }
        Ok((work.finish(done).await?, sink))
    }

    /// Whether the URL asks for the strongest level.
    fn is_serializable(&self) -> bool {
        self.lease.as_ref().is_some_and(|lease| lease.pool.isolation == Some(Isolation::Serializable))
    }

    /// Whether the server has a transaction open.
    fn in_transaction(&self) -> bool {
        self.lease.as_ref().is_some_and(|lease| matches!(lease.status(), Status::Transaction | Status::Failed))
    }

    /// A transaction that was to begin with a statement, and has not, can only be rolled back.
    pub(super) fn note_begin(&mut self, first: Option<&'static str>) {
        self.half_done |= first.is_some() && !self.in_transaction();
    }

    async fn commit(&mut self) -> Result<()> {
        self.check()?;
        if self.begin.take().is_some() {
            return Ok(());
        }
        if self.state() == State::Idle {
            return Err(transaction::none_to_commit());
        }
        self.committing = true;
        let mut work = Work::start(self);
        let done = work.slot()?.commit().await;
        let done = work.finish(done).await;
        self.committing = false;
        // Over either way: what could not be committed the server has undone.
        if done.is_err() && self.in_transaction() {
            self.rollback().await?;
        }
        done
    }

    async fn rollback(&mut self) -> Result<()> {
        (self.begin, self.half_done) = (None, false);
        if !self.in_transaction() {
            return Ok(());
        }
        let mut work = Work::start(self);
        let done = roll_back(work.slot()?).await;
        let done = work.finish(done).await;
        if done.is_err() {
            self.give_up();
        }
        done
    }

    /// Stops what is under way, and closes the connection.
    fn give_up(&mut self) {
        if let Some(lease) = self.lease.take() {
            self.trips = lease.trips();
            lease.abandon();
        }
    }
}

/// A transaction that writes.
const BEGIN: &str = "BEGIN";

/// Rolls back what a batch has begun.
async fn end(slot: &mut Slot) -> Result<()> {
    slot.line.settle().await;
    if matches!(slot.line.status(), Status::Transaction | Status::Failed) {
        roll_back(slot).await?;
    }
    Ok(())
}

async fn roll_back(slot: &mut Slot) -> Result<(), Failure> {
    slot.trips += 1;
    Ok(slot.line.drive(pin!(slot.client.batch_execute("ROLLBACK"))).await?)
}

/// Something under way on a connection. If it is dropped before it is finished, it is stopped and the connection closed.
pub(super) struct Work<'a> {
    connection: &'a mut PgConnection,
    finished: bool,
}

impl<'a> Work<'a> {
    pub(super) fn start(connection: &'a mut PgConnection) -> Self {
        Work { connection, finished: false }
    }

    pub(super) fn slot(&mut self) -> Result<&mut Slot> {
        match &mut self.connection.lease {
            Some(lease) => lease.slot(),
            None => Err(gone()),
        }
    }

    /// Waits until the connection is at rest.
    pub(super) async fn finish<T>(mut self, done: Result<T, Failure>) -> Result<T> {
        if let Err(failure) = &done
            && let Some(lease) = &mut self.connection.lease
        {
            if failure.is_lost() {
                lease.slot()?.line.close();
                lease.pool.suspect();
            }
            lease.slot()?.line.settle().await;
        }
        self.finished = true;
        Ok(done?)
    }
}

impl Drop for Work<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.connection.give_up();
        }
    }
}

impl DriverConnection for PgConnection {
    fn state(&self) -> State {
        let Some(lease) = &self.lease else { return State::Lost };
        match lease.status() {
            Status::Closed | Status::Unsettled => State::Lost,
            Status::Failed => State::Failed,
            _ if self.half_done => State::Failed,
            Status::Transaction => State::Transaction,
            Status::Idle if self.begin.is_some() => State::Transaction,
            Status::Idle => State::Idle,
        }
    }

    fn round_trips(&self) -> u64 {
        self.lease.as_ref().map_or(self.trips, Lease::trips)
    }

    fn is_new(&self) -> bool {
        self.lease.as_ref().is_some_and(Lease::is_new)
    }

    fn keep_settings(&mut self) {
        if let Some(Ok(slot)) = self.lease.as_mut().map(Lease::slot) {
            (slot.touched, slot.set_up) = (false, true);
        }
    }

    fn query(&mut self, query: Query, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move {
            let (_, sink) = self.statement(&query, Some(sink)).await?;
            sink.ok_or_else(gone)
        })
    }

    fn execute(&mut self, query: Query) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move { Ok(self.statement(&query, None).await?.0) })
    }

    fn execute_many(&mut self, batch: Batch, sink: Option<Box<dyn RowSink>>) -> BoxFuture<'_, Result<BatchDone>> {
        Box::pin(self.batch(batch, sink))
    }

    fn parameter_types<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<Type>>>> {
        Box::pin(async move {
            self.check()?;
            let first = self.begin.take();
            let mut work = Work::start(self);
            let asked = work.slot()?.parameter_types(first, sql).await;
            let asked = work.finish(asked).await;
            match asked {
                // Nothing was sent: the transaction has yet to begin.
                Ok((_, false)) => self.begin = first,
                _ => self.note_begin(first),
            }
            asked.map(|(types, _)| types)
        })
    }

    fn open(&mut self, query: Query, portion: usize) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.open_cursor(query, portion))
    }

    fn fetch(&mut self, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(self.fetch_cursor(sink))
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.close_cursor())
    }

    fn begin(&mut self, mode: TransactionMode) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.check()?;
            if self.state() == State::Transaction {
                return Err(transaction::under_way());
            }
            self.begin = Some(match mode {
                TransactionMode::Read => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
                TransactionMode::Write => BEGIN,
                TransactionMode::Isolated if self.is_serializable() => BEGIN,
                TransactionMode::Isolated | TransactionMode::At(Isolation::RepeatableRead) => {
                    "BEGIN ISOLATION LEVEL REPEATABLE READ"
                }
                TransactionMode::At(Isolation::ReadUncommitted) => "BEGIN ISOLATION LEVEL READ UNCOMMITTED",
                TransactionMode::At(Isolation::ReadCommitted) => "BEGIN ISOLATION LEVEL READ COMMITTED",
                TransactionMode::At(Isolation::Serializable) => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            });
            Ok(())
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(PgConnection::commit(self))
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(PgConnection::rollback(self))
    }
}
