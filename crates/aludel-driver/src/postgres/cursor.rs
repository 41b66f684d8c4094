//! A query whose rows are fetched in portions, through a cursor of the server's.

use std::pin::pin;

use aludel_sql::Result;
use tokio_postgres::Statement;

use super::{
    connection::{PgConnection, Work},
    error::Failure,
    pool::Slot,
    run::Form,
    wire::Status,
};
use crate::{driver::Query, row::RowSink, runtime::gone};

/// A cursor that is open on a connection. Transactions close theirs when they end.
pub(super) struct Cursor {
    name: String,
    /// `FETCH` of a portion.
    fetch: Statement,
}

impl Slot {
    /// Declares a cursor, behind `first` if there is one: without a transaction, it would fail.
    async fn declare(&mut self, first: Option<&'static str>, query: Query, portion: usize) -> Result<Cursor, Failure> {
        self.cursors += 1;
        let name = format!("rows_{}", self.cursors);
        let declare = format!("DECLARE {name} NO SCROLL CURSOR FOR {}", &*query.sql);
        // Its name makes it a statement of its own, which is not worth to be kept.
        self.exchange(first, &Form::Text(&declare), &query.params, &mut None).await?;
        self.trips += 1;
        let fetch = self.line.drive(pin!(self.client.prepare(&format!("FETCH FORWARD {portion} FROM {name}")))).await?;
        Ok(Cursor { name, fetch })
    }
}

impl PgConnection {
    pub(super) async fn open_cursor(&mut self, query: Query, portion: usize) -> Result<()> {
        self.check()?;
        let first = self.begin.take();
        let mut work = Work::start(self);
        let done = work.slot()?.declare(first, query, portion).await;
        let done = work.finish(done).await;
        self.note_begin(first);
        self.cursor = Some(done?);
        Ok(())
    }

    pub(super) async fn fetch_cursor(&mut self, sink: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        self.check()?;
        let fetch = self.cursor.as_ref().ok_or_else(gone)?.fetch.clone();
        let mut sink = Some(sink);
        let mut work = Work::start(self);
        let done = work.slot()?.exchange(None, &Form::Prepared(fetch), &[], &mut sink).await;
        work.finish(done).await?;
        sink.ok_or_else(gone)
    }

    pub(super) async fn close_cursor(&mut self) -> Result<()> {
        let Some(cursor) = self.cursor.take() else { return Ok(()) };
        // It is gone with the transaction, and out of reach while that can only be rolled back.
        if self.lease.as_ref().is_none_or(|lease| lease.status() != Status::Transaction) {
            return Ok(());
        }
        let mut work = Work::start(self);
        let slot = work.slot()?;
        slot.trips += 1;
        let done = slot.line.drive(pin!(slot.client.batch_execute(&format!("CLOSE {}", cursor.name)))).await;
        work.finish(done.map_err(Failure::from)).await
    }
}
