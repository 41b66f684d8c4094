//! A connection lent out, as the contract of drivers wants it.

use aludel_sql::Result;

use super::{
    error::{self, Failure},
    pool::{Lease, Slot},
    run::Sink,
    stream::Streamed,
};
use crate::{
    driver::{Access, Batch, BatchDone, BoxFuture, DriverConnection, Query, State, TransactionMode},
    flow::Flow,
    isolation::Isolation,
    log::is_control,
    row::RowSink,
    runtime::gone,
    transaction::{self, commit_unknown, rewinds},
};

pub(super) struct MySqlConnection {
    /// Gone for good when a future was dropped half-way.
    pub(super) lease: Option<Lease>,
    /// The task that has it while rows are handed out.
    pub(super) stream: Option<Flow<Streamed>>,
    /// Only part of a batch was done, or the server has ended the transaction by itself.
    pub(super) half_done: bool,
    /// COMMIT is under way; still so when its future was dropped.
    committing: bool,
    /// How often it had waited for the server when it was given up.
    pub(super) trips: u64,
    /// The transaction was begun to read.
    reading: bool,
}

impl MySqlConnection {
    pub(super) fn new(lease: Lease) -> Self {
        MySqlConnection {
            lease: Some(lease),
            stream: None,
            half_done: false,
            committing: false,
            trips: 0,
            reading: false,
        }
    }

    /// Errs when only a rollback is possible.
    pub(super) fn check(&self) -> Result<()> {
        match self.state() {
            State::Idle | State::Transaction => Ok(()),
            State::Failed => Err(transaction::failed()),
            State::Lost if self.committing => Err(commit_unknown()),
            State::Lost => Err(if self.lease.is_some() { error::lost() } else { gone() }),
        }
    }

    /// Whether the server has a transaction open.
    fn in_transaction(&self) -> bool {
        self.lease.as_ref().is_some_and(Lease::in_transaction)
    }

    async fn statement(&mut self, query: Query, mut sink: Sink) -> Result<(u64, Sink)> {
        // Going back to a savepoint mends a transaction that is half-done.
        let mends = self.state() == State::Failed && self.in_transaction() && rewinds(&query.sql);
        if !mends {
            self.check()?;
        }
        let was_in_transaction = self.in_transaction();
        if self.reading && was_in_transaction && query.access == Access::Other && !reads(&query.sql) {
            return Err(transaction::read_only());
        }
        let mut work = Work::start(self);
        let done = work.slot()?.run(query, &mut sink).await;
        let done = work.finish(done);
        self.half_done &= !(mends && done.is_ok());
        self.half_done |= done.is_err() && was_in_transaction && !self.in_transaction();
        Ok((done?, sink))
    }

    async fn batch(&mut self, mut batch: Batch, mut sink: Sink) -> Result<BatchDone> {
        self.check()?;
        let runs = batch.rows.len();
        if runs == 0 {
            return Ok((Vec::new(), sink));
        }
        if runs == 1
            && let Some(params) = batch.rows.pop()
        {
            let query = Query { params, ..Query::write(batch.sql, Vec::new()) };
            let (changed, sink) = self.statement(query, sink).await?;
            return Ok((vec![changed], sink));
        }
        let outside = self.state() == State::Idle;
        let mut work = Work::start(self);
        let slot = work.slot()?;
        let done = if outside { whole(slot, batch, &mut sink).await } else { slot.run_many(batch, &mut sink).await };
        let done = work.finish(done);
        self.half_done |= done.is_err() && !outside;
        Ok((done?, sink))
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<()> {
        self.check()?;
        if self.state() == State::Transaction {
            return Err(transaction::under_way());
        }
        let mut work = Work::start(self);
        let done = work.slot()?.control(match mode {
            // There is a snapshot at this level alone.
            TransactionMode::Read => {
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"
            }
            TransactionMode::Write => BEGIN,
            TransactionMode::Isolated | TransactionMode::At(Isolation::Serializable) => {
                "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; START TRANSACTION"
            }
            TransactionMode::At(Isolation::ReadUncommitted) => {
                "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; START TRANSACTION"
            }
            TransactionMode::At(Isolation::ReadCommitted) => {
                "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION"
            }
            TransactionMode::At(Isolation::RepeatableRead) => {
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; START TRANSACTION"
            }
        });
        let done = done.await;
        work.finish(done)?;
        self.reading = mode == TransactionMode::Read;
        Ok(())
    }

    async fn commit(&mut self) -> Result<()> {
        self.check()?;
        if self.state() == State::Idle {
            return Err(transaction::none_to_commit());
        }
        self.committing = true;
        let mut work = Work::start(self);
        let done = commit(work.slot()?).await;
        let done = work.finish(done);
        self.committing = false;
        // Over either way: what could not be committed is undone.
        if done.is_err() && self.in_transaction() {
            self.rollback().await?;
        }
        done
    }

    async fn rollback(&mut self) -> Result<()> {
        self.half_done = false;
        if !self.in_transaction() || self.state() == State::Lost {
            return Ok(());
        }
        let mut work = Work::start(self);
        let done = work.slot()?.control("ROLLBACK").await;
        let done = work.finish(done);
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

/// Whether a statement leaves the transaction as it is. The server would commit one that reads before it changes the schema,
/// where others refuse.
fn reads(sql: &str) -> bool {
    let word = sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let known = [
        "SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "TABLE", "VALUES", "SET", "INSERT", "UPDATE", "DELETE",
    ];
    is_control(sql) || known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// A transaction that writes.
const BEGIN: &str = "START TRANSACTION";

/// Runs a batch in a transaction of its own.
async fn whole(slot: &mut Slot, batch: Batch, sink: &mut Sink) -> Result<Vec<u64>, Failure> {
    slot.control(BEGIN).await?;
    let done = match slot.run_many(batch, sink).await {
        Ok(changed) => commit(slot).await.map(|()| changed),
        failed => failed,
    };
    if done.is_err() && slot.in_transaction && !slot.is_lost() {
        slot.control("ROLLBACK").await?;
    }
    done
}

async fn commit(slot: &mut Slot) -> Result<(), Failure> {
    match slot.control("COMMIT").await {
        Err(failure) if failure.is_lost() => Err(commit_unknown().with_source(aludel_sql::Error::from(failure)).into()),
        committed => committed,
    }
}

/// Something under way on a connection. If it is dropped before it is finished, it is stopped and the connection closed.
struct Work<'a> {
    connection: &'a mut MySqlConnection,
    finished: bool,
}

impl<'a> Work<'a> {
    fn start(connection: &'a mut MySqlConnection) -> Self {
        Work { connection, finished: false }
    }

    fn slot(&mut self) -> Result<&mut Slot> {
        match &mut self.connection.lease {
            Some(lease) => lease.slot(),
            None => Err(gone()),
        }
    }

    fn finish<T>(mut self, done: Result<T, Failure>) -> Result<T> {
        self.finished = true;
        if done.is_err()
            && let Some(lease) = &self.connection.lease
            && lease.is_lost()
        {
            lease.pool.suspect();
        }
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

impl DriverConnection for MySqlConnection {
    fn state(&self) -> State {
        match &self.lease {
            // Rows are handed out inside a transaction alone.
            None if self.stream.is_some() => State::Transaction,
            None => State::Lost,
            Some(lease) if lease.is_lost() => State::Lost,
            Some(_) if self.half_done => State::Failed,
            Some(lease) if lease.in_transaction() => State::Transaction,
            Some(_) => State::Idle,
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
            let (_, sink) = self.statement(query, Some(sink)).await?;
            sink.ok_or_else(gone)
        })
    }

    fn execute(&mut self, query: Query) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move { Ok(self.statement(query, None).await?.0) })
    }

    fn execute_many(&mut self, batch: Batch, sink: Option<Box<dyn RowSink>>) -> BoxFuture<'_, Result<BatchDone>> {
        Box::pin(self.batch(batch, sink))
    }

    fn open(&mut self, query: Query, portion: usize) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.open_stream(query, portion))
    }

    fn fetch(&mut self, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(self.fetch_stream(sink))
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.close_stream())
    }

    fn begin(&mut self, mode: TransactionMode) -> BoxFuture<'_, Result<()>> {
        Box::pin(MySqlConnection::begin(self, mode))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(MySqlConnection::commit(self))
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(MySqlConnection::rollback(self))
    }
}
