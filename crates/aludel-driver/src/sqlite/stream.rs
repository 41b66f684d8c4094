//! A query whose rows are handed out in portions, by a job on the blocking pool.

use aludel_sql::Result;
use tokio::sync::mpsc;

use super::{
    connection::SqliteConnection,
    job::{self, Done},
    open::Slot,
    run::{Failure, Work},
    value::{SqliteRow, bind},
};
use crate::{
    driver::{DriverConnection, Query, State},
    flow::{Ask, Flow, Portion},
    row::RowSink,
    runtime::gone,
    transaction,
};

/// The work of handing out rows.
pub(super) struct Stream {
    query: Query,
    portion: usize,
    asks: mpsc::Receiver<Ask>,
}

impl Work for Stream {
    type Output = ();

    fn run(&mut self, slot: &mut Slot) -> Result<(), Failure> {
        let mut statement = slot.connection.prepare_cached(&self.query.sql)?;
        if !statement.readonly() {
            return Err(Failure::Writes);
        }
        bind(&mut statement, &self.query.params)?;
        let columns = statement.column_count();
        let mut rows = statement.raw_query();
        // What is busy here may be run again: nothing was handed out.
        let mut row = rows.next()?;
        while let Some(Ask::Rows(mut sink, answer)) = self.asks.blocking_recv() {
            slot.budget.start(false);
            let mut last = false;
            for _ in 0..self.portion {
                let Some(found) = row else {
                    last = true;
                    break;
                };
                sink.row(&SqliteRow { row: found, columns })?;
                row = rows.next().map_err(|failure| Failure::Own(Failure::from(failure).into()))?;
            }
            // If nobody waits for it any more, nobody asks for more either.
            let _ = answer.send(Portion { sink, last });
            if last {
                break;
            }
        }
        Ok(())
    }
}

impl SqliteConnection {
    pub(super) async fn open_stream(&mut self, query: Query, portion: usize) -> Result<()> {
        self.check()?;
        let lease = self.lease.take().ok_or_else(gone)?;
        let (sender, asks) = Flow::<Done<Stream>>::asks();
        self.stream = Some(Flow::new(sender, job::start(lease, Stream { query, portion, asks })?));
        Ok(())
    }

    pub(super) async fn fetch_stream(&mut self, sink: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        // Not put back if this future is dropped: the job then ends, rolls back, and gives the connection back itself.
        let mut flow = self.stream.take().ok_or_else(gone)?;
        match flow.next(sink).await {
            Some(Portion { sink, last: false }) => {
                self.stream = Some(flow);
                Ok(sink)
            }
            Some(Portion { sink, last: true }) => self.end_stream(flow).await.map(|()| sink),
            None => self.end_stream(flow).await.and(Err(gone())),
        }
    }

    pub(super) async fn close_stream(&mut self) -> Result<()> {
        match self.stream.take() {
            Some(flow) => self.end_stream(flow).await,
            None => Ok(()),
        }
    }

    async fn end_stream(&mut self, flow: Flow<Done<Stream>>) -> Result<()> {
        let (lease, _, done) = flow.end().await?;
        self.lease = Some(lease);
        // An error may have made SQLite roll back by itself.
        self.failed |= done.is_err() && self.state() == State::Idle;
        done.map_err(|failure| match failure {
            Failure::Writes => transaction::read_only(),
            failure => failure.into(),
        })
    }
}
