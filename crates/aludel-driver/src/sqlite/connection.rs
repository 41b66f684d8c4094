//! A connection lent out, as the contract of drivers wants it.

use std::mem;

use aludel_sql::Result;
use tokio::task::coop;

use super::{
    error,
    job::{self, Done},
    open::Slot,
    pool::Lease,
    run::{Control, Failure, Many, One, Sink, Work},
    stream::Stream,
};
use crate::{
    driver::{Access, Batch, BatchDone, BoxFuture, DriverConnection, Query, State, TransactionMode},
    flow::Flow,
    row::RowSink,
    runtime::{gone, runtime},
    transaction::{self, commit_unknown, rewinds},
};

/// The most rows of a batch that run on the calling task.
const INLINE_ROWS: usize = 5_000;

/// Where to run work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the calling task, interrupted when it takes long.
    Bounded,
    /// On the calling task, to its end.
    Inline,
    /// On the blocking pool.
    Pool,
}

pub(super) struct SqliteConnection {
    /// Away while a job has it, and for good when that job's future was dropped.
    pub(super) lease: Option<Lease>,
    /// The job that has it while rows are handed out.
    pub(super) stream: Option<Flow<Done<Stream>>>,
    /// The transaction is half-done, or SQLite has rolled it back by itself.
    pub(super) failed: bool,
    /// The transaction was begun to read.
    reading: bool,
    /// COMMIT is under way; still so when its future was dropped.
    committing: bool,
    /// The first statement has given way to other tasks already, before the connection was taken.
    gave_way: bool,
}

/// A statement that took longer than it may says so.
fn in_time<T>(done: Result<T, Failure>, slot: &Slot) -> Result<T, Failure> {
    match (done, slot.budget.expired()) {
        (Err(failure), Some(limit)) if failure.is_interrupt() && !slot.budget.stopped() => {
            Err(error::expired(limit).into())
        }
        (done, _) => done,
    }
}

impl SqliteConnection {
    pub(super) fn new(lease: Lease) -> Self {
        SqliteConnection {
            lease: Some(lease),
            stream: None,
            failed: false,
            reading: false,
            committing: false,
            gave_way: true,
        }
    }

    /// Statements on the calling task never wait, so without this a task full of them would starve all others.
    async fn give_way(&mut self) {
        if !mem::take(&mut self.gave_way) {
            coop::consume_budget().await;
        }
    }

    fn lease(&mut self) -> Result<&mut Lease> {
        self.lease.as_mut().ok_or_else(if self.committing { commit_unknown } else { gone })
    }

    /// Errs when only a rollback is possible.
    pub(super) fn check(&mut self) -> Result<()> {
        self.lease()?;
        if self.failed {
            return Err(transaction::failed());
        }
        Ok(())
    }

    /// Runs work where it belongs, and keeps the books. The work is away while a job has it.
    async fn run<W: Work>(&mut self, work: &mut Option<W>, place: Place) -> Result<Result<W::Output, Failure>> {
        let was = self.state();
        let done = match self.run_here(work, place)? {
            Some(done) => Ok(done),
            // Boxed, to keep the future of a statement that needs no job small.
            None => Box::pin(self.run_away(work)).await,
        };
        if let Some(lease) = &mut self.lease
            && !lease.in_transaction()
        {
            lease.end_turn();
            self.failed |= !matches!(done, Ok(Ok(_))) && was == State::Transaction;
        }
        done
    }

    /// Runs work on the calling task; nothing, if its place is on the blocking pool.
    fn run_here<W: Work>(&mut self, work: &mut Option<W>, place: Place) -> Result<Option<Result<W::Output, Failure>>> {
        let Some(work) = work.as_mut().filter(|_| place != Place::Pool) else { return Ok(None) };
        let lease = self.lease()?;
        let slot = lease.slot()?;
        slot.budget.start(place == Place::Bounded);
        let done = work.run(slot);
        let overran = slot.budget.overran();
        let done = in_time(done, slot);
        slot.budget.start(false);
        if overran && let Some(text) = work.text() {
            lease.pool.slow.remember(text);
        }
        // What found no time or no lock here has both on the blocking pool.
        let again = |failure: &Failure| failure.is_busy() || (overran && failure.is_interrupt());
        Ok(if done.as_ref().is_err_and(again) { None } else { Some(done) })
    }

    async fn run_away<W: Work>(&mut self, work: &mut Option<W>) -> Result<Result<W::Output, Failure>> {
        runtime()?;
        let (lease, at_hand) = (self.lease.take().ok_or_else(gone)?, work.take().ok_or_else(gone)?);
        let (mut lease, back, done) = job::run(lease, at_hand).await?;
        let done = in_time(done, lease.slot()?);
        (self.lease, *work) = (Some(lease), Some(back));
        Ok(done)
    }

    /// Runs a statement; how many rows it changed.
    async fn statement(&mut self, work: &mut Option<One>) -> Result<u64> {
        self.give_way().await;
        // Going back to a savepoint mends a transaction that is half-done.
        let mends =
            self.failed && self.lease()?.in_transaction() && work.as_ref().is_some_and(|work| rewinds(&work.query.sql));
        self.failed &= !mends;
        let done = self.run_statement(work).await;
        self.failed |= mends && done.is_err();
        done
    }

    async fn run_statement(&mut self, work: &mut Option<One>) -> Result<u64> {
        self.check()?;
        let reading = self.reading && self.state() == State::Transaction;
        let One { query, reading: told, access, .. } = work.as_mut().ok_or_else(gone)?;
        *told = reading;
        let access = *access;
        let slow = self.lease()?.pool.slow.contains(&query.sql);
        let turn = !reading && (access != Access::Other || may_write(&query.sql));
        if access == Access::Read {
            let place = if slow { Place::Pool } else { Place::Bounded };
            match self.run(work, place).await? {
                Err(Failure::Writes) if reading => return Err(transaction::read_only()),
                Err(Failure::Writes) => work.iter_mut().for_each(|work| work.access = Access::Write),
                done => return Ok(done?),
            }
        }
        if turn {
            self.lease()?.take_turn().await?;
        }
        if reading && access == Access::Write {
            return Err(transaction::read_only());
        }
        let place = if slow || access == Access::Other { Place::Pool } else { self.place_of_write()? };
        let changed = self.run(work, place).await??;
        self.count(changed);
        Ok(changed)
    }

    /// Where a write runs: outside a transaction it commits, and may wait for the disk.
    fn place_of_write(&mut self) -> Result<Place> {
        let lease = self.lease()?;
        let syncs = !lease.in_transaction() && lease.slot()?.syncs;
        Ok(if syncs { Place::Pool } else { Place::Inline })
    }

    fn count(&self, rows: u64) {
        if let Some(lease) = &self.lease {
            lease.pool.wrote(rows);
            if !lease.in_transaction() {
                lease.pool.committed();
            }
        }
    }

    async fn run_batch(&mut self, batch: Batch, sink: Sink) -> Result<(Vec<u64>, Sink)> {
        self.give_way().await;
        self.check()?;
        if self.reading && self.state() == State::Transaction {
            return Err(transaction::read_only());
        }
        if batch.rows.is_empty() {
            return Ok((Vec::new(), sink));
        }
        self.lease()?.take_turn().await?;
        let place = if batch.rows.len() > INLINE_ROWS { Place::Pool } else { self.place_of_write()? };
        let half_done = batch.rows.len() > 1;
        let mut work = Some(Many { batch, sink });
        let done = self.run(&mut work, place).await?;
        self.failed |= done.is_err() && half_done && self.state() == State::Transaction;
        let changed = done?;
        self.count(changed.iter().sum());
        Ok((changed, work.and_then(|work| work.sink)))
    }

    async fn begin(&mut self, mode: TransactionMode) -> Result<()> {
        self.give_way().await;
        self.check()?;
        if self.state() == State::Transaction {
            return Err(transaction::under_way());
        }
        let begin = match mode {
            TransactionMode::Read => "BEGIN DEFERRED",
            // There is one level.
            TransactionMode::Write | TransactionMode::Isolated | TransactionMode::At(_) => {
                self.lease()?.take_turn().await?;
                "BEGIN IMMEDIATE"
            }
        };
        let done = self.run(&mut Some(Control(begin)), Place::Inline).await?;
        self.reading = mode == TransactionMode::Read;
        Ok(done?)
    }

    async fn commit(&mut self) -> Result<()> {
        self.check()?;
        if self.state() == State::Idle {
            return Err(transaction::none_to_commit());
        }
        let lease = self.lease()?;
        let wrote = lease.has_turn();
        let place = if wrote && lease.slot()?.syncs { Place::Pool } else { Place::Inline };
        self.committing = true;
        let done = self.run(&mut Some(Control("COMMIT")), place).await;
        if self.lease.is_none() {
            return Err(commit_unknown());
        }
        self.committing = false;
        match done? {
            Ok(()) => {
                if wrote {
                    self.count(0);
                }
                Ok(())
            }
            // Over either way, as after a failed COMMIT on every other database.
            Err(failure) => {
                self.roll_back()?;
                Err(failure.into())
            }
        }
    }

    fn roll_back(&mut self) -> Result<()> {
        let Some(lease) = &mut self.lease else { return Ok(()) };
        self.failed = false;
        if lease.in_transaction()
            && let Err(failure) = Control("ROLLBACK").run(lease.slot()?)
        {
            // Dropping the lease closes a connection that cannot be rolled back.
            self.lease = None;
            return Err(failure.into());
        }
        lease.end_turn();
        Ok(())
    }
}

/// Whether a statement that is neither a query nor a change of rows could need the turn to write.
fn may_write(sql: &str) -> bool {
    // Settings and reflection must work while someone else writes.
    !sql.trim_start().get(..6).is_some_and(|word| word.eq_ignore_ascii_case("PRAGMA"))
}

impl DriverConnection for SqliteConnection {
    fn state(&self) -> State {
        match &self.lease {
            // Rows are handed out inside a transaction alone.
            None if self.stream.is_some() => State::Transaction,
            None => State::Lost,
            Some(_) if self.failed => State::Failed,
            Some(lease) if lease.in_transaction() => State::Transaction,
            Some(_) => State::Idle,
        }
    }

    fn round_trips(&self) -> u64 {
        0
    }

    fn is_new(&self) -> bool {
        self.lease.as_ref().is_some_and(Lease::is_new)
    }

    fn keep_settings(&mut self) {
        if let Some(Ok(slot)) = self.lease.as_mut().map(Lease::slot) {
            (slot.unsettled, slot.set_up) = (false, true);
        }
    }

    fn query(&mut self, query: Query, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        let mut work = Some(One::new(query, Some(sink)));
        Box::pin(async move {
            self.statement(&mut work).await?;
            work.and_then(|work| work.sink).ok_or_else(gone)
        })
    }

    fn execute(&mut self, query: Query) -> BoxFuture<'_, Result<u64>> {
        let mut work = Some(One::new(query, None));
        Box::pin(async move { self.statement(&mut work).await })
    }

    fn execute_many(&mut self, batch: Batch, sink: Option<Box<dyn RowSink>>) -> BoxFuture<'_, Result<BatchDone>> {
        Box::pin(self.run_batch(batch, sink))
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
        Box::pin(SqliteConnection::begin(self, mode))
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(SqliteConnection::commit(self))
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async { self.roll_back() })
    }
}
