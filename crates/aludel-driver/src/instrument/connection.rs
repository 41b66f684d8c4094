//! A connection at whose statements things go wrong.

use std::future::pending;

use aludel_sql::{Error, ErrorKind, Result, Type};

use super::{Fault, Faults, injected};
use crate::{
    driver::{Batch, BatchDone, BoxFuture, DriverConnection, Query, State, TransactionMode},
    row::RowSink,
    runtime::gone,
    transaction::commit_unknown,
};

type Inner = Box<dyn DriverConnection>;

/// A connection at whose statements things go wrong.
pub(super) struct Faulty {
    /// Gone when the connection is lost. Dropping it rolls back: that is the contract.
    inner: Option<Inner>,
    faults: Faults,
    /// COMMIT is under way; still so when its answer was lost.
    committing: bool,
    /// How often the connection had waited for the server when it was lost.
    trips: u64,
}

impl Faulty {
    pub(super) fn boxed(inner: Inner, faults: Faults) -> Inner {
        Box::new(Faulty { inner: Some(inner), faults, committing: false, trips: 0 })
    }

    /// Does `work` on the connection, unless something goes wrong there.
    async fn meet<T>(
        &mut self,
        sql: &str,
        work: impl for<'a> FnOnce(&'a mut Inner) -> BoxFuture<'a, Result<T>>,
    ) -> Result<T> {
        let Some(inner) = &mut self.inner else {
            return Err(if self.committing { commit_unknown() } else { gone() });
        };
        match self.faults.meet(sql) {
            None => work(inner).await,
            Some(Fault::Fail(kind)) => Err(injected(kind, sql)),
            Some(Fault::Lose) => {
                self.lose().await;
                Err(injected(ErrorKind::Connect, "the connection is lost"))
            }
            Some(Fault::LoseAnswer) => {
                // Whatever the answer is, nobody hears it.
                let _ = work(inner).await;
                self.lose().await;
                Err(lost_answer(self.committing))
            }
            Some(fault @ (Fault::Hold | Fault::HoldAnswer)) => {
                let mut held = self.take();
                if let (Some(inner), Fault::HoldAnswer) = (&mut held, fault) {
                    let _ = work(inner).await;
                }
                self.faults.0.held.notify_one();
                pending().await
            }
        }
    }

    fn take(&mut self) -> Option<Inner> {
        self.trips = self.round_trips();
        self.inner.take()
    }

    /// Ends the connection, and waits until the transaction is rolled back.
    async fn lose(&mut self) {
        if let Some(mut inner) = self.take() {
            // If this fails, dropping it rolls back.
            let _ = inner.rollback().await;
        }
    }
}

fn lost_answer(committing: bool) -> Error {
    if committing { commit_unknown() } else { injected(ErrorKind::Connect, "the connection is lost") }
}

impl DriverConnection for Faulty {
    fn state(&self) -> State {
        self.inner.as_ref().map_or(State::Lost, |inner| inner.state())
    }

    fn round_trips(&self) -> u64 {
        self.inner.as_ref().map_or(self.trips, |inner| inner.round_trips())
    }

    fn is_new(&self) -> bool {
        self.inner.as_ref().is_some_and(|inner| inner.is_new())
    }

    fn keep_settings(&mut self) {
        if let Some(inner) = &mut self.inner {
            inner.keep_settings();
        }
    }

    fn query(&mut self, query: Query, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move { self.meet(&query.sql.clone(), |inner| inner.query(query, sink)).await })
    }

    fn execute(&mut self, query: Query) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move { self.meet(&query.sql.clone(), |inner| inner.execute(query)).await })
    }

    fn execute_many(&mut self, batch: Batch, sink: Option<Box<dyn RowSink>>) -> BoxFuture<'_, Result<BatchDone>> {
        Box::pin(async move { self.meet(&batch.sql.clone(), |inner| inner.execute_many(batch, sink)).await })
    }

    fn parameter_types<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<Option<Vec<Type>>>> {
        Box::pin(async move {
            let text = sql.to_owned();
            self.meet(sql, |inner| Box::pin(async move { inner.parameter_types(&text).await })).await
        })
    }

    fn open(&mut self, query: Query, portion: usize) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.meet(&query.sql.clone(), |inner| inner.open(query, portion)).await })
    }

    fn fetch(&mut self, sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<Box<dyn RowSink>>> {
        Box::pin(async move { self.meet("FETCH", |inner| inner.fetch(sink)).await })
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            match &mut self.inner {
                Some(inner) => inner.close().await,
                None => Ok(()),
            }
        })
    }

    fn begin(&mut self, mode: TransactionMode) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.meet("BEGIN", |inner| inner.begin(mode)).await })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.committing |= self.inner.is_some();
            let done = self.meet("COMMIT", |inner| inner.commit()).await;
            self.committing = done.as_ref().is_err_and(|error| error.kind() == ErrorKind::CommitOutcomeUnknown);
            // Over either way.
            if let (Err(_), Some(inner)) = (&done, &mut self.inner) {
                inner.rollback().await?;
            }
            done
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // There is nothing to roll back on a connection that is lost.
            if self.inner.is_none() {
                return Ok(());
            }
            let done = self.meet("ROLLBACK", |inner| inner.rollback()).await;
            if done.is_err() {
                self.lose().await;
            }
            done
        })
    }
}
